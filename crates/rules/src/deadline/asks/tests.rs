use std::collections::BTreeMap;

use wangge_model::id::MemberId;
use wangge_model::kind::Role;
use wangge_model::time::Ms;

use super::*;
use crate::deadline::{Hours, Limit, Unit};
use crate::matter::Suspension;

/// The 22nd is a Monday; one working day is over on the 23rd at 18:00.
const DISPATCHED: &str = "2025-09-22 10:00";

fn ms(text: &str) -> Ms {
    text.parse().unwrap()
}

fn ask(kind: AskKind, at: &str, granted: Option<bool>, roles: &[Role]) -> Ask {
    let member = |number| MemberId::mint(0, [number; 10]);
    Ask {
        entry: String::new(),
        kind,
        by: member(9),
        office: Role::GridMember,
        at: ms(at),
        due: None,
        until: None,
        approvals: roles
            .iter()
            .zip(1..)
            .map(|(role, nth)| (*role, member(nth)))
            .collect(),
        granted,
        decided: granted.map(|_| ms(at)),
    }
}

fn codes(urgent: bool, asks: Vec<Ask>, suspension: Option<(&str, &str)>) -> Vec<&'static str> {
    let terms = Terms {
        urgent,
        limits: BTreeMap::from([(Wait::Handle, Limit::new(1, Unit::WorkingDay))]),
    };
    let mut state = MatterState {
        asks,
        suspension: suspension.map(|(from, until)| Suspension {
            from: ms(from),
            until: ms(until),
            levels: 1,
        }),
        ..MatterState::default()
    };
    state.at.first_dispatched = Some(ms(DISPATCHED));
    let calendar = Calendar::new(&[], Hours::default(), ms(DISPATCHED).date());
    let findings = check_asks(&state, &terms, &calendar);
    findings.iter().map(|finding| finding.code).collect()
}

const ONE: &[Role] = &[Role::CommunityDirector];
const TWO: &[Role] = &[Role::CommunityDirector, Role::TownshipHead];
const IN_TIME: &str = "2025-09-23 18:00";
const LATE: &str = "2025-09-23 18:00:01";

#[test]
fn an_urgent_matter_is_not_shelved_by_one_level() {
    for kind in [AskKind::Suspend, AskKind::Extend] {
        let granted = |roles| vec![ask(kind, IN_TIME, Some(true), roles)];
        assert_eq!(codes(true, granted(ONE), None), ["ask.levels"]);
        assert_eq!(codes(true, granted(TWO), None), [""; 0]);
        assert_eq!(codes(false, granted(ONE), None), [""; 0]);
        // It waits still, or was refused.
        assert_eq!(
            codes(true, vec![ask(kind, IN_TIME, None, ONE)], None),
            [""; 0]
        );
        assert_eq!(
            codes(true, vec![ask(kind, LATE, Some(false), ONE)], None),
            [""; 0]
        );
    }
    assert_eq!(
        codes(
            true,
            vec![ask(AskKind::Appeal, LATE, Some(true), ONE)],
            None
        ),
        [""; 0]
    );
}

#[test]
fn what_is_overdue_is_neither_shelved_nor_extended() {
    for granted in [None, Some(true)] {
        let asked = |at| codes(false, vec![ask(AskKind::Suspend, at, granted, ONE)], None);
        assert_eq!((asked(IN_TIME), asked(LATE)), (vec![], vec!["ask.late"]));
    }
}

#[test]
fn what_was_granted_before_counts() {
    let first = || ask(AskKind::Extend, IN_TIME, Some(true), ONE);
    let second = |at| {
        codes(
            false,
            vec![first(), ask(AskKind::Extend, at, None, &[])],
            None,
        )
    };
    assert_eq!(second("2025-09-24 18:00"), [""; 0]);
    assert_eq!(second("2025-09-24 18:01"), ["ask.late"]);
    // Suspended over the close of the 23rd: due on the 24th.
    let held = || ask(AskKind::Suspend, "2025-09-23 12:00", Some(true), ONE);
    let after = |asks| codes(false, asks, Some(("2025-09-23 12:00", "2025-09-24 09:00")));
    let asked = || ask(AskKind::Extend, "2025-09-24 18:00", None, &[]);
    assert_eq!(after(vec![held(), asked()]), [""; 0]);
    assert_eq!(after(vec![asked()]), ["ask.late"]);
}

#[test]
fn without_a_clock_nothing_is_late() {
    let state = MatterState {
        asks: vec![ask(AskKind::Suspend, LATE, None, &[])],
        ..MatterState::default()
    };
    let calendar = Calendar::new(&[], Hours::default(), ms(LATE).date());
    assert_eq!(check_asks(&state, &Terms::default(), &calendar), []);
}
