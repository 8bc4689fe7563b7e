//! What the engine's tables say: the only file here that names them for reading records, commits and grants.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Row};
use wangge_model::area::Area;
use wangge_model::doc::{Doc, Fields, OpId};
use wangge_model::gate::{self, GateLimits, OpAction, OutlineOp};
use wangge_model::id::{ActorId, CommitId, Key, MemberId, RecordId};
use wangge_model::kind::{Act, Facet, Kind, Level, Role};
use wangge_model::reason::Reason;
use wangge_model::time::Ms;
use wangge_model::value::Value;

use crate::error::{Doing, Result, ViewsError};
use crate::rows::{Person, Status, StatusWord};

/// States of a commit, as the store numbers them.
pub(crate) mod state {
    pub(crate) const OWN: u32 = 1;
    pub(crate) const INBOX: u32 = 2;
    pub(crate) const PARKED: u32 = 3;
    pub(crate) const ADMITTED: u32 = 4;
    pub(crate) const HELD: u32 = 5;
    pub(crate) const PAUSED: u32 = 6;
}

/// A record without its content.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) record: RecordId,
    pub(crate) kind: Kind,
    pub(crate) area: Area,
}

/// A record's documents.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) facets: BTreeMap<Facet, Fields>,
    /// Whether any facet was ever written concurrently.
    pub(crate) parallel: bool,
}

/// The columns of a commit that rows show.
#[derive(Debug, Clone)]
pub(crate) struct CommitFacts {
    pub(crate) number: i64,
    pub(crate) id: CommitId,
    pub(crate) device: Key,
    pub(crate) state: u32,
    pub(crate) owed: bool,
    pub(crate) received_ms: i64,
    pub(crate) judged_ms: Option<i64>,
    pub(crate) area: String,
    pub(crate) reason: Option<Reason>,
    pub(crate) blocked_by: Option<CommitId>,
    pub(crate) act: Option<Act>,
    pub(crate) stated_ms: Option<i64>,
    pub(crate) author: Option<Person>,
}

/// Which operations of a document are whose.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    actor: ActorId,
    ops: std::ops::Range<u64>,
    pub(crate) commit: CommitId,
    pub(crate) stated_ms: Option<i64>,
    pub(crate) author: Option<Person>,
}

/// A part of a commit: what it writes where.
pub(crate) struct PartFacts {
    pub(crate) record: RecordId,
    pub(crate) facet: Facet,
    pub(crate) kind: Kind,
    /// Empty where the change is withheld or cannot be read.
    pub(crate) ops: Vec<OutlineOp>,
}

/// A person from the columns of `granted` that [`PERSON`] names, and the author's id.
pub(crate) fn person(
    author: Option<Vec<u8>>,
    name: Option<String>,
    role: Option<u32>,
    area: Option<String>,
) -> Option<Person> {
    let member = MemberId::try_from(author?.as_slice()).ok()?;
    Some(Person {
        member: member.to_string(),
        name: name.unwrap_or_default(),
        role: role.and_then(Role::from_u32),
        area: area.unwrap_or_default(),
    })
}

