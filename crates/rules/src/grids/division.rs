//! Who is in which grid on a day, and who moves when the division changes.
//!
//! The answer is computed, never stored: from the grids in force and the building of each household. So nobody is in two grids, and a
//! household that somebody entered offline under a grid that is gone meanwhile is found in the one that took its place. Sources: paper
//! R8, R24, R97; domain.md «a grid re-division moving 40 % of persons».

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::area::Area;
use wangge_model::id::RecordId;
use wangge_model::time::Date;

use super::{Grid, Sort, State, Unit, life};
use crate::finding::Finding;

/// The division on a day.
#[derive(Clone, Debug)]
pub struct Division<'a> {
    all: &'a [Grid],
    /// The grids in force, by id.
    grids: BTreeMap<RecordId, &'a Grid>,
    /// The grid of each building.
    buildings: BTreeMap<RecordId, RecordId>,
    conflicts: Vec<Conflict>,
}

/// A building that two grids in force claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The building.
    pub building: RecordId,
    /// The grid that has it: the one approved later.
    pub winner: RecordId,
    /// The other.
    pub loser: RecordId,
}

/// How it is known in which grid something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// By its building.
    Building,
    /// By the area under which it was written.
    Area,
    /// The grid of that area is gone: by the one that took most of its buildings. Somebody should look.
    Successor,
}

impl<'a> Division<'a> {
    /// The division on a day: what was approved for it. A grid goes when its last day is past, and also when one that replaces it comes into
    /// force, whether or not somebody has written that down.
    #[must_use]
    pub fn on(all: &'a [Grid], on: Date) -> Self {
        let in_force = |grid: &&Grid| life::state_on(grid, on) == State::InForce;
        Self::of(all, all.iter().filter(in_force))
    }

    /// The division as it would be on a day if every draft for it were approved.
    #[must_use]
    pub fn planned(all: &'a [Grid], on: Date) -> Self {
        let would_be = |grid: &&Grid| match grid.state {
            State::Draft | State::Checked => grid.valid.holds(on),
            _ => life::state_on(grid, on) == State::InForce,
        };
        Self::of(all, all.iter().filter(would_be))
    }

    fn of(all: &'a [Grid], chosen: impl Iterator<Item = &'a Grid>) -> Self {
        let mut chosen: Vec<&Grid> = chosen.collect();
        chosen.sort_by_key(|grid| (grid.approved, grid.id));
        // From when each code is replaced by another's coming into force.
        let mut replaced: BTreeMap<&Area, Vec<&Grid>> = BTreeMap::new();
        for grid in &chosen {
            for code in &grid.replaces {
                replaced.entry(code).or_default().push(grid);
            }
        }
        let gone = |grid: &Grid| {
            let by = replaced.get(&grid.code).into_iter().flatten();
            by.into_iter()
                .any(|by| by.id != grid.id && grid.valid.from < by.valid.from)
        };
        let grids: BTreeMap<RecordId, &Grid> = chosen
            .iter()
            .filter(|grid| !gone(grid))
            .map(|grid| (grid.id, *grid))
            .collect();
        let mut this = Self {
            all,
            grids,
            buildings: BTreeMap::new(),
            conflicts: Vec::new(),
        };
        for grid in chosen {
            if this.grids.contains_key(&grid.id) && grid.sort != Sort::Micro {
                this.claim(grid);
            }
        }
        this.conflicts.sort_unstable();
        this
    }

    /// Gives a grid its buildings; what an earlier approved one had goes over to it.
    fn claim(&mut self, grid: &Grid) {
        for building in &grid.buildings {
            let loser = self.buildings.insert(*building, grid.id);
            if let Some(loser) = loser.filter(|loser| *loser != grid.id) {
                self.conflicts.push(Conflict {
                    building: *building,
                    winner: grid.id,
                    loser,
                });
            }
        }
    }

    /// The grids in force, in the order of ids.
    pub fn grids(&self) -> impl Iterator<Item = &'a Grid> + '_ {
        self.grids.values().copied()
    }

