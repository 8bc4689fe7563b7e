//! Grids and their people as the rules take them, read from the rows.
//!
//! | module | reads |
//! |---|---|
//! | `exempt` | approved exceptions |
//! | `going` | which records a plan of the division moves |
//! | `land` | the division of a day, and what lives in each grid |
//! | `people` | members and their posts, by name |
//! | `plans` | plans of the division, carried out when they are in force |
//! | `targets` | what a plan or campaign is about, and when each was last done |
//! | `work` | who did what, and what waits for whom |

mod exempt;
mod going;
mod land;
mod people;
mod plans;
mod targets;
mod work;

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};
use wangge_model::area::Area;
use wangge_model::doc::Fields;
use wangge_model::id::{MemberId, RecordId};
use wangge_model::kind::{Facet, Kind};
use wangge_model::time::{Date, Hlc, Ms};
use wangge_rules::finding::Finding;
use wangge_rules::grids::party::{PartyLevel, PartyOrg};
use wangge_rules::grids::{Grid, Sort, State, Unit, What, staffing};
use wangge_rules::people::roster::{Certificate, Employment, Member};
use wangge_rules::people::{Office, Post, PostSort};
use wangge_rules::validity::Validity;

use crate::error::{Doing, Result};
use crate::list::area_range;
use crate::reference::{Local, Reference};
use crate::rows::Person;
use crate::source;
use crate::sums::made_ms;

pub(crate) use exempt::Exemptions;
pub use going::PlanMoves;
pub(crate) use going::plan_moves;
pub(crate) use land::Land;
pub(crate) use people::People;
pub(crate) use plans::{Plan, plan, plans};
pub(crate) use targets::rounds;
pub(crate) use work::{closed_matter, done, loads, matters_of, tasks};

const DOING: &str = "reading grids and their people";

/// A record with the values that its kind lists or filters by.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: RecordId,
    pub(crate) area: String,
    pub(crate) title: String,
    pub(crate) changed: Hlc,
    values: BTreeMap<String, Value>,
}