/// The record's row.
pub(crate) fn head(conn: &Connection, record: RecordId) -> Result<Option<Head>> {
    let doing = "reading a record";
    let row: Option<(u32, String)> = conn
        .prepare_cached("SELECT kind, area FROM record WHERE id = ?1")
        .and_then(|mut statement| {
            statement
                .query_row([record.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .doing(doing)?;
    let Some((kind, area)) = row else {
        return Ok(None);
    };
    Ok(Some(Head {
        record,
        kind: Kind::from_u32(kind).ok_or(ViewsError::Value {
            doing,
            what: "kind",
        })?,
        area: area.parse().map_err(|_| ViewsError::Value {
            doing,
            what: "area",
        })?,
    }))
}

/// The record's documents, read whole.
pub(crate) fn content(conn: &Connection, record: RecordId) -> Result<Content> {
    let doing = "reading a record's documents";
    let mut statement = conn
        .prepare_cached("SELECT facet, save FROM document WHERE record = ?1")
        .doing(doing)?;
    let saves = statement
        .query_map([record.as_bytes()], |row| {
            Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .doing(doing)?;
    let mut content = Content {
        facets: BTreeMap::new(),
        parallel: false,
    };
    for save in saves {
        let (facet, bytes) = save.doing(doing)?;
        let facet = Facet::from_u32(facet).ok_or(ViewsError::Value {
            doing,
            what: "facet",
        })?;
        let doc = Doc::load(&bytes).map_err(|source| ViewsError::Document {
            record,
            facet,
            source,
        })?;
        content.parallel |= doc.concurrent();
        content.facets.insert(facet, doc.entries());
    }
    Ok(content)
}

/// A record's id as the tables hold it; `doing` says who reads it.
pub(crate) fn record_id(bytes: &[u8], doing: &'static str) -> Result<RecordId> {
    RecordId::try_from(bytes).map_err(|_| ViewsError::Value {
        doing,
        what: "record",
    })
}

/// The next records of the journal after a place: at most `limit`, with their numbers.
pub(crate) fn touched(conn: &Connection, after: u64, limit: u32) -> Result<Vec<(u64, RecordId)>> {
    let doing = "reading the journal";
    let mut statement = conn
        .prepare_cached(
            "SELECT number, record FROM touched WHERE number > ?1 ORDER BY number LIMIT ?2",
        )
        .doing(doing)?;
    let rows = statement
        .query_map((after, limit), |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .doing(doing)?;
    rows.map(|row| {
        let (number, record) = row.doing(doing)?;
        let record = record_id(&record, doing)?;
        Ok((number, record))
    })
    .collect()
}

/// How many records of the journal stand after a place.
pub(crate) fn behind(conn: &Connection, after: u64) -> Result<u64> {
    conn.prepare_cached("SELECT count(*) FROM touched WHERE number > ?1")
        .and_then(|mut statement| statement.query_row([after], |row| row.get(0)))
        .doing("counting the journal")
}

const FACTS: &str = "c.number, c.id, q.key, c.state, c.owed, c.received_ms, c.verdict_ms, c.area, c.reason, c.blocked_by, \
     c.act, c.stated_ms, c.author, g.name, g.role, g.area";
const FACTS_FROM: &str = "commits c JOIN sequence q ON q.number = c.chain LEFT JOIN granted g ON g.statement = c.granted_by";

fn facts(row: &Row<'_>) -> rusqlite::Result<CommitFacts> {
    let id: [u8; 32] = row.get(1)?;
    let blocked_by: Option<[u8; 32]> = row.get(9)?;
    Ok(CommitFacts {
        number: row.get(0)?,
        id: CommitId(id),
        device: Key(row.get(2)?),
        state: row.get(3)?,
        owed: row.get(4)?,
        received_ms: row.get(5)?,
        judged_ms: row.get(6)?,
        area: row.get(7)?,
        reason: row.get::<_, Option<u32>>(8)?.and_then(Reason::from_u32),
        blocked_by: blocked_by.map(CommitId),
        act: row.get::<_, Option<u32>>(10)?.and_then(Act::from_u32),
        stated_ms: row.get(11)?,
        author: person(row.get(12)?, row.get(13)?, row.get(14)?, row.get(15)?),
    })
}

impl CommitFacts {
    /// What its state alone says. How far it was merged above, the engine knows.
    pub(crate) fn status(&self) -> Status {
        let word = match self.state {
            state::OWN if self.owed => StatusWord::Saved,
            state::ADMITTED => StatusWord::Admitted,
            state::HELD | state::PAUSED => StatusWord::Held,
            _ => StatusWord::Received,
        };
        let reason = if word == StatusWord::Held {
            self.reason.map(Into::into)
        } else {
            None
        };
        Status {
            word,
            level: None,
            reason,
        }
    }
}

/// The area that a commit was filed under.
pub(crate) fn area_of_commit(conn: &Connection, commit: CommitId) -> Result<Option<String>> {
    conn.prepare_cached("SELECT area FROM commits WHERE id = ?1")
        .and_then(|mut statement| {
            statement
                .query_row([commit.as_bytes()], |row| row.get(0))
                .optional()
        })
        .doing("reading a commit's area")
}

/// The highest level above the hub that has merged its feed up to each commit. A mark of a former life of the store stands: that life's feed is
/// this one's up to there.
pub(crate) fn merged(
    conn: &Connection,
    hub: &Key,
    commits: &[CommitId],
) -> Result<BTreeMap<CommitId, Level>> {
    let doing = "reading how far commits were merged";
    let mut statement = conn
        .prepare_cached(
            "SELECT max(m.level) FROM commits c JOIN sequence q ON q.key = ?1 JOIN mark m ON m.sequence = q.number \
             WHERE c.id = ?2 AND c.place <= m.through",
        )
        .doing(doing)?;
    let mut merged = BTreeMap::new();
    for commit in commits {
        let level: Option<u32> = statement
            .query_row((hub.as_bytes(), commit.as_bytes()), |row| row.get(0))
            .doing(doing)?;
        if let Some(level) = level.and_then(Level::from_u32) {
            merged.insert(*commit, level);
        }
    }
    Ok(merged)
}

/// The latest commit that stands in a record: hybrid logical time, stated time, author, grant.
pub(crate) type Latest = (i64, i64, Option<Vec<u8>>, Option<Vec<u8>>);

/// When a commit was made, for putting commits in order: its hybrid logical time, but not later than it arrived here. A phone whose clock is
/// ahead of all others would otherwise stay the newest until they have caught up.
const MADE: &str = "min(c.hlc, c.received_ms * 65536 + 65535)";

/// The latest commit that stands in a record.
pub(crate) fn latest(conn: &Connection, record: RecordId) -> Result<Option<Latest>> {
    conn.prepare_cached(&format!(
        "SELECT {MADE} AS made, c.stated_ms, c.author, c.granted_by FROM part p JOIN commits c ON c.number = p.commit_number \
         WHERE p.record = ?1 AND c.state IN (?2, ?3) ORDER BY made DESC, c.id DESC LIMIT 1",
    ))
    .and_then(|mut statement| {
        statement
            .query_row((record.as_bytes(), state::OWN, state::ADMITTED), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()
    })
    .doing("reading a record's latest commit")
}

/// The commit that made a record.
pub(crate) fn created(conn: &Connection, record: RecordId) -> Result<Option<CommitFacts>> {
    conn.prepare_cached(&format!(
        "SELECT {FACTS} FROM {FACTS_FROM} WHERE c.id = (SELECT created_by FROM record WHERE id = ?1)"
    ))
    .and_then(|mut statement| statement.query_row([record.as_bytes()], facts).optional())
    .doing("reading who made a record")
}

/// A record that somebody made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) record: RecordId,
    pub(crate) by: MemberId,
    pub(crate) role: Option<Role>,
    /// Whether it left the device that made it.
    pub(crate) sent: bool,
}

/// The records of a kind and area that were made in a time, with who made them; the time is what their authors stated.
pub(crate) fn made(
    conn: &Connection,
    kind: Kind,
    (from, until): (&str, &str),
    (from_ms, until_ms): (i64, i64),
) -> Result<Vec<Made>> {
    let doing = "reading who made records";
    let mut statement = conn
        .prepare_cached(
            "SELECT r.record, c.author, g.role, c.state, c.owed FROM view_record r JOIN record e ON e.id = r.record \
             JOIN commits c ON c.id = e.created_by LEFT JOIN granted g ON g.statement = c.granted_by \
             WHERE r.kind = ?1 AND r.area >= ?2 AND r.area < ?3 AND c.author IS NOT NULL AND c.stated_ms >= ?4 AND c.stated_ms < ?5",
        )
        .doing(doing)?;
    let rows = statement
        .query_map((kind.to_u32(), from, until, from_ms, until_ms), |row| {
            let (record, by): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let role: Option<u32> = row.get(2)?;
            let (standing, owed): (u32, bool) = (row.get(3)?, row.get(4)?);
            Ok((record, by, role, !(standing == state::OWN && owed)))
        })
        .doing(doing)?;
    let mut made = Vec::new();
    for row in rows {
        let (record, by, role, sent) = row.doing(doing)?;
        if let (Ok(record), Ok(by)) = (
            RecordId::try_from(record.as_slice()),
            MemberId::try_from(by.as_slice()),
        ) {
            made.push(Made {
                record,
                by,
                role: role.and_then(Role::from_u32),
                sent,
            });
        }
    }
    Ok(made)
}

/// The matters on which a member acted in a time, as they stated it.
pub(crate) fn acted_on(
    conn: &Connection,
    kind: Kind,
    member: MemberId,
    (from_ms, until_ms): (i64, i64),
) -> Result<Vec<RecordId>> {
    let doing = "reading what a member worked on";
    let mut statement = conn
        .prepare_cached(
            "SELECT DISTINCT p.record FROM commits c JOIN part p ON p.commit_number = c.number \
             WHERE c.author = ?1 AND c.stated_ms >= ?2 AND c.stated_ms < ?3 AND p.kind = ?4 AND p.record IS NOT NULL",
        )
        .doing(doing)?;
    let rows = statement
        .query_map(
            (member.as_bytes(), from_ms, until_ms, kind.to_u32()),
            |row| row.get::<_, Vec<u8>>(0),
        )
        .doing(doing)?;
    let mut records = Vec::new();
    for row in rows {
        records.extend(RecordId::try_from(row.doing(doing)?.as_slice()));
    }
    Ok(records)
}

/// A member's commits that have not left this device.
pub(crate) fn unsent(conn: &Connection, member: MemberId) -> Result<BTreeSet<CommitId>> {
    let doing = "reading what was not sent yet";
    let mut statement = conn
        .prepare_cached("SELECT id FROM commits WHERE owed = 1 AND state = ?1 AND author = ?2")
        .doing(doing)?;
    let rows = statement
        .query_map((state::OWN, member.as_bytes()), |row| {
            Ok(CommitId(row.get(0)?))
        })
        .doing(doing)?;
    rows.collect::<rusqlite::Result<_>>().doing(doing)
}

/// The ids of the members whom grants here call by a name.
pub(crate) fn members_named(conn: &Connection, name: &str) -> Result<Vec<MemberId>> {
    let doing = "reading members by name";
    let mut statement = conn
        .prepare_cached("SELECT DISTINCT member FROM granted WHERE name = ?1 ORDER BY member")
        .doing(doing)?;
    let rows = statement
        .query_map([name], |row| row.get::<_, Vec<u8>>(0))
        .doing(doing)?;
    let mut members = Vec::new();
    for row in rows {
        members.extend(MemberId::try_from(row.doing(doing)?.as_slice()));
    }
    Ok(members)
}

/// Who is granted an office over an area now, the latest grant first; empty where none is here.
pub(crate) fn in_office(conn: &Connection, role: Role, area: &str, now: Ms) -> Result<String> {
    let found = conn
        .prepare_cached(
            "SELECT name FROM granted WHERE role = ?1 AND area = ?2 AND from_ms <= ?3 AND ?3 < until_ms \
             ORDER BY from_ms DESC, statement LIMIT 1",
        )
        .and_then(|mut statement| {
            statement.query_row((role.to_u32(), area, now.0), |row| row.get(0)).optional()
        })
        .doing("reading who is in office")?;
    Ok(found.unwrap_or_default())
}

/// The devices of a member: what they are called, and when each was last seen here.
pub(crate) fn devices(conn: &Connection, member: MemberId) -> Result<Vec<(String, i64)>> {
    let doing = "reading a member's devices";
    let mut statement = conn
        .prepare_cached(
            "SELECT name, seen_ms FROM peer WHERE member = ?1 AND revoked_ms IS NULL ORDER BY key",
        )
        .doing(doing)?;
    let rows = statement
        .query_map([member.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .doing(doing)?;
    rows.collect::<rusqlite::Result<_>>().doing(doing)
}

/// A page of the commits that touch a record, the newest first, and how many there are.
pub(crate) fn commits_of(
    conn: &Connection,
    record: RecordId,
    offset: u64,
    limit: u32,
) -> Result<(Vec<CommitFacts>, u64)> {
    let doing = "reading a record's commits";
    let total = conn
        .prepare_cached("SELECT count(DISTINCT commit_number) FROM part WHERE record = ?1")
        .and_then(|mut statement| statement.query_row([record.as_bytes()], |row| row.get(0)))
        .doing(doing)?;
    let mut statement = conn
        .prepare_cached(&format!(
            "SELECT {FACTS} FROM {FACTS_FROM} WHERE c.number IN (SELECT commit_number FROM part WHERE record = ?1) \
             ORDER BY {MADE} DESC, c.id DESC LIMIT ?2 OFFSET ?3"
        ))
        .doing(doing)?;
    let rows = statement
        .query_map((record.as_bytes(), limit, offset), facts)
        .doing(doing)?;
    Ok((rows.collect::<rusqlite::Result<_>>().doing(doing)?, total))
}

/// A page of held commits of an area (a prefix), the newest first, and how many there are. Those that a director has answered are left out.
pub(crate) fn held(
    conn: &Connection,
    from: &str,
    until: &str,
    offset: u64,
    limit: u32,
) -> Result<(Vec<CommitFacts>, u64)> {
    let doing = "reading held commits";
    let filter = format!(
        "c.state IN ({}, {}) AND c.area >= ?1 AND c.area < ?2 AND NOT EXISTS \
         (SELECT 1 FROM commits a WHERE a.evidence = c.id AND a.state <> {})",
        state::HELD,
        state::PAUSED,
        state::HELD,
    );
    let total = conn
        .prepare_cached(&format!("SELECT count(*) FROM commits c WHERE {filter}"))
        .and_then(|mut statement| statement.query_row((from, until), |row| row.get(0)))
        .doing(doing)?;
    let mut statement = conn
        .prepare_cached(&format!(
            "SELECT {FACTS} FROM {FACTS_FROM} WHERE {filter} ORDER BY c.number DESC LIMIT ?3 OFFSET ?4"
        ))
        .doing(doing)?;
    let rows = statement
        .query_map((from, until, limit, offset), facts)
        .doing(doing)?;
    Ok((rows.collect::<rusqlite::Result<_>>().doing(doing)?, total))
}

/// The parts of a commit as far as they can be read, in their order.
pub(crate) fn parts(conn: &Connection, commit: i64) -> Result<Vec<PartFacts>> {
    let doing = "reading a commit's parts";
    let mut statement = conn
        .prepare_cached(
            "SELECT record, facet, kind, change FROM part WHERE commit_number = ?1 AND record IS NOT NULL ORDER BY position",
        )
        .doing(doing)?;
    let rows = statement
        .query_map([commit], |row| {
            Ok((
                row.get::<_, Vec<u8>>(0)?,
                row.get::<_, u32>(1)?,
                row.get::<_, u32>(2)?,
                row.get::<_, Vec<u8>>(3)?,
            ))
        })
        .doing(doing)?;
    let mut parts = Vec::new();
    for row in rows {
        let (record, facet, kind, change) = row.doing(doing)?;
        let (Ok(record), Some(facet), Some(kind)) = (
            RecordId::try_from(record.as_slice()),
            Facet::from_u32(facet),
            Kind::from_u32(kind),
        ) else {
            continue;
        };
        let ops = gate::outline(&change, &GateLimits::default())
            .map_or_else(|_| Vec::new(), |outline| outline.ops);
        parts.push(PartFacts {
            record,
            facet,
            kind,
            ops,
        });
    }
    Ok(parts)
}

/// The first text that was set at a key of a record's open facet; `None` where none ever was, or it cannot be read.
pub(crate) fn first_text(conn: &Connection, record: RecordId, key: &str) -> Result<Option<String>> {
    let doing = "reading what a record said first";
    let mut statement = conn
        .prepare_cached(
            "SELECT p.change FROM part p JOIN commits c ON c.number = p.commit_number \
             WHERE p.record = ?1 AND p.facet = ?2 AND c.state IN (?3, ?4) ORDER BY p.start_op, p.actor",
        )
        .doing(doing)?;
    let facet = Facet::Open.to_u32();
    let mut rows = statement
        .query((record.as_bytes(), facet, state::OWN, state::ADMITTED))
        .doing(doing)?;
    while let Some(row) = rows.next().doing(doing)? {
        let change: Vec<u8> = row.get(0).doing(doing)?;
        let Ok(outline) = gate::outline(&change, &GateLimits::default()) else {
            continue;
        };
        let set = outline.ops.iter().find_map(|op| match &op.action {
            OpAction::Set(Value::Text(text)) if op.key == key => Some(text.clone()),
            _ => None,
        });
        if set.is_some() {
            return Ok(set);
        }
    }
    Ok(None)
}

/// Who wrote what in a document.
pub(crate) fn writers(conn: &Connection, record: RecordId, facet: Facet) -> Result<Vec<Writer>> {
    let doing = "reading a document's authors";
    let mut statement = conn
        .prepare_cached(
            "SELECT p.actor, p.start_op, p.ops, c.id, c.stated_ms, c.author, g.name, g.role, g.area FROM part p \
             JOIN commits c ON c.number = p.commit_number LEFT JOIN granted g ON g.statement = c.granted_by \
             WHERE p.record = ?1 AND p.facet = ?2 AND p.actor IS NOT NULL",
        )
        .doing(doing)?;
    let rows = statement
        .query_map((record.as_bytes(), facet.to_u32()), |row| {
            let start: u64 = row.get(1)?;
            let ops: u64 = row.get(2)?;
            Ok(Writer {
                actor: ActorId(row.get(0)?),
                ops: start..start.saturating_add(ops),
                commit: CommitId(row.get(3)?),
                stated_ms: row.get(4)?,
                author: person(row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?),
            })
        })
        .doing(doing)?;
    rows.collect::<rusqlite::Result<_>>().doing(doing)
}

/// The writer of an operation.
pub(crate) fn writer_of<'a>(writers: &'a [Writer], op: &OpId) -> Option<&'a Writer> {
    writers
        .iter()
        .find(|writer| writer.actor == op.actor && writer.ops.contains(&op.counter))
}

/// A member as the latest grant here names them.
pub(crate) fn member(conn: &Connection, member: MemberId) -> Result<Person> {
    let found = conn
        .prepare_cached("SELECT name, role, area FROM granted WHERE member = ?1 ORDER BY from_ms DESC, statement DESC LIMIT 1")
        .and_then(|mut statement| {
            statement
                .query_row([member.as_bytes()], |row| {
                    Ok(person(Some(member.as_bytes().to_vec()), row.get(0)?, row.get(1)?, row.get(2)?))
                })
                .optional()
        })
        .doing("reading a member")?;
    Ok(found.flatten().unwrap_or_else(|| Person {
        member: member.to_string(),
        name: String::new(),
        role: None,
        area: String::new(),
    }))
}

/// How many commits of an area changed records that were there already, by kind, as far as they were stated to be made in a period.
pub(crate) fn edits_by_kind(
    conn: &Connection,
    (from, until): (&str, &str),
    (since_ms, before_ms): (i64, i64),
) -> Result<BTreeMap<u32, i64>> {
    let doing = "counting edits";
    let mut statement = conn
        .prepare_cached(
            "SELECT p.kind, count(DISTINCT c.number) FROM commits c JOIN part p ON p.commit_number = c.number \
             WHERE c.act = ?1 AND c.state IN (?2, ?3) AND c.area >= ?4 AND c.area < ?5 AND c.stated_ms >= ?6 AND c.stated_ms < ?7 \
             AND p.kind IS NOT NULL GROUP BY p.kind",
        )
        .doing(doing)?;
    let rows = statement
        .query_map(
            (
                Act::Edit.to_u32(),
                state::OWN,
                state::ADMITTED,
                from,
                until,
                since_ms,
                before_ms,
            ),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .doing(doing)?;
    rows.collect::<rusqlite::Result<_>>().doing(doing)
}

/// The members whose right holds in an area at an instant, each as the latest grant here names them; by area and name.
pub(crate) fn members_of(conn: &Connection, area: &str, at_ms: i64) -> Result<Vec<Person>> {
    let doing = "reading who is granted";
    let mut statement = conn
        .prepare_cached(
            "SELECT member, name, role, area FROM granted WHERE from_ms <= ?1 AND until_ms > ?1 ORDER BY from_ms, statement",
        )
        .doing(doing)?;
    let rows = statement
        .query_map([at_ms], |row| {
            Ok(person(row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .doing(doing)?;
    let mut latest = BTreeMap::new();
    for row in rows {
        if let Some(person) = row.doing(doing)? {
            latest.insert(person.member.clone(), person);
        }
    }
    let inside = latest
        .into_values()
        .filter(|person| person.area.starts_with(area));
    let mut members: Vec<Person> = inside.collect();
    members.sort_by(|a, b| (&a.area, &a.name, &a.member).cmp(&(&b.area, &b.name, &b.member)));
    Ok(members)
}

/// The commit that answered a held one, where there is any, and why, where it declined.
pub(crate) fn answer_to(
    conn: &Connection,
    commit: CommitId,
) -> Result<Option<(CommitId, Option<Reason>)>> {
    conn.prepare_cached(
        "SELECT id, said_reason FROM commits WHERE evidence = ?1 AND state <> ?2 ORDER BY number LIMIT 1",
    )
    .and_then(|mut statement| {
        statement
            .query_row((commit.as_bytes(), state::HELD), |row| {
                let reason: Option<u32> = row.get(1)?;
                Ok((CommitId(row.get(0)?), reason.and_then(Reason::from_u32)))
            })
            .optional()
    })
    .doing("reading the answer to a held commit")
}
