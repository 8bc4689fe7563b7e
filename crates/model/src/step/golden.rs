//! Holds `proto/golden/steps.json` against the code: an example of each kind of step, and what is read of those that this program would
//! not write. What stands there is read for ever; a new kind gets a new example.
//!
//! `cargo test -p wangge-model write_golden_steps -- --ignored` writes it; then read the diff.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;
use crate::id::RecordId;
use crate::kind::{Level, Role};

const MEMBER: &str = "01996a2f-1000-7001-8000-6d656d000001";
/// 2026-09-21T14:13:20Z.
const NOW_MS: i64 = 1_790_000_000_000;
const DAY_MS: i64 = 86_400_000;
const ENTRY: &str = "log/01a0c4d2c0000001a1a2a3a4a5a6a7a8a1a2a3a4a5a6a7a8";

/// A step that says what its kind is there to say.
fn example(kind: StepKind) -> Step {
    let mut step = Step::new(kind, MEMBER.parse().unwrap(), Ms(NOW_MS));
    if kind.needs_note() {
        "管线已超年限".clone_into(&mut step.note);
    }
    if kind.needs_recipient() {
        step.to = Some("供水公司".to_owned());
    }
    let detail = &mut step.detail;
    detail.office = Some(office(kind));
    if kind.needs_entry() {
        detail.re = Some(ENTRY.to_owned());
    }
    match kind {
        StepKind::Report => {
            detail.flow = Some(Flow::Control);
            detail.urgent = Some(true);
        }
        StepKind::Dispatch => detail.part = Some(Part::Assist),
        StepKind::Return => {
            detail.reason = Some("not_duty".to_owned());
            detail.basis = Some("职责清单第三条".to_owned());
        }
        StepKind::Dispose => (detail.done, detail.of) = (Some(140), Some(150)),
        StepKind::Check => detail.checks = [("井盖完好".to_owned(), false)].into(),
        StepKind::Judge => {
            detail.judgement = Some(Judgement {
                cause: "管道老化".to_owned(),
                factors: vec!["楼龄三十年".to_owned()],
                parties: vec!["楼上住户".to_owned(), "楼下住户".to_owned()],
                level: Some(Level::Community),
                decision: "更换立管并调解赔偿".to_owned(),
                resources: vec!["维修资金".to_owned()],
            });
        }
        StepKind::PassUp => detail.level = Some(Level::Township),
        StepKind::Whistle | StepKind::Urge | StepKind::AskExtend => {
            detail.due_ms = Some(Ms(NOW_MS + DAY_MS));
        }
        StepKind::AskSuspend => {
            detail.due_ms = Some(Ms(NOW_MS + DAY_MS));
            detail.until_ms = Some(Ms(NOW_MS + 30 * DAY_MS));
        }
        StepKind::MergeInto | StepKind::Reopen => {
            detail.record = Some(RecordId::mint(NOW_MS, *b"rec\0\0\0\0\0\0\x01"));
        }
        StepKind::Archive => detail.auto = Some("archive.after_days".to_owned()),
        StepKind::Rate => detail.score = Some(4),
        _ => {}
    }
    step
}

fn office(kind: StepKind) -> Role {
    if kind.directs() {
        Role::CommunityDirector
    } else {
        Role::GridMember
    }
}

fn golden() -> Value {
    let written = StepKind::ALL.iter().map(
        |&kind| json!({"name": kind.word(), "text": example(kind).encode(), "reads": "as written"}),
    );
    let bare = format!(r#""by":"{MEMBER}","at_ms":{NOW_MS}"#);
    let others = [
        (
            "a return of the first programs, without code, basis and office",
            format!(r#"{{"kind":"return",{bare},"note":"不属我单位"}}"#),
            "as written",
        ),
        (
            "a key that a newer program added is passed over",
            format!(r#"{{"kind":"remark",{bare},"note":"记","mood":{{"a":[1]}}}}"#),
            "without what is unknown",
        ),
        (
            "a kind that a newer program added counts for nothing, and stays",
            format!(r#"{{"kind":"mediate",{bare},"office":"grid_member"}}"#),
            "unknown step",
        ),
        (
            "an approval that does not say at which level",
            format!(r#"{{"kind":"approve",{bare},"re":"{ENTRY}"}}"#),
            "malformed",
        ),
    ];
    let others = others
        .into_iter()
        .map(|(name, text, reads)| json!({"name": name, "text": text, "reads": reads}));
    Value::Array(written.chain(others).collect())
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../proto/golden/steps.json")
}

fn text() -> String {
    let mut text = serde_json::to_string_pretty(&golden()).unwrap();
    text.push('\n');
    text
}

#[test]
#[ignore = "writes proto/golden/steps.json"]
fn write_golden_steps() {
    fs::write(path(), text()).unwrap();
}

#[test]
fn golden_steps_are_what_this_program_writes() {
    assert_eq!(fs::read_to_string(path()).unwrap(), text());
}

#[test]
fn golden_steps_are_read_as_they_say() {
    let file: Value = serde_json::from_str(&fs::read_to_string(path()).unwrap()).unwrap();
    for example in file.as_array().unwrap() {
        let of = |key: &str| example[key].as_str().unwrap();
        let read = Step::parse(of("text"));
        let found = match &read {
            Ok(step) if step.encode() == of("text") => "as written",
            Ok(_) => "without what is unknown",
            Err(StepProblem::UnknownStep) => "unknown step",
            Err(_) => "malformed",
        };
        assert_eq!(found, of("reads"), "{}", of("name"));
    }
}
