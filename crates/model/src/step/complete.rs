//! Whether a step says all that its kind must say.

use super::{Step, StepKind};
use crate::codes;
use crate::limits::TEXT_BYTES_MAX;

const NOTE_CHARS_MAX: usize = 4_000;
const LINE_CHARS_MAX: usize = 100;
const BASIS_CHARS_MAX: usize = 500;
const ITEMS_MAX: usize = 50;

/// What is wrong with a log entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepProblem {
    /// Not the JSON of a step.
    #[error("not a step")]
    Malformed,
    /// A kind of step that this program does not know: a newer one wrote it.
    #[error("a kind of step that this program does not know")]
    UnknownStep,
    /// It does not say to whom.
    #[error("does not say to whom")]
    NoRecipient,
    /// `to` in a step that has none.
    #[error("says to whom, and hands nothing on")]
    Recipient,
    /// No reason where one must be given.
    #[error("does not say why")]
    NoNote,
    /// Too long.
    #[error("too long")]
    TooLong,
    /// It does not say in which office its author acts.
    #[error("does not say in which office")]
    NoOffice,
    /// It does not name the entry that it is about.
    #[error("does not name the entry that it is about")]
    NoEntry,
    /// A return without a code of the list `return_reason`.
    #[error("gives no coded reason")]
    NoReason,
    /// A return that does not say on what it rests.
    #[error("does not say on what basis")]
    NoBasis,
    /// No deadline where one belongs.
    #[error("does not say by when")]
    NoDue,
    /// A request to suspend that has no end.
    #[error("does not say until when")]
    NoUntil,
    /// It is passed up to nowhere.
    #[error("does not say to which level")]
    NoLevel,
    /// It does not name the other matter.
    #[error("does not name the other matter")]
    NoRecord,
    /// A judgement without cause or decision.
    #[error("lacks the cause or the decision")]
    NoJudgement,
    /// A rating that is not 1 to 5.
    #[error("gives no rating from 1 to 5")]
    NoScore,
    /// More was reached than stands on the list.
    #[error("more done than there is")]
    BadCoverage,
    /// A rule may not take such a step.
    #[error("no step that a rule may take")]
    Automatic,
}

impl StepProblem {
    /// What is wrong, in Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Malformed => "不是有效的办理步骤",
            Self::UnknownStep => "本程序版本不认识的办理步骤",
            Self::NoRecipient => "未写明承办单位或人员",
            Self::Recipient => "该步骤不应填写承办单位",
            Self::NoNote => "未说明理由",
            Self::TooLong => "内容过长",
            Self::NoOffice => "未写明以何职务办理",
            Self::NoEntry => "未指明所针对的步骤",
            Self::NoReason => "未选择退回理由代码",
            Self::NoBasis => "未写明退回依据",
            Self::NoDue => "未写明时限",
            Self::NoUntil => "未写明挂账截止日期",
            Self::NoLevel => "未写明提级到哪一级",
            Self::NoRecord => "未指明另一事件",
            Self::NoJudgement => "研判缺少成因或处理意见",
            Self::NoScore => "评分应为1至5",
            Self::BadCoverage => "完成数大于应完成数",
            Self::Automatic => "该步骤不得由规则自动办理",
        }
    }
}

/// Whether a step says what its kind always had to say.
pub(super) fn readable(step: &Step) -> Result<(), StepProblem> {
    fits(step)?;
    let to = step.to.as_deref().unwrap_or_default().trim();
    if step.kind.needs_recipient() && to.is_empty() {
        return Err(StepProblem::NoRecipient);
    }
    if step.to.is_some() && !step.kind.needs_recipient() && step.kind != StepKind::Urge {
        return Err(StepProblem::Recipient);
    }
    if step.kind.needs_note() && step.note.trim().is_empty() {
        return Err(StepProblem::NoNote);
    }
    let detail = &step.detail;
    if detail.auto.is_some() && !step.kind.may_be_automatic() {
        return Err(StepProblem::Automatic);
    }
    if detail.done.unwrap_or(0) > detail.of.unwrap_or(u32::MAX) {
        return Err(StepProblem::BadCoverage);
    }
    if step.kind.of_first_format() {
        Ok(())
    } else {
        later(step)
    }
}

