//! Entries of another hub: a child's feed coming up, the parent's coming down. They bring their verdict; none is given a second time.

mod again;
mod statements;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::area::Area;
use wangge_model::id::{CommitId, Key, StatementId};
use wangge_model::reason::Reason;
use wangge_wire::commit::parse_header;
use wangge_wire::statement::{Body, Opened, open_statement};
use wangge_wire::v1;

use super::Received;
use crate::codec;
use crate::context::Context;
use crate::error::EngineError;
use crate::face::Notice;
use crate::moves::{self, Order};
use crate::tx::{
    ChainId, CommitRow, CommitState, FeedRow, GrantRow, HubRow, PeerRow, Scope, StatementRow,
    VerdictRow,
};
use crate::{offer, verdict};

/// An entry as it came.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) place: u64,
    pub(crate) entry: v1::Entry,
}

/// The parent and all above it.
fn above(context: &mut Context<'_>, sender: &Sender) -> Result<BTreeSet<Key>, EngineError> {
    let Sender::Parent(parent) = sender else {
        return Ok(BTreeSet::new());
    };
    let rows = context.tx.load_hubs_above()?;
    let known = rows.iter().flat_map(|row| [row.key, row.parent]);
    Ok(known.chain([parent.key]).collect())
}

/// Who sent the entries.
#[derive(Clone, Debug)]
pub(crate) enum Sender {
    /// A child hub, in its present epoch.
    Child(PeerRow),
    /// The parent, in its present epoch.
    Parent(ChainId),
}

impl Sender {
    fn chain(&self) -> ChainId {
        match self {
            Self::Child(peer) => ChainId {
                key: peer.key,
                epoch: peer.epoch,
            },
            Self::Parent(chain) => *chain,
        }
    }
}

/// What is gathered on the way through a batch, and written at its end.
struct Batch {
    sender: Sender,
    home: Area,
    hubs: BTreeMap<Key, HubRow>,
    /// The parent and all that stand above it, the root too, which no charter names.
    above: BTreeSet<Key>,
    known: BTreeMap<CommitId, CommitRow>,
    /// What moves brought back here, and what is not here.
    again: again::Again,
    fed: BTreeMap<StatementId, bool>,
    new: Vec<CommitRow>,
    verdicts: Vec<VerdictRow>,
    statements: Vec<StatementRow>,
    grants: Vec<GrantRow>,
    new_hubs: Vec<HubRow>,
    feed: Vec<FeedRow>,
    orders: Vec<Order>,
    received: Received,
    admitted: u64,
}

/// Receives entries, all of them in their turn: what came early is the session's to keep. Blank entries fill places that are not for us.
///
/// What a hub says without a signature or a charter is passed over with an alarm: it stands in that hub's store and is not lost.
pub(crate) fn receive_entries(
    context: &mut Context<'_>,
    sender: Sender,
    items: Vec<Told>,
) -> Result<Received, EngineError> {
    let opened: Vec<(Told, Option<Opened>)> = items
        .into_iter()
        .filter(|item| !item.entry.statement.is_empty())
        .map(|item| {
            let opened = open_statement(&item.entry.statement, &item.entry.signature).ok();
            (item, opened)
        })
        .collect();
    if opened.is_empty() {
        return Ok(Received::default());
    }
    // What stands behind a move is taken in when the move has taken effect.
    let mut received = Received::default();
    let mut slice = Vec::new();
    for (item, opened) in opened {
        let moves = is_move(&item);
        slice.push((item, opened));
        if moves {
            let slice = std::mem::take(&mut slice);
            received.add(receive_slice(context, &sender, slice)?);
        }
    }
    received.add(receive_slice(context, &sender, slice)?);
    Ok(received)
}

