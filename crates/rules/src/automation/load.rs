//! Reads the rows of the kind `rule`.

use std::collections::BTreeMap;

use super::{Action, Event, Rule, setting, twice};
use crate::finding::Finding;
use crate::table::{Row, parse_table};

/// The keys that a condition may name, and those of parameters.
const CONDITIONS: [&str; 7] = [
    "class", "sort", "source", "urgency", "severity", "urgent", "wait",
];
const PARAMS: [&str; 9] = [
    "to",
    "days",
    "note",
    "assignee",
    "hours",
    "community",
    "township",
    "county",
    "late_steps",
];

/// The most days that a rule may name: ten years.
const DAYS_MAX: u32 = 3_660;

/// Reads a table of rules and says what is wrong with it:
///
/// | code | weight | |
/// |---|---|---|
/// | `rule.code` | hard | a rule without a code |
/// | `rule.condition`, `rule.params` | hard | not `key=value`, or no such key |
/// | `rule.pair` | hard | the action does not follow from the event |
/// | `rule.days` | hard | no number of days where the event needs one |
/// | `rule.setting` | hard | office hours or a ladder that is not written so, or whose higher level is told before a lower one |
/// | `rule.twice` | hard | one code twice at the same time |
/// | `rule.period` | hard | it ends before it begins |
#[must_use]
pub fn parse_rules(text: &str) -> (Vec<Rule>, Vec<Finding>) {
    let (table, mut findings) = parse_table(text);
    let mut rules: Vec<(usize, Rule)> = Vec::new();
    for row in &table.rows {
        if let Some(rule) = rule(row, &mut findings) {
            let wrong = wrong(&rule).into_iter();
            findings.extend(wrong.map(|finding| finding.at([row.line])));
            rules.push((row.line, rule));
        }
    }
    findings.extend(twice(&rules).into_iter().map(|(first, second)| {
        let zh = "同一规则代码在同一时期出现两次";
        Finding::hard("rule.twice", zh, "one code stands twice at the same time")
            .at([first, second])
    }));
    (rules.into_iter().map(|(_, rule)| rule).collect(), findings)
}

fn rule(row: &Row<'_>, findings: &mut Vec<Finding>) -> Option<Rule> {
    let event = row.word("event", Event::from_word, findings);
    let action = row.word("action", Action::from_word, findings);
    let condition = pairs(row, "condition", &CONDITIONS, findings);
    let several = |value: String| value.split('|').map(|one| one.trim().to_owned()).collect();
    let rule = Rule {
        code: row.text("code").to_owned(),
        title: row.text("title").to_owned(),
        event: event?,
        condition: condition
            .into_iter()
            .map(|(key, value)| (key, several(value)))
            .collect(),
        action: action?,
        params: pairs(row, "params", &PARAMS, findings),
        enabled: row.flag("enabled", findings),
        validity: row.validity(findings),
    };
    Some(rule)
}

/// `key=value` with `;` between.
fn pairs(
    row: &Row<'_>,
    column: &str,
    known: &[&str],
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, String> {
    let mut pairs = BTreeMap::new();
    let words = row.text(column).split([';', '；']).map(str::trim);
    for word in words.filter(|word| !word.is_empty()) {
        match word.split_once('=') {
            Some((key, value)) if known.contains(&key.trim()) => {
                pairs.insert(key.trim().to_owned(), value.trim().to_owned());
            }
            _ => {
                let code = if column == "params" {
                    "rule.params"
                } else {
                    "rule.condition"
                };
                let zh = format!("“{word}”应写成 键=值，键为 {}", known.join("、"));
                let en = format!(
                    "{word}: write key=value, the key one of {}",
                    known.join(", ")
                );
                findings.push(Finding::hard(code, zh, en).at([row.line]));
            }
        }
    }
    pairs
}

fn wrong(rule: &Rule) -> Vec<Finding> {
    let mut found = Vec::new();
    if rule.code.is_empty() {
        found.push(Finding::hard(
            "rule.code",
            "规则没有代码",
            "the rule has no code",
        ));
    }
    if rule.validity.empty() {
        let zh = format!("规则 {} 的失效日期早于生效日期", rule.code);
        let en = format!("the rule {} ends before it begins", rule.code);
        found.push(Finding::hard("rule.period", zh, en));
    }
    let follows = match rule.event {
        Event::Reported => matches!(
            rule.action,
            Action::Accept | Action::Suggest | Action::Remind | Action::Merge
        ),
        Event::Accepted => matches!(rule.action, Action::Dispatch | Action::Remind),
        Event::DueSoon | Event::Overdue => rule.action == Action::Remind,
        Event::NoAnswer => matches!(rule.action, Action::Close | Action::Remind),
        Event::EveryDays => rule.action == Action::Task,
        Event::OfficeHours | Event::Escalation => rule.action == Action::Set,
    };
    if !follows {
        let zh = format!("“{}”时不能自动“{}”", rule.event.zh(), rule.action.zh());
        let en = format!(
            "{} does not follow {}",
            rule.action.word(),
            rule.event.word()
        );
        found.push(Finding::hard("rule.pair", zh, en));
    }
    found.extend(setting::wrong(rule));
    let days = rule.params.get("days").map(|days| days.parse::<u32>());
    // What nobody has to answer may be closed on the same day; a period of no days never ends.
    let least = u32::from(rule.event != Event::NoAnswer);
    let lacks = match &days {
        None => rule.event == Event::NoAnswer,
        Some(days) => !days
            .as_ref()
            .is_ok_and(|days| (least..=DAYS_MAX).contains(days)),
    };
    if lacks {
        let zh = format!("规则 {} 的 days 应为 {least} 至 {DAYS_MAX} 天", rule.code);
        let en = format!("the days of {} must be {least} to {DAYS_MAX}", rule.code);
        found.push(Finding::hard("rule.days", zh, en));
    }
    found
}
