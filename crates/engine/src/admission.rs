//! Second stage: rights, dependencies, proof; then the verdict, once and for all.
//!
//! One admission is in flight at a time. It is planned from the store, asks for its proofs by an effect, and is concluded in the step that brings them; in between
//! only its plan is remembered, and a plan that no longer fits is made anew.

mod conclude;
mod judge;
mod plan;

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::id::{ChangeHash, CommitId};
use wangge_model::kind::Act;
use wangge_model::reason::Reason;

use crate::context::{Context, News};
use crate::error::EngineError;
use crate::face::{Effect, Now, ProofAnswer, ProofJob, ProofTicket};
use crate::limits::{self, Limits};
use crate::tx::{CommitRow, DocId, PageLimit, RecordRow};

pub(crate) use judge::{Rights, judge_rights};
pub(crate) use plan::Candidate;

/// Why a commit does not enter its records, and on which held one it builds.
pub(crate) type Objection = (Reason, Option<CommitId>);

/// What admission remembers between steps.
#[derive(Debug, Default)]
pub(crate) struct Admission {
    asked: u64,
    flight: Option<Flight>,
    /// So many commits are still taken one by one, because together they broke the prover, or it gave out.
    cautious: usize,
    /// No proof could be had: not before this moment again.
    retry_ms: Option<i64>,
    /// So long the next wait for a proof will be; 0 after one that could be had.
    wait_ms: i64,
    /// When the parked were last looked through.
    looked_ms: i64,
    /// Whether there may be something in the inbox.
    news: bool,
}

/// A batch that waits for its proofs.
#[derive(Debug)]
struct Flight {
    ticket: ProofTicket,
    entering: Vec<Candidate>,
    records: Vec<RecordRow>,
    docs: Vec<DocFlight>,
}

/// A document of a batch.
#[derive(Debug)]
struct DocFlight {
    id: DocId,
    base: Vec<ChangeHash>,
    branch: u32,
    /// The commits whose changes the job has, in its order.
    commits: Vec<CommitId>,
}

impl Admission {
    /// After opening everything is looked at once.
    pub(crate) fn open() -> Self {
        Self {
            news: true,
            ..Self::default()
        }
    }

    /// Takes note of what happened in the step. A plan that a verdict of another hub has overtaken is forgotten.
    pub(crate) fn hear(&mut self, news: News) {
        self.news |= news.inbox || news.replan;
        if news.replan {
            self.flight = None;
        }
    }

    /// When time alone makes work; at once where a step was too short for all.
    pub(crate) fn wake_ms(&self, now: Now) -> Option<i64> {
        let more = (self.news && self.flight.is_none()).then_some(now.ms);
        self.retry_ms.or(more)
    }

    /// Takes up what waits, until proofs are awaited or nothing can be taken up.
    pub(crate) fn pump(
        &mut self,
        context: &mut Context<'_>,
        limits: &Limits,
    ) -> Result<(), EngineError> {
        let ms = context.now.ms;
        if self
            .retry_ms
            .is_some_and(|retry| ms < retry && retry - ms <= limits::PROOF_RETRY_MS_MAX)
        {
            return Ok(());
        }
        self.retry_ms = None;
        for _ in 0..limits::ROUNDS_MAX {
            if !self.news || self.flight.is_some() {
                break;
            }
            let batch = if self.cautious > 0 {
                PageLimit {
                    items_max: 1,
                    ..limits.batch
                }
            } else {
                limits.batch
            };
            // A hub that came back from a copy first hears what it had said before.
            let waiting = context.tx.load_inbox(context.node.catching_up, batch)?;
            if waiting.is_empty() {
                self.news = false;
                self.cautious = 0;
                break;
            }
            self.cautious = self.cautious.saturating_sub(1);
            let mut rows: Vec<CommitRow> = waiting.into_iter().map(|waiting| waiting.row).collect();
            // What stands behind a move is looked at when the move has taken effect.
            let moves = |row: &CommitRow| row.said.as_ref().is_some_and(|s| s.act == Act::Move);
            if let Some(first) = rows.iter().position(moves) {
                rows.truncate(first + 1);
            }
            let plan = plan::plan(context, limits, rows)?;
            self.take_off(context, plan)?;
        }
        Ok(())
    }

