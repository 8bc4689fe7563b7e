//! Which class a text most likely belongs to: a suggestion, made on the device, that a person accepts or corrects (R38 to R40a).
//!
//! Two things speak for a class. [`Weights`], learned from labelled messages, speak for the first level; the words of the classes
//! themselves ([`lexicon`]: names, synonyms, definitions, examples) speak for every level, also of a taxonomy that a city made. What
//! the device learned from corrections ([`Learned`]) is added to both. It is a suggestion and never a verdict, so floating point is
//! fine here: nothing that replicas must agree on hangs on it.
//!
//! The work is bounded by [`features::CHARS_MAX`]: a text of any length costs no more than that.

pub mod evaluate;
pub mod features;
pub mod learned;
mod lexicon;
pub mod share;
mod solve;
pub mod train;
mod weights;

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::taxonomy::Taxonomy;

use features::{Counts, Vector};
pub use learned::Learned;
use lexicon::Lexicon;
pub use weights::Weights;

static SHIPPED: &[u8] = include_bytes!("../data/classify.bin");

/// How much the words of the classes count beside the weights of the first level.
const WORDS_SHARE: f64 = 1.0;
/// How much the nearest class below counts beside the weights, at the first level.
const NEAREST_SHARE: f64 = 0.5;
/// Suggestions that name their words; those further down are hardly read.
const REASONED_MAX: usize = 5;
/// Words that are named as a reason, at most.
const REASONS_MAX: usize = 5;

/// A class that a text may belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The class's code.
    pub code: String,
    /// How much speaks for it, in thousandths: 1000 is much, 0 nothing. Comparable within one answer only.
    pub permille: u16,
    /// Words of the class that stand in the text; named for the first few suggestions.
    pub words: Vec<String>,
}

/// What may be suggested for a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestions {
    /// The classes of the first level, the likeliest first; every one of them.
    pub first: Vec<Suggestion>,
    /// The classes without classes below them, the likeliest first; a few.
    pub leaves: Vec<Suggestion>,
}

/// Suggests classes of one taxonomy. Built once, used for many texts.
#[derive(Clone, Debug)]
pub struct Suggester {
    weights: Weights,
    /// First-level code by the place of its label in the weights.
    labelled: Vec<Option<String>>,
    first: Vec<String>,
    lexicon: Lexicon,
}

impl Suggester {
    /// For a taxonomy of this tree, with the shipped weights. Labels that the taxonomy does not have at its first level are left out,
    /// and first-level classes without a label rest on their words alone.
    #[must_use]
    pub fn new(tree: &Taxonomy, taxonomy: &str) -> Option<Self> {
        Weights::parse(Cow::Borrowed(SHIPPED)).map(|weights| Self::with(weights, tree, taxonomy))
    }

    /// The same with weights of one's own.
    #[must_use]
    pub fn with(weights: Weights, tree: &Taxonomy, taxonomy: &str) -> Self {
        let code_of = |label: &str| {
            let named = |class: &&crate::taxonomy::Class| {
                class.name == label || class.synonyms.iter().any(|word| word == label)
            };
            tree.first_level(taxonomy)
                .find(named)
                .map(|class| class.code.clone())
        };
        Self {
            labelled: weights.labels().map(code_of).collect(),
            first: tree
                .first_level(taxonomy)
                .map(|class| class.code.clone())
                .collect(),
            lexicon: Lexicon::of(tree, taxonomy, &weights),
            weights,
        }
    }

    /// The text as the numbers that suggestions and corrections work on.
    #[must_use]
    pub fn vector(&self, subject: &str, body: &str) -> Vector {
        Counts::of(subject, body).weighed(|bucket| self.weights.rarity(bucket))
    }

    /// What may be suggested for a message; `leaves_max` classes without classes below them. `learned` is what this device was taught.
    #[must_use]
    pub fn suggest(
        &self,
        learned: &Learned,
        subject: &str,
        body: &str,
        leaves_max: usize,
    ) -> Suggestions {
        let text = self.vector(subject, body);
        let first = self.first_scores(learned, &text);
        let leaves = self.leaf_scores(learned, &text, &first);
        let words = format!("{subject}\n{body}");
        let words: String = words.chars().take(features::CHARS_MAX).collect();
        Suggestions {
            first: self.told(first, usize::MAX, &words),
            leaves: self.told(leaves, leaves_max, &words),
        }
    }

    /// Lets `learned` know which class a message belongs to in truth. It changes nothing where that class was already well ahead.
    pub fn correct(&self, learned: &mut Learned, subject: &str, body: &str, code: &str) {
        let text = self.vector(subject, body);
        let first = self.first_scores(learned, &text);
        if let Some(above) = self.lexicon.first_of(code) {
            learned.learn(&text, above, &first);
        }
        if self.lexicon.is_leaf(code) && !self.first.iter().any(|first| first == code) {
            let leaves = self.leaf_scores(learned, &text, &self.first_scores(learned, &text));
            learned.learn(&text, code, &leaves);
        }
    }

    /// (code, what speaks for it) of the first level.
    fn first_scores(&self, learned: &Learned, text: &Vector) -> BTreeMap<String, f64> {
        let mut scores: BTreeMap<String, f64> = BTreeMap::new();
        for (code, score) in self.labelled.iter().zip(self.weights.scores(text)) {
            if let Some(code) = code {
                scores.insert(code.clone(), score);
            }
        }
        let nearest = self.lexicon.nearest(text);
        for code in &self.first {
            let likeness = nearest.get(code.as_str()).copied().unwrap_or_default();
            match scores.entry(code.clone()) {
                Entry::Occupied(score) => *score.into_mut() += NEAREST_SHARE * likeness,
                Entry::Vacant(score) => _ = score.insert(likeness),
            }
        }
        for (code, score) in &mut scores {
            *score += learned.score(code, text);
        }
        scores
    }

    fn leaf_scores(
        &self,
        learned: &Learned,
        text: &Vector,
        first: &BTreeMap<String, f64>,
    ) -> BTreeMap<String, f64> {
        let scored = |(code, above, score): (&str, &str, f64)| {
            let above = first.get(above).copied().unwrap_or_default();
            let score = above + WORDS_SHARE * score + learned.score(code, text);
            (code.to_owned(), score)
        };
        self.lexicon.scores(text).into_iter().map(scored).collect()
    }

    fn told(&self, scores: BTreeMap<String, f64>, limit: usize, words: &str) -> Vec<Suggestion> {
        let mut ranked: Vec<(String, f64)> = scores.into_iter().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        ranked.truncate(limit);
        let told = |(place, (code, score)): (usize, (String, f64))| {
            let shown = place < REASONED_MAX;
            let words = shown.then(|| self.reasons(&code, words));
            Suggestion {
                permille: permille(score),
                words: words.unwrap_or_default(),
                code,
            }
        };
        ranked.into_iter().enumerate().map(told).collect()
    }

    fn reasons(&self, code: &str, text: &str) -> Vec<String> {
        let words: BTreeSet<&str> = self
            .lexicon
            .words(code)
            .filter(|word| text.contains(word))
            .collect();
        let mut words: Vec<&str> = words.into_iter().collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words
            .into_iter()
            .take(REASONS_MAX)
            .map(str::to_owned)
            .collect()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of the type"
)]
fn permille(score: f64) -> u16 {
    (score * 1000.0).round().clamp(0.0, 1000.0) as u16
}

#[cfg(test)]
mod tests;
