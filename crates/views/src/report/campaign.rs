//! Campaigns over a list of targets: who is registered, and who is left (R4).

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::Ms;

use super::reading::day_of;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground;
use crate::rows::CellForm::{Coded, Count, Date, Record, Share, Text};
use crate::rows::ReportRow;
use crate::targets::{Target, targets};
use crate::text;

pub(super) const SHEET: Sheet = Sheet {
    name: "campaign",
    label: ("专项排查进度", "Progress of a campaign"),
    tells: (
        "各网格的排查对象数、已登记及覆盖率、各情况人数、尚未完成数",
        "of each grid: targets, how many are registered and what was found, and how many are left",
    ),
    about: Some(Kind::CAMPAIGN),
    columns: &[
        ("area", "区域", "Area", Text),
        ("targets", "对象数", "Targets", Count),
        ("registered", "覆盖率", "Registered", Share),
        ("done", "已排查", "Done", Count),
        ("absent", "不在", "Absent", Count),
        ("refused", "拒绝", "Refused", Count),
        ("moved", "已搬离", "Moved away", Count),
        ("pending", "待复查", "To be checked again", Count),
        ("left", "未完成", "Left", Count),
    ],
    rows,
};

pub(super) const LEFT: Sheet = Sheet {
    name: "campaign_left",
    label: ("未排查名单", "Left of a campaign"),
    tells: (
        "专项排查中尚未登记、不在或待复查的对象(离线可用)",
        "the targets of a campaign that nobody has registered yet, that were absent, or that are to be checked again; offline as well",
    ),
    about: Some(Kind::CAMPAIGN),
    columns: &[
        ("target", "对象", "Target", Record),
        ("area", "区域", "Area", Text),
        ("state", "情况", "State", Coded),
        ("last", "最近登记", "Last registered", Date),
    ],
    rows: left,
};

/// The states of an entry, in the order of the columns.
const STATES: [&str; 5] = ["done", "absent", "refused", "moved", "pending"];

/// The latest entry of a target.
struct Call {
    at: Ms,
    state: String,
}

impl Call {
    /// Whether the target is still to be seen.
    fn open(&self) -> bool {
        matches!(self.state.as_str(), "absent" | "pending")
    }
}

/// The targets of the campaign, each with its latest entry.
fn called(scope: &Scope<'_>) -> Result<Vec<(Target, Option<Call>)>> {
    let Some(about) = scope.about else {
        return Ok(Vec::new());
    };
    let mut calls: BTreeMap<RecordId, (Ms, RecordId, Call)> = BTreeMap::new();
    for row in ground::naming(scope.conn, Kind::CALL, scope.area, ("campaign", about))? {
        let Some(target) = row.read("target") else {
            continue;
        };
        let call = Call {
            at: row.at(),
            state: row.text("state").to_owned(),
        };
        let newer = calls
            .get(&target)
            .is_none_or(|(at, id, _)| (call.at, row.id) > (*at, *id));
        if newer {
            calls.insert(target, (call.at, row.id, call));
        }
    }
    let targets = targets(scope.conn, about, scope.area)?.into_iter();
    Ok(targets
        .map(|target| {
            let call = calls.remove(&target.id).map(|(_, _, call)| call);
            (target, call)
        })
        .collect())
}

#[derive(Default)]
struct Sums {
    targets: i64,
    states: BTreeMap<String, i64>,
    left: i64,
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut grids: BTreeMap<String, Sums> = BTreeMap::new();
    for (target, call) in called(scope)? {
        let sums = grids.entry(target.area).or_default();
        sums.targets += 1;
        sums.left += i64::from(call.as_ref().is_none_or(Call::open));
        if let Some(call) = call {
            *sums.states.entry(call.state).or_default() += 1;
        }
    }
    let row = |(area, sums): (String, Sums)| {
        let registered = sums.states.values().sum();
        let cells = Cells::default()
            .text(area)
            .number(sums.targets)
            .share(registered, sums.targets);
        let cells = STATES.iter().fold(cells, |cells, state| {
            cells.number(sums.states.get(*state).copied().unwrap_or_default())
        });
        cells.number(sums.left).row()
    };
    Ok(grids.into_iter().map(row).collect())
}

fn left(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let open = |call: &Option<Call>| call.as_ref().is_none_or(Call::open);
    let left = called(scope)?.into_iter().filter(|(_, call)| open(call));
    let row = |(target, call): (Target, Option<Call>)| {
        let state = call.as_ref().map_or("", |call| call.state.as_str());
        Cells::default()
            .record(target.id, &target.title)
            .text(target.area)
            .coded(text::coded_or("call_state", state))
            .date(day_of(call.map(|call| call.at)))
            .row()
    };
    Ok(left.map(row).collect())
}
