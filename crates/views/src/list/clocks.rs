//! What the clocks say in lists, and lists of what waits too long.

use rusqlite::{Connection, Row};
use wangge_model::area::Area;
use wangge_model::kind::Level;
use wangge_model::time::Ms;
use wangge_rules::deadline::Escalation;
use wangge_rules::people::answer::ends_at;

use super::{area_range, ask, record_text};
use crate::clockwork::LEVELS;
use crate::error::{Doing, Result, ViewsError};
use crate::ground::People;
use crate::limits;
use crate::rows::{AgeBucket, Ageing, ClockRow, EscalationRow, Label, Light, Page};
use crate::source;
use crate::text::coded;

const DAY_MS: i64 = 86_400_000;

/// How many columns [`clock`] reads.
pub(super) const COLUMNS: &str = "m.reported_ms, m.wait, m.yellow_ms, m.due_ms, m.urgent, m.suspended_until_ms, m.exempt, \
     m.community_ms, m.township_ms, m.county_ms, m.closed";

/// The clocks of a matter from [`COLUMNS`], which begin at `at`.
pub(super) fn clock(row: &Row<'_>, at: usize, now_ms: Option<i64>) -> rusqlite::Result<ClockRow> {
    let instant = |nth: usize| row.get::<_, Option<i64>>(at.saturating_add(nth));
    let (reported_ms, yellow_ms, due_ms) = (instant(0)?, instant(2)?, instant(3)?);
    let rises = [instant(7)?, instant(8)?, instant(9)?];
    let closed: bool = row.get(at.saturating_add(10))?;
    let risen = now_ms.and_then(|now| risen(rises, now));
    Ok(ClockRow {
        reported_ms,
        wait: coded("clock", &row.get::<_, String>(at.saturating_add(1))?),
        yellow_ms,
        due_ms,
        urgent: row.get(at.saturating_add(4))?,
        suspended_until_ms: instant(5)?,
        exempt: row.get(at.saturating_add(6))?,
        light: now_ms
            .zip(due_ms)
            .map(|(now, due)| light(now, yellow_ms, due)),
        escalated_to: risen.map(|(level, _)| level),
        escalated_ms: risen.map(|(_, since)| since),
        age_days: now_ms
            .zip(reported_ms)
            .filter(|_| !closed)
            .map(|(now, reported)| age_days(now, reported)),
    })
}

fn light(now: i64, yellow_ms: Option<i64>, due: i64) -> Light {
    // What is done at the due instant is in time.
    if now > due {
        Light::Red
    } else if yellow_ms.is_some_and(|yellow| now >= yellow) {
        Light::Yellow
    } else {
        Light::Green
    }
}

fn age_days(now: i64, reported: i64) -> u32 {
    u32::try_from(now.saturating_sub(reported).max(0) / DAY_MS).unwrap_or(u32::MAX)
}

/// The highest level whose instant has come, and that instant.
fn risen(rises: [Option<i64>; 3], now: i64) -> Option<(Level, i64)> {
    LEVELS
        .iter()
        .zip(rises)
        .rev()
        .find_map(|(level, rise)| rise.filter(|at| *at <= now).map(|at| (*level, at)))
}

/// A page of the matters of which a level above must be told: the highest level first, then the longest since.
pub(crate) fn escalations(
    conn: &Connection,
    area: &str,
    now: Ms,
    offset: u64,
    limit: u32,
) -> Result<Page<EscalationRow>> {
    let doing = "reading escalations";
    let (from, until) = area_range(area)?;
    let filter = "m.rise_ms <= ?1 AND r.area >= ?2 AND r.area < ?3";
    let tables = "view_matter m JOIN view_record r ON r.id = m.id";
    let total = ask(
        conn,
        &format!("SELECT count(*) FROM {tables} WHERE {filter}"),
    )
    .and_then(|mut statement| statement.query_row((now.0, &from, &until), |row| row.get(0)))
    .doing(doing)?;
    let limit = if limit == 0 {
        limits::PAGE_ROWS_DEFAULT
    } else {
        limit.min(limits::PAGE_ROWS_MAX)
    };
    let mut statement = ask(conn, &format!(
            "SELECT r.record, r.area, r.title, m.wait, m.due_ms, m.urgent, m.holder, m.community_ms, m.township_ms, m.county_ms \
             FROM {tables} WHERE {filter} \
             ORDER BY CASE WHEN m.county_ms <= ?1 THEN 0 WHEN m.township_ms <= ?1 THEN 1 ELSE 2 END, \
             CASE WHEN m.county_ms <= ?1 THEN m.county_ms WHEN m.township_ms <= ?1 THEN m.township_ms ELSE m.community_ms END, r.record \
             LIMIT ?4 OFFSET ?5"
        ))
        .doing(doing)?;
    let rows = statement
        .query_map((now.0, &from, &until, limit, offset), |row| {
            let record: [u8; 16] = row.get(0)?;
            let rises = [row.get(7)?, row.get(8)?, row.get(9)?];
            let told = risen(rises, now.0).unwrap_or((Level::Community, now.0));
            Ok((
                record_text(&record),
                row.get::<_, String>(1)?,
                told,
                EscalationParts {
                    title: row.get(2)?,
                    wait: row.get(3)?,
                    due_ms: row.get(4)?,
                    urgent: row.get(5)?,
                    holder: row.get(6)?,
                },
            ))
        })
        .doing(doing)?;
    let mut found = rows
        .map(|row| {
            let (record, area, told, parts) = row.doing(doing)?;
            escalation(record, area, told, parts)
        })
        .collect::<Result<Vec<_>>>()?;
    name_heads(conn, now, &mut found)?;
    Ok(Page {
        rows: found,
        total,
        offset,
        limit,
    })
}

