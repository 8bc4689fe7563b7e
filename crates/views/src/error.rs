//! What can go wrong while counting or asking.

use rusqlite::ErrorCode;
use wangge_store::StoreError;

/// Whose fault an error is.
pub use wangge_model::Fault;

/// The result of this crate's functions.
pub type Result<T, E = ViewsError> = std::result::Result<T, E>;

/// Everything that can go wrong here. Texts carry ids and places, never a record's content.
#[derive(Debug, thiserror::Error)]
pub enum ViewsError {
    /// The store's own trouble.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// SQLite's answer to a statement of this room.
    #[error("{doing}")]
    Sql {
        /// What we were doing.
        doing: &'static str,
        /// SQLite's words.
        #[source]
        source: rusqlite::Error,
    },
    /// A column holds what nobody wrote there.
    #[error("{doing}: {what} in the store cannot be read")]
    Value {
        /// What we were doing.
        doing: &'static str,
        /// Which value.
        what: &'static str,
    },
    /// The question has a part that cannot be understood.
    #[error("{what}: not {form}")]
    Question {
        /// Which part.
        what: &'static str,
        /// The form that it must have.
        form: &'static str,
    },
    /// There is no such record, or none that may be seen here.
    #[error("there is no {what} {id} here")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The field is not in conflict any more, or has other values than those that were shown.
    #[error("the field's values have changed meanwhile: look again")]
    Stale,
    /// A document of the record cannot be read.
    #[error("reading the {facet} facet of record {record}")]
    Document {
        /// The record.
        record: wangge_model::id::RecordId,
        /// The facet.
        facet: wangge_model::kind::Facet,
        /// What model says.
        #[source]
        source: wangge_model::Error,
    },
}

impl ViewsError {
    /// Whose fault it is.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Store(error) => error.fault(),
            Self::Sql { source, .. } => match source.sqlite_error_code() {
                Some(
                    ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::DatabaseCorrupt,
                ) => Fault::World,
                _ => Fault::Bug,
            },
            Self::Value { .. } | Self::Document { .. } => Fault::World,
            Self::Question { .. } | Self::Unknown { .. } | Self::Stale => Fault::Caller,
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn retry(&self) -> bool {
        match self {
            Self::Store(error) => error.retry(),
            Self::Sql { source, .. } => matches!(
                source.sqlite_error_code(),
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::DiskFull)
            ),
            Self::Value { .. }
            | Self::Question { .. }
            | Self::Unknown { .. }
            | Self::Stale
            | Self::Document { .. } => false,
        }
    }
}

/// Says what was being done when SQLite failed.
pub(crate) trait Doing<T> {
    /// Adds it.
    fn doing(self, doing: &'static str) -> Result<T>;
}

impl<T> Doing<T> for rusqlite::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|source| ViewsError::Sql { doing, source })
    }
}
