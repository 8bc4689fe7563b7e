//! The light path, the full path, and what the five flows differ in.

use StepKind::{
    Accept, Archive, Check, Close, ConfirmClose, Cosign, Dispatch, Dispose, EffectFail, EffectPass,
    Judge, MergeInto, PassUp, RefuseClose, Remark, Reopen, Reply, Report, Revert, SettleOnSpot,
    Support, Unmerge, VerifyFail, VerifyPass,
};
use wangge_model::codes;
use wangge_model::doc::Doc;
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Level};
use wangge_model::step::{Flow, Part};
use wangge_model::value::Edit;

use super::*;
use crate::matter::phase::Phase;

#[test]
fn settled_on_the_spot_is_one_record() {
    let state = story(&[(SettleOnSpot, LI)]).state();
    assert_eq!((state.stage, state.steps), (Stage::Settled, 1));
    assert_eq!(state.reported_by, Some(member(LI)));
    assert_eq!(state.at.reported, state.at.closed);
    assert_eq!(state.held_by(), None);
    let phases = &state.phases;
    assert!(phases.collection.last.is_some() && phases.solving.last.is_some());
    assert!(phases.study.last.is_none());
}

#[test]
fn the_full_path_shows_its_four_stages() {
    let mut story = story(&[(Report, LI), (Check, WANG), (Accept, DIRECTOR)]);
    let judged = story.told(Judge, LI, |_| {});
    assert_eq!(story.state().stage, Stage::Accepted, "one signature");
    story.told(Cosign, DIRECTOR, |detail| detail.re = Some(judged.clone()));
    assert_eq!(story.state().stage, Stage::Judged);
    story.then(&[
        (Dispatch, DIRECTOR),
        (Dispose, WATER),
        (VerifyPass, WANG),
        (Reply, DIRECTOR),
        (Close, DIRECTOR),
        (Archive, DIRECTOR),
    ]);
    let state = story.state();
    assert_eq!((state.stage, &state.void[..]), (Stage::Archived, &[][..]));
    let actors: Vec<_> = [
        Phase::Collection,
        Phase::Study,
        Phase::Solving,
        Phase::Evaluation,
    ]
    .into_iter()
    .map(|phase| {
        let last = state.phases.of(phase).last.clone().unwrap();
        (last.kind, last.by, last.at.0 / DAY)
    })
    .collect();
    assert_eq!(
        actors,
        [
            (Check, member(WANG), 2),
            (Cosign, member(DIRECTOR), 5),
            (Dispose, member(WATER), 7),
            (Archive, member(DIRECTOR), 11)
        ]
    );
    assert_eq!(
        state.judgement.unwrap().signed,
        [
            (Role::GridMember, member(LI)),
            (Role::CommunityDirector, member(DIRECTOR))
        ]
        .into()
    );
    let days = |at: Option<Ms>| at.map(|at| at.0 / DAY);
    assert_eq!(
        [
            state.at.reported,
            state.at.checked,
            state.at.accepted,
            state.at.judged,
            state.at.first_dispatched,
            state.at.disposed,
            state.at.verified,
            state.at.first_replied,
            state.at.closed,
            state.at.archived
        ]
        .map(days),
        [1, 2, 3, 5, 6, 7, 8, 9, 10, 11].map(Some)
    );
}

fn of_flow(flow: Flow) -> Story {
    let mut story = Story::default();
    story.told(Report, LI, |detail| detail.flow = Some(flow));
    story
}

#[test]
fn control_goes_through_a_check_list_first() {
    let mut story = of_flow(Flow::Control);
    assert_eq!(
        story.tried(Accept, DIRECTOR, |_| {}),
        Some(Void::NeedsCheck)
    );
    assert_eq!(story.tried(Check, WANG, |_| {}), Some(Void::NeedsCheck));
    assert_eq!(
        story.tried(Check, WANG, |detail| detail.checks =
            [("井盖完好".to_owned(), false)].into()),
        None
    );
    assert_eq!(story.tried(Accept, DIRECTOR, |_| {}), None);
    assert_eq!(
        story.tried(Check, HEAD, |_| {}),
        Some(Void::WrongOffice),
        "not near the site"
    );
}

#[test]
fn an_emergency_is_dispatched_before_it_is_accepted() {
    let mut story = of_flow(Flow::Emergency);
    story.then(&[(Dispatch, DIRECTOR)]);
    let state = story.state();
    assert_eq!(state.stage, Stage::Dispatched);
    assert_eq!(state.first_receiver, Some(member(DIRECTOR)));
    assert!(state.is_urgent());
    assert_eq!(story.tried(Accept, HEAD, |_| {}), None);
    assert_eq!(
        story.tried(Accept, HEAD, |_| {}),
        Some(Void::NotAtThisStage)
    );
    assert_eq!(story.state().stage, Stage::Dispatched);
    let mut ordinary = super::story(&[(Report, LI)]);
    assert_eq!(
        ordinary.tried(Dispatch, DIRECTOR, |_| {}),
        Some(Void::NotAtThisStage)
    );
}

