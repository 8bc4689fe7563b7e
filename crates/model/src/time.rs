//! Time without a clock: milliseconds, hybrid logical time, and dates as people write them.
//!
//! People's dates are Beijing time, UTC+8 all year, which is the legal time of the whole country.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

const MS_PER_DAY: i64 = 86_400_000;
const BEIJING_OFFSET_MS: i64 = 8 * 3_600_000;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Ms(pub i64);

impl Ms {
    /// Beijing time as RFC 3339, `2017-10-14T14:25:14+08:00`, cut to seconds.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let (date, (hour, minute, second)) = self.beijing();
        format!("{date}T{hour:02}:{minute:02}:{second:02}+08:00")
    }

    /// Beijing time for screens, `2017-10-14 14:25`.
    #[must_use]
    pub fn to_minutes(self) -> String {
        let (date, (hour, minute, _)) = self.beijing();
        format!("{date} {hour:02}:{minute:02}")
    }

    /// So many times 24 hours later; earlier where `days` is negative.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(MS_PER_DAY)))
    }

    /// The date in Beijing.
    #[must_use]
    pub fn date(self) -> Date {
        self.beijing().0
    }

    fn beijing(self) -> (Date, (i64, i64, i64)) {
        let local = self.0.saturating_add(BEIJING_OFFSET_MS);
        let seconds = local.rem_euclid(MS_PER_DAY) / 1000;
        (
            Date::from_days(local.div_euclid(MS_PER_DAY)),
            (seconds / 3600, seconds / 60 % 60, seconds % 60),
        )
    }
}

impl fmt::Display for Ms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

impl FromStr for Ms {
    type Err = Error;

    /// Reads RFC 3339 (`2017-10-14T14:25:14+08:00`, `…Z`), and what people write: `2017-10-14 14:25[:14]` and `2017-10-14`,
    /// `2017/10/14` or `20171014`, all in Beijing time. Fractions of a second are cut to milliseconds.
    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let (date, rest) = match text.find(['T', 't', ' ']) {
            Some(at) => (
                text.get(..at).unwrap_or_default(),
                text.get(at + 1..).unwrap_or_default(),
            ),
            None => (text, ""),
        };
        let date: Date = date.parse()?;
        let (clock, offset_ms) = split_offset(rest.trim())?;
        Ok(Self(
            date.days() * MS_PER_DAY + parse_clock(clock)? - offset_ms,
        ))
    }
}

/// Cuts a zone off a time of day; without one it is Beijing's.
fn split_offset(text: &str) -> Result<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Ok((clock, 0));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Ok((text, BEIJING_OFFSET_MS));
    };
    let (clock, zone) = text.split_at(at);
    let digits: String = zone.chars().skip(1).filter(|c| *c != ':').collect();
    let (Some(hours), Some(minutes)) = (number(digits.get(..2)), number(digits.get(2..))) else {
        return Err(Error::Time {
            why: "the zone is written as +08:00",
        });
    };
    if digits.len() != 4 || hours > 14 || minutes > 59 {
        return Err(Error::Time {
            why: "the zone is written as +08:00",
        });
    }
    let ms = (hours * 60 + minutes) * 60_000;
    Ok((clock, if zone.starts_with('-') { -ms } else { ms }))
}

/// Reads `14:25`, `14:25:14` or `14:25:14.5`, or nothing, as milliseconds of the day.
fn parse_clock(text: &str) -> Result<i64> {
    const WHY: Error = Error::Time {
        why: "a time of day is written as 14:25 or 14:25:14",
    };
    if text.is_empty() {
        return Ok(0);
    }
    let mut parts = text.split(':');
    let hour = number(parts.next()).filter(|h| *h < 24).ok_or(WHY)?;
    let minute = number(parts.next()).filter(|m| *m < 60).ok_or(WHY)?;
    let Some(seconds) = parts.next() else {
        return Ok((hour * 60 + minute) * 60_000);
    };
    let (second, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    // 60 is a leap second, counted as the next minute's first.
    let second = number(Some(second)).filter(|s| *s <= 60).ok_or(WHY)?;
    let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
    let ms = number(Some(&thousandths)).ok_or(WHY)?;
    if parts.next().is_some() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(WHY);
    }
    Ok(((hour * 60 + minute) * 60 + second) * 1000 + ms)
}

