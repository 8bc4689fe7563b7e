//! A person acts: edits become one signed commit.
//!
//! On a phone the commit is provisional: in the documents at once, owed to the hub, to be judged there. At a desk of a hub the hub's verdict comes in the same step, because the change is of
//! this program's own making on admitted ground.

mod draft;
mod number;
mod write;

use std::collections::BTreeMap;

use wangge_model::doc::Doc;
use wangge_model::id::{CommitId, Key, RecordId};
use wangge_model::kind::Facet;
use wangge_wire::Signer;

use crate::admission::Rights;
use crate::context::Context;
use crate::error::EngineError;
use crate::face::{ActBody, ActDone, DeskKey, Effect, NewAct, Notice, Refusal, Ticket};
use crate::limits;
use crate::moves::{self, Order};
use crate::node::NOTHING;
use crate::tx::{
    ChainId, ChainRow, CommitRow, CommitState, DocId, DocRow, FeedRow, GrantRow, Origin, Placement,
    RecordRow, Scope, StatementRow,
};

/// Who acts, and with what right.
struct Author<'a> {
    signer: Option<&'a dyn Signer>,
    grant: GrantRow,
    rights: Rights,
    /// What the numbers that this author gives begin with, after the area.
    block: String,
}

/// What acts work on: loaded once for all acts of an input, written once at its end.
struct Bench {
    chain: ChainRow,
    records: BTreeMap<RecordId, RecordRow>,
    placed: BTreeMap<RecordId, Placement>,
    docs: BTreeMap<DocId, Sheet>,
    held: BTreeMap<CommitId, CommitRow>,
    commits: Vec<CommitRow>,
    new_records: Vec<RecordRow>,
}

/// A document on the bench.
#[derive(Clone)]
struct Sheet {
    doc: Doc,
    branch: u32,
    dirty: bool,
}

/// Takes in a person's acts, each standing or falling alone.
pub(crate) fn on_act(
    context: &mut Context<'_>,
    ticket: Ticket,
    desk: Option<DeskKey>,
    acts: Vec<NewAct>,
) -> Result<(), EngineError> {
    let results = match author(context, desk.as_ref())? {
        Ok(author) if acts.len() <= limits::ACTS_MAX => do_acts(context, author, acts)?,
        Ok(_) => acts
            .iter()
            .map(|_| {
                Err(Refusal::TooLarge {
                    what: "acts of one input",
                    max: limits::ACTS_MAX as u64,
                })
            })
            .collect(),
        Err(refusal) => acts.iter().map(|_| Err(refusal.clone())).collect(),
    };
    context.effects.push(Effect::Acted { ticket, results });
    Ok(())
}

fn do_acts(
    context: &mut Context<'_>,
    mut author: Author<'_>,
    acts: Vec<NewAct>,
) -> Result<Vec<Result<ActDone, Refusal>>, EngineError> {
    let mut bench = Bench::load(context, &author, &acts)?;
    author.rights = author
        .rights
        .with_evidence(bench.held.values().map(|row| (row.id, row.area.clone())));
    let author = &author;
    let mut results = Vec::with_capacity(acts.len());
    for act in acts {
        results.push(match draft::draft(context, author, &bench, act) {
            Ok(draft) => write::write(context, author, &mut bench, draft)?,
            Err(refusal) => Err(refusal),
        });
    }
    bench.save(context)?;
    Ok(results)
}

/// The author of an act: the phone's member, or a desk's.
fn author<'a>(
    context: &mut Context<'_>,
    desk: Option<&'a DeskKey>,
) -> Result<Result<Author<'a>, Refusal>, EngineError> {
    if context.node.catching_up {
        return Ok(Err(Refusal::CatchingUp));
    }
    let (signer, device, grant) = match desk {
        None if context.node.is_hub() => return Ok(Err(Refusal::NotEnrolled)),
        None => (None, context.node.key, context.node.grant),
        Some(desk) => {
            let key = Key(desk.0.public());
            let peer = context.tx.load_peers(&[key])?.into_iter().flatten().next();
            (Some(&*desk.0), key, peer.map(|peer| peer.statement))
        }
    };
    let ids: Vec<_> = grant.into_iter().collect();
    let Some(grant) = context
        .tx
        .load_grants(&ids)?
        .into_iter()
        .flatten()
        .next()
        .filter(|grant| grant.device == device)
    else {
        return Ok(Err(Refusal::NotEnrolled));
    };
    let rights = Rights::of(context, &grant)?;
    let block = number::block(context, &grant)?;
    Ok(Ok(Author {
        signer,
        grant,
        rights,
        block,
    }))
}

