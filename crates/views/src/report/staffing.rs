//! The people of each grid against the norm, and how long it stood empty (R27, R35).

use wangge_model::time::Ms;
use wangge_rules::grids::Sort;
use wangge_rules::grids::staffing;
use wangge_rules::people::answer::answers_for;
use wangge_rules::people::roster::vacant_days;

use super::verdict::verdict;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::{self, Exemptions, Land, People};
use crate::rows::CellForm::{Coded, Count, Record, Text};
use crate::rows::ReportRow;
use crate::text::word;

use super::subject::empty;

pub(super) const SHEET: Sheet = Sheet {
    name: "staffing",
    label: ("网格配备", "Staff of the grids"),
    tells: (
        "各网格的网格员数、专职数、邻格兼管数、人均服务户数是否合乎标准，期内空岗天数，现由谁负责、为什么",
        "each grid's members, full-time ones, covers, households a member against the norm; vacant days of the period; who answers for it and why",
    ),
    about: None,
    columns: &[
        ("grid", "网格", "Grid", Record),
        ("code", "网格编码", "Code", Text),
        ("households", "户数", "Households", Count),
        ("members", "网格员数", "Members", Count),
        ("full_time", "专职", "Full-time", Count),
        ("covering", "邻格兼管", "Covering", Count),
        ("vacant_days", "空岗天数", "Vacant days", Count),
        ("answers", "现由谁负责", "Who answers", Record),
        ("why", "负责缘由", "Why", Coded),
        ("verdict", "结论", "Verdict", Coded),
        ("findings", "不合标准之处", "Findings", Coded),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let land = Land::load(scope.conn, scope.area, on)?;
    let division = land.division(on);
    let sizes = land.sizes(&division);
    let people = People::load(scope.conn, "")?;
    let exemptions = Exemptions::load(scope.conn, on)?;
    let mut grids: Vec<_> = division
        .grids()
        .filter(|grid| grid.sort != Sort::Micro)
        .collect();
    grids.sort_by(|a, b| a.code.cmp(&b.code));
    let mut rows = Vec::with_capacity(grids.len());
    for grid in grids {
        let size = sizes.get(&grid.id).copied().unwrap_or_default();
        let staff = staffing::staff(grid, &people.posts, &people.members, on);
        let local = scope.reference.at(grid.code.as_str(), on);
        let found = exemptions.soften(staffing::judge(grid, size, staff, local.norms(), on));
        // A grid has no vacancy before it is there.
        let from = scope.from.max(grid.valid.from.unwrap_or(scope.from));
        let vacant = vacant_days(&grid.code, &people.posts, from, on);
        let at = Ms(on.start().0);
        let answer = answers_for(&grid.code, at, &people.posts);
        let member = answer.as_ref().map(|answer| answer.member);
        let why = answer.map_or_else(empty, |answer| {
            word(answer.why.word(), answer.why.zh(), answer.why.en())
        });
        let cells = Cells::default()
            .record(grid.id, &ground::title(scope.conn, grid.id)?)
            .text(grid.code.as_str())
            .number(size.households.into())
            .number(staff.members.into())
            .number(staff.full_time.into())
            .number(staff.covering.into())
            .number(vacant.into())
            .record_or(member, member.map_or("", |member| people.name(member)))
            .coded(why);
        rows.push(cells.coded(verdict(&found)).findings(&found).row());
    }
    Ok(rows)
}
