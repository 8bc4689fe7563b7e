//! One question, one function.

use std::sync::Arc;

use wangge_engine::typed::TypedProblem;
use wangge_engine::{ActBody, Done, NewAct, Offer, OfferTo, Refusal};
use wangge_model::area::Area;
use wangge_model::id::{CommitId, Key, MemberId, RecordId};
use wangge_model::kind::{Facet, Level, Role};
use wangge_views::Reveal;
use wangge_views::rows::{ConflictRow, FieldRow, Page, PeerSide, Query};
use wangge_wire::Signer;
use wangge_wire::invitation::Invitation;

use super::records;
use super::{Broken, Decision, HubStatus, Invited, Reply, Request, Review, Whom, Whose};
use crate::desk;
use crate::directors::DirectorEntry;
use crate::error::{HubError, Result};
use crate::host::Host;
use crate::hub::Hub;

const DAY_MS: i64 = 86_400_000;
/// A phone's right holds a year, a desk's ten; both can be taken away at any time.
const PHONE_GRANT_MS: i64 = 365 * DAY_MS;
const DESK_GRANT_MS: i64 = 3650 * DAY_MS;
/// Rows of a list that a command shows.
const ROWS_MAX: u32 = 500;

/// Answers a question to the site.
pub(crate) async fn answer(host: &Host, request: Request) -> Result<Reply> {
    match request {
        Request::Status { hub } => status(host, hub.as_ref()).await,
        Request::Invite {
            hub,
            whom,
            days,
            address,
        } => invite(host.hub(hub.as_ref())?, whom, days, address)
            .await
            .map(Reply::Invited),
        Request::Revoke { hub, whose } => {
            let device = revoke(host.hub(hub.as_ref())?, whose).await?;
            Ok(Reply::Revoked { device })
        }
        Request::Director {
            hub,
            name,
            passphrase,
        } => {
            let member = director(host.hub(hub.as_ref())?, &name, &passphrase.0).await?;
            Ok(Reply::Director { member })
        }
        Request::Review { hub } => review(host.hub(hub.as_ref())?).await.map(Reply::Review),
        Request::Records { hub, ask } => records::answer(host.hub(hub.as_ref())?, ask).await,
        Request::Decide {
            hub,
            director,
            decision,
        } => {
            let commit = decide(host.hub(hub.as_ref())?, director.as_deref(), decision).await?;
            Ok(Reply::Decided { commit })
        }
    }
}

/// Every hub, or the one that is named; of several, those that cannot be asked are listed with why.
async fn status(host: &Host, area: Option<&Area>) -> Result<Reply> {
    if let Some(area) = area {
        return match host.broken().get(area) {
            Some(error) => Err(refused_for(error)),
            None => Ok(Reply::Status {
                hubs: vec![status_of(host, host.hub(Some(area))?).await?],
                broken: Vec::new(),
            }),
        };
    }
    let mut broken: Vec<_> = host
        .broken()
        .iter()
        .map(|(area, error)| broken_hub(area, error))
        .collect();
    let mut hubs = Vec::new();
    for hub in host.hubs() {
        match status_of(host, hub).await {
            Ok(status) => hubs.push(status),
            Err(error) => broken.push(broken_hub(hub.area(), &error)),
        }
    }
    Ok(Reply::Status { hubs, broken })
}

async fn status_of(host: &Host, hub: &Hub) -> Result<HubStatus> {
    // Everything that the hub holds, what lies in no area included.
    let counts = hub
        .read(|views| views.fold_all().and_then(|_| views.counts("")))
        .await?;
    let (as_of, peers) = (hub.as_of().await?, hub.peers(page()).await?);
    Ok(HubStatus {
        area: hub.area().clone(),
        name: hub.name().to_owned(),
        level: hub.level(),
        key: hub.key(),
        running: host.listens().is_some(),
        counts,
        as_of,
        peers: peers.rows,
    })
}

fn broken_hub(area: &Area, error: &HubError) -> Broken {
    let advice = error.advice();
    Broken {
        area: area.clone(),
        what: error.chain(),
        remedy_zh: advice.zh,
        remedy_en: advice.en,
    }
}

fn refused_for(error: &HubError) -> HubError {
    let advice = error.advice();
    HubError::Refused {
        zh: advice.zh,
        en: format!("{}: {}", error.chain(), advice.en),
    }
}

