//! Records that move: where they stand, what is told anew of them, and what goes when they leave.

use rusqlite::Connection;
use wangge_engine::tx::{CommitRow, DocId, PeerKind, Placement, Told};
use wangge_model::area::Area;
use wangge_model::id::{Key, RecordId};

use crate::error::{Doing, StoreError};
use crate::row::{all, each, name_sequence, run_each, signed};

pub(super) fn load_placements(
    conn: &Connection,
    records: &[RecordId],
) -> Result<Vec<Option<Placement>>, StoreError> {
    each(
        conn,
        "reading where a record was moved to",
        "SELECT record, area, hlc, moved_by FROM placement WHERE record = ?1",
        records,
        |record| [*record.as_bytes()],
        |columns| {
            Ok(Placement {
                record: columns.id("placement.record")?,
                area: columns.area()?,
                hlc: columns.unsigned("placement.hlc")?,
                moved_by: columns.id("placement.moved_by")?,
            })
        },
    )
}

pub(super) fn save_placements(conn: &Connection, rows: &[Placement]) -> Result<(), StoreError> {
    let doing = "writing where a record was moved to";
    run_each(
        conn,
        doing,
        "REPLACE INTO placement (record, area, hlc, moved_by) VALUES (?1, ?2, ?3, ?4)",
        rows,
        |replace, row| {
            replace.execute((
                row.record.as_bytes(),
                row.area.as_str(),
                signed(row.hlc),
                row.moved_by.0,
            ))
        },
    )?;
    run_each(
        conn,
        doing,
        "UPDATE record SET area = ?2 WHERE id = ?1",
        rows,
        |update, row| update.execute((row.record.as_bytes(), row.area.as_str())),
    )?;
    let records: Vec<RecordId> = rows.iter().map(|row| row.record).collect();
    touch(conn, &records)
}

/// What stands in no document has no line in the journal, and gets none.
fn touch(conn: &Connection, records: &[RecordId]) -> Result<(), StoreError> {
    run_each(
        conn,
        "writing the journal",
        "REPLACE INTO touched (number, record)
         SELECT (SELECT max(number) + 1 FROM touched), record FROM touched WHERE record = ?1",
        records,
        |touch, record| touch.execute([record.as_bytes()]),
    )
}

pub(super) fn load_branches(
    conn: &Connection,
    docs: &[DocId],
) -> Result<Vec<Option<u32>>, StoreError> {
    let found = each(
        conn,
        "reading the branches of a document",
        "SELECT max(branch) FROM part WHERE record = ?1 AND facet = ?2",
        docs,
        |doc| (*doc.record.as_bytes(), doc.facet.to_u32()),
        |columns| columns.opt_word("part.branch", Some),
    )?;
    Ok(found.into_iter().map(Option::flatten).collect())
}

pub(super) fn load_admitted_of(
    conn: &Connection,
    records: &[RecordId],
) -> Result<Vec<Told>, StoreError> {
    let mut told = Vec::new();
    for record in records {
        told.extend(all(
            conn,
            "reading the commits of a record",
            "SELECT c.place, c.id, s.key FROM commits c JOIN sequence s ON s.number = c.chain
             WHERE c.number IN (SELECT commit_number FROM part WHERE record = ?1)
                AND c.state = 4 AND c.place IS NOT NULL",
            [record.as_bytes()],
            |columns| {
                Ok((
                    columns.unsigned("commits.place")?,
                    Told {
                        commit: columns.id("commits.id")?,
                        device: columns.id("sequence.key")?,
                    },
                ))
            },
        )?);
    }
    told.sort_unstable_by_key(|(place, _)| *place);
    told.dedup();
    Ok(told.into_iter().map(|(_, told)| told).collect())
}

pub(super) fn save_present(
    conn: &Connection,
    records: &[RecordId],
    area: &Area,
) -> Result<(), StoreError> {
    // A commit on several records goes on to those who still have one of them.
    let scattered = "EXISTS (SELECT 1 FROM part q JOIN record r ON r.id = q.record
        WHERE q.commit_number = feed.commit_number AND r.area <> ?2)";
    for found in [
        "place IN (SELECT c.place FROM commits c
            WHERE c.number IN (SELECT commit_number FROM part WHERE record = ?1))",
        "past IS NOT NULL AND commit_number IN (SELECT commit_number FROM part WHERE record = ?1)",
    ] {
        run_each(
            conn,
            "marking what has moved",
            &format!(
                "UPDATE feed SET present = ?2 WHERE scope = 1 AND {found} AND NOT {scattered}"
            ),
            records,
            |update, record| update.execute((record.as_bytes(), area.as_str())),
        )?;
    }
    Ok(())
}

