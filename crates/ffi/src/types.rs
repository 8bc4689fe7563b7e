//! The plain types of core's face, told to UniFFI as they are. `remote` defines nothing: it reads the shape, and a field that
//! core names otherwise does not compile.

use wangge_core::rows::{
    Act, Candidate, CellRow, ChangeRow, Coded, Facet, FieldFilter, FieldRow, HeldRow, HistoryRow,
    Kind, Label, Level, LinkRow, Order, Person, Query, ReasonText, Record, RecordRow, Role, Status,
    StatusWord, StepRow,
};
use wangge_core::{
    FieldEdit, Form, FormField, NewStep, PhoneStatus, RecordPage, Saved, SyncEnd, SyncReport,
};

/// A word of the product crosses as a code with its names in both languages: apps show it without a list of their own, and a word
/// that a later version adds does not break them.
macro_rules! words {
    ($($word:ident)+) => { $(
        uniffi::custom_type!($word, Coded, {
            remote,
            lower: |word| Coded {
                code: word.word().to_string(),
                zh: word.zh().to_string(),
                en: word.en().to_string(),
            },
            try_lift: |coded| Ok(coded.code.parse()?),
        });
    )+ };
}

words!(Act Facet Kind Level Role);

/// A text of the product in both languages.
#[uniffi::remote(Record)]
pub struct Label {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A code of a code list, and what it means.
#[uniffi::remote(Record)]
pub struct Coded {
    /// The code as stored. One that the list does not know is its own name.
    pub code: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
}

/// Who acted: a member, as the grant names them.
#[uniffi::remote(Record)]
pub struct Person {
    /// The member's id.
    pub member: String,
    /// The name that screens show. Empty where the grant has not arrived here.
    pub name: String,
    /// In which role; absent where the grant has not arrived here.
    pub role: Option<Role>,
    /// The area of the grant; empty where the grant has not arrived here.
    pub area: String,
}

/// The six words for what became of a commit, in the order in which they come true.
#[uniffi::remote(Enum)]
pub enum StatusWord {
    /// Durable on the device that made it.
    Saved,
    /// Handed to a link; nobody has answered yet.
    Sent,
    /// Durable in the hub's store.
    Received,
    /// The hub's verdict: it has entered the records.
    Admitted,
    /// Durable and merged at the hub of `Status::level`.
    Merged,
    /// Kept outside every record, for `Status::reason`.
    Held,
}

/// Why a commit is held, and what can be done.
#[uniffi::remote(Record)]
pub struct ReasonText {
    /// The reason's word, as `out_of_area`.
    pub code: String,
    /// What is wrong.
    pub why: Label,
    /// What to do.
    pub remedy: Label,
}

/// What became of a commit, as far as this store knows.
#[uniffi::remote(Record)]
pub struct Status {
    /// The word.
    pub word: StatusWord,
    /// With `Merged`: the highest level that has said so.
    pub level: Option<Level>,
    /// With `Held`: why.
    pub reason: Option<ReasonText>,
}

/// One of the values of a field in conflict.
#[uniffi::remote(Record)]
pub struct Candidate {
    /// Names the value when settling: opaque, the same on every replica.
    pub choice: String,
    /// The value as text, as in `value`.
    pub value: String,
    /// The value for people.
    pub shown: Label,
    /// Whether it is the one that lists show meanwhile.
    pub chosen: bool,
    /// The commit that wrote it, 64 hex digits; empty where that is not known here.
    pub commit: String,
    /// Who wrote it.
    pub author: Option<Person>,
    /// When, as the author's device stated.
    pub stated_ms: Option<i64>,
}

/// A record of any kind in a list.
#[uniffi::remote(Record)]
pub struct RecordRow {
    /// The record's id.
    pub record: String,
    /// What it is about.
    pub kind: Kind,
    /// The area that the record belongs to.
    pub area: String,
    /// What people call it; empty where nothing is stored.
    pub title: String,
    /// The fields that lists show, in the order of forms; those without a value are left out.
    pub cells: Vec<CellRow>,
    /// Of a matter: folded from its log.
    pub stage: Option<Coded>,
    /// Of a matter: whether the stage ends it.
    pub closed: bool,
    /// Of a matter: when the stage began, as the step's author stated.
    pub stage_since_ms: Option<i64>,
    /// Of a matter: who has to act now; empty where nobody is named.
    pub holder: String,
    /// Which facets of the record are held here.
    pub facets: Vec<Facet>,
    /// How many fields have more than one value waiting for a director.
    pub conflicts: u32,
    /// Whether several hands have written concurrently at some time.
    pub parallel: bool,
    /// How many held commits would have changed this record.
    pub held: u32,
    /// When the latest commit was stated to be made.
    pub changed_ms: i64,
    /// Who made the latest commit.
    pub changed_by: Option<Person>,
}

/// A field in a list.
#[uniffi::remote(Record)]
pub struct CellRow {
    /// The field's key.
    pub key: String,
    /// The field's name.
    pub label: Label,
    /// The value as text, as in `value`.
    pub value: String,
    /// The value for people: a code's name; of a link, what people call the other record, where it is held here.
    pub shown: Label,
}

/// A record of any kind with all that is held here about it.
#[uniffi::remote(Record)]
pub struct Record {
    /// As in the list.
    pub row: RecordRow,
    /// Every stored field but the log, in the order of forms.
    pub fields: Vec<FieldRow>,
    /// Of a matter: the log, in its one order.
    pub log: Vec<StepRow>,
    /// The records that name this one, by kind; at most 500.
    pub links: Vec<LinkRow>,
}

/// A record that names another in one of its fields.
#[uniffi::remote(Record)]
pub struct LinkRow {
    /// The record that names.
    pub record: String,
    /// What it is about.
    pub kind: Kind,
    /// In which field.
    pub key: String,
    /// The field's name.
    pub label: Label,
    /// The area that the naming record belongs to.
    pub area: String,
    /// What people call it.
    pub title: String,
}

/// A page of the records of a kind.
#[uniffi::remote(Record)]
pub struct RecordPage {
    /// The rows.
    pub rows: Vec<RecordRow>,
    /// How many the whole list has.
    pub total: u64,
}

/// A field of a record, with everything that was concurrently written to it.
#[uniffi::remote(Record)]
pub struct FieldRow {
    /// The facet that the field stands in.
    pub facet: Facet,
    /// The field's key, as `name`.
    pub key: String,
    /// The field's name. An unknown field (of a newer program) has its key here.
    pub label: Label,
    /// The value as text: a date as `YYYY-MM-DD`, a truth as `true` or `false`. Masked if `masked`.
    pub value: String,
    /// The value for people: a code's name, else the value again.
    pub shown: Label,
    /// Whether digits were replaced by `*`.
    pub masked: bool,
    /// In a conflict: all values, the chosen one first; empty otherwise.
    pub candidates: Vec<Candidate>,
    /// What is wrong with the value, where it is not one that the field allows.
    pub problem: Option<Label>,
    /// Who wrote the value that stands; absent where that is not known here.
    pub author: Option<Person>,
    /// When, as the author's device stated: how fresh the value is.
    pub stated_ms: Option<i64>,
}

/// One step of a matter's log.
#[uniffi::remote(Record)]
pub struct StepRow {
    /// The entry's key, `log/…`.
    pub entry: String,
    /// What was done.
    pub step: Coded,
    /// Who did it.
    pub by: Person,
    /// When, as the author stated.
    pub at_ms: i64,
    /// What the author wrote.
    pub note: String,
    /// To whom the step hands the matter; empty where to nobody.
    pub to: String,
    /// The stage after the step.
    pub stage: Coded,
    /// Why the step does not count, where it does not.
    pub void: Option<Label>,
}

/// One field that a commit writes.
#[uniffi::remote(Record)]
pub struct ChangeRow {
    /// The record.
    pub record: String,
    /// The facet.
    pub facet: Facet,
    /// The field's key.
    pub key: String,
    /// The field's name.
    pub label: Label,
    /// What is written, for people, masked where the field is; absent where the field is removed.
    pub shown: Option<Label>,
    /// Of a held commit: what stands in the field now, where anything does.
    pub current: Option<Label>,
}

/// A commit in the history of a record.
#[uniffi::remote(Record)]
pub struct HistoryRow {
    /// The commit's id.
    pub commit: String,
    /// What the author did; absent where the header cannot be read.
    pub act: Option<Act>,
    /// Who.
    pub author: Option<Person>,
    /// With which device, 64 hex digits.
    pub device: String,
    /// When, as the device stated; absent where the header cannot be read.
    pub stated_ms: Option<i64>,
    /// When it was saved or received here.
    pub received_ms: i64,
    /// What became of it.
    pub status: Status,
    /// What it writes to this record, as far as its parts are held here.
    pub changes: Vec<ChangeRow>,
}

/// A commit that entered no record.
#[uniffi::remote(Record)]
pub struct HeldRow {
    /// The commit's id.
    pub commit: String,
    /// Why.
    pub reason: ReasonText,
    /// The held commit that it builds on; empty where the reason is another.
    pub blocked_by: String,
    /// What the author meant to do; absent where the header cannot be read.
    pub act: Option<Act>,
    /// Who.
    pub author: Option<Person>,
    /// With which device, 64 hex digits; empty where the header cannot be read.
    pub device: String,
    /// In which grid.
    pub area: String,
    /// The records that it names.
    pub records: Vec<String>,
    /// When it was made, as the device stated.
    pub stated_ms: Option<i64>,
    /// When it was held here.
    pub held_ms: i64,
    /// What it would have written, as far as it can be read.
    pub changes: Vec<ChangeRow>,
    /// Whether a director has adopted or declined it already: the commit that did.
    pub answered_by: Option<String>,
}

/// The order of a list.
#[uniffi::remote(Enum)]
pub enum Order {
    /// The latest change first.
    Newest,
    /// As in a register: by grid, then household (residents), age (matters) or title (others).
    Register,
}

/// A condition on a field: all that is not empty must hold.
#[uniffi::remote(Record)]
pub struct FieldFilter {
    /// The field's key.
    pub key: String,
    /// It has this value, as people type it.
    #[uniffi(default = "")]
    pub value: String,
    /// It is at least this.
    #[uniffi(default = "")]
    pub from: String,
    /// It is below this.
    #[uniffi(default = "")]
    pub until: String,
    /// The opposite: only records without such a value.
    #[uniffi(default = false)]
    pub missing: bool,
}

/// Which rows of a list, and which page of them.
#[uniffi::remote(Record)]
pub struct Query {
    /// Only this area and what it contains (a code of 2 to 15 digits); empty for all.
    #[uniffi(default = "")]
    pub area: String,
    /// Words to find, all of them; two Chinese characters are enough. A whole id number finds its holder exactly.
    #[uniffi(default = "")]
    pub text: String,
    /// Only records whose fields are so.
    #[uniffi(default = [])]
    pub filters: Vec<FieldFilter>,
    /// Only records that nobody has changed since this instant: the stale ones.
    #[uniffi(default = None)]
    pub changed_before_ms: Option<i64>,
    /// Of matters: only this stage's code; empty for all.
    #[uniffi(default = "")]
    pub stage: String,
    /// Of matters: only open (`false`) or closed (`true`) ones.
    #[uniffi(default = None)]
    pub closed: Option<bool>,
    /// Only records with a field in conflict.
    #[uniffi(default = false)]
    pub conflicts_only: bool,
    /// In which order.
    pub order: Order,
    /// How many rows to pass over.
    #[uniffi(default = 0)]
    pub offset: u64,
    /// Rows of a page, at most 500; 0 means 50.
    #[uniffi(default = 0)]
    pub limit: u32,
}

/// A field to write. Which facet it belongs to and of which type it is, the field's key says.
#[uniffi::remote(Record)]
pub struct FieldEdit {
    /// The field's key, as `name`; see `Form`.
    pub key: String,
    /// The value as text: a date `YYYY-MM-DD`, a code's code, `true` or `false`; `None` removes the field.
    #[uniffi(default = None)]
    pub value: Option<String>,
}

/// A step to add to a record's log.
#[uniffi::remote(Record)]
pub struct NewStep {
    /// What is done: a word of the form's steps, as `accept`.
    pub step: String,
    /// What the author writes about it.
    #[uniffi(default = "")]
    pub note: String,
    /// To whom the record goes on, where the step hands it on; empty otherwise.
    #[uniffi(default = "")]
    pub to: String,
    /// Fields that the step sets at once: a reply's text and time.
    #[uniffi(default = [])]
    pub fields: Vec<FieldEdit>,
    /// When it was done, by the author's word; `None`: now.
    #[uniffi(default = None)]
    pub at_ms: Option<i64>,
}

/// What can be written to records of a kind.
#[uniffi::remote(Record)]
pub struct Form {
    /// The fields that they may have, in the order of forms.
    pub fields: Vec<FormField>,
    /// The steps that their logs may have; empty for kinds without a log.
    pub steps: Vec<Coded>,
}

/// A field of a form.
#[uniffi::remote(Record)]
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
    /// Whether lists show it, in a row's `cells`.
    pub listed: bool,
    /// Whether lists can be filtered by it, with a query's `filters`.
    pub filter: bool,
}

/// An act that is durable on this phone: «saved».
#[uniffi::remote(Record)]
pub struct Saved {
    /// The record.
    pub record: String,
    /// The commit, for asking what became of it.
    pub commit: String,
}

/// How the phone stands.
#[uniffi::remote(Record)]
pub struct PhoneStatus {
    /// The device's public key, 64 hex digits.
    pub device: String,
    /// For whom it acts; `None` before enrolment.
    pub member: Option<Person>,
    /// The hub's name; empty before enrolment.
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
    /// Where a damaged store was set aside that nobody has salvaged yet: see `salvage`. `None` where nothing was damaged.
    pub set_aside: Option<String>,
}

/// Why a slice of syncing ended.
#[uniffi::remote(Enum)]
pub enum SyncEnd {
    /// Both sides have what the other had.
    CaughtUp,
    /// Time is up; what was done stays done, call again to go on.
    BudgetSpent,
    /// `cancel_sync` was called; what was done stays done.
    Cancelled,
}

/// What a slice of syncing did.
#[uniffi::remote(Record)]
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
