//! What can go wrong that is not a peer's doing: a peer's bytes never end a step with an error, they end with a fault on its link.

use wangge_model::id::Key;

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Whoever called us asked for something that makes no sense.
    Caller,
    /// Somebody else's bytes.
    Peer,
    /// The disk, the memory, the clock.
    World,
    /// We.
    Bug,
}

/// The cause that a store gives, as it comes.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What a transaction answers when it cannot do as asked.
#[derive(Debug, thiserror::Error)]
pub enum TxError {
    /// The store could not read or write.
    #[error("store: {doing}")]
    Store {
        /// What was being done.
        doing: &'static str,
        /// Whether waiting may help (busy, disk full).
        retry: bool,
        /// The store's own error.
        #[source]
        cause: Cause,
    },
    /// A commit of the transaction whose outcome the store cannot tell.
    #[error("store: committing, and whether it happened is unknown")]
    Unknown {
        /// The store's own error.
        #[source]
        cause: Cause,
    },
    /// Rows that must not exist exist.
    #[error("store: {what} exists already")]
    Exists {
        /// Which kind of row.
        what: &'static str,
    },
    /// A row says what no row can say.
    #[error("store: a row of {what} cannot be read")]
    Row {
        /// Which kind of row.
        what: &'static str,
        /// What was wrong with it.
        #[source]
        cause: Cause,
    },
}

impl TxError {
    /// Whose fault it is.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Store { .. } | Self::Unknown { .. } | Self::Row { .. } => Fault::World,
            Self::Exists { .. } => Fault::Bug,
        }
    }

    /// Whether the same step may succeed later, on an engine opened anew.
    #[must_use]
    pub fn retry(&self) -> bool {
        match self {
            Self::Store { retry, .. } => *retry,
            Self::Unknown { .. } => true,
            Self::Exists { .. } | Self::Row { .. } => false,
        }
    }

    /// Whether the transaction may have happened in spite of the error.
    #[must_use]
    pub fn unknown_outcome(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }
}

/// Why a step could not be done. The transaction is rolled back, and the engine must be opened anew.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store said no.
    #[error(transparent)]
    Tx(#[from] TxError),
    /// The store holds no node yet: found one first.
    #[error("opening: this store holds no node")]
    NotFounded,
    /// The store holds a node already.
    #[error("founding: this store holds a node already")]
    Founded,
    /// An earlier step failed.
    #[error("this engine is broken by an earlier error: open it anew")]
    Broken,
    /// The store belongs to another key.
    #[error("opening: this store belongs to {expected}, the key at hand is {found}")]
    ForeignKey {
        /// The node's key.
        expected: Key,
        /// The signer's.
        found: Key,
    },
    /// What was asked of this node makes no sense for its kind.
    #[error("{doing}: not for this kind of node")]
    WrongNode {
        /// What was asked.
        doing: &'static str,
    },
    /// The engine's own notes in the store cannot be read.
    #[error("reading {what} from the store: it is not what was written")]
    Corrupt {
        /// Which note.
        what: &'static str,
    },
    /// A document in the store cannot be read or written by automerge.
    #[error("{doing} a stored document")]
    Document {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        #[source]
        cause: wangge_model::Error,
    },
    /// We made bytes that we ourselves refuse.
    #[error("{doing}: our own bytes are refused")]
    Own {
        /// What was being done.
        doing: &'static str,
        /// The cause.
        #[source]
        cause: wangge_wire::WireError,
    },
}

impl EngineError {
    /// Whose fault it is.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Tx(error) => error.fault(),
            Self::NotFounded
            | Self::Founded
            | Self::Broken
            | Self::ForeignKey { .. }
            | Self::WrongNode { .. } => Fault::Caller,
            Self::Corrupt { .. } | Self::Document { .. } => Fault::World,
            Self::Own { .. } => Fault::Bug,
        }
    }

    /// Whether the same step may succeed later.
    #[must_use]
    pub fn retry(&self) -> bool {
        matches!(self, Self::Tx(error) if error.retry())
    }
}
