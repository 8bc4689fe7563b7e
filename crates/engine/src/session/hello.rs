//! Hello and welcome: where each side stands.

use std::collections::BTreeMap;

use wangge_model::id::StatementId;
use wangge_wire::frame::{FrameKind, holding};
use wangge_wire::limits::VERSION;
use wangge_wire::v1::{self, FaultCode};

use super::{Child, Down, Handled, Stop, Up, entries_of, send};
use crate::context::Context;
use crate::error::EngineError;
use crate::face::{LinkId, Notice, Side};
use crate::tx::{ChainId, ChainRow, Epoch, GrantRow, PeerKind, PeerRow};

/// Old incarnations of one device that are still told about their commits.
const CHAINS_MAX: usize = 16;

/// The child's first word.
pub(super) fn begin(
    context: &mut Context<'_>,
    link: LinkId,
    up: &mut Up,
    invitation: Option<[u8; 16]>,
) -> Handled {
    let peer = &up.peer;
    if context
        .node
        .parent
        .as_ref()
        .is_some_and(|parent| parent.key != *peer)
    {
        return Err(Stop::fault(
            FaultCode::FaultUnknownPeer,
            "enrolled with another parent",
        ));
    }
    match invitation {
        Some(secret) => {
            up.asked_ms = context.now.ms;
            super::enrol::ask(context, link, secret);
        }
        None => say_hello(context, link, up)?,
    }
    Ok(())
}

pub(super) fn say_hello(
    context: &mut Context<'_>,
    link: LinkId,
    up: &mut Up,
) -> Result<(), EngineError> {
    if up.hellos == 0 {
        up.asked_ms = context.now.ms;
    }
    up.hellos += 1;
    let last = context.node.last(context.tx)?;
    let hello = v1::Hello {
        version_min: VERSION,
        version_max: VERSION,
        epoch: context.node.epoch.as_bytes().to_vec(),
        last,
        parent_epoch: context
            .node
            .parent
            .as_ref()
            .map(|parent| parent.epoch.as_bytes().to_vec())
            .unwrap_or_default(),
        cursor: context.node.cursor,
        agent: concat!("wangge/", env!("CARGO_PKG_VERSION")).to_owned(),
        holds: holds(context)?,
    };
    send(context, link, FrameKind::Hello(hello));
    Ok(())
}

/// What this node holds of its parent's words about itself and the hubs above.
fn holds(context: &mut Context<'_>) -> Result<Vec<u8>, EngineError> {
    let grant = context.node.grant.filter(|_| !context.node.is_hub());
    let above = context.tx.load_hubs_above()?;
    let charters = above.iter().map(|hub| hub.statement);
    Ok(digest(grant.into_iter().chain(charters)))
}

/// Empty where there are none.
fn digest(statements: impl Iterator<Item = StatementId>) -> Vec<u8> {
    let ids: Vec<[u8; 32]> = statements.map(|id| id.0).collect();
    if ids.is_empty() {
        Vec::new()
    } else {
        holding(&ids).to_vec()
    }
}

