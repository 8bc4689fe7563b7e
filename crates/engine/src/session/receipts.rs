//! Receipts: signed words on how far a sequence is durable here, and merged above.

use std::collections::BTreeMap;

use wangge_model::id::{Incarnation, Key};
use wangge_model::kind::Level;
use wangge_wire::frame::FrameKind;
use wangge_wire::limits::ITEMS_MAX;
use wangge_wire::statement::{Body, open_statement};
use wangge_wire::v1;

use super::{Down, Handled, Session, Stop, Talk, Up, send};
use crate::codec;
use crate::context::{Context, News};
use crate::error::EngineError;
use crate::face::{LinkId, Notice};
use crate::limits;
use crate::tx::{ChainId, Covered, Mark, PeerKind};

/// One receipt that may be said: to whom, of which sequence, for which level; and how far, if that is known without asking.
struct Wanted {
    link: LinkId,
    chain: ChainId,
    level: Level,
    known: Option<u64>,
    place: u64,
}

/// Says to every child what grew.
///
/// A device hears of durability from its own hub, and a hub of merging: its commits are in no record of ours before their proof. What the levels above have merged of our feed is
/// translated to each child's own sequence.
pub(super) fn send_due(
    context: &mut Context<'_>,
    sessions: &mut BTreeMap<LinkId, Session>,
    marks: &BTreeMap<Level, u64>,
    news: News,
) -> Result<(), EngineError> {
    let Ok((level, _)) = context.seat("receipts") else {
        return Ok(());
    };
    let mut wanted = Vec::new();
    for (link, session) in sessions.iter_mut() {
        if let Talk::Down(down) = &mut session.talk {
            want(
                *link,
                down,
                level,
                context.node.place,
                marks,
                news,
                &mut wanted,
            );
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
        let through = wanted.known.or_else(|| covered.next()).unwrap_or_default();
        let Some(Session {
            talk: Talk::Down(down),
            ..
        }) = sessions.get_mut(&wanted.link)
        else {
            continue;
        };
        let last = down
            .receipted
            .entry((wanted.chain, wanted.level))
            .or_default();
        if through > *last {
            *last = through;
            said.entry(wanted.link)
                .or_default()
                .push(context.say_receipt(wanted.chain, through, wanted.level));
        }
    }
    for (link, entries) in said {
        for entries in entries.chunks(ITEMS_MAX) {
            send(
                context,
                link,
                FrameKind::Receipts(v1::Receipts {
                    entries: entries.to_vec(),
                }),
            );
        }
    }
    Ok(())
}

fn want(
    link: LinkId,
    down: &Down,
    level: Level,
    place: u64,
    marks: &BTreeMap<Level, u64>,
    news: News,
    wanted: &mut Vec<Wanted>,
) {
    let Some(child) = &down.child else {
        return;
    };
    let hub = child.row.kind == PeerKind::Hub;
    for (chain, through) in &down.chains {
        let said = |level: Level| {
            down.receipted
                .get(&(*chain, level))
                .copied()
                .unwrap_or_default()
        };
        if said(level) < *through && (down.due || (hub && news.settled)) {
            wanted.push(Wanted {
                link,
                chain: *chain,
                level,
                known: (!hub).then_some(*through),
                place,
            });
        }
        for (above, merged) in marks.iter().filter(|(above, _)| **above > level) {
            if said(*above) < *through && (down.due || news.marks) {
                wanted.push(Wanted {
                    link,
                    chain: *chain,
                    level: *above,
                    known: None,
                    place: *merged,
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
    let mut rows: Vec<Mark> = Vec::with_capacity(receipts.entries.len());
    for entry in &receipts.entries {
        let opened = open_statement(&entry.statement, &entry.signature)
            .map_err(|error| Stop::fault(error.fault_code(), error.line()))?;
        let Body::Receipt(receipt) = &opened.statement.body else {
            continue;
        };
        let ours = Key(opened.statement.hub) == up.peer
            && Key(receipt.origin) == context.node.key
            && receipt.through <= limits::PLACE_MAX;
        if let Some(level) = codec::level(receipt.level).filter(|_| ours) {
            let chain = ChainId {
                key: context.node.key,
                epoch: Incarnation(receipt.epoch),
            };
            rows.push(Mark {
                chain,
                level,
                through: receipt.through,
            });
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    context.tx.save_marks(&rows)?;
    let mut covered: BTreeMap<ChainId, u64> = BTreeMap::new();
    for row in &rows {
        up.land(&row.chain, row.through);
        let through = covered.entry(row.chain).or_default();
        *through = (*through).max(row.through);
    }
    if !context.node.is_hub() {
        clear_owed(context, &covered)?;
    }
    let epoch = context.node.epoch;
    for row in rows.iter().filter(|row| row.chain.epoch == epoch) {
        let mark = marks.entry(row.level).or_default();
        if row.through > *mark {
            *mark = row.through;
            context.news.marks = true;
            context.tell(Notice::Merged { level: row.level });
        }
    }
    Ok(())
}

/// A late receipt takes back nothing that a greater one has cleared.
fn clear_owed(
    context: &mut Context<'_>,
    covered: &BTreeMap<ChainId, u64>,
) -> Result<(), EngineError> {
    let chains: Vec<ChainId> = covered.keys().copied().collect();
    let mut owed = covered.clone();
    for mark in context.tx.load_marks(&chains)? {
        if let Some(through) = owed.get_mut(&mark.chain) {
            *through = (*through).max(mark.through);
        }
    }
    let owed: Vec<(ChainId, u64)> = owed.into_iter().collect();
    Ok(context.tx.save_owed(&owed)?)
}
