use proptest::prelude::*;

use super::*;
use crate::deadline::{Unit, default_standards, parse_standards};
use crate::finding::forbids;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn measured(pairs: &[(&str, i64)]) -> Measures {
    pairs
        .iter()
        .map(|(measure, value)| ((*measure).to_owned(), *value))
        .collect()
}

fn filing<'a>(class: &'a str, measures: &'a Measures) -> Filing<'a> {
    Filing {
        class,
        condition: "",
        measures,
        urgent: false,
        filed: day("2026-03-02"),
    }
}

fn limit_of(rows: &[Standard], class: &str, pairs: &[(&str, i64)]) -> Option<(Limit, bool, u8)> {
    let measures = measured(pairs);
    let judged = standard_for(rows, &filing(class, &measures))?;
    Some((judged.standard.limit?, judged.standard.urgent, judged.score))
}

#[test]
fn the_default_standards_are_sound() {
    let (rows, findings) = parse_standards(include_str!("../../../data/default/standard.tsv"));
    assert_eq!(findings, []);
    assert_eq!(rows, default_standards());
    for &wait in Wait::ALL.iter().filter(|wait| **wait != Wait::Handle) {
        for urgent in [false, true] {
            let found = rows
                .iter()
                .filter(|row| row.stage == wait && row.urgent == urgent);
            assert_eq!(found.count(), 1, "{}", wait.word());
        }
    }
    let (classes, _) = crate::taxonomy::default_classes();
    let codes: Vec<&str> = classes.iter().map(|class| class.code.as_str()).collect();
    assert_eq!(check_coverage(&rows, &codes), []);
    let known = wangge_model::codes::list("measure").unwrap();
    assert!(
        rows.iter()
            .all(|row| row.measure.is_empty() || known.code(&row.measure).is_some())
    );
}

#[test]
fn the_codes_are_those_of_the_lists() {
    let codes = |list: &str| {
        let list = wangge_model::codes::list(list).unwrap();
        list.codes.iter().map(|code| code.code).collect::<Vec<_>>()
    };
    let mut units: Vec<_> = Unit::ALL.iter().map(|unit| unit.word()).collect();
    let mut listed = codes("limit_unit");
    units.sort_unstable();
    listed.sort_unstable();
    assert_eq!(units, listed);
    assert_eq!(
        Wait::ALL.iter().map(|wait| wait.word()).collect::<Vec<_>>(),
        codes("clock")
    );
    let severities = Severity::ALL.iter().rev().map(|severity| severity.code());
    assert_eq!(severities.collect::<Vec<_>>(), codes("severity"));
    let urgencies: Vec<_> = codes("urgency")
        .into_iter()
        .filter_map(urgency_measure)
        .collect();
    assert_eq!(urgencies, [3, 2, 1, 0]);
    assert_eq!(urgency_measure("1h"), None);
}

#[test]
fn the_measure_chooses_the_limit() {
    let rows = default_standards();
    let hours = |count| Limit::new(count, Unit::EmergencyHour);
    let days = |count| Limit::new(count, Unit::CalendarDay);
    for (class, pairs, expected) in [
        ("E0101", &[][..], (days(7), false, 1)),
        ("E0101", &[("urgency", 0)], (days(15), false, 1)),
        ("E0101", &[("urgency", 1)], (days(7), false, 1)),
        ("E0101", &[("urgency", 2)], (hours(24), true, 26)),
        ("E0101", &[("urgency", 3)], (hours(2), true, 51)),
        // 10 persons begin the band of 26, 30 are half way to the next threshold.
        ("E0101", &[("persons", 9)], (days(7), false, 1)),
        ("E0101", &[("persons", 10)], (hours(24), true, 26)),
        ("E0101", &[("persons", 30)], (hours(24), true, 38)),
        ("E0101", &[("persons", 49)], (hours(24), true, 50)),
        ("E0101", &[("persons", 50)], (hours(4), true, 51)),
        ("E0101", &[("persons", i64::MAX)], (hours(4), true, 75)),
        (
            "E0101",
            &[("persons", 60), ("urgency", 3)],
            (hours(2), true, 51),
        ),
        // The manhole cover of 运城.
        (
            "B0101",
            &[("area_cm2", 26)],
            (Limit::new(4, Unit::WorkingHour), false, 26),
        ),
        (
            "B0101",
            &[("area_cm2", 25), ("height_cm", 3)],
            (Limit::new(5, Unit::WorkingDay), false, 1),
        ),
        ("B0101", &[("area_cm2", 25)], (days(7), false, 1)),
        // A lamp that is only out, and one that may fall: its class says nothing about danger.
        (
            "B0137",
            &[("count", 1)],
            (Limit::new(2, Unit::WorkingDay), false, 1),
        ),
        (
            "B0137",
            &[("count", 1), ("urgency", 3)],
            (hours(2), true, 51),
        ),
        (
            "B0137",
            &[("count", 1), ("urgency", 0)],
            (Limit::new(2, Unit::WorkingDay), false, 1),
        ),
    ] {
        assert_eq!(
            limit_of(&rows, class, pairs),
            Some(expected),
            "{class} {pairs:?}"
        );
    }
}

