//! Folding: what was touched becomes rows.

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::doc::Fields;
use wangge_model::field::{self, Form};
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::matter;
use wangge_model::resident;
use wangge_model::step::is_log_key;

use crate::error::{Doing, Result, ViewsError};
use crate::list;
use crate::search;
use crate::source::{self, Content, Head};
use crate::stage;

const DOING: &str = "writing rows";

/// How far folding has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Records folded by this call.
    pub folded: u32,
    /// The journal is folded up to here.
    pub cursor: u64,
    /// Records that are still to be folded.
    pub behind: u64,
}

/// Folds the next records of the journal that `source` holds into the rows of `target`: usually the same database.
pub(crate) fn fold_next(source: &Connection, target: &Connection, limit: u32) -> Result<Progress> {
    let mut cursor = cursor(target)?;
    let touched = source::touched(source, cursor, limit)?;
    for (number, record) in &touched {
        fold_record(source, target, *record)?;
        cursor = *number;
    }
    if !touched.is_empty() {
        target
            .execute("UPDATE view_mark SET cursor = ?1", [cursor])
            .doing(DOING)?;
    }
    let folded = u32::try_from(touched.len()).unwrap_or(u32::MAX);
    Ok(Progress {
        folded,
        cursor,
        behind: source::behind(source, cursor)?,
    })
}

/// The journal is folded up to here.
pub(crate) fn cursor(conn: &Connection) -> Result<u64> {
    conn.prepare_cached("SELECT cursor FROM view_mark")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .doing("reading how far rows are folded")
}

fn fold_record(source: &Connection, target: &Connection, record: RecordId) -> Result<()> {
    // The journal names what has a document; a record's row is written in the same transaction.
    let Some(head) = source::head(source, record)? else {
        return Ok(());
    };
    match source::content(source, record) {
        Ok(content) => save_rows(source, target, &head, &content),
        Err(error @ (ViewsError::Document { .. } | ViewsError::Value { .. })) => {
            save_problem(target, &head, &error)
        }
        Err(error) => Err(error),
    }
}

fn save_rows(
    source: &Connection,
    target: &Connection,
    head: &Head,
    content: &Content,
) -> Result<()> {
    let record = head.record.as_bytes();
    target
        .prepare_cached("DELETE FROM view_problem WHERE record = ?1")
        .and_then(|mut s| s.execute([record]))
        .doing(DOING)?;
    let reading = read(head.kind, &content.facets);
    let conflicts = conflicts(&content.facets);
    let facets = content
        .facets
        .keys()
        .fold(0_i64, |bits, facet| bits | 1 << facet.to_u32());
    let (hlc, stated_ms, author, grant) =
        source::latest(source, head.record)?.unwrap_or((0, 0, None, None));
    let id: i64 = target
        .prepare_cached(
            "INSERT INTO view_record (record, kind, area, title, facets, conflicts, parallel, changed_hlc, changed_ms, changed_by, changed_grant) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
             ON CONFLICT (record) DO UPDATE SET kind = excluded.kind, area = excluded.area, title = excluded.title, facets = excluded.facets, \
             conflicts = excluded.conflicts, parallel = excluded.parallel, changed_hlc = excluded.changed_hlc, changed_ms = excluded.changed_ms, \
             changed_by = excluded.changed_by, changed_grant = excluded.changed_grant RETURNING id",
        )
        .and_then(|mut statement| {
            statement.query_row(
                (record, head.kind.to_u32(), head.area.as_str(), reading.title(), facets, conflicts.len() as u64, content.parallel, hlc, stated_ms, author, grant),
                |row| row.get(0),
            )
        })
        .doing(DOING)?;
    match &reading {
        Reading::Resident(resident) => save_resident(target, id, resident)?,
        Reading::Matter(matter) => save_matter(target, id, matter, &stage::fold(&content.facets))?,
        Reading::Other { .. } => {}
    }
    save_values(target, id, head.kind, &content.facets)?;
    save_conflicts(target, id, &conflicts)?;
    target
        .prepare_cached("DELETE FROM view_text WHERE rowid = ?1")
        .and_then(|mut s| s.execute([id]))
        .doing(DOING)?;
    target
        .prepare_cached("INSERT INTO view_text (rowid, tokens) VALUES (?1, ?2)")
        .and_then(|mut statement| statement.execute((id, search::index_tokens(&reading.words()))))
        .doing(DOING)?;
    Ok(())
}

