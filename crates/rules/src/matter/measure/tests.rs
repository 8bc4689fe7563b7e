use wangge_model::doc::Doc;
use wangge_model::id::ActorId;
use wangge_model::kind::Facet;
use wangge_model::time::Ms;
use wangge_model::value::Edit;

use super::*;
use crate::matter::tests::{DIRECTOR, LI, Story, WANG, WATER, story};
use StepKind::{
    Accept, Close, ConfirmClose, Dispatch, Dispose, EffectFail, Reopen, Report, SettleOnSpot,
    VerifyFail, VerifyPass,
};

fn filed(edits: &[Edit]) -> Fields {
    let mut doc = Doc::new();
    doc.write(ActorId([1; 16]), edits, Ms(0)).unwrap();
    doc.entries()
}

fn counted() -> Fields {
    filed(&[
        Edit::set(Facet::Open, "measure", "count"),
        Edit::set(Facet::Open, "measured", 3_i64),
    ])
}

fn disposed() -> Story {
    story(&[
        (Report, LI),
        (Accept, DIRECTOR),
        (Dispatch, DIRECTOR),
        (Dispose, WATER),
    ])
}

#[test]
fn what_was_filed_with_a_measure_is_measured_again() {
    let open = counted();
    let measured = Measured {
        measure: "count",
        value: 3,
    };
    assert_eq!(Measured::of(&open), Some(measured));
    let mut story = disposed();
    story.told(VerifyPass, WANG, |_| {});
    assert_eq!(
        unmeasured(&open, &story.state(), VerifyPass),
        Some(measured)
    );
    assert_eq!(unmeasured(&open, &story.state(), Close), Some(measured));
    for other in [Report, Accept, Dispatch, Dispose, VerifyFail, ConfirmClose] {
        assert_eq!(unmeasured(&open, &story.state(), other), None, "{other:?}");
    }
    // The closing says it where the verification did not; one that was verified with it is closed without.
    for (verified, closed) in [(None, Some(0)), (Some(2), None), (Some(2), Some(1))] {
        let mut story = disposed();
        story.told(VerifyPass, WANG, |detail| detail.remeasured = verified);
        story.told(Close, DIRECTOR, |detail| detail.remeasured = closed);
        let state = story.state();
        assert_eq!(unmeasured(&open, &state, Close), None);
        assert_eq!(state.remeasured, closed.or(verified));
    }
}

#[test]
fn what_nobody_measured_is_not_measured_again() {
    let mut settled = Story::default();
    settled.told(SettleOnSpot, LI, |_| {});
    assert!(unmeasured(&counted(), &settled.state(), SettleOnSpot).is_some());
    for open in [
        filed(&[Edit::set(Facet::Open, "measure", "count")]),
        filed(&[Edit::set(Facet::Open, "measured", 3_i64)]),
        filed(&[
            Edit::set(Facet::Open, "measure", ""),
            Edit::set(Facet::Open, "measured", 3_i64),
        ]),
    ] {
        assert_eq!(unmeasured(&open, &settled.state(), SettleOnSpot), None);
    }
    settled = Story::default();
    settled.told(SettleOnSpot, LI, |detail| detail.remeasured = Some(0));
    assert_eq!(unmeasured(&counted(), &settled.state(), SettleOnSpot), None);
}

#[test]
fn what_is_dealt_with_anew_is_measured_anew() {
    for (again, by) in [(Reopen, DIRECTOR), (EffectFail, WANG)] {
        let mut story = disposed();
        story.told(VerifyPass, WANG, |detail| detail.remeasured = Some(1));
        story.told(Close, DIRECTOR, |_| {});
        story.told(again, by, |_| {});
        assert_eq!(story.state().remeasured, None, "{again:?}");
    }
    let mut story = disposed();
    story.told(ConfirmClose, LI, |detail| detail.remeasured = Some(1));
    assert_eq!(story.state().remeasured, Some(1));
    story.told(VerifyFail, WANG, |detail| detail.remeasured = Some(4));
    assert_eq!(story.state().remeasured, None);
    // A step that counts for nothing measures nothing.
    story.told(Close, DIRECTOR, |detail| detail.remeasured = Some(0));
    assert_eq!(story.state().remeasured, None);
}
