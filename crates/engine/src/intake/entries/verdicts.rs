//! Verdicts of other hubs, and the commits they bring.

use wangge_model::area::Area;
use wangge_model::id::{CommitId, Key, StatementId};
use wangge_model::reason::Reason;
use wangge_model::time::Hlc;
use wangge_wire::commit::Withheld;
use wangge_wire::statement::{Opened, Verdict};
use wangge_wire::v1;

use super::{Batch, Sender, Told};
use crate::codec;
use crate::context::Context;
use crate::intake::{Bearer, commit_row, examine};
use crate::moves::Order;
use crate::tx::{CommitRow, CommitState, Judged, Scope, VerdictRow};

impl Batch {
    pub(super) fn take_verdict(
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
            self.received.stray |=
                !context.node.is_hub() && matches!(self.sender, Sender::Parent(_));
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
        let order = Order::read(&row);
        let outside = area.is_some_and(|area| {
            let to = order.as_ref().is_none_or(|order| area.contains(&order.to));
            !area.contains(&row.area) || !to
        });
        let objection = examined
            .fault
            .or(outside.then_some(Reason::OutOfArea))
            .filter(|_| !held);
        row.verdict = Some(judged);
        row.state = match (held, objection) {
            (true, _) => CommitState::Held,
            // There is nothing to prove, and where records stand does not depend on what came before.
            (false, None) if order.is_some() => CommitState::Admitted,
            (false, None) => CommitState::Inbox,
            (false, Some(reason)) => {
                self.pause(&mut row, reason);
                CommitState::Paused
            }
        };
        if matches!(row.state, CommitState::Inbox | CommitState::Admitted)
            && let Some(said) = &row.said
        {
            context.node.observe(Hlc(said.hlc), context.now);
        }
        match order.filter(|_| row.state == CommitState::Admitted) {
            Some(order) => {
                row.place = self.feed(context, &row, StatementId(opened.id), Scope::Move);
                self.orders.push(order);
            }
            None if row.state != CommitState::Inbox => {
                row.place = self.feed(context, &row, StatementId(opened.id), Scope::Device);
            }
            None => {}
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
            } else if admits && self.wants_back(&row, &judged) {
                self.take_back(context.node.is_hub(), item, opened, judged, row);
            }
            return;
        }
        let state = match (row.state, admits) {
            (_, false) => CommitState::Held,
            // The record moved meanwhile: the document may have been made without it.
            (CommitState::Own, true) if self.again.moved(&row) => CommitState::Inbox,
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
}
