//! A hub offers and gives places: invitations, grants, charters; and takes them away.

use sha2::{Digest, Sha256};
use wangge_model::area::Area;
use wangge_model::id::{Incarnation, Key, MemberId, StatementId};
use wangge_model::kind::{Level, Role};
use wangge_rules::role::{defaults, level as level_of};
use wangge_wire::limits::NAME_LEN_MAX;
use wangge_wire::statement::{Body, Charter, Grant};

use crate::codec;
use crate::context::Context;
use crate::error::EngineError;
use crate::face::{Done, Effect, Offer, OfferTo, Refusal, Ticket};
use crate::tx::{FeedRow, GrantRow, HubRow, InvitationRow, PeerKind, PeerRow, Scope, StatementRow};

/// A place for a person's device.
pub(crate) struct Place {
    pub(crate) role: Role,
    pub(crate) member: Option<MemberId>,
    pub(crate) area: Area,
    pub(crate) name: String,
    pub(crate) grant_ms: i64,
    pub(crate) desk: bool,
}

/// What is stored of an invitation's secret.
pub(crate) fn invitation_hash(secret: &[u8; 16]) -> [u8; 32] {
    Sha256::new()
        .chain_update("wangge/invitation/1\0")
        .chain_update(secret)
        .finalize()
        .into()
}

/// Offers a place.
pub(crate) fn on_invite(
    context: &mut Context<'_>,
    ticket: Ticket,
    mut offer: Offer,
) -> Result<(), EngineError> {
    if let Some(until_ms) = offer.until_ms {
        offer.grant_ms = until_ms.saturating_sub(context.ms());
    }
    let result = match check(context, &offer) {
        Err(refusal) => Err(refusal),
        Ok(()) => {
            let secret: [u8; 16] = context.random();
            let until_ms = context.ms().saturating_add(offer.valid_ms);
            let (role, member, level) = match offer.to {
                OfferTo::Member { role, member } => (Some(role), member, level_of(role)),
                OfferTo::Hub { level } => (None, None, level),
            };
            context.tx.save_invitations(&[InvitationRow {
                hash: invitation_hash(&secret),
                role,
                area: offer.area,
                level,
                member,
                name: offer.name,
                made_ms: context.ms(),
                until_ms,
                grant_ms: offer.grant_ms,
                used_by: None,
            }])?;
            Ok(Done::Invited { secret, until_ms })
        }
    };
    context.effects.push(Effect::Done { ticket, result });
    Ok(())
}

/// Gives a place to a key that this hub keeps. Answers whose sessions must begin anew.
pub(crate) fn on_grant(
    context: &mut Context<'_>,
    ticket: Ticket,
    device: Key,
    offer: Offer,
) -> Result<(), EngineError> {
    let result = match (check(context, &offer), offer.to) {
        (Err(refusal), _) => Err(refusal),
        (Ok(()), OfferTo::Hub { .. }) => Err(Refusal::Offer {
            why: "a grant is for a person's device",
        }),
        (Ok(()), OfferTo::Member { role, member }) => {
            let place = Place {
                role,
                member,
                area: offer.area,
                name: offer.name,
                grant_ms: offer.grant_ms,
                desk: true,
            };
            give_grant(context, &device, &place).map(|(_, member)| Ok(Done::Granted { member }))?
        }
    };
    context.effects.push(Effect::Done { ticket, result });
    Ok(())
}

