//! A phone goes on beside its held commits: documents without them, and a new branch to write on.

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::doc::Doc;
use wangge_model::gate::{GateLimits, outline};
use wangge_model::id::{ChangeHash, CommitId, RecordId};
use wangge_model::reason::Reason;
use wangge_model::time::{Hlc, Ms};

use crate::context::Context;
use crate::error::EngineError;
use crate::face::Notice;
use crate::tx::{CommitRow, CommitState, DocId, DocRow, Epoch, Judged, PageLimit, VerdictRow};

/// How much of the outbox is looked at at once.
const ASIDE_PAGE: PageLimit = PageLimit {
    items_max: 256,
    bytes_max: 1024 * 1024,
};

/// After verdicts on a phone's own commits: every document that a held one had changed is made anew from what was admitted and what else the phone wrote that does
/// not build on it. The held commit stays listed with its reason; nothing of it is lost.
///
/// `held` are the held commits that the batch spoke of; `stray` says that the hub knows commits of this incarnation that the store does not.
pub(crate) fn go_on_beside(
    context: &mut Context<'_>,
    verdicts: &[VerdictRow],
    held: &[CommitRow],
    stray: bool,
) -> Result<(), EngineError> {
    let new: BTreeSet<_> = verdicts
        .iter()
        .filter(|row| row.state == CommitState::Held)
        .map(|row| row.commit)
        .collect();
    let own: Vec<&CommitRow> = held
        .iter()
        .filter(|row| row.device == context.node.key && new.contains(&row.id))
        .collect();
    let mut branches: BTreeMap<DocId, u32> = BTreeMap::new();
    for part in own
        .iter()
        .flat_map(|row| &row.parts)
        .filter_map(|part| part.named)
    {
        let branch = branches.entry(part.doc).or_default();
        *branch = (*branch).max(part.branch + 1);
    }
    rebuild(context, branches)?;
    let refused = |row: &&&CommitRow| {
        let reason = row.verdict.as_ref().and_then(|judged| judged.reason);
        row.incarnation == context.node.epoch
            && matches!(reason, Some(Reason::ForkedChain | Reason::BadTime))
    };
    let leap = own
        .iter()
        .filter(refused)
        .any(|row| row.verdict.as_ref().and_then(|judged| judged.reason) == Some(Reason::BadTime));
    if stray || leap || own.iter().any(|row| refused(&row)) {
        // The chain cannot go on: its time leapt, or another store writes it too.
        let former = context.node.epoch;
        context.node.mint_epoch(context.dice);
        if leap {
            context.node.hlc = Hlc::from_ms(Ms(context.node.heard_ms));
        }
        if stray {
            set_aside(context, former)?;
        }
        context.tell(Notice::Reborn);
    }
    Ok(())
}

/// The store turned out to be a copy whose line others may have gone on with: what it wrote in its former life and nobody has receipted leaves the documents, so that the hub's
/// line of the same actor can enter. It is still owed, and comes back with its verdict, or is held.
pub(crate) fn set_aside(context: &mut Context<'_>, former: Epoch) -> Result<(), EngineError> {
    let mut after = 0;
    let mut branches: BTreeMap<DocId, u32> = BTreeMap::new();
    let mut aside = Vec::new();
    loop {
        let page = context.tx.load_outbox(after, ASIDE_PAGE)?;
        let Some(last) = page.last() else {
            break;
        };
        after = last.number;
        let own = page
            .into_iter()
            .map(|waiting| waiting.row)
            .filter(|row| row.state == CommitState::Own && row.incarnation == former);
        for row in own {
            branches.extend(
                row.parts
                    .iter()
                    .filter_map(|part| part.named)
                    .map(|named| (named.doc, 0)),
            );
            aside.push((row.id, Vec::new()));
        }
    }
    context
        .tx
        .save_parked(&aside, context.node.ms(context.now))?;
    rebuild(context, branches)
}