#[test]
fn a_mobilisation_closes_with_its_coverage() {
    let mut story = of_flow(Flow::Mobilisation);
    story.then(&[(Accept, DIRECTOR)]);
    assert_eq!(
        story.tried(Dispose, WATER, |detail| {
            (detail.done, detail.of) = (Some(1), Some(1));
        }),
        Some(Void::NotInThisFlow),
        "nobody has a part"
    );
    story.then(&[(Dispatch, DIRECTOR)]);
    let assist = story.told(Dispatch, DIRECTOR, |detail| {
        detail.part = Some(Part::Assist)
    });
    assert_eq!(
        story.tried(Dispose, WATER, |_| {}),
        Some(Void::NeedsCoverage)
    );
    story.told(Dispose, WATER, |detail| {
        (detail.done, detail.of) = (Some(90), Some(100));
    });
    story.told(Dispose, POWER, |detail| {
        detail.re = Some(assist.clone());
        (detail.done, detail.of) = (Some(50), Some(50));
    });
    let state = story.state();
    assert_eq!(
        (state.stage, state.coverage()),
        (Stage::Disposed, (140, 150))
    );
    assert_eq!(
        story.tried(VerifyPass, WANG, |_| {}),
        Some(Void::NotInThisFlow)
    );
    assert_eq!(
        story.tried(Close, DIRECTOR, |_| {}),
        Some(Void::NeedsCoverage),
        "ten are missing, and nobody says why"
    );
    story.told(Close, DIRECTOR, |_| {});
    story.noting("十户长期外出");
    assert_eq!(story.state().stage, Stage::Closed);
}

#[test]
fn a_service_is_confirmed_by_who_asked_for_it() {
    let mut story = of_flow(Flow::Service);
    story.then(&[(Accept, DIRECTOR), (Dispatch, DIRECTOR), (Dispose, WATER)]);
    assert_eq!(
        story.tried(VerifyPass, WANG, |_| {}),
        Some(Void::NotInThisFlow)
    );
    assert_eq!(
        story.tried(ConfirmClose, OTHER_DIRECTOR, |_| {}),
        Some(Void::NotYours)
    );
    assert_eq!(
        story.tried(ConfirmClose, WATER, |_| {}),
        Some(Void::SameHands)
    );
    assert_eq!(story.tried(ConfirmClose, LI, |_| {}), None);
    let state = story.state();
    assert_eq!(
        (state.stage, state.confirmed_by),
        (Stage::Verified, Some(member(LI)))
    );
    assert_eq!(story.tried(Close, DIRECTOR, |_| {}), Some(Void::NeedsReply));
    story.then(&[(Reply, DIRECTOR), (Close, DIRECTOR)]);
    assert_eq!(story.state().stage, Stage::Closed);
    assert_eq!(story.state().rights[&member(LI)].confirmations, 1);
}

#[test]
fn a_coordination_is_judged_with_its_parties_before_anything_is_done() {
    let mut story = of_flow(Flow::Coordination);
    story.then(&[(Accept, DIRECTOR)]);
    assert_eq!(
        story.tried(Dispatch, DIRECTOR, |_| {}),
        Some(Void::NeedsJudgement)
    );
    assert_eq!(story.tried(Dispose, LI, |_| {}), Some(Void::NeedsJudgement));
    assert_eq!(
        story.tried(SettleOnSpot, LI, |_| {}),
        Some(Void::NeedsJudgement)
    );
    assert_eq!(
        story.tried(Judge, LI, |detail| {
            detail.judgement.as_mut().unwrap().parties.clear();
        }),
        Some(Void::NeedsParties)
    );
    let judged = story.told(Judge, LI, |_| {});
    assert_eq!(
        story.tried(Cosign, WANG, |detail| detail.re = Some(judged.clone())),
        Some(Void::AlreadySigned),
        "two grid members are one office"
    );
    assert_eq!(
        story.tried(Cosign, DIRECTOR, |detail| detail.re = Some(judged.clone())),
        None
    );
    story.then(&[(Dispatch, DIRECTOR)]);
    assert_eq!(story.state().stage, Stage::Dispatched);
}

