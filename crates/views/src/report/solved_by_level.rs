//! At which level matters are solved (R62: most of them at the township).

use wangge_model::kind::Level;

use super::{Cells, Scope, Sheet, sums};
use crate::error::Result;
use crate::rows::CellForm::{Coded, Share};
use crate::rows::{self, ReportRow};
use crate::sums::word;

pub(super) const SHEET: Sheet = Sheet {
    name: "solved_by_level",
    label: ("各层级办结占比", "Solved at each level"),
    tells: (
        "期内处置的事件在网格、社区、乡镇、县各级办结的件数与占比",
        "of the matters disposed of in the period, how many at each level",
    ),
    about: None,
    columns: &[
        ("level", "层级", "Level", Coded),
        ("solved", "办结占比", "Share solved", Share),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let solved = sums(scope, word::SOLVED_AT)?;
    let all = solved.values().copied().fold(0, i64::saturating_add);
    let row = |level: &Level| {
        let coded = rows::Coded {
            code: level.word().to_owned(),
            zh: level.zh().to_owned(),
            en: level.en().to_owned(),
        };
        let n = solved.get(level.word()).copied().unwrap_or_default();
        Cells::default().coded(coded).share(n, all).row()
    };
    let levels = Level::ALL
        .iter()
        .take_while(|level| **level <= Level::County);
    Ok(levels.map(row).collect())
}
