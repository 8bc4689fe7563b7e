//! One record with all that is held here about it: fields, candidates, log, history.

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::doc::{Candidate as Standing, Fields, OpId};
use wangge_model::field::{self, Form};
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::step::is_log_key;
use wangge_model::value::Edit;

use crate::error::{Doing, Result, ViewsError};
use crate::list;
use crate::rows::{
    Candidate, ChangeRow, FieldRow, HeldAnswer, HistoryRow, Label, Page, Query, ReasonText, Record,
    StatusWord,
};
use crate::source::{self, CommitFacts, Content, PartFacts, Writer};
use crate::stage;
use crate::standing;
use crate::text::{self, Reveal};

/// Reads a record's id.
pub(crate) fn parse_record(text: &str) -> Result<RecordId> {
    text.parse().map_err(|_| ViewsError::Question {
        what: "record",
        form: "a record's id",
    })
}

/// Records that name a record, at most.
const LINKS_MAX: u32 = 500;

/// A record of any kind.
pub(crate) fn record(conn: &Connection, id: &str, reveal: Reveal) -> Result<Record> {
    let record = parse_record(id)?;
    let row = list::record_row(conn, record, reveal)?.ok_or_else(|| unknown("record", id))?;
    let content = source::content(conn, record)?;
    let fields = field_rows(conn, record, row.kind, &content, reveal)?;
    let (log, standing) = match content.facets.get(&Facet::Open) {
        Some(open) if row.kind == Kind::MATTER => (
            stage::log(conn, record, open)?,
            Some(standing::standing(conn, open)?),
        ),
        _ => (Vec::new(), None),
    };
    Ok(Record {
        row,
        fields,
        log,
        standing,
        links: list::links_to(conn, record, LINKS_MAX)?,
    })
}

pub(crate) fn unknown(what: &'static str, id: &str) -> ViewsError {
    ViewsError::Unknown {
        what,
        id: id.to_owned(),
    }
}

/// Every stored field but the log: known ones in the order of forms, then the others by key.
fn field_rows(
    conn: &Connection,
    record: RecordId,
    kind: Kind,
    content: &Content,
    reveal: Reveal,
) -> Result<Vec<FieldRow>> {
    let known = field::fields(kind)
        .iter()
        .map(|field| (field.facet, field.key));
    let strange = content.facets.iter().flat_map(|(facet, fields)| {
        fields
            .iter()
            .map(|(key, _)| (*facet, key))
            .filter(|(facet, key)| !is_log_key(key) && field::field(kind, *facet, key).is_none())
    });
    let mut writers = BTreeMap::new();
    for &facet in content.facets.keys() {
        writers.insert(facet, source::writers(conn, record, facet)?);
    }
    let mut rows = Vec::new();
    for (facet, key) in known.chain(strange) {
        if let (Some(fields), Some(writers)) = (content.facets.get(&facet), writers.get(&facet)) {
            rows.extend(field_row(
                conn,
                kind,
                (facet, key),
                fields,
                writers,
                (reveal, reveal),
            )?);
        }
    }
    Ok(rows)
}

/// One field; `None` where nothing stands. Said apart: how its value is shown, and how the values are among which is to be chosen.
pub(crate) fn field_row(
    conn: &Connection,
    kind: Kind,
    (facet, key): (Facet, &str),
    fields: &Fields,
    writers: &[Writer],
    (reveal, among): (Reveal, Reveal),
) -> Result<Option<FieldRow>> {
    let standing = fields.candidates(key);
    let Some(winner) = standing.first() else {
        return Ok(None);
    };
    let mut shown = text::show(kind, facet, key, &winner.value, reveal);
    if let Some(Form::Link(_)) = field::field(kind, facet, key).map(|field| field.form) {
        shown.label = list::title_of(conn, &shown.value)?.map_or(shown.label, Label::same);
    }
    let in_conflict = standing.iter().any(|other| other.value != winner.value);
    let writer = source::writer_of(writers, &winner.op);
    let candidates = if in_conflict {
        distinct(standing)
            .map(|one| {
                candidate(
                    kind,
                    (facet, key),
                    one,
                    (winner.op == one.op, among),
                    writers,
                )
            })
            .collect()
    } else {
        Vec::new()
    };
    let edit = Edit {
        facet,
        key: key.to_owned(),
        value: Some(winner.value.clone()),
    };
    let problem = field::validate_edit(kind, &edit)
        .err()
        .map(|problem| Label::new(problem.zh(), problem.to_string()));
    Ok(Some(FieldRow {
        facet,
        key: key.to_owned(),
        label: text::field_label(kind, facet, key),
        value: shown.value,
        shown: shown.label,
        masked: shown.masked,
        candidates,
        problem,
        author: writer.and_then(|writer| writer.author.clone()),
        stated_ms: writer.and_then(|writer| writer.stated_ms),
    }))
}

/// The candidates without those that say again what one before them says.
fn distinct(standing: &[Standing]) -> impl Iterator<Item = &Standing> {
    standing.iter().enumerate().filter_map(|(at, one)| {
        let repeated = standing
            .iter()
            .take(at)
            .any(|earlier| earlier.value == one.value);
        (!repeated).then_some(one)
    })
}

