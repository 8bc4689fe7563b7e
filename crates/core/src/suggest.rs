//! What a text is likely to be about, and how urgent it sounds: suggested on the device, decided by a person.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use serde::Serialize;
use wangge_model::codes;
use wangge_model::time::Ms;
use wangge_rules::classify::{Learned, Suggester, Suggestion};
use wangge_rules::taxonomy::{Taxonomy, default_classes};
use wangge_rules::urgency::{Hint, Rule, default_rules, hear};
use wangge_views::rows::{Coded, Label};
use wangge_views::{Classified, Local};

use crate::machine::now;

/// The taxonomy of citizens' matters that ships with the program.
const TAXONOMY: &str = "appeal";
const FIRST_MAX: usize = 3;
const LEAVES_MAX: usize = 5;

/// What may be said of a text before a person decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggested {
    /// How urgent it sounds: a code of the list `urgency`.
    pub urgency: Coded,
    /// Why, the most urgent reason first.
    pub hints: Vec<UrgencyHint>,
    /// The likeliest classes of the first level, at most three.
    pub first: Vec<SuggestedClass>,
    /// The likeliest classes without classes below them, at most five.
    pub classes: Vec<SuggestedClass>,
}

/// A reason why a text sounds urgent, or complex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UrgencyHint {
    /// The rule's code, as `life.fire`.
    pub code: String,
    /// What it says.
    pub label: Label,
    /// The words of the text that gave it.
    pub words: Vec<String>,
}

/// A class that a text may belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuggestedClass {
    /// Its code, for a matter's field `class`.
    pub code: String,
    /// Its name with those of the classes above it, the first level first.
    pub path: Vec<String>,
    /// How much speaks for it, in thousandths; comparable within one answer only.
    pub permille: u16,
    /// Words of the class that stand in the text.
    pub words: Vec<String>,
}

/// What suggestions are made with.
pub(crate) struct Desk {
    tree: Taxonomy,
    taxonomy: String,
    suggester: Option<Suggester>,
    rules: Vec<Rule>,
    /// What this device was taught, and by which matters: derived from them, kept nowhere else.
    learned: Learned,
    taught: BTreeSet<Classified>,
    /// The reference data that the tree is of; nothing: what ships.
    local: Option<Arc<Local>>,
}

impl Desk {
    fn new(tree: Taxonomy, local: Option<Arc<Local>>) -> Self {
        let taxonomy = taxonomy_of(&tree);
        Self {
            suggester: Suggester::new(&tree, &taxonomy),
            taxonomy,
            tree,
            rules: default_rules().0,
            learned: Learned::default(),
            taught: BTreeSet::new(),
            local,
        }
    }

    /// The desk for this reference data: the one that was used last, if nothing has changed since.
    pub(crate) fn of(held: Option<Self>, local: Arc<Local>) -> Self {
        let same = |desk: &Self| {
            desk.local
                .as_ref()
                .is_some_and(|own| Arc::ptr_eq(own, &local))
        };
        match held.filter(same) {
            Some(desk) => desk,
            None => Self::new(local.taxonomy(), Some(local)),
        }
    }

    /// Learns from the matters whose class somebody chose and that it has not learned from yet. `said` reads a matter's title and text.
    pub(crate) fn teach<E>(
        &mut self,
        classified: Vec<Classified>,
        mut said: impl FnMut(&Classified) -> Result<(String, String), E>,
    ) -> Result<(), E> {
        let (Some(suggester), Some(local)) = (&self.suggester, &self.local) else {
            return Ok(());
        };
        for matter in classified {
            if self.taught.contains(&matter) {
                continue;
            }
            let code = local.class_code(&matter.class);
            let ours = self.tree.class(code);
            if ours.is_some_and(|class| class.taxonomy == self.taxonomy) {
                let (title, text) = said(&matter)?;
                suggester.correct(&mut self.learned, &title, &text, code);
            }
            self.taught.insert(matter);
        }
        Ok(())
    }

    /// What may be said of a text.
    pub(crate) fn suggest(&self, title: &str, text: &str) -> Suggested {
        let heard = hear(&self.rules, title, text);
        let suggestions = self
            .suggester
            .as_ref()
            .map(|suggester| suggester.suggest(&self.learned, title, text, LEAVES_MAX))
            .unwrap_or_default();
        let code = heard.urgency.code();
        let urgency = codes::list("urgency").and_then(|list| list.code(code));
        Suggested {
            urgency: Coded {
                code: code.to_owned(),
                zh: urgency.map_or(code, |code| code.zh).to_owned(),
                en: urgency.map_or(code, |code| code.en).to_owned(),
            },
            hints: heard.hints.into_iter().map(hint).collect(),
            first: self.named(suggestions.first, FIRST_MAX),
            classes: self.named(suggestions.leaves, LEAVES_MAX),
        }
    }

    fn named(&self, suggestions: Vec<Suggestion>, max: usize) -> Vec<SuggestedClass> {
        let named = |suggestion: Suggestion| SuggestedClass {
            path: self.path(&suggestion.code),
            code: suggestion.code,
            permille: suggestion.permille,
            words: suggestion.words,
        };
        suggestions.into_iter().take(max).map(named).collect()
    }

    /// The names from the first level down to a class.
    fn path(&self, code: &str) -> Vec<String> {
        let path = self.tree.path(code).into_iter();
        path.map(|class| class.name.clone()).collect()
    }
}

/// The taxonomy of citizens' matters, or where a city has none of that name, its largest.
fn taxonomy_of(tree: &Taxonomy) -> String {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for class in tree.classes() {
        *sizes.entry(&class.taxonomy).or_default() += 1;
    }
    let largest = sizes.iter().max_by_key(|(_, size)| **size);
    match (sizes.contains_key(TAXONOMY), largest) {
        (false, Some((name, _))) => (*name).to_owned(),
        _ => TAXONOMY.to_owned(),
    }
}

fn hint(hint: Hint) -> UrgencyHint {
    UrgencyHint {
        code: hint.code,
        label: Label {
            zh: hint.zh,
            en: hint.en,
        },
        words: hint.words,
    }
}

/// Built at the first question: some milliseconds, then kept.
static DESK: LazyLock<Desk> = LazyLock::new(|| {
    let tree = Taxonomy::on(&default_classes().0, Ms(now().ms).date());
    Desk::new(tree, None)
});

/// Suggests the class and the urgency of a matter from its title and its text, offline, by the classes and rules that ship with the
/// program. [`Phone::suggest`](crate::Phone::suggest) goes by those in force, and by what was learned.
#[must_use]
pub fn suggest(title: &str, text: &str) -> Suggested {
    DESK.suggest(title, text)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn a_lamp_is_a_thing_of_the_town_and_a_fire_is_urgent() {
        let lamp = suggest("路灯不亮", "小区门口的路灯坏了三天,晚上一片漆黑");
        assert_eq!(lamp.urgency.code, "7d");
        assert!(lamp.classes.len() <= 5 && lamp.first.len() == 3, "{lamp:?}");
        let best = &lamp.classes[0];
        assert!(
            best.path.concat().contains("照明")
                && best.words.iter().any(|word| word.contains("路灯")),
            "{best:?}"
        );
        let fire = suggest("楼道起火", "三单元楼道里电动车起火了,有老人被困");
        assert_eq!(fire.urgency.code, "2h");
        assert!(!fire.hints.is_empty() && !fire.hints[0].words.is_empty());
    }

    #[test]
    fn nothing_to_read_is_no_error() {
        assert_eq!(suggest("", "").hints, []);
    }
}
