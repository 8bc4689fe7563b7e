//! `record move`: records come into another grid, by name or by a plan of the division.

use wangge_hub::admin::{PlanMoved, RecordAsk, Reply};
use wangge_model::id::RecordId;

use super::{Done, Ledger, done_of_hub};
use crate::args::MoveArgs;
use crate::error::{CliError, Result};
use crate::hub::parse_area;
use crate::output::Output;

pub(super) fn run(ledger: &Ledger, args: &MoveArgs, output: Output) -> Result<()> {
    let Ledger::Hub(hub) = ledger else {
        return Err(CliError::Word {
            zh: "划转由负责人在节点上办理,请用 wangge hub record move".to_owned(),
            en: "records are moved by a director at a hub: wangge hub record move".to_owned(),
        });
    };
    let director = hub.director.clone();
    if let Some(plan) = &args.division {
        let plan = find(ledger, plan)?;
        let dry_run = args.dry_run;
        let ask = RecordAsk::MoveByPlan {
            director,
            plan,
            dry_run,
        };
        let Some(Reply::PlanMoved(moved)) = ledger.ask(ask)? else {
            return Err(CliError::Nothing);
        };
        return output.print(&moved, |moved| by_plan(moved, dry_run));
    }
    let to = parse_area(args.to.as_deref().unwrap_or_default())?;
    let records = args.records.iter().map(|record| find(ledger, record));
    let ask = RecordAsk::Move {
        director,
        records: records.collect::<Result<_>>()?,
        to: to.clone(),
    };
    let Some(Reply::Saved(saved)) = ledger.ask(ask)? else {
        return Err(CliError::Nothing);
    };
    let done = saved.into_iter().map(done_of_hub);
    output.print(&done.collect::<Result<Vec<Done>>>()?, |done| {
        let commits = done.len();
        format!("已划转到 {to} · moved to {to}({commits} 条提交 · {commits} commits)")
    })
}

fn find(ledger: &Ledger, text: &str) -> Result<RecordId> {
    ledger.find(text)?.parse().map_err(|_| CliError::Nothing)
}

fn by_plan(moved: &PlanMoved, dry_run: bool) -> String {
    let (records, residents) = (moved.records, moved.residents);
    let first = match (dry_run, moved.in_force) {
        (false, _) => format!(
            "已划转 {records} 条记录,其中居民 {residents} 人 · moved {records} records, {residents} of them residents"
        ),
        (true, true) => format!(
            "将划转 {records} 条记录,其中居民 {residents} 人 · {records} records would move, {residents} of them residents"
        ),
        (true, false) => format!(
            "方案尚未生效;届时将划转 {records} 条记录,其中居民 {residents} 人 · not in force yet; {records} records will move, {residents} of them residents"
        ),
    };
    let flows = moved.flows.iter().map(|flow| {
        format!(
            "{} → {}  {}  {}",
            flow.from, flow.to, flow.kind, flow.records
        )
    });
    std::iter::once(first)
        .chain(flows)
        .collect::<Vec<_>>()
        .join("\n")
}
