//! How much each member has to do in the week, and how much may still come from above (R6, R25).

use wangge_rules::grids::staffing::{overload, room};

use super::verdict::verdict;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::{self, Exemptions, People};
use crate::rows::CellForm::{Coded, Count, Record, Text};
use crate::rows::ReportRow;

pub(super) const SHEET: Sheet = Sheet {
    name: "workload",
    label: ("网格员工作量", "Workload"),
    tells: (
        "各网格员一周内的在办事件、待办任务、已登记工作，其中上级交办数，是否超负荷，本周还可接收上级任务几件",
        "each member's week: matters in hand, open tasks, work recorded, how much came from above; overload, and how many more tasks upper levels may hand down",
    ),
    about: None,
    columns: &[
        ("member", "网格员", "Member", Record),
        ("grid", "网格编码", "Grid", Text),
        ("matters", "在办事件", "Matters in hand", Count),
        ("tasks", "待办任务", "Open tasks", Count),
        ("made", "本周已登记", "Recorded this week", Count),
        ("total", "合计", "In all", Count),
        ("from_above", "其中上级交办", "From above", Count),
        ("room", "还可接收", "May still come", Count),
        ("verdict", "结论", "Verdict", Coded),
        ("findings", "超负荷之处", "Findings", Coded),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let people = People::load(scope.conn, "")?;
    let grids = ground::grids(scope.conn, scope.area)?;
    let exemptions = Exemptions::load(scope.conn, on)?;
    let loads = ground::loads(scope.conn, &people, &grids, scope.area, on)?;
    let rows = loads.iter().map(|load| {
        let local = scope.reference.at(load.grid.as_str(), on);
        let found = overload(
            std::slice::from_ref(&load.load),
            load.sort,
            local.norms(),
            on,
        );
        let found = exemptions.soften(found);
        let room = room(&load.load, load.sort, local.norms(), on);
        Cells::default()
            .record(load.load.member, people.name(load.load.member))
            .text(load.grid.as_str())
            .number(load.matters.into())
            .number(load.tasks.into())
            .number(load.made.into())
            .number(load.load.tasks.into())
            .number(load.load.from_above.into())
            .count(room.map(i64::from))
            .coded(verdict(&found))
            .findings(&found)
            .row()
    });
    Ok(rows.collect())
}
