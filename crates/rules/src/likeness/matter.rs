//! The same matter, reported by many: near in place and time, about one component, or told in like words.
//!
//! A search proposes pairs and says why; groups are what the pairs, or people's decisions, join. Where two like matters lie too far
//! apart in time to be one, they are a *case family* (paper R90): the same trouble again. Sources: domain.md 4.6 «similar-case
//! detection default 50 m / 24 h» [S]; the bounds for texts were set on the residents' letters of `data/citizen_messages.csv`, see
//! `tests/labelled.tsv`: 96 in 100 of the pairs proposed there as one matter are one.

mod group;
mod texts;

use std::collections::BTreeMap;

use wangge_model::area::{Area, Level};
use wangge_model::id::RecordId;
use wangge_model::time::Ms;

pub use self::group::{Group, groups};
use super::place::{self, Point};
use super::text::{Alike, Runs};

/// A matter as it was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report<'a> {
    /// The matter.
    pub id: RecordId,
    /// When it was reported.
    pub at: Ms,
    /// Who reported it, by any key that stays the same; `None` if nobody knows.
    pub reporter: Option<&'a str>,
    /// The area in which it is.
    pub area: Option<Area>,
    /// Where it is.
    pub place: Option<Point>,
    /// Its class: any code, compared as a whole.
    pub class: Option<&'a str>,
    /// The component that it is about.
    pub component: Option<RecordId>,
    /// Its title.
    pub title: &'a str,
    /// What is told.
    pub text: &'a str,
    /// How many have said that they support it, beside who reported it.
    pub supports: u32,
}

/// The bounds of the search: data, so that a city may set its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tuning {
    /// How far apart, at most, two near matters are.
    pub near_mm: u64,
    /// How far apart in time, at most, two near matters are.
    pub near_ms: i64,
    /// How far apart in time, at most, two matters about one component or in like words are one; later ones are a family.
    pub told_ms: i64,
    /// How far apart, at most, matters in like words are, if both places are known.
    pub told_mm: u64,
    /// Matters of two areas of this level are never joined by their words alone.
    pub apart_level: Level,
    /// The title's cosine, in thousandths, below which words say nothing.
    pub title_min: u32,
    /// The least sum of the text's cosine and two fifths of the title's, in thousandths.
    pub sum_min: u32,
    /// The text's cosine, in thousandths, below which like words at another time are no family: many ask about one thing.
    pub family_min: u32,
}

impl Default for Tuning {
    fn default() -> Self {
        const HOUR_MS: i64 = 3_600_000;
        Self {
            near_mm: 50_000,
            near_ms: 24 * HOUR_MS,
            told_ms: 90 * 24 * HOUR_MS,
            told_mm: 3_000_000,
            apart_level: Level::County,
            title_min: 150,
            sum_min: 200,
            family_min: 100,
        }
    }
}

/// Why two matters may be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// They are about one component.
    Component,
    /// They are near in place and time, and their classes do not differ.
    Near {
        /// How far apart they are.
        distance_mm: u64,
        /// How far apart in time.
        apart_ms: i64,
    },
    /// They are told in like words.
    Words(Alike),
}

impl Why {
    /// The reason in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Component => "同一部件".to_owned(),
            Self::Near {
                distance_mm,
                apart_ms,
            } => format!(
                "相距{}米，相隔{}小时",
                distance_mm.div_ceil(1000),
                apart_ms / 3_600_000
            ),
            Self::Words(alike) => format!(
                "内容相似{}%，标题相似{}%",
                alike.text / 10,
                alike.title / 10
            ),
        }
    }

    /// The reason in English.
    #[must_use]
    pub fn en(&self) -> String {
        match self {
            Self::Component => "about one component".to_owned(),
            Self::Near {
                distance_mm,
                apart_ms,
            } => format!(
                "{} m and {} h apart",
                distance_mm.div_ceil(1000),
                apart_ms / 3_600_000
            ),
            Self::Words(alike) => format!(
                "texts alike by {} %, titles by {} %",
                alike.text / 10,
                alike.title / 10
            ),
        }
    }
}

/// What two like matters are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// One matter, reported twice.
    Same,
    /// The same trouble at another time.
    Family,
}

/// Two matters that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// The one reported first.
    pub earlier: RecordId,
    /// The other.
    pub later: RecordId,
    /// What they are to each other.
    pub relation: Relation,
    /// Why, one reason at least.
    pub why: Vec<Why>,
}

/// How many earlier matters a matter is held against, for each way of finding them. A storm that a thousand report still becomes one
/// group: each is joined to those just before it.
const PARTNERS_MAX: usize = 16;

