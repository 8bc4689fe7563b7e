//! What a city lets the system do by itself (R50, R84): declared rules, each an event, a condition and an action.
//!
//! A rule never decides what people must: judgement, approval and objection are theirs ([`StepKind::may_be_automatic`]). What it does is a
//! step of the matter's log that names the rule, so that everybody sees who did it and a director takes it back. What a rule did once it
//! does not do again, also not after it was taken back, until the matter is opened anew.
//!
//! | event | when | actions |
//! |---|---|---|
//! | reported | it waits for acceptance | accept, suggest (a class, where it has none), remind, merge (what the same reporter's number, a sensor's say, told of the same class within `days` (1) before) |
//! | accepted | it waits for dispatch | dispatch (by the matrix, or to `to`), remind |
//! | due soon | a clock is yellow | remind |
//! | overdue | a clock is red | remind: whoever has it must answer within `days` (2) |
//! | no answer | found dealt with, and for `days` nobody said otherwise | close, remind |
//! | every days | a plan's next period has begun | task |
//! | office hours | always | set: `hours` |
//! | escalation | always | set: from which thousandths of a limit on `community`, `township` and `county` are told; `late_steps`, after how many late steps each of them is (`1,2,3`, 0 for never) |
//!
//! A condition is `key=value` with `;` between: all must hold. Keys: `class` (a code or the beginning of some), `sort`, `source`, `urgency`, `severity`,
//! `urgent` (yes or no); for plans `sort`; for an escalation `wait` (handle or other) and `urgent`. Several values stand between `|`. Parameters are
//! written alike: `to`, `days`, `note`, `assignee`, and those of what is set.

mod load;
mod setting;

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::id::RecordId;
use wangge_model::step::StepKind;
use wangge_model::time::{Date, Ms};

use crate::deadline::Light;
use crate::matter::{LogEntry, MatterState, Stage};
use crate::validity::Validity;
use crate::words::words;

pub use load::parse_rules;
pub use setting::{ladder_of, office_hours_of};

/// Days within which a sensor that says the same again speaks of the same, unless the rule says otherwise.
const SAME_DAYS: u32 = 1;

/// Days within which somebody must answer a reminder of what is overdue, unless the rule says otherwise.
const ANSWER_DAYS: u32 = 2;

words! {
    /// What a rule waits for: a code of the list `rule_event`.
    pub enum Event {
        /// It was reported and not yet accepted.
        Reported = "reported", "事件上报", "Matter reported";
        /// It was accepted and not yet dispatched.
        Accepted = "accepted", "事件受理", "Matter accepted";
        /// A clock is in its last quarter.
        DueSoon = "due_soon", "即将超期", "Due soon";
        /// A clock has run over.
        Overdue = "overdue", "超期", "Overdue";
        /// It was found dealt with, and nobody said anything since.
        NoAnswer = "no_answer", "逾期未答复", "No answer";
        /// A period of a plan has begun.
        EveryDays = "every_days", "每隔数日", "Every so many days";
        /// Always: when offices work.
        OfficeHours = "office_hours", "工作时间", "Office hours";
        /// Always: when a matter that waits rises.
        Escalation = "escalation", "逐级督办", "Escalation";
    }
}

words! {
    /// What a rule does: a code of the list `rule_action`.
    pub enum Action {
        /// It notes which class the text likely belongs to.
        Suggest = "suggest", "建议", "Suggest";
        /// It dispatches.
        Dispatch = "dispatch", "派遣", "Dispatch";
        /// It reminds who has it.
        Remind = "remind", "提醒", "Remind";
        /// It makes a task.
        Task = "task", "生成任务", "Make a task";
        /// It closes.
        Close = "close", "结案", "Close";
        /// It accepts.
        Accept = "accept", "受理", "Accept";
        /// It sets how the system reckons.
        Set = "set", "设定", "Set";
        /// It merges it into the open matter that it says again.
        Merge = "merge", "并案", "Merge";
    }
}

/// Words by key, several where one of them is enough.
type Wants = BTreeMap<String, Vec<String>>;

/// A row of the kind `rule`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its code, as `accept.patrol`; it stands in the log beside what the rule did.
    pub code: String,
    /// What people call it.
    pub title: String,
    /// What it waits for.
    pub event: Event,
    /// What must hold.
    pub condition: Wants,
    /// What it does.
    pub action: Action,
    /// How.
    pub params: BTreeMap<String, String>,
    /// Whether it is on.
    pub enabled: bool,
    /// When it holds.
    pub validity: Validity,
}

/// A matter as rules look at it.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Where it stands.
    pub state: &'a MatterState,
    /// Its log.
    pub log: &'a [LogEntry],
    /// The worst light of its running clocks; `None` where none runs.
    pub light: Option<Light>,
    /// Its values by field: `class` (its code), `sort`, `source`, `urgency`, `severity`.
    pub values: &'a BTreeMap<&'static str, String>,
    /// The unit that the matrix would dispatch to; empty if none.
    pub unit: &'a str,
    /// What it says again, if it does.
    pub again: Option<Again>,
    /// Now.
    pub now: Ms,
}

/// The same reporter's number told of the same class before, and that is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Again {
    /// The matter in which it is dealt with.
    pub lead: RecordId,
    /// When it was last said before.
    pub before: Ms,
}

/// What a rule does to a matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The step.
    pub step: StepKind,
    /// To whom; empty where the step names nobody.
    pub to: String,
    /// By when to answer; `None` where nobody must.
    pub due: Option<Ms>,
    /// Into which matter it is merged.
    pub record: Option<RecordId>,
    /// Why, in Chinese: the step's note.
    pub why: String,
}

