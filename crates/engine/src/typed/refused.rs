//! Why an act was refused, in the words for who typed it: the same on a phone and at a hub.

use wangge_model::reason::Reason;
use wangge_model::step::StepProblem;
use wangge_rules::deadline::measure_names;

use super::TypedProblem;
use crate::face::Refusal;

impl From<&Refusal> for TypedProblem {
    fn from(refusal: &Refusal) -> Self {
        let en = refusal.to_string();
        match refusal {
            Refusal::NotEnrolled => told(
                "not_enrolled",
                None,
                "本设备尚未注册：请先使用邀请码注册",
                "this phone is not enrolled yet: enrol with an invitation first".to_owned(),
            ),
            Refusal::Rights(reason) => not_allowed(*reason),
            Refusal::Field { key, problem } => {
                let zh = format!("字段“{key}”：{}", problem.zh());
                told("bad_value", Some(key), zh, en)
            }
            Refusal::StepIncomplete(problem) => {
                told("bad_step", Some(lacking(*problem)), problem.zh(), en)
            }
            Refusal::StepVoid(void) => told("step_not_possible", Some("step"), void.zh(), en),
            Refusal::Unmeasured { measure } => unmeasured(measure),
            Refusal::UnknownRecord(_) => {
                told("unknown_record", Some("record"), "这里没有这条记录", en)
            }
            Refusal::Empty => told("nothing_to_change", None, "没有需要保存的改动", en),
            Refusal::TooLarge { .. } => told("too_large", None, "内容过多：请分几次保存", en),
            Refusal::ManyAreas => told("many_areas", None, "一次操作只能涉及同一区域的记录", en),
            Refusal::Stale { key } => told(
                "stale",
                Some(key),
                "该字段已有新的取值：请重新查看后再定",
                en,
            ),
            Refusal::NotHeld(_) => told("not_held", None, "该提交不在暂存之列，或在此不可读", en),
            Refusal::CatchingUp => told(
                "catching_up",
                None,
                "本节点由备份恢复，正从上级补齐：请稍后再试",
                en,
            ),
            Refusal::Offer { .. } => told("bad_offer", None, "这个邀请在此不能发出", en),
            Refusal::UnknownDevice(_) => told("unknown_device", None, "没有这台设备", en),
        }
    }
}

/// The key at which an incomplete step lacks something, or `step` itself.
fn lacking(problem: StepProblem) -> &'static str {
    match problem {
        StepProblem::NoRecipient | StepProblem::Recipient => "to",
        StepProblem::NoNote => "note",
        StepProblem::NoEntry => "re",
        StepProblem::NoReason => "reason",
        StepProblem::NoBasis => "basis",
        StepProblem::NoDue => "due_ms",
        StepProblem::NoUntil => "until_ms",
        StepProblem::NoLevel => "level",
        StepProblem::NoRecord => "record",
        StepProblem::NoJudgement => "cause",
        StepProblem::NoScore => "score",
        StepProblem::BadCoverage => "done",
        StepProblem::Malformed
        | StepProblem::UnknownStep
        | StepProblem::TooLong
        | StepProblem::NoOffice
        | StepProblem::Automatic => "step",
    }
}

fn told(
    code: &'static str,
    field: Option<&str>,
    zh: impl Into<String>,
    en: String,
) -> TypedProblem {
    TypedProblem {
        code,
        zh: zh.into(),
        en,
        field: field.map(str::to_owned),
        cause: None,
    }
}

/// Which measure is asked, by its name in the list `measure`.
fn unmeasured(measure: &str) -> TypedProblem {
    let (zh, en) = measure_names(measure);
    told(
        "unmeasured",
        Some("remeasured"),
        format!("立案时计量了“{zh}”：请复测该项并填写复测值（remeasured）后再核实或结案"),
        format!(
            "filed with a measure: measure again ({en}) and state it as remeasured before verifying or closing"
        ),
    )
}

fn not_allowed(reason: Reason) -> TypedProblem {
    let zh = format!("{}；{}", reason.zh(), reason.remedy_zh());
    let en = format!("{}; {}", reason.en(), reason.remedy_en());
    told(reason.word(), None, zh, en)
}
