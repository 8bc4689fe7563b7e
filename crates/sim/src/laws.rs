//! The checkers: after the calm, every store is held against the people's account and against the others.

use std::collections::BTreeMap;

use wangge_engine::Status;
use wangge_engine::tx::CommitState;
use wangge_model::gate::{GateLimits, outline};
use wangge_model::id::{ActorId, ChangeHash};
use wangge_model::kind::{Facet, Kind, Level};
use wangge_model::reason::Reason;

use crate::ledger::{Ledger, Saved};
use crate::looking;
use crate::mutant::{Breach, Law};
use crate::node::Node;
use crate::place::NodeNo;
use crate::world::World;

/// Every law that a resting world can be asked about.
#[must_use]
pub fn check(world: &mut World) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let nodes = &mut world.nodes;
    let ledger = &world.ledger;
    for saved in &ledger.saved {
        breaches.extend(check_saved(nodes, ledger, saved));
    }
    breaches.extend(check_heads(nodes, ledger));
    breaches.extend(crate::areas::check(nodes, ledger));
    breaches.extend(check_actors(nodes, ledger));
    breaches.extend(check_verdicts(nodes, ledger, world.mutant));
    breaches.extend(crate::folding::check(nodes, world.mutant));
    breaches
}

/// The hubs from the node upward, lowest first; for a hub itself included.
fn hubs_above(nodes: &[Node], no: NodeNo) -> Vec<NodeNo> {
    let mut chain = Vec::new();
    let mut next = Some(no);
    while let Some(here) = next {
        let Some(node) = nodes.get(here) else { break };
        if !node.place.is_phone() {
            chain.push(here);
        }
        next = node.place.parent;
    }
    chain
}

/// `no_loss`, `no_block`, `verbatim`, and what the phone says about it: for one commit that somebody was told is saved.
fn check_saved(nodes: &mut [Node], ledger: &Ledger, saved: &Saved) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for hub in hubs_above(nodes, saved.node) {
        let Some(node) = nodes.get_mut(hub) else {
            continue;
        };
        let row = looking::commits(node, &[saved.commit])
            .into_iter()
            .flatten()
            .next();
        let Some(row) = row else {
            if !saved.lost_with_phone {
                breaches.push(missing(nodes, ledger, saved, hub));
            }
            break;
        };
        if looking::sealed(&row, false) != saved.bytes {
            breaches.push(Breach::new(
                Law::Verbatim,
                format!(
                    "commit {} of node {} has other bytes at node {hub}",
                    saved.commit, saved.node
                ),
            ));
        }
        let reason = row.verdict.and_then(|judged| judged.reason);
        let settled = match row.state {
            CommitState::Admitted => !saved.corrupt,
            // Every phone has its right all the time: a clock is no reason.
            CommitState::Held => !matches!(reason, Some(Reason::BadTime | Reason::GrantExpired)),
            CommitState::Own | CommitState::Inbox | CommitState::Parked | CommitState::Paused => {
                false
            }
        };
        if !settled {
            breaches.push(Breach::new(
                Law::NoBlock,
                format!(
                    "commit {} of node {} stands as {:?} at node {hub}{}",
                    saved.commit,
                    saved.node,
                    row.state,
                    reason.map_or(String::new(), |reason| format!(": {reason:?}"))
                ),
            ));
        }
    }
    if breaches.is_empty() {
        breaches.extend(check_told(nodes, saved));
    }
    breaches
}

/// Which law a missing commit breaks: it depends on who still believes to owe it.
fn missing(nodes: &mut [Node], ledger: &Ledger, saved: &Saved, hub: NodeNo) -> Breach {
    let behind_bad = ledger.saved.iter().any(|other| {
        other.node == saved.node && other.corrupt && other.device_seq <= saved.device_seq
    });
    let owed = nodes.get_mut(saved.node).is_some_and(|node| {
        looking::outbox(node)
            .iter()
            .any(|waiting| waiting.row.id == saved.commit)
    });
    let law = match (owed, behind_bad) {
        (true, true) => Law::NoBlock,
        (true, false) => Law::Converge,
        (false, _) => Law::NoLoss,
    };
    Breach::new(
        law,
        format!(
            "commit {} of node {} (device_seq {}) is not at node {hub}; its maker {} it",
            saved.commit,
            saved.node,
            saved.device_seq,
            if owed { "still owes" } else { "does not owe" }
        ),
    )
}

