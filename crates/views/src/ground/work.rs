//! Who did what, and what waits for whom (R6, R34-R36).

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};
use wangge_model::area::Area;
use wangge_model::id::{MemberId, RecordId};
use wangge_model::kind::{Facet, Kind};
use wangge_model::step::StepKind;
use wangge_model::time::{Date, Ms};
use wangge_rules::grids::staffing;
use wangge_rules::grids::{Grid, Sort};
use wangge_rules::matter::{self, Params};

use super::people::works;
use super::{DOING, People, Row, rows};
use crate::error::{Doing, Result};
use crate::list::area_range;
use crate::source;

/// Records each of which is a piece of a member's daily work.
pub(crate) const WORK: [Kind; 6] = [
    Kind::VISIT,
    Kind::INSPECTION,
    Kind::SERVICE,
    Kind::CALL,
    Kind::MEDIATION,
    Kind::SENTIMENT,
];

/// The work of a member in the week that ends on a day.
#[derive(Debug)]
pub(crate) struct Load {
    /// Their grid.
    pub(crate) grid: Area,
    pub(crate) sort: Sort,
    /// Open matters that they hold.
    pub(crate) matters: u32,
    /// Open tasks that are theirs.
    pub(crate) tasks: u32,
    /// What they recorded in the week.
    pub(crate) made: u32,
    pub(crate) load: staffing::Load,
}

/// A task that is not done.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) record: RecordId,
    pub(crate) title: String,
    /// Whose it is: the member whom it names, or the only one who is called as it says.
    pub(crate) member: Option<RecordId>,
    pub(crate) due: Option<Date>,
}

/// The tasks that nobody has done.
#[derive(Debug)]
pub(crate) struct Tasks(Vec<Task>);

/// The tasks of everybody.
pub(crate) fn tasks(conn: &Connection, people: &People) -> Result<Tasks> {
    let open = |row: &&Row| !matches!(row.text("state"), "done" | "released");
    let rows = rows(conn, Kind::TASK, "")?;
    let tasks = rows.iter().filter(open).map(|row| Task {
        record: row.id,
        title: row.title.clone(),
        member: row
            .read("member")
            .or_else(|| people.only(row.text("assignee"))),
        due: row.read("due"),
    });
    Ok(Tasks(tasks.collect()))
}

impl Tasks {
    /// Those of a member.
    pub(crate) fn of(&self, member: RecordId) -> impl Iterator<Item = &Task> {
        self.0
            .iter()
            .filter(move |task| task.member == Some(member))
    }
}