/// Offers a place at a hub, once.
pub(crate) async fn invite(hub: &Hub, whom: Whom, days: u16, address: String) -> Result<Invited> {
    let valid_ms = i64::from(days) * DAY_MS;
    let offer = match whom {
        Whom::Member { area, .. } if !hub.area().contains(&area) => {
            return Err(HubError::OutsideHub {
                hub: hub.area().clone(),
                area,
            });
        }
        Whom::Member {
            name,
            role,
            area,
            until_ms,
        } => Offer {
            to: OfferTo::Member { role, member: None },
            area,
            name,
            valid_ms,
            grant_ms: PHONE_GRANT_MS,
            until_ms,
        },
        Whom::Hub { name, area } => {
            if area == *hub.area() || !hub.area().contains(&area) {
                return Err(HubError::NotItsParent {
                    parent: hub.area().clone(),
                    child: area,
                });
            }
            let level = area.level();
            Offer {
                to: OfferTo::Hub { level },
                area,
                name,
                valid_ms,
                grant_ms: 0,
                until_ms: None,
            }
        }
    };
    match hub.invite(offer).await?.map_err(refused)? {
        Done::Invited { secret, until_ms } => {
            let invitation = Invitation {
                address,
                hub: hub.key().0,
                secret,
            }
            .to_string();
            Ok(Invited {
                invitation,
                until_ms,
            })
        }
        _ => Err(HubError::Stopped),
    }
}

async fn revoke(hub: &Hub, whose: Whose) -> Result<Key> {
    let device = match whose {
        Whose::Device(device) => device,
        Whose::Member(name) => device_of(hub, &name).await?,
    };
    match hub.revoke(device).await?.map_err(refused)? {
        Done::Revoked => Ok(device),
        _ => Err(HubError::Stopped),
    }
}

/// The only phone of the member of this name.
async fn device_of(hub: &Hub, name: &str) -> Result<Key> {
    let mut found = Vec::new();
    let mut query = page();
    loop {
        let peers = hub.peers(query.clone()).await?;
        let rows = u64::try_from(peers.rows.len()).unwrap_or(u64::MAX);
        found.extend(
            peers
                .rows
                .into_iter()
                .filter(|peer| peer.side == PeerSide::Phone && peer.name == name),
        );
        query.offset += rows;
        if rows == 0 || query.offset >= peers.total {
            break;
        }
    }
    match found.as_slice() {
        [peer] => peer.key.parse().map_err(|_| HubError::Stopped),
        [] => Err(not_there(
            "没有这位成员的手机",
            "no phone of a member of this name is enrolled here",
        )),
        several => {
            let keys = several
                .iter()
                .map(|peer| peer.key.as_str())
                .collect::<Vec<_>>()
                .join(", ");
            Err(HubError::Refused {
                zh: format!("有几部这个姓名的手机,请用 --device 指明:{keys}"),
                en: format!(
                    "several phones are of members of this name; name one with --device: {keys}"
                ),
            })
        }
    }
}

/// Makes a director, or gives one another passphrase; the desk stays the same.
async fn director(hub: &Hub, name: &str, passphrase: &str) -> Result<MemberId> {
    let known = hub
        .directors()
        .iter()
        .find(|entry| entry.name == name)
        .cloned();
    let passphrase = passphrase.to_owned();
    let (role, area, of) = (desk_role(hub.level()), hub.area().clone(), name.to_owned());
    // Hashing takes its time, and is meant to.
    let entry = tokio::task::spawn_blocking(move || match known {
        Some(entry) => entry.with_passphrase(&passphrase),
        None => DirectorEntry::mint(&of, role, area, &passphrase),
    });
    let entry = entry.await.map_err(|_| HubError::Stopped)??;
    let device = Key(entry.load_signer()?.public());
    let to = OfferTo::Member {
        role: entry.role,
        member: Some(entry.member),
    };
    let offer = Offer {
        to,
        area: entry.area.clone(),
        name: name.to_owned(),
        valid_ms: 0,
        grant_ms: DESK_GRANT_MS,
        until_ms: None,
    };
    hub.grant(device, offer).await?.map_err(refused)?;
    let member = entry.member;
    hub.keep_director(entry)?;
    Ok(member)
}

