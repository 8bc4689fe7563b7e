//! Takes a step: looks whether it may be taken, notes what it did, and moves the matter. A step that may not changes nothing.

use wangge_model::kind::{Level, Role};
use wangge_model::step::{Step, StepKind};

use super::Params;
use super::asks;
use super::flow::Passing;
use super::measure;
use super::parts;
use super::round;
use super::stage::{Stage, Void};
use super::state::{Judged, MatterState, Summons};
use super::transition::{Move, next};
use crate::role;

/// Takes a step, or leaves the state as it is and says why.
pub(super) fn take(
    state: &mut MatterState,
    key: &str,
    step: &Step,
    params: &Params,
) -> Result<(), Void> {
    of_office(step)?;
    let begins = state.stage == Stage::Empty;
    let moved = next(state.stage, step.kind, state.rules())?;
    let moved = act(state, key, step, params, moved)?;
    state.phases.note(key, step, begins);
    if measure::says_done(step.kind) {
        state.remeasured = step.detail.remeasured.or(state.remeasured);
    }
    if let Move::To(stage) = moved {
        state.stage = stage;
        state.since = Some(step.at_ms);
    }
    Ok(())
}

/// Whether the office that the step states may take it at all.
pub(super) fn of_office(step: &Step) -> Result<(), Void> {
    let office = step.detail.office;
    if office.is_some_and(|office| !role::may_step(office, step.kind)) {
        Err(Void::WrongOffice)
    } else {
        Ok(())
    }
}

/// What each kind of step looks at and notes. Nothing is noted before everything was looked at.
fn act(
    state: &mut MatterState,
    key: &str,
    step: &Step,
    params: &Params,
    moved: Move,
) -> Result<Move, Void> {
    match step.kind {
        StepKind::Report | StepKind::Check | StepKind::Accept | StepKind::Reject => {
            receive(state, step, moved)
        }
        StepKind::SettleOnSpot => settle(state, step, moved),
        StepKind::Judge => judge(state, key, step),
        StepKind::Cosign => cosign(state, step),
        StepKind::PassUp => pass_up(state, step, moved),
        StepKind::Dispatch => parts::dispatch(state, key, step, moved),
        StepKind::Return => parts::give_back(state, key, step, params),
        StepKind::Object => parts::object(state, step, moved),
        StepKind::Release => parts::release(state, step),
        StepKind::Dispose => parts::dispose(state, step, moved),
        StepKind::Whistle | StepKind::Urge => Ok(summon(state, key, step, moved)),
        StepKind::Answer => answer(state, step, moved),
        StepKind::AskSuspend | StepKind::AskExtend | StepKind::Appeal => {
            asks::ask(state, key, step, params, moved)
        }
        StepKind::Approve => asks::approve(state, step, params, moved),
        StepKind::Deny => asks::deny(state, step, moved),
        StepKind::Resume => asks::resume(state, step, moved),
        StepKind::VerifyPass
        | StepKind::VerifyFail
        | StepKind::ConfirmClose
        | StepKind::RefuseClose
        | StepKind::Close
        | StepKind::Rate => evaluate(state, step, moved),
        StepKind::Archive
        | StepKind::Reopen
        | StepKind::EffectPass
        | StepKind::EffectFail
        | StepKind::MergeInto
        | StepKind::Unmerge => Ok(round::turn(state, step, moved)),
        StepKind::Reply => {
            state.at.replied = Some(step.at_ms);
            state.at.first_replied.get_or_insert(step.at_ms);
            state.answered = true;
            Ok(moved)
        }
        StepKind::Support => {
            state.supporters += 1;
            Ok(moved)
        }
        StepKind::Remark | StepKind::Revert => Ok(moved),
    }
}

