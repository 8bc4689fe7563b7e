//! Indicators: one table for boards, reports and the command line.

use serde::{Deserialize, Serialize};

use super::Label;

/// In what an indicator is counted. (Not «unit»: Kotlin has a type of that name.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedIn {
    /// How many: `n`.
    Count,
    /// A share: `value` = 1000 × n ÷ of.
    Permille,
    /// A mean time in milliseconds: `value` = n ÷ of.
    Ms,
    /// For each thousand residents: `value` = 1000 × n ÷ of, in thousandths of one.
    Milli,
}

/// A figure of an area and period, with numerator and denominator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// Its code, as `on_time`.
    pub code: String,
    /// Its name.
    pub label: Label,
    /// In what it is counted.
    pub unit: CountedIn,
    /// The numerator, or the count.
    pub n: i64,
    /// The denominator; absent for a count.
    pub of: Option<i64>,
    /// The figure, rounded down; absent where the denominator is 0.
    pub value: Option<i64>,
    /// By what it is split, the largest first; empty where it is not.
    pub split: Vec<Split>,
}

/// A part of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The code or name that it stands for.
    pub key: String,
    /// What people call it.
    pub label: Label,
    /// As of the indicator.
    pub n: i64,
    /// As of the indicator.
    pub of: Option<i64>,
    /// As of the indicator.
    pub value: Option<i64>,
}

/// The figures of an area in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// The area; empty for everything here.
    pub area: String,
    /// The first day, `YYYY-MM-DD`.
    pub from: String,
    /// The day after the last.
    pub until: String,
    /// As of this moment.
    pub now_ms: i64,
    /// The indicators, in their order.
    pub indicators: Vec<Indicator>,
}

impl Figures {
    /// An indicator by its code.
    #[must_use]
    pub fn indicator(&self, code: &str) -> Option<&Indicator> {
        self.indicators
            .iter()
            .find(|indicator| indicator.code == code)
    }
}

/// How times are spread, in milliseconds. All are 0 where nothing was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Spread {
    /// How many.
    pub count: u64,
    /// Their mean, rounded down.
    pub mean_ms: i64,
    /// The value in the middle; of two, the lower one.
    pub median_ms: i64,
    /// The least value that is not below nine of ten.
    pub p90_ms: i64,
    /// The greatest.
    pub max_ms: i64,
}
