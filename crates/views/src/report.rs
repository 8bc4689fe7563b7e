//! Reports: each a table made from the ledgers when it is asked for (R55, R60, R79).
//!
//! A report is a [`Sheet`]: its name, its columns and a function from a [`Scope`] to rows, in a module of its own; [`SHEETS`] lists
//! them. Phone, hub and console ask for any by its name, so that a new one needs no word elsewhere. What decides is a rule of
//! `rules`; a sheet reads the records that the rule asks for and puts its answer in cells.

mod accountability;
mod automation;
mod basis;
mod briefing;
mod buck_passing;
mod came_back;
mod campaign;
mod cases;
mod cells;
mod certificates;
mod commitments;
mod corrections;
mod coverage;
mod deliberation;
mod discussion;
mod dispatch;
mod divisions;
mod duplicates;
mod duties;
mod families;
mod faults;
mod guidance;
mod handover;
mod inspections;
mod limits;
mod matrix;
mod misclassified;
mod next;
mod notices;
mod orders;
mod overlay;
mod owners;
mod participation;
mod party;
mod performance;
mod person;
mod plan;
mod policies;
mod prefill;
mod reading;
mod receipts;
mod reentries;
mod requests;
mod resources;
mod return_visits;
mod rights_used;
mod roster;
mod sample;
mod satisfaction;
mod sentiment;
mod service_plan;
mod services;
mod sizing;
mod solved_by_level;
mod staffing;
mod stale;
mod subject;
mod supporters;
mod survey;
mod teams;
mod to_tell;
mod track;
mod unanswered;
mod verdict;
mod workload;

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::area::Area;
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::{Date, Ms};

pub(crate) use cells::Cells;

use crate::detail::unknown;
use crate::error::{Doing, Result, ViewsError};
use crate::limits::REPORT_ROWS_DEFAULT;
use crate::list::area_range;
use crate::reference::Reference;
use crate::rows::{CellForm, Column, Label, Report, ReportAsk, ReportName, ReportRow};
use crate::source;

/// Every report, in the order of menus.
const SHEETS: &[&Sheet] = &[
    &automation::SHEET,
    &basis::SHEET,
    &briefing::SHEET,
    &dispatch::SHEET,
    &duties::SHEET,
    &guidance::SHEET,
    &limits::SHEET,
    &matrix::SHEET,
    &misclassified::SHEET,
    &orders::SHEET,
    &overlay::SHEET,
    &policies::SHEET,
    &duplicates::SHEET,
    &person::SHEET,
    &supporters::SHEET,
    &reentries::SHEET,
    &prefill::HOUSEHOLD,
    &prefill::DWELLING,
    &stale::SHEET,
    &campaign::SHEET,
    &campaign::LEFT,
    &survey::CAMPAIGN,
    &inspections::SHEET,
    &inspections::DUE,
    &survey::SHEET,
    &track::SHEET,
    &discussion::SHEET,
    &unanswered::SHEET,
    &to_tell::SHEET,
    &satisfaction::SHEET,
    &participation::SHEET,
    &participation::POINTS,
    &sentiment::SHEET,
    &notices::SHEET,
    &receipts::SHEET,
    &receipts::RECEIPTS,
    &accountability::SHEET,
    &resources::SHEET,
    &resources::BALANCE,
    &requests::SHEET,
    &services::SHEET,
    &service_plan::SHEET,
    &service_plan::PREFILL,
    &sample::SHEET,
    &faults::SHEET,
    &came_back::SHEET,
    &corrections::SHEET,
    &return_visits::SHEET,
    &performance::SHEET,
    &buck_passing::SHEET,
    &commitments::SHEET,
    &families::SHEET,
    &owners::SHEET,
    &rights_used::SHEET,
    &solved_by_level::SHEET,
    &sizing::SHEET,
    &coverage::SHEET,
    &coverage::GAPS,
    &staffing::SHEET,
    &workload::SHEET,
    &divisions::SPLITS,
    &divisions::JOINS,
    &plan::SHEET,
    &plan::GRIDS,
    &roster::SHEET,
    &roster::TURNOVER,
    &teams::SHEET,
    &teams::COVER,
    &teams::CHIEFS,
    &certificates::SHEET,
    &handover::SHEET,
    &handover::STATEMENT,
    &next::SHEET,
    &next::PLANS,
    &party::SHEET,
    &party::ROLES,
    &party::ACTIVITIES,
    &deliberation::SHEET,
    &deliberation::PARTICIPANTS,
    &cases::SHEET,
    &cases::MENTORS,
];

