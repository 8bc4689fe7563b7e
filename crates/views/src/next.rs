//! Which steps a member may take next: each kind of step is tried at the log's end, complete in itself, and judged by the rules.

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::doc::{Fields, OpId};
use wangge_model::id::{ActorId, MemberId, RecordId};
use wangge_model::kind::{Facet, Kind, Level, Role};
use wangge_model::step::{Judgement, Part, Step, StepDetail, StepKind};
use wangge_model::time::Ms;
use wangge_rules::matter::{self, LogEntry, Params};

use crate::error::Result;
use crate::rows::NextStep;
use crate::{source, text};

/// Entries that a step may be about which are tried, the latest.
const ABOUT_MAX: usize = 30;

/// Who would take the step, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hand {
    pub(crate) member: MemberId,
    pub(crate) office: Role,
    pub(crate) now: Ms,
}

/// The steps that would count; none for kinds without a log.
pub(crate) fn steps(conn: &Connection, record: RecordId, hand: Hand) -> Result<Vec<NextStep>> {
    if source::head(conn, record)?.is_none_or(|head| head.kind != Kind::MATTER) {
        return Ok(Vec::new());
    }
    let content = source::content(conn, record)?;
    let open = content.facets.get(&Facet::Open);
    Ok(open.map_or_else(Vec::new, |open| of_log(open, record, hand)))
}

fn of_log(open: &Fields, record: RecordId, hand: Hand) -> Vec<NextStep> {
    let (mut log, _) = matter::read_log(open);
    let keys: Vec<String> = log
        .iter()
        .rev()
        .take(ABOUT_MAX)
        .map(|entry| entry.key.clone())
        .collect();
    let mut next = Vec::new();
    for &kind in StepKind::ALL {
        let mut step = whole(kind, record, hand);
        let about: Vec<String> = if kind.needs_entry() {
            let named = keys.iter().filter(|key| {
                step.detail.re = Some((*key).clone());
                counts(&mut log, &step)
            });
            named.cloned().collect()
        } else {
            Vec::new()
        };
        let possible = if kind.needs_entry() {
            !about.is_empty()
        } else {
            variants(step).any(|step| counts(&mut log, &step))
        };
        if possible {
            next.push(NextStep {
                step: text::step_coded(kind),
                about,
            });
        }
    }
    next
}

/// Whether a step at the log's end would count. The log is as it was afterwards.
fn counts(log: &mut Vec<LogEntry>, step: &Step) -> bool {
    let counter = log.iter().map(|entry| entry.op.counter).max();
    log.push(LogEntry {
        op: OpId {
            counter: counter.unwrap_or_default().saturating_add(1),
            actor: ActorId([0xff; 16]),
        },
        key: String::new(),
        step: step.clone(),
    });
    let (_, taken) = matter::trace(log, &Params::DEFAULT);
    log.pop();
    taken.last().is_some_and(|last| last.void.is_none())
}

/// The same step with each choice of its own that decides whether it counts.
fn variants(step: Step) -> impl Iterator<Item = Step> {
    let parts: &[Option<Part>] = if step.kind == StepKind::Dispatch {
        &[Some(Part::Lead), Some(Part::Assist)]
    } else {
        &[None]
    };
    let levels: &[Option<Level>] = if step.kind == StepKind::PassUp {
        &[
            Some(Level::Community),
            Some(Level::Township),
            Some(Level::County),
        ]
    } else {
        &[None]
    };
    parts.iter().flat_map(move |part| {
        let step = step.clone();
        levels.iter().map(move |level| {
            let mut step = step.clone();
            (step.detail.part, step.detail.level) = (*part, *level);
            step
        })
    })
}

/// A step that says all that its kind must say.
fn whole(kind: StepKind, record: RecordId, hand: Hand) -> Step {
    let soon = hand.now.plus_days(1);
    let said = || "-".to_owned();
    let mut step = Step::new(kind, hand.member, hand.now);
    step.note = said();
    step.to = kind.needs_recipient().then(said);
    step.detail = StepDetail {
        office: Some(hand.office),
        reason: Some(said()),
        basis: Some(said()),
        due_ms: Some(soon),
        until_ms: Some(soon),
        record: Some(record),
        judgement: Some(Judgement {
            cause: said(),
            parties: vec![said(), said()],
            decision: said(),
            ..Judgement::default()
        }),
        checks: BTreeMap::from([(said(), true)]),
        done: Some(1),
        of: Some(1),
        score: Some(5),
        ..StepDetail::default()
    };
    step
}
