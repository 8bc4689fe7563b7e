//! The list of matters.

use rusqlite::{Connection, OptionalExtension, Row};
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;

use super::{Filter, ask, common, common_columns, order};
use crate::error::{Doing, Result, ViewsError};
use crate::limits::LEARNED_MATTERS_MAX;
use crate::rows::{MatterRow, Page, Query};
use crate::stage;
use crate::text::{coded, plain};

const FROM: &str = "view_record r JOIN view_matter m ON m.id = r.id";

fn columns() -> String {
    format!(
        "{}, m.sort, m.class, m.scale, m.severity, m.source, m.reporter, m.replied, m.place, m.occurred_ms, m.stage, m.closed, \
         m.stage_since_ms, m.holder, m.steps, m.void_steps",
        common_columns()
    )
}

/// A page of matters.
pub(crate) fn matters(conn: &Connection, query: &Query) -> Result<Page<MatterRow>> {
    let mut filter = Filter::new(Kind::MATTER, query, None)?;
    filter.of_matters(query)?;
    filter.page(
        conn,
        query,
        (&columns(), FROM, order(query, "r.area, r.record", true)),
        read,
    )
}

/// One matter.
pub(crate) fn matter_row(conn: &Connection, record: RecordId) -> Result<Option<MatterRow>> {
    conn.prepare_cached(&format!(
        "SELECT {} FROM {FROM} LEFT JOIN granted g ON g.statement = r.changed_grant WHERE r.record = ?1",
        columns()
    ))
    .and_then(|mut statement| statement.query_row([record.as_bytes()], read).optional())
    .doing("reading a matter")
}

fn read(row: &Row<'_>) -> rusqlite::Result<MatterRow> {
    let common = common(row)?;
    let text = |at: usize| row.get::<_, String>(at);
    Ok(MatterRow {
        record: common.record,
        area: common.area,
        title: common.title,
        sort: coded("sort", &text(12)?),
        class: plain(&text(13)?),
        scale: coded("scale", &text(14)?),
        severity: coded("severity", &text(15)?),
        source: coded("source", &text(16)?),
        reporter: text(17)?,
        replied: row.get(18)?,
        place: text(19)?,
        occurred_ms: row.get(20)?,
        stage: stage::coded(&text(21)?),
        closed: row.get(22)?,
        stage_since_ms: row.get(23)?,
        holder: text(24)?,
        steps: row.get(25)?,
        void_steps: row.get(26)?,
        conflicts: common.conflicts,
        parallel: common.parallel,
        held: common.held,
        changed_ms: common.changed_ms,
        changed_by: common.changed_by,
    })
}

/// A matter and the class that stands in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Classified {
    /// The matter.
    pub record: RecordId,
    /// Its class, as it was typed: a code or a name.
    pub class: String,
}

/// The matters with a class that changed last, the newest last.
pub(crate) fn classified(conn: &Connection) -> Result<Vec<Classified>> {
    let doing = "reading which classes were chosen";
    let mut statement = ask(
        conn,
        "SELECT r.record, m.class FROM view_record r JOIN view_matter m ON m.id = r.id \
         WHERE r.kind = ?1 AND m.class <> '' ORDER BY r.changed_hlc DESC, r.record DESC LIMIT ?2",
    )
    .doing(doing)?;
    let rows = statement
        .query_map((Kind::MATTER.to_u32(), LEARNED_MATTERS_MAX), |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?))
        })
        .doing(doing)?;
    let mut found = rows
        .map(|row| {
            let (record, class) = row.doing(doing)?;
            let record = RecordId::try_from(record.as_slice()).map_err(|_| ViewsError::Value {
                doing,
                what: "record",
            })?;
            Ok(Classified { record, class })
        })
        .collect::<Result<Vec<_>>>()?;
    found.reverse();
    Ok(found)
}
