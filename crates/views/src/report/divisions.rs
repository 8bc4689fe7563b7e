//! What to do about grids that are too large or too small (R24): large ones are cut, small neighbours joined.

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_rules::grids::division::Division;
use wangge_rules::grids::sizing::{Size, fits, merges, split};
use wangge_rules::grids::{Grid, life};

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::{self, Land};
use crate::rows::CellForm::{Count, Record, Text};
use crate::rows::ReportRow;

pub(super) const SPLITS: Sheet = Sheet {
    name: "splits",
    label: ("网格拆分建议", "Proposals to part grids"),
    tells: (
        "规模偏大的网格按楼栋清单顺序拆成几部分，各部分户数尽量相近；每部分一行，含建议编码",
        "a grid that is too large, cut along the list of its buildings into parts as even as can be; a row a part, with the code proposed for it",
    ),
    about: None,
    columns: &[
        ("grid", "网格", "Grid", Record),
        ("part", "部分", "Part", Count),
        ("code", "建议编码", "Code proposed", Text),
        ("buildings", "楼栋", "Buildings", Text),
        ("households", "户数", "Households", Count),
        ("persons", "人数", "Persons", Count),
    ],
    rows: splits,
};

pub(super) const JOINS: Sheet = Sheet {
    name: "joins",
    label: ("网格合并建议", "Proposals to join grids"),
    tells: (
        "规模偏小的网格并入同一社区编码相邻的网格，合并后合乎标准；编码按自西向东、自北向南排列，相邻即毗邻",
        "a grid that is too small, joined with the one whose code is next to it in its community (codes run from west to east and north to south), where both together fit the norm",
    ),
    about: None,
    columns: &[
        ("grid", "偏小的网格", "Small grid", Record),
        ("into", "并入网格", "Into", Record),
        ("households", "合并后户数", "Households together", Count),
        ("persons", "合并后人数", "Persons together", Count),
    ],
    rows: joins,
};

fn splits(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let land = Land::load(scope.conn, scope.area, on)?;
    let division = land.division(on);
    let sizes = land.sizes(&division);
    let buildings = land.buildings();
    let mut taken = land.grids.clone();
    let mut rows = Vec::new();
    for grid in by_code(&division) {
        let local = scope.reference.at(grid.code.as_str(), on);
        let whole = sizes.get(&grid.id).copied().unwrap_or_default();
        if fits(whole, grid.sort, local.norms(), on) {
            continue;
        }
        let of: Vec<(RecordId, Size)> = grid
            .buildings
            .iter()
            .map(|building| {
                (
                    *building,
                    buildings.get(building).copied().unwrap_or_default(),
                )
            })
            .collect();
        let Some(cut) = split(&of, grid.sort, local.norms(), on) else {
            continue;
        };
        for (part, (ids, size)) in (1_i64..).zip(&cut.parts) {
            let code = if part == 1 {
                Some(grid.code.clone())
            } else {
                next_code(grid, &mut taken, on)
            };
            let mut names = Vec::new();
            for id in ids {
                names.push(ground::title(scope.conn, *id)?);
            }
            let cells = Cells::default()
                .record(grid.id, &ground::title(scope.conn, grid.id)?)
                .number(part)
                .text(code.map(|code| code.to_string()).unwrap_or_default())
                .text(names.join("、"));
            let cells = cells.number(size.households.into());
            rows.push(cells.number(size.persons.into()).row());
        }
    }
    Ok(rows)
}

/// A code that no grid has, nor any proposed before.
fn next_code(
    grid: &Grid,
    taken: &mut Vec<Grid>,
    on: wangge_model::time::Date,
) -> Option<wangge_model::area::Area> {
    let code = life::next_code(&grid.code.parent()?, taken, on)?;
    taken.push(Grid {
        code: code.clone(),
        ..grid.clone()
    });
    Some(code)
}

fn joins(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let land = Land::load(scope.conn, scope.area, on)?;
    let division = land.division(on);
    let sizes = land.sizes(&division);
    let mut communities: BTreeMap<String, Vec<&Grid>> = BTreeMap::new();
    for grid in by_code(&division) {
        if let Some(community) = grid.code.parent() {
            communities
                .entry(community.to_string())
                .or_default()
                .push(grid);
        }
    }
    let mut rows = Vec::new();
    for (community, grids) in communities {
        let neighbours: Vec<(RecordId, RecordId)> = grids
            .iter()
            .zip(grids.iter().skip(1))
            .map(|(a, b)| (a.id, b.id))
            .collect();
        let sized: Vec<(&Grid, Size)> = grids
            .iter()
            .map(|grid| (*grid, sizes.get(&grid.id).copied().unwrap_or_default()))
            .collect();
        let local = scope.reference.at(&community, on);
        for merge in merges(&sized, &neighbours, local.norms(), on) {
            let cells = Cells::default()
                .record(merge.small, &ground::title(scope.conn, merge.small)?)
                .record(merge.into, &ground::title(scope.conn, merge.into)?)
                .number(merge.size.households.into());
            rows.push(cells.number(merge.size.persons.into()).row());
        }
    }
    Ok(rows)
}

fn by_code<'a>(division: &Division<'a>) -> Vec<&'a Grid> {
    let mut grids: Vec<&Grid> = division.grids().collect();
    grids.sort_by(|a, b| a.code.cmp(&b.code));
    grids
}