/// Says who it is that must be told (R53).
fn name_heads(conn: &Connection, now: Ms, rows: &mut [EscalationRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let people = People::load(conn, "")?;
    for row in rows {
        let head = row.to_area.parse().ok().and_then(|area: Area| {
            let level = area.level();
            ends_at(&area, level, now, &people.posts)
        });
        row.to_name = match head {
            Some(head) => people.name(head.member).to_owned(),
            None => source::in_office(conn, row.to_role, &row.to_area, now)?,
        };
    }
    Ok(())
}

struct EscalationParts {
    title: String,
    wait: String,
    due_ms: Option<i64>,
    urgent: bool,
    holder: String,
}

fn escalation(
    record: String,
    area: String,
    (level, since_ms): (Level, i64),
    parts: EscalationParts,
) -> Result<EscalationRow> {
    let place: Area = area.parse().map_err(|_| ViewsError::Value {
        doing: "reading escalations",
        what: "area",
    })?;
    let escalation = Escalation {
        level,
        since: Ms(since_ms),
    };
    let (to_area, to_role) = escalation.whom(&place);
    Ok(EscalationRow {
        record,
        area,
        title: parts.title,
        to_level: to_area.level(),
        to_area: to_area.to_string(),
        to_role,
        to_name: String::new(),
        since_ms,
        wait: coded("clock", &parts.wait),
        due_ms: parts.due_ms,
        urgent: parts.urgent,
        holder: parts.holder,
    })
}

/// The ages at which buckets begin, in days.
const AGES: [u32; 6] = [0, 1, 3, 7, 15, 30];

/// How old the open matters of an area are.
pub(crate) fn ageing(conn: &Connection, area: &str, now: Ms) -> Result<Ageing> {
    let doing = "reading the ages of matters";
    let (from, until) = area_range(area)?;
    let mut buckets = Vec::with_capacity(AGES.len());
    for (nth, from_days) in AGES.into_iter().enumerate() {
        let until_days = AGES.get(nth.saturating_add(1)).copied();
        let before = |days: u32| now.plus_days(-i64::from(days)).0;
        // A report from a clock that runs ahead is as young as can be.
        let newest = if from_days == 0 {
            i64::MAX
        } else {
            before(from_days)
        };
        let oldest = until_days.map_or(i64::MIN, before);
        let (matters, overdue, urgent) = ask(conn,
                "SELECT count(*), coalesce(sum(m.due_ms < ?5), 0), coalesce(sum(m.urgent), 0) \
                 FROM view_matter m JOIN view_record r ON r.id = m.id \
                 WHERE m.closed = 0 AND m.reported_ms > ?1 AND m.reported_ms <= ?2 AND r.area >= ?3 AND r.area < ?4",
            )
            .and_then(|mut statement| {
                statement.query_row((oldest, newest, &from, &until, now.0), |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })
            })
            .doing(doing)?;
        buckets.push(AgeBucket {
            label: bucket_label(from_days, until_days),
            from_days,
            until_days,
            matters,
            overdue,
            urgent,
        });
    }
    Ok(Ageing {
        now_ms: now.0,
        open: buckets
            .iter()
            .map(|bucket: &AgeBucket| bucket.matters)
            .sum(),
        overdue: buckets.iter().map(|bucket| bucket.overdue).sum(),
        buckets,
    })
}

fn bucket_label(from: u32, until: Option<u32>) -> Label {
    match until {
        Some(until) if from == 0 => {
            Label::new(format!("{until}天以内"), format!("under {until} day"))
        }
        Some(until) => Label::new(
            format!("{from}至{until}天"),
            format!("{from} to {until} days"),
        ),
        None => Label::new(format!("{from}天以上"), format!("{from} days and more")),
    }
}
