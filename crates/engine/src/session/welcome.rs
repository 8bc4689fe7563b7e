//! The welcome, as a child takes it: where it stands with its parent, and whether its store is what it was.

use std::collections::BTreeMap;

use wangge_model::area::Area;
use wangge_model::id::{Key, StatementId};
use wangge_model::kind::Level;
use wangge_wire::limits::VERSION;
use wangge_wire::statement::{Body, open_statement};
use wangge_wire::v1::{self, FaultCode};

use super::{Halt, Handled, Stop, Up, feed, hello};
use crate::codec;
use crate::context::Context;
use crate::error::EngineError;
use crate::face::{LinkId, Notice, Side};
use crate::limits;
use crate::moves;
use crate::node::Parent;
use crate::tx::{ChainId, Epoch, GrantRow, HubRow};
use crate::verdict;

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
    if context.node.grant.is_none() && !context.node.is_hub() {
        return Err(Stop::fault(FaultCode::FaultMalformed, "no grant"));
    }
    context
        .node
        .hear_time(welcome.now_ms, up.asked_ms, context.now);
    let own = ChainId {
        key: context.node.key,
        epoch: context.node.epoch,
    };
    take_stand(context, &up.peer, epoch, own, welcome.cursor)?;
    if regranted {
        // Under the former grant places were passed over that this one may read: everything is read again.
        context.node.cursor = 0;
    }
    let copied = welcome.through > context.node.last(context.tx)?
        || !is_ours(context, own, welcome.through, &welcome.last)?;
    if copied {
        // The parent holds more of this life than the store, or another: the store is a copy that came back unnoticed.
        context.node.mint_epoch(context.dice);
        if context.node.is_hub() {
            context.node.catching_up = true;
            marks.clear();
        } else {
            verdict::set_aside(context, own.epoch)?;
        }
        context.tell(Notice::Reborn);
    }
    if copied || regranted {
        *up = Up {
            again: true,
            hellos: up.hellos,
            asked_ms: up.asked_ms,
            ..Up::new(up.peer)
        };
        return Ok(hello::say_hello(context, link, up)?);
    }
    open(context, link, up, own, welcome.through)
}

/// Where the parent's feed goes on; and what is owed to a parent that came back from a copy.
fn take_stand(
    context: &mut Context<'_>,
    peer: &Key,
    epoch: Epoch,
    own: ChainId,
    cursor: u64,
) -> Result<(), EngineError> {
    let former = context.node.parent.replace(Parent { key: *peer, epoch });
    let same = former.is_some_and(|parent| parent.key == *peer && parent.epoch == epoch);
    let stood = if same {
        context.node.cursor
    } else {
        limits::PLACE_MAX
    };
    context.node.cursor = cursor.min(stood);
    if !same && !context.node.is_hub() {
        // It may have lost what it had receipted of former lives too; of the present one it says so itself.
        let chains = context.tx.load_chains_of(&[own.key])?;
        let owed: Vec<(ChainId, u64)> = chains
            .iter()
            .filter(|chain| chain.id != own)
            .map(|chain| (chain.id, 0))
            .collect();
        context.tx.save_owed(&owed)?;
    }
    Ok(())
}

/// From here on the session is open.
fn open(
    context: &mut Context<'_>,
    link: LinkId,
    up: &mut Up,
    own: ChainId,
    through: u64,
) -> Handled {
    let peer = up.peer;
    *up = Up {
        early: std::mem::take(&mut up.early),
        early_bytes: up.early_bytes,
        hellos: up.hellos,
        asked_ms: up.asked_ms,
        open: true,
        ..Up::new(peer)
    };
    if context.node.is_hub() {
        up.sent = through;
    } else {
        context.tx.save_owed(&[(own, through)])?;
    }
    context.tell(Notice::Opened {
        link,
        peer,
        side: Side::Parent,
    });
    feed::take_early(context, link, up)
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
    let former_area = former.as_ref().map(|former| former.area.clone());
    let more = former.is_some_and(|former| {
        former.statement != row.statement && reads_more(&former, &row, now_ms)
    });
    context.node.grant = Some(row.statement);
    let elsewhere = former_area.is_some_and(|area| !row.area.contains(&area));
    let area = row.area.clone();
    context.tx.append_statements(&[codec::statement_row(
        &opened,
        entry.statement.clone(),
        entry.signature.clone(),
    )])?;
    context.tx.append_grants(&[row])?;
    if elsewhere {
        moves::leave(context, &area)?;
    }
    Ok(more)
}

fn reads_more(former: &GrantRow, row: &GrantRow, now_ms: i64) -> bool {
    let lapsed = former.until_ms <= now_ms;
    // Only from who takes part from outside are kinds withheld.
    let kinds = former.role.outside()
        && (!row.role.outside() || row.kinds.iter().any(|kind| !former.kinds.contains(kind)));
    lapsed
        || kinds
        || !former.area.contains(&row.area)
        || row
            .facets
            .iter()
            .any(|facet| !former.facets.contains(facet))
}
