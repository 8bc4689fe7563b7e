//! Enrolment: a one-time invitation for a grant or a charter.

use wangge_model::id::{Incarnation, Key, StatementId};
use wangge_wire::frame::FrameKind;
use wangge_wire::statement::{Body, open_statement};
use wangge_wire::v1::{self, FaultCode};

use super::{Down, Handled, Stop, Up, entries_of, hello, send, welcome};
use crate::codec;
use crate::context::Context;
use crate::face::{LinkId, Notice};
use crate::node::{NodeKind, Parent};
use crate::offer;
use crate::tx::InvitationRow;

/// Asks the parent for the place that the invitation offers.
pub(super) fn ask(context: &mut Context<'_>, link: LinkId, secret: [u8; 16]) {
    let (area, level, name) = match &context.node.kind {
        NodeKind::Phone => (String::new(), v1::Level::Unspecified, String::new()),
        NodeKind::Hub { level, area, name } => (
            area.as_str().to_owned(),
            codec::wire_level(*level),
            name.clone(),
        ),
    };
    let enrol = v1::Enrol {
        invitation: secret.to_vec(),
        area,
        level: level.into(),
        name,
    };
    send(context, link, FrameKind::Enrol(enrol));
}

pub(super) fn on_enrol(
    context: &mut Context<'_>,
    link: LinkId,
    down: &mut Down,
    enrol: v1::Enrol,
) -> Handled {
    let secret: [u8; 16] = enrol
        .invitation
        .as_slice()
        .try_into()
        .map_err(|_| Stop::fault(FaultCode::FaultMalformed, "invitation"))?;
    let hash = offer::invitation_hash(&secret);
    let Some(row) = context
        .tx
        .load_invitations(&[hash])?
        .into_iter()
        .flatten()
        .next()
    else {
        return Err(Stop::fault(
            FaultCode::FaultInvitationUnknown,
            "no such invitation",
        ));
    };
    check(context, &down.peer, &row, &enrol)?;
    let known = match row.used_by {
        // The first answer was lost on its way.
        Some(peer) => context.tx.load_peers(&[peer])?.into_iter().flatten().next(),
        None => None,
    };
    let statement = match known {
        Some(peer) => peer.statement,
        None => admit(context, &down.peer, row)?,
    };
    let charters = hello::charters(context)?;
    let entry = entries_of(context, &[statement])?.into_iter().next();
    let now_ms = context.ms();
    send(
        context,
        link,
        FrameKind::Enrolled(v1::Enrolled {
            entry,
            charters,
            now_ms,
        }),
    );
    Ok(())
}

/// Whether this peer may use the invitation, and for what it says it is.
fn check(context: &Context<'_>, peer: &Key, row: &InvitationRow, enrol: &v1::Enrol) -> Handled {
    let (code, text) = match row.used_by {
        Some(user) if user != *peer => (FaultCode::FaultInvitationUsed, "this invitation was used"),
        None if row.until_ms <= context.ms() => (
            FaultCode::FaultInvitationExpired,
            "this invitation has expired",
        ),
        _ if row.role.is_some() && !enrol.area.is_empty() => (
            FaultCode::FaultInvitationUnknown,
            "this invitation is for a person's device, not for a hub",
        ),
        _ if row.role.is_none()
            && (enrol.area != row.area.as_str()
                || enrol.level != i32::from(codec::wire_level(row.level))) =>
        {
            (
                FaultCode::FaultInvitationUnknown,
                "this invitation is for a hub of another area or level",
            )
        }
        _ => return Ok(()),
    };
    Err(Stop::fault(code, text))
}

fn admit(
    context: &mut Context<'_>,
    peer: &Key,
    row: InvitationRow,
) -> Result<StatementId, super::Halt> {
    let statement = match row.role {
        Some(role) => {
            offer::give_grant(
                context,
                peer,
                &offer::Place {
                    role,
                    member: row.member,
                    area: row.area.clone(),
                    name: row.name.clone(),
                    // The right ends when the invitation said, however late it is taken up.
                    grant_ms: row
                        .made_ms
                        .saturating_add(row.grant_ms)
                        .saturating_sub(context.ms()),
                    desk: false,
                },
            )?
            .0
        }
        None => offer::give_charter(context, peer, &row)?,
    };
    context.tx.save_invitations(&[InvitationRow {
        used_by: Some(*peer),
        ..row
    }])?;
    context.tell(Notice::ChildEnrolled { peer: *peer });
    Ok(statement)
}

pub(super) fn on_enrolled(
    context: &mut Context<'_>,
    link: LinkId,
    up: &mut Up,
    enrolled: v1::Enrolled,
) -> Handled {
    welcome::take_charters(context, &up.peer, &enrolled.charters)?;
    let entry = enrolled.entry.unwrap_or_default();
    match &context.node.kind {
        NodeKind::Phone => {
            if welcome::take_grant(context, &up.peer, &entry, enrolled.now_ms)? {
                context.node.cursor = 0;
            }
        }
        NodeKind::Hub { .. } => take_charter(context, &up.peer, &entry)?,
    }
    context
        .node
        .hear_time(enrolled.now_ms, up.asked_ms, context.now);
    let known = context
        .node
        .parent
        .as_ref()
        .is_some_and(|parent| parent.key == up.peer);
    if !known {
        context.node.parent = Some(Parent {
            key: up.peer,
            epoch: Incarnation([0; 8]),
        });
        context.node.cursor = 0;
    }
    context.tell(Notice::Enrolled { parent: up.peer });
    Ok(hello::say_hello(context, link, up)?)
}

/// A hub's own charter by its parent.
fn take_charter(context: &mut Context<'_>, peer: &Key, entry: &v1::Entry) -> Handled {
    let opened = open_statement(&entry.statement, &entry.signature)
        .map_err(|error| Stop::fault(error.fault_code(), error.line()))?;
    match &opened.statement.body {
        Body::Charter(charter)
            if Key(charter.hub) == context.node.key && Key(opened.statement.hub) == *peer => {}
        _ => {
            return Err(Stop::fault(
                FaultCode::FaultMalformed,
                "charter: not this hub's by this parent",
            ));
        }
    }
    context.node.grant = Some(StatementId(opened.id));
    context.tx.append_statements(&[codec::statement_row(
        &opened,
        entry.statement.clone(),
        entry.signature.clone(),
    )])?;
    Ok(())
}
