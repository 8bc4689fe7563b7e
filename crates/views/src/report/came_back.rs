//! What came back after it was closed (R69; 复发).

use wangge_model::id::RecordId;
use wangge_model::kind::Facet;
use wangge_model::step::{Part, StepKind};
use wangge_rules::matter::{self, comebacks, read_log};

use super::reading::day_of;
use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result};
use crate::list::area_range;
use crate::rows::CellForm::{Coded, Count, Date, Record, Text};
use crate::rows::ReportRow;
use crate::source;
use crate::text::{step_coded, yes_no};

/// Within so many days it is the same matter that was not solved, rather than a new one.
const DAYS_MAX: i64 = 30;

pub(super) const SHEET: Sheet = Sheet {
    name: "came_back",
    label: ("办结后复发", "Came back after closing"),
    tells: (
        "期内重新办理的已办结事件:何时办结、几日后复发、由谁主办;三十日内复发的另行注明",
        "closed matters that were opened again in the period: when they had been closed, after how many days, who led; those within thirty days are marked",
    ),
    about: None,
    columns: &[
        ("matter", "事件", "Matter", Record),
        ("area", "区域", "Area", Text),
        ("unit", "主办单位", "Who led", Text),
        ("closed", "办结日期", "Closed on", Date),
        ("back", "复发日期", "Came back on", Date),
        ("days", "间隔天数", "Days between", Count),
        ("within", "三十日内", "Within thirty days", Coded),
        ("step", "步骤", "Step", Coded),
    ],
    rows,
};

const DOING: &str = "reading what came back";

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT r.record, r.area, r.title FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.reopens > 0 AND r.area >= ?1 AND r.area < ?2 ORDER BY r.record",
        )
        .doing(DOING)?;
    let mut found = statement.query((from, until)).doing(DOING)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().doing(DOING)? {
        let record: Vec<u8> = row.get(0).doing(DOING)?;
        let id = source::record_id(&record, DOING)?;
        let area: String = row.get(1).doing(DOING)?;
        let title: String = row.get(2).doing(DOING)?;
        rows.extend(of_matter(scope, id, &area, &title)?);
    }
    Ok(rows)
}

fn of_matter(scope: &Scope<'_>, id: RecordId, area: &str, title: &str) -> Result<Vec<ReportRow>> {
    let content = source::content(scope.conn, id)?;
    let Some(open) = content.facets.get(&Facet::Open) else {
        return Ok(Vec::new());
    };
    let (log, _) = read_log(open);
    let rows = comebacks(&log)
        .into_iter()
        .filter(|back| scope.covers(back.at));
    let row = |back: matter::Comeback| {
        // Who led before it came back: the last one to whom it was dispatched until it was closed.
        let led = log.iter().filter(|entry| {
            let lead = entry.step.detail.part.unwrap_or(Part::Lead) == Part::Lead;
            let dispatched = entry.step.kind == StepKind::Dispatch;
            lead && dispatched && entry.step.at_ms <= back.closed
        });
        let unit = led.max_by_key(|entry| entry.step.at_ms);
        let unit = unit.and_then(|entry| entry.step.to.clone());
        Cells::default()
            .record(id, title)
            .text(area)
            .text(unit.unwrap_or_default())
            .date(day_of(Some(back.closed)))
            .date(day_of(Some(back.at)))
            .number(back.days())
            .coded(yes_no(back.days() <= DAYS_MAX))
            .coded(step_coded(back.by))
            .row()
    };
    Ok(rows.map(row).collect())
}
