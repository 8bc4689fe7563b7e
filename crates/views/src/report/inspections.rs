//! Inspections by plan: what was checked within the plan's span, what is due, and which defects became matters (R11).

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::{Date as Day, Ms};

use super::reading::day_of;
use super::{Cells, Scope, Sheet};
use crate::error::{Result, ViewsError};
use crate::ground::Row;
use crate::rows::CellForm::{Count, Date, Record, Share, Text};
use crate::rows::ReportRow;
use crate::targets::{Target, targets};

pub(super) const SHEET: Sheet = Sheet {
    name: "inspections",
    label: ("巡查计划执行", "Inspections by plan"),
    tells: (
        "每个有效的巡查计划:对象数、周期内已查与未查、从未查过的、不合格的、其中转为事件的",
        "of each plan in force: targets, checked within its span or not, never checked, defects, and how many of them became matters",
    ),
    about: None,
    columns: &[
        ("plan", "计划", "Plan", Record),
        ("area", "区域", "Area", Text),
        ("every_days", "周期（天）", "Every so many days", Count),
        ("targets", "对象数", "Targets", Count),
        ("checked", "已查", "Checked", Share),
        ("unchecked", "未查", "Unchecked", Count),
        ("never", "从未查过", "Never checked", Count),
        ("defects", "不合格", "Defects", Count),
        ("matters", "转为事件", "Became matters", Share),
    ],
    rows,
};

pub(super) const DUE: Sheet = Sheet {
    name: "inspections_due",
    label: ("待巡查对象", "Inspections due"),
    tells: (
        "按有效的巡查计划应查而未查的对象、上次巡查和应查日期(离线可用)",
        "what is to be inspected by the plans in force: when it was last, and when it was due; offline as well",
    ),
    about: None,
    columns: &[
        ("plan", "计划", "Plan", Record),
        ("target", "对象", "Target", Record),
        ("area", "区域", "Area", Text),
        ("last", "上次巡查", "Last inspected", Date),
        ("due", "应查日期", "Due on", Date),
    ],
    rows: due,
};

/// The latest inspection of a target.
#[derive(Clone, Copy)]
struct Seen {
    at: Ms,
    passed: bool,
    matter: bool,
}

/// A plan in force.
struct Plan {
    id: RecordId,
    title: String,
    area: String,
    every_days: i64,
    from: Option<Day>,
    targets: Vec<Target>,
}

impl Plan {
    /// Whether a target was checked within the span that ends now.
    fn checked(&self, seen: Option<&Seen>, now: Ms) -> bool {
        seen.is_some_and(|seen| now <= seen.at.plus_days(self.every_days))
    }
}

fn plans(scope: &Scope<'_>) -> Result<Vec<Plan>> {
    let on = scope.on();
    let begun = |row: &Row| row.read::<Day>("from").is_none_or(|from| from <= on);
    let holds = |row: &Row| begun(row) && row.read::<Day>("until").is_none_or(|until| on <= until);
    let mut plans = Vec::new();
    for row in scope.issued(Kind::PLAN)? {
        if row.text("sort") != "inspection" || !holds(&row) {
            continue;
        }
        // A plan whose condition means nothing is a finding of the check; the others are told all the same.
        let targets = match targets(scope.conn, row.id, scope.area) {
            Ok(targets) => targets,
            Err(ViewsError::Question { .. }) => continue,
            Err(error) => return Err(error),
        };
        plans.push(Plan {
            id: row.id,
            title: row.text("title").to_owned(),
            every_days: row.int("every_days").unwrap_or(30),
            from: row.read("from"),
            area: row.area,
            targets,
        });
    }
    Ok(plans)
}

/// The latest inspection of everything that was ever inspected here.
fn inspected(scope: &Scope<'_>) -> Result<BTreeMap<RecordId, Seen>> {
    let mut latest: BTreeMap<RecordId, Seen> = BTreeMap::new();
    for row in scope.ledger(Kind::INSPECTION)? {
        let seen = Seen {
            at: row.at(),
            passed: row.truth("passed") != Some(false),
            matter: !row.text("matter").is_empty(),
        };
        for key in ["component", "organisation", "dwelling"] {
            if let Some(target) = row.read::<RecordId>(key) {
                let slot = latest.entry(target).or_insert(seen);
                if seen.at > slot.at {
                    *slot = seen;
                }
            }
        }
    }
    Ok(latest)
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let latest = inspected(scope)?;
    let mut rows = Vec::new();
    for plan in plans(scope)? {
        let count = |holds: &dyn Fn(Option<&Seen>) -> bool| {
            let seen = plan.targets.iter().map(|target| latest.get(&target.id));
            i64::try_from(seen.filter(|seen| holds(*seen)).count()).unwrap_or(i64::MAX)
        };
        let all = count(&|_| true);
        let checked = count(&|seen| plan.checked(seen, scope.now));
        let defects = count(&|seen| seen.is_some_and(|seen| !seen.passed));
        let matters = count(&|seen| seen.is_some_and(|seen| !seen.passed && seen.matter));
        let cells = Cells::default()
            .record(plan.id, &plan.title)
            .text(&plan.area)
            .number(plan.every_days)
            .number(all)
            .share(checked, all)
            .number(all - checked)
            .number(count(&|seen| seen.is_none()))
            .number(defects)
            .share(matters, defects);
        rows.push(cells.row());
    }
    Ok(rows)
}

fn due(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let latest = inspected(scope)?;
    let mut rows = Vec::new();
    for plan in plans(scope)? {
        for target in &plan.targets {
            let seen = latest.get(&target.id);
            if plan.checked(seen, scope.now) {
                continue;
            }
            // What was never inspected is due since the plan began.
            let due = seen
                .map(|seen| seen.at.plus_days(plan.every_days).date())
                .or(plan.from);
            let cells = Cells::default()
                .record(plan.id, &plan.title)
                .record(target.id, &target.title)
                .text(&target.area)
                .date(day_of(seen.map(|seen| seen.at)))
                .date(due);
            rows.push((due, cells.row()));
        }
    }
    rows.sort_by_key(|(due, _)| *due);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}
