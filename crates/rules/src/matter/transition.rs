//! Which step leads from which stage where.

use wangge_model::step::{Step, StepKind};

use super::{MatterState, Stage, Void};

/// Takes a step, or leaves the state as it is.
pub(super) fn advance(state: &mut MatterState, step: &Step) -> Result<(), Void> {
    let next = next(state.stage, step.kind).ok_or(Void::NotAtThisStage)?;
    note(state, step);
    if let Some(stage) = next {
        state.stage = stage;
        state.since = Some(step.at_ms);
    }
    Ok(())
}

/// Where a step leads from a stage: `Some(None)` where it is taken and nothing moves, `None` where it cannot be taken.
const fn next(stage: Stage, kind: StepKind) -> Option<Option<Stage>> {
    use Stage::{
        Accepted, Closed, Dispatched, Disposed, Empty, Rejected, Reported, Returned, Settled,
        Verified,
    };
    match (stage, kind) {
        (Empty, StepKind::Report) => Some(Some(Reported)),
        (Empty, _) => None,
        (_, StepKind::Reply | StepKind::Remark) => Some(None),
        (Reported, StepKind::Accept) => Some(Some(Accepted)),
        (Reported, StepKind::Reject) => Some(Some(Rejected)),
        (Reported | Accepted, StepKind::SettleOnSpot) => Some(Some(Settled)),
        (Accepted | Returned, StepKind::Dispatch) => Some(Some(Dispatched)),
        (Dispatched, StepKind::Return) => Some(Some(Returned)),
        (Accepted | Dispatched, StepKind::Dispose) => Some(Some(Disposed)),
        // Several hands may have dealt with it; all of them count.
        (Disposed, StepKind::Dispose) => Some(None),
        (Disposed, StepKind::VerifyPass) => Some(Some(Verified)),
        // Rework goes back to the same hands.
        (Disposed, StepKind::VerifyFail) => Some(Some(Dispatched)),
        (Verified, StepKind::Close) => Some(Some(Closed)),
        (Closed | Settled | Rejected, StepKind::Reopen) => Some(Some(Accepted)),
        _ => None,
    }
}

/// Notes who did what in a step that counts.
fn note(state: &mut MatterState, step: &Step) {
    match step.kind {
        StepKind::Report => {
            state.reported_by = Some(step.by);
            state.reported = Some(step.at_ms);
        }
        StepKind::Dispatch => state.holder.clone_from(&step.to),
        StepKind::Return => {
            state.holder = None;
            state.returns += 1;
        }
        StepKind::Dispose => {
            state.disposed_by.insert(step.by);
        }
        StepKind::SettleOnSpot => {
            state.disposed_by.insert(step.by);
            state.closed_by = Some(step.by);
            state.holder = None;
        }
        StepKind::VerifyPass => state.verified_by = Some(step.by),
        StepKind::VerifyFail => state.reworks += 1,
        StepKind::Close | StepKind::Reject => {
            state.closed_by = Some(step.by);
            state.holder = None;
        }
        StepKind::Reopen => {
            state.disposed_by.clear();
            state.verified_by = None;
            state.closed_by = None;
            state.reopens += 1;
        }
        StepKind::Reply => state.replied = Some(step.at_ms),
        StepKind::Accept | StepKind::Remark => {}
    }
}
