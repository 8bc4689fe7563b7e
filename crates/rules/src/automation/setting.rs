//! What a city sets otherwise by a rule: office hours, and when a matter that waits rises (R40b; domain.md 4.5).

use std::cmp::Ordering;

use wangge_model::time::Date;

use super::{Event, Rule};
use crate::deadline::{Hours, Ladder, Rungs};
use crate::finding::Finding;

/// The most thousandths of a limit that a rung may have: a hundred times the limit.
const PERMILLE_MAX: u32 = 100_000;

/// The office hours on a day; `None` where no rule speaks of them. Of several the one that began last holds.
#[must_use]
pub fn office_hours_of(rules: &[Rule], on: Date) -> Option<Hours> {
    let last = standing(rules, Event::OfficeHours, on).pop()?;
    Hours::parse(last.params.get("hours")?)
}

/// The ladder on a day: the default one, changed by each rule in the order in which they began.
#[must_use]
pub fn ladder_of(rules: &[Rule], on: Date) -> Ladder {
    let mut ladder = Ladder::default();
    for rule in standing(rules, Event::Escalation, on) {
        for (rungs, wait, urgent) in [
            (&mut ladder.handle, "handle", "no"),
            (&mut ladder.handle_urgent, "handle", "yes"),
            (&mut ladder.other, "other", "no"),
            (&mut ladder.other_urgent, "other", "yes"),
        ] {
            if rule.wants("wait", wait) && rule.wants("urgent", urgent) {
                *rungs = changed(*rungs, rule);
            }
        }
        if let Some(steps) = late_steps(rule) {
            ladder.late_steps = steps;
        }
    }
    ladder
}

/// The rules of an event that hold on a day, the one that began last at the end; one that is wrong sets nothing.
fn standing(rules: &[Rule], event: Event, on: Date) -> Vec<&Rule> {
    let holds = |rule: &&Rule| rule.event == event && rule.holds(on) && wrong(rule).is_empty();
    let mut standing: Vec<&Rule> = rules.iter().filter(holds).collect();
    standing.sort_by(|a, b| order(a).cmp(&order(b)));
    standing
}

fn order(rule: &Rule) -> (Option<Date>, &str) {
    (rule.validity.from, &rule.code)
}

fn changed(rungs: Rungs, rule: &Rule) -> Rungs {
    Rungs {
        community: permille(rule, "community").unwrap_or(rungs.community),
        township: permille(rule, "township").unwrap_or(rungs.township),
        county: permille(rule, "county").unwrap_or(rungs.county),
    }
}

fn permille(rule: &Rule, key: &str) -> Option<u32> {
    let permille = rule.params.get(key)?.parse().ok()?;
    (permille <= PERMILLE_MAX).then_some(permille)
}

fn late_steps(rule: &Rule) -> Option<[u32; 3]> {
    let steps = rule.params.get("late_steps")?.split([',', '，']);
    let steps: Option<Vec<u32>> = steps.map(|count| count.trim().parse().ok()).collect();
    steps?.try_into().ok()
}

/// What is wrong with what a rule sets: `rule.setting`.
pub(super) fn wrong(rule: &Rule) -> Vec<Finding> {
    let setting = |zh: &str, en: &str| {
        let zh = format!("规则 {}：{zh}", rule.code);
        vec![Finding::hard(
            "rule.setting",
            zh,
            format!("{}: {en}", rule.code),
        )]
    };
    match rule.event {
        Event::OfficeHours => match rule.params.get("hours").map(|hours| Hours::parse(hours)) {
            Some(Some(_)) => Vec::new(),
            _ => setting(
                "hours 应写成 08:00-12:00,14:00-18:00",
                "write hours as 08:00-12:00,14:00-18:00",
            ),
        },
        Event::Escalation => {
            let levels = ["community", "township", "county"];
            let said = || {
                levels
                    .iter()
                    .filter(|level| rule.params.contains_key(**level))
            };
            let read: Vec<u32> = said().filter_map(|level| permille(rule, level)).collect();
            let late = rule.params.contains_key("late_steps");
            if read.len() != said().count() || (read.is_empty() && !late) {
                return setting(
                    "community、township、county 应为时限的千分数（至多100000）",
                    "community, township and county are thousandths of the limit, at most 100000",
                );
            }
            if read
                .windows(2)
                .any(|pair| pair.first().cmp(&pair.last()) == Ordering::Greater)
            {
                return setting(
                    "上级不得先于下级得知",
                    "a higher level may not be told before a lower one",
                );
            }
            if late && late_steps(rule).is_none() {
                return setting(
                    "late_steps 应写成 1,2,3（0为从不）",
                    "write late_steps as 1,2,3 (0 for never)",
                );
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
