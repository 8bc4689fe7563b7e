//! Who takes part: times, hours, points, and which share of the residents (R89).

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::kind::Kind;

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::Row;
use crate::rows::CellForm::{Coded, Count, Share, Text};
use crate::rows::ReportRow;
use crate::text;

pub(super) const SHEET: Sheet = Sheet {
    name: "participation",
    label: ("居民参与统计", "Participation"),
    tells: (
        "时段内各网格的参与人次、参与居民占比、志愿时长和积分",
        "of each grid in the period: participations, the share of residents who took part, hours and points",
    ),
    about: None,
    columns: &[
        ("area", "区域", "Area", Text),
        ("participations", "参与人次", "Participations", Count),
        ("rate", "居民参与率", "Residents taking part", Share),
        ("hours", "时长（小时）", "Hours", Count),
        ("points", "积分", "Points", Count),
        ("opinions", "发表意见", "Opinions given", Count),
    ],
    rows,
};

pub(super) const POINTS: Sheet = Sheet {
    name: "points",
    label: ("参与积分排行", "Points"),
    tells: (
        "时段内各参与者的次数、时长和积分,积分高的在前",
        "of each participant in the period: times, hours and points, the most points first",
    ),
    about: None,
    columns: &[
        ("who", "参与者", "Who", Text),
        ("capacity", "身份", "Capacity", Coded),
        ("times", "次数", "Times", Count),
        ("hours", "时长（小时）", "Hours", Count),
        ("points", "积分", "Points", Count),
    ],
    rows: points,
};

/// The participations of the period.
fn taken(scope: &Scope<'_>) -> Result<Vec<Row>> {
    let mut rows = scope.ledger(Kind::PARTICIPATION)?;
    rows.retain(|row| {
        let on = row.read("on").unwrap_or_else(|| row.at().date());
        scope.from <= on && on < scope.until
    });
    Ok(rows)
}

#[derive(Default)]
struct Sums {
    times: i64,
    hours: i64,
    points: i64,
    opinions: i64,
    residents: BTreeSet<String>,
}

impl Sums {
    fn add(&mut self, row: &Row) {
        self.times += 1;
        self.hours = self.hours.saturating_add(row.int("hours").unwrap_or(0));
        self.points = self.points.saturating_add(row.int("points").unwrap_or(0));
        let resident = row.text("resident");
        if !resident.is_empty() {
            self.residents.insert(resident.to_owned());
        }
    }
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut grids: BTreeMap<String, Sums> = BTreeMap::new();
    for row in taken(scope)? {
        grids.entry(row.area.clone()).or_default().add(&row);
    }
    for row in scope.ledger(Kind::OPINION)? {
        if scope.covers(row.at()) {
            grids.entry(row.area).or_default().opinions += 1;
        }
    }
    let residents = scope.residents()?;
    let row = |(area, sums): (String, Sums)| {
        let of = residents.get(&area).copied().unwrap_or_default();
        Cells::default()
            .text(area)
            .number(sums.times)
            .share(i64::try_from(sums.residents.len()).unwrap_or(i64::MAX), of)
            .number(sums.hours)
            .number(sums.points)
            .number(sums.opinions)
            .row()
    };
    Ok(grids.into_iter().map(row).collect())
}

fn points(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut people: BTreeMap<(String, String), Sums> = BTreeMap::new();
    for row in taken(scope)? {
        let who = (row.text("who").to_owned(), row.text("capacity").to_owned());
        people.entry(who).or_default().add(&row);
    }
    let mut people: Vec<_> = people.into_iter().collect();
    people.sort_by(|a, b| b.1.points.cmp(&a.1.points).then_with(|| a.0.cmp(&b.0)));
    let row = |((who, capacity), sums): ((String, String), Sums)| {
        Cells::default()
            .text(who)
            .coded(text::coded_or("participant", &capacity))
            .number(sums.times)
            .number(sums.hours)
            .number(sums.points)
            .row()
    };
    Ok(people.into_iter().map(row).collect())
}
