//! The reference data that counts in one area at one time.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use wangge_model::kind::Kind;
use wangge_model::time::{Date, Ms};
use wangge_rules::automation::{Rule, ladder_of, office_hours_of, parse_rules};
use wangge_rules::deadline::{
    Calendar, DayRow, Hours, Ladder, Standard, default_days, default_standards, parse_days,
    parse_standards,
};
use wangge_rules::finding::Finding;
use wangge_rules::grids::norm::{self, Norm};
use wangge_rules::matrix::{Duty, default_duties, parse_duties};
use wangge_rules::taxonomy::{Class, Taxonomy, default_classes, parse_classes};

use super::cells;

static DEFAULT_CLASSES: LazyLock<Vec<Class>> = LazyLock::new(|| default_classes().0);
static DEFAULT_STANDARDS: LazyLock<Vec<Standard>> = LazyLock::new(default_standards);
static DEFAULT_DUTIES: LazyLock<Vec<Duty>> = LazyLock::new(default_duties);
static DEFAULT_DAYS: LazyLock<Vec<DayRow>> = LazyLock::new(default_days);
static DEFAULT_NORMS: LazyLock<Vec<Norm>> = LazyLock::new(|| norm::parse(norm::DEFAULT_SET).0);

/// Lines of tables with the ids of their records, by kind.
pub(super) type Lines<'a> = BTreeMap<Kind, Vec<(&'a str, &'a str)>>;

/// Rows of a kind with the records that they came from, and what is wrong with them.
#[derive(Debug)]
pub(crate) struct Sourced<T> {
    pub(crate) rows: Vec<T>,
    /// The id of the record of each line of the table; those that make no row as well.
    pub(crate) records: Vec<String>,
    /// What the parser found; their `rows` are lines of the table, of which the first is its head.
    pub(crate) findings: Vec<Finding>,
}

/// The rows of records, in force or not, without the default set: for checks.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(crate) classes: Sourced<Class>,
    pub(crate) standards: Sourced<Standard>,
    pub(crate) duties: Sourced<Duty>,
    pub(crate) days: Sourced<DayRow>,
    pub(crate) norms: Sourced<Norm>,
    pub(crate) rules: Sourced<Rule>,
}

impl Sources {
    pub(super) fn new(lines: &Lines<'_>) -> Self {
        fn sourced<T>(
            lines: &Lines<'_>,
            kind: Kind,
            parse: fn(&str) -> (Vec<T>, Vec<Finding>),
        ) -> Sourced<T> {
            let (rows, findings) = parse(&table(lines, kind));
            let records = lines.get(&kind).into_iter().flatten();
            Sourced {
                rows,
                records: records.map(|(record, _)| (*record).to_owned()).collect(),
                findings,
            }
        }
        Self {
            classes: sourced(lines, Kind::CLASS, parse_classes),
            standards: sourced(lines, Kind::STANDARD, parse_standards),
            duties: sourced(lines, Kind::DUTY, parse_duties),
            days: sourced(lines, Kind::DAY, parse_days),
            norms: sourced(lines, Kind::NORM, norm::parse),
            rules: sourced(lines, Kind::RULE, parse_rules),
        }
    }
}

/// The reference data that counts in one area at one time: rows of records in force, and the default set of a kind of which none is.
#[derive(Debug)]
pub struct Local {
    on: Date,
    classes: Vec<Class>,
    standards: Vec<Standard>,
    duties: Vec<Duty>,
    norms: Vec<Norm>,
    rules: Vec<Rule>,
    ladder: Ladder,
    calendar: Calendar,
    codes: BTreeMap<String, String>,
    tables: BTreeMap<Kind, String>,
}

impl Local {
    /// From the lines in force on a day, and every line of a class and day.
    pub(super) fn new(on: Date, lines: &Lines<'_>, every: &Lines<'_>) -> Self {
        let tables: BTreeMap<Kind, String> = super::KINDS
            .into_iter()
            .map(|kind| (kind, table(lines, kind)))
            .collect();
        let text = |kind: Kind| tables.get(&kind).map_or("", String::as_str);
        let rules = parse_rules(text(Kind::RULE)).0;
        let hours = office_hours_of(&rules, on).unwrap_or_default();
        let ever = parse_classes(&table(every, Kind::CLASS)).0;
        Self {
            on,
            classes: or_default(parse_classes(text(Kind::CLASS)).0, &DEFAULT_CLASSES),
            standards: or_default(parse_standards(text(Kind::STANDARD)).0, &DEFAULT_STANDARDS),
            duties: or_default(parse_duties(text(Kind::DUTY)).0, &DEFAULT_DUTIES),
            norms: or_default(norm::parse(text(Kind::NORM)).0, &DEFAULT_NORMS),
            ladder: ladder_of(&rules, on),
            rules,
            calendar: calendar(&parse_days(&table(every, Kind::DAY)).0, hours),
            codes: codes(ever.iter().chain(DEFAULT_CLASSES.iter())),
            tables,
        }
    }