pub(super) fn drop_records(conn: &Connection, records: &[RecordId]) -> Result<(), StoreError> {
    for sql in [
        "UPDATE commits SET state = 2, parked_ms = NULL WHERE state = 3
            AND number IN (SELECT commit_number FROM part WHERE record = ?1)
            AND number IN (SELECT commit_number FROM parked)",
        "DELETE FROM parked WHERE commit_number IN (SELECT commit_number FROM part WHERE record = ?1)",
        "DELETE FROM document WHERE record = ?1",
        "DELETE FROM record WHERE id = ?1",
    ] {
        run_each(conn, "dropping a record", sql, records, |drop, record| {
            drop.execute([record.as_bytes()])
        })?;
    }
    touch(conn, records)
}

pub(super) fn drop_commits(
    conn: &Connection,
    own: &Key,
    records: &[RecordId],
) -> Result<(), StoreError> {
    let doing = "dropping what others wrote";
    let others = "SELECT p.commit_number FROM part p JOIN commits c ON c.number = p.commit_number
        JOIN sequence s ON s.number = c.chain WHERE p.record = ?1 AND s.key <> ?2";
    for record in records {
        let mut numbers = all(conn, doing, others, (record.as_bytes(), own.0), |columns| {
            columns.number("part.commit_number")
        })?;
        numbers.sort_unstable();
        numbers.dedup();
        drop_parts(conn, doing, record, &numbers)?;
    }
    Ok(())
}

/// Empties the record's parts of these commits; a commit that has nothing left goes whole.
fn drop_parts(
    conn: &Connection,
    doing: &'static str,
    record: &RecordId,
    numbers: &[i64],
) -> Result<(), StoreError> {
    run_each(
        conn,
        doing,
        "UPDATE part SET hash = NULL, actor = NULL, start_op = NULL, ops = NULL, salt = x'', change = x''
         WHERE commit_number = ?1 AND record = ?2",
        numbers,
        |empty, number| empty.execute((number, record.as_bytes())),
    )?;
    let mut left = conn
        .prepare_cached("SELECT 1 FROM part WHERE commit_number = ?1 AND length(change) > 0")
        .doing(doing)?;
    let mut gone = Vec::new();
    for number in numbers {
        if !left.exists([number]).doing(doing)? {
            gone.push(*number);
        }
    }
    for sql in [
        "DELETE FROM parked WHERE commit_number = ?1",
        "DELETE FROM part WHERE commit_number = ?1",
        "DELETE FROM commits WHERE number = ?1",
    ] {
        run_each(conn, doing, sql, &gone, |drop, number| {
            drop.execute([number])
        })?;
    }
    Ok(())
}

pub(super) fn save_again(conn: &Connection, rows: &[CommitRow]) -> Result<(), StoreError> {
    let doing = "writing what is told anew";
    let mut origin = conn
        .prepare_cached("UPDATE commits SET origin = ?2, origin_place = ?3 WHERE id = ?1")
        .doing(doing)?;
    let mut fill = conn
        .prepare_cached(
            "UPDATE part SET hash = ?3, actor = ?4, start_op = ?5, ops = ?6, salt = ?7, change = ?8
             WHERE commit_number = (SELECT number FROM commits WHERE id = ?1) AND position = ?2",
        )
        .doing(doing)?;
    for row in rows {
        let from = match &row.origin {
            Some(origin) => Some(name_sequence(conn, &origin.chain)?),
            None => None,
        };
        let place = row.origin.map(|origin| signed(origin.place));
        origin.execute((row.id.0, from, place)).doing(doing)?;
        for (position, part) in row.parts.iter().enumerate() {
            let outline = part.outline;
            fill.execute((
                row.id.0,
                position as i64,
                outline.map(|outline| outline.hash.0),
                outline.map(|outline| outline.actor.0),
                outline.map(|outline| signed(outline.start_op)),
                outline.map(|outline| signed(outline.ops)),
                &part.salt,
                &part.change,
            ))
            .doing(doing)?;
        }
    }
    Ok(())
}

pub(super) fn load_children(conn: &Connection) -> Result<Vec<(PeerKind, Area)>, StoreError> {
    all(
        conn,
        "reading the children's areas",
        "SELECT DISTINCT kind, area FROM peer ORDER BY area, kind",
        [],
        |columns| {
            Ok((
                columns.word("peer.kind", PeerKind::from_u32)?,
                columns.area()?,
            ))
        },
    )
}
