//! What a plan is about, and when each of its targets was last done (R2, R11, R34).

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::{Date, Ms};
use wangge_rules::people::rounds;

use super::{DOING, Row, rows};
use crate::error::{Doing, Result, ViewsError};
use crate::list::area_range;
use crate::source;
use crate::values::Values;

/// A plan with its targets.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) plan: RecordId,
    pub(crate) title: String,
    /// A code of `plan_sort`.
    pub(crate) sort: String,
    pub(crate) area: String,
    pub(crate) round: rounds::Round,
    pub(crate) targets: Vec<Target>,
}

/// Something that a plan wants done.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) record: RecordId,
    pub(crate) title: String,
    /// The day on which it was last done.
    pub(crate) last: Option<Date>,
}

/// Which records name what was visited or inspected, and by which fields.
const DOERS: [(Kind, &[&str]); 2] = [
    (
        Kind::VISIT,
        &["resident", "household", "organisation", "plan"],
    ),
    (
        Kind::INSPECTION,
        &["component", "organisation", "dwelling", "plan"],
    ),
];

/// The plans that run on a day in some part of an area, with the targets of that part. A plan without a kind of target is a target itself.
pub(crate) fn rounds(conn: &Connection, area: &str, on: Date) -> Result<Vec<Round>> {
    let done = last_done(conn, on)?;
    let gone = gone(conn, area)?;
    let mut found = Vec::new();
    for row in rows(conn, Kind::PLAN, "")? {
        let meets = row.area.starts_with(area) || area.starts_with(&row.area);
        let (Some(from), until) = (row.read::<Date>("from"), row.read::<Date>("until")) else {
            continue;
        };
        if !meets || on < from || until.is_some_and(|until| until < on) {
            continue;
        }
        let inside = if row.area.len() < area.len() {
            area
        } else {
            &row.area
        };
        let mut targets = targets(conn, &row, inside, &gone)?;
        for target in &mut targets {
            target.last = done.get(&target.record.to_string()).copied();
        }
        found.push(Round {
            plan: row.id,
            title: row.title.clone(),
            sort: row.text("sort").to_owned(),
            area: row.area.clone(),
            round: rounds::Round {
                from,
                until,
                every_days: row.int("every_days"),
            },
            targets,
        });
    }
    Ok(found)
}

/// The last day, up to `on`, on which anything was visited or inspected, by its id.
fn last_done(conn: &Connection, on: Date) -> Result<BTreeMap<String, Date>> {
    let mut done: BTreeMap<String, Date> = BTreeMap::new();
    let mut statement = conn
        .prepare_cached(
            "SELECT t.value, max(a.value) FROM view_value t JOIN view_value a ON a.id = t.id AND a.key = 'at_ms' \
             WHERE t.kind = ?1 AND t.key = ?2 AND a.value < ?3 GROUP BY t.value",
        )
        .doing(DOING)?;
    let end_ms = on.plus(1).start().0;
    for (kind, keys) in DOERS {
        for key in keys {
            let found = statement
                .query_map((kind.to_u32(), key, end_ms), |row| {
                    Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
                })
                .doing(DOING)?;
            for one in found {
                let (target, at_ms) = one.doing(DOING)?;
                let day = Ms(at_ms).date();
                let last = done.entry(target).or_insert(day);
                *last = day.max(*last);
            }
        }
    }
    Ok(done)
}

/// What a plan wants done in an area: its targets there but those that are gone; none where its condition cannot be read.
fn targets(
    conn: &Connection,
    plan: &Row,
    area: &str,
    gone: &BTreeSet<RecordId>,
) -> Result<Vec<Target>> {
    let content = source::content(conn, plan.id)?;
    if Values(&content.facets).text("target_kind").is_empty() {
        return Ok(vec![Target {
            record: plan.id,
            title: plan.title.clone(),
            last: None,
        }]);
    }
    let found = match crate::targets::targets(conn, plan.id, area) {
        // The check says what is wrong with it.
        Err(ViewsError::Question { .. }) => Vec::new(),
        found => found?,
    };
    let there = found.into_iter().filter(|one| !gone.contains(&one.id));
    let target = |one: crate::targets::Target| Target {
        record: one.id,
        title: one.title,
        last: None,
    };
    Ok(there.map(target).collect())
}

/// Who moved out of an area, or is there another record's person.
fn gone(conn: &Connection, area: &str) -> Result<BTreeSet<RecordId>> {
    let (from, until) = area_range(area)?;
    let mut statement = conn
        .prepare_cached(
            "SELECT DISTINCT r.record FROM view_value v JOIN view_record r ON r.id = v.id \
             WHERE v.kind = ?1 AND v.key IN ('moved_out', 'same_as') AND r.area >= ?2 AND r.area < ?3",
        )
        .doing(DOING)?;
    let found = statement
        .query_map((Kind::RESIDENT.to_u32(), from, until), |row| {
            row.get::<_, [u8; 16]>(0)
        })
        .doing(DOING)?;
    let mut gone = BTreeSet::new();
    for record in found {
        gone.extend(RecordId::try_from(record.doing(DOING)?.as_slice()));
    }
    Ok(gone)
}
