//! A matter's state, as rows show it.

use rusqlite::Connection;
use wangge_model::doc::Fields;
use wangge_model::id::RecordId;
use wangge_model::kind::Facet;
use wangge_model::step::log_hlc;
use wangge_rules::matter::{self, Params, Stage, Void};

use crate::error::Result;
use crate::rows::{Coded, Label, Person, StepRow};
use crate::source::{self, Writer};
use crate::standing;
use crate::text;

/// A stored stage with its names; one of a newer program is its own name.
pub(crate) fn coded(word: &str) -> Coded {
    Stage::ALL
        .iter()
        .find(|stage| stage.word() == word)
        .map_or_else(
            || Coded {
                code: word.to_owned(),
                zh: word.to_owned(),
                en: word.to_owned(),
            },
            |stage| name(*stage),
        )
}

fn name(stage: Stage) -> Coded {
    Coded {
        code: stage.word().to_owned(),
        zh: stage.zh().to_owned(),
        en: stage.en().to_owned(),
    }
}

/// The log of a matter, in its one order, with the stage after each step. Entries that cannot be read stand last.
pub(crate) fn log(conn: &Connection, record: RecordId, open: &Fields) -> Result<Vec<StepRow>> {
    let (entries, unreadable) = matter::read_log(open);
    let (state, taken) = matter::trace(&entries, &Params::DEFAULT);
    let writers = source::writers(conn, record, Facet::Open)?;
    let mut rows = Vec::with_capacity(entries.len().saturating_add(unreadable.len()));
    for (entry, taken) in entries.iter().zip(taken) {
        let wrote = source::writer_of(&writers, &entry.op).and_then(|writer| writer.author.clone());
        let by = match wrote.filter(|person| person.member == entry.step.by.to_string()) {
            Some(person) => person,
            None => source::member(conn, entry.step.by)?,
        };
        rows.push(StepRow {
            entry: entry.key.clone(),
            step: text::step_coded(entry.step.kind),
            by,
            at_ms: entry.step.at_ms.0,
            note: entry.step.note.clone(),
            to: entry.step.to.clone().unwrap_or_default(),
            details: standing::details(&entry.step.detail),
            stage: name(taken.stage),
            void: taken.void.map(label),
        });
    }
    rows.extend(unreadable.into_iter().map(|(key, void)| {
        let op = open.candidates(&key).first().map(|candidate| candidate.op);
        let writer = op.and_then(|op| source::writer_of(&writers, &op));
        unreadable_row(key, void, writer, state.stage)
    }));
    Ok(rows)
}

/// An entry that cannot be read, by what is known of its commit.
fn unreadable_row(key: String, void: Void, writer: Option<&Writer>, stage: Stage) -> StepRow {
    let nobody = || Person {
        member: String::new(),
        name: String::new(),
        role: None,
        area: String::new(),
    };
    StepRow {
        step: Coded {
            code: void.word().to_owned(),
            zh: "（无法识别的步骤）".to_owned(),
            en: "(unreadable step)".to_owned(),
        },
        by: writer
            .and_then(|writer| writer.author.clone())
            .unwrap_or_else(nobody),
        at_ms: writer
            .and_then(|writer| writer.stated_ms)
            .or_else(|| log_hlc(&key).map(|hlc| hlc.ms().0))
            .unwrap_or_default(),
        entry: key,
        note: String::new(),
        to: String::new(),
        details: Vec::new(),
        stage: name(stage),
        void: Some(label(void)),
    }
}

fn label(void: Void) -> Label {
    Label::new(void.zh(), void.en())
}

/// Every stage in their order, and whether it ends a matter.
pub(crate) fn all() -> impl Iterator<Item = (Coded, bool)> {
    Stage::ALL
        .iter()
        .map(|stage| (name(*stage), stage.closed()))
}

/// The place of a stage in the order of stages; unknown ones stand last.
pub(crate) fn rank(word: &str) -> usize {
    Stage::ALL
        .iter()
        .position(|stage| stage.word() == word)
        .unwrap_or(usize::MAX)
}
