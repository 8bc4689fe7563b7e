//! Reports: what each tells of a small community.

mod matter;
mod policies;
mod responsibility;
mod voice;

use crate::rows::{Cell, Report, ReportAsk};
use crate::tests::world::World;
use crate::{Result, ViewsError};

/// A report of an area, with all that happened until the world's now.
pub(super) fn report(world: &World, name: &str, area: &str) -> Report {
    ask(world, name, area, "").unwrap()
}

/// The same, about a record.
pub(super) fn ask(world: &World, name: &str, area: &str, about: &str) -> Result<Report> {
    world.views().fold_all()?;
    let ask = ReportAsk {
        name: name.to_owned(),
        area: area.to_owned(),
        about: about.to_owned(),
        ..ReportAsk::default()
    };
    world.views().report(&ask, world.now())
}

/// A report as lines, cells by ` | `: codes and ids as they stand, shares as `n/of`.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let cell = |cell: &Cell| match (cell.n, cell.of) {
        (Some(n), Some(of)) => format!("{n}/{of}"),
        _ => cell.value.clone(),
    };
    let row = |row: &crate::rows::ReportRow| row.cells.iter().map(cell).collect::<Vec<_>>();
    report
        .rows
        .iter()
        .map(|cells| row(cells).join(" | "))
        .collect()
}

#[test]
fn every_report_has_as_many_cells_as_columns_and_a_name_of_its_own() {
    let (world, _) = super::community();
    let mut names = Vec::new();
    for named in crate::reports() {
        names.push(named.name.clone());
        if named.about.is_empty() {
            let report = report(&world, &named.name, "");
            for row in &report.rows {
                assert_eq!(row.cells.len(), report.columns.len(), "{}", named.name);
            }
        } else {
            let error = ask(&world, &named.name, "", "").unwrap_err();
            assert!(matches!(error, ViewsError::Question { what: "about", .. }));
        }
    }
    let many = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), many);
}

#[test]
fn a_question_that_cannot_be_answered_says_why() {
    let (world, _) = super::community();
    let error = ask(&world, "nothing", "", "").unwrap_err();
    assert_eq!(error.to_string(), "there is no report nothing here");
    let error = ask(&world, "policies", "xx", "").unwrap_err();
    assert!(matches!(error, ViewsError::Question { what: "area", .. }));
    let ask = ReportAsk {
        name: "policies".to_owned(),
        from: "yesterday".to_owned(),
        ..ReportAsk::default()
    };
    let error = world.views().report(&ask, world.now()).unwrap_err();
    assert!(matches!(error, ViewsError::Question { what: "from", .. }));
}
