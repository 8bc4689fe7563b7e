//! What the people of the world were told, kept apart from every machine: the account that the laws are held against.

use std::collections::BTreeMap;

use wangge_model::area::Area;
use wangge_model::id::{CommitId, RecordId};
use wangge_model::kind::Kind;

use crate::place::NodeNo;

/// A commit of which somebody was told that it is saved.
#[derive(Debug, Clone)]
pub struct Saved {
    /// Its id.
    pub commit: CommitId,
    /// Where it was made.
    pub node: NodeNo,
    /// Its place in the device's chain, from its own store.
    pub device_seq: u64,
    /// Its very bytes; with a planted fault of the phone's memory in them where `corrupt`.
    pub bytes: Vec<u8>,
    /// Whether the phone sends it with a broken signature: it must be held, and nothing else because of it.
    pub corrupt: bool,
    /// Whether it went down with a lost phone before any other machine had it: nobody can have it any more.
    pub lost_with_phone: bool,
}

/// A record that somebody made.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its id.
    pub record: RecordId,
    /// What it is about.
    pub kind: Kind,
    /// Where it was made.
    pub area: Area,
    /// Where it was moved to, in the order of saving; which of them holds, the county knows.
    pub moved: Vec<Area>,
}

impl Made {
    /// Whether it ever stood within an area.
    #[must_use]
    pub fn was_in(&self, area: &Area) -> bool {
        area.contains(&self.area) || self.moved.iter().any(|moved| area.contains(moved))
    }
}

/// The account.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Every commit, in the order of saving.
    pub saved: Vec<Saved>,
    /// Every record, in the order of making.
    pub made: Vec<Made>,
    /// Held commits that a node has heard of: (node, commit).
    pub held: Vec<(NodeNo, CommitId)>,
    /// Acts that were refused at once, by reason; they leave nothing.
    pub refused: BTreeMap<String, u64>,
    /// Faults that struck.
    pub faults: u64,
    /// Acts that were tried.
    pub acts: u64,
}

impl Ledger {
    /// How many commits a node was told of.
    #[must_use]
    pub fn saved_by(&self, node: NodeNo) -> usize {
        self.saved.iter().filter(|saved| saved.node == node).count()
    }
}
