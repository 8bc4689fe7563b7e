//! Hello and welcome: where each side stands.

use std::collections::BTreeMap;

use wangge_model::area::Area;
use wangge_model::id::{Key, StatementId};
use wangge_model::kind::Level;
use wangge_wire::frame::FrameKind;
use wangge_wire::limits::VERSION;
use wangge_wire::statement::{Body, open_statement};
use wangge_wire::v1::{self, FaultCode};

use super::{Child, Down, Halt, Handled, Stop, Up, entries_of, send};
use crate::codec;
use crate::context::Context;
use crate::error::EngineError;
use crate::face::{LinkId, Notice, Side};
use crate::limits;
use crate::node::Parent;
use crate::tx::{ChainId, Epoch, GrantRow, HubRow, PeerKind, PeerRow};

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
        Some(secret) => super::enrol::ask(context, link, secret),
        None => say_hello(context, link, up)?,
    }
    Ok(())
}

pub(super) fn say_hello(
    context: &mut Context<'_>,
    link: LinkId,
    up: &mut Up,
) -> Result<(), EngineError> {
    up.hellos += 1;
    let last = own_last(context)?;
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
    };
    send(context, link, FrameKind::Hello(hello));
    Ok(())
}

/// The last place of what this node sends upward in its present life.
fn own_last(context: &mut Context<'_>) -> Result<u64, EngineError> {
    if context.node.is_hub() {
        return Ok(context.node.place);
    }
    let chain = ChainId {
        key: context.node.key,
        epoch: context.node.epoch,
    };
    Ok(context
        .tx
        .load_chains(&[chain])?
        .into_iter()
        .flatten()
        .next()
        .map_or(0, |row| row.through))
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
    context.tx.save_peers(std::slice::from_ref(&row))?;
    let grant = match row.kind {
        PeerKind::Hub => None,
        PeerKind::Phone | PeerKind::Desk => context
            .tx
            .load_grants(&[row.statement])?
            .into_iter()
            .flatten()
            .next(),
    };
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
    // What came before its turn stays: a hello may come twice.
    *down = Down {
        early_commits: std::mem::take(&mut down.early_commits),
        early_entries: std::mem::take(&mut down.early_entries),
        early_bytes: down.early_bytes,
        ..Down::new(down.peer)
    };
    let mut known = context.tx.load_chains_of(&[row.key])?;
    known.sort_by_key(|known| known.id != chain);
    down.chains = known
        .into_iter()
        .take(CHAINS_MAX)
        .map(|known| (known.id, known))
        .collect();
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
        ..welcome(context, &row)?
    };
    send(context, link, FrameKind::Welcome(welcome));
    context.tell(Notice::Opened {
        link,
        peer: row.key,
        side: Side::Child,
    });
    down.child = Some(Child { row, grant, chain });
    Ok(())
}

fn welcome(context: &mut Context<'_>, row: &PeerRow) -> Result<v1::Welcome, EngineError> {
    let grant = match row.kind {
        PeerKind::Hub => None,
        PeerKind::Phone | PeerKind::Desk => {
            entries_of(context, &[row.statement])?.into_iter().next()
        }
    };
    Ok(v1::Welcome {
        version: VERSION,
        epoch: context.node.epoch.as_bytes().to_vec(),
        now_ms: context.ms(),
        charters: charters(context)?,
        grant,
        ..v1::Welcome::default()
    })
}

/// This hub's charter and those of the hubs above it, nearest first.
pub(super) fn charters(context: &mut Context<'_>) -> Result<Vec<v1::Entry>, EngineError> {
    let mut ids: Vec<StatementId> = context.node.grant.into_iter().collect();
    ids.extend(
        context
            .tx
            .load_hubs_above()?
            .iter()
            .map(|hub| hub.statement),
    );
    entries_of(context, &ids)
}

