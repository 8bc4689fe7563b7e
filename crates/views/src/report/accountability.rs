//! How each unit answers the orders whose answer was due (R54).

use std::collections::BTreeMap;

use wangge_model::kind::Kind;

use super::receipts::{answers, count, due, first_answer};
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::rows::CellForm::{Count, Share, Span, Text};
use crate::rows::ReportRow;
use crate::sums::made_ms;

pub(super) const SHEET: Sheet = Sheet {
    name: "accountability",
    label: ("督办问责台账", "Accountability of units"),
    tells: (
        "时段内到期的指令、督办按承办单位:应答复数、按时答复、逾期、有异议、平均答复时长",
        "orders whose answer was due in the period, by unit: how many, answered in time, late, objected, mean time to answer",
    ),
    about: None,
    columns: &[
        ("unit", "承办单位", "Unit", Text),
        ("orders", "应答复数", "Orders due", Count),
        ("in_time", "按时答复", "In time", Share),
        ("late", "逾期", "Late", Count),
        ("objected", "有异议", "Objected", Count),
        ("mean", "平均答复时长", "Mean time to answer", Span),
    ],
    rows,
};

#[derive(Default)]
struct Sums {
    orders: i64,
    in_time: i64,
    late: i64,
    objected: i64,
    answered: i64,
    took_ms: i64,
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut units: BTreeMap<String, Sums> = BTreeMap::new();
    for order in scope.issued(Kind::ORDER)? {
        let Some(due) = due(&order).filter(|due| scope.covers(*due)) else {
            continue;
        };
        if order.truth("withdrawn") == Some(true) {
            continue;
        }
        let answers = answers(scope, order.id)?;
        let answered = first_answer(&answers);
        let sums = units.entry(order.text("to").to_owned()).or_default();
        sums.orders += 1;
        sums.objected += i64::from(count(&answers, |state| state == "objected") > 0);
        sums.in_time += i64::from(answered.is_some_and(|answered| answered <= due));
        sums.late += i64::from(answered.map_or(due < scope.now, |answered| answered > due));
        if let Some(answered) = answered {
            let issued = made_ms(order.id);
            sums.answered += 1;
            sums.took_ms += answered.0.saturating_sub(issued).max(0);
        }
    }
    let row = |(unit, sums): (String, Sums)| {
        let cells = Cells::default()
            .text(unit)
            .number(sums.orders)
            .share(sums.in_time, sums.orders)
            .number(sums.late)
            .number(sums.objected);
        match sums.took_ms.checked_div(sums.answered) {
            Some(mean) => cells.number(mean).row(),
            None => cells.nothing().row(),
        }
    };
    Ok(units.into_iter().map(row).collect())
}
