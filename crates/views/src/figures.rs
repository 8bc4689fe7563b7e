//! Figures of an area, and how fresh they are.

use rusqlite::{Connection, OptionalExtension};
use wangge_model::kind::Kind;

use crate::error::{Doing, Result};
use crate::fold;
use crate::list::area_range;
use crate::rows::{AsOf, Counts, StageCount};
use crate::source::{self, state};
use crate::stage;

/// The figures of an area; an empty code means everything here.
pub(crate) fn counts(conn: &Connection, area: &str) -> Result<Counts> {
    let (from, until) = area_range(area)?;
    let count = |sql: &str| -> Result<u64> {
        conn.prepare_cached(sql)
            .and_then(|mut statement| statement.query_row((&from, &until), |row| row.get(0)))
            .doing("counting")
    };
    let records = |more: &str| {
        format!("SELECT count(*) FROM view_record r WHERE r.area >= ?1 AND r.area < ?2 AND {more}")
    };
    let commits = |states: String| {
        format!(
            "SELECT count(*) FROM commits c WHERE c.area >= ?1 AND c.area < ?2 AND c.state IN ({states})"
        )
    };
    let stages = stages(conn, &from, &until)?;
    let matters_open = stages
        .iter()
        .filter(|(_, closed)| !closed)
        .map(|(count, _)| count.matters)
        .sum();
    Ok(Counts {
        residents: count(&records(&format!("r.kind = {}", Kind::RESIDENT.to_u32())))?,
        matters: count(&records(&format!("r.kind = {}", Kind::MATTER.to_u32())))?,
        matters_open,
        stages: stages.into_iter().map(|(count, _)| count).collect(),
        commits: count(&commits(state::ADMITTED.to_string()))?,
        inbox: count(&commits(format!("{}, {}", state::INBOX, state::PARKED)))?,
        parallel: count(&records("r.parallel"))?,
        conflicts: count(
            "SELECT count(*) FROM view_conflict x JOIN view_record r ON r.id = x.id WHERE r.area >= ?1 AND r.area < ?2",
        )?,
        held: source::held(conn, &from, &until, 0, 0)?.1,
        problems: count("SELECT count(*) FROM view_problem WHERE area >= ?1 AND area < ?2")?,
    })
}

/// Matters by stage, in the order of the stages, and whether the stage ends them.
fn stages(conn: &Connection, from: &str, until: &str) -> Result<Vec<(StageCount, bool)>> {
    let doing = "counting matters by stage";
    let mut statement = conn
        .prepare_cached(
            "SELECT m.stage, m.closed, count(*) FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE r.area >= ?1 AND r.area < ?2 GROUP BY m.stage, m.closed",
        )
        .doing(doing)?;
    let rows = statement
        .query_map((from, until), |row| {
            Ok((
                StageCount {
                    stage: stage::coded(&row.get::<_, String>(0)?),
                    matters: row.get(2)?,
                },
                row.get(1)?,
            ))
        })
        .doing(doing)?;
    let mut stages: Vec<(StageCount, bool)> = rows.collect::<rusqlite::Result<_>>().doing(doing)?;
    for (stage, closed) in stage::all() {
        if !stages.iter().any(|(count, _)| count.stage == stage) {
            stages.push((StageCount { stage, matters: 0 }, closed));
        }
    }
    stages.sort_by_key(|(count, _)| stage::rank(&count.stage.code));
    Ok(stages)
}

/// How fresh the rows are.
pub(crate) fn as_of(conn: &Connection) -> Result<AsOf> {
    let doing = "reading how fresh rows are";
    let place: Option<u64> = conn
        .query_row("SELECT max(place) FROM feed", [], |row| row.get(0))
        .doing(doing)?;
    // A verdict's time is its hub's; of commits that came with one, the moment they came.
    let admitted_ms = conn
        .prepare_cached(
            "SELECT received_ms FROM commits WHERE state = ?1 ORDER BY number DESC LIMIT 1",
        )
        .and_then(|mut statement| {
            statement
                .query_row([state::ADMITTED], |row| row.get(0))
                .optional()
        })
        .doing(doing)?;
    let child_oldest_ms: Option<i64> = conn
        .query_row(
            "SELECT min(seen_ms) FROM peer WHERE seen_ms > 0 AND revoked_ms IS NULL",
            [],
            |row| row.get(0),
        )
        .doing(doing)?;
    Ok(AsOf {
        place: place.unwrap_or(0),
        admitted_ms,
        behind: fold::behind(conn, conn)?,
        parent_ms: None,
        child_oldest_ms,
    })
}
