//! Where a matter stands, folded from its log.
//!
//! The log's entries are put in the order of their operations ([`OpId`]): a Lamport counter, then the actor. So an entry stands after
//! everything that its author had seen, and every replica with the same entries folds the same state. An entry that the rules do not
//! allow at its place is *void*: it stays in the log, is shown so with the reason, and changes nothing.
//!
//! ```text
//! (nothing) -report-> reported -accept-> accepted -dispatch-> dispatched -dispose-> disposed -verify_pass-> verified -close-> closed
//!                        |  \-reject-> rejected      ^  ^         |   ^                 |
//!                        |                 returned -+  |         +---+- verify_fail ---+
//!                        |                     ^--return-----------+
//!                        +-settle_on_spot-> settled          (accepted may dispose or settle on the spot without a dispatch)
//! closed, settled, rejected -reopen-> accepted
//! ```
//!
//! **Separation of hands**: who disposed does not verify and does not close. The rule holds in any order of merging: if one member's
//! dispose and verification meet, it is the verification that is void, whichever stands first.

mod transition;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wangge_model::doc::{Fields, OpId};
use wangge_model::id::MemberId;
use wangge_model::step::{LOG_PREFIX, Step, StepKind, StepProblem};
use wangge_model::time::Ms;

/// Where a matter stands.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing has been reported yet: the log is empty or void.
    #[default]
    Empty,
    /// 已上报: waits to be accepted.
    Reported,
    /// 已受理: waits to be dispatched.
    Accepted,
    /// 已派遣: waits to be dealt with.
    Dispatched,
    /// 已退回: waits to be dispatched anew.
    Returned,
    /// 已处置: waits to be verified.
    Disposed,
    /// 已核实: waits to be closed.
    Verified,
    /// 已结案.
    Closed,
    /// 自办自结: dealt with on the spot.
    Settled,
    /// 不予受理.
    Rejected,
}

impl Stage {
    /// Every stage.
    pub const ALL: &'static [Self] = &[
        Self::Empty,
        Self::Reported,
        Self::Accepted,
        Self::Dispatched,
        Self::Returned,
        Self::Disposed,
        Self::Verified,
        Self::Closed,
        Self::Settled,
        Self::Rejected,
    ];

    /// The snake_case word, as in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Reported => "reported",
            Self::Accepted => "accepted",
            Self::Dispatched => "dispatched",
            Self::Returned => "returned",
            Self::Disposed => "disposed",
            Self::Verified => "verified",
            Self::Closed => "closed",
            Self::Settled => "settled",
            Self::Rejected => "rejected",
        }
    }

    /// The name in Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Empty => "未上报",
            Self::Reported => "已上报",
            Self::Accepted => "已受理",
            Self::Dispatched => "已派遣",
            Self::Returned => "已退回",
            Self::Disposed => "已处置",
            Self::Verified => "已核实",
            Self::Closed => "已结案",
            Self::Settled => "自办自结",
            Self::Rejected => "不予受理",
        }
    }

    /// The name in English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Empty => "Not reported",
            Self::Reported => "Reported",
            Self::Accepted => "Accepted",
            Self::Dispatched => "Dispatched",
            Self::Returned => "Returned",
            Self::Disposed => "Disposed",
            Self::Verified => "Verified",
            Self::Closed => "Closed",
            Self::Settled => "Settled on the spot",
            Self::Rejected => "Rejected",
        }
    }

    /// Whether nobody has to do anything more.
    #[must_use]
    pub const fn closed(self) -> bool {
        matches!(self, Self::Closed | Self::Settled | Self::Rejected)
    }
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The operation that wrote it; entries are folded in this order.
    pub op: OpId,
    /// Its key.
    pub key: String,
    /// What it says.
    pub step: Step,
}

/// Why an entry counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Void {
    /// The step is not one that can be taken at this stage: somebody else's came before it.
    NotAtThisStage,
    /// The member disposed of the matter, and so may neither verify nor close it.
    SameHands,
    /// The entry is not the JSON of a step, or an incomplete one.
    Malformed,
    /// The key has more than one value: somebody wrote over an entry.
    Rewritten,
}

impl Void {
    /// The reason in Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::NotAtThisStage => "当前阶段不能进行该步骤（他人的步骤在先）",
            Self::SameHands => "处置人不得核实或结案（监督与处置分离）",
            Self::Malformed => "步骤内容不完整",
            Self::Rewritten => "步骤被改写",
        }
    }

    /// The reason in English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::NotAtThisStage => "not possible at this stage: another's step came first",
            Self::SameHands => "who disposed may neither verify nor close",
            Self::Malformed => "incomplete step",
            Self::Rewritten => "the step was written over",
        }
    }
}

