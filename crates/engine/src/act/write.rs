//! From a draft to a signed commit and the documents with it.

use std::collections::BTreeMap;

use wangge_model::doc::Written;
use wangge_model::gate::{GateLimits, outline};
use wangge_model::id::{ActorId, CommitId, RecordId};
use wangge_model::kind::{Act, Facet, Kind, Role};
use wangge_model::reason::Reason;
use wangge_model::step::{Step, log_key};
use wangge_model::time::{Hlc, Ms};
use wangge_model::value::Edit;
use wangge_rules::matter::{self, Measured, Void};
use wangge_rules::role;
use wangge_wire::commit::{
    Header, Moves, PartRef, commit_id, derive_actor, encode_header, part_digest, sign_commit,
};
use wangge_wire::limits::{CHANGE_LEN_MAX, PARTS_MAX};

use super::draft::Draft;
use super::{Author, Bench, Sheet};
use crate::admission::{Candidate, judge_rights};
use crate::codec;
use crate::context::Context;
use crate::error::EngineError;
use crate::face::{ActDone, Refusal};
use crate::intake::part_outline;
use crate::limits;
use crate::tx::{CommitRow, CommitState, DocId, PartName, PartRow, RecordRow, SaidRow};

/// The version of the record shapes that this program writes.
const SCHEMA: u32 = 1;

/// A document with the draft's change in it.
struct Page {
    id: DocId,
    sheet: Sheet,
    written: Written,
}

