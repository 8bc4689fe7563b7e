//! Statements, the feed, and how far sequences are covered by it.

use rusqlite::{Connection, params};
use wangge_engine::tx::{
    CommitBytes, Covered, FeedEntry, FeedFilter, FeedPage, FeedRow, GrantRow, PageLimit, PartBytes,
    Scope, StatementRow,
};
use wangge_model::area::Area;
use wangge_model::id::StatementId;
use wangge_model::kind::{Act, Facet, Kind, Role};

use crate::error::{Doing, StoreError};
use crate::row::{self, Columns, all, each, run_each, signed};

pub(super) fn append_statements(
    conn: &Connection,
    rows: &[StatementRow],
) -> Result<(), StoreError> {
    run_each(
        conn,
        "appending a statement",
        "INSERT INTO statement (id, hub, signature, bytes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING",
        rows,
        |insert, row| insert.execute((row.id.0, row.hub.0, &row.signature, &row.bytes)),
    )
}

pub(super) fn load_statements(
    conn: &Connection,
    ids: &[StatementId],
) -> Result<Vec<Option<StatementRow>>, StoreError> {
    each(
        conn,
        "reading a statement",
        "SELECT id, hub, signature, bytes FROM statement WHERE id = ?1",
        ids,
        |id| [id.0],
        |columns| {
            Ok(StatementRow {
                id: columns.id("statement.id")?,
                hub: columns.id("statement.hub")?,
                signature: columns.bytes("statement.signature")?,
                bytes: columns.bytes("statement.bytes")?,
            })
        },
    )
}

pub(super) fn append_grants(conn: &Connection, rows: &[GrantRow]) -> Result<(), StoreError> {
    // The numbers of `proto/` that these lists hold are far below 256.
    let bytes = |numbers: &mut dyn Iterator<Item = u32>| -> Vec<u8> {
        numbers
            .filter_map(|number| u8::try_from(number).ok())
            .collect()
    };
    run_each(
        conn,
        "appending a grant",
        "INSERT INTO granted (statement, hub, device, member, name, role, area, from_ms, until_ms, kinds, facets, acts)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (statement) DO NOTHING",
        rows,
        |insert, row| {
            insert.execute(params![
                row.statement.0,
                row.hub.0,
                row.device.0,
                row.member.as_bytes(),
                row.name,
                row.role.to_u32(),
                row.area.as_str(),
                row.from_ms,
                row.until_ms,
                bytes(&mut row.kinds.iter().map(|kind| kind.to_u32())),
                bytes(&mut row.facets.iter().map(|facet| facet.to_u32())),
                bytes(&mut row.acts.iter().map(|act| act.to_u32())),
            ])
        },
    )
}

pub(super) fn load_grants(
    conn: &Connection,
    ids: &[StatementId],
) -> Result<Vec<Option<GrantRow>>, StoreError> {
    each(
        conn,
        "reading a grant",
        "SELECT statement, hub, device, member, name, role, area, from_ms, until_ms, kinds, facets, acts
         FROM granted WHERE statement = ?1",
        ids,
        |id| [id.0],
        |columns| {
            Ok(GrantRow {
                statement: columns.id("granted.statement")?,
                hub: columns.id("granted.hub")?,
                device: columns.id("granted.device")?,
                member: columns.id("granted.member")?,
                name: columns.text("granted.name")?,
                role: columns.word("granted.role", Role::from_u32)?,
                area: columns.area()?,
                from_ms: columns.number("granted.from_ms")?,
                until_ms: columns.number("granted.until_ms")?,
                kinds: columns.words("granted.kinds", Kind::from_u32)?,
                facets: columns.words("granted.facets", Facet::from_u32)?,
                acts: columns.words("granted.acts", Act::from_u32)?,
            })
        },
    )
}

