//! From what a person wants to what a commit would hold.

use std::collections::BTreeMap;

use wangge_model::area::Area;
use wangge_model::doc::OpId;
use wangge_model::field::{EditProblem, signs, validate_edit};
use wangge_model::gate::{GateLimits, OpAction, outline};
use wangge_model::id::{CommitId, RecordId};
use wangge_model::kind::{Act, Facet, Kind};
use wangge_model::reason::Reason;
use wangge_model::step::{Step, StepDetail, is_log_key};
use wangge_model::time::Ms;
use wangge_model::value::{Edit, Value};
use wangge_rules::role;
use wangge_wire::limits::MOVED_MAX;

use super::{Author, Bench, number};
use crate::context::Context;
use crate::face::{ActBody, NewAct, NewStep, Refusal};
use crate::tx::{CommitRow, DocId, RecordRow};

/// The field of a matter's number.
const NUMBER: &str = "number";

/// What a commit would hold.
pub(super) struct Draft {
    pub(super) act: Act,
    pub(super) area: Area,
    pub(super) stated_ms: i64,
    pub(super) edits: BTreeMap<DocId, Vec<Edit>>,
    pub(super) kinds: BTreeMap<RecordId, Kind>,
    /// The record that it makes.
    pub(super) new: Option<RecordId>,
    /// The entry for the log of a matter; its key follows from the commit.
    pub(super) entry: Option<(DocId, Step)>,
    pub(super) evidence: Option<CommitId>,
    pub(super) reason: Option<Reason>,
    /// For a move: where the records that `kinds` names go.
    pub(super) to: Option<Area>,
}

/// The documents that an act looks at, of records that exist.
pub(super) fn touches(what: &ActBody, held: &BTreeMap<CommitId, CommitRow>) -> Vec<DocId> {
    match what {
        ActBody::Create { .. } | ActBody::Decline { .. } => Vec::new(),
        ActBody::Edit { records } => {
            let facets = |(record, edits): &(RecordId, Vec<Edit>)| {
                let record = *record;
                edits
                    .iter()
                    .map(move |edit| DocId {
                        record,
                        facet: edit.facet,
                    })
                    .collect::<Vec<_>>()
            };
            records.iter().flat_map(facets).collect()
        }
        ActBody::Move { records, .. } => records
            .iter()
            .map(|record| DocId {
                record: *record,
                facet: Facet::Open,
            })
            .collect(),
        ActBody::Step { record, .. } => vec![DocId {
            record: *record,
            facet: Facet::Open,
        }],
        ActBody::Settle { record, facet, .. } => vec![DocId {
            record: *record,
            facet: *facet,
        }],
        ActBody::Adopt { commit } => held
            .get(commit)
            .into_iter()
            .flat_map(|row| row.parts.iter().filter_map(|part| part.named))
            .map(|named| named.doc)
            .collect(),
    }
}

/// Makes the draft of an act, or says why there is none.
pub(super) fn draft(
    context: &mut Context<'_>,
    author: &Author<'_>,
    bench: &Bench,
    act: NewAct,
) -> Result<Draft, Refusal> {
    let stated_ms = act.stated_ms.unwrap_or_else(|| context.ms());
    let draft = match act.what {
        ActBody::Create {
            kind,
            area,
            edits,
            step,
        } => create(context, author, bench, stated_ms, (kind, area), edits, step),
        ActBody::Edit { records } => edit(bench, stated_ms, records),
        ActBody::Step {
            record,
            step,
            edits,
        } => step_on(author, bench, stated_ms, record, step, edits),
        ActBody::Settle {
            record,
            facet,
            key,
            choice,
            seen,
        } => settle(
            bench,
            stated_ms,
            DocId { record, facet },
            key,
            choice,
            &seen,
        ),
        // On a phone nobody could tell it from what the hub has yet to say.
        ActBody::Move { .. } if !context.node.is_hub() => {
            Err(Refusal::Rights(Reason::ActNotGranted))
        }
        ActBody::Move { records, to } => moves(bench, stated_ms, &records, to),
        ActBody::Adopt { commit } => adopt(bench, stated_ms, commit),
        ActBody::Decline { commit, reason } => decline(bench, stated_ms, commit, reason),
    }?;
    for (doc, edits) in &draft.edits {
        let kind = draft
            .kinds
            .get(&doc.record)
            .copied()
            .ok_or(Refusal::UnknownRecord(doc.record))?;
        for edit in edits.iter().filter(|edit| !is_log_key(&edit.key)) {
            validate_edit(kind, edit).map_err(|problem| Refusal::Field {
                key: edit.key.clone(),
                problem,
            })?;
            let signs = |value| signs(kind, edit.facet, &edit.key, value, &author.grant.name);
            if !edit.value.as_ref().is_none_or(signs) {
                return Err(Refusal::Field {
                    key: edit.key.clone(),
                    problem: EditProblem::Hand,
                });
            }
        }
    }
    Ok(draft)
}

