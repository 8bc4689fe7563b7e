use proptest::prelude::*;

use super::*;
use crate::deadline::{DayRow, DaySort, Hours, default_days};

fn calendar() -> Calendar {
    Calendar::new(
        &default_days(),
        Hours::default(),
        "2026-01-01".parse().unwrap(),
    )
}

fn ms(text: &str) -> Ms {
    text.parse().unwrap()
}

fn shown(at: Ms) -> String {
    at.to_minutes()
}

/// The years 1 to 9999 are reckoned to their very last instant; what lies outside is taken as their nearest.
#[test]
fn the_first_and_the_last_day_of_all_are_days_as_any_other() {
    let hour = |filed: &str| {
        let filed = ms(filed);
        let limit = Limit::new(1, Unit::EmergencyHour);
        due(filed, limit, &calendar(), &[], 0).0 - filed.0
    };
    for filed in ["9999-12-31T12:00:00+08:00", "0001-01-01T00:00:00+08:00"] {
        assert_eq!(hour(filed), 3_600_000, "{filed}");
    }
    let end = start_of(LAST_DAY + 1);
    let late = Limit::new(u32::MAX, Unit::CalendarDay);
    assert_eq!(
        due(ms("9999-12-30T12:00:00+08:00"), late, &calendar(), &[], 0),
        end
    );
    let after = Ms(end.0 + 5);
    assert_eq!(
        due(after, Limit::new(1, Unit::Minute), &calendar(), &[], 0),
        after
    );
}

/// Worked by hand with the published calendars. In 2025 September 28 (Sunday) and October 11 (Saturday) are worked, October 1 to 8 are free;
/// in 2026 February 14 and 28 (Saturdays) are worked, February 15 to 23 are free.
const WORKED: &[(&str, u32, Unit, &str)] = &[
    // Natural clock: nights and holidays count.
    ("2025-10-01 23:30", 30, Unit::Minute, "2025-10-02 00:00"),
    (
        "2025-10-01 23:30",
        2,
        Unit::EmergencyHour,
        "2025-10-02 01:30",
    ),
    // Office hours: an end of a span is reached before the next begins.
    ("2025-09-26 11:00", 1, Unit::WorkingHour, "2025-09-26 12:00"),
    ("2025-09-26 12:00", 1, Unit::WorkingHour, "2025-09-26 15:00"),
    ("2025-09-26 13:10", 1, Unit::WorkingHour, "2025-09-26 15:00"),
    ("2025-09-26 07:00", 4, Unit::WorkingHour, "2025-09-26 12:00"),
    ("2025-09-26 11:00", 2, Unit::WorkingHour, "2025-09-26 15:00"),
    // Friday evening: the Sunday is a make-up day.
    ("2025-09-26 17:00", 2, Unit::WorkingHour, "2025-09-28 09:00"),
    ("2025-09-26 18:00", 2, Unit::WorkingHour, "2025-09-28 10:00"),
    // Over the holiday: the evening before, then the 9th (Thursday).
    ("2025-09-30 17:00", 4, Unit::WorkingHour, "2025-10-09 11:00"),
    ("2025-10-03 10:00", 4, Unit::WorkingHour, "2025-10-09 12:00"),
    // Working days.
    ("2025-09-26 00:00", 1, Unit::WorkingDay, "2025-09-28 18:00"),
    ("2025-09-26 23:59", 1, Unit::WorkingDay, "2025-09-28 18:00"),
    ("2025-09-27 10:00", 1, Unit::WorkingDay, "2025-09-28 18:00"),
    ("2025-09-30 09:00", 1, Unit::WorkingDay, "2025-10-09 18:00"),
    ("2025-10-01 09:00", 1, Unit::WorkingDay, "2025-10-09 18:00"),
    ("2025-09-29 09:00", 3, Unit::WorkingDay, "2025-10-10 18:00"),
    ("2025-09-29 09:00", 4, Unit::WorkingDay, "2025-10-11 18:00"),
    ("2025-09-29 09:00", 5, Unit::WorkingDay, "2025-10-13 18:00"),
    ("2026-02-13 16:00", 1, Unit::WorkingDay, "2026-02-14 18:00"),
    ("2026-02-13 16:00", 2, Unit::WorkingDay, "2026-02-24 18:00"),
    ("2026-02-27 16:00", 1, Unit::WorkingDay, "2026-02-28 18:00"),
    ("2026-02-28 16:00", 1, Unit::WorkingDay, "2026-03-02 18:00"),
    // Over the turn of the year: January 1 to 3 free, Sunday January 4 worked.
    ("2025-12-31 16:00", 1, Unit::WorkingDay, "2026-01-04 18:00"),
    // Calendar days end at 24:00, on a holiday as well.
    ("2025-09-28 00:00", 7, Unit::CalendarDay, "2025-10-06 00:00"),
    ("2025-09-28 23:59", 7, Unit::CalendarDay, "2025-10-06 00:00"),
    ("2024-02-28 12:00", 1, Unit::CalendarDay, "2024-03-01 00:00"),
    // Nothing allowed: due when filed.
    ("2025-10-03 10:00", 0, Unit::WorkingDay, "2025-10-03 10:00"),
];

