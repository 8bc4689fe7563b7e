use std::collections::BTreeMap;

use wangge_model::doc::OpId;
use wangge_model::id::{ActorId, MemberId, RecordId};
use wangge_model::kind::Role;
use wangge_model::step::{Step, StepKind};
use wangge_model::time::{Date, Ms};

use super::{Again, Deed, Facts, Rule, parse_rules};
use crate::deadline::Light;
use crate::matter::{LogEntry, fold_log};
use crate::validity::Validity;

const HEAD: &str =
    "code\ttitle\tevent\tcondition\taction\tparams\tenabled\tvalid_from\tvalid_until\n";

fn rules(lines: &str) -> Vec<Rule> {
    let (rules, findings) = parse_rules(&format!("{HEAD}{lines}"));
    assert_eq!(findings, []);
    rules
}

fn codes(lines: &str) -> Vec<(&'static str, Vec<usize>)> {
    let (_, findings) = parse_rules(&format!("{HEAD}{lines}"));
    findings
        .into_iter()
        .map(|found| (found.code, found.rows))
        .collect()
}

/// An entry of a director at an hour; `auto` is the rule that took it.
fn entry(nth: u64, kind: StepKind, auto: Option<&str>) -> LogEntry {
    let actor = ActorId([7; 16]);
    let member = MemberId::mint(1, [u8::try_from(nth % 3).unwrap(); 10]);
    let mut step = Step::new(kind, member, Ms(i64::try_from(nth).unwrap() * 3_600_000));
    step.detail.office = Some(Role::CommunityDirector);
    step.detail.auto = auto.map(str::to_owned);
    step.note = "因为".to_owned();
    step.to = (kind == StepKind::Dispatch).then(|| "路灯所".to_owned());
    LogEntry {
        key: format!("log/{nth:04}"),
        op: OpId {
            counter: nth,
            actor,
        },
        step,
    }
}

fn told(rule: &Rule, log: &[LogEntry], light: Option<Light>, class: &str, now: Ms) -> Option<Deed> {
    let state = fold_log(log);
    let values = BTreeMap::from([("class", class.to_owned()), ("source", "patrol".to_owned())]);
    let facts = Facts {
        state: &state,
        log,
        light,
        values: &values,
        unit: "网格中心",
        again: None,
        now,
    };
    rule.on_matter(&facts, || "S01 路灯".to_owned())
}

#[test]
fn what_a_sensor_says_again_within_the_window_joins_what_is_open() {
    let merge = |params: &str| {
        let line =
            format!("merge.sensor\t重复感知\treported\tsource=sensor\tmerge\t{params}\ttrue\t\t\n");
        rules(&line).remove(0)
    };
    let log = [entry(30, StepKind::Report, None)];
    let state = fold_log(&log);
    let said = state.at.reported.unwrap();
    let lead = RecordId::mint(1, [5; 10]);
    let told = |rule: &Rule, source: &str, before: Option<Ms>| {
        let values = BTreeMap::from([("source", source.to_owned())]);
        let facts = Facts {
            state: &state,
            log: &log,
            light: None,
            values: &values,
            unit: "",
            again: before.map(|before| Again { lead, before }),
            now: said,
        };
        rule.on_matter(&facts, String::new)
    };
    let day = merge("");
    let deed = told(&day, "sensor", Some(said.plus_days(-1))).unwrap();
    assert_eq!(
        (deed.step, deed.record),
        (StepKind::MergeInto, Some(lead)),
        "a day is the window where none is given"
    );
    assert_eq!(told(&day, "sensor", Some(said.plus_days(-2))), None);
    assert!(told(&merge("days=3"), "sensor", Some(said.plus_days(-2))).is_some());
    assert_eq!(told(&day, "sensor", None), None, "nothing is open");
    assert_eq!(
        told(&day, "patrol", Some(said)),
        None,
        "the condition holds"
    );
}

#[test]
fn a_rule_does_its_part_once_and_only_where_it_should() {
    let rule = &rules(
        "accept.patrol\t巡查自报\treported\tsource=patrol|camera;class=B01\taccept\t\ttrue\t\t\n",
    )[0];
    let log = [entry(1, StepKind::Report, None)];
    let deed = told(rule, &log, None, "B0137", Ms(0)).unwrap();
    assert_eq!((deed.step, deed.due), (StepKind::Accept, None));
    assert_eq!(deed.why, "按规则 accept.patrol 自动办理：巡查自报");
    assert_eq!(told(rule, &log, None, "E01", Ms(0)), None, "another class");
    let done = [
        log[0].clone(),
        entry(2, StepKind::Accept, Some("accept.patrol")),
    ];
    assert_eq!(
        told(rule, &done, None, "B0137", Ms(0)),
        None,
        "it is accepted"
    );
    // Taken back by a director: the rule does not insist.
    let mut back = done.to_vec();
    let mut revert = entry(3, StepKind::Revert, None);
    revert.step.detail.re = Some("log/0002".to_owned());
    back.push(revert);
    assert_eq!(fold_log(&back).stage, crate::matter::Stage::Reported);
    assert_eq!(told(rule, &back, None, "B0137", Ms(0)), None);
}