/// A matter's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatterState {
    /// Where it stands.
    pub stage: Stage,
    /// When the author of the step that led there says it was taken; `None` while nothing is reported.
    pub since: Option<Ms>,
    /// Who reported it.
    pub reported_by: Option<MemberId>,
    /// When it was reported.
    pub reported: Option<Ms>,
    /// To whom it was dispatched last, while they have it.
    pub holder: Option<String>,
    /// Who disposed of it since it was last opened.
    pub disposed_by: BTreeSet<MemberId>,
    /// Who verified it since it was last opened.
    pub verified_by: Option<MemberId>,
    /// Who closed it.
    pub closed_by: Option<MemberId>,
    /// When the reporter was last answered.
    pub replied: Option<Ms>,
    /// How often it was given back.
    pub returns: u32,
    /// How often its verification failed.
    pub reworks: u32,
    /// How often it was opened again.
    pub reopens: u32,
    /// How many entries count.
    pub steps: u32,
    /// The entries that count for nothing, by key, in the order of the log; those that cannot be read come last.
    pub void: Vec<(String, Void)>,
}

impl MatterState {
    /// Whether nobody has to do anything more.
    #[must_use]
    pub const fn closed(&self) -> bool {
        self.stage.closed()
    }
}

/// Reads a matter's log out of the fields of its open facet: the entries in their order, and those that cannot be read, in the order of
/// their keys.
#[must_use]
pub fn read_log(open: &Fields) -> (Vec<LogEntry>, Vec<(String, Void)>) {
    let mut entries = Vec::new();
    let mut unreadable = Vec::new();
    for (key, candidates) in open.under(LOG_PREFIX) {
        let read = match candidates {
            [only] => only
                .value
                .as_text()
                .ok_or(StepProblem::Malformed)
                .and_then(Step::parse)
                .map(|step| (only.op, step)),
            _ => {
                unreadable.push((key.to_owned(), Void::Rewritten));
                continue;
            }
        };
        match read {
            Ok((op, step)) => entries.push(LogEntry {
                op,
                key: key.to_owned(),
                step,
            }),
            Err(_) => unreadable.push((key.to_owned(), Void::Malformed)),
        }
    }
    entries.sort_by_key(|entry| entry.op);
    (entries, unreadable)
}

/// Folds the state of a matter from the fields of its open facet.
#[must_use]
pub fn fold(open: &Fields) -> MatterState {
    let (entries, unreadable) = read_log(open);
    let mut state = fold_log(&entries);
    state.void.extend(unreadable);
    state
}

/// Folds the state of a matter from its entries, in whatever order they are handed in.
#[must_use]
pub fn fold_log(entries: &[LogEntry]) -> MatterState {
    let mut log: Vec<&LogEntry> = entries.iter().collect();
    log.sort_by(|a, b| (a.op, &a.key).cmp(&(b.op, &b.key)));
    let mut state = MatterState::default();
    for (at, entry) in log.iter().enumerate() {
        let later = log.get(at + 1..).unwrap_or_default();
        let same_hands = supervises(entry.step.kind)
            && (state.disposed_by.contains(&entry.step.by) || disposes_later(entry.step.by, later));
        let judged = if same_hands {
            Err(Void::SameHands)
        } else {
            transition::advance(&mut state, &entry.step)
        };
        match judged {
            Ok(()) => state.steps += 1,
            Err(void) => state.void.push((entry.key.clone(), void)),
        }
    }
    state
}

/// Whether a step is one of supervision, which the hands that disposed may not take.
const fn supervises(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::VerifyPass | StepKind::VerifyFail | StepKind::Close
    )
}

/// Whether a member's dispose stands later in the log, before anybody opens the matter again. It was written by somebody who had not
/// seen the verification, or who knew better.
fn disposes_later(member: MemberId, later: &[&LogEntry]) -> bool {
    later
        .iter()
        .map(|entry| &entry.step)
        .take_while(|step| step.kind != StepKind::Reopen)
        .any(|step| {
            step.by == member && matches!(step.kind, StepKind::Dispose | StepKind::SettleOnSpot)
        })
}

#[cfg(test)]
mod tests;