/// A record that cannot be read has no rows, and is named as a problem.
fn save_problem(target: &Connection, head: &Head, error: &ViewsError) -> Result<()> {
    let record = head.record.as_bytes();
    for sql in [
        "DELETE FROM view_text WHERE rowid IN (SELECT id FROM view_record WHERE record = ?1)",
        "DELETE FROM view_value WHERE id IN (SELECT id FROM view_record WHERE record = ?1)",
        "DELETE FROM view_conflict WHERE id IN (SELECT id FROM view_record WHERE record = ?1)",
        "DELETE FROM view_resident WHERE id IN (SELECT id FROM view_record WHERE record = ?1)",
        "DELETE FROM view_matter WHERE id IN (SELECT id FROM view_record WHERE record = ?1)",
        "DELETE FROM view_record WHERE record = ?1",
    ] {
        target.execute(sql, [record]).doing(DOING)?;
    }
    target
        .execute(
            "INSERT INTO view_problem (record, kind, area, text) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (record) DO UPDATE SET kind = excluded.kind, area = excluded.area, text = excluded.text",
            (record, head.kind.to_u32(), head.area.as_str(), error.to_string()),
        )
        .doing(DOING)?;
    Ok(())
}

enum Reading {
    Resident(resident::Resident),
    Matter(matter::Matter),
    /// Of a kind that has nothing but its fields.
    Other {
        title: String,
        words: String,
    },
}

fn read(kind: Kind, facets: &BTreeMap<Facet, Fields>) -> Reading {
    match kind {
        Kind::RESIDENT => Reading::Resident(resident::Resident::read(facets)),
        Kind::MATTER => Reading::Matter(matter::Matter::read(facets)),
        _ => read_other(kind, facets),
    }
}

impl Reading {
    fn title(&self) -> &str {
        match self {
            Self::Resident(resident) => or_empty(&resident.name),
            Self::Matter(matter) => or_empty(&matter.title),
            Self::Other { title, .. } => title,
        }
    }

    /// What a search looks through. The line breaks keep phrases from reaching over two fields.
    fn words(&self) -> String {
        match self {
            Self::Resident(resident) => [&resident.name, &resident.household_no, &resident.address]
                .map(or_empty)
                .join("\n"),
            Self::Matter(matter) => [
                &matter.title,
                &matter.place,
                &matter.external_id,
                &matter.reporter,
                &matter.description,
                &matter.reply,
            ]
            .map(or_empty)
            .join("\n"),
            Self::Other { words, .. } => words.clone(),
        }
    }
}

/// The title and the words of the fields that the table marks so.
fn read_other(kind: Kind, facets: &BTreeMap<Facet, Fields>) -> Reading {
    let mut title = String::new();
    let mut words = Vec::new();
    for field in field::fields(kind) {
        let Some(value) = facets
            .get(&field.facet)
            .and_then(|fields| fields.value(field.key))
        else {
            continue;
        };
        if field.marks.title {
            title = field.show(value).0;
        }
        if field.marks.words {
            words.push(value.to_string());
        }
    }
    Reading::Other {
        title,
        words: words.join("\n"),
    }
}

