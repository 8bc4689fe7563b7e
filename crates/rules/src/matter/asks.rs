//! Requests and approvals: suspension, extension, appeal. A request is one step, each approval another, of the right level.

use wangge_model::kind::Role;
use wangge_model::step::{Step, StepKind};
use wangge_model::time::Ms;

use super::Params;
use super::stage::{Stage, Void};
use super::state::{Ask, AskKind, MatterState, Suspension};
use super::transition::Move;

/// Nothing is handled while the matter rests.
pub(super) fn not_suspended(state: &MatterState, step: &Step) -> Result<(), Void> {
    if state
        .suspension
        .is_some_and(|suspension| suspension.covers(step.at_ms))
    {
        Err(Void::Suspended)
    } else {
        Ok(())
    }
}

pub(super) fn ask(
    state: &mut MatterState,
    key: &str,
    step: &Step,
    params: &Params,
    moved: Move,
) -> Result<Move, Void> {
    let office = step.detail.office.ok_or(Void::WrongOffice)?;
    let kind = match step.kind {
        StepKind::AskSuspend => AskKind::Suspend,
        StepKind::AskExtend => AskKind::Extend,
        _ => AskKind::Appeal,
    };
    let mut earlier = state.asks.iter().filter(|ask| ask.kind == kind);
    // An appeal is made once, whatever came of it.
    let waits = earlier.any(|ask| ask.granted.is_none() || kind == AskKind::Appeal);
    let used = match kind {
        AskKind::Suspend => state.suspension.is_some(),
        AskKind::Extend => state.extensions.len() >= params.extensions_max,
        AskKind::Appeal => false,
    };
    if waits || used {
        return Err(Void::NoMore);
    }
    if kind != AskKind::Appeal && step.detail.due_ms.is_some_and(|due| step.at_ms >= due) {
        return Err(Void::TooLate);
    }
    if kind == AskKind::Suspend {
        may_end(step.detail.until_ms, step.at_ms, params)?;
    }
    state.asks.push(Ask {
        entry: key.to_owned(),
        kind,
        by: step.by,
        office,
        at: step.at_ms,
        due: step.detail.due_ms,
        until: step.detail.until_ms,
        approvals: [].into(),
        granted: None,
        decided: None,
    });
    Ok(moved)
}

/// Whether a suspension may end then: after now, and not after the longest that one may last.
fn may_end(until: Option<Ms>, now: Ms, params: &Params) -> Result<(), Void> {
    let lasts_ms = until.map_or(0, |until| until.0.saturating_sub(now.0));
    if (1..=params.suspension_ms_max).contains(&lasts_ms) {
        Ok(())
    } else {
        Err(Void::BadEnd)
    }
}

/// The request that `re` names, if it waits and may be decided where the matter stands now.
fn waiting(state: &MatterState, step: &Step) -> Result<usize, Void> {
    let at = state
        .asks
        .iter()
        .position(|ask| Some(&ask.entry) == step.detail.re.as_ref() && ask.granted.is_none())
        .ok_or(Void::NothingWaits)?;
    let ask = state.asks.get(at).ok_or(Void::NothingWaits)?;
    let in_time = match ask.kind {
        AskKind::Suspend | AskKind::Extend => matches!(
            state.stage,
            Stage::Accepted
                | Stage::Judged
                | Stage::Dispatched
                | Stage::Returned
                | Stage::Arbitration
        ),
        AskKind::Appeal => matches!(state.stage, Stage::Closed | Stage::Archived),
    };
    if !in_time {
        return Err(Void::NotAtThisStage);
    }
    if ask.by == step.by {
        return Err(Void::OwnRequest);
    }
    Ok(at)
}

/// One level approves. Where two must, they are two members of two levels, and the last is the township or above; nobody's request is
/// granted by offices below their own alone.
pub(super) fn approve(
    state: &mut MatterState,
    step: &Step,
    params: &Params,
    moved: Move,
) -> Result<Move, Void> {
    let office = step.detail.office.ok_or(Void::WrongOffice)?;
    let at = waiting(state, step)?;
    let usual = if state.is_urgent() { 2 } else { params.levels };
    let ask = state.asks.get_mut(at).ok_or(Void::NothingWaits)?;
    if ask.approvals.contains_key(&office) || ask.approvals.values().any(|by| *by == step.by) {
        return Err(Void::AlreadySigned);
    }
    let needed = match ask.kind {
        AskKind::Appeal => 2,
        AskKind::Suspend | AskKind::Extend => usual,
    };
    let whole = ask.approvals.len() + 1 >= needed;
    let floor = ask.office.max(if needed > 1 {
        Role::TownshipHead
    } else {
        Role::CommunityDirector
    });
    let highest = ask.approvals.keys().copied().fold(office, Role::max);
    if whole && highest < floor {
        return Err(Void::LevelTooLow);
    }
    let granted_too_late = ask.kind == AskKind::Suspend && ask.until <= Some(step.at_ms);
    if whole && granted_too_late {
        return Err(Void::BadEnd);
    }
    ask.approvals.insert(office, step.by);
    if whole {
        ask.granted = Some(true);
        ask.decided = Some(step.at_ms);
        grant(state, at, step.at_ms);
    }
    Ok(moved)
}

fn grant(state: &mut MatterState, at: usize, now: Ms) {
    let Some(ask) = state.asks.get(at) else {
        return;
    };
    match ask.kind {
        AskKind::Suspend => {
            state.suspension = ask.until.map(|until| Suspension {
                from: now,
                until,
                levels: ask.approvals.len(),
            });
        }
        AskKind::Extend => state.extensions.push(now),
        AskKind::Appeal => state.exempt = true,
    }
}

/// A request that was denied does not count.
pub(super) fn deny(state: &mut MatterState, step: &Step, moved: Move) -> Result<Move, Void> {
    let at = waiting(state, step)?;
    if let Some(ask) = state.asks.get_mut(at) {
        ask.granted = Some(false);
        ask.decided = Some(step.at_ms);
    }
    Ok(moved)
}

/// Handling goes on before the date.
pub(super) fn resume(state: &mut MatterState, step: &Step, moved: Move) -> Result<Move, Void> {
    match &mut state.suspension {
        Some(suspension) if suspension.covers(step.at_ms) => {
            suspension.until = step.at_ms;
            Ok(moved)
        }
        _ => Err(Void::NothingWaits),
    }
}
