//! Reporters who were not answered yet, the longest waiting first (R40i).

use wangge_model::time::Ms;

use super::reading::day_of;
use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result};
use crate::list::area_range;
use crate::rows::CellForm::{Coded, Date, Record, Span, Text};
use crate::rows::ReportRow;
use crate::source;
use crate::stage;
use crate::text::{self};

pub(super) const SHEET: Sheet = Sheet {
    name: "unanswered",
    label: ("未答复清单", "Not answered"),
    tells: (
        "居民来件、热线、信访等有反映人而尚未答复的事件,等待最久的在前;已办结而未答复的另行注明",
        "matters that a resident, the hotline or a letter reported and whose reporter was not answered, the longest waiting first; closed ones are marked",
    ),
    about: None,
    columns: &[
        ("matter", "事件", "Matter", Record),
        ("area", "区域", "Area", Text),
        ("source", "数据来源", "Source", Coded),
        ("stage", "阶段", "Stage", Coded),
        ("closed", "已办结", "Closed", Coded),
        ("reported", "反映日期", "Reported on", Date),
        ("waited", "等待时长", "Waited", Span),
    ],
    rows,
};

const DOING: &str = "reading who was not answered";

/// Sources behind which somebody waits for an answer.
pub(super) const WITH_REPORTER: &str = "'resident', '12345', 'letter'";

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(&format!(
            "SELECT r.record, r.area, r.title, m.source, m.stage, m.closed, coalesce(m.reported_ms, m.occurred_ms) AS asked_ms \
             FROM view_matter m JOIN view_record r ON r.id = m.id WHERE m.replied = 0 AND m.stage <> 'merged' \
             AND m.source IN ({WITH_REPORTER}) AND r.area >= ?1 AND r.area < ?2 ORDER BY asked_ms, r.record"
        ))
        .doing(DOING)?;
    let mut found = statement.query((from, until)).doing(DOING)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().doing(DOING)? {
        let record: Vec<u8> = row.get(0).doing(DOING)?;
        let id = source::record_id(&record, DOING)?;
        let title: String = row.get(2).doing(DOING)?;
        let source: String = row.get(3).doing(DOING)?;
        let at: String = row.get(4).doing(DOING)?;
        let closed: bool = row.get(5).doing(DOING)?;
        let asked: Option<i64> = row.get(6).doing(DOING)?;
        let cells = Cells::default()
            .record(id, &title)
            .text(row.get::<_, String>(1).doing(DOING)?)
            .coded(text::coded_or("source", &source))
            .coded(stage::coded(&at))
            .coded(text::yes_no(closed))
            .date(day_of(asked.map(Ms)));
        let cells = match asked {
            Some(asked) => cells.number(scope.now.0.saturating_sub(asked).max(0)),
            None => cells.nothing(),
        };
        rows.push(cells.row());
    }
    Ok(rows)
}
