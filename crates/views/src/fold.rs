//! Folding: what was touched becomes rows.

mod matter;

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use wangge_model::doc::Fields;
use wangge_model::field::{self, Form};
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::resident;
use wangge_model::step::is_log_key;

use crate::error::{Doing, Result, ViewsError};
use crate::list;
use crate::reference::{self, Cache, Reference, Version};
use crate::search;
use crate::source::{self, Content, Head, Latest};
use crate::sums::{self, Ledger};
use crate::values::Values;

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

/// Folds the next records of the journal that `source` holds into the rows of `target`: usually the same database. Where room is left,
/// matters whose deadlines were computed from older reference data are folded anew.
pub(crate) fn fold_next(
    source: &Connection,
    target: &Connection,
    limit: u32,
    cache: &Cache,
) -> Result<Progress> {
    let mut cursor = cursor(target)?;
    let mut hand = Hand::new(source, target, cache)?;
    let touched = source::touched(source, cursor, limit)?;
    for (number, record) in &touched {
        hand.fold(*record)?;
        cursor = *number;
    }
    let mut folded = u32::try_from(touched.len()).unwrap_or(u32::MAX);
    for record in stale(target, limit.saturating_sub(folded))? {
        hand.fold(record)?;
        folded = folded.saturating_add(1);
    }
    hand.ledger.write(target)?;
    if !touched.is_empty() {
        target
            .execute("UPDATE view_mark SET cursor = ?1", [cursor])
            .doing(DOING)?;
    }
    Ok(Progress {
        folded,
        cursor,
        behind: behind(source, target)?,
    })
}

/// Records that are still to be folded: touched ones, and matters whose deadlines have to be computed anew.
pub(crate) fn behind(source: &Connection, target: &Connection) -> Result<u64> {
    let stale: u64 = target
        .prepare_cached(
            "SELECT count(*) FROM view_matter WHERE clocked < (SELECT clockwork FROM view_mark)",
        )
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .doing("counting what is to be folded anew")?;
    Ok(source::behind(source, cursor(target)?)?.saturating_add(stale))
}

/// Matters whose deadlines come from older reference data.
fn stale(target: &Connection, limit: u32) -> Result<Vec<RecordId>> {
    let doing = "reading what is to be folded anew";
    let mut statement = target
        .prepare_cached(
            "SELECT r.record FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.clocked < (SELECT clockwork FROM view_mark) ORDER BY m.clocked, m.id LIMIT ?1",
        )
        .doing(doing)?;
    let rows = statement
        .query_map([limit], |row| row.get::<_, Vec<u8>>(0))
        .doing(doing)?;
    rows.map(|row| source::record_id(&row.doing(doing)?, doing))
        .collect()
}

/// The journal is folded up to here.
pub(crate) fn cursor(conn: &Connection) -> Result<u64> {
    conn.prepare_cached("SELECT cursor FROM view_mark")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .doing("reading how far rows are folded")
}

/// The hand that writes the rows of one folding transaction.
struct Hand<'a> {
    source: &'a Connection,
    target: &'a Connection,
    cache: &'a Cache,
    /// The version when the transaction began.
    begun: Version,
    /// The reference data that this transaction folds with, once a matter asked for it, and its version.
    reference: Option<(u64, Arc<Reference>)>,
    ledger: Ledger,
}

impl<'a> Hand<'a> {
    fn new(source: &'a Connection, target: &'a Connection, cache: &'a Cache) -> Result<Self> {
        Ok(Self {
            source,
            target,
            cache,
            begun: reference::version(target)?,
            reference: None,
            ledger: Ledger::default(),
        })
    }

    fn fold(&mut self, record: RecordId) -> Result<()> {
        // The journal names what has a document; a record's row is written in the same transaction, and goes with it.
        let Some(head) = source::head(self.source, record)? else {
            return self.forget(record);
        };
        match source::content(self.source, record) {
            Ok(content) => self.save_rows(&head, &content),
            Err(error @ (ViewsError::Document { .. } | ViewsError::Value { .. })) => {
                self.save_problem(&head, &error)
            }
            Err(error) => Err(error),
        }
    }

    /// The reference data to fold a matter with: as it stood when the first one asked. What changes it later in the same transaction makes
    /// the matter stale.
    fn reference(&mut self) -> Result<(u64, Arc<Reference>)> {
        if let Some((version, reference)) = &self.reference {
            return Ok((*version, Arc::clone(reference)));
        }
        let version = reference::version(self.target)?;
        // Only what is committed is kept beyond the transaction.
        let reference = if version == self.begun {
            self.cache.at(self.target, version)?
        } else {
            reference::load(self.target)?
        };
        self.reference = Some((version.clockwork, Arc::clone(&reference)));
        Ok((version.clockwork, reference))
    }

