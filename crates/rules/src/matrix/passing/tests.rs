use wangge_model::doc::OpId;
use wangge_model::id::{ActorId, MemberId};
use wangge_model::step::Step;

use super::*;

const fn to(unit: &str, at: i64) -> Hop<'_> {
    Hop::Dispatched { unit, at: Ms(at) }
}

const fn back(unit: &str, at: i64) -> Hop<'_> {
    Hop::Returned { unit, at: Ms(at) }
}

#[test]
fn what_comes_back_was_its_own() {
    let ways: [&[Hop]; 4] = [
        // It was not its own: another unit dealt with it.
        &[to("甲", 0), back("甲", 10), to("乙", 20)],
        // It came back.
        &[
            to("甲", 0),
            back("甲", 30),
            to("乙", 40),
            back("乙", 45),
            to("甲", 50),
        ],
        // A second return is one too many, though it goes elsewhere; so was the first, which came back.
        &[
            to("丙", 0),
            back("丙", 1),
            to("丙", 2),
            back("丙", 6),
            to("乙", 7),
        ],
        // A return of what was never given.
        &[back("戊", 11), to("戊", 12), back("戊", 13)],
    ];
    let units = buck_passing(ways);
    let passing = |dispatched, returned, unfounded, held_ms, index_permille| Passing {
        dispatched,
        returned,
        unfounded,
        held_ms,
        index_permille,
    };
    assert_eq!(units["甲"], passing(3, 2, 1, 30, 333));
    assert_eq!(units["乙"], passing(3, 1, 0, 0, 0));
    assert_eq!(units["丙"], passing(2, 2, 2, 5, 1000));
    assert_eq!(units["戊"], passing(1, 2, 2, 1, 1000));
    assert_eq!(units, buck_passing(ways.into_iter().rev()));
}

fn entry(counter: u8, kind: StepKind, unit: Option<&str>) -> LogEntry {
    let at = Ms(i64::from(counter) * 100);
    let mut step = Step::new(kind, MemberId::mint(0, [counter; 10]), at);
    step.to = unit.map(str::to_owned);
    LogEntry {
        op: OpId {
            counter: counter.into(),
            actor: ActorId([counter; 16]),
        },
        key: format!("log/{counter:016x}{counter:032x}"),
        step,
    }
}

#[test]
fn the_way_is_read_from_the_log() {
    let mut assist = entry(40, StepKind::Dispatch, Some("乙"));
    assist.step.detail.part = Some(Part::Assist);
    let mut assist_returns = entry(50, StepKind::Return, None);
    assist_returns.step.detail.re = Some(assist.key.clone());
    let mut log = vec![
        entry(10, StepKind::Report, None),
        entry(20, StepKind::Accept, None),
        entry(30, StepKind::Dispatch, Some("甲")),
        // Another lead has it already: void.
        entry(35, StepKind::Dispatch, Some("丁")),
        assist,
        assist_returns,
        entry(60, StepKind::Return, None),
        // Nobody has it: void.
        entry(70, StepKind::Return, None),
        entry(80, StepKind::Dispatch, Some("丙")),
        entry(90, StepKind::Dispose, None),
    ];
    let expected = [to("甲", 3000), back("甲", 6000), to("丙", 8000)];
    assert_eq!(hops(&log, &Params::DEFAULT), expected);
    log.reverse();
    assert_eq!(hops(&log, &Params::DEFAULT), expected);
}