/// What the members and assistants of an area's grids have to do in the week that ends on a day. One who works in several grids is counted
/// under the first.
pub(crate) fn loads(
    conn: &Connection,
    people: &People,
    grids: &[Grid],
    area: &str,
    on: Date,
) -> Result<Vec<Load>> {
    let sorts: BTreeMap<&Area, Sort> = grids.iter().map(|grid| (&grid.code, grid.sort)).collect();
    let held = held_matters(conn, area)?;
    let tasks = tasks(conn, people)?;
    let from_above = handed_down(conn, area)?;
    let made = made_in_week(conn, area, on)?;
    let mut seen = BTreeSet::new();
    let mut loads = Vec::new();
    for post in people.held(area, on) {
        if !works(post.office) || !seen.insert(post.member) {
            continue;
        }
        let name = people.name(post.member);
        let matters = held.get(name).copied().unwrap_or_default();
        let own: Vec<RecordId> = tasks.of(post.member).map(|task| task.record).collect();
        let above = own.iter().filter(|task| from_above.contains(task)).count();
        let made = match people.signs_as(conn, post.member)? {
            Some(id) => made.get(&id).copied().unwrap_or_default(),
            None => 0,
        };
        let (tasks, above) = (small(own.len()), small(above));
        loads.push(Load {
            grid: post.area.clone(),
            sort: sorts.get(&post.area).copied().unwrap_or(Sort::Basic),
            matters,
            tasks,
            made,
            load: staffing::Load {
                member: post.member,
                tasks: matters.saturating_add(tasks).saturating_add(made),
                // A matter comes to a member by dispatch.
                from_above: matters.saturating_add(above),
            },
        });
    }
    Ok(loads)
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How many open matters each holder has.
fn held_matters(conn: &Connection, area: &str) -> Result<BTreeMap<String, u32>> {
    let (from, until) = area_range(area)?;
    let mut statement = conn
        .prepare_cached(
            "SELECT m.holder, count(*) FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.closed = 0 AND m.holder <> '' AND r.area >= ?1 AND r.area < ?2 GROUP BY m.holder",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map((from, until), |row| Ok((row.get(0)?, row.get(1)?)))
        .doing(DOING)?;
    rows.collect::<rusqlite::Result<_>>().doing(DOING)
}

/// The tasks that a directing office made.
fn handed_down(conn: &Connection, area: &str) -> Result<Vec<RecordId>> {
    let (from, until) = area_range(area)?;
    let made = source::made(conn, Kind::TASK, (&from, &until), (i64::MIN, i64::MAX))?;
    let down = made
        .into_iter()
        .filter(|made| made.role.is_some_and(|role| role.directs()));
    Ok(down.map(|made| made.record).collect())
}

/// How many pieces of work each member recorded in the week that ends on a day.
fn made_in_week(conn: &Connection, area: &str, on: Date) -> Result<BTreeMap<MemberId, u32>> {
    let (from, until) = area_range(area)?;
    let end = on.plus(1);
    let week = (end.plus(-7).start().0, end.start().0);
    let mut made: BTreeMap<MemberId, u32> = BTreeMap::new();
    for kind in WORK {
        for one in source::made(conn, kind, (&from, &until), week)? {
            let count = made.entry(one.by).or_default();
            *count = count.saturating_add(1);
        }
    }
    Ok(made)
}

/// An open matter.
#[derive(Debug)]
pub(crate) struct Matter {
    pub(crate) record: RecordId,
    pub(crate) title: String,
    pub(crate) stage: String,
    pub(crate) due: Option<Ms>,
}

/// The open matters that somebody holds, and those of the given areas that nobody has taken yet; first due first.
pub(crate) fn matters_of(conn: &Connection, name: &str, areas: &[String]) -> Result<Vec<Matter>> {
    let mut statement = conn
        .prepare_cached(
            "SELECT r.record, r.title, m.stage, m.due_ms, m.holder, r.area FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.closed = 0 ORDER BY m.due_ms IS NULL, m.due_ms, r.record",
        )
        .doing(DOING)?;
    let mut rows = statement.query([]).doing(DOING)?;
    let mut matters = Vec::new();
    while let Some(row) = rows.next().doing(DOING)? {
        let (holder, area): (String, String) = (row.get(4).doing(DOING)?, row.get(5).doing(DOING)?);
        let mine = !name.is_empty() && holder == name;
        let waits = holder.is_empty() && areas.iter().any(|own| area.starts_with(own));
        let record: Vec<u8> = row.get(0).doing(DOING)?;
        let Ok(record) = RecordId::try_from(record.as_slice()) else {
            continue;
        };
        if mine || waits {
            matters.push(Matter {
                record,
                title: row.get(1).doing(DOING)?,
                stage: row.get(2).doing(DOING)?,
                due: row.get::<_, Option<i64>>(3).doing(DOING)?.map(Ms),
            });
        }
    }
    Ok(matters)
}

/// Class and stage of a matter that is closed; `None` of another.
pub(crate) fn closed_matter(
    conn: &Connection,
    record: RecordId,
) -> Result<Option<(String, String)>> {
    conn.prepare_cached(
        "SELECT m.class, m.stage FROM view_matter m JOIN view_record r ON r.id = m.id WHERE r.record = ?1 AND m.closed = 1",
    )
    .and_then(|mut statement| {
        statement
            .query_row([record.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
    })
    .doing(DOING)
}

/// What a member did in a time: how often, and how often beside that in what has not left this device.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Records made, by kind.
    pub(crate) records: BTreeMap<Kind, (i64, i64)>,
    /// Steps that count, by kind.
    pub(crate) steps: BTreeMap<StepKind, (i64, i64)>,
    /// The matters among them.
    pub(crate) matters: Vec<RecordId>,
}

fn add((counted, left_out): &mut (i64, i64), sent: bool) {
    let sum = if sent { counted } else { left_out };
    *sum = sum.saturating_add(1);
}

/// What a member did from a day up to, and without, another.
pub(crate) fn done(conn: &Connection, member: MemberId, from: Date, until: Date) -> Result<Done> {
    let span = (from.start().0, until.start().0);
    let mut done = Done::default();
    for kind in WORK {
        for made in source::made(conn, kind, ("", ":"), span)? {
            if made.by == member {
                add(done.records.entry(kind).or_default(), made.sent);
            }
        }
    }
    let unsent = source::unsent(conn, member)?;
    for record in source::acted_on(conn, Kind::MATTER, member, span)? {
        let content = source::content(conn, record)?;
        let Some(open) = content.facets.get(&Facet::Open) else {
            continue;
        };
        let (entries, _) = matter::read_log(open);
        let (_, taken) = matter::trace(&entries, &Params::DEFAULT);
        let writers = source::writers(conn, record, Facet::Open)?;
        let mut any = false;
        for (entry, taken) in entries.iter().zip(taken) {
            let in_time = (span.0..span.1).contains(&entry.step.at_ms.0);
            if taken.void.is_some() || entry.step.by != member || !in_time {
                continue;
            }
            let writer = source::writer_of(&writers, &entry.op);
            let sent = writer.is_none_or(|writer| !unsent.contains(&writer.commit));
            add(done.steps.entry(entry.step.kind).or_default(), sent);
            any = true;
        }
        if any {
            done.matters.push(record);
        }
    }
    Ok(done)
}