impl Row {
    pub(crate) fn text(&self, key: &str) -> &str {
        match self.values.get(key) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    pub(crate) fn int(&self, key: &str) -> Option<i64> {
        match self.values.get(key) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// Whether the truth stands.
    pub(crate) fn truth(&self, key: &str) -> Option<bool> {
        self.int(key).map(|truth| truth == 1)
    }

    /// When it happened, as it says; else when the record was made.
    pub(crate) fn at(&self) -> Ms {
        Ms(self.int("at_ms").unwrap_or_else(|| made_ms(self.id)))
    }

    /// What the text reads as; `None` where there is none or it does not.
    pub(crate) fn read<T: FromStr>(&self, key: &str) -> Option<T> {
        self.text(key).parse().ok()
    }

    pub(crate) fn validity(&self, from: &str, until: &str) -> Validity {
        Validity {
            from: self.read(from),
            until: self.read(until),
        }
    }

    fn place(&self) -> Option<Area> {
        self.area.parse().ok()
    }
}

/// The records of a kind in an area, in the order of ids.
pub(crate) fn rows(conn: &Connection, kind: Kind, area: &str) -> Result<Vec<Row>> {
    let (from, until) = area_range(area)?;
    let mut statement = conn
        .prepare_cached(
            "SELECT r.record, r.area, r.title, r.changed_hlc, v.key, v.value FROM view_record r LEFT JOIN view_value v ON v.id = r.id \
             WHERE r.kind = ?1 AND r.area >= ?2 AND r.area < ?3 ORDER BY r.record",
        )
        .doing(DOING)?;
    let found = statement.query((kind.to_u32(), from, until)).doing(DOING)?;
    gather(found)
}

/// The records of a kind in an area that name a record in one of their fields, in the order of ids.
pub(crate) fn naming(
    conn: &Connection,
    kind: Kind,
    area: &str,
    (key, record): (&str, RecordId),
) -> Result<Vec<Row>> {
    let (from, until) = area_range(area)?;
    let mut statement = conn
        .prepare_cached(
            "SELECT r.record, r.area, r.title, r.changed_hlc, v.key, v.value FROM view_value x JOIN view_record r ON r.id = x.id \
             LEFT JOIN view_value v ON v.id = r.id WHERE x.link = 1 AND x.value = ?1 AND x.key = ?2 \
             AND r.kind = ?3 AND r.area >= ?4 AND r.area < ?5 ORDER BY r.record",
        )
        .doing(DOING)?;
    let found = statement
        .query((record.to_string(), key, kind.to_u32(), from, until))
        .doing(DOING)?;
    gather(found)
}

/// Rows of one value each, a record's beside each other, as records with their values.
fn gather(mut found: rusqlite::Rows<'_>) -> Result<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    while let Some(row) = found.next().doing(DOING)? {
        let record: Vec<u8> = row.get(0).doing(DOING)?;
        let id = source::record_id(&record, DOING)?;
        if rows.last().is_none_or(|last| last.id != id) {
            let changed: i64 = row.get(3).doing(DOING)?;
            rows.push(Row {
                id,
                area: row.get(1).doing(DOING)?,
                title: row.get(2).doing(DOING)?,
                changed: Hlc(changed.unsigned_abs()),
                values: BTreeMap::new(),
            });
        }
        let key: Option<String> = row.get(4).doing(DOING)?;
        if let (Some(key), Some(last)) = (key, rows.last_mut()) {
            last.values.insert(key, row.get(5).doing(DOING)?);
        }
    }
    Ok(rows)
}

fn word<T: Copy>(all: &[T], word_of: impl Fn(T) -> &'static str, text: &str) -> Option<T> {
    all.iter().copied().find(|one| word_of(*one) == text)
}

/// The grids whose code lies in an area, as far as lists have them: without their buildings and without who drafted, checked and approved.
pub(crate) fn grids(conn: &Connection, area: &str) -> Result<Vec<Grid>> {
    let rows = rows(conn, Kind::GRID, "")?;
    let inside = rows.iter().filter(|row| row.text("code").starts_with(area));
    Ok(inside.filter_map(grid).collect())
}

/// A grid; `None` for a code that is none. One without a state is a draft.
fn grid(row: &Row) -> Option<Grid> {
    let codes = row.text("replaces").split(|c: char| !c.is_ascii_digit());
    Some(Grid {
        id: row.id,
        code: row.read("code")?,
        sort: word(Sort::ALL, Sort::word, row.text("sort")).unwrap_or(Sort::Basic),
        state: word(State::ALL, State::word, row.text("state")).unwrap_or(State::Draft),
        valid: row.validity("valid_from", "valid_until"),
        buildings: Vec::new(),
        replaces: codes.filter_map(|code| code.parse().ok()).collect(),
        parent: row.read("parent"),
        exception: false,
        exception_until: row.read("exception_until"),
        drafted_by: None,
        checked_by: None,
        approved_by: None,
        approved: Some(row.changed),
    })
}

/// Adds what only the grid's document has.
pub(crate) fn complete(conn: &Connection, grid: &mut Grid) -> Result<()> {
    let content = source::content(conn, grid.id)?;
    let Some(open) = content.facets.get(&Facet::Open) else {
        return Ok(());
    };
    let text = |key: &str| open.value(key).and_then(|value| value.as_text());
    let lines = text("buildings").unwrap_or_default().lines();
    grid.buildings = lines.filter_map(|line| line.trim().parse().ok()).collect();
    grid.exception = text("exception").is_some();
    [grid.drafted_by, grid.checked_by, grid.approved_by] =
        hands(conn, grid.id, open)?.map(|hand| hand.as_ref().and_then(member_of));
    Ok(())
}

/// Who made a record; `None` where the commit that did names nobody whose grant is here.
pub(crate) fn author(conn: &Connection, record: RecordId) -> Result<Option<Person>> {
    Ok(source::created(conn, record)?.and_then(|created| created.author))
}

/// By whose hands something went that is drafted, checked and approved: who made it, and who wrote the names that stand there. What a name
/// says is only shown.
pub(crate) fn hands(
    conn: &Connection,
    record: RecordId,
    open: &Fields,
) -> Result<[Option<Person>; 3]> {
    let writers = source::writers(conn, record, Facet::Open)?;
    let signed = |key: &str| {
        let standing = open.candidates(key).first()?;
        source::writer_of(&writers, &standing.op)?.author.clone()
    };
    Ok([
        author(conn, record)?,
        signed("checked_by"),
        signed("approved_by"),
    ])
}

/// A person's id.
pub(crate) fn member_of(person: &Person) -> Option<MemberId> {
    person.member.parse().ok()
}

/// Which grids stand too deep in the division, each by the norm of its own area.
pub(crate) fn depths(reference: &Reference, grids: &[Grid], on: Date) -> Vec<Finding> {
    let mut order: Vec<&Grid> = grids.iter().collect();
    order.sort_by(|a, b| a.code.cmp(&b.code));
    let mut judged: Option<(Arc<Local>, Vec<Finding>)> = None;
    let mut found = Vec::new();
    for grid in order {
        let local = reference.at(grid.code.as_str(), on);
        // Neighbours share their norms: the whole division is judged once for all of them.
        let known = judged.take().filter(|(of, _)| Arc::ptr_eq(of, &local));
        let (of, findings) = known.unwrap_or_else(|| {
            let findings = staffing::depth(grids, local.norms(), on);
            (local, findings)
        });
        let own = findings
            .iter()
            .filter(|one| one.ids.first() == Some(&grid.id));
        found.extend(own.cloned());
        judged = Some((of, findings));
    }
    found
}

/// What records are called: a name or a subject; empty where it is not here.
pub(crate) fn title(conn: &Connection, record: RecordId) -> Result<String> {
    let found = conn
        .prepare_cached("SELECT title FROM view_record WHERE record = ?1")
        .and_then(|mut statement| {
            statement
                .query_row([record.as_bytes()], |row| row.get(0))
                .optional()
        })
        .doing(DOING)?;
    Ok(found.unwrap_or_default())
}

/// The posts in grids and areas whose code lies in an area.
pub(crate) fn posts(conn: &Connection, area: &str) -> Result<Vec<Post>> {
    let rows = rows(conn, Kind::POST, "")?;
    let inside = rows.iter().filter(|row| row.text("grid").starts_with(area));
    Ok(inside.filter_map(post).collect())
}

fn post(row: &Row) -> Option<Post> {
    Some(Post {
        id: row.id,
        member: row.read("member")?,
        office: word(Office::ALL, Office::word, row.text("office"))?,
        area: row.read("grid")?,
        sort: word(PostSort::ALL, PostSort::word, row.text("sort")).unwrap_or(PostSort::Regular),
        from: row.read("from")?,
        until: row.read("until"),
        successor: row.read("successor"),
        handed_over: row.read("handed_over"),
        taken_over: row.read("taken_over"),
    })
}

/// The members of an area.
pub(crate) fn members(conn: &Connection, area: &str) -> Result<Vec<Member>> {
    let rows = rows(conn, Kind::MEMBER, area)?;
    Ok(rows.iter().filter_map(member).collect())
}

/// A member. One of whom nobody knows since when was always there.
fn member(row: &Row) -> Option<Member> {
    let always = Date::new(1, 1, 1).ok()?;
    Some(Member {
        id: row.id,
        employment: word(Employment::ALL, Employment::word, row.text("employment")),
        source: row.text("source").to_owned(),
        joined: row.read("joined").unwrap_or(always),
        left: row.read("left"),
    })
}

/// Trainings and certificates as the rule takes them.
pub(crate) fn certificates(trainings: &[Row]) -> Vec<Certificate> {
    let read = |row: &Row| {
        Some(Certificate {
            id: row.id,
            member: row.read("member")?,
            on: row.read("on")?,
            valid_until: row.read("valid_until"),
        })
    };
    trainings.iter().filter_map(read).collect()
}

/// The party's organisations of an area.
pub(crate) fn party(conn: &Connection, area: &str) -> Result<Vec<PartyOrg>> {
    let rows = rows(conn, Kind::PARTY_ORG, area)?;
    let orgs = rows.iter().filter_map(|row| {
        let level = word(PartyLevel::ALL, PartyLevel::word, row.text("level"))?;
        Some(PartyOrg {
            parent: row.read("parent"),
            grid: row.read("grid"),
            building: row.read("building"),
            household: row.read("household"),
            organisation: row.read("organisation"),
            leader: row.read("leader"),
            valid: row.validity("from", "until"),
            ..PartyOrg::new(row.id, level)
        })
    });
    Ok(orgs.collect())
}

/// Households, buildings and organisations of an area, and how many residents are in no household, by their area.
pub(crate) fn units(conn: &Connection, area: &str) -> Result<(Vec<Unit>, BTreeMap<String, u32>)> {
    let (living, homeless) = residents(conn, area)?;
    let mut units = Vec::new();
    for (kind, what) in [
        (Kind::HOUSEHOLD, What::Household),
        (Kind::BUILDING, What::Building),
        (Kind::ORGANISATION, What::Organisation),
    ] {
        for row in rows(conn, kind, area)? {
            let Some(place) = row.place() else {
                continue;
            };
            // Who lives there is counted; where nobody is on record, what the household's book says.
            let said = row
                .int("persons")
                .and_then(|persons| u32::try_from(persons).ok());
            let persons = living.get(&row.id.to_string()).copied().or(said);
            units.push(Unit {
                id: row.id,
                what,
                building: row.read("building"),
                area: place,
                persons: persons
                    .filter(|_| what == What::Household)
                    .unwrap_or_default(),
            });
        }
    }
    Ok((units, homeless))
}

/// How many residents live in each household, and by area those in none; who moved out or is another record's person is not counted.
fn residents(
    conn: &Connection,
    area: &str,
) -> Result<(BTreeMap<String, u32>, BTreeMap<String, u32>)> {
    let (from, until) = area_range(area)?;
    let mut statement = conn
        .prepare_cached(
            "SELECT (SELECT value FROM view_value WHERE id = r.id AND key = 'household') AS home, r.area, count(*) FROM view_record r \
             WHERE r.kind = ?1 AND r.area >= ?2 AND r.area < ?3 \
             AND NOT EXISTS (SELECT 1 FROM view_value WHERE id = r.id AND key IN ('moved_out', 'same_as')) GROUP BY home, r.area",
        )
        .doing(DOING)?;
    let mut found = statement
        .query((Kind::RESIDENT.to_u32(), from, until))
        .doing(DOING)?;
    let (mut living, mut homeless) = (BTreeMap::new(), BTreeMap::new());
    while let Some(row) = found.next().doing(DOING)? {
        let (home, area): (Option<String>, String) =
            (row.get(0).doing(DOING)?, row.get(1).doing(DOING)?);
        let count: u32 = row.get(2).doing(DOING)?;
        let sum: &mut u32 = match home {
            Some(home) => living.entry(home).or_default(),
            None => homeless.entry(area).or_default(),
        };
        *sum = sum.saturating_add(count);
    }
    Ok((living, homeless))
}

/// How many residents each area has; who moved away or is another record's person is not counted.
pub(crate) fn residents_by_area(conn: &Connection, area: &str) -> Result<BTreeMap<String, i64>> {
    let (from, until) = area_range(area)?;
    let mut statement = conn
        .prepare_cached(
            "SELECT r.area, count(*) FROM view_record r WHERE r.kind = ?1 AND r.area >= ?2 AND r.area < ?3 \
             AND NOT EXISTS (SELECT 1 FROM view_value WHERE id = r.id AND key IN ('moved_out', 'same_as')) GROUP BY r.area",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map((Kind::RESIDENT.to_u32(), from, until), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .doing(DOING)?;
    rows.collect::<rusqlite::Result<_>>().doing(DOING)
}

/// One record with its values; `None` where it is not here.
pub(crate) fn one(conn: &Connection, record: RecordId) -> Result<Option<Row>> {
    let mut statement = conn
        .prepare_cached(
            "SELECT r.record, r.area, r.title, r.changed_hlc, v.key, v.value FROM view_record r LEFT JOIN view_value v ON v.id = r.id WHERE r.record = ?1",
        )
        .doing(DOING)?;
    let found = statement.query([record.as_bytes()]).doing(DOING)?;
    Ok(gather(found)?.pop())
}
