//! `wangge … record automate`: what the enabled rules say is done, each act named by its rule.

use std::collections::BTreeSet;

use serde::Serialize;
use wangge_core::rows::{Report, ReportAsk, ReportRow};
use wangge_core::{Draft, FieldEdit, NewStep};

use super::{Ledger, report};
use crate::error::{CliError, Result};
use crate::output::{Output, table};

/// What one act leads to may call for another: accepted, then dispatched.
const ROUNDS_MAX: usize = 4;

/// Acts of one round.
const ACTS_MAX: u32 = 5_000;

/// Acts that are saved at once.
const ACTS_AT_ONCE: usize = 256;

/// The word of a step that is none: a task is made.
const TASK: &str = "task";

/// An act of a rule, and what became of it.
#[derive(Debug, Clone, Serialize)]
struct Deed {
    rule: String,
    step: String,
    /// The matter or plan.
    record: String,
    area: String,
    to: String,
    due: String,
    note: String,
    /// The matter into which it was merged.
    #[serde(skip_serializing_if = "String::is_empty")]
    into: String,
    /// The task that was made.
    #[serde(skip_serializing_if = "String::is_empty")]
    made: String,
    /// Why it was not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

#[derive(Serialize)]
struct Automated {
    done: Vec<Deed>,
    refused: Vec<Deed>,
}

pub(super) fn automate(ledger: &Ledger, area: &str, dry_run: bool, output: Output) -> Result<()> {
    if dry_run {
        return report::report(&ledger.report(ask(area))?, output);
    }
    let mut automated = Automated {
        done: Vec::new(),
        refused: Vec::new(),
    };
    let mut tried: BTreeSet<(String, String)> = BTreeSet::new();
    for _ in 0..ROUNDS_MAX {
        let mut deeds = deeds(&ledger.report(ask(area))?);
        deeds.retain(|deed| tried.insert((deed.rule.clone(), deed.record.clone())));
        if deeds.is_empty() {
            break;
        }
        for deeds in deeds.chunks(ACTS_AT_ONCE) {
            carry_out(ledger, deeds, &mut automated)?;
        }
    }
    output.print(&automated, told)
}

fn ask(area: &str) -> ReportAsk {
    ReportAsk {
        name: "automation".to_owned(),
        area: area.to_owned(),
        rows_max: ACTS_MAX,
        ..ReportAsk::default()
    }
}

fn deeds(report: &Report) -> Vec<Deed> {
    let cell = |row: &ReportRow, key: &str| {
        let at = report.columns.iter().position(|column| column.key == key);
        let cell = at.and_then(|at| row.cells.get(at));
        cell.map_or_else(String::new, |cell| cell.value.clone())
    };
    let rows = report.rows.iter().map(|row| Deed {
        rule: cell(row, "rule"),
        step: cell(row, "step"),
        record: cell(row, "record"),
        area: cell(row, "area"),
        to: cell(row, "to"),
        due: cell(row, "due"),
        note: cell(row, "note"),
        into: cell(row, "into"),
        made: String::new(),
        refused: None,
    });
    rows.collect()
}

/// Saves the acts; what the rights or the rules do not allow is told with its reason.
fn carry_out(ledger: &Ledger, deeds: &[Deed], automated: &mut Automated) -> Result<()> {
    let drafts: Vec<Draft> = deeds.iter().map(draft).collect();
    for (deed, saved) in deeds.iter().zip(ledger.save(&drafts)?) {
        let mut deed = deed.clone();
        match saved {
            Ok(done) => {
                if deed.step == TASK {
                    deed.made = done.record;
                }
                automated.done.push(deed);
            }
            Err(
                error @ (CliError::Refused { .. }
                | CliError::Phone(wangge_core::Error::FixDraft(_))),
            ) => {
                deed.refused = Some(error.to_string());
                automated.refused.push(deed);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn draft(deed: &Deed) -> Draft {
    let set = |key: &str, value: &str| {
        (!value.is_empty()).then(|| FieldEdit::set(key.to_owned(), value.to_owned()))
    };
    if deed.step == TASK {
        let fields = [
            ("title", &deed.note),
            ("plan", &deed.record),
            ("assignee", &deed.to),
            ("due", &deed.due),
            ("auto", &deed.rule),
        ];
        let fields = fields.iter().filter_map(|(key, value)| set(key, value));
        return Draft::New {
            kind: TASK.to_owned(),
            area: deed.area.clone(),
            fields: fields.chain(set("state", "open")).collect(),
            step: None,
            stated_ms: None,
        };
    }
    let fields = [
        ("auto", &deed.rule),
        ("due_ms", &deed.due),
        ("record", &deed.into),
    ];
    Draft::Step {
        record: deed.record.clone(),
        step: NewStep {
            step: deed.step.clone(),
            note: deed.note.clone(),
            to: deed.to.clone(),
            fields: fields
                .iter()
                .filter_map(|(key, value)| set(key, value))
                .collect(),
            at_ms: None,
        },
    }
}

fn told(automated: &Automated) -> String {
    let rows = automated.done.iter().chain(&automated.refused).map(|deed| {
        [
            deed.rule.clone(),
            deed.step.clone(),
            deed.record.get(24..).unwrap_or_default().to_owned(),
            deed.to.clone(),
            deed.note.clone(),
            deed.refused.clone().unwrap_or_default(),
        ]
    });
    let head = [
        "规则 rule",
        "动作 step",
        "记录 record",
        "交给 to",
        "说明 why",
        "未办原因 refused",
    ];
    format!(
        "{}\n已办 done {}, 未办 refused {}",
        table(head, rows),
        automated.done.len(),
        automated.refused.len()
    )
}
