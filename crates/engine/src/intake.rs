//! First stage: what came in is judged by its own bytes and appended durably. No record is loaded.
//!
//! One bad item never stops the others: it is held with its reason, and the chain goes on behind it.

mod commits;
mod entries;
mod examine;

use wangge_model::id::{CommitId, Key};
use wangge_model::reason::Reason;

use crate::tx::ChainId;

pub(crate) use commits::{Pushed, receive_commits};
pub(crate) use entries::{Sender, Told, receive_entries};
pub(crate) use examine::{Examined, commit_row, examine, part_outline};

/// What was received of a batch.
#[derive(Debug, Default)]
pub(crate) struct Received {
    /// Commits that were new, whether held or not.
    pub(crate) commits: u64,
    /// The sequences that were touched, to be receipted.
    pub(crate) chains: std::collections::BTreeSet<ChainId>,
    /// What was held at once.
    pub(crate) held: Vec<(CommitId, Reason)>,
    /// The parent spoke of a commit of this phone that the store does not have.
    pub(crate) stray: bool,
    /// Where another hub's word could not be taken.
    pub(crate) alarms: Vec<(CommitId, Reason)>,
}

impl Received {
    /// Counts in what came after.
    fn add(&mut self, later: Self) {
        self.commits += later.commits;
        self.chains.extend(later.chains);
        self.held.extend(later.held);
        self.stray |= later.stray;
        self.alarms.extend(later.alarms);
    }
}

/// Why a push is not taken now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy;

/// Who brought a commit, for the columns of one that cannot be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bearer {
    pub(crate) device: Key,
    pub(crate) chain: ChainId,
    pub(crate) place: u64,
}