/// Writes a draft onto the bench; nothing of it stays where it is refused.
pub(super) fn write(
    context: &mut Context<'_>,
    author: &Author<'_>,
    bench: &mut Bench,
    draft: Draft,
) -> Result<Result<ActDone, Refusal>, EngineError> {
    let hlc = context.node.stamp(context.now);
    let pages = match write_pages(context, author, bench, &draft, hlc)? {
        Ok(pages) => pages,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let row = sign(context, author, bench, &draft, &pages, hlc);
    let candidate = Candidate::read(row);
    if candidate.row.parts.len() > PARTS_MAX {
        return Ok(Err(Refusal::TooLarge {
            what: "documents of one commit",
            max: PARTS_MAX as u64,
        }));
    }
    let unfit = candidate
        .outlines
        .iter()
        .zip(&candidate.row.parts)
        .any(|(outline, part)| outline.is_none() || part.change.len() > CHANGE_LEN_MAX);
    if unfit {
        return Ok(Err(Refusal::TooLarge {
            what: "bytes of one document's change",
            max: CHANGE_LEN_MAX as u64,
        }));
    }
    let bytes: usize = candidate
        .row
        .parts
        .iter()
        .map(|part| part.change.len())
        .sum();
    if bytes > limits::COMMIT_BYTES_MAX {
        return Ok(Err(Refusal::TooLarge {
            what: "bytes of one commit",
            max: limits::COMMIT_BYTES_MAX as u64,
        }));
    }
    if let Err(reason) = judge_rights(&author.rights, &bench.records, &bench.placed, &candidate) {
        return Ok(Err(Refusal::Rights(reason)));
    }
    Ok(Ok(accept(bench, draft, pages, candidate.row)))
}

fn write_pages(
    context: &Context<'_>,
    author: &Author<'_>,
    bench: &Bench,
    draft: &Draft,
    hlc: Hlc,
) -> Result<Result<Vec<Page>, Refusal>, EngineError> {
    let mut edits: BTreeMap<DocId, Vec<Edit>> = draft.edits.clone();
    if let Some((id, _)) = &draft.entry {
        edits.entry(*id).or_default();
    }
    let mut pages = Vec::with_capacity(edits.len());
    for (id, mut edits) in edits {
        let mut sheet = bench.sheet(&id);
        let actor = ActorId(derive_actor(
            &author.grant.device.0,
            &context.node.epoch.0,
            sheet.branch,
        ));
        if let Some((_, step)) = draft.entry.as_ref().filter(|(at, _)| *at == id) {
            edits.push(Edit::set(Facet::Open, log_key(hlc, &actor), step.encode()));
        }
        let written = match sheet.doc.write(actor, &edits, Ms(draft.stated_ms)) {
            Ok(written) => written,
            Err(wangge_model::Error::NothingToWrite) => continue,
            Err(cause) => {
                return Err(EngineError::Document {
                    doing: "writing",
                    cause,
                });
            }
        };
        if let Some((_, step)) = draft.entry.as_ref().filter(|(at, _)| *at == id)
            && let Some(refusal) = refuse_step(
                &sheet,
                draft,
                step,
                &log_key(hlc, &actor),
                author.grant.role,
            )
        {
            return Ok(Err(refusal));
        }
        sheet.dirty = true;
        pages.push(Page { id, sheet, written });
    }
    if pages.is_empty() && !matches!(draft.act, Act::Decline | Act::Move) {
        return Ok(Err(Refusal::Empty));
    }
    Ok(Ok(pages))
}

/// A step that would count for nothing is not written. What is not of the author's office at all, the judge of rights says; a step that is
/// adopted may be of an older program, and lack what is asked for today.
fn refuse_step(
    sheet: &Sheet,
    draft: &Draft,
    step: &Step,
    key: &str,
    office: Role,
) -> Option<Refusal> {
    if draft.act != Act::Adopt
        && let Err(problem) = step.validate()
    {
        return Some(Refusal::StepIncomplete(problem));
    }
    let open = sheet.doc.entries();
    let state = matter::fold(&open);
    if let Some((_, void)) = state.void.iter().find(|(entry, _)| entry == key) {
        let rights_say = *void == Void::WrongOffice && !role::may_step(office, step.kind);
        return (!rights_say).then_some(Refusal::StepVoid(*void));
    }
    let measured = matter::unmeasured(&open, &state, step.kind);
    measured
        .filter(|_| draft.act != Act::Adopt)
        .map(|Measured { measure, .. }| Refusal::Unmeasured {
            measure: measure.to_owned(),
        })
}

/// The parts with their salts, and what the header says of each.
fn salt_parts(
    context: &mut Context<'_>,
    draft: &Draft,
    pages: &[Page],
) -> (Vec<PartRef>, Vec<PartRow>) {
    let mut refs = Vec::with_capacity(pages.len());
    let mut parts = Vec::with_capacity(pages.len());
    for page in pages {
        let salt: [u8; 16] = context.random();
        let kind = draft
            .kinds
            .get(&page.id.record)
            .copied()
            .unwrap_or(Kind::RESIDENT);
        refs.push(PartRef {
            record: *page.id.record.as_bytes(),
            kind: kind.to_u8(),
            facet: codec::wire_facet(page.id.facet),
            branch: page.sheet.branch,
            digest: part_digest(&salt, &page.written.change),
        });
        parts.push(PartRow {
            salt: salt.to_vec(),
            change: page.written.change.clone(),
            named: Some(PartName {
                doc: page.id,
                kind,
                branch: page.sheet.branch,
            }),
            outline: outline(&page.written.change, &GateLimits::default())
                .ok()
                .as_ref()
                .map(part_outline),
        });
    }
    (refs, parts)
}

/// Header, id, signature.
fn sign(
    context: &mut Context<'_>,
    author: &Author<'_>,
    bench: &Bench,
    draft: &Draft,
    pages: &[Page],
    hlc: Hlc,
) -> CommitRow {
    let (refs, parts) = salt_parts(context, draft, pages);
    let device_seq = bench.chain.through + 1;
    let header = encode_header(&Header {
        device: author.grant.device.0,
        incarnation: context.node.epoch.0,
        device_seq,
        prev: (device_seq > 1).then_some(bench.chain.last.0),
        author: *author.grant.member.as_bytes(),
        grant: author.grant.statement.0,
        act: codec::wire_act(draft.act),
        hlc: hlc.0,
        stated_ms: draft.stated_ms,
        schema: SCHEMA,
        area: draft.area.as_str().to_owned(),
        parts: refs,
        evidence: draft.evidence.map(|id| id.0),
        reason: draft.reason.map_or(0, Reason::to_u32),
        moves: draft.to.as_ref().map(|to| Moves {
            to_area: to.as_str().to_owned(),
            records: draft
                .kinds
                .keys()
                .map(|record| *record.as_bytes())
                .collect(),
        }),
    });
    let signature = sign_commit(author.signer.unwrap_or(context.signer), &header).to_vec();
    CommitRow {
        id: CommitId(commit_id(&header)),
        header,
        signature,
        parts,
        device: author.grant.device,
        incarnation: context.node.epoch,
        device_seq,
        said: Some(SaidRow {
            author: author.grant.member,
            grant: author.grant.statement,
            act: draft.act,
            hlc: hlc.0,
            stated_ms: draft.stated_ms,
            evidence: draft.evidence,
            reason: draft.reason,
        }),
        area: draft.area.clone(),
        received_ms: context.node.believed_ms(context.now),
        origin: None,
        owed: true,
        state: CommitState::Own,
        verdict: None,
        place: None,
    }
}

fn accept(bench: &mut Bench, draft: Draft, pages: Vec<Page>, row: CommitRow) -> ActDone {
    bench.chain.through = row.device_seq;
    bench.chain.last = row.id;
    bench.chain.hlc = row.said.as_ref().map_or(bench.chain.hlc, |said| said.hlc);
    if let Some(id) = draft.new {
        let kind = draft.kinds.get(&id).copied().unwrap_or(Kind::RESIDENT);
        let record = RecordRow {
            id,
            kind,
            area: draft.area,
            created_by: row.id,
            paused: false,
        };
        bench.records.insert(id, record.clone());
        bench.new_records.push(record);
    }
    for page in pages {
        bench.docs.insert(page.id, page.sheet);
    }
    if let Some(to) = &draft.to {
        for record in draft.kinds.keys() {
            if let Some(known) = bench.records.get_mut(record) {
                known.area = to.clone();
            }
        }
    }
    let mut records: Vec<RecordId> = draft.kinds.into_keys().collect();
    records.sort_unstable();
    let done = ActDone {
        commit: row.id,
        records,
    };
    bench.commits.push(row);
    done
}
