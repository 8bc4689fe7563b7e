//! Plans of the division: which buildings, households and organisations come into which grids, and from when (R8).

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::time::{Date, Hlc};
use wangge_rules::finding::Finding;
use wangge_rules::grids::division::{Assignment, assign};
use wangge_rules::grids::life::{Course, judge_course};
use wangge_rules::grids::{Grid, State};
use wangge_rules::validity::Validity;

use super::{Row, author, rows, word};
use crate::error::Result;
use crate::source;

/// A plan of the division.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) id: RecordId,
    pub(crate) title: String,
    pub(crate) state: State,
    pub(crate) effective: Option<Date>,
    /// Who drafted, checked and approved it, as far as that was read.
    pub(crate) hands: [Option<String>; 3],
    pub(crate) lines: Vec<Assignment>,
    changed: Hlc,
}

/// Every plan, without whose hands it went through; those in force first in the order in which they came into force.
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
    let mut plans: Vec<Plan> = rows(conn, Kind::DIVISION, "")?
        .iter()
        .map(|row| read(row, lines.remove(&row.id).unwrap_or_default()))
        .collect();
    plans.sort_by_key(|plan| (plan.effective, plan.changed, plan.id));
    Ok(plans)
}

fn read(row: &Row, lines: Vec<Assignment>) -> Plan {
    Plan {
        id: row.id,
        title: row.title.clone(),
        state: word(State::ALL, State::word, row.text("state")).unwrap_or(State::Draft),
        effective: row.read("effective"),
        hands: [None, None, None],
        lines,
        changed: row.changed,
    }
}

/// A plan with the names of those who drafted, checked and approved it; `None` where it is not folded.
pub(crate) fn plan(conn: &Connection, id: RecordId) -> Result<Option<Plan>> {
    let Some(mut plan) = plans(conn)?.into_iter().find(|plan| plan.id == id) else {
        return Ok(None);
    };
    let content = source::content(conn, id)?;
    let open = content.facets.get(&Facet::Open);
    let name = |key: &str| {
        let value = open.and_then(|open| open.value(key));
        value.and_then(|value| value.as_text()).map(str::to_owned)
    };
    let drafter = author(conn, id)?.map(|author| author.name);
    plan.hands = [drafter, name("checked_by"), name("approved_by")];
    Ok(Some(plan))
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
                let [_, checked, approved] = &self.hands;
                grid.checked_by = grid
                    .checked_by
                    .take()
                    .or_else(|| checked.clone().or_else(|| Some(self.title.clone())));
                grid.approved_by = grid
                    .approved_by
                    .take()
                    .or_else(|| approved.clone().or_else(|| Some(self.title.clone())));
            }
            grid.valid.from = grid.valid.from.or(self.effective);
            grid.approved = grid.approved.max(Some(self.changed));
        }
        assign(grids, &self.lines);
    }

    /// What is wrong with the way it went.
    pub(crate) fn judge(&self) -> Vec<Finding> {
        let [drafted, checked, approved] = &self.hands;
        judge_course(&Course {
            id: self.id,
            subject: ("网格调整方案", "division plan"),
            state: self.state,
            valid: Validity {
                from: self.effective,
                until: None,
            },
            hands: [drafted.as_deref(), checked.as_deref(), approved.as_deref()],
        })
    }
}
