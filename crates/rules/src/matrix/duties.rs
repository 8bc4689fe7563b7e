//! Reads the rows of the kind `duty`.

use wangge_model::step::Part;

use super::{Duty, DutyList, check::check_rows};
use crate::deadline::read_limit;
use crate::finding::Finding;
use crate::table::{Row, parse_table};

/// The shipped table of duties.
pub const DEFAULT_SET: &str = include_str!("../../data/default/duty.tsv");

/// The duties that ship with the program: a fallback owner for every level, so that nothing is nobody's.
#[must_use]
pub fn default_duties() -> Vec<Duty> {
    parse_duties(DEFAULT_SET).0
}

/// Reads a table of duties and says what is wrong with its rows; holes are told by [`super::check_matrix`].
#[must_use]
pub fn parse_duties(text: &str) -> (Vec<Duty>, Vec<Finding>) {
    let (table, mut findings) = parse_table(text);
    let rows: Vec<Duty> = table
        .rows
        .iter()
        .map(|row| duty(row, &mut findings))
        .collect();
    let lines: Vec<usize> = table.rows.iter().map(|row| row.line).collect();
    let odd = check_rows(&rows).into_iter();
    findings.extend(odd.map(|finding| finding.on_lines(&lines)));
    (rows, findings)
}

fn duty(row: &Row, findings: &mut Vec<Finding>) -> Duty {
    let text = |key| row.text(key).to_owned();
    Duty {
        class: text("class"),
        area: row.read("area", findings),
        level: row.read("level", findings),
        part: row.read("part", findings).unwrap_or(Part::Lead),
        unit: text("unit"),
        rights: text("rights"),
        duties: text("duties"),
        basis: text("basis"),
        list: row.word("list", DutyList::from_word, findings),
        fallback: row.flag("fallback", findings),
        limit: read_limit(row, findings),
        validity: row.validity(findings),
        version: text("version"),
    }
}