pub(super) fn on_hello(
    context: &mut Context<'_>,
    link: LinkId,
    down: &mut Down,
    hello: v1::Hello,
) -> Handled {
    let Some(mut row) = context
        .tx
        .load_peers(&[down.peer])?
        .into_iter()
        .flatten()
        .next()
    else {
        return Err(Stop::fault(
            FaultCode::FaultUnknownPeer,
            "this key is not enrolled here",
        ));
    };
    if !(hello.version_min..=hello.version_max).contains(&VERSION) {
        return Err(Stop::fault(
            FaultCode::FaultVersion,
            format!("this hub speaks version {VERSION}"),
        ));
    }
    row.epoch = Epoch::try_from(hello.epoch.as_slice())
        .map_err(|_| Stop::fault(FaultCode::FaultMalformed, "epoch"))?;
    row.seen_ms = context.ms();
    row.agent = hello.agent;
    let chain = ChainId {
        key: row.key,
        epoch: row.epoch,
    };
    let same_epoch = hello.parent_epoch == context.node.epoch.as_bytes();
    let cursor = if same_epoch {
        hello.cursor.min(context.node.place)
    } else {
        0
    };
    // The cursor is of what is durable at the child: its last «seen» may have been lost.
    row.seen_place = row.seen_place.max(cursor);
    context.tx.save_peers(std::slice::from_ref(&row))?;
    // What came before its turn stays: a hello may come twice.
    *down = Down {
        early_commits: std::mem::take(&mut down.early_commits),
        early_entries: std::mem::take(&mut down.early_entries),
        early_bytes: down.early_bytes,
        ..Down::new(down.peer)
    };
    down.chains = known_chains(context, chain)?;
    let present = down.chains.get(&chain);
    let through = present.map_or(0, |known| known.through);
    let last = present
        .filter(|_| row.kind != PeerKind::Hub)
        .map_or(Vec::new(), |known| known.last.as_bytes().to_vec());
    (down.scanned, down.told, down.owes_feed, down.due) = (cursor, cursor, true, true);
    let welcome = v1::Welcome {
        through,
        cursor,
        last,
        ..welcome(context, &row, &hello.holds)?
    };
    send(context, link, FrameKind::Welcome(welcome));
    context.tell(Notice::Opened {
        link,
        peer: row.key,
        side: Side::Child,
    });
    let grant = grant_of(context, &row)?;
    down.child = Some(Child { row, grant, chain });
    Ok(())
}

/// The sequences that a child will have receipts for: its present one first.
fn known_chains(
    context: &mut Context<'_>,
    present: ChainId,
) -> Result<BTreeMap<ChainId, ChainRow>, EngineError> {
    let mut known = context.tx.load_chains_of(&[present.key])?;
    known.sort_by_key(|known| known.id != present);
    Ok(known
        .into_iter()
        .take(CHAINS_MAX)
        .map(|known| (known.id, known))
        .collect())
}

/// A device's grant as it stands; a hub has none.
fn grant_of(context: &mut Context<'_>, row: &PeerRow) -> Result<Option<GrantRow>, EngineError> {
    let ids: &[StatementId] = match row.kind {
        PeerKind::Hub => &[],
        PeerKind::Phone | PeerKind::Desk => &[row.statement],
    };
    Ok(context.tx.load_grants(ids)?.into_iter().flatten().next())
}

/// The welcome, without what the child holds already.
fn welcome(
    context: &mut Context<'_>,
    row: &PeerRow,
    holds: &[u8],
) -> Result<v1::Welcome, EngineError> {
    let grant = match row.kind {
        PeerKind::Hub => None,
        PeerKind::Phone | PeerKind::Desk => Some(row.statement),
    };
    let above = charter_ids(context)?;
    let known = !holds.is_empty() && holds == digest(grant.into_iter().chain(above.clone()));
    let (grant, above) = if known {
        (None, Vec::new())
    } else {
        (grant, above)
    };
    let grant: Vec<StatementId> = grant.into_iter().collect();
    Ok(v1::Welcome {
        version: VERSION,
        epoch: context.node.epoch.as_bytes().to_vec(),
        now_ms: context.ms(),
        charters: entries_of(context, &above)?,
        grant: entries_of(context, &grant)?.into_iter().next(),
        ..v1::Welcome::default()
    })
}

/// This hub's charter and those of the hubs above it, nearest first.
pub(super) fn charters(context: &mut Context<'_>) -> Result<Vec<v1::Entry>, EngineError> {
    let ids = charter_ids(context)?;
    entries_of(context, &ids)
}

fn charter_ids(context: &mut Context<'_>) -> Result<Vec<StatementId>, EngineError> {
    let mut ids: Vec<StatementId> = context.node.grant.into_iter().collect();
    ids.extend(
        context
            .tx
            .load_hubs_above()?
            .iter()
            .map(|hub| hub.statement),
    );
    Ok(ids)
}
