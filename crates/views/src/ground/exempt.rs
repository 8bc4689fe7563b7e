//! Approved exceptions: records that make the hard findings which they name soft (R24).

use rusqlite::Connection;
use wangge_model::kind::Kind;
use wangge_model::time::Date;
use wangge_rules::finding::{Finding, Weight};

use super::rows;
use crate::error::Result;

/// The exceptions in force on a day.
#[derive(Debug)]
pub(crate) struct Exemptions(Vec<(String, String)>);

impl Exemptions {
    pub(crate) fn load(conn: &Connection, on: Date) -> Result<Self> {
        let rows = rows(conn, Kind::EXEMPTION, "")?;
        let in_force = rows
            .iter()
            .filter(|row| row.validity("from", "until").holds(on));
        let named =
            in_force.map(|row| (row.text("rule").to_owned(), row.text("subject").to_owned()));
        Ok(Self(named.collect()))
    }

    /// Whether a finding about these records is excepted: its rule is, for all or for one of them.
    pub(crate) fn cover(&self, code: &str, records: &[String]) -> bool {
        let about = |subject: &String| subject.is_empty() || records.contains(subject);
        self.0
            .iter()
            .any(|(rule, subject)| rule == code && about(subject))
    }

    /// The findings, those that are excepted made soft.
    pub(crate) fn soften(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        for finding in &mut findings {
            let records: Vec<String> = finding.ids.iter().map(ToString::to_string).collect();
            if self.cover(finding.code, &records) {
                finding.weight = Weight::Soft;
            }
        }
        findings
    }
}