#[test]
fn what_was_passed_up_is_judged_and_dispatched_there() {
    let mut story = story(&[(Report, LI), (Accept, DIRECTOR)]);
    let up = |detail: &mut StepDetail| detail.level = Some(Level::Township);
    assert_eq!(story.tried(PassUp, HEAD, up), Some(Void::LevelTooLow));
    assert_eq!(story.tried(PassUp, DIRECTOR, up), None);
    assert_eq!(
        story.state().held_by(),
        Some(Holder::Level(Level::Township))
    );
    assert_eq!(story.tried(PassUp, LI, up), Some(Void::NoMore));
    assert_eq!(
        story.tried(Judge, DIRECTOR, |_| {}),
        Some(Void::LevelTooLow)
    );
    assert_eq!(
        story.tried(Dispatch, DIRECTOR, |_| {}),
        Some(Void::LevelTooLow)
    );
    assert_eq!(
        story.tried(Dispatch, HEAD, |_| {}),
        Some(Void::NeedsJudgement)
    );
    assert_eq!(story.tried(Judge, HEAD, |_| {}), None);
    assert_eq!(
        story.state().stage,
        Stage::Judged,
        "the township's is final"
    );
    assert_eq!(story.tried(Dispatch, HEAD, |_| {}), None);
    assert_eq!(
        story.tried(Judge, LI, |_| {}),
        Some(Void::LevelTooLow),
        "and is not undone from below"
    );
}

#[test]
fn what_comes_back_opens_the_matter_again() {
    let closed = [
        (Report, LI),
        (Accept, DIRECTOR),
        (Dispatch, DIRECTOR),
        (Dispose, WATER),
        (VerifyPass, WANG),
        (Close, DIRECTOR),
    ];
    let again = RecordId::mint(9, [9; 10]);
    let mut recurring = story(&closed);
    recurring.told(Reopen, DIRECTOR, |detail| detail.record = Some(again));
    let state = recurring.state();
    assert_eq!(
        (state.stage, state.reopens, &state.recurrences[..]),
        (Stage::Accepted, 1, &[again][..])
    );
    assert_eq!((state.at.first_dispatched, state.at.closed), (None, None));
    assert_eq!(state.at.reopened, [Ms(7 * DAY)]);

    let mut checked = story(&closed);
    assert_eq!(
        checked.tried(EffectPass, WATER, |_| {}),
        Some(Void::SameHands)
    );
    assert_eq!(checked.tried(EffectPass, LI, |_| {}), None);
    assert_eq!(checked.state().effect, Some(true));
    assert_eq!(checked.tried(EffectFail, LI, |_| {}), None);
    assert_eq!(checked.state().stage, Stage::Accepted);

    let mut refused = story(&closed);
    assert_eq!(refused.tried(RefuseClose, LI, |_| {}), None);
    assert_eq!(refused.state().stage, Stage::Accepted);
    assert_eq!(refused.state().rights[&member(LI)].refusals, 1);

    let mut reworked = story(&closed[..4]);
    reworked.then(&[(RefuseClose, LI)]);
    let state = reworked.state();
    assert_eq!((state.stage, state.reworks), (Stage::Dispatched, 1));
    assert_eq!(state.holder.as_deref(), Some("单位10"), "the same hands");
    reworked.then(&[(Dispose, WATER), (VerifyFail, WANG), (Dispose, WATER)]);
    assert_eq!(reworked.state().stage, Stage::Disposed);
}

#[test]
fn only_what_is_open_is_merged_or_urged() {
    let done = [
        story(&[(SettleOnSpot, LI)]),
        story(&[(Report, LI), (StepKind::Reject, DIRECTOR)]),
        story(&[(SettleOnSpot, LI), (Archive, DIRECTOR)]),
    ];
    for mut story in done {
        let stage = story.state().stage;
        for kind in [MergeInto, StepKind::Urge, StepKind::Whistle] {
            let void = story.tried(kind, DIRECTOR, |detail| {
                detail.record = Some(RecordId::mint(5, [5; 10]));
            });
            assert_eq!(void, Some(Void::NotAtThisStage), "{stage:?} {kind:?}");
        }
        let state = story.state();
        assert_eq!((state.stage, state.merged_into), (stage, None));
    }
}

#[test]
fn merged_and_taken_apart_again() {
    let lead = RecordId::mint(5, [5; 10]);
    let mut story = story(&[(Report, LI), (Accept, DIRECTOR), (Support, WANG)]);
    story.told(MergeInto, DIRECTOR, |detail| detail.record = Some(lead));
    let state = story.state();
    assert_eq!(
        (state.stage, state.merged_into, state.closed()),
        (Stage::Merged, Some(lead), true)
    );
    assert_eq!(
        story.tried(Dispatch, DIRECTOR, |_| {}),
        Some(Void::NotAtThisStage)
    );
    story.then(&[(Unmerge, DIRECTOR)]);
    let state = story.state();
    assert_eq!((state.stage, state.merged_into), (Stage::Accepted, None));
    let merged = [state.clone(), state.clone()];
    assert_eq!(family::supporters(&state, &merged), 1 + 2 + 2);
}

