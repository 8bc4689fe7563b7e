//! Requests for resources that wait, the oldest first, and to whom they go (R43, R59, R64).

use wangge_model::kind::Kind;
use wangge_model::time::Date as Day;

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::rows::CellForm::{Coded, Count, Date, Record, Span, Text};
use crate::rows::ReportRow;
use crate::sums::made_ms;
use crate::text;
use crate::text::word;

pub(super) const SHEET: Sheet = Sheet {
    name: "requests",
    label: ("待办资源申请", "Open requests for resources"),
    tells: (
        "尚未批复或尚未到位的资源申请,最早的在前;注明直报县级的越过乡镇",
        "requests that are not decided or not delivered, the oldest first; those straight to the county pass the township by",
    ),
    about: None,
    columns: &[
        ("request", "申请", "Request", Record),
        ("area", "区域", "Area", Text),
        ("sort", "资源类别", "Sort of resource", Coded),
        ("amount", "数量", "Amount", Count),
        ("state", "状态", "State", Coded),
        ("goes_to", "受理层级", "Goes to", Coded),
        ("matter", "关联事件", "Matter", Record),
        ("needed_by", "需用日期", "Needed by", Date),
        ("late", "逾期", "Late", Coded),
        ("waited", "等待时长", "Waited", Span),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.now.date();
    let mut open = scope.ledger(Kind::REQUEST)?;
    open.retain(|row| matches!(row.text("state"), "" | "asked" | "granted"));
    // Ids grow with the time of their making.
    open.sort_by_key(|row| row.id);
    let mut rows = Vec::new();
    for row in open {
        let goes_to = if row.truth("direct") == Some(true) {
            word("county", "县（区）", "County")
        } else {
            word("township", "乡镇（街道）", "Township")
        };
        let needed: Option<Day> = row.read("needed_by");
        let late = if needed.is_some_and(|needed| needed < on) {
            word("late", "已逾期", "Late")
        } else {
            word("", "", "")
        };
        let cells = Cells::default()
            .record(row.id, &scope.title(&row.id.to_string())?)
            .text(&row.area)
            .coded(text::coded_or("resource_sort", row.text("sort")))
            .number(row.int("amount").unwrap_or_default())
            .coded(text::coded_or("request_state", row.text("state")));
        let cells = cells.coded(goes_to);
        let cells = match row.read("matter") {
            Some(matter) => cells.record(matter, &scope.title(row.text("matter"))?),
            None => cells.nothing(),
        };
        let waited = scope.now.0.saturating_sub(made_ms(row.id)).max(0);
        rows.push(cells.date(needed).coded(late).number(waited).row());
    }
    Ok(rows)
}
