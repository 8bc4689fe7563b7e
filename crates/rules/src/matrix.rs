//! Who is responsible (R14, R19, R22, R28, R30, R40, R57): class × area × level → one lead, its assistants, and who takes what nobody else does.
//!
//! A row holds for every class that begins with its class code and every area that begins with its area code. Of the rows that hold the
//! most specific one leads: for a component the longer class code goes first, for an event the longer area code («部件先属主后属地、事件先属地后属主»,
//! components to the owner first, events to the territory first). The order of the rows does not matter.

mod check;
mod duties;
mod passing;
mod proposal;

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::area::{Area, Level};
use wangge_model::step::Part;
use wangge_model::time::Date;

use crate::deadline::Limit;
use crate::validity::Validity;
use crate::words::words;

pub use check::{Scope, check_matrix};
pub use duties::{DEFAULT_SET, default_duties, parse_duties};
pub use passing::{Hop, Passing, buck_passing, hops};
pub use proposal::{Candidate, Dispatch, Proposal, Why};

words! {
    /// The duty lists of townships since 2024: a code of the list `duty_list`.
    pub enum DutyList {
        /// The unit's own.
        Basic = "basic", "基本履职", "Basic";
        /// It helps those above.
        Cooperating = "cooperating", "配合履职", "Cooperating";
        /// Taken back by a department above; the unit does not lead any more.
        Withdrawn = "withdrawn", "上级部门收回", "Withdrawn upward";
    }
}

/// A row of the kind `duty`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duty {
    /// The class, or the prefix of several; `*` or nothing for all.
    pub class: String,
    /// The area, with all in it; `None` for everywhere.
    pub area: Option<Area>,
    /// The level at which the unit works; `None` for every level.
    pub level: Option<Level>,
    /// Whether it leads.
    pub part: Part,
    /// The unit.
    pub unit: String,
    /// What it may do.
    pub rights: String,
    /// What it must do.
    pub duties: String,
    /// The legal basis.
    pub basis: String,
    /// On which duty list it stands.
    pub list: Option<DutyList>,
    /// Whether it takes only what nobody else leads (兜底).
    pub fallback: bool,
    /// How long it may take.
    pub limit: Option<Limit>,
    /// When it holds.
    pub validity: Validity,
    /// Its version.
    pub version: String,
}

impl Duty {
    /// The class code, nothing for all.
    fn class_code(&self) -> &str {
        if self.class == "*" { "" } else { &self.class }
    }

    /// The area code, nothing for everywhere.
    fn area_code(&self) -> &str {
        self.area.as_ref().map_or("", Area::as_str)
    }

    fn leads(&self) -> bool {
        self.part == Part::Lead && self.list != Some(DutyList::Withdrawn)
    }

    /// What decides between two leads for one thing until somebody ends one of them: the later, then anything that is the same everywhere.
    fn seniority(&self) -> (Option<Date>, &str, &Self) {
        (self.validity.from, &self.version, self)
    }
}

words! {
    /// What goes first when two rows are each more specific in one respect.
    pub enum First {
        /// The class; for components.
        Owner = "owner", "先属主", "Owner first";
        /// The area; for events.
        Territory = "territory", "先属地", "Territory first";
    }
}

impl First {
    /// The order for a matter of a component, or of none.
    #[must_use]
    pub const fn of(component: bool) -> Self {
        if component {
            Self::Owner
        } else {
            Self::Territory
        }
    }
}

/// The rows of one class code: by area code, then by level.
type Places<'a> = BTreeMap<&'a str, BTreeMap<Option<Level>, &'a Duty>>;

/// Rows by class code.
type Index<'a> = BTreeMap<&'a str, Places<'a>>;

/// The lengths of area codes, the longest first; nothing is everywhere.
const AREA_DIGITS: [usize; 7] = [15, 12, 9, 6, 4, 2, 0];

/// The rows in force on a day, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct Matrix<'a> {
    leads: Index<'a>,
    fallbacks: Index<'a>,
    assists: Vec<&'a Duty>,
}