/// From the report to the decision whether it will be dealt with.
fn receive(state: &mut MatterState, step: &Step, moved: Move) -> Result<Move, Void> {
    match step.kind {
        StepKind::Report => {
            state.reported_by = Some(step.by);
            state.at.reported = Some(step.at_ms);
        }
        StepKind::Check => {
            if state.rules().check_first && step.detail.checks.is_empty() {
                return Err(Void::NeedsCheck);
            }
            state.at.checked = Some(step.at_ms);
        }
        StepKind::Reject => {
            state.closed_by = Some(step.by);
            state.at.closed = Some(step.at_ms);
            state.holder = None;
        }
        _ => {
            // Of an emergency that was dispatched first, acceptance is noted once.
            if state.at.accepted.is_some() {
                return Err(Void::NotAtThisStage);
            }
            state.at.accepted = Some(step.at_ms);
            state.first_receiver.get_or_insert(step.by);
        }
    }
    classify(state, step);
    Ok(moved)
}

/// What a step says about flow and urgency. A suspension that too few levels approved for an urgent matter ends.
fn classify(state: &mut MatterState, step: &Step) {
    state.flow = step.detail.flow.or(state.flow);
    state.urgent = step.detail.urgent.unwrap_or(state.urgent);
    let urgent = state.is_urgent();
    if let Some(suspension) = &mut state.suspension
        && urgent
        && suspension.levels < 2
    {
        suspension.until = suspension.until.min(step.at_ms);
    }
}

fn settle(state: &mut MatterState, step: &Step, moved: Move) -> Result<Move, Void> {
    if matches!(state.stage, Stage::Accepted | Stage::Judged) {
        if state.rules().judge_first && !state.is_judged() {
            return Err(Void::NeedsJudgement);
        }
        asks::not_suspended(state, step)?;
    }
    if state.stage == Stage::Empty {
        state.reported_by = Some(step.by);
        state.at.reported = Some(step.at_ms);
        classify(state, step);
    }
    state.disposed_by.insert(step.by);
    state.closed_by = Some(step.by);
    state.at.disposed = Some(step.at_ms);
    state.at.closed = Some(step.at_ms);
    state.holder = None;
    Ok(moved)
}

/// A judgement begins with one signature. Above the community one is enough; what was passed up is judged there.
fn judge(state: &mut MatterState, key: &str, step: &Step) -> Result<Move, Void> {
    let office = step.detail.office.ok_or(Void::WrongOffice)?;
    let content = step.detail.judgement.clone().ok_or(Void::Malformed)?;
    let stands = state.judgement.as_ref().and_then(Judged::level);
    let above = stands.filter(|&level| level >= Level::Township);
    if Some(role::level(office)) < state.passed_up.max(above) {
        return Err(Void::LevelTooLow);
    }
    let flow = step.detail.flow.or(state.flow);
    if super::flow::rules(flow).judge_first && content.parties.is_empty() {
        return Err(Void::NeedsParties);
    }
    state.rights.entry(step.by).or_default().judgements += 1;
    state.judging = Some(Judged {
        entry: key.to_owned(),
        at: step.at_ms,
        content,
        signed: [(office, step.by)].into(),
        flow: step.detail.flow,
        urgent: step.detail.urgent,
    });
    Ok(conclude(state, step))
}

/// The other office signs.
fn cosign(state: &mut MatterState, step: &Step) -> Result<Move, Void> {
    let office = step.detail.office.ok_or(Void::WrongOffice)?;
    let waiting = state
        .judging
        .as_mut()
        .filter(|judged| Some(&judged.entry) == step.detail.re.as_ref())
        .ok_or(Void::NothingWaits)?;
    if waiting.signed.contains_key(&office) || waiting.signed.values().any(|by| *by == step.by) {
        return Err(Void::AlreadySigned);
    }
    waiting.signed.insert(office, step.by);
    state.rights.entry(step.by).or_default().judgements += 1;
    Ok(conclude(state, step))
}

/// A judgement that all have signed stands.
fn conclude(state: &mut MatterState, step: &Step) -> Move {
    let Some(judged) = state.judging.take_if(|judged| judged.whole()) else {
        return Move::Stay;
    };
    let mut says = Step::new(step.kind, step.by, step.at_ms);
    says.detail.flow = judged.flow;
    says.detail.urgent = judged.urgent;
    classify(state, &says);
    state.judgement = Some(judged);
    state.at.judged.get_or_insert(step.at_ms);
    if matches!(state.stage, Stage::Accepted | Stage::Returned) && state.is_judged() {
        Move::To(Stage::Judged)
    } else {
        Move::Stay
    }
}

