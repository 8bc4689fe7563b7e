//! What a reporter is told of their matter, and what people say: whether it agrees, and whether there is more of it.
//!
//! Sources: paper R40i (every change of state reaches the reporter), R76 (topic, heat, trend), R88 (satisfaction, and call-backs against
//! whitewash); 12345 (response, solution and satisfaction rate).

use wangge_model::step::StepKind;

use crate::matter::LogEntry;

/// A step in plain words, Chinese and English; `None` for what is the office's own business.
#[must_use]
pub const fn told(step: StepKind) -> Option<(&'static str, &'static str)> {
    match step {
        StepKind::Report => Some(("已收到您的反映", "Your report has arrived")),
        StepKind::Accept => Some(("已受理,将予办理", "It is accepted and will be dealt with")),
        StepKind::Reject => Some(("不予受理", "It will not be dealt with")),
        StepKind::Dispatch => Some(("已派单办理", "It was passed to who deals with it")),
        StepKind::Return => Some(("正在重新确定承办单位", "Another unit is being found for it")),
        StepKind::PassUp => Some(("已提交上级研究", "A higher level looks at it")),
        StepKind::Dispose => Some(("已办理,等待核实", "It was dealt with; somebody will check")),
        StepKind::SettleOnSpot => Some(("已当场办结", "It was settled on the spot")),
        StepKind::VerifyPass => Some(("已核实办好", "Somebody checked: it is done")),
        StepKind::VerifyFail => Some((
            "核实未办好,继续办理",
            "Somebody checked: it is not done yet",
        )),
        StepKind::Close => Some(("已结案", "It is closed")),
        StepKind::Reopen => Some(("已重新办理", "It is dealt with again")),
        StepKind::Reply => Some(("答复", "Answer")),
        StepKind::ConfirmClose => Some(("已确认办结", "You confirmed that it is done")),
        StepKind::RefuseClose => Some(("不认可办结,继续办理", "You did not agree; it goes on")),
        StepKind::Rate => Some(("已评价", "You rated it")),
        StepKind::MergeInto => Some((
            "与相同反映一并办理",
            "It is dealt with together with reports of the same",
        )),
        StepKind::EffectPass => Some(("回访确认已解决", "Looked at again: still solved")),
        StepKind::EffectFail => Some((
            "回访发现未解决,重新办理",
            "Looked at again: not solved, it goes on",
        )),
        _ => None,
    }
}

/// Whether the reporter knows of a step without being told, because they took it or it was said to them there and then.
const fn known(step: StepKind) -> bool {
    matches!(
        step,
        StepKind::Report
            | StepKind::Reply
            | StepKind::ConfirmClose
            | StepKind::RefuseClose
            | StepKind::Rate
    )
}

/// The steps that the reporter has not been told of, of those that stand, in their order: every change of state since the last answer.
#[must_use]
pub fn untold<'a>(standing: impl IntoIterator<Item = &'a LogEntry>) -> Vec<&'a LogEntry> {
    let mut untold = Vec::new();
    for entry in standing {
        if entry.step.kind == StepKind::Reply {
            untold.clear();
        } else if told(entry.step.kind).is_some() && !known(entry.step.kind) {
            untold.push(entry);
        }
    }
    untold
}

/// Whether what is noted with a step is said to the reporter: an answer, and why nothing is done. Other notes may name others.
#[must_use]
pub const fn says_why(step: StepKind) -> bool {
    matches!(step, StepKind::Reply | StepKind::Reject)
}

