use super::super::testing::{building, day, grid, household, id};
use super::*;
use crate::people::testing::{id as post_id, post};

const ON: &str = "2026-03-01";
const GRID: &str = "410522100201001";

fn org(n: u32, level: PartyLevel, parent: Option<u32>) -> PartyOrg {
    PartyOrg {
        parent: parent.map(id),
        leader: Some(post_id(1)),
        ..PartyOrg::new(id(n), level)
    }
}

/// A community of one grid with all four levels, and an enterprise.
fn whole() -> Vec<PartyOrg> {
    vec![
        PartyOrg {
            grid: Some("410522100201".parse().unwrap()),
            ..org(50, PartyLevel::Committee, None)
        },
        PartyOrg {
            grid: Some(GRID.parse().unwrap()),
            ..org(51, PartyLevel::Branch, Some(50))
        },
        PartyOrg {
            building: Some(id(10)),
            ..org(52, PartyLevel::Group, Some(51))
        },
        PartyOrg {
            household: Some(id(20)),
            ..org(53, PartyLevel::Household, Some(52))
        },
        PartyOrg {
            organisation: Some(id(30)),
            ..org(54, PartyLevel::Enterprise, Some(50))
        },
    ]
}

fn found(grids: &[Grid], party: &[PartyOrg], posts: &[Post]) -> Vec<(&'static str, RecordId)> {
    let division = Division::on(grids, day(ON));
    let units = [
        building(10),
        building(11),
        household(20, Some(10), 3),
        building(30),
    ];
    let judged = judge(&Ground {
        grids,
        division: &division,
        units: &units,
        posts,
        party,
        on: day(ON),
    });
    assert!(
        judged
            .iter()
            .all(|finding| !finding.zh.is_empty() && !finding.en.is_empty())
    );
    judged
        .iter()
        .map(|finding| (finding.code, finding.ids[0]))
        .collect()
}

fn chief() -> Vec<Post> {
    vec![post(1, 1, Office::Chief, GRID)]
}

#[test]
fn four_levels_that_fit() {
    assert_eq!(found(&[grid(1, 1, &[10])], &whole(), &chief()), []);
}

#[test]
fn each_rule_is_seen() {
    let grids = [grid(1, 1, &[10]), grid(2, 2, &[11])];
    let with = |change: &dyn Fn(&mut Vec<PartyOrg>)| {
        let mut party = whole();
        change(&mut party);
        found(&grids, &party, &chief())
    };
    assert_eq!(
        with(&|party| party[2].building = None),
        [("party.unbound", id(52))]
    );
    assert_eq!(
        with(&|party| party[0].grid = Some("410522100".parse().unwrap())),
        [("party.unbound", id(50))]
    );
    assert_eq!(
        with(&|party| party[3].parent = Some(id(51))),
        [("party.parent", id(53))]
    );
    assert_eq!(
        with(&|party| party[1].parent = None),
        [("party.parent", id(51))]
    );
    assert_eq!(
        with(&|party| party[2].building = Some(id(11))),
        [("party.elsewhere", id(52)), ("party.elsewhere", id(53))]
    );
    assert_eq!(
        with(&|party| party[4].leader = None),
        [("party.leaderless", id(54))]
    );
    assert_eq!(
        with(&|party| party[1].leader = Some(post_id(2))),
        [("party.leader", id(51))]
    );
    assert_eq!(
        with(&|party| party.push(PartyOrg {
            id: id(55),
            ..party[1].clone()
        })),
        [("party.twice", id(51))]
    );
}

#[test]
fn a_branch_changes_together_with_its_grid() {
    let until = |grid: Grid, until: &str| Grid {
        valid: Validity {
            until: Some(day(until)),
            ..grid.valid
        },
        ..grid
    };
    // The grid is gone and its branch is still bound to it.
    let gone = [until(grid(1, 1, &[]), "2025-12-31"), grid(2, 2, &[10])];
    assert!(found(&gone, &whole(), &chief()).contains(&("party.stale", id(51))));
    // A grid comes, and no branch with it; then one is drafted for the same day.
    let coming = Grid {
        state: State::Draft,
        valid: Validity {
            from: Some(day("2026-07-01")),
            until: None,
        },
        ..grid(3, 3, &[10])
    };
    let grids = [grid(1, 1, &[10]), coming];
    assert_eq!(
        found(&grids, &whole(), &chief()),
        [("party.not_together", id(3))]
    );
    let mut party = whole();
    party.push(PartyOrg {
        grid: Some("410522100201003".parse().unwrap()),
        valid: Validity {
            from: Some(day("2026-07-01")),
            until: None,
        },
        ..org(56, PartyLevel::Branch, Some(50))
    });
    assert_eq!(found(&grids, &party, &chief()), []);
}
