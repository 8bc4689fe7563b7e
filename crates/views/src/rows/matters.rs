//! Where a matter stands: how it flows, who has it, and its four stages.

use serde::{Deserialize, Serialize};
use wangge_model::kind::Level;

use super::{Coded, Label, Person};

/// Where a matter stands by its log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// How it flows; `ordinary` where nobody has said.
    pub flow: Coded,
    /// Whether it is urgent, marked or by its flow.
    pub urgent: bool,
    /// Who has to act now; absent where nobody has to.
    pub held_by: Option<HeldByRow>,
    /// To which level it was passed up.
    pub passed_up: Option<Level>,
    /// Whether it was judged by all who must.
    pub judged: bool,
    /// The four stages, in their order, those too that have not begun.
    pub phases: Vec<PhaseRow>,
    /// Every unit's part, in the order of dispatch.
    pub parts: Vec<PartRow>,
    /// How often the lead gave it back with a coded reason in this round.
    pub returns: u32,
    /// How often it failed verification, or its outcome was refused.
    pub reworks: u32,
    /// How often it was opened again.
    pub reopens: u32,
    /// How many more ask for the same.
    pub supporters: u32,
    /// Summons and urgings that nobody has answered.
    pub unanswered: u32,
    /// How many sets of two steps met without knowing of each other and wait for a director.
    pub disputed: u32,
}

/// Who has a matter now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldByRow {
    /// `unit`, `member` or `level`.
    pub sort: String,
    /// The unit's or member's name, or the level's word.
    pub name: String,
    /// The same for people.
    pub shown: Label,
}

/// One of the four stages of leading a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseRow {
    /// Which stage.
    pub phase: Coded,
    /// When its first step was taken, as its author stated; absent where it has not begun.
    pub since_ms: Option<i64>,
    /// When its latest step was taken.
    pub at_ms: Option<i64>,
    /// Who took the latest step.
    pub by: Option<Person>,
    /// What the latest step was: the stage's result so far.
    pub result: Option<Coded>,
}

/// A unit's part in a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRow {
    /// The entry that dispatched it, `log/…`.
    pub entry: String,
    /// The unit.
    pub to: String,
    /// Whether it leads.
    pub lead: bool,
    /// `open`, `done`, `returned` or `released`.
    pub state: Coded,
    /// When it was dispatched, as the author stated.
    pub since_ms: i64,
    /// When it reported its part done.
    pub done_ms: Option<i64>,
}

/// What a step says beside who, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetailRow {
    /// Its key, as `reason`.
    pub key: String,
    /// What it is called.
    pub label: Label,
    /// What is said, as it is typed.
    pub value: String,
    /// The same for people.
    pub shown: Label,
}
