//! Which step may be taken at which stage, and where it leads. What a step needs besides is in [`take`](super::take).

use wangge_model::step::StepKind;

use super::flow::{FlowRules, Passing};
use super::stage::{Stage, Void};

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// Nowhere: it is noted.
    Stay,
    /// To another stage.
    To(Stage),
    /// That depends on more than the stage.
    Depends,
}

use Move::{Depends, Stay, To};
use Stage::{
    Accepted, Arbitration, Archived, Checked, Closed, Dispatched, Disposed, Empty, Judged, Merged,
    Rejected, Reported, Returned, Settled, Verified,
};

/// Where a step leads from a stage, or why it cannot be taken there.
pub(super) const fn next(stage: Stage, kind: StepKind, rules: FlowRules) -> Result<Move, Void> {
    let moved = match (stage, kind) {
        (Empty, StepKind::Report) => To(Reported),
        (Empty, StepKind::SettleOnSpot) => To(Settled),
        (Empty, _) => return Err(Void::NotAtThisStage),
        (
            _,
            StepKind::Reply
            | StepKind::Remark
            | StepKind::Support
            | StepKind::Answer
            | StepKind::Approve
            | StepKind::Deny
            | StepKind::Revert,
        ) => Stay,
        (Merged, StepKind::Unmerge) => Depends,
        (Merged, _) => return Err(Void::NotAtThisStage),
        (_, StepKind::MergeInto) if stage.open() => To(Merged),
        (_, StepKind::Whistle | StepKind::Urge) if stage.open() => Stay,
        _ => return before_disposal(stage, kind, rules),
    };
    Ok(moved)
}

/// From the report to the disposal.
const fn before_disposal(stage: Stage, kind: StepKind, rules: FlowRules) -> Result<Move, Void> {
    let moved = match (stage, kind) {
        (Reported | Checked, StepKind::Check) => To(Checked),
        (Reported, StepKind::Accept) if rules.check_first => return Err(Void::NeedsCheck),
        (Reported | Checked, StepKind::Accept) => To(Accepted),
        (Dispatched | Returned | Disposed | Verified, StepKind::Accept) if rules.dispatch_first => {
            Stay
        }
        (Reported | Checked, StepKind::Reject) => To(Rejected),
        (Reported | Checked | Accepted | Judged, StepKind::SettleOnSpot) => To(Settled),
        (Accepted | Judged | Returned | Dispatched, StepKind::Judge | StepKind::Cosign) => Depends,
        (Accepted | Judged | Returned, StepKind::PassUp) => To(Accepted),
        (Reported | Checked, StepKind::Dispatch) if rules.dispatch_first => To(Dispatched),
        (Accepted | Judged | Returned | Arbitration | Dispatched, StepKind::Dispatch) => {
            To(Dispatched)
        }
        (Dispatched, StepKind::Return | StepKind::Release) => Depends,
        (Returned | Arbitration, StepKind::Object) => To(Arbitration),
        (Accepted | Judged | Dispatched, StepKind::Dispose) => Depends,
        // Several hands may have dealt with it; all of them count.
        (Disposed, StepKind::Dispose) => Stay,
        (
            Accepted | Judged | Dispatched | Returned,
            StepKind::AskSuspend | StepKind::AskExtend | StepKind::Resume,
        )
        | (Arbitration, StepKind::Resume) => Stay,
        _ => return after_disposal(stage, kind, rules),
    };
    Ok(moved)
}

/// From the disposal to the archive, and back.
const fn after_disposal(stage: Stage, kind: StepKind, rules: FlowRules) -> Result<Move, Void> {
    let moved = match (stage, kind) {
        (Disposed, StepKind::VerifyPass) => match rules.passing {
            Passing::Verification => To(Verified),
            Passing::Confirmation | Passing::Coverage => return Err(Void::NotInThisFlow),
        },
        // Rework goes back to the same hands.
        (Disposed, StepKind::VerifyFail) | (Disposed | Verified, StepKind::RefuseClose) => {
            To(Dispatched)
        }
        (Disposed, StepKind::ConfirmClose) => match rules.passing {
            Passing::Confirmation => To(Verified),
            Passing::Verification | Passing::Coverage => Stay,
        },
        (Verified | Closed, StepKind::ConfirmClose) => Stay,
        (Verified, StepKind::Close) => To(Closed),
        (Disposed, StepKind::Close) => match rules.passing {
            Passing::Coverage => To(Closed),
            Passing::Verification | Passing::Confirmation => return Err(Void::NotAtThisStage),
        },
        (Disposed | Verified | Closed | Settled | Archived, StepKind::Rate) => Stay,
        (Closed, StepKind::RefuseClose) => To(Accepted),
        (Closed | Settled | Rejected, StepKind::Archive) => To(Archived),
        (Closed | Settled | Rejected | Archived, StepKind::Reopen) => To(Accepted),
        (Closed | Settled | Archived, StepKind::EffectPass) => Stay,
        (Closed | Settled | Archived, StepKind::EffectFail) => To(Accepted),
        (Closed | Archived, StepKind::Appeal) => Stay,
        _ => return Err(Void::NotAtThisStage),
    };
    Ok(moved)
}
