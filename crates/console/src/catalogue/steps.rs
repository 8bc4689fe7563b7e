//! What a step of a log says beside its note: the details that each kind of step has, by the keys of [`StepDetail::KEYS`].

use serde::Serialize;
use wangge_model::kind::Kind;
use wangge_model::step::{StepDetail, StepKind};
use wangge_views::rows::Coded;

use super::both;
use super::form::{FormField, linked, listed};

/// The form of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct StepForm {
    step: Coded,
    /// Whether it must say why.
    needs_note: bool,
    /// Whether it hands something on to somebody; `urge` may, and need not.
    to: bool,
    needs_to: bool,
    /// Whether it is about an earlier entry.
    about: bool,
    details: Vec<FormField>,
}

/// A detail: key, form, list of codes or kinds of a link, and how it is typed where that is not plain, in Chinese and English. What it is called,
/// [`StepDetail::name`] says.
type Detail = (
    &'static str,
    &'static str,
    &'static str,
    (&'static str, &'static str),
);

const PLAIN: (&str, &str) = ("", "");
const SEVERAL: (&str, &str) = ("（用分号隔开）", ", with ; between");

const FLOW: Detail = ("flow", "code", "flow", PLAIN);
const URGENT: Detail = ("urgent", "truth", "", PLAIN);
const PART: Detail = ("part", "code", "duty_part", PLAIN);
const REASON: Detail = ("reason", "code", "return_reason", PLAIN);
const BASIS: Detail = ("basis", "line", "", PLAIN);
const DUE: Detail = ("due_ms", "instant", "", PLAIN);
const UNTIL: Detail = ("until_ms", "instant", "", PLAIN);
const LEVEL: Detail = ("level", "code", "level", PLAIN);
const OTHER: Detail = ("record", "link", "matter", PLAIN);
const CAUSE: Detail = ("cause", "prose", "", PLAIN);
const FACTORS: Detail = ("factors", "line", "", SEVERAL);
const PARTIES: Detail = ("parties", "line", "", SEVERAL);
const SOLVED_AT: Detail = ("solved_at", "code", "level", PLAIN);
const DECISION: Detail = ("decision", "prose", "", PLAIN);
const RESOURCES: Detail = ("resources", "line", "", SEVERAL);
const CHECKS: Detail = (
    "checks",
    "line",
    "",
    ("（项目=是；项目=否）", " (item=yes;item=no)"),
);
const DONE: Detail = ("done", "integer", "", PLAIN);
const OF: Detail = ("of", "integer", "", PLAIN);
const REMEASURED: Detail = ("remeasured", "integer", "", PLAIN);
const SCORE: Detail = ("score", "integer", "", ("（1至5）", ", 1 to 5"));

/// The details of a kind of step: those that it needs, and those that it may have.
fn details(kind: StepKind) -> (&'static [Detail], &'static [Detail]) {
    match kind {
        StepKind::Report | StepKind::Accept => (&[], &[FLOW, URGENT]),
        StepKind::Dispatch => (&[], &[PART]),
        StepKind::Return => (&[REASON, BASIS], &[]),
        StepKind::Dispose => (&[], &[DONE, OF]),
        StepKind::Reopen => (&[], &[OTHER]),
        StepKind::Check => (&[], &[CHECKS, FLOW, URGENT]),
        StepKind::Judge => (
            &[CAUSE, DECISION],
            &[PARTIES, FACTORS, SOLVED_AT, RESOURCES, FLOW, URGENT],
        ),
        StepKind::PassUp => (&[LEVEL], &[]),
        StepKind::Whistle | StepKind::Urge | StepKind::AskExtend => (&[DUE], &[]),
        StepKind::AskSuspend => (&[DUE, UNTIL], &[]),
        StepKind::MergeInto => (&[OTHER], &[]),
        StepKind::Rate => (&[SCORE], &[]),
        // What was filed with a measure is measured again.
        StepKind::SettleOnSpot | StepKind::VerifyPass | StepKind::Close => (&[], &[REMEASURED]),
        StepKind::Reject
        | StepKind::VerifyFail
        | StepKind::Reply
        | StepKind::Remark
        | StepKind::Cosign
        | StepKind::Release
        | StepKind::Answer
        | StepKind::Object
        | StepKind::ConfirmClose
        | StepKind::RefuseClose
        | StepKind::Appeal
        | StepKind::Approve
        | StepKind::Deny
        | StepKind::Resume
        | StepKind::Archive
        | StepKind::Unmerge
        | StepKind::Support
        | StepKind::EffectPass
        | StepKind::EffectFail
        | StepKind::Revert => (&[], &[]),
    }
}

/// The steps that logs of a kind may have.
pub(super) fn step_forms(kind: Kind) -> Vec<StepForm> {
    if kind != Kind::MATTER {
        return Vec::new();
    }
    StepKind::ALL.iter().copied().map(step_form).collect()
}

fn step_form(kind: StepKind) -> StepForm {
    let (needed, optional) = details(kind);
    let label = |key, (zh, en): (&str, &str)| {
        let (name_zh, name_en) = StepDetail::name(key);
        both((&format!("{name_zh}{zh}"), &format!("{name_en}{en}")))
    };
    let field = |&(key, form, list, typed): &Detail, needed| FormField {
        key: key.to_owned(),
        label: label(key, typed),
        facet: None,
        form,
        codes: match form {
            "code" => listed(list),
            "link" => linked(list),
            _ => Vec::new(),
        },
        title: false,
        needed,
        listed: false,
        filter: false,
        chars_max: None,
    };
    let needed = needed.iter().map(|detail| field(detail, true));
    let optional = optional.iter().map(|detail| field(detail, false));
    StepForm {
        step: Coded {
            code: kind.word().to_owned(),
            zh: kind.zh().to_owned(),
            en: kind.en().to_owned(),
        },
        needs_note: kind.needs_note(),
        to: kind.needs_recipient() || kind == StepKind::Urge,
        needs_to: kind.needs_recipient(),
        about: kind.needs_entry(),
        details: needed.chain(optional).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wangge_model::codes;

    #[test]
    fn every_detail_has_a_place_and_a_list() {
        let mut seen = std::collections::BTreeSet::from(["auto", "re"]);
        for &kind in StepKind::ALL {
            let (needed, optional) = details(kind);
            for &(key, form, list, _) in needed.iter().chain(optional) {
                seen.insert(key);
                assert!(StepDetail::KEYS.contains(&key), "{key}");
                assert!(form != "code" || codes::list(list).is_some(), "{list}");
                assert!(form != "link" || list.parse::<Kind>().is_ok(), "{list}");
            }
        }
        // `auto` is a rule's to say, and `re` is chosen among the entries.
        let all: std::collections::BTreeSet<&str> = StepDetail::KEYS.iter().copied().collect();
        assert_eq!(seen, all, "a detail that no form asks for");
    }
}
