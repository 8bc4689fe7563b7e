//! What a report says again (R83): the same reporter's number, a sensor's say, told of the same class before, and that is still dealt with.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};
use wangge_model::id::RecordId;
use wangge_model::time::Ms;
use wangge_rules::automation::Again;

use super::super::subject::Subject;
use super::DOING;
use crate::error::{Doing, Result};

/// What a matter says again. `joins` are the merges that are proposed already, each matter with the one that leads.
pub(super) fn again(
    conn: &Connection,
    record: RecordId,
    subject: &Subject,
    joins: &BTreeMap<RecordId, RecordId>,
) -> Result<Option<Again>> {
    let values = subject.values();
    let same = ["source", "reporter", "class"].map(|key| values.text(key));
    let Some(said) = subject
        .state
        .at
        .reported
        .filter(|_| same.iter().all(|value| !value.is_empty()))
    else {
        return Ok(None);
    };
    let [source, reporter, class] = same;
    let before = conn
        .prepare_cached(
            "SELECT r.record, m.reported_ms FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.reporter = ?1 AND m.reporter <> '' AND m.class = ?2 AND m.source = ?3 \
             AND (m.reported_ms, r.record) < (?4, ?5) ORDER BY m.reported_ms DESC, r.record DESC LIMIT 1",
        )
        .and_then(|mut statement| {
            statement
                .query_row((reporter, class, source, said.0, record.as_bytes()), |row| {
                    Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(1)?))
                })
                .optional()
        })
        .doing(DOING)?;
    let before = before.and_then(|(id, ms)| Some((RecordId::try_from(id.as_slice()).ok()?, ms)));
    let Some((id, before)) = before else {
        return Ok(None);
    };
    Ok(lead(conn, id, joins)?.map(|lead| Again {
        lead,
        before: Ms(before),
    }))
}

/// The open matter in which one is dealt with; `None` where that is closed, or they lead in a ring.
fn lead(
    conn: &Connection,
    from: RecordId,
    joins: &BTreeMap<RecordId, RecordId>,
) -> Result<Option<RecordId>> {
    let mut seen = BTreeSet::new();
    let mut at = from;
    while seen.insert(at) {
        if let Some(lead) = joins.get(&at) {
            at = *lead;
            continue;
        }
        let found = conn
            .prepare_cached(
                "SELECT m.merged_into, m.closed FROM view_matter m JOIN view_record r ON r.id = m.id WHERE r.record = ?1",
            )
            .and_then(|mut statement| {
                statement
                    .query_row([at.as_bytes()], |row| {
                        Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?))
                    })
                    .optional()
            })
            .doing(DOING)?;
        let Some((into, closed)) = found else {
            return Ok(None);
        };
        match into.parse() {
            Ok(into) => at = into,
            Err(_) => return Ok((!closed).then_some(at)),
        }
    }
    Ok(None)
}