    /// A grid in force.
    #[must_use]
    pub fn grid(&self, id: RecordId) -> Option<&'a Grid> {
        self.grids.get(&id).copied()
    }

    /// The buildings that two grids claim: `division.twice`, two plans at one time. The one approved later has them; the other is listed.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.conflicts
            .iter()
            .map(|conflict| {
                let code = |id| self.grid(id).map_or_else(String::new, |grid| grid.code.to_string());
                let (winner, loser) = (code(conflict.winner), code(conflict.loser));
                let zh = format!("同一楼栋被划入网格 {winner} 和 {loser}，按后批准的 {winner} 执行，请复核");
                let en = format!("a building is in the grids {winner} and {loser}; {winner} was approved later and has it: look at the other plan");
                Finding::soft("division.twice", zh, en).about([conflict.building, conflict.winner, conflict.loser])
            })
            .collect()
    }

    /// In which grid a unit is, and how that is known; `None` if in none.
    #[must_use]
    pub fn grid_of(&self, unit: &Unit) -> Option<(RecordId, Found)> {
        let by_building = self
            .buildings
            .get(&unit.id)
            .or_else(|| self.buildings.get(unit.building.as_ref()?));
        if let Some(grid) = by_building {
            return Some((*grid, Found::Building));
        }
        self.grid_of_code(&unit.area)
    }

    /// The grid that has a building, or a household or organisation by itself; `None` if none claims it.
    #[must_use]
    pub fn grid_of_building(&self, building: RecordId) -> Option<RecordId> {
        self.buildings.get(&building).copied()
    }

    /// The grid in force with a code, or the one that took the place of it.
    #[must_use]
    pub fn grid_of_code(&self, code: &Area) -> Option<(RecordId, Found)> {
        let of_code = |code: &Area| {
            let mut with = self
                .grids
                .values()
                .filter(|grid| grid.code == *code && grid.sort != Sort::Micro);
            with.next().map(|grid| grid.id)
        };
        if let Some(grid) = of_code(code) {
            return Some((grid, Found::Area));
        }
        // The grids that had the code, and from there through all that replaced each other to one in force.
        let mut seen: BTreeSet<&Area> = BTreeSet::new();
        let mut codes: Vec<&Area> = vec![code];
        let mut lost: BTreeSet<RecordId> = BTreeSet::new();
        let mut heirs: BTreeSet<RecordId> = BTreeSet::new();
        while let Some(code) = codes.pop() {
            if !seen.insert(code) {
                continue;
            }
            lost.extend(
                self.all
                    .iter()
                    .filter(|grid| grid.code == *code)
                    .flat_map(|grid| grid.buildings.iter().copied()),
            );
            for grid in self.all.iter().filter(|grid| grid.replaces.contains(code)) {
                if self.grids.contains_key(&grid.id) {
                    heirs.insert(grid.id);
                } else if !matches!(grid.state, State::Draft | State::Checked) {
                    codes.push(&grid.code);
                }
            }
        }
        let share = |heir: &RecordId| {
            lost.iter()
                .filter(|building| self.buildings.get(building) == Some(heir))
                .count()
        };
        let heir = heirs
            .iter()
            .max_by(|a, b| share(a).cmp(&share(b)).then(b.cmp(a)));
        heir.map(|heir| (*heir, Found::Successor))
    }
}

/// A line of a plan: what comes into which grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assignment {
    /// A building, or a household or organisation by itself.
    pub unit: RecordId,
    /// The grid that gets it.
    pub grid: RecordId,
}

/// Carries a plan out on the grids: each unit goes into the list of its grid, and out of all others. What names a grid that is not there
/// changes nothing; of several lines for one unit the last counts.
pub fn assign(grids: &mut [Grid], plan: &[Assignment]) {
    let there: BTreeSet<RecordId> = grids.iter().map(|grid| grid.id).collect();
    let to: BTreeMap<RecordId, RecordId> = plan
        .iter()
        .filter(|line| there.contains(&line.grid))
        .map(|line| (line.unit, line.grid))
        .collect();
    let mut gets: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
    for (unit, grid) in &to {
        gets.entry(*grid).or_default().push(*unit);
    }
    for grid in grids {
        grid.buildings
            .retain(|unit| to.get(unit).is_none_or(|to| *to == grid.id));
        let has: BTreeSet<RecordId> = grid.buildings.iter().copied().collect();
        let new = gets.remove(&grid.id).unwrap_or_default().into_iter();
        grid.buildings
            .extend(new.filter(|unit| !has.contains(unit)));
    }
}

/// Something that comes into another grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// What.
    pub unit: RecordId,
    /// From which grid; `None` if it was in none.
    pub from: Option<RecordId>,
    /// To which; `None` if it is in none any more.
    pub to: Option<RecordId>,
}

/// What a change of the division does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// What moves, in the order of ids.
    pub moved: Vec<Move>,
    /// How many units stay.
    pub stay: usize,
    /// How many persons move.
    pub persons_moved: u32,
    /// How many persons there are.
    pub persons: u32,
}

/// What moves from one division to another, of the units handed in; each id counts once.
#[must_use]
pub fn moves(before: &Division<'_>, after: &Division<'_>, units: &[Unit]) -> Moves {
    let units: BTreeMap<RecordId, &Unit> = units.iter().map(|unit| (unit.id, unit)).collect();
    let mut moves = Moves::default();
    for (id, unit) in units {
        let grid = |division: &Division<'_>| division.grid_of(unit).map(|(grid, _)| grid);
        let (from, to) = (grid(before), grid(after));
        moves.persons = moves.persons.saturating_add(unit.persons);
        if from == to {
            moves.stay += 1;
        } else {
            moves.persons_moved = moves.persons_moved.saturating_add(unit.persons);
            moves.moved.push(Move { unit: id, from, to });
        }
    }
    moves
}

/// What speaks against a change: `division.lost` something that was in a grid would be in none; `division.twice` a building in two.
#[must_use]
pub fn judge(before: &Division<'_>, after: &Division<'_>, units: &[Unit]) -> Vec<Finding> {
    let moves = moves(before, after, units);
    let lost = moves
        .moved
        .iter()
        .filter(|one| one.from.is_some() && one.to.is_none());
    let lost = lost.map(|one| {
        let zh = "调整后不再属于任何网格";
        let en = "it would be in no grid after the change";
        Finding::hard("division.lost", zh, en).about([one.unit].into_iter().chain(one.from))
    });
    lost.chain(after.findings()).collect()
}

#[cfg(test)]
mod tests;