/// Whether a code of the list `satisfied` counts as satisfied; `None` where nobody said.
#[must_use]
pub fn satisfied(code: &str) -> Option<bool> {
    match code {
        "very" | "yes" | "fair" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// Whether somebody asked the reporter again, by the code of the list `rating_via`.
#[must_use]
pub fn asked_back(via: &str) -> bool {
    matches!(via, "call_back" | "visit" | "sample")
}

/// What somebody said about how a matter was dealt with; `None` where they did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Whether it is solved.
    pub solved: Option<bool>,
    /// Whether they are satisfied.
    pub satisfied: Option<bool>,
}

/// Whether a call-back contradicts what was recorded before: it was solved or satisfying, and on asking again it is not.
#[must_use]
pub fn contradicts(recorded: Said, called_back: Said) -> bool {
    let turned =
        |before: Option<bool>, after: Option<bool>| before == Some(true) && after == Some(false);
    turned(recorded.solved, called_back.solved) || turned(recorded.satisfied, called_back.satisfied)
}

/// Which way something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trend {
    /// There is less of it.
    Falling,
    /// About as before.
    Steady,
    /// There is more of it.
    Rising,
}

impl Trend {
    /// The code of the list `trend`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Falling => "falling",
            Self::Steady => "steady",
            Self::Rising => "rising",
        }
    }
}

/// Which way a number goes against the period before: by more than a tenth of it up or down.
#[must_use]
pub fn trend(now: i64, before: i64) -> Trend {
    let tenth = before.abs() / 10;
    let difference = now.saturating_sub(before);
    if difference > tenth {
        Trend::Rising
    } else if difference < -tenth {
        Trend::Falling
    } else {
        Trend::Steady
    }
}

#[cfg(test)]
mod tests {
    use wangge_model::doc::OpId;
    use wangge_model::id::{ActorId, MemberId};
    use wangge_model::step::Step;
    use wangge_model::time::Ms;

    use super::*;

    #[test]
    fn the_offices_own_business_is_not_told() {
        for kind in [
            StepKind::Judge,
            StepKind::Remark,
            StepKind::Urge,
            StepKind::Appeal,
            StepKind::AskSuspend,
        ] {
            assert_eq!(told(kind), None, "{kind}");
        }
        for kind in StepKind::ALL.iter().copied().filter(|kind| says_why(*kind)) {
            assert!(told(kind).is_some(), "{kind}");
        }
        assert!(!says_why(StepKind::Dispose));
    }

    #[test]
    fn every_change_since_the_last_answer_is_to_be_told() {
        let entry = |kind| LogEntry {
            op: OpId {
                counter: 1,
                actor: ActorId([1; 16]),
            },
            key: String::new(),
            step: Step::new(kind, MemberId::mint(1, [1; 10]), Ms(1)),
        };
        let log =
            |kinds: &[StepKind]| -> Vec<LogEntry> { kinds.iter().copied().map(entry).collect() };
        let untold_of = |kinds: &[StepKind]| -> Vec<StepKind> {
            let log = log(kinds);
            untold(&log).iter().map(|entry| entry.step.kind).collect()
        };
        use StepKind::{Accept, Close, ConfirmClose, Dispatch, Remark, Reply, Report};
        assert_eq!(untold_of(&[Report]), []);
        assert_eq!(
            untold_of(&[Report, Accept, Remark, Dispatch]),
            [Accept, Dispatch]
        );
        assert_eq!(untold_of(&[Report, Accept, Reply]), []);
        assert_eq!(untold_of(&[Accept, Reply, ConfirmClose, Close]), [Close]);
    }

    #[test]
    fn a_call_back_contradicts_only_what_was_good() {
        let said = |solved, satisfied| Said { solved, satisfied };
        let good = said(Some(true), Some(true));
        let bad = said(Some(false), Some(false));
        assert!(contradicts(good, bad));
        assert!(contradicts(good, said(None, Some(false))));
        assert!(!contradicts(good, said(None, None)));
        assert!(!contradicts(bad, good) && !contradicts(bad, bad));
        assert_eq!(
            ["very", "fair", "no", "none", ""].map(satisfied),
            [Some(true), Some(true), Some(false), None, None]
        );
    }

    #[test]
    fn a_tenth_more_or_less_is_about_as_before() {
        assert_eq!(trend(110, 100), Trend::Steady);
        assert_eq!(trend(111, 100), Trend::Rising);
        assert_eq!(trend(89, 100), Trend::Falling);
        assert_eq!(trend(1, 0), Trend::Rising);
        assert_eq!(trend(0, 0), Trend::Steady);
    }
}
