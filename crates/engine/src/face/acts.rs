//! What people do, and why it may be refused.

use std::sync::Arc;

use wangge_model::area::Area;
use wangge_model::doc::OpId;
use wangge_model::field::EditProblem;
use wangge_model::id::{CommitId, Key, RecordId};
use wangge_model::kind::{Facet, Kind};
use wangge_model::reason::Reason;
use wangge_model::step::{StepDetail, StepKind, StepProblem};
use wangge_model::value::Edit;
use wangge_rules::matter::Void;
use wangge_wire::Signer;

/// A desk's key, which the hub's program keeps.
#[derive(Clone)]
pub struct DeskKey(pub Arc<dyn Signer>);

impl std::fmt::Debug for DeskKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeskKey")
    }
}

/// A person's act, to become one commit.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAct {
    /// What is done.
    pub what: ActBody,
    /// When, by the author's word, milliseconds; the clock's now where none is given. Shown, never judged by.
    pub stated_ms: Option<i64>,
}

/// What a person does.
#[derive(Clone, Debug, PartialEq)]
pub enum ActBody {
    /// A new record.
    Create {
        /// What it is about.
        kind: Kind,
        /// Where; the author's own area where none is given.
        area: Option<Area>,
        /// Its fields, in any facets.
        edits: Vec<Edit>,
        /// For a matter: the first step of its log.
        step: Option<NewStep>,
    },
    /// Other values for fields of records of one area.
    Edit {
        /// The fields, by record. At most 16 documents in all.
        records: Vec<(RecordId, Vec<Edit>)>,
    },
    /// The next step of a matter.
    Step {
        /// The matter.
        record: RecordId,
        /// The step.
        step: NewStep,
        /// The fields of the open facet that this kind of step sets beside its entry (a reply: its text and time).
        edits: Vec<Edit>,
    },
    /// One of the values of a field in conflict: it stands from now on, the others are gone.
    Settle {
        /// The record.
        record: RecordId,
        /// The facet.
        facet: Facet,
        /// The field.
        key: String,
        /// The value chosen, by the operation that wrote it.
        choice: OpId,
        /// All that the chooser saw, `choice` among them, in any order. Where the field has others by now the act is [`Refusal::Stale`].
        seen: Vec<OpId>,
    },
    /// Records stand in another area from now on. At a desk of a hub only, which answers for both areas.
    Move {
        /// The records, all of one area; at most 64, each once.
        records: Vec<RecordId>,
        /// Where they go.
        to: Area,
    },
    /// Takes over what a held commit would have changed.
    Adopt {
        /// The held commit.
        commit: CommitId,
    },
    /// Declines a held commit.
    Decline {
        /// The held commit.
        commit: CommitId,
        /// Why: one of the reasons to decline.
        reason: Reason,
    },
}

/// A step as a person takes it. Who takes it is the grant's member, when is the act's stated time, and the key of its log entry follows from its commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStep {
    /// What was done.
    pub kind: StepKind,
    /// What is to be said about it; needed by some kinds.
    pub note: String,
    /// For a dispatch: to whom.
    pub to: Option<String>,
    /// What it says besides. The office is the grant's, whatever stands here.
    pub detail: StepDetail,
}

/// An act that became a commit and is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActDone {
    /// The commit.
    pub commit: CommitId,
    /// The records it is about; for a create, the new one.
    pub records: Vec<RecordId>,
}

/// Why an act was not done. Nothing of it was saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// This phone has no grant yet, or the desk is not one of this hub's.
    #[error("not enrolled: no grant for this key")]
    NotEnrolled,
    /// The rights or the rules say no: for this reason the commit would be held.
    #[error("not allowed: {0}")]
    Rights(Reason),
    /// A field may not hold what was given.
    #[error("field {key}: {problem}")]
    Field {
        /// The field's key.
        key: String,
        /// What is wrong with it.
        problem: EditProblem,
    },
    /// The step is incomplete.
    #[error("the step {0}")]
    StepIncomplete(StepProblem),
    /// The step would count for nothing now.
    #[error("the step would be void: {}", .0.en())]
    StepVoid(Void),
    /// The matter was filed with a measure, and the step that says it is dealt with does not measure it again.
    #[error("{measure} must be measured again before closing")]
    Unmeasured {
        /// A code of the list `measure`.
        measure: String,
    },
    /// No such record here.
    #[error("unknown record {0}")]
    UnknownRecord(RecordId),
    /// The field has other values than those that were seen: look again.
    #[error("the field {key} has other values by now")]
    Stale {
        /// The field's key.
        key: String,
    },
    /// No such commit here, it is not held, or its parts cannot be read here.
    #[error("commit {0} is not held here, or cannot be read here")]
    NotHeld(CommitId),
    /// The records of one act lie in different areas.
    #[error("records of one act must lie in one area")]
    ManyAreas,
    /// Nothing would change.
    #[error("nothing to change")]
    Empty,
    /// More than a commit may hold.
    #[error("too large: {what}, at most {max}")]
    TooLarge {
        /// Which bound.
        what: &'static str,
        /// It.
        max: u64,
    },
    /// Not now: the hub is still fetching what it lost from its parent.
    #[error("not now: this hub came back from a copy and is catching up with its parent")]
    CatchingUp,
    /// The offer makes no sense here.
    #[error("offer: {why}")]
    Offer {
        /// What is wrong with it.
        why: &'static str,
    },
    /// No such device.
    #[error("unknown device {0}")]
    UnknownDevice(Key),
}