impl<'a> Matrix<'a> {
    /// The rows that hold on a day. Of two leads for the same thing the one that began later counts; [`check_matrix`] tells of them.
    #[must_use]
    pub fn new(rows: &'a [Duty], on: Date) -> Self {
        let mut matrix = Self::default();
        for row in rows.iter().filter(|row| row.validity.holds(on)) {
            let index = match (row.leads(), row.fallback) {
                (true, false) => &mut matrix.leads,
                (true, true) => &mut matrix.fallbacks,
                (false, _) if row.part == Part::Assist => {
                    matrix.assists.push(row);
                    continue;
                }
                (false, _) => continue,
            };
            index
                .entry(row.class_code())
                .or_default()
                .entry(row.area_code())
                .or_default()
                .entry(row.level)
                .and_modify(|held| {
                    if row.seniority() > held.seniority() {
                        *held = row;
                    }
                })
                .or_insert(row);
        }
        matrix
    }

    /// Who leads a class in an area at a level; `None` if nobody does, whoever the fallback owner may be.
    #[must_use]
    pub fn lead(&self, class: &str, area: &Area, level: Level, first: First) -> Option<&'a Duty> {
        most_specific(&self.leads, class, area, level, first)
    }

    /// Who takes it at a level if nobody leads it.
    #[must_use]
    pub fn fallback(&self, class: &str, area: &Area, level: Level) -> Option<&'a Duty> {
        most_specific(&self.fallbacks, class, area, level, First::Territory)
    }

    /// Who assists, at whatever level: one row a unit, the most specific, in the order of the units' names.
    #[must_use]
    pub fn assistants(&self, class: &str, area: &Area) -> Vec<&'a Duty> {
        let holds = |row: &&&Duty| {
            class.starts_with(row.class_code())
                && row.area.as_ref().is_none_or(|wide| wide.contains(area))
        };
        let mut units: BTreeMap<&str, &Duty> = BTreeMap::new();
        for &row in self.assists.iter().filter(holds) {
            let rank = |row: &'a Duty| {
                (
                    row.class_code().len(),
                    row.area_code().len(),
                    row.seniority(),
                )
            };
            units
                .entry(&row.unit)
                .and_modify(|held| {
                    if rank(row) > rank(held) {
                        *held = row;
                    }
                })
                .or_insert(row);
        }
        units.into_values().collect()
    }
}

/// The lists of one unit's duties that hold on a day (R57): each row's place in the slice, by list; rows on no list stand under `None`.
#[must_use]
pub fn duty_lists(
    rows: &[Duty],
    unit: &str,
    on: Date,
) -> BTreeMap<Option<DutyList>, BTreeSet<usize>> {
    let mut lists: BTreeMap<_, BTreeSet<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        if row.unit == unit && row.validity.holds(on) {
            lists.entry(row.list).or_default().insert(at);
        }
    }
    lists
}

fn most_specific<'a>(
    index: &Index<'a>,
    class: &str,
    area: &Area,
    level: Level,
    first: First,
) -> Option<&'a Duty> {
    // Few of the prefixes have rows at all: those first.
    let ends = class.char_indices().map(|(at, _)| at).chain([class.len()]);
    let prefixes = ends.rev().filter_map(|end| class.get(..end));
    let classes: Vec<&Places> = prefixes.filter_map(|code| index.get(code)).collect();
    let codes = || {
        AREA_DIGITS
            .iter()
            .filter_map(|end| area.as_str().get(..*end))
    };
    let at = |places: &Places<'a>, code: &str| {
        let levels = places.get(code)?;
        levels
            .get(&Some(level))
            .or_else(|| levels.get(&None))
            .copied()
    };
    match first {
        First::Owner => classes
            .iter()
            .find_map(|places| codes().find_map(|code| at(places, code))),
        First::Territory => {
            codes().find_map(|code| classes.iter().find_map(|places| at(places, code)))
        }
    }
}

#[cfg(test)]
mod tests;
