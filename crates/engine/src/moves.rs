//! Records move between areas: an admitted move takes effect.
//!
//! Where a record stands is a register: of all moves that a replica heard of the one with the greatest time holds, so all come to stand alike whatever the order. What follows is
//! each replica's own: a hub tells what it has of the record anew, to those whose area the record comes into; who stands outside of the new area
//! lets the record go. The move itself is the order to do so: it goes down to both areas.

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::area::Area;
use wangge_model::id::{CommitId, Key, RecordId};
use wangge_model::kind::{Act, Reach};
use wangge_wire::commit::parse_header;

use crate::context::Context;
use crate::error::EngineError;
use crate::node::NOTHING;
use crate::tx::{CommitRow, FeedRow, PeerKind, Placement, RecordRow, Scope};

/// What a move says.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) commit: CommitId,
    pub(crate) device: Key,
    pub(crate) hlc: u64,
    pub(crate) from: Area,
    pub(crate) to: Area,
    pub(crate) records: Vec<RecordId>,
}

impl Order {
    /// The order that a commit is, if it is one.
    pub(crate) fn read(row: &CommitRow) -> Option<Self> {
        let said = row.said.as_ref().filter(|said| said.act == Act::Move)?;
        let moves = parse_header(&row.header).ok()?.moves?;
        let records: Result<Vec<RecordId>, _> = moves
            .records
            .iter()
            .map(|record| RecordId::try_from(&record[..]))
            .collect();
        Some(Self {
            commit: row.id,
            device: row.device,
            hlc: said.hlc,
            from: row.area.clone(),
            to: moves.to_area.parse().ok()?,
            records: records.ok()?,
        })
    }

    fn beats(&self, placed: &Placement) -> bool {
        (self.hlc, self.commit) > (placed.hlc, placed.moved_by)
    }
}

/// Where the moved ones of these records stand.
pub(crate) fn places(
    context: &mut Context<'_>,
    records: &[RecordId],
) -> Result<BTreeMap<RecordId, Placement>, EngineError> {
    let placed = context.tx.load_placements(records)?;
    Ok(placed
        .into_iter()
        .flatten()
        .map(|placed| (placed.record, placed))
        .collect())
}

/// New records stand where they were moved to before they came.
pub(crate) fn place_new(
    context: &mut Context<'_>,
    mut rows: Vec<RecordRow>,
) -> Result<Vec<RecordRow>, EngineError> {
    let ids: Vec<RecordId> = rows.iter().map(|row| row.id).collect();
    let mut placed = places(context, &ids)?;
    for row in &mut rows {
        if let Some(placed) = placed.remove(&row.id) {
            row.area = placed.area;
        }
    }
    Ok(rows)
}

/// Moves that were admitted take effect, one after the other. Their own entries stand in the feed already.
pub(crate) fn apply(context: &mut Context<'_>, orders: &[Order]) -> Result<(), EngineError> {
    if orders.is_empty() {
        return Ok(());
    }
    let home = context.home()?;
    for order in orders {
        apply_one(context, &home, order)?;
    }
    // What was planned before stands on records that are elsewhere now.
    context.news.replan = true;
    Ok(())
}

fn apply_one(context: &mut Context<'_>, home: &Area, order: &Order) -> Result<(), EngineError> {
    let placed = context.tx.load_placements(&order.records)?;
    let rows = context.tx.load_records(&order.records)?;
    let mut won = Vec::with_capacity(order.records.len());
    let mut left: BTreeMap<Area, Vec<RecordId>> = BTreeMap::new();
    for ((record, placed), row) in order.records.iter().zip(placed).zip(rows) {
        if placed.as_ref().is_some_and(|placed| !order.beats(placed)) {
            continue;
        }
        won.push(*record);
        if let Some(from) = placed.map(|placed| placed.area).or(row.map(|row| row.area)) {
            left.entry(from).or_default().push(*record);
        }
    }
    if won.is_empty() {
        return Ok(());
    }
    let placements: Vec<Placement> = won
        .iter()
        .map(|record| Placement {
            record: *record,
            area: order.to.clone(),
            hlc: order.hlc,
            moved_by: order.commit,
        })
        .collect();
    context.tx.save_placements(&placements)?;
    left.remove(&order.to);
    if context.node.is_hub() {
        tell_anew(context, order, &left)?;
        context.tx.save_present(&won, &order.to)?;
    }
    if !home.contains(&order.to) {
        let_go(context, &won)?;
    }
    Ok(())
}

