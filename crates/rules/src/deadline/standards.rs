//! Reads the rows of the kind `standard`.

use super::clock::Wait;
use super::limit::{Limit, Unit};
use super::severity::Severity;
use super::standard::{Standard, check_standards};
use crate::finding::Finding;
use crate::table::{Row, parse_table};

/// The shipped table of standards.
pub const DEFAULT_STANDARDS: &str = include_str!("../../data/default/standard.tsv");

/// The standards that ship with the program; their source and confidence stand in the table.
#[must_use]
pub fn default_standards() -> Vec<Standard> {
    parse_standards(DEFAULT_STANDARDS).0
}

/// Reads a table of standards and says what is wrong with it.
#[must_use]
pub fn parse_standards(text: &str) -> (Vec<Standard>, Vec<Finding>) {
    let (table, mut findings) = parse_table(text);
    let rows: Vec<Standard> = table
        .rows
        .iter()
        .map(|row| standard(row, &mut findings))
        .collect();
    let lines: Vec<usize> = table.rows.iter().map(|row| row.line).collect();
    findings.extend(
        check_standards(&rows)
            .into_iter()
            .map(|finding| finding.on_lines(&lines)),
    );
    (rows, findings)
}

/// The limit of a row: its count and its unit, or neither.
pub(crate) fn read_limit(row: &Row, findings: &mut Vec<Finding>) -> Option<Limit> {
    let count = row.read::<u32>("limit_count", findings);
    let unit = row.word("limit_unit", Unit::from_word, findings);
    Some(Limit::new(count?, unit?))
}

fn standard(row: &Row, findings: &mut Vec<Finding>) -> Standard {
    let text = |key| row.text(key).to_owned();
    Standard {
        class: text("class"),
        condition: text("condition"),
        stage: row
            .word("stage", Wait::from_word, findings)
            .unwrap_or_default(),
        measure: text("measure"),
        at_least: row.read("at_least", findings).unwrap_or_default(),
        severity: row
            .word("severity", Severity::from_code, findings)
            .unwrap_or_default(),
        urgent: row.flag("urgent", findings),
        limit: read_limit(row, findings),
        closing: text("closing"),
        supervisor: text("supervisor"),
        responsible: text("responsible"),
        evidence: text("evidence"),
        basis: text("basis"),
        validity: row.validity(findings),
        version: text("version"),
    }
}
