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

    /// A new record; its id.
    ///
    /// # Panics
    /// When it is not taken.
    fn new_record(&self, kind: &str, fields: &[&str]) -> String {
        let said = self.record(&[&["new", kind], fields].concat()).json();
        said["record"].as_str().expect("an id").to_owned()
    }

    /// A new record in one line, as `resident name=王芳 sex=2`; its id.
    ///
    /// # Panics
    /// When it is not taken.
    fn make(&self, words: &str) -> String {
        let (kind, fields) = words.split_once(' ').unwrap_or((words, ""));
        let fields: Vec<&str> = fields.split(' ').filter(|word| !word.is_empty()).collect();
        self.new_record(kind, &fields)
    }

    /// Edits fields.
    fn write(&self, record: &str, fields: &[&str]) {
        let _ = self.record(&[&["set", record], fields].concat()).json();
    }

    /// Edits fields in one line, as `sex=2 phone=19900000001`.
    fn set(&self, record: &str, fields: &str) {
        self.write(record, &fields.split(' ').collect::<Vec<_>>());
    }

    /// A step of a matter, as `dispatch --to 路灯所`.
    fn step(&self, matter: &str, words: &str) {
        let words: Vec<&str> = words.split(' ').collect();
        let _ = self
            .record(&[&["step", matter], &words[..]].concat())
            .json();
    }

    /// The findings of the check. It ends with 1 where something is forbidden, and tells all the same.
    ///
    /// # Panics
    /// When it does not tell.
    fn findings(&self) -> Vec<Value> {
        let said = self.record(&["check", "--rows", "500"]);
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

/// A cell as text: its code, record, share as `n/of`, number or words.
///
/// # Panics
/// When the row has no such cell.
#[must_use]
pub fn cell(row: &Value, key: &str) -> String {
    let cell = row.get(key).unwrap_or_else(|| panic!("no {key} in {row}"));
    let part = |part: &str| cell[part].as_str().map(str::to_owned);
    let share = || Some(format!("{}/{}", cell.get("n")?, cell.get("of")?));
    let plain = || cell.as_str().map(str::to_owned);
    part("code")
        .or_else(|| part("record"))
        .or_else(share)
        .or_else(plain)
        .unwrap_or_else(|| cell.to_string())
}

/// Cells of a row, named with spaces between, as text with ` | ` between.
#[must_use]
pub fn cells(row: &Value, keys: &str) -> String {
    let cells: Vec<String> = keys.split(' ').map(|key| cell(row, key)).collect();
    cells.join(" | ")
}

/// The same of each row.
#[must_use]
pub fn lines(rows: &[Value], keys: &str) -> Vec<String> {
    rows.iter().map(|row| cells(row, keys)).collect()
}

/// The rows whose cell says this.
#[must_use]
pub fn only(rows: &[Value], key: &str, says: &str) -> Vec<Value> {
    let said = rows.iter().filter(|row| cell(row, key) == says);
    said.cloned().collect()
}

/// The one row whose cell says this.
///
/// # Panics
/// When there is none, or more.
#[must_use]
pub fn one(rows: &[Value], key: &str, says: &str) -> Value {
    let mut found = only(rows, key, says);
    assert_eq!(found.len(), 1, "{key} {says} in {rows:?}");
    found.remove(0)
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
