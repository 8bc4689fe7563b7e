//! `wangge phone …`: the core of the phone from a shell. Everything but enrolling and syncing works offline.

mod keep;
mod salvage;

use std::path::Path;

use wangge_core::SyncEnd;

use crate::args::{PhoneArgs, PhoneCommand, SyncArgs};
use crate::error::Result;
use crate::output::{Output, table};
use crate::records::{self, Ledger};
use crate::words;

pub(crate) use keep::open;

/// Runs one of the phone's commands.
pub(crate) fn run(args: PhoneArgs, output: Output) -> Result<()> {
    let dir = &args.dir;
    match args.command {
        PhoneCommand::Enrol(enrol) => {
            let phone = keep::create(dir)?;
            let status = phone.enrol(&enrol.invitation, u64::from(enrol.seconds) * 1_000)?;
            phone.close()?;
            output.print(&status, |status| {
                let member = status.member.as_ref();
                format!(
                    "已登记 enrolled\n成员 member  {}\n网格 grid    {}\n节点 hub     {}\n有效至 until  {}",
                    member.map_or("", |member| &member.name),
                    member.map_or("", |member| &member.area),
                    status.hub,
                    status.until_ms.map(words::date).unwrap_or_default()
                )
            })
        }
        PhoneCommand::Record(args) => {
            records::run(Ledger::Phone(Box::new(open(dir)?)), args.command, output)
        }
        PhoneCommand::Sync(args) => sync(dir, &args, output),
        PhoneCommand::Status => status(dir, output),
        PhoneCommand::Suggest { text, title } => {
            let phone = open(dir)?;
            let suggested = phone.suggest(&title, &text);
            phone.close()?;
            crate::suggest::print(&suggested?, output)
        }
        PhoneCommand::Salvage { file } => salvage::run(dir, file, output),
    }
}

fn sync(dir: &Path, args: &SyncArgs, output: Output) -> Result<()> {
    let phone = open(dir)?;
    let report = phone.sync_once(u64::from(args.seconds) * 1_000)?;
    phone.close()?;
    output.print(&report, |report| {
        let end = match report.end {
            SyncEnd::CaughtUp => "已同步 synced",
            SyncEnd::BudgetSpent => "时间用完,下次继续 time is up; the next sync goes on",
            SyncEnd::Cancelled => "已取消 cancelled",
        };
        format!(
            "{end}\n送出 sent {},收到 received {},待送 waiting {}\n上行 up {} B,下行 down {} B,{} ms",
            report.sent, report.received, report.waiting, report.bytes_up, report.bytes_down, report.elapsed_ms
        )
    })
}

fn status(dir: &Path, output: Output) -> Result<()> {
    let phone = open(dir)?;
    let status = phone.status()?;
    let held_commits = phone.held(&wangge_core::Query {
        limit: 50,
        ..Default::default()
    })?;
    phone.close()?;
    #[derive(serde::Serialize)]
    struct Answer {
        #[serde(flatten)]
        status: wangge_core::PhoneStatus,
        held_commits: Vec<wangge_core::rows::HeldRow>,
    }
    output.print(
        &Answer {
            status,
            held_commits
        },
        |Answer { status, held_commits }| {
            let member = status.member.as_ref();
            let rows = [
                [
                    "成员 member",
                    member.map_or("(未登记 not enrolled)", |member| member.name.as_str()),
                ]
                .map(str::to_owned),
                [
                    "网格 grid",
                    member.map_or("", |member| member.area.as_str()),
                ]
                .map(str::to_owned),
                [
                    "节点 hub".to_owned(),
                    format!("{} {}", status.hub, status.address),
                ],
                ["记录 records".to_owned(), status.records.to_string()],
                ["只在本机 only here".to_owned(), status.waiting.to_string()],
                ["暂存 held".to_owned(), status.held.to_string()],
                ["冲突 conflicts".to_owned(), status.conflicts.to_string()],
                [
                    "有效至 until".to_owned(),
                    status.until_ms.map(words::date).unwrap_or_default(),
                ],
            ];
            let mut text = table(["本机 this phone", ""], rows);
            if let Some(aside) = &status.set_aside {
                text.push_str(&format!(
                    "\n受损的旧库已移到 a damaged store was set aside at {aside}\n  登记并同步后运行 wangge phone salvage · enrol, sync, then run wangge phone salvage"
                ));
            }
            for row in held_commits {
                text.push_str(&format!(
                    "\n暂存 held {}: {} · {}\n  {} · {}",
                    row.commit.get(..16).unwrap_or(&row.commit),
                    row.reason.why.zh,
                    row.reason.why.en,
                    row.reason.remedy.zh,
                    row.reason.remedy.en
                ));
            }
            text
        },
    )
}
