//! The phone, call by call. What each does and promises stands at core's method of the name.

use std::fmt;
use std::sync::Arc;

use wangge_core::rows::{Coded, Kind, Matter, Resident, Status};
use wangge_core::{
    ConflictPage, Enrolment, FieldEdit, FieldInfo, HeldPage, HistoryPage, MatterPage, NewStep,
    PhoneStatus, Query, ResidentPage, Saved, SyncReport,
};

use crate::error::{PhoneError, Trouble};
use crate::watch::{AppKeyStore, AppWatcher, KeyStore, Watch, Watcher};

type Result<T> = std::result::Result<T, PhoneError>;

/// Where the phone's records are, and what opens them.
#[derive(uniffi::Record)]
pub struct OpenOptions {
    /// The store's file; made where there is none. Its directory must exist.
    pub path: String,
    /// The store's raw key, 32 bytes. The app keeps it where the system keeps keys, and hands it in at each opening.
    pub key: Vec<u8>,
    /// A small file that no backup copies (Android: `noBackupFilesDir`; iOS: excluded from backup); nothing: beside the store.
    #[uniffi(default = None)]
    pub marker_path: Option<String>,
    /// Who keeps the device's signing key; nothing: it stays inside the encrypted store.
    #[uniffi(default = None)]
    pub key_store: Option<Arc<dyn KeyStore>>,
}

/// A grid member's phone: records edited offline, synced with the community's hub when there is a link. Its calls block and
/// may come from any thread.
#[derive(uniffi::Object)]
pub struct Phone(wangge_core::Phone);

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone")
    }
}

#[uniffi::export]
impl Phone {
    /// Opens the phone's store, or makes it. A damaged store is set aside, never deleted, and a new one opened in its place.
    ///
    /// # Errors
    /// `SignIn` for a wrong key, `UpdateApp` for a newer program's store, `FreeSpace`, `Retry`.
    #[uniffi::constructor]
    pub fn open(options: OpenOptions) -> Result<Self> {
        let key: [u8; 32] = options.key.try_into().map_err(|_| key_length())?;
        let mut told = wangge_core::OpenOptions::new(options.path, key);
        told.marker_path = options.marker_path.map_or(told.marker_path, Into::into);
        told.key_store = options
            .key_store
            .map(|keeper| Arc::new(AppKeyStore(keeper)) as Arc<dyn wangge_core::KeyStore>);
        Ok(Self(wangge_core::Phone::open(&told)?))
    }

    /// Enrols this phone with the hub that made the invitation, within `budget_ms`. Called again with the same invitation after
    /// a broken link, it takes up where it was.
    ///
    /// # Errors
    /// `FixDraft` where the text is no invitation; `SignIn` where it is unknown, used or expired; `Retry` where the hub cannot
    /// be reached.
    pub fn enrol(&self, invitation: &str, budget_ms: u64) -> Result<Enrolment> {
        Ok(self.0.enrol(invitation, budget_ms)?)
    }

    /// Records a new resident in the phone's grid.
    ///
    /// # Errors
    /// `FixDraft` names the field; `SignIn` where the phone has no right (yet, or any more).
    pub fn create_resident(&self, fields: Vec<FieldEdit>) -> Result<Saved> {
        Ok(self.0.create_resident(fields)?)
    }

    /// Reports a new matter in the phone's grid.
    ///
    /// # Errors
    /// As `create_resident`.
    pub fn create_matter(&self, fields: Vec<FieldEdit>) -> Result<Saved> {
        Ok(self.0.create_matter(fields)?)
    }

    /// Writes fields of a record.
    ///
    /// # Errors
    /// As `create_resident`.
    pub fn edit(&self, record: &str, fields: Vec<FieldEdit>) -> Result<Saved> {
        Ok(self.0.edit(record, fields)?)
    }

    /// Adds the next step to a matter's log.
    ///
    /// # Errors
    /// As `create_resident`.
    pub fn step(&self, matter: &str, step: NewStep) -> Result<Saved> {
        Ok(self.0.step(matter, step)?)
    }

