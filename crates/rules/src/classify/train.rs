//! Learning the first-level classes from labelled texts; done where the program is made, never on a phone.
//!
//! Two kinds of texts teach: labelled messages, and the taxonomy's own definitions and examples. The rarity of features is counted over
//! all texts, with or without a label.

use std::collections::BTreeMap;

use super::features::{BUCKETS, Counts, Vector};
use super::solve::solve;
use super::weights::{Column, RARITY_STEPS, Weights};

/// One text that teaches.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// Its features.
    pub counts: Counts,
    /// How much it belongs to each class, in the order of the classes; together 1.
    pub shares: Vec<f64>,
    /// How little its label is trusted: the ridge that it gets.
    pub doubt: f64,
}

/// Doubts and limits of the learning. The figures hardly depend on them: see the example `classify --nested`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Doubt in a label that a person gave.
    pub labelled: f64,
    /// Doubt in a definition or example of the taxonomy.
    pub taught: f64,
    /// Buckets that keep weights.
    pub rows_max: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            labelled: 0.15,
            taught: 0.3,
            rows_max: 24_000,
        }
    }
}

/// How much each bucket tells, in steps: the fewer texts have it, the more.
#[must_use]
pub fn rarity<'a>(texts: impl IntoIterator<Item = &'a Counts>) -> Vec<u8> {
    let mut met: BTreeMap<u32, u32> = BTreeMap::new();
    let mut all = 0_u32;
    for text in texts {
        all += 1;
        for bucket in text.buckets() {
            *met.entry(bucket).or_default() += 1;
        }
    }
    let all = f64::from(1 + all);
    let of = |bucket| {
        let met = met.get(&bucket).copied().unwrap_or_default();
        steps((all / f64::from(1 + met)).ln() + 1.0)
    };
    (0..u32::try_from(BUCKETS).unwrap_or(u32::MAX))
        .map(of)
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of the type"
)]
fn steps(rarity: f64) -> u8 {
    (rarity * RARITY_STEPS).round().clamp(0.0, 255.0) as u8
}

/// Learns the weights of `labels` from the lessons. `None` only where there are too many classes for the file.
///
/// `prior` is what a class gets before anything is read, in the order of `labels`.
#[must_use]
pub fn learn(
    labels: &[&str],
    prior: &[f64],
    rarity: &[u8],
    lessons: &[Lesson],
    plan: &Plan,
) -> Option<Weights> {
    let tells = |bucket: u32| {
        let at = usize::try_from(bucket).unwrap_or(usize::MAX);
        f64::from(rarity.get(at).copied().unwrap_or_default()) / RARITY_STEPS
    };
    let texts: Vec<Vector> = lessons
        .iter()
        .map(|lesson| lesson.counts.weighed(tells))
        .collect();
    let mut kernel: Vec<Vec<f64>> = Vec::with_capacity(texts.len());
    for (at, (text, lesson)) in texts.iter().zip(lessons).enumerate() {
        let mut row: Vec<f64> = texts.iter().take(at).map(|other| text.dot(other)).collect();
        row.push(text.dot(text) + lesson.doubt);
        kernel.push(row);
    }
    let target = |class: usize, prior: &f64| {
        let share = |lesson: &Lesson| lesson.shares.get(class).copied().unwrap_or_default() - prior;
        lessons.iter().map(share).collect()
    };
    let targets: Vec<Vec<f64>> = prior
        .iter()
        .enumerate()
        .map(|(at, p)| target(at, p))
        .collect();
    let solved = solve(&kernel, &targets);
    let mut columns = Vec::new();
    for ((label, bias), parts) in labels.iter().zip(prior).zip(solved) {
        let mut weights: BTreeMap<u32, f64> = BTreeMap::new();
        for (text, part) in texts.iter().zip(parts) {
            for (bucket, weight) in text.parts() {
                *weights.entry(*bucket).or_default() += part * weight;
            }
        }
        columns.push(Column {
            label: (*label).to_owned(),
            bias: *bias,
            weights,
        });
    }
    Weights::of_columns(rarity, &columns, plan.rows_max)
}
