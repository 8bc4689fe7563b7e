//! What can go wrong in a store, whose fault it is, and whether to try again.

use std::path::PathBuf;

use rusqlite::{ErrorCode, ffi};
use thiserror::Error;
use wangge_engine::error::TxError;

pub use wangge_model::Fault;

/// Everything the store can fail with. Paths are the caller's; no content of a record is ever in it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no file, and the mode does not allow one to be made.
    #[error("there is no store at {path}")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is encrypted and no key was given.
    #[error("the store at {path} is encrypted: open it with its key")]
    KeyMissing {
        /// The store.
        path: PathBuf,
    },
    /// The file does not open under this key.
    #[error("the key does not open the store at {path}: use the key that it was made with")]
    KeyWrong {
        /// The store.
        path: PathBuf,
    },
    /// The file is a plain store and a key was given.
    #[error("the store at {path} is not encrypted: open it without a key")]
    KeyNeedless {
        /// The store.
        path: PathBuf,
    },
    /// The file is something else. It is not touched.
    #[error("{path} is not a wangge store; it was left as it is")]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a later program.
    #[error(
        "this store was written by a newer wangge ({part} schema {found}, this program knows {known}): update the program"
    )]
    Newer {
        /// Whose tables: `store`, or the name of a [`crate::Ladder`].
        part: &'static str,
        /// The version in the file.
        found: u32,
        /// The latest version that this program knows.
        known: u32,
    },
    /// A reader met a store of an earlier program.
    #[error(
        "this store was written by an older wangge (schema {found}, this program reads {known}): open it to write once, that brings it up to date"
    )]
    Older {
        /// The version in the file.
        found: u32,
        /// The version that this program reads.
        known: u32,
    },
    /// The file's content is damaged. Set it aside and salvage it; never delete it.
    #[error("the store is damaged (while {doing}): set it aside and salvage it")]
    Corrupt {
        /// What we were doing.
        doing: &'static str,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// A value in the file is not one that this program writes.
    #[error("the store is damaged (while {doing}): {what} holds what no wangge writes")]
    Value {
        /// What we were doing.
        doing: &'static str,
        /// Which column; never the value.
        what: &'static str,
    },
    /// [`crate::Store::check`] found damage.
    #[error("the store is damaged: {found}")]
    Damaged {
        /// What SQLite's own checks say: pages and indexes, no content.
        found: String,
    },
    /// What must not be there is there.
    #[error("{what} exists already (while {doing})")]
    Exists {
        /// What.
        what: &'static str,
        /// What we were doing.
        doing: &'static str,
    },
    /// What must be there is not.
    #[error("{what} is not stored (while {doing})")]
    Absent {
        /// What.
        what: &'static str,
        /// What we were doing.
        doing: &'static str,
    },
    /// A commit failed. Whether it happened is known after the next open: the disk has it or has it not.
    #[error("committing failed: whether it happened shows when the store is opened anew")]
    Commit {
        /// Why.
        #[source]
        source: Box<StoreError>,
    },
    /// No room. What was being written is not there; what was acknowledged is.
    #[error("the disk is full (while {doing}): free some space and try again")]
    Full {
        /// What we were doing.
        doing: &'static str,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// Another program holds the file's lock for longer than [`crate::limits::BUSY_MAX`].
    #[error("another program keeps the store busy (while {doing}): try again")]
    Busy {
        /// What we were doing.
        doing: &'static str,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// Another program wrote to the store since this one last did: whatever was kept of it in memory
    /// is stale.
    #[error("another program wrote to the store: open the engine anew")]
    Overtaken,
    /// A write was asked of a store that was opened to read.
    #[error("the store was opened to read only")]
    ReadOnly,
    /// The disk failed. Of a commit: whether it happened is known after the next open.
    #[error("the disk failed (while {doing})")]
    Disk {
        /// What we were doing.
        doing: &'static str,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// A file beside the database could not be handled.
    #[error("{doing} {path}")]
    File {
        /// What we were doing.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// SQLite refused a statement of ours.
    #[error("SQLite refused a statement (while {doing})")]
    Sql {
        /// What we were doing.
        doing: &'static str,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
}

impl StoreError {
    /// Who has to act.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Missing { .. }
            | Self::KeyMissing { .. }
            | Self::KeyWrong { .. }
            | Self::KeyNeedless { .. }
            | Self::NotOurs { .. }
            | Self::ReadOnly => Fault::Caller,
            Self::Commit { source } => source.fault(),
            Self::Newer { .. }
            | Self::Older { .. }
            | Self::Corrupt { .. }
            | Self::Value { .. }
            | Self::Damaged { .. }
            | Self::Full { .. }
            | Self::Busy { .. }
            | Self::Overtaken
            | Self::Disk { .. }
            | Self::File { .. } => Fault::World,
            Self::Exists { .. } | Self::Absent { .. } | Self::Sql { .. } => Fault::Bug,
        }
    }

    /// Whether the same call may succeed later without anybody changing the call.
    #[must_use]
    pub fn retry(&self) -> bool {
        match self {
            Self::Commit { source } => source.retry(),
            Self::Full { .. }
            | Self::Busy { .. }
            | Self::Overtaken
            | Self::Disk { .. }
            | Self::File { .. } => true,
            _ => false,
        }
    }

    /// Whether the file cannot be trusted any more and is to be set aside
    /// (see [`crate::salvage::set_aside`]).
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Commit { source } => source.is_damage(),
            _ => matches!(
                self,
                Self::Corrupt { .. } | Self::Value { .. } | Self::Damaged { .. }
            ),
        }
    }

    /// Sorts what SQLite said.
    pub(crate) fn sql(doing: &'static str, source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt { doing, source }
            }
            Some(ErrorCode::DiskFull) => Self::Full { doing, source },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::Busy { doing, source }
            }
            Some(
                ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::PermissionDenied,
            ) => Self::Disk { doing, source },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            _ => Self::Sql { doing, source },
        }
    }
}

impl StoreError {
    /// A row that must not exist: a unique key is taken, or something else went wrong.
    pub(crate) fn exists(what: &'static str, doing: &'static str, source: rusqlite::Error) -> Self {
        let taken = source.sqlite_error().is_some_and(|error| {
            [
                ffi::SQLITE_CONSTRAINT_UNIQUE,
                ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
                ffi::SQLITE_CONSTRAINT_ROWID,
            ]
            .contains(&error.extended_code)
        });
        if taken {
            Self::Exists { what, doing }
        } else {
            Self::sql(doing, source)
        }
    }

    /// A row that must exist: it does not, or something else went wrong.
    pub(crate) fn missing(
        what: &'static str,
        doing: &'static str,
        source: rusqlite::Error,
    ) -> Self {
        match source {
            rusqlite::Error::QueryReturnedNoRows => Self::Absent { what, doing },
            source => Self::sql(doing, source),
        }
    }
}

impl From<StoreError> for TxError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Exists { what, .. } => Self::Exists { what },
            StoreError::Commit { .. } => Self::Unknown {
                cause: Box::new(error),
            },
            StoreError::Value { what, .. } => Self::Row {
                what,
                cause: Box::new(error),
            },
            _ => Self::Store {
                doing: "reading or writing",
                retry: error.retry(),
                cause: Box::new(error),
            },
        }
    }
}

/// Says what we were doing when SQLite failed.
pub(crate) trait Doing<T> {
    /// Turns SQLite's error into ours.
    fn doing(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> Doing<T> for rusqlite::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::sql(doing, source))
    }
}