/// Takes a device's right away, by a grant of nothing.
pub(crate) fn on_revoke(
    context: &mut Context<'_>,
    ticket: Ticket,
    device: Key,
) -> Result<(), EngineError> {
    let peer = context
        .tx
        .load_peers(&[device])?
        .into_iter()
        .flatten()
        .next();
    let grant = match &peer {
        Some(peer) => context
            .tx
            .load_grants(&[peer.statement])?
            .into_iter()
            .flatten()
            .next(),
        None => None,
    };
    let result = match (peer, grant) {
        (Some(peer), Some(grant)) => {
            let ms = context.ms();
            let grant = GrantRow {
                from_ms: grant.from_ms.min(ms),
                until_ms: ms,
                kinds: Vec::new(),
                facets: Vec::new(),
                acts: Vec::new(),
                ..grant
            };
            let statement = say_grant(context, grant)?;
            context.tx.save_peers(&[PeerRow {
                statement,
                revoked_ms: Some(ms),
                ..peer
            }])?;
            Ok(Done::Revoked)
        }
        _ => Err(Refusal::UnknownDevice(device)),
    };
    context.effects.push(Effect::Done { ticket, result });
    Ok(())
}

fn check(context: &Context<'_>, offer: &Offer) -> Result<(), Refusal> {
    let no = |why| Err(Refusal::Offer { why });
    let Ok((level, area)) = context.seat("offering") else {
        return no("only a hub offers places");
    };
    if !area.contains(&offer.area) {
        return no("the area is not within this hub's");
    }
    if offer.name.trim().is_empty() || offer.name.len() > NAME_LEN_MAX {
        return no("a name has 1 to 128 bytes");
    }
    match offer.to {
        OfferTo::Member { role, .. } if level_of(role) > level => {
            no("the office is above this hub's level")
        }
        OfferTo::Member { .. } if offer.grant_ms <= 0 => no("a grant holds for some time"),
        OfferTo::Member { .. } => Ok(()),
        OfferTo::Hub { level: child } if child >= level || child == Level::Grid => {
            no("a child hub stands below this hub's level")
        }
        OfferTo::Hub { level: child } if offer.area.level() != child => {
            no("the area is not of that level")
        }
        OfferTo::Hub { .. } => Ok(()),
    }
}

/// Mints a device's grant; a member who is not named and not known by the device is a new one.
pub(crate) fn give_grant(
    context: &mut Context<'_>,
    device: &Key,
    place: &Place,
) -> Result<(StatementId, MemberId), EngineError> {
    let ms = context.ms();
    let former = context
        .tx
        .load_peers(&[*device])?
        .into_iter()
        .flatten()
        .next();
    let known = former
        .as_ref()
        .and_then(|peer| peer.member)
        .map(|(member, _)| member);
    let member = match place.member.or(known) {
        Some(member) => member,
        None => MemberId::mint(ms, context.random()),
    };
    let rights = defaults(place.role);
    let statement = say_grant(
        context,
        GrantRow {
            statement: StatementId([0; 32]),
            hub: context.node.key,
            device: *device,
            member,
            name: place.name.clone(),
            role: place.role,
            area: place.area.clone(),
            from_ms: ms,
            until_ms: ms.saturating_add(place.grant_ms),
            kinds: rights.kinds.to_vec(),
            facets: rights.facets.to_vec(),
            acts: rights.acts.to_vec(),
        },
    )?;
    let fresh = PeerRow {
        key: *device,
        kind: if place.desk {
            PeerKind::Desk
        } else {
            PeerKind::Phone
        },
        level: level_of(place.role),
        area: place.area.clone(),
        member: Some((member, place.role)),
        name: place.name.clone(),
        statement,
        revoked_ms: None,
        epoch: Incarnation([0; 8]),
        seen_place: 0,
        seen_ms: 0,
        agent: String::new(),
    };
    let row = match former {
        Some(former) => PeerRow {
            kind: former.kind,
            epoch: former.epoch,
            seen_place: former.seen_place,
            seen_ms: former.seen_ms,
            agent: former.agent,
            ..fresh
        },
        None => fresh,
    };
    context.tx.save_peers(&[row])?;
    Ok((statement, member))
}

