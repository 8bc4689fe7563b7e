//! Reads the tables of the default sets: columns separated by tabs, the first line the keys, `#` before what is said about the source.

use std::collections::BTreeMap;
use std::str::FromStr;

use wangge_model::time::Date;

use crate::finding::Finding;
use crate::validity::Validity;

/// A table's rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table<'a> {
    /// The keys, in the order of the columns.
    pub keys: Vec<&'a str>,
    /// The rows, in the order of the lines.
    pub rows: Vec<Row<'a>>,
}

/// A row: text by key. A cell that is empty or not there is the empty text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The number of its line, from 1.
    pub line: usize,
    cells: BTreeMap<&'a str, &'a str>,
}

/// Reads a table and says what is wrong with its shape: `table.cells` a row with more cells than keys, `table.key` a key that stands twice.
#[must_use]
pub fn parse_table(text: &str) -> (Table<'_>, Vec<Finding>) {
    let mut table = Table::default();
    let mut findings = Vec::new();
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    for (at, line) in lines {
        let cells = line.split('\t').map(str::trim);
        if table.keys.is_empty() {
            table.keys = cells.collect();
            findings.extend(repeated_keys(&table.keys, at + 1));
            continue;
        }
        if line.split('\t').count() > table.keys.len() {
            let zh = format!("第 {} 行的列数多于表头", at + 1);
            let en = format!("line {} has more cells than there are keys", at + 1);
            findings.push(Finding::hard("table.cells", zh, en).at([at + 1]));
        }
        table.rows.push(Row {
            line: at + 1,
            cells: table.keys.iter().copied().zip(cells).collect(),
        });
    }
    (table, findings)
}

fn repeated_keys(keys: &[&str], line: usize) -> Vec<Finding> {
    let twice = |(at, key): &(usize, &&str)| keys.iter().take(*at).any(|other| other == *key);
    let found = keys.iter().enumerate().filter(twice);
    found
        .map(|(_, key)| {
            let zh = format!("表头“{key}”重复");
            Finding::hard("table.key", zh, format!("the key {key} stands twice")).at([line])
        })
        .collect()
}

impl<'a> Row<'a> {
    /// The text under a key; empty if there is none.
    #[must_use]
    pub fn text(&self, key: &str) -> &'a str {
        self.cells.get(key).copied().unwrap_or_default()
    }

    /// What stands under a key, read; `None` if nothing does, or if it cannot be read, which is then a finding `table.value`.
    pub fn read<T: FromStr>(&self, key: &str, findings: &mut Vec<Finding>) -> Option<T> {
        self.word(key, |text| text.parse().ok(), findings)
    }

    /// The same, read by a function.
    pub fn word<T>(
        &self,
        key: &str,
        read: impl Fn(&str) -> Option<T>,
        findings: &mut Vec<Finding>,
    ) -> Option<T> {
        let text = self.text(key);
        if text.is_empty() {
            return None;
        }
        let value = read(text);
        if value.is_none() {
            findings.push(self.unreadable(key));
        }
        value
    }

    /// Yes or no: `true`, `1`, `是`, or `false`, `0`, `否`, or nothing, which is no.
    pub fn flag(&self, key: &str, findings: &mut Vec<Finding>) -> bool {
        match self.text(key) {
            "true" | "1" | "是" => true,
            "" | "false" | "0" | "否" => false,
            _ => {
                findings.push(self.unreadable(key));
                false
            }
        }
    }

    /// The period of `valid_from` and `valid_until`.
    pub fn validity(&self, findings: &mut Vec<Finding>) -> Validity {
        Validity {
            from: self.read::<Date>("valid_from", findings),
            until: self.read::<Date>("valid_until", findings),
        }
    }

    /// The finding `table.value`: what stands under a key is none of its values.
    #[must_use]
    pub fn unreadable(&self, key: &str) -> Finding {
        let zh = format!("第 {} 行“{key}”的值无法识别", self.line);
        let en = format!("line {}: the value of {key} cannot be read", self.line);
        Finding::hard("table.value", zh, en).at([self.line])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_by_key_and_odd_ones_are_told() {
        let (table, findings) = parse_table(
            "# source\nclass\tlimit_count\turgent\tvalid_from\n\nC01\t3\ttrue\t2025-01-01\nC02\tthree\tmaybe\n# note\nC03\t\t\t\textra\n",
        );
        assert_eq!(table.keys, ["class", "limit_count", "urgent", "valid_from"]);
        assert_eq!(
            table.rows.iter().map(|row| row.line).collect::<Vec<_>>(),
            [4, 5, 7]
        );
        assert_eq!(
            (findings.len(), findings[0].code, &findings[0].rows),
            (1, "table.cells", &vec![7])
        );
        let mut odd = Vec::new();
        let first = &table.rows[0];
        assert_eq!(first.read::<u32>("limit_count", &mut odd), Some(3));
        assert!(first.flag("urgent", &mut odd));
        assert_eq!(
            first.validity(&mut odd).from.unwrap().to_compact(),
            "20250101"
        );
        assert_eq!((first.text("nothing"), odd.len()), ("", 0));
        let second = &table.rows[1];
        assert_eq!(second.read::<u32>("limit_count", &mut odd), None);
        assert!(!second.flag("urgent", &mut odd));
        assert_eq!(
            odd.iter()
                .map(|finding| (finding.code, finding.rows[0]))
                .collect::<Vec<_>>(),
            [("table.value", 5); 2]
        );
    }

    #[test]
    fn a_key_stands_once() {
        let (_, findings) = parse_table("a\tb\ta\n");
        assert_eq!((findings.len(), findings[0].code), (1, "table.key"));
    }
}
