//! Which closed matters are looked at again (paper R60: random sampling): drawn by chance that nobody can choose, and that anybody can draw
//! again.
//!
//! The seed is the digest of the area, the period and every matter that could be drawn. Nobody knows it before the last of them is closed,
//! and everybody who has the same matters finds the same seed and the same sample, in whatever order they came.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use wangge_model::id::RecordId;
use wangge_model::time::Date;

/// What a draw starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub [u8; 8]);

impl std::fmt::Display for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// How many of a thousand are drawn of each stratum, but one at least.
pub const SHARE_PERMILLE: usize = 50;

/// The seed of a draw among these, by stratum; the end is the day after the last.
#[must_use]
pub fn seed(
    area: &str,
    (from, until): (Date, Date),
    strata: &BTreeMap<String, Vec<RecordId>>,
) -> Seed {
    let mut all: Vec<&RecordId> = strata.values().flatten().collect();
    all.sort_unstable();
    all.dedup();
    let mut hasher = Sha256::new();
    hasher.update(format!("wangge/sample/1\n{area}\n{from}\n{until}\n"));
    for id in all {
        hasher.update(id.as_bytes());
    }
    let digest = hasher.finalize();
    let mut seed = [0; 8];
    for (to, from) in seed.iter_mut().zip(digest) {
        *to = from;
    }
    Seed(seed)
}

/// The sample: of each stratum so many of a thousand, rounded up; by stratum and id.
#[must_use]
pub fn draw(
    seed: Seed,
    strata: &BTreeMap<String, Vec<RecordId>>,
) -> BTreeMap<String, Vec<RecordId>> {
    let one = |ids: &Vec<RecordId>| {
        let mut lots: Vec<([u8; 32], RecordId)> =
            ids.iter().map(|id| (lot(seed, *id), *id)).collect();
        lots.sort_unstable();
        lots.dedup();
        let wanted = lots.len().saturating_mul(SHARE_PERMILLE).div_ceil(1000);
        let mut drawn: Vec<RecordId> = lots.into_iter().take(wanted).map(|(_, id)| id).collect();
        drawn.sort_unstable();
        drawn
    };
    strata
        .iter()
        .map(|(stratum, ids)| (stratum.clone(), one(ids)))
        .collect()
}

fn lot(seed: Seed, id: RecordId) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(seed.0);
    hasher.update(id.as_bytes());
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u8) -> RecordId {
        RecordId::mint(i64::from(n), [n; 10])
    }

    fn period() -> (Date, Date) {
        (
            Date::new(2026, 10, 1).unwrap(),
            Date::new(2026, 11, 1).unwrap(),
        )
    }

    fn grids(sizes: &[u8]) -> BTreeMap<String, Vec<RecordId>> {
        let mut next = 0;
        let grid = |(place, size): (usize, &u8)| {
            let ids = (0..*size).map(|_| {
                next += 1;
                id(next)
            });
            (format!("41052210000100{place}"), ids.collect())
        };
        sizes.iter().enumerate().map(grid).collect()
    }

    #[test]
    fn every_grid_gives_its_share_and_one_at_least() {
        let strata = grids(&[1, 19, 21, 100, 0]);
        let drawn = draw(seed("410522100001", period(), &strata), &strata);
        let many: Vec<usize> = drawn.values().map(Vec::len).collect();
        assert_eq!(many, [1, 1, 2, 5, 0]);
        for (grid, ids) in &drawn {
            assert!(ids.iter().all(|id| strata[grid].contains(id)));
        }
    }

    #[test]
    fn one_more_closed_matter_is_another_draw() {
        let strata = grids(&[100]);
        let first = seed("410522", period(), &strata);
        let mut more = strata.clone();
        more.values_mut().next().unwrap().push(id(200));
        assert_ne!(seed("410522", period(), &more), first);
        assert_ne!(seed("410523", period(), &strata), first);
        let drawn = draw(first, &strata);
        let other = draw(Seed([7; 8]), &strata);
        assert_ne!(drawn, other, "by chance, not by place");
        assert_eq!(first.to_string().len(), 16);
    }

    proptest! {
        #[test]
        fn whoever_draws_draws_the_same(ids in prop::collection::vec(any::<u8>(), 0..60).prop_shuffle()) {
            let ids: Vec<RecordId> = ids.into_iter().map(id).collect();
            let mut other = ids.clone();
            other.reverse();
            let one = BTreeMap::from([("g".to_owned(), ids)]);
            let two = BTreeMap::from([("g".to_owned(), other)]);
            let (first, second) = (seed("4", period(), &one), seed("4", period(), &two));
            prop_assert_eq!(first, second);
            prop_assert_eq!(draw(first, &one), draw(second, &two));
        }
    }
}
