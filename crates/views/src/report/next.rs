//! What a member should do next (R34), and which rounds of visits and inspections are due (R2).

use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::Date as Day;
use wangge_rules::people::rounds::Standing;

use super::{Cells, Scope, Sheet};
use crate::detail::unknown;
use crate::error::Result;
use crate::ground::{self, People};
use crate::limits::CERTIFICATE_WARN_DAYS;
use crate::rows::CellForm::{Coded, Count, Date, Record, Share, Text};
use crate::rows::{Coded as Word, ReportRow};
use crate::text::{self, word};

pub(super) const SHEET: Sheet = Sheet {
    name: "next",
    label: ("待办清单", "What to do next"),
    tells: (
        "一名网格员接下来该办的：在办与待领事件、任务、到期的走访巡查、待兑现的承诺、将到期的证书，先到期的在前",
        "what a member should do next: matters in hand or not taken yet, tasks, rounds that are due, promises to look after, certificates that end; the first due first",
    ),
    about: Some(Kind::MEMBER),
    columns: &[
        ("due", "期限", "Due", Date),
        ("late_days", "已超期天数", "Days late", Count),
        ("what", "事项", "What", Coded),
        ("record", "档案", "Record", Record),
        ("detail", "说明", "Detail", Text),
    ],
    rows,
};

pub(super) const PLANS: Sheet = Sheet {
    name: "plans",
    label: ("走访巡查计划执行", "Rounds of visits and inspections"),
    tells: (
        "进行中的各项计划：对象数、已完成、逾期对象数、下一次到期日",
        "each plan that runs: its targets, how many are up to date, how many late, when the next is due",
    ),
    about: None,
    columns: &[
        ("plan", "计划", "Plan", Record),
        ("sort", "计划类型", "Sort", Coded),
        ("area", "区域", "Area", Text),
        ("every_days", "周期（天）", "Every so many days", Count),
        ("done", "已完成", "Up to date", Share),
        ("late", "逾期", "Late", Count),
        ("next", "下一次到期", "Next due", Date),
    ],
    rows: plans,
};

/// A line of the list.
struct Line {
    due: Option<Day>,
    what: Word,
    record: RecordId,
    title: String,
    detail: String,
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let missing = || unknown("record", "");
    let member = scope.about.ok_or_else(missing)?;
    let people = People::load(scope.conn, "")?;
    let areas = people.areas(member, scope.on());
    let mut lines = handed(scope, &people, member, &areas)?;
    for area in &areas {
        lines.extend(due_rounds(scope, area)?);
        lines.extend(promises(scope, area)?);
    }
    lines.extend(ending(scope, member)?);
    lines.sort_by(|a, b| {
        (a.due.is_none(), a.due, a.record).cmp(&(b.due.is_none(), b.due, b.record))
    });
    lines.dedup_by(|a, b| a.record == b.record);
    let on = scope.on();
    let rows = lines.into_iter().map(|line| {
        let late = line
            .due
            .filter(|due| *due < on)
            .map(|due| due.days_until(on));
        Cells::default()
            .date(line.due)
            .count(late)
            .coded(line.what)
            .record(line.record, &line.title)
            .text(line.detail)
            .row()
    });
    Ok(rows.collect())
}

/// Matters and tasks.
fn handed(
    scope: &Scope<'_>,
    people: &People,
    member: RecordId,
    areas: &[String],
) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for matter in ground::matters_of(scope.conn, people.name(member), areas)? {
        lines.push(Line {
            due: matter.due.map(|due| due.date()),
            what: word("matter", "事件", "Matter"),
            record: matter.record,
            title: matter.title,
            detail: crate::stage::coded(&matter.stage).zh,
        });
    }
    for task in ground::tasks(scope.conn, people)?.of(member) {
        lines.push(Line {
            due: task.due,
            what: word("task", "任务", "Task"),
            record: task.record,
            title: task.title.clone(),
            detail: String::new(),
        });
    }
    Ok(lines)
}

/// Targets of rounds that are late or due this week; one whose first time is still to come is not listed.
fn due_rounds(scope: &Scope<'_>, area: &str) -> Result<Vec<Line>> {
    let on = scope.on();
    let mut lines = Vec::new();
    for round in ground::rounds(scope.conn, area, on)? {
        for target in &round.targets {
            let due = match round.round.standing(target.last, on) {
                Standing::Late(late) => on.plus(-late),
                Standing::Due(due) if on.days_until(due) < 7 => due,
                Standing::Due(_) | Standing::Done => continue,
            };
            lines.push(Line {
                due: Some(due),
                what: text::coded_or("plan_sort", &round.sort),
                record: target.record,
                title: target.title.clone(),
                detail: round.title.clone(),
            });
        }
    }
    Ok(lines)
}

/// Promises of parties that nobody has looked after.
fn promises(scope: &Scope<'_>, area: &str) -> Result<Vec<Line>> {
    let open = |row: &&ground::Row| matches!(row.text("kept"), "" | "open");
    let rows = ground::rows(scope.conn, Kind::COMMITMENT, area)?;
    let lines = rows.iter().filter(open).map(|row| Line {
        due: row.read("due"),
        what: word("commitment", "承诺兑现", "Promise"),
        record: row.id,
        title: row.title.clone(),
        detail: String::new(),
    });
    Ok(lines.collect())
}

/// The member's certificates that end soon.
fn ending(scope: &Scope<'_>, member: wangge_model::id::RecordId) -> Result<Vec<Line>> {
    let on = scope.on();
    let rows = ground::rows(scope.conn, Kind::TRAINING, "")?;
    let id = member.to_string();
    let lines = rows
        .iter()
        .filter(|row| row.text("member") == id)
        .filter_map(|row| {
            let until: Day = row.read("valid_until")?;
            let soon = on <= until && on.days_until(until) < CERTIFICATE_WARN_DAYS;
            soon.then(|| Line {
                due: Some(until),
                what: word("certificate", "证书到期", "Certificate"),
                record: row.id,
                title: row.title.clone(),
                detail: String::new(),
            })
        });
    Ok(lines.collect())
}

fn plans(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let many = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let rows = ground::rounds(scope.conn, scope.area, on)?
        .into_iter()
        .map(|round| {
            let stand: Vec<Standing> = round
                .targets
                .iter()
                .map(|target| round.round.standing(target.last, on))
                .collect();
            let late = stand
                .iter()
                .filter(|one| matches!(one, Standing::Late(_)))
                .count();
            let done = round
                .targets
                .iter()
                .zip(&stand)
                .filter(|(target, standing)| {
                    let ever = target.last.is_some_and(|last| round.round.from <= last);
                    ever && !matches!(standing, Standing::Late(_))
                });
            let next = stand.iter().filter_map(|one| match one {
                Standing::Due(due) => Some(*due),
                Standing::Late(_) | Standing::Done => None,
            });
            Cells::default()
                .record(round.plan, &round.title)
                .coded(text::coded_or("plan_sort", &round.sort))
                .text(round.area.as_str())
                .count(round.round.every_days)
                .share(many(done.count()), many(round.targets.len()))
                .number(many(late))
                .date(next.min())
                .row()
        });
    Ok(rows.collect())
}
