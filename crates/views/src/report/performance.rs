//! The published table of grids and departments (R55): anybody who may see the area may see it.

use std::collections::BTreeMap;

use super::faults::{Reviewed, reviews};
use super::satisfaction::by_whom;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::indicators::{self, Period};
use crate::rows::CellForm::{Coded, Count, Share, Text};
use crate::rows::{Figures, ReportRow};
use crate::text::word;

pub(super) const SHEET: Sheet = Sheet {
    name: "performance",
    label: ("绩效公示", "Performance"),
    tells: (
        "时段内各下级区域和各承办单位的任务量、按期处置率、结案率、退回率、满意率、抽查合格率,公示用",
        "of each area below and each unit in the period: work, in time, closed, given back, satisfaction, reviews passed; to be published",
    ),
    about: None,
    columns: &[
        ("by", "统计口径", "By", Coded),
        ("name", "区域或单位", "Area or unit", Text),
        ("matters", "任务量", "Matters", Count),
        ("on_time", "按期处置率", "In time", Share),
        ("closing", "结案率", "Closed", Share),
        ("returned", "退回率", "Given back", Share),
        ("satisfaction", "满意率", "Satisfaction", Share),
        ("reviewed", "抽查合格率", "Reviews passed", Share),
    ],
    rows,
};

/// Numerator and denominator.
type Part = (i64, i64);

fn part(figures: &Figures, code: &str) -> Part {
    let found = figures.indicator(code);
    found.map_or((0, 0), |found| (found.n, found.of.unwrap_or_default()))
}

/// How many of some reviews passed.
fn passed(reviews: &[Reviewed], counts: impl Fn(&Reviewed) -> bool) -> Part {
    let counted = reviews.iter().filter(|review| counts(review));
    counted.fold((0, 0), |(n, of), review| {
        (
            n + i64::from(review.row.truth("passed") == Some(true)),
            of + 1,
        )
    })
}

fn shares(cells: Cells, parts: &[Part]) -> Cells {
    parts
        .iter()
        .fold(cells, |cells, (n, of)| cells.share(*n, *of))
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let period = Period {
        from: scope.from,
        until: scope.until,
        now: scope.now,
    };
    let place = if scope.area.is_empty() {
        let place = scope.place()?;
        place.map(|place| place.to_string()).unwrap_or_default()
    } else {
        scope.area.to_owned()
    };
    let mut areas = indicators::figures_below(scope.conn, &place, period)?;
    let whole = indicators::figures(scope.conn, &place, period)?;
    if areas.is_empty() {
        // A grid has nothing below it.
        areas.push(whole.clone());
    }
    // Who disposes in time stands first.
    areas.sort_by_key(|figures| {
        let (n, of) = part(figures, "on_time");
        let permille = n.saturating_mul(1000).checked_div(of);
        (std::cmp::Reverse(permille), figures.area.clone())
    });
    let reviews = reviews(scope)?;
    let area = |figures: &Figures| {
        let returns = figures.indicator("returns");
        let split = returns
            .map(|returns| returns.split.as_slice())
            .unwrap_or_default();
        let sum = |of: fn(&crate::rows::Split) -> i64| split.iter().map(of).sum::<i64>();
        let returned = (sum(|part| part.n), sum(|part| part.of.unwrap_or_default()));
        let cells = Cells::default()
            .coded(word("area", "区域", "Area"))
            .text(&figures.area)
            .number(part(figures, "reported").0);
        let parts = [
            part(figures, "on_time"),
            part(figures, "closing"),
            returned,
            part(figures, "satisfaction"),
            passed(&reviews, |review| review.area.starts_with(&figures.area)),
        ];
        shares(cells, &parts).row()
    };
    let mut rows: Vec<ReportRow> = areas.iter().map(area).collect();
    rows.extend(units(scope, &whole, &reviews)?);
    Ok(rows)
}

/// The units to which matters were given, the least given back first.
fn units(scope: &Scope<'_>, whole: &Figures, reviews: &[Reviewed]) -> Result<Vec<ReportRow>> {
    let returns = whole.indicator("returns").into_iter();
    let given: BTreeMap<String, Part> = returns
        .flat_map(|returns| &returns.split)
        .map(|split| (split.key.clone(), (split.n, split.of.unwrap_or_default())))
        .collect();
    let [_, rated] = by_whom(scope)?;
    let mut units: Vec<(String, Part)> = given.into_iter().collect();
    units.sort_by_key(|(unit, (n, of))| (n.saturating_mul(1000).checked_div(*of), unit.clone()));
    let row = |(unit, returned): (String, Part)| {
        let satisfied = rated.get(&unit).map_or((0, 0), |sums| sums.satisfied());
        let passed = passed(reviews, |review| review.units.contains(&unit));
        Cells::default()
            .coded(word("unit", "承办单位", "Unit"))
            .text(unit)
            .number(returned.1)
            .nothing()
            .nothing()
            .share(returned.0, returned.1)
            .share(satisfied.0, satisfied.1)
            .share(passed.0, passed.1)
            .row()
    };
    Ok(units.into_iter().map(row).collect())
}
