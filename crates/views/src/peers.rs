//! Who syncs with this hub.

use rusqlite::{Connection, Row};
use wangge_model::id::Key;
use wangge_model::kind::{Level, Role};

use crate::error::{Doing, Result};
use crate::list::{area_range, page_limit};
use crate::rows::{Page, PeerRow, PeerSide, Query};

const DOING: &str = "reading peers";

/// Children in the numbers of `peer.kind`, and the hub above as 0.
const PEERS: &str = "\
    SELECT 0 AS kind, h.level, h.name, NULL AS role, h.area, h.key, 0 AS seen_ms, 0 AS through, 0 AS waiting, '' AS agent, NULL AS until_ms, 0 AS revoked \
    FROM hub h WHERE h.above = 1 AND h.level = (SELECT min(level) FROM hub WHERE above = 1) \
    UNION ALL \
    SELECT p.kind, p.level, p.name, p.role, p.area, p.key, p.seen_ms, \
      coalesce((SELECT n.through FROM chain n JOIN sequence q ON q.number = n.sequence WHERE q.key = p.key AND q.epoch = p.epoch), 0), \
      (SELECT count(*) FROM feed f WHERE f.place > p.seen_place AND f.area >= p.area AND f.area < p.area || ':' AND (f.scope <> 3 OR f.device = p.key)), \
      p.agent, (SELECT g.until_ms FROM granted g WHERE g.statement = p.statement), p.revoked_ms IS NOT NULL \
    FROM peer p";

/// A page of peers: the hub above, hubs below, phones, desks; each by area and name.
pub(crate) fn peers(conn: &Connection, query: &Query) -> Result<Page<PeerRow>> {
    let (from, until) = area_range(&query.area)?;
    let filter = "(kind = 0 OR area >= ?1 AND area < ?2)";
    let total = conn
        .prepare_cached(&format!("SELECT count(*) FROM ({PEERS}) WHERE {filter}"))
        .and_then(|mut statement| statement.query_row((&from, &until), |row| row.get(0)))
        .doing(DOING)?;
    let limit = page_limit(query);
    let mut statement = conn
        .prepare_cached(&format!(
            "SELECT * FROM ({PEERS}) WHERE {filter} ORDER BY CASE kind WHEN 0 THEN 0 WHEN 3 THEN 1 WHEN 1 THEN 2 ELSE 3 END, area, name, key \
             LIMIT ?3 OFFSET ?4"
        ))
        .doing(DOING)?;
    let rows = statement
        .query_map((&from, &until, limit, query.offset), read)
        .doing(DOING)?;
    Ok(Page {
        rows: rows.collect::<rusqlite::Result<_>>().doing(DOING)?,
        total,
        offset: query.offset,
        limit,
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<PeerRow> {
    let seen_ms: i64 = row.get(6)?;
    Ok(PeerRow {
        side: match row.get::<_, u32>(0)? {
            0 => PeerSide::Parent,
            1 => PeerSide::Phone,
            2 => PeerSide::Desk,
            _ => PeerSide::Hub,
        },
        level: Level::from_u32(row.get(1)?).unwrap_or(Level::County),
        name: row.get(2)?,
        role: row.get::<_, Option<u32>>(3)?.and_then(Role::from_u32),
        area: row.get(4)?,
        key: Key(row.get(5)?).to_string(),
        connected: false,
        last_contact_ms: (seen_ms > 0).then_some(seen_ms),
        through: row.get(7)?,
        waiting: row.get(8)?,
        agent: row.get(9)?,
        until_ms: row.get(10)?,
        revoked: row.get(11)?,
    })
}
