//! The fold itself, and the separation of hands over it.
//!
//! Whether a verification was made by hands that disposed is known only when the whole round is known, and what belongs to a round only
//! when it is known which reopenings count. So the log is folded, the supervising steps of disposing hands are barred, and the log is
//! folded again without them, until none is left. Each turn bars at least one more entry, so it ends; and nothing in it depends on the
//! order of arrival.

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::id::MemberId;
use wangge_model::step::StepKind;

use super::Params;
use super::log::LogEntry;
use super::stage::{Stage, Void};
use super::state::{Dispute, MatterState};
use super::take::{of_office, take};

/// What an entry did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its key.
    pub entry: String,
    /// Where the matter stood after it.
    pub stage: Stage,
    /// Why it counts for nothing, if it does.
    pub void: Option<Void>,
}

/// Whether a step is one of supervision, which the hands that disposed may not take.
pub(super) const fn supervises(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::VerifyPass
            | StepKind::VerifyFail
            | StepKind::ConfirmClose
            | StepKind::RefuseClose
            | StepKind::Close
            | StepKind::Rate
            | StepKind::EffectPass
            | StepKind::EffectFail
    )
}

pub(super) const fn disposes(kind: StepKind) -> bool {
    matches!(kind, StepKind::Dispose | StepKind::SettleOnSpot)
}

/// Folds a log that stands in its order.
pub(super) fn fold(log: &[&LogEntry], params: &Params) -> (MatterState, Vec<Taken>) {
    let reverts = reverts(log);
    let mut barred = BTreeSet::new();
    loop {
        let (state, taken) = pass(log, params, &reverts, &barred);
        let more = same_hands(log, &taken);
        if more.is_empty() {
            return (state, taken);
        }
        barred.extend(more);
    }
}

/// The automatic entries that a director of the same level or above took back, by the place of the revert.
fn reverts(log: &[&LogEntry]) -> BTreeMap<usize, usize> {
    let mut found: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, entry) in log.iter().enumerate() {
        let detail = &entry.step.detail;
        if entry.step.kind != StepKind::Revert || !detail.office.is_some_and(|role| role.directs())
        {
            continue;
        }
        let target = log.iter().take(at).position(|earlier| {
            Some(&earlier.key) == detail.re.as_ref()
                && earlier.step.detail.auto.is_some()
                && earlier.step.detail.office <= detail.office
        });
        if let Some(target) = target.filter(|target| !found.values().any(|known| known == target)) {
            found.insert(at, target);
        }
    }
    found
}

/// One fold, in which the barred entries are void.
fn pass(
    log: &[&LogEntry],
    params: &Params,
    reverts: &BTreeMap<usize, usize>,
    barred: &BTreeSet<usize>,
) -> (MatterState, Vec<Taken>) {
    let reverted: BTreeSet<usize> = reverts.values().copied().collect();
    let mut state = MatterState::default();
    let mut taken = Vec::with_capacity(log.len());
    let mut quarrels: Vec<(&LogEntry, &LogEntry)> = Vec::new();
    let mut mover: Option<&LogEntry> = None;
    for (at, entry) in log.iter().enumerate() {
        let before = state.stage;
        let judged = if reverted.contains(&at) {
            Err(Void::Reverted)
        } else if entry.step.kind == StepKind::Revert && !reverts.contains_key(&at) {
            of_office(&entry.step).and(Err(Void::NothingWaits))
        } else if barred.contains(&at) {
            Err(Void::SameHands)
        } else {
            take(&mut state, &entry.key, &entry.step, params)
        };
        match judged {
            Ok(()) => {
                state.steps += 1;
                if state.stage != before {
                    mover = Some(entry);
                }
                if entry.step.kind.directs() {
                    quarrels.retain(|(void, _)| entry.apart_from(void));
                }
            }
            Err(void) => {
                if let Some(standing) = mover
                    .filter(|standing| void == Void::NotAtThisStage && standing.apart_from(entry))
                {
                    quarrels.push((entry, standing));
                }
                state.void.push((entry.key.clone(), void));
            }
        }
        taken.push(Taken {
            entry: entry.key.clone(),
            stage: state.stage,
            void: judged.err(),
        });
    }
    state.disputed = quarrels
        .into_iter()
        .map(|(void, standing)| Dispute {
            void: void.key.clone(),
            standing: standing.key.clone(),
        })
        .collect();
    (state, taken)
}

/// The supervising entries that count, and whose member disposed in the same round: before or after, counted or come too late. Who wrote
/// that they dealt with it had not seen the verification, or knew better.
fn same_hands(log: &[&LogEntry], taken: &[Taken]) -> Vec<usize> {
    let mut round = 0_u32;
    let mut before = Stage::Empty;
    let mut disposed: BTreeSet<(u32, MemberId)> = BTreeSet::new();
    let mut supervised = Vec::new();
    for (at, (entry, taken)) in log.iter().zip(taken).enumerate() {
        let (step, counts) = (&entry.step, taken.void.is_none());
        if disposes(step.kind) && taken.void != Some(Void::Reverted) {
            disposed.insert((round, step.by));
        }
        if supervises(step.kind) && counts {
            supervised.push((at, (round, step.by)));
        }
        // A merge ends no round; an unmerge goes on where it stood.
        let ended = before.closed() && before != Stage::Merged;
        if counts && ended && taken.stage.open() {
            round = round.saturating_add(1);
        }
        before = taken.stage;
    }
    supervised
        .into_iter()
        .filter(|(_, hand)| disposed.contains(hand))
        .map(|(at, _)| at)
        .collect()
}
