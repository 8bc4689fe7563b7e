//! `wangge hub …`

mod admin;
mod init;
mod run;

use wangge_model::area::Area;
use wangge_model::kind::Level;

use crate::args::{HubArgs, HubCommand};
use crate::error::{CliError, Result};
use crate::output::Output;

/// Runs one of the hub's commands.
pub(crate) async fn run(args: HubArgs, output: Output) -> Result<()> {
    match args.command {
        HubCommand::Init(init) => init::init(&args.dir, init, output).await,
        HubCommand::Run(run) => run::run(&args.dir, run, output).await,
        HubCommand::Invite(invite) => admin::invite(&args.dir, invite, output).await,
        HubCommand::Revoke(revoke) => admin::revoke(&args.dir, revoke, output).await,
        HubCommand::Director(director) => admin::director(&args.dir, director, output).await,
        HubCommand::Status(status) => admin::status(&args.dir, status, output).await,
        HubCommand::Review(review) => admin::review(&args.dir, review, output).await,
        // Asked from outside the runtime: see main.
        HubCommand::Record(_) => Ok(()),
    }
}

/// A division code that was typed.
pub(crate) fn parse_area(text: &str) -> Result<Area> {
    text.parse().map_err(|error| CliError::Word {
        zh: format!("区划代码「{text}」有误:县 6 位,乡镇 9 位,社区 12 位,网格 15 位数字"),
        en: format!("{text}: {error}"),
    })
}

/// A level, in both languages.
pub(crate) fn level_name(level: Level) -> String {
    format!("{} {}", level.zh(), level.en())
}
