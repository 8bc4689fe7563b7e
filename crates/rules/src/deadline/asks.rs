//! Whether a suspension (挂账) or an extension (延期) was asked for and granted as it must be, with the clocks and the standards known (R40b;
//! domain.md 4.5).
//!
//! The fold of a matter looks at all that its log alone tells: a reason, an end within a year, other persons, two levels where the matter is
//! marked urgent, once or twice. It knows neither calendar nor standards; what depends on them is told here, before it is granted and after.

use super::calendar::Calendar;
use super::clock::{Instants, Wait};
use super::limit::due;
use super::standard::Terms;
use crate::finding::Finding;
use crate::matter::{Ask, AskKind, MatterState};

/// How many levels must consent where the matter is urgent.
const URGENT_LEVELS: usize = 2;

/// What is wrong with the requests of a matter, those that wait as well. `ask.late` (hard): made after the matter was due, as it is computed
/// with what had been granted before; `ask.levels` (hard): granted by fewer than two levels though the matter is urgent by its standard.
#[must_use]
pub fn check_asks(state: &MatterState, terms: &Terms, calendar: &Calendar) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ask in state.asks.iter().filter(|ask| ask.granted != Some(false)) {
        let (zh, en) = match ask.kind {
            AskKind::Suspend => ("挂账", "suspend"),
            AskKind::Extend => ("延期", "extend"),
            AskKind::Appeal => continue,
        };
        if late(state, ask, terms, calendar) {
            findings.push(Finding::hard(
                "ask.late",
                format!("申请{zh}时已超期"),
                format!("overdue already when it was asked to {en} it"),
            ));
        }
        let granted = ask.granted == Some(true);
        if granted && terms.urgent && ask.approvals.len() < URGENT_LEVELS {
            findings.push(Finding::hard(
                "ask.levels",
                format!("急件{zh}须经两级批准"),
                format!("two levels must consent to {en} an urgent matter"),
            ));
        }
    }
    findings
}

/// Whether it was asked after the due instant, as it was then.
fn late(state: &MatterState, ask: &Ask, terms: &Terms, calendar: &Calendar) -> bool {
    let instants = Instants::of(state);
    let (Some(&limit), Some(started)) = (
        terms.limits.get(&Wait::Handle),
        instants.dispatched.or(instants.accepted),
    ) else {
        return false;
    };
    let before = |kind| {
        let earlier = state.asks.iter().filter(move |other| other.kind == kind);
        earlier.filter(|other| other.granted == Some(true) && other.decided <= Some(ask.at))
    };
    let extensions = before(AskKind::Extend).count();
    let held = before(AskKind::Suspend).count() > 0;
    let suspensions = if held {
        instants.suspensions.as_slice()
    } else {
        &[]
    };
    let extensions = u32::try_from(extensions).unwrap_or(u32::MAX);
    ask.at > due(started, limit, calendar, suspensions, extensions)
}

#[cfg(test)]
mod tests;
