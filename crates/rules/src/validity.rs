//! From when until when a row of data holds.

use wangge_model::time::Date;

/// A period of dates, both of them in it; without a date it is open on that side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Validity {
    /// The first day on which it holds (`valid_from`).
    pub from: Option<Date>,
    /// The last day on which it holds (`valid_until`).
    pub until: Option<Date>,
}

impl Validity {
    /// Always.
    pub const ALWAYS: Self = Self {
        from: None,
        until: None,
    };

    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(&self, on: Date) -> bool {
        self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
    }

    /// Whether there is a day on which both hold. A period that ends before it begins overlaps none.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let from = self.from.max(other.from);
        let until = match (self.until, other.until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match (from, until) {
            (Some(from), Some(until)) => from <= until,
            _ => true,
        }
    }

    /// Whether it ends before it begins.
    #[must_use]
    pub fn empty(&self) -> bool {
        matches!((self.from, self.until), (Some(from), Some(until)) if until < from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, until: &str) -> Validity {
        Validity {
            from: from.parse().ok(),
            until: until.parse().ok(),
        }
    }

    #[test]
    fn both_ends_belong_to_it() {
        let year = period("2025-01-01", "2025-12-31");
        for (day, holds) in [
            ("2024-12-31", false),
            ("2025-01-01", true),
            ("2025-12-31", true),
            ("2026-01-01", false),
        ] {
            assert_eq!(year.holds(day.parse().unwrap()), holds, "{day}");
        }
        assert!(Validity::ALWAYS.holds("0001-01-01".parse().unwrap()));
        assert!(period("2025-02-01", "2025-01-31").empty());
        assert!(!period("2025-02-01", "2025-02-01").empty() && !Validity::ALWAYS.empty());
    }

    #[test]
    fn periods_that_share_a_day_overlap() {
        let year = period("2025-01-01", "2025-12-31");
        assert!(year.overlaps(&period("2025-12-31", "")));
        assert!(!year.overlaps(&period("2026-01-01", "")));
        assert!(year.overlaps(&period("", "2025-01-01")));
        assert!(!year.overlaps(&period("", "2024-12-31")));
        assert!(year.overlaps(&Validity::ALWAYS) && Validity::ALWAYS.overlaps(&Validity::ALWAYS));
        assert!(!year.overlaps(&period("2025-06-02", "2025-06-01")));
    }
}
