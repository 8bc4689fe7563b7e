//! The law `fold_equal`: rows that were folded as things came equal rows folded from nothing.

use std::collections::BTreeSet;

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::LADDER;
use crate::error::{Doing, Result};
use crate::fold;
use crate::limits;
use crate::reference::Cache;

const DOING: &str = "comparing rows";

/// Every table with its columns but the ids, which are only a store's own; in an order that does not depend on them.
const TABLES: &[(&str, &str)] = &[
    (
        "view_record",
        "SELECT hex(record), kind, area, title, facets, conflicts, parallel, changed_hlc, changed_ms, hex(changed_by), hex(changed_grant) \
         FROM view_record ORDER BY record",
    ),
    (
        "view_resident",
        "SELECT hex(r.record), s.sex, s.birth, s.residence, s.household, s.address, s.id_number, s.phones \
         FROM view_resident s JOIN view_record r ON r.id = s.id ORDER BY r.record",
    ),
    (
        "view_matter",
        "SELECT hex(r.record), m.sort, m.class, m.scale, m.severity, m.source, m.reporter, m.replied, m.place, m.occurred_ms, m.stage, m.closed, \
         m.stage_since_ms, m.holder, m.steps, m.void_steps, m.urgent, m.exempt, m.reported_ms, m.wait, m.due_ms, m.yellow_ms, \
         m.community_ms, m.township_ms, m.county_ms, m.rise_ms, m.suspended_from_ms, m.suspended_until_ms, m.suspended_levels, m.asks, \
         m.unclaimed, m.answered_ms, m.response_ms, m.merged_into, m.held_by, m.reopens, m.supporters, m.cause FROM view_matter m JOIN view_record r ON r.id = m.id ORDER BY r.record",
    ),
    (
        "view_value",
        "SELECT hex(r.record), v.key, v.value, v.link FROM view_value v JOIN view_record r ON r.id = v.id ORDER BY r.record, v.key",
    ),
    (
        "view_conflict",
        "SELECT hex(r.record), x.facet, x.key FROM view_conflict x JOIN view_record r ON r.id = x.id ORDER BY r.record, x.facet, x.key",
    ),
    (
        "view_invalid",
        "SELECT hex(r.record), x.facet, x.key FROM view_invalid x JOIN view_record r ON r.id = x.id ORDER BY r.record, x.facet, x.key",
    ),
    (
        "view_reference",
        "SELECT hex(r.record), f.kind, f.area, f.cells FROM view_reference f JOIN view_record r ON r.id = f.id ORDER BY r.record",
    ),
    (
        "view_share",
        "SELECT hex(r.record), s.area, s.shares FROM view_share s JOIN view_record r ON r.id = s.id ORDER BY r.record",
    ),
    (
        "view_sum",
        "SELECT measure || ' ' || area || ' ' || day, split, n FROM view_sum ORDER BY measure, area, day, split",
    ),
    (
        "view_problem",
        "SELECT hex(record), kind, area, text FROM view_problem ORDER BY record",
    ),
    (
        "view_text",
        "SELECT hex(r.record), 1 FROM view_text t JOIN view_record r ON r.id = t.rowid ORDER BY r.record",
    ),
];

/// An empty database with the tables of views, to fold into anew. It is empty again after each use.
pub struct Scratch(Connection);

impl Scratch {
    /// In memory.
    ///
    /// # Errors
    /// SQLite's.
    pub fn open() -> Result<Self> {
        let conn = Connection::open_in_memory().doing(DOING)?;
        conn.set_prepared_statement_cache_capacity(wangge_store::limits::STATEMENTS_MAX);
        for step in LADDER.steps {
            conn.execute_batch(step).doing(DOING)?;
        }
        Ok(Self(conn))
    }
}

/// Folds everything anew beside the store and says where the rows differ: the table and the record, never the content.
/// Empty: equal. The rows must be folded to the journal's end.
pub(crate) fn differences(conn: &Connection, scratch: &mut Scratch) -> Result<Vec<String>> {
    // Rolled back when dropped.
    let scratch = scratch.0.transaction().doing(DOING)?;
    let cache = Cache::default();
    while fold::fold_next(conn, &scratch, limits::FOLD_RECORDS_MAX, &cache)?.folded > 0 {}
    let mut found = Vec::new();
    for (table, sql) in TABLES {
        let (ours, anew) = (dump(conn, sql)?, dump(&scratch, sql)?);
        found.extend(
            anew.difference(&ours)
                .map(|row| say(table, row, "missing or other")),
        );
        found.extend(
            ours.difference(&anew)
                .map(|row| say(table, row, "not in the new fold")),
        );
    }
    Ok(found)
}

/// A row: the record's id in hex, and everything as SQLite's literals.
type Row = (String, String);

fn say(table: &str, (record, _): &Row, what: &str) -> String {
    format!("{table} {record}: {what}")
}

fn dump(conn: &Connection, sql: &str) -> Result<BTreeSet<Row>> {
    let mut statement = conn.prepare_cached(sql).doing(DOING)?;
    let columns = statement.column_count();
    let rows = statement
        .query_map([], |row| {
            let values = (0..columns)
                .map(|at| row.get::<_, Value>(at))
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok((row.get(0)?, format!("{values:?}")))
        })
        .doing(DOING)?;
    rows.collect::<rusqlite::Result<_>>().doing(DOING)
}
