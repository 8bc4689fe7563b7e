use super::super::testing::{building, codes, day, grid, household, id};
use super::*;
use crate::validity::Validity;
use proptest::prelude::*;
use wangge_model::time::Hlc;

/// A grid that replaces others from 2026-07-01.
fn new(n: u32, serial: u32, buildings: &[u32], replaces: &[u32]) -> Grid {
    Grid {
        valid: Validity {
            from: Some(day("2026-07-01")),
            until: None,
        },
        replaces: replaces
            .iter()
            .map(|serial| format!("410522100201{serial:03}").parse().unwrap())
            .collect(),
        ..grid(n, serial, buildings)
    }
}

const BEFORE: &str = "2026-06-30";
const AFTER: &str = "2026-07-01";

fn of(division: &Division<'_>, unit: &Unit) -> Option<(RecordId, Found)> {
    division.grid_of(unit)
}

#[test]
fn a_split_moves_by_building_and_the_rest_by_the_greater_part() {
    let all = [
        grid(1, 1, &[10, 11, 12]),
        new(2, 2, &[10, 11], &[1]),
        new(3, 3, &[12], &[1]),
    ];
    let (before, after) = (
        Division::on(&all, day(BEFORE)),
        Division::on(&all, day(AFTER)),
    );
    assert_eq!(
        before.grids().map(|grid| grid.id).collect::<Vec<_>>(),
        [id(1)]
    );
    assert_eq!(
        after.grids().map(|grid| grid.id).collect::<Vec<_>>(),
        [id(2), id(3)]
    );
    let home = household(100, Some(12), 4);
    assert_eq!(of(&before, &home), Some((id(1), Found::Building)));
    assert_eq!(of(&after, &home), Some((id(3), Found::Building)));
    // Entered offline under the old grid, with no building: in the part that took most of it.
    let late = household(101, None, 2);
    assert_eq!(of(&before, &late), Some((id(1), Found::Area)));
    assert_eq!(of(&after, &late), Some((id(2), Found::Successor)));
    let units = [building(10), building(11), building(12), home, late];
    let moved = moves(&before, &after, &units);
    assert_eq!(
        (
            moved.moved.len(),
            moved.stay,
            moved.persons_moved,
            moved.persons
        ),
        (5, 0, 6, 6)
    );
    assert_eq!(judge(&before, &after, &units), []);
}

#[test]
fn a_successor_is_found_through_many_changes() {
    let until = |grid: Grid, until: &str| Grid {
        valid: Validity {
            until: Some(day(until)),
            ..grid.valid
        },
        ..grid
    };
    let all = [
        until(grid(1, 1, &[10]), "2025-12-31"),
        Grid {
            valid: Validity {
                from: Some(day("2026-01-01")),
                until: Some(day(BEFORE)),
            },
            ..new(2, 2, &[10], &[1])
        },
        new(3, 3, &[10], &[2]),
    ];
    let late = household(100, None, 1);
    assert_eq!(
        of(&Division::on(&all, day("2025-06-01")), &late),
        Some((id(1), Found::Area))
    );
    assert_eq!(
        of(&Division::on(&all, day(BEFORE)), &late),
        Some((id(2), Found::Successor))
    );
    assert_eq!(
        of(&Division::on(&all, day(AFTER)), &late),
        Some((id(3), Found::Successor))
    );
}

#[test]
fn of_two_plans_at_one_time_the_one_approved_later_wins() {
    let approved = |grid: Grid, when| Grid {
        approved: Some(Hlc(when)),
        ..grid
    };
    // Whichever was written first.
    for (second, third, winner, loser) in [(20, 30, 3, 2), (30, 20, 2, 3)] {
        let all = [
            grid(1, 1, &[10, 11]),
            approved(new(2, 2, &[10, 11], &[1]), second),
            approved(new(3, 3, &[11], &[1]), third),
        ];
        let after = Division::on(&all, day(AFTER));
        let found = of(&after, &building(11));
        assert_eq!(found, Some((id(winner), Found::Building)));
        let findings = after.findings();
        assert_eq!(codes(&findings), ["division.twice"]);
        assert_eq!(findings[0].ids, [id(11), id(winner), id(loser)]);
    }
}

#[test]
fn the_heir_is_the_one_with_most_buildings_then_the_older() {
    let heir = |second: &[u32], third: &[u32]| {
        let all = [
            grid(1, 1, &[10, 11, 12]),
            new(2, 2, second, &[1]),
            new(3, 3, third, &[1]),
        ];
        of(&Division::on(&all, day(AFTER)), &household(100, None, 1))
    };
    assert_eq!(heir(&[10, 11], &[12]), Some((id(2), Found::Successor)));
    assert_eq!(heir(&[10], &[11, 12]), Some((id(3), Found::Successor)));
    assert_eq!(heir(&[10], &[11]), Some((id(2), Found::Successor)));
}

