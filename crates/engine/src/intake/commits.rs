//! Commits of a phone, by its chain.

use std::collections::BTreeMap;

use wangge_model::area::Area;
use wangge_model::id::{CommitId, Incarnation, Key};
use wangge_model::reason::Reason;
use wangge_wire::commit::Withheld;
use wangge_wire::v1;

use super::{Bearer, Busy, Examined, Received, commit_row, examine};
use crate::context::Context;
use crate::error::EngineError;
use crate::face::Notice;
use crate::limits::Limits;
use crate::tx::{ChainId, ChainRow, CommitRow, CommitState, Epoch, FeedRow, Scope, StatementRow};

/// A commit as a phone pushed it.
#[derive(Clone, Debug)]
pub(crate) struct Pushed {
    /// What the item says of its place; believed only where the header cannot be read.
    pub(crate) place: u64,
    pub(crate) commit: v1::Commit,
}

/// What is gathered on the way through a batch, and written at its end.
struct Batch {
    device: Key,
    epoch: Epoch,
    home: Area,
    arrived_ms: i64,
    chains: BTreeMap<ChainId, ChainRow>,
    known: BTreeMap<CommitId, bool>,
    commits: Vec<CommitRow>,
    statements: Vec<StatementRow>,
    feed: Vec<FeedRow>,
    received: Received,
}

/// Receives what a device pushed. Answers what was received, and what came before its turn, to be handed in again with the next batch.
///
/// `epoch` is the incarnation that the device said hello with: the chain of what cannot be read.
pub(crate) fn receive_commits(
    context: &mut Context<'_>,
    limits: &Limits,
    device: Key,
    epoch: Epoch,
    items: Vec<Pushed>,
) -> Result<Result<(Received, Vec<Pushed>), Busy>, EngineError> {
    let (_, home) = context.seat("receiving")?;
    let counts = context.tx.load_counts()?;
    let held: u64 = context.tx.load_held_bytes(&[device])?.into_iter().sum();
    if counts.inbox + counts.parked > limits.inbox_max
        || counts.inbox_bytes > limits.inbox_bytes_max
        || held > limits.held_bytes_per_device_max
    {
        return Ok(Err(Busy));
    }
    let looked: Vec<(Pushed, Examined)> = items
        .into_iter()
        .map(|item| {
            let examined = examine(&item.commit, Withheld::Refused);
            (item, examined)
        })
        .collect();
    let mut batch = Batch::load(context, device, epoch, home, &looked)?;
    let mut early = Vec::new();
    for (item, examined) in looked {
        if let Some(item) = batch.take(context, item, examined) {
            early.push(item);
        }
    }
    batch.save(context).map(|received| Ok((received, early)))
}

impl Batch {
    fn load(
        context: &mut Context<'_>,
        device: Key,
        epoch: Epoch,
        home: Area,
        looked: &[(Pushed, Examined)],
    ) -> Result<Self, EngineError> {
        let ids: Vec<CommitId> = looked.iter().map(|(_, examined)| examined.id).collect();
        let states = context.tx.load_commit_states(&ids)?;
        let known = ids
            .into_iter()
            .zip(states)
            .map(|(id, state)| (id, state.is_some()))
            .collect();
        let mut wanted: Vec<ChainId> = looked
            .iter()
            .map(|(item, examined)| bearer(device, epoch, item, examined).chain)
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let rows = context.tx.load_chains(&wanted)?;
        let chains = wanted
            .into_iter()
            .zip(rows)
            .map(|(id, row)| (id, row.unwrap_or_else(|| empty_chain(id))))
            .collect();
        // What comes from a device whose right was taken away came after that, even if the clock was set back since.
        let peer = context
            .tx
            .load_peers(&[device])?
            .into_iter()
            .flatten()
            .next();
        let revoked_ms = peer.and_then(|peer| peer.revoked_ms);
        Ok(Self {
            device,
            epoch,
            home,
            arrived_ms: context.ms().max(revoked_ms.unwrap_or(i64::MIN)),
            chains,
            known,
            commits: Vec::new(),
            statements: Vec::new(),
            feed: Vec::new(),
            received: Received::default(),
        })
    }

