//! Limits, and the instant at which they are due.
//!
//! The borders, exactly (a thing done *at* the due instant is in time):
//!
//! | unit | due |
//! |---|---|
//! | minute, emergency hour (紧急工作时) | the natural clock, nights and holidays as well |
//! | working hour (工作时) | the first instant at which so much office time has passed. Filed at 11:00, one hour: 12:00, not 14:00. Filed at 12:00, in the night or on a holiday: counting begins when the office opens next |
//! | working day (工作日) | the close of office of the n-th working day after the day of filing, at whatever time of that day it was filed |
//! | calendar day (自然日) | 24:00 of the n-th day after the day of filing; a last day that is a holiday is not moved |
//!
//! The day of filing does not count (民法典 201); a limit of 0 is due when filed. A *suspension* (挂账) holds the clock from its
//! begin until its end: time in it does not count, and a day counts only if its close is not in a suspension. An *extension* (延期) adds the
//! original limit from the current deadline, and no more than two count. Instants outside the years 1 to 9999 are taken as the nearest
//! in them.

use wangge_model::time::Ms;

use crate::words::words;

use super::calendar::{Calendar, DAY_MS, FIRST_DAY, LAST_DAY, day_of, start_of};

/// The most extensions that count (domain.md 4.5).
pub const EXTENSIONS_MAX: u32 = 2;

words! {
    /// What a limit is counted in: a code of the list `limit_unit`.
    pub enum Unit {
        /// Natural clock.
        Minute = "minute", "分钟", "Minute";
        /// Natural clock, including nights and holidays.
        EmergencyHour = "emergency_hour", "紧急工作时", "Emergency hour";
        /// Office hours only.
        WorkingHour = "working_hour", "工作时", "Working hour";
        /// Without weekends and holidays, with make-up days.
        WorkingDay = "working_day", "工作日", "Working day";
        /// Every day.
        CalendarDay = "calendar_day", "自然日", "Calendar day";
    }
}

impl Unit {
    const fn pace(self) -> Pace {
        match self {
            Self::Minute | Self::EmergencyHour => Pace::Natural,
            Self::WorkingHour => Pace::Office,
            Self::WorkingDay => Pace::WorkingDays,
            Self::CalendarDay => Pace::CalendarDays,
        }
    }

    /// One of it at its pace.
    const fn amount(self) -> i64 {
        match self {
            Self::Minute => 60_000,
            Self::EmergencyHour | Self::WorkingHour => 3_600_000,
            Self::WorkingDay | Self::CalendarDay => 1,
        }
    }

    /// The pace at which a part of the limit passes: of a working day, its office time.
    pub(super) const fn flow(self) -> Pace {
        match self {
            Self::Minute | Self::EmergencyHour | Self::CalendarDay => Pace::Natural,
            Self::WorkingHour | Self::WorkingDay => Pace::Office,
        }
    }
}

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Limit {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

impl Limit {
    /// So many of a unit.
    #[must_use]
    pub const fn new(count: u32, unit: Unit) -> Self {
        Self { count, unit }
    }

    /// About how long it takes in milliseconds of the natural clock, a working day as one day and a working hour as three hours; to compare limits
    /// of different units, nothing else.
    #[must_use]
    pub const fn nominal_ms(self) -> i64 {
        let unit = match self.unit {
            Unit::Minute => 60_000,
            Unit::EmergencyHour => 3_600_000,
            Unit::WorkingHour => 3 * 3_600_000,
            Unit::WorkingDay | Unit::CalendarDay => DAY_MS,
        };
        self.count as i64 * unit
    }
}

/// The instant at which a limit is due, counted from `filed` with these suspensions (from, until; in any order, overlapping or not) and
/// so many extensions.
#[must_use]
pub fn due(
    filed: Ms,
    limit: Limit,
    calendar: &Calendar,
    suspensions: &[(Ms, Ms)],
    extensions: u32,
) -> Ms {
    let rounds = i64::from(extensions.min(EXTENSIONS_MAX)) + 1;
    let amount = i64::from(limit.count) * limit.unit.amount() * rounds;
    if amount == 0 {
        return filed;
    }
    let pace = limit.unit.pace();
    let start = match limit.unit {
        Unit::WorkingDay | Unit::CalendarDay => start_of(day_of(within(filed)) + 1),
        Unit::Minute | Unit::EmergencyHour | Unit::WorkingHour => filed,
    };
    Counting::new(calendar, suspensions)
        .advance(pace, start, amount)
        .max(filed)
}

/// What is counted as time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Milliseconds.
    Natural,
    /// Milliseconds of office hours.
    Office,
    /// Closes of office.
    WorkingDays,
    /// Midnights.
    CalendarDays,
}