    /// Writes what is clear already, and asks for proofs of the rest.
    fn take_off(&mut self, context: &mut Context<'_>, plan: plan::Plan) -> Result<(), EngineError> {
        conclude::conclude_refused(context, plan.refused)?;
        if !plan.parked.is_empty() {
            context.tx.save_parked(&plan.parked, context.ms())?;
        }
        if plan.entering.is_empty() {
            return Ok(());
        }
        let jobs: Vec<ProofJob> = plan.docs.iter().map(plan::DocPlan::job).collect();
        let docs: Vec<DocFlight> = plan
            .docs
            .into_iter()
            .map(|doc| DocFlight {
                id: doc.id,
                base: doc.base.heads,
                branch: doc.base.branch,
                commits: doc.changes.into_iter().map(|(id, _)| id).collect(),
            })
            .collect();
        self.asked += 1;
        let flight = Flight {
            ticket: ProofTicket(self.asked),
            entering: plan.entering,
            records: plan.records,
            docs,
        };
        if jobs.is_empty() {
            return conclude::conclude_entering(context, flight, Vec::new());
        }
        context.effects.push(Effect::Prove {
            ticket: flight.ticket,
            jobs,
        });
        self.flight = Some(flight);
        Ok(())
    }

    /// Takes the answers in, if they are to the open question.
    pub(crate) fn on_proven(
        &mut self,
        context: &mut Context<'_>,
        ticket: ProofTicket,
        answers: Vec<ProofAnswer>,
    ) -> Result<(), EngineError> {
        let Some(flight) = self.flight.take_if(|flight| flight.ticket == ticket) else {
            return Ok(());
        };
        self.news = true;
        if answers.len() != flight.docs.len() || answers.contains(&ProofAnswer::Unavailable) {
            self.wait_ms =
                (self.wait_ms * 2).clamp(limits::PROOF_RETRY_MS, limits::PROOF_RETRY_MS_MAX);
            self.retry_ms = Some(context.now.ms.saturating_add(self.wait_ms));
            self.cautious = flight.entering.len();
            return Ok(());
        }
        self.wait_ms = 0;
        if !self.still_fits(context, &flight)? {
            return Ok(());
        }
        let failed = failures(&flight, &answers);
        if failed.is_empty() {
            return conclude::conclude_entering(context, flight, answers);
        }
        if failed.values().any(|alone| !alone) {
            self.cautious = flight.entering.len();
        }
        // Those that failed alone are refused; the others are planned again without them.
        let refused = flight
            .entering
            .into_iter()
            .filter(|candidate| failed.get(&candidate.row.id) == Some(&true))
            .map(|candidate| (candidate, (Reason::ProofFailed, None)))
            .collect();
        conclude::conclude_refused(context, refused)
    }

    /// Whether the documents still stand where the proofs began.
    fn still_fits(&self, context: &mut Context<'_>, flight: &Flight) -> Result<bool, EngineError> {
        let ids: Vec<DocId> = flight.docs.iter().map(|doc| doc.id).collect();
        let now = context.tx.load_documents(&ids)?;
        Ok(flight
            .docs
            .iter()
            .zip(now)
            .all(|(doc, now)| now.map_or(Vec::new(), |row| row.heads) == doc.base))
    }

    /// Holds what has waited too long for what it builds on. Looked at now and then.
    pub(crate) fn look_through_parked(
        &mut self,
        context: &mut Context<'_>,
        limits: &Limits,
    ) -> Result<(), EngineError> {
        let ms = context.ms();
        if !context.node.is_hub() || (ms - self.looked_ms).abs() < limits::PARKED_LOOK_MS {
            return Ok(());
        }
        self.looked_ms = ms;
        let rows = context.tx.load_parked(
            ms.saturating_sub(limits.parked_ms_max),
            limits.batch.items_max,
        )?;
        let refused: Vec<_> = rows
            .into_iter()
            .map(|row| (Candidate::unread(row), (Reason::MissingDependency, None)))
            .collect();
        self.news |= !refused.is_empty();
        conclude::conclude_refused(context, refused)
    }
}

/// The commits that failed; true for those that are named as guilty, false where only their company is.
fn failures(flight: &Flight, answers: &[ProofAnswer]) -> BTreeMap<CommitId, bool> {
    let mut failed = BTreeMap::new();
    for (doc, answer) in flight.docs.iter().zip(answers) {
        match answer {
            ProofAnswer::Proven { applied, .. } => {
                for (id, _) in doc
                    .commits
                    .iter()
                    .zip(applied)
                    .filter(|(_, applied)| !**applied)
                {
                    failed.insert(*id, true);
                }
            }
            ProofAnswer::Failed => {
                let alone = doc.commits.iter().collect::<BTreeSet<_>>().len() == 1;
                for id in &doc.commits {
                    let guilty = failed.entry(*id).or_insert(alone);
                    *guilty |= alone;
                }
            }
            ProofAnswer::Unavailable => {}
        }
    }
    failed
}