    fn save_rows(&mut self, head: &Head, content: &Content) -> Result<()> {
        let record = head.record.as_bytes();
        let target = self.target;
        target
            .prepare_cached("DELETE FROM view_problem WHERE record = ?1")
            .and_then(|mut s| s.execute([record]))
            .doing(DOING)?;
        let reading = read(head.kind, &content.facets);
        let latest = source::latest(self.source, head.record)?.unwrap_or((0, 0, None, None));
        let changed_ms = latest.1;
        let conflicts = conflicts(&content.facets);
        let id = save_record(
            target,
            head,
            content,
            reading.title(),
            conflicts.len(),
            latest,
        )?;
        let values = Values(&content.facets);
        let mut shares = sums::of_record(head.kind, head.record, values, changed_ms);
        match &reading {
            Reading::Resident(resident) => save_resident(target, id, resident, values)?,
            Reading::Matter(matter) => {
                let (version, reference) = self.reference()?;
                let area = head.area.as_str();
                let folded = matter::fold(&reference, area, &content.facets, &mut shares);
                matter::save(target, id, version, matter, &folded)?;
            }
            Reading::Other { .. } => {}
        }
        save_reference(target, id, head, &content.facets)?;
        save_values(target, id, head.kind, &content.facets)?;
        save_fields(target, "view_conflict", id, &conflicts)?;
        save_fields(
            target,
            "view_invalid",
            id,
            &invalid(head.kind, &content.facets),
        )?;
        save_text(target, id, &reading)?;
        self.ledger
            .replace(target, id, Some((head.area.as_str(), &shares)))
    }

    /// A record that cannot be read has no rows, and is named as a problem.
    fn save_problem(&mut self, head: &Head, error: &ViewsError) -> Result<()> {
        self.forget(head.record)?;
        self.target
            .execute(
                "INSERT INTO view_problem (record, kind, area, text) VALUES (?1, ?2, ?3, ?4)",
                (
                    head.record.as_bytes(),
                    head.kind.to_u32(),
                    head.area.as_str(),
                    error.to_string(),
                ),
            )
            .doing(DOING)?;
        Ok(())
    }