#[test]
fn a_family_has_one_lead_whatever_was_merged_into_what() {
    let id = |number: u8| RecordId::mint(i64::from(number), [number; 10]);
    let leads = |pairs: &[(u8, u8)]| {
        let merged = pairs.iter().map(|&(a, b)| (id(a), id(b))).collect();
        family::leads(&merged)
    };
    assert_eq!(leads(&[(1, 2), (2, 3)])[&id(1)], id(3));
    let ring = leads(&[(4, 3), (3, 2), (2, 4), (9, 3)]);
    assert!(ring.values().all(|lead| *lead == id(2)), "{ring:?}");
    assert_eq!(leads(&[(7, 7)])[&id(7)], id(7));
}

#[test]
fn a_director_takes_back_what_a_rule_did() {
    let mut story = story(&[(Report, LI)]);
    let auto = story.told(Accept, DIRECTOR, |detail| {
        detail.auto = Some("accept.self_found".to_owned());
    });
    let by_hand = story.told(Dispatch, DIRECTOR, |_| {});
    let re = |key: &str| {
        let key = key.to_owned();
        move |detail: &mut StepDetail| detail.re = Some(key)
    };
    assert_eq!(
        story.tried(Revert, DIRECTOR, re(&by_hand)),
        Some(Void::NothingWaits),
        "what a person did is not reverted"
    );
    assert_eq!(story.tried(Revert, LI, re(&auto)), Some(Void::WrongOffice));
    let above = story.told(StepKind::Urge, COUNTY, |detail| {
        detail.auto = Some("urge.late".to_owned());
    });
    assert_eq!(
        story.tried(Revert, DIRECTOR, re(&above)),
        Some(Void::NothingWaits),
        "nor what a rule did for a level above"
    );
    assert_eq!(story.state().stage, Stage::Dispatched);
    assert_eq!(story.tried(Revert, DIRECTOR, re(&auto)), None);
    let state = story.state();
    assert_eq!(state.stage, Stage::Reported);
    assert!(state.void.contains(&(auto.clone(), Void::Reverted)));
    assert_eq!(
        story.tried(Revert, DIRECTOR, re(&auto)),
        Some(Void::NothingWaits),
        "once"
    );
}

#[test]
fn of_two_who_did_not_know_of_each_other_the_higher_authority_stands() {
    let mut story = story(&[(Report, LI)]);
    let low = story.at(2, DAY, Accept, DIRECTOR, |_| {});
    let high = story.at(2, DAY, StepKind::Reject, HEAD, |_| {});
    let state = story.state();
    assert_eq!(state.stage, Stage::Rejected);
    assert_eq!(state.void, [(low.clone(), Void::NotAtThisStage)]);
    assert_eq!(
        state.disputed,
        [Dispute {
            void: low,
            standing: high
        }]
    );
    story.at(3, 2 * DAY, Reopen, DIRECTOR, |_| {});
    assert_eq!(
        story.state().disputed,
        [],
        "somebody who saw both has decided"
    );
}

#[test]
fn a_later_counter_with_an_earlier_time_had_not_seen_it_either() {
    let mut story = story(&[(Report, LI), (Accept, DIRECTOR)]);
    story.told(StepKind::Reject, HEAD, |_| {});
    assert_eq!(story.state().disputed, [], "it may have known");
    let last = story.log.last_mut().unwrap();
    last.key = format!("log/{:016x}{:032x}", 1, HEAD);
    assert_eq!(story.state().disputed.len(), 1);
}

#[test]
fn a_newer_programs_step_is_kept_and_void() {
    let mut doc = Doc::new();
    let told = story(&[(Report, LI), (Remark, LI)]);
    let newer = told.log[1]
        .step
        .encode()
        .replace("\"remark\"", "\"mediate\"");
    for (entry, json) in told.log.iter().zip([told.log[0].step.encode(), newer]) {
        doc.write(
            entry.op.actor,
            &[Edit::set(Facet::Open, &entry.key, json)],
            Ms(0),
        )
        .unwrap();
    }
    let state = fold(&doc.entries());
    assert_eq!(state.stage, Stage::Reported);
    assert_eq!(state.void, [(told.log[1].key.clone(), Void::UnknownStep)]);
}

#[test]
fn the_codes_of_sorts_and_flows_are_the_lists() {
    let sorts = codes::list("sort").unwrap();
    let found: Vec<_> = sorts
        .codes
        .iter()
        .filter_map(|code| flow::of_sort(code.code))
        .collect();
    assert!(
        Flow::ALL.iter().all(|flow| found.contains(flow)),
        "each flow has a sort: {found:?}"
    );
    let flows = codes::list("flow").unwrap();
    assert_eq!(
        flows.codes.iter().map(|code| code.code).collect::<Vec<_>>(),
        Flow::ALL.iter().map(|flow| flow.word()).collect::<Vec<_>>()
    );
}
