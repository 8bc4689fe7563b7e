//! Closed matters to which nobody has gone back: supervision after, as guidance is before (R68).

use std::collections::BTreeSet;

use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::time::Ms;
use wangge_rules::{matter, voice};

use super::reading::day_of;
use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result};
use crate::list::area_range;
use crate::rows::CellForm::{Coded, Date, Record, Text};
use crate::rows::ReportRow;
use crate::source;
use crate::text;

pub(super) const SHEET: Sheet = Sheet {
    name: "return_visits",
    label: ("待回访清单", "Return visits due"),
    tells: (
        "时段内结案满7天而尚无回访、复查或成效核查的事件,结案早的在前",
        "matters closed in the period, seven days ago or more, that nobody has called back about, seen again or reviewed; the oldest first",
    ),
    about: None,
    columns: &[
        ("matter", "事件", "Matter", Record),
        ("area", "区域", "Area", Text),
        ("source", "数据来源", "Source", Coded),
        ("closed", "结案日期", "Closed on", Date),
        ("due", "应回访日期", "Due on", Date),
    ],
    rows,
};

const DOING: &str = "reading which matters nobody went back to";

/// So many days after closing, somebody goes back.
const AFTER_DAYS: i64 = 7;

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let seen = seen_again(scope)?;
    let (from, until) = area_range(scope.area)?;
    let latest = scope
        .now
        .plus_days(-AFTER_DAYS)
        .0
        .min(scope.until.start().0);
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT r.record, r.area, r.title, m.source, m.stage_since_ms FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.stage IN ('closed', 'settled') AND m.stage_since_ms >= ?1 AND m.stage_since_ms < ?2 AND r.area >= ?3 AND r.area < ?4 \
             ORDER BY m.stage_since_ms, r.record",
        )
        .doing(DOING)?;
    let mut found = statement
        .query((scope.from.start().0, latest, from, until))
        .doing(DOING)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().doing(DOING)? {
        let record: Vec<u8> = row.get(0).doing(DOING)?;
        let id = source::record_id(&record, DOING)?;
        if seen.contains(&id) || effect_checked(scope, id)? {
            continue;
        }
        let (title, source): (String, String) =
            (row.get(2).doing(DOING)?, row.get(3).doing(DOING)?);
        let closed = Ms(row.get(4).doing(DOING)?);
        let cells = Cells::default()
            .record(id, &title)
            .text(row.get::<_, String>(1).doing(DOING)?)
            .coded(text::coded_or("source", &source))
            .date(day_of(Some(closed)))
            .date(Some(closed.plus_days(AFTER_DAYS).date()));
        rows.push(cells.row());
    }
    Ok(rows)
}

/// Whether the log says that somebody looked whether it was still solved.
fn effect_checked(scope: &Scope<'_>, matter: RecordId) -> Result<bool> {
    let content = scope.open(matter)?;
    let state = content.facets.get(&Facet::Open).map(matter::fold);
    Ok(state.is_some_and(|state| state.effect.is_some()))
}

/// The matters that somebody reviewed or called back about.
fn seen_again(scope: &Scope<'_>) -> Result<BTreeSet<RecordId>> {
    let reviews = scope.all(Kind::REVIEW)?;
    let mut seen: BTreeSet<RecordId> = reviews
        .iter()
        .filter_map(|row| row.read("matter"))
        .collect();
    let ratings = scope.all(Kind::RATING)?;
    let ratings = ratings
        .iter()
        .filter(|row| voice::asked_back(row.text("via")));
    seen.extend(ratings.filter_map(|row| row.read::<RecordId>("matter")));
    Ok(seen)
}
