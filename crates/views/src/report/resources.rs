//! Resources of six kinds: what there is, what is out, used up and asked for, against the residents (R21, R59, R67).

use std::collections::BTreeMap;

use wangge_model::kind::Kind;

use super::reading::codes_of;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::rows::CellForm::{Coded, Count, Text};
use crate::rows::ReportRow;
use crate::text::{self, word};

pub(super) const SHEET: Sheet = Sheet {
    name: "resources",
    label: ("资源台账统计", "Resources"),
    tells: (
        "六类资源的总量、已调拨、在用、归还、消耗、结存、待批申请量,以及每千居民拥有量",
        "of each of six kinds: total, allocated, out, returned, used up, in stock, asked for, and for each thousand residents",
    ),
    about: None,
    columns: &[
        ("sort", "资源类别", "Sort of resource", Coded),
        ("total", "总量", "Total", Count),
        ("allocated", "已调拨", "Allocated", Count),
        ("out", "在用", "Out", Count),
        ("returned", "已归还", "Returned", Count),
        ("consumed", "已消耗", "Used up", Count),
        ("in_stock", "结存", "In stock", Count),
        ("asked", "待批申请量", "Asked for", Count),
        (
            "per_thousand",
            "每千居民",
            "For each thousand residents",
            Count,
        ),
    ],
    rows,
};

pub(super) const BALANCE: Sheet = Sheet {
    name: "balance",
    label: ("资源均衡", "Balance of resources"),
    tells: (
        "各区域、城乡各类资源量及每千居民拥有量,与整体相比的余缺",
        "of each area and sort, by urban and rural: for each thousand residents, and what is above or below the whole",
    ),
    about: None,
    columns: &[
        ("area", "区域", "Area", Text),
        ("sort", "资源类别", "Sort of resource", Coded),
        ("urban", "城乡", "Urban or rural", Coded),
        ("total", "总量", "Total", Count),
        ("residents", "居民数", "Residents", Count),
        (
            "per_thousand",
            "每千居民",
            "For each thousand residents",
            Count,
        ),
        ("difference", "与整体之差", "Above the whole", Count),
    ],
    rows: balance,
};

#[derive(Default)]
struct Sums {
    total: i64,
    allocated: i64,
    returned: i64,
    consumed: i64,
    asked: i64,
}

/// The sums of each sort; all six are told, also those of which there is nothing.
fn sums(scope: &Scope<'_>) -> Result<BTreeMap<String, Sums>> {
    let mut sorts: BTreeMap<String, Sums> = codes_of("resource_sort")
        .map(|sort| (sort.to_owned(), Sums::default()))
        .collect();
    for row in scope.ledger(Kind::RESOURCE)? {
        let sums = sorts.entry(row.text("sort").to_owned()).or_default();
        sums.total = sums.total.saturating_add(row.int("total").unwrap_or(0));
    }
    for row in scope.ledger(Kind::REQUEST)? {
        let sums = sorts.entry(row.text("sort").to_owned()).or_default();
        let amount = |key: &str| row.int(key).unwrap_or(0);
        match row.text("state") {
            "" | "asked" => sums.asked = sums.asked.saturating_add(amount("amount")),
            "refused" => {}
            _ => {
                sums.allocated = sums.allocated.saturating_add(amount("allocated"));
                sums.returned = sums.returned.saturating_add(amount("returned"));
                sums.consumed = sums.consumed.saturating_add(amount("consumed"));
            }
        }
    }
    Ok(sorts)
}

/// How much there is for each thousand.
fn per_thousand(cells: Cells, amount: i64, residents: i64) -> Cells {
    match amount.saturating_mul(1000).checked_div(residents) {
        Some(each) => cells.number(each),
        None => cells.nothing(),
    }
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let residents: i64 = scope.residents()?.values().sum();
    let sorts = sums(scope)?;
    // In the order of the list.
    let listed = codes_of("resource_sort").filter_map(|sort| Some((sort, sorts.get(sort)?)));
    let row = |(sort, sums): (&str, &Sums)| {
        let back = sums.returned.saturating_add(sums.consumed);
        let cells = Cells::default()
            .coded(text::coded_or("resource_sort", sort))
            .number(sums.total)
            .number(sums.allocated)
            .number(sums.allocated.saturating_sub(back))
            .number(sums.returned)
            .number(sums.consumed)
            .number(
                sums.total
                    .saturating_sub(sums.allocated)
                    .saturating_add(sums.returned),
            )
            .number(sums.asked);
        per_thousand(cells, sums.total, residents).row()
    };
    Ok(listed.map(row).collect())
}

/// The codes of areas of the next level below.
fn below(area: &str, asked: &str) -> String {
    let length = crate::sums::LENGTHS
        .iter()
        .copied()
        .find(|length| *length > asked.len())
        .unwrap_or(area.len());
    area.get(..length).unwrap_or(area).to_owned()
}

fn balance(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut residents: BTreeMap<String, i64> = BTreeMap::new();
    for (area, n) in scope.residents()? {
        *residents.entry(below(&area, scope.area)).or_default() += n;
    }
    let everybody: i64 = residents.values().sum();
    let mut totals: BTreeMap<(String, String, &str), i64> = BTreeMap::new();
    let mut whole: BTreeMap<String, i64> = BTreeMap::new();
    for row in scope.ledger(Kind::RESOURCE)? {
        let (sort, total) = (row.text("sort").to_owned(), row.int("total").unwrap_or(0));
        let urban = match row.text("urban").get(..1) {
            Some("1") => "urban",
            Some("2") => "rural",
            _ => "",
        };
        *whole.entry(sort.clone()).or_default() += total;
        let key = (below(&row.area, scope.area), sort, urban);
        *totals.entry(key).or_default() += total;
    }
    let mut rows = Vec::new();
    for ((area, sort, urban), total) in totals {
        let people = residents.get(&area).copied().unwrap_or_default();
        let each = total.saturating_mul(1000).checked_div(people);
        let all = whole.get(&sort).copied().unwrap_or_default();
        let average = all.saturating_mul(1000).checked_div(everybody);
        let urban = match urban {
            "urban" => word("urban", "城镇", "Urban"),
            "rural" => word("rural", "乡村", "Rural"),
            _ => word("", "", ""),
        };
        let cells = Cells::default()
            .text(area)
            .coded(text::coded_or("resource_sort", &sort))
            .coded(urban)
            .number(total)
            .number(people);
        let cells = per_thousand(cells, total, people);
        let cells = match each.zip(average) {
            Some((each, average)) => cells.number(each.saturating_sub(average)),
            None => cells.nothing(),
        };
        rows.push(cells.row());
    }
    Ok(rows)
}
