//! How grave a matter is.

use serde::Serialize;

/// 事件级别 of GB/T 31000, the least first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 一般, code 04.
    #[default]
    Ordinary,
    /// 较大, code 03.
    Considerable,
    /// 重大, code 02.
    Serious,
    /// 特别重大, code 01.
    Exceptional,
}

impl Severity {
    /// Every level, the least first.
    pub const ALL: &'static [Self] = &[
        Self::Ordinary,
        Self::Considerable,
        Self::Serious,
        Self::Exceptional,
    ];

    /// The code in the list `severity`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ordinary => "04",
            Self::Considerable => "03",
            Self::Serious => "02",
            Self::Exceptional => "01",
        }
    }

    /// The level of a code; `None` if it is none of them.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|level| level.code() == code)
    }

    /// The name in Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Ordinary => "一般",
            Self::Considerable => "较大",
            Self::Serious => "重大",
            Self::Exceptional => "特别重大",
        }
    }

    /// The name in English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Ordinary => "Ordinary",
            Self::Considerable => "Considerable",
            Self::Serious => "Serious",
            Self::Exceptional => "Exceptionally serious",
        }
    }

    /// The score of a matter of this level, 1 to 100: each level has a band of 25, and within it the score grows evenly from the
    /// threshold that was reached (`at_least`) to the next one; without a next one, to twice the threshold.
    #[must_use]
    pub fn score(self, value: i64, at_least: i64, next: Option<i64>) -> u8 {
        let (value, at_least) = (i128::from(value), i128::from(at_least));
        let next = next.map_or_else(|| at_least * 2, i128::from);
        let width = (next - at_least).max(1);
        let within = ((value - at_least).max(0) * 25 / width).min(24);
        self.floor()
            .saturating_add(u8::try_from(within).unwrap_or(24))
    }

    /// The least score of this level: 1, 26, 51 or 76.
    #[must_use]
    pub const fn floor(self) -> u8 {
        self as u8 * 25 + 1
    }
}
