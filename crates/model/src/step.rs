//! The steps of a matter: the entries of its log.
//!
//! An entry stands at `log/<16 hex of the commit's hlc><32 hex of its actor>` in the open facet, written once and never changed. Its key
//! follows from its commit, so that no other commit can write it. Its value is the compact JSON of a [`Step`].

use serde::{Deserialize, Serialize};

use crate::id::{ActorId, MemberId};
use crate::limits::TEXT_BYTES_MAX;
use crate::time::{Hlc, Ms};
use crate::words::numbered;

/// What the keys of log entries begin with.
pub const LOG_PREFIX: &str = "log/";

numbered! {
    /// What was done in a step.
    pub enum StepKind ("kind of step") {
        /// 上报: the matter is reported.
        Report = 1, "report", "上报", "Report";
        /// 受理: it will be dealt with.
        Accept = 2, "accept", "受理", "Accept";
        /// 不予受理: it will not, for the reason in the note.
        Reject = 3, "reject", "不予受理", "Reject";
        /// 派遣: it is given to whom `to` names.
        Dispatch = 4, "dispatch", "派遣", "Dispatch";
        /// 退回: who was to dispose gives it back, for the reason in the note.
        Return = 5, "return", "退回", "Return";
        /// 处置: it was dealt with.
        Dispose = 6, "dispose", "处置", "Dispose";
        /// 自办自结: dealt with on the spot, and closed.
        SettleOnSpot = 7, "settle_on_spot", "自办自结", "Settle on the spot";
        /// 核实通过: somebody else found it dealt with.
        VerifyPass = 8, "verify_pass", "核实通过", "Verified";
        /// 核实不通过: somebody else found it not dealt with, for the reason in the note.
        VerifyFail = 9, "verify_fail", "核实不通过", "Verification failed";
        /// 结案: it is closed.
        Close = 10, "close", "结案", "Close";
        /// 重新办理: it is opened again, for the reason in the note.
        Reopen = 11, "reopen", "重新办理", "Reopen";
        /// 反馈: the reporter was answered.
        Reply = 12, "reply", "反馈", "Reply";
        /// 备注: something to remember; changes nothing.
        Remark = 13, "remark", "备注", "Remark";
    }
}

impl StepKind {
    /// Whether the step must say why, in its note.
    #[must_use]
    pub const fn needs_note(self) -> bool {
        matches!(
            self,
            Self::Reject | Self::Return | Self::VerifyFail | Self::Reopen | Self::Remark
        )
    }

    /// Whether only a director takes it.
    #[must_use]
    pub const fn directs(self) -> bool {
        matches!(
            self,
            Self::Accept | Self::Reject | Self::Dispatch | Self::Close | Self::Reopen
        )
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What was done.
    pub kind: StepKind,
    /// Who did it.
    pub by: MemberId,
    /// When they say they did, in milliseconds since 1970.
    pub at_ms: Ms,
    /// What they say about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// For a dispatch: to whom, as a unit's or a person's name, or an area's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// What is wrong with a log entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepProblem {
    /// Not the JSON of a step.
    #[error("not a step")]
    Malformed,
    /// A dispatch that does not say to whom.
    #[error("does not say to whom")]
    NoRecipient,
    /// `to` in a step that has none.
    #[error("says to whom, and is no dispatch")]
    Recipient,
    /// No reason where one must be given.
    #[error("does not say why")]
    NoNote,
    /// Too long.
    #[error("too long")]
    TooLong,
}

impl StepProblem {
    /// What is wrong, in Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Malformed => "不是有效的办理步骤",
            Self::NoRecipient => "派遣未写明承办单位或人员",
            Self::Recipient => "该步骤不应填写承办单位",
            Self::NoNote => "未说明理由",
            Self::TooLong => "内容过长",
        }
    }
}

const NOTE_CHARS_MAX: usize = 4_000;
const RECIPIENT_CHARS_MAX: usize = 100;

impl Step {
    /// Reads an entry's value and looks whether it is complete.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(json: &str) -> Result<Self, StepProblem> {
        let step: Self = serde_json::from_str(json).map_err(|_| StepProblem::Malformed)?;
        step.validate().map(|()| step)
    }

    /// The entry's value.
    #[must_use]
    pub fn encode(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether it is complete.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn validate(&self) -> Result<(), StepProblem> {
        let to = self.to.as_deref().unwrap_or_default();
        if self.note.chars().nth(NOTE_CHARS_MAX).is_some()
            || to.chars().nth(RECIPIENT_CHARS_MAX).is_some()
        {
            return Err(StepProblem::TooLong);
        }
        match (self.kind, &self.to) {
            (StepKind::Dispatch, _) if to.trim().is_empty() => {
                return Err(StepProblem::NoRecipient);
            }
            (StepKind::Dispatch, _) | (_, None) => {}
            (_, Some(_)) => return Err(StepProblem::Recipient),
        }
        if self.kind.needs_note() && self.note.trim().is_empty() {
            return Err(StepProblem::NoNote);
        }
        if self.encode().len() > TEXT_BYTES_MAX {
            Err(StepProblem::TooLong)
        } else {
            Ok(())
        }
    }
}

/// The key of the log entry that a commit writes.
#[must_use]
pub fn log_key(hlc: Hlc, actor: &ActorId) -> String {
    format!("{LOG_PREFIX}{:016x}{actor}", hlc.0)
}

/// Whether a key is a log entry's.
#[must_use]
pub fn is_log_key(key: &str) -> bool {
    key.starts_with(LOG_PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(kind: StepKind) -> Step {
        Step {
            kind,
            by: MemberId::mint(1, [1; 10]),
            at_ms: Ms(5),
            note: String::new(),
            to: None,
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
        assert_eq!(Step::parse(&json), Ok(step));
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

    #[test]
    fn a_log_key_follows_from_its_commit() {
        let key = log_key(Hlc(0x0102), &ActorId([0xab; 16]));
        assert_eq!(key, format!("log/0000000000000102{}", "ab".repeat(16)));
        assert!(is_log_key(&key) && !is_log_key("logo"));
    }
}
