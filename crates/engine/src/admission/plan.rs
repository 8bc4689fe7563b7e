//! A plan: which of a batch enter, which are refused, which wait, and what is to be proved.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use wangge_model::area::Area;
use wangge_model::gate::{GateLimits, Outline, outline};
use wangge_model::id::{ChangeHash, CommitId, Key, RecordId, StatementId};
use wangge_model::kind::Act;
use wangge_model::reason::Reason;

use super::{Objection, Rights, judge_rights};
use crate::context::Context;
use crate::error::EngineError;
use crate::face::ProofJob;
use crate::limits::Limits;
use crate::moves::{self, Order};
use crate::tx::{
    ChangeState, CommitRow, CommitState, DocId, DocRow, PartRow, Placement, RecordRow,
};

/// A commit of a batch, with its changes read.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) row: CommitRow,
    /// What stands in each part; none for withheld ones.
    pub(crate) outlines: Vec<Option<Outline>>,
    /// What it says as a move.
    pub(crate) order: Option<Order>,
}

impl Candidate {
    pub(crate) fn read(row: CommitRow) -> Self {
        let outlines = row
            .parts
            .iter()
            .map(|part| outline(&part.change, &GateLimits::default()).ok())
            .collect();
        let order = Order::read(&row);
        Self {
            row,
            outlines,
            order,
        }
    }

    /// One that is refused anyway.
    pub(crate) fn unread(row: CommitRow) -> Self {
        Self {
            row,
            outlines: Vec::new(),
            order: None,
        }
    }

    /// Whether another hub's verdict is known: then rights are not asked.
    pub(crate) fn told(&self) -> bool {
        self.row.verdict.is_some()
    }

    /// The records that it names.
    pub(crate) fn records(&self) -> impl Iterator<Item = RecordId> {
        let parts = self.row.parts.iter().filter_map(|part| part.named);
        let moved = self.order.iter().flat_map(|order| &order.records);
        parts.map(|named| named.doc.record).chain(moved.copied())
    }

    /// Its changes with their documents.
    pub(crate) fn changes(&self) -> impl Iterator<Item = (DocId, &PartRow, &Outline)> {
        self.row
            .parts
            .iter()
            .zip(&self.outlines)
            .filter_map(|(part, outline)| Some((part.named?.doc, part, outline.as_ref()?)))
    }
}

/// A document that a batch changes.
#[derive(Debug)]
pub(super) struct DocPlan {
    pub(super) id: DocId,
    pub(super) base: DocRow,
    pub(super) changes: Vec<(CommitId, Vec<u8>)>,
}

impl DocPlan {
    pub(super) fn job(&self) -> ProofJob {
        ProofJob {
            record: self.id.record,
            facet: self.id.facet,
            base: (!self.base.save.is_empty()).then(|| self.base.save.clone()),
            changes: self
                .changes
                .iter()
                .map(|(_, change)| change.clone())
                .collect(),
        }
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) entering: Vec<Candidate>,
    pub(super) refused: Vec<(Candidate, Objection)>,
    pub(super) parked: Vec<(CommitId, Vec<ChangeHash>)>,
    pub(super) records: Vec<RecordRow>,
    pub(super) docs: Vec<DocPlan>,
}

/// What a dependency is.
enum Footing {
    Firm,
    Held(CommitId),
    Missing(Vec<(DocId, ChangeHash)>),
}

/// What a plan is made from, and how it stands after the candidates before.
struct Draft<'a> {
    limits: &'a Limits,
    changes: BTreeMap<(DocId, ChangeHash), ChangeState>,
    records: BTreeMap<RecordId, RecordRow>,
    placed: BTreeMap<RecordId, Placement>,
    home: Area,
    /// On a phone: its key.
    own: Option<Key>,
    parked: BTreeMap<Key, u64>,
    rights: Rights,
    docs: BTreeMap<DocId, DocPlan>,
    new_records: BTreeSet<RecordId>,
    plan: Plan,
}

/// Makes the plan of a batch.
pub(super) fn plan(
    context: &mut Context<'_>,
    limits: &Limits,
    rows: Vec<CommitRow>,
) -> Result<Plan, EngineError> {
    let candidates: Vec<Candidate> = rows.into_iter().map(Candidate::read).collect();
    let mut draft = Draft::load(context, limits, &candidates)?;
    for candidate in candidates {
        draft.place(candidate);
    }
    Ok(draft.done())
}