fn or_empty(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

/// The fields with more than one distinct value. Entries of a log are written once: they have one.
fn conflicts(facets: &BTreeMap<Facet, Fields>) -> Vec<(Facet, String)> {
    facets
        .iter()
        .flat_map(|(facet, fields)| fields.conflicts().map(|key| (*facet, key.to_owned())))
        .filter(|(_, key)| !is_log_key(key))
        .collect()
}

fn save_resident(target: &Connection, id: i64, resident: &resident::Resident) -> Result<()> {
    let birth = resident
        .birth_date
        .clone()
        .or_else(|| resident.birth_year.map(|year| year.to_string()));
    target
        .prepare_cached(
            "INSERT INTO view_resident (id, sex, birth, residence, household, address, id_number) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
             ON CONFLICT (id) DO UPDATE SET sex = excluded.sex, birth = excluded.birth, residence = excluded.residence, \
             household = excluded.household, address = excluded.address, id_number = excluded.id_number",
        )
        .and_then(|mut statement| {
            statement.execute((
                id,
                or_empty(&resident.sex),
                birth.unwrap_or_default(),
                or_empty(&resident.residence),
                or_empty(&resident.household_no),
                or_empty(&resident.address),
                or_empty(&resident.id_number),
            ))
        })
        .doing(DOING)?;
    Ok(())
}

fn save_matter(
    target: &Connection,
    id: i64,
    matter: &matter::Matter,
    state: &stage::Summary,
) -> Result<()> {
    target
        .prepare_cached(
            "INSERT INTO view_matter (id, sort, class, scale, severity, source, reporter, replied, place, occurred_ms, stage, closed, \
             stage_since_ms, holder, steps, void_steps) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) \
             ON CONFLICT (id) DO UPDATE SET sort = excluded.sort, class = excluded.class, scale = excluded.scale, severity = excluded.severity, \
             source = excluded.source, reporter = excluded.reporter, replied = excluded.replied, place = excluded.place, \
             occurred_ms = excluded.occurred_ms, stage = excluded.stage, closed = excluded.closed, stage_since_ms = excluded.stage_since_ms, \
             holder = excluded.holder, steps = excluded.steps, void_steps = excluded.void_steps",
        )
        .and_then(|mut statement| {
            statement.execute(rusqlite::params![
                id,
                or_empty(&matter.sort),
                or_empty(&matter.class),
                or_empty(&matter.scale),
                or_empty(&matter.severity),
                or_empty(&matter.source),
                or_empty(&matter.reporter),
                state.replied || matter.reply.is_some(),
                or_empty(&matter.place),
                matter.occurred_ms,
                state.stage.code,
                state.closed,
                state.since_ms,
                state.holder,
                state.steps,
                state.void_steps,
            ])
        })
        .doing(DOING)?;
    Ok(())
}

/// The values that lists show or are filtered by.
fn save_values(
    target: &Connection,
    id: i64,
    kind: Kind,
    facets: &BTreeMap<Facet, Fields>,
) -> Result<()> {
    target
        .prepare_cached("DELETE FROM view_value WHERE id = ?1")
        .and_then(|mut s| s.execute([id]))
        .doing(DOING)?;
    for field in field::fields(kind)
        .iter()
        .filter(|field| field.marks.listed || field.marks.filter)
    {
        let Some(value) = facets
            .get(&field.facet)
            .and_then(|fields| fields.value(field.key))
        else {
            continue;
        };
        target
            .prepare_cached(
                "INSERT INTO view_value (id, kind, key, value, link) VALUES (?1, ?2, ?3, ?4, ?5)",
            )
            .and_then(|mut statement| {
                statement.execute((
                    id,
                    kind.to_u32(),
                    field.key,
                    list::sql_value(value.clone()),
                    matches!(field.form, Form::Link(_)),
                ))
            })
            .doing(DOING)?;
    }
    Ok(())
}

fn save_conflicts(target: &Connection, id: i64, conflicts: &[(Facet, String)]) -> Result<()> {
    target
        .prepare_cached("DELETE FROM view_conflict WHERE id = ?1")
        .and_then(|mut s| s.execute([id]))
        .doing(DOING)?;
    for (facet, key) in conflicts {
        target
            .prepare_cached("INSERT INTO view_conflict (id, facet, key) VALUES (?1, ?2, ?3)")
            .and_then(|mut statement| statement.execute((id, facet.to_u32(), key)))
            .doing(DOING)?;
    }
    Ok(())
}