/// Says a grant (its `statement` is filled in), keeps it and puts it into the feed.
fn say_grant(context: &mut Context<'_>, grant: GrantRow) -> Result<StatementId, EngineError> {
    let row = context.say(Body::Grant(Grant {
        device: grant.device.0,
        member: *grant.member.as_bytes(),
        name: grant.name.clone(),
        role: codec::wire_role(grant.role),
        area: grant.area.as_str().to_owned(),
        from_ms: grant.from_ms,
        until_ms: grant.until_ms,
        kinds: grant.kinds.iter().map(|word| word.to_u8()).collect(),
        facets: grant
            .facets
            .iter()
            .map(|word| codec::wire_facet(*word))
            .collect(),
        acts: grant
            .acts
            .iter()
            .map(|word| codec::wire_act(*word))
            .collect(),
    }));
    let (statement, area) = (row.id, grant.area.clone());
    publish(context, row, area)?;
    context
        .tx
        .append_grants(&[GrantRow { statement, ..grant }])?;
    Ok(statement)
}

/// Mints a child hub's charter.
pub(crate) fn give_charter(
    context: &mut Context<'_>,
    hub: &Key,
    row: &InvitationRow,
) -> Result<StatementId, EngineError> {
    let said = context.say(Body::Charter(Charter {
        hub: hub.0,
        area: row.area.as_str().to_owned(),
        level: codec::wire_level(row.level),
        name: row.name.clone(),
    }));
    let statement = said.id;
    publish(context, said, row.area.clone())?;
    let charter = HubRow {
        key: *hub,
        area: row.area.clone(),
        level: row.level,
        name: row.name.clone(),
        parent: context.node.key,
        statement,
        above: false,
    };
    context.tx.save_peers(&[hub_peer(&charter)])?;
    context.tx.save_hubs(&[charter])?;
    Ok(statement)
}

fn publish(context: &mut Context<'_>, row: StatementRow, area: Area) -> Result<(), EngineError> {
    let place = context.next_place();
    let feed = FeedRow {
        place,
        statement: row.id,
        commit: None,
        device: None,
        area,
        scope: Scope::Wide,
        origin: None,
        past: None,
    };
    context.tx.append_statements(&[row])?;
    Ok(context.tx.append_feed(&[feed])?)
}

/// A hub that came back from a copy hears its own grants again: the devices that it had enrolled since are its children still.
pub(crate) fn restore_child(
    context: &mut Context<'_>,
    grant: &GrantRow,
) -> Result<(), EngineError> {
    let former = context
        .tx
        .load_peers(&[grant.device])?
        .into_iter()
        .flatten()
        .next();
    let revoked = grant.acts.is_empty();
    let row = PeerRow {
        key: grant.device,
        kind: former.as_ref().map_or(PeerKind::Phone, |peer| peer.kind),
        level: level_of(grant.role),
        area: grant.area.clone(),
        member: Some((grant.member, grant.role)),
        name: grant.name.clone(),
        statement: grant.statement,
        revoked_ms: revoked.then_some(grant.until_ms),
        epoch: former
            .as_ref()
            .map_or(Incarnation([0; 8]), |peer| peer.epoch),
        seen_place: 0,
        seen_ms: former.as_ref().map_or(0, |peer| peer.seen_ms),
        agent: former.map(|peer| peer.agent).unwrap_or_default(),
    };
    Ok(context.tx.save_peers(&[row])?)
}

/// The same for a hub that it had chartered.
pub(crate) fn restore_hub(context: &mut Context<'_>, hub: &HubRow) -> Result<(), EngineError> {
    if context
        .tx
        .load_peers(&[hub.key])?
        .iter()
        .any(Option::is_some)
    {
        return Ok(());
    }
    Ok(context.tx.save_peers(&[hub_peer(hub)])?)
}

fn hub_peer(hub: &HubRow) -> PeerRow {
    PeerRow {
        key: hub.key,
        kind: PeerKind::Hub,
        level: hub.level,
        area: hub.area.clone(),
        member: None,
        name: hub.name.clone(),
        statement: hub.statement,
        revoked_ms: None,
        epoch: Incarnation([0; 8]),
        seen_place: 0,
        seen_ms: 0,
        agent: String::new(),
    }
}
