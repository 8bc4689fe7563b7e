//! Whose each open matter is, from beginning to end, and who has to act now (R3, R41).
//!
//! The owner is who answers for the matter's grid by its posts on the day that is told of: a handover that both have signed hands on the
//! matters with the post, and nothing has to be written to them.

use std::collections::BTreeMap;

use wangge_model::area::Area;
use wangge_model::kind::Level;
use wangge_rules::people::answer::{Answer, answers_for};

use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result};
use crate::ground;
use crate::list::{self, area_range};
use crate::rows::CellForm::{Coded, Date, Record, Text};
use crate::rows::{self, ReportRow};
use crate::source;
use crate::stage;

const DOING: &str = "reading whose matters are";

pub(super) const SHEET: Sheet = Sheet {
    name: "owners",
    label: ("事件负责人", "Owners of open matters"),
    tells: (
        "每件未办结事件由哪位网格员负责到底、因何负责,现由谁办理;上报早的在前",
        "for each open matter whose it is from beginning to end and why, and who has to act now; those reported first come first",
    ),
    about: None,
    columns: &[
        ("matter", "事件", "Matter", Record),
        ("area", "网格", "Grid", Text),
        ("stage", "阶段", "Stage", Coded),
        ("owner", "负责人", "Owner", Record),
        ("why", "因何负责", "Why", Coded),
        ("held_by", "现由谁办理", "Who has it now", Text),
        ("reported", "上报日期", "Reported", Date),
    ],
    rows,
};

/// An open matter as its row has it.
struct Open {
    record: Vec<u8>,
    title: String,
    area: String,
    stage: String,
    held_by: String,
    reported_ms: Option<i64>,
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let posts = ground::posts(scope.conn, "")?;
    let mut answers: BTreeMap<String, Option<Answer>> = BTreeMap::new();
    let mut rows = Vec::new();
    for open in open_matters(scope)? {
        let answer = answers.entry(open.area.clone()).or_insert_with(|| {
            let area: Area = open.area.parse().ok()?;
            answers_for(&area, scope.on().start(), &posts)
        });
        let matter = source::record_id(&open.record, DOING)?;
        let cells = Cells::default()
            .record(matter, &open.title)
            .text(&open.area)
            .coded(stage::coded(&open.stage));
        let cells = match answer {
            Some(answer) => {
                let name = list::title_of(scope.conn, &answer.member.to_string())?;
                let why = rows::Coded {
                    code: answer.why.word().to_owned(),
                    zh: answer.why.zh().to_owned(),
                    en: answer.why.en().to_owned(),
                };
                let name = name.unwrap_or_default();
                cells.record(answer.member, &name).coded(why)
            }
            None => cells.text("").text(""),
        };
        let reported = open.reported_ms.map(|ms| wangge_model::time::Ms(ms).date());
        rows.push(
            cells
                .text(holder(scope, &open.held_by)?)
                .date(reported)
                .row(),
        );
    }
    Ok(rows)
}

/// Who has it, as the row says: a unit's name, a member's id or a level's word.
fn holder(scope: &Scope<'_>, held_by: &str) -> Result<String> {
    Ok(match held_by.split_once(' ') {
        Some(("member", id)) => match id.parse() {
            Ok(member) => source::member(scope.conn, member)?.name,
            Err(_) => String::new(),
        },
        Some(("level", word)) => word
            .parse::<Level>()
            .map(|level| level.zh().to_owned())
            .unwrap_or_default(),
        Some((_, unit)) => unit.to_owned(),
        None => String::new(),
    })
}

fn open_matters(scope: &Scope<'_>) -> Result<Vec<Open>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT r.record, r.title, r.area, m.stage, m.held_by, m.reported_ms FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.closed = 0 AND m.reported_ms IS NOT NULL AND r.area >= ?1 AND r.area < ?2 ORDER BY m.reported_ms, r.record",
        )
        .doing(DOING)?;
    let found = statement
        .query_map((from, until), |row| {
            Ok(Open {
                record: row.get(0)?,
                title: row.get(1)?,
                area: row.get(2)?,
                stage: row.get(3)?,
                held_by: row.get(4)?,
                reported_ms: row.get(5)?,
            })
        })
        .doing(DOING)?;
    found.collect::<rusqlite::Result<_>>().doing(DOING)
}
