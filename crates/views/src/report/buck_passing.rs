//! How each unit deals with what it is given, by [`wangge_rules::matrix::buck_passing`] (R30).

use super::{Cells, Scope, Sheet, sums};
use crate::error::Result;
use crate::rows::CellForm::{Count, Share, Span, Text};
use crate::rows::ReportRow;
use crate::sums::word;

pub(super) const SHEET: Sheet = Sheet {
    name: "buck_passing",
    label: ("部门推诿指数", "Buck-passing index"),
    tells: (
        "期内上报的事件中,各单位受派、退回、无理由退回的次数,无理由退回占用的时间;推诿指数为无理由退回占受派之比",
        "for each unit: dispatched to it, given back, given back without good reason and for how long it was kept; the index is unfounded of dispatched",
    ),
    about: None,
    columns: &[
        ("unit", "单位", "Unit", Text),
        ("dispatched", "受派", "Dispatched", Count),
        ("returned", "退回", "Returned", Count),
        ("unfounded", "无理由退回", "Unfounded", Count),
        ("held", "占用时间", "Kept for", Span),
        ("index", "推诿指数", "Index", Share),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let returned = sums(scope, word::UNIT_RETURNED)?;
    let unfounded = sums(scope, word::UNIT_UNFOUNDED)?;
    let held = sums(scope, word::UNIT_HELD_MS)?;
    let given = sums(scope, word::UNIT_GIVEN)?;
    let mut units: Vec<(&String, i64, i64)> = given
        .iter()
        .map(|(unit, n)| (unit, *n, unfounded.get(unit).copied().unwrap_or_default()))
        .collect();
    // The worst first.
    units.sort_by_key(|(unit, given, unfounded)| {
        let permille = unfounded.saturating_mul(1_000) / (*given).max(1);
        (std::cmp::Reverse(permille), *unit)
    });
    let row = |(unit, given, unfounded): (&String, i64, i64)| {
        Cells::default()
            .text(unit)
            .number(given)
            .number(returned.get(unit).copied().unwrap_or_default())
            .number(unfounded)
            .number(held.get(unit).copied().unwrap_or_default())
            .share(unfounded, given)
            .row()
    };
    Ok(units.into_iter().map(row).collect())
}
