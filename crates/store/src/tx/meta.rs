//! Small named values, and how far sequences were received and merged.

use rusqlite::Connection;
use wangge_engine::tx::{ChainId, ChainRow, Mark};
use wangge_model::id::Key;
use wangge_model::kind::Level;

use crate::error::{Doing, StoreError};
use crate::row::{self, Columns, all, each, run_each, signed};

pub(super) fn load(conn: &Connection, keys: &[&str]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
    each(
        conn,
        "reading a named value",
        "SELECT value FROM meta WHERE key = ?1",
        keys,
        |key| [*key],
        |columns| columns.bytes("meta.value"),
    )
}

pub(super) fn save(conn: &Connection, pairs: &[(&str, Vec<u8>)]) -> Result<(), StoreError> {
    run_each(
        conn,
        "writing a named value",
        "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        pairs,
        |upsert, (key, value)| upsert.execute((*key, value)),
    )
}

const CHAIN: &str = "SELECT s.key, s.epoch, c.through, c.last, c.hlc
    FROM sequence s JOIN chain c ON c.sequence = s.number";

fn read_chain(columns: &mut Columns<'_, '_>) -> Result<ChainRow, StoreError> {
    Ok(ChainRow {
        id: columns.chain()?,
        through: columns.unsigned("chain.through")?,
        last: columns.id("chain.last")?,
        hlc: columns.unsigned("chain.hlc")?,
    })
}

pub(super) fn load_chains(
    conn: &Connection,
    ids: &[ChainId],
) -> Result<Vec<Option<ChainRow>>, StoreError> {
    let sql = format!("{CHAIN} WHERE s.key = ?1 AND s.epoch = ?2");
    each(
        conn,
        "reading a chain",
        &sql,
        ids,
        |id| (id.key.0, id.epoch.0),
        read_chain,
    )
}

pub(super) fn load_chains_of(conn: &Connection, keys: &[Key]) -> Result<Vec<ChainRow>, StoreError> {
    let sql = format!("{CHAIN} WHERE s.key = ?1");
    let mut rows = Vec::new();
    for key in keys {
        rows.extend(all(
            conn,
            "reading a key's chains",
            &sql,
            [key.0],
            read_chain,
        )?);
    }
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    Ok(rows)
}

pub(super) fn save_chains(conn: &Connection, rows: &[ChainRow]) -> Result<(), StoreError> {
    let doing = "writing a chain";
    let mut upsert = conn
        .prepare_cached(
            "INSERT INTO chain (sequence, through, hlc, last) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (sequence) DO UPDATE SET through = excluded.through, hlc = excluded.hlc, last = excluded.last",
        )
        .doing(doing)?;
    for row in rows {
        let sequence = row::name_sequence(conn, &row.id)?;
        upsert
            .execute((sequence, signed(row.through), signed(row.hlc), row.last.0))
            .doing(doing)?;
    }
    Ok(())
}

pub(super) fn load_marks(conn: &Connection, chains: &[ChainId]) -> Result<Vec<Mark>, StoreError> {
    let mut marks = Vec::new();
    for chain in chains {
        let found = all(
            conn,
            "reading a sequence's marks",
            "SELECT m.level, m.through FROM mark m JOIN sequence s ON s.number = m.sequence
             WHERE s.key = ?1 AND s.epoch = ?2",
            (chain.key.0, chain.epoch.0),
            |columns| {
                Ok(Mark {
                    chain: *chain,
                    level: columns.word("mark.level", Level::from_u32)?,
                    through: columns.unsigned("mark.through")?,
                })
            },
        )?;
        marks.extend(found);
    }
    marks.sort_by_key(|mark| (mark.chain, mark.level));
    marks.dedup();
    Ok(marks)
}

pub(super) fn save_marks(conn: &Connection, marks: &[Mark]) -> Result<(), StoreError> {
    let doing = "writing a mark";
    let mut upsert = conn
        .prepare_cached(
            "INSERT INTO mark (sequence, level, through) VALUES (?1, ?2, ?3)
             ON CONFLICT (sequence, level) DO UPDATE SET through = max(through, excluded.through)",
        )
        .doing(doing)?;
    for mark in marks {
        let sequence = row::name_sequence(conn, &mark.chain)?;
        upsert
            .execute((sequence, mark.level.to_u32(), signed(mark.through)))
            .doing(doing)?;
    }
    Ok(())
}