#[test]
fn a_condition_in_words_holds_where_it_was_chosen() {
    let rows = default_standards();
    let measures = measured(&[("area_cm2", 40)]);
    let of = |class, condition| {
        let filing = Filing {
            condition,
            ..filing(class, &measures)
        };
        standard_for(&rows, &filing).unwrap().standard.limit
    };
    let danger = "上水井盖缺失、移位或破裂，有安全隐患";
    assert_eq!(
        of("B0101", danger),
        Some(Limit::new(2, Unit::EmergencyHour))
    );
    assert_eq!(of("B0101", "别的"), Some(Limit::new(4, Unit::WorkingHour)));
    assert_eq!(of("B0102", danger), Some(Limit::new(7, Unit::CalendarDay)));
}

fn row(class: &str, measure: &str, at_least: i64, days: u32) -> Standard {
    Standard {
        class: class.into(),
        measure: measure.into(),
        at_least,
        limit: Some(Limit::new(days, Unit::WorkingDay)),
        ..Standard::default()
    }
}

#[test]
fn a_narrower_class_speaks_for_itself() {
    let wide = Standard {
        urgent: true,
        ..row("*", "persons", 10, 1)
    };
    let narrow = row("E05", "persons", 20, 3);
    let plain = row("*", "", 0, 7);
    let rows = [wide, narrow, plain];
    let days = |class, persons| {
        limit_of(&rows, class, &[("persons", persons)])
            .unwrap()
            .0
            .count
    };
    assert_eq!(
        (days("E06", 12), days("E0501", 12), days("E0501", 20)),
        (1, 7, 3)
    );
}

#[test]
fn the_standard_in_force_on_the_day_of_filing_holds() {
    let since = |row: Standard, from: &str, until: &str| Standard {
        validity: Validity {
            from: from.parse().ok(),
            until: until.parse().ok(),
        },
        ..row
    };
    let rows = [
        since(row("B", "", 0, 9), "", "2025-12-31"),
        since(row("B", "", 0, 5), "2026-01-01", ""),
        since(row("B", "", 0, 4), "2026-03-02", ""),
    ];
    let days = |on| {
        let (measures, filed) = (Measures::new(), day(on));
        standard_for(
            &rows,
            &Filing {
                filed,
                ..filing("B0101", &measures)
            },
        )
        .unwrap()
        .standard
        .limit
        .unwrap()
        .count
    };
    assert_eq!(
        ["2025-12-31", "2026-01-01", "2026-03-01", "2026-03-02"].map(days),
        [9, 5, 5, 4]
    );
    assert_eq!(limit_of(&rows[..1], "B0101", &[]), None);
    assert_eq!(limit_of(&rows, "E0101", &[]), None);
    assert_eq!(check_standards(&rows), []);
}

#[test]
fn the_terms_of_urgent_and_ordinary_matters() {
    let rows = default_standards();
    let terms = |pairs: &[(&str, i64)], owed| {
        let measures = measured(pairs);
        terms_for(&rows, &filing("E0101", &measures), owed)
    };
    let ordinary = terms(&[], true);
    assert!(!ordinary.urgent);
    assert_eq!(
        ordinary.limits.into_values().collect::<Vec<_>>(),
        [
            Limit::new(2, Unit::WorkingHour),
            Limit::new(1, Unit::WorkingDay),
            Limit::new(7, Unit::CalendarDay),
            Limit::new(1, Unit::WorkingDay),
            Limit::new(1, Unit::WorkingDay),
        ]
    );
    let urgent = terms(&[("urgency", 2)], false);
    assert!(urgent.urgent && !terms(&[("urgency", 1)], false).urgent);
    assert_eq!(urgent.limits[&Wait::Accept], Limit::new(30, Unit::Minute));
    assert_eq!(
        urgent.limits[&Wait::Handle],
        Limit::new(24, Unit::EmergencyHour)
    );
    assert!(!urgent.limits.contains_key(&Wait::Feedback));
    assert!(terms(&[("persons", 10)], false).urgent);
    let calm = Measures::new();
    let marked = Filing {
        urgent: true,
        ..filing("E0101", &calm)
    };
    let marked = terms_for(&rows, &marked, false);
    assert!(marked.urgent);
    assert_eq!(marked.limits[&Wait::Accept], Limit::new(30, Unit::Minute));
    assert_eq!(
        marked.limits[&Wait::Handle],
        Limit::new(7, Unit::CalendarDay)
    );
}