    /// Takes one item; answers it where its turn has not come.
    fn take(
        &mut self,
        context: &mut Context<'_>,
        item: Pushed,
        mut examined: Examined,
    ) -> Option<Pushed> {
        let bearer = bearer(self.device, self.epoch, &item, &examined);
        let mut chain = self
            .chains
            .get(&bearer.chain)
            .cloned()
            .unwrap_or_else(|| empty_chain(bearer.chain));
        let next = chain.through + 1;
        if self.known.get(&examined.id).copied().unwrap_or_default() {
            // It came another way before (from the parent, after this hub was restored), or it came twice.
            if bearer.place == next {
                advance(&mut chain, &bearer, &examined, examined.fault.is_none());
            }
            self.received.chains.insert(bearer.chain);
            self.chains.insert(bearer.chain, chain);
            return None;
        }
        if bearer.place > next {
            return Some(item);
        }
        let fault = examined
            .fault
            .or_else(|| self.judge_place(&chain, &bearer, &examined));
        if bearer.place == next {
            advance(&mut chain, &bearer, &examined, fault.is_none());
        }
        self.chains.insert(bearer.chain, chain);
        self.received.chains.insert(bearer.chain);
        self.received.commits += 1;
        self.known.insert(examined.id, true);
        let device = self.device;
        if fault.is_some()
            && examined
                .header
                .as_ref()
                .is_some_and(|header| Key(header.device) == device)
        {
            examined.outline_held(&item.commit);
        }
        let mut row = commit_row(item.commit, &examined, bearer, &self.home, self.arrived_ms);
        if let Some(reason) = fault {
            self.hold(context, &mut row, reason);
        }
        self.commits.push(row);
        None
    }

    /// Device, chain and order.
    fn judge_place(
        &self,
        chain: &ChainRow,
        bearer: &Bearer,
        examined: &Examined,
    ) -> Option<Reason> {
        let header = examined.header.as_ref()?;
        if Key(header.device) != self.device {
            return Some(Reason::ForeignActor);
        }
        if bearer.place <= chain.through
            || header.prev.map_or(crate::node::NOTHING, CommitId) != chain.last
        {
            return Some(Reason::ForkedChain);
        }
        // Only against its own chain: whose clock is right, the device's or this hub's, decides nothing.
        (header.hlc <= chain.hlc).then_some(Reason::BadTime)
    }

    fn hold(&mut self, context: &mut Context<'_>, row: &mut CommitRow, reason: Reason) {
        let (statement, judged) = context.say_verdict(row.id, Some((reason, None)));
        let place = context.next_place();
        row.state = CommitState::Held;
        row.place = Some(place);
        self.feed.push(FeedRow {
            place,
            statement: statement.id,
            commit: Some(row.id),
            // Whose name it bears is not proven; it was this device that brought it.
            device: Some(self.device),
            area: row.area.clone(),
            scope: Scope::Device,
            origin: row.origin,
            past: None,
        });
        row.verdict = Some(judged);
        self.statements.push(statement);
        self.received.held.push((row.id, reason));
    }

    fn save(self, context: &mut Context<'_>) -> Result<Received, EngineError> {
        let chains: Vec<ChainRow> = self
            .chains
            .into_values()
            .filter(|chain| chain.through > 0)
            .collect();
        context.tx.save_chains(&chains)?;
        if !self.statements.is_empty() {
            context.tx.append_statements(&self.statements)?;
        }
        if !self.commits.is_empty() {
            context.tx.append_commits(&self.commits)?;
            context.news.inbox = true;
            context.tell(Notice::Received {
                commits: self.received.commits,
            });
        }
        if !self.feed.is_empty() {
            context.tx.append_feed(&self.feed)?;
        }
        for (commit, reason) in &self.received.held {
            context.tell(Notice::Held {
                commit: *commit,
                reason: *reason,
            });
        }
        Ok(self.received)
    }
}

/// The place that an item claims: the header's, where it can be read and is the device's own.
fn bearer(device: Key, epoch: Epoch, item: &Pushed, examined: &Examined) -> Bearer {
    match &examined.header {
        Some(header) if Key(header.device) == device => Bearer {
            device,
            chain: ChainId {
                key: device,
                epoch: Incarnation(header.incarnation),
            },
            place: header.device_seq,
        },
        _ => Bearer {
            device,
            chain: ChainId { key: device, epoch },
            place: item.place,
        },
    }
}

/// The chain goes on behind what is held too; but a time that is held does not count, or one leap of a clock would hold all that follows.
fn advance(chain: &mut ChainRow, bearer: &Bearer, examined: &Examined, good: bool) {
    chain.through = bearer.place;
    chain.last = examined.id;
    if let Some(header) = examined.header.as_ref().filter(|_| good) {
        chain.hlc = chain.hlc.max(header.hlc);
    }
}

fn empty_chain(id: ChainId) -> ChainRow {
    ChainRow {
        id,
        through: 0,
        last: crate::node::NOTHING,
        hlc: 0,
    }
}
