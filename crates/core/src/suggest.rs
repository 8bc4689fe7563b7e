//! What a text is likely to be about, and how urgent it sounds: suggested on the device, decided by a person.

use std::sync::LazyLock;

use serde::Serialize;
use wangge_model::codes;
use wangge_model::time::Ms;
use wangge_rules::classify::{Learned, Suggester, Suggestion};
use wangge_rules::taxonomy::{Class, Taxonomy, default_classes};
use wangge_rules::urgency::{Rule, default_rules, hear};
use wangge_views::rows::{Coded, Label};

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

struct Desk {
    tree: Taxonomy,
    suggester: Option<Suggester>,
    rules: Vec<Rule>,
}

/// Built at the first question: some milliseconds, then kept.
static DESK: LazyLock<Desk> = LazyLock::new(|| {
    let tree = Taxonomy::on(&default_classes().0, Ms(now().ms).date());
    Desk {
        suggester: Suggester::new(&tree, TAXONOMY),
        tree,
        rules: default_rules().0,
    }
});

/// Suggests the class and the urgency of a matter from its title and its text, offline, by the classes and rules that ship with the
/// program.
#[must_use]
pub fn suggest(title: &str, text: &str) -> Suggested {
    let heard = hear(&DESK.rules, title, text);
    let suggestions = DESK
        .suggester
        .as_ref()
        .map(|suggester| suggester.suggest(&Learned::default(), title, text, LEAVES_MAX))
        .unwrap_or_default();
    let named = |suggestions: Vec<Suggestion>, max: usize| {
        suggestions
            .into_iter()
            .take(max)
            .map(|suggestion| SuggestedClass {
                path: path(&suggestion.code),
                code: suggestion.code,
                permille: suggestion.permille,
                words: suggestion.words,
            })
            .collect()
    };
    let code = heard.urgency.code();
    let urgency = codes::list("urgency").and_then(|list| list.code(code));
    Suggested {
        urgency: Coded {
            code: code.to_owned(),
            zh: urgency.map_or(code, |code| code.zh).to_owned(),
            en: urgency.map_or(code, |code| code.en).to_owned(),
        },
        hints: heard
            .hints
            .into_iter()
            .map(|hint| UrgencyHint {
                code: hint.code,
                label: Label {
                    zh: hint.zh,
                    en: hint.en,
                },
                words: hint.words,
            })
            .collect(),
        first: named(suggestions.first, FIRST_MAX),
        classes: named(suggestions.leaves, LEAVES_MAX),
    }
}

/// The names from the first level down to a class.
fn path(code: &str) -> Vec<String> {
    let above = |class: &&Class| DESK.tree.class(&class.parent);
    let mut names: Vec<String> = std::iter::successors(DESK.tree.class(code), above)
        .map(|class| class.name.clone())
        .collect();
    names.reverse();
    names
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
