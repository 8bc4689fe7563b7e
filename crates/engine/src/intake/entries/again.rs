//! What is told anew because its record came back, or came whole, by a move.

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::id::{CommitId, RecordId};
use wangge_wire::commit::Withheld;
use wangge_wire::statement::Opened;
use wangge_wire::v1;

use super::{Batch, Sender, Told};
use crate::codec;
use crate::context::Context;
use crate::error::EngineError;
use crate::intake::{Bearer, commit_row, examine};
use crate::tx::{CommitRow, CommitState, Judged, Origin, PartRow, VerdictRow};

/// See the module. Empty where a child speaks: only a parent tells anew.
#[derive(Default)]
pub(super) struct Again {
    /// Of the records of the commits that were known before: those that ever moved, or were left.
    moved: BTreeSet<RecordId>,
    /// Commits as they are told anew: with parts that were empty before, or from somebody else than before.
    pub(super) rows: Vec<CommitRow>,
}

fn records(row: &CommitRow) -> impl Iterator<Item = RecordId> {
    row.parts
        .iter()
        .filter_map(|part| part.named)
        .map(|named| named.doc.record)
}

/// A part that is here under its name and without its content.
fn is_blank(part: &PartRow) -> bool {
    part.named.is_some() && part.change.is_empty()
}

impl Again {
    pub(super) fn load(
        context: &mut Context<'_>,
        sender: &Sender,
        known: &BTreeMap<CommitId, CommitRow>,
    ) -> Result<Self, EngineError> {
        if !matches!(sender, Sender::Parent(_)) || known.is_empty() {
            return Ok(Self::default());
        }
        let mut named: Vec<RecordId> = known.values().flat_map(records).collect();
        named.sort_unstable();
        named.dedup();
        let moved = context.tx.load_placements(&named)?;
        Ok(Self {
            moved: moved.into_iter().flatten().map(|row| row.record).collect(),
            rows: Vec::new(),
        })
    }

    /// Whether one of the commit's records ever moved.
    pub(super) fn moved(&self, row: &CommitRow) -> bool {
        records(row).any(|record| self.moved.contains(&record))
    }
}

impl Batch {
    /// Whether an admitted commit is to enter once more: it is told in new words, or is about a record that was left, so it may have come back, or come
    /// whole. What stands in the document already does no harm there; what is told in the same words again stands in the feed already.
    pub(super) fn wants_back(&self, row: &CommitRow, judged: &Judged) -> bool {
        let fed = self.fed.get(&judged.statement).copied().unwrap_or_default();
        let kept = row.verdict.as_ref().map(|kept| kept.statement);
        matches!(row.state, CommitState::Admitted | CommitState::Paused)
            && matches!(self.sender, Sender::Parent(_))
            && !fed
            && (kept != Some(judged.statement) || self.again.moved(row))
    }

    /// A commit goes into the inbox once more, under the word by which it was told anew, and with what it lacked.
    pub(super) fn take_back(
        &mut self,
        hub: bool,
        item: &Told,
        opened: &Opened,
        judged: Judged,
        mut row: CommitRow,
    ) {
        let filled = match item.entry.commit.clone() {
            Some(commit) => self.fill(item, commit, &mut row),
            None => false,
        };
        if hub {
            // It does not go up again: this time it came from there.
            row.origin = Some(Origin {
                chain: self.sender.chain(),
                place: item.place,
            });
        }
        if hub || filled {
            self.again.rows.push(row.clone());
        }
        row.state = CommitState::Inbox;
        row.verdict = Some(judged.clone());
        self.statements.push(codec::statement_row(
            opened,
            item.entry.statement.clone(),
            item.entry.signature.clone(),
        ));
        self.verdicts.push(VerdictRow {
            commit: row.id,
            state: CommitState::Inbox,
            verdict: judged,
            place: None,
        });
        self.known.insert(row.id, row);
    }

    /// Fills the parts that were withheld before; whether there were any.
    fn fill(&self, item: &Told, commit: v1::Commit, row: &mut CommitRow) -> bool {
        if !row.parts.iter().any(is_blank) {
            return false;
        }
        let examined = examine(&commit, Withheld::Allowed);
        if examined.fault.is_some() {
            return false;
        }
        let bearer = Bearer {
            device: row.device,
            chain: self.sender.chain(),
            place: item.place,
        };
        let sent = commit_row(commit, &examined, bearer, &self.home, row.received_ms);
        for (part, sent) in row.parts.iter_mut().zip(sent.parts) {
            if is_blank(part) && !sent.change.is_empty() {
                *part = sent;
            }
        }
        true
    }
}
