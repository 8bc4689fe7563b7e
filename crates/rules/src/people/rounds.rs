//! When a plan of visits, patrols or inspections is due: each target again and again, so many days after the last time (paper R2, R11, R34).

use wangge_model::time::Date;

/// How often a plan wants each of its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub until: Option<Date>,
    /// Every so many days; `None` once in the whole period.
    pub every_days: Option<i64>,
}

/// Where a target stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Late by so many days, one at least.
    Late(i64),
    /// Due on this day, which is not past.
    Due(Date),
    /// Not wanted any more.
    Done,
}

impl Round {
    /// How many times it was to be done by the end of a day.
    #[must_use]
    pub fn wanted(&self, on: Date) -> i64 {
        let end = self.until.map_or(on, |until| until.min(on));
        match self.every_days {
            Some(days) if days > 0 => self.from.days_until(end).max(0) / days,
            _ => i64::from(self.until.unwrap_or(self.from) <= on),
        }
    }

    /// Where a target stands on a day that was last done on `last`. What was done before the plan began does not count. The first time is due
    /// once the interval has passed from the plan's first day, and nothing is due later than its last day.
    #[must_use]
    pub fn standing(&self, last: Option<Date>, on: Date) -> Standing {
        let last = last.filter(|last| self.from <= *last);
        let due = match (self.every_days, last) {
            (Some(days), last) => last.unwrap_or(self.from).plus(days),
            (None, Some(_)) => return Standing::Done,
            (None, None) => self.until.unwrap_or(self.from),
        };
        let due = match self.until {
            // The next interval reaches beyond the plan: what was done is enough.
            Some(until) if until < due && last.is_some() => return Standing::Done,
            Some(until) => due.min(until),
            None => due,
        };
        if due < on {
            Standing::Late(due.days_until(on))
        } else {
            Standing::Due(due)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::day;
    use super::*;

    #[test]
    fn a_round_is_due_again_and_again_until_its_end() {
        let round = Round {
            from: day("2026-03-01"),
            until: Some(day("2026-06-30")),
            every_days: Some(30),
        };
        let at = |last: Option<&str>, on: &str| round.standing(last.map(day), day(on));
        assert_eq!(at(None, "2026-03-05"), Standing::Due(day("2026-03-31")));
        assert_eq!(at(None, "2026-04-02"), Standing::Late(2));
        assert_eq!(
            at(Some("2026-02-27"), "2026-04-02"),
            Standing::Late(2),
            "before the plan"
        );
        assert_eq!(
            at(Some("2026-04-02"), "2026-05-02"),
            Standing::Due(day("2026-05-02"))
        );
        assert_eq!(at(Some("2026-06-10"), "2026-07-30"), Standing::Done);
        let short = Round {
            every_days: Some(365),
            ..round
        };
        assert_eq!(
            short.standing(None, day("2026-07-01")),
            Standing::Late(1),
            "its end is its last chance"
        );
        let wanted = |on: &str| round.wanted(day(on));
        assert_eq!(
            [
                "2026-02-01",
                "2026-03-30",
                "2026-03-31",
                "2026-04-30",
                "2027-01-01"
            ]
            .map(wanted),
            [0, 0, 1, 2, 4],
            "nothing is wanted beyond its end"
        );
        let once = Round {
            every_days: None,
            ..round
        };
        assert_eq!(
            once.standing(None, day("2026-03-02")),
            Standing::Due(day("2026-06-30"))
        );
        assert_eq!(
            once.standing(Some(day("2026-03-02")), day("2027-01-01")),
            Standing::Done
        );
        assert_eq!(
            (
                once.wanted(day("2026-06-29")),
                once.wanted(day("2026-06-30"))
            ),
            (0, 1)
        );
    }
}
