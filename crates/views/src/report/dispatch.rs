//! To whom a matter should go, and why (R22, R30): the units in the order in which to ask them.

use wangge_model::area::Area;
use wangge_model::kind::Level;
use wangge_model::step::Part;
use wangge_rules::matrix::{Candidate, Dispatch, First, Matrix, Proposal};
use wangge_rules::matter::Stage;

use super::subject::{self, Subject};
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::rows::CellForm::{Coded, Text};
use crate::rows::ReportRow;
use crate::text::{self, word};
use crate::values::Values;

pub(super) const SHEET: Sheet = Sheet {
    name: "dispatch",
    label: ("派遣建议", "Whom to dispatch to"),
    tells: (
        "这件事由谁主办、谁协办,理由和依据;部件先属主后属地,事件先属地后属主,无人主办的归兜底单位",
        "who may lead the matter and who assists, and why: components to the owner first, events to the territory first, what nobody leads to the fallback owner",
    ),
    about: Some(wangge_model::kind::Kind::MATTER),
    columns: &[
        ("part", "主办或协办", "Part", Coded),
        ("unit", "单位", "Unit", Text),
        ("why", "理由", "Why", Coded),
        ("first", "先后原则", "What goes first", Coded),
        ("level", "层级", "Level", Coded),
        ("area", "区域", "Area", Text),
        ("limit", "时限", "Limit", Coded),
        ("basis", "依据", "Basis", Text),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let subject = Subject::of(scope)?;
    let proposal = proposed(scope, &subject)?;
    let component = is_component(scope, &subject)?;
    let matrix = Matrix::new(subject.local.duties(), scope.on());
    let first = First::of(component);
    let leads = proposal
        .candidates
        .iter()
        .map(|candidate| lead(candidate, first));
    let assists = matrix.assistants(subject.class_code(), &subject.area);
    let assists = assists
        .into_iter()
        .filter(|row| proposal.assistants.contains(&row.unit))
        .map(|row| {
            Cells::default()
                .coded(text::coded_or("duty_part", Part::Assist.word()))
                .text(&row.unit)
                .coded(word("assist", "责任清单列为协办", "Assists by the matrix"))
                .coded(subject::empty())
                .coded(level_of(row.level))
                .text(row.area.as_ref().map_or("", Area::as_str))
                .coded(subject::limit(row.limit))
                .text(&row.basis)
                .row()
        });
    Ok(leads.chain(assists).collect())
}

/// Whether it is about a component.
fn is_component(scope: &Scope<'_>, subject: &Subject) -> Result<bool> {
    let of_class = subject.class().is_some_and(|class| class.component);
    Ok(of_class || subject.component(scope)?.is_some())
}

/// Who may lead a matter and who assists.
pub(super) fn proposed(scope: &Scope<'_>, subject: &Subject) -> Result<Proposal> {
    let thing = subject.component(scope)?;
    let owner = thing
        .as_ref()
        .map(|thing| owner_of(Values(&thing.facets)))
        .unwrap_or_default();
    let component = thing.is_some() || subject.class().is_some_and(|class| class.component);
    let returned: Vec<&str> = subject
        .state
        .returns
        .iter()
        .filter(|given| given.lead && given.reason.is_some())
        .filter_map(|given| given.unit.as_deref())
        .collect();
    let level = match subject.state.stage {
        Stage::Arbitration => Level::Township,
        _ => subject.state.passed_up.unwrap_or(Level::Community),
    };
    let matrix = Matrix::new(subject.local.duties(), scope.on());
    Ok(matrix.propose(&Dispatch {
        class: subject.class_code(),
        area: &subject.area,
        level,
        component,
        owner,
        returned_by: &returned,
    }))
}

/// Who owns a component, or else the department in charge.
fn owner_of(component: Values<'_>) -> &str {
    match component.text("owner") {
        "" => component.text("department"),
        owner => owner,
    }
}

fn lead(candidate: &Candidate, first: First) -> ReportRow {
    let Candidate {
        unit,
        why,
        level,
        area,
        limit,
        basis,
    } = candidate;
    Cells::default()
        .coded(text::coded_or("duty_part", Part::Lead.word()))
        .text(unit)
        .coded(word(why.word(), why.zh(), why.en()))
        .coded(word(first.word(), first.zh(), first.en()))
        .coded(level_of(*level))
        .text(area.as_ref().map_or("", Area::as_str))
        .coded(subject::limit(*limit))
        .text(basis)
        .row()
}

fn level_of(level: Option<Level>) -> crate::rows::Coded {
    level.map_or_else(subject::empty, |level| {
        word(level.word(), level.zh(), level.en())
    })
}
