//! What can go wrong in this crate, and whose fault it is.

use crate::gate::GateError;

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The calling program asked for what cannot be.
    Caller,
    /// Another replica sent what must not be.
    Peer,
    /// Disk, network, or whoever typed the input.
    World,
    /// A mistake of ours.
    Bug,
}

/// Everything that can go wrong in this crate. Texts carry ids and places, never the text of a record.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An id of another length than its kind has.
    #[error("{what}: {found} bytes where {expected} belong")]
    IdLength {
        /// Which id.
        what: &'static str,
        /// Bytes it has.
        expected: usize,
        /// Bytes handed in.
        found: usize,
    },
    /// An id whose text or version is not its kind's.
    #[error("{what}: not {form}")]
    IdForm {
        /// Which id.
        what: &'static str,
        /// The form it must have.
        form: &'static str,
    },
    /// A word that the list does not have.
    #[error("unknown {what}")]
    Word {
        /// The list.
        what: &'static str,
    },
    /// Not a division or grid code.
    #[error("area: {why}")]
    Area {
        /// What is wrong with it.
        why: &'static str,
    },
    /// Not a date or time.
    #[error("time: {why}")]
    Time {
        /// What is wrong with it.
        why: &'static str,
    },
    /// A change that the gate refuses.
    #[error("the gate refused the change")]
    Gate(#[from] GateError),
    /// A stored document that cannot be read.
    #[error("reading a document of {bytes} bytes")]
    LoadDoc {
        /// Its size.
        bytes: usize,
        /// What automerge says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A change that a document does not take.
    #[error("applying change {index} of the batch")]
    ApplyChange {
        /// Its place in the batch, from 0.
        index: usize,
        /// What automerge says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A change that builds on one that the document lacks.
    #[error("change {index} of the batch builds on a change that is not here")]
    MissingDependency {
        /// Its place in the batch, from 0.
        index: usize,
    },
    /// A change whose sequence or operation numbers do not follow from what it builds on.
    #[error("change {index} of the batch: {why}")]
    Misfit {
        /// Its place in the batch, from 0.
        index: usize,
        /// What does not follow.
        why: &'static str,
    },
    /// A document that is not what it should be after a change, or after it was saved and loaded.
    #[error("the document is not what it should be")]
    Unstable,
    /// Writing edits into a document.
    #[error("writing {ops} operations")]
    WriteDoc {
        /// How many.
        ops: usize,
        /// What automerge says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Edits that make a change which the gate refuses: too many, or too long.
    #[error("the edits do not make a change that may travel")]
    WriteRefused(#[source] GateError),
    /// The edits leave the document as it is.
    #[error("nothing to write: every field already has that value")]
    NothingToWrite,
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::IdLength { .. }
            | Self::IdForm { .. }
            | Self::Word { .. }
            | Self::Area { .. }
            | Self::Time { .. } => Fault::World,
            Self::Gate(_)
            | Self::ApplyChange { .. }
            | Self::MissingDependency { .. }
            | Self::Misfit { .. }
            | Self::Unstable => Fault::Peer,
            Self::LoadDoc { .. } => Fault::World,
            Self::NothingToWrite | Self::WriteRefused(_) => Fault::Caller,
            Self::WriteDoc { .. } => Fault::Bug,
        }
    }

    /// Whether the same call may succeed later: only a missing change can still arrive.
    #[must_use]
    pub fn retry(&self) -> bool {
        matches!(self, Self::MissingDependency { .. })
    }
}