/// Reads 1 to 9 digits.
fn number(text: Option<&str>) -> Option<i64> {
    let text = text?;
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// A calendar date that exists, of the years 1 to 9999; written `2017-10-14`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The date, if there is such a day.
    pub fn new(year: i64, month: i64, day: i64) -> Result<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + i64::from(leap),
            _ => {
                return Err(Error::Time {
                    why: "a month is 1 to 12",
                });
            }
        };
        if !(1..=days).contains(&day) {
            return Err(Error::Time {
                why: "that month has no such day",
            });
        }
        match (u16::try_from(year), u8::try_from(month), u8::try_from(day)) {
            (Ok(year @ 1..=9999), Ok(month), Ok(day)) => Ok(Self { year, month, day }),
            _ => Err(Error::Time {
                why: "a year is 1 to 9999",
            }),
        }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Midnight in Beijing at which it begins.
    #[must_use]
    pub fn start(self) -> Ms {
        Ms(self.days() * MS_PER_DAY - BEIJING_OFFSET_MS)
    }

    /// So many days later; earlier where `days` is negative.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        self.start().plus_days(days).date()
    }

    /// Days from this date to another; negative where that is earlier.
    #[must_use]
    pub fn days_until(self, other: Self) -> i64 {
        other.start().0.saturating_sub(self.start().0) / MS_PER_DAY
    }

    /// `19491231`, as GB/T 31000 writes dates.
    #[must_use]
    pub fn to_compact(self) -> String {
        format!("{:04}{:02}{:02}", self.year, self.month, self.day)
    }

    /// Days since 1970-01-01 (H. Hinnant, chrono-Compatible Low-Level Date Algorithms).
    fn days(self) -> i64 {
        let month = i64::from(self.month);
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The inverse of [`Self::days`]; days before year 1 and after 9999 become the nearest date there is.
    fn from_days(days: i64) -> Self {
        let days = days.clamp(-719_162, 2_932_896) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            year: u16::try_from(year).unwrap_or(1),
            month: u8::try_from(month).unwrap_or(1),
            day: u8::try_from(day).unwrap_or(1),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = Error;

    /// Reads `2017-10-14`, `2017/10/14` and `20171014`.
    fn from_str(text: &str) -> Result<Self> {
        const WHY: Error = Error::Time {
            why: "a date is written as 2017-10-14",
        };
        let mut parts = text.split(['-', '/']);
        let fields = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(compact), None, None, None) if compact.len() == 8 => {
                (compact.get(..4), compact.get(4..6), compact.get(6..))
            }
            (Some(year), month @ Some(_), day @ Some(_), None) if year.len() == 4 => {
                (Some(year), month, day)
            }
            _ => return Err(WHY),
        };
        match (number(fields.0), number(fields.1), number(fields.2)) {
            (Some(year), Some(month), Some(day)) => Self::new(year, month, day),
            _ => Err(WHY),
        }
    }
}

/// Hybrid logical time: milliseconds since 1970 in the upper 48 bits, a counter in the lower 16. It never runs backwards, whatever a
/// device's clock does.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Hlc(pub u64);

impl Hlc {
    /// The time of a wall clock; times before 1970 are 1970.
    #[must_use]
    pub fn from_ms(ms: Ms) -> Self {
        Self(u64::try_from(ms.0).unwrap_or(0).min((1 << 48) - 1) << 16)
    }

    /// The next time after `last` (the latest of all that the device wrote or saw), not before the wall clock's `now`.
    #[must_use]
    pub fn next(last: Self, now: Ms) -> Self {
        Self(last.0.saturating_add(1)).max(Self::from_ms(now))
    }

    /// The later of two: what a device has seen after it learns of `other`.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        self.max(other)
    }

    /// The wall-clock part.
    #[must_use]
    pub fn ms(self) -> Ms {
        Ms(i64::try_from(self.0 >> 16).unwrap_or(i64::MAX))
    }

    /// The counter part.
    #[must_use]
    pub const fn counter(self) -> u16 {
        (self.0 & 0xffff) as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn people_and_machines_write_the_same_instant() {
        for text in [
            "2017-10-14T14:25:14+08:00",
            "2017-10-14T06:25:14Z",
            "2017-10-14 14:25:14",
            "2017/10/14 14:25:14",
            "20171014 14:25:14.000",
            "2017-10-14T01:25:14-05:00",
        ] {
            assert_eq!(
                text.parse::<Ms>().unwrap().to_rfc3339(),
                "2017-10-14T14:25:14+08:00",
                "{text}"
            );
        }
        assert_eq!("1970-01-01T00:00:00Z".parse::<Ms>().unwrap(), Ms(0));
        assert_eq!(
            "2000-02-29".parse::<Ms>().unwrap().to_minutes(),
            "2000-02-29 00:00"
        );
        assert_eq!(
            "2017-10-14 14:25"
                .parse::<Ms>()
                .unwrap()
                .date()
                .to_compact(),
            "20171014"
        );
    }

    #[test]
    fn what_is_no_time_says_why() {
        for bad in [
            "",
            "2017",
            "2017-13-01",
            "2017-02-29",
            "2017-10-14T25:00",
            "2017-10-14T10:60",
            "2017-10-14T10:00+8",
            "2017-10-14T1:2:3:4",
            "明天",
            "2017-10-14T10:00:00.x",
        ] {
            assert!(bad.parse::<Ms>().is_err(), "{bad}");
        }
    }

    #[test]
    fn logical_time_grows_though_the_clock_falls_back() {
        let first = Hlc::next(Hlc::default(), Ms(1_000));
        let second = Hlc::next(first, Ms(500));
        assert!(second > first);
        assert_eq!((second.ms(), second.counter()), (Ms(1_000), 1));
        assert_eq!(Hlc::next(second, Ms(2_000)).ms(), Ms(2_000));
        assert_eq!(Hlc::next(Hlc(u64::MAX), Ms(0)), Hlc(u64::MAX));
    }

    proptest! {
        #[test]
        fn a_time_reads_back(ms in -62_000_000_000_000_i64..250_000_000_000_000) {
            let ms = Ms(ms / 1000 * 1000);
            prop_assert_eq!(ms.to_rfc3339().parse::<Ms>().unwrap(), ms);
        }

        #[test]
        fn any_text_parses_or_not(text in ".{0,40}") {
            let _ = text.parse::<Ms>();
        }

        #[test]
        fn any_number_prints(ms in any::<i64>()) {
            prop_assert!(!Ms(ms).to_rfc3339().is_empty());
        }
    }
}
