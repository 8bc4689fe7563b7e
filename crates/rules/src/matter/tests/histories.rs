//! What holds of any log whatever, over a hundred thousand that were made up.
//!
//! A history begins as a way that matters go, told by few hands, and is then disturbed: steps are left out, doubled, put in anywhere, taken
//! by the wrong person, written without knowledge of each other. So deep stages are reached, and every reason for a void entry.

use std::collections::BTreeSet;

use StepKind::{
    Accept, Answer, Appeal, Approve, Archive, AskExtend, AskSuspend, Check, Close, ConfirmClose,
    Cosign, Deny, Dispatch, Dispose, EffectFail, EffectPass, Judge, MergeInto, Object, PassUp,
    RefuseClose, Release, Reopen, Reply, Report, Resume, Return, Revert, SettleOnSpot, Unmerge,
    VerifyFail, VerifyPass, Whistle,
};
use wangge_model::doc::Doc;
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Level};
use wangge_model::step::{Flow, Part};
use wangge_model::value::Edit;

use super::*;

const HISTORIES: u64 = 100_000;

/// The ways that matters go.
const WAYS: &[&[StepKind]] = &[
    &[
        Report, Accept, Dispatch, Dispose, VerifyPass, Reply, Close, Archive,
    ],
    &[
        Report, Check, Accept, Judge, Cosign, Dispatch, Dispose, VerifyPass, Close, Reopen,
    ],
    &[
        Report, Accept, Dispatch, Return, Dispatch, Return, Dispatch, Return, Dispose,
    ],
    &[
        Report, Accept, Dispatch, Return, Object, Dispatch, Dispose, VerifyFail, Dispose,
        VerifyPass,
    ],
    &[
        Report, Accept, Dispatch, Dispatch, Dispatch, Dispose, Dispose, Release, VerifyPass, Close,
    ],
    &[
        Report, Accept, Dispatch, AskSuspend, Approve, Approve, Dispose, Resume, Dispose,
    ],
    &[
        Report, Accept, Dispatch, AskExtend, Approve, Approve, AskExtend, Deny, Dispose, VerifyPass,
    ],
    &[
        Report, Accept, Dispose, VerifyPass, Close, Appeal, Approve, Approve, EffectFail, Dispatch,
    ],
    &[
        Report, Accept, PassUp, Judge, Dispatch, Whistle, Answer, Dispose, VerifyPass, Close,
    ],
    &[
        Report,
        Dispatch,
        Accept,
        Dispose,
        ConfirmClose,
        Reply,
        Close,
        RefuseClose,
        Dispose,
    ],
    &[
        Report, Accept, MergeInto, Unmerge, Dispatch, Dispose, VerifyPass, Close, EffectPass,
    ],
    &[
        SettleOnSpot,
        Reopen,
        Dispatch,
        Dispose,
        VerifyPass,
        Close,
        Archive,
        Reopen,
        Revert,
    ],
];

const HANDS: &[u8] = &[LI, WANG, WATER, DIRECTOR, OTHER_DIRECTOR, HEAD, COUNTY];

