//! `wangge hub …`

mod admin;
mod init;
mod run;

use wangge_model::area::Area;
use wangge_model::kind::Level;
use wangge_model::time::Date;

use crate::args::{HubArgs, HubCommand};
use crate::error::{CliError, Result};
use crate::on_runtime;
use crate::output::Output;
use crate::records;

/// Runs one of the hub's commands.
pub(crate) fn run(args: HubArgs, output: Output) -> Result<()> {
    let dir = &args.dir;
    match args.command {
        HubCommand::Init(init) => on_runtime(init::init(dir, init, output)),
        HubCommand::Run(run) => on_runtime(run::run(dir, run, output)),
        HubCommand::Invite(invite) => on_runtime(admin::invite(dir, invite, output)),
        HubCommand::Revoke(revoke) => on_runtime(admin::revoke(dir, revoke, output)),
        HubCommand::Director(director) => on_runtime(admin::director(dir, director, output)),
        HubCommand::Status(status) => on_runtime(admin::status(dir, status, output)),
        HubCommand::Review(review) => on_runtime(admin::review(dir, review, output)),
        HubCommand::Record(record) => records::of_hub(dir, record, output),
    }
}

/// A division code that was typed.
pub(crate) fn parse_area(text: &str) -> Result<Area> {
    text.parse().map_err(|error| CliError::Word {
        zh: format!("区划代码「{text}」有误:县 6 位,乡镇 9 位,社区 12 位,网格 15 位数字"),
        en: format!("{text}: {error}"),
    })
}

pub(crate) fn parse_day(text: &str) -> Result<Date> {
    text.parse().map_err(|error| CliError::Word {
        zh: format!("日期「{text}」有误:应写作 2026-10-01"),
        en: format!("{text}: {error}"),
    })
}

/// A level, in both languages.
pub(crate) fn level_name(level: Level) -> String {
    format!("{} {}", level.zh(), level.en())
}
