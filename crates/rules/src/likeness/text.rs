//! How alike two texts are, in whole numbers: the cosine of their runs of characters, where a rare run weighs more.
//!
//! Chinese has no spaces, so a text is taken as its runs of three characters and a title as its runs of two. A run that stands in `f`
//! of `n` texts weighs log2(n/f), as in any search engine; «the leader, hello» then weighs next to nothing, the name of a street much.

/// A text's runs and those of its title: sorted, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Runs {
    /// Runs of three characters of title and text.
    pub(crate) text: Vec<u32>,
    /// Runs of two characters of the title.
    pub(crate) title: Vec<u32>,
    /// Runs of three characters of the title.
    pub(crate) title_long: Vec<u32>,
}

/// Two texts compared, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alike {
    /// The whole texts.
    pub text: u32,
    /// The titles.
    pub title: u32,
}

impl Runs {
    /// The runs of a title and a text; a text without title is its own, by its beginning.
    pub(crate) fn of(title: &str, text: &str) -> Self {
        const BEGINNING: usize = 30;
        let (mut head, body) = (letters(title), letters(text));
        if head.is_empty() {
            head = body.iter().copied().take(BEGINNING).collect();
        }
        let title_long = runs(&head, 3);
        let mut all = title_long.clone();
        all.extend(runs(&body, 3));
        all.sort_unstable();
        all.dedup();
        Self {
            text: all,
            title: runs(&head, 2),
            title_long,
        }
    }
}

/// The letters and digits of a text: full-width ones made narrow, letters small, everything else left out.
fn letters(text: &str) -> Vec<char> {
    // What a spreadsheet's export leaves of a line break.
    text.split("_x000D_")
        .flat_map(str::chars)
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(u32::from(c).wrapping_sub(0xfee0)).unwrap_or(c)
            }
            _ => c,
        })
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// The runs of `len` characters, each as a hash (FNV-1a), sorted, each once. Two runs with one hash cost a little precision, no more.
fn runs(letters: &[char], len: usize) -> Vec<u32> {
    let mut runs: Vec<u32> = letters
        .windows(len)
        .map(|run| {
            run.iter().fold(0x811c_9dc5_u32, |hash, c| {
                (hash ^ u32::from(*c)).wrapping_mul(0x0100_0193)
            })
        })
        .map(|hash| hash ^ (hash >> 15))
        .collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

/// Fewer texts than this say nothing about what is rare in the language: weights are then as if there were so many.
const TEXTS_MIN: u32 = 1000;

/// How often each run stands in a set of texts.
#[derive(Clone, Debug)]
pub(crate) struct Frequencies {
    /// By slot: in how many texts a run of that slot stands.
    counts: Vec<u32>,
    /// By slot: the square of the weight, in 1/256.
    weights2: Vec<u32>,
}

impl Frequencies {
    /// Counts the runs of `texts`.
    pub(crate) fn count<'a>(texts: impl Iterator<Item = &'a [u32]> + Clone) -> Self {
        const SLOTS_MIN: usize = 1 << 12;
        const SLOTS_MAX: usize = 1 << 23;
        let runs: usize = texts.clone().map(<[u32]>::len).sum();
        let slots = runs.clamp(SLOTS_MIN, SLOTS_MAX).next_power_of_two();
        let mut counts = vec![0_u32; slots];
        let mut total = 0_u32;
        for text in texts {
            total += 1;
            for run in text {
                if let Some(count) = counts.get_mut(*run as usize & (slots - 1)) {
                    *count += 1;
                }
            }
        }
        let log_total = log2_q4(total.max(TEXTS_MIN));
        let weights2 = counts
            .iter()
            .map(|count| log_total.saturating_sub(log2_q4(*count)).pow(2))
            .collect();
        Self { counts, weights2 }
    }

    fn slot(&self, run: u32) -> usize {
        run as usize & (self.counts.len() - 1)
    }

    /// In how many texts the run stands.
    pub(crate) fn of(&self, run: u32) -> u32 {
        self.counts.get(self.slot(run)).copied().unwrap_or(0)
    }

    /// The square of a run's weight, in 1/256.
    fn weight2(&self, run: u32) -> u64 {
        self.weights2
            .get(self.slot(run))
            .map_or(0, |weight2| u64::from(*weight2))
    }

    /// The square of a text's length.
    pub(crate) fn norm2(&self, runs: &[u32]) -> u64 {
        runs.iter().map(|run| self.weight2(*run)).sum()
    }

    /// The cosine of two texts, in thousandths.
    pub(crate) fn cosine(&self, a: &[u32], a_norm2: u64, b: &[u32], b_norm2: u64) -> u32 {
        let mut shared = 0_u64;
        let (mut left, mut right) = (a, b);
        while let ([x, left_rest @ ..], [y, right_rest @ ..]) = (left, right) {
            if x == y {
                shared += self.weight2(*x);
            }
            if x <= y {
                left = left_rest;
            }
            if y <= x {
                right = right_rest;
            }
        }
        let whole = (u128::from(a_norm2) * u128::from(b_norm2)).isqrt();
        (u128::from(shared) * 1000)
            .checked_div(whole)
            .map_or(0, |cosine| u32::try_from(cosine.min(1000)).unwrap_or(1000))
    }
}

