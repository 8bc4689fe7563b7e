//! The rows that lists, details and figures are made of: the console's JSON and the face of `core`.
//!
//! Plain data with public fields, nothing of SQL, automerge or the engine. In JSON:
//! * ids are text: records and members as hyphenated UUIDs, commits, devices and hubs as 64 hex digits;
//! * times are milliseconds since 1970 (`…_ms`), always below 2^53;
//! * words (`kind`, `facet`, `act`, `role`, `level`, `status`) are `snake_case`;
//! * what people read comes in both languages, Chinese first.

mod clocks;
mod figures;
mod findings;
mod matters;
mod next;
mod report;

use serde::{Deserialize, Serialize};
use wangge_model::kind::{Act, Facet, Kind, Level, Role};

pub use clocks::{AgeBucket, Ageing, ClockRow, EscalationRow, Light};
pub use figures::{CountedIn, Figures, Indicator, Split, Spread};
pub use findings::{Check, FindingRow};
pub use matters::{DetailRow, HeldByRow, PartRow, PhaseRow, Standing};
pub use next::{NextStep, RecordName};
pub use report::{Cell, CellForm, Column, Report, ReportAsk, ReportName, ReportRow};

/// A text of the product in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A code of a code list, and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coded {
    /// The code as stored. One that the list does not know is its own name.
    pub code: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// At most `limit` rows, in the list's stable order.
    pub rows: Vec<T>,
    /// How many rows the whole list has.
    pub total: u64,
    /// How many rows stand before this page.
    pub offset: u64,
    /// How many rows a page has at most.
    pub limit: u32,
}

/// Who acted: a member, as the grant names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// What became of a commit, as far as this store knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The word.
    pub word: StatusWord,
    /// With [`StatusWord::Merged`]: the highest level that has said so.
    pub level: Option<Level>,
    /// With [`StatusWord::Held`]: why.
    pub reason: Option<ReasonText>,
}

/// Why a commit is held, and what can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonText {
    /// The reason's word, as `out_of_area`.
    pub code: String,
    /// What is wrong.
    pub why: Label,
    /// What to do.
    pub remedy: Label,
}

/// A record of any kind in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Of a matter: what its clocks say.
    pub clock: Option<ClockRow>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellRow {
    /// The field's key.
    pub key: String,
    /// The field's name.
    pub label: Label,
    /// The value as text, as in [`FieldRow::value`].
    pub value: String,
    /// The value for people: a code's name; of a link, what people call the other record, where it is held here.
    pub shown: Label,
}

/// A record of any kind with all that is held here about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// As in the list.
    pub row: RecordRow,
    /// Every stored field but the log, in the order of forms.
    pub fields: Vec<FieldRow>,
    /// Of a matter: the log, in its one order.
    pub log: Vec<StepRow>,
    /// Of a matter: how it flows, who has it, and its four stages.
    pub standing: Option<Standing>,
    /// The records that name this one, by kind; at most 500.
    pub links: Vec<LinkRow>,
}

/// A record that names another in one of its fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A condition on a field: all that is not empty must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldFilter {
    /// The field's key.
    pub key: String,
    /// It has this value, as people type it.
    pub value: String,
    /// It is at least this.
    pub from: String,
    /// It is below this.
    pub until: String,
    /// The opposite: only records without such a value.
    pub missing: bool,
}

/// A field of a record, with everything that was concurrently written to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// One of the values of a field in conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Names the value when settling: opaque, the same on every replica.
    pub choice: String,
    /// The value as text, as in [`FieldRow::value`] but never masked: who chooses must see what differs.
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

/// One step of a matter's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// What it says besides, as a return's reason or a judgement's factors.
    pub details: Vec<DetailRow>,
    /// The stage after the step.
    pub stage: Coded,
    /// Why the step does not count, where it does not.
    pub void: Option<Label>,
}

/// A commit in the history of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Of a held one: what a director answered; absent where none has.
    pub answer: Option<HeldAnswer>,
    /// What it writes to this record, as far as its parts are held here.
    pub changes: Vec<ChangeRow>,
}

/// A director's answer to a held commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldAnswer {
    /// The director's commit.
    pub commit: String,
    /// Why it was declined; absent where it was adopted.
    pub declined: Option<ReasonText>,
}

/// One field that a commit writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A field with several values, waiting for a director.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictRow {
    /// The record.
    pub record: String,
    /// What it is about.
    pub kind: Kind,
    /// The grid that the record belongs to.
    pub area: String,
    /// The name or subject of the record.
    pub title: String,
    /// The field, its values and their authors.
    pub field: FieldRow,
    /// When the latest of the values was stated to be written.
    pub since_ms: Option<i64>,
}