/// Records are no longer this replica's. What a device wrote itself it keeps as its chain: a hub that comes back from a copy asks for it again.
fn let_go(context: &mut Context<'_>, records: &[RecordId]) -> Result<(), EngineError> {
    context.tx.drop_records(records)?;
    if !context.node.is_hub() {
        let own = context.node.key;
        context.tx.drop_commits(&own, records)?;
    }
    Ok(())
}

/// A phone whose right holds elsewhere from now on lets go what lies outside of it; what is issued for all stays. Where it lies is noted, as of a
/// move that every other beats.
pub(crate) fn leave(context: &mut Context<'_>, area: &Area) -> Result<(), EngineError> {
    let outside: Vec<RecordRow> = context
        .tx
        .load_records_outside(area)?
        .into_iter()
        .filter(|row| row.kind.reach() != Reach::Down)
        .collect();
    if outside.is_empty() {
        return Ok(());
    }
    let records: Vec<RecordId> = outside.iter().map(|row| row.id).collect();
    let placed = places(context, &records)?;
    let noted: Vec<Placement> = outside
        .into_iter()
        .filter(|row| !placed.contains_key(&row.id))
        .map(|row| Placement {
            record: row.id,
            area: row.area,
            hlc: 0,
            moved_by: NOTHING,
        })
        .collect();
    context.tx.save_placements(&noted)?;
    context.news.replan = true;
    let_go(context, &records)
}

/// Tells the children whose area the records came into what was admitted of them, each commit under this hub's own word: those who said so at
/// first need not be known there.
fn tell_anew(
    context: &mut Context<'_>,
    order: &Order,
    left: &BTreeMap<Area, Vec<RecordId>>,
) -> Result<(), EngineError> {
    let children = context.tx.load_children()?;
    let mut statements = Vec::new();
    let mut feed = Vec::new();
    for (from, records) in left {
        if *from != order.from {
            // Those who have it by an earlier move, which this one did not know, must hear of it too.
            say(
                context,
                (&mut statements, &mut feed),
                order.commit,
                order.device,
                (Scope::Move, &order.to, from),
            );
        }
        if !some_need(&children, from, &order.to) {
            continue;
        }
        for told in context.tx.load_admitted_of(records)? {
            say(
                context,
                (&mut statements, &mut feed),
                told.commit,
                told.device,
                (Scope::Area, &order.to, from),
            );
        }
    }
    if !statements.is_empty() {
        context.tx.append_statements(&statements)?;
        context.tx.append_feed(&feed)?;
    }
    Ok(())
}

/// Whether somebody below may have to hear anew: a child into whose area alone the records came; and where no hub below answers for both
/// areas, one that is yet to be enrolled.
fn some_need(children: &[(PeerKind, Area)], from: &Area, to: &Area) -> bool {
    let both = |(kind, area): &(PeerKind, Area)| {
        *kind == PeerKind::Hub && area.contains(from) && area.contains(to)
    };
    let comes = |(_, area): &(PeerKind, Area)| area.contains(to) && !area.contains(from);
    children.iter().any(comes) || !children.iter().any(both)
}

/// Says an admission in this hub's own words, with an entry of its own.
pub(crate) fn say(
    context: &mut Context<'_>,
    (statements, feed): (&mut Vec<crate::tx::StatementRow>, &mut Vec<FeedRow>),
    commit: CommitId,
    device: Key,
    (scope, area, past): (Scope, &Area, &Area),
) {
    let (statement, _) = context.say_verdict(commit, None);
    feed.push(FeedRow {
        place: context.next_place(),
        statement: statement.id,
        commit: Some(commit),
        device: Some(device),
        area: area.clone(),
        scope,
        origin: None,
        past: Some(past.clone()),
    });
    statements.push(statement);
}

/// Where an admitted commit belongs by where its records stand now: first its own area where one of them is there, then the others.
pub(crate) fn areas(row: &CommitRow, placed: &BTreeMap<RecordId, Placement>) -> Vec<Area> {
    let mut areas: BTreeSet<Area> = row
        .parts
        .iter()
        .filter_map(|part| part.named)
        .map(|named| {
            placed
                .get(&named.doc.record)
                .map_or_else(|| row.area.clone(), |placed| placed.area.clone())
        })
        .collect();
    let mut ordered = Vec::with_capacity(areas.len().max(1));
    if areas.is_empty() || areas.remove(&row.area) {
        ordered.push(row.area.clone());
    }
    ordered.extend(areas);
    ordered
}
