//! What a step of a log says beside its note: the details that each kind of step has, by the keys of [`StepDetail::KEYS`].

use serde::Serialize;
use wangge_model::kind::Kind;
#[cfg(doc)]
use wangge_model::step::StepDetail;
use wangge_model::step::StepKind;
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

/// A detail: key, Chinese and English name, form, and list of codes or kinds of a link.
type Detail = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const FLOW: Detail = ("flow", "办理流程", "Flow", "code", "flow");
const URGENT: Detail = ("urgent", "紧急", "Urgent", "truth", "");
const PART: Detail = ("part", "主办或协办", "Lead or assist", "code", "duty_part");
const REASON: Detail = (
    "reason",
    "退回理由",
    "Reason of the return",
    "code",
    "return_reason",
);
const BASIS: Detail = ("basis", "退回依据", "On what basis", "line", "");
const DUE: Detail = ("due_ms", "办理时限", "Due", "instant", "");
const UNTIL: Detail = ("until_ms", "挂账至", "Suspended until", "instant", "");
const LEVEL: Detail = ("level", "提级到", "To which level", "code", "level");
const LEADS: Detail = (
    "record",
    "并入事件",
    "The matter that leads",
    "link",
    "matter",
);
const AGAIN: Detail = (
    "record",
    "再次上报的事件",
    "The new report",
    "link",
    "matter",
);
const CAUSE: Detail = ("cause", "成因", "Cause", "prose", "");
const FACTORS: Detail = (
    "factors",
    "因素（用分号隔开）",
    "Factors, with ; between",
    "line",
    "",
);
const PARTIES: Detail = (
    "parties",
    "当事各方（用分号隔开）",
    "Parties, with ; between",
    "line",
    "",
);
const SOLVED_AT: Detail = (
    "solved_at",
    "处置层级",
    "Where it is to be solved",
    "code",
    "level",
);
const DECISION: Detail = ("decision", "处理意见", "Decision", "prose", "");
const RESOURCES: Detail = (
    "resources",
    "所需资源（用分号隔开）",
    "Resources, with ; between",
    "line",
    "",
);
const CHECKS: Detail = (
    "checks",
    "核查项（项目=是；项目=否）",
    "Items checked (item=yes;item=no)",
    "line",
    "",
);
const DONE: Detail = ("done", "已完成数", "Reached", "integer", "");
const OF: Detail = ("of", "应完成数", "On the list", "integer", "");
const SCORE: Detail = ("score", "评分（1至5）", "Rating, 1 to 5", "integer", "");

/// The details of a kind of step: those that it needs, and those that it may have.
fn details(kind: StepKind) -> (&'static [Detail], &'static [Detail]) {
    match kind {
        StepKind::Report | StepKind::Accept => (&[], &[FLOW, URGENT]),
        StepKind::Dispatch => (&[], &[PART]),
        StepKind::Return => (&[REASON, BASIS], &[]),
        StepKind::Dispose => (&[], &[DONE, OF]),
        StepKind::Reopen => (&[], &[AGAIN]),
        StepKind::Check => (&[], &[CHECKS, FLOW, URGENT]),
        StepKind::Judge => (
            &[CAUSE, DECISION],
            &[PARTIES, FACTORS, SOLVED_AT, RESOURCES, FLOW, URGENT],
        ),
        StepKind::PassUp => (&[LEVEL], &[]),
        StepKind::Whistle | StepKind::Urge | StepKind::AskExtend => (&[DUE], &[]),
        StepKind::AskSuspend => (&[DUE, UNTIL], &[]),
        StepKind::MergeInto => (&[LEADS], &[]),
        StepKind::Rate => (&[SCORE], &[]),
        StepKind::Reject
        | StepKind::SettleOnSpot
        | StepKind::VerifyPass
        | StepKind::VerifyFail
        | StepKind::Close
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
    let field = |&(key, zh, en, form, list): &Detail, needed| FormField {
        key: key.to_owned(),
        label: both((zh, en)),
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
    use wangge_model::step::StepDetail;

    #[test]
    fn every_detail_has_a_place_and_a_list() {
        let mut seen = std::collections::BTreeSet::from(["auto", "re"]);
        for &kind in StepKind::ALL {
            let (needed, optional) = details(kind);
            for &(key, _, _, form, list) in needed.iter().chain(optional) {
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
