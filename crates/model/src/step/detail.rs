//! What a step says beside who, when and why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kind::{Flow, Part};
use crate::id::RecordId;
use crate::kind::{Level, Role};
use crate::time::Ms;

/// What a step says beside its kind, author, time, note and recipient. In JSON the keys stand beside those.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepDetail {
    /// The office in which the author acts. The judge of rights holds it against the grant, so that every fold can trust it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<Role>,
    /// The code of the rule that took the step, where no person did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto: Option<String>,
    /// Report, check, accept, judge: how the matter flows from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<Flow>,
    /// Report, check, accept, judge: whether it is urgent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgent: Option<bool>,
    /// The key of the entry that this one is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub re: Option<String>,
    /// Dispatch: whether the unit leads; without it, it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// Return: a code of the list `return_reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Return: the clause or duty list on which it rests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Whistle and urge: when the answer is due. Requests: the deadline as it stood when they were made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_ms: Option<Ms>,
    /// A request to suspend: when handling goes on by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<Ms>,
    /// Pass up: to which level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Merge: the matter that leads. Reopen: the new report of what came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordId>,
    /// Judge: what was found and decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
    /// Check: the items of the check list, and whether each was in order.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub checks: BTreeMap<String, bool>,
    /// Dispose of a mobilisation: how many of the list were reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<u32>,
    /// Dispose of a mobilisation: how many stand on the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
    /// Rate: 1 (poor) to 5 (good).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// Verify, confirm, close, settle on the spot: what made it a matter, measured again, in the matter's own `measure` (R40).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remeasured: Option<u32>,
}

/// 研判: the record of study and judgement. Names of persons do not belong here, the log lies in the open facet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Judgement {
    /// 成因: the root cause.
    pub cause: String,
    /// 因素: what else bears on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<String>,
    /// 当事各方: whom it concerns, by their place in it («landlord», «tenant»).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<String>,
    /// 处置层级: where it is to be solved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// 处理意见: what is to be done.
    pub decision: String,
    /// 所需资源: what that needs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
}