    /// The classes.
    #[must_use]
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The tree of the classes.
    #[must_use]
    pub fn taxonomy(&self) -> Taxonomy {
        Taxonomy::on(&self.classes, self.on)
    }

    /// The filing standards.
    #[must_use]
    pub fn standards(&self) -> &[Standard] {
        &self.standards
    }

    /// The responsibility matrix.
    #[must_use]
    pub fn duties(&self) -> &[Duty] {
        &self.duties
    }

    /// The bounds of grids and their people.
    #[must_use]
    pub fn norms(&self) -> &[Norm] {
        &self.norms
    }

    /// What the system does by itself; nothing unless a record says so.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// When a matter that waits rises to which level: the default ladder, changed where a rule says so.
    #[must_use]
    pub const fn ladder(&self) -> &Ladder {
        &self.ladder
    }

    /// The working time: default days, those replaced of which a record speaks, and the office hours of a rule where one is in force.
    #[must_use]
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The records of a kind of reference data as a table, in the columns that the rules parse (those of the kind's fields, but for a norm
    /// `sort` in place of `grid_sort`); the head alone where no record is in force.
    #[must_use]
    pub fn table(&self, kind: Kind) -> &str {
        self.tables.get(&kind).map_or("", String::as_str)
    }

    /// The code of the class that a text names by code, name or synonym, whether or not it is in force; else the text itself.
    #[must_use]
    pub fn class_code<'a>(&'a self, text: &'a str) -> &'a str {
        let text = text.trim();
        self.codes.get(text).map_or(text, String::as_str)
    }
}

/// The table of a kind.
fn table(lines: &Lines<'_>, kind: Kind) -> String {
    let lines = lines.get(&kind).into_iter().flatten();
    table_of_lines(kind, lines.map(|(_, cells)| *cells))
}

/// A table of these lines, as the rules read it.
pub(crate) fn table_of_lines<'a>(kind: Kind, lines: impl Iterator<Item = &'a str>) -> String {
    let mut text = cells::head(kind);
    if kind == Kind::NORM {
        // The rules' tables name it shortly.
        text = text.replacen("grid_sort", "sort", 1);
    }
    for cells in lines {
        text.push('\n');
        text.push_str(cells);
    }
    text.push('\n');
    text
}

fn or_default<T: Clone>(own: Vec<T>, default: &[T]) -> Vec<T> {
    if own.is_empty() {
        default.to_vec()
    } else {
        own
    }
}

/// Every row counts, whenever it was decided: a decision that is here has been made, and rows must not wait for a clock.
fn calendar(own: &[DayRow], hours: Hours) -> Calendar {
    let spoken = |day: &&DayRow| own.iter().any(|row| row.date == day.date);
    let default = DEFAULT_DAYS.iter().filter(|day| !spoken(day));
    let rows: Vec<DayRow> = default.chain(own).cloned().collect();
    let decided = rows.iter().filter_map(|row| row.valid_from).max();
    let as_of = decided.unwrap_or_else(|| Ms(0).date());
    Calendar::new(&rows, hours, as_of)
}

/// Codes by themselves and by names and synonyms: of several with one name the shortest code, and the names of records before the default ones.
fn codes<'a>(classes: impl Iterator<Item = &'a Class> + Clone) -> BTreeMap<String, String> {
    let mut codes: BTreeMap<String, String> = BTreeMap::new();
    for class in classes.clone() {
        codes.insert(class.code.clone(), class.code.clone());
    }
    let mut named: Vec<(usize, usize, &Class)> = classes
        .enumerate()
        .map(|(at, class)| (class.code.len(), at, class))
        .collect();
    named.sort_by_key(|(length, at, _)| (*length, *at));
    for by_synonym in [false, true] {
        for (.., class) in &named {
            let names = std::slice::from_ref(&class.name);
            for name in if by_synonym { &class.synonyms } else { names } {
                codes
                    .entry(name.clone())
                    .or_insert_with(|| class.code.clone());
            }
        }
    }
    codes
}
