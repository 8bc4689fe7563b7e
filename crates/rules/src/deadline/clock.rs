//! The stage clocks of a matter: how long it waits for what, who is told (R23, R40b, R40i).
//!
//! | wait | from | until | limit of the standard with stage |
//! |---|---|---|---|
//! | accept | reported | accepted | `accept` |
//! | dispatch | accepted | first dispatched | `dispatch` |
//! | handle | first dispatched; accepted, if it was dealt with without a dispatch | disposed | `handle`, extended |
//! | verify | disposed | verified | `verify` |
//! | feedback | disposed, or closed without that | the reporter was answered after it | `feedback` |
//!
//! A return or a failed verification keeps the clock of handling running: it counts from the first dispatch. A suspension holds every clock.

use std::collections::BTreeMap;

use serde::Serialize;
use wangge_model::time::Ms;

use super::calendar::{Calendar, DAY_MS};
use super::escalation::{Escalation, Ladder};
use super::limit::{Counting, Limit, Pace, due};
use super::standard::Terms;
use crate::matter::MatterState;
use crate::words::words;

/// From which share of its limit on a clock is yellow: the last quarter.
const YELLOW_PERMILLE: u32 = 750;

words! {
    /// What is waited for: a code of the list `clock`.
    #[derive(Default)]
    pub enum Wait {
        /// Until it is accepted.
        Accept = "accept", "受理", "Accept";
        /// Until it is dispatched.
        Dispatch = "dispatch", "派遣", "Dispatch";
        /// Until it is dealt with.
        #[default]
        Handle = "handle", "处置", "Handle";
        /// Until that is verified.
        Verify = "verify", "核实", "Verify";
        /// Until the reporter is answered.
        Feedback = "feedback", "反馈", "Feed back";
    }
}

/// When the steps of a matter were taken, as its log tells. After a matter was opened again, those since.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instants {
    /// When it was reported, or opened again.
    pub reported: Option<Ms>,
    /// When it was accepted.
    pub accepted: Option<Ms>,
    /// When it was dispatched first.
    pub dispatched: Option<Ms>,
    /// When it was disposed of last, unless that was undone by a failed verification.
    pub disposed: Option<Ms>,
    /// When it was verified.
    pub verified: Option<Ms>,
    /// When the reporter was answered last.
    pub replied: Option<Ms>,
    /// When it was closed, settled or rejected.
    pub closed: Option<Ms>,
    /// The suspensions that were approved: from, until. Where it was ended early, until then; else until the end that was planned.
    pub suspensions: Vec<(Ms, Ms)>,
    /// How many extensions were approved.
    pub extensions: u32,
    /// Whether an appeal against being late was granted. The facts stay.
    pub exempt: bool,
}

impl Instants {
    /// The instants of a matter's state. After it was opened again the clocks begin anew: it is reported and accepted at that moment. One
    /// that was merged into another waits for nothing.
    #[must_use]
    pub fn of(state: &MatterState) -> Self {
        let at = &state.at;
        let reopened = at.reopened.last().copied();
        let suspension = state.suspension.iter();
        Self {
            reported: reopened.or(at.reported),
            accepted: reopened.or(at.accepted),
            dispatched: at.first_dispatched,
            disposed: at.disposed,
            verified: at.verified,
            replied: at.replied,
            closed: at.closed.or(state.since.filter(|_| state.closed())),
            suspensions: suspension.map(|held| (held.from, held.until)).collect(),
            extensions: u32::try_from(state.extensions.len()).unwrap_or(u32::MAX),
            exempt: state.exempt,
        }
    }

    fn latest(&self) -> Option<Ms> {
        let steps = [
            self.reported,
            self.accepted,
            self.dispatched,
            self.disposed,
            self.verified,
            self.replied,
            self.closed,
        ];
        steps.into_iter().flatten().max()
    }
}

words! {
    /// A traffic light.
    #[derive(Default)]
    pub enum Light {
        /// In time.
        #[default]
        Green = "green", "正常", "In time";
        /// In the last quarter of the limit.
        Yellow = "yellow", "即将超期", "Due soon";
        /// Overdue, or done too late.
        Red = "red", "超期", "Overdue";
    }
}

/// One wait of a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// For what.
    pub wait: Wait,
    /// Since when.
    pub started: Ms,
    /// Until when, if it is over.
    pub ended: Option<Ms>,
    /// From when on it is yellow.
    pub yellow: Ms,
    /// When it is due; what is done at this instant is in time.
    pub due: Ms,
    /// How much of the limit has passed, in thousandths; more than 1000 when overdue.
    pub share_permille: u32,
    /// Its light.
    pub light: Light,
}

impl Clock {
    /// Whether it was, or is already, too late.
    #[must_use]
    pub fn late(&self) -> bool {
        self.light == Light::Red
    }
}

/// All clocks of a matter at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Clocks {
    /// Those that have begun, in the order of [`Wait::ALL`].
    pub clocks: Vec<Clock>,
    /// The worst light of those that run; green if none does.
    pub light: Light,
    /// Whether a suspension holds them.
    pub paused: bool,
    /// How many were or are late: the facts.
    pub late_steps: u32,
    /// How many of them are charged: none if an appeal was granted.
    pub charged_steps: u32,
    /// Who must be told, while a clock runs.
    pub escalation: Option<Escalation>,
    /// How many days have gone since the report, until now or until it was closed.
    pub age_days: u32,
    /// When a light or the escalation changes next, or a suspension ends, if nothing happens until then.
    pub next: Option<Ms>,
}

