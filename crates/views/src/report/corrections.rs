//! Corrective actions on their way through plan, do, check, act (R60).

use wangge_model::kind::Kind;
use wangge_model::time::Date as Day;

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::Row;
use crate::rows::CellForm::{Coded, Date, Record, Text};
use crate::rows::{Coded as Word, ReportRow};
use crate::text;
use crate::text::word;
use crate::values::Values;

pub(super) const SHEET: Sheet = Sheet {
    name: "corrections",
    label: ("整改台账", "Corrective actions"),
    tells: (
        "各项整改的责任单位、所处阶段(计划、实施、检查、处理)、期限、是否逾期、效果是否经检查;逾期的在前",
        "of each corrective action: unit, phase (plan, do, check, act), due, late or not, whether its effect was checked; late ones first",
    ),
    about: None,
    columns: &[
        ("correction", "整改事项", "Correction", Record),
        ("unit", "责任单位", "Unit", Text),
        ("phase", "阶段", "Phase", Coded),
        ("due", "期限", "Due", Date),
        ("done", "完成日期", "Done", Date),
        ("state", "状态", "State", Coded),
        ("review", "所据抽查", "Review", Record),
    ],
    rows,
};

/// Where a corrective action stands.
fn state(row: &Row, checked: bool, on: Day) -> Word {
    let (due, done) = (row.read::<Day>("due"), row.read::<Day>("done"));
    match (due, done) {
        (_, Some(_)) if !checked => word("unchecked", "效果未检查", "Effect not checked"),
        (_, Some(_)) => word("done", "已完成", "Done"),
        (Some(due), None) if due < on => word("late", "逾期", "Late"),
        _ => word("open", "进行中", "Open"),
    }
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.now.date();
    let mut rows = Vec::new();
    for row in scope.ledger(Kind::CORRECTION)? {
        let content = scope.open(row.id)?;
        let checked = !Values(&content.facets).text("checked").is_empty();
        let state = state(&row, checked, on);
        let late = state.code == "late";
        let due: Option<Day> = row.read("due");
        let cells = Cells::default()
            .record(row.id, &scope.title(&row.id.to_string())?)
            .text(row.text("unit"))
            .coded(text::coded_or("pdca", row.text("phase")))
            .date(due)
            .date(row.read("done"))
            .coded(state);
        let cells = match row.read("review") {
            Some(review) => cells.record(review, &scope.title(row.text("review"))?),
            None => cells.nothing(),
        };
        rows.push((!late, due, row.id, cells.row()));
    }
    rows.sort_by_key(|(in_time, due, id, _)| (*in_time, *due, *id));
    Ok(rows.into_iter().map(|(.., row)| row).collect())
}