#[test]
fn limits_worked_by_hand() {
    let calendar = calendar();
    for &(filed, count, unit, expected) in WORKED {
        let at = due(ms(filed), Limit::new(count, unit), &calendar, &[], 0);
        assert_eq!(shown(at), expected, "{filed} + {count} {}", unit.word());
    }
}

#[test]
fn a_suspension_holds_the_clock() {
    let calendar = calendar();
    let held = |filed, count, unit, from, until| {
        let spans = [(ms(from), ms(until))];
        shown(due(
            ms(filed),
            Limit::new(count, unit),
            &calendar,
            &spans,
            0,
        ))
    };
    // An hour of the natural clock, half of it before.
    assert_eq!(
        held(
            "2025-09-22 10:00",
            1,
            Unit::EmergencyHour,
            "2025-09-22 10:30",
            "2025-09-25 08:00"
        ),
        "2025-09-25 08:30"
    );
    // Only office time in it is lost: 10:00-12:00 passed, the rest after 16:00.
    assert_eq!(
        held(
            "2025-09-22 10:00",
            3,
            Unit::WorkingHour,
            "2025-09-22 12:00",
            "2025-09-22 16:00"
        ),
        "2025-09-22 17:00"
    );
    // A day counts if its close is not held: the 23rd and the 24th do not.
    assert_eq!(
        held(
            "2025-09-22 10:00",
            1,
            Unit::WorkingDay,
            "2025-09-23 17:00",
            "2025-09-24 18:00"
        ),
        "2025-09-25 18:00"
    );
    // Begun at the close: the day had counted already.
    assert_eq!(
        held(
            "2025-09-22 10:00",
            1,
            Unit::WorkingDay,
            "2025-09-23 18:00",
            "2025-09-30 18:00"
        ),
        "2025-09-23 18:00"
    );
    assert_eq!(
        held(
            "2025-09-22 10:00",
            2,
            Unit::CalendarDay,
            "2025-09-23 20:00",
            "2025-09-24 02:00"
        ),
        "2025-09-26 00:00"
    );
}

#[test]
fn suspensions_overlap_in_any_order() {
    let calendar = calendar();
    let limit = Limit::new(5, Unit::EmergencyHour);
    let hour = |h: i64| Ms(ms("2025-09-22 00:00").0 + h * 3_600_000);
    let whole = [(hour(2), hour(9))];
    let parts = [
        (hour(7), hour(9)),
        (hour(2), hour(5)),
        (hour(4), hour(7)),
        (hour(8), hour(8)),
        (hour(6), hour(3)),
    ];
    let at = |spans: &[(Ms, Ms)]| due(hour(0), limit, &calendar, spans, 0);
    assert_eq!(at(&whole), at(&parts));
    assert_eq!(at(&whole), hour(12));
}

#[test]
fn an_extension_adds_the_original_limit_twice_at_most() {
    let calendar = calendar();
    let at = |extensions, unit| {
        shown(due(
            ms("2025-09-26 10:00"),
            Limit::new(3, unit),
            &calendar,
            &[],
            extensions,
        ))
    };
    assert_eq!(at(0, Unit::WorkingDay), "2025-09-30 18:00");
    assert_eq!(at(1, Unit::WorkingDay), "2025-10-11 18:00");
    assert_eq!(at(2, Unit::WorkingDay), "2025-10-15 18:00");
    assert_eq!(at(9, Unit::WorkingDay), "2025-10-15 18:00");
    assert_eq!(at(1, Unit::CalendarDay), "2025-10-03 00:00");
}

