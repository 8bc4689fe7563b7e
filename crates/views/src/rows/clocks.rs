//! What the clocks say about matters.

use serde::{Deserialize, Serialize};
use wangge_model::kind::{Level, Role};

use super::{Coded, Label};

/// A traffic light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// In time.
    Green,
    /// In the last quarter of a limit.
    Yellow,
    /// Overdue.
    Red,
}

/// The clocks of a matter. What depends on the hour is there where the question said what time it is ([`Query::now_ms`](super::Query)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRow {
    /// When it was reported, as its author stated.
    pub reported_ms: Option<i64>,
    /// What is waited for: of the clocks that run, the one that is due first (list `clock`); absent while none runs.
    pub wait: Option<Coded>,
    /// From when on a clock is yellow.
    pub yellow_ms: Option<i64>,
    /// When the first of them is due.
    pub due_ms: Option<i64>,
    /// Whether it goes the urgent way.
    pub urgent: bool,
    /// Until when it is suspended, if it was.
    pub suspended_until_ms: Option<i64>,
    /// Whether an appeal against being late was granted.
    pub exempt: bool,
    /// The worst light of the clocks that run.
    pub light: Option<Light>,
    /// The highest level that must be told.
    pub escalated_to: Option<Level>,
    /// Since when.
    pub escalated_ms: Option<i64>,
    /// Of an open matter: whole days since the report.
    pub age_days: Option<u32>,
}

/// A matter that waits too long, and who must be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationRow {
    /// The matter's record.
    pub record: String,
    /// The area that it belongs to.
    pub area: String,
    /// Its subject.
    pub title: String,
    /// The level that must be told.
    pub to_level: Level,
    /// The area of that level.
    pub to_area: String,
    /// The office that answers for it.
    pub to_role: Role,
    /// Who holds that office, or the first one above if nobody does: by their posts, else by a grant. Empty where neither is known here.
    pub to_name: String,
    /// Since when.
    pub since_ms: i64,
    /// What is waited for.
    pub wait: Option<Coded>,
    /// When that was or is due.
    pub due_ms: Option<i64>,
    /// Whether it goes the urgent way.
    pub urgent: bool,
    /// Who has it, as the log names them; empty where nobody is named.
    pub holder: String,
}

/// How old the open matters are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ageing {
    /// As of this moment.
    pub now_ms: i64,
    /// Open matters.
    pub open: u64,
    /// Of these, overdue.
    pub overdue: u64,
    /// By age, the youngest first; empty ones too.
    pub buckets: Vec<AgeBucket>,
}

/// Open matters of one age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeBucket {
    /// The bucket's name.
    pub label: Label,
    /// At least so many days since the report.
    pub from_days: u32,
    /// Fewer than so many; absent for the last.
    pub until_days: Option<u32>,
    /// Matters.
    pub matters: u64,
    /// Of these, overdue.
    pub overdue: u64,
    /// Of these, urgent.
    pub urgent: u64,
}
