//! One lead, several assists, returns and arbitration, rights and hands.

use StepKind::{
    Accept, Answer, Close, ConfirmClose, Dispatch, Dispose, Object, PassUp, Rate, Release, Reopen,
    Report, Return, Urge, VerifyFail, VerifyPass, Whistle,
};
use wangge_model::kind::Level;
use wangge_model::step::Part;

use super::*;

fn accepted() -> Story {
    story(&[(Report, LI), (Accept, DIRECTOR)])
}

fn re(key: &str) -> impl FnOnce(&mut StepDetail) + use<> {
    let key = key.to_owned();
    move |detail| detail.re = Some(key)
}

fn assist(detail: &mut StepDetail) {
    detail.part = Some(Part::Assist);
}

#[test]
fn the_matter_is_dealt_with_when_the_lead_says_so_and_no_assist_is_open() {
    let mut story = accepted();
    assert_eq!(story.tried(Dispatch, DIRECTOR, assist), Some(Void::NoLead));
    story.told(Dispatch, DIRECTOR, |_| {});
    story.naming("供水公司");
    assert_eq!(
        story.tried(Dispatch, DIRECTOR, |_| {}),
        Some(Void::NotAtThisStage),
        "who received it first leads"
    );
    let power = story.told(Dispatch, DIRECTOR, assist);
    let roads = story.told(Dispatch, DIRECTOR, assist);
    let trees = story.told(Dispatch, DIRECTOR, assist);
    story.told(Dispose, WATER, |_| {});
    assert_eq!(story.state().stage, Stage::Dispatched);
    story.told(Dispose, POWER, re(&power));
    assert_eq!(
        story.tried(Dispose, POWER, re(&power)),
        Some(Void::NothingWaits),
        "once"
    );
    story.told(Return, WANG, re(&roads));
    assert_eq!(story.state().stage, Stage::Dispatched);
    assert_eq!(story.tried(Release, DIRECTOR, re(&roads)), None);
    assert_eq!(story.state().stage, Stage::Dispatched, "the trees");
    assert_eq!(story.tried(Release, DIRECTOR, re(&trees)), None);
    let state = story.state();
    assert_eq!(state.stage, Stage::Disposed);
    assert_eq!(state.at.disposed, state.since);
    assert_eq!(
        state.disposed_by,
        [member(WATER), member(POWER)].into(),
        "every hand counts"
    );
    assert_eq!(
        state.round_returns, 0,
        "an assist's return is not the lead's"
    );
    assert_eq!(state.holder.as_deref(), Some("供水公司"));
}

#[test]
fn the_second_return_takes_it_to_the_township_whose_word_binds() {
    let mut story = accepted();
    story.then(&[(Dispatch, DIRECTOR), (Return, WATER)]);
    let state = story.state();
    assert_eq!(state.stage, Stage::Returned);
    assert_eq!(
        state.held_by(),
        Some(Holder::Member(member(DIRECTOR))),
        "back with who received it first"
    );
    story.then(&[(Dispatch, DIRECTOR), (Return, POWER)]);
    let state = story.state();
    assert_eq!(state.stage, Stage::Arbitration);
    assert_eq!(state.held_by(), Some(Holder::Level(Level::Township)));
    assert_eq!(
        state.at.first_dispatched,
        Some(Ms(3 * DAY)),
        "the clock runs on"
    );
    assert_eq!(
        state
            .returns
            .iter()
            .map(|given| (given.by, given.at.0 / DAY))
            .collect::<Vec<_>>(),
        [(member(WATER), 4), (member(POWER), 6)]
    );
    assert_eq!(
        story.tried(Dispatch, DIRECTOR, |_| {}),
        Some(Void::LevelTooLow)
    );
    assert_eq!(story.tried(Dispatch, HEAD, |_| {}), None);
    assert_eq!(story.tried(Return, WATER, |_| {}), Some(Void::Binding));
    assert_eq!(
        story.tried(PassUp, DIRECTOR, |detail| detail.level =
            Some(Level::County)),
        Some(Void::NotAtThisStage)
    );
}

#[test]
fn how_many_returns_is_the_countys_to_set() {
    let mut story = accepted();
    story.then(&[(Dispatch, DIRECTOR), (Return, WATER)]);
    let strict = Params {
        returns_max: 1,
        ..Params::DEFAULT
    };
    assert_eq!(trace(&story.log, &strict).0.stage, Stage::Arbitration);
}