fn is_move(item: &Told) -> bool {
    // A move has no parts: of what has some the header is not read twice.
    let commit = item.entry.commit.as_ref();
    commit
        .filter(|commit| commit.parts.is_empty())
        .and_then(|commit| parse_header(&commit.header).ok())
        .is_some_and(|header| header.moves.is_some())
}

fn receive_slice(
    context: &mut Context<'_>,
    sender: &Sender,
    items: Vec<(Told, Option<Opened>)>,
) -> Result<Received, EngineError> {
    if items.is_empty() {
        return Ok(Received::default());
    }
    let mut batch = Batch::load(context, sender.clone(), &items)?;
    for (item, opened) in items {
        let commit = item
            .entry
            .commit
            .as_ref()
            .map_or(crate::node::NOTHING, codec::id_of);
        match opened {
            Some(opened) => batch.take(context, item, opened),
            None => batch.received.alarms.push((commit, Reason::BadSignature)),
        }
    }
    batch.save(context)
}

impl Batch {
    fn load(
        context: &mut Context<'_>,
        sender: Sender,
        opened: &[(Told, Option<Opened>)],
    ) -> Result<Self, EngineError> {
        let statements: Vec<&Opened> = opened
            .iter()
            .filter_map(|(_, opened)| opened.as_ref())
            .collect();
        let mut keys: Vec<Key> = statements
            .iter()
            .map(|opened| Key(opened.statement.hub))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let hubs = context
            .tx
            .load_hubs(&keys)?
            .into_iter()
            .flatten()
            .map(|row| (row.key, row))
            .collect();
        let ids: Vec<StatementId> = statements
            .iter()
            .map(|opened| StatementId(opened.id))
            .collect();
        let fed = ids
            .iter()
            .copied()
            .zip(context.tx.load_fed(&ids)?)
            .collect();
        let commits: Vec<CommitId> = statements
            .iter()
            .filter_map(|opened| match &opened.statement.body {
                Body::Verdict(verdict) => Some(CommitId(verdict.commit)),
                Body::Grant(_) | Body::Charter(_) | Body::Receipt(_) => None,
            })
            .collect();
        let known: BTreeMap<CommitId, CommitRow> = context
            .tx
            .load_commits(&commits)?
            .into_iter()
            .flatten()
            .map(|row| (row.id, row))
            .collect();
        Ok(Self {
            again: again::Again::load(context, &sender, &known)?,
            above: above(context, &sender)?,
            sender,
            home: context.home()?,
            hubs,
            known,
            fed,
            new: Vec::new(),
            verdicts: Vec::new(),
            statements: Vec::new(),
            grants: Vec::new(),
            new_hubs: Vec::new(),
            feed: Vec::new(),
            orders: Vec::new(),
            received: Received::default(),
            admitted: 0,
        })
    }

    fn take(&mut self, context: &mut Context<'_>, item: Told, opened: Opened) {
        let hub = Key(opened.statement.hub);
        let subject = item
            .entry
            .commit
            .as_ref()
            .map_or(crate::node::NOTHING, codec::id_of);
        self.learn_above(&opened);
        let Some(area) = self.seat_of(context, &hub) else {
            self.received.alarms.push((subject, Reason::NoGrant));
            return;
        };
        match opened.statement.body.clone() {
            Body::Verdict(verdict) => {
                self.take_verdict(context, item, &opened, &verdict, area.as_ref())
            }
            Body::Grant(grant) => self.take_grant(context, item, &opened, &grant, area.as_ref()),
            Body::Charter(charter) => {
                self.take_charter(context, item, &opened, &charter, area.as_ref())
            }
            // A receipt is no entry of a feed.
            Body::Receipt(_) => {}
        }
    }

