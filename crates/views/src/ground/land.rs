//! The division of a day, and what lives in each grid.

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::id::RecordId;
use wangge_model::time::Date;
use wangge_rules::grids::division::Division;
use wangge_rules::grids::sizing::Size;
use wangge_rules::grids::{Grid, Unit, What};

use super::{Plan, complete, grids, plans, units};
use crate::error::Result;

/// The grids of an area with their buildings, and what must be in one.
#[derive(Debug)]
pub(crate) struct Land {
    pub(crate) grids: Vec<Grid>,
    /// Households, buildings and organisations.
    pub(crate) units: Vec<Unit>,
    /// How many residents are in no household, by the area of their record.
    homeless: BTreeMap<String, u32>,
}

impl Land {
    /// As it is on a day: the plans that are in force then are carried out.
    pub(crate) fn load(conn: &Connection, area: &str, on: Date) -> Result<Self> {
        let mut land = Self::drafted(conn, area)?;
        for plan in plans(conn)?.iter().filter(|plan| plan.in_force(on)) {
            land.adopt(plan);
        }
        Ok(land)
    }

    /// As the grids' own records say, without any plan.
    pub(crate) fn drafted(conn: &Connection, area: &str) -> Result<Self> {
        let mut grids = grids(conn, area)?;
        for grid in &mut grids {
            complete(conn, grid)?;
        }
        let (units, homeless) = units(conn, area)?;
        Ok(Self {
            grids,
            units,
            homeless,
        })
    }

    /// Carries a plan out.
    pub(crate) fn adopt(&mut self, plan: &Plan) {
        plan.apply(&mut self.grids);
    }

    pub(crate) fn division(&self, on: Date) -> Division<'_> {
        Division::on(&self.grids, on)
    }

    /// How many households and persons each grid in force has.
    pub(crate) fn sizes(&self, division: &Division<'_>) -> BTreeMap<RecordId, Size> {
        let mut sizes: BTreeMap<RecordId, Size> = BTreeMap::new();
        let mut add = |grid: RecordId, more: Size| {
            let size = sizes.entry(grid).or_default();
            *size = size.plus(more);
        };
        for unit in self.households() {
            if let Some((grid, _)) = division.grid_of(unit) {
                add(grid, size_of(unit));
            }
        }
        let by_code: BTreeMap<&str, &Grid> = division
            .grids()
            .map(|grid| (grid.code.as_str(), grid))
            .collect();
        for (area, persons) in &self.homeless {
            if let Some(grid) = by_code.get(area.as_str()) {
                let more = Size {
                    households: 0,
                    persons: *persons,
                };
                add(grid.id, more);
            }
        }
        sizes
    }

    /// How many households and persons each building has.
    pub(crate) fn buildings(&self) -> BTreeMap<RecordId, Size> {
        let mut sizes: BTreeMap<RecordId, Size> = BTreeMap::new();
        for unit in self.households() {
            if let Some(building) = unit.building {
                let size = sizes.entry(building).or_default();
                *size = size.plus(size_of(unit));
            }
        }
        sizes
    }

    fn households(&self) -> impl Iterator<Item = &Unit> {
        self.units
            .iter()
            .filter(|unit| unit.what == What::Household)
    }
}

const fn size_of(unit: &Unit) -> Size {
    Size {
        households: 1,
        persons: unit.persons,
    }
}
