//! Reads the rows of the kind `day`.

use crate::finding::Finding;
use crate::table::parse_table;

use super::calendar::{DayRow, DaySort, check_days};

/// The shipped table of days.
pub const DEFAULT_DAYS: &str = include_str!("../../data/default/day.tsv");

/// The days that ship with the program: China's arrangements of 2024, 2025 and 2026.
#[must_use]
pub fn default_days() -> Vec<DayRow> {
    parse_days(DEFAULT_DAYS).0
}

/// Reads a table of days and says what is wrong with it; a row without date or sort is left out.
#[must_use]
pub fn parse_days(text: &str) -> (Vec<DayRow>, Vec<Finding>) {
    let (table, mut findings) = parse_table(text);
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for row in &table.rows {
        let date = row.read("date", &mut findings);
        let sort = row.word("sort", DaySort::from_word, &mut findings);
        let valid_from = row.read("valid_from", &mut findings);
        match (date, sort) {
            (Some(date), Some(sort)) => {
                lines.push(row.line);
                rows.push(DayRow {
                    date,
                    sort,
                    name: row.text("name").to_owned(),
                    valid_from,
                });
            }
            _ => findings.push(row.unreadable("date")),
        }
    }
    let odd = check_days(&rows).into_iter();
    findings.extend(odd.map(|finding| finding.on_lines(&lines)));
    (rows, findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_days_are_sound() {
        let (rows, findings) = parse_days(DEFAULT_DAYS);
        assert_eq!(findings, []);
        let count = |year, sort| {
            rows.iter()
                .filter(|row| row.date.year() == year && row.sort == sort)
                .count()
        };
        // As many as the notices name: 28 days off and 8 make-up days in 2024, and so on.
        assert_eq!(
            [2024, 2025, 2026]
                .map(|year| (count(year, DaySort::Holiday), count(year, DaySort::Working))),
            [(28, 8), (28, 5), (33, 6)]
        );
    }

    #[test]
    fn what_is_no_day_is_told() {
        let (rows, findings) = parse_days(
            "date\tsort\n2025-02-30\tholiday\n2025-03-01\tfestival\n2025-05-01\tholiday\n2025-05-01\tworking\n",
        );
        assert_eq!(rows.len(), 2);
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(
            codes.iter().filter(|code| **code == "table.value").count(),
            4
        );
        assert_eq!(codes.last(), Some(&"day.contradiction"));
        assert_eq!(findings.last().unwrap().rows, [4, 5]);
    }
}
