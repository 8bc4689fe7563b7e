//! Several units under one lead: dispatch, return, objection, release, disposal.

use wangge_model::kind::{Level, Role};
use wangge_model::step::{Part, Step};

use super::Params;
use super::asks::not_suspended;
use super::flow::Passing;
use super::stage::{Stage, Void};
use super::state::{GivenBack, MatterState, PartStage, PartState};
use super::transition::Move;
use crate::role;

/// Gives the matter to the unit that leads, or a piece of it to one that assists. Who has it first leads: another lead follows only a
/// return.
pub(super) fn dispatch(
    state: &mut MatterState,
    key: &str,
    step: &Step,
    moved: Move,
) -> Result<Move, Void> {
    let part = step.detail.part.unwrap_or(Part::Lead);
    not_suspended(state, step)?;
    match (state.stage, part) {
        (Stage::Dispatched, Part::Assist) if state.holder.is_some() => {}
        (_, Part::Assist) => return Err(Void::NoLead),
        (Stage::Dispatched, Part::Lead) => return Err(Void::NotAtThisStage),
        (_, Part::Lead) => may_lead(state, step)?,
    }
    let to = step.to.clone().unwrap_or_default();
    state.parts.push(PartState {
        entry: key.to_owned(),
        to: to.clone(),
        part,
        at: step.at_ms,
        stage: PartStage::Open,
        done: None,
        coverage: None,
    });
    if part == Part::Assist {
        return Ok(Move::Stay);
    }
    state.binding = state.stage == Stage::Arbitration;
    state.holder = Some(to);
    state.lead_done = None;
    state.first_receiver.get_or_insert(step.by);
    state.at.first_dispatched.get_or_insert(step.at_ms);
    Ok(moved)
}

/// Whether this author may say now who leads.
fn may_lead(state: &MatterState, step: &Step) -> Result<(), Void> {
    let level = step.detail.office.map(role::level);
    if state.stage == Stage::Arbitration {
        return if level >= Some(Level::Township) {
            Ok(())
        } else {
            Err(Void::LevelTooLow)
        };
    }
    if level < state.passed_up {
        return Err(Void::LevelTooLow);
    }
    must_be_judged(state)
}

/// A matter that was passed up, or whose flow demands it, is judged before anything is done about it.
fn must_be_judged(state: &MatterState) -> Result<(), Void> {
    let rules = state.rules();
    let needed = rules.judge_first || (state.passed_up.is_some() && !rules.dispatch_first);
    if needed && !state.is_judged() {
        Err(Void::NeedsJudgement)
    } else {
        Ok(())
    }
}

/// The lead, or the assist that `re` names, gives it back. After so many coded returns of the lead the township decides.
pub(super) fn give_back(
    state: &mut MatterState,
    key: &str,
    step: &Step,
    params: &Params,
) -> Result<Move, Void> {
    not_suspended(state, step)?;
    let assist = assist(state, step)?;
    let lead = assist.is_none();
    if lead && state.binding {
        return Err(Void::Binding);
    }
    if lead && state.lead_done.is_some() {
        return Err(Void::NotAtThisStage);
    }
    let at = assist.or_else(|| {
        state
            .parts
            .iter()
            .rposition(|part| part.part == Part::Lead && part.stage == PartStage::Open)
    });
    let unit = at.and_then(|at| state.parts.get_mut(at)).map(|part| {
        part.stage = PartStage::Returned;
        part.to.clone()
    });
    state.returns.push(GivenBack {
        entry: key.to_owned(),
        by: step.by,
        at: step.at_ms,
        unit,
        reason: step.detail.reason.clone(),
        basis: step.detail.basis.clone(),
        lead,
        objected_by: None,
    });
    if !lead {
        return Ok(Move::Stay);
    }
    state.holder = None;
    if step.detail.reason.is_some() {
        state.round_returns += 1;
    }
    Ok(Move::To(if state.round_returns >= params.returns_max {
        Stage::Arbitration
    } else {
        Stage::Returned
    }))
}

/// The open assist that `re` names; `None` where the step is the lead's.
fn assist(state: &MatterState, step: &Step) -> Result<Option<usize>, Void> {
    let Some(entry) = &step.detail.re else {
        return Ok(None);
    };
    let at = state.parts.iter().position(|part| part.entry == *entry);
    match at.and_then(|at| Some((at, state.parts.get(at)?))) {
        Some((_, part)) if part.part == Part::Lead && part.stage == PartStage::Open => Ok(None),
        Some((at, part)) if part.part == Part::Assist && part.stage == PartStage::Open => {
            Ok(Some(at))
        }
        _ => Err(Void::NothingWaits),
    }
}

/// The grid member does not accept the lead's last return: the township decides.
pub(super) fn object(state: &mut MatterState, step: &Step, moved: Move) -> Result<Move, Void> {
    if step.detail.office != Some(Role::GridMember) {
        return Err(Void::NotYours);
    }
    let last = state
        .returns
        .iter_mut()
        .rfind(|given| given.lead)
        .filter(|given| Some(&given.entry) == step.detail.re.as_ref())
        .ok_or(Void::NothingWaits)?;
    if last.by == step.by {
        return Err(Void::OwnRequest);
    }
    if last.objected_by.is_some() {
        return Err(Void::AlreadySigned);
    }
    last.objected_by = Some(step.by);
    state.rights.entry(step.by).or_default().objections += 1;
    Ok(moved)
}

/// An assist is no longer needed.
pub(super) fn release(state: &mut MatterState, step: &Step) -> Result<Move, Void> {
    let part = state
        .parts
        .iter_mut()
        .find(|part| Some(&part.entry) == step.detail.re.as_ref())
        .filter(|part| {
            part.part == Part::Assist && matches!(part.stage, PartStage::Open | PartStage::Returned)
        })
        .ok_or(Void::NothingWaits)?;
    part.stage = PartStage::Released;
    Ok(combine(state, step))
}

/// The lead, or the assist that `re` names, has dealt with it.
pub(super) fn dispose(state: &mut MatterState, step: &Step, moved: Move) -> Result<Move, Void> {
    not_suspended(state, step)?;
    if state.stage == Stage::Disposed {
        state.disposed_by.insert(step.by);
        return Ok(moved);
    }
    let assist = assist(state, step)?;
    if state.stage != Stage::Dispatched {
        must_be_judged(state)?;
    }
    let coverage = step.detail.done.zip(step.detail.of);
    if state.rules().passing == Passing::Coverage {
        if state.stage != Stage::Dispatched {
            return Err(Void::NotInThisFlow);
        }
        if coverage.is_none() {
            return Err(Void::NeedsCoverage);
        }
    }
    let part = assist.or_else(|| {
        state.parts.iter().rposition(|part| {
            part.part == Part::Lead && matches!(part.stage, PartStage::Open | PartStage::Done)
        })
    });
    if let Some(part) = part.and_then(|at| state.parts.get_mut(at)) {
        part.stage = PartStage::Done;
        part.done = Some((step.by, step.at_ms));
        part.coverage = coverage;
    }
    if assist.is_none() {
        state.lead_done = Some(step.at_ms);
    }
    state.disposed_by.insert(step.by);
    Ok(combine(state, step))
}

/// The matter is dealt with when the lead says so and no assist is open.
fn combine(state: &mut MatterState, step: &Step) -> Move {
    if state.lead_done.is_none() || state.open_assists().next().is_some() {
        return Move::Stay;
    }
    state.at.disposed = Some(step.at_ms);
    Move::To(Stage::Disposed)
}
