//! Reading a node's store from outside, as the checkers do: nothing here writes.

use wangge_engine::tx::{CommitRow, DocId, DocRow, RecordRow, TxResult, Waiting};
use wangge_engine::{Storage, Tx, TxError};
use wangge_model::id::{CommitId, RecordId};
use wangge_model::kind::Facet;

use crate::node::Node;

/// Looks through a transaction of the node's store; a simulated full disk does not keep anyone from reading.
pub fn look<R: Default>(node: &mut Node, work: impl FnOnce(&mut dyn Tx) -> TxResult<R>) -> R {
    let full = std::mem::take(&mut node.disk.full);
    let seen = node.disk.transact::<R, TxError>(work);
    node.disk.full = full;
    seen.unwrap_or_default()
}

/// A document's row.
pub fn document(node: &mut Node, record: RecordId, facet: Facet) -> Option<DocRow> {
    look(node, |tx| tx.load_documents(&[DocId { record, facet }]))
        .into_iter()
        .flatten()
        .next()
}

/// A record's row.
pub fn record(node: &mut Node, record: RecordId) -> Option<RecordRow> {
    look(node, |tx| tx.load_records(&[record]))
        .into_iter()
        .flatten()
        .next()
}

/// Commits' rows.
pub fn commits(node: &mut Node, ids: &[CommitId]) -> Vec<Option<CommitRow>> {
    look(node, |tx| tx.load_commits(ids))
}

/// What a phone still owes, all of it.
pub fn outbox(node: &mut Node) -> Vec<Waiting> {
    let everything = wangge_engine::tx::PageLimit {
        items_max: usize::MAX >> 1,
        bytes_max: usize::MAX >> 1,
    };
    look(node, |tx| tx.load_outbox(0, everything))
}

/// What the engine has still to do.
pub fn open_work(node: &mut Node) -> wangge_engine::OpenWork {
    node.open_work().unwrap_or_default()
}

/// A commit's bytes in one: header, signature, parts. With `corrupt`, as a phone with a bad memory sends them.
#[must_use]
pub fn sealed(row: &CommitRow, corrupt: bool) -> Vec<u8> {
    let mut commit = wangge_wire::v1::Commit {
        header: row.header.clone(),
        signature: row.signature.clone(),
        parts: row
            .parts
            .iter()
            .map(|part| wangge_wire::v1::Part {
                salt: part.salt.clone(),
                change: part.change.clone(),
            })
            .collect(),
    };
    if corrupt {
        crate::courier::break_signature(&mut commit);
    }
    prost::Message::encode_to_vec(&commit)
}
