//! How often a class was wrong: the figure behind R39 («unclear event division»).

use std::collections::BTreeMap;

/// The classes that a matter went through; an empty code is «unclassified».
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classified<'a> {
    /// What the program suggested first; `None` where it suggested nothing.
    pub suggested: Option<&'a str>,
    /// What the first hand chose.
    pub chosen: &'a str,
    /// What it was when the matter was closed.
    pub last: &'a str,
}

/// The share misclassified. Each share is wrong ÷ all of its own base; a base of 0 has no share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Misclassified {
    /// Matters that were closed with a class.
    pub judged: usize,
    /// Of them, chosen at first as another class (unclassified at first is not wrong, it is triaged).
    pub chosen_wrong: usize,
    /// Of them, unclassified at first.
    pub unclassified_first: usize,
    /// Matters that were closed without a class; they are in no share.
    pub unclassified_last: usize,
    /// Judged matters with a suggestion.
    pub suggested: usize,
    /// Of them, suggested as another class.
    pub suggested_wrong: usize,
    /// How often a class was taken for another: (chosen, last) → count.
    pub confused: BTreeMap<(String, String), usize>,
}

impl Misclassified {
    /// Counts the matters.
    #[must_use]
    pub fn of<'a>(matters: impl IntoIterator<Item = Classified<'a>>) -> Self {
        let mut counted = Self::default();
        for matter in matters {
            counted.add(matter);
        }
        counted
    }

    fn add(&mut self, matter: Classified<'_>) {
        if matter.last.is_empty() {
            self.unclassified_last += 1;
            return;
        }
        self.judged += 1;
        if matter.chosen.is_empty() {
            self.unclassified_first += 1;
        } else if matter.chosen != matter.last {
            self.chosen_wrong += 1;
            let pair = (matter.chosen.to_owned(), matter.last.to_owned());
            *self.confused.entry(pair).or_default() += 1;
        }
        if let Some(suggested) = matter.suggested.filter(|code| !code.is_empty()) {
            self.suggested += 1;
            self.suggested_wrong += usize::from(suggested != matter.last);
        }
    }

    /// The share of classes chosen wrong, in thousandths of those chosen at all.
    #[must_use]
    pub fn chosen_permille(&self) -> Option<u32> {
        permille(self.chosen_wrong, self.judged - self.unclassified_first)
    }

    /// The share of suggestions that were wrong, in thousandths.
    #[must_use]
    pub fn suggested_permille(&self) -> Option<u32> {
        permille(self.suggested_wrong, self.suggested)
    }
}

/// Rounded to the nearest thousandth.
fn permille(part: usize, whole: usize) -> Option<u32> {
    let rounded = (part * 2000 + whole).checked_div(whole * 2)?;
    u32::try_from(rounded).ok()
}
