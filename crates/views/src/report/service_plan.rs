//! Plans for one person (R16): which services are due for whom, late, and done against the plan; and what is known of a service before it is
//! recorded.

use std::collections::BTreeMap;

use wangge_model::field;
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::Date as Day;
use wangge_rules::people::rounds::{Round, Standing};

use super::reading::kind_coded;
use super::{Cells, Scope, Sheet};
use crate::detail::unknown;
use crate::error::Result;
use crate::ground::{self, Row};
use crate::rows::CellForm::{Coded, Count, Date, Record, Share, Text};
use crate::rows::ReportRow;
use crate::text::{self, word};

pub(super) const SHEET: Sheet = Sheet {
    name: "service_plan",
    label: ("个人服务计划", "Plans for a person"),
    tells: (
        "每位服务对象的每项计划服务：由谁承办、周期、上次和下次日期、是否逾期、应做几次已做几次；逾期的在前",
        "each planned service of each person: who gives it, how often, when last and when next, whether it is late, how many of how many were done; late ones first",
    ),
    about: None,
    columns: &[
        ("resident", "服务对象", "For whom", Record),
        ("plan", "计划", "Plan", Record),
        ("item", "服务项", "Planned service", Record),
        ("sort", "服务类型", "Sort of service", Coded),
        ("who", "承办人", "Who gives it", Record),
        ("state", "情况", "State", Coded),
        ("last", "上次", "Last", Date),
        ("due", "应做日期", "Due", Date),
        ("late_days", "逾期天数", "Days late", Count),
        ("done", "已做/应做", "Done of planned", Share),
        ("area", "区域", "Area", Text),
    ],
    rows,
};

pub(super) const PREFILL: Sheet = Sheet {
    name: "service_prefill",
    label: ("服务登记预填", "A service before it is recorded"),
    tells: (
        "按计划服务项登记服务或走访时可直接带出的字段和内容",
        "the fields of the service or visit that the planned service already answers",
    ),
    about: Some(Kind::SERVICE_ITEM),
    columns: &[
        ("kind", "登记为", "Recorded as", Coded),
        ("field", "字段", "Field", Coded),
        ("value", "内容", "Value", Text),
    ],
    rows: prefill,
};

/// What was done for a planned service since a day.
#[derive(Default)]
struct Done {
    last: Option<Day>,
    days: Vec<Day>,
}

/// The services and visits up to a day, by the planned service that they name. A visit that met nobody is none.
fn done(scope: &Scope<'_>, on: Day) -> Result<BTreeMap<RecordId, Done>> {
    let mut done: BTreeMap<RecordId, Done> = BTreeMap::new();
    for kind in [Kind::SERVICE, Kind::VISIT] {
        for row in ground::rows(scope.conn, kind, "")? {
            let day = row.at().date();
            let Some(item) = row.read("item") else {
                continue;
            };
            if day <= on && row.truth("met") != Some(false) {
                let done = done.entry(item).or_default();
                done.last = done.last.max(Some(day));
                done.days.push(day);
            }
        }
    }
    Ok(done)
}

/// A planned service with its plan, and when it is to be done: in its own time, else in the plan's.
fn round(item: &Row, plan: &Row) -> Option<Round> {
    Some(Round {
        from: item.read("from").or_else(|| plan.read("from"))?,
        until: item.read("until").or_else(|| plan.read("until")),
        every_days: item.int("every_days"),
    })
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let done = done(scope, on)?;
    let plans: BTreeMap<RecordId, Row> = ground::rows(scope.conn, Kind::SERVICE_PLAN, scope.area)?
        .into_iter()
        .map(|plan| (plan.id, plan))
        .collect();
    let nothing = Done::default();
    let mut rows = Vec::new();
    for item in ground::rows(scope.conn, Kind::SERVICE_ITEM, "")? {
        let plan = item
            .read("plan")
            .and_then(|plan: RecordId| plans.get(&plan));
        let Some((plan, round)) = plan.and_then(|plan| Some((plan, round(&item, plan)?))) else {
            continue;
        };
        let done = done.get(&item.id).unwrap_or(&nothing);
        let standing = round.standing(done.last, on);
        let row = row(scope, (&item, plan), done, (&round, standing), on)?;
        rows.push((order(standing), row));
    }
    rows.sort_by_key(|(order, _)| *order);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// Late ones first, the latest of them first; then by the day on which they are due.
fn order(standing: Standing) -> (u8, i64) {
    match standing {
        Standing::Late(days) => (0, days.saturating_neg()),
        Standing::Due(due) => (1, due.start().0),
        Standing::Done => (2, 0),
    }
}

fn row(
    scope: &Scope<'_>,
    (item, plan): (&Row, &Row),
    done: &Done,
    (round, standing): (&Round, Standing),
    on: Day,
) -> Result<ReportRow> {
    let (state, due, late) = match standing {
        Standing::Late(days) => (word("late", "逾期", "Late"), Some(on.plus(-days)), days),
        Standing::Due(due) => (word("due", "待做", "Due"), Some(due), 0),
        Standing::Done => (word("done", "已完成", "Done"), None, 0),
    };
    let counted = done.days.iter().filter(|day| round.from <= **day).count();
    let counted = i64::try_from(counted).unwrap_or(i64::MAX);
    let title = |id: Option<RecordId>| {
        id.map_or_else(|| Ok(String::new()), |id| ground::title(scope.conn, id))
    };
    let (resident, who) = (plan.read("resident"), item.read("member"));
    let cells = Cells::default()
        .record_or(resident, &title(resident)?)
        .record(plan.id, &plan.title)
        .record(item.id, &item.title)
        .coded(text::coded_or("service_sort", item.text("sort")))
        .record_or(who, &title(who)?)
        .coded(state)
        .date(done.last)
        .date(due)
        .number(late)
        .share(counted, round.wanted(on))
        .text(&plan.area);
    Ok(cells.row())
}

fn prefill(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let about = scope.about.ok_or_else(|| unknown("record", ""))?;
    let items = ground::rows(scope.conn, Kind::SERVICE_ITEM, "")?;
    let item = items.iter().find(|item| item.id == about);
    let item = item.ok_or_else(|| unknown("record", &about.to_string()))?;
    let plans = ground::rows(scope.conn, Kind::SERVICE_PLAN, "")?;
    let plan: Option<RecordId> = item.read("plan");
    let plan = plans.iter().find(|row| Some(row.id) == plan);
    let resident = plan.map_or("", |plan| plan.text("resident"));
    let id = item.id.to_string();
    let of = [
        (Kind::SERVICE, "title", item.title.as_str()),
        (Kind::SERVICE, "sort", item.text("sort")),
        (Kind::SERVICE, "resident", resident),
        (Kind::SERVICE, "item", &id),
        (Kind::VISIT, "subject", item.title.as_str()),
        (Kind::VISIT, "sort", "care"),
        (Kind::VISIT, "resident", resident),
        (Kind::VISIT, "item", &id),
    ];
    let known = of.into_iter().filter(|(_, _, value)| !value.is_empty());
    let rows = known.map(|(kind, key, value)| {
        let (zh, en) =
            field::field_named(kind, key).map_or((key, key), |field| (field.zh, field.en));
        Cells::default()
            .coded(kind_coded(kind))
            .coded(word(key, zh, en))
            .text(value)
            .row()
    });
    Ok(rows.collect())
}
