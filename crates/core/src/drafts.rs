//! What a person typed, made into the engine's acts, and the engine's answers into words for people.

use wangge_engine::typed::{self, TypedProblem};
use wangge_engine::{ActDone, NewAct, Status as Known};
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_views::rows::{Status, StatusWord};

use crate::error::{Error, Trouble};
use crate::face::{Draft, Saved};
use crate::machine::Machine;
use crate::trouble;

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
    let record = typed::record_of(draft).map_err(fix_draft)?;
    let known = record.and_then(|record| kinds.iter().find(|(known, _)| *known == record));
    typed::read(draft, known.copied()).map_err(fix_draft)
}

/// What is wrong with what was typed, in the face's words.
pub(crate) fn fix_draft(problem: TypedProblem) -> Error {
    let mut trouble = Trouble::new(problem.code, problem.zh.clone(), problem.en.clone());
    if let Some(field) = &problem.field {
        trouble = trouble.field(field);
    }
    Error::FixDraft(trouble.cause(problem))
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

/// An id, a code or a commit that is none.
pub(crate) fn bad_id(what: &'static str, zh: &str) -> Error {
    let zh = format!("{zh}的写法不对");
    Error::FixDraft(Trouble::new("bad_id", zh, format!("this is no {what}")).field(what))
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
