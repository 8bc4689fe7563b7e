//! Office hours.

use super::calendar::DAY_MS;

const MINUTE_MS: i64 = 60_000;

/// The office hours of a working day: spans of minutes since midnight, in order, apart from each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    spans: Vec<(i64, i64)>,
}

impl Default for Hours {
    /// 08:00-12:00 and 14:00-18:00 (domain.md 4.5).
    fn default() -> Self {
        Self {
            spans: vec![(8 * 60, 12 * 60), (14 * 60, 18 * 60)],
        }
    }
}

impl Hours {
    /// Spans of minutes since midnight, from and to (not in it), in order and apart, of 24 hours at most; `None` if they are not, or if there are none.
    #[must_use]
    pub fn new(spans: &[(u16, u16)]) -> Option<Self> {
        let mut end = 0;
        for &(from, to) in spans {
            if from < end || to <= from || to > 24 * 60 {
                return None;
            }
            end = to;
        }
        let spans: Vec<_> = spans.iter().map(|&(a, b)| (a.into(), b.into())).collect();
        (!spans.is_empty()).then_some(Self { spans })
    }

    /// Reads `08:00-12:00,14:00-18:00`; `None` if it is not written so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let span = |span: &str| {
            let (from, to) = span.split_once('-')?;
            Some((parse_minute(from)?, parse_minute(to)?))
        };
        let spans: Option<Vec<_>> = text.split([',', '，']).map(span).collect();
        Self::new(&spans?)
    }

    /// The milliseconds that a working day has.
    pub(super) fn per_day_ms(&self) -> i64 {
        self.spans.iter().map(|(a, b)| (b - a) * MINUTE_MS).sum()
    }

    /// The milliseconds worked of a day when it is `ms` old.
    pub(super) fn worked_ms(&self, ms: i64) -> i64 {
        let worked = |&(a, b): &(i64, i64)| ms.clamp(a * MINUTE_MS, b * MINUTE_MS) - a * MINUTE_MS;
        self.spans.iter().map(worked).sum()
    }

    /// How old a day is, in milliseconds, as soon as `worked` milliseconds of it are worked.
    pub(super) fn age_ms(&self, worked: i64) -> i64 {
        let mut left = worked;
        for (a, b) in &self.spans {
            let span = (b - a) * MINUTE_MS;
            if left <= span {
                return a * MINUTE_MS + left;
            }
            left -= span;
        }
        self.close_ms()
    }

    /// How old a day is, in milliseconds, when the office closes.
    pub(super) fn close_ms(&self) -> i64 {
        self.spans.last().map_or(DAY_MS, |(_, to)| to * MINUTE_MS)
    }
}

fn parse_minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_in_order_and_apart() {
        assert_eq!(
            Hours::parse("08:00-12:00,14:00-18:00"),
            Some(Hours::default())
        );
        let whole = Hours::parse("00:00-24:00").unwrap();
        assert_eq!((whole.per_day_ms(), whole.close_ms()), (DAY_MS, DAY_MS));
        for bad in [
            "",
            "08:00",
            "8-12",
            "12:00-08:00",
            "09:00-09:00",
            "08:00-12:00,11:00-13:00",
            "14:00-18:00,08:00-12:00",
            "08:00-24:01",
            "08:60-12:00",
            "25:00-26:00",
        ] {
            assert_eq!(Hours::parse(bad), None, "{bad}");
        }
        assert_eq!(Hours::new(&[]), None);
        assert!(Hours::new(&[(480, 720), (720, 1080)]).is_some());
    }

    #[test]
    fn worked_time_and_the_age_of_a_day_are_inverse() {
        let hours = Hours::default();
        for (minute, worked) in [
            (0, 0),
            (480, 0),
            (481, 1),
            (720, 240),
            (800, 240),
            (900, 300),
            (1439, 480),
        ] {
            assert_eq!(
                hours.worked_ms(minute * MINUTE_MS),
                worked * MINUTE_MS,
                "{minute}"
            );
        }
        for (worked, minute) in [(1, 481), (240, 720), (241, 841), (480, 1080), (481, 1080)] {
            assert_eq!(
                hours.age_ms(worked * MINUTE_MS),
                minute * MINUTE_MS,
                "{worked}"
            );
        }
    }
}