#[test]
fn a_grid_member_objects_to_a_return() {
    let mut story = accepted();
    story.told(Dispatch, DIRECTOR, |_| {});
    let back = story.told(Return, WATER, |_| {});
    assert_eq!(
        story.tried(Object, DIRECTOR, re(&back)),
        Some(Void::WrongOffice)
    );
    assert_eq!(
        story.tried(Object, WATER, re(&back)),
        Some(Void::OwnRequest)
    );
    assert_eq!(
        story.tried(Object, LI, re("log/1")),
        Some(Void::NothingWaits)
    );
    assert_eq!(story.tried(Object, LI, re(&back)), None);
    let state = story.state();
    assert_eq!(state.stage, Stage::Arbitration);
    assert_eq!(state.rights[&member(LI)].objections, 1);
    assert_eq!(state.returns[0].objected_by, Some(member(LI)));
    assert_eq!(
        story.tried(Object, WANG, re(&back)),
        Some(Void::AlreadySigned)
    );
}

#[test]
fn who_is_summoned_must_answer() {
    let mut story = accepted();
    let whistle = story.told(Whistle, LI, |_| {});
    let urge = story.told(Urge, HEAD, |_| {});
    story.then(&[(Dispatch, DIRECTOR), (Dispose, WATER), (VerifyPass, WANG)]);
    assert_eq!(story.tried(Close, DIRECTOR, |_| {}), Some(Void::Unanswered));
    assert_eq!(
        story.tried(Answer, LI, re(&whistle)),
        Some(Void::OwnRequest)
    );
    assert_eq!(story.tried(Answer, POWER, re(&whistle)), None);
    assert_eq!(
        story.tried(Answer, POWER, re(&whistle)),
        Some(Void::NothingWaits)
    );
    assert_eq!(story.tried(Close, DIRECTOR, |_| {}), None);
    assert_eq!(
        story.tried(Answer, POWER, re(&urge)),
        None,
        "late, and noted"
    );
    let state = story.state();
    assert_eq!(state.rights[&member(LI)].whistles, 1);
    assert!(
        state
            .summons
            .iter()
            .all(|summons| summons.answered.is_some())
    );
}

#[test]
fn only_who_asked_or_works_the_grid_confirms_and_rates() {
    let mut story = accepted();
    story.then(&[(Dispatch, DIRECTOR), (Dispose, WATER)]);
    assert_eq!(story.tried(Rate, DIRECTOR, |_| {}), Some(Void::NotYours));
    assert_eq!(story.tried(Rate, WATER, |_| {}), Some(Void::SameHands));
    assert_eq!(story.tried(Rate, LI, |_| {}), None);
    assert_eq!(story.tried(ConfirmClose, LI, |_| {}), None);
    let state = story.state();
    assert_eq!(state.stage, Stage::Disposed, "verification is still due");
    assert_eq!(state.ratings, [(member(LI), 4)].into());
    assert_eq!(state.rights[&member(LI)].ratings, 1);
}

#[test]
fn an_open_matter_is_never_nobodys() {
    assert_eq!(
        story(&[(Report, LI)]).state().held_by(),
        Some(Holder::Level(Level::Community))
    );
    let mut story = accepted();
    assert_eq!(
        story.state().held_by(),
        Some(Holder::Member(member(DIRECTOR)))
    );
    story.told(Dispatch, DIRECTOR, |_| {});
    story.naming("供水公司");
    assert_eq!(
        story.state().held_by(),
        Some(Holder::Unit("供水公司".to_owned()))
    );
}

#[test]
fn a_void_reopening_does_not_wash_hands() {
    // Who failed the verification disposes in the same round. The reopening between them does not count, and so ends no round.
    let mut story = accepted();
    story.then(&[(Dispatch, DIRECTOR), (Dispose, WATER)]);
    let failed = story.told(VerifyFail, POWER, |_| {});
    story.told(Reopen, DIRECTOR, |_| {});
    story.then(&[(Dispose, POWER)]);
    let state = story.state();
    assert!(
        state.void.contains(&(failed, Void::SameHands)),
        "{:?}",
        state.void
    );
    assert_eq!(state.reworks, 0);
}

#[test]
fn hands_are_told_apart_by_rounds_however_many_there_are() {
    let mut story = accepted();
    story.then(&[
        (Dispatch, DIRECTOR),
        (Dispose, WATER),
        (VerifyPass, POWER),
        (Close, DIRECTOR),
        (Reopen, DIRECTOR),
        (Dispatch, DIRECTOR),
        (Dispose, POWER),
        (VerifyPass, WATER),
        (Close, DIRECTOR),
    ]);
    let state = story.state();
    assert_eq!((state.stage, &state.void[..]), (Stage::Closed, &[][..]));
    assert_eq!(state.disposed_by, [member(POWER)].into());
}
