//! How fresh the ledgers are, by kind (R40h). Which records are stale: `record list KIND --stale-days`.

use wangge_model::kind::Kind;
use wangge_model::time::Ms;

use super::reading::{day_of, kind_coded};
use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result};
use crate::limits::STALE_DAYS;
use crate::list::area_range;
use crate::rows::CellForm::{Coded, Count, Date, Share};
use crate::rows::ReportRow;

pub(super) const SHEET: Sheet = Sheet {
    name: "stale",
    label: ("数据鲜活度", "How fresh the ledgers are"),
    tells: (
        "各类档案按最近更新的时间:90天内、90至180天、超过180天(待核实)、超过一年",
        "of each kind, when records were last changed: within 90 days, 90 to 180, more than 180 (stale), more than a year ago",
    ),
    about: None,
    columns: &[
        ("kind", "档案种类", "Kind", Coded),
        ("records", "档案数", "Records", Count),
        ("fresh", "90天内", "Within 90 days", Count),
        ("ageing", "90至180天", "90 to 180 days", Count),
        ("stale", "待核实", "Stale", Share),
        ("year", "超过一年", "Over a year", Count),
        ("oldest", "最早更新", "Oldest change", Date),
    ],
    rows,
};

const DOING: &str = "reading how fresh records are";

/// What describes something that goes on, and so grows stale; what happened once stays as it was.
const LASTING: [Kind; 8] = [
    Kind::RESIDENT,
    Kind::HOUSEHOLD,
    Kind::DWELLING,
    Kind::BUILDING,
    Kind::PLACE,
    Kind::COMPONENT,
    Kind::ORGANISATION,
    Kind::RESOURCE,
];

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT count(*), coalesce(sum(changed_ms >= ?4), 0), coalesce(sum(changed_ms < ?4 AND changed_ms >= ?5), 0), \
             coalesce(sum(changed_ms < ?5), 0), coalesce(sum(changed_ms < ?6), 0), min(changed_ms) \
             FROM view_record WHERE kind = ?1 AND area >= ?2 AND area < ?3",
        )
        .doing(DOING)?;
    let before = |days: i64| scope.now.plus_days(-days).0;
    let mut rows = Vec::new();
    for kind in LASTING {
        let asked = (
            kind.to_u32(),
            &from,
            &until,
            before(90),
            before(STALE_DAYS.into()),
            before(365),
        );
        let counted = statement.query_row(asked, |row| {
            let oldest: Option<i64> = row.get(5)?;
            let cells = Cells::default()
                .coded(kind_coded(kind))
                .number(row.get(0)?)
                .number(row.get(1)?)
                .number(row.get(2)?)
                .share(row.get(3)?, row.get(0)?)
                .number(row.get(4)?)
                .date(day_of(oldest.map(Ms)));
            Ok(cells.row())
        });
        rows.push(counted.doing(DOING)?);
    }
    Ok(rows)
}
