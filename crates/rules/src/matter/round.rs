//! Rework, reopening, merging, archive: the matter turns from one way to another.

use wangge_model::step::{Part, Step, StepKind};

use super::stage::Stage;
use super::state::{Instants, MatterState, PartStage};
use super::transition::Move;

/// It goes back to the same hands: the lead has to say again that it is done.
pub(super) fn rework(state: &mut MatterState) {
    state.reworks += 1;
    state.lead_done = None;
    state.verified_by = None;
    state.confirmed_by = None;
    state.remeasured = None;
    state.at.disposed = None;
    state.at.verified = None;
    for part in &mut state.parts {
        if part.part == Part::Lead && part.stage == PartStage::Done {
            part.stage = PartStage::Open;
            part.done = None;
        }
    }
}

/// A new round begins: whose hands touched it before does not bind any more.
pub(super) fn reopen(state: &mut MatterState, step: &Step) {
    state.reopens += 1;
    state.holder = None;
    state.binding = false;
    state.passed_up = None;
    state.judging = None;
    state.judgement = None;
    state.parts.clear();
    state.lead_done = None;
    state.disposed_by.clear();
    state.verified_by = None;
    state.closed_by = None;
    state.confirmed_by = None;
    state.remeasured = None;
    state.answered = false;
    state.round_returns = 0;
    state.effect = None;
    let at = std::mem::take(&mut state.at);
    state.at = Instants {
        judged: None,
        first_dispatched: None,
        disposed: None,
        verified: None,
        closed: None,
        archived: None,
        accepted: at.accepted.or(Some(step.at_ms)),
        ..at
    };
    state.at.reopened.push(step.at_ms);
}

/// What is done about a matter as a whole.
pub(super) fn turn(state: &mut MatterState, step: &Step, moved: Move) -> Move {
    match step.kind {
        StepKind::Archive => {
            state.at.archived = Some(step.at_ms);
            moved
        }
        StepKind::EffectPass => {
            state.effect = Some(true);
            moved
        }
        StepKind::EffectFail => {
            reopen(state, step);
            moved
        }
        StepKind::MergeInto => {
            state.merged_into = step.detail.record;
            state.before_merge = state.stage;
            moved
        }
        StepKind::Unmerge => {
            state.merged_into = None;
            Move::To(std::mem::replace(&mut state.before_merge, Stage::Empty))
        }
        _ => {
            reopen(state, step);
            state.recurrences.extend(step.detail.record);
            moved
        }
    }
}