fn desk_role(level: Level) -> Role {
    match level {
        Level::Township => Role::TownshipHead,
        Level::County | Level::City | Level::Province => Role::CountyHead,
        Level::Grid | Level::Community => Role::CommunityDirector,
    }
}

async fn review(hub: &Hub) -> Result<Review> {
    let (conflicts, held): (Page<_>, Page<_>) = hub
        .read(|views| {
            views.fold_all()?;
            Ok((
                views.conflicts(&page(), Reveal::Clear)?,
                views.held(&page(), Reveal::Masked)?,
            ))
        })
        .await?;
    Ok(Review {
        conflicts: conflicts.rows,
        conflicts_total: conflicts.total,
        held: held.rows,
        held_total: held.total,
    })
}

/// The director of this name, or the only one.
pub(super) fn director_of(hub: &Hub, name: Option<&str>) -> Result<DirectorEntry> {
    let directors = hub.directors();
    let mut matching = directors
        .iter()
        .filter(|entry| name.is_none_or(|name| entry.name == name));
    match (matching.next(), matching.count()) {
        (Some(entry), 0) => Ok(entry.clone()),
        (first, more) => Err(HubError::WhichDirector {
            found: usize::from(first.is_some()) + more,
        }),
    }
}

async fn decide(hub: &Arc<Hub>, director: Option<&str>, decision: Decision) -> Result<CommitId> {
    let entry = director_of(hub, director)?;
    let what = match decision {
        Decision::Settle {
            record,
            facet,
            key,
            choice,
        } => {
            let at = usize::from(choice).saturating_sub(1);
            let field = field_in_conflict(hub, record, facet, &key).await?;
            let chosen = field
                .candidates
                .get(at)
                .ok_or_else(|| not_there("没有这个序号的值", "there is no value of this number"))?;
            let seen = field
                .candidates
                .iter()
                .map(|candidate| candidate.choice.clone())
                .collect();
            desk::settle(hub, record, facet, key, chosen.choice.clone(), seen).await?
        }
        Decision::Adopt { commit } => ActBody::Adopt {
            commit: held(hub, &commit).await?,
        },
        Decision::Decline { commit, reason } => ActBody::Decline {
            commit: held(hub, &commit).await?,
            reason,
        },
    };
    desk::act(
        hub,
        &entry,
        NewAct {
            what,
            stated_ms: None,
        },
    )
    .await?
    .map_err(refused)
}

/// A field that waits for a director, with its values in the order in which `review` lists them.
async fn field_in_conflict(
    hub: &Hub,
    record: RecordId,
    facet: Facet,
    key: &str,
) -> Result<FieldRow> {
    let id = record.to_string();
    let page = hub
        .read(|views| {
            views
                .fold_all()
                .and_then(|_| views.conflicts(&page(), Reveal::Clear))
        })
        .await?;
    let of =
        |row: &ConflictRow| row.record == id && row.field.facet == facet && row.field.key == key;
    let row = page.rows.into_iter().find(of);
    row.map(|row| row.field)
        .ok_or_else(|| not_there("这个字段没有冲突", "this field is not in conflict"))
}

/// The held commit whose id begins with these digits.
async fn held(hub: &Hub, digits: &str) -> Result<CommitId> {
    let page = hub
        .read(|views| {
            views
                .fold_all()
                .and_then(|_| views.held(&page(), Reveal::Masked))
        })
        .await?;
    let mut matching = page
        .rows
        .iter()
        .filter(|row| row.commit.starts_with(digits));
    match (matching.next(), matching.next()) {
        (Some(row), None) => row.commit.parse().map_err(|_| HubError::Stopped),
        (None, _) => Err(not_there("没有这样的暂存提交", "no held commit begins so")),
        (Some(_), Some(_)) => Err(not_there(
            "有几条暂存提交以此开头,请多写几位",
            "several held commits begin so: give more digits",
        )),
    }
}

fn page() -> Query {
    Query {
        limit: ROWS_MAX,
        ..Query::default()
    }
}

fn not_there(zh: &str, en: &str) -> HubError {
    HubError::Refused {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

/// The engine's refusal, for whoever runs the hub.
fn refused(refusal: Refusal) -> HubError {
    let told = TypedProblem::from(&refusal);
    HubError::Refused {
        zh: told.zh,
        en: told.en,
    }
}
