//! What a validator has to say: one shape for all of them.

use serde::Serialize;
use wangge_model::id::RecordId;

/// Whether a finding forbids or only warns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Unlikely, missing or stale: warn and go on.
    Soft,
    /// Wrong: refuse, and keep the draft.
    Hard,
}

/// One thing that is wrong, in both languages, with the code of the rule that it breaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Finding {
    /// The rule's code, as `duty.overlap`; stable, for programs and manuals.
    pub code: &'static str,
    /// Whether it forbids.
    pub weight: Weight,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English.
    pub en: String,
    /// Which rows it is about: places in the slice that was judged, from 0; of a text, the numbers of its lines, from 1.
    pub rows: Vec<usize>,
    /// Which records it is about, the one to open first.
    pub ids: Vec<RecordId>,
}

impl Finding {
    /// A finding that forbids.
    #[must_use]
    pub fn hard(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(code, Weight::Hard, zh.into(), en.into())
    }

    /// A finding that warns.
    #[must_use]
    pub fn soft(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(code, Weight::Soft, zh.into(), en.into())
    }

    /// The same about these rows.
    #[must_use]
    pub fn at(mut self, rows: impl IntoIterator<Item = usize>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// The same about these records.
    #[must_use]
    pub fn about(mut self, ids: impl IntoIterator<Item = RecordId>) -> Self {
        self.ids.extend(ids);
        self
    }

    /// The same, its places replaced by the numbers of their lines.
    #[must_use]
    pub fn on_lines(mut self, lines: &[usize]) -> Self {
        let line = |at: &usize| lines.get(*at).copied();
        self.rows = self.rows.iter().filter_map(line).collect();
        self
    }

    const fn new(code: &'static str, weight: Weight, zh: String, en: String) -> Self {
        Self {
            code,
            weight,
            zh,
            en,
            rows: Vec::new(),
            ids: Vec::new(),
        }
    }
}

/// Whether any of them forbids.
#[must_use]
pub fn forbids(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.weight == Weight::Hard)
}
