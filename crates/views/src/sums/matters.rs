//! What a matter adds to the sums.

use wangge_model::kind::Level;
use wangge_model::step::{Flow, StepKind};
use wangge_model::time::Ms;
use wangge_rules::deadline::Clock;
use wangge_rules::matrix::{buck_passing, hops};
use wangge_rules::matter::{LogEntry, MatterState, Params, Stage, Taken, flow};
use wangge_rules::role;

use super::word;
use super::{Shares, day_of};
use crate::clockwork::Clockwork;
use crate::values::Values;

/// Sources that are the members' own eyes.
const SELF_FOUND: &[&str] = &["grid_member", "patrol", "camera", "sensor"];
/// Sources that complain.
const COMPLAINT: &[&str] = &["resident", "12345", "letter"];

/// Reasons of a return that lie in what the report said.
const MISREPORTED: &[&str] = &["wrong_class", "not_area", "facts"];
/// Within which time members report what they found.
const REPORT_MS_MAX: i64 = 24 * 60 * 60 * 1_000;

/// A matter's log with what each entry did.
pub(crate) struct Way<'a> {
    pub(crate) entries: &'a [LogEntry],
    pub(crate) taken: &'a [Taken],
}

impl Way<'_> {
    /// The entries that count, in order.
    fn standing(&self) -> impl Iterator<Item = &LogEntry> {
        let both = self.entries.iter().zip(self.taken);
        both.filter(|(_, taken)| taken.void.is_none())
            .map(|(entry, _)| entry)
    }
}

/// Adds what a matter adds. One that was never reported adds nothing; one that was merged into another is that other's.
pub(crate) fn of_matter(
    shares: &mut Shares,
    values: Values<'_>,
    state: &MatterState,
    clocks: &Clockwork,
    way: &Way<'_>,
) {
    let Some(reported) = state.at.reported else {
        return;
    };
    if state.merged_into.is_some() {
        return;
    }
    let cohort = day_of(reported.0);
    shares.add(word::REPORTED, cohort, 1);
    events(shares, state, reported);
    check(shares, state, clocks);
    disposal(shares, state, clocks, way);
    outcome(shares, state, clocks, cohort);
    information(shares, values, state, cohort);
    origin(shares, values, state, cohort);
    units(shares, way, cohort);
    rights(shares, state, cohort);
}

fn events(shares: &mut Shares, state: &MatterState, reported: Ms) {
    let at = &state.at;
    if let Some(accepted) = at.accepted {
        shares.add(word::FILED, day_of(accepted.0), 1);
        shares.add(word::ACCEPTED, day_of(accepted.0), 1);
        let waited = accepted.0.saturating_sub(reported.0).max(0);
        shares.add(word::ACCEPTED_MS, day_of(accepted.0), waited);
    } else if state.stage == Stage::Settled
        && let Some(settled) = at.closed
    {
        shares.add(word::FILED, day_of(settled.0), 1);
    }
    if finished(state)
        && let Some(closed) = at.closed
    {
        shares.add(word::CLOSED, day_of(closed.0), 1);
    }
}

/// Whether the facts were checked before acceptance was due.
fn check(shares: &mut Shares, state: &MatterState, clocks: &Clockwork) {
    let checked = state.at.checked;
    let Some(accept) = &clocks.accept else {
        return;
    };
    if checked.is_none() && !state.rules().check_first {
        return;
    }
    let day = day_of(accept.due.0);
    shares.add(word::CHECK_DUE, day, 1);
    let punctual = checked.is_some_and(|checked| checked <= accept.due);
    shares.add(word::CHECKED, day, i64::from(punctual));
}

/// Whether the report came soon and said what was so.
fn information(shares: &mut Shares, values: Values<'_>, state: &MatterState, cohort: i64) {
    let found = SELF_FOUND.contains(&values.text("source"));
    if let (true, Some(occurred), Some(reported)) =
        (found, values.int("occurred_ms"), state.at.reported)
    {
        shares.add(word::SEEN, cohort, 1);
        let timely = reported.0.saturating_sub(occurred) <= REPORT_MS_MAX;
        shares.add(word::TIMELY, cohort, i64::from(timely));
    }
    let rejected = state.stage == Stage::Rejected;
    if !rejected && state.at.accepted.is_none() && state.stage != Stage::Settled {
        return;
    }
    shares.add(word::DECIDED, cohort, 1);
    let misreported = state.returns.iter().any(|back| {
        let reason = back.reason.as_deref();
        reason.is_some_and(|reason| MISREPORTED.contains(&reason))
    });
    shares.add(word::ACCURATE, cohort, i64::from(!rejected && !misreported));
}

fn finished(state: &MatterState) -> bool {
    matches!(
        state.stage,
        Stage::Closed | Stage::Settled | Stage::Archived
    )
}

