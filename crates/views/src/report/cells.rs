//! Cells, as sheets write them.

use wangge_model::id::RecordId;
use wangge_model::time::Date;
use wangge_rules::finding::Finding;

use crate::rows::{Cell, Coded, Label, ReportRow};

/// A row that is written cell by cell, in the order of the sheet's columns.
#[derive(Debug, Default)]
pub(crate) struct Cells(Vec<Cell>);

impl Cells {
    pub(crate) fn text(self, text: impl Into<String>) -> Self {
        self.cell(Cell {
            value: text.into(),
            ..Cell::default()
        })
    }

    /// A code with what it means.
    pub(crate) fn coded(self, coded: Coded) -> Self {
        self.cell(Cell {
            value: coded.code,
            label: Some(Label {
                zh: coded.zh,
                en: coded.en,
            }),
            ..Cell::default()
        })
    }

    /// A record by its title; without one, its id is shown.
    pub(crate) fn record(self, record: RecordId, title: &str) -> Self {
        let label = (!title.is_empty()).then(|| Label {
            zh: title.to_owned(),
            en: title.to_owned(),
        });
        self.cell(Cell {
            value: record.to_string(),
            label,
            ..Cell::default()
        })
    }

    pub(crate) fn date(self, date: Option<Date>) -> Self {
        self.text(date.map(|date| date.to_string()).unwrap_or_default())
    }

    /// Nothing to say.
    pub(crate) fn nothing(self) -> Self {
        self.cell(Cell::default())
    }

    /// How many, or a time span in milliseconds.
    pub(crate) fn number(self, n: i64) -> Self {
        self.cell(Cell {
            value: n.to_string(),
            n: Some(n),
            ..Cell::default()
        })
    }

    /// How many, where it is known.
    pub(crate) fn count(self, n: Option<i64>) -> Self {
        match n {
            Some(n) => self.number(n),
            None => self.text(""),
        }
    }

    /// What rules found: their codes, with what each says; empty where nothing was.
    pub(crate) fn findings(self, findings: &[Finding]) -> Self {
        let join = |each: fn(&Finding) -> &str, with: &str| {
            findings.iter().map(each).collect::<Vec<_>>().join(with)
        };
        self.cell(Cell {
            value: join(|finding| finding.code, " "),
            label: (!findings.is_empty()).then(|| Label {
                zh: join(|finding| &finding.zh, "；"),
                en: join(|finding| &finding.en, "; "),
            }),
            ..Cell::default()
        })
    }

    /// A record, if there is one.
    pub(crate) fn record_or(self, record: Option<RecordId>, title: &str) -> Self {
        match record {
            Some(record) => self.record(record, title),
            None => self.text(""),
        }
    }

    /// `n` of `of`; nothing of nothing has no value.
    pub(crate) fn share(self, n: i64, of: i64) -> Self {
        let permille = n.saturating_mul(1000).checked_div(of);
        self.cell(Cell {
            value: permille
                .map(|permille| format!("{}.{}%", permille / 10, permille % 10))
                .unwrap_or_default(),
            n: Some(n),
            of: Some(of),
            ..Cell::default()
        })
    }

    fn cell(mut self, cell: Cell) -> Self {
        self.0.push(cell);
        self
    }

    pub(crate) fn row(self) -> ReportRow {
        ReportRow { cells: self.0 }
    }
}