fn pass_up(state: &mut MatterState, step: &Step, moved: Move) -> Result<Move, Void> {
    let office = step.detail.office.ok_or(Void::WrongOffice)?;
    let level = step.detail.level.ok_or(Void::Malformed)?;
    if level <= role::level(office) || level > Level::County {
        return Err(Void::LevelTooLow);
    }
    if Some(level) <= state.passed_up {
        return Err(Void::NoMore);
    }
    state.passed_up = Some(level);
    // What only lower levels have begun to sign is theirs no longer.
    state.judging = None;
    Ok(moved)
}

fn summon(state: &mut MatterState, key: &str, step: &Step, moved: Move) -> Move {
    if step.kind == StepKind::Whistle {
        state.rights.entry(step.by).or_default().whistles += 1;
    }
    state.summons.push(Summons {
        entry: key.to_owned(),
        kind: step.kind,
        by: step.by,
        to: step.to.clone().unwrap_or_default(),
        at: step.at_ms,
        due: step.detail.due_ms.unwrap_or(step.at_ms),
        answered: None,
    });
    moved
}

fn answer(state: &mut MatterState, step: &Step, moved: Move) -> Result<Move, Void> {
    let waiting = state
        .summons
        .iter_mut()
        .find(|summons| Some(&summons.entry) == step.detail.re.as_ref())
        .filter(|summons| summons.answered.is_none())
        .ok_or(Void::NothingWaits)?;
    if waiting.by == step.by {
        return Err(Void::OwnRequest);
    }
    waiting.answered = Some((step.by, step.at_ms));
    Ok(moved)
}

/// Whether it was dealt with, in the eyes of those who did not deal with it.
fn evaluate(state: &mut MatterState, step: &Step, moved: Move) -> Result<Move, Void> {
    let theirs = state.reported_by == Some(step.by) || step.detail.office == Some(Role::GridMember);
    match step.kind {
        StepKind::VerifyPass => {
            state.verified_by = Some(step.by);
            state.at.verified = Some(step.at_ms);
        }
        StepKind::VerifyFail => round::rework(state),
        StepKind::ConfirmClose | StepKind::RefuseClose | StepKind::Rate if !theirs => {
            return Err(Void::NotYours);
        }
        StepKind::ConfirmClose => {
            state.confirmed_by = Some(step.by);
            if moved == Move::To(Stage::Verified) {
                state.at.verified = Some(step.at_ms);
            }
            state.rights.entry(step.by).or_default().confirmations += 1;
        }
        StepKind::RefuseClose => {
            state.rights.entry(step.by).or_default().refusals += 1;
            if state.stage.closed() {
                round::reopen(state, step);
            } else {
                round::rework(state);
            }
        }
        StepKind::Rate => {
            let score = step.detail.score.ok_or(Void::Malformed)?;
            state.ratings.insert(step.by, score);
            state.rights.entry(step.by).or_default().ratings += 1;
        }
        _ => close(state, step)?,
    }
    Ok(moved)
}

fn close(state: &mut MatterState, step: &Step) -> Result<(), Void> {
    let rules = state.rules();
    if rules.reply_first && !state.answered {
        return Err(Void::NeedsReply);
    }
    let summoned = |summons: &Summons| summons.kind == StepKind::Whistle;
    if state
        .summons
        .iter()
        .any(|summons| summoned(summons) && summons.answered.is_none())
    {
        return Err(Void::Unanswered);
    }
    if rules.passing == Passing::Coverage {
        let (done, of) = state.coverage();
        if of == 0 || (done < of && step.note.trim().is_empty()) {
            return Err(Void::NeedsCoverage);
        }
    }
    state.closed_by = Some(step.by);
    state.at.closed = Some(step.at_ms);
    state.holder = None;
    Ok(())
}
