//! The duty lists of institutions, in their versions (R57): what is a unit's own, where it cooperates, what was withdrawn upward.

use wangge_model::area::Area;
use wangge_model::kind::Kind;
use wangge_model::step::Part;
use wangge_rules::finding::Finding;
use wangge_rules::matrix::Duty;
use wangge_rules::validity::Validity;

use super::subject;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::reference::Sourced;
use crate::rows::CellForm::{Coded, Date, Record, Text};
use crate::rows::{Coded as Word, ReportRow};
use crate::text::{self, word};

pub(super) const SHEET: Sheet = Sheet {
    name: "duties",
    label: ("履职清单", "Duty lists"),
    tells: (
        "各单位的职责属于哪份清单(基本履职、配合履职、上级部门收回)、权力与职责、依据、版本与有效期,与其他条目的矛盾",
        "each unit's duties: on which list (basic, cooperating, withdrawn), with rights, duties, basis, version and period, and what contradicts it",
    ),
    about: None,
    columns: &[
        ("unit", "单位", "Unit", Text),
        ("list", "清单", "List", Coded),
        ("class", "类别", "Class", Text),
        ("area", "区域", "Area", Text),
        ("level", "层级", "Level", Coded),
        ("part", "主办或协办", "Part", Coded),
        ("rights", "权力", "Rights", Text),
        ("duties", "职责", "Duties", Text),
        ("basis", "依据", "Basis", Text),
        ("version", "版本", "Version", Text),
        ("valid_from", "生效日期", "Valid from", Date),
        ("valid_until", "失效日期", "Valid until", Date),
        ("state", "状态", "State", Coded),
        ("problem", "矛盾", "Contradiction", Text),
        ("record", "记录", "Record", Record),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let area = scope.place()?;
    let area = area.as_ref().map_or("", Area::as_str);
    let Sourced {
        rows,
        records,
        findings,
    } = scope.reference.sources(area).duties;
    let mut told: Vec<(&Duty, ReportRow)> = rows
        .iter()
        .enumerate()
        .map(|(at, duty)| {
            let record = records.get(at).map_or("", String::as_str);
            (duty, row(scope, duty, problems(&findings, at), record))
        })
        .collect();
    told.sort_by_key(|(duty, _)| {
        let Duty { unit, list, .. } = duty;
        (unit, list, &duty.class, duty.validity.from)
    });
    Ok(told.into_iter().map(|(_, row)| row).collect())
}

/// The codes of what was found about a row; the first line of a table is its head.
fn problems(findings: &[Finding], at: usize) -> String {
    let line = at.saturating_add(2);
    let own = findings.iter().filter(|found| found.rows.contains(&line));
    let mut codes: Vec<&str> = own.map(|found| found.code).collect();
    codes.dedup();
    codes.join(" ")
}

fn row(scope: &Scope<'_>, duty: &Duty, problem: String, record: &str) -> ReportRow {
    let coded = |list: &str, word: Option<&str>| text::coded_or(list, word.unwrap_or_default());
    let part = match duty.part {
        Part::Lead if duty.fallback => word("fallback", "兜底", "Fallback"),
        part => text::coded_or("duty_part", part.word()),
    };
    let cells = Cells::default()
        .text(&duty.unit)
        .coded(coded("duty_list", duty.list.map(|list| list.word())))
        .text(&duty.class)
        .text(duty.area.as_ref().map_or("", Area::as_str))
        .coded(coded("level", duty.level.map(|level| level.word())))
        .coded(part)
        .text(&duty.rights)
        .text(&duty.duties)
        .text(&duty.basis)
        .text(&duty.version)
        .date(duty.validity.from)
        .date(duty.validity.until)
        .coded(state(&duty.validity, scope.on()))
        .text(problem);
    match record.parse() {
        Ok(id) => cells.record(id, &Kind::DUTY.zh()),
        Err(_) => cells.text(""),
    }
    .row()
}

/// Whether a period has begun, and whether it is over.
pub(super) fn state(validity: &Validity, on: wangge_model::time::Date) -> Word {
    if validity.holds(on) {
        word("in_force", "现行", "In force")
    } else if validity.until.is_some_and(|until| until < on) {
        word("ended", "已失效", "Ended")
    } else if validity.from.is_some() {
        word("to_come", "未生效", "To come")
    } else {
        subject::empty()
    }
}
