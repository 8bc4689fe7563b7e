//! Which days and hours are worked: weekends, statutory holidays, make-up days, office hours, in Beijing time.

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::time::{Date, Ms};

use super::hours::Hours;
use crate::finding::Finding;
use crate::words::words;

pub(super) const DAY_MS: i64 = 86_400_000;
const BEIJING_MS: i64 = 8 * 3_600_000;
/// Days since 1970-01-01 of 0001-01-01, which was a Monday.
pub(super) const FIRST_DAY: i64 = -719_162;
/// Days since 1970-01-01 of 9999-12-31.
pub(super) const LAST_DAY: i64 = 2_932_896;

words! {
    /// What a special day is: a code of the list `day_sort`.
    pub enum DaySort {
        /// A day off, whatever day of the week.
        Holiday = "holiday", "放假", "Holiday";
        /// A day that is worked, whatever day of the week.
        Working = "working", "调休上班", "Make-up working day";
    }
}

/// A day that differs from the plain week: a row of the kind `day`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRow {
    /// The day.
    pub date: Date,
    /// What it is.
    pub sort: DaySort,
    /// The holiday's name.
    pub name: String,
    /// When this was decided; of two rows for one day the later decision holds.
    pub valid_from: Option<Date>,
}

/// A day of the week that is not what it usually is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Exception {
    day: i64,
    working: bool,
    /// By how much the exceptions up to this one change the number of working days.
    change: i64,
}

/// The working time as it was known on some day. It is built anew from the rows whenever they change, and every instant with it:
/// what is stored is the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    hours: Hours,
    exceptions: Vec<Exception>,
    years: BTreeSet<u16>,
}

impl Calendar {
    /// The calendar that the rows decided until `as_of` make, in whatever order they are handed in. For one day the latest decision holds;
    /// of two of the same date, `working`.
    #[must_use]
    pub fn new(rows: &[DayRow], hours: Hours, as_of: Date) -> Self {
        let mut days: BTreeMap<i64, (Option<Date>, DaySort)> = BTreeMap::new();
        let mut years = BTreeSet::new();
        let known = |row: &&DayRow| row.valid_from.is_none_or(|from| from <= as_of);
        for row in rows.iter().filter(known) {
            let decided = (row.valid_from, row.sort);
            days.entry(day_of(row.date.start()))
                .and_modify(|held| *held = (*held).max(decided))
                .or_insert(decided);
            if row.sort == DaySort::Holiday {
                years.insert(row.date.year());
            }
        }
        let mut change = 0;
        let mut exceptions = Vec::new();
        for (day, (_, sort)) in days {
            let working = sort == DaySort::Working;
            if working != weekday(day) {
                change += if working { 1 } else { -1 };
                exceptions.push(Exception {
                    day,
                    working,
                    change,
                });
            }
        }
        Self {
            hours,
            exceptions,
            years,
        }
    }

    /// The office hours.
    #[must_use]
    pub const fn hours(&self) -> &Hours {
        &self.hours
    }

    /// Whether a date is worked.
    #[must_use]
    pub fn works(&self, date: Date) -> bool {
        self.working(day_of(date.start()))
    }

    /// The years between two instants of which no holiday is known: there plain weekends are counted, and each is a soft finding
    /// `calendar.missing`. No more than the first ten are named.
    #[must_use]
    pub fn missing(&self, from: Ms, to: Ms) -> Vec<Finding> {
        let years = from.date().year()..=to.date().year();
        years
            .filter(|year| !self.years.contains(year))
            .take(10)
            .map(|year| {
                Finding::soft(
                    "calendar.missing",
                    format!("缺少{year}年的节假日安排，暂按周末计算"),
                    format!("the calendar of {year} is missing: plain weekends are counted"),
                )
            })
            .collect()
    }

