//! How large each grid is, and whether that is within the norm (R24, R26).

use wangge_rules::grids::sizing;

use super::verdict::{about, verdict};
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::{self, Exemptions, Land};
use crate::rows::CellForm::{Coded, Count, Date, Record, Text};
use crate::rows::ReportRow;
use crate::text;

pub(super) const SHEET: Sheet = Sheet {
    name: "sizing",
    label: ("网格规模", "Size of the grids"),
    tells: (
        "各网格的户数、人数、层级是否合乎标准（300-500户或1000人左右），预警、违规与经批准的例外",
        "each grid's households, persons and depth against the norm: warnings, violations, approved exceptions",
    ),
    about: None,
    columns: &[
        ("grid", "网格", "Grid", Record),
        ("code", "网格编码", "Code", Text),
        ("sort", "网格类型", "Sort", Coded),
        ("households", "户数", "Households", Count),
        ("persons", "人数", "Persons", Count),
        ("verdict", "结论", "Verdict", Coded),
        ("findings", "不合标准之处", "Findings", Coded),
        ("exception_until", "例外期限", "Exception until", Date),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let land = Land::load(scope.conn, scope.area, on)?;
    let division = land.division(on);
    let sizes = land.sizes(&division);
    let exemptions = Exemptions::load(scope.conn, on)?;
    let depths = ground::depths(scope.reference, &land.grids, on);
    let mut grids: Vec<_> = division.grids().collect();
    grids.sort_by(|a, b| a.code.cmp(&b.code));
    let mut rows = Vec::with_capacity(grids.len());
    for grid in grids {
        let local = scope.reference.at(grid.code.as_str(), on);
        let size = sizes.get(&grid.id).copied().unwrap_or_default();
        let mut found = sizing::judge(grid, size, local.norms(), on);
        found.extend(about(&depths, grid.id));
        let found = exemptions.soften(found);
        let cells = Cells::default()
            .record(grid.id, &ground::title(scope.conn, grid.id)?)
            .text(grid.code.as_str())
            .coded(text::coded_or("grid_sort", grid.sort.word()))
            .number(size.households.into())
            .number(size.persons.into());
        let cells = cells.coded(verdict(&found)).findings(&found);
        rows.push(cells.date(grid.exception_until).row());
    }
    Ok(rows)
}
