use proptest::prelude::*;
use wangge_model::area::{Area, Level};
use wangge_model::kind::Role;

use super::*;
use crate::deadline::{Filing, Hours, Measures, default_days, default_standards, terms_for};

fn ms(text: &str) -> Ms {
    text.parse().unwrap()
}

fn at(text: &str) -> Option<Ms> {
    Some(ms(text))
}

fn calendar() -> Calendar {
    Calendar::new(
        &default_days(),
        Hours::default(),
        "2026-01-01".parse().unwrap(),
    )
}

fn terms(urgent: bool) -> Terms {
    let measures: Measures = [("urgency".to_owned(), 3)]
        .into_iter()
        .filter(|_| urgent)
        .collect();
    let filing = Filing {
        class: "E0101",
        condition: "",
        measures: &measures,
        urgent: false,
        filed: "2025-09-22".parse().unwrap(),
    };
    terms_for(&default_standards(), &filing, true)
}

fn seen(instants: &Instants, urgent: bool, now: &str) -> Clocks {
    clocks(
        instants,
        &terms(urgent),
        &calendar(),
        &Ladder::default(),
        ms(now),
    )
}

fn lights(clocks: &Clocks) -> Vec<(Wait, Light)> {
    clocks
        .clocks
        .iter()
        .map(|clock| (clock.wait, clock.light))
        .collect()
}

/// Monday 2025-09-22, an ordinary matter, seven calendar days.
fn dispatched() -> Instants {
    Instants {
        reported: at("2025-09-22 09:00"),
        accepted: at("2025-09-22 10:00"),
        dispatched: at("2025-09-22 11:00"),
        ..Instants::default()
    }
}

#[test]
fn nothing_reported_has_no_clock() {
    let none = seen(&Instants::default(), false, "2025-09-22 09:00");
    assert_eq!(none, Clocks::default());
}

#[test]
fn the_light_turns_in_the_last_quarter_and_when_overdue() {
    let reported = Instants {
        reported: at("2025-09-22 09:00"),
        ..Instants::default()
    };
    // Two working hours: yellow at 10:30, due at 11:00.
    for (now, light, permille) in [
        ("2025-09-22 09:00", Light::Green, 0),
        ("2025-09-22 10:29", Light::Green, 741),
        ("2025-09-22 10:30", Light::Yellow, 750),
        ("2025-09-22 11:00", Light::Yellow, 1000),
        ("2025-09-22 11:00:01", Light::Red, 1000),
        ("2025-09-22 14:00", Light::Red, 1500),
        ("2025-09-22 23:00", Light::Red, 3500),
    ] {
        let clocks = seen(&reported, false, now);
        assert_eq!(clocks.light, light, "{now}");
        assert_eq!(clocks.clocks[0].share_permille, permille, "{now}");
    }
}

#[test]
fn a_whole_life_in_time() {
    let instants = Instants {
        disposed: at("2025-09-29 23:59"),
        verified: at("2025-09-30 12:00"),
        replied: at("2025-09-30 12:00"),
        closed: at("2025-09-30 12:01"),
        ..dispatched()
    };
    let clocks = seen(&instants, false, "2026-09-30 00:00");
    let green: Vec<_> = Wait::ALL.iter().map(|&wait| (wait, Light::Green)).collect();
    assert_eq!(lights(&clocks), green);
    assert_eq!(
        (
            clocks.late_steps,
            clocks.escalation,
            clocks.next,
            clocks.age_days
        ),
        (0, None, None, 8)
    );
}

#[test]
fn late_is_late_at_the_first_moment_after() {
    let disposed = |text| Instants {
        disposed: at(text),
        ..dispatched()
    };
    // Seven calendar days after the 22nd: 24:00 of the 29th.
    let late = |text| seen(&disposed(text), false, "2025-10-20 00:00").clocks[2].late();
    assert!(!late("2025-09-30 00:00") && late("2025-09-30 00:00:01"));
}

