//! Rights: what the rules are handed, and what else only the records can answer.

use std::collections::BTreeMap;

use wangge_model::area::Area;
use wangge_model::id::{CommitId, Key, RecordId, StatementId};
use wangge_model::kind::Act;
use wangge_model::reason::Reason;
use wangge_model::time::{Hlc, Ms};
use wangge_rules::rights::{CommitView, GrantView, MoveView, PartView, judge};

use super::plan::{Candidate, creates, named};
use crate::context::Context;
use crate::error::EngineError;
use crate::tx::{CommitState, GrantRow, Placement, RecordRow};

/// The grants, peers and held commits that a batch's rights stand on.
#[derive(Debug, Default)]
pub(crate) struct Rights {
    grants: BTreeMap<StatementId, GrantView>,
    /// Of each held commit that is named as evidence: its area.
    evidence: BTreeMap<CommitId, Area>,
}

impl Rights {
    /// What these candidates stand on.
    pub(crate) fn load(
        context: &mut Context<'_>,
        candidates: &[Candidate],
    ) -> Result<Self, EngineError> {
        let (grants, evidence, devices) = named(candidates);
        if grants.is_empty() {
            return Ok(Self::default());
        }
        let peers = context.tx.load_peers(&devices)?;
        let revoked: BTreeMap<Key, i64> = devices
            .into_iter()
            .zip(peers)
            .filter_map(|(key, peer)| Some((key, peer?.revoked_ms?)))
            .collect();
        let grants = context
            .tx
            .load_grants(&grants)?
            .into_iter()
            .flatten()
            .map(|row| {
                let revoked = revoked.get(&row.device).copied();
                (row.statement, grant_view(row, revoked))
            })
            .collect();
        let evidence = context
            .tx
            .load_commits(&evidence)?
            .into_iter()
            .flatten()
            .filter(|row| row.state == CommitState::Held)
            .map(|row| (row.id, row.area))
            .collect();
        Ok(Self { grants, evidence })
    }
}

impl Rights {
    /// What an author on the spot stands on: this grant, and the held commits that are named are looked up by the author's bench.
    pub(crate) fn of(context: &mut Context<'_>, grant: &GrantRow) -> Result<Self, EngineError> {
        let revoked = context
            .tx
            .load_peers(&[grant.device])?
            .into_iter()
            .flatten()
            .next()
            .and_then(|peer| peer.revoked_ms)
            // A device is told of the end of its right by a grant that grants nothing.
            .or(grant.acts.is_empty().then_some(grant.until_ms));
        Ok(Self {
            grants: BTreeMap::from([(grant.statement, grant_view(grant.clone(), revoked))]),
            evidence: BTreeMap::new(),
        })
    }

    /// Adds held commits that may be named as evidence.
    pub(crate) fn with_evidence(
        mut self,
        held: impl IntoIterator<Item = (CommitId, Area)>,
    ) -> Self {
        self.evidence.extend(held);
        self
    }
}

fn grant_view(row: GrantRow, revoked_ms: Option<i64>) -> GrantView {
    GrantView {
        device: row.device,
        member: row.member,
        name: row.name,
        role: row.role,
        area: row.area,
        until: Ms(row.until_ms),
        revoked: revoked_ms.map(Ms),
        kinds: row.kinds,
        facets: row.facets,
        acts: row.acts,
    }
}

/// Whether a candidate may do what it does: first the rules, then what the records say.
pub(crate) fn judge_rights(
    rights: &Rights,
    records: &BTreeMap<RecordId, RecordRow>,
    placed: &BTreeMap<RecordId, Placement>,
    candidate: &Candidate,
) -> Result<(), Reason> {
    let said = candidate.row.said.as_ref().ok_or(Reason::Malformed)?;
    let parts: Option<Vec<PartView<'_>>> = candidate
        .row
        .parts
        .iter()
        .zip(&candidate.outlines)
        .map(|(part, outline)| {
            let (named, outline) = (part.named?, outline.as_ref()?);
            Some(PartView {
                record: named.doc.record,
                kind: named.kind,
                facet: named.doc.facet,
                actor: outline.actor,
                ops: &outline.ops,
            })
        })
        .collect();
    let view = CommitView {
        device: candidate.row.device,
        author: said.author,
        act: said.act,
        area: candidate.row.area.clone(),
        hlc: Hlc(said.hlc),
        evidence: said.evidence,
        reason: said.reason.map_or(0, Reason::to_u32),
        parts: parts.ok_or(Reason::BadChange)?,
        moves: candidate.order.as_ref().map(|order| MoveView {
            to: order.to.clone(),
            kinds: order
                .records
                .iter()
                .filter_map(|record| records.get(record))
                .map(|row| row.kind)
                .collect(),
        }),
    };
    let grant = rights.grants.get(&said.grant);
    judge(grant, &view, Ms(candidate.row.received_ms))?;
    let reaches = |area: &Area| grant.is_some_and(|grant| grant.area.contains(area));
    judge_records(records, placed, candidate, said.act, reaches)?;
    judge_moved(records, placed, candidate)?;
    match said.evidence {
        Some(id) if !rights.evidence.get(&id).is_some_and(reaches) => Err(Reason::BadEvidence),
        _ => Ok(()),
    }
}

/// Whether the records are there, or not yet, and where the commit says they are. Who has not heard that a record was moved may go on with it
/// where the right reaches there too.
fn judge_records(
    records: &BTreeMap<RecordId, RecordRow>,
    placed: &BTreeMap<RecordId, Placement>,
    candidate: &Candidate,
    act: Act,
    reaches: impl Fn(&Area) -> bool,
) -> Result<(), Reason> {
    for named in candidate.row.parts.iter().filter_map(|part| part.named) {
        let moved = placed.contains_key(&named.doc.record);
        match records.get(&named.doc.record) {
            Some(row) if act == Act::Create && row.created_by != candidate.row.id => {
                return Err(Reason::RecordExists);
            }
            Some(row) if row.area != candidate.row.area && !moved => return Err(Reason::WrongArea),
            Some(row) if row.area != candidate.row.area && !reaches(&row.area) => {
                return Err(Reason::Moved);
            }
            Some(row) if row.kind != named.kind => return Err(Reason::BadChange),
            Some(_) => {}
            None if moved => return Err(Reason::Moved),
            None if creates(act) => {}
            None => return Err(Reason::UnknownRecord),
        }
    }
    Ok(())
}

/// Whether what is to be moved stands where the move says.
fn judge_moved(
    records: &BTreeMap<RecordId, RecordRow>,
    placed: &BTreeMap<RecordId, Placement>,
    candidate: &Candidate,
) -> Result<(), Reason> {
    for record in candidate.order.iter().flat_map(|order| &order.records) {
        match records.get(record) {
            Some(row) if row.area == candidate.row.area => {}
            _ if placed.contains_key(record) => return Err(Reason::Moved),
            Some(_) => return Err(Reason::WrongArea),
            None => return Err(Reason::UnknownRecord),
        }
    }
    Ok(())
}
