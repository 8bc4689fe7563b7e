//! What is asked of a phone offline and of a hub alike: records, reports, the check.

use serde_json::Value;

use crate::{Phone, Room, Said};

/// Whatever answers `record …`. Of a hub with several directors or a room with several hubs only where the words say which.
pub trait Ledger {
    /// `record words…`.
    fn record(&self, words: &[&str]) -> Said;

    /// The rows of a report.
    ///
    /// # Panics
    /// When it is not made.
    fn rows(&self, report: &str, more: &[&str]) -> Vec<Value> {
        let said = self.record(&[&["report", report], more].concat()).json();
        said["rows"].as_array().expect("rows").clone()
    }

    /// The rows of a report about a record.
    fn about(&self, report: &str, record: &str) -> Vec<Value> {
        self.rows(report, &["--about", record])
    }

    /// A new record, by its kind and fields; its id.
    ///
    /// # Panics
    /// When it is not taken.
    fn new_record(&self, words: &[&str]) -> String {
        let said = self.record(&[&["new"], words].concat()).json();
        said["record"].as_str().expect("an id").to_owned()
    }

    /// Edits fields.
    fn set(&self, record: &str, fields: &[&str]) {
        let _ = self.record(&[&["set", record], fields].concat()).json();
    }

    /// A step of a matter.
    fn step(&self, matter: &str, words: &[&str]) {
        let _ = self.record(&[&["step", matter], words].concat()).json();
    }

    /// The findings of the check. It ends with 1 where something is forbidden, and tells all the same.
    ///
    /// # Panics
    /// When it does not tell.
    fn findings(&self) -> Vec<Value> {
        let said = self.record(&["check"]);
        let first = said.out.lines().next().unwrap_or_default();
        let told: Value = serde_json::from_str(first).expect("what the check found");
        told["findings"].as_array().expect("findings").clone()
    }

    /// Whether the check finds a rule broken.
    fn finds(&self, code: &str) -> bool {
        self.findings()
            .iter()
            .any(|finding| finding["code"] == code)
    }
}

impl Ledger for Phone {
    fn record(&self, words: &[&str]) -> Said {
        self.ask(&[&["record"], words].concat())
    }
}

impl Ledger for Room {
    fn record(&self, words: &[&str]) -> Said {
        self.ask(&[&["record"], words].concat())
    }
}

/// `key=record`, as links are typed.
#[must_use]
pub fn link(key: &str, record: &str) -> String {
    format!("{key}={record}")
}

/// The code of a cell.
///
/// # Panics
/// When it has none.
#[must_use]
pub fn code<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key]["code"].as_str().expect("a code")
}

/// The text of a cell.
#[must_use]
pub fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

/// The record of a cell.
///
/// # Panics
/// When it names none.
#[must_use]
pub fn record<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key]["record"].as_str().expect("a record")
}

/// How many of how many, in a cell.
///
/// # Panics
/// When it is no share.
#[must_use]
pub fn share(row: &Value, key: &str) -> (i64, i64) {
    let number = |part: &str| row[key][part].as_i64().expect("a number");
    (number("n"), number("of"))
}

/// So many hours from now, as it is typed.
///
/// # Panics
/// When the machine's clock stands before 1970.
#[must_use]
pub fn hours_from_now(hours: i64) -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = i64::try_from(since.expect("a clock").as_millis()).expect("a time");
    wangge_model::time::Ms(now + hours * 3_600_000).to_string()
}
