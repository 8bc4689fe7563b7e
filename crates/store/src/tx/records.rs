//! Records, their documents, and the journal that views fold from.

use rusqlite::Connection;
use wangge_engine::tx::{DocId, DocRow, RecordRow};
use wangge_model::area::Area;
use wangge_model::id::{ChangeHash, RecordId};
use wangge_model::kind::Kind;

use crate::error::{Doing, StoreError};
use crate::row::{Columns, all, each, run_each};

pub(super) fn load(
    conn: &Connection,
    ids: &[RecordId],
) -> Result<Vec<Option<RecordRow>>, StoreError> {
    each(
        conn,
        "reading a record",
        &format!("{RECORD} WHERE id = ?1"),
        ids,
        |id| [*id.as_bytes()],
        read,
    )
}

pub(super) fn load_outside(conn: &Connection, area: &Area) -> Result<Vec<RecordRow>, StoreError> {
    all(
        conn,
        "reading the records outside an area",
        &format!("{RECORD} WHERE substr(area, 1, length(?1)) <> ?1 ORDER BY id"),
        [area.as_str()],
        read,
    )
}

const RECORD: &str = "SELECT id, kind, area, created_by, paused FROM record";

fn read(columns: &mut Columns<'_, '_>) -> Result<RecordRow, StoreError> {
    Ok(RecordRow {
        id: columns.id("record.id")?,
        kind: columns.word("record.kind", Kind::from_u32)?,
        area: columns.area()?,
        created_by: columns.id("record.created_by")?,
        paused: columns.flag("record.paused")?,
    })
}

pub(super) fn save(conn: &Connection, rows: &[RecordRow]) -> Result<(), StoreError> {
    run_each(
        conn,
        "writing a record",
        "INSERT INTO record (id, kind, paused, area, created_by) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, paused = excluded.paused, area = excluded.area,
            created_by = excluded.created_by",
        rows,
        |upsert, row| {
            upsert.execute((
                row.id.as_bytes(),
                row.kind.to_u32(),
                row.paused,
                row.area.as_str(),
                row.created_by.0,
            ))
        },
    )
}

pub(super) fn load_documents(
    conn: &Connection,
    ids: &[DocId],
) -> Result<Vec<Option<DocRow>>, StoreError> {
    let mut rows = each(
        conn,
        "reading a document",
        "SELECT branch, heads, save FROM document WHERE record = ?1 AND facet = ?2",
        ids,
        |id| (*id.record.as_bytes(), id.facet.to_u32()),
        |columns| {
            Ok((
                columns.small("document.branch")?,
                columns.ids(ChangeHash::LEN, "document.heads")?,
                columns.bytes("document.save")?,
            ))
        },
    )?;
    let named = ids.iter().zip(rows.drain(..));
    Ok(named
        .map(|(id, row)| {
            row.map(|(branch, heads, save)| DocRow {
                id: *id,
                save,
                heads,
                branch,
            })
        })
        .collect())
}

pub(super) fn save_documents(conn: &Connection, rows: &[DocRow]) -> Result<(), StoreError> {
    let doing = "writing a document";
    let mut upsert = conn
        .prepare_cached(
            "INSERT INTO document (record, facet, branch, heads, save) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (record, facet) DO UPDATE SET branch = excluded.branch, heads = excluded.heads,
                save = excluded.save",
        )
        .doing(doing)?;
    // The number is reckoned before the record's old line goes, so that it is always a new one.
    let mut touch = conn
        .prepare_cached(
            "REPLACE INTO touched (number, record)
             VALUES ((SELECT coalesce(max(number), 0) + 1 FROM touched), ?1)",
        )
        .doing(doing)?;
    let mut last = None;
    for row in rows {
        let record = row.id.record.as_bytes();
        let heads: Vec<u8> = row.heads.iter().flat_map(|head| head.0).collect();
        upsert
            .execute((record, row.id.facet.to_u32(), row.branch, heads, &row.save))
            .doing(doing)?;
        // The facets of one record come together; one line tells of them all.
        if last != Some(row.id.record) {
            touch.execute([record]).doing(doing)?;
        }
        last = Some(row.id.record);
    }
    Ok(())
}
