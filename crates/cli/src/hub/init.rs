//! `wangge hub init`

use std::path::Path;

use serde::Serialize;
use wangge_hub::{NewHub, Parent};
use wangge_model::area::Area;
use wangge_model::id::Key;

use super::parse_area;
use crate::args::InitArgs;
use crate::error::{CliError, Result};
use crate::output::Output;

/// What was made.
#[derive(Debug, Serialize)]
struct Made {
    area: Area,
    name: String,
    key: Key,
    dir: String,
}

/// Makes a hub.
pub(crate) async fn init(dir: &Path, args: InitArgs, output: Output) -> Result<()> {
    let area = parse_area(&args.area)?;
    let parent = args.parent.as_deref().map(parse_parent).transpose()?;
    let key = wangge_hub::init(
        dir,
        NewHub {
            area: area.clone(),
            name: args.name.clone(),
            parent,
        },
    )
    .await?;
    let made = Made {
        area,
        name: args.name,
        key,
        dir: dir.display().to_string(),
    };
    output.print(&made, |made| {
        format!(
            "已新建节点 made the hub {} {}\n\
             公钥 key   {}\n\
             下一步 next  wangge hub director --dir {dir} --hub {area} --name 姓名\n\
             \u{20}            wangge hub run --dir {dir}",
            made.area,
            made.name,
            made.key,
            dir = made.dir,
            area = made.area,
        )
    })
}

fn parse_parent(text: &str) -> Result<Parent> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return parse_area(text).map(Parent::Here);
    }
    text.parse()
        .map(Parent::There)
        .map_err(|error| CliError::Word {
            zh: format!("上级的邀请无法识别:{error}"),
            en: format!("the parent's invitation: {error}"),
        })
}
