//! What the first programs wrote folds as it did: no office, no flow, no details.

use super::super::*;
use proptest::prelude::*;
use wangge_model::doc::OpId;
use wangge_model::id::{ActorId, MemberId};
use wangge_model::step::{Step, StepKind};

fn member(number: u8) -> MemberId {
    MemberId::mint(i64::from(number), [number; 10])
}

fn entry(counter: u64, actor: u8, kind: StepKind, by: u8) -> LogEntry {
    LogEntry {
        op: OpId {
            counter,
            actor: ActorId([actor; 16]),
        },
        key: format!("log/{counter:016x}{actor:032x}"),
        step: Step {
            note: "因故".to_owned(),
            to: (kind == StepKind::Dispatch).then(|| format!("中队{actor}")),
            ..Step::new(
                kind,
                member(by),
                Ms(i64::try_from(counter).unwrap() * 1_000),
            )
        },
    }
}

/// A log in which each step is taken by the member named, one after the other.
fn log(steps: &[(StepKind, u8)]) -> Vec<LogEntry> {
    steps
        .iter()
        .zip(1..)
        .map(|((kind, by), counter)| entry(counter, *by, *kind, *by))
        .collect()
}

use StepKind::{
    Accept, Close, Dispatch, Dispose, Reject, Remark, Reopen, Reply, Report, Return, SettleOnSpot,
    VerifyFail, VerifyPass,
};

#[test]
fn from_report_to_close() {
    let state = fold_log(&log(&[
        (Report, 1),
        (Accept, 9),
        (Dispatch, 9),
        (Return, 2),
        (Dispatch, 9),
        (Dispose, 3),
        (VerifyFail, 1),
        (Dispose, 3),
        (Reply, 9),
        (VerifyPass, 1),
        (Close, 9),
    ]));
    assert_eq!(state.stage, Stage::Closed);
    assert_eq!(state.void, []);
    assert_eq!(
        (state.returns.len(), state.reworks, state.steps),
        (1, 1, 11)
    );
    assert_eq!(state.since, Some(Ms(11_000)));
    assert_eq!(state.at.replied, Some(Ms(9_000)));
    assert_eq!(
        (state.reported_by, state.verified_by, state.closed_by),
        (Some(member(1)), Some(member(1)), Some(member(9)))
    );
    assert_eq!(state.holder, None);
}

#[test]
fn settled_on_the_spot_and_opened_again() {
    let state = fold_log(&log(&[(Report, 1), (SettleOnSpot, 1)]));
    assert!(state.stage == Stage::Settled && state.closed());
    let state = fold_log(&log(&[
        (Report, 1),
        (SettleOnSpot, 1),
        (Reopen, 9),
        (Dispatch, 9),
        (Dispose, 3),
        (VerifyPass, 1),
    ]));
    assert_eq!(
        (state.stage, state.reopens),
        (Stage::Verified, 1),
        "hands of an earlier round do not bind"
    );
    assert_eq!(state.holder.as_deref(), Some("中队9"));
}

#[test]
fn a_step_that_comes_too_late_is_void() {
    let state = fold_log(&[
        entry(1, 1, Report, 1),
        entry(2, 2, Accept, 8),
        entry(2, 3, Reject, 9),
    ]);
    assert_eq!(
        state.stage,
        Stage::Accepted,
        "of two concurrent steps the one with the lower actor stands"
    );
    assert_eq!(
        state.void,
        [(entry(2, 3, Reject, 9).key, Void::NotAtThisStage)]
    );
    let state = fold_log(&log(&[(Accept, 9), (Remark, 1)]));
    assert_eq!(
        (state.stage, state.void.len(), state.since),
        (Stage::Empty, 2, None),
        "nothing before the report"
    );
}

#[test]
fn who_disposed_neither_verifies_nor_closes() {
    let state = fold_log(&log(&[
        (Report, 1),
        (Accept, 9),
        (Dispose, 3),
        (VerifyPass, 3),
        (VerifyPass, 1),
        (Close, 3),
    ]));
    assert_eq!(state.stage, Stage::Verified);
    assert_eq!(
        state.void.iter().map(|(_, void)| *void).collect::<Vec<_>>(),
        [Void::SameHands, Void::SameHands]
    );
}

#[test]
fn no_order_of_merging_makes_one_member_both_dispose_and_verify() {
    let before = [
        entry(1, 1, Report, 1),
        entry(2, 9, Accept, 9),
        entry(3, 3, Dispose, 3),
    ];
    // Member 4 verifies at one desk and, not knowing, disposes with a phone.
    for (verify, dispose) in [(4, 5), (5, 4)] {
        let mut entries = before.to_vec();
        entries.extend([
            entry(4, verify, VerifyPass, 4),
            entry(4, dispose, Dispose, 4),
        ]);
        let state = fold_log(&entries);
        assert_eq!(state.stage, Stage::Disposed);
        assert_eq!(
            state.void,
            [(entry(4, verify, VerifyPass, 4).key, Void::SameHands)]
        );
        assert!(state.disposed_by.contains(&member(4)) && state.verified_by.is_none());
    }
}

fn any_log() -> impl Strategy<Value = Vec<LogEntry>> {
    let first: Vec<StepKind> = StepKind::ALL
        .iter()
        .copied()
        .filter(|kind| kind.of_first_format())
        .collect();
    let kind = proptest::sample::select(first);
    proptest::collection::vec((1_u64..12, 0_u8..4, kind, 0_u8..4), 0..14).prop_map(|steps| {
        let mut log: Vec<_> = steps
            .into_iter()
            .map(|(counter, actor, kind, by)| entry(counter, actor, kind, by))
            .collect();
        // An actor writes one operation at a counter.
        log.sort_by_key(|entry| entry.op);
        log.dedup_by_key(|entry| entry.op);
        log
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_order_of_arrival_folds_the_same(log in any_log(), seed in any::<u64>()) {
        let mut arrived = log.clone();
        let len = arrived.len();
        for at in 0..len {
            let other = usize::try_from(seed.rotate_left(u32::try_from(at).unwrap() * 7) % 97).unwrap() % len;
            arrived.swap(at, other);
        }
        prop_assert_eq!(fold_log(&log), fold_log(&arrived));
    }

    #[test]
    fn every_entry_counts_or_is_void(log in any_log()) {
        let state = fold_log(&log);
        prop_assert_eq!(state.steps as usize + state.void.len(), log.len());
    }

    #[test]
    fn nobody_holds_both_offices(log in any_log()) {
        let state = fold_log(&log);
        if let Some(verifier) = state.verified_by {
            prop_assert!(!state.disposed_by.contains(&verifier));
        }
        if state.stage == Stage::Closed {
            prop_assert!(state.closed_by.is_some_and(|closer| !state.disposed_by.contains(&closer)));
        }
    }

    #[test]
    fn what_is_written_is_what_is_read(log in any_log()) {
        use wangge_model::{doc::Doc, kind::Facet, value::Edit};
        let mut doc = Doc::new();
        for entry in &log {
            doc.write(entry.op.actor, &[Edit::set(Facet::Open, &entry.key, entry.step.encode())], Ms(0)).unwrap();
        }
        let (read, unreadable) = read_log(&doc.entries());
        prop_assert_eq!(unreadable, []);
        let steps: Vec<_> = read.into_iter().map(|entry| entry.step).collect();
        prop_assert_eq!(steps, log.into_iter().map(|entry| entry.step).collect::<Vec<_>>());
    }
}
