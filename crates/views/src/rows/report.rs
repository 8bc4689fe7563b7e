//! Reports: one table each, made from the ledgers and never typed (R55, R60, R79).

use serde::{Deserialize, Serialize};

use super::Label;

/// What is asked of a report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReportAsk {
    /// Its name, as `policies`.
    pub name: String,
    /// The area; empty for everything here.
    pub area: String,
    /// The first day of the period, `YYYY-MM-DD`; empty for thirty days before its end.
    pub from: String,
    /// The day after the last; empty for tomorrow.
    pub until: String,
    /// With a report about one record: which.
    pub about: String,
    /// At most so many rows; 0 for [`limits::REPORT_ROWS_DEFAULT`](crate::limits::REPORT_ROWS_DEFAULT).
    pub rows_max: u32,
}

/// What a column holds: how its cells are shown and set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellForm {
    /// Words.
    Text,
    /// A word of the program or code of a list, with its label.
    Coded,
    /// A record: its id, with its title as the label.
    Record,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// How many: `n`.
    Count,
    /// A share: `n` of `of`.
    Share,
    /// A time span, `n` in milliseconds.
    Span,
}

/// A column of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its key, as `in_force`.
    pub key: String,
    /// Its name.
    pub label: Label,
    /// What its cells hold.
    pub form: CellForm,
}

/// A cell. One that has nothing to say has an empty `value`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cell {
    /// The text, code, id, day or number, as text.
    pub value: String,
    /// What people read in place of a code or an id.
    pub label: Option<Label>,
    /// The number; of a share, the numerator.
    pub n: Option<i64>,
    /// Of a share, the denominator.
    pub of: Option<i64>,
}

/// A row of a report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReportRow {
    /// Its cells, in the order of the columns.
    pub cells: Vec<Cell>,
}

/// A report's name and what it tells, for menus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportName {
    /// Its name, as `policies`.
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// What each row tells.
    pub tells: Label,
    /// The kind of the record that it is about, where it needs one; else empty.
    pub about: String,
}

/// The answer: a table of an area and period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Which report.
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// The area; empty for everything here.
    pub area: String,
    /// The first day, `YYYY-MM-DD`.
    pub from: String,
    /// The day after the last.
    pub until: String,
    /// As of this moment.
    pub now_ms: i64,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, at most as many as were asked for.
    pub rows: Vec<ReportRow>,
    /// How many rows the whole report has.
    pub total: u64,
}
