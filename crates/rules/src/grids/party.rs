//! The party's organisation in four levels, each bound to a piece of the territory: community committee, grid branch, building group,
//! household centre (党委、网格党支部、楼栋党小组、党员中心户); an enterprise's branch beside them.
//!
//! Sources: paper III.(3), R70 (set up together with the grid), R71 (four levels), R72 (enterprise grids have a branch of their own),
//! R73 (its leader is the grid's chief).

use std::collections::BTreeMap;

use wangge_model::area::{Area, Level};
use wangge_model::id::RecordId;
use wangge_model::time::Date;

use super::division::Division;
use super::{Grid, Sort, State, Unit};
use crate::finding::{Finding, Weight};
use crate::people::{Office, Post, PostSort};
use crate::validity::Validity;
use crate::words::words;

words! {
    /// A level of the party's organisation: the code list `party_level`.
    pub enum PartyLevel {
        /// 社区党委.
        Committee = "committee", "社区党委", "community committee";
        /// 网格党支部.
        Branch = "branch", "网格党支部", "grid branch";
        /// 楼栋党小组.
        Group = "group", "楼栋党小组", "building group";
        /// 党员中心户.
        Household = "household", "党员中心户", "household centre";
        /// 非公企业党支部.
        Enterprise = "enterprise", "非公企业党支部", "enterprise branch";
    }
}

impl PartyLevel {
    /// The level above; a committee's lies outside the grids.
    #[must_use]
    pub const fn above(self) -> Option<Self> {
        match self {
            Self::Committee => None,
            Self::Branch | Self::Enterprise => Some(Self::Committee),
            Self::Group => Some(Self::Branch),
            Self::Household => Some(Self::Group),
        }
    }
}

/// A party organisation, as its record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyOrg {
    /// Its record.
    pub id: RecordId,
    /// Its level.
    pub level: PartyLevel,
    /// The organisation above it.
    pub parent: Option<RecordId>,
    /// The code of its grid; of a committee, of its community.
    pub grid: Option<Area>,
    /// The building of a group.
    pub building: Option<RecordId>,
    /// The household of a centre.
    pub household: Option<RecordId>,
    /// The enterprise of a branch there.
    pub organisation: Option<RecordId>,
    /// The member who leads it.
    pub leader: Option<RecordId>,
    /// From when until when it stands.
    pub valid: Validity,
}

impl PartyOrg {
    /// An organisation of which nothing more is known.
    #[must_use]
    pub const fn new(id: RecordId, level: PartyLevel) -> Self {
        Self {
            id,
            level,
            parent: None,
            grid: None,
            building: None,
            household: None,
            organisation: None,
            leader: None,
            valid: Validity::ALWAYS,
        }
    }
}

/// What the party's organisation is held against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Every grid, also drafted ones.
    pub grids: &'a [Grid],
    /// The division of the day.
    pub division: &'a Division<'a>,
    /// Households and buildings.
    pub units: &'a [Unit],
    /// Who holds which post.
    pub posts: &'a [Post],
    /// The organisations.
    pub party: &'a [PartyOrg],
    /// The day.
    pub on: Date,
}

/// What does not fit on a day, by code and id:
/// `party.unbound` not bound to the piece of territory that its level has; `party.stale` bound to a grid that is not in force;
/// `party.parent` under none, or under one of another level; `party.elsewhere` outside the territory of the one above;
/// `party.twice` two branches of one grid; `party.leaderless`; `party.leader` the branch's leader is not the grid's chief;
/// `party.not_together` a grid comes into force, and no branch with it.
#[must_use]
pub fn judge(ground: &Ground<'_>) -> Vec<Finding> {
    let standing: BTreeMap<RecordId, &PartyOrg> = ground
        .party
        .iter()
        .filter(|org| org.valid.holds(ground.on))
        .map(|org| (org.id, org))
        .collect();
    let mut findings: Vec<Finding> = standing
        .values()
        .flat_map(|org| judge_one(ground, org, &standing))
        .collect();
    findings.extend(judge_twice(&standing));
    findings.extend(
        ground
            .grids
            .iter()
            .filter_map(|grid| judge_together(ground, grid)),
    );
    findings.sort_by(|a, b| (a.code, &a.ids).cmp(&(b.code, &b.ids)));
    findings
}

fn found(code: &'static str, weight: Weight, org: &PartyOrg, (zh, en): (&str, &str)) -> Finding {
    let zh = format!("{}{zh}", org.level.zh());
    let en = format!("{}: {en}", org.level.en());
    let finding = match weight {
        Weight::Hard => Finding::hard(code, zh, en),
        Weight::Soft => Finding::soft(code, zh, en),
    };
    finding.about([org.id])
}

fn judge_one(
    ground: &Ground<'_>,
    org: &PartyOrg,
    standing: &BTreeMap<RecordId, &PartyOrg>,
) -> Vec<Finding> {
    let territory = territory(ground, org);
    let unbound = (
        "未绑定到对应的社区、网格、楼栋或住户",
        "not bound to the community, grid, building or household of its level",
    );
    let stale = (
        "所绑定的网格未在生效中，须随网格同步调整",
        "bound to a grid that is not in force: it changes together with the grid",
    );
    let bound = match &territory {
        Territory::Unbound => Some(found("party.unbound", Weight::Hard, org, unbound)),
        Territory::Stale => Some(found("party.stale", Weight::Hard, org, stale)),
        Territory::Area(_) => None,
    };
    let parent = judge_parent(ground, org, &territory, standing);
    bound
        .into_iter()
        .chain(parent)
        .chain(judge_leader(ground, org))
        .collect()
}

