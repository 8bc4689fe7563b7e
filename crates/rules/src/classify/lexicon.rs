//! What the classes' own words say: names, synonyms, definitions and examples of every class below the first level.

use std::collections::BTreeMap;

use crate::taxonomy::{Class, Taxonomy};

use super::features::{Counts, Vector};
use super::weights::Weights;

/// The words of a taxonomy's classes, ready for many texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Lexicon {
    leaves: Vec<Leaf>,
    /// First-level code by code, for every class.
    first: BTreeMap<String, String>,
    /// For each bucket the leaves that have it, by place, and its weight there.
    postings: BTreeMap<u32, Vec<(usize, f64)>>,
    words: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Debug)]
struct Leaf {
    code: String,
    first: String,
}

impl Lexicon {
    pub(super) fn of(tree: &Taxonomy, taxonomy: &str, weights: &Weights) -> Self {
        let mut lexicon = Self::default();
        for class in tree.classes().filter(|class| class.taxonomy == taxonomy) {
            let path = tree.path(&class.code);
            let Some(first) = path.first() else { continue };
            lexicon.first.insert(class.code.clone(), first.code.clone());
            for above in &path {
                let words = lexicon.words.entry(above.code.clone()).or_default();
                words.extend(words_of(class));
            }
            if tree.below(&class.code).next().is_none() {
                let (subject, body) = texts(class);
                let vector = Counts::of(&subject, &body).weighed(|bucket| weights.rarity(bucket));
                let place = lexicon.leaves.len();
                for (bucket, weight) in vector.parts() {
                    lexicon
                        .postings
                        .entry(*bucket)
                        .or_default()
                        .push((place, *weight));
                }
                lexicon.leaves.push(Leaf {
                    code: class.code.clone(),
                    first: first.code.clone(),
                });
            }
        }
        lexicon
    }

    /// (code, first-level code, likeness) of every leaf; the likeness is 0 to about 1.6.
    pub(super) fn scores(&self, text: &Vector) -> Vec<(&str, &str, f64)> {
        let mut sums = vec![0.0; self.leaves.len()];
        for (bucket, weight) in text.parts() {
            for (place, own) in self.postings.get(bucket).into_iter().flatten() {
                if let Some(sum) = sums.get_mut(*place) {
                    *sum += weight * own;
                }
            }
        }
        let told = |(leaf, sum)| -> (&str, &str, f64) {
            let leaf: &Leaf = leaf;
            (&leaf.code, &leaf.first, sum)
        };
        self.leaves.iter().zip(sums).map(told).collect()
    }

    /// The likeness of the nearest leaf below each first-level class that has one.
    pub(super) fn nearest(&self, text: &Vector) -> BTreeMap<&str, f64> {
        let mut nearest: BTreeMap<&str, f64> = BTreeMap::new();
        for (_, above, score) in self.scores(text) {
            let held = nearest.entry(above).or_default();
            *held = held.max(score);
        }
        nearest
    }

    /// How many products the scores of a text take: the work of a suggestion, on whatever machine.
    #[cfg(test)]
    pub(super) fn products(&self, text: &Vector) -> usize {
        let met = text
            .parts()
            .iter()
            .filter_map(|(bucket, _)| self.postings.get(bucket));
        met.map(Vec::len).sum()
    }

    /// The first-level class above a class, or itself.
    pub(super) fn first_of(&self, code: &str) -> Option<&str> {
        self.first.get(code).map(String::as_str)
    }

    pub(super) fn is_leaf(&self, code: &str) -> bool {
        self.leaves.iter().any(|leaf| leaf.code == code)
    }

    /// Names and synonyms of a class and of those below it.
    pub(super) fn words(&self, code: &str) -> impl Iterator<Item = &str> {
        self.words
            .get(code)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }
}

fn words_of(class: &Class) -> impl Iterator<Item = String> {
    std::iter::once(&class.name).chain(&class.synonyms).cloned()
}

/// A class as a message: name and synonyms for its subject, definition and examples for its text.
pub(super) fn texts(class: &Class) -> (String, String) {
    let mut body = class.definition.clone();
    for example in &class.examples {
        body.push('。');
        body.push_str(example);
    }
    let words: Vec<String> = words_of(class).collect();
    (words.join(" "), body)
}
