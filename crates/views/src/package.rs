//! Packages: the reference data of a place as tables, judged whole before anything of it is written, and given out in the same shape (R20, R40).
//!
//! A row of a package is held against the other rows of the package, and against the rows in force that it leaves standing: those of the same
//! area that are about something else, and those of wider areas that it does not stand before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wangge_model::area::{Area, Level};
use wangge_model::field::fields;
use wangge_model::kind::Kind;
use wangge_model::time::Date;
use wangge_rules::automation::parse_rules;
use wangge_rules::deadline::{check_coverage, parse_days, parse_standards};
use wangge_rules::finding::{Finding, Weight};
use wangge_rules::grids::norm;
use wangge_rules::matrix::{self, Duty, check_matrix, parse_duties};
use wangge_rules::taxonomy::{
    Class, Taxonomy, check_classes, default_classes, parse_classes, parse_levels,
};

use crate::reference::{Held, KINDS, Reference, table_of_lines};

/// The rows of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageTable {
    /// The kind's word, as `duty`.
    pub kind: String,
    /// The rows, in the order of the file.
    pub rows: Vec<PackageRow>,
}

/// A row of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageRow {
    /// Its line in the file, from 1.
    pub line: u64,
    /// Values by the fields' keys.
    pub values: BTreeMap<String, String>,
}

/// What is wrong with a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageFinding {
    /// The kind whose table it is.
    pub kind: String,
    /// The lines that it is about.
    pub lines: Vec<u64>,
    /// The records in force that it is about.
    pub records: Vec<String>,
    /// The rule's code.
    pub code: String,
    /// Whether it forbids loading the package.
    pub hard: bool,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// Where a row that is judged came from.
enum Origin {
    Line(u64),
    Record(String),
}

/// The rows of a kind as the rules read them: a table, and where each of its rows came from.
struct Judged {
    kind: Kind,
    text: String,
    origins: Vec<Origin>,
}

/// Judges a package by itself: what ships stands where it says nothing.
#[must_use]
pub fn check_package(tables: &[PackageTable], on: Date) -> Vec<PackageFinding> {
    judge(tables, None, on)
}

/// Judges a package for an area, with what is in force there.
pub(crate) fn check_for(
    reference: &Reference,
    area: &Area,
    tables: &[PackageTable],
    on: Date,
) -> Vec<PackageFinding> {
    judge(tables, Some((reference, area)), on)
}

fn judge(
    tables: &[PackageTable],
    place: Option<(&Reference, &Area)>,
    on: Date,
) -> Vec<PackageFinding> {
    let of = |kind: Kind| Judged::of(kind, tables, place, on);
    let classes = of(Kind::CLASS);
    let (mut class_rows, odd) = parse_classes(&classes.text);
    let mut found = classes.told(odd, true);
    if classes.has_lines() {
        found.extend(classes.told(check_classes(&class_rows), false));
    }
    if class_rows.is_empty() {
        class_rows = default_classes().0;
    }
    let codes: Vec<&str> = class_rows.iter().map(|class| class.code.as_str()).collect();
    let standards = of(Kind::STANDARD);
    let (rows, odd) = parse_standards(&standards.text);
    found.extend(standards.told(odd, true));
    found.extend(standards.told(check_coverage(&rows, &codes), false));
    let duties = of(Kind::DUTY);
    let (rows, odd) = parse_duties(&duties.text);
    found.extend(duties.told(odd, true));
    if duties.has_lines() {
        let area = place.map(|(_, area)| area.clone());
        found.extend(duties.told(holes(&rows, &class_rows, area, on), false));
    }
    let days = of(Kind::DAY);
    found.extend(days.told(parse_days(&days.text).1, true));
    let norms = of(Kind::NORM);
    found.extend(norms.told(norm::parse(&norms.text).1, true));
    let rules = of(Kind::RULE);
    found.extend(rules.told(parse_rules(&rules.text).1, true));
    found
}

/// Holes, and duties for classes that do not exist; what is wrong with single rows was told when they were read.
fn holes(rows: &[Duty], classes: &[Class], area: Option<Area>, on: Date) -> Vec<Finding> {
    let taxonomy = Taxonomy::on(classes, on);
    let leaves: Vec<&str> = taxonomy
        .classes()
        .map(|class| class.code.as_str())
        .filter(|code| taxonomy.below(code).next().is_none())
        .collect();
    let areas: Vec<Area> = area.into_iter().collect();
    let scope = matrix::Scope {
        classes: &leaves,
        areas: &areas,
        levels: Level::ALL,
        on,
    };
    let whole = |finding: &Finding| finding.code == "duty.class" || finding.rows.is_empty();
    check_matrix(rows, &scope)
        .into_iter()
        .filter(whole)
        .collect()
}