fn disposal(shares: &mut Shares, state: &MatterState, clocks: &Clockwork, way: &Way<'_>) {
    let due = |shares: &mut Shares, clock: &Clock, due: &str, in_time: &str| {
        let day = day_of(clock.due.0);
        shares.add(due, day, 1);
        let punctual = clock.ended.is_some_and(|ended| ended <= clock.due);
        shares.add(in_time, day, i64::from(punctual || state.exempt));
    };
    if let Some(handle) = &clocks.handle {
        due(shares, handle, word::DUE, word::IN_TIME);
    }
    if let Some(verify) = &clocks.verify {
        due(shares, verify, word::VERIFY_DUE, word::VERIFIED);
    }
    let settled = || state.at.closed.filter(|_| state.stage == Stage::Settled);
    let Some(disposed) = state.at.disposed.or_else(settled) else {
        return;
    };
    let day = day_of(disposed.0);
    shares.add(word::DISPOSED, day, 1);
    let begun = state
        .at
        .first_dispatched
        .or(state.at.accepted)
        .or(state.at.reported);
    let took = begun.map_or(0, |begun| disposed.0.saturating_sub(begun.0).max(0));
    shares.add(word::DISPOSED_MS, day, took);
    shares.split(word::SOLVED_AT, day, solved_at(way), 1);
}

/// The level of the office that disposed, as its step says.
fn solved_at(way: &Way<'_>) -> &'static str {
    let last = way
        .standing()
        .filter(|entry| matches!(entry.step.kind, StepKind::Dispose | StepKind::SettleOnSpot))
        .last();
    let level = last
        .and_then(|entry| entry.step.detail.office)
        .map(role::level);
    level.map_or("unknown", Level::word)
}

fn outcome(shares: &mut Shares, state: &MatterState, clocks: &Clockwork, cohort: i64) {
    let mut count = |measure, holds: bool| shares.add(measure, cohort, i64::from(holds));
    count(word::REJECTED, state.stage == Stage::Rejected);
    count(word::CLOSED_OF, finished(state));
    count(word::REWORKED, state.reworks > 0);
    count(word::REOPENED, state.reopens > 0);
    count(word::SUSPENDED, state.suspension.is_some());
    count(word::URGENT, clocks.urgent);
    shares.add(word::REWORKS, cohort, i64::from(state.reworks));
}

fn origin(shares: &mut Shares, values: Values<'_>, state: &MatterState, cohort: i64) {
    let flow = state.flow.or_else(|| flow::of_sort(values.text("sort")));
    shares.split(word::FLOW, cohort, flow.map_or("ordinary", Flow::word), 1);
    let source = values.text("source");
    let found = if SELF_FOUND.contains(&source) {
        "self"
    } else if COMPLAINT.contains(&source) {
        "complaint"
    } else {
        "other"
    };
    shares.split(word::FOUND, cohort, found, 1);
    shares.split(word::SOURCE, cohort, source, 1);
    let classified = !values.text("class").is_empty();
    shares.add(word::CLASSIFIED, cohort, i64::from(classified));
    let wrong = |reason: Option<&str>| reason == Some("wrong_class");
    let returned = state
        .returns
        .iter()
        .any(|back| wrong(back.reason.as_deref()));
    shares.add(word::WRONG_CLASS, cohort, i64::from(classified && returned));
}

/// Which units led the matter, and which gave it back.
fn units(shares: &mut Shares, way: &Way<'_>, cohort: i64) {
    let hops = hops(way.entries, &Params::DEFAULT);
    for (unit, passing) in buck_passing([hops.as_slice()]) {
        shares.split(
            word::UNIT_GIVEN,
            cohort,
            unit,
            i64::from(passing.dispatched),
        );
        shares.split(
            word::UNIT_RETURNED,
            cohort,
            unit,
            i64::from(passing.returned),
        );
        shares.split(
            word::UNIT_UNFOUNDED,
            cohort,
            unit,
            i64::from(passing.unfounded),
        );
        shares.split(word::UNIT_HELD_MS, cohort, unit, passing.held_ms);
    }
}

fn rights(shares: &mut Shares, state: &MatterState, cohort: i64) {
    for (member, used) in &state.rights {
        let uses = [
            ("whistle", used.whistles),
            ("object", used.objections),
            ("judge", used.judgements),
            ("confirm", used.confirmations),
            ("refuse", used.refusals),
            ("rate", used.ratings),
        ];
        for (right, times) in uses {
            shares.split(word::RIGHT, cohort, right, i64::from(times));
            shares.split(
                word::RIGHT_OF,
                cohort,
                &member.to_string(),
                i64::from(times),
            );
            shares.split(
                word::RIGHT_BY,
                cohort,
                &format!("{member} {right}"),
                i64::from(times),
            );
        }
    }
}
