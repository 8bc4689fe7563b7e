//! Services given to residents and organisations, and what was applied for on their behalf (R66).

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::kind::Kind;

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::rows::CellForm::{Coded, Count, Share};
use crate::rows::ReportRow;
use crate::text;

pub(super) const SHEET: Sheet = Sheet {
    name: "services",
    label: ("服务台账统计", "Services given"),
    tells: (
        "时段内各类服务的次数、其中代办、服务对象数、关联事件数",
        "of each sort of service in the period: how many, how many on behalf, for how many, how many with a matter",
    ),
    about: None,
    columns: &[
        ("sort", "服务类型", "Sort of service", Coded),
        ("services", "次数", "Services", Count),
        ("on_behalf", "代办", "On behalf", Share),
        ("served", "服务对象数", "For so many", Count),
        ("matters", "关联事件", "With a matter", Count),
    ],
    rows,
};

#[derive(Default)]
struct Sums {
    services: i64,
    on_behalf: i64,
    matters: i64,
    served: BTreeSet<String>,
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut sorts: BTreeMap<String, Sums> = BTreeMap::new();
    for row in scope.ledger(Kind::SERVICE)? {
        if !scope.covers(row.at()) {
            continue;
        }
        let sums = sorts.entry(row.text("sort").to_owned()).or_default();
        sums.services += 1;
        sums.on_behalf += i64::from(row.truth("on_behalf") == Some(true));
        sums.matters += i64::from(!row.text("matter").is_empty());
        let whom = ["resident", "organisation"].map(|key| row.text(key).to_owned());
        sums.served
            .extend(whom.into_iter().filter(|id| !id.is_empty()));
    }
    let row = |(sort, sums): (String, Sums)| {
        Cells::default()
            .coded(text::coded_or("service_sort", &sort))
            .number(sums.services)
            .share(sums.on_behalf, sums.services)
            .number(i64::try_from(sums.served.len()).unwrap_or(i64::MAX))
            .number(sums.matters)
            .row()
    };
    Ok(sorts.into_iter().map(row).collect())
}