#[test]
fn a_calendar_that_changes_moves_the_instant_and_not_the_rule() {
    let (filed, limit) = (ms("2026-02-12 10:00"), Limit::new(2, Unit::WorkingDay));
    let mut rows = default_days();
    let as_of = |rows: &[DayRow], day: &str| {
        let calendar = Calendar::new(rows, Hours::default(), day.parse().unwrap());
        shown(due(filed, limit, &calendar, &[], 0))
    };
    // Before the arrangement of 2026 was published plain weekends were counted.
    assert_eq!(as_of(&rows, "2025-11-03"), "2026-02-16 18:00");
    assert_eq!(as_of(&rows, "2025-11-04"), "2026-02-14 18:00");
    // A city closes its offices because of snow.
    rows.push(DayRow {
        date: "2026-02-14".parse().unwrap(),
        sort: DaySort::Holiday,
        name: "暴雪停工".into(),
        valid_from: "2026-02-13".parse().ok(),
    });
    assert_eq!(as_of(&rows, "2026-02-12"), "2026-02-14 18:00");
    assert_eq!(as_of(&rows, "2026-02-13"), "2026-02-24 18:00");
    rows.reverse();
    assert_eq!(as_of(&rows, "2026-02-13"), "2026-02-24 18:00");
}

#[test]
fn absurd_input_has_an_answer() {
    let calendar = calendar();
    for &unit in Unit::ALL {
        for filed in [i64::MIN, -1, 0, i64::MAX] {
            for count in [0, 1, 10_000, u32::MAX] {
                let held = [(Ms(i64::MIN), Ms(i64::MAX)), (Ms(5), Ms(4))];
                let at = due(Ms(filed), Limit::new(count, unit), &calendar, &[], 2);
                assert!(at.0 >= filed);
                let later = due(
                    Ms(filed),
                    Limit::new(count, unit),
                    &calendar,
                    &held,
                    u32::MAX,
                );
                assert!(later >= at, "{filed} {count} {}", unit.word());
            }
        }
    }
}

/// The rule read off a clock, minute by minute, from the words of the module's head alone.
fn slow(filed: i64, limit: Limit, rows: &[DayRow], held: &[(Ms, Ms)], extensions: u32) -> i64 {
    const MINUTE: i64 = 60_000;
    const OFFSET: i64 = 8 * 3_600_000;
    let day_kind = |date: wangge_model::time::Date| {
        let row = rows.iter().rev().find(|row| row.date == date);
        let since = date.start().0 + OFFSET;
        let weekend = [2, 3].contains(&(since / 86_400_000 % 7));
        row.map_or(!weekend, |row| row.sort == DaySort::Working)
    };
    let mut left = i64::from(limit.count) * i64::from(1 + extensions.min(2));
    if matches!(limit.unit, Unit::EmergencyHour | Unit::WorkingHour) {
        left *= 60;
    }
    let filed_day = (filed + OFFSET) / 86_400_000;
    let mut at = filed;
    let mut date = Ms(at).date();
    let mut works = day_kind(date);
    while left > 0 {
        let minute = (at + OFFSET) % 86_400_000 / MINUTE;
        if minute == 0 {
            date = Ms(at).date();
            works = day_kind(date);
        }
        let stands = held
            .iter()
            .any(|(from, until)| from.0 <= at && at < until.0);
        let later_day = (at + OFFSET) / 86_400_000 > filed_day;
        let office = works && ((480..720).contains(&minute) || (840..1080).contains(&minute));
        let counts = match limit.unit {
            Unit::Minute | Unit::EmergencyHour => true,
            Unit::WorkingHour => office,
            // The last minute of the day stands for its close.
            Unit::WorkingDay => later_day && works && minute == 1079,
            Unit::CalendarDay => later_day && minute == 1439,
        };
        left -= i64::from(counts && !stands);
        at += MINUTE;
    }
    at
}

fn rows() -> impl Strategy<Value = Vec<DayRow>> {
    let row = (0_i64..60, any::<bool>()).prop_map(|(day, working)| DayRow {
        date: Ms(ms("2025-09-10").0 + day * 86_400_000).date(),
        sort: if working {
            DaySort::Working
        } else {
            DaySort::Holiday
        },
        name: String::new(),
        valid_from: None,
    });
    // One decision a day, so that the oracle need not know which of two holds.
    proptest::collection::btree_map(0_i64..60, row, 0..12).prop_map(|rows| {
        let mut by_date = std::collections::BTreeMap::new();
        for row in rows.into_values() {
            by_date.insert(row.date, row);
        }
        by_date.into_values().collect()
    })
}