pub(super) fn append(conn: &Connection, rows: &[FeedRow]) -> Result<(), StoreError> {
    let doing = "appending to the feed";
    let mut statement_number = conn
        .prepare_cached("SELECT number FROM statement WHERE id = ?1")
        .doing(doing)?;
    let mut commit_number = conn
        .prepare_cached("SELECT number FROM commits WHERE id = ?1")
        .doing(doing)?;
    let mut insert = conn
        .prepare_cached(
            "INSERT INTO feed (place, statement, commit_number, scope, area, device, origin, origin_place, past)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )
        .doing(doing)?;
    for row in rows {
        let statement: i64 = statement_number
            .query_row([row.statement.0], |found| found.get(0))
            .map_err(|error| StoreError::missing("the statement of an entry", doing, error))?;
        let commit: Option<i64> = match row.commit {
            None => None,
            Some(id) => Some(
                commit_number
                    .query_row([id.0], |found| found.get(0))
                    .map_err(|error| StoreError::missing("the commit of an entry", doing, error))?,
            ),
        };
        let origin = match &row.origin {
            Some(origin) => Some(row::name_sequence(conn, &origin.chain)?),
            None => None,
        };
        insert
            .execute((
                signed(row.place),
                statement,
                commit,
                row.scope.to_u32(),
                row.area.as_str(),
                row.device.map(|key| key.0),
                origin,
                row.origin.map(|origin| signed(origin.place)),
                row.past.as_ref().map(Area::as_str),
            ))
            .map_err(|error| StoreError::exists("a place of the feed", doing, error))?;
    }
    Ok(())
}

pub(super) fn load_fed(conn: &Connection, ids: &[StatementId]) -> Result<Vec<bool>, StoreError> {
    let found = each(
        conn,
        "looking for statements in the feed",
        "SELECT 1 FROM feed WHERE statement = (SELECT number FROM statement WHERE id = ?1)",
        ids,
        |id| [id.0],
        |_| Ok(()),
    )?;
    Ok(found.into_iter().map(|found| found.is_some()).collect())
}

/// An entry's own columns, and the numbers by which what it names is found.
struct Line {
    row: FeedRow,
    /// Where its records stand by now, if they were moved after it.
    present: Option<Area>,
    commit_number: Option<i64>,
    statement_number: i64,
}

fn read_line(columns: &mut Columns<'_, '_>) -> Result<Line, StoreError> {
    Ok(Line {
        statement_number: columns.number("feed.statement")?,
        commit_number: columns.opt_number("feed.commit_number")?,
        row: FeedRow {
            place: columns.unsigned("feed.place")?,
            scope: columns.word("feed.scope", Scope::from_u32)?,
            area: columns.area()?,
            device: columns.opt_id("feed.device")?,
            origin: columns.origin()?,
            statement: columns.id("statement.id")?,
            commit: columns.opt_id("commits.id")?,
            past: columns.opt_area()?,
        },
        present: columns.opt_area()?,
    })
}

pub(super) fn load(
    conn: &Connection,
    after: u64,
    filter: &FeedFilter,
    limit: PageLimit,
) -> Result<FeedPage, StoreError> {
    let doing = "reading the feed";
    // The entries' own columns pass the filter first; statements and commits are read only of those
    // that go into the page.
    let mut lines = conn
        .prepare_cached(
            "SELECT f.statement, f.commit_number, f.place, f.scope, f.area, f.device, o.key, o.epoch, f.origin_place,
                t.id, c.id, f.past, f.present
             FROM feed f JOIN statement t ON t.number = f.statement
                LEFT JOIN commits c ON c.number = f.commit_number
                LEFT JOIN sequence o ON o.number = f.origin
             WHERE f.place > ?1 ORDER BY f.place",
        )
        .doing(doing)?;
    let mut lines = lines.query([signed(after)]).doing(doing)?;
    let mut page = FeedPage {
        entries: Vec::new(),
        through: after,
    };
    let mut bytes = 0_usize;
    while let Some(line) = lines.next().doing(doing)? {
        let line = read_line(&mut Columns::of(line, doing))?;
        let place = line.row.place;
        if admits(filter, &line.row, line.present.as_ref()) {
            let entry = if comes_bare(filter, &line.row) {
                FeedEntry {
                    row: line.row,
                    statement: Vec::new(),
                    signature: Vec::new(),
                    commit: None,
                }
            } else {
                load_entry(conn, line, !matches!(filter, FeedFilter::Own { .. }))?
            };
            bytes = bytes.saturating_add(size(&entry));
            let full = page.entries.len() >= limit.items_max || bytes > limit.bytes_max;
            if full && !page.entries.is_empty() {
                return Ok(page);
            }
            page.entries.push(entry);
        }
        page.through = place;
    }
    Ok(page)
}

fn load_entry(conn: &Connection, line: Line, with_commit: bool) -> Result<FeedEntry, StoreError> {
    let doing = "reading an entry of the feed";
    let (statement, signature) = conn
        .prepare_cached("SELECT bytes, signature FROM statement WHERE number = ?1")
        .doing(doing)?
        .query_row([line.statement_number], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .doing(doing)?;
    let commit = line
        .commit_number
        .filter(|_| with_commit)
        .map(|number| load_commit(conn, number))
        .transpose()?;
    Ok(FeedEntry {
        row: line.row,
        statement,
        signature,
        commit,
    })
}

fn load_commit(conn: &Connection, number: i64) -> Result<CommitBytes, StoreError> {
    let doing = "reading an entry's commit";
    let (header, signature) = conn
        .prepare_cached("SELECT header, signature FROM commits WHERE number = ?1")
        .doing(doing)?
        .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))
        .doing(doing)?;
    let parts = all(
        conn,
        doing,
        "SELECT r.area, p.facet, p.salt, p.change FROM part p LEFT JOIN record r ON r.id = p.record
         WHERE p.commit_number = ?1 ORDER BY p.position",
        [number],
        |columns| {
            Ok(PartBytes {
                area: columns.opt_area()?,
                facet: columns.opt_word("part.facet", Facet::from_u32)?,
                salt: columns.bytes("part.salt")?,
                change: columns.bytes("part.change")?,
            })
        },
    )?;
    Ok(CommitBytes {
        header,
        signature,
        parts,
    })
}

