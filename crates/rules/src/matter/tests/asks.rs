//! Suspension, extension, appeal: who may ask, who must approve, and when it ends.

use StepKind::{
    Accept, Appeal, Approve, AskExtend, AskSuspend, Close, Deny, Dispatch, Dispose, Report, Resume,
    VerifyPass,
};
use wangge_model::step::Flow;

use super::*;

fn dispatched(change: impl FnOnce(&mut StepDetail)) -> Story {
    let mut story = Story::default();
    story.told(Report, LI, change);
    story.then(&[(Accept, DIRECTOR), (Dispatch, DIRECTOR)]);
    story
}

fn re(key: &str) -> impl FnOnce(&mut StepDetail) + use<> {
    let key = key.to_owned();
    move |detail| detail.re = Some(key)
}

fn until(day: i64) -> impl FnOnce(&mut StepDetail) {
    move |detail| detail.until_ms = Some(Ms(day * DAY))
}

#[test]
fn a_suspension_rests_on_two_levels_and_ends_by_itself() {
    let mut story = dispatched(|_| {});
    let ask = story.told(AskSuspend, WATER, until(40));
    assert_eq!(
        story.tried(AskSuspend, WATER, until(50)),
        Some(Void::NoMore),
        "one waits"
    );
    assert_eq!(story.tried(Approve, DIRECTOR, re(&ask)), None);
    assert_eq!(
        story.tried(Approve, OTHER_DIRECTOR, re(&ask)),
        Some(Void::AlreadySigned),
        "the same level"
    );
    assert_eq!(story.state().suspension, None);
    assert_eq!(story.tried(Approve, HEAD, re(&ask)), None);
    let state = story.state();
    let rests = state.suspension.unwrap();
    assert_eq!((rests.from, rests.until), (Ms(8 * DAY), Ms(40 * DAY)));
    assert_eq!(stands(&state, Ms(8 * DAY)), Stage::Suspended);
    assert_eq!(stands(&state, Ms(40 * DAY - 1)), Stage::Suspended);
    assert_eq!(stands(&state, Ms(40 * DAY)), Stage::Dispatched);
    assert_eq!(story.tried(Dispose, WATER, |_| {}), Some(Void::Suspended));
    let mut later = Story {
        log: story.log.clone(),
    };
    later.at(20, 41 * DAY, Dispose, WATER, |_| {});
    assert_eq!(later.state().stage, Stage::Disposed);
    assert_eq!(story.tried(Resume, WATER, |_| {}), None);
    assert_eq!(story.tried(Dispose, WATER, |_| {}), None);
    assert_eq!(
        stands(&story.state(), Ms(20 * DAY)),
        Stage::Disposed,
        "it was resumed"
    );
}

#[test]
fn it_is_granted_once_for_a_year_at_most_and_before_the_deadline() {
    let mut story = dispatched(|_| {});
    assert_eq!(
        story.tried(AskSuspend, WATER, until(4 + 367)),
        Some(Void::BadEnd)
    );
    assert_eq!(story.tried(AskSuspend, WATER, until(4)), Some(Void::BadEnd));
    let late = |detail: &mut StepDetail| {
        detail.until_ms = Some(Ms(50 * DAY));
        detail.due_ms = Some(Ms(6 * DAY));
    };
    assert_eq!(story.tried(AskSuspend, WATER, late), Some(Void::TooLate));
    let ask = story.told(AskSuspend, WATER, until(12));
    story.told(Approve, DIRECTOR, re(&ask));
    story.told(Approve, HEAD, re(&ask));
    assert!(story.state().suspension.is_some());
    story.told(Resume, WATER, |_| {});
    assert_eq!(
        story.tried(AskSuspend, WATER, until(30)),
        Some(Void::NoMore)
    );
}

#[test]
fn an_urgent_matter_is_not_shelved_by_one_level() {
    let loose = Params {
        levels: 1,
        ..Params::DEFAULT
    };
    let suspended = |flow: Option<Flow>, urgent: bool| {
        let mut story = dispatched(|detail| {
            detail.flow = flow;
            detail.urgent = Some(urgent);
        });
        let ask = story.told(AskSuspend, WATER, until(40));
        story.told(Approve, DIRECTOR, re(&ask));
        trace(&story.log, &loose).0.suspension.is_some()
    };
    assert!(suspended(None, false));
    assert!(!suspended(None, true));
    assert!(!suspended(Some(Flow::Emergency), false));
}

