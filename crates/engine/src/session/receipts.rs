//! Receipts: signed words on how far a sequence is durable here, and merged above.

use std::collections::BTreeMap;

use wangge_model::id::{CommitId, Incarnation, Key};
use wangge_model::kind::Level;
use wangge_wire::frame::FrameKind;
use wangge_wire::limits::ITEMS_MAX;
use wangge_wire::statement::{Body, Receipt, open_statement};
use wangge_wire::v1;

use super::{Down, Handled, Session, Stop, Talk, Up, send, welcome};
use crate::codec;
use crate::context::Context;
use crate::error::EngineError;
use crate::face::{LinkId, Notice};
use crate::limits;
use crate::tx::{ChainId, Covered, Mark, PeerKind};

/// One receipt that may be said: to whom, of which sequence, for which level.
struct Wanted {
    link: LinkId,
    chain: ChainId,
    level: Level,
    /// How far, and the commit there, if that is known without asking.
    known: Option<(u64, CommitId)>,
    place: u64,
}

/// What may be said now, to whichever child.
struct Due<'a> {
    level: Level,
    /// The last place of this hub's feed.
    place: u64,
    marks: &'a BTreeMap<Level, u64>,
    /// Something was taken into records here, or held.
    settled: bool,
    /// What the levels above have merged is passed on.
    merged: bool,
}

/// Says to every child what grew.
///
/// A device hears of durability from its own hub, and a hub of merging: its commits are in no record of ours before their proof. What the levels above have merged of our feed is
/// translated to each child's own sequence, once they are due (`merged`) or with the next word to that child.
pub(super) fn send_due(
    context: &mut Context<'_>,
    sessions: &mut BTreeMap<LinkId, Session>,
    marks: &BTreeMap<Level, u64>,
    merged: bool,
) -> Result<(), EngineError> {
    let Ok((level, _)) = context.seat("receipts") else {
        return Ok(());
    };
    let due = Due {
        level,
        place: context.node.place,
        marks,
        settled: context.news.settled,
        merged,
    };
    let mut wanted = Vec::new();
    for (link, session) in sessions.iter_mut() {
        if let Talk::Down(down) = &mut session.talk {
            want(*link, down, &due, &mut wanted);
            down.due = false;
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let asks: Vec<Covered> = wanted
        .iter()
        .filter(|wanted| wanted.known.is_none())
        .map(|wanted| Covered {
            chain: wanted.chain,
            place: wanted.place,
        })
        .collect();
    let mut covered = if asks.is_empty() {
        Vec::new()
    } else {
        context.tx.load_covered(&asks)?
    }
    .into_iter();
    let mut said: BTreeMap<LinkId, Vec<v1::Entry>> = BTreeMap::new();
    for wanted in wanted {
        let (through, last) = match wanted.known {
            Some((through, last)) => (through, Some(last)),
            None => (covered.next().unwrap_or_default(), None),
        };
        let Some(Session {
            talk: Talk::Down(down),
            ..
        }) = sessions.get_mut(&wanted.link)
        else {
            continue;
        };
        let said_before = down
            .receipted
            .entry((wanted.chain, wanted.level))
            .or_default();
        if through > *said_before {
            *said_before = through;
            said.entry(wanted.link)
                .or_default()
                .push(context.say_receipt(wanted.chain, through, wanted.level, last));
        }
    }
    for (link, entries) in said {
        for entries in entries.chunks(ITEMS_MAX) {
            let entries = entries.to_vec();
            send(context, link, FrameKind::Receipts(v1::Receipts { entries }));
        }
    }
    Ok(())
}

fn want(link: LinkId, down: &Down, due: &Due<'_>, wanted: &mut Vec<Wanted>) {
    let Some(child) = &down.child else {
        return;
    };
    let hub = child.row.kind == PeerKind::Hub;
    let level = due.level;
    for (chain, row) in &down.chains {
        let said = |level: Level| {
            down.receipted
                .get(&(*chain, level))
                .copied()
                .unwrap_or_default()
        };
        if said(level) < row.through && (down.due || (hub && due.settled)) {
            wanted.push(Wanted {
                link,
                chain: *chain,
                level,
                known: (!hub).then_some((row.through, row.last)),
                place: due.place,
            });
        }
        for (above, place) in due.marks.iter().filter(|(above, _)| **above > level) {
            if said(*above) < row.through && (down.due || due.merged) {
                wanted.push(Wanted {
                    link,
                    chain: *chain,
                    level: *above,
                    known: None,
                    place: *place,
                });
            }
        }
    }
}

/// The parent's receipts.
pub(super) fn on_receipts(
    context: &mut Context<'_>,
    up: &mut Up,
    marks: &mut BTreeMap<Level, u64>,
    receipts: v1::Receipts,
) -> Handled {
    let mut said = Vec::with_capacity(receipts.entries.len());
    for entry in &receipts.entries {
        let opened = open_statement(&entry.statement, &entry.signature)
            .map_err(|error| Stop::fault(error.fault_code(), error.line()))?;
        let ours = Key(opened.statement.hub) == up.peer;
        if let Body::Receipt(receipt) = opened.statement.body
            && ours
            && Key(receipt.origin) == context.node.key
            && receipt.through <= limits::PLACE_MAX
        {
            said.push(receipt);
        }
    }
    let key = context.node.key;
    let rows: Vec<Mark> = said
        .iter()
        .filter_map(|receipt| mark(key, receipt))
        .collect();
    if !context.node.is_hub() {
        clear_owed(context, &said)?;
    }
    if rows.is_empty() {
        return Ok(());
    }
    context.tx.save_marks(&rows)?;
    for row in &rows {
        up.land(&row.chain, row.through);
    }
    let epoch = context.node.epoch;
    for row in rows.iter().filter(|row| row.chain.epoch == epoch) {
        let known = marks.entry(row.level).or_default();
        if row.through > *known {
            *known = row.through;
            context.news.marks = true;
            context.tell(Notice::Merged { level: row.level });
        }
    }
    Ok(())
}

fn mark(key: Key, receipt: &Receipt) -> Option<Mark> {
    let chain = ChainId {
        key,
        epoch: Incarnation(receipt.epoch),
    };
    Some(Mark {
        chain,
        level: codec::level(receipt.level)?,
        through: receipt.through,
    })
}

/// A phone owes what a receipt covers no more, where the receipt names the very commit that stands at its place here: the chain's hashes make it one of this
/// chain, and not of another that a copy of the store has written.
fn clear_owed(context: &mut Context<'_>, said: &[Receipt]) -> Result<(), EngineError> {
    let key = context.node.key;
    let mut owed: BTreeMap<ChainId, u64> = BTreeMap::new();
    for receipt in said {
        if let (Some(last), Some(mark)) = (receipt.last, mark(key, receipt))
            && welcome::is_ours(context, mark.chain, mark.through, &last)?
        {
            let through = owed.entry(mark.chain).or_default();
            *through = (*through).max(mark.through);
        }
    }
    let owed: Vec<(ChainId, u64)> = owed.into_iter().collect();
    Ok(context.tx.clear_owed(&owed)?)
}