    /// A page of residents; with a text, those that contain its words.
    ///
    /// # Errors
    /// `FixDraft` where the area is no code.
    pub fn residents(&self, query: &Query) -> Result<ResidentPage> {
        Ok(self.0.residents(query)?)
    }

    /// A page of matters; with a text, those that contain its words.
    ///
    /// # Errors
    /// As `residents`.
    pub fn matters(&self, query: &Query) -> Result<MatterPage> {
        Ok(self.0.matters(query)?)
    }

    /// A resident with all fields; numbers of documents and telephones masked unless `reveal`.
    ///
    /// # Errors
    /// `FixDraft` where there is none.
    pub fn resident(&self, record: &str, reveal: bool) -> Result<Resident> {
        Ok(self.0.resident(record, reveal)?)
    }

    /// A matter with all fields and its log; telephones masked unless `reveal`.
    ///
    /// # Errors
    /// As `resident`.
    pub fn matter(&self, record: &str, reveal: bool) -> Result<Matter> {
        Ok(self.0.matter(record, reveal)?)
    }

    /// A page of the commits that touch a record, the newest first, each with its status; of the query only offset and limit
    /// are looked at.
    ///
    /// # Errors
    /// As `resident`.
    pub fn history(&self, record: &str, query: &Query) -> Result<HistoryPage> {
        Ok(self.0.history(record, query)?)
    }

    /// A page of fields with several values, which wait for a director.
    ///
    /// # Errors
    /// As `residents`.
    pub fn conflicts(&self, query: &Query) -> Result<ConflictPage> {
        Ok(self.0.conflicts(query)?)
    }

    /// A page of held commits, with the reason and what can be done.
    ///
    /// # Errors
    /// As `residents`.
    pub fn held(&self, query: &Query) -> Result<HeldPage> {
        Ok(self.0.held(query)?)
    }

    /// What became of commits, in the order asked; nothing for unknown ones.
    ///
    /// # Errors
    /// `FixDraft` where an id is none.
    pub fn statuses(&self, commits: &[String]) -> Result<Vec<Option<Status>>> {
        Ok(self.0.statuses(commits)?)
    }

    /// How the phone stands.
    ///
    /// # Errors
    /// The store's.
    pub fn status(&self) -> Result<PhoneStatus> {
        Ok(self.0.status()?)
    }

    /// One slice of syncing of at most `budget_ms`. Whatever ends it, what was done stays done; call again to go on.
    ///
    /// # Errors
    /// `SignIn` before enrolment; `Retry` where the hub cannot be reached; and as the hub says.
    pub fn sync_once(&self, budget_ms: u64) -> Result<SyncReport> {
        Ok(self.0.sync_once(budget_ms)?)
    }

    /// Ends a session that runs now, from any thread.
    pub fn cancel_sync(&self) {
        self.0.cancel_sync();
    }

    /// Stays in touch with the hub, dialling anew with growing pauses, and tells `watcher` what changed, until the watch is
    /// stopped or let go of.
    ///
    /// # Errors
    /// `SignIn` before enrolment.
    pub fn watch(&self, watcher: Arc<dyn Watcher>) -> Result<Watch> {
        Ok(Watch::new(self.0.watch(Arc::new(AppWatcher(watcher)))?))
    }

    /// Closes the phone: ends its sessions, lets calls that run finish, and moves the store's log into its file.
    ///
    /// # Errors
    /// The store's; the phone is closed in any case. Every later call answers with `Report`.
    pub fn shut(&self) -> Result<()> {
        Ok(self.0.close()?)
    }
}

/// The fields that records of a kind may have, in the order of forms.
#[uniffi::export]
#[must_use]
pub fn form_fields(kind: Kind) -> Vec<FieldInfo> {
    wangge_core::fields(kind)
}

/// The kinds of steps of a matter.
#[uniffi::export]
#[must_use]
pub fn form_steps() -> Vec<Coded> {
    wangge_core::steps()
}

fn key_length() -> PhoneError {
    let trouble = Trouble {
        code: "key_length".to_owned(),
        zh: "库的密钥应为 32 字节".to_owned(),
        en: "the store's key has 32 bytes".to_owned(),
        field: None,
        retry_ms: 0,
    };
    PhoneError::Report { trouble }
}
