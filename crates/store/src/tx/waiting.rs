//! The lines in which commits wait: inbox, parked, held, outbox.

use rusqlite::{Connection, Params};
use wangge_engine::tx::{ChainId, CommitRow, Counts, PageLimit, Waiting};
use wangge_model::id::{ChangeHash, CommitId, Key};

use super::commits::{COMMIT, read, with_parts};
use crate::error::{Doing, StoreError};
use crate::row::{self, Columns, all, each, run_each, signed};

/// Reads a line until the page is full: it holds at least one commit where there is one.
fn load_line(
    conn: &Connection,
    doing: &'static str,
    sql: &str,
    params: impl Params,
    limit: PageLimit,
) -> Result<Vec<Waiting>, StoreError> {
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let mut rows = statement.query(params).doing(doing)?;
    let mut page = Vec::new();
    let mut bytes = 0_u64;
    let bytes_max = limit.bytes_max as u64;
    while page.len() < limit.items_max {
        let Some(row) = rows.next().doing(doing)? else {
            break;
        };
        let found = read(&mut Columns::of(row, doing))?;
        bytes = bytes.saturating_add(found.size);
        if bytes > bytes_max && !page.is_empty() {
            break;
        }
        page.push(Waiting {
            number: found.number.cast_unsigned(),
            row: with_parts(conn, found)?,
        });
    }
    Ok(page)
}

pub(super) fn load_inbox(
    conn: &Connection,
    told: bool,
    limit: PageLimit,
) -> Result<Vec<Waiting>, StoreError> {
    let told = if told {
        "AND c.verdict IS NOT NULL"
    } else {
        ""
    };
    let sql = format!("{COMMIT} WHERE c.state = 2 {told} ORDER BY c.number");
    load_line(conn, "reading the inbox", &sql, [], limit)
}

pub(super) fn load_outbox(
    conn: &Connection,
    after: u64,
    limit: PageLimit,
) -> Result<Vec<Waiting>, StoreError> {
    let sql = format!("{COMMIT} WHERE c.owed = 1 AND c.number > ?1 ORDER BY c.number");
    load_line(conn, "reading the outbox", &sql, [signed(after)], limit)
}

pub(super) fn load_counts(conn: &Connection) -> Result<Counts, StoreError> {
    let counts = all(
        conn,
        "counting what stands open",
        "SELECT (SELECT count(*) FROM commits WHERE owed = 1),
                (SELECT count(*) FROM commits WHERE state = 1),
                (SELECT count(*) FROM commits WHERE state = 2),
                (SELECT coalesce(sum(size), 0) FROM commits WHERE state IN (2, 3)),
                (SELECT count(*) FROM commits WHERE state = 3)",
        [],
        |columns| {
            Ok(Counts {
                owed: columns.unsigned("owed")?,
                unjudged: columns.unsigned("unjudged")?,
                inbox: columns.unsigned("inbox")?,
                inbox_bytes: columns.unsigned("inbox_bytes")?,
                parked: columns.unsigned("parked")?,
            })
        },
    )?;
    Ok(counts.into_iter().next().unwrap_or_default())
}

