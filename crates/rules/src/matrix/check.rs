//! What is wrong with a matrix: overlaps and holes.

use std::collections::BTreeMap;

use wangge_model::area::{Area, Level};
use wangge_model::step::Part;
use wangge_model::time::Date;

use super::{Duty, DutyList, First, Matrix};
use crate::finding::Finding;

/// How many areas a finding names.
const AREAS_NAMED_MAX: usize = 3;

/// What a matrix must cover.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The classes that matters may have; the leaves of the taxonomy.
    pub classes: &'a [&'a str],
    /// The areas in which matters lie.
    pub areas: &'a [Area],
    /// The levels of which one must lead.
    pub levels: &'a [Level],
    /// The day.
    pub on: Date,
}

/// Lists what is wrong with a matrix:
///
/// | code | weight | |
/// |---|---|---|
/// | `duty.unit` | hard | a row without a unit |
/// | `duty.period` | hard | a row that ends before it begins |
/// | `duty.overlap` | hard | two leads, or two fallback owners, for one class, area and level at one time |
/// | `duty.list` | hard | one unit has one duty on two lists at one time |
/// | `duty.part` | hard | a fallback owner that assists; soft: a lead on the cooperating list |
/// | `duty.no_fallback` | hard | areas without a fallback owner |
/// | `duty.class` | soft | a row for a class that does not exist |
/// | `duty.hole` | soft | a class that nobody leads in some areas, so that it falls to the fallback owner |
///
/// Without a finding every class has exactly one lead in every area, at the lowest of the levels that has one.
#[must_use]
pub fn check_matrix(rows: &[Duty], scope: &Scope) -> Vec<Finding> {
    let mut findings = check_rows(rows);
    for (at, row) in rows.iter().enumerate() {
        let covered = |class: &&str| class.starts_with(row.class_code());
        if !scope.classes.iter().any(covered) {
            let zh = format!("责任清单的类别“{}”不在分类表中", row.class);
            let en = format!(
                "a duty is for the class {}, which does not exist",
                row.class
            );
            findings.push(Finding::soft("duty.class", zh, en).at([at]));
        }
    }
    let matrix = Matrix::new(rows, scope.on);
    for &class in scope.classes {
        let missing = |area: &&Area| {
            let lead = |&level| matrix.lead(class, area, level, First::Territory);
            scope.levels.iter().find_map(lead).is_none()
        };
        let areas: Vec<&Area> = scope.areas.iter().filter(missing).collect();
        if !areas.is_empty() {
            let (zh, en) = named(&areas);
            findings.push(Finding::soft(
                "duty.hole",
                format!("“{class}”在{zh}没有主办单位"),
                format!("nobody leads {class} in {en}"),
            ));
        }
    }
    let bare = |area: &&Area| {
        let fallback = |&level: &Level| matrix.fallback("", area, level);
        Level::ALL.iter().find_map(fallback).is_none()
    };
    let areas: Vec<&Area> = scope.areas.iter().filter(bare).collect();
    if !areas.is_empty() {
        let (zh, en) = named(&areas);
        findings.push(Finding::hard(
            "duty.no_fallback",
            format!("{zh}没有兜底单位"),
            format!("there is no fallback owner in {en}"),
        ));
    }
    findings
}

fn named(areas: &[&Area]) -> (String, String) {
    let first = areas.iter().take(AREAS_NAMED_MAX);
    let names: Vec<&str> = first.map(|area| area.as_str()).collect();
    let more = areas.len() - names.len();
    match more {
        0 => (names.join("、"), names.join(", ")),
        _ => (
            format!("{}等{}个区域", names.join("、"), areas.len()),
            format!("{} and {more} more areas", names.join(", ")),
        ),
    }
}

/// What is wrong with the rows themselves.
pub(super) fn check_rows(rows: &[Duty]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut owned: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    let mut listed: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        findings.extend(check_row(row).into_iter().map(|finding| finding.at([at])));
        let place = (row.level, row.class_code(), row.area_code());
        if row.leads() {
            owned.entry((row.fallback, place)).or_default().push(at);
        }
        if row.list.is_some() {
            listed.entry((&row.unit, place)).or_default().push(at);
        }
    }
    for (&(fallback, place), places) in &owned {
        findings.extend(clashes(rows, places, |a, b| a.unit != b.unit).map(|pair| {
            let what = if fallback {
                ("兜底单位", "fallback owners")
            } else {
                ("主办单位", "leads")
            };
            overlap(what, place, pair)
        }));
    }
    for ((unit, _), places) in &listed {
        findings.extend(clashes(rows, places, |a, b| a.list != b.list).map(|pair| {
            let zh = format!("“{unit}”的同一职责列入两份清单");
            let en = format!("{unit} has one duty on two lists");
            Finding::hard("duty.list", zh, en).at(pair)
        }));
    }
    findings
}

/// The pairs of rows that hold at one time and differ.
fn clashes<'a>(
    rows: &'a [Duty],
    places: &'a [usize],
    differ: impl Fn(&Duty, &Duty) -> bool + 'a,
) -> impl Iterator<Item = [usize; 2]> + 'a {
    let pairs = places
        .iter()
        .enumerate()
        .flat_map(|(nth, &a)| places.iter().skip(nth + 1).map(move |&b| [a, b]));
    pairs.filter(move |&[a, b]| match (rows.get(a), rows.get(b)) {
        (Some(a), Some(b)) => a.validity.overlaps(&b.validity) && differ(a, b),
        _ => false,
    })
}

fn overlap(
    (what_zh, what_en): (&str, &str),
    (level, class, area): (Option<Level>, &str, &str),
    pair: [usize; 2],
) -> Finding {
    let or_all = |code: &'_ str| if code.is_empty() { "*" } else { code }.to_owned();
    let (class, area) = (or_all(class), or_all(area));
    let zh = format!(
        "类别{class}、区域{area}、层级{}有两个{what_zh}",
        level.map_or("*", Level::zh)
    );
    let en = format!(
        "two {what_en} for class {class}, area {area}, level {}",
        level.map_or("*", Level::word)
    );
    Finding::hard("duty.overlap", zh, en).at(pair)
}

fn check_row(row: &Duty) -> Vec<Finding> {
    let mut findings = Vec::new();
    if row.unit.trim().is_empty() {
        findings.push(Finding::hard(
            "duty.unit",
            "未写明单位",
            "the row names no unit",
        ));
    }
    if row.validity.empty() {
        let zh = format!("“{}”的职责失效日期早于生效日期", row.unit);
        let en = format!("the duty of {} ends before it begins", row.unit);
        findings.push(Finding::hard("duty.period", zh, en));
    }
    if row.fallback && row.part == Part::Assist {
        let zh = format!("兜底单位“{}”不能是协办", row.unit);
        let en = format!("{} is a fallback owner and only assists", row.unit);
        findings.push(Finding::hard("duty.part", zh, en));
    }
    if row.part == Part::Lead && row.list == Some(DutyList::Cooperating) {
        let zh = format!("“{}”为配合履职，不应是主办", row.unit);
        let en = format!("{} only cooperates, and leads", row.unit);
        findings.push(Finding::soft("duty.part", zh, en));
    }
    findings
}