/// Whether a step of one of the later kinds is complete: none was ever written without these.
fn later(step: &Step) -> Result<(), StepProblem> {
    let detail = &step.detail;
    if detail.office.is_none() {
        return Err(StepProblem::NoOffice);
    }
    if step.kind.needs_entry() && detail.re.is_none() {
        return Err(StepProblem::NoEntry);
    }
    match step.kind {
        StepKind::Urge | StepKind::Whistle | StepKind::AskSuspend | StepKind::AskExtend
            if detail.due_ms.is_none() =>
        {
            Err(StepProblem::NoDue)
        }
        StepKind::AskSuspend if detail.until_ms.is_none() => Err(StepProblem::NoUntil),
        StepKind::PassUp if detail.level.is_none() => Err(StepProblem::NoLevel),
        StepKind::MergeInto if detail.record.is_none() => Err(StepProblem::NoRecord),
        StepKind::Judge if !judged(step) => Err(StepProblem::NoJudgement),
        StepKind::Rate if !detail.score.is_some_and(|score| (1..=5).contains(&score)) => {
            Err(StepProblem::NoScore)
        }
        _ => Ok(()),
    }
}

fn judged(step: &Step) -> bool {
    step.detail.judgement.as_ref().is_some_and(|judgement| {
        !judgement.cause.trim().is_empty() && !judgement.decision.trim().is_empty()
    })
}

/// What is asked of a step that is written now, beyond what makes one readable.
pub(super) fn writable(step: &Step) -> Result<(), StepProblem> {
    let detail = &step.detail;
    if step.kind != StepKind::Return {
        return Ok(());
    }
    let coded = detail.reason.as_deref().is_some_and(|code| {
        codes::list("return_reason").is_some_and(|list| list.code(code).is_some())
    });
    if !coded {
        return Err(StepProblem::NoReason);
    }
    let basis = detail.basis.as_deref().unwrap_or_default();
    if basis.trim().is_empty() {
        return Err(StepProblem::NoBasis);
    }
    Ok(())
}

/// Whether nothing in it is too long.
fn fits(step: &Step) -> Result<(), StepProblem> {
    let detail = &step.detail;
    let lines = [&step.to, &detail.auto, &detail.re, &detail.reason];
    let mut texts = vec![
        (step.note.as_str(), NOTE_CHARS_MAX),
        (detail.basis.as_deref().unwrap_or_default(), BASIS_CHARS_MAX),
    ];
    texts.extend(
        lines
            .into_iter()
            .flatten()
            .map(|line| (line.as_str(), LINE_CHARS_MAX)),
    );
    texts.extend(
        detail
            .checks
            .keys()
            .map(|item| (item.as_str(), LINE_CHARS_MAX)),
    );
    let mut items = detail.checks.len();
    if let Some(judgement) = &detail.judgement {
        texts.extend([
            (judgement.cause.as_str(), NOTE_CHARS_MAX),
            (judgement.decision.as_str(), NOTE_CHARS_MAX),
        ]);
        for list in [&judgement.factors, &judgement.parties, &judgement.resources] {
            items = items.max(list.len());
            texts.extend(list.iter().map(|item| (item.as_str(), LINE_CHARS_MAX)));
        }
    }
    let long = texts
        .into_iter()
        .any(|(text, chars_max)| text.chars().nth(chars_max).is_some());
    if long || items > ITEMS_MAX || step.encode().len() > TEXT_BYTES_MAX {
        Err(StepProblem::TooLong)
    } else {
        Ok(())
    }
}
