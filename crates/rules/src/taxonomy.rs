//! The classes of matters: versioned, in a tree, with definitions and examples (R38, R39).
//!
//! A class is a record of the kind `class`, or a line of the default set where no record is in force. Several taxonomies stand side by
//! side, told apart by their name: the shipped ones are `appeal` (群众诉求), `city` (城市管理部件、事件, the big classes of
//! GB/T 30428.2) and `dispute` (矛盾纠纷, the 17 kinds of the newer list). A matter may stay unclassified: its class is then empty, and
//! no rule here takes that for an error.
//!
//! Classes are never edited in place. One that changes its meaning ends (`valid_until`), and its successors name it in `replaces`; so
//! a matter of last year keeps the class that was in force then, and [`Taxonomy::successors`] says where it is counted today.

mod check;
mod load;

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::time::Date;

use crate::finding::Finding;
use crate::validity::Validity;

pub use check::check_classes;
pub use load::{DEFAULT_SET, default_classes, parse_classes, parse_levels, parse_list};

/// Levels of a tree, and steps of a chain of `replaces`, that are followed.
const DEPTH_MAX: usize = 16;

/// A class: a row of the kind `class`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// Its code, as `S010203`; the same in every version of its validity.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The code of the class above; empty at the first level.
    pub parent: String,
    /// The taxonomy that it belongs to.
    pub taxonomy: String,
    /// The version of the taxonomy that brought it.
    pub version: String,
    /// Whether it classes components (部件), which go to their owner first, rather than events.
    pub component: bool,
    /// What belongs to it.
    pub definition: String,
    /// Sentences that belong to it.
    pub examples: Vec<String>,
    /// Sentences that look so and belong elsewhere.
    pub counter_examples: Vec<String>,
    /// Codes of the classes whose place it takes.
    pub replaces: Vec<String>,
    /// Other words for it.
    pub synonyms: Vec<String>,
    /// The law or standard that it rests on.
    pub basis: String,
    /// How such a matter is dealt with, in words (R33, R68).
    pub guidance: String,
    /// When it is in force.
    pub validity: Validity,
    /// Source, confidence and whatever else is to be said.
    pub note: String,
}

/// The classes in force on a day, as a tree.
#[derive(Clone, Debug, Default)]
pub struct Taxonomy {
    classes: BTreeMap<String, Class>,
    children: BTreeMap<String, BTreeSet<String>>,
    successors: BTreeMap<String, BTreeSet<String>>,
}

impl Taxonomy {
    /// The tree of those classes that are in force on a day. Of two rows of one code the later beginning stands.
    #[must_use]
    pub fn on(classes: &[Class], day: Date) -> Self {
        let mut sorted: Vec<&Class> = classes.iter().collect();
        sorted.sort_by_key(|class| (class.validity.from, &class.version));
        let mut tree = Self::default();
        for class in sorted {
            for old in class.replaces.iter().filter(|old| **old != class.code) {
                let news = tree.successors.entry(old.clone()).or_default();
                news.insert(class.code.clone());
            }
            if class.validity.holds(day) {
                tree.classes.insert(class.code.clone(), class.clone());
            }
        }
        for class in tree.classes.values() {
            let below = tree.children.entry(class.parent.clone()).or_default();
            below.insert(class.code.clone());
        }
        tree
    }

    /// The class with this code, if it is in force.
    #[must_use]
    pub fn class(&self, code: &str) -> Option<&Class> {
        self.classes.get(code)
    }

    /// Every class in force, by code.
    pub fn classes(&self) -> impl Iterator<Item = &Class> {
        self.classes.values()
    }

    /// The classes below one, by code; with an empty code those of the first level.
    pub fn below(&self, code: &str) -> impl Iterator<Item = &Class> {
        let codes = self.children.get(code).into_iter().flatten();
        codes.filter_map(|code| self.classes.get(code))
    }

    /// The classes of a taxonomy's first level, by code.
    pub fn first_level(&self, taxonomy: &str) -> impl Iterator<Item = &Class> {
        self.below("")
            .filter(move |class| class.taxonomy == taxonomy)
    }

    /// The classes from the first level down to this one; empty if there is no such class.
    #[must_use]
    pub fn path(&self, code: &str) -> Vec<&Class> {
        let mut path = Vec::new();
        let mut at = self.classes.get(code);
        while let Some(class) = at {
            path.push(class);
            at = (path.len() < DEPTH_MAX)
                .then(|| self.classes.get(&class.parent))
                .flatten();
        }
        path.reverse();
        path
    }

    /// The class that a text names: by code, name or synonym, and the code's own before a name's; the highest of several with one name.
    #[must_use]
    pub fn named(&self, text: &str) -> Option<&Class> {
        let text = text.trim();
        let by_name = || {
            let same = |class: &&Class| {
                class.name == text || class.synonyms.iter().any(|word| word == text)
            };
            let found = self.classes.values().filter(same);
            found.min_by_key(|class| (self.path(&class.code).len(), class.name != text))
        };
        self.classes.get(text).or_else(by_name)
    }

    /// Where a class that is no longer in force is counted now: itself if it is in force, else the ends of its chain of `replaces`.
    ///
    /// Empty means that nothing took its place; more than one, that it was split and somebody has to choose.
    #[must_use]
    pub fn successors(&self, code: &str) -> Vec<&Class> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![code];
        while let Some(code) = open.pop() {
            if !seen.insert(code) {
                continue;
            }
            if self.classes.contains_key(code) {
                found.insert(code);
            } else if let Some(news) = self.successors.get(code) {
                open.extend(news.iter().map(String::as_str));
            }
        }
        found
            .into_iter()
            .filter_map(|code| self.classes.get(code))
            .collect()
    }

    /// Finds classes by words, for a hand that types: the first step of choosing, the second is the tree below what was found.
    ///
    /// Every word of the query must stand in the class's code, name, synonyms, definition or examples. Names come before synonyms,
    /// synonyms before definitions; then the higher level; then the code.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Vec<&Class> {
        let words: Vec<&str> = query.split_whitespace().collect();
        if words.is_empty() {
            return self.below("").take(limit).collect();
        }
        let mut found: Vec<(u8, usize, &Class)> = Vec::new();
        for class in self.classes.values() {
            let ranks = words.iter().map(|word| class.rank(word));
            if let Some(rank) = ranks
                .collect::<Option<Vec<_>>>()
                .and_then(|all| all.into_iter().max())
            {
                found.push((rank, self.path(&class.code).len(), class));
            }
        }
        found.sort_by(|a, b| (a.0, a.1, &a.2.code).cmp(&(b.0, b.1, &b.2.code)));
        found
            .into_iter()
            .take(limit)
            .map(|(_, _, class)| class)
            .collect()
    }
}

impl Class {
    /// How near a word is to the class: 0 is its name or code. `None` if it is not in it.
    fn rank(&self, word: &str) -> Option<u8> {
        let within = |texts: &[String]| texts.iter().any(|text| text.contains(word));
        if self.name == word || self.code == word || self.synonyms.iter().any(|own| own == word) {
            Some(0)
        } else if self.name.contains(word) {
            Some(1)
        } else if within(&self.synonyms) {
            Some(2)
        } else if self.definition.contains(word) || within(&self.examples) {
            Some(3)
        } else {
            None
        }
    }
}

/// What is wrong with one class or between two: which rows, by their places in the set.
fn hard(code: &'static str, rows: &[usize], zh: String, en: String) -> Finding {
    Finding::hard(code, zh, en).at(rows.iter().copied())
}

#[cfg(test)]
mod tests;
