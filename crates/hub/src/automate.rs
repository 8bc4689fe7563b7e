//! What the rules in force do by themselves (R50, R84): the deeds that the report `automation` tells, made into acts.
//!
//! `wangge … record automate` does it when somebody asks, a running hub every few minutes ([`keep_on`]), by the same rounds. An act names its
//! rule in the log, so that what was done is not done again: a hub that ends in the middle goes on where it was. A hub acts in the name of
//! its first director who answers for its whole area, and leaves to the hubs below it what lies in their areas, so that one matter is not
//! taken up at several levels at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use wangge_model::draft::{Draft, FieldEdit, NewStep};
use wangge_model::time::Ms;
use wangge_views::rows::{PeerSide, Query, Report, ReportAsk, ReportRow};

use crate::admin::{Saved, save_as};
use crate::directors::DirectorEntry;
use crate::error::Result;
use crate::hub::Hub;
use crate::limits::{ACTS_AT_ONCE_MAX, AUTOMATED_ACTS_MAX, AUTOMATED_ROUNDS_MAX};

/// The word of a step that is none: a task is made.
const TASK: &str = "task";

/// An act of a rule, and what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Deed {
    /// The rule's code.
    pub rule: String,
    /// The step's word, or `task`.
    pub step: String,
    /// The matter or plan.
    pub record: String,
    /// Its area.
    pub area: String,
    /// To whom; empty where nobody is named.
    pub to: String,
    /// By when; empty where nothing is due.
    pub due: String,
    /// Why.
    pub note: String,
    /// The matter into which it was merged.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub into: String,
    /// The task that was made.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub made: String,
    /// Why it was not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

impl Deed {
    fn read(report: &Report, row: &ReportRow) -> Self {
        let cell = |key: &str| {
            let at = report.columns.iter().position(|column| column.key == key);
            let cell = at.and_then(|at| row.cells.get(at));
            cell.map_or_else(String::new, |cell| cell.value.clone())
        };
        Self {
            rule: cell("rule"),
            step: cell("step"),
            record: cell("record"),
            area: cell("area"),
            to: cell("to"),
            due: cell("due"),
            note: cell("note"),
            into: cell("into"),
            made: String::new(),
            refused: None,
        }
    }

    /// The act that it is.
    #[must_use]
    pub fn draft(&self) -> Draft {
        let set = |key: &str, value: &str| {
            (!value.is_empty()).then(|| FieldEdit::set(key.to_owned(), value.to_owned()))
        };
        if self.step == TASK {
            let fields = [
                ("title", &self.note),
                ("plan", &self.record),
                ("assignee", &self.to),
                ("due", &self.due),
                ("auto", &self.rule),
            ];
            let fields = fields.iter().filter_map(|(key, value)| set(key, value));
            return Draft::New {
                kind: TASK.to_owned(),
                area: self.area.clone(),
                fields: fields.chain(set("state", "open")).collect(),
                step: None,
                stated_ms: None,
            };
        }
        let fields = [
            ("auto", &self.rule),
            ("due_ms", &self.due),
            ("record", &self.into),
        ];
        Draft::Step {
            record: self.record.clone(),
            step: NewStep {
                step: self.step.clone(),
                note: self.note.clone(),
                to: self.to.clone(),
                fields: fields
                    .iter()
                    .filter_map(|(key, value)| set(key, value))
                    .collect(),
                at_ms: None,
            },
        }
    }
}

/// What was done, and what the rights or the rules of matters did not allow.
#[derive(Debug, Default, Serialize)]
pub struct Automated {
    /// In order.
    pub done: Vec<Deed>,
    /// In order, each with its reason.
    pub refused: Vec<Deed>,
}

/// One automation: what an act leads to may call for another (accepted, then dispatched), so it goes in rounds, and no rule tries the same
/// record twice.
#[derive(Debug)]
pub struct Rounds {
    area: String,
    /// Areas that others answer for.
    beside: Vec<String>,
    left: usize,
    tried: BTreeSet<(String, String)>,
    automated: Automated,
}

impl Rounds {
    /// Over an area; empty: all that is held.
    #[must_use]
    pub fn over(area: &str) -> Self {
        Self {
            area: area.to_owned(),
            beside: Vec::new(),
            left: AUTOMATED_ROUNDS_MAX,
            tried: BTreeSet::new(),
            automated: Automated::default(),
        }
    }

