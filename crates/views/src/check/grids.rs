//! Grids: size, coverage, staff, party.

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_rules::finding::Finding;
use wangge_rules::grids::division::Division;
use wangge_rules::grids::sizing::Size;
use wangge_rules::grids::{Grid, Unit, What, coverage, life, party, sizing, staffing};
use wangge_rules::people::post;

use super::{Scope, row};
use crate::error::Result;
use crate::ground;
use crate::rows::FindingRow;

pub(super) fn check(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let (conn, area, on) = (scope.conn, scope.area, scope.on);
    let mut grids = ground::grids(conn, area)?;
    for grid in &mut grids {
        ground::complete(conn, grid)?;
    }
    let posts = ground::posts(conn, area)?;
    let mut found: Vec<Finding> = grids.iter().flat_map(life::judge).collect();
    found.extend(life::judge_codes(&grids));
    found.extend(post::judge(&posts, on));
    let (units, homeless) = ground::units(conn, area)?;
    let orgs = ground::party(conn, area)?;
    let division = Division::on(&grids, on);
    found.extend(division.findings());
    // Before anybody has divided anything there is nothing to hold the rest against.
    if grids.is_empty() {
        return Ok(found.into_iter().map(row).collect());
    }
    found.extend(coverage::judge(&coverage::Ground {
        division: &division,
        units: &units,
        posts: &posts,
        party: &orgs,
        on,
    }));
    found.extend(party::judge(&party::Ground {
        grids: &grids,
        division: &division,
        units: &units,
        posts: &posts,
        party: &orgs,
        on,
    }));
    let roster = ground::members(conn, area)?;
    let sizes = sizes(&division, &units, &homeless);
    for grid in division.grids() {
        let local = scope.reference.at(grid.code.as_str(), on);
        let norms = local.norms();
        let size = sizes.get(&grid.id).copied().unwrap_or_default();
        found.extend(sizing::judge(grid, size, norms, on));
        let staff = staffing::staff(grid, &posts, &roster, on);
        found.extend(staffing::judge(grid, size, staff, norms, on));
    }
    let local = scope.reference.at(area, on);
    found.extend(staffing::depth(&grids, local.norms(), on));
    Ok(found.into_iter().map(row).collect())
}

/// How many households and persons each grid in force has.
fn sizes(
    division: &Division<'_>,
    units: &[Unit],
    homeless: &BTreeMap<String, u32>,
) -> BTreeMap<RecordId, Size> {
    let mut sizes: BTreeMap<RecordId, Size> = BTreeMap::new();
    let mut add = |grid: RecordId, more: Size| {
        let size = sizes.entry(grid).or_default();
        *size = size.plus(more);
    };
    for unit in units.iter().filter(|unit| unit.what == What::Household) {
        if let Some((grid, _)) = division.grid_of(unit) {
            add(
                grid,
                Size {
                    households: 1,
                    persons: unit.persons,
                },
            );
        }
    }
    let by_code: BTreeMap<&str, &Grid> = division
        .grids()
        .map(|grid| (grid.code.as_str(), grid))
        .collect();
    for (area, persons) in homeless {
        if let Some(grid) = by_code.get(area.as_str()) {
            add(
                grid.id,
                Size {
                    households: 0,
                    persons: *persons,
                },
            );
        }
    }
    sizes
}
