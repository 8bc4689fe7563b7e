use super::*;
use crate::automation::parse_rules;

const HEAD: &str =
    "code\ttitle\tevent\tcondition\taction\tparams\tenabled\tvalid_from\tvalid_until\n";

fn read(lines: &[(&str, &str, &str, &str, &str)]) -> (Vec<Rule>, Vec<&'static str>) {
    let line = |(code, event, condition, params, from): &(&str, &str, &str, &str, &str)| {
        format!("{code}\t{code}\t{event}\t{condition}\tset\t{params}\ttrue\t{from}\t\n")
    };
    let lines: String = lines.iter().map(line).collect();
    let (rules, findings) = parse_rules(&format!("{HEAD}{lines}"));
    (
        rules,
        findings.into_iter().map(|found| found.code).collect(),
    )
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn the_office_hours_that_began_last_hold() {
    let (rules, wrong) = read(&[
        (
            "summer",
            "office_hours",
            "",
            "hours=08:00-12:00,15:00-18:30",
            "2026-06-01",
        ),
        (
            "plain",
            "office_hours",
            "",
            "hours=09:00-12:00,13:00-17:00",
            "2026-01-01",
        ),
    ]);
    assert_eq!(wrong, Vec::<&str>::new());
    assert_eq!(office_hours_of(&rules, day("2025-12-31")), None);
    assert_eq!(
        office_hours_of(&rules, day("2026-05-31")),
        Hours::parse("09:00-12:00,13:00-17:00")
    );
    assert_eq!(
        office_hours_of(&rules, day("2026-06-01")),
        Hours::parse("08:00-12:00,15:00-18:30")
    );
    let off = rules.into_iter().map(|rule| Rule {
        enabled: false,
        ..rule
    });
    assert_eq!(
        office_hours_of(&off.collect::<Vec<_>>(), day("2026-06-01")),
        None
    );
}

#[test]
fn a_ladder_is_changed_only_where_a_rule_speaks() {
    let on = day("2026-06-01");
    assert_eq!(ladder_of(&[], on), Ladder::default());
    let (rules, wrong) = read(&[
        (
            "sooner",
            "escalation",
            "wait=handle;urgent=no",
            "community=500;county=1200",
            "2026-01-01",
        ),
        (
            "later",
            "escalation",
            "wait=handle",
            "county=2000;late_steps=2,0,4",
            "2026-02-01",
        ),
        (
            "short",
            "escalation",
            "wait=other;urgent=yes",
            "township=1000",
            "2026-02-01",
        ),
    ]);
    assert_eq!(wrong, Vec::<&str>::new());
    let ladder = ladder_of(&rules, on);
    let default = Ladder::default();
    assert_eq!(
        ladder.handle,
        Rungs {
            community: 500,
            county: 2000,
            ..default.handle
        }
    );
    assert_eq!(
        ladder.handle_urgent,
        Rungs {
            county: 2000,
            ..default.handle_urgent
        }
    );
    assert_eq!(ladder.other, default.other);
    assert_eq!(
        ladder.other_urgent,
        Rungs {
            township: 1000,
            ..default.other_urgent
        }
    );
    assert_eq!(ladder.late_steps, [2, 0, 4]);
    // Before it began the earlier rule alone holds.
    assert_eq!(ladder_of(&rules, day("2026-01-31")).handle.county, 1200);
}

#[test]
fn what_is_set_wrongly_is_told_and_sets_nothing() {
    for (event, params) in [
        ("office_hours", ""),
        ("office_hours", "hours=8-12"),
        ("escalation", ""),
        ("escalation", "community=soon"),
        ("escalation", "community=100001"),
        ("escalation", "community=1000;township=900"),
        ("escalation", "township=900;county=899"),
        ("escalation", "late_steps=1,2"),
        ("escalation", "late_steps=1,2,x"),
    ] {
        let (rules, wrong) = read(&[("bad", event, "", params, "2026-01-01")]);
        assert_eq!(wrong, ["rule.setting"], "{event} {params}");
        let on = day("2026-06-01");
        assert_eq!(
            (office_hours_of(&rules, on), ladder_of(&rules, on)),
            (None, Ladder::default()),
            "{event} {params}"
        );
    }
    for params in [
        "community=100000;late_steps=0,0,0",
        "community=5;township=5;county=5",
    ] {
        let (_, wrong) = read(&[("good", "escalation", "", params, "2026-01-01")]);
        assert_eq!(wrong, Vec::<&str>::new(), "{params}");
    }
}

#[test]
fn setting_follows_only_from_what_is_set() {
    let (_, findings) = parse_rules(&format!(
        "{HEAD}a\ta\toffice_hours\t\tremind\thours=08:00-12:00\ttrue\t\t\nb\tb\treported\t\tset\t\ttrue\t\t\n"
    ));
    let codes: Vec<&str> = findings.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["rule.pair", "rule.pair"]);
}