    /// A record that is not here has no rows.
    fn forget(&mut self, record: RecordId) -> Result<()> {
        let record = record.as_bytes();
        self.target
            .execute("DELETE FROM view_problem WHERE record = ?1", [record])
            .doing(DOING)?;
        let row: Option<(i64, u32)> = self
            .target
            .prepare_cached("SELECT id, kind FROM view_record WHERE record = ?1")
            .and_then(|mut statement| {
                statement
                    .query_row([record], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .doing(DOING)?;
        let Some((id, kind)) = row else {
            return Ok(());
        };
        self.ledger.replace(self.target, id, None)?;
        if let Some(kind) = Kind::from_u32(kind) {
            forget_reference(self.target, id, kind)?;
        }
        for sql in FORGET {
            self.target.execute(sql, [id]).doing(DOING)?;
        }
        Ok(())
    }
}

/// Takes a record's rows away.
const FORGET: &[&str] = &[
    "DELETE FROM view_text WHERE rowid = ?1",
    "DELETE FROM view_value WHERE id = ?1",
    "DELETE FROM view_conflict WHERE id = ?1",
    "DELETE FROM view_invalid WHERE id = ?1",
    "DELETE FROM view_resident WHERE id = ?1",
    "DELETE FROM view_matter WHERE id = ?1",
    "DELETE FROM view_record WHERE id = ?1",
];

fn save_record(
    target: &Connection,
    head: &Head,
    content: &Content,
    title: &str,
    conflicts: usize,
    (hlc, stated_ms, author, grant): Latest,
) -> Result<i64> {
    let facets = content
        .facets
        .keys()
        .fold(0_i64, |bits, facet| bits | 1 << facet.to_u32());
    target
        .prepare_cached(
            "INSERT INTO view_record (record, kind, area, title, facets, conflicts, parallel, changed_hlc, changed_ms, changed_by, changed_grant) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
             ON CONFLICT (record) DO UPDATE SET kind = excluded.kind, area = excluded.area, title = excluded.title, facets = excluded.facets, \
             conflicts = excluded.conflicts, parallel = excluded.parallel, changed_hlc = excluded.changed_hlc, changed_ms = excluded.changed_ms, \
             changed_by = excluded.changed_by, changed_grant = excluded.changed_grant RETURNING id",
        )
        .and_then(|mut statement| {
            statement.query_row(
                (head.record.as_bytes(), head.kind.to_u32(), head.area.as_str(), title, facets, conflicts as u64, content.parallel, hlc, stated_ms, author, grant),
                |row| row.get(0),
            )
        })
        .doing(DOING)
}

fn save_text(target: &Connection, id: i64, reading: &Reading) -> Result<()> {
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

/// Keeps the cells of a record of reference data; where they changed, the version is raised.
fn save_reference(
    target: &Connection,
    id: i64,
    head: &Head,
    facets: &BTreeMap<Facet, Fields>,
) -> Result<()> {
    if !reference::KINDS.contains(&head.kind) {
        return Ok(());
    }
    let changed = target
        .prepare_cached(
            "INSERT INTO view_reference (id, kind, area, cells) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, area = excluded.area, cells = excluded.cells \
             WHERE cells <> excluded.cells OR area <> excluded.area OR kind <> excluded.kind",
        )
        .and_then(|mut statement| {
            let cells = reference::cells(head.kind, facets);
            statement.execute((id, head.kind.to_u32(), head.area.as_str(), cells))
        })
        .doing(DOING)?;
    raise(target, head.kind, changed > 0)
}

fn forget_reference(target: &Connection, id: i64, kind: Kind) -> Result<()> {
    let gone = target
        .prepare_cached("DELETE FROM view_reference WHERE id = ?1")
        .and_then(|mut statement| statement.execute([id]))
        .doing(DOING)?;
    raise(target, kind, gone > 0)
}

fn raise(target: &Connection, kind: Kind, changed: bool) -> Result<()> {
    if changed {
        let clockwork = reference::moves_clocks(kind);
        target
            .prepare_cached(
                "UPDATE view_mark SET reference = reference + 1, clockwork = clockwork + ?1",
            )
            .and_then(|mut statement| statement.execute([clockwork]))
            .doing(DOING)?;
    }
    Ok(())
}

enum Reading {
    Resident(resident::Resident),
    Matter(wangge_model::matter::Matter),
    /// Of a kind that has nothing but its fields.
    Other {
        title: String,
        words: String,
    },
}

fn read(kind: Kind, facets: &BTreeMap<Facet, Fields>) -> Reading {
    match kind {
        Kind::RESIDENT => Reading::Resident(resident::Resident::read(facets)),
        Kind::MATTER => Reading::Matter(wangge_model::matter::Matter::read(facets)),
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
                &matter.number,
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

fn save_resident(
    target: &Connection,
    id: i64,
    resident: &resident::Resident,
    values: Values<'_>,
) -> Result<()> {
    let birth = resident
        .birth_date
        .clone()
        .or_else(|| resident.birth_year.map(|year| year.to_string()));
    let phones = format!("{} {}", values.text("phone"), values.text("phone_other"));
    target
        .prepare_cached(
            "INSERT INTO view_resident (id, sex, birth, residence, household, address, id_number, phones) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
             ON CONFLICT (id) DO UPDATE SET sex = excluded.sex, birth = excluded.birth, residence = excluded.residence, \
             household = excluded.household, address = excluded.address, id_number = excluded.id_number, phones = excluded.phones",
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
                phones.trim(),
            ))
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

/// The known fields whose value is none that they allow.
fn invalid(kind: Kind, facets: &BTreeMap<Facet, Fields>) -> Vec<(Facet, String)> {
    let fields = field::fields(kind).iter().filter(|field| {
        let value = facets
            .get(&field.facet)
            .and_then(|fields| fields.value(field.key));
        value.is_some_and(|value| field.validate(value).is_err())
    });
    fields
        .map(|field| (field.facet, field.key.to_owned()))
        .collect()
}

/// Writes which fields of a record stand in `table`.
fn save_fields(
    target: &Connection,
    table: &str,
    id: i64,
    fields: &[(Facet, String)],
) -> Result<()> {
    target
        .prepare_cached(&format!("DELETE FROM {table} WHERE id = ?1"))
        .and_then(|mut s| s.execute([id]))
        .doing(DOING)?;
    for (facet, key) in fields {
        target
            .prepare_cached(&format!(
                "INSERT INTO {table} (id, facet, key) VALUES (?1, ?2, ?3)"
            ))
            .and_then(|mut statement| statement.execute((id, facet.to_u32(), key)))
            .doing(DOING)?;
    }
    Ok(())
}
