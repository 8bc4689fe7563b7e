//! One rule of urgency, as a line of its table.

use crate::finding::Finding;
use crate::table::{Row, parse_table};
use crate::taxonomy::parse_list;

use super::Urgency;
use super::number::counts;

const DEFAULT: &str = include_str!("../../data/default/urgency.tsv");

/// What a number before it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Persons: 人, 名, 位.
    Person,
    /// Households: 户, 家.
    Household,
    /// Either.
    Any,
}

/// A line of the table of urgency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its code.
    pub code: String,
    /// The level that it speaks for.
    pub urgency: Urgency,
    /// One of these must stand in the sentence.
    pub words: Vec<String>,
    /// One of these as well, if there are any.
    pub near: Vec<String>,
    /// None of these may.
    pub unless: Vec<String>,
    /// The sentence must name at least so many.
    pub at_least: Option<(u32, Counted)>,
    /// What the hint says, in Chinese.
    pub zh: String,
    /// What the hint says, in English.
    pub en: String,
}

/// What turns a word into its opposite where it stands right before it.
const DENIALS: &[&str] = &[
    "没有", "未", "防止", "避免", "预防", "不会", "没", "以防", "并无", "无",
];

/// The shipped rules and what is wrong with them, which is nothing.
#[must_use]
pub fn default_rules() -> (Vec<Rule>, Vec<Finding>) {
    parse_rules(DEFAULT)
}

/// Reads rules in the columns of the shipped ones. A line with an unknown urgency or unit, or without words, is a finding and no rule.
#[must_use]
pub fn parse_rules(text: &str) -> (Vec<Rule>, Vec<Finding>) {
    let (table, mut findings) = parse_table(text);
    let rules = table.rows.iter().filter_map(|row| rule(row, &mut findings));
    (rules.collect(), findings)
}

fn rule(row: &Row<'_>, findings: &mut Vec<Finding>) -> Option<Rule> {
    let urgency = row.text("urgency").parse().ok();
    if urgency.is_none() {
        findings.push(row.unreadable("urgency"));
    }
    let words = parse_list(row.text("words"));
    if words.is_empty() {
        findings.push(row.unreadable("words"));
        return None;
    }
    let unit = match row.text("unit") {
        "person" => Some(Counted::Person),
        "household" => Some(Counted::Household),
        "any" => Some(Counted::Any),
        "" => None,
        _ => {
            findings.push(row.unreadable("unit"));
            return None;
        }
    };
    let at_least: Option<u32> = row.read("at_least", findings);
    if at_least.is_some() != unit.is_some() {
        findings.push(row.unreadable("at_least"));
        return None;
    }
    Some(Rule {
        code: row.text("code").to_owned(),
        urgency: urgency?,
        words,
        near: parse_list(row.text("near")),
        unless: parse_list(row.text("unless")),
        at_least: at_least.zip(unit),
        zh: row.text("zh").to_owned(),
        en: row.text("en").to_owned(),
    })
}

impl Rule {
    /// The words by which it speaks in a sentence; empty if it does not.
    pub(super) fn heard_in(&self, sentence: &str) -> Vec<String> {
        let stands = |word: &&String| sentence.contains(word.as_str());
        if self.unless.iter().any(|word| stands(&word)) {
            return Vec::new();
        }
        let mut heard: Vec<String> = self
            .words
            .iter()
            .filter(|word| asserted(sentence, word))
            .cloned()
            .collect();
        if heard.is_empty() {
            return heard;
        }
        if !self.near.is_empty() {
            let near: Vec<String> = self.near.iter().filter(stands).cloned().collect();
            if near.is_empty() {
                return Vec::new();
            }
            heard.extend(near);
        }
        if let Some((at_least, counted)) = self.at_least {
            let enough = counts(sentence)
                .into_iter()
                .filter(|count| count.number >= at_least && count.counts(counted));
            let before = heard.len();
            heard.extend(enough.map(|count| count.text));
            if heard.len() == before {
                return Vec::new();
            }
        }
        heard
    }
}

/// Whether a word stands in a sentence without a denial right before it.
fn asserted(sentence: &str, word: &str) -> bool {
    let mut places = sentence.match_indices(word);
    places.any(|(at, _)| {
        let before = sentence.get(..at).unwrap_or_default();
        !DENIALS.iter().any(|denial| before.ends_with(denial))
    })
}
