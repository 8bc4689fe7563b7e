//! The features of a text: characters and pairs of characters, hashed.
//!
//! No word list and no dictionary: a Chinese text needs no segmentation for this, and a new word needs no new release. The subject
//! counts twice: once within the text, once by itself. Work is bounded: at most [`CHARS_MAX`] characters are read, so at most
//! `2 × CHARS_MAX` features come out for the text and `2 × SUBJECT_CHARS_MAX` for the subject.

use std::collections::BTreeMap;

/// Bits of a bucket's number.
pub const BUCKET_BITS: u32 = 17;
/// Buckets: every feature falls into one.
pub const BUCKETS: usize = 1 << BUCKET_BITS;
/// Characters of a text that are read; what comes after says little about the class.
pub const CHARS_MAX: usize = 1_500;
/// Characters of a subject that are read; also of a text's beginning when it has no subject.
pub const SUBJECT_CHARS_MAX: usize = 60;

/// How much the subject's part weighs beside the text's part.
const SUBJECT_SHARE: f64 = 0.8;

/// How often each bucket was met, by bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    subject: BTreeMap<u32, u32>,
    text: BTreeMap<u32, u32>,
}

/// A text as numbers: (bucket, weight), by bucket. Its length is `√(1 + 0.8²)`, or 0 for an empty text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vector(Vec<(u32, f64)>);

impl Counts {
    /// Counts the features of a message. Without a subject, the first sentence stands for it.
    #[must_use]
    pub fn of(subject: &str, body: &str) -> Self {
        let subject = plain(subject, SUBJECT_CHARS_MAX);
        let body = plain(body, CHARS_MAX);
        let headline = if subject.is_empty() {
            first_sentence(&body)
        } else {
            subject.as_slice()
        };
        let mut text = subject.clone();
        text.push(' ');
        text.extend(&body);
        Self {
            subject: count(headline, 1),
            text: count(&text, 2),
        }
    }

    /// Every bucket met, each once.
    pub fn buckets(&self) -> impl Iterator<Item = u32> {
        self.subject.keys().chain(self.text.keys()).copied()
    }

    /// The message as numbers; `rarity` says how much a bucket's feature tells (it is the same for everybody).
    #[must_use]
    pub fn weighed(&self, rarity: impl Fn(u32) -> f64) -> Vector {
        let mut all: BTreeMap<u32, f64> = BTreeMap::new();
        for (part, share) in [(&self.subject, SUBJECT_SHARE), (&self.text, 1.0)] {
            let weigh = |(bucket, times): (&u32, &u32)| {
                (*bucket, (1.0 + f64::from(*times).ln()) * rarity(*bucket))
            };
            let weights: Vec<(u32, f64)> = part.iter().map(weigh).collect();
            let length = weights.iter().map(|(_, w)| w * w).sum::<f64>().sqrt();
            if length > 0.0 {
                for (bucket, weight) in weights {
                    *all.entry(bucket).or_default() += weight / length * share;
                }
            }
        }
        Vector(all.into_iter().collect())
    }
}

impl Vector {
    /// (bucket, weight), by bucket.
    #[must_use]
    pub fn parts(&self) -> &[(u32, f64)] {
        &self.0
    }

    /// The sum of the products.
    #[must_use]
    pub fn dot(&self, other: &Self) -> f64 {
        let mut theirs = other.0.iter().peekable();
        let mut sum = 0.0;
        for (bucket, weight) in &self.0 {
            while theirs.next_if(|(their, _)| their < bucket).is_some() {}
            if let Some((_, their)) = theirs.next_if(|(their, _)| their == bucket) {
                sum += weight * their;
            }
        }
        sum
    }

    /// Whether the text had no feature at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The text's characters: full-width forms made narrow, letters small, white space one blank.
fn plain(text: &str, chars_max: usize) -> Vec<char> {
    let mut out: Vec<char> = Vec::new();
    for found in text.chars().take(chars_max) {
        let narrow = narrow(found);
        if narrow.is_whitespace() || narrow.is_control() {
            if !out.is_empty() && out.last() != Some(&' ') {
                out.push(' ');
            }
        } else {
            out.push(narrow.to_ascii_lowercase());
        }
    }
    if out.last() == Some(&' ') {
        out.pop();
    }
    out
}

/// `Ａ` → `A`, `，` → `,`, the wide blank → the blank.
fn narrow(wide: char) -> char {
    match wide {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(wide) - 0xfee0).unwrap_or(wide),
        other => other,
    }
}

fn first_sentence(chars: &[char]) -> &[char] {
    let ends = |c: &char| matches!(c, '。' | '!' | '?' | ';' | '\n');
    let first = chars.split(ends).find(|part| !part.is_empty());
    let first = first.unwrap_or_default();
    first.get(..SUBJECT_CHARS_MAX).unwrap_or(first)
}

/// Characters and pairs of characters; `part` keeps the subject's apart from the text's.
fn count(chars: &[char], part: u32) -> BTreeMap<u32, u32> {
    let mut counts = BTreeMap::new();
    let singles = chars.iter().map(|one| bucket(part, *one, '\0'));
    let pairs = chars.windows(2).filter_map(|pair| match pair {
        [first, second] => Some(bucket(part, *first, *second)),
        _ => None,
    });
    for bucket in singles.chain(pairs) {
        *counts.entry(bucket).or_insert(0) += 1;
    }
    counts
}

/// FNV-1a over the three numbers, folded to [`BUCKET_BITS`]. The shipped weights hang on it: it never changes without them.
fn bucket(part: u32, first: char, second: char) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for number in [part, u32::from(first), u32::from(second)] {
        for byte in number.to_le_bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    let folded = (hash ^ (hash >> 20) ^ (hash >> 41)) & ((1 << BUCKET_BITS) - 1);
    u32::try_from(folded).unwrap_or_default()
}
