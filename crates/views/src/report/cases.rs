//! Closed matters worth learning from, and who learns from whom (R49).

use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::{Date as Day, Ms};

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::{self, People};
use crate::rows::CellForm::{Coded, Count, Date, Record, Text};
use crate::rows::ReportRow;
use crate::source;
use crate::stage;
use crate::text::word;
use crate::values::Values;

pub(super) const SHEET: Sheet = Sheet {
    name: "cases",
    label: ("典型案例库", "Case library"),
    tells: (
        "抽查复核中标为典型案例的已办结事件：类别、成因、经验，供学习借鉴",
        "closed matters that a review marked as worth learning from: class, cause, what there is to learn",
    ),
    about: None,
    columns: &[
        ("matter", "事件", "Matter", Record),
        ("class", "类别", "Class", Text),
        ("stage", "阶段", "Stage", Coded),
        ("cause", "成因", "Cause", Text),
        ("lesson", "经验", "Lesson", Text),
        ("reviewed", "评定日期", "Marked on", Date),
    ],
    rows,
};

pub(super) const MENTORS: Sheet = Sheet {
    name: "mentors",
    label: ("带教", "Mentors"),
    tells: (
        "谁带谁：新到人员、带教人是否在岗、到岗天数",
        "who learns from whom, whether the mentor is there, and since how many days the learner is",
    ),
    about: None,
    columns: &[
        ("member", "人员", "Member", Record),
        ("mentor", "带教人", "Mentor", Record),
        ("mentor_there", "带教人在岗", "Mentor is there", Coded),
        ("joined", "到岗日期", "Joined", Date),
        ("days", "到岗天数", "Days", Count),
    ],
    rows: mentors,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut rows = Vec::new();
    for review in ground::rows(scope.conn, Kind::REVIEW, scope.area)? {
        let Some(matter) = review
            .read::<RecordId>("matter")
            .filter(|_| review.int("exemplary") == Some(1))
        else {
            continue;
        };
        let Some((class, at)) = ground::closed_matter(scope.conn, matter)? else {
            continue;
        };
        let content = source::content(scope.conn, matter)?;
        let found = source::content(scope.conn, review.id)?;
        let cells = Cells::default()
            .record(matter, &ground::title(scope.conn, matter)?)
            .text(class)
            .coded(stage::coded(&at))
            .text(Values(&content.facets).text("cause"))
            .text(Values(&found.facets).text("found"));
        let reviewed = review.int("at_ms").map(|at| Ms(at).date());
        rows.push(cells.date(reviewed).row());
    }
    Ok(rows)
}

fn mentors(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let people = People::load(scope.conn, scope.area)?;
    let everybody = People::load(scope.conn, "")?;
    let learns = people.members.iter().filter(|member| member.there(on));
    let rows = learns.filter_map(|member| {
        let mentor: RecordId = people.row(member.id)?.read("mentor")?;
        let there = everybody
            .members
            .iter()
            .any(|one| one.id == mentor && one.there(on));
        let joined: Option<Day> = people.row(member.id)?.read("joined");
        let days = joined.map(|joined| joined.days_until(on));
        let there = match there {
            true => word("yes", "在岗", "Yes"),
            false => word("no", "不在岗", "No"),
        };
        let cells = Cells::default()
            .record(member.id, people.name(member.id))
            .record(mentor, everybody.name(mentor))
            .coded(there);
        Some(cells.date(joined).count(days).row())
    });
    Ok(rows.collect())
}
