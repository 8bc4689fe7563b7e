//! The weights of the first-level classes, as they ship: one file, read where it lies.
//!
//! | part | bytes |
//! |---|---|
//! | `WGCL`, version 1, classes `n`, rows `r` (u32) | 4 + 1 + 1 + 4 |
//! | each class: length and text of its label, scale and bias (f32) | 1 + length + 8 |
//! | rarity of each bucket, in steps of 1/[`RARITY_STEPS`] | [`BUCKETS`] |
//! | buckets that carry weights, ascending (u32) | 4 r |
//! | their weights, a row of `n` numbers (i8) | n r |
//!
//! All numbers are little-endian. No text is in it, and none can be read back: a bucket stands for many pairs of characters.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::features::{BUCKETS, Vector};

/// Steps of a rarity: a byte holds up to 255/20.
pub(super) const RARITY_STEPS: f64 = 20.0;
const MAGIC: &[u8] = b"WGCL\x01";

/// What learning left: how much each feature speaks for each class.
#[derive(Clone, Debug)]
pub struct Weights {
    bytes: Cow<'static, [u8]>,
    classes: Vec<Class>,
    rarity_at: usize,
    buckets_at: usize,
    rows_at: usize,
    rows: usize,
}

#[derive(Clone, Debug, PartialEq)]
struct Class {
    label: String,
    scale: f64,
    bias: f64,
}

/// A class's weights before they are written.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    pub(super) label: String,
    pub(super) bias: f64,
    pub(super) weights: BTreeMap<u32, f64>,
}

/// Takes the next `count` bytes.
fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

fn take_f32(rest: &mut &[u8]) -> Option<f64> {
    let bytes: [u8; 4] = take(rest, 4)?.try_into().ok()?;
    Some(f64::from(f32::from_le_bytes(bytes)))
}

impl Weights {
    /// Reads the shipped form; `None` where it is not of this version or cut short.
    #[must_use]
    pub fn parse(bytes: Cow<'static, [u8]>) -> Option<Self> {
        let mut rest: &[u8] = &bytes;
        (take(&mut rest, MAGIC.len())? == MAGIC).then_some(())?;
        let count = *take(&mut rest, 1)?.first()?;
        let rows = u32::from_le_bytes(take(&mut rest, 4)?.try_into().ok()?);
        let rows = usize::try_from(rows).ok()?;
        let mut classes = Vec::new();
        for _ in 0..count {
            let length = usize::from(*take(&mut rest, 1)?.first()?);
            let label = std::str::from_utf8(take(&mut rest, length)?).ok()?;
            let label = label.to_owned();
            let scale = take_f32(&mut rest)?;
            let bias = take_f32(&mut rest)?;
            classes.push(Class { label, scale, bias });
        }
        let rarity_at = bytes.len() - rest.len();
        let buckets_at = rarity_at + BUCKETS;
        let rows_at = buckets_at.checked_add(rows.checked_mul(4)?)?;
        let end = rows_at.checked_add(rows.checked_mul(classes.len())?)?;
        (end == bytes.len()).then_some(Self {
            bytes,
            classes,
            rarity_at,
            buckets_at,
            rows_at,
            rows,
        })
    }

    /// The shipped form.
    #[must_use]
    pub fn encode(&self) -> &[u8] {
        &self.bytes
    }

    /// The labels of the classes, in the order of [`Self::scores`].
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().map(|class| class.label.as_str())
    }

    /// How much a bucket's feature tells: rare features more.
    #[must_use]
    pub fn rarity(&self, bucket: u32) -> f64 {
        let at = usize::try_from(bucket).map(|bucket| self.rarity_at + bucket);
        let steps = at.ok().and_then(|at| self.bytes.get(at));
        f64::from(steps.copied().unwrap_or_default()) / RARITY_STEPS
    }

    /// What speaks for each class: about the chance that it is the right one.
    #[must_use]
    pub fn scores(&self, text: &Vector) -> Vec<f64> {
        let mut sums = vec![0.0; self.classes.len()];
        for (bucket, weight) in text.parts() {
            for (sum, step) in sums.iter_mut().zip(self.row(*bucket)) {
                *sum += weight * f64::from(i8::from_le_bytes([*step]));
            }
        }
        let scored = |(class, sum): (&Class, f64)| class.bias + class.scale * sum;
        self.classes.iter().zip(sums).map(scored).collect()
    }

    /// A bucket's weights in steps of each class's scale; empty where it carries none.
    fn row(&self, bucket: u32) -> &[u8] {
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = low.midpoint(high);
            match self.bucket_at(middle).cmp(&bucket) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    let from = self.rows_at + middle * self.classes.len();
                    let row = self.bytes.get(from..from + self.classes.len());
                    return row.unwrap_or_default();
                }
            }
        }
        &[]
    }

    fn bucket_at(&self, row: usize) -> u32 {
        let from = self.buckets_at + row * 4;
        let bytes = self.bytes.get(from..from + 4);
        let bytes = bytes.and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
        bytes.map_or(u32::MAX, u32::from_le_bytes)
    }

    /// Writes columns of weights down in steps, the `rows_max` buckets that tell most.
    pub(super) fn of_columns(rarity: &[u8], columns: &[Column], rows_max: usize) -> Option<Self> {
        let mut kept: BTreeMap<u32, f64> = BTreeMap::new();
        for (bucket, weight) in columns.iter().flat_map(|column| &column.weights) {
            *kept.entry(*bucket).or_default() += weight * weight;
        }
        let mut by_strength: Vec<(u32, f64)> = kept.into_iter().collect();
        by_strength.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        by_strength.truncate(rows_max);
        let mut buckets: Vec<u32> = by_strength.into_iter().map(|(bucket, _)| bucket).collect();
        buckets.sort_unstable();
        let mut bytes = MAGIC.to_vec();
        bytes.push(u8::try_from(columns.len()).ok()?);
        bytes.extend(u32::try_from(buckets.len()).ok()?.to_le_bytes());
        let mut scales = Vec::new();
        for column in columns {
            let largest = column.weights.values().fold(0.0_f64, |a, b| a.max(b.abs()));
            let scale = (largest / 127.0).max(f64::MIN_POSITIVE);
            bytes.push(u8::try_from(column.label.len()).ok()?);
            bytes.extend(column.label.as_bytes());
            bytes.extend(single(scale).to_le_bytes());
            bytes.extend(single(column.bias).to_le_bytes());
            scales.push(f64::from(single(scale)));
        }
        bytes.extend(rarity);
        bytes.extend(buckets.iter().flat_map(|bucket| bucket.to_le_bytes()));
        for bucket in &buckets {
            for (column, scale) in columns.iter().zip(&scales) {
                let weight = column.weights.get(bucket).copied().unwrap_or_default();
                bytes.extend(step(weight / scale).to_le_bytes());
            }
        }
        Self::parse(Cow::Owned(bytes))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a scale needs no more than seven digits"
)]
fn single(value: f64) -> f32 {
    value as f32
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped to the range of the type"
)]
fn step(value: f64) -> i8 {
    value.round().clamp(-127.0, 127.0) as i8
}
