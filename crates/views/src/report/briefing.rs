//! «My grid at a glance» (R33): what there is, who needs care, what waits. Made offline, one line a row.

use rusqlite::Params;
use wangge_model::kind::Kind;

use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result};
use crate::limits::STALE_DAYS;
use crate::list::area_range;
use crate::rows::CellForm::{Coded, Count, Text};
use crate::rows::{Coded as Word, ReportRow};
use crate::text::{self, word};

const DOING: &str = "briefing a grid";

pub(super) const SHEET: Sheet = Sheet {
    name: "briefing",
    label: ("网格概览", "My grid at a glance"),
    tells: (
        "本网格的人、户、房、组织、部件数,需要关注的人群,待办、今日到期、超期的事件,久未更新的档案",
        "the area's persons, households, dwellings, organisations and components, who needs care, which matters wait, are due today or overdue, which records are stale",
    ),
    about: None,
    columns: &[
        ("topic", "分组", "Topic", Coded),
        ("item", "项目", "Item", Coded),
        ("count", "数量", "Number", Count),
        ("note", "说明", "Note", Text),
    ],
    rows,
};

/// What is there.
const KINDS: [Kind; 8] = [
    Kind::RESIDENT,
    Kind::HOUSEHOLD,
    Kind::DWELLING,
    Kind::BUILDING,
    Kind::PLACE,
    Kind::COMPONENT,
    Kind::ORGANISATION,
    Kind::PARTY_ORG,
];

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let (from, until) = area_range(scope.area)?;
    let mut rows = Vec::new();
    let mut tell = |topic: Word, item: Word, count: i64, note: &str| {
        let cells = Cells::default().coded(topic).coded(item);
        rows.push(cells.number(count).text(note).row());
    };
    let stale_ms = scope.now.plus_days(-i64::from(STALE_DAYS)).0;
    let there = || word("there", "基础情况", "What is there");
    let stale = || word("stale", "待更新", "To be renewed");
    for kind in KINDS {
        let number = kind.to_u32();
        let name = word(&kind.word(), &kind.zh(), &kind.en());
        let of_kind =
            "SELECT count(*) FROM view_record r WHERE r.kind = ?1 AND r.area >= ?2 AND r.area < ?3";
        let all = count(scope, of_kind, (number, &from, &until))?;
        tell(there(), name.clone(), all, "");
        let old = format!("{of_kind} AND r.changed_ms < ?4");
        let old = count(scope, &old, (number, &from, &until, stale_ms))?;
        if old > 0 {
            let note = format!("{STALE_DAYS}天以上未更新");
            tell(stale(), name, old, &note);
        }
    }
    for (kind, key, list) in [
        (Kind::RESIDENT, "group", "special_group"),
        (Kind::RESIDENT, "lives_alone", ""),
        (Kind::RESIDENT, "left_behind", ""),
        (Kind::HOUSEHOLD, "hardship", "hardship"),
    ] {
        for (item, count) in split(scope, kind, key, list)? {
            tell(word("care", "重点关注", "Who needs care"), item, count, "");
        }
    }
    for (item, condition) in waiting(scope) {
        let sql = format!(
            "SELECT count(*) FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.closed = 0 AND r.area >= ?1 AND r.area < ?2 {condition}"
        );
        let many = count(scope, &sql, (&from, &until))?;
        tell(word("matters", "事件", "Matters"), item, many, "");
    }
    Ok(rows)
}

/// What of open matters is counted, and how.
fn waiting(scope: &Scope<'_>) -> [(Word, String); 5] {
    let now = scope.now.0;
    let today = scope.now.date();
    let (today, tomorrow) = (today.start().0, today.plus(1).start().0);
    [
        (word("open", "在办", "Open"), String::new()),
        (
            word("urgent", "急件", "Urgent"),
            "AND m.urgent = 1".to_owned(),
        ),
        (
            word("due_today", "今日到期", "Due today"),
            format!("AND m.due_ms >= {now} AND m.due_ms < {tomorrow}"),
        ),
        (
            word("overdue", "已超期", "Overdue"),
            format!("AND m.due_ms < {now}"),
        ),
        (
            word("new_today", "今日上报", "Reported today"),
            format!("AND m.reported_ms >= {today}"),
        ),
    ]
}

fn count(scope: &Scope<'_>, sql: &str, params: impl Params) -> Result<i64> {
    scope
        .conn
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row(params, |row| row.get(0)))
        .doing(DOING)
}

/// The records of a kind by what stands at a key; a truth counts where it is yes, and a text without a list as one item.
fn split(scope: &Scope<'_>, kind: Kind, key: &str, list: &str) -> Result<Vec<(Word, i64)>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT CASE WHEN ?5 THEN CAST(v.value AS TEXT) ELSE '' END AS said, count(*) \
             FROM view_value v JOIN view_record r ON r.id = v.id \
             WHERE v.kind = ?1 AND v.key = ?2 AND v.value NOT IN (0, '') AND r.area >= ?3 AND r.area < ?4 GROUP BY said ORDER BY said",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map((kind.to_u32(), key, from, until, !list.is_empty()), |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })
        .doing(DOING)?;
    rows.map(|row| {
        let (said, count) = row.doing(DOING)?;
        let item = if list.is_empty() {
            let field = wangge_model::field::field_named(kind, key);
            field.map_or_else(
                || word(key, key, key),
                |field| word(key, field.zh, field.en),
            )
        } else {
            text::coded_or(list, &said)
        };
        Ok((item, count))
    })
    .collect()
}