impl<'a> Draft<'a> {
    fn load(
        context: &mut Context<'_>,
        limits: &'a Limits,
        candidates: &[Candidate],
    ) -> Result<Self, EngineError> {
        let mut named: Vec<(DocId, ChangeHash)> = Vec::new();
        let mut docs: Vec<DocId> = Vec::new();
        for (doc, _, outline) in candidates.iter().flat_map(Candidate::changes) {
            docs.push(doc);
            named.push((doc, outline.hash));
            named.extend(outline.deps.iter().map(|dep| (doc, *dep)));
        }
        sort_once(&mut named);
        sort_once(&mut docs);
        let mut records: Vec<RecordId> = candidates.iter().flat_map(Candidate::records).collect();
        sort_once(&mut records);
        let placed = moves::places(context, &records)?;
        let changes = named
            .iter()
            .copied()
            .zip(context.tx.load_changes(&named)?)
            .filter_map(|(change, state)| Some((change, state?)))
            .collect();
        let records = context
            .tx
            .load_records(&records)?
            .into_iter()
            .flatten()
            .map(|row| (row.id, row))
            .collect();
        let docs = load_docs(context, &placed, docs)?;
        let mut devices: Vec<Key> = candidates
            .iter()
            .map(|candidate| candidate.row.device)
            .collect();
        sort_once(&mut devices);
        let parked = devices
            .iter()
            .copied()
            .zip(context.tx.load_parked_counts(&devices)?)
            .collect();
        let rights = Rights::load(context, candidates)?;
        Ok(Self {
            limits,
            changes,
            records,
            placed,
            home: context.home()?,
            own: (!context.node.is_hub()).then_some(context.node.key),
            parked,
            rights,
            docs,
            new_records: BTreeSet::new(),
            plan: Plan::default(),
        })
    }

    /// Whether a record has left what this node answers for: what comes of it all the same is kept and passed on, and enters no document here.
    fn away(&self, record: &RecordId) -> bool {
        self.placed
            .get(record)
            .is_some_and(|placed| !self.home.contains(&placed.area))
    }

    /// Finds the place of one candidate.
    fn place(&mut self, candidate: Candidate) {
        match self.footing(&candidate) {
            // Another hub admits nothing before what it builds on: what is unknown here will not come, but for what is told anew of a record that moved. A phone's
            // own, lost with a copy, comes before the move that took its record away.
            Footing::Missing(changes)
                if candidate.told()
                    && self.own != Some(candidate.row.device)
                    && changes.iter().any(|(doc, hash)| {
                        !self.changes.contains_key(&(*doc, *hash))
                            && !self.placed.contains_key(&doc.record)
                    }) =>
            {
                self.refuse(candidate, (Reason::MissingDependency, None));
            }
            Footing::Missing(changes) => self.park(candidate, changes),
            Footing::Held(blocked_by) => {
                self.refuse(candidate, (Reason::BuildsOnHeld, Some(blocked_by)))
            }
            Footing::Firm => match self.objection(&candidate) {
                Some(reason) => self.refuse(candidate, (reason, None)),
                None => self.enter(candidate),
            },
        }
    }

    /// What a candidate builds on.
    fn footing(&self, candidate: &Candidate) -> Footing {
        let mut missing = Vec::new();
        for (doc, _, outline) in candidate.changes() {
            if self.away(&doc.record) {
                continue;
            }
            for dep in &outline.deps {
                let dep = (doc, *dep);
                match self.changes.get(&dep) {
                    Some(known) => match known.state {
                        CommitState::Admitted | CommitState::Own => {}
                        CommitState::Held | CommitState::Paused => {
                            return Footing::Held(known.commit);
                        }
                        CommitState::Inbox | CommitState::Parked => missing.push(dep),
                    },
                    None => missing.push(dep),
                }
            }
        }
        if missing.is_empty() {
            Footing::Firm
        } else {
            Footing::Missing(missing)
        }
    }

    fn park(&mut self, candidate: Candidate, changes: Vec<(DocId, ChangeHash)>) {
        let parked = self.parked.entry(candidate.row.device).or_default();
        // What another hub admitted is bounded by its feed.
        if *parked >= self.limits.parked_per_device_max && !candidate.told() {
            self.refuse(candidate, (Reason::MissingDependency, None));
            return;
        }
        *parked += 1;
        let hashes = changes.into_iter().map(|(_, hash)| hash).collect();
        self.plan.parked.push((candidate.row.id, hashes));
    }