fn judge_parent(
    ground: &Ground<'_>,
    org: &PartyOrg,
    own: &Territory,
    standing: &BTreeMap<RecordId, &PartyOrg>,
) -> Option<Finding> {
    let above = org.level.above()?;
    let parent = org.parent.and_then(|id| standing.get(&id));
    let Some(parent) = parent.filter(|parent| parent.level == above) else {
        let texts = (
            "没有上级党组织，或上级层级不对",
            "under no organisation, or under one of another level",
        );
        return Some(found("party.parent", Weight::Hard, org, texts));
    };
    match (own, territory(ground, parent)) {
        (Territory::Area(own), Territory::Area(its)) if !its.contains(own) => {
            let texts = (
                "不在上级党组织的区域内",
                "outside the territory of the one above",
            );
            Some(found("party.elsewhere", Weight::Hard, org, texts).about([parent.id]))
        }
        _ => None,
    }
}

fn judge_leader(ground: &Ground<'_>, org: &PartyOrg) -> Option<Finding> {
    let Some(leader) = org.leader else {
        return Some(found(
            "party.leaderless",
            Weight::Soft,
            org,
            ("没有负责人", "nobody leads it"),
        ));
    };
    let apart = org.level == PartyLevel::Branch && !leads_grid(ground, org, leader);
    apart.then(|| {
        found(
            "party.leader",
            Weight::Soft,
            org,
            ("书记不是网格长", "its leader is not the grid's chief"),
        )
        .about([leader])
    })
}

enum Territory {
    Unbound,
    Stale,
    Area(Area),
}

/// The piece of territory that an organisation is bound to.
fn territory(ground: &Ground<'_>, org: &PartyOrg) -> Territory {
    let area = match org.level {
        PartyLevel::Committee => org
            .grid
            .clone()
            .filter(|area| area.level() == Level::Community),
        PartyLevel::Branch => return branch_territory(ground, org),
        PartyLevel::Enterprise if org.grid.is_some() => return branch_territory(ground, org),
        PartyLevel::Enterprise => org.organisation.and_then(|id| grid_code(ground, id)),
        PartyLevel::Group => org.building.and_then(|id| grid_code(ground, id)),
        PartyLevel::Household => org.household.and_then(|id| grid_code(ground, id)),
    };
    area.map_or(Territory::Unbound, Territory::Area)
}

fn branch_territory(ground: &Ground<'_>, org: &PartyOrg) -> Territory {
    match &org.grid {
        None => Territory::Unbound,
        Some(code) if ground.division.grids().any(|grid| grid.code == *code) => {
            Territory::Area(code.clone())
        }
        Some(_) => Territory::Stale,
    }
}

/// The code of the grid in which a unit is.
fn grid_code(ground: &Ground<'_>, id: RecordId) -> Option<Area> {
    let unit = ground.units.iter().find(|unit| unit.id == id)?;
    let (grid, _) = ground.division.grid_of(unit)?;
    Some(ground.division.grid(grid)?.code.clone())
}

fn leads_grid(ground: &Ground<'_>, org: &PartyOrg, leader: RecordId) -> bool {
    ground.posts.iter().any(|post| {
        post.office == Office::Chief
            && post.member == leader
            && post.sort != PostSort::Invited
            && Some(&post.area) == org.grid.as_ref()
            && post.held_on(ground.on)
    })
}

fn judge_twice(standing: &BTreeMap<RecordId, &PartyOrg>) -> Vec<Finding> {
    let mut by_grid: BTreeMap<&Area, Vec<RecordId>> = BTreeMap::new();
    for org in standing
        .values()
        .filter(|org| org.level == PartyLevel::Branch)
    {
        if let Some(grid) = &org.grid {
            by_grid.entry(grid).or_default().push(org.id);
        }
    }
    let twice = by_grid.into_iter().filter(|(_, ids)| ids.len() > 1);
    twice
        .map(|(grid, ids)| {
            let zh = format!("网格 {grid} 有多个党支部");
            let en = format!("grid {grid} has more than one branch");
            Finding::hard("party.twice", zh, en).about(ids)
        })
        .collect()
}

/// Whether a grid that is to come into force has a branch from its first day on.
fn judge_together(ground: &Ground<'_>, grid: &Grid) -> Option<Finding> {
    let coming = grid.sort != Sort::Micro && grid.state != State::Superseded;
    let from = grid.valid.from.filter(|from| coming && ground.on < *from)?;
    let with_it = ground.party.iter().any(|org| {
        let level = matches!(org.level, PartyLevel::Branch | PartyLevel::Enterprise);
        level && org.grid.as_ref() == Some(&grid.code) && org.valid.holds(from)
    });
    (!with_it).then(|| {
        let zh = format!("网格 {} 将于 {from} 生效，但没有同步设置党支部", grid.code);
        let en = format!(
            "grid {} comes into force on {from}, and no party branch with it",
            grid.code
        );
        Finding::hard("party.not_together", zh, en).about([grid.id])
    })
}

#[cfg(test)]
mod tests;
