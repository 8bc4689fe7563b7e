//! How good the suggestion is: cross-validation over labelled messages, with the interval.
//!
//! Folds are assigned by a hash of the message's id, class by class, so that they are known before anything is learned and stay the
//! same whatever the order of the file. A fold's messages are seen by nothing that judges them: not by the weights, not by the
//! rarities. Messages without a label serve for the rarities alone.

use std::collections::BTreeMap;

use crate::taxonomy::{Class, Taxonomy};

use super::features::Counts;
use super::train::{Lesson, Plan, learn, rarity};
use super::weights::Weights;
use super::{Learned, Suggester, lexicon};

/// The seed of the folds by which the target is judged; declared before any of them was seen.
pub const SEED: u64 = 0;
/// Folds.
pub const FOLDS: usize = 5;

/// A citizen's message.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// Its id in the file.
    pub id: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// The name of its first-level class; empty if nobody labelled it.
    pub label: String,
}

/// Messages and classes, ready to learn from.
pub struct Corpus<'a> {
    tree: &'a Taxonomy,
    taxonomy: &'a str,
    labels: Vec<String>,
    labelled: Vec<Labelled<'a>>,
    unlabelled: Vec<Counts>,
    taught: Vec<Lesson>,
}

struct Labelled<'a> {
    message: &'a Message,
    counts: Counts,
    label: usize,
}

/// How many were right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Messages judged.
    pub all: usize,
    /// Of them with the right class first.
    pub first: usize,
    /// Of them with the right class among the first three.
    pub among_three: usize,
}

impl Score {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            all: self.all + other.all,
            first: self.first + other.first,
            among_three: self.among_three + other.among_three,
        }
    }
}

/// A share and its 95 % interval after Wilson: (low, share, high). All 0 where nothing was judged.
#[must_use]
pub fn wilson(part: usize, whole: usize) -> (f64, f64, f64) {
    const Z: f64 = 1.959_964;
    let (Ok(part), Ok(whole)) = (u32::try_from(part), u32::try_from(whole)) else {
        return (0.0, 0.0, 0.0);
    };
    if whole == 0 {
        return (0.0, 0.0, 0.0);
    }
    let n = f64::from(whole);
    let share = f64::from(part) / n;
    let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    (middle - half, share, middle + half)
}

impl<'a> Corpus<'a> {
    /// Reads messages for a taxonomy. A label that the taxonomy does not have at its first level counts as none.
    #[must_use]
    pub fn of(messages: &'a [Message], tree: &'a Taxonomy, taxonomy: &'a str) -> Self {
        let labels: Vec<String> = tree
            .first_level(taxonomy)
            .map(|class| class.name.clone())
            .collect();
        let mut labelled = Vec::new();
        let mut unlabelled = Vec::new();
        for message in messages {
            let counts = Counts::of(&message.subject, &message.body);
            match labels.iter().position(|label| *label == message.label) {
                Some(label) => labelled.push(Labelled {
                    message,
                    counts,
                    label,
                }),
                None => unlabelled.push(counts),
            }
        }
        labelled.sort_by(|a, b| a.message.id.cmp(&b.message.id));
        Self {
            tree,
            taxonomy,
            taught: taught(tree, taxonomy, &labels),
            labels,
            labelled,
            unlabelled,
        }
    }

    /// How many messages have a label.
    #[must_use]
    pub fn labelled(&self) -> usize {
        self.labelled.len()
    }

    /// How many lessons come from the taxonomy.
    #[must_use]
    pub fn taught(&self) -> usize {
        self.taught.len()
    }

    /// Which fold each labelled message is in, in the order of their ids.
    fn folds(&self, seed: u64, members: &[usize]) -> Vec<usize> {
        let mut by_label: BTreeMap<usize, Vec<(u64, usize)>> = BTreeMap::new();
        for (place, at) in members.iter().enumerate() {
            if let Some(one) = self.labelled.get(*at) {
                let hash = hash(seed, &one.message.id);
                by_label.entry(one.label).or_default().push((hash, place));
            }
        }
        let mut folds = vec![0; members.len()];
        for (label, mut places) in by_label {
            places.sort_unstable();
            for (rank, (_, place)) in places.into_iter().enumerate() {
                if let Some(fold) = folds.get_mut(place) {
                    *fold = (rank + label * 3) % FOLDS;
                }
            }
        }
        folds
    }

