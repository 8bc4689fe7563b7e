//! Children, the hubs that are believed, and invitations.

use rusqlite::{Connection, params};
use wangge_engine::tx::{HubRow, InvitationRow, PeerKind, PeerRow};
use wangge_model::id::{Key, MemberId};
use wangge_model::kind::{Level, Role};

use crate::error::{Doing, StoreError};
use crate::row::{Columns, all, each, signed};

pub(super) fn load_peers(
    conn: &Connection,
    keys: &[Key],
) -> Result<Vec<Option<PeerRow>>, StoreError> {
    each(
        conn,
        "reading a peer",
        "SELECT key, kind, level, area, member, role, name, statement, revoked_ms, epoch, seen_place, seen_ms, agent
         FROM peer WHERE key = ?1",
        keys,
        |key| [key.0],
        |columns| {
            Ok(PeerRow {
                key: columns.id("peer.key")?,
                kind: columns.word("peer.kind", PeerKind::from_u32)?,
                level: columns.word("peer.level", Level::from_u32)?,
                area: columns.area()?,
                member: read_member(columns)?,
                name: columns.text("peer.name")?,
                statement: columns.id("peer.statement")?,
                revoked_ms: columns.opt_number("peer.revoked_ms")?,
                epoch: columns.id("peer.epoch")?,
                seen_place: columns.unsigned("peer.seen_place")?,
                seen_ms: columns.number("peer.seen_ms")?,
                agent: columns.text("peer.agent")?,
            })
        },
    )
}

fn read_member(columns: &mut Columns<'_, '_>) -> Result<Option<(MemberId, Role)>, StoreError> {
    let member = columns.opt_id("peer.member")?;
    let role = columns.opt_word("peer.role", Role::from_u32)?;
    Ok(member.zip(role))
}

pub(super) fn save_peers(conn: &Connection, rows: &[PeerRow]) -> Result<(), StoreError> {
    let doing = "writing a peer";
    let mut replace = conn
        .prepare_cached(
            "REPLACE INTO peer (key, kind, level, area, member, role, name, statement, revoked_ms, epoch, seen_place,
                seen_ms, agent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )
        .doing(doing)?;
    for row in rows {
        replace
            .execute(params![
                row.key.0,
                row.kind.to_u32(),
                row.level.to_u32(),
                row.area.as_str(),
                row.member.map(|(member, _)| *member.as_bytes()),
                row.member.map(|(_, role)| role.to_u32()),
                row.name,
                row.statement.0,
                row.revoked_ms,
                row.epoch.0,
                signed(row.seen_place),
                row.seen_ms,
                row.agent,
            ])
            .doing(doing)?;
    }
    Ok(())
}

const HUB: &str = "SELECT key, level, above, area, name, parent, statement FROM hub";

fn read_hub(columns: &mut Columns<'_, '_>) -> Result<HubRow, StoreError> {
    Ok(HubRow {
        key: columns.id("hub.key")?,
        level: columns.word("hub.level", Level::from_u32)?,
        above: columns.flag("hub.above")?,
        area: columns.area()?,
        name: columns.text("hub.name")?,
        parent: columns.id("hub.parent")?,
        statement: columns.id("hub.statement")?,
    })
}

pub(super) fn load_hubs(
    conn: &Connection,
    keys: &[Key],
) -> Result<Vec<Option<HubRow>>, StoreError> {
    each(
        conn,
        "reading a hub",
        &format!("{HUB} WHERE key = ?1"),
        keys,
        |key| [key.0],
        read_hub,
    )
}

pub(super) fn load_hubs_above(conn: &Connection) -> Result<Vec<HubRow>, StoreError> {
    all(
        conn,
        "reading the hubs above",
        &format!("{HUB} WHERE above = 1 ORDER BY level, key"),
        [],
        read_hub,
    )
}

pub(super) fn save_hubs(conn: &Connection, rows: &[HubRow]) -> Result<(), StoreError> {
    let doing = "writing a hub";
    let mut replace = conn
        .prepare_cached(
            "REPLACE INTO hub (key, level, above, area, name, parent, statement) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .doing(doing)?;
    for row in rows {
        replace
            .execute((
                row.key.0,
                row.level.to_u32(),
                row.above,
                row.area.as_str(),
                &row.name,
                row.parent.0,
                row.statement.0,
            ))
            .doing(doing)?;
    }
    Ok(())
}

pub(super) fn load_invitations(
    conn: &Connection,
    hashes: &[[u8; 32]],
) -> Result<Vec<Option<InvitationRow>>, StoreError> {
    each(
        conn,
        "reading an invitation",
        "SELECT hash, role, area, level, member, name, made_ms, until_ms, grant_ms, used_by
         FROM invitation WHERE hash = ?1",
        hashes,
        |hash| [*hash],
        |columns| {
            Ok(InvitationRow {
                hash: columns.id("invitation.hash")?,
                role: columns.opt_word("invitation.role", Role::from_u32)?,
                area: columns.area()?,
                level: columns.word("invitation.level", Level::from_u32)?,
                member: columns.opt_id("invitation.member")?,
                name: columns.text("invitation.name")?,
                made_ms: columns.number("invitation.made_ms")?,
                until_ms: columns.number("invitation.until_ms")?,
                grant_ms: columns.number("invitation.grant_ms")?,
                used_by: columns.opt_id("invitation.used_by")?,
            })
        },
    )
}

pub(super) fn save_invitations(
    conn: &Connection,
    rows: &[InvitationRow],
) -> Result<(), StoreError> {
    let doing = "writing an invitation";
    let mut replace = conn
        .prepare_cached(
            "REPLACE INTO invitation (hash, role, area, level, member, name, made_ms, until_ms, grant_ms, used_by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )
        .doing(doing)?;
    for row in rows {
        replace
            .execute(params![
                row.hash,
                row.role.map(Role::to_u32),
                row.area.as_str(),
                row.level.to_u32(),
                row.member.map(|member| *member.as_bytes()),
                row.name,
                row.made_ms,
                row.until_ms,
                row.grant_ms,
                row.used_by.map(|key| key.0),
            ])
            .doing(doing)?;
    }
    Ok(())
}