/// The like matters among `reports`, in whatever order these are handed in; by time of the later, then of the earlier.
#[must_use]
pub fn search(reports: &[Report<'_>], tuning: &Tuning) -> Vec<Likeness> {
    let mut reports: Vec<&Report<'_>> = reports.iter().collect();
    reports.sort_by_key(|report| (report.at, report.id));
    let mut found: BTreeMap<(usize, usize), (Relation, Vec<Why>)> = BTreeMap::new();
    let mut tell = |later: usize, earlier: usize, relation: Relation, why: Why| {
        let slot = found
            .entry((later, earlier))
            .or_insert((relation, Vec::new()));
        slot.0 = slot.0.min(relation);
        slot.1.push(why);
    };
    for (later, earlier) in one_component(&reports) {
        tell(
            later,
            earlier,
            in_time(&reports, later, earlier, tuning),
            Why::Component,
        );
    }
    for (later, earlier, why) in near(&reports, tuning) {
        tell(later, earlier, Relation::Same, why);
    }
    let runs: Vec<Runs> = reports
        .iter()
        .map(|report| Runs::of(report.title, report.text))
        .collect();
    for (later, earlier, alike) in texts::candidates(&runs, PARTNERS_MAX) {
        if told_alike(&reports, later, earlier, alike, tuning) {
            tell(
                later,
                earlier,
                in_time(&reports, later, earlier, tuning),
                Why::Words(alike),
            );
        }
    }
    let named = found
        .into_iter()
        .filter_map(|((later, earlier), (relation, why))| {
            Some(Likeness {
                earlier: reports.get(earlier)?.id,
                later: reports.get(later)?.id,
                relation,
                why,
            })
        });
    named.collect()
}

/// Whether two matters about one thing lie close enough in time to be one.
fn in_time(reports: &[&Report<'_>], later: usize, earlier: usize, tuning: &Tuning) -> Relation {
    match (reports.get(later), reports.get(earlier)) {
        (Some(later), Some(earlier)) if apart_ms(later, earlier) <= tuning.told_ms => {
            Relation::Same
        }
        _ => Relation::Family,
    }
}

fn apart_ms(later: &Report<'_>, earlier: &Report<'_>) -> i64 {
    later.at.0.saturating_sub(earlier.at.0)
}

/// Each matter about a component with the one before it about the same.
fn one_component(reports: &[&Report<'_>]) -> Vec<(usize, usize)> {
    let mut last: BTreeMap<RecordId, usize> = BTreeMap::new();
    let mut pairs = Vec::new();
    for (at, report) in reports.iter().enumerate() {
        if let Some(component) = report.component
            && let Some(earlier) = last.insert(component, at)
        {
            pairs.push((at, earlier));
        }
    }
    pairs
}

/// The pairs that are near in place and time and whose classes do not differ. Time is cut into windows as long as the bound, so that a
/// matter's partners stand in its own window or the one before; within two windows they are found by latitude.
fn near(reports: &[&Report<'_>], tuning: &Tuning) -> Vec<(usize, usize, Why)> {
    let mut windows: BTreeMap<i64, Vec<(Point, usize)>> = BTreeMap::new();
    for (at, report) in reports.iter().enumerate() {
        if let Some(place) = report.place {
            let window = report.at.0.div_euclid(tuning.near_ms.max(1));
            windows.entry(window).or_default().push((place, at));
        }
    }
    for window in windows.values_mut() {
        window.sort_unstable();
    }
    let mut pairs = Vec::new();
    for (number, window) in &windows {
        let before = windows
            .get(&number.wrapping_sub(1))
            .map_or(&[][..], Vec::as_slice);
        for &(place, at) in window {
            let mut partners: Vec<(usize, Why)> = within_latitudes(window, place, tuning)
                .chain(within_latitudes(before, place, tuning))
                .filter(|(_, other)| *other < at)
                .filter_map(|(_, other)| {
                    Some((
                        *other,
                        judge_near(reports.get(at)?, reports.get(*other)?, tuning)?,
                    ))
                })
                .collect();
            partners.sort_unstable_by_key(|(other, _)| std::cmp::Reverse(*other));
            partners.truncate(PARTNERS_MAX);
            pairs.extend(partners.into_iter().map(|(other, why)| (at, other, why)));
        }
    }
    pairs
}

/// Those of a window, sorted by latitude, that are not certainly too far north or south.
fn within_latitudes<'w>(
    window: &'w [(Point, usize)],
    of: Point,
    tuning: &Tuning,
) -> impl Iterator<Item = &'w (Point, usize)> {
    let span = place::lat_span_e7(tuning.near_mm);
    let lat = i64::from(of.lat_e7);
    let first =
        window.partition_point(|(place, _)| i64::from(place.lat_e7) < lat.saturating_sub(span));
    let rest = window.get(first..).unwrap_or_default().iter();
    rest.take_while(move |(place, _)| i64::from(place.lat_e7) <= lat.saturating_add(span))
}

fn judge_near(later: &Report<'_>, earlier: &Report<'_>, tuning: &Tuning) -> Option<Why> {
    let apart_ms = apart_ms(later, earlier);
    let distance_mm = place::distance_mm(later.place?, earlier.place?);
    let one_class =
        later.class.is_none() || earlier.class.is_none() || later.class == earlier.class;
    let one_component = later.component.is_none()
        || earlier.component.is_none()
        || later.component == earlier.component;
    (apart_ms <= tuning.near_ms && distance_mm <= tuning.near_mm && one_class && one_component)
        .then_some(Why::Near {
            distance_mm,
            apart_ms,
        })
}

/// Whether two texts are alike enough, and nothing known speaks against it.
fn told_alike(
    reports: &[&Report<'_>],
    later: usize,
    earlier: usize,
    alike: Alike,
    tuning: &Tuning,
) -> bool {
    let (Some(later), Some(earlier)) = (reports.get(later), reports.get(earlier)) else {
        return false;
    };
    let far = match (later.place, earlier.place) {
        (Some(a), Some(b)) => place::distance_mm(a, b) > tuning.told_mm,
        _ => false,
    };
    let elsewhere = match (&later.area, &earlier.area) {
        (Some(a), Some(b)) => {
            let level = tuning.apart_level;
            let (a, b) = (
                a.at(level).unwrap_or_else(|| a.clone()),
                b.at(level).unwrap_or_else(|| b.clone()),
            );
            !a.contains(&b) && !b.contains(&a)
        }
        _ => false,
    };
    let sum = alike.text + alike.title * 2 / 5;
    !far && !elsewhere && alike.title >= tuning.title_min && sum >= tuning.sum_min
}

#[cfg(test)]
mod tests;
