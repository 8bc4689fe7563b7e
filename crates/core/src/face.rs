//! What goes in and out of a [`Phone`](crate::Phone), beside the rows of lists and details.
//!
//! No type here knows a kind of record. A kind is a word of [`Phone::kinds`](crate::Phone::kinds), and what can be written to records of
//! it, [`Phone::form`](crate::Phone::form) says: a new kind changes nothing here.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use wangge_model::draft::{Draft, FieldEdit, NewStep};
use wangge_model::kind::Facet;
use wangge_views::rows::{Coded, Person, RecordRow};

use crate::error::{Error, Trouble};

/// Where the phone's records are, and what opens them.
pub struct OpenOptions {
    /// The store's file; made where there is none. Its directory must exist.
    pub path: PathBuf,
    /// The store's raw key. The app keeps it where the system keeps keys, and hands it in at each opening.
    pub key: Zeroizing<[u8; 32]>,
    /// A small file that no backup copies (Android: `noBackupFilesDir`; iOS: excluded from backup). When it is missing or another, the
    /// store has come from a copy and begins a new line of commits.
    pub marker_path: PathBuf,
    /// Who keeps the device's signing key; `None`: it stays inside the encrypted store.
    pub key_store: Option<Arc<dyn KeyStore>>,
}

impl OpenOptions {
    /// Options with the marker beside the store (`….marker`) and the signing key inside it.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, key: [u8; 32]) -> Self {
        let path = path.into();
        let mut marker = path.clone().into_os_string();
        marker.push(".marker");
        Self {
            path,
            key: Zeroizing::new(key),
            marker_path: marker.into(),
            key_store: None,
        }
    }
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOptions")
            .field("path", &self.path)
            .field("marker_path", &self.marker_path)
            .finish_non_exhaustive()
    }
}

/// Keeps the seed of the device's Ed25519 key, in the system's key store for instance. It is called while the phone opens and
/// never afterwards.
pub trait KeyStore: Send + Sync {
    /// The seed kept before, 32 bytes; `None` where there is none yet.
    ///
    /// # Errors
    /// In the keeper's words; the opening fails with [`Error::Retry`].
    fn load(&self) -> Result<Option<Vec<u8>>, String>;

    /// Keeps a new seed, durably.
    ///
    /// # Errors
    /// As [`KeyStore::load`].
    fn save(&self, seed: Vec<u8>) -> Result<(), String>;
}

/// What can be written to records of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The fields that they may have, in the order of forms.
    pub fields: Vec<FormField>,
    /// The steps that their logs may have; empty for kinds without a log.
    pub steps: Vec<Coded>,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// Its key.
    pub key: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// The sensitivity class that it belongs to.
    pub facet: Facet,
    /// `line`, `prose`, `date`, `instant`, `integer`, `truth`, `code`, `id_number`, `phone`, `uscc`, `org_code`, `area` or `link` (a record's id).
    pub form: String,
    /// With `code`: the codes to choose from. With `link`: the kinds of records that it may name.
    pub codes: Vec<Coded>,
    /// Whether a new record must have it.
    pub needed: bool,
    /// Whether lists show it, in [`RecordRow::cells`].
    pub listed: bool,
    /// Whether lists can be filtered by it, with [`crate::Query::filters`].
    pub filter: bool,
}

/// An act that is durable on this phone: «saved».
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The record.
    pub record: String,
    /// The commit, for asking what became of it.
    pub commit: String,
}

/// What came of [`crate::Phone::salvage`].
#[derive(Debug, Clone)]
pub struct Salvage {
    /// The acts that were done anew.
    pub redone: Vec<Saved>,
    /// Why the others were not, one for each: they cannot be read, or a person must decide them anew.
    pub left: Vec<Trouble>,
    /// Rows that lay on damaged pages.
    pub unreadable: u64,
}

/// A page of the records of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPage {
    /// The rows.
    pub rows: Vec<RecordRow>,
    /// How many the whole list has.
    pub total: u64,
}

/// How the phone stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneStatus {
    /// The device's public key, 64 hex digits.
    pub device: String,
    /// For whom it acts; `None` before enrolment.
    pub member: Option<Person>,
    /// The hub's name, or its address where no hub above has named it; empty before enrolment.
    pub hub: String,
    /// Where the hub listens, `host:port`; empty before enrolment.
    pub address: String,
    /// When the right ends.
    pub until_ms: Option<i64>,
    /// Records here.
    pub records: u64,
    /// Own commits that the hub has not confirmed to hold: they are only on this phone.
    pub waiting: u64,
    /// Own commits that the hub holds and has not judged yet.
    pub unjudged: u64,
    /// Own commits that are held.
    pub held: u64,
    /// Fields with several values, waiting for a director.
    pub conflicts: u64,
    /// The last contact with the hub: what others did since is not here.
    pub contact_ms: Option<i64>,
    /// Where a damaged store was set aside that nobody has salvaged yet: see [`crate::Phone::salvage`]. `None` where nothing was damaged.
    pub set_aside: Option<String>,
}

/// Why a slice of syncing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncEnd {
    /// Both sides have what the other had.
    CaughtUp,
    /// Time is up; what was done stays done, call again to go on.
    BudgetSpent,
    /// [`crate::Phone::cancel_sync`] was called; what was done stays done.
    Cancelled,
}

/// What a slice of syncing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncReport {
    /// Why it ended.
    pub end: SyncEnd,
    /// Own commits that the hub has confirmed to hold.
    pub sent: u64,
    /// Entries of the hub's feed that are now durable here.
    pub received: u64,
    /// Own commits that the hub has not confirmed yet.
    pub waiting: u64,
    /// Bytes sent, as UDP payload.
    pub bytes_up: u64,
    /// Bytes received, as UDP payload.
    pub bytes_down: u64,
    /// How long it took.
    pub elapsed_ms: u64,
}

/// Hears that something changed. Called from a thread of its own with no lock held, so it may call the phone; it is not called
/// for each change, but at least once after the last.
pub trait Watcher: Send + Sync {
    /// Rows may have changed: ask again for what is on the screen.
    fn on_change(&self);

    /// The link to the hub came up or went down.
    fn on_link(&self, up: bool);

    /// Syncing met an error. It goes on by itself, with growing pauses, unless the error needs a person
    /// ([`Error::SignIn`], [`Error::UpdateApp`], [`Error::Report`]): then this is the last call.
    fn on_trouble(&self, error: Error);
}
