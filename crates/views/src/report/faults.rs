//! What reviews found wrong, by class of fault and unit, and whether it is being corrected (R60).

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::kind::Kind;

use super::satisfaction::whose;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::Row;
use crate::rows::CellForm::{Coded, Count, Share, Text};
use crate::rows::ReportRow;
use crate::text;

pub(super) const SHEET: Sheet = Sheet {
    name: "faults",
    label: ("抽查差错分析", "Faults found"),
    tells: (
        "时段内各承办单位被抽查发现的差错类型、件数、占其被抽查件数的比例、已立整改的件数",
        "of each unit in the period: the faults that reviews found, their share of its reviews, and how many are being corrected",
    ),
    about: None,
    columns: &[
        ("unit", "承办单位", "Unit", Text),
        ("fault", "差错类型", "Fault", Coded),
        ("reviews", "占抽查件数", "Of its reviews", Share),
        ("corrected", "已立整改", "Being corrected", Count),
    ],
    rows,
};

#[derive(Default)]
struct Sums {
    reviews: i64,
    /// Faults, and those of them with a corrective action.
    faults: BTreeMap<String, (i64, i64)>,
}

/// A review of the period, with the grid of the matter and the units that led it.
pub(super) struct Reviewed {
    pub(super) area: String,
    pub(super) units: Vec<String>,
    pub(super) row: Row,
}

/// The reviews of the period of matters that lie in the area.
pub(super) fn reviews(scope: &Scope<'_>) -> Result<Vec<Reviewed>> {
    let mut reviews = Vec::new();
    for row in scope.all(Kind::REVIEW)? {
        let Some(matter) = row.read("matter").filter(|_| scope.covers(row.at())) else {
            continue;
        };
        let whose = whose(scope, matter)?;
        if let Some((area, units)) = whose.filter(|(area, _)| area.starts_with(scope.area)) {
            reviews.push(Reviewed { area, units, row });
        }
    }
    Ok(reviews)
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let corrections = scope.all(Kind::CORRECTION)?;
    let corrected: BTreeSet<&str> = corrections.iter().map(|row| row.text("review")).collect();
    let mut of_units: BTreeMap<String, Sums> = BTreeMap::new();
    for review in reviews(scope)? {
        let Reviewed {
            units: mut led,
            row: review,
            ..
        } = review;
        if led.is_empty() {
            // Dealt with by nobody but the grid.
            led.push(String::new());
        }
        let fault = review.text("fault");
        let fault = if fault.is_empty() { "none" } else { fault };
        let mended = corrected.contains(review.id.to_string().as_str());
        for unit in led {
            let sums = of_units.entry(unit).or_default();
            sums.reviews += 1;
            let of_fault = sums.faults.entry(fault.to_owned()).or_default();
            of_fault.0 += 1;
            of_fault.1 += i64::from(mended);
        }
    }
    let mut rows = Vec::new();
    for (unit, sums) in of_units {
        for (fault, (n, corrected)) in sums.faults {
            let cells = Cells::default()
                .text(&unit)
                .coded(text::coded_or("fault_class", &fault))
                .share(n, sums.reviews)
                .number(corrected);
            rows.push(cells.row());
        }
    }
    Ok(rows)
}
