//! Matters that are one: who leads, and how many stand behind it.

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::id::RecordId;

use super::Report;
use crate::likeness::forest::Forest;

/// Matters that are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The one reported first: it leads.
    pub head: RecordId,
    /// All of them, by time.
    pub members: Vec<RecordId>,
    /// How many different people reported; each report by an unknown counts as one more.
    pub reporters: u32,
    /// How many stand behind it: the reporters, and the supports of every report.
    pub supporters: u32,
}

/// The groups that pairs join: those found by [`search`], or those decided by people. Pairs that name no report are passed over.
#[must_use]
pub fn groups(
    reports: &[Report<'_>],
    pairs: impl IntoIterator<Item = (RecordId, RecordId)>,
) -> Vec<Group> {
    let mut reports: Vec<&Report<'_>> = reports.iter().collect();
    reports.sort_by_key(|report| (report.at, report.id));
    let places: BTreeMap<RecordId, usize> = reports
        .iter()
        .enumerate()
        .map(|(at, report)| (report.id, at))
        .collect();
    let mut forest = Forest::new(reports.len());
    for (a, b) in pairs {
        if let (Some(a), Some(b)) = (places.get(&a), places.get(&b)) {
            forest.join(*a, *b);
        }
    }
    let sets = forest.sets().into_iter();
    sets.filter_map(|set| {
        let members: Vec<&Report<'_>> = set
            .iter()
            .filter_map(|at| reports.get(*at).copied())
            .collect();
        let known: BTreeSet<&str> = members
            .iter()
            .filter_map(|report| report.reporter)
            .collect();
        let unknown = members
            .iter()
            .filter(|report| report.reporter.is_none())
            .count();
        let reporters = u32::try_from(known.len() + unknown).unwrap_or(u32::MAX);
        let supports = members
            .iter()
            .fold(0_u32, |sum, report| sum.saturating_add(report.supports));
        Some(Group {
            head: members.first()?.id,
            members: members.iter().map(|report| report.id).collect(),
            reporters,
            supporters: reporters.saturating_add(supports),
        })
    })
    .collect()
}