    /// The question whose answer tells the deeds of a round.
    #[must_use]
    pub fn ask(&self) -> ReportAsk {
        ReportAsk {
            name: "automation".to_owned(),
            area: self.area.clone(),
            rows_max: AUTOMATED_ACTS_MAX,
            ..ReportAsk::default()
        }
    }

    /// The deeds of the next round, in pieces that are saved at once; none when all is done.
    pub fn deeds(&mut self, report: &Report) -> Vec<Vec<Deed>> {
        let Some(left) = self.left.checked_sub(1) else {
            return Vec::new();
        };
        self.left = left;
        let rows = report.rows.iter().map(|row| Deed::read(report, row));
        let theirs = |deed: &Deed| {
            let mut beside = self.beside.iter();
            beside.any(|area| deed.area.starts_with(area))
        };
        let deeds: Vec<Deed> = rows
            .filter(|deed| !theirs(deed))
            .filter(|deed| self.tried.insert((deed.rule.clone(), deed.record.clone())))
            .collect();
        deeds
            .chunks(ACTS_AT_ONCE_MAX)
            .map(<[Deed]>::to_vec)
            .collect()
    }

    /// Notes what became of a deed: the record of its act, or why it was refused.
    pub fn note(&mut self, mut deed: Deed, saved: std::result::Result<String, String>) {
        match saved {
            Ok(record) => {
                if deed.step == TASK {
                    deed.made = record;
                }
                self.automated.done.push(deed);
            }
            Err(why) => {
                deed.refused = Some(why);
                self.automated.refused.push(deed);
            }
        }
    }

    /// All that was tried.
    #[must_use]
    pub fn finish(self) -> Automated {
        self.automated
    }
}

/// Does what the rules say, again and again, until it is stopped.
pub(crate) async fn keep_on(hub: Arc<Hub>, every: Duration, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(every) => {}
        }
        match automate(&hub).await {
            Ok(told) if told.done.is_empty() && told.refused.is_empty() => {}
            Ok(told) => {
                let (done, refused) = (told.done.len(), told.refused.len());
                tracing::info!(hub = %hub.area(), done, refused, "did what the rules say");
            }
            // What is not done now is done the next time.
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(hub = %hub.area(), %error, cause, "cannot do what the rules say");
            }
        }
    }
}

/// What the rules say of what this hub answers for itself; nothing where it has no director of its whole area.
async fn automate(hub: &Hub) -> Result<Automated> {
    let directors = hub.directors();
    let mut rounds = Rounds::over("");
    let Some(entry) = directors.iter().find(|entry| entry.area == *hub.area()) else {
        return Ok(rounds.finish());
    };
    rounds.beside = areas_below(hub).await?;
    loop {
        let (ask, now) = (rounds.ask(), Ms(crate::system::now_ms()));
        let report = hub
            .read(move |views| {
                views.fold_all()?;
                views.report(&ask, now)
            })
            .await?;
        let pieces = rounds.deeds(&report);
        if pieces.is_empty() {
            return Ok(rounds.finish());
        }
        for deeds in pieces {
            carry_out(hub, entry, deeds, &mut rounds).await?;
        }
    }
}

async fn carry_out(
    hub: &Hub,
    entry: &DirectorEntry,
    deeds: Vec<Deed>,
    rounds: &mut Rounds,
) -> Result<()> {
    let drafts = deeds.iter().map(Deed::draft).collect();
    for (deed, saved) in deeds.into_iter().zip(save_as(hub, entry, drafts).await?) {
        let saved = match saved {
            Saved::Done { record, .. } => Ok(record),
            Saved::Wrong(wrong) => Err(wrong.en),
        };
        rounds.note(deed, saved);
    }
    Ok(())
}

/// The areas of the hubs below that stand.
async fn areas_below(hub: &Hub) -> Result<Vec<String>> {
    let all = Query {
        limit: u32::MAX,
        ..Query::default()
    };
    let peers = hub.peers(all).await?.rows.into_iter();
    let below = peers.filter(|peer| peer.side == PeerSide::Hub && !peer.revoked);
    Ok(below
        .map(|peer| peer.area)
        .filter(|area| !area.is_empty())
        .collect())
}
