//! «Horizontal to edge, vertical to end» (横向到边、纵向到底; paper R5): no household, building or organisation without a grid, no grid
//! without member, chief and party branch. Each gap is a finding of its own, so that the list is a list of work.

use std::collections::BTreeSet;

use wangge_model::area::Area;
use wangge_model::time::Date;

use super::division::{Division, Found};
use super::party::{PartyLevel, PartyOrg};
use super::{Grid, Sort, Unit, What};
use crate::finding::Finding;
use crate::people::{Office, Post, PostSort};

/// Everything that must be covered, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The division of the day.
    pub division: &'a Division<'a>,
    /// Households, buildings, organisations.
    pub units: &'a [Unit],
    /// Who holds which post.
    pub posts: &'a [Post],
    /// The party's organisation.
    pub party: &'a [PartyOrg],
    /// The day.
    pub on: Date,
}

/// The gaps: `coverage.household`, `coverage.building`, `coverage.organisation` in no grid; `coverage.by_default` in one only because that
/// took the place of another; `coverage.elsewhere` written under one grid and, by its building, in another; `coverage.member`,
/// `coverage.chief`, `coverage.branch` a grid without. By code, then by id.
#[must_use]
pub fn judge(ground: &Ground<'_>) -> Vec<Finding> {
    let units = ground
        .units
        .iter()
        .filter_map(|unit| judge_unit(ground.division, unit));
    let grids = ground
        .division
        .grids()
        .flat_map(|grid| judge_grid(ground, grid));
    let mut findings: Vec<Finding> = units.chain(grids).collect();
    findings.sort_by(|a, b| (a.code, &a.ids).cmp(&(b.code, &b.ids)));
    findings
}

/// Of how many units a grid is known, in thousandths of all; `None` of none.
#[must_use]
pub fn covered_permille(division: &Division<'_>, units: &[Unit]) -> Option<u32> {
    let covered = units
        .iter()
        .filter(|unit| division.grid_of(unit).is_some())
        .count();
    u32::try_from((covered * 1000).checked_div(units.len())?).ok()
}

fn judge_unit(division: &Division<'_>, unit: &Unit) -> Option<Finding> {
    let Some((id, found)) = division.grid_of(unit) else {
        let (code, zh, en) = match unit.what {
            What::Household => (
                "coverage.household",
                "家庭户未纳入任何网格",
                "a household is in no grid",
            ),
            What::Building => (
                "coverage.building",
                "楼栋未纳入任何网格",
                "a building is in no grid",
            ),
            What::Organisation => (
                "coverage.organisation",
                "组织未纳入任何网格",
                "an organisation is in no grid",
            ),
        };
        return Some(Finding::hard(code, zh, en).about([unit.id]));
    };
    let grid = division.grid(id)?;
    match found {
        Found::Successor => {
            let zh = format!(
                "原网格 {} 已撤并，暂归网格 {}，请确认",
                unit.area, grid.code
            );
            let en = format!(
                "the grid {} is gone: in {} until somebody confirms it",
                unit.area, grid.code
            );
            Some(Finding::soft("coverage.by_default", zh, en).about([unit.id, id]))
        }
        Found::Building if written_elsewhere(&unit.area, &grid.code) => {
            let zh = format!("登记在网格 {}，按楼栋应属网格 {}", unit.area, grid.code);
            let en = format!(
                "written under grid {}, and by its building in {}",
                unit.area, grid.code
            );
            Some(Finding::soft("coverage.elsewhere", zh, en).about([unit.id, id]))
        }
        Found::Building | Found::Area => None,
    }
}

/// Whether a record's area is another grid, not only a larger area.
fn written_elsewhere(area: &Area, code: &Area) -> bool {
    !area.contains(code)
}

