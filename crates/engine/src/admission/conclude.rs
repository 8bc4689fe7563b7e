//! What an admission writes: verdicts, documents, records, the feed.

use wangge_model::id::ChangeHash;
use wangge_model::time::Hlc;

use super::{Candidate, Flight, Objection};
use crate::context::Context;
use crate::error::EngineError;
use crate::face::{Notice, ProofAnswer};
use crate::tx::{CommitState, DocRow, FeedRow, Judged, RecordRow, Scope, StatementRow, VerdictRow};

/// Commits that stay outside: held by this hub's verdict; or, where another hub has admitted them, paused with an alarm.
pub(super) fn conclude_refused(
    context: &mut Context<'_>,
    refused: Vec<(Candidate, Objection)>,
) -> Result<(), EngineError> {
    if refused.is_empty() {
        return Ok(());
    }
    let mut writer = Writer::default();
    let mut paused = Vec::new();
    for (candidate, objection) in refused {
        match candidate.row.verdict.clone() {
            Some(told) => {
                let judged = Judged {
                    reason: Some(objection.0),
                    blocked_by: objection.1,
                    ..told
                };
                paused.extend(
                    candidate
                        .row
                        .parts
                        .iter()
                        .filter_map(|part| part.named)
                        .map(|named| named.doc.record),
                );
                context.tell(Notice::Alarm {
                    commit: candidate.row.id,
                    reason: objection.0,
                });
                writer.settle(context, candidate, judged, CommitState::Paused);
            }
            None => {
                let (statement, judged) = context.say_verdict(candidate.row.id, Some(objection));
                writer.statements.push(statement);
                context.tell(Notice::Held {
                    commit: candidate.row.id,
                    reason: objection.0,
                });
                writer.settle(context, candidate, judged, CommitState::Held);
            }
        }
    }
    paused.sort_unstable();
    paused.dedup();
    let rows: Vec<RecordRow> = context
        .tx
        .load_records(&paused)?
        .into_iter()
        .flatten()
        .map(|row| RecordRow {
            paused: true,
            ..row
        })
        .collect();
    if !rows.is_empty() {
        context.tx.save_records(&rows)?;
    }
    writer.save(context)
}

/// Commits whose changes came back whole: into their records.
pub(super) fn conclude_entering(
    context: &mut Context<'_>,
    flight: Flight,
    answers: Vec<ProofAnswer>,
) -> Result<(), EngineError> {
    let mut writer = Writer::default();
    let commits = flight.entering.len() as u64;
    for candidate in flight.entering {
        if let Some(said) = &candidate.row.said {
            context.node.observe(Hlc(said.hlc), context.now);
        }
        let judged = match candidate.row.verdict.clone() {
            Some(told) => told,
            None => {
                let (statement, judged) = context.say_verdict(candidate.row.id, None);
                writer.statements.push(statement);
                judged
            }
        };
        writer.settle(context, candidate, judged, CommitState::Admitted);
    }
    let docs: Vec<DocRow> = flight
        .docs
        .into_iter()
        .zip(answers)
        .filter_map(|(doc, answer)| match answer {
            ProofAnswer::Proven { save, heads, .. } => Some(DocRow {
                id: doc.id,
                save,
                heads,
                branch: doc.branch,
            }),
            ProofAnswer::Failed | ProofAnswer::Unavailable => None,
        })
        .collect();
    if !flight.records.is_empty() {
        context.tx.save_records(&flight.records)?;
    }
    if !docs.is_empty() {
        context.tx.save_documents(&docs)?;
    }
    context.tell(Notice::Admitted { commits });
    writer.save(context)
}

/// Gathers the rows that verdicts write.
#[derive(Default)]
struct Writer {
    statements: Vec<StatementRow>,
    feed: Vec<FeedRow>,
    verdicts: Vec<VerdictRow>,
    /// The changes that have a verdict now: what waited for them may be looked at again.
    settled: Vec<ChangeHash>,
}

impl Writer {
    fn settle(
        &mut self,
        context: &mut Context<'_>,
        candidate: Candidate,
        judged: Judged,
        state: CommitState,
    ) {
        let row = candidate.row;
        let place = context.node.is_hub().then(|| context.next_place());
        if let Some(place) = place {
            self.feed.push(FeedRow {
                place,
                statement: judged.statement,
                commit: Some(row.id),
                device: Some(row.device),
                area: row.area,
                scope: if state == CommitState::Admitted {
                    Scope::of_admitted(&row.parts)
                } else {
                    Scope::Device
                },
                origin: row.origin,
            });
        }
        self.settled.extend(
            row.parts
                .iter()
                .filter_map(|part| part.outline)
                .map(|outline| outline.hash),
        );
        self.verdicts.push(VerdictRow {
            commit: row.id,
            state,
            verdict: judged,
            place,
        });
    }

    fn save(self, context: &mut Context<'_>) -> Result<(), EngineError> {
        if !self.statements.is_empty() {
            context.tx.append_statements(&self.statements)?;
        }
        context.tx.save_verdicts(&self.verdicts)?;
        if !self.feed.is_empty() {
            context.tx.append_feed(&self.feed)?;
        }
        context.news.settled = true;
        context.tx.wake_parked(&self.settled)?;
        Ok(())
    }
}