pub(super) fn on_welcome(
    context: &mut Context<'_>,
    link: LinkId,
    up: &mut Up,
    marks: &mut BTreeMap<Level, u64>,
    welcome: v1::Welcome,
) -> Handled {
    // One for each hello; a second copy of it would turn the cursor back.
    let Some(hellos) = up.hellos.checked_sub(1) else {
        return Ok(());
    };
    up.hellos = hellos;
    if welcome.version != VERSION {
        return Err(Stop::fault(
            FaultCode::FaultVersion,
            format!("this node speaks version {VERSION}"),
        ));
    }
    let epoch = Epoch::try_from(welcome.epoch.as_slice())
        .map_err(|_| Stop::fault(FaultCode::FaultMalformed, "epoch"))?;
    take_charters(context, &up.peer, &welcome.charters)?;
    let regranted = match &welcome.grant {
        Some(entry) if !context.node.is_hub() => {
            take_grant(context, &up.peer, entry, welcome.now_ms)?
        }
        _ => false,
    };
    context.node.hear_time(welcome.now_ms, context.now);
    let same = context
        .node
        .parent
        .as_ref()
        .is_some_and(|parent| parent.key == up.peer && parent.epoch == epoch);
    let stood = if same {
        context.node.cursor
    } else {
        limits::PLACE_MAX
    };
    context.node.cursor = welcome.cursor.min(stood);
    context.node.parent = Some(Parent {
        key: up.peer,
        epoch,
    });
    if regranted {
        // Under the former grant places were passed over that this one may read: everything is read again.
        context.node.cursor = 0;
    }
    let own = ChainId {
        key: context.node.key,
        epoch: context.node.epoch,
    };
    let copied = welcome.through > own_last(context)?
        || !is_ours(context, own, welcome.through, &welcome.last)?;
    if copied {
        // The parent holds more of this life than the store, or another: the store is a copy that came back unnoticed.
        context.node.mint_epoch(context.dice);
        context.node.catching_up = context.node.is_hub();
        marks.clear();
        context.tell(Notice::Reborn);
    }
    if copied || regranted {
        up.open = false;
        return Ok(say_hello(context, link, up)?);
    }
    let peer = up.peer;
    *up = Up::new(peer);
    if context.node.is_hub() {
        up.sent = welcome.through;
    } else {
        context.tx.save_owed(&[(own, welcome.through)])?;
    }
    up.open = true;
    context.tell(Notice::Opened {
        link,
        peer,
        side: Side::Parent,
    });
    super::feed::take_early(context, link, up)
}

/// Whether the parent means the chain that this store has: the commit at that place is the same, and by the hashes all before it. Not asked of a hub.
pub(super) fn is_ours(
    context: &mut Context<'_>,
    chain: ChainId,
    through: u64,
    last: &[u8],
) -> Result<bool, EngineError> {
    if through == 0 || context.node.is_hub() {
        return Ok(true);
    }
    let made = context.tx.load_made(&[(chain, through)])?;
    Ok(made
        .into_iter()
        .flatten()
        .any(|made| made.as_bytes() == last))
}

/// The chain of charters from the parent to the root: each is named by the next.
pub(super) fn take_charters(
    context: &mut Context<'_>,
    peer: &Key,
    entries: &[v1::Entry],
) -> Handled {
    let mut expected = *peer;
    let mut hubs = Vec::with_capacity(entries.len());
    let mut statements = Vec::with_capacity(entries.len());
    for entry in entries {
        let opened = open_statement(&entry.statement, &entry.signature)
            .map_err(|error| Stop::fault(error.fault_code(), error.line()))?;
        let broken = || Stop::fault(FaultCode::FaultMalformed, "charters: not a chain");
        let Body::Charter(charter) = &opened.statement.body else {
            return Err(broken());
        };
        if Key(charter.hub) != expected {
            return Err(broken());
        }
        let area: Area = charter.area.parse().map_err(|_| broken())?;
        let level = codec::level(charter.level).ok_or_else(broken)?;
        expected = Key(opened.statement.hub);
        hubs.push(HubRow {
            key: Key(charter.hub),
            area,
            level,
            name: charter.name.clone(),
            parent: expected,
            statement: StatementId(opened.id),
            above: true,
        });
        statements.push(codec::statement_row(
            &opened,
            entry.statement.clone(),
            entry.signature.clone(),
        ));
    }
    if !hubs.is_empty() {
        context.tx.append_statements(&statements)?;
        context.tx.save_hubs(&hubs)?;
    }
    Ok(())
}

/// The phone's own grant as its hub says it stands. True where more may be read under it than under the former one.
pub(super) fn take_grant(
    context: &mut Context<'_>,
    peer: &Key,
    entry: &v1::Entry,
    now_ms: i64,
) -> Result<bool, Halt> {
    let opened = open_statement(&entry.statement, &entry.signature)
        .map_err(|error| Stop::fault(error.fault_code(), error.line()))?;
    let not_ours = || {
        Stop::fault(
            FaultCode::FaultMalformed,
            "grant: not this device's by this hub",
        )
    };
    let Body::Grant(grant) = &opened.statement.body else {
        return Err(not_ours());
    };
    let row = codec::grant_row(StatementId(opened.id), Key(opened.statement.hub), grant)
        .ok_or_else(not_ours)?;
    if row.hub != *peer || row.device != context.node.key {
        return Err(not_ours());
    }
    let former_id: Vec<StatementId> = context.node.grant.into_iter().collect();
    let former = context
        .tx
        .load_grants(&former_id)?
        .into_iter()
        .flatten()
        .next();
    let more = former.is_some_and(|former| {
        former.statement != row.statement && reads_more(&former, &row, now_ms)
    });
    context.node.grant = Some(row.statement);
    context.tx.append_statements(&[codec::statement_row(
        &opened,
        entry.statement.clone(),
        entry.signature.clone(),
    )])?;
    context.tx.append_grants(&[row])?;
    Ok(more)
}

fn reads_more(former: &GrantRow, row: &GrantRow, now_ms: i64) -> bool {
    let lapsed = former.until_ms <= now_ms;
    lapsed
        || !former.area.contains(&row.area)
        || row
            .facets
            .iter()
            .any(|facet| !former.facets.contains(facet))
}
