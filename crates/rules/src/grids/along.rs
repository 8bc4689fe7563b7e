//! What goes along when a unit of the division comes into another grid: its records, by the links that say whose they are.
//!
//! Who is in which grid follows from the buildings ([`super::division`]). Which grid *answers* for a record, and so on whose phones it is, is the
//! record's own area; that is what a move changes. So that nobody is in two grids, whatever is a household's, a dwelling's, a resident's
//! or a matter's stands where its owner stands. What happened (a matter, a task, a deliberation) stays with who took it up first, but for what
//! concerns an organisation. Sources: paper R8, R97; first receiver leads (domain.md 4.5).

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::area::Area;
use wangge_model::id::RecordId;
use wangge_model::kind::{Kind, Reach};

use super::Grid;
use super::division::{Assignment, Division};

/// The fields that name a record's owners; the first owner that comes into another grid takes it along. Empty for a kind that owns itself.
#[must_use]
pub fn owner_fields(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::HOUSEHOLD => &["building", "dwelling"],
        Kind::DWELLING => &["building"],
        Kind::ORGANISATION => &["building"],
        Kind::RESIDENT => &["household", "dwelling"],
        Kind::RESIDENCE => &["resident"],
        Kind::RELATION => &["from"],
        Kind::VISIT => &["resident", "household", "organisation"],
        Kind::INSPECTION => &["organisation", "dwelling", "component"],
        Kind::CALL => &["target"],
        Kind::SERVICE => &["resident", "organisation"],
        Kind::PARTICIPATION => &["resident"],
        Kind::SAME => &["a"],
        Kind::MATTER => &["organisation", "component"],
        Kind::PARTY | Kind::COMMITMENT | Kind::MEDIATION | Kind::RATING | Kind::APPEAL => {
            &["matter"]
        }
        Kind::TASK => &["matter", "plan"],
        _ => &[],
    }
}

/// A record as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The record.
    pub id: RecordId,
    /// What it is about.
    pub kind: Kind,
    /// The area that answers for it.
    pub area: Area,
    /// Its owners, in the order of [`owner_fields`].
    pub owners: Vec<RecordId>,
}

/// A record that comes into another grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Going {
    /// The record.
    pub id: RecordId,
    /// What it is about.
    pub kind: Kind,
    /// Where it stands.
    pub from: Area,
    /// The code of the grid where it belongs.
    pub to: Area,
}

/// What a plan of the division is about: the units that it names and the buildings of its grids, and the codes of the grids whose place those take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concern {
    units: BTreeSet<RecordId>,
    gone: BTreeSet<Area>,
}

impl Concern {
    /// That of a plan of these lines. `grids` as they are with the plan carried out.
    #[must_use]
    pub fn of(lines: &[Assignment], grids: &[Grid]) -> Self {
        let named: BTreeSet<RecordId> = lines.iter().map(|line| line.grid).collect();
        let named = || grids.iter().filter(|grid| named.contains(&grid.id));
        let units = lines.iter().map(|line| line.unit);
        Self {
            units: units
                .chain(named().flat_map(|grid| grid.buildings.iter().copied()))
                .collect(),
            gone: named()
                .flat_map(|grid| grid.replaces.iter().cloned())
                .collect(),
        }
    }
}

/// Owners of owners that are asked, at most; links that people wrote may run in a circle.
const OWNERS_MAX: u32 = 8;

/// Which records come into another grid because of a plan, in the order of `records`; each by the unit that owns it, else by the grid that took
/// the place of the one whose code it has. What stands where it belongs is not among them, so asking again after all have gone gives none.
#[must_use]
pub fn going(division: &Division<'_>, concern: &Concern, records: &[Standing]) -> Vec<Going> {
    let by_id: BTreeMap<RecordId, &Standing> =
        records.iter().map(|record| (record.id, record)).collect();
    let code = |grid: RecordId| division.grid(grid).map(|grid| &grid.code);
    let homes: BTreeMap<RecordId, &Area> = concern
        .units
        .iter()
        .filter_map(|unit| Some((*unit, code(division.grid_of_building(*unit)?)?)))
        .collect();
    let heirs: BTreeMap<&Area, &Area> = concern
        .gone
        .iter()
        .filter_map(|gone| Some((gone, code(division.grid_of_code(gone)?.0)?)))
        .collect();
    records
        .iter()
        .filter(|record| record.kind.reach() == Reach::Within)
        .filter_map(|record| {
            let to = home(record.id, &by_id, &homes, OWNERS_MAX)
                .or_else(|| heirs.get(&record.area).copied())?;
            (*to != record.area).then(|| Going {
                id: record.id,
                kind: record.kind,
                from: record.area.clone(),
                to: to.clone(),
            })
        })
        .collect()
}

/// The code of the grid that has the unit which owns a record.
fn home<'a>(
    record: RecordId,
    by_id: &BTreeMap<RecordId, &Standing>,
    homes: &BTreeMap<RecordId, &'a Area>,
    owners_max: u32,
) -> Option<&'a Area> {
    homes.get(&record).copied().or_else(|| {
        let owners_left = owners_max.checked_sub(1)?;
        let owners = &by_id.get(&record)?.owners;
        owners
            .iter()
            .find_map(|owner| home(*owner, by_id, homes, owners_left))
    })
}

#[cfg(test)]
mod tests;