fn judge_grid(ground: &Ground<'_>, grid: &Grid) -> Vec<Finding> {
    if grid.sort == Sort::Micro {
        return Vec::new();
    }
    let held: BTreeSet<Office> = ground
        .posts
        .iter()
        .filter(|post| {
            post.area == grid.code && post.sort != PostSort::Invited && post.held_on(ground.on)
        })
        .map(|post| post.office)
        .collect();
    let branch = ground.party.iter().any(|org| {
        let level = matches!(org.level, PartyLevel::Branch | PartyLevel::Enterprise);
        level && org.grid.as_ref() == Some(&grid.code) && org.valid.holds(ground.on)
    });
    let gaps = [
        (
            held.contains(&Office::Member),
            "coverage.member",
            "没有网格员",
            "no member",
        ),
        (
            held.contains(&Office::Chief),
            "coverage.chief",
            "没有网格长",
            "no chief",
        ),
        (
            branch,
            "coverage.branch",
            "没有网格党支部",
            "no party branch",
        ),
    ];
    let gaps = gaps.into_iter().filter(|(there, ..)| !there);
    gaps.map(|(_, code, zh, en)| {
        let zh = format!("网格 {}{zh}", grid.code);
        Finding::hard(code, zh, format!("grid {} has {en}", grid.code)).about([grid.id])
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::super::testing::{building, codes, day, grid, household, id};
    use super::*;
    use crate::people::testing::post;
    use crate::validity::Validity;

    const ON: &str = "2026-03-01";

    fn branch(n: u32, code: &str) -> PartyOrg {
        PartyOrg {
            grid: Some(code.parse().unwrap()),
            ..PartyOrg::new(id(n), PartyLevel::Branch)
        }
    }

    fn units() -> Vec<Unit> {
        let away = |unit: Unit, area: &str| Unit {
            area: area.parse().unwrap(),
            ..unit
        };
        vec![
            building(10),
            away(building(11), "410522100201"),
            away(building(12), "410522100201"),
            household(20, Some(10), 3),
            away(household(21, None, 2), "410522100201009"),
            away(household(22, None, 2), "410522100201003"),
            away(household(23, Some(10), 2), "410522100201002"),
            Unit {
                what: What::Organisation,
                ..away(building(30), "410522100201")
            },
        ]
    }

    fn grids() -> [Grid; 3] {
        let until = Validity {
            from: None,
            until: Some(day("2025-12-31")),
        };
        let gone = Grid {
            state: State::Superseded,
            valid: until,
            ..grid(3, 3, &[])
        };
        [
            grid(1, 1, &[10]),
            Grid {
                replaces: vec![gone.code.clone()],
                ..grid(2, 2, &[11])
            },
            gone,
        ]
    }

    fn told(
        units: &[Unit],
        posts: &[Post],
        party: &[PartyOrg],
    ) -> Vec<(&'static str, wangge_model::id::RecordId)> {
        let grids = grids();
        let division = Division::on(&grids, day(ON));
        let found = judge(&Ground {
            division: &division,
            units,
            posts,
            party,
            on: day(ON),
        });
        found
            .iter()
            .map(|finding| (finding.code, finding.ids[0]))
            .collect()
    }

    fn staffed(code: &str) -> [Post; 2] {
        [
            post(1, 1, Office::Member, code),
            post(2, 2, Office::Chief, code),
        ]
    }

    #[test]
    fn every_unit_in_no_grid_is_told_once() {
        let posts = [staffed("410522100201001"), staffed("410522100201002")].concat();
        let party = [branch(41, "410522100201001"), branch(42, "410522100201002")];
        assert_eq!(
            told(&units(), &posts, &party),
            [
                ("coverage.building", id(12)),
                ("coverage.by_default", id(22)),
                ("coverage.elsewhere", id(23)),
                ("coverage.household", id(21)),
                ("coverage.organisation", id(30)),
            ]
        );
        let grids = grids();
        let division = Division::on(&grids, day(ON));
        assert_eq!(covered_permille(&division, &units()), Some(625));
        assert_eq!(covered_permille(&division, &[]), None);
    }

    #[test]
    fn every_grid_without_people_is_told_once() {
        let over = Some(day("2025-12-31"));
        let [member, chief] = staffed("410522100201002");
        let gone = [
            Post {
                until: over,
                ..member
            },
            Post {
                sort: PostSort::Invited,
                ..chief
            },
        ];
        let posts = [staffed("410522100201001"), gone].concat();
        let old = PartyOrg {
            valid: Validity {
                from: None,
                until: over,
            },
            ..branch(42, "410522100201002")
        };
        assert_eq!(
            told(&[], &posts, &[branch(41, "410522100201001"), old]),
            [
                ("coverage.branch", id(2)),
                ("coverage.chief", id(2)),
                ("coverage.member", id(2))
            ]
        );
    }

    #[test]
    fn a_whole_community_has_no_gap() {
        let all = [grid(1, 1, &[10])];
        let division = Division::on(&all, day(ON));
        let posts = [
            post(1, 1, Office::Member, "410522100201001"),
            post(2, 2, Office::Chief, "410522100201001"),
        ];
        let ground = Ground {
            division: &division,
            units: &[building(10), household(20, Some(10), 3)],
            posts: &posts,
            party: &[branch(41, "410522100201001")],
            on: day(ON),
        };
        assert_eq!(codes(&judge(&ground)), Vec::<&str>::new());
    }
}