#[test]
fn a_city_has_its_own_waits() {
    let wait = |class, urgent, days| Standard {
        stage: Wait::Accept,
        urgent,
        ..row(class, "", 0, days)
    };
    // What somebody judged urgent is urgent, though no standard says so. Without an urgent limit the ordinary one holds.
    let mut rows = vec![wait("*", false, 9), wait("E01", false, 3)];
    let measures = measured(&[("urgency", 2)]);
    let accept = |rows: &[Standard], class| {
        let terms = terms_for(rows, &filing(class, &measures), true);
        assert!(terms.urgent && terms.limits.len() == 1);
        terms.limits[&Wait::Accept].count
    };
    assert_eq!((accept(&rows, "E0101"), accept(&rows, "E02")), (3, 9));
    rows.push(wait("*", true, 1));
    assert_eq!((accept(&rows, "E0101"), accept(&rows, "E02")), (3, 1));
    assert_eq!(check_standards(&rows), []);
    let calm = Measures::new();
    let terms = terms_for(&rows[2..], &filing("E02", &calm), true);
    assert_eq!(terms, Terms::default());
}

#[test]
fn closing_needs_the_measure_that_opened_it() {
    let hard = row("B0101", "height_cm", 3, 5);
    let codes = |standard: &Standard, pairs: &[(&str, i64)]| {
        let findings = judge_closing(standard, &measured(pairs));
        (
            findings.first().map(|finding| finding.code),
            forbids(&findings),
        )
    };
    assert_eq!(codes(&hard, &[]), (Some("closing.unmeasured"), true));
    assert_eq!(
        codes(&hard, &[("height_cm", 3)]),
        (Some("closing.not_met"), true)
    );
    assert_eq!(codes(&hard, &[("height_cm", 2)]), (None, false));
    assert_eq!(
        codes(&row("E", "loss_yuan", 1000, 5), &[("loss_yuan", 1000)]),
        (Some("closing.not_met"), false)
    );
    assert_eq!(codes(&row("E", "", 0, 5), &[]), (None, false));
}

#[test]
fn what_contradicts_itself_is_told() {
    let mut grave = row("B", "count", 1, 5);
    grave.severity = Severity::Considerable;
    let rows = [
        row("B", "", 0, 3),
        row("B", "", 0, 4),
        row("D", "", 0, 3),
        grave,
        row("B", "count", 9, 5),
        Standard {
            limit: None,
            ..row("X", "", 0, 1)
        },
        Standard {
            validity: Validity {
                from: Some(day("2026-01-02")),
                until: Some(day("2026-01-01")),
            },
            ..row("Y", "", 0, 1)
        },
        row("B", "", 0, 3),
    ];
    let found: Vec<_> = check_standards(&rows)
        .into_iter()
        .map(|finding| (finding.code, finding.rows))
        .collect();
    assert_eq!(
        found,
        [
            ("standard.contradiction", vec![0, 1]),
            ("standard.order", vec![3, 4]),
            ("standard.limit", vec![5]),
            ("standard.period", vec![6]),
            ("standard.contradiction", vec![1, 7]),
        ]
    );
    let unknown = check_coverage(&rows[..3], &["B0101", "E01"]);
    assert_eq!(unknown.len(), 1);
    assert_eq!(
        (unknown[0].code, &unknown[0].rows),
        ("standard.class", &vec![2])
    );
    let (_, findings) = parse_standards("class\tlimit_count\tlimit_unit\nC\t3\tfortnight\n");
    assert_eq!(
        findings
            .iter()
            .map(|finding| (finding.code, finding.rows.clone()))
            .collect::<Vec<_>>(),
        [("table.value", vec![2]), ("standard.limit", vec![2])]
    );
}

fn standards() -> impl Strategy<Value = Vec<Standard>> {
    let class = proptest::sample::select(vec!["*", "B", "B01", "B0101", "E"]);
    let measure = proptest::sample::select(vec!["", "count", "persons"]);
    let row = (
        class,
        measure,
        0_i64..4,
        1_u32..5,
        any::<bool>(),
        0_usize..4,
    )
        .prop_map(
            |(class, measure, at_least, days, urgent, severity)| Standard {
                urgent,
                severity: Severity::ALL[severity],
                ..row(class, measure, at_least, days)
            },
        );
    proptest::collection::vec(row, 0..9)
}

proptest! {
    #[test]
    fn the_order_of_the_rows_does_not_matter(
        (rows, shuffled) in standards().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        count in 0_i64..4, persons in 0_i64..3,
    ) {
        let measures = measured(&[("count", count), ("persons", persons)]);
        let of = |rows| standard_for(rows, &filing("B0101", &measures)).map(|judged| (judged.standard.clone(), judged.score));
        prop_assert_eq!(of(&rows), of(&shuffled));
    }

    #[test]
    fn a_score_grows_with_the_measure_and_stays_in_its_band(
        severity in 0_usize..4, at_least in any::<i64>(), next in proptest::option::of(any::<i64>()), a in any::<i64>(), b in any::<i64>(),
    ) {
        let severity = Severity::ALL[severity];
        let score = |value| severity.score(value, at_least, next);
        prop_assert!(score(a.min(b)) <= score(a.max(b)));
        prop_assert!((severity.floor()..severity.floor() + 25).contains(&score(a)));
    }
}