#[test]
fn dispatch_goes_by_the_matrix_unless_the_rule_names_a_unit() {
    let rules = rules(
        "a\t甲\taccepted\t\tdispatch\t\ttrue\t\t\nb\t乙\taccepted\t\tdispatch\tto=城管队\ttrue\t\t\n",
    );
    let log = [
        entry(1, StepKind::Report, None),
        entry(2, StepKind::Accept, None),
    ];
    let to = |rule| told(rule, &log, None, "", Ms(0)).unwrap().to;
    assert_eq!(
        (to(&rules[0]), to(&rules[1])),
        ("网格中心".to_owned(), "城管队".to_owned())
    );
}

#[test]
fn reminders_follow_the_lights_and_a_class_is_suggested_where_none_stands() {
    let rules = rules(
        "soon\t将到期\tdue_soon\t\tremind\t\ttrue\t\t\nlate\t超期\toverdue\t\tremind\tdays=3\ttrue\t\t\nclass\t建议类别\treported\t\tsuggest\t\ttrue\t\t\n",
    );
    let log = [entry(1, StepKind::Report, None)];
    let step = |rule, light| told(rule, &log, light, "", Ms(0)).map(|deed| (deed.step, deed.due));
    assert_eq!(
        step(&rules[0], Some(Light::Yellow)),
        Some((StepKind::Remark, None))
    );
    assert_eq!(step(&rules[0], Some(Light::Green)), None);
    let due = Some(Ms(0).plus_days(3));
    assert_eq!(
        step(&rules[1], Some(Light::Red)),
        Some((StepKind::Urge, due))
    );
    assert_eq!(step(&rules[1], None), None);
    let suggested = told(&rules[2], &log, None, "", Ms(0)).unwrap();
    assert!(suggested.why.ends_with("S01 路灯"));
    assert_eq!(told(&rules[2], &log, None, "S01", Ms(0)), None);
}

#[test]
fn what_nobody_answers_is_closed_after_so_many_days() {
    let rule = &rules("quiet\t无异议\tno_answer\t\tclose\tdays=7\ttrue\t\t\n")[0];
    let log = [
        entry(1, StepKind::Report, None),
        entry(2, StepKind::Accept, None),
        entry(3, StepKind::Dispatch, None),
        entry(4, StepKind::Dispose, None),
        entry(5, StepKind::VerifyPass, None),
    ];
    let verified = 5 * 3_600_000;
    let day = Ms(0).plus_days(1).0;
    let step = |now| told(rule, &log, None, "", Ms(now)).map(|deed| deed.step);
    assert_eq!(step(verified + 7 * day - 1), None);
    assert_eq!(step(verified + 7 * day), Some(StepKind::Close));
}

#[test]
fn a_plan_has_one_task_a_period() {
    let rule = &rules("patrol\t例行巡查\tevery_days\tsort=patrol\ttask\tdays=30\ttrue\t\t\n")[0];
    let day = |text: &str| -> Date { text.parse().unwrap() };
    let plan = Validity {
        from: Some(day("2026-01-01")),
        until: None,
    };
    let period = |sort, every, on| rule.on_plan(sort, plan, every, day(on));
    let week = Some((day("2026-01-08"), day("2026-01-14")));
    assert_eq!(period("patrol", Some(7), "2026-01-08"), week);
    assert_eq!(period("patrol", Some(7), "2026-01-14"), week);
    assert_eq!(
        period("patrol", None, "2026-01-31"),
        Some((day("2026-01-31"), day("2026-03-01")))
    );
    assert_eq!(period("visit", Some(7), "2026-01-08"), None);
    assert_eq!(period("patrol", Some(7), "2025-12-31"), None);
}

#[test]
fn what_is_wrong_with_rules_is_told() {
    assert_eq!(
        codes(
            "\t甲\treported\t\taccept\t\ttrue\t\t\na\t乙\toverdue\t\tclose\t\ttrue\t\t\nb\t丙\tno_answer\t\tclose\t\ttrue\t\t\nc\t丁\treported\tcolour=red\taccept\tspeed=1\ttrue\t\t\na\t戊\treported\t\taccept\t\ttrue\t2026-02-01\t2026-01-01\n"
        ),
        [
            ("rule.code", vec![2]),
            ("rule.pair", vec![3]),
            ("rule.days", vec![4]),
            ("rule.condition", vec![5]),
            ("rule.params", vec![5]),
            ("rule.period", vec![6]),
        ]
    );
    assert_eq!(
        codes("a\t甲\treported\t\taccept\t\ttrue\t\t\na\t乙\treported\t\taccept\t\ttrue\t\t\n"),
        [("rule.twice", vec![2, 3])]
    );
}
