//! The phone, call by call. What each does and promises stands at core's method of the name.

use std::fmt;
use std::sync::Arc;

use wangge_core::rows::{
    Check, Coded, EscalationRow, Figures, HeldRow, HistoryRow, Query, Record, Report, ReportAsk,
    ReportName, Status,
};
use wangge_core::{
    FieldEdit, Form, NewStep, PhoneStatus, RecordPage, Saved, Suggested, SyncReport,
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

impl TryFrom<OpenOptions> for wangge_core::OpenOptions {
    type Error = PhoneError;

    fn try_from(options: OpenOptions) -> Result<Self> {
        let key: [u8; 32] = options.key.try_into().map_err(|_| key_length())?;
        let mut told = Self::new(options.path, key);
        told.marker_path = options.marker_path.map_or(told.marker_path, Into::into);
        told.key_store = options
            .key_store
            .map(|keeper| Arc::new(AppKeyStore(keeper)) as Arc<dyn wangge_core::KeyStore>);
        Ok(told)
    }
}

/// What came of `salvage`.
#[derive(Debug, uniffi::Record)]
pub struct Salvage {
    /// The acts that were done anew.
    pub redone: Vec<Saved>,
    /// Why the others were not, one for each: they cannot be read, or a person must decide them anew.
    pub left: Vec<Trouble>,
    /// Rows that lay on damaged pages.
    pub unreadable: u64,
}

impl From<wangge_core::Salvage> for Salvage {
    fn from(salvage: wangge_core::Salvage) -> Self {
        Self {
            redone: salvage.redone,
            left: salvage.left.iter().map(Trouble::from).collect(),
            unreadable: salvage.unreadable,
        }
    }
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
        Ok(Self(wangge_core::Phone::open(&options.try_into()?)?))
    }

    /// Enrols this phone with the hub that made the invitation, within `budget_ms`. Called again with the same invitation after
    /// a broken link, it takes up where it was. Answers how the phone stands then.
    ///
    /// # Errors
    /// `FixDraft` where the text is no invitation; `SignIn` where it is unknown, used or expired; `Retry` where the hub cannot
    /// be reached.
    pub fn enrol(&self, invitation: &str, budget_ms: u64) -> Result<PhoneStatus> {
        Ok(self.0.enrol(invitation, budget_ms)?)
    }

    /// The kinds of records, as `resident`.
    ///
    /// # Errors
    /// `Report` where the phone is closed.
    pub fn kinds(&self) -> Result<Vec<Coded>> {
        Ok(self.0.kinds()?)
    }

    /// What can be written to records of a kind: its fields and its steps, for forms.
    ///
    /// # Errors
    /// `FixDraft` where there is no such kind.
    pub fn form(&self, kind: &str) -> Result<Form> {
        Ok(self.0.form(kind)?)
    }

    /// Makes a new record of a kind in the phone's grid. The log of a kind that has one begins with its first step.
    ///
    /// # Errors
    /// `FixDraft` names the field; `SignIn` where the phone has no right (yet, or any more).
    pub fn create(&self, kind: &str, fields: Vec<FieldEdit>) -> Result<Saved> {
        Ok(self.0.create(kind, fields)?)
    }

    /// Makes a new record whose log begins with this step: what was settled on the spot is one record and one commit.
    ///
    /// # Errors
    /// As `create`.
    pub fn begin(&self, kind: &str, fields: Vec<FieldEdit>, step: NewStep) -> Result<Saved> {
        Ok(self.0.begin(kind, fields, step)?)
    }

    /// Writes fields of a record.
    ///
    /// # Errors
    /// As `create`.
    pub fn edit(&self, record: &str, fields: Vec<FieldEdit>) -> Result<Saved> {
        Ok(self.0.edit(record, fields)?)
    }

    /// Adds the next step to a record's log.
    ///
    /// # Errors
    /// As `create`.
    pub fn step(&self, record: &str, step: NewStep) -> Result<Saved> {
        Ok(self.0.step(record, step)?)
    }

    /// Does anew, as acts of this phone, what a store that was set aside (`set_aside` of the status) had not yet got receipted. Enrol
    /// and sync before: acts on records of others need these records. Of the options only path and key are looked at. Called again,
    /// it goes on where it was.
    ///
    /// # Errors
    /// `SignIn` for a wrong key or before enrolment, `FreeSpace`, `Retry`: what was done before stays done; `Report` where nothing
    /// can be read. What is wrong with a single act stands in the answer.
    pub fn salvage(&self, wreck: OpenOptions) -> Result<Salvage> {
        Ok(self.0.salvage(&wreck.try_into()?)?.into())
    }

    /// A page of the records of a kind; with a text, those that contain its words. Numbers of documents and telephones are masked.
    ///
    /// # Errors
    /// `FixDraft` where there is no such kind, the area is no code, or a filter is none that the kind has.
    pub fn list(&self, kind: &str, query: &Query) -> Result<RecordPage> {
        Ok(self.0.list(kind, query)?)
    }

    /// A record with all fields, its log, and the records that name it; numbers of documents and telephones masked unless `reveal`.
    ///
    /// # Errors
    /// `FixDraft` where there is none.
    pub fn record(&self, record: &str, reveal: bool) -> Result<Record> {
        Ok(self.0.record(record, reveal)?)
    }

    /// The indicators of an area (empty: all that is here) in the days from `from` up to, and without, `until`, both `YYYY-MM-DD`.
    ///
    /// # Errors
    /// `FixDraft` where a day or the area is none.
    pub fn figures(&self, area: &str, from: &str, until: &str) -> Result<Figures> {
        Ok(self.0.figures(area, from, until)?)
    }

    /// A report by its name (`reports` has them), made from the ledgers that are here, also offline.
    ///
    /// # Errors
    /// `FixDraft` where there is no such report, it needs a record, or a day or the area is none.
    pub fn report(&self, ask: &ReportAsk) -> Result<Report> {
        Ok(self.0.report(ask)?)
    }

    /// Every broken rule of the data of an area (empty: all that is here); at most `findings_max` are listed, all are counted.
    ///
    /// # Errors
    /// `FixDraft` where the area is none.
    pub fn check(&self, area: &str, findings_max: u32) -> Result<Check> {
        Ok(self.0.check(area, findings_max)?)
    }

    /// The matters of which a level above must be told now, the highest level first; at most `rows_max`. Reckoned here, also offline.
    ///
    /// # Errors
    /// `FixDraft` where the area is none.
    pub fn escalations(&self, area: &str, rows_max: u32) -> Result<Vec<EscalationRow>> {
        Ok(self.0.escalations(area, rows_max)?)
    }

    /// The commits that touch a record, the newest first, each with its status: a page of them, which is the last where it is not
    /// full. Of the query only offset and limit are looked at.
    ///
    /// # Errors
    /// As `record`.
    pub fn history(&self, record: &str, query: &Query) -> Result<Vec<HistoryRow>> {
        Ok(self.0.history(record, query)?)
    }

    /// Held commits, with the reason and what can be done: a page of them, which is the last where it is not full.
    ///
    /// # Errors
    /// As `list`.
    pub fn held(&self, query: &Query) -> Result<Vec<HeldRow>> {
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

    /// See core: by the classes in force here, and by what was learned.
    pub fn suggest(&self, title: &str, text: &str) -> Result<Suggested> {
        Ok(self.0.suggest(title, text)?)
    }

    /// Closes the phone: ends its sessions, lets calls that run finish, and moves the store's log into its file.
    ///
    /// # Errors
    /// The store's; the phone is closed in any case. Every later call answers with `Report`.
    pub fn shut(&self) -> Result<()> {
        Ok(self.0.close()?)
    }
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

/// Suggests the class and the urgency of a matter from its title and its text, offline.
#[uniffi::export]
#[must_use]
pub fn suggest(title: &str, text: &str) -> Suggested {
    wangge_core::suggest(title, text)
}

/// The reports that `report` makes, in the order of menus.
#[uniffi::export]
#[must_use]
pub fn reports() -> Vec<ReportName> {
    wangge_core::reports()
}