#[test]
fn the_next_change_after_the_due_instant_is_the_moment_after_it() {
    let due = ms("2025-09-30 00:00");
    let clocks = seen(&dispatched(), false, "2025-09-30 00:00");
    assert_eq!(
        (clocks.light, clocks.next),
        (Light::Yellow, Some(Ms(due.0 + 1)))
    );
    // The township knows already; the county is told next.
    let after = seen(&dispatched(), false, "2025-09-30 00:00:01");
    assert_eq!(
        (after.light, after.next),
        (Light::Red, at("2025-10-03 18:30"))
    );
}

#[test]
fn what_may_take_no_time_is_in_time_only_at_once() {
    let terms = Terms {
        urgent: false,
        limits: [(
            Wait::Accept,
            Limit::new(0, crate::deadline::Unit::WorkingDay),
        )]
        .into(),
    };
    let reported = Instants {
        reported: at("2025-09-22 09:00"),
        ..Instants::default()
    };
    let on = |now| {
        let clock = clocks(&reported, &terms, &calendar(), &Ladder::default(), ms(now)).clocks[0];
        (clock.light, clock.share_permille)
    };
    assert_eq!(on("2025-09-22 09:00"), (Light::Yellow, 0));
    assert_eq!(on("2025-09-22 09:00:01"), (Light::Red, u32::MAX));
}

#[test]
fn an_answer_counts_if_it_came_after_the_disposal() {
    let answered = |text| {
        let instants = Instants {
            disposed: at("2025-09-24 10:00"),
            replied: at(text),
            ..dispatched()
        };
        seen(&instants, false, "2025-09-24 12:00").clocks[4].ended
    };
    assert_eq!(answered("2025-09-23 10:00"), None);
    assert_eq!(answered("2025-09-24 10:00"), at("2025-09-24 10:00"));
}

