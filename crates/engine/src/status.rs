//! What can be said of a commit: a function of what is stored, and of what is on its way.

use std::collections::BTreeMap;

use wangge_model::id::CommitId;
use wangge_model::kind::Level;
use wangge_model::reason::Reason;

use crate::error::EngineError;
use crate::face::{OpenWork, Status};
use crate::node::{Node, NodeKind};
use crate::session::Sessions;
use crate::tx::{ChainId, CommitRow, CommitState, Tx};

/// The status of commits, in the order asked.
pub(crate) fn status_of(
    tx: &mut dyn Tx,
    node: &Node,
    sessions: &Sessions,
    commits: &[CommitId],
) -> Result<Vec<Option<Status>>, EngineError> {
    let rows = tx.load_commits(commits)?;
    let mut chains: Vec<ChainId> = rows
        .iter()
        .flatten()
        .map(|row| chain_of(node, row))
        .collect();
    chains.sort_unstable();
    chains.dedup();
    let mut marks: BTreeMap<ChainId, Vec<(Level, u64)>> = BTreeMap::new();
    for mark in tx.load_marks(&chains)? {
        marks
            .entry(mark.chain)
            .or_default()
            .push((mark.level, mark.through));
    }
    let none = Vec::new();
    let status = |row: CommitRow| {
        let marks = marks.get(&chain_of(node, &row)).unwrap_or(&none);
        of_row(node, sessions, &row, marks)
    };
    Ok(rows.into_iter().map(|row| row.map(status)).collect())
}

/// The sequence in which this node sends a commit upward.
fn chain_of(node: &Node, row: &CommitRow) -> ChainId {
    match node.kind {
        NodeKind::Phone => ChainId {
            key: row.device,
            epoch: row.incarnation,
        },
        NodeKind::Hub { .. } => ChainId {
            key: node.key,
            epoch: node.epoch,
        },
    }
}

fn of_row(node: &Node, sessions: &Sessions, row: &CommitRow, marks: &[(Level, u64)]) -> Status {
    let place = match node.kind {
        NodeKind::Phone => Some(row.device_seq),
        NodeKind::Hub { .. } => row.place,
    };
    let covering = marks
        .iter()
        .filter(|(_, through)| place.is_some_and(|place| place <= *through))
        .map(|(level, _)| *level);
    match row.state {
        CommitState::Held | CommitState::Paused => Status::Held(
            row.verdict
                .as_ref()
                .and_then(|judged| judged.reason)
                .unwrap_or(Reason::Malformed),
        ),
        CommitState::Admitted => {
            // A phone's own hub receipts what is durable; only the levels above it say «merged».
            let receives = match node.kind {
                NodeKind::Phone => marks.iter().map(|(level, _)| *level).min(),
                NodeKind::Hub { level, .. } => Some(level),
            };
            covering
                .filter(|level| Some(*level) > receives)
                .max()
                .map_or(Status::Admitted, Status::Merged)
        }
        CommitState::Inbox => Status::Received,
        // On a phone: set aside, because its store was a copy; else received.
        CommitState::Parked if row.origin.is_some() => Status::Received,
        // Owed until a receipt named this very chain.
        CommitState::Own | CommitState::Parked if !row.owed => Status::Received,
        CommitState::Own | CommitState::Parked
            if sessions
                .up()
                .is_some_and(|up| up.flies(&chain_of(node, row), row.device_seq)) =>
        {
            Status::Sent
        }
        CommitState::Own | CommitState::Parked => Status::Saved,
    }
}

/// What is still to do.
pub(crate) fn open_work(
    tx: &mut dyn Tx,
    node: &Node,
    sessions: &Sessions,
) -> Result<OpenWork, EngineError> {
    let counts = tx.load_counts()?;
    let owed = match node.kind {
        NodeKind::Phone => counts.owed,
        NodeKind::Hub { .. } if node.parent.is_none() => 0,
        NodeKind::Hub { .. } => {
            let chain = ChainId {
                key: node.key,
                epoch: node.epoch,
            };
            let merged = tx
                .load_marks(&[chain])?
                .into_iter()
                .map(|mark| mark.through)
                .max()
                .unwrap_or_default();
            node.place.saturating_sub(merged)
        }
    };
    Ok(OpenWork {
        owed,
        unjudged: counts.unjudged,
        waiting: counts.inbox + counts.parked,
        caught_up: sessions.up().is_some_and(crate::session::Up::fed),
        untold: sessions.untold(),
    })
}