/// `told_truth` and `no_loss` while the storm lasts: a phone that says of a commit that its hub has it is right, and so was to let it out of the outbox.
/// Later would be too late to ask: a phone offers again what its hub turns out not to have.
pub fn check_word(nodes: &mut [Node], saved: &Saved, mutant: Option<Law>) -> Option<Breach> {
    let node = nodes.get_mut(saved.node)?;
    if !node.place.is_phone() {
        // A desk's own hub admits at once: its word is about itself.
        return None;
    }
    let told = node.status_of(&[saved.commit])?.into_iter().next()??;
    let hub = node.place.parent?;
    let says_received = match told {
        Status::Saved => false,
        Status::Sent => mutant == Some(Law::ToldTruth),
        Status::Received | Status::Admitted | Status::Merged(_) | Status::Held(_) => true,
    };
    let received = looking::commits(nodes.get_mut(hub)?, &[saved.commit])
        .into_iter()
        .flatten()
        .next()
        .is_some();
    let law = if told == Status::Sent {
        Law::ToldTruth
    } else {
        Law::NoLoss
    };
    (says_received && !received).then(|| {
        Breach::new(
            law,
            format!(
                "node {} says {told:?} of commit {}, and node {hub} does not have it",
                saved.node, saved.commit
            ),
        )
    })
}

/// `told_truth` at rest: the status on the phone is what the county's store says.
fn check_told(nodes: &mut [Node], saved: &Saved) -> Option<Breach> {
    if saved.lost_with_phone {
        return None;
    }
    let top = looking::commits(nodes.get_mut(0)?, &[saved.commit])
        .into_iter()
        .flatten()
        .next()?;
    let node = nodes.get_mut(saved.node)?;
    if !node.place.is_phone() {
        return None;
    }
    let told = node.status_of(&[saved.commit])?.into_iter().next()?;
    let true_word = match (told, top.state) {
        (Some(Status::Held(_)), CommitState::Held) => true,
        (Some(Status::Merged(level)), CommitState::Admitted) => level == Level::County,
        _ => false,
    };
    (!true_word).then(|| {
        Breach::new(
            Law::ToldTruth,
            format!(
                "node {} says {told:?} of commit {}, the county has it as {:?}",
                saved.node, saved.commit, top.state
            ),
        )
    })
}

/// `converge`: whoever holds a document of a record within its area has the same heads as the others.
fn check_heads(nodes: &mut [Node], ledger: &Ledger) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for made in &ledger.made {
        let area = crate::areas::of(nodes, made);
        for facet in Facet::ALL {
            let mut seen: BTreeMap<Vec<ChangeHash>, Vec<NodeNo>> = BTreeMap::new();
            for node in nodes
                .iter_mut()
                .filter(|node| node.place.area.contains(&area))
            {
                let heads = looking::document(node, made.record, *facet)
                    .map(|row| row.heads)
                    .unwrap_or_default();
                seen.entry(heads).or_default().push(node.place.no);
            }
            if seen.len() > 1 {
                let sides: Vec<String> = seen
                    .iter()
                    .map(|(heads, nodes)| format!("{} heads at {nodes:?}", heads.len()))
                    .collect();
                breaches.push(Breach::new(
                    Law::Converge,
                    format!("record {} {facet}: {}", made.record, sides.join(", ")),
                ));
            }
        }
    }
    breaches
}

/// `one_writer_one_line`: an actor's sequence number names one change, wherever one looks.
fn check_actors(nodes: &mut [Node], ledger: &Ledger) -> Vec<Breach> {
    // A sequence counts within a document, so the document belongs to the name.
    let mut lines: BTreeMap<(String, ActorId, u64), ChangeHash> = BTreeMap::new();
    let mut breaches = Vec::new();
    let ids: Vec<_> = ledger.saved.iter().map(|saved| saved.commit).collect();
    for node in nodes.iter_mut() {
        for row in looking::commits(node, &ids).into_iter().flatten() {
            for part in &row.parts {
                let (Some(name), Ok(change)) =
                    (&part.named, outline(&part.change, &GateLimits::default()))
                else {
                    continue;
                };
                let line = (format!("{:?}", name.doc), change.actor, change.seq);
                let first = *lines.entry(line.clone()).or_insert(change.hash);
                if first != change.hash {
                    breaches.push(Breach::new(
                        Law::OneWriterOneLine,
                        format!(
                            "actor {} wrote sequence {} of {} twice, seen at node {}",
                            line.1, line.2, line.0, node.place.no
                        ),
                    ));
                }
            }
        }
    }
    breaches
}

/// `same_verdict`: replicas with the same log show the same state of a matter.
fn check_verdicts(nodes: &mut [Node], ledger: &Ledger, mutant: Option<Law>) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for made in ledger.made.iter().filter(|made| made.kind == Kind::MATTER) {
        let mut seen: BTreeMap<Vec<ChangeHash>, (NodeNo, String)> = BTreeMap::new();
        for node in nodes.iter_mut() {
            let Some(row) = looking::document(node, made.record, Facet::Open) else {
                continue;
            };
            let state = crate::folding::matter_state(
                node,
                made.record,
                &row,
                mutant == Some(Law::SameVerdict),
            );
            let no = node.place.no;
            let (first, told) = seen.entry(row.heads).or_insert_with(|| (no, state.clone()));
            if *told != state {
                breaches.push(Breach::new(
                    Law::SameVerdict,
                    format!(
                        "matter {}: node {first} says {told}, node {no} says {state}",
                        made.record
                    ),
                ));
            }
        }
    }
    breaches
}