/// The binary logarithm in sixteenths, rounded down; 0 for 0.
fn log2_q4(number: u32) -> u32 {
    let whole = number.checked_ilog2().unwrap_or(0);
    // The number between 1 and 2, with 31 bits behind the point, squared once for each bit of the answer.
    let mut rest = u64::from(number.max(1)) << (31 - whole);
    (0..4).fold(whole, |answer, _| {
        rest = (rest * rest) >> 31;
        let bit = u32::from(rest >= 1 << 32);
        rest >>= bit;
        (answer << 1) | bit
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn alike(a: (&str, &str), b: (&str, &str)) -> Alike {
        let others = [
            "路灯不亮了",
            "井盖丢失请尽快处理",
            "小区停车位收费太贵",
            "公交车等了四十分钟",
        ];
        let mut texts = vec![Runs::of(a.0, a.1), Runs::of(b.0, b.1)];
        texts.extend(others.iter().map(|text| Runs::of(text, text)));
        let text = Frequencies::count(texts.iter().map(|runs| runs.text.as_slice()));
        let title = Frequencies::count(texts.iter().map(|runs| runs.title.as_slice()));
        let cosine = |f: &Frequencies, x: &[u32], y: &[u32]| f.cosine(x, f.norm2(x), y, f.norm2(y));
        Alike {
            text: cosine(&text, &texts[0].text, &texts[1].text),
            title: cosine(&title, &texts[0].title, &texts[1].title),
        }
    }

    #[test]
    fn signs_and_widths_count_for_nothing() {
        let a = ("投诉A2区丽发新城搅拌站", "噪音太大，无法睡觉！");
        let b = ("投诉Ａ２区丽发新城，搅拌站。", "噪音太大_x000D_\n 无法睡觉");
        assert_eq!(
            alike(a, b),
            Alike {
                text: 1000,
                title: 1000
            }
        );
        let other = alike(a, ("咨询公积金贷款", "首套房如何申请公积金"));
        assert_eq!(other, Alike { text: 0, title: 0 });
    }

    #[test]
    fn a_text_without_a_title_lends_its_beginning() {
        let untitled = Runs::of("", "丽发新城搅拌站噪音太大");
        assert_eq!(untitled.title, Runs::of("丽发新城搅拌站噪音太大", "").title);
        assert_eq!(Runs::of("", ""), Runs::default());
    }

    #[test]
    fn logarithms_in_sixteenths() {
        for (number, sixteenths) in [
            (0, 0),
            (1, 0),
            (2, 16),
            (3, 25),
            (4, 32),
            (1000, 159),
            (u32::MAX, 511),
        ] {
            assert_eq!(log2_q4(number), sixteenths, "{number}");
        }
    }

    proptest! {
        #[test]
        fn likeness_has_no_direction(a in "[甲乙丙丁戊0-9]{0,40}", b in "[甲乙丙丁戊0-9]{0,40}") {
            let (there, back) = (alike((&a, &a), (&b, &b)), alike((&b, &b), (&a, &a)));
            prop_assert_eq!(there, back);
            prop_assert!(there.text <= 1000 && there.title <= 1000);
        }
    }
}
