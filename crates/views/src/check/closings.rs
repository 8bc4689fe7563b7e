//! Matters that were closed though what made them one was not measured again, or still stands as high (R40).
//!
//! Where a closing is written it is refused; what older programs wrote, and fields that were set afterwards, stand here.

use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_rules::deadline::{Measures, Standard, judge_closing, standard_for};
use wangge_rules::finding::Finding;
use wangge_rules::matter::{self, Measured};

use super::{Scope, row};
use crate::clockwork;
use crate::error::{Doing, Result};
use crate::list::area_range;
use crate::rows::FindingRow;
use crate::source;
use crate::values::Values;

const DOING: &str = "checking closings";

pub(super) fn check(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let mut found = Vec::new();
    for (record, area) in closed(scope)? {
        let findings = judge(scope, record, &area)?.into_iter();
        found.extend(findings.map(|finding| row(finding.about([record]))));
    }
    Ok(found)
}

/// The closed matters with a measure, and their areas.
fn closed(scope: &Scope<'_>) -> Result<Vec<(RecordId, String)>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT r.record, r.area FROM view_value v JOIN view_matter m ON m.id = v.id JOIN view_record r ON r.id = v.id \
             WHERE v.kind = ?1 AND v.key = 'measure' AND m.stage IN ('closed', 'settled', 'archived') \
             AND r.area >= ?2 AND r.area < ?3 ORDER BY r.record",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map((Kind::MATTER.to_u32(), from, until), |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?))
        })
        .doing(DOING)?;
    rows.map(|row| {
        let (record, area) = row.doing(DOING)?;
        let record = source::record_id(&record, DOING)?;
        Ok((record, area))
    })
    .collect()
}

/// The closing of one matter held against the standard by which it was filed.
fn judge(scope: &Scope<'_>, record: RecordId, area: &str) -> Result<Vec<Finding>> {
    let content = source::content(scope.conn, record)?;
    let Some(open) = content.facets.get(&Facet::Open) else {
        return Ok(Vec::new());
    };
    let state = matter::fold(open);
    // What was rejected and then archived was never dealt with.
    let Some(Measured { measure, .. }) = Measured::of(open).filter(|_| state.at.disposed.is_some())
    else {
        return Ok(Vec::new());
    };
    let filed = clockwork::filed(&state);
    let local = scope.reference.at(area, filed);
    let values = Values(&content.facets);
    let measures = clockwork::measures(values, &state);
    let filing = clockwork::filing(&local, filed, values, &state, &measures);
    let judged = standard_for(local.standards(), &filing);
    let own = judged.filter(|judged| judged.standard.measure == measure);
    // No standard speaks of this measure: it is to be measured all the same, and nothing says how low it must be.
    let unspoken = Standard {
        measure: measure.to_owned(),
        at_least: i64::MAX,
        ..Standard::default()
    };
    let after: Measures = state
        .remeasured
        .map(|value| (measure.to_owned(), i64::from(value)))
        .into_iter()
        .collect();
    let standard = own.map_or(&unspoken, |judged| judged.standard);
    Ok(judge_closing(standard, &after))
}
