//! The list of residents.

use rusqlite::{Connection, OptionalExtension, Row};
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;

use super::{Filter, common, common_columns, order};
use crate::error::{Doing, Result};
use crate::mask;
use crate::rows::{Page, Query, ResidentRow};
use crate::text::coded;

const FROM: &str = "view_record r JOIN view_resident s ON s.id = r.id";

fn columns() -> String {
    format!(
        "{}, s.sex, s.birth, s.residence, s.household, s.address, s.id_number",
        common_columns()
    )
}

/// A page of residents.
pub(crate) fn residents(conn: &Connection, query: &Query) -> Result<Page<ResidentRow>> {
    let filter = Filter::new(Kind::RESIDENT, query, Some("s.id_number"))?;
    filter.page(
        conn,
        query,
        (
            &columns(),
            FROM,
            order(query, "r.area, s.household, r.record", false),
        ),
        read,
    )
}

/// One resident.
pub(crate) fn resident_row(conn: &Connection, record: RecordId) -> Result<Option<ResidentRow>> {
    conn.prepare_cached(&format!(
        "SELECT {} FROM {FROM} LEFT JOIN granted g ON g.statement = r.changed_grant WHERE r.record = ?1",
        columns()
    ))
    .and_then(|mut statement| statement.query_row([record.as_bytes()], read).optional())
    .doing("reading a resident")
}

fn read(row: &Row<'_>) -> rusqlite::Result<ResidentRow> {
    let common = common(row)?;
    Ok(ResidentRow {
        record: common.record,
        area: common.area,
        name: common.title,
        sex: coded("sex", &row.get::<_, String>(12)?),
        birth: row.get(13)?,
        residence: coded("residence", &row.get::<_, String>(14)?),
        household: row.get(15)?,
        address: row.get(16)?,
        id_number_masked: mask::mask_id_number(&row.get::<_, String>(17)?),
        facets: common.facets,
        conflicts: common.conflicts,
        parallel: common.parallel,
        held: common.held,
        changed_ms: common.changed_ms,
        changed_by: common.changed_by,
    })
}
