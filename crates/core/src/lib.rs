//! houses: the phone. Records edited offline, synced with the community's hub when there is a link.
//!
//! ```no_run
//! use wangge_core::{FieldEdit, OpenOptions, Phone, Query};
//!
//! # fn main() -> Result<(), wangge_core::Error> {
//! let phone = Phone::open(&OpenOptions::new("records.db", [7; 32]))?;
//! phone.enrol("WANGGE:…", 10_000)?;                                        // once, with a link
//! let saved = phone.create("resident", vec![FieldEdit::set("name", "王芳")])?; // «saved»: durable on this phone
//! phone.sync_once(5_000)?;                                                 // when there is a link again
//! let found = phone.list("resident", &Query { text: "王芳".into(), ..Query::default() })?;
//! assert_eq!(found.rows[0].record, saved.record);
//! phone.close()
//! # }
//! ```
//!
//! Everything here is plain data and one object, [`Phone`]. Its calls block, come from any thread, and own no thread of the app. An
//! [`Error`] has six kinds, each one thing that the app can do.

pub mod limits;

mod dice;
mod drafts;
mod error;
mod face;
mod fields;
mod keeper;
mod machine;
mod marker;
mod phone;
mod prove;
mod runtime;
mod salvage;
mod session;
mod suggest;
mod trouble;
mod watching;

pub use error::{Error, Trouble};
pub use face::{
    Draft, FieldEdit, Form, FormField, KeyStore, NewStep, OpenOptions, PhoneStatus, RecordPage,
    Salvage, Saved, SyncEnd, SyncReport, Watcher,
};
pub use phone::Phone;
pub use rows::Query;
pub use suggest::{Suggested, SuggestedClass, UrgencyHint, suggest};
pub use wangge_views::{
    PackageFinding, PackageRow, PackageTable, check_package, read_levels, reports, shipped_package,
};
pub use watching::Watch;

/// The rows of lists and details, and the words in them.
pub mod rows {
    pub use wangge_model::kind::{Act, Facet, Kind, Level, Role};
    pub use wangge_views::rows::{
        Candidate, Cell, CellForm, CellRow, ChangeRow, Check, ClockRow, Coded, Column, CountedIn,
        DetailRow, EscalationRow, FieldFilter, FieldRow, Figures, FindingRow, HeldAnswer,
        HeldByRow, HeldRow, HistoryRow, Indicator, Label, Light, LinkRow, Order, PartRow, Person,
        PhaseRow, Query, ReasonText, Record, RecordRow, Report, ReportAsk, ReportName, ReportRow,
        Split, Standing, Status, StatusWord, StepRow,
    };
}

#[cfg(test)]
mod tests;
