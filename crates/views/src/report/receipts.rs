//! Orders from above: who has read, answered, or is late (R54, R58).

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::Ms;

use super::reading::day_of;
use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result};
use crate::ground::{self, Row};
use crate::rows::CellForm::{Coded, Count, Date, Record, Text};
use crate::rows::{Coded as Word, ReportRow};
use crate::source;
use crate::text::{self, word};

pub(super) const SHEET: Sheet = Sheet {
    name: "orders",
    label: ("指令督办回执", "Orders and their receipts"),
    tells: (
        "各条指令、督办:已读、已答复、有异议的人次,首次已读时间,是否逾期未答复",
        "of each order: how many have read, answered or objected, when it was first read, and whether its answer is late",
    ),
    about: None,
    columns: &[
        ("order", "指令", "Order", Record),
        ("sort", "指令类型", "Sort", Coded),
        ("area", "下达范围", "Area", Text),
        ("to", "承办单位", "To whom", Text),
        ("urgent", "紧急", "Urgent", Coded),
        ("due", "答复时限", "Answer due", Date),
        ("read", "已读", "Read", Count),
        ("answered", "已答复", "Answered", Count),
        ("objected", "有异议", "Objected", Count),
        ("first_read", "首次已读", "First read on", Date),
        ("state", "状态", "State", Coded),
    ],
    rows,
};

pub(super) const RECEIPTS: Sheet = Sheet {
    name: "receipts",
    label: ("指令签收名单", "Receipts of an order"),
    tells: (
        "指令下达范围内每位人员是否已读、答复内容和时间、是否逾期",
        "of each member in the order's area: whether they have read it, what they answered and when, whether they are late",
    ),
    about: Some(Kind::ORDER),
    columns: &[
        ("who", "人员", "Who", Text),
        ("role", "职务", "Office", Coded),
        ("area", "区域", "Area", Text),
        ("read", "已读日期", "Read on", Date),
        ("answer", "答复", "Answer", Coded),
        ("answered", "答复日期", "Answered on", Date),
        ("state", "状态", "State", Coded),
    ],
    rows: receipts,
};

/// Whether an answer settles an order, beside having been read.
pub(super) fn settles(state: &str) -> bool {
    matches!(state, "accepted" | "done" | "objected")
}

/// The answers to an order or notice, the earliest first.
pub(super) fn answers(scope: &Scope<'_>, order: RecordId) -> Result<Vec<Row>> {
    let mut rows = ground::naming(scope.conn, Kind::ANSWER, "", ("order", order))?;
    rows.sort_by_key(|row| (row.at(), row.id));
    Ok(rows)
}

pub(super) fn count(answers: &[Row], holds: impl Fn(&str) -> bool) -> i64 {
    let found = answers.iter().filter(|answer| holds(answer.text("state")));
    i64::try_from(found.count()).unwrap_or(i64::MAX)
}

pub(super) fn due(order: &Row) -> Option<Ms> {
    order.int("due_ms").map(Ms)
}

/// Where an order stands: by its first answer, or by its due time.
fn state(withdrawn: bool, answered: Option<Ms>, due: Option<Ms>, now: Ms) -> Word {
    match (answered, due) {
        _ if withdrawn => word("withdrawn", "已撤回", "Withdrawn"),
        (Some(answered), Some(due)) if answered > due => {
            word("answered_late", "逾期答复", "Answered late")
        }
        (Some(_), _) => word("answered", "已答复", "Answered"),
        (None, Some(due)) if due < now => word("late", "逾期未答复", "Late"),
        _ => word("waiting", "待答复", "Waiting"),
    }
}

pub(super) fn first_answer(answers: &[Row]) -> Option<Ms> {
    let settled = answers.iter().find(|answer| settles(answer.text("state")));
    settled.map(Row::at)
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut orders = scope.issued(Kind::ORDER)?;
    orders.sort_by_key(|order| (due(order).is_none(), due(order), order.id));
    let mut rows = Vec::new();
    for order in orders {
        let answers = answers(scope, order.id)?;
        let withdrawn = order.truth("withdrawn") == Some(true);
        let cells = Cells::default()
            .record(order.id, &scope.title(&order.id.to_string())?)
            .coded(text::coded_or("order_sort", order.text("sort")))
            .text(&order.area)
            .text(order.text("to"))
            .coded(text::yes_no(order.truth("urgent") == Some(true)))
            .date(day_of(due(&order)))
            // Who answers has read it.
            .number(count(&answers, |_| true))
            .number(count(&answers, settles))
            .number(count(&answers, |state| state == "objected"))
            .date(day_of(answers.first().map(Row::at)))
            .coded(state(
                withdrawn,
                first_answer(&answers),
                due(&order),
                scope.now,
            ));
        rows.push(cells.row());
    }
    Ok(rows)
}

/// Who wrote a record last.
fn author(scope: &Scope<'_>, record: RecordId) -> Result<String> {
    let author: Option<Vec<u8>> = scope
        .conn
        .prepare_cached("SELECT changed_by FROM view_record WHERE record = ?1")
        .and_then(|mut statement| statement.query_row([record.as_bytes()], |row| row.get(0)))
        .doing("reading who answered")?;
    let member =
        author.and_then(|author| wangge_model::id::MemberId::try_from(author.as_slice()).ok());
    Ok(member.map(|member| member.to_string()).unwrap_or_default())
}

fn receipts(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let Some(about) = scope.about else {
        return Ok(Vec::new());
    };
    let Some(order) = ground::one(scope.conn, about)? else {
        return Ok(Vec::new());
    };
    let mut by_member: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for answer in answers(scope, about)? {
        by_member
            .entry(author(scope, answer.id)?)
            .or_default()
            .push(answer);
    }
    let area = if scope.area.starts_with(&order.area) {
        scope.area
    } else {
        order.area.as_str()
    };
    let mut rows = Vec::new();
    for person in source::members_of(scope.conn, area, scope.now.0)? {
        let answers = by_member.remove(&person.member).unwrap_or_default();
        let settled = answers.iter().rfind(|answer| settles(answer.text("state")));
        let answer = settled.map_or("", |answer| answer.text("state"));
        let role = person.role.map_or_else(
            || word("", "", ""),
            |role| word(role.word(), role.zh(), role.en()),
        );
        let cells = Cells::default()
            .text(person.name)
            .coded(role)
            .text(person.area)
            .date(day_of(answers.first().map(Row::at)))
            .coded(text::coded_or("answer_state", answer))
            .date(day_of(first_answer(&answers)))
            .coded(state(false, first_answer(&answers), due(&order), scope.now));
        rows.push(cells.row());
    }
    Ok(rows)
}
