//! Buck passing (R30): how often a unit gives back what is its own.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use wangge_model::step::{Part, StepKind};
use wangge_model::time::Ms;

use crate::matter::{LogEntry, Params, trace};

/// A place on a matter's way between the units that lead.
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

/// A matter's way, from the entries of its log in whatever order; what is void is no part of it.
#[must_use]
pub fn hops<'a>(log: &'a [LogEntry], params: &Params) -> Vec<Hop<'a>> {
    let by_key: BTreeMap<&str, &LogEntry> = log
        .iter()
        .map(|entry| (entry.key.as_str(), entry))
        .collect();
    let mut assists: BTreeSet<&str> = BTreeSet::new();
    let mut lead: Option<&str> = None;
    let mut way = Vec::new();
    let (_, taken) = trace(log, params);
    for step in taken.iter().filter(|step| step.void.is_none()) {
        let Some(entry) = by_key.get(step.entry.as_str()) else {
            continue;
        };
        let (said, at) = (&entry.step, entry.step.at_ms);
        match said.kind {
            StepKind::Dispatch if said.detail.part == Some(Part::Assist) => {
                assists.insert(&entry.key);
            }
            StepKind::Dispatch => {
                let unit = said.to.as_deref().unwrap_or_default();
                lead = Some(unit);
                way.push(Hop::Dispatched { unit, at });
            }
            StepKind::Return => {
                let assist = said
                    .detail
                    .re
                    .as_deref()
                    .is_some_and(|key| assists.contains(key));
                let unit = if assist { None } else { lead.take() };
                way.extend(unit.map(|unit| Hop::Returned { unit, at }));
            }
            _ => {}
        }
    }
    way
}

/// The buck-passing index of each unit, from the ways of matters, each in the order of its log.
///
/// A return is *unfounded* if the matter was dispatched to the same unit again later (by the office that dispatches, or by arbitration, which
/// so decided that it is its own), or if it was not the unit's first return of that matter. Index = 1000 × unfounded ÷ dispatched. The order of
/// the matters does not matter.
#[must_use]
pub fn buck_passing<'a, 'b>(
    matters: impl IntoIterator<Item = &'b [Hop<'a>]>,
) -> BTreeMap<&'a str, Passing>
where
    'a: 'b,
{
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
                Hop::Returned { unit, at } => {
                    let passing = units.entry(unit).or_default();
                    passing.returned += 1;
                    let again = !returned.insert(unit);
                    let later = way.get(nth + 1..).unwrap_or_default();
                    if again || comes_back(unit, later) {
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

#[cfg(test)]
mod tests;
