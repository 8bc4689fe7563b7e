//! Records come into another area: those that a director names, or those that a plan of the division assigns elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use wangge_engine::{ActBody, NewAct};
use wangge_model::area::Area;
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_wire::limits::MOVED_MAX;

use super::Saved;
use super::answer::director_of;
use super::records::{now, saved};
use crate::desk;
use crate::error::{HubError, Result};
use crate::hub::Hub;
use crate::limits::MOVES_AT_ONCE_MAX;

/// What a plan of the division moves, or has moved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanMoved {
    /// Whether the plan is in force; before its day it moves nothing.
    pub in_force: bool,
    /// How many records.
    pub records: u64,
    /// How many of them are residents.
    pub residents: u64,
    /// How many commits moved them; none where it was only asked.
    pub commits: u64,
    /// From where to where, by kind.
    pub flows: Vec<Flow>,
}

/// Records of one kind that go the same way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flow {
    /// The area left.
    pub from: Area,
    /// The grid where they belong.
    pub to: Area,
    /// The kind's word.
    pub kind: String,
    /// How many.
    pub records: u64,
}

/// Records by the area left and the one where they go.
type Ways = BTreeMap<(Area, Area), BTreeSet<RecordId>>;

/// One act for each area that records leave, and for each so many of them; the answers stand in the order of the acts, each under its first record.
pub(super) async fn move_all(
    hub: &Hub,
    director: Option<&str>,
    records: Vec<RecordId>,
    to: Area,
) -> Result<Vec<Saved>> {
    let ways = hub
        .read(move |views| {
            views.fold_all()?;
            let mut ways = Ways::new();
            for record in records {
                let area = views.area_of(record)?;
                ways.entry((area, to.clone())).or_default().insert(record);
            }
            Ok(ways)
        })
        .await?;
    act(hub, director, ways).await
}

/// What a plan assigns elsewhere goes there, with what belongs to it. What has gone before does not go again, so a call that was cut off is called again.
pub(super) async fn move_by_plan(
    hub: &Hub,
    director: Option<&str>,
    plan: RecordId,
    dry_run: bool,
) -> Result<PlanMoved> {
    let look = hub.read(move |views| {
        views.fold_all()?;
        views.plan_moves(plan, now().date())
    });
    let moves = look.await?;
    let mut ways = Ways::new();
    let mut flows: BTreeMap<(Area, Area, Kind), u64> = BTreeMap::new();
    for one in moves.going {
        let way = (one.from, one.to);
        let flow = (way.0.clone(), way.1.clone(), one.kind);
        *flows.entry(flow).or_default() += 1;
        ways.entry(way).or_default().insert(one.id);
    }
    let mut moved = PlanMoved {
        in_force: moves.in_force,
        records: flows.values().sum(),
        residents: flows
            .iter()
            .filter(|((.., kind), _)| *kind == Kind::RESIDENT)
            .map(|(_, records)| records)
            .sum(),
        commits: 0,
        flows: flows
            .into_iter()
            .map(|((from, to, kind), records)| Flow {
                from,
                to,
                kind: kind.word().to_owned(),
                records,
            })
            .collect(),
    };
    if dry_run {
        return Ok(moved);
    }
    if !moved.in_force {
        return Err(HubError::Refused {
            zh: "方案尚未生效,不能划转;加 --dry-run 可预览".to_owned(),
            en: "the plan is not in force, so nothing moves yet; --dry-run shows what will"
                .to_owned(),
        });
    }
    for done in act(hub, director, ways).await? {
        match done {
            Saved::Done { .. } => moved.commits += 1,
            Saved::Wrong(wrong) => {
                return Err(HubError::Refused {
                    zh: wrong.zh,
                    en: wrong.en,
                });
            }
        }
    }
    Ok(moved)
}

/// Moves them a few acts at a time: the hub answers others between.
async fn act(hub: &Hub, director: Option<&str>, ways: Ways) -> Result<Vec<Saved>> {
    let entry = director_of(hub, director)?;
    let acts: Vec<NewAct> = ways
        .into_iter()
        .filter(|((from, to), _)| from != to)
        .flat_map(|((_, to), records)| {
            let records: Vec<RecordId> = records.into_iter().collect();
            let chunks = records.chunks(MOVED_MAX).map(|records| NewAct {
                what: ActBody::Move {
                    records: records.to_vec(),
                    to: to.clone(),
                },
                stated_ms: None,
            });
            chunks.collect::<Vec<_>>()
        })
        .collect();
    let mut answers = Vec::with_capacity(acts.len());
    for few in acts.chunks(MOVES_AT_ONCE_MAX) {
        let done = desk::act_all(hub, &entry, few.to_vec()).await?;
        answers.extend(done.into_iter().map(saved));
    }
    Ok(answers)
}