fn candidate(
    kind: Kind,
    (facet, key): (Facet, &str),
    standing: &Standing,
    (chosen, reveal): (bool, Reveal),
    writers: &[Writer],
) -> Candidate {
    let shown = text::show(kind, facet, key, &standing.value, reveal);
    let writer = source::writer_of(writers, &standing.op);
    Candidate {
        choice: choice_of(&standing.op),
        value: shown.value,
        shown: shown.label,
        chosen,
        commit: writer
            .map(|writer| writer.commit.to_string())
            .unwrap_or_default(),
        author: writer.and_then(|writer| writer.author.clone()),
        stated_ms: writer.and_then(|writer| writer.stated_ms),
    }
}

fn choice_of(op: &OpId) -> String {
    format!("{}@{}", op.counter, op.actor)
}

/// What settles a field in conflict: the operation that is to stand, and all that stand now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settling {
    /// The operation that wrote the chosen value.
    pub choice: OpId,
    /// Every operation whose value stands in the field, the chosen one among them.
    pub seen: Vec<OpId>,
}

/// Reads a director's choice among the candidates that were shown.
pub(crate) fn settling(
    conn: &Connection,
    id: &str,
    (facet, key): (Facet, &str),
    choice: &str,
    shown: &[String],
) -> Result<Settling> {
    let record = parse_record(id)?;
    let content = source::content(conn, record)?;
    let standing = content
        .facets
        .get(&facet)
        .ok_or_else(|| unknown("record", id))?
        .candidates(key);
    let mut now: Vec<String> = distinct(standing).map(|one| choice_of(&one.op)).collect();
    let mut shown = shown.to_vec();
    now.sort_unstable();
    shown.sort_unstable();
    if now.len() < 2 || now != shown {
        return Err(ViewsError::Stale);
    }
    let chosen = standing
        .iter()
        .find(|one| choice_of(&one.op) == choice)
        .ok_or(ViewsError::Question {
            what: "choice",
            form: "one of the field's candidates",
        })?;
    Ok(Settling {
        choice: chosen.op,
        seen: standing.iter().map(|one| one.op).collect(),
    })
}

/// A page of the commits that touch a record, the newest first.
pub(crate) fn history(
    conn: &Connection,
    id: &str,
    query: &Query,
    reveal: Reveal,
) -> Result<Page<HistoryRow>> {
    let record = parse_record(id)?;
    let limit = list::page_limit(query);
    let (commits, total) = source::commits_of(conn, record, query.offset, limit)?;
    let rows = commits
        .iter()
        .map(|facts| {
            let parts = source::parts(conn, facts.number)?;
            let changes = changes(parts.iter().filter(|part| part.record == record), reveal);
            history_row(conn, facts, changes)
        })
        .collect::<Result<_>>()?;
    Ok(Page {
        rows,
        total,
        offset: query.offset,
        limit,
    })
}

fn history_row(
    conn: &Connection,
    facts: &CommitFacts,
    changes: Vec<ChangeRow>,
) -> Result<HistoryRow> {
    let status = facts.status();
    let answer = match status.word {
        StatusWord::Held => source::answer_to(conn, facts.id)?,
        _ => None,
    };
    let answer = answer.map(|(commit, declined)| HeldAnswer {
        commit: commit.to_string(),
        declined: declined.map(ReasonText::from),
    });
    Ok(HistoryRow {
        commit: facts.id.to_string(),
        act: facts.act,
        author: facts.author.clone(),
        device: facts.device.to_string(),
        stated_ms: facts.stated_ms,
        received_ms: facts.received_ms,
        status,
        answer,
        changes,
    })
}

/// What parts write, without what stands there now.
pub(crate) fn changes<'a>(
    parts: impl Iterator<Item = &'a PartFacts>,
    reveal: Reveal,
) -> Vec<ChangeRow> {
    parts
        .flat_map(|part| part.ops.iter().map(move |op| change_row(part, op, reveal)))
        .collect()
}

fn change_row(part: &PartFacts, op: &wangge_model::gate::OutlineOp, reveal: Reveal) -> ChangeRow {
    use wangge_model::gate::OpAction;
    let shown = match &op.action {
        OpAction::Set(value) => {
            Some(text::show(part.kind, part.facet, &op.key, value, reveal).label)
        }
        OpAction::Delete => None,
    };
    ChangeRow {
        record: part.record.to_string(),
        facet: part.facet,
        key: op.key.clone(),
        label: text::field_label(part.kind, part.facet, &op.key),
        shown,
        current: None,
    }
}

/// Whole records of a kind by id, in clear.
pub(crate) fn export(
    conn: &Connection,
    kind: Kind,
    after: &str,
    records_max: u32,
) -> Result<Vec<Record>> {
    let doing = "exporting records";
    let after = if after.is_empty() {
        Vec::new()
    } else {
        parse_record(after)?.as_bytes().to_vec()
    };
    let mut statement =
        conn.prepare_cached("SELECT record FROM view_record WHERE kind = ?1 AND record > ?2 ORDER BY record LIMIT ?3").doing(doing)?;
    let ids = statement
        .query_map((kind.to_u32(), after, records_max), |row| {
            row.get::<_, Vec<u8>>(0)
        })
        .doing(doing)?;
    ids.map(|id| {
        let id = id.doing(doing)?;
        let record = source::record_id(&id, doing)?;
        self::record(conn, &record.to_string(), Reveal::Clear)
    })
    .collect()
}
