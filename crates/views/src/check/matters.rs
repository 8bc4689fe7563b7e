//! Matters that nobody holds, or that rest without leave.

use wangge_model::id::RecordId;
use wangge_model::kind::Facet;
use wangge_rules::deadline::check_asks;
use wangge_rules::finding::Finding;
use wangge_rules::matter;

use super::{Scope, row};
use crate::clockwork;
use crate::error::{Doing, Result};
use crate::list::area_range;
use crate::rows::FindingRow;
use crate::source;
use crate::values::Values;

const DOING: &str = "checking matters";

/// An open matter as its row tells.
struct Open {
    record: RecordId,
    area: String,
    unclaimed: bool,
    asks: bool,
    urgent: bool,
    /// How many levels consented to the suspension that holds now.
    rests: Option<u64>,
    overdue: bool,
}

pub(super) fn check(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let mut found = Vec::new();
    for open in open_matters(scope)? {
        found.extend(judge(&open).map(|finding| row(finding.about([open.record]))));
        if open.asks || open.rests.is_some() {
            found.extend(asks(scope, &open)?);
        }
    }
    Ok(found)
}

fn open_matters(scope: &Scope<'_>) -> Result<Vec<Open>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT r.record, r.area, m.unclaimed, m.asks, m.urgent, \
             CASE WHEN m.suspended_from_ms <= ?3 AND ?3 < m.suspended_until_ms THEN m.suspended_levels END, m.due_ms < ?3 \
             FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.closed = 0 AND r.area >= ?1 AND r.area < ?2 ORDER BY r.record",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map((from, until, scope.now.0), |row| {
            let record: Vec<u8> = row.get(0)?;
            let asks: u64 = row.get(3)?;
            let overdue: Option<bool> = row.get(6)?;
            Ok((
                record,
                Open {
                    record: RecordId::mint(0, [0; 10]),
                    area: row.get(1)?,
                    unclaimed: row.get(2)?,
                    asks: asks > 0,
                    urgent: row.get(4)?,
                    rests: row.get(5)?,
                    overdue: overdue.unwrap_or(false),
                },
            ))
        })
        .doing(DOING)?;
    rows.map(|row| {
        let (record, open) = row.doing(DOING)?;
        let record = source::record_id(&record, DOING)?;
        Ok(Open { record, ..open })
    })
    .collect()
}

fn judge(open: &Open) -> impl Iterator<Item = Finding> {
    let unclaimed = (open.unclaimed && open.overdue).then(|| {
        Finding::hard(
            "matter.unclaimed",
            "事件无人承办且已超期",
            "nobody has taken the matter, and it is overdue",
        )
    });
    let shelved = (open.urgent && open.rests.is_some_and(|levels| levels < 2)).then(|| {
        Finding::hard(
            "matter.urgent_shelved",
            "急件挂账未经两级批准",
            "an urgent matter rests without the consent of two levels",
        )
    });
    let undecided = (open.asks && open.overdue).then(|| {
        Finding::soft(
            "matter.ask_undecided",
            "挂账或延期申请逾期未审批",
            "nobody has decided on a request to suspend or extend, and the matter is overdue",
        )
    });
    [unclaimed, shelved, undecided].into_iter().flatten()
}

/// Requests held against the clocks and standards.
fn asks(scope: &Scope<'_>, open: &Open) -> Result<Vec<FindingRow>> {
    let content = source::content(scope.conn, open.record)?;
    let state = content
        .facets
        .get(&Facet::Open)
        .map(matter::fold)
        .unwrap_or_default();
    let filed = clockwork::filed(&state);
    let local = scope.reference.at(&open.area, filed);
    let terms = clockwork::terms(&local, filed, Values(&content.facets), &state);
    let found = check_asks(&state, &terms, local.calendar()).into_iter();
    Ok(found
        .map(|finding| row(finding.about([open.record])))
        .collect())
}
