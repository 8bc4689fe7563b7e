//! Plans of the division: which buildings, households and organisations come into which grids, and from when (R8).

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::id::{MemberId, RecordId};
use wangge_model::kind::{Facet, Kind};
use wangge_model::time::{Date, Hlc};
use wangge_rules::finding::Finding;
use wangge_rules::grids::division::{Assignment, assign};
use wangge_rules::grids::life::{Course, judge_course};
use wangge_rules::grids::{Grid, State};
use wangge_rules::validity::Validity;

use super::{Row, hands, member_of, rows, word};
use crate::error::Result;
use crate::rows::Person;
use crate::source;

/// A plan of the division.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) id: RecordId,
    pub(crate) state: State,
    pub(crate) effective: Option<Date>,
    /// Who drafted, checked and approved it.
    pub(crate) hands: [Option<Person>; 3],
    pub(crate) lines: Vec<Assignment>,
    changed: Hlc,
}

/// Every plan; those in force first in the order in which they came into force.
pub(crate) fn plans(conn: &Connection) -> Result<Vec<Plan>> {
    let mut lines: BTreeMap<RecordId, Vec<Assignment>> = BTreeMap::new();
    for row in rows(conn, Kind::ASSIGNMENT, "")? {
        if let (Some(division), Some(unit), Some(grid)) =
            (row.read("division"), row.read("unit"), row.read("grid"))
        {
            lines
                .entry(division)
                .or_default()
                .push(Assignment { unit, grid });
        }
    }
    let mut plans = Vec::new();
    for row in rows(conn, Kind::DIVISION, "")? {
        let mut plan = read(&row, lines.remove(&row.id).unwrap_or_default());
        if let Some(open) = source::content(conn, row.id)?.facets.get(&Facet::Open) {
            plan.hands = hands(conn, row.id, open)?;
        }
        plans.push(plan);
    }
    plans.sort_by_key(|plan| (plan.effective, plan.changed, plan.id));
    Ok(plans)
}

fn read(row: &Row, lines: Vec<Assignment>) -> Plan {
    Plan {
        id: row.id,
        state: word(State::ALL, State::word, row.text("state")).unwrap_or(State::Draft),
        effective: row.read("effective"),
        hands: [None, None, None],
        lines,
        changed: row.changed,
    }
}

/// A plan; `None` where it is not folded.
pub(crate) fn plan(conn: &Connection, id: RecordId) -> Result<Option<Plan>> {
    Ok(plans(conn)?.into_iter().find(|plan| plan.id == id))
}

impl Plan {
    /// Whether it is carried out on a day.
    pub(crate) fn in_force(&self, on: Date) -> bool {
        let approved = !matches!(self.state, State::Draft | State::Checked);
        approved && self.effective.is_some_and(|from| from <= on)
    }

    /// Carries it out: its drafted grids come into force with it, and every unit goes into its grid.
    pub(crate) fn apply(&self, grids: &mut [Grid]) {
        for grid in grids.iter_mut() {
            if !self.lines.iter().any(|line| line.grid == grid.id) {
                continue;
            }
            if matches!(grid.state, State::Draft | State::Checked) {
                grid.state = State::Approved;
                let [_, checked, approved] = self.signed();
                grid.checked_by = grid.checked_by.or(checked);
                grid.approved_by = grid.approved_by.or(approved);
            }
            grid.valid.from = grid.valid.from.or(self.effective);
            grid.approved = grid.approved.max(Some(self.changed));
        }
        assign(grids, &self.lines);
    }

    fn signed(&self) -> [Option<MemberId>; 3] {
        self.hands
            .each_ref()
            .map(|hand| hand.as_ref().and_then(member_of))
    }

    /// What is wrong with the way it went.
    pub(crate) fn judge(&self) -> Vec<Finding> {
        judge_course(&Course {
            id: self.id,
            subject: ("网格调整方案", "division plan"),
            state: self.state,
            valid: Validity {
                from: self.effective,
                until: None,
            },
            hands: self.signed(),
        })
    }
}