    /// Learns from those of the labelled messages, and from all the rest.
    fn weights(&self, members: &[usize], plan: &Plan) -> Option<Weights> {
        let members: Vec<&Labelled<'_>> = members
            .iter()
            .filter_map(|at| self.labelled.get(*at))
            .collect();
        let steps = rarity(
            self.unlabelled
                .iter()
                .chain(members.iter().map(|one| &one.counts)),
        );
        let mut prior = vec![0.0; self.labels.len()];
        let own = 1.0 / f64::from(u32::try_from(members.len().max(1)).ok()?);
        let mut lessons = Vec::new();
        for one in &members {
            let mut shares = vec![0.0; self.labels.len()];
            *shares.get_mut(one.label)? = 1.0;
            *prior.get_mut(one.label)? += own;
            lessons.push(Lesson {
                counts: one.counts.clone(),
                shares,
                doubt: plan.labelled,
            });
        }
        lessons.extend(self.taught.iter().map(|lesson| Lesson {
            doubt: plan.taught,
            ..lesson.clone()
        }));
        let labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
        learn(&labels, &prior, &steps, &lessons, plan)
    }

    /// The weights that ship: learned from everything.
    #[must_use]
    pub fn shipped(&self, plan: &Plan) -> Option<Weights> {
        self.weights(&(0..self.labelled.len()).collect::<Vec<_>>(), plan)
    }

    /// Judges some messages by what was learned from others.
    fn judge(&self, learned_from: &[usize], judged: &[usize], plan: &Plan) -> Option<Score> {
        let weights = self.weights(learned_from, plan)?;
        let suggester = Suggester::with(weights, self.tree, self.taxonomy);
        let nothing = Learned::default();
        let mut score = Score::default();
        for one in judged.iter().filter_map(|at| self.labelled.get(*at)) {
            let told = suggester.suggest(&nothing, &one.message.subject, &one.message.body, 0);
            let label = |code: &str| self.tree.class(code).map(|class| class.name.as_str());
            let right = |code: &str| label(code) == Some(one.message.label.as_str());
            let place = told.first.iter().position(|class| right(&class.code));
            score.all += 1;
            score.first += usize::from(place == Some(0));
            score.among_three += usize::from(place.is_some_and(|place| place < 3));
        }
        Some(score)
    }

    /// Five-fold cross-validation by one plan: the score of each fold.
    #[must_use]
    pub fn cross_validate(&self, seed: u64, plan: &Plan) -> Option<Vec<Score>> {
        let all: Vec<usize> = (0..self.labelled.len()).collect();
        self.over_folds(seed, &all, |learned_from, judged| {
            self.judge(learned_from, judged, plan)
        })
    }

    /// The same where each fold chooses its plan by a cross-validation of its own, over the messages that it learns from: nothing was
    /// chosen by what is judged. The plan that is first most often wins, then the one among three, then the earlier.
    #[must_use]
    pub fn nested(&self, seed: u64, plans: &[Plan]) -> Option<Vec<Score>> {
        let all: Vec<usize> = (0..self.labelled.len()).collect();
        self.over_folds(seed, &all, |learned_from, judged| {
            let mut best: Option<(Score, &Plan)> = None;
            for plan in plans {
                let inner = self.over_folds(seed + 1, learned_from, |from, of| {
                    self.judge(from, of, plan)
                })?;
                let score = inner.into_iter().fold(Score::default(), Score::and);
                if best.is_none_or(|(best, _)| {
                    (score.first, score.among_three) > (best.first, best.among_three)
                }) {
                    best = Some((score, plan));
                }
            }
            self.judge(learned_from, judged, best?.1)
        })
    }

    fn over_folds(
        &self,
        seed: u64,
        members: &[usize],
        judge: impl Fn(&[usize], &[usize]) -> Option<Score>,
    ) -> Option<Vec<Score>> {
        let folds = self.folds(seed, members);
        let of = |fold: usize| {
            let pairs = || members.iter().copied().zip(&folds);
            let judged: Vec<usize> = pairs()
                .filter(|(_, own)| **own == fold)
                .map(|(at, _)| at)
                .collect();
            let rest: Vec<usize> = pairs()
                .filter(|(_, own)| **own != fold)
                .map(|(at, _)| at)
                .collect();
            judge(&rest, &judged)
        };
        (0..FOLDS).map(of).collect()
    }
}

/// The taxonomy's own texts: every class teaches its first level.
fn taught(tree: &Taxonomy, taxonomy: &str, labels: &[String]) -> Vec<Lesson> {
    let lesson = |class: &Class| {
        let path = tree.path(&class.code);
        let above = path.first()?;
        let shares = labels
            .iter()
            .map(|label| f64::from(u8::from(*label == above.name)));
        let (subject, body) = lexicon::texts(class);
        Some(Lesson {
            counts: Counts::of(&subject, &body),
            shares: shares.collect(),
            doubt: 0.0,
        })
    };
    tree.classes()
        .filter(|class| class.taxonomy == taxonomy)
        .filter_map(lesson)
        .collect()
}

/// FNV-1a of `seed:id`, mixed once more so that its low bits tell too.
fn hash(seed: u64, id: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in format!("{seed}:{id}").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
