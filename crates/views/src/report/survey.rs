//! Answers to surveys and to the questions of a campaign, added up: nobody is named (R4, R93).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use wangge_model::kind::Kind;

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground;
use crate::rows::CellForm::{Count, Share, Text};
use crate::rows::ReportRow;
use crate::values::Values;

pub(super) const SHEET: Sheet = Sheet {
    name: "survey",
    label: ("问卷汇总", "Answers to a survey"),
    tells: (
        "每题各种回答的份数和占比;不显示填写人",
        "of each question, how many gave which answer; nobody is named",
    ),
    about: Some(Kind::SURVEY),
    columns: &[
        ("number", "题号", "No.", Count),
        ("question", "题目", "Question", Text),
        ("answer", "回答", "Answer", Text),
        ("share", "占比", "Share", Share),
    ],
    rows: survey,
};

pub(super) const CAMPAIGN: Sheet = Sheet {
    name: "campaign_answers",
    label: ("排查填报汇总", "Answers of a campaign"),
    tells: (
        "专项排查的临时字段中每项各种填报的份数和占比",
        "of each temporary field of a campaign, how many gave which answer",
    ),
    about: Some(Kind::CAMPAIGN),
    rows: campaign,
    ..SHEET
};

fn survey(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    tally(scope, Kind::REPLY_SHEET, "survey")
}

fn campaign(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    tally(scope, Kind::CALL, "campaign")
}

/// The lines of a text that say something.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().to_owned()).collect()
}

/// The answers in records of `kind` that name the asking one in `key`: line by line, as the questions stand.
fn tally(scope: &Scope<'_>, kind: Kind, key: &str) -> Result<Vec<ReportRow>> {
    let Some(about) = scope.about else {
        return Ok(Vec::new());
    };
    let asked = scope.open(about)?;
    let questions = lines(Values(&asked.facets).text("questions"));
    let mut answers: Vec<BTreeMap<String, i64>> = vec![BTreeMap::new(); questions.len()];
    let mut sheets = 0_i64;
    for row in ground::naming(scope.conn, kind, scope.area, (key, about))? {
        let sheet = scope.open(row.id)?;
        let given = lines(Values(&sheet.facets).text("answers"));
        sheets += 1;
        for (place, sums) in answers.iter_mut().enumerate() {
            let answer = given.get(place).cloned().unwrap_or_default();
            *sums.entry(answer).or_default() += 1;
        }
    }
    let mut rows = Vec::new();
    for (number, (question, sums)) in (1..).zip(questions.iter().zip(answers)) {
        let mut sums: Vec<(String, i64)> = sums.into_iter().collect();
        // The most frequent first; of equals, those that say something.
        sums.sort_by_key(|(answer, n)| (Reverse(*n), answer.is_empty(), answer.clone()));
        for (answer, n) in sums {
            let answer = if answer.is_empty() {
                "（未答）"
            } else {
                &answer
            };
            let cells = Cells::default()
                .number(number)
                .text(question)
                .text(answer)
                .share(n, sheets);
            rows.push(cells.row());
        }
    }
    Ok(rows)
}