/// xorshift64*: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(drawn).unwrap() % bound
    }

    fn one_in(&mut self, odds: usize) -> bool {
        self.below(odds) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

/// Who takes such a step, mostly.
fn hand(kind: StepKind, dice: &mut Dice) -> u8 {
    if dice.one_in(8) {
        return dice.pick(HANDS);
    }
    match kind {
        Accept | StepKind::Reject | Close | Archive | Reopen | MergeInto | Unmerge | Release => {
            dice.pick(&[DIRECTOR, OTHER_DIRECTOR])
        }
        Dispatch | Judge => dice.pick(&[DIRECTOR, HEAD, LI]),
        Approve | Deny => dice.pick(&[DIRECTOR, HEAD, COUNTY]),
        Cosign | Revert | StepKind::Urge => DIRECTOR,
        Dispose | Return | AskSuspend | AskExtend | Appeal | Resume => dice.pick(&[WATER, WANG]),
        _ => dice.pick(&[LI, WANG, WATER]),
    }
}

/// The entry that a step names: mostly the latest of a kind that it answers to.
fn named(log: &[LogEntry], kind: StepKind, dice: &mut Dice) -> Option<String> {
    let answers: &[StepKind] = match kind {
        Cosign => &[Judge],
        Object => &[Return],
        Release => &[Dispatch],
        Answer => &[Whistle, StepKind::Urge],
        Approve | Deny => &[AskSuspend, AskExtend, Appeal],
        Revert => StepKind::ALL,
        _ => return None,
    };
    let found = log.iter().rev().find(|entry| {
        answers.contains(&entry.step.kind) && (kind != Revert || entry.step.detail.auto.is_some())
    });
    let found = found.or_else(|| log.get(dice.below(log.len().max(1))));
    found.map(|entry| entry.key.clone())
}

fn furnish(log: &[LogEntry], kind: StepKind, detail: &mut StepDetail, at: i64, dice: &mut Dice) {
    detail.re = named(log, kind, dice);
    if kind.may_be_automatic() && dice.one_in(4) {
        detail.auto = Some("rule".to_owned());
    }
    if kind == Report && dice.one_in(2) {
        detail.flow = Some(dice.pick(Flow::ALL));
        detail.urgent = Some(dice.one_in(2));
    }
    match kind {
        Check if dice.one_in(2) => detail.checks = [("项".to_owned(), true)].into(),
        Judge if dice.one_in(4) => detail.judgement.as_mut().unwrap().parties.clear(),
        PassUp => detail.level = Some(dice.pick(&[Level::Township, Level::County])),
        Reopen | MergeInto => detail.record = Some(RecordId::mint(at, [3; 10])),
        AskSuspend | AskExtend => {
            detail.until_ms = Some(Ms(at + dice.pick(&[2, 20, 400]) * DAY));
            detail.due_ms = Some(Ms(dice.pick(&[5, 500]) * DAY));
        }
        Dispatch if dice.one_in(3) => detail.part = Some(Part::Assist),
        Dispose | Return => {
            if dice.one_in(3) {
                let dispatched = log.iter().rev().find(|entry| entry.step.kind == Dispatch);
                detail.re = dispatched.map(|entry| entry.key.clone());
            }
            if kind == Dispose && dice.one_in(2) {
                detail.done = Some(4);
                detail.of = Some(dice.pick(&[4, 5]));
            }
        }
        _ => {}
    }
}

fn history(dice: &mut Dice) -> Vec<LogEntry> {
    let mut way = dice.pick(WAYS).to_vec();
    if dice.one_in(2) {
        way.extend(dice.pick(WAYS));
    }
    if dice.one_in(6) {
        way.truncate(dice.below(way.len()));
    }
    let mut story = Story::default();
    let mut counter = 0;
    let mut day = 0;
    for mut kind in way {
        if dice.one_in(12) {
            continue;
        }
        if dice.one_in(10) {
            kind = dice.pick(StepKind::ALL);
        }
        // Now and then somebody writes without having seen the last step or two.
        if counter == 0 || !dice.one_in(5) {
            counter += 1;
        } else if dice.one_in(3) && counter > 1 {
            counter -= 1;
        }
        day += dice.pick(&[0, 1, 1, 3]);
        let by = hand(kind, dice);
        let log = story.log.clone();
        story.at(counter, day * DAY, kind, by, |detail| {
            furnish(&log, kind, detail, day * DAY, dice);
        });
        if dice.one_in(2) && kind == Close {
            story.noting("未全覆盖");
        }
    }
    let mut log = story.log;
    // An actor writes one operation at a counter.
    log.sort_by_key(|entry| entry.op);
    log.dedup_by_key(|entry| entry.op);
    log
}

/// What the whole run came upon, so that it cannot be right for want of cases.
#[derive(Default)]
struct Seen {
    stages: BTreeSet<Stage>,
    voids: BTreeSet<Void>,
    disputes: u32,
    suspensions: u32,
    extensions: u32,
    exempt: u32,
    bound: u32,
}

#[test]
fn over_a_hundred_thousand_histories() {
    let mut dice = Dice(0x5eed);
    let mut seen = Seen::default();
    for number in 0..HISTORIES {
        let log = history(&mut dice);
        let (state, taken) = trace(&log, &Params::DEFAULT);
        let mut arrived = log.clone();
        dice.shuffle(&mut arrived);
        let again = trace(&arrived, &Params::DEFAULT);
        assert_eq!((&state, &taken), (&again.0, &again.1), "history {number}");
        let mut ordered = log;
        sort_log(&mut ordered);
        totals(&ordered, &state, &taken);
        hands(&ordered, &taken);
        requests(&ordered, &state);
        seen.stages.extend(taken.iter().map(|taken| taken.stage));
        seen.voids.extend(state.void.iter().map(|(_, void)| *void));
        seen.disputes += u32::from(!state.disputed.is_empty());
        seen.suspensions += u32::from(state.suspension.is_some());
        seen.extensions += u32::from(!state.extensions.is_empty());
        seen.exempt += u32::from(state.exempt);
        seen.bound += u32::from(state.binding);
    }
    let never = [Stage::Suspended];
    let missed = |stage: &&Stage| !never.contains(stage) && !seen.stages.contains(stage);
    assert_eq!(Stage::ALL.iter().find(missed), None);
    // These are found before a fold.
    let never = [Void::Malformed, Void::UnknownStep, Void::Rewritten];
    let missed = |void: &&Void| !never.contains(void) && !seen.voids.contains(void);
    assert_eq!(Void::ALL.iter().find(missed), None);
    let often = [
        seen.disputes,
        seen.suspensions,
        seen.extensions,
        seen.exempt,
        seen.bound,
    ];
    assert!(often.iter().all(|times| *times > 100), "{often:?}");
}

fn totals(log: &[LogEntry], state: &MatterState, taken: &[Taken]) {
    assert_eq!(state.steps as usize + state.void.len(), log.len());
    assert_eq!(taken.len(), log.len());
    assert_eq!(
        taken.iter().filter(|taken| taken.void.is_some()).count(),
        state.void.len()
    );
    assert_eq!(
        state.held_by().is_some(),
        state.stage.open(),
        "an open matter is somebody's"
    );
    assert_eq!(state.since.is_some(), state.stage != Stage::Empty);
    assert_eq!(state.at.reported.is_some(), state.stage != Stage::Empty);
    assert_eq!(state.reopens as usize, state.at.reopened.len());
    let counted = |kind: StepKind| {
        let counts =
            |(entry, taken): &(&LogEntry, &Taken)| entry.step.kind == kind && taken.void.is_none();
        log.iter().zip(taken).filter(counts).count()
    };
    assert_eq!(state.returns.len(), counted(Return));
    assert_eq!(state.supporters as usize, counted(StepKind::Support));
    assert_eq!(
        state.summons.len(),
        counted(Whistle) + counted(StepKind::Urge)
    );
    assert_eq!(
        state
            .summons
            .iter()
            .filter(|one| one.answered.is_some())
            .count(),
        counted(Answer)
    );
    let used: u32 = state.rights.values().map(|used| used.whistles).sum();
    assert_eq!(used as usize, counted(Whistle));
    if matches!(state.stage, Stage::Disposed | Stage::Verified) {
        assert_eq!(state.open_assists().count(), 0);
        assert!(state.lead_done.is_some() && state.at.disposed.is_some());
    }
    assert!(state.at.closed.is_some() || !matches!(state.stage, Stage::Closed | Stage::Settled));
    if state.round_returns < Params::DEFAULT.returns_max {
        let objected = state
            .returns
            .iter()
            .any(|given| given.objected_by.is_some());
        assert!(state.stage != Stage::Arbitration || objected);
    }
}

/// No member both disposed of the matter and supervised that in one round. Told apart from the fold: rounds are counted by the stages alone.
fn hands(log: &[LogEntry], taken: &[Taken]) {
    let supervising = [
        VerifyPass,
        VerifyFail,
        ConfirmClose,
        RefuseClose,
        Close,
        EffectPass,
        EffectFail,
    ];
    let mut disposed = BTreeSet::new();
    let mut supervised = BTreeSet::new();
    let mut finished = false;
    for (entry, taken) in log
        .iter()
        .zip(taken)
        .filter(|(_, taken)| taken.void.is_none())
    {
        let step = &entry.step;
        if matches!(step.kind, Dispose | SettleOnSpot) {
            disposed.insert(step.by);
        }
        if supervising.contains(&step.kind) {
            supervised.insert(step.by);
        }
        let ended = matches!(
            taken.stage,
            Stage::Closed | Stage::Settled | Stage::Rejected | Stage::Archived
        );
        if finished && !ended {
            // What opened it judged the round that had ended.
            assert_eq!(disposed.intersection(&supervised).next(), None);
            disposed.clear();
            supervised.clear();
        }
        finished = ended;
    }
    assert_eq!(disposed.intersection(&supervised).next(), None);
}

/// Nothing is granted but by as many levels as it needs, none of them who asked.
fn requests(log: &[LogEntry], state: &MatterState) {
    for ask in &state.asks {
        let members: BTreeSet<_> = ask.approvals.values().collect();
        assert_eq!(members.len(), ask.approvals.len());
        assert!(!members.contains(&ask.by));
        if ask.granted == Some(true) {
            assert!(ask.approvals.len() >= 2 && ask.approvals.keys().all(|role| role.directs()));
            assert!(ask.approvals.keys().any(|role| *role >= Role::TownshipHead));
            assert!(ask.kind == AskKind::Appeal || ask.due.is_some_and(|due| ask.at < due));
        }
    }
    let granted = |kind| {
        let of_kind = state.asks.iter().filter(|ask| ask.kind == kind);
        of_kind.filter(|ask| ask.granted == Some(true)).count()
    };
    assert_eq!(
        granted(AskKind::Suspend),
        usize::from(state.suspension.is_some())
    );
    assert_eq!(granted(AskKind::Extend), state.extensions.len());
    assert!(state.extensions.len() <= 2);
    assert_eq!(granted(AskKind::Appeal) == 1, state.exempt);
    let lasts = state.suspension.map_or(0, |one| one.until.0 - one.from.0);
    assert!((0..=366 * DAY).contains(&lasts));
    for (key, void) in &state.void {
        if *void == Void::Reverted {
            let entry = log.iter().find(|entry| entry.key == *key).unwrap();
            assert!(entry.step.detail.auto.is_some());
        }
    }
}

#[test]
fn every_order_of_arrival_of_a_short_log_folds_the_same() {
    let mut dice = Dice(0xabcd);
    for _ in 0..150 {
        let mut log = history(&mut dice);
        // The last six meet in every order, before and after all the others.
        let tail = log.split_off(log.len().saturating_sub(6));
        let mut whole = log.clone();
        whole.extend(tail.iter().cloned());
        let expected = fold_log(&whole);
        orders(tail, &mut |tail| {
            let arrived: Vec<_> = tail.iter().chain(&log).cloned().collect();
            assert_eq!(fold_log(&arrived), expected);
        });
    }
}

/// Every order of a list.
fn orders(list: Vec<LogEntry>, see: &mut impl FnMut(&[LogEntry])) {
    fn swap(list: &mut Vec<LogEntry>, from: usize, see: &mut impl FnMut(&[LogEntry])) {
        if from + 1 >= list.len() {
            see(list);
            return;
        }
        for at in from..list.len() {
            list.swap(from, at);
            swap(list, from + 1, see);
            list.swap(from, at);
        }
    }
    let mut list = list;
    swap(&mut list, 0, see);
}

#[test]
fn a_log_reads_back_from_a_document() {
    let mut dice = Dice(0x1234);
    for _ in 0..200 {
        let mut log = history(&mut dice);
        sort_log(&mut log);
        let mut doc = Doc::new();
        for entry in &log {
            let edit = Edit::set(Facet::Open, &entry.key, entry.step.encode());
            doc.write(entry.op.actor, &[edit], Ms(0)).unwrap();
        }
        let (read, unreadable) = read_log(&doc.entries());
        // A few lack what their kind must say, and are told so.
        let complete = |entry: &&LogEntry| Step::parse(&entry.step.encode()).is_ok();
        let steps: Vec<_> = log
            .iter()
            .filter(complete)
            .map(|entry| &entry.step)
            .collect();
        assert_eq!(
            read.iter().map(|entry| &entry.step).collect::<Vec<_>>(),
            steps
        );
        assert_eq!(read.len() + unreadable.len(), log.len());
    }
}
