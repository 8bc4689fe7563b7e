//! What every part of a step works with.

use wangge_model::area::Area;
use wangge_model::id::{CommitId, StatementId};
use wangge_model::kind::{Level, Outcome};
use wangge_model::reason::Reason;
use wangge_wire::statement::{
    Body, Receipt, Statement, Verdict, encode_statement, sign_statement, statement_id,
};
use wangge_wire::{Signer, v1};

use crate::codec;
use crate::error::EngineError;
use crate::face::{Dice, Effect, Notice, Now};
use crate::node::{Node, NodeKind};
use crate::tx::{ChainId, Judged, StatementRow, Tx};

/// What happened in a step that others of its parts must look at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct News {
    /// Something came into the inbox, or may be taken up again.
    pub(crate) inbox: bool,
    /// A verdict came for what waited: the plan under way is void.
    pub(crate) replan: bool,
    /// A phone owes more.
    pub(crate) outbox: bool,
    /// A level above has merged more.
    pub(crate) marks: bool,
    /// Something left the inbox.
    pub(crate) settled: bool,
}

/// A step under way.
pub(crate) struct Context<'a> {
    pub(crate) tx: &'a mut dyn Tx,
    pub(crate) node: &'a mut Node,
    pub(crate) signer: &'a dyn Signer,
    pub(crate) dice: &'a mut dyn Dice,
    pub(crate) effects: &'a mut Vec<Effect>,
    pub(crate) now: Now,
    pub(crate) news: News,
    /// The greatest number of a phone's present chain that leaves in this step.
    pub(crate) left: u64,
}

impl Context<'_> {
    /// The time by the parent's word, milliseconds.
    pub(crate) fn ms(&self) -> i64 {
        self.node.ms(self.now)
    }

    pub(crate) fn tell(&mut self, notice: Notice) {
        self.effects.push(Effect::Told(notice));
    }

    pub(crate) fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.dice.fill(&mut bytes);
        bytes
    }

    /// The node's level and area.
    ///
    /// # Errors
    /// [`EngineError::WrongNode`] on a phone.
    pub(crate) fn seat(&self, doing: &'static str) -> Result<(Level, Area), EngineError> {
        match &self.node.kind {
            NodeKind::Hub { level, area, .. } => Ok((*level, area.clone())),
            NodeKind::Phone => Err(EngineError::WrongNode { doing }),
        }
    }

    /// The area that this node answers for or works in.
    ///
    /// # Errors
    /// The store's; [`EngineError::Corrupt`] on a phone whose grant is not there.
    pub(crate) fn home(&mut self) -> Result<Area, EngineError> {
        match &self.node.kind {
            NodeKind::Hub { area, .. } => Ok(area.clone()),
            NodeKind::Phone => {
                let grants: Vec<_> = self.node.grant.into_iter().collect();
                let row = self.tx.load_grants(&grants)?.into_iter().flatten().next();
                row.map(|row| row.area).ok_or(EngineError::Corrupt {
                    what: "the phone's grant",
                })
            }
        }
    }

    /// Says something numbered: signs it as the next statement of this epoch. The caller appends the row.
    pub(crate) fn say(&mut self, body: Body) -> StatementRow {
        let seq = self.node.said_seq + 1;
        let statement = Statement {
            hub: self.node.key.0,
            epoch: self.node.epoch.0,
            hub_seq: seq,
            prev: (seq > 1).then_some(self.node.said.0),
            at_ms: self.ms(),
            body,
        };
        let row = self.sign(&statement);
        self.node.said_seq = seq;
        self.node.said = row.id;
        row
    }

    /// Says a verdict; the row to append, and what is kept with the commit.
    pub(crate) fn say_verdict(
        &mut self,
        commit: CommitId,
        held: Option<(Reason, Option<CommitId>)>,
    ) -> (StatementRow, Judged) {
        let outcome = if held.is_some() {
            Outcome::Held
        } else {
            Outcome::Admitted
        };
        let row = self.say(Body::Verdict(Verdict {
            commit: commit.0,
            outcome: v1::Outcome::try_from(i32::try_from(outcome.to_u32()).unwrap_or_default())
                .unwrap_or_default(),
            reason: held.map_or(0, |(reason, _)| reason.to_u32()),
            blocked_by: held.and_then(|(_, blocked_by)| blocked_by).map(|id| id.0),
        }));
        let judged = Judged {
            reason: held.map(|(reason, _)| reason),
            blocked_by: held.and_then(|(_, blocked_by)| blocked_by),
            statement: row.id,
            hub: self.node.key,
            at_ms: self.ms(),
        };
        (row, judged)
    }

    /// Says a receipt, which has no number and is not kept.
    pub(crate) fn say_receipt(
        &mut self,
        chain: ChainId,
        through: u64,
        level: Level,
        last: Option<CommitId>,
    ) -> v1::Entry {
        let statement = Statement {
            hub: self.node.key.0,
            epoch: self.node.epoch.0,
            hub_seq: 0,
            prev: None,
            at_ms: self.ms(),
            body: Body::Receipt(Receipt {
                origin: chain.key.0,
                epoch: chain.epoch.0,
                through,
                level: codec::wire_level(level),
                last: last.map(|id| id.0),
            }),
        };
        codec::bare_entry(&self.sign(&statement))
    }

    fn sign(&self, statement: &Statement) -> StatementRow {
        let bytes = encode_statement(statement);
        let signature = sign_statement(self.signer, &bytes).to_vec();
        StatementRow {
            id: StatementId(statement_id(&bytes)),
            bytes,
            signature,
            hub: self.node.key,
        }
    }

    /// The next place of this hub's feed.
    pub(crate) fn next_place(&mut self) -> u64 {
        self.node.place += 1;
        self.node.place
    }
}
