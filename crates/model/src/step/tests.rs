use super::*;
use crate::kind::{Level, Role};

fn step(kind: StepKind) -> Step {
    Step::new(kind, MemberId::mint(1, [1; 10]), Ms(5))
}

/// A step of any kind with all that it must say.
fn complete(kind: StepKind) -> Step {
    Step {
        note: "因故".to_owned(),
        to: kind.needs_recipient().then(|| "城管中队".to_owned()),
        detail: StepDetail {
            office: Some(Role::TownshipHead),
            re: Some("log/1".to_owned()),
            reason: Some("not_duty".to_owned()),
            basis: Some("职责清单第3条".to_owned()),
            due_ms: Some(Ms(9)),
            until_ms: Some(Ms(90)),
            level: Some(Level::Township),
            record: Some(crate::id::RecordId::mint(2, [2; 10])),
            judgement: Some(Judgement {
                cause: "漏水".to_owned(),
                decision: "调解".to_owned(),
                ..Judgement::default()
            }),
            score: Some(5),
            ..StepDetail::default()
        },
        ..step(kind)
    }
}

#[test]
fn a_step_reads_back_from_compact_json() {
    let step = Step {
        note: "已派".to_owned(),
        to: Some("城管中队".to_owned()),
        ..step(StepKind::Dispatch)
    };
    let json = step.encode();
    assert!(
        json.starts_with(r#"{"kind":"dispatch","by":""#) && json.contains(r#""at_ms":5"#),
        "{json}"
    );
    assert!(
        json.ends_with(r#""to":"城管中队"}"#),
        "what is not said takes no room: {json}"
    );
    assert_eq!(Step::parse(&json), Ok(step));
    for &kind in StepKind::ALL {
        let step = complete(kind);
        assert_eq!(Step::parse(&step.encode()), Ok(step.clone()), "{kind}");
        assert_eq!(step.validate(), Ok(()), "{kind}");
    }
}

#[test]
fn incomplete_steps_say_what_is_missing() {
    assert_eq!(step(StepKind::Report).validate(), Ok(()));
    assert_eq!(
        step(StepKind::Dispatch).validate(),
        Err(StepProblem::NoRecipient)
    );
    assert_eq!(step(StepKind::Return).validate(), Err(StepProblem::NoNote));
    assert_eq!(
        Step {
            to: Some("谁".into()),
            ..step(StepKind::Report)
        }
        .validate(),
        Err(StepProblem::Recipient)
    );
    assert_eq!(
        Step {
            note: "长".repeat(4_001),
            ..step(StepKind::Report)
        }
        .validate(),
        Err(StepProblem::TooLong)
    );
    assert_eq!(Step::parse("{}"), Err(StepProblem::Malformed));
    assert_eq!(
        Step::parse(r#"{"kind":"report","by":"x","at_ms":1}"#),
        Err(StepProblem::Malformed)
    );
}

type Broken = (StepKind, fn(&mut StepDetail), StepProblem);

#[test]
fn each_kind_demands_its_own() {
    let broken: [Broken; 14] = [
        (StepKind::Approve, |d| d.re = None, StepProblem::NoEntry),
        (
            StepKind::Approve,
            |d| d.office = None,
            StepProblem::NoOffice,
        ),
        (StepKind::Return, |d| d.reason = None, StepProblem::NoReason),
        (
            StepKind::Return,
            |d| d.reason = Some("因故".into()),
            StepProblem::NoReason,
        ),
        (
            StepKind::Return,
            |d| d.basis = Some(" ".into()),
            StepProblem::NoBasis,
        ),
        (StepKind::Urge, |d| d.due_ms = None, StepProblem::NoDue),
        (StepKind::AskExtend, |d| d.due_ms = None, StepProblem::NoDue),
        (
            StepKind::AskSuspend,
            |d| d.until_ms = None,
            StepProblem::NoUntil,
        ),
        (StepKind::PassUp, |d| d.level = None, StepProblem::NoLevel),
        (
            StepKind::MergeInto,
            |d| d.record = None,
            StepProblem::NoRecord,
        ),
        (
            StepKind::Judge,
            |d| d.judgement = Some(Judgement::default()),
            StepProblem::NoJudgement,
        ),
        (StepKind::Rate, |d| d.score = Some(6), StepProblem::NoScore),
        (
            StepKind::Dispose,
            |d| (d.done, d.of) = (Some(3), Some(2)),
            StepProblem::BadCoverage,
        ),
        (
            StepKind::Approve,
            |d| d.auto = Some("auto".into()),
            StepProblem::Automatic,
        ),
    ];
    for (kind, hurt, problem) in broken {
        let mut step = complete(kind);
        hurt(&mut step.detail);
        assert_eq!(step.validate(), Err(problem), "{kind}");
    }
}

#[test]
fn what_the_first_programs_wrote_is_still_read() {
    let by = MemberId::mint(1, [1; 10]);
    let old = format!(r#"{{"kind":"return","by":"{by}","at_ms":5,"note":"不属我们管"}}"#);
    let read = Step::parse(&old).unwrap();
    assert_eq!((read.kind, read.encode()), (StepKind::Return, old));
    assert_eq!(
        read.validate(),
        Err(StepProblem::NoReason),
        "read, and not written any more"
    );
}

#[test]
fn what_newer_programs_write_is_not_lost() {
    let by = MemberId::mint(1, [1; 10]);
    let newer =
        format!(r#"{{"kind":"remark","by":"{by}","at_ms":5,"note":"记","mood":{{"a":[1]}}}}"#);
    assert_eq!(Step::parse(&newer).unwrap().note, "记");
    let unknown = format!(r#"{{"kind":"mediate","by":"{by}","at_ms":5}}"#);
    assert_eq!(Step::parse(&unknown), Err(StepProblem::UnknownStep));
}

#[test]
fn a_log_key_follows_from_its_commit() {
    let key = log_key(Hlc(0x0102), &ActorId([0xab; 16]));
    assert_eq!(key, format!("log/0000000000000102{}", "ab".repeat(16)));
    assert!(is_log_key(&key) && !is_log_key("logo"));
    assert_eq!(log_hlc(&key), Some(Hlc(0x0102)));
    assert_eq!((log_hlc("log/12"), log_hlc("title")), (None, None));
}
