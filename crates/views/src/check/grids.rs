//! Grids and their people: size, coverage, staff, party, posts, certificates, work.

use wangge_model::kind::Kind;
use wangge_rules::finding::Finding;
use wangge_rules::grids::{coverage, life, party, sizing, staffing};
use wangge_rules::people::roster::qualification;
use wangge_rules::people::{Post, post};

use super::{Scope, row};
use crate::error::Result;
use crate::ground::{self, Land, People};
use crate::limits::CERTIFICATE_WARN_DAYS;
use crate::rows::FindingRow;

pub(super) fn check(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let (conn, area, on) = (scope.conn, scope.area, scope.on);
    let land = Land::load(conn, area, on)?;
    let people = People::load(conn, area)?;
    let posts = ground::posts(conn, area)?;
    let mut found: Vec<Finding> = land.grids.iter().flat_map(life::judge).collect();
    found.extend(life::judge_codes(&land.grids));
    found.extend(post::judge(&posts, on));
    found.extend(members(scope, &people, &land)?);
    // Before anybody has divided anything there is nothing to hold the rest against.
    if !land.grids.is_empty() {
        found.extend(divided(scope, &land, &people, &posts)?);
    }
    Ok(found.into_iter().map(row).collect())
}

/// Members: whose certificates do not hold, who has more work than the norm.
fn members(scope: &Scope<'_>, people: &People, land: &Land) -> Result<Vec<Finding>> {
    let trainings = ground::rows(scope.conn, Kind::TRAINING, "")?;
    let certificates = ground::certificates(&trainings);
    let mut found = qualification(
        &people.members,
        &certificates,
        scope.on,
        CERTIFICATE_WARN_DAYS,
    );
    for load in ground::loads(scope.conn, people, &land.grids, scope.area, scope.on)? {
        let local = scope.reference.at(load.grid.as_str(), scope.on);
        let one = std::slice::from_ref(&load.load);
        found.extend(staffing::overload(one, load.sort, local.norms(), scope.on));
    }
    Ok(found)
}

/// What the division is held against.
fn divided(
    scope: &Scope<'_>,
    land: &Land,
    people: &People,
    posts: &[Post],
) -> Result<Vec<Finding>> {
    let (conn, area, on) = (scope.conn, scope.area, scope.on);
    let orgs = ground::party(conn, area)?;
    let division = land.division(on);
    let mut found = division.findings();
    found.extend(coverage::judge(&coverage::Ground {
        division: &division,
        units: &land.units,
        posts,
        party: &orgs,
        on,
    }));
    found.extend(party::judge(&party::Ground {
        grids: &land.grids,
        division: &division,
        units: &land.units,
        posts,
        party: &orgs,
        on,
    }));
    let sizes = land.sizes(&division);
    for grid in division.grids() {
        let local = scope.reference.at(grid.code.as_str(), on);
        let norms = local.norms();
        let size = sizes.get(&grid.id).copied().unwrap_or_default();
        found.extend(sizing::judge(grid, size, norms, on));
        let staff = staffing::staff(grid, posts, &people.members, on);
        found.extend(staffing::judge(grid, size, staff, norms, on));
    }
    found.extend(ground::depths(scope.reference, &land.grids, on));
    Ok(found)
}
