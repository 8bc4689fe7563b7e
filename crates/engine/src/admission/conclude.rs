//! What an admission writes: verdicts, documents, records, the feed.

use std::collections::BTreeMap;

use wangge_model::id::{ChangeHash, RecordId, StatementId};
use wangge_model::time::Hlc;

use super::{Candidate, Flight, Objection};
use crate::context::Context;
use crate::error::EngineError;
use crate::face::{Notice, ProofAnswer};
use crate::moves::{self, Order};
use crate::tx::{
    CommitRow, CommitState, DocRow, FeedRow, Judged, Placement, RecordRow, Scope, StatementRow,
    VerdictRow,
};

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
    let mut records: Vec<RecordId> = flight
        .entering
        .iter()
        .flat_map(Candidate::records)
        .collect();
    records.sort_unstable();
    records.dedup();
    writer.placed = moves::places(context, &records)?;
    let orders: Vec<Order> = flight
        .entering
        .iter()
        .filter_map(|candidate| candidate.order.clone())
        .collect();
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
        let records = moves::place_new(context, flight.records)?;
        context.tx.save_records(&records)?;
    }
    if !docs.is_empty() {
        context.tx.save_documents(&docs)?;
    }
    context.tell(Notice::Admitted { commits });
    writer.save(context)?;
    moves::apply(context, &orders)
}

/// Gathers the rows that verdicts write.
#[derive(Default)]
struct Writer {
    statements: Vec<StatementRow>,
    feed: Vec<FeedRow>,
    verdicts: Vec<VerdictRow>,
    /// The changes that have a verdict now: what waited for them may be looked at again.
    settled: Vec<ChangeHash>,
    /// Where the moved ones of the records stand.
    placed: BTreeMap<RecordId, Placement>,
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
        let place = if !context.node.is_hub() {
            None
        } else if state == CommitState::Admitted {
            Some(self.feed_admitted(context, &row, candidate.order.as_ref(), &judged))
        } else {
            let place = context.next_place();
            self.feed
                .push(feed_row(&row, place, judged.statement, Scope::Device));
            Some(place)
        };
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

    /// An admitted commit goes where its records stand now. Where that is not what it says of itself, this hub says so in its own words: whoever gets it
    /// there need not know who said so first.
    fn feed_admitted(
        &mut self,
        context: &mut Context<'_>,
        row: &CommitRow,
        order: Option<&Order>,
        judged: &Judged,
    ) -> u64 {
        let place = context.next_place();
        if let Some(order) = order {
            self.feed.push(FeedRow {
                area: order.to.clone(),
                past: Some(row.area.clone()),
                ..feed_row(row, place, judged.statement, Scope::Move)
            });
            return place;
        }
        let scope = Scope::of_admitted(&row.parts);
        let mut areas = moves::areas(row, &self.placed).into_iter();
        let area = areas.next().unwrap_or_else(|| row.area.clone());
        let statement = if area == row.area {
            judged.statement
        } else {
            let (statement, _) = context.say_verdict(row.id, None);
            let id = statement.id;
            self.statements.push(statement);
            id
        };
        for other in areas {
            moves::say(
                context,
                (&mut self.statements, &mut self.feed),
                row.id,
                row.device,
                (scope, &other, &area),
            );
        }
        self.feed.push(FeedRow {
            area,
            ..feed_row(row, place, statement, scope)
        });
        place
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

fn feed_row(row: &CommitRow, place: u64, statement: StatementId, scope: Scope) -> FeedRow {
    FeedRow {
        place,
        statement,
        commit: Some(row.id),
        device: Some(row.device),
        area: row.area.clone(),
        scope,
        origin: row.origin,
        past: None,
    }
}
