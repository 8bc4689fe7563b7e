//! Seeded dice: the same seed, the same workload.

/// splitmix64.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of `from` up to, and without, `until`.
    pub(crate) fn within(&mut self, from: u64, until: u64) -> u64 {
        from + self.roll() % until.saturating_sub(from).max(1)
    }

    /// One of so many.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(bound.max(1)).unwrap_or(u64::MAX)).unwrap_or(0)
    }

    pub(crate) fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.below(words.len())).copied().unwrap_or("")
    }

    /// One character of a text.
    pub(crate) fn character(&mut self, of: &str) -> char {
        of.chars()
            .nth(self.below(of.chars().count()))
            .unwrap_or('一')
    }

    /// So many different ones of `0..bound`, in an order of chance.
    pub(crate) fn sample(&mut self, number: usize, bound: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..bound).collect();
        let number = number.min(bound);
        for at in 0..number {
            let other = at + self.below(bound - at);
            all.swap(at, other);
        }
        all.truncate(number);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_repeats_nothing_and_follows_its_seed() {
        let drawn = |seed| Dice::new(seed).sample(50, 1_500);
        let mut sorted = drawn(1);
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 50);
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
    }
}