    pub(super) fn working(&self, day: i64) -> bool {
        let found = self
            .exceptions
            .binary_search_by_key(&day, |exception| exception.day);
        match found.ok().and_then(|at| self.exceptions.get(at)) {
            Some(exception) => exception.working,
            None => weekday(day),
        }
    }

    /// How many working days there are from [`FIRST_DAY`] to before `day`.
    pub(super) fn working_days_before(&self, day: i64) -> i64 {
        let since = day - FIRST_DAY;
        let plain = since.div_euclid(7) * 5 + since.rem_euclid(7).min(5);
        let at = self
            .exceptions
            .partition_point(|exception| exception.day < day);
        let change = at
            .checked_sub(1)
            .and_then(|last| self.exceptions.get(last))
            .map_or(0, |exception| exception.change);
        plain + change
    }

    /// The `nth` working day, the first being number 1; the last day of all if there are not so many. A bisection, whatever the distance.
    pub(super) fn working_day(&self, nth: i64) -> i64 {
        let (mut low, mut high) = (FIRST_DAY, LAST_DAY);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.working_days_before(middle + 1) >= nth {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

/// Says which rows contradict each other: two decisions of one date about one day (`day.contradiction`).
#[must_use]
pub fn check_days(rows: &[DayRow]) -> Vec<Finding> {
    let mut decided: BTreeMap<(Date, Option<Date>), (usize, DaySort)> = BTreeMap::new();
    let mut findings = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let (first, sort) = *decided
            .entry((row.date, row.valid_from))
            .or_insert((at, row.sort));
        if sort != row.sort {
            let zh = format!("{}既是放假又是上班", row.date);
            let en = format!("{} is both a holiday and a working day", row.date);
            findings.push(Finding::hard("day.contradiction", zh, en).at([first, at]));
        }
    }
    findings
}

/// Monday to Friday.
const fn weekday(day: i64) -> bool {
    (day - FIRST_DAY).rem_euclid(7) < 5
}

/// The day of an instant, in days since 1970-01-01, in Beijing.
pub(super) const fn day_of(at: Ms) -> i64 {
    at.0.saturating_add(BEIJING_MS).div_euclid(DAY_MS)
}

/// Midnight at which a day begins.
pub(super) const fn start_of(day: i64) -> Ms {
    Ms(day * DAY_MS - BEIJING_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadline::default_days;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn holidays_and_make_up_days_go_before_the_week() {
        let calendar = Calendar::new(&default_days(), Hours::default(), day("2026-01-01"));
        for (date, works) in [
            ("2025-09-26", true),
            ("2025-09-27", false),
            ("2025-09-28", true),
            ("2025-10-01", false),
            ("2025-10-08", false),
            ("2025-10-09", true),
            ("2025-10-11", true),
            ("2026-02-14", true),
            ("2026-02-23", false),
            ("2027-10-01", true),
        ] {
            assert_eq!(calendar.works(day(date)), works, "{date}");
        }
    }

    #[test]
    fn a_year_without_data_is_told() {
        let calendar = Calendar::new(&default_days(), Hours::default(), day("2026-01-01"));
        let told = |from, to| {
            let findings = calendar.missing(day(from).start(), day(to).start());
            findings
                .into_iter()
                .map(|finding| finding.en)
                .collect::<Vec<_>>()
        };
        assert_eq!(told("2024-01-01", "2026-12-31"), [""; 0]);
        assert_eq!(
            told("2026-12-31", "2027-01-01"),
            ["the calendar of 2027 is missing: plain weekends are counted"]
        );
        assert_eq!(told("2023-12-31", "2024-01-01").len(), 1);
        assert_eq!(told("0001-01-01", "9999-12-31").len(), 10);
        // What was not yet decided is not known.
        let before = Calendar::new(&default_days(), Hours::default(), day("2025-11-03"));
        assert_eq!(
            before
                .missing(day("2025-12-31").start(), day("2026-01-01").start())
                .len(),
            1
        );
    }
}
