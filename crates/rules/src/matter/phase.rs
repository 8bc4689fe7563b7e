//! The four stages in which a grid member leads a matter from beginning to end.
//!
//! «problem information collection, problem research and judgment, problem solving and evaluation feedback» (R42). They are told from
//! what was done, not from where the matter stands: a rework solves again what was evaluated before.

use wangge_model::id::MemberId;
use wangge_model::step::{Step, StepKind};
use wangge_model::time::Ms;

use crate::words::words;

words! {
    /// A stage of leading a matter.
    pub enum Phase {
        /// 信息收集.
        Collection = "collection", "问题信息收集", "Collection";
        /// 研判.
        Study = "study", "问题研判", "Study and judgement";
        /// 解决.
        Solving = "solving", "问题解决", "Solving";
        /// 评价反馈.
        Evaluation = "evaluation", "评价反馈", "Evaluation and feedback";
    }
}

/// A step as a phase remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The key of its entry.
    pub entry: String,
    /// What was done: the result.
    pub kind: StepKind,
    /// Who did it.
    pub by: MemberId,
    /// When.
    pub at: Ms,
}

/// How a phase went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhaseState {
    /// The first step in it.
    pub first: Option<Mark>,
    /// The latest step in it: its actor, time and result.
    pub last: Option<Mark>,
}

/// The four phases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phases {
    /// 信息收集.
    pub collection: PhaseState,
    /// 研判.
    pub study: PhaseState,
    /// 解决.
    pub solving: PhaseState,
    /// 评价反馈.
    pub evaluation: PhaseState,
}

impl Phases {
    /// How one of them went.
    #[must_use]
    pub const fn of(&self, phase: Phase) -> &PhaseState {
        match phase {
            Phase::Collection => &self.collection,
            Phase::Study => &self.study,
            Phase::Solving => &self.solving,
            Phase::Evaluation => &self.evaluation,
        }
    }

    pub(super) fn note(&mut self, entry: &str, step: &Step, begins: bool) {
        if begins {
            self.collection.note(entry, step);
        }
        match phase(step.kind) {
            // The report that begins the matter is noted already.
            Some(Phase::Collection) if !begins => self.collection.note(entry, step),
            Some(Phase::Study) => self.study.note(entry, step),
            Some(Phase::Solving) => self.solving.note(entry, step),
            Some(Phase::Evaluation) => self.evaluation.note(entry, step),
            Some(Phase::Collection) | None => {}
        }
    }
}

impl PhaseState {
    fn note(&mut self, entry: &str, step: &Step) {
        let mark = Mark {
            entry: entry.to_owned(),
            kind: step.kind,
            by: step.by,
            at: step.at_ms,
        };
        self.first.get_or_insert_with(|| mark.clone());
        self.last = Some(mark);
    }
}

/// The phase that a step belongs to; `None` for what is done about the matter as a whole.
#[must_use]
pub const fn phase(kind: StepKind) -> Option<Phase> {
    match kind {
        StepKind::Report | StepKind::Check | StepKind::Support => Some(Phase::Collection),
        StepKind::Accept
        | StepKind::Reject
        | StepKind::Judge
        | StepKind::Cosign
        | StepKind::PassUp => Some(Phase::Study),
        StepKind::Dispatch
        | StepKind::Return
        | StepKind::Object
        | StepKind::Dispose
        | StepKind::SettleOnSpot
        | StepKind::Release
        | StepKind::Whistle
        | StepKind::Urge
        | StepKind::Answer
        | StepKind::AskSuspend
        | StepKind::AskExtend
        | StepKind::Resume => Some(Phase::Solving),
        StepKind::VerifyPass
        | StepKind::VerifyFail
        | StepKind::ConfirmClose
        | StepKind::RefuseClose
        | StepKind::Rate
        | StepKind::Reply
        | StepKind::Close
        | StepKind::Archive
        | StepKind::EffectPass
        | StepKind::EffectFail
        | StepKind::Appeal => Some(Phase::Evaluation),
        StepKind::Approve
        | StepKind::Deny
        | StepKind::Reopen
        | StepKind::MergeInto
        | StepKind::Unmerge
        | StepKind::Remark
        | StepKind::Revert => None,
    }
}