impl Calendar {
    /// How much has been counted since the first day of all.
    fn elapsed(&self, pace: Pace, at: Ms) -> i64 {
        let day = day_of(at);
        let age_ms = at.0 - start_of(day).0;
        match pace {
            Pace::Natural => at.0 - start_of(FIRST_DAY).0,
            Pace::CalendarDays => day - FIRST_DAY,
            Pace::WorkingDays => {
                let closed = self.working(day) && age_ms >= self.hours().close_ms();
                self.working_days_before(day) + i64::from(closed)
            }
            Pace::Office => {
                let today = if self.working(day) {
                    self.hours().worked_ms(age_ms)
                } else {
                    0
                };
                self.working_days_before(day) * self.hours().per_day_ms() + today
            }
        }
    }

    /// The first instant at which `amount` (1 or more) has been counted since the first day of all.
    fn reach(&self, pace: Pace, amount: i64) -> Ms {
        match pace {
            Pace::Natural => Ms(start_of(FIRST_DAY).0.saturating_add(amount)),
            Pace::CalendarDays => start_of(amount.saturating_add(FIRST_DAY).min(LAST_DAY + 1)),
            Pace::WorkingDays => {
                let day = self.working_day(amount);
                Ms(start_of(day).0 + self.hours().close_ms())
            }
            Pace::Office => {
                let per_day = self.hours().per_day_ms();
                let full = (amount - 1).div_euclid(per_day);
                let day = self.working_day(full.saturating_add(1));
                Ms(start_of(day).0 + self.hours().age_ms(amount - full * per_day))
            }
        }
    }
}

/// Counts time with a calendar and with pauses.
pub(super) struct Counting<'a> {
    calendar: &'a Calendar,
    /// In order and apart.
    pauses: Vec<(Ms, Ms)>,
}

impl<'a> Counting<'a> {
    /// With suspensions in any order.
    pub(super) fn new(calendar: &'a Calendar, suspensions: &[(Ms, Ms)]) -> Self {
        let mut sorted: Vec<(Ms, Ms)> = suspensions
            .iter()
            .map(|&(from, until)| (within(from), within(until)))
            .filter(|(from, until)| from < until)
            .collect();
        sorted.sort_unstable();
        let mut pauses: Vec<(Ms, Ms)> = Vec::with_capacity(sorted.len());
        for (from, until) in sorted {
            match pauses.last_mut() {
                Some((_, end)) if from <= *end => *end = until.max(*end),
                _ => pauses.push((from, until)),
            }
        }
        Self { calendar, pauses }
    }

    /// The first instant at which `amount` (1 or more) has been counted since `start`.
    pub(super) fn advance(&self, pace: Pace, start: Ms, amount: i64) -> Ms {
        let begin = within(start);
        let (mut start, mut left) = (begin, amount);
        for &(from, until) in self.pauses.iter().filter(|(_, until)| *until > begin) {
            let counted = self.between(pace, start, from.max(start));
            if counted >= left {
                break;
            }
            left -= counted;
            start = until;
        }
        let sum = self.calendar.elapsed(pace, start).saturating_add(left);
        within(self.calendar.reach(pace, sum))
    }

    /// How much is counted from `start` until `end`.
    pub(super) fn counted(&self, pace: Pace, start: Ms, end: Ms) -> i64 {
        let (start, end) = (within(start), within(end));
        let paused: i64 = self
            .pauses
            .iter()
            .map(|&(from, until)| self.between(pace, from.max(start), until.min(end)))
            .sum();
        self.between(pace, start, end) - paused
    }

    /// Whether the clock stands still at an instant.
    pub(super) fn paused(&self, at: Ms) -> bool {
        self.pauses
            .iter()
            .any(|&(from, until)| from <= at && at < until)
    }

    fn between(&self, pace: Pace, from: Ms, until: Ms) -> i64 {
        if until <= from {
            return 0;
        }
        self.calendar.elapsed(pace, until) - self.calendar.elapsed(pace, from)
    }
}

/// The nearest instant of the years 1 to 9999.
fn within(at: Ms) -> Ms {
    Ms(at.0.clamp(start_of(FIRST_DAY).0, start_of(LAST_DAY + 1).0))
}

#[cfg(test)]
mod tests;
