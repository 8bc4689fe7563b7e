//! Every change of state that its reporter has not been told of: what is to be sent, printed or said (R40i).

use wangge_model::id::RecordId;
use wangge_model::kind::Facet;
use wangge_model::time::Ms;
use wangge_rules::matter::{self, Params};
use wangge_rules::voice;

use super::reading::day_of;
use super::unanswered::WITH_REPORTER;
use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result};
use crate::list::area_range;
use crate::rows::CellForm::{Coded, Date, Record, Span, Text};
use crate::rows::ReportRow;
use crate::source;
use crate::text::word;

pub(super) const SHEET: Sheet = Sheet {
    name: "to_tell",
    label: ("待告知反映人", "To be told"),
    tells: (
        "时段内有进展而尚未告知反映人的事件:每个环节的通俗说法和时间,供短信、电话或打印告知;答复后即不再列出",
        "matters that moved on in the period without their reporter being told: each step in plain words and when, to be sent, said or printed; an answer takes them off",
    ),
    about: None,
    columns: &[
        ("matter", "事件", "Matter", Record),
        ("area", "区域", "Area", Text),
        ("step", "进展", "Step", Coded),
        ("on", "日期", "On", Date),
        ("waited", "等待告知", "Waited", Span),
    ],
    rows,
};

const DOING: &str = "reading who is to be told";

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut rows = Vec::new();
    for (id, area, title) in moved(scope)? {
        let content = scope.open(id)?;
        let Some(open) = content.facets.get(&Facet::Open) else {
            continue;
        };
        let (entries, _) = matter::read_log(open);
        let (_, taken) = matter::trace(&entries, &Params::DEFAULT);
        let both = entries.iter().zip(&taken);
        let standing = both
            .filter(|(_, taken)| taken.void.is_none())
            .map(|(entry, _)| entry);
        for entry in voice::untold(standing) {
            let step = entry.step.kind;
            let Some((zh, en)) = voice::told(step) else {
                continue;
            };
            let at = entry.step.at_ms;
            let cells = Cells::default()
                .record(id, &title)
                .text(&area)
                .coded(word(step.word(), zh, en))
                .date(day_of(Some(at)))
                .number(scope.now.0.saturating_sub(at.0).max(0));
            rows.push((at, cells.row()));
        }
    }
    rows.sort_by_key(|(at, _)| *at);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// The matters with a reporter whose stage began in the period.
fn moved(scope: &Scope<'_>) -> Result<Vec<(RecordId, String, String)>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(&format!(
            "SELECT r.record, r.area, r.title FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.source IN ({WITH_REPORTER}) AND m.stage_since_ms >= ?1 AND m.stage_since_ms < ?2 \
             AND m.stage NOT IN ('empty', 'reported') AND r.area >= ?3 AND r.area < ?4 ORDER BY r.record"
        ))
        .doing(DOING)?;
    let Ms(since) = scope.from.start();
    let Ms(before) = scope.until.start();
    let found = statement
        .query_map((since, before, from, until), |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?, row.get(2)?))
        })
        .doing(DOING)?;
    found
        .map(|row| {
            let (record, area, title) = row.doing(DOING)?;
            let id = source::record_id(&record, DOING)?;
            Ok((id, area, title))
        })
        .collect()
}