impl Rule {
    /// Whether it works on a day.
    #[must_use]
    pub fn holds(&self, on: Date) -> bool {
        self.enabled && self.validity.holds(on)
    }

    /// What it does to a matter now; `None` if nothing. `suggested` is asked only where a class is to be suggested.
    #[must_use]
    pub fn on_matter(&self, facts: &Facts, suggested: impl FnOnce() -> String) -> Option<Deed> {
        if !self.has_come(facts) || !self.meets(facts) || self.done(facts) {
            return None;
        }
        let deed = |step: StepKind| Deed {
            step,
            to: String::new(),
            due: None,
            record: None,
            why: self.why(),
        };
        match self.action {
            Action::Accept => Some(deed(StepKind::Accept)),
            Action::Close => Some(deed(StepKind::Close)),
            Action::Dispatch => {
                let to = self.params.get("to").map_or(facts.unit, String::as_str);
                (!to.is_empty()).then(|| Deed {
                    to: to.to_owned(),
                    ..deed(StepKind::Dispatch)
                })
            }
            Action::Remind if self.event == Event::Overdue => {
                let days = self.days().unwrap_or(ANSWER_DAYS).into();
                Some(Deed {
                    due: Some(facts.now.plus_days(days)),
                    ..deed(StepKind::Urge)
                })
            }
            Action::Remind => Some(deed(StepKind::Remark)),
            Action::Suggest => {
                let classed = facts
                    .values
                    .get("class")
                    .is_some_and(|class| !class.is_empty());
                let class = if classed { String::new() } else { suggested() };
                (!class.is_empty()).then(|| Deed {
                    why: format!("{}：{class}", self.why()),
                    ..deed(StepKind::Remark)
                })
            }
            Action::Merge => {
                let window = self.days().unwrap_or(SAME_DAYS).into();
                let said = facts.state.at.reported?;
                let again = facts
                    .again
                    .filter(|again| said <= again.before.plus_days(window))?;
                Some(Deed {
                    record: Some(again.lead),
                    ..deed(StepKind::MergeInto)
                })
            }
            Action::Task | Action::Set => None,
        }
    }

    /// The first and the last day of the period of a plan that a task is to be made for on a day; `None` where this rule makes none. `every` is the
    /// plan's own number of days; without it the rule's `days`.
    #[must_use]
    pub fn on_plan(
        &self,
        sort: &str,
        plan: Validity,
        every: Option<u32>,
        on: Date,
    ) -> Option<(Date, Date)> {
        let makes = self.event == Event::EveryDays && self.action == Action::Task;
        if !makes || !plan.holds(on) || !self.wants("sort", sort) {
            return None;
        }
        let every = i64::from(every.or_else(|| self.days()).filter(|days| *days > 0)?);
        let begun = plan.from?;
        let first = begun.plus((begun.days_until(on) / every).saturating_mul(every));
        Some((first, first.plus(every.saturating_sub(1))))
    }

    fn days(&self) -> Option<u32> {
        self.params.get("days")?.parse().ok()
    }

    fn why(&self) -> String {
        let said = self.params.get("note").filter(|note| !note.is_empty());
        let what = said.unwrap_or(&self.title);
        format!("按规则 {} 自动办理：{what}", self.code)
    }

    fn has_come(&self, facts: &Facts) -> bool {
        let state = facts.state;
        match self.event {
            Event::Reported => matches!(state.stage, Stage::Reported | Stage::Checked),
            Event::Accepted => {
                let judged = !state.rules().judge_first || state.is_judged();
                judged && matches!(state.stage, Stage::Accepted | Stage::Judged)
            }
            Event::DueSoon => state.stage.open() && facts.light == Some(Light::Yellow),
            Event::Overdue => state.stage.open() && facts.light == Some(Light::Red),
            Event::NoAnswer => {
                let days = self.days().unwrap_or_default().into();
                let until = state.since.map(|since| since.plus_days(days));
                state.stage == Stage::Verified && until.is_some_and(|until| until <= facts.now)
            }
            Event::EveryDays | Event::OfficeHours | Event::Escalation => false,
        }
    }

    fn meets(&self, facts: &Facts) -> bool {
        self.condition.keys().all(|key| {
            if key == "urgent" {
                let urgent = if facts.state.is_urgent() { "yes" } else { "no" };
                return self.wants(key, urgent);
            }
            self.wants(
                key,
                facts.values.get(key.as_str()).map_or("", String::as_str),
            )
        })
    }

    /// Whether one of the values that the condition names stands there; a class below one of them does as well.
    fn wants(&self, key: &str, value: &str) -> bool {
        let same = |wanted: &String| match key {
            "class" => !value.is_empty() && value.starts_with(wanted.as_str()),
            _ => value == wanted,
        };
        let wanted = self.condition.get(key);
        wanted.is_none_or(|wanted| wanted.iter().any(same))
    }

    /// Whether it did its part already since the matter was last opened.
    fn done(&self, facts: &Facts) -> bool {
        let own = |entry: &&LogEntry| entry.step.detail.auto.as_deref() == Some(&self.code);
        let reopened = facts.state.at.reopened.last().copied();
        let since = |entry: &LogEntry| reopened.is_none_or(|reopened| entry.step.at_ms >= reopened);
        facts.log.iter().filter(own).any(since)
    }
}

/// The codes that stand twice at one time, for checks.
fn twice(rules: &[(usize, Rule)]) -> BTreeSet<(usize, usize)> {
    let mut found = BTreeSet::new();
    for (at, (line, rule)) in rules.iter().enumerate() {
        for (earlier, other) in rules.iter().take(at) {
            if other.code == rule.code && other.validity.overlaps(&rule.validity) {
                found.insert((*earlier, *line));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
