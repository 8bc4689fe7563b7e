//! What a check of the data finds.

use serde::{Deserialize, Serialize};

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FindingRow {
    /// The rule's code, as `sizing.households_low`.
    pub code: String,
    /// Whether it is forbidden rather than unlikely.
    pub hard: bool,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English.
    pub en: String,
    /// The records that it is about.
    pub records: Vec<String>,
}

/// Every broken rule of an area's data.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Check {
    /// The findings, hard ones first, by code.
    pub findings: Vec<FindingRow>,
    /// How many are hard, also those that are cut off.
    pub hard: u64,
    /// How many are soft, also those that are cut off.
    pub soft: u64,
    /// Whether there are more than were asked for.
    pub cut: bool,
}
