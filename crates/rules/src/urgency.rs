//! How urgent a text sounds: hints by rule, each with the words that gave it (R40, R40b).
//!
//! The rules are data (`data/default/urgency.tsv`); a city adds its own in the same columns. A hint is shown with its words and a person
//! decides: nothing is due sooner because of a word alone. The levels are those of the code list `urgency`.

mod number;
mod rule;

use std::collections::BTreeSet;

use serde::Serialize;

pub use rule::{Rule, default_rules, parse_rules};

/// Characters of a text that are read.
pub const CHARS_MAX: usize = 4_000;

/// How urgent a matter is: the code list `urgency`, from the least to the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Urgency {
    /// 复杂: 15 days.
    #[serde(rename = "15d")]
    Complex,
    /// 一般: 7 days.
    #[default]
    #[serde(rename = "7d")]
    Ordinary,
    /// 紧急: 24 hours (water, power, gas, heat).
    #[serde(rename = "24h")]
    Urgent,
    /// 特急: 2 hours (danger to life or property).
    #[serde(rename = "2h")]
    Emergency,
}

impl Urgency {
    /// Every level, from the least.
    pub const ALL: &'static [Self] =
        &[Self::Complex, Self::Ordinary, Self::Urgent, Self::Emergency];

    /// The code, as in the list `urgency`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Complex => "15d",
            Self::Ordinary => "7d",
            Self::Urgent => "24h",
            Self::Emergency => "2h",
        }
    }
}

impl std::str::FromStr for Urgency {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let known = Self::ALL.iter().find(|level| level.code() == text);
        known.copied().ok_or(())
    }
}

/// One reason why a text sounds urgent, or complex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// The rule's code, as `life.fire`.
    pub code: String,
    /// The level that it speaks for.
    pub urgency: Urgency,
    /// What it says, in Chinese.
    pub zh: String,
    /// What it says, in English.
    pub en: String,
    /// The words of the text that gave it.
    pub words: Vec<String>,
}

/// What the rules make of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Heard {
    /// The highest level of the hints; complex only where nothing speaks for more, ordinary where nothing speaks at all.
    pub urgency: Urgency,
    /// The hints, the most urgent first, then in the order of the rules.
    pub hints: Vec<Hint>,
}

/// Hears a text by the rules. Each sentence is judged by itself, so that a word here and a word there do not make a hint.
#[must_use]
pub fn hear(rules: &[Rule], subject: &str, body: &str) -> Heard {
    let text: String = subject
        .chars()
        .chain(['\n'])
        .chain(body.chars())
        .take(CHARS_MAX)
        .collect();
    let ends = |found: char| {
        matches!(
            found,
            '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n' | '\r'
        )
    };
    let sentences: Vec<&str> = text
        .split(ends)
        .filter(|part| !part.trim().is_empty())
        .collect();
    let mut hints: Vec<Hint> = rules
        .iter()
        .filter_map(|rule| hint(rule, &sentences))
        .collect();
    hints.sort_by_key(|hint| std::cmp::Reverse(hint.urgency));
    let urgency = hints.first().map(|hint| hint.urgency).unwrap_or_default();
    Heard { urgency, hints }
}

fn hint(rule: &Rule, sentences: &[&str]) -> Option<Hint> {
    let mut words = BTreeSet::new();
    for sentence in sentences {
        words.extend(rule.heard_in(sentence));
    }
    (!words.is_empty()).then(|| Hint {
        code: rule.code.clone(),
        urgency: rule.urgency,
        zh: rule.zh.clone(),
        en: rule.en.clone(),
        words: words.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests;
