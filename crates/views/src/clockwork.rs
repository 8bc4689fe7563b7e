//! A matter's clocks as rows keep them: instants that hold until something is written, so that lists need no clock to be folded.

use std::collections::BTreeMap;

use wangge_model::doc::Fields;
use wangge_model::kind::{Facet, Level};
use wangge_model::time::{Date, Ms};
use wangge_rules::deadline::{
    self, Clock, Filing, Instants, Measures, Terms, Wait, terms_for, urgency_measure,
};
use wangge_rules::matter::MatterState;

use crate::reference::{Local, Reference};
use crate::values::Values;

/// Turns of a matter's lights that are looked for at most: five clocks turn yellow, red and rise thrice, a suspension ends.
const TURNS_MAX: usize = 64;

/// The levels that are told, lowest first.
pub(crate) const LEVELS: [Level; 3] = [Level::Community, Level::Township, Level::County];

/// From this urgency on a matter goes the urgent way.
const URGENT: i64 = 2;

/// Where a report from these sources came from, nobody waits for an answer.
const OWN_SOURCES: &[&str] = &["", "grid_member", "patrol", "camera", "sensor", "superior"];

/// What the clocks say.
#[derive(Debug, Default)]
pub(crate) struct Clockwork {
    pub(crate) urgent: bool,
    /// Of the running clocks the first to be due.
    pub(crate) due: Option<(Wait, Ms)>,
    /// From when on a running clock is yellow.
    pub(crate) yellow: Option<Ms>,
    /// From when on each of [`LEVELS`] must be told.
    pub(crate) rises: [Option<Ms>; 3],
    /// Deciding whether it will be dealt with.
    pub(crate) accept: Option<Clock>,
    /// Dealing with it, once that began.
    pub(crate) handle: Option<Clock>,
    /// Verifying it, once that began.
    pub(crate) verify: Option<Clock>,
}

impl Clockwork {
    /// The clocks of a matter by the standards and the calendar of its area.
    pub(crate) fn of(
        reference: &Reference,
        area: &str,
        facets: &BTreeMap<Facet, Fields>,
        state: &MatterState,
    ) -> Self {
        let values = Values(facets);
        let filed = filed(state);
        let local = reference.at(area, filed);
        let terms = terms(&local, filed, values, state);
        let instants = Instants::of(state);
        let mut work = Self {
            urgent: terms.urgent,
            ..Self::default()
        };
        work.turn(&instants, &terms, &local);
        if let Some(promised) = values.int("due_ms").map(Ms)
            && instants.disposed.is_none()
            && state.stage.open()
            && work.due.is_none_or(|(_, due)| promised < due)
        {
            // Somebody set an earlier date than the standard's.
            work.due = Some((Wait::Handle, promised));
        }
        work
    }

    /// Follows the clocks from turn to turn: between two of them nothing changes.
    fn turn(&mut self, instants: &Instants, terms: &Terms, local: &Local) {
        let mut now = Ms(i64::MIN);
        for turn in 0..TURNS_MAX {
            let clocks = deadline::clocks(instants, terms, local.calendar(), local.ladder(), now);
            if turn == 0 {
                self.begin(&clocks.clocks);
            }
            if let Some(risen) = clocks.escalation {
                let at = if turn == 0 { risen.since } else { now };
                for (level, rise) in LEVELS.iter().zip(&mut self.rises) {
                    if *level <= risen.level {
                        rise.get_or_insert(at);
                    }
                }
            }
            match clocks.next {
                Some(next) => now = next,
                None => break,
            }
        }
    }

    fn begin(&mut self, clocks: &[Clock]) {
        let running = || clocks.iter().filter(|clock| clock.ended.is_none());
        self.due = running()
            .map(|clock| (clock.due, clock.wait))
            .min()
            .map(|(due, wait)| (wait, due));
        self.yellow = running().map(|clock| clock.yellow).min();
        let of = |wait| clocks.iter().find(|clock| clock.wait == wait).copied();
        self.accept = of(Wait::Accept);
        self.handle = of(Wait::Handle);
        self.verify = of(Wait::Verify);
    }
}

/// The day on which a matter was filed: by what holds on it the matter is judged.
pub(crate) fn filed(state: &MatterState) -> Date {
    let filed = state.at.accepted.or(state.at.reported);
    filed.unwrap_or(Ms(0)).date()
}

/// The limits of a matter by the standards of its area on the day of its filing.
pub(crate) fn terms(local: &Local, filed: Date, values: Values<'_>, state: &MatterState) -> Terms {
    let measures = measures(values, state);
    let filing = filing(local, filed, values, state, &measures);
    let answer_owed = state.rules().reply_first || !OWN_SOURCES.contains(&values.text("source"));
    terms_for(local.standards(), &filing, answer_owed)
}

/// What of a matter the standards ask for.
pub(crate) fn filing<'a>(
    local: &'a Local,
    filed: Date,
    values: Values<'a>,
    state: &MatterState,
    measures: &'a Measures,
) -> Filing<'a> {
    Filing {
        class: local.class_code(values.text("class")),
        condition: values.text("condition"),
        measures,
        urgent: state.is_urgent(),
        filed,
    }
}

/// What was measured of a matter.
pub(crate) fn measures(values: Values<'_>, state: &MatterState) -> Measures {
    let mut measures = Measures::new();
    if let Some(persons) = values.int("persons") {
        measures.insert("persons".to_owned(), persons);
    }
    if let (measure, Some(measured)) = (values.text("measure"), values.int("measured"))
        && !measure.is_empty()
    {
        measures.insert(measure.to_owned(), measured);
    }
    let said = urgency_measure(values.text("urgency"));
    let flow = state.is_urgent().then_some(URGENT);
    if let Some(urgency) = said.max(flow) {
        measures.insert("urgency".to_owned(), urgency);
    }
    measures
}