/// The clocks of a matter as they stand `now`. A `now` before a step that was taken already (another device's clock) is taken as that
/// step's instant.
#[must_use]
pub fn clocks(
    instants: &Instants,
    terms: &Terms,
    calendar: &Calendar,
    ladder: &Ladder,
    now: Ms,
) -> Clocks {
    let now = instants.latest().map_or(now, |latest| latest.max(now));
    let counting = Counting::new(calendar, &instants.suspensions);
    let mut all = Vec::new();
    let mut rungs = BTreeMap::new();
    for (&wait, &limit) in &terms.limits {
        let Some((started, ended)) = span(instants, wait) else {
            continue;
        };
        let extensions = if wait == Wait::Handle {
            instants.extensions
        } else {
            0
        };
        let due = due(started, limit, calendar, &instants.suspensions, extensions);
        let course = Course::new(&counting, limit, started, due);
        let clock = course.clock(wait, ended, now);
        if ended.is_none() {
            let marks = ladder.rungs(wait, terms.urgent).marks();
            rungs.insert(wait, marks.map(|(level, share)| (level, course.at(share))));
        }
        all.push(clock);
    }
    let late_steps = all.iter().filter(|clock| clock.late()).count();
    let late_steps = u32::try_from(late_steps).unwrap_or(u32::MAX);
    let running = || all.iter().filter(|clock| clock.ended.is_none());
    let escalation = ladder.escalate(&all, &rungs, now);
    let turns = running().flat_map(|clock| [clock.yellow, Ms(clock.due.0.saturating_add(1))]);
    let steps = rungs.values().flatten().map(|(_, at)| *at);
    let resumes = instants.suspensions.iter().map(|(_, until)| *until);
    Clocks {
        light: running().map(|clock| clock.light).max().unwrap_or_default(),
        paused: instants.closed.is_none() && counting.paused(now),
        late_steps,
        charged_steps: if instants.exempt { 0 } else { late_steps },
        escalation,
        age_days: age_days(instants, now),
        next: turns
            .chain(steps)
            .chain(resumes)
            .filter(|at| *at > now)
            .min()
            .filter(|_| running().next().is_some()),
        clocks: all,
    }
}

fn age_days(instants: &Instants, now: Ms) -> u32 {
    let until = instants.closed.unwrap_or(now);
    let days = instants
        .reported
        .map_or(0, |reported| until.0.saturating_sub(reported.0) / DAY_MS);
    u32::try_from(days.max(0)).unwrap_or(u32::MAX)
}

/// From when until when a matter waited for something; `None` if it has not begun to.
fn span(instants: &Instants, wait: Wait) -> Option<(Ms, Option<Ms>)> {
    let Instants {
        reported,
        accepted,
        dispatched,
        disposed,
        verified,
        replied,
        closed,
        ..
    } = *instants;
    match wait {
        Wait::Accept => Some((reported?, accepted.or(dispatched).or(disposed).or(closed))),
        Wait::Dispatch => Some((accepted?, dispatched.or(disposed).or(closed))),
        Wait::Handle => {
            let direct = || disposed.and(accepted.or(reported));
            Some((dispatched.or_else(direct)?, disposed.or(closed)))
        }
        // What was settled on the spot, or rejected, is not verified.
        Wait::Verify if verified.is_none() && closed.is_some() => None,
        Wait::Verify => Some((disposed?, verified)),
        Wait::Feedback => {
            let started = disposed.or(closed)?;
            Some((started, replied.filter(|replied| *replied >= started)))
        }
    }
}

/// The way of a clock from its start to its due instant and beyond.
struct Course<'a> {
    counting: &'a Counting<'a>,
    pace: Pace,
    started: Ms,
    due: Ms,
    total: i64,
}

impl<'a> Course<'a> {
    fn new(counting: &'a Counting<'a>, limit: Limit, started: Ms, due: Ms) -> Self {
        let pace = limit.unit.flow();
        Self {
            counting,
            pace,
            started,
            due,
            total: counting.counted(pace, started, due),
        }
    }

    /// The instant at which so many thousandths of the limit have passed.
    fn at(&self, permille: u32) -> Ms {
        let amount = i128::from(self.total) * i128::from(permille);
        match i64::try_from((amount + 999) / 1000).unwrap_or(i64::MAX) {
            0 => self.started,
            amount => self.counting.advance(self.pace, self.started, amount),
        }
    }

    fn share_permille(&self, until: Ms) -> u32 {
        let passed = i128::from(self.counting.counted(self.pace, self.started, until));
        if self.total == 0 {
            return if until > self.due { u32::MAX } else { 0 };
        }
        u32::try_from(passed * 1000 / i128::from(self.total)).unwrap_or(u32::MAX)
    }

    fn clock(&self, wait: Wait, ended: Option<Ms>, now: Ms) -> Clock {
        let until = ended.unwrap_or(now);
        let yellow = self.at(YELLOW_PERMILLE);
        let light = if until > self.due {
            Light::Red
        } else if ended.is_none() && until >= yellow {
            Light::Yellow
        } else {
            Light::Green
        };
        Clock {
            wait,
            started: self.started,
            ended,
            yellow,
            due: self.due,
            share_permille: self.share_permille(until),
            light,
        }
    }
}

#[cfg(test)]
mod tests;
