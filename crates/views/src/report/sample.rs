//! A random sample of the matters closed in the period, that anybody can draw again (R60).

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::time::Ms;
use wangge_rules::matter;
use wangge_rules::sampling::{self, Seed};

use super::reading::day_of;
use super::satisfaction::whose;
use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result};
use crate::ground;
use crate::list::area_range;
use crate::rows::CellForm::{Coded, Date, Record, Text};
use crate::rows::ReportRow;
use crate::source;
use crate::text::word;

pub(super) const SHEET: Sheet = Sheet {
    name: "sample",
    label: ("结案抽查名单", "Sample of closed matters"),
    tells: (
        "时段内结案事件按网格分层随机抽取的名单;种子由全部结案事件算出,任何人可重新抽取核对;注明不得参加复核的处置人",
        "drawn by chance by grid from the matters closed in the period; the seed follows from all of them, so that anybody can draw again; names who must not review",
    ),
    about: None,
    columns: &[
        ("matter", "事件", "Matter", Record),
        ("area", "区域", "Area", Text),
        ("closed", "结案日期", "Closed on", Date),
        ("unit", "承办单位", "Unit", Text),
        (
            "not_by",
            "不得复核（处置人）",
            "Not by (who disposed)",
            Text,
        ),
        ("review", "复核情况", "Review", Coded),
        ("seed", "抽查批次（种子）", "Sample (seed)", Text),
    ],
    rows,
};

const DOING: &str = "reading closed matters";

/// Matters by grid, and when each was closed.
type Closed = (BTreeMap<String, Vec<RecordId>>, BTreeMap<RecordId, Ms>);

/// The matters closed in the period.
fn closed(scope: &Scope<'_>) -> Result<Closed> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT r.record, r.area, m.stage_since_ms FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.stage IN ('closed', 'settled', 'archived') AND m.stage_since_ms >= ?1 AND m.stage_since_ms < ?2 \
             AND r.area >= ?3 AND r.area < ?4",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map(
            (scope.from.start().0, scope.until.start().0, from, until),
            |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?, row.get(2)?)),
        )
        .doing(DOING)?;
    let (mut strata, mut when) = (BTreeMap::<String, Vec<RecordId>>::new(), BTreeMap::new());
    for row in rows {
        let (record, area, at): (_, String, i64) = row.doing(DOING)?;
        let id = source::record_id(&record, DOING)?;
        strata.entry(area).or_default().push(id);
        when.insert(id, Ms(at));
    }
    Ok((strata, when))
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let (strata, when) = closed(scope)?;
    let seed = sampling::seed(scope.area, (scope.from, scope.until), &strata);
    let mut rows = Vec::new();
    for (area, drawn) in sampling::draw(seed, &strata) {
        for id in drawn {
            let units = whose(scope, id)?
                .map(|(_, units)| units)
                .unwrap_or_default();
            let cells = Cells::default()
                .record(id, &scope.title(&id.to_string())?)
                .text(&area)
                .date(day_of(when.get(&id).copied()))
                .text(units.join("、"))
                .text(disposers(scope, id)?.join("、"))
                .coded(reviewed(scope, id, seed)?)
                .text(seed.to_string());
            rows.push(cells.row());
        }
    }
    Ok(rows)
}

/// Who disposed of a matter, by name.
fn disposers(scope: &Scope<'_>, matter: RecordId) -> Result<Vec<String>> {
    let content = scope.open(matter)?;
    let state = content.facets.get(&Facet::Open).map(matter::fold);
    let members = state.map(|state| state.disposed_by).unwrap_or_default();
    let name = |member| source::member(scope.conn, member).map(|person| person.name);
    members.into_iter().map(name).collect()
}

/// What the review of this sample found.
fn reviewed(scope: &Scope<'_>, matter: RecordId, seed: Seed) -> Result<crate::rows::Coded> {
    let reviews = ground::naming(scope.conn, Kind::REVIEW, "", ("matter", matter))?;
    let seed = seed.to_string();
    let of_sample = reviews.iter().rfind(|review| review.text("period") == seed);
    Ok(match of_sample.map(|review| review.truth("passed")) {
        Some(Some(true)) => word("passed", "合格", "Passed"),
        Some(_) => word("failed", "不合格", "Failed"),
        None => word("waiting", "待复核", "To be reviewed"),
    })
}