#[test]
fn what_a_plan_forgets_is_told_before_it_is_approved() {
    let draft = |grid: Grid| Grid {
        state: State::Draft,
        ..grid
    };
    let all = [
        grid(1, 1, &[10, 11]),
        draft(Grid {
            replaces: vec![],
            ..new(2, 2, &[10], &[])
        }),
    ];
    let gone = Grid {
        valid: Validity {
            until: Some(day(BEFORE)),
            ..all[0].valid
        },
        ..all[0].clone()
    };
    let all = [gone, all[1].clone()];
    let units = [building(10), building(11)];
    assert_eq!(
        Division::on(&all, day(AFTER)).grids().count(),
        0,
        "a draft changes nothing"
    );
    let (before, after) = (
        Division::on(&all, day(BEFORE)),
        Division::planned(&all, day(AFTER)),
    );
    let found = judge(&before, &after, &units);
    assert_eq!(
        (codes(&found), found[0].ids.clone()),
        (vec!["division.lost"], vec![id(11), id(1)])
    );
}

#[test]
fn a_micro_grid_takes_no_building_from_its_grid() {
    let micro = Grid {
        sort: Sort::Micro,
        ..grid(9, 9, &[10])
    };
    let all = [grid(1, 1, &[10]), micro];
    let division = Division::on(&all, day(BEFORE));
    assert_eq!(
        (of(&division, &building(10)), division.findings()),
        (Some((id(1), Found::Building)), vec![])
    );
}

proptest! {
    /// Old grids with buildings, and a plan that puts each building into one of some new grids that replace all the old ones.
    #[test]
    fn nobody_is_in_two_grids_and_nobody_is_lost(
        old in prop::collection::vec(0_u32..4, 1..30),
        plan in prop::collection::vec(0_u32..6, 30),
        homes in prop::collection::vec((prop::option::of(0_u32..30), 1_u32..6), 0..40),
        order in any::<u64>(),
    ) {
        let of = |grids: &[u32], grid: u32| (0..).zip(grids).filter(|(_, of)| **of == grid).map(|(n, _)| 1000 + n).collect::<Vec<u32>>();
        let plan = &plan[..old.len()];
        let mut all: Vec<Grid> = (0..4).map(|n| grid(1 + n, 1 + n, &of(&old, n))).collect();
        all.extend((0..6).map(|n| new(11 + n, 11 + n, &of(plan, n), &[1, 2, 3, 4])));
        let buildings = u32::try_from(old.len()).unwrap();
        let mut units: Vec<Unit> = (0..buildings).map(|n| building(1000 + n)).collect();
        units.extend((2000..).zip(&homes).map(|(n, (in_building, persons))| household(n, in_building.map(|at| 1000 + at % buildings), *persons)));
        let shuffled = {
            let mut all = all.clone();
            all.rotate_left(usize::try_from(order % 10).unwrap());
            all.reverse();
            all
        };
        let (before, after) = (Division::on(&all, day(BEFORE)), Division::on(&all, day(AFTER)));
        let moved = moves(&before, &after, &units);
        prop_assert_eq!(moved.stay + moved.moved.len(), units.len());
        prop_assert_eq!(moved.persons, homes.iter().map(|(_, persons)| persons).sum::<u32>());
        prop_assert!(moved.moved.iter().all(|one| one.to.is_some() && one.from.is_some()));
        prop_assert_eq!(judge(&before, &after, &units), vec![]);
        for unit in &units {
            let home = of_building(&plan_of(plan), unit);
            let (grid, found) = after.grid_of(unit).unwrap();
            prop_assert!(home.is_none() || (found == Found::Building && Some(grid) == home));
        }
        let again = Division::on(&shuffled, day(AFTER));
        prop_assert!(units.iter().all(|unit| again.grid_of(unit) == after.grid_of(unit)), "the order of arrival shows");
    }
}

fn plan_of(plan: &[u32]) -> BTreeMap<RecordId, RecordId> {
    (0..)
        .zip(plan)
        .map(|(n, grid)| (id(1000 + n), id(11 + grid)))
        .collect()
}

fn of_building(plan: &BTreeMap<RecordId, RecordId>, unit: &Unit) -> Option<RecordId> {
    plan.get(&unit.building.unwrap_or(unit.id)).copied()
}

#[test]
fn a_plan_moves_each_unit_into_one_grid() {
    let mut grids = vec![grid(1, 1, &[10, 11]), grid(2, 2, &[12]), grid(3, 3, &[])];
    let line = |unit, grid| Assignment {
        unit: id(unit),
        grid: id(grid),
    };
    let plan = [
        line(11, 2),
        line(12, 2),
        line(13, 1),
        line(11, 3),
        line(10, 9),
    ];
    let once = {
        assign(&mut grids, &plan);
        grids.clone()
    };
    let lists: Vec<_> = once.iter().map(|grid| grid.buildings.clone()).collect();
    assert_eq!(lists, [vec![id(10), id(13)], vec![id(12)], vec![id(11)]]);
    assign(&mut grids, &plan);
    assert_eq!(grids, once, "carried out twice is once");
}