    /// The area within which a hub is believed when this sender brings its words: `None` not at all, `Some(None)` without bound (what stands above).
    fn seat_of(&self, context: &Context<'_>, hub: &Key) -> Option<Option<Area>> {
        let row = self.hubs.get(hub).filter(|row| !row.above);
        match &self.sender {
            Sender::Child(peer) if *hub == peer.key => Some(Some(peer.area.clone())),
            Sender::Child(peer) => row
                .filter(|row| peer.area.contains(&row.area))
                .map(|row| Some(row.area.clone())),
            Sender::Parent(_) if self.above.contains(hub) || *hub == context.node.key => Some(None),
            Sender::Parent(_) => row.map(|row| Some(row.area.clone())),
        }
    }

    /// A charter of a hub above names one that stands above it, with the same trust as in a welcome.
    fn learn_above(&mut self, opened: &Opened) {
        if let (Body::Charter(charter), Sender::Parent(_)) = (&opened.statement.body, &self.sender)
            && self.above.contains(&Key(charter.hub))
        {
            self.above.insert(Key(opened.statement.hub));
        }
    }

    /// Gives an entry its place in this hub's feed; a phone has none.
    fn feed(
        &mut self,
        context: &mut Context<'_>,
        row: &CommitRow,
        statement: StatementId,
        scope: Scope,
    ) -> Option<u64> {
        if !context.node.is_hub() {
            return None;
        }
        let place = context.next_place();
        let order = Order::read(row).filter(|_| scope == Scope::Move);
        self.feed.push(FeedRow {
            place,
            statement,
            commit: Some(row.id),
            device: Some(row.device),
            area: order.as_ref().map_or(&row.area, |order| &order.to).clone(),
            scope,
            origin: row.origin,
            past: order.map(|order| order.from),
        });
        Some(place)
    }

    fn save(mut self, context: &mut Context<'_>) -> Result<Received, EngineError> {
        context.tx.append_statements(&self.statements)?;
        if !self.grants.is_empty() {
            context.tx.append_grants(&self.grants)?;
        }
        if !self.new_hubs.is_empty() {
            context.tx.save_hubs(&self.new_hubs)?;
        }
        if !self.new.is_empty() {
            context.tx.append_commits(&self.new)?;
            context.news.inbox = true;
        }
        if !self.again.rows.is_empty() {
            context.tx.save_again(&self.again.rows)?;
        }
        if !self.verdicts.is_empty() {
            context.tx.save_verdicts(&self.verdicts)?;
            context.news.inbox = true;
            context.news.replan = true;
        }
        if !self.feed.is_empty() {
            context.tx.append_feed(&self.feed)?;
        }
        self.received.held.extend(
            self.new
                .iter()
                .filter(|row| row.state == CommitState::Held)
                .filter_map(|row| {
                    row.verdict
                        .as_ref()
                        .and_then(|judged| judged.reason)
                        .map(|reason| (row.id, reason))
                }),
        );
        moves::apply(context, &self.orders)?;
        let own = context.node.key;
        for grant in self.grants.iter().filter(|grant| grant.hub == own) {
            offer::restore_child(context, grant)?;
        }
        for hub in self.new_hubs.iter().filter(|hub| hub.parent == own) {
            offer::restore_hub(context, hub)?;
        }
        self.tell(context);
        if !context.node.is_hub() {
            let held: Vec<CommitRow> = self
                .known
                .into_values()
                .filter(|row| row.state == CommitState::Held)
                .collect();
            verdict::go_on_beside(context, &self.verdicts, &held, self.received.stray)?;
        }
        Ok(self.received)
    }

    fn tell(&self, context: &mut Context<'_>) {
        if self.received.commits > 0 {
            context.tell(Notice::Received {
                commits: self.received.commits,
            });
        }
        if self.admitted > 0 {
            context.tell(Notice::Admitted {
                commits: self.admitted,
            });
        }
        for (commit, reason) in &self.received.held {
            context.tell(Notice::Held {
                commit: *commit,
                reason: *reason,
            });
        }
        for (commit, reason) in &self.received.alarms {
            context.tell(Notice::Alarm {
                commit: *commit,
                reason: *reason,
            });
        }
    }
}
