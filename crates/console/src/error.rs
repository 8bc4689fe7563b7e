//! What a desk can fail with.

use std::error::Error;
use std::time::Duration;

use wangge_model::Fault;
use wangge_views::rows::{Label, ReasonText};

/// What is wrong with something that a director wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The rule's code.
    pub code: String,
    /// What is wrong and what would be right, in both languages.
    pub why: Label,
    /// The key of the field at which it is; empty where none is to blame.
    pub field: String,
}

/// Why a [`Desk`](crate::Desk) did not answer.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// There is no such record, or it is not held here.
    #[error("looking up a record that is not held here")]
    NoRecord,
    /// There is no such held commit.
    #[error("answering a commit that is not held here")]
    NoCommit,
    /// The engine does not let this director do this.
    #[error("acting against the rules: {}", .0.code)]
    Refused(Box<ReasonText>),
    /// What was typed, or the step, is not as the rules want it.
    #[error("writing what the rules do not take: {}", .0.code)]
    Wrong(Box<Wrong>),
    /// Something else happened to the field or the commit since the page showed it.
    #[error("acting on what has changed meanwhile")]
    Stale,
    /// The hub's queue is full.
    #[error("waiting for a hub that has too much to do")]
    Busy,
    /// The hub is going down.
    #[error("asking a hub that is stopping")]
    Stopping,
    /// The store did not give an answer.
    #[error("reading or writing the hub's store")]
    Store(#[source] Box<dyn Error + Send + Sync>),
    /// A mistake in the program.
    #[error("answering the console")]
    Bug(#[source] Box<dyn Error + Send + Sync>),
}

impl DeskError {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::NoRecord | Self::NoCommit | Self::Refused(_) | Self::Wrong(_) | Self::Stale => {
                Fault::Caller
            }
            Self::Busy | Self::Stopping | Self::Store(_) => Fault::World,
            Self::Bug(_) => Fault::Bug,
        }
    }

    /// When the same request may succeed; `None` where it will not.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy => Some(Duration::from_secs(2)),
            Self::Stopping | Self::Store(_) => Some(Duration::from_secs(15)),
            Self::NoRecord
            | Self::NoCommit
            | Self::Refused(_)
            | Self::Wrong(_)
            | Self::Stale
            | Self::Bug(_) => None,
        }
    }
}
