//! To whom a matter should be dispatched: a proposal that a director takes or not.

use serde::Serialize;
use wangge_model::area::{Area, Level};

use super::{Duty, First, Matrix};
use crate::deadline::Limit;
use crate::words::words;

words! {
    /// Why a unit is proposed.
    pub enum Why {
        /// The component's record names it as the owner.
        Owner = "owner", "属主", "Owner";
        /// The matrix says that it leads.
        Lead = "lead", "主办", "Lead";
        /// Nobody leads, or those who do gave it back.
        Fallback = "fallback", "兜底", "Fallback";
    }
}

/// What is to be dispatched.
#[derive(Clone, Copy, Debug)]
pub struct Dispatch<'a> {
    /// The matter's class.
    pub class: &'a str,
    /// Where it is.
    pub area: &'a Area,
    /// The level that dispatches: its units and those above are asked.
    pub level: Level,
    /// Whether it is about a component.
    pub component: bool,
    /// The component's owner, if its record names one; nothing if not.
    pub owner: &'a str,
    /// The units that gave it back with good reason; they are not proposed again.
    pub returned_by: &'a [&'a str],
}

/// A unit that may be dispatched to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The unit.
    pub unit: String,
    /// Why.
    pub why: Why,
    /// The level at which it works, if a row says so.
    pub level: Option<Level>,
    /// The area of that level in which the matter lies.
    pub area: Option<Area>,
    /// How long the row allows it.
    #[serde(skip)]
    pub limit: Option<Limit>,
    /// The row's basis.
    pub basis: String,
}

/// A proposal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Who may lead, the one to ask first at the head, each once. Empty only if there is no fallback owner at this level or above.
    pub candidates: Vec<Candidate>,
    /// Who assists the first of them.
    pub assistants: Vec<String>,
}

impl Matrix<'_> {
    /// Proposes whom to dispatch to. A component's owner goes first, then the leads from the dispatching level upward, then the fallback
    /// owners from there upward. A fallback owner cannot give back: if all others did, it stays.
    #[must_use]
    pub fn propose(&self, dispatch: &Dispatch) -> Proposal {
        let &Dispatch {
            class,
            area,
            component,
            owner,
            ..
        } = dispatch;
        let first = First::of(component);
        let levels = || Level::ALL.iter().filter(|level| **level >= dispatch.level);
        let leads = levels().filter_map(|&level| {
            let row = self.lead(class, area, level, first)?;
            Some(candidate(row, Why::Lead, level, area))
        });
        let fallbacks = levels().filter_map(|&level| {
            let row = self.fallback(class, area, level)?;
            Some(candidate(row, Why::Fallback, level, area))
        });
        let owner = (component && !owner.is_empty()).then(|| Candidate {
            unit: owner.to_owned(),
            why: Why::Owner,
            level: None,
            area: None,
            limit: None,
            basis: String::new(),
        });
        let mut candidates: Vec<Candidate> = Vec::new();
        for found in owner.into_iter().chain(leads).chain(fallbacks) {
            let refused =
                found.why != Why::Fallback && dispatch.returned_by.contains(&found.unit.as_str());
            if !refused && candidates.iter().all(|held| held.unit != found.unit) {
                candidates.push(found);
            }
        }
        let lead = candidates.first().map(|found| found.unit.clone());
        let assistants = self.assistants(class, area).into_iter();
        Proposal {
            candidates,
            assistants: assistants
                .map(|row| row.unit.clone())
                .filter(|unit| Some(unit) != lead.as_ref())
                .collect(),
        }
    }
}

fn candidate(row: &Duty, why: Why, level: Level, area: &Area) -> Candidate {
    Candidate {
        unit: row.unit.clone(),
        why,
        level: Some(level),
        area: area.at(level),
        limit: row.limit,
        basis: row.basis.clone(),
    }
}