fn empty(act: Act, area: Area, stated_ms: i64) -> Draft {
    Draft {
        act,
        area,
        stated_ms,
        edits: BTreeMap::new(),
        kinds: BTreeMap::new(),
        new: None,
        entry: None,
        evidence: None,
        reason: None,
        to: None,
    }
}

fn create(
    context: &mut Context<'_>,
    author: &Author<'_>,
    bench: &Bench,
    stated_ms: i64,
    (kind, area): (Kind, Option<Area>),
    mut edits: Vec<Edit>,
    step: Option<NewStep>,
) -> Result<Draft, Refusal> {
    needed(author, kind, &edits)?;
    let record = RecordId::mint(context.ms(), context.random());
    let area = area.unwrap_or_else(|| author.grant.area.clone());
    // A matter that brings no number gets one by which its reporter can ask for it.
    if kind == Kind::MATTER && !edits.iter().any(|edit| edit.key == NUMBER) {
        let number = number::number(&area, &author.block, bench.chain.through + 1);
        edits.push(Edit::set(Facet::Open, NUMBER, number));
    }
    let mut draft = empty(Act::Create, area, stated_ms);
    draft.kinds.insert(record, kind);
    draft.new = Some(record);
    by_facet(&mut draft, record, edits);
    if let Some(step) = step {
        set_entry(&mut draft, author, record, step);
    }
    Ok(draft)
}

/// What the author's office must say of a new record is said before the rights are asked: so that the field is named.
fn needed(author: &Author<'_>, kind: Kind, edits: &[Edit]) -> Result<(), Refusal> {
    let says = |key: &str, wanted: Option<&str>| {
        edits.iter().any(|edit| {
            let value = edit.value.as_ref().filter(|_| edit.key == key);
            value.is_some_and(|value| wanted.is_none_or(|wanted| value.as_text() == Some(wanted)))
        })
    };
    let lacks = role::needs(author.grant.role, kind)
        .iter()
        .find(|(key, wanted)| !says(key, *wanted));
    match lacks {
        Some((key, _)) => Err(Refusal::Field {
            key: (*key).to_owned(),
            problem: EditProblem::Needed,
        }),
        None => Ok(()),
    }
}

fn edit(
    bench: &Bench,
    stated_ms: i64,
    records: Vec<(RecordId, Vec<Edit>)>,
) -> Result<Draft, Refusal> {
    let area = one_area(bench, records.iter().map(|(record, _)| record))?;
    let mut draft = empty(Act::Edit, area, stated_ms);
    for (record, edits) in records {
        draft.kinds.insert(record, known(bench, &record)?.kind);
        by_facet(&mut draft, record, edits);
    }
    Ok(draft)
}

/// The area of records that one act is about.
fn one_area<'a>(
    bench: &Bench,
    records: impl Iterator<Item = &'a RecordId>,
) -> Result<Area, Refusal> {
    let mut areas = records.map(|record| known(bench, record).map(|row| row.area.clone()));
    let area = areas.next().ok_or(Refusal::Empty)??;
    for other in areas {
        if other? != area {
            return Err(Refusal::ManyAreas);
        }
    }
    Ok(area)
}

fn moves(bench: &Bench, stated_ms: i64, records: &[RecordId], to: Area) -> Result<Draft, Refusal> {
    if records.len() > MOVED_MAX {
        return Err(Refusal::TooLarge {
            what: "records of one move",
            max: MOVED_MAX as u64,
        });
    }
    let area = one_area(bench, records.iter())?;
    if area == to {
        return Err(Refusal::Empty);
    }
    let mut draft = empty(Act::Move, area, stated_ms);
    for record in records {
        draft.kinds.insert(*record, known(bench, record)?.kind);
    }
    draft.to = Some(to);
    Ok(draft)
}

fn step_on(
    author: &Author<'_>,
    bench: &Bench,
    stated_ms: i64,
    record: RecordId,
    step: NewStep,
    edits: Vec<Edit>,
) -> Result<Draft, Refusal> {
    let row = known(bench, &record)?;
    let mut draft = empty(Act::Step, row.area.clone(), stated_ms);
    draft.kinds.insert(record, row.kind);
    by_facet(&mut draft, record, edits);
    set_entry(&mut draft, author, record, step);
    Ok(draft)
}

