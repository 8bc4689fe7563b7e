//! Whether a clock may be held or its limit be lengthened, and whether being late is forgiven (R40b; domain.md 4.5).

use std::collections::BTreeSet;

use wangge_model::area::Level;
use wangge_model::id::MemberId;
use wangge_model::time::Ms;

use super::calendar::DAY_MS;
use super::limit::EXTENSIONS_MAX;
use crate::finding::Finding;

/// The longest suspension: a year.
const SUSPENSION_MS_MAX: i64 = 366 * DAY_MS;

/// A consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Approval {
    /// Of whom.
    pub by: MemberId,
    /// Of which level.
    pub level: Level,
    /// When.
    pub at: Ms,
}

/// A wish to suspend (挂账) or to extend (延期) a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// Whether the matter is urgent.
    pub urgent: bool,
    /// Who asks.
    pub by: MemberId,
    /// Why.
    pub reason: &'a str,
    /// From when on.
    pub from: Ms,
    /// When the matter is due without it.
    pub due: Ms,
    /// How many of the same were approved before; refused ones do not count.
    pub before: u32,
    /// The consents.
    pub approvals: &'a [Approval],
}

/// How many levels must consent to what is not urgent; what is urgent always needs two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent {
    /// 1 or 2.
    pub levels: u8,
}

impl Default for Consent {
    /// Two, as the published rules have it.
    fn default() -> Self {
        Self { levels: 2 }
    }
}

/// Judges a suspension until `until`; it is allowed if nothing hard is found: `pause.reason`, `pause.late` (asked after the due instant), `pause.again` (once only),
/// `pause.approval`, `pause.end` (no end, an end before the begin, or more than a year after it). It ends by itself.
#[must_use]
pub fn judge_suspension(request: &Request, until: Option<Ms>, consent: Consent) -> Vec<Finding> {
    let mut findings = judge(request, 1, consent);
    let ended = until.is_some_and(|until| {
        let length_ms = until.0.saturating_sub(request.from.0);
        (1..=SUSPENSION_MS_MAX).contains(&length_ms)
    });
    if !ended {
        findings.push(Finding::hard(
            "pause.end",
            "挂账须写明结束日期，最长一年",
            "a suspension needs an end, a year later at most",
        ));
    }
    findings
}

/// Judges an extension; as with [`judge_suspension`], and two at most.
#[must_use]
pub fn judge_extension(request: &Request, consent: Consent) -> Vec<Finding> {
    judge(request, EXTENSIONS_MAX, consent)
}

fn judge(request: &Request, times_max: u32, consent: Consent) -> Vec<Finding> {
    let mut findings = Vec::new();
    if request.reason.trim().is_empty() {
        findings.push(Finding::hard(
            "pause.reason",
            "须写明理由",
            "a reason is needed",
        ));
    }
    if request.from > request.due {
        findings.push(Finding::hard(
            "pause.late",
            "已超时，不得再申请",
            "it is overdue already",
        ));
    }
    if request.before >= times_max {
        findings.push(Finding::hard(
            "pause.again",
            format!("最多{times_max}次"),
            format!("{times_max} at most"),
        ));
    }
    let levels = if request.urgent {
        2
    } else {
        consent.levels.clamp(1, 2)
    };
    if !consented(request, levels) {
        let (zh, en) = match (request.urgent, levels) {
            (true, _) => (
                "急件须由两级不同人员批准",
                "an urgent matter needs the consent of two persons of two levels",
            ),
            (false, 1) => (
                "须由申请人以外的人员批准",
                "the consent of somebody else is needed",
            ),
            (false, _) => (
                "须由两级不同人员批准",
                "the consent of two persons of two levels is needed",
            ),
        };
        findings.push(Finding::hard("pause.approval", zh, en));
    }
    findings
}

/// Whether so many levels (1 or 2), each by another person, consented before the due instant. Who asks does not consent, nor does a grid.
fn consented(request: &Request, levels: u8) -> bool {
    let valid: BTreeSet<(MemberId, Level)> = request
        .approvals
        .iter()
        .filter(|approval| approval.by != request.by && approval.at <= request.due)
        .filter(|approval| approval.level > Level::Grid)
        .map(|approval| (approval.by, approval.level))
        .collect();
    let other = |a: &(MemberId, Level), b: &(MemberId, Level)| a.0 != b.0 && a.1 != b.1;
    match levels {
        0 | 1 => !valid.is_empty(),
        _ => valid.iter().any(|a| valid.iter().any(|b| other(a, b))),
    }
}

/// An appeal against being late (超时申诉).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appeal<'a> {
    /// Who appeals.
    pub by: MemberId,
    /// Why.
    pub reason: &'a str,
    /// When the matter was closed.
    pub closed: Option<Ms>,
    /// When the appeal was made.
    pub at: Ms,
    /// How many were made before, whatever became of them.
    pub before: u32,
    /// Who granted it.
    pub granted_by: &'a [MemberId],
}

/// Judges an appeal; if nothing hard is found the matter is exempt: what happened stays as it is, and is only not charged. `appeal.reason`, `appeal.open` (after closing
/// only), `appeal.again` (once only), `appeal.review` (two persons other than the one who appeals).
#[must_use]
pub fn judge_appeal(appeal: &Appeal) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut unless = |holds: bool, code, zh: &str, en: &str| {
        if !holds {
            findings.push(Finding::hard(code, zh, en));
        }
    };
    let reviewers: BTreeSet<&MemberId> = appeal
        .granted_by
        .iter()
        .filter(|member| **member != appeal.by)
        .collect();
    unless(
        !appeal.reason.trim().is_empty(),
        "appeal.reason",
        "须写明理由",
        "a reason is needed",
    );
    unless(
        appeal.closed.is_some_and(|closed| closed <= appeal.at),
        "appeal.open",
        "结案后方可申诉",
        "an appeal is made after closing",
    );
    unless(
        appeal.before == 0,
        "appeal.again",
        "每件只能申诉一次",
        "one appeal a matter",
    );
    unless(
        reviewers.len() >= 2,
        "appeal.review",
        "须由申诉人以外的两人复核",
        "two persons other than the one who appeals review it",
    );
    findings
}

#[cfg(test)]
mod tests;