/// The bytes that count against a page's bound.
fn size(entry: &FeedEntry) -> usize {
    let commit = entry.commit.as_ref().map_or(0, |commit| {
        let parts: usize = commit
            .parts
            .iter()
            .map(|part| part.salt.len() + part.change.len())
            .sum();
        commit.header.len() + commit.signature.len() + parts
    });
    entry.statement.len() + entry.signature.len() + commit
}

/// Whether this reader gets this entry: the text of [`FeedFilter`], word by word.
fn admits(filter: &FeedFilter, row: &FeedRow, present: Option<&Area>) -> bool {
    let goes_down = |area: &Area, above: &[Area]| match row.scope {
        Scope::Area => {
            area.contains(&row.area)
                && present.is_none_or(|present| area.contains(present))
                && row.past.as_ref().is_none_or(|past| !area.contains(past))
        }
        Scope::Move => {
            area.contains(&row.area) || row.past.as_ref().is_some_and(|past| area.contains(past))
        }
        Scope::Wide => area.contains(&row.area) || above.contains(&row.area),
        Scope::Device => false,
    };
    match filter {
        FeedFilter::Up { .. } => true,
        FeedFilter::Own { device } => row.device == Some(*device),
        FeedFilter::Device {
            device,
            area,
            above,
        } => row.device == Some(*device) || goes_down(area, above),
        FeedFilter::Hub { own, area, above } => {
            row.origin.is_none_or(|origin| origin.chain != *own) && goes_down(area, above)
        }
    }
}

/// Upward, what came from there goes as a place and nothing else.
fn comes_bare(filter: &FeedFilter, row: &FeedRow) -> bool {
    matches!(filter, FeedFilter::Up { parent } if row.origin.is_some_and(|origin| origin.chain.key == *parent))
}

pub(super) fn load_covered(conn: &Connection, asks: &[Covered]) -> Result<Vec<u64>, StoreError> {
    asks.iter().map(|ask| covered(conn, ask)).collect()
}

fn covered(conn: &Connection, ask: &Covered) -> Result<u64, StoreError> {
    let Some(sequence) = row::sequence(conn, &ask.chain)? else {
        return Ok(0);
    };
    let doing = "reckoning what the feed covers";
    let least = |sql: &str, params: &[i64]| -> Result<Option<u64>, StoreError> {
        let found = all(
            conn,
            doing,
            sql,
            rusqlite::params_from_iter(params),
            |columns| columns.opt_number("origin_place"),
        )?;
        Ok(found.into_iter().flatten().next().map(i64::cast_unsigned))
    };
    let waiting = least(
        "SELECT min(origin_place) FROM commits WHERE state IN (2, 3) AND origin = ?1",
        &[sequence],
    )?;
    let beyond = least(
        "SELECT min(origin_place) FROM feed WHERE origin IS NOT NULL AND origin = ?1 AND place > ?2",
        &[sequence, signed(ask.place)],
    )?;
    if let Some(least) = [waiting, beyond].into_iter().flatten().min() {
        return Ok(least.saturating_sub(1));
    }
    let through = least("SELECT through FROM chain WHERE sequence = ?1", &[sequence])?;
    Ok(through.unwrap_or_default())
}