fn settle(
    bench: &Bench,
    stated_ms: i64,
    doc: DocId,
    key: String,
    choice: OpId,
    seen: &[OpId],
) -> Result<Draft, Refusal> {
    let row = known(bench, &doc.record)?;
    let fields = bench.sheet(&doc).doc.entries();
    let standing = fields.candidates(&key);
    let all_seen = standing.len() == seen.len()
        && standing
            .iter()
            .all(|candidate| seen.contains(&candidate.op));
    let chosen = standing.iter().find(|candidate| candidate.op == choice);
    let Some(chosen) = chosen.filter(|_| all_seen && standing.len() > 1) else {
        return Err(Refusal::Stale { key });
    };
    let mut draft = empty(Act::Settle, row.area.clone(), stated_ms);
    draft.kinds.insert(doc.record, row.kind);
    draft.edits.insert(
        doc,
        vec![Edit {
            facet: doc.facet,
            key,
            value: Some(chosen.value.clone()),
        }],
    );
    Ok(draft)
}

/// Takes over what a held commit would have written, as the director's own writing on what stands now.
fn adopt(bench: &Bench, stated_ms: i64, id: CommitId) -> Result<Draft, Refusal> {
    let row = bench.held.get(&id).ok_or(Refusal::NotHeld(id))?;
    let act = row
        .said
        .as_ref()
        .map(|said| said.act)
        .ok_or(Refusal::NotHeld(id))?;
    let mut draft = empty(Act::Adopt, row.area.clone(), stated_ms);
    draft.evidence = Some(id);
    for part in &row.parts {
        let named = part.named.ok_or(Refusal::NotHeld(id))?;
        let found =
            outline(&part.change, &GateLimits::default()).map_err(|_| Refusal::NotHeld(id))?;
        let record = named.doc.record;
        let moved = bench.placed.contains_key(&record);
        match bench.records.get(&record) {
            // It is taken over where the record stands by now.
            Some(known) if moved => draft.area = known.area.clone(),
            Some(known) if known.area != row.area => {
                return Err(Refusal::Rights(Reason::WrongArea));
            }
            Some(_) => {}
            None if moved => return Err(Refusal::Rights(Reason::Moved)),
            None if matches!(act, Act::Create | Act::Adopt) => draft.new = Some(record),
            None => return Err(Refusal::UnknownRecord(record)),
        }
        draft.kinds.insert(record, named.kind);
        for op in found.ops {
            let value = match op.action {
                OpAction::Set(value) => Some(value),
                OpAction::Delete => None,
            };
            match (is_log_key(&op.key), value) {
                (true, Some(Value::Text(json))) => {
                    let step = Step::parse(&json).map_err(Refusal::StepIncomplete)?;
                    draft.entry = Some((named.doc, step));
                }
                (true, _) => return Err(Refusal::NotHeld(id)),
                (false, value) => draft.edits.entry(named.doc).or_default().push(Edit {
                    facet: named.doc.facet,
                    key: op.key,
                    value,
                }),
            }
        }
    }
    Ok(draft)
}

fn decline(bench: &Bench, stated_ms: i64, id: CommitId, reason: Reason) -> Result<Draft, Refusal> {
    let row = bench.held.get(&id).ok_or(Refusal::NotHeld(id))?;
    let mut draft = empty(Act::Decline, row.area.clone(), stated_ms);
    draft.evidence = Some(id);
    draft.reason = Some(reason);
    Ok(draft)
}

/// A record that stands: one whose first commit was held has an empty open facet, and whatever was written on it would be held with it.
fn known<'a>(bench: &'a Bench, record: &RecordId) -> Result<&'a RecordRow, Refusal> {
    let row = bench
        .records
        .get(record)
        .ok_or(Refusal::UnknownRecord(*record))?;
    let open = DocId {
        record: *record,
        facet: Facet::Open,
    };
    if bench.sheet(&open).doc.heads().is_empty() {
        return Err(Refusal::Rights(Reason::BuildsOnHeld));
    }
    Ok(row)
}

fn by_facet(draft: &mut Draft, record: RecordId, edits: Vec<Edit>) {
    for edit in edits {
        draft
            .edits
            .entry(DocId {
                record,
                facet: edit.facet,
            })
            .or_default()
            .push(edit);
    }
}

fn set_entry(draft: &mut Draft, author: &Author<'_>, record: RecordId, step: NewStep) {
    let step = Step {
        kind: step.kind,
        by: author.grant.member,
        at_ms: Ms(draft.stated_ms),
        note: step.note,
        to: step.to,
        detail: StepDetail {
            office: Some(author.grant.role),
            ..step.detail
        },
    };
    draft.entry = Some((
        DocId {
            record,
            facet: Facet::Open,
        },
        step,
    ));
}
