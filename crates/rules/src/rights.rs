//! Whether a commit's author may do what it does.
//!
//! A hub asks this of every commit before its changes are tried; a phone asks it of its own acts before they are written, so that people
//! learn at once. What was found true of the bytes before (signature, chain, actor, gate) is taken for granted here.

mod parts;

use wangge_model::area::Area;
use wangge_model::gate::OutlineOp;
use wangge_model::id::{ActorId, CommitId, Key, MemberId, RecordId};
use wangge_model::kind::{Act, Facet, Kind, Reach, Role};
use wangge_model::reason::Reason;
use wangge_model::time::{Hlc, Ms};

use crate::role;

/// A grant, as the judge needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantView {
    /// The device's key.
    pub device: Key,
    /// The member who acts with it.
    pub member: MemberId,
    /// The member's name: what they sign with.
    pub name: String,
    /// The member's office.
    pub role: Role,
    /// Where the right holds.
    pub area: Area,
    /// Until when, exclusive.
    pub until: Ms,
    /// When it was taken back, if it was.
    pub revoked: Option<Ms>,
    /// For which kinds of records.
    pub kinds: Vec<Kind>,
    /// For which facets.
    pub facets: Vec<Facet>,
    /// For which acts.
    pub acts: Vec<Act>,
}

/// A commit, as the judge needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitView<'a> {
    /// The device that signed it.
    pub device: Key,
    /// Who acts.
    pub author: MemberId,
    /// What they do.
    pub act: Act,
    /// The area of its records.
    pub area: Area,
    /// Its logical time.
    pub hlc: Hlc,
    /// For adopt and decline: the held commit.
    pub evidence: Option<CommitId>,
    /// For decline: the reason's number; 0 otherwise.
    pub reason: u32,
    /// Its parts. One that was withheld from this replica is left out: the hub that gave the verdict has seen it.
    pub parts: Vec<PartView<'a>>,
    /// Of a move: where its records go, and what they are about.
    pub moves: Option<MoveView>,
}

/// A move, as the judge needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveView {
    /// The new area.
    pub to: Area,
    /// What the moved records are about.
    pub kinds: Vec<Kind>,
}

/// A part, as the judge needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartView<'a> {
    /// The record.
    pub record: RecordId,
    /// What the record is about.
    pub kind: Kind,
    /// The facet.
    pub facet: Facet,
    /// The change's actor.
    pub actor: ActorId,
    /// The change's operations.
    pub ops: &'a [OutlineOp],
}

/// Judges a commit that a hub received at `received`; a phone hands in its clock. `grant` is the one that the header names.
///
/// # Errors
/// The first reason found to hold it, in this order: the grant itself, the person, the act, the area, the evidence, then part by part.
pub fn judge(
    grant: Option<&GrantView>,
    commit: &CommitView<'_>,
    received: Ms,
) -> Result<(), Reason> {
    let grant = grant
        .filter(|grant| grant.device == commit.device)
        .ok_or(Reason::NoGrant)?;
    judge_grant(grant, received)?;
    if grant.member != commit.author {
        return Err(Reason::NotYourMember);
    }
    if !grant.acts.contains(&commit.act) || !role::may_act(grant.role, commit.act) {
        return Err(Reason::ActNotGranted);
    }
    if !grant.area.contains(&commit.area) {
        return Err(Reason::OutOfArea);
    }
    judge_evidence(commit)?;
    match &commit.moves {
        Some(moves) => judge_move(grant, commit, moves),
        None if commit.act == Act::Move => Err(Reason::BadChange),
        None => parts::judge(grant, commit),
    }
}

/// Who moves a record answers for both areas. What is issued for all below an area stays where it was issued.
fn judge_move(grant: &GrantView, commit: &CommitView<'_>, moves: &MoveView) -> Result<(), Reason> {
    if commit.act != Act::Move || !commit.parts.is_empty() || moves.to == commit.area {
        return Err(Reason::BadChange);
    }
    if !grant.area.contains(&moves.to) {
        return Err(Reason::OutOfArea);
    }
    for kind in &moves.kinds {
        if !grant.kinds.contains(kind) {
            return Err(Reason::FacetNotGranted);
        }
        if kind.reach() == Reach::Down || !role::may_write(grant.role, *kind) {
            return Err(Reason::ActNotGranted);
        }
    }
    Ok(())
}

/// Whether the right stood when the commit arrived. A commit made in time and delivered late is held, not lost. When the grant was given is
/// not asked: who names it has it, and a hub's clock may have been set back since.
fn judge_grant(grant: &GrantView, received: Ms) -> Result<(), Reason> {
    if grant.revoked.is_some_and(|revoked| received >= revoked) {
        return Err(Reason::GrantRevoked);
    }
    if received >= grant.until {
        return Err(Reason::GrantExpired);
    }
    Ok(())
}

/// Only adopting and declining name a held commit, and only declining says why.
fn judge_evidence(commit: &CommitView<'_>) -> Result<(), Reason> {
    let names_held = matches!(commit.act, Act::Adopt | Act::Decline);
    if commit.evidence.is_some() != names_held {
        return Err(Reason::BadEvidence);
    }
    let declines = Reason::from_u32(commit.reason).is_some_and(Reason::declines);
    let well_reasoned = if commit.act == Act::Decline {
        declines
    } else {
        commit.reason == 0
    };
    if well_reasoned {
        Ok(())
    } else {
        Err(Reason::BadEvidence)
    }
}

#[cfg(test)]
mod tests;
