//! The row of a matter.

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::doc::Fields;
use wangge_model::kind::Facet;
use wangge_model::matter::Matter;
use wangge_model::time::Ms;
use wangge_rules::deadline::Wait;
use wangge_rules::matter::{self, AskKind, Holder, MatterState, Params};

use super::{DOING, or_empty};
use crate::clockwork::Clockwork;
use crate::error::{Doing, Result};
use crate::reference::Reference;
use crate::sums::{self, Shares, Way};
use crate::values::Values;

/// What a matter's log and its clocks say.
pub(super) struct Folded {
    state: MatterState,
    clocks: Clockwork,
    answered: Option<Ms>,
    response_ms: Option<i64>,
    cause: String,
}

/// Folds a matter's log, and adds what it adds to the sums.
pub(super) fn fold(
    reference: &Reference,
    area: &str,
    facets: &BTreeMap<Facet, Fields>,
    shares: &mut Shares,
) -> Folded {
    let (entries, unreadable) = facets
        .get(&Facet::Open)
        .map(matter::read_log)
        .unwrap_or_default();
    let (mut state, taken) = matter::trace(&entries, &Params::DEFAULT);
    state.void.extend(unreadable);
    let values = Values(facets);
    let clocks = Clockwork::of(reference, area, facets, &state);
    let way = Way {
        entries: &entries,
        taken: &taken,
    };
    sums::of_matter(shares, values, &state, &clocks, &way);
    // Matters that came from elsewhere say in fields when they were told and answered.
    let asked = state.at.reported.or(values.int("occurred_ms").map(Ms));
    let answered = state.at.first_replied.or(values.int("replied_ms").map(Ms));
    let response_ms = asked
        .zip(answered)
        .map(|(asked, answered)| answered.0.saturating_sub(asked.0));
    Folded {
        cause: cause(&state, values),
        state,
        clocks,
        answered,
        response_ms,
    }
}

/// Who has it, in one text.
fn held_by(state: &MatterState) -> String {
    match state.held_by() {
        Some(Holder::Unit(unit)) => format!("unit {unit}"),
        Some(Holder::Member(member)) => format!("member {member}"),
        Some(Holder::Level(level)) => format!("level {}", level.word()),
        None => String::new(),
    }
}

/// The root cause: as it was judged, else as it was written down.
fn cause(state: &MatterState, values: Values<'_>) -> String {
    let judged = state
        .judgement
        .as_ref()
        .map(|judged| judged.content.cause.as_str());
    judged.unwrap_or_else(|| values.text("cause")).to_owned()
}

const SAVE: &str = "\
    INSERT INTO view_matter (id, sort, class, scale, severity, source, reporter, replied, place, occurred_ms, stage, closed, \
    stage_since_ms, holder, steps, void_steps, clocked, urgent, exempt, reported_ms, wait, due_ms, yellow_ms, community_ms, township_ms, \
    county_ms, rise_ms, suspended_from_ms, suspended_until_ms, suspended_levels, asks, unclaimed, answered_ms, response_ms, merged_into, held_by, reopens, supporters, cause) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, \
    ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39) \
    ON CONFLICT (id) DO UPDATE SET sort = excluded.sort, class = excluded.class, scale = excluded.scale, severity = excluded.severity, \
    source = excluded.source, reporter = excluded.reporter, replied = excluded.replied, place = excluded.place, \
    occurred_ms = excluded.occurred_ms, stage = excluded.stage, closed = excluded.closed, stage_since_ms = excluded.stage_since_ms, \
    holder = excluded.holder, steps = excluded.steps, void_steps = excluded.void_steps, clocked = excluded.clocked, \
    urgent = excluded.urgent, exempt = excluded.exempt, reported_ms = excluded.reported_ms, wait = excluded.wait, \
    due_ms = excluded.due_ms, yellow_ms = excluded.yellow_ms, community_ms = excluded.community_ms, township_ms = excluded.township_ms, \
    county_ms = excluded.county_ms, rise_ms = excluded.rise_ms, suspended_from_ms = excluded.suspended_from_ms, \
    suspended_until_ms = excluded.suspended_until_ms, suspended_levels = excluded.suspended_levels, asks = excluded.asks, \
    unclaimed = excluded.unclaimed, answered_ms = excluded.answered_ms, response_ms = excluded.response_ms, \
    merged_into = excluded.merged_into, held_by = excluded.held_by, reopens = excluded.reopens, supporters = excluded.supporters, cause = excluded.cause";

/// Writes the row; `clocked` is the version of the reference data that the clocks were read from.
pub(super) fn save(
    target: &Connection,
    id: i64,
    clocked: u64,
    matter: &Matter,
    folded: &Folded,
) -> Result<()> {
    let Folded { state, clocks, .. } = folded;
    let [community, township, county] = clocks.rises.map(|rise| rise.map(|at| at.0));
    let suspension = state.suspension;
    let asks = state
        .asks
        .iter()
        .filter(|ask| ask.kind != AskKind::Appeal && ask.granted.is_none());
    let unclaimed = matches!(state.held_by(), Some(Holder::Level(_)));
    let steps = u64::from(state.steps).saturating_add(state.void.len() as u64);
    target
        .prepare_cached(SAVE)
        .and_then(|mut statement| {
            statement.execute(rusqlite::params![
                id,
                or_empty(&matter.sort),
                or_empty(&matter.class),
                or_empty(&matter.scale),
                or_empty(&matter.severity),
                or_empty(&matter.source),
                or_empty(&matter.reporter),
                state.at.replied.is_some() || matter.reply.is_some(),
                or_empty(&matter.place),
                matter.occurred_ms,
                state.stage.word(),
                state.closed(),
                state.since.map(|ms| ms.0),
                or_empty(&state.holder),
                steps,
                state.void.len() as u64,
                clocked,
                clocks.urgent,
                state.exempt,
                state.at.reported.map(|ms| ms.0),
                clocks.due.map_or("", |(wait, _)| Wait::word(wait)),
                clocks.due.map(|(_, due)| due.0),
                clocks.yellow.map(|ms| ms.0),
                community,
                township,
                county,
                [community, township, county].into_iter().flatten().min(),
                suspension.map(|suspension| suspension.from.0),
                suspension.map(|suspension| suspension.until.0),
                suspension.map_or(0, |suspension| suspension.levels as u64),
                asks.count() as u64,
                unclaimed,
                folded.answered.map(|ms| ms.0),
                folded.response_ms,
                state
                    .merged_into
                    .map(|record| record.to_string())
                    .unwrap_or_default(),
                held_by(state),
                state.reopens,
                state.supporters,
                folded.cause,
            ])
        })
        .doing(DOING)?;
    Ok(())
}