pub(super) fn save_parked(
    conn: &Connection,
    rows: &[(CommitId, Vec<ChangeHash>)],
    since_ms: i64,
) -> Result<(), StoreError> {
    let doing = "parking a commit";
    let mut park = conn
        .prepare_cached(
            "UPDATE commits SET state = 3, parked_ms = ?2 WHERE id = ?1 RETURNING number",
        )
        .doing(doing)?;
    let mut wait = conn
        .prepare_cached(
            "INSERT INTO parked (hash, commit_number) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )
        .doing(doing)?;
    for (commit, hashes) in rows {
        let number: i64 = park
            .query_row((commit.0, since_ms), |row| row.get(0))
            .map_err(|error| StoreError::missing("a commit to park", doing, error))?;
        for hash in hashes {
            wait.execute((hash.0, number)).doing(doing)?;
        }
    }
    Ok(())
}

pub(super) fn wake_parked(conn: &Connection, hashes: &[ChangeHash]) -> Result<u64, StoreError> {
    let doing = "waking parked commits";
    let mut woken = 0;
    let mut forget = conn
        .prepare_cached("DELETE FROM parked WHERE commit_number = ?1")
        .doing(doing)?;
    let mut wake = conn
        .prepare_cached(
            "UPDATE commits SET state = 2, parked_ms = NULL WHERE number = ?1 AND state = 3",
        )
        .doing(doing)?;
    for hash in hashes {
        let sql = "SELECT commit_number FROM parked WHERE hash = ?1";
        for number in all(conn, doing, sql, [hash.0], |columns| {
            columns.number("parked.commit_number")
        })? {
            forget.execute([number]).doing(doing)?;
            woken += wake.execute([number]).doing(doing)?;
        }
    }
    Ok(woken as u64)
}

pub(super) fn load_parked_counts(
    conn: &Connection,
    devices: &[Key],
) -> Result<Vec<u64>, StoreError> {
    let counts = each(
        conn,
        "counting a device's parked commits",
        "SELECT count(*) FROM commits WHERE state = 3 AND chain IN (SELECT number FROM sequence WHERE key = ?1)",
        devices,
        |key| [key.0],
        |columns| columns.unsigned("count"),
    )?;
    Ok(counts.into_iter().map(Option::unwrap_or_default).collect())
}

pub(super) fn load_parked(
    conn: &Connection,
    before_ms: i64,
    items_max: usize,
) -> Result<Vec<CommitRow>, StoreError> {
    let sql = format!(
        "{COMMIT} WHERE c.state = 3 AND c.parked_ms <= ?1 ORDER BY c.parked_ms, c.number LIMIT ?2"
    );
    let limit = i64::try_from(items_max).unwrap_or(i64::MAX);
    all(
        conn,
        "reading parked commits",
        &sql,
        (before_ms, limit),
        read,
    )?
    .into_iter()
    .map(|found| with_parts(conn, found))
    .collect()
}

pub(super) fn load_held_bytes(conn: &Connection, origins: &[Key]) -> Result<Vec<u64>, StoreError> {
    let sums = each(
        conn,
        "measuring held commits",
        "SELECT coalesce(sum(size), 0) FROM commits
         WHERE state = 5 AND origin IN (SELECT number FROM sequence WHERE key = ?1)",
        origins,
        |key| [key.0],
        |columns| columns.unsigned("sum"),
    )?;
    Ok(sums.into_iter().map(Option::unwrap_or_default).collect())
}

pub(super) fn load_made(
    conn: &Connection,
    places: &[(ChainId, u64)],
) -> Result<Vec<Option<CommitId>>, StoreError> {
    each(
        conn,
        "looking for an own commit",
        "SELECT c.id FROM commits c JOIN sequence s ON s.number = c.chain
         WHERE s.key = ?1 AND s.epoch = ?2 AND c.device_seq = ?3 AND c.origin IS NULL",
        places,
        |(chain, place)| (chain.key.0, chain.epoch.0, signed(*place)),
        |columns| columns.id("commits.id"),
    )
}

pub(super) fn clear_owed(conn: &Connection, through: &[(ChainId, u64)]) -> Result<(), StoreError> {
    let doing = "ending what is owed";
    for (chain, through) in through {
        if let Some(sequence) = row::sequence(conn, chain)? {
            run_each(
                conn,
                doing,
                "UPDATE commits SET owed = 0 WHERE owed = 1 AND chain = ?1 AND device_seq <= ?2",
                &[(sequence, signed(*through))],
                |update, bound| update.execute(*bound),
            )?;
        }
    }
    Ok(())
}

pub(super) fn save_owed(conn: &Connection, beyond: &[(ChainId, u64)]) -> Result<(), StoreError> {
    let doing = "settling what is owed";
    for (chain, through) in beyond {
        let Some(sequence) = row::sequence(conn, chain)? else {
            continue;
        };
        let bounds = [(sequence, signed(*through))];
        // Two statements, so that each goes by an index of few rows.
        run_each(
            conn,
            doing,
            "UPDATE commits SET owed = 0 WHERE owed = 1 AND chain = ?1 AND device_seq <= ?2",
            &bounds,
            |update, bound| update.execute(*bound),
        )?;
        run_each(
            conn,
            doing,
            "UPDATE commits SET owed = 1
             WHERE owed = 0 AND origin IS NULL AND chain = ?1 AND device_seq > ?2",
            &bounds,
            |update, bound| update.execute(*bound),
        )?;
    }
    Ok(())
}
