//! How often a class was corrected (R39): matters closed in the period, by the class that the first hand chose.

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_model::time::{Date, Ms};
use wangge_rules::classify::share::{Classified, Misclassified};

use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result};
use crate::list::area_range;
use crate::rows::CellForm::{Coded, Count, Share};
use crate::rows::{Coded as Word, ReportRow};
use crate::source;
use crate::text::word;

const DOING: &str = "counting corrected classes";

pub(super) const SHEET: Sheet = Sheet {
    name: "misclassified",
    label: ("类别更正率", "Corrected classes"),
    tells: (
        "期内结案的事件按最初类别统计:多少件,其中多少件后来改了类别,最常改成哪一类;最初未分类的另计",
        "matters closed in the period by their first class: how many, how many were corrected later, and into what most often; those unclassified at first apart",
    ),
    about: None,
    columns: &[
        ("first", "最初类别", "First class", Coded),
        ("matters", "结案件数", "Closed", Count),
        ("corrected", "更正率", "Corrected", Share),
        ("into", "最常改为", "Most often into", Coded),
        ("into_count", "改为该类件数", "Of these", Count),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let area = scope.place()?;
    let area = area.as_ref().map_or("", |area| area.as_str());
    let local = scope.reference.at(area, scope.on());
    let names: BTreeMap<&str, &str> = local
        .classes()
        .iter()
        .map(|class| (class.code.as_str(), class.name.as_str()))
        .collect();
    let named = |code: &str| match code {
        "" => word("", "未分类", "Unclassified"),
        code => {
            let name = names.get(code).copied().unwrap_or(code);
            word(code, name, name)
        }
    };
    let mut by_first: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (record, last) in closed(scope)? {
        let first = source::first_text(scope.conn, record, "class")?.unwrap_or_default();
        let first = local.class_code(&first).to_owned();
        let last = local.class_code(&last).to_owned();
        by_first.entry(first).or_default().push(last);
    }
    Ok(by_first
        .iter()
        .map(|(first, lasts)| row(first, lasts, named))
        .collect())
}

fn row(first: &str, lasts: &[String], named: impl Fn(&str) -> Word) -> ReportRow {
    let told = Misclassified::of(lasts.iter().map(|last| Classified {
        suggested: None,
        chosen: first,
        last,
    }));
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let chosen = told.judged.saturating_sub(told.unclassified_first);
    let most = told.confused.iter().max_by_key(|(_, count)| **count);
    Cells::default()
        .coded(named(first))
        .number(number(lasts.len()))
        .share(number(told.chosen_wrong), number(chosen))
        .coded(most.map_or_else(|| word("", "", ""), |((_, into), _)| named(into)))
        .number(most.map_or(0, |(_, count)| number(*count)))
        .row()
}

/// The matters of the area that were closed in the period, with the class that they have now.
fn closed(scope: &Scope<'_>) -> Result<Vec<(RecordId, String)>> {
    let (from, until) = area_range(scope.area)?;
    let start = |day: Date| -> i64 {
        let Ms(ms) = day.start();
        ms
    };
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT r.record, m.class FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.closed = 1 AND m.stage_since_ms >= ?1 AND m.stage_since_ms < ?2 AND r.area >= ?3 AND r.area < ?4 ORDER BY r.record",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map(
            (start(scope.from), start(scope.until), from, until),
            |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?)),
        )
        .doing(DOING)?;
    rows.map(|row| {
        let (record, class) = row.doing(DOING)?;
        let record = source::record_id(&record, DOING)?;
        Ok((record, class))
    })
    .collect()
}