#[test]
fn a_matter_that_becomes_urgent_rests_no_longer_by_one_levels_word() {
    let loose = Params {
        levels: 1,
        ..Params::DEFAULT
    };
    let mut story = dispatched(|_| {});
    let ask = story.told(AskSuspend, WATER, until(40));
    story.told(Approve, DIRECTOR, re(&ask));
    story.told(StepKind::Judge, HEAD, |detail| detail.urgent = Some(true));
    let state = trace(&story.log, &loose).0;
    assert_eq!(state.suspension.unwrap().until, Ms(6 * DAY));
    assert_eq!(stands(&state, Ms(7 * DAY)), Stage::Dispatched);
}

#[test]
fn an_approval_below_the_level_needed_does_not_count() {
    let mut story = dispatched(|_| {});
    let ask = story.told(AskExtend, HEAD, |_| {});
    assert_eq!(story.tried(Approve, LI, re(&ask)), Some(Void::WrongOffice));
    assert_eq!(story.tried(Approve, HEAD, re(&ask)), Some(Void::OwnRequest));
    assert_eq!(story.tried(Approve, DIRECTOR, re(&ask)), None);
    assert_eq!(story.state().extensions, []);
    assert_eq!(story.tried(Approve, OTHER_HEAD, re(&ask)), None);
    assert_eq!(story.state().extensions, [Ms(8 * DAY)]);

    let loose = Params {
        levels: 1,
        ..Params::DEFAULT
    };
    let mut story = dispatched(|_| {});
    let ask = story.told(AskExtend, HEAD, |_| {});
    story.told(Approve, DIRECTOR, re(&ask));
    let (state, taken) = trace(&story.log, &loose);
    assert_eq!(state.extensions, []);
    assert_eq!(
        taken.last().unwrap().void,
        Some(Void::LevelTooLow),
        "a community does not decide what a township asks for"
    );
}

#[test]
fn two_extensions_and_those_denied_do_not_count() {
    let mut story = dispatched(|_| {});
    let granted = |story: &mut Story| {
        let ask = story.told(AskExtend, WATER, |_| {});
        story.told(Approve, DIRECTOR, re(&ask));
        story.told(Approve, HEAD, re(&ask));
    };
    granted(&mut story);
    let ask = story.told(AskExtend, WATER, |_| {});
    story.told(Deny, DIRECTOR, re(&ask));
    assert_eq!(
        story.tried(Approve, HEAD, re(&ask)),
        Some(Void::NothingWaits)
    );
    granted(&mut story);
    let state = story.state();
    assert_eq!(state.extensions.len(), 2);
    assert_eq!(state.asks.len(), 3);
    assert_eq!(story.tried(AskExtend, WATER, |_| {}), Some(Void::NoMore));
}

#[test]
fn an_appeal_is_reviewed_twice_and_the_fact_stays() {
    let mut story = dispatched(|_| {});
    assert_eq!(
        story.tried(Appeal, WATER, |_| {}),
        Some(Void::NotAtThisStage)
    );
    story.then(&[(Dispose, WATER), (VerifyPass, WANG), (Close, DIRECTOR)]);
    let disposed = story.state().at.disposed;
    let appeal = story.told(Appeal, WATER, |_| {});
    assert_eq!(story.tried(Approve, DIRECTOR, re(&appeal)), None);
    assert!(!story.state().exempt);
    assert_eq!(story.tried(Approve, HEAD, re(&appeal)), None);
    let state = story.state();
    assert!(state.exempt);
    assert_eq!(state.at.disposed, disposed);
    assert_eq!(
        story.tried(Appeal, WATER, |_| {}),
        Some(Void::NoMore),
        "once"
    );
}

#[test]
fn an_extension_cannot_be_granted_when_it_is_done() {
    let mut story = dispatched(|_| {});
    let ask = story.told(AskExtend, WATER, |_| {});
    story.then(&[(Dispose, WATER)]);
    assert_eq!(
        story.tried(Approve, DIRECTOR, re(&ask)),
        Some(Void::NotAtThisStage)
    );
}
