//! Who leads what here (R14, R22): for every class that matters may have, the one lead, its assistants, rights, duties, limit and basis.

use wangge_model::area::{Area, Level};
use wangge_rules::matrix::{Duty, First, Matrix};
use wangge_rules::taxonomy::{Class, Taxonomy};

use super::subject;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::rows::CellForm::{Coded, Count, Text};
use crate::rows::{Coded as Word, Label, ReportRow};
use crate::text::word;

pub(super) const SHEET: Sheet = Sheet {
    name: "matrix",
    label: ("责任矩阵", "Responsibility matrix"),
    tells: (
        "本区域每一类事件由谁主办、谁协办、权力与职责、时限、依据;无主办的归兜底单位并标明",
        "for each class of matters in the area: who leads and who assists, with rights, duties, limit and basis; what nobody leads is shown as a hole",
    ),
    about: None,
    columns: &[
        ("class", "类别", "Class", Coded),
        ("level", "层级", "Level", Coded),
        ("lead", "主办单位", "Lead", Text),
        ("why", "理由", "Why", Coded),
        ("assistants", "协办单位", "Assistants", Text),
        ("leads", "各级主办数", "Levels with a lead", Count),
        ("rights", "权力", "Rights", Text),
        ("duties", "职责", "Duties", Text),
        ("limit", "时限", "Limit", Coded),
        ("basis", "依据", "Basis", Text),
        ("gap", "缺口", "Gap", Coded),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let Some(area) = scope.place()? else {
        return Ok(Vec::new());
    };
    let on = scope.on();
    let local = scope.reference.at(area.as_str(), on);
    let taxonomy = local.taxonomy();
    let matrix = Matrix::new(local.duties(), on);
    let leaves = leaves(&taxonomy);
    Ok(leaves.map(|class| row(&matrix, class, &area)).collect())
}

/// The classes that have none below them: those that matters are of.
pub(super) fn leaves(taxonomy: &Taxonomy) -> impl Iterator<Item = &Class> {
    taxonomy
        .classes()
        .filter(|class| taxonomy.below(&class.code).next().is_none())
}

fn row(matrix: &Matrix<'_>, class: &Class, area: &Area) -> ReportRow {
    let first = First::of(class.component);
    let levels = || Level::ALL.iter().copied();
    let leads: Vec<(Level, &Duty)> = levels()
        .filter_map(|level| Some((level, matrix.lead(&class.code, area, level, first)?)))
        .collect();
    let fallback =
        || levels().find_map(|level| Some((level, matrix.fallback(&class.code, area, level)?)));
    let (held, why) = match leads.first() {
        Some(lead) => (Some(*lead), word("lead", "主办", "Lead")),
        None => (fallback(), word("fallback", "兜底", "Fallback")),
    };
    let gap = match (leads.is_empty(), held) {
        (false, _) => subject::empty(),
        (true, Some(_)) => word("hole", "无主办单位", "Nobody leads"),
        (true, None) => word("no_fallback", "无主办也无兜底", "Nobody at all"),
    };
    let assistants = matrix.assistants(&class.code, area);
    let units: Vec<&str> = assistants.iter().map(|row| row.unit.as_str()).collect();
    let duty = |text: fn(&Duty) -> &String| held.map_or("", |(_, duty)| text(duty));
    Cells::default()
        .coded(named(class))
        .coded(held.map_or_else(subject::empty, |(level, _)| {
            word(level.word(), level.zh(), level.en())
        }))
        .text(duty(|duty| &duty.unit))
        .coded(why)
        .text(units.join("、"))
        .number(i64::try_from(leads.len()).unwrap_or(i64::MAX))
        .text(duty(|duty| &duty.rights))
        .text(duty(|duty| &duty.duties))
        .coded(subject::limit(held.and_then(|(_, duty)| duty.limit)))
        .text(duty(|duty| &duty.basis))
        .coded(gap)
        .row()
}

/// A class by its code, with its name.
pub(super) fn named(class: &Class) -> Word {
    let Label { zh, en } = Label::same(&class.name);
    Word {
        code: class.code.clone(),
        zh,
        en,
    }
}
