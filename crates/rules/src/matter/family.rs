//! Case families: matters that are dealt with in one of them.
//!
//! Each merged matter names in its own log the one that leads. Two members may merge two matters into each other without knowing it, or
//! build a ring over three; the families are found all the same, and alike everywhere.

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::id::RecordId;

use super::state::MatterState;

/// The matter that leads each merged one in the end. `merged` says for each merged matter into which it was merged. Of a ring the one
/// with the lowest id leads; a matter that is merged into itself leads itself.
#[must_use]
pub fn leads(merged: &BTreeMap<RecordId, RecordId>) -> BTreeMap<RecordId, RecordId> {
    merged
        .keys()
        .map(|&matter| (matter, lead_of(matter, merged)))
        .collect()
}

fn lead_of(matter: RecordId, merged: &BTreeMap<RecordId, RecordId>) -> RecordId {
    let mut seen = BTreeSet::new();
    let mut at = matter;
    while let Some(&next) = merged.get(&at) {
        if !seen.insert(at) {
            return lowest_of_ring(at, merged);
        }
        at = next;
    }
    at
}

/// The lowest id of the ring in which `start` stands.
fn lowest_of_ring(start: RecordId, merged: &BTreeMap<RecordId, RecordId>) -> RecordId {
    let mut lowest = start;
    let mut at = start;
    while let Some(&next) = merged.get(&at).filter(|next| **next != start) {
        lowest = lowest.min(next);
        at = next;
    }
    lowest
}

/// How many stand behind a family beside the lead's own reporter: the supporters of each of its matters, and the reporters of the merged.
#[must_use]
pub fn supporters<'a>(
    lead: &MatterState,
    merged: impl IntoIterator<Item = &'a MatterState>,
) -> u32 {
    merged.into_iter().fold(lead.supporters, |sum, matter| {
        sum.saturating_add(1).saturating_add(matter.supporters)
    })
}