impl Judged {
    fn of(
        kind: Kind,
        tables: &[PackageTable],
        place: Option<(&Reference, &Area)>,
        on: Date,
    ) -> Self {
        let word = kind.word();
        let rows: Vec<&PackageRow> = tables
            .iter()
            .filter(|table| table.kind == word)
            .flat_map(|table| &table.rows)
            .collect();
        let lines: Vec<String> = rows.iter().map(|row| row.cells(kind)).collect();
        let mut origins: Vec<Origin> = rows.iter().map(|row| Origin::Line(row.line)).collect();
        let held = place.map_or_else(Vec::new, |(reference, area)| {
            reference.beside(kind, area.as_str(), &lines, on)
        });
        let mut all: Vec<&str> = lines.iter().map(String::as_str).collect();
        for Held { record, cells } in held {
            origins.push(Origin::Record(record.to_owned()));
            all.push(cells);
        }
        Self {
            kind,
            text: table_of_lines(kind, all.into_iter()),
            origins,
        }
    }

    fn has_lines(&self) -> bool {
        matches!(self.origins.first(), Some(Origin::Line(_)))
    }

    /// What was found, if a line of the package has to do with it. `lines` says that findings count lines of the table, whose first is its
    /// head, and not places.
    fn told(&self, found: Vec<Finding>, lines: bool) -> Vec<PackageFinding> {
        let told = found.into_iter().filter_map(|finding| {
            let places = finding.rows.iter().map(|row| match lines {
                true => row.saturating_sub(2),
                false => *row,
            });
            let (mut own, mut records) = (Vec::new(), Vec::new());
            for origin in places.filter_map(|place| self.origins.get(place)) {
                match origin {
                    Origin::Line(line) => own.push(*line),
                    Origin::Record(record) => records.push(record.clone()),
                }
            }
            if own.is_empty() && !(finding.rows.is_empty() && self.has_lines()) {
                return None;
            }
            Some(PackageFinding {
                kind: self.kind.word(),
                lines: own,
                records,
                code: finding.code.to_owned(),
                hard: finding.weight == Weight::Hard,
                zh: finding.zh,
                en: finding.en,
            })
        });
        told.collect()
    }
}

impl PackageRow {
    /// Its values in the order of the kind's fields, between tabs, on one line.
    fn cells(&self, kind: Kind) -> String {
        let value = |key: &str| self.values.get(key).map_or("", String::as_str);
        let cells = fields(kind).iter().map(|field| {
            let lines: Vec<&str> = value(field.key).lines().collect();
            lines.join("；").replace('\t', " ")
        });
        cells.collect::<Vec<_>>().join("\t")
    }
}

/// The classes of a list of levels (`level1,level2,level3`), and what is wrong with its lines; their codes come from their places.
#[must_use]
pub fn read_levels(
    text: &str,
    prefix: &str,
    taxonomy: &str,
    version: &str,
) -> (PackageTable, Vec<PackageFinding>) {
    let (classes, found) = parse_levels(text, prefix, taxonomy, version);
    let rows = classes.into_iter().zip(2..).map(|(class, line)| {
        let values = [
            ("code", class.code),
            ("name", class.name),
            ("parent", class.parent),
            ("taxonomy", class.taxonomy),
            ("version", class.version),
        ];
        let values = values.into_iter().filter(|(_, value)| !value.is_empty());
        PackageRow {
            line,
            values: values.map(|(key, value)| (key.to_owned(), value)).collect(),
        }
    });
    let found = found.into_iter().map(|finding| PackageFinding {
        kind: Kind::CLASS.word(),
        lines: finding.rows.iter().map(|line| *line as u64).collect(),
        records: Vec::new(),
        code: finding.code.to_owned(),
        hard: finding.weight == Weight::Hard,
        zh: finding.zh,
        en: finding.en,
    });
    let table = PackageTable {
        kind: Kind::CLASS.word(),
        rows: rows.collect(),
    };
    (table, found.collect())
}

/// What is in force in an area on a day, kind by kind, with what ships where no record is.
pub(crate) fn in_force(reference: &Reference, area: &str, on: Date) -> Vec<PackageTable> {
    let tables = KINDS.into_iter().map(|kind| {
        let lines = reference.in_force(kind, area, on);
        let rows = lines.into_iter().zip(2..).map(|(cells, line)| {
            let values = fields(kind).iter().zip(cells.split('\t'));
            let values = values.filter(|(_, value)| !value.is_empty());
            PackageRow {
                line,
                values: values
                    .map(|(field, value)| (field.key.to_owned(), value.to_owned()))
                    .collect(),
            }
        });
        PackageTable {
            kind: kind.word(),
            rows: rows.collect(),
        }
    });
    tables.filter(|table| !table.rows.is_empty()).collect()
}

/// What ships with the program, as a package.
#[must_use]
pub fn shipped_package(on: Date) -> Vec<PackageTable> {
    in_force(&Reference::default(), "", on)
}