/// Key, Chinese and English name, and form of a column.
type ColumnLine = (&'static str, &'static str, &'static str, CellForm);

/// A report.
pub(crate) struct Sheet {
    /// One word or two: `policies`.
    name: &'static str,
    label: (&'static str, &'static str),
    /// What a row tells, in Chinese and English.
    tells: (&'static str, &'static str),
    /// The kind of the one record that it is about.
    about: Option<Kind>,
    columns: &'static [ColumnLine],
    rows: fn(&Scope<'_>) -> Result<Vec<ReportRow>>,
}

/// What a sheet reads, and of where and when it tells.
pub(crate) struct Scope<'a> {
    pub(crate) conn: &'a Connection,
    /// Empty for everything here.
    pub(crate) area: &'a str,
    pub(crate) from: Date,
    /// The day after the last.
    pub(crate) until: Date,
    pub(crate) now: Ms,
    pub(crate) reference: &'a Reference,
    /// There, where the sheet is about one record.
    pub(crate) about: Option<RecordId>,
}

impl Scope<'_> {
    /// The last day of the period that has begun: on it, what «is» is told.
    pub(crate) fn on(&self) -> Date {
        let last = self.until.plus(-1);
        last.min(self.now.date()).max(self.from)
    }

    /// The day before the period.
    pub(crate) fn before(&self) -> Date {
        self.from.plus(-1)
    }

    /// The area that is asked about; without one, the smallest that holds all records here. `None` where there are none.
    pub(crate) fn place(&self) -> Result<Option<Area>> {
        if !self.area.is_empty() {
            return Ok(self.area.parse().ok());
        }
        let ends: (Option<String>, Option<String>) = self
            .conn
            .prepare_cached("SELECT min(area), max(area) FROM view_record")
            .and_then(|mut statement| statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?))))
            .doing("looking which area the records lie in")?;
        let (Some(first), Some(last)) = ends else {
            return Ok(None);
        };
        // What the first and the last in order have in common, all between them have.
        let same = first
            .bytes()
            .zip(last.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let prefixes = (0..=same).rev().filter_map(|end| first.get(..end));
        Ok(prefixes.filter_map(|prefix| prefix.parse().ok()).next())
    }

    /// Whether what was issued for `area` holds in some part of the one that is asked about.
    pub(crate) fn meets(&self, area: &str) -> bool {
        area.starts_with(self.area) || self.area.starts_with(area)
    }
}

/// The names of all reports.
pub(crate) fn names() -> Vec<ReportName> {
    SHEETS.iter().map(|sheet| sheet.named()).collect()
}

/// Makes a report.
pub(crate) fn report(
    conn: &Connection,
    ask: &ReportAsk,
    now: Ms,
    reference: &Reference,
) -> Result<Report> {
    area_range(&ask.area)?;
    let sheet = SHEETS
        .iter()
        .find(|sheet| sheet.name == ask.name)
        .ok_or_else(|| unknown("report", &ask.name))?;
    let until = day(&ask.until, "until")?.unwrap_or_else(|| now.date().plus(1));
    let from = day(&ask.from, "from")?.unwrap_or_else(|| until.plus(-30));
    let scope = Scope {
        conn,
        area: &ask.area,
        from,
        until,
        now,
        reference,
        about: sheet.subject(conn, &ask.about)?,
    };
    let mut rows = (sheet.rows)(&scope)?;
    let total = rows.len() as u64;
    let rows_max = if ask.rows_max == 0 {
        REPORT_ROWS_DEFAULT
    } else {
        ask.rows_max
    };
    rows.truncate(usize::try_from(rows_max).unwrap_or(usize::MAX));
    Ok(Report {
        name: sheet.name.to_owned(),
        label: both(sheet.label),
        area: ask.area.clone(),
        from: from.to_string(),
        until: until.to_string(),
        now_ms: now.0,
        columns: sheet.columns.iter().map(column).collect(),
        rows,
        total,
    })
}

/// The sums of a measure in the area and period, by split.
pub(crate) fn sums(scope: &Scope<'_>, measure: &str) -> Result<BTreeMap<String, i64>> {
    crate::indicators::splits(scope.conn, measure, scope.area, (scope.from, scope.until))
}

fn day(text: &str, what: &'static str) -> Result<Option<Date>> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| ViewsError::Question {
        what,
        form: "a day as 2026-10-01",
    })
}

fn both((zh, en): (&str, &str)) -> Label {
    Label {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

fn column(&(key, zh, en, form): &ColumnLine) -> Column {
    Column {
        key: key.to_owned(),
        label: both((zh, en)),
        form,
    }
}

impl Sheet {
    fn named(&self) -> ReportName {
        ReportName {
            name: self.name.to_owned(),
            label: both(self.label),
            tells: both(self.tells),
            about: self.about.map(Kind::word).unwrap_or_default(),
        }
    }

    /// The record that the report is about, if it is about one.
    fn subject(&self, conn: &Connection, about: &str) -> Result<Option<RecordId>> {
        let Some(kind) = self.about else {
            return Ok(None);
        };
        let record: RecordId = about.parse().map_err(|_| ViewsError::Question {
            what: "about",
            form: "a record's id, which this report needs",
        })?;
        match source::head(conn, record)? {
            Some(head) if head.kind == kind => Ok(Some(record)),
            _ => Err(unknown("record of the report's kind", about)),
        }
    }
}
