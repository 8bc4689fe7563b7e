//! What a plan is about, and when each of its targets was last done (R2, R11, R34).

use std::collections::BTreeMap;

use rusqlite::Connection;
use rusqlite::types::Value as SqlValue;
use wangge_model::field;
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::{Date, Ms};
use wangge_rules::people::rounds;

use super::{DOING, Row, rows};
use crate::error::{Doing, Result};
use crate::list::{area_range, sql_value};
use crate::source;
use crate::values::Values;

const DAY_MS: i64 = 86_400_000;

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
        let mut targets = targets(conn, &row, inside)?;
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
    let end_ms = on.start().0.saturating_add(DAY_MS);
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

/// What a plan wants done in an area: the records of its kind that meet its condition; none where the condition cannot be read.
fn targets(conn: &Connection, plan: &Row, area: &str) -> Result<Vec<Target>> {
    let content = source::content(conn, plan.id)?;
    let values = Values(&content.facets);
    let word = values.text("target_kind");
    if word.is_empty() {
        return Ok(vec![Target {
            record: plan.id,
            title: plan.title.clone(),
            last: None,
        }]);
    }
    let Ok(kind) = word.parse::<Kind>() else {
        return Ok(Vec::new());
    };
    let Some(conditions) = conditions(kind, values.text("target_filter")) else {
        return Ok(Vec::new());
    };
    of_kind(conn, kind, &conditions, area)
}

/// `key=value`, several with `;` between them; `None` where one names no listed field of the kind or a value that it does not take.
fn conditions(kind: Kind, filter: &str) -> Option<Vec<(&'static str, SqlValue)>> {
    let parts = filter.split([';', '；']).map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=')?;
            let field = field::field_named(kind, key.trim())
                .filter(|field| field.marks.filter || field.marks.listed)?;
            let value = field.parse(value.trim()).ok()?;
            Some((field.key, sql_value(value)))
        })
        .collect()
}

/// The records of a kind that meet all conditions. Who moved out or is another record's person is none.
fn of_kind(
    conn: &Connection,
    kind: Kind,
    conditions: &[(&'static str, SqlValue)],
    area: &str,
) -> Result<Vec<Target>> {
    let (from, until) = area_range(area)?;
    let mut sql = "SELECT r.record, r.title FROM view_record r WHERE r.kind = ? AND r.area >= ? AND r.area < ? \
         AND NOT EXISTS (SELECT 1 FROM view_value g WHERE g.id = r.id AND g.key IN ('moved_out', 'same_as'))"
        .to_owned();
    let mut params: Vec<SqlValue> =
        vec![i64::from(kind.to_u32()).into(), from.into(), until.into()];
    for (key, value) in conditions {
        sql.push_str(" AND EXISTS (SELECT 1 FROM view_value v WHERE v.id = r.id AND v.key = ? AND v.value = ?)");
        params.extend([(*key).to_owned().into(), value.clone()]);
    }
    sql.push_str(" ORDER BY r.record");
    let mut statement = conn.prepare_cached(&sql).doing(DOING)?;
    let found = statement
        .query_map(rusqlite::params_from_iter(params), |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, String>(1)?))
        })
        .doing(DOING)?;
    let mut targets = Vec::new();
    for one in found {
        let (record, title) = one.doing(DOING)?;
        if let Ok(record) = RecordId::try_from(record.as_slice()) {
            targets.push(Target {
                record,
                title,
                last: None,
            });
        }
    }
    Ok(targets)
}
