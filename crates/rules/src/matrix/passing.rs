//! Buck passing (R30): how often a unit gives back what is its own.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use wangge_model::time::Ms;

/// A place on a matter's way between units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hop<'a> {
    /// It was dispatched to a unit.
    Dispatched {
        /// To which.
        unit: &'a str,
        /// When.
        at: Ms,
    },
    /// A unit gave it back.
    Returned {
        /// Which.
        unit: &'a str,
        /// When.
        at: Ms,
        /// Whether arbitration found that it had good reason; `None` if nobody was asked.
        upheld: Option<bool>,
    },
}

/// How a unit deals with what it is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Passing {
    /// How often something was dispatched to it.
    pub dispatched: u32,
    /// How often it gave something back.
    pub returned: u32,
    /// How often it did so without good reason.
    pub unfounded: u32,
    /// How long it had kept what it gave back without good reason, in milliseconds.
    pub held_ms: i64,
    /// The index: unfounded returns of a thousand dispatches, 1000 at most.
    pub index_permille: u32,
}

/// The buck-passing index of each unit, from the ways of matters, each in the order of its log.
///
/// A return is *unfounded* if arbitration said so; or, where nobody was asked, if the matter was dispatched to the same unit again
/// later, or if it was not the unit's first return of that matter. One that was upheld counts for nothing. Index = 1000 × unfounded ÷ dispatched.
/// The order of the matters does not matter.
#[must_use]
pub fn buck_passing<'a>(
    matters: impl IntoIterator<Item = &'a [Hop<'a>]>,
) -> BTreeMap<&'a str, Passing> {
    let mut units: BTreeMap<&str, Passing> = BTreeMap::new();
    for way in matters {
        let mut given: BTreeMap<&str, Ms> = BTreeMap::new();
        let mut returned: BTreeSet<&str> = BTreeSet::new();
        for (nth, hop) in way.iter().enumerate() {
            match *hop {
                Hop::Dispatched { unit, at } => {
                    given.insert(unit, at);
                    units.entry(unit).or_default().dispatched += 1;
                }
                Hop::Returned { unit, at, upheld } => {
                    let passing = units.entry(unit).or_default();
                    passing.returned += 1;
                    let again = !returned.insert(unit);
                    let later = way.get(nth + 1..).unwrap_or_default();
                    if !upheld.unwrap_or(!again && !comes_back(unit, later)) {
                        passing.unfounded += 1;
                        let since = given.get(unit).map_or(at, |since| *since);
                        let held = at.0.saturating_sub(since.0).max(0);
                        passing.held_ms = passing.held_ms.saturating_add(held);
                    }
                }
            }
        }
    }
    for passing in units.values_mut() {
        let permille = u64::from(passing.unfounded) * 1000 / u64::from(passing.dispatched.max(1));
        passing.index_permille = u32::try_from(permille.min(1000)).unwrap_or(1000);
    }
    units
}

fn comes_back(unit: &str, later: &[Hop]) -> bool {
    later
        .iter()
        .any(|hop| matches!(hop, Hop::Dispatched { unit: to, .. } if *to == unit))
}
