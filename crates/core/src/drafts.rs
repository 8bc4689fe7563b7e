//! What a person typed, made into the engine's acts, and the engine's answers into words for people.

use wangge_engine::{ActBody, ActDone, NewAct, Status as Known};
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_views::rows::{Status, StatusWord};

use crate::error::{Error, Trouble};
use crate::face::{Draft, FieldEdit, Saved};
use crate::machine::Machine;
use crate::{fields, trouble};

/// Saves drafts in one transaction: one answer for each, in order.
pub(crate) fn save(
    machine: &Machine,
    drafts: &[Draft],
) -> Result<Vec<Result<Saved, Error>>, Error> {
    let kinds = kinds_of(machine, drafts)?;
    let read: Vec<Result<NewAct, Error>> = drafts.iter().map(|draft| act(draft, &kinds)).collect();
    let acts: Vec<NewAct> = read
        .iter()
        .filter_map(|act| act.as_ref().ok().cloned())
        .collect();
    let acted = if acts.is_empty() {
        Vec::new()
    } else {
        machine.act(acts)?
    };
    let mut acted = acted.into_iter();
    let answer = |act: Result<NewAct, Error>| {
        act.and_then(|_| {
            acted
                .next()
                .ok_or_else(unanswered)?
                .map(saved)
                .map_err(trouble::refused)
        })
    };
    Ok(read.into_iter().map(answer).collect())
}

/// The kinds of the records that drafts change.
fn kinds_of(machine: &Machine, drafts: &[Draft]) -> Result<Vec<(RecordId, Kind)>, Error> {
    let ids: Vec<RecordId> = drafts
        .iter()
        .filter_map(|draft| match draft {
            Draft::Edit { record, .. } | Draft::Step { record, .. } => record.parse().ok(),
            Draft::New { .. } => None,
        })
        .collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = machine.ask(|_, tx| Ok(tx.load_records(&ids)?))?;
    Ok(rows
        .into_iter()
        .flatten()
        .map(|row| (row.id, row.kind))
        .collect())
}

fn act(draft: &Draft, kinds: &[(RecordId, Kind)]) -> Result<NewAct, Error> {
    let (what, stated_ms) = match draft {
        Draft::New {
            kind,
            area,
            fields,
            stated_ms,
        } => (create(kind, area, fields)?, *stated_ms),
        Draft::Edit {
            record,
            fields,
            stated_ms,
        } => {
            let (record, kind) = parse_known(record, kinds)?;
            let edits = fields::parse_edits(kind, fields)?;
            let records = vec![(record, edits)];
            (ActBody::Edit { records }, *stated_ms)
        }
        Draft::Step { record, step } => {
            let (record, kind) = parse_known(record, kinds)?;
            let at_ms = step.at_ms;
            let (step, edits) = fields::parse_step(kind, step)?;
            let what = ActBody::Step {
                record,
                step,
                edits,
            };
            (what, at_ms)
        }
    };
    Ok(NewAct { what, stated_ms })
}

fn create(kind: &str, area: &str, typed: &[FieldEdit]) -> Result<ActBody, Error> {
    let kind = fields::parse_kind(kind)?;
    let area = if area.is_empty() {
        None
    } else {
        Some(area.parse().map_err(|_| bad_id("area", "区域代码"))?)
    };
    Ok(ActBody::Create {
        kind,
        area,
        edits: fields::parse_edits(kind, typed)?,
        step: fields::first_step(kind),
    })
}

/// Reads the id of a record that is here, and says of which kind it is.
fn parse_known(text: &str, kinds: &[(RecordId, Kind)]) -> Result<(RecordId, Kind), Error> {
    let id = parse_record(text)?;
    let known = kinds.iter().find(|(known, _)| *known == id);
    known.copied().ok_or_else(unknown_record)
}

pub(crate) fn saved(done: ActDone) -> Saved {
    Saved {
        record: done
            .records
            .first()
            .map(ToString::to_string)
            .unwrap_or_default(),
        commit: done.commit.to_string(),
    }
}

/// What the engine knows of a commit.
pub(crate) fn status(known: Known) -> Status {
    let (word, level, reason) = match known {
        Known::Saved => (StatusWord::Saved, None, None),
        Known::Sent => (StatusWord::Sent, None, None),
        Known::Received => (StatusWord::Received, None, None),
        Known::Admitted => (StatusWord::Admitted, None, None),
        Known::Merged(level) => (StatusWord::Merged, Some(level), None),
        Known::Held(reason) => (StatusWord::Held, None, Some(reason.into())),
    };
    Status {
        word,
        level,
        reason,
    }
}

fn parse_record(text: &str) -> Result<RecordId, Error> {
    text.parse().map_err(|_| bad_id("record", "记录编号"))
}

/// An id, a code or a commit that is none.
pub(crate) fn bad_id(what: &'static str, zh: &str) -> Error {
    let zh = format!("{zh}的写法不对");
    Error::FixDraft(Trouble::new("bad_id", zh, format!("this is no {what}")).field(what))
}

fn unknown_record() -> Error {
    let en = "there is no such record on this phone";
    Error::FixDraft(Trouble::new("unknown_record", "本机没有这条记录", en).field("record"))
}

/// The engine owes an answer for each act.
pub(crate) fn unanswered() -> Error {
    let en = "the engine did not answer an act";
    Error::Report(Trouble::new(
        "engine",
        "程序内部错误：请把此信息报告给管理员",
        en,
    ))
}