    /// What stands against a candidate that builds on firm ground.
    fn objection(&self, candidate: &Candidate) -> Option<Reason> {
        let reused = candidate.changes().any(|(doc, _, outline)| {
            self.changes
                .get(&(doc, outline.hash))
                .is_some_and(|known| known.commit != candidate.row.id)
        });
        if reused {
            return Some(Reason::BadChange);
        }
        if candidate.told() {
            return None;
        }
        judge_rights(&self.rights, &self.records, &self.placed, candidate).err()
    }

    fn refuse(&mut self, candidate: Candidate, objection: Objection) {
        let state = if candidate.told() {
            CommitState::Paused
        } else {
            CommitState::Held
        };
        self.settle(&candidate, state);
        self.plan.refused.push((candidate, objection));
    }

    fn enter(&mut self, candidate: Candidate) {
        self.settle(&candidate, CommitState::Admitted);
        let here = candidate
            .changes()
            .filter(|(doc, ..)| !self.away(&doc.record))
            .filter_map(|(_, part, _)| part.named);
        for named in here.collect::<Vec<_>>() {
            let id = named.doc.record;
            if let Entry::Vacant(vacant) = self.records.entry(id) {
                vacant.insert(RecordRow {
                    id,
                    kind: named.kind,
                    area: candidate.row.area.clone(),
                    created_by: candidate.row.id,
                    paused: false,
                });
                self.new_records.insert(id);
            }
        }
        for (doc, part, _) in candidate.changes() {
            if self.away(&doc.record) {
                continue;
            }
            if let Some(plan) = self.docs.get_mut(&doc) {
                plan.changes.push((candidate.row.id, part.change.clone()));
            }
        }
        self.plan.entering.push(candidate);
    }

    /// What the candidates behind this one will find.
    fn settle(&mut self, candidate: &Candidate, state: CommitState) {
        for (doc, _, outline) in candidate.changes() {
            let known = self
                .changes
                .entry((doc, outline.hash))
                .or_insert(ChangeState {
                    commit: candidate.row.id,
                    state,
                });
            if known.commit == candidate.row.id {
                known.state = state;
            }
        }
    }

    fn done(mut self) -> Plan {
        self.plan.records = self
            .records
            .into_values()
            .filter(|row| self.new_records.contains(&row.id))
            .collect();
        self.plan.docs = self
            .docs
            .into_values()
            .filter(|doc| !doc.changes.is_empty())
            .collect();
        self.plan
    }
}

/// The documents as they are. One that is new here under a record that moved may have been here before: nobody goes on under a branch of then.
fn load_docs(
    context: &mut Context<'_>,
    placed: &BTreeMap<RecordId, Placement>,
    docs: Vec<DocId>,
) -> Result<BTreeMap<DocId, DocPlan>, EngineError> {
    let bases = context.tx.load_documents(&docs)?;
    let back: Vec<DocId> = docs
        .iter()
        .zip(&bases)
        .filter(|(doc, base)| base.is_none() && placed.contains_key(&doc.record))
        .map(|(doc, _)| *doc)
        .collect();
    let branches = context.tx.load_branches(&back)?;
    let branches: BTreeMap<DocId, u32> = back
        .into_iter()
        .zip(branches)
        .filter_map(|(doc, branch)| Some((doc, branch? + 1)))
        .collect();
    let plan = |(id, base): (DocId, Option<DocRow>)| {
        let base = base.unwrap_or_else(|| DocRow {
            id,
            save: Vec::new(),
            heads: Vec::new(),
            branch: branches.get(&id).copied().unwrap_or_default(),
        });
        let changes = Vec::new();
        (id, DocPlan { id, base, changes })
    };
    Ok(docs.into_iter().zip(bases).map(plan).collect())
}

/// The statements that a batch's rights stand on, and the held commits it names.
pub(super) fn named(candidates: &[Candidate]) -> (Vec<StatementId>, Vec<CommitId>, Vec<Key>) {
    let judged = || candidates.iter().filter(|candidate| !candidate.told());
    let said = || judged().filter_map(|candidate| candidate.row.said.as_ref());
    let mut grants: Vec<StatementId> = said().map(|said| said.grant).collect();
    let mut evidence: Vec<CommitId> = said().filter_map(|said| said.evidence).collect();
    let mut devices: Vec<Key> = judged().map(|candidate| candidate.row.device).collect();
    sort_once(&mut grants);
    sort_once(&mut evidence);
    sort_once(&mut devices);
    (grants, evidence, devices)
}

fn sort_once<T: Ord>(items: &mut Vec<T>) {
    items.sort_unstable();
    items.dedup();
}

/// Whether an act may make a record.
pub(super) const fn creates(act: Act) -> bool {
    matches!(act, Act::Create | Act::Adopt)
}