impl Bench {
    fn load(
        context: &mut Context<'_>,
        author: &Author<'_>,
        acts: &[NewAct],
    ) -> Result<Self, EngineError> {
        let id = ChainId {
            key: author.grant.device,
            epoch: context.node.epoch,
        };
        let chain = context.tx.load_chains(&[id])?.into_iter().flatten().next();
        let evidence: Vec<CommitId> = acts
            .iter()
            .filter_map(|act| match act.what {
                ActBody::Adopt { commit } | ActBody::Decline { commit, .. } => Some(commit),
                ActBody::Create { .. }
                | ActBody::Edit { .. }
                | ActBody::Step { .. }
                | ActBody::Settle { .. }
                | ActBody::Move { .. } => None,
            })
            .collect();
        let held: BTreeMap<CommitId, CommitRow> = context
            .tx
            .load_commits(&evidence)?
            .into_iter()
            .flatten()
            .filter(|row| row.state == CommitState::Held)
            .map(|row| (row.id, row))
            .collect();
        let mut docs: Vec<DocId> = acts
            .iter()
            .flat_map(|act| draft::touches(&act.what, &held))
            .collect();
        // The open facet tells whether the record stands.
        docs.extend(docs.clone().into_iter().map(|doc| DocId {
            facet: Facet::Open,
            ..doc
        }));
        docs.sort_unstable();
        docs.dedup();
        let mut records: Vec<RecordId> = docs.iter().map(|doc| doc.record).collect();
        records.dedup();
        let placed = moves::places(context, &records)?;
        let records = context
            .tx
            .load_records(&records)?
            .into_iter()
            .flatten()
            .map(|row| (row.id, row))
            .collect();
        let chain = chain.unwrap_or(ChainRow {
            id,
            through: 0,
            last: NOTHING,
            hlc: 0,
        });
        Ok(Self {
            chain,
            records,
            placed,
            docs: load_sheets(context, &docs)?,
            held,
            commits: Vec::new(),
            new_records: Vec::new(),
        })
    }

    fn sheet(&self, id: &DocId) -> Sheet {
        self.docs.get(id).cloned().unwrap_or_else(|| Sheet {
            doc: Doc::new(),
            branch: 0,
            dirty: false,
        })
    }

    fn save(self, context: &mut Context<'_>) -> Result<(), EngineError> {
        if self.commits.is_empty() {
            return Ok(());
        }
        let documents: Vec<DocRow> = self
            .docs
            .into_iter()
            .filter(|(_, sheet)| sheet.dirty)
            .map(|(id, sheet)| DocRow {
                id,
                save: sheet.doc.save(),
                heads: sheet.doc.heads(),
                branch: sheet.branch,
            })
            .collect();
        let mut commits = self.commits;
        let feed = if context.node.is_hub() {
            admit_own(context, self.chain.id, &mut commits)?
        } else {
            Vec::new()
        };
        context.tx.save_chains(&[self.chain])?;
        context.tx.append_commits(&commits)?;
        if feed.is_empty() {
            context.news.outbox = true;
        } else {
            context.tx.append_feed(&feed)?;
        }
        if !self.new_records.is_empty() {
            context.tx.save_records(&self.new_records)?;
        }
        if !documents.is_empty() {
            context.tx.save_documents(&documents)?;
        }
        let orders: Vec<Order> = commits.iter().filter_map(Order::read).collect();
        moves::apply(context, &orders)
    }
}

/// The documents that are there.
fn load_sheets(
    context: &mut Context<'_>,
    docs: &[DocId],
) -> Result<BTreeMap<DocId, Sheet>, EngineError> {
    let mut sheets = BTreeMap::new();
    for row in context.tx.load_documents(docs)?.into_iter().flatten() {
        let doc = Doc::load(&row.save).map_err(|cause| EngineError::Document {
            doing: "loading",
            cause,
        })?;
        let sheet = Sheet {
            doc,
            branch: row.branch,
            dirty: false,
        };
        sheets.insert(row.id, sheet);
    }
    Ok(sheets)
}

/// A desk's commits get their verdict and their place at once.
fn admit_own(
    context: &mut Context<'_>,
    chain: ChainId,
    commits: &mut [CommitRow],
) -> Result<Vec<FeedRow>, EngineError> {
    let mut statements: Vec<StatementRow> = Vec::with_capacity(commits.len());
    let mut feed = Vec::with_capacity(commits.len());
    for row in commits.iter_mut() {
        let (statement, judged) = context.say_verdict(row.id, None);
        let place = context.next_place();
        let origin = Origin {
            chain,
            place: row.device_seq,
        };
        let order = Order::read(row);
        feed.push(FeedRow {
            place,
            statement: statement.id,
            commit: Some(row.id),
            device: Some(row.device),
            area: order.as_ref().map_or(&row.area, |order| &order.to).clone(),
            scope: order
                .as_ref()
                .map_or_else(|| Scope::of_admitted(&row.parts), |_| Scope::Move),
            origin: Some(origin),
            past: order.map(|_| row.area.clone()),
        });
        statements.push(statement);
        row.state = CommitState::Admitted;
        row.origin = Some(origin);
        row.owed = false;
        row.place = Some(place);
        row.verdict = Some(judged);
    }
    context.tx.append_statements(&statements)?;
    context.tell(Notice::Admitted {
        commits: commits.len() as u64,
    });
    Ok(feed)
}