/// A commit that entered no record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// What an area is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaName {
    /// Its code.
    pub area: String,
    /// «青石镇», «东街一网格».
    pub name: String,
}

/// A phone or a hub that syncs with this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerRow {
    /// The public key, 64 hex digits.
    pub key: String,
    /// Which side it is on.
    pub side: PeerSide,
    /// Grid for a phone, else the hub's level.
    pub level: Level,
    /// The member's name (phone) or the hub's name.
    pub name: String,
    /// The member's role, for a phone.
    pub role: Option<Role>,
    /// The area of its grant or charter.
    pub area: String,
    /// Whether a session is open now.
    pub connected: bool,
    /// The last frame from it; absent where there was none.
    pub last_contact_ms: Option<i64>,
    /// Its sequence is durable here up to this place (for the parent: ours there).
    pub through: u64,
    /// Entries of this hub's feed that it has not confirmed (for the parent: ours that it has not receipted).
    pub waiting: u64,
    /// The program that it said it runs, as `wangge/0.1.0`.
    pub agent: String,
    /// When its right ends, for a phone.
    pub until_ms: Option<i64>,
    /// Whether its right was taken away.
    pub revoked: bool,
}

/// Where a peer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerSide {
    /// The hub above.
    Parent,
    /// A hub below.
    Hub,
    /// A member's phone.
    Phone,
    /// A key that this hub keeps for a director.
    Desk,
}

/// How many matters stand at a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageCount {
    /// The stage.
    pub stage: Coded,
    /// Matters.
    pub matters: u64,
}

/// The figures of an area.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Residents.
    pub residents: u64,
    /// Matters.
    pub matters: u64,
    /// Matters whose stage does not end them.
    pub matters_open: u64,
    /// Matters by stage, in the order of the stages, stages without matters too.
    pub stages: Vec<StageCount>,
    /// Commits admitted.
    pub commits: u64,
    /// Commits received and not yet judged.
    pub inbox: u64,
    /// Records that several hands have written concurrently.
    pub parallel: u64,
    /// Fields with several values, waiting for a director.
    pub conflicts: u64,
    /// Held commits that no director has answered.
    pub held: u64,
    /// Records that could not be counted: see [`ProblemRow`].
    pub problems: u64,
}

/// How fresh the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AsOf {
    /// The last place of the feed.
    pub place: u64,
    /// When the latest commit was admitted here, by this hub's clock.
    pub admitted_ms: Option<i64>,
    /// How many changes of records are not yet counted into the rows.
    pub behind: u64,
    /// The last contact with the hub above.
    pub parent_ms: Option<i64>,
    /// The longest silence among the peers below: what they did since is not here.
    pub child_oldest_ms: Option<i64>,
}

/// A record that could not be folded into rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemRow {
    /// The record.
    pub record: String,
    /// Its kind, where known.
    pub kind: Option<Kind>,
    /// The grid that it belongs to; empty where unknown.
    pub area: String,
    /// What went wrong, without the record's content.
    pub text: String,
}

/// Which rows of a list, and which page of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Query {
    /// Only this area and what it contains (a code of 2 to 15 digits); empty for all.
    pub area: String,
    /// Words to find, all of them; two Chinese characters are enough. A whole id number finds its holder exactly.
    pub text: String,
    /// Only records whose fields are so; see [`FieldFilter`].
    pub filters: Vec<FieldFilter>,
    /// Only records that nobody has changed since this instant: the stale ones.
    pub changed_before_ms: Option<i64>,
    /// Of matters: only this stage's code; empty for all.
    pub stage: String,
    /// Of matters: only open (`false`) or closed (`true`) ones.
    pub closed: Option<bool>,
    /// Only records with a field in conflict.
    pub conflicts_only: bool,
    /// What time it is: then matters have their lights and who must be told.
    pub now_ms: Option<i64>,
    /// Of matters: only those that wait for something overdue (`true`) or for nothing overdue (`false`); needs `now_ms`.
    pub overdue: Option<bool>,
    /// Of matters: only those that wait for something due at this instant or before.
    pub due_before_ms: Option<i64>,
    /// In which order.
    pub order: Order,
    /// How many rows to pass over.
    pub offset: u64,
    /// Rows of a page, at most 500; 0 means 50.
    pub limit: u32,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The latest change first.
    #[default]
    Newest,
    /// As in a register: by grid, then household (residents), age (matters) or title (others).
    Register,
    /// Of matters: what is due first; those that wait for nothing last.
    Due,
    /// Of matters: the oldest report first.
    Oldest,
}
