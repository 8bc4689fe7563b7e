//! What a device learned from corrections: a small table of its own that it keeps in its store and never sends.
//!
//! A correction moves the right class up and the best wrong one down, by just as much as puts the right one [`MARGIN`] ahead for this
//! text (passive-aggressive, variant I: K. Crammer et al., Online Passive-Aggressive Algorithms, 2006), at most by a fixed step. The
//! numbers are fixed point, so the same corrections in the same order leave the same bytes.

use std::collections::BTreeMap;

use super::features::{BUCKETS, Vector};

/// How far ahead the right class is to be.
pub const MARGIN: f64 = 0.3;
/// The longest step of one correction.
const STEP_MAX: f64 = 0.5;
/// Entries that are kept, over all classes; the weakest go first.
pub const ENTRIES_MAX: usize = 16_384;
/// Classes that a stored table may have; more is not one of ours.
const CLASSES_MAX: usize = 4_096;
/// Parts of one.
const ONE: f64 = 4_096.0;
const MAGIC: &[u8] = b"WGCO\x01";

/// What was learned: how much more each feature speaks for each class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    classes: BTreeMap<String, BTreeMap<u32, i16>>,
}

impl Learned {
    /// What was learned for a class speaks for it in this text.
    #[must_use]
    pub fn score(&self, code: &str, text: &Vector) -> f64 {
        let Some(own) = self.classes.get(code) else {
            return 0.0;
        };
        let part = |(bucket, weight): &(u32, f64)| {
            own.get(bucket)
                .map_or(0.0, |own| f64::from(*own) / ONE * weight)
        };
        text.parts().iter().map(part).sum()
    }

    /// Takes one correction in: `right` is the class of the text, `scores` what spoke for each class until now, with what was learned.
    pub fn learn(&mut self, text: &Vector, right: &str, scores: &BTreeMap<String, f64>) {
        let own = scores.get(right).copied().unwrap_or_default();
        let others = scores.iter().filter(|(code, _)| *code != right);
        let best = others.max_by(|a, b| a.1.total_cmp(b.1).then_with(|| b.0.cmp(a.0)));
        let Some((wrong, best)) = best else { return };
        let loss = MARGIN - (own - best);
        let length = text.dot(text);
        if loss <= 0.0 || length <= 0.0 {
            return;
        }
        let step = (loss / (2.0 * length)).min(STEP_MAX);
        self.shift(right, text, step);
        self.shift(wrong, text, -step);
        self.trim();
    }

    fn shift(&mut self, code: &str, text: &Vector, step: f64) {
        let own = self.classes.entry(code.to_owned()).or_default();
        for (bucket, weight) in text.parts() {
            let entry = own.entry(*bucket).or_default();
            *entry = entry.saturating_add(fixed(step * weight));
        }
        own.retain(|_, weight| *weight != 0);
    }

    /// Drops the weakest entries beyond [`ENTRIES_MAX`]; of equally weak ones the later classes' and buckets'.
    fn trim(&mut self) {
        let all: usize = self.classes.values().map(BTreeMap::len).sum();
        if all > ENTRIES_MAX {
            let mut entries: Vec<(u16, String, u32)> = Vec::with_capacity(all);
            for (code, own) in &self.classes {
                entries.extend(
                    own.iter()
                        .map(|(bucket, weight)| (weight.unsigned_abs(), code.clone(), *bucket)),
                );
            }
            entries.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (&a.1, a.2).cmp(&(&b.1, b.2))));
            for (_, code, bucket) in entries.into_iter().skip(ENTRIES_MAX) {
                self.classes.entry(code).or_default().remove(&bucket);
            }
        }
        self.classes.retain(|_, own| !own.is_empty());
    }

    /// The table as bytes: at most about 100 KiB.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for (code, own) in &self.classes {
            let (Ok(length), Ok(count)) = (u8::try_from(code.len()), u32::try_from(own.len()))
            else {
                continue;
            };
            bytes.push(length);
            bytes.extend(code.as_bytes());
            bytes.extend(count.to_le_bytes());
            for (bucket, weight) in own {
                bytes.extend(bucket.to_le_bytes());
                bytes.extend(weight.to_le_bytes());
            }
        }
        bytes
    }

    /// Reads what [`Self::encode`] wrote. `None` where it is of another version or damaged: the device then learns anew.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let mut classes: BTreeMap<String, BTreeMap<u32, i16>> = BTreeMap::new();
        let mut entries = 0;
        while let Some((length, left)) = rest.split_first() {
            let (code, left) = left.split_at_checked(usize::from(*length))?;
            let code = std::str::from_utf8(code).ok()?;
            let (count, left) = left.split_first_chunk::<4>()?;
            let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
            entries += count;
            (entries <= ENTRIES_MAX && classes.len() < CLASSES_MAX).then_some(())?;
            let (own, left) = left.split_at_checked(count.checked_mul(6)?)?;
            let own = own.chunks_exact(6).map(entry).collect::<Option<_>>()?;
            classes.insert(code.to_owned(), own);
            rest = left;
        }
        Some(Self { classes })
    }
}

fn entry(bytes: &[u8]) -> Option<(u32, i16)> {
    let (bucket, weight) = bytes.split_first_chunk::<4>()?;
    let bucket = u32::from_le_bytes(*bucket);
    let weight = i16::from_le_bytes(weight.try_into().ok()?);
    usize::try_from(bucket)
        .is_ok_and(|bucket| bucket < BUCKETS)
        .then_some((bucket, weight))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped to the range of the type"
)]
fn fixed(value: f64) -> i16 {
    (value * ONE)
        .round()
        .clamp(f64::from(i16::MIN), f64::from(i16::MAX)) as i16
}