fn limits() -> impl Strategy<Value = Limit> {
    let unit = proptest::sample::select(Unit::ALL);
    (0_u32..8, unit).prop_map(|(count, unit)| Limit::new(count, unit))
}

fn minutes(from: i64, to: i64) -> impl Strategy<Value = Ms> {
    (from..to).prop_map(|minute| Ms(ms("2025-09-10").0 + minute * 60_000))
}

fn spans() -> impl Strategy<Value = Vec<(Ms, Ms)>> {
    let span = (minutes(0, 30_000), 0_i64..9_000)
        .prop_map(|(from, minutes)| (from, Ms(from.0 + minutes * 60_000)));
    proptest::collection::vec(span, 0..4)
}

fn plain(rows: &[DayRow]) -> Calendar {
    Calendar::new(rows, Hours::default(), "2025-01-01".parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_fast_way_agrees_with_the_slow(
        rows in rows(), filed in minutes(0, 30_000), limit in limits(), held in spans(), extensions in 0_u32..4,
    ) {
        let fast = due(filed, limit, &plain(&rows), &held, extensions);
        prop_assert_eq!(shown(fast), shown(Ms(slow(filed.0, limit, &rows, &held, extensions))));
    }

    #[test]
    fn later_filed_is_never_earlier_due(
        rows in rows(), a in 0_i64..3_000_000_000, b in 0_i64..3_000_000_000, limit in limits(), held in spans(),
    ) {
        let calendar = plain(&rows);
        let at = |ms_since| due(Ms(ms("2025-09-10").0 + ms_since), limit, &calendar, &held, 0);
        prop_assert!(at(a.min(b)) <= at(a.max(b)));
    }

    #[test]
    fn a_longer_limit_is_never_earlier_due(
        rows in rows(), filed in minutes(0, 30_000), limit in limits(), more in 0_u32..9, held in spans(),
    ) {
        let calendar = plain(&rows);
        let longer = Limit::new(limit.count + more, limit.unit);
        let at = |limit, extensions| due(filed, limit, &calendar, &held, extensions);
        prop_assert!(at(limit, 0) <= at(longer, 0) && at(limit, 0) <= at(limit, 1) && at(limit, 0) >= filed);
    }

    #[test]
    fn a_holiday_or_a_suspension_more_is_never_earlier_due(
        rows in rows(), filed in minutes(0, 30_000), limit in limits(), held in spans(), day in 0_i64..60, span in spans(),
    ) {
        let before = due(filed, limit, &plain(&rows), &held, 0);
        let mut more = rows.clone();
        let date = Ms(ms("2025-09-10").0 + day * 86_400_000).date();
        more.retain(|row| row.date != date);
        more.push(DayRow { date, sort: DaySort::Holiday, name: String::new(), valid_from: None });
        prop_assert!(due(filed, limit, &plain(&more), &held, 0) >= before);
        let longer: Vec<_> = held.iter().chain(&span).copied().collect();
        prop_assert!(due(filed, limit, &plain(&rows), &longer, 0) >= before);
    }

    #[test]
    fn the_calendar_does_not_depend_on_the_order_of_its_rows(
        rows in proptest::collection::vec((0_i64..5, any::<bool>(), 0_u32..3), 0..12).prop_shuffle(),
        filed in minutes(0, 10_000), limit in limits(),
    ) {
        let mut rows: Vec<DayRow> = rows.into_iter().map(|(day, working, decided)| DayRow {
            date: Ms(ms("2025-09-10").0 + day * 86_400_000).date(),
            sort: if working { DaySort::Working } else { DaySort::Holiday },
            name: String::new(),
            valid_from: format!("2024-01-0{}", decided + 1).parse().ok(),
        }).collect();
        let at = due(filed, limit, &plain(&rows), &[], 0);
        rows.reverse();
        prop_assert_eq!(due(filed, limit, &plain(&rows), &[], 0), at);
    }
}

#[test]
fn limits_of_different_units_compare_about() {
    let hours: Vec<i64> = [
        Limit::new(30, Unit::Minute),
        Limit::new(2, Unit::EmergencyHour),
        Limit::new(2, Unit::WorkingHour),
        Limit::new(1, Unit::WorkingDay),
        Limit::new(2, Unit::CalendarDay),
    ]
    .map(|limit| limit.nominal_ms() / 1_800_000)
    .into();
    assert_eq!(hours, [1, 4, 12, 48, 96]);
}