/// Makes documents anew, each to be written on under its branch from now on.
fn rebuild(context: &mut Context<'_>, branches: BTreeMap<DocId, u32>) -> Result<(), EngineError> {
    let branches = of_records_here(context, branches)?;
    if branches.is_empty() {
        return Ok(());
    }
    let ids: Vec<DocId> = branches.keys().copied().collect();
    let former = context.tx.load_documents(&ids)?;
    let mut rows = Vec::with_capacity(ids.len());
    let mut again: BTreeMap<CommitId, VerdictRow> = BTreeMap::new();
    for ((id, branch), former) in branches.into_iter().zip(former) {
        let history = context.tx.load_history(&id)?;
        let doc = replay(&id, &history)?;
        again.extend(
            history
                .iter()
                .filter_map(|row| Some((row.id, try_again(row)?))),
        );
        let branch = branch.max(former.map_or(0, |row| row.branch));
        rows.push(DocRow {
            id,
            save: doc.save(),
            heads: doc.heads(),
            branch,
        });
    }
    context.tx.save_documents(&rows)?;
    if !again.is_empty() {
        let again: Vec<VerdictRow> = again.into_values().collect();
        context.tx.save_verdicts(&again)?;
    }
    context.news.inbox = true;
    context.news.replan = true;
    Ok(())
}

/// A record that moved away has no documents to make anew.
fn of_records_here(
    context: &mut Context<'_>,
    branches: BTreeMap<DocId, u32>,
) -> Result<BTreeMap<DocId, u32>, EngineError> {
    let mut records: Vec<RecordId> = branches.keys().map(|doc| doc.record).collect();
    records.dedup();
    let here: BTreeSet<RecordId> = context
        .tx
        .load_records(&records)?
        .into_iter()
        .flatten()
        .map(|row| row.id)
        .collect();
    let kept = branches
        .into_iter()
        .filter(|(doc, _)| here.contains(&doc.record));
    Ok(kept.collect())
}

/// What others admitted and did not fit before may fit beside the held commit: the hub has the other line of an actor that forked.
fn try_again(row: &CommitRow) -> Option<VerdictRow> {
    let told = row
        .verdict
        .clone()
        .filter(|_| row.state == CommitState::Paused)?;
    Some(VerdictRow {
        commit: row.id,
        state: CommitState::Inbox,
        verdict: Judged {
            reason: None,
            blocked_by: None,
            ..told
        },
        place: None,
    })
}

/// The document of a history without what is held and what builds on it.
fn replay(id: &DocId, history: &[CommitRow]) -> Result<Doc, EngineError> {
    struct Line<'a> {
        hash: ChangeHash,
        deps: Vec<ChangeHash>,
        bytes: &'a [u8],
        out: bool,
    }
    let mut lines: Vec<Line<'_>> = Vec::new();
    for row in history {
        // What waits or is paused is not in the document either.
        let in_it = matches!(row.state, CommitState::Own | CommitState::Admitted);
        for part in row
            .parts
            .iter()
            .filter(|part| part.named.is_some_and(|named| named.doc == *id))
        {
            // What the gate refused never was in the document.
            if let Ok(found) = outline(&part.change, &GateLimits::default()) {
                lines.push(Line {
                    hash: found.hash,
                    deps: found.deps,
                    bytes: &part.change,
                    out: !in_it,
                });
            }
        }
    }
    let mut doc = Doc::new();
    let mut done: BTreeSet<ChangeHash> = BTreeSet::new();
    // Each pass applies what has all it builds on; what builds on something held never has.
    loop {
        let ready: Vec<&Line<'_>> = lines
            .iter()
            .filter(|line| {
                !line.out
                    && !done.contains(&line.hash)
                    && line.deps.iter().all(|dep| done.contains(dep))
            })
            .collect();
        if ready.is_empty() {
            return Ok(doc);
        }
        let bytes: Vec<&[u8]> = ready.iter().map(|line| line.bytes).collect();
        doc.apply(&bytes).map_err(|cause| EngineError::Document {
            doing: "making anew",
            cause,
        })?;
        done.extend(ready.iter().map(|line| line.hash));
    }
}
