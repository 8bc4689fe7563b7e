//! Entries of another hub: a child's feed coming up, the parent's coming down. They bring their verdict; none is given a second time.

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::area::Area;
use wangge_model::id::{CommitId, Key, StatementId};
use wangge_model::reason::Reason;
use wangge_model::time::Hlc;
use wangge_wire::commit::Withheld;
use wangge_wire::statement::{Body, Charter, Grant, Opened, Verdict, open_statement};
use wangge_wire::v1;

use super::{Bearer, Received, commit_row, examine};
use crate::codec;
use crate::context::Context;
use crate::error::EngineError;
use crate::face::Notice;
use crate::tx::{
    ChainId, CommitRow, CommitState, FeedRow, GrantRow, HubRow, Judged, Origin, PeerRow, Scope,
    StatementRow, VerdictRow,
};
use crate::verdict;

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
    fed: BTreeMap<StatementId, bool>,
    new: Vec<CommitRow>,
    verdicts: Vec<VerdictRow>,
    statements: Vec<StatementRow>,
    grants: Vec<GrantRow>,
    new_hubs: Vec<HubRow>,
    feed: Vec<FeedRow>,
    received: Received,
    admitted: u64,
    stray: bool,
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
    let mut batch = Batch::load(context, sender, &opened)?;
    for (item, opened) in opened {
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
        let known = context
            .tx
            .load_commits(&commits)?
            .into_iter()
            .flatten()
            .map(|row| (row.id, row))
            .collect();
        Ok(Self {
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
            received: Received::default(),
            admitted: 0,
            stray: false,
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

    fn take_verdict(
        &mut self,
        context: &mut Context<'_>,
        item: Told,
        opened: &Opened,
        verdict: &Verdict,
        area: Option<&Area>,
    ) {
        let id = CommitId(verdict.commit);
        let held = verdict.outcome != v1::Outcome::Admitted;
        let judged = Judged {
            reason: held.then(|| codec::reason(verdict.reason)),
            blocked_by: verdict.blocked_by.map(CommitId),
            statement: StatementId(opened.id),
            hub: Key(opened.statement.hub),
            at_ms: opened.statement.at_ms,
        };
        if let Some(row) = self.known.get(&id).cloned() {
            self.take_known(context, &item, opened, judged, row);
            return;
        }
        let Some(commit) = item.entry.commit.clone() else {
            // A bare verdict is about our own commit. Not to know it means that this store lost it: it is a copy.
            self.stray |= !context.node.is_hub() && matches!(self.sender, Sender::Parent(_));
            return;
        };
        if codec::id_of(&commit) != id {
            self.received.alarms.push((id, Reason::BadEvidence));
            return;
        }
        self.take_new(context, item, opened, judged, commit, area);
    }

    fn take_new(
        &mut self,
        context: &mut Context<'_>,
        item: Told,
        opened: &Opened,
        judged: Judged,
        commit: v1::Commit,
        area: Option<&Area>,
    ) {
        let withheld = if matches!(self.sender, Sender::Parent(_)) {
            Withheld::Allowed
        } else {
            Withheld::Refused
        };
        let examined = examine(&commit, withheld);
        let bearer = Bearer {
            device: Key([0; 32]),
            chain: self.sender.chain(),
            place: item.place,
        };
        let mut row = commit_row(commit, &examined, bearer, &self.home, context.ms());
        let held = judged.reason.is_some();
        let outside = area.is_some_and(|area| !area.contains(&row.area));
        let objection = examined
            .fault
            .or(outside.then_some(Reason::OutOfArea))
            .filter(|_| !held);
        row.verdict = Some(judged);
        row.state = match (held, objection) {
            (true, _) => CommitState::Held,
            (false, None) => CommitState::Inbox,
            (false, Some(reason)) => {
                self.pause(&mut row, reason);
                CommitState::Paused
            }
        };
        if row.state == CommitState::Inbox
            && let Some(said) = &row.said
        {
            context.node.observe(Hlc(said.hlc), context.now);
        }
        if row.state != CommitState::Inbox {
            row.place = self.feed(context, &row, StatementId(opened.id), Scope::Device);
        }
        self.statements.push(codec::statement_row(
            opened,
            item.entry.statement,
            item.entry.signature,
        ));
        self.received.commits += 1;
        self.known.insert(row.id, row.clone());
        self.new.push(row);
    }

    fn pause(&mut self, row: &mut CommitRow, reason: Reason) {
        if let Some(judged) = &mut row.verdict {
            judged.reason = Some(reason);
        }
        self.received.alarms.push((row.id, reason));
    }

    /// A verdict on a commit that stands here already.
    fn take_known(
        &mut self,
        context: &mut Context<'_>,
        item: &Told,
        opened: &Opened,
        judged: Judged,
        row: CommitRow,
    ) {
        let admits = judged.reason.is_none();
        if let Some(former) = &row.verdict {
            let admitted = former.reason.is_none() || row.state == CommitState::Paused;
            if former.statement != judged.statement && admitted != admits {
                self.received
                    .alarms
                    .push((row.id, judged.reason.unwrap_or(Reason::BadEvidence)));
            }
            return;
        }
        let state = match (row.state, admits) {
            (_, false) => CommitState::Held,
            (CommitState::Own, true) => CommitState::Admitted,
            // This hub was restored and had the commit from its device again: it waits on for its proof, its verdict is known.
            (_, true) => CommitState::Inbox,
        };
        self.admitted += u64::from(state == CommitState::Admitted);
        let mut place = None;
        if state == CommitState::Held {
            place = self.feed(context, &row, judged.statement, Scope::Device);
            self.received
                .held
                .push((row.id, judged.reason.unwrap_or(Reason::Malformed)));
        }
        self.statements.push(codec::statement_row(
            opened,
            item.entry.statement.clone(),
            item.entry.signature.clone(),
        ));
        let known = CommitRow {
            state,
            verdict: Some(judged.clone()),
            place,
            ..row
        };
        self.verdicts.push(VerdictRow {
            commit: known.id,
            state,
            verdict: judged,
            place,
        });
        self.known.insert(known.id, known);
    }

    fn take_grant(
        &mut self,
        context: &mut Context<'_>,
        item: Told,
        opened: &Opened,
        grant: &Grant,
        area: Option<&Area>,
    ) {
        let id = StatementId(opened.id);
        let row = codec::grant_row(id, Key(opened.statement.hub), grant);
        let Some(row) = row.filter(|row| area.is_none_or(|area| area.contains(&row.area))) else {
            self.received
                .alarms
                .push((crate::node::NOTHING, Reason::OutOfArea));
            return;
        };
        let area = row.area.clone();
        self.grants.push(row);
        self.take_statement(context, item, opened, area);
    }

    fn take_charter(
        &mut self,
        context: &mut Context<'_>,
        item: Told,
        opened: &Opened,
        charter: &Charter,
        area: Option<&Area>,
    ) {
        let (Ok(seat), Some(level)) = (charter.area.parse::<Area>(), codec::level(charter.level))
        else {
            return;
        };
        if area.is_some_and(|area| !area.contains(&seat)) {
            self.received
                .alarms
                .push((crate::node::NOTHING, Reason::OutOfArea));
            return;
        }
        let row = HubRow {
            key: Key(charter.hub),
            area: seat.clone(),
            level,
            name: charter.name.clone(),
            parent: Key(opened.statement.hub),
            statement: StatementId(opened.id),
            above: self.above.contains(&Key(charter.hub)),
        };
        let below = self.home.contains(&seat) && row.key != context.node.key;
        if row.above || (below && context.node.is_hub()) {
            self.hubs.insert(row.key, row.clone());
            self.new_hubs.push(row);
        }
        self.take_statement(context, item, opened, seat);
    }

    /// A grant or charter: kept, and passed on.
    fn take_statement(
        &mut self,
        context: &mut Context<'_>,
        item: Told,
        opened: &Opened,
        area: Area,
    ) {
        let id = StatementId(opened.id);
        if context.node.is_hub() && !self.fed.insert(id, true).unwrap_or_default() {
            let place = context.next_place();
            self.feed.push(FeedRow {
                place,
                statement: id,
                commit: None,
                device: None,
                area,
                scope: Scope::Wide,
                origin: Some(Origin {
                    chain: self.sender.chain(),
                    place: item.place,
                }),
            });
        }
        self.statements.push(codec::statement_row(
            opened,
            item.entry.statement,
            item.entry.signature,
        ));
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
        self.feed.push(FeedRow {
            place,
            statement,
            commit: Some(row.id),
            device: Some(row.device),
            area: row.area.clone(),
            scope,
            origin: row.origin,
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
        self.tell(context);
        if !context.node.is_hub() {
            let held: Vec<CommitRow> = self
                .known
                .into_values()
                .filter(|row| row.state == CommitState::Held)
                .collect();
            verdict::go_on_beside(context, &self.verdicts, &held, self.stray)?;
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