#[test]
fn short_ways_have_the_clocks_they_need() {
    let settled = Instants {
        reported: at("2025-09-22 09:00"),
        disposed: at("2025-09-22 09:10"),
        closed: at("2025-09-22 09:10"),
        ..Instants::default()
    };
    let waits = |instants: &Instants| {
        let clocks = seen(instants, false, "2025-09-22 09:30");
        clocks
            .clocks
            .iter()
            .map(|clock| (clock.wait, clock.ended.is_some()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        waits(&settled),
        [
            (Wait::Accept, true),
            (Wait::Handle, true),
            (Wait::Feedback, false)
        ]
    );
    let rejected = Instants {
        disposed: None,
        ..settled
    };
    assert_eq!(
        waits(&rejected),
        [(Wait::Accept, true), (Wait::Feedback, false)]
    );
}

#[test]
fn an_ordinary_matter_rises_step_by_step() {
    // From 11:00 on the 22nd to 24:00 of the 29th are 181 hours: three quarters are over 135 h 45 min later, one and a half times 271 h 30 min.
    let rises = |now| {
        let escalation = seen(&dispatched(), false, now).escalation;
        escalation.map(|found| (found.level, found.since.to_minutes()))
    };
    assert_eq!(rises("2025-09-28 02:44"), None);
    assert_eq!(
        rises("2025-09-28 02:45"),
        Some((Level::Community, "2025-09-28 02:45".into()))
    );
    assert_eq!(
        rises("2025-09-30 00:00"),
        Some((Level::Township, "2025-09-30 00:00".into()))
    );
    assert_eq!(
        rises("2025-10-03 18:29"),
        Some((Level::Township, "2025-09-30 00:00".into()))
    );
    assert_eq!(
        rises("2025-10-03 18:30"),
        Some((Level::County, "2025-10-03 18:30".into()))
    );
}

#[test]
fn an_urgent_matter_is_known_to_the_community_at_once() {
    let instants = Instants {
        accepted: at("2025-09-22 09:10"),
        dispatched: at("2025-09-22 09:20"),
        ..dispatched()
    };
    // Two hours by the natural clock from 09:20.
    for (now, level) in [
        ("2025-09-22 09:20", Level::Community),
        ("2025-09-22 10:19", Level::Community),
        ("2025-09-22 10:20", Level::Township),
        ("2025-09-22 11:20", Level::County),
    ] {
        let found = seen(&instants, true, now).escalation.unwrap();
        assert_eq!(found.level, level, "{now}");
    }
}

#[test]
fn late_steps_rise_as_well() {
    // Accepted on the 24th (due the 22nd, 11:00), dispatched on the 26th (due the 25th, 18:00).
    let instants = Instants {
        accepted: at("2025-09-24 10:00"),
        dispatched: at("2025-09-26 11:00"),
        ..dispatched()
    };
    let clocks = seen(&instants, false, "2025-09-26 12:00");
    assert_eq!((clocks.late_steps, clocks.light), (2, Light::Green));
    let found = clocks.escalation.unwrap();
    assert_eq!(
        (found.level, found.since.to_minutes()),
        (Level::Township, "2025-09-25 18:00".into())
    );
    let never = Ladder {
        late_steps: [0, 0, 0],
        ..Ladder::default()
    };
    let calm = super::clocks(
        &instants,
        &terms(false),
        &calendar(),
        &never,
        ms("2025-09-26 12:00"),
    );
    assert_eq!(calm.escalation, None);
}

#[test]
fn an_appeal_leaves_the_fact() {
    let instants = Instants {
        accepted: at("2025-09-24 10:00"),
        exempt: true,
        ..dispatched()
    };
    let clocks = seen(&instants, false, "2025-09-24 12:00");
    assert_eq!((clocks.late_steps, clocks.charged_steps), (1, 0));
    let charged = Instants {
        exempt: false,
        ..instants
    };
    assert_eq!(seen(&charged, false, "2025-09-24 12:00").charged_steps, 1);
}

#[test]
fn a_suspension_pauses_and_resumes_by_itself() {
    let instants = Instants {
        suspensions: vec![(ms("2025-09-23 00:00"), ms("2025-10-23 00:00"))],
        ..dispatched()
    };
    let during = seen(&instants, false, "2025-10-15 10:00");
    let handle = during.clocks[2];
    assert!(during.paused && during.escalation.is_none());
    assert_eq!(
        (handle.light, handle.share_permille),
        (Light::Green, 13 * 1000 / 181)
    );
    // Seven days close after it: the 23rd to the 29th.
    assert_eq!(handle.due.to_minutes(), "2025-10-30 00:00");
    assert_eq!(during.next, at("2025-10-23 00:00"));
    assert!(seen(&instants, false, "2025-10-22 23:59:59").paused);
    assert!(!seen(&instants, false, "2025-10-23 00:00").paused);
    let after = seen(&instants, false, "2025-10-30 00:00:01");
    assert!(!after.paused && after.light == Light::Red);
}

#[test]
fn an_extension_moves_the_handling_only() {
    let instants = Instants {
        extensions: 1,
        ..dispatched()
    };
    let clocks = seen(&instants, false, "2025-10-01 00:00");
    assert_eq!(clocks.clocks[2].due.to_minutes(), "2025-10-07 00:00");
    assert_eq!(clocks.clocks[0].due, ms("2025-09-22 11:00"));
}

#[test]
fn the_instants_of_a_matter() {
    let mut state = MatterState {
        suspension: Some(crate::matter::Suspension {
            from: Ms(5),
            until: Ms(6),
            levels: 2,
        }),
        extensions: vec![Ms(4)],
        exempt: true,
        since: Some(Ms(9)),
        ..MatterState::default()
    };
    state.at.reported = Some(Ms(1));
    state.at.accepted = Some(Ms(2));
    state.at.first_dispatched = Some(Ms(3));
    state.at.replied = Some(Ms(7));
    let expected = Instants {
        reported: Some(Ms(1)),
        accepted: Some(Ms(2)),
        dispatched: Some(Ms(3)),
        replied: Some(Ms(7)),
        suspensions: vec![(Ms(5), Ms(6))],
        extensions: 1,
        exempt: true,
        ..Instants::default()
    };
    assert_eq!(Instants::of(&state), expected);
    // Opened again: the clocks begin anew.
    state.at.reopened = vec![Ms(20), Ms(30)];
    let anew = Instants::of(&state);
    assert_eq!((anew.reported, anew.accepted), (Some(Ms(30)), Some(Ms(30))));
    // Merged: nothing is waited for, though nobody closed it.
    state.stage = crate::matter::Stage::Merged;
    assert_eq!(Instants::of(&state).closed, Some(Ms(9)));
    state.at.closed = Some(Ms(8));
    assert_eq!(Instants::of(&state).closed, Some(Ms(8)));
}

#[test]
fn who_is_told() {
    let grid: Area = "410522100201003".parse().unwrap();
    let told = |level, area: &Area| {
        let since = Ms(0);
        let (area, role) = Escalation { level, since }.whom(area);
        (area.to_string(), role)
    };
    assert_eq!(
        told(Level::Community, &grid),
        ("410522100201".into(), Role::CommunityDirector)
    );
    assert_eq!(
        told(Level::Township, &grid),
        ("410522100".into(), Role::TownshipHead)
    );
    assert_eq!(
        told(Level::County, &grid),
        ("410522".into(), Role::CountyHead)
    );
    let township = grid.at(Level::Township).unwrap();
    assert_eq!(
        told(Level::Community, &township),
        ("410522100".into(), Role::TownshipHead)
    );
    let city: Area = "4105".parse().unwrap();
    assert_eq!(
        told(Level::County, &city),
        ("4105".into(), Role::CountyHead)
    );
}

fn instants() -> impl Strategy<Value = Instants> {
    let at = || {
        proptest::option::of(
            (0_i64..40_000).prop_map(|minute| Ms(ms("2025-09-22 00:00").0 + minute * 60_000)),
        )
    };
    let spans = proptest::collection::vec((at(), at()), 0..3);
    let steps = (at(), at(), at(), at(), at(), at(), at());
    (steps, spans, 0_u32..4, any::<bool>()).prop_map(
        |(
            (reported, accepted, dispatched, disposed, verified, replied, closed),
            spans,
            extensions,
            exempt,
        )| Instants {
            reported,
            accepted,
            dispatched,
            disposed,
            verified,
            replied,
            closed,
            suspensions: spans.into_iter().filter_map(|(a, b)| a.zip(b)).collect(),
            extensions,
            exempt,
        },
    )
}

proptest! {
    #[test]
    fn nothing_changes_before_next(instants in instants(), urgent in any::<bool>(), minute in 0_i64..60_000, part in 0_i64..1000) {
        let now = Ms(ms("2025-09-22 00:00").0 + minute * 60_000);
        let (terms, calendar, ladder) = (terms(urgent), calendar(), Ladder::default());
        let on = |now| super::clocks(&instants, &terms, &calendar, &ladder, now);
        let seen = on(now);
        let shown = |clocks: &Clocks| (lights(clocks), clocks.light, clocks.escalation, clocks.late_steps);
        if let Some(next) = seen.next {
            prop_assert!(next > now);
            let before = Ms(now.0 + (next.0 - 1 - now.0) * part / 1000);
            prop_assert_eq!(shown(&on(before)), shown(&seen));
            prop_assert_eq!(shown(&on(Ms(next.0 - 1))), shown(&seen));
        } else {
            let later = on(Ms(now.0 + 400 * DAY_MS));
            prop_assert_eq!(shown(&later), shown(&seen));
        }
    }

    #[test]
    fn what_has_risen_does_not_sink_while_nothing_is_done(instants in instants(), urgent in any::<bool>(), a in 0_i64..60_000, b in 0_i64..60_000) {
        let (terms, calendar, ladder) = (terms(urgent), calendar(), Ladder::default());
        let on = |minute: i64| super::clocks(&instants, &terms, &calendar, &ladder, Ms(ms("2025-09-22 00:00").0 + minute * 60_000));
        let (early, late) = (on(a.min(b)), on(a.max(b)));
        prop_assert!(early.escalation.map(|found| found.level) <= late.escalation.map(|found| found.level));
        prop_assert!(early.light <= late.light && early.late_steps <= late.late_steps);
    }
}
