//! Case families: matters that are dealt with in one of them, and those that come back at one component, organisation or place (R69, R90).

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::Ms;
use wangge_rules::matter::family;

use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result};
use crate::list::{self, area_range};
use crate::rows::CellForm::{Coded, Count, Date, Record, Text};
use crate::rows::{self, ReportRow};
use crate::source;

const DOING: &str = "reading case families";

pub(super) const SHEET: Sheet = Sheet {
    name: "families",
    label: ("案件家族与反复发生", "Case families"),
    tells: (
        "并案办理的事件,以及期内在同一部件、单位或地点反复上报的事件:件数、未办结、重新办理次数、诉求人数、成因",
        "matters dealt with in one, and matters of the period that come back at one component, organisation or place: how many, open, opened again, people behind them, cause",
    ),
    about: None,
    columns: &[
        ("sort", "家族", "Sort", Coded),
        ("head", "牵头事件", "Leading matter", Record),
        ("at", "何处", "Where", Text),
        ("matters", "件数", "Matters", Count),
        ("open", "未办结", "Open", Count),
        ("reopened", "重新办理", "Opened again", Count),
        ("people", "诉求人数", "People", Count),
        ("latest", "最近上报", "Latest", Date),
        ("cause", "成因", "Cause", Text),
    ],
    rows,
};

/// A matter as its row has it.
struct Told {
    id: RecordId,
    title: String,
    merged_into: Option<RecordId>,
    closed: bool,
    reopens: i64,
    supporters: i64,
    cause: String,
    reported_ms: i64,
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut rows = merged(scope)?;
    for (key, zh, en) in [
        ("component", "同一部件", "One component"),
        ("organisation", "同一单位", "One organisation"),
        ("place", "同一地点", "One place"),
    ] {
        rows.extend(returning(scope, key, (zh, en))?);
    }
    Ok(rows)
}

/// The families of merged matters, whenever they were reported: the rule says who leads.
fn merged(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut all: BTreeMap<RecordId, Told> = BTreeMap::new();
    let (from, until) = area_range(scope.area)?;
    let merged = told(
        scope.conn,
        "m.merged_into <> '' AND r.area >= ?1 AND r.area < ?2",
        (from, until),
    )?;
    let into: BTreeMap<RecordId, RecordId> = merged
        .iter()
        .filter_map(|told| Some((told.id, told.merged_into?)))
        .collect();
    all.extend(merged.into_iter().map(|told| (told.id, told)));
    let mut families: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
    for (matter, lead) in family::leads(&into) {
        let members = families.entry(lead).or_insert_with(|| vec![lead]);
        if matter != lead {
            members.push(matter);
        }
        if let std::collections::btree_map::Entry::Vacant(vacant) = all.entry(lead) {
            let found = told(
                scope.conn,
                "r.record = ?1 AND ?2 = ''",
                (lead.as_bytes(), ""),
            )?;
            if let Some(found) = found.into_iter().next() {
                vacant.insert(found);
            }
        }
    }
    let coded = rows::Coded {
        code: "merged".to_owned(),
        zh: "并案".to_owned(),
        en: "Merged".to_owned(),
    };
    let row = |(lead, members): (RecordId, Vec<RecordId>)| {
        let members: Vec<&Told> = members.iter().filter_map(|id| all.get(id)).collect();
        family_row(coded.clone(), lead, "", &members)
    };
    Ok(families.into_iter().map(row).collect())
}

/// The matters of the period that name the same thing or place, where there are several; the one reported first leads.
fn returning(
    scope: &Scope<'_>,
    key: &'static str,
    (zh, en): (&str, &str),
) -> Result<Vec<ReportRow>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT v.value, r.record FROM view_value v JOIN view_record r ON r.id = v.id JOIN view_matter m ON m.id = v.id \
             WHERE v.kind = ?1 AND v.key = ?2 AND m.merged_into = '' AND r.area >= ?3 AND r.area < ?4 \
             AND m.reported_ms >= ?5 AND m.reported_ms < ?6 ORDER BY v.value, m.reported_ms, r.record",
        )
        .doing(DOING)?;
    let found = statement
        .query_map(
            (
                Kind::MATTER.to_u32(),
                key,
                from,
                until,
                scope.from.start().0,
                scope.until.start().0,
            ),
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?)),
        )
        .doing(DOING)?;
    let mut groups: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for row in found {
        let (value, record) = row.doing(DOING)?;
        groups.entry(value).or_default().push(record);
    }
    groups.retain(|value, records| !value.is_empty() && records.len() > 1);
    let mut rows = Vec::new();
    for (value, records) in groups {
        let mut members = Vec::new();
        for record in records {
            members.extend(told(scope.conn, "r.record = ?1 AND ?2 = ''", (record, ""))?);
        }
        let at = list::title_of(scope.conn, &value)?.unwrap_or(value);
        let coded = rows::Coded {
            code: key.to_owned(),
            zh: zh.to_owned(),
            en: en.to_owned(),
        };
        if let Some(first) = members.first() {
            let lead = first.id;
            rows.push(family_row(
                coded,
                lead,
                &at,
                &members.iter().collect::<Vec<_>>(),
            ));
        }
    }
    Ok(rows)
}

fn family_row(sort: rows::Coded, lead: RecordId, at: &str, members: &[&Told]) -> ReportRow {
    let head = members.iter().find(|told| told.id == lead);
    let sum = |of: fn(&Told) -> i64| {
        members
            .iter()
            .map(|told| of(told))
            .fold(0, i64::saturating_add)
    };
    let latest = members.iter().map(|told| told.reported_ms).max();
    let mut causes: Vec<&str> = members
        .iter()
        .map(|told| told.cause.as_str())
        .filter(|cause| !cause.is_empty())
        .collect();
    causes.sort_unstable();
    causes.dedup();
    Cells::default()
        .coded(sort)
        .record(lead, head.map_or("", |told| &told.title))
        .text(at)
        .number(i64::try_from(members.len()).unwrap_or(i64::MAX))
        .number(sum(|told| i64::from(!told.closed)))
        .number(sum(|told| told.reopens))
        .number(sum(|told| told.supporters.saturating_add(1)))
        .date(latest.map(|ms| Ms(ms).date()))
        .text(causes.join("；"))
        .row()
}

fn told(conn: &Connection, which: &str, args: impl rusqlite::Params) -> Result<Vec<Told>> {
    let mut statement = conn
        .prepare_cached(&format!(
            "SELECT r.record, r.title, m.merged_into, m.closed, m.reopens, m.supporters, m.cause, coalesce(m.reported_ms, 0) \
             FROM view_matter m JOIN view_record r ON r.id = m.id WHERE {which}"
        ))
        .doing(DOING)?;
    let rows = statement
        .query_map(args, |row| {
            let id: [u8; 16] = row.get(0)?;
            Ok((
                id,
                Told {
                    id: RecordId::mint(0, [0; 10]),
                    title: row.get(1)?,
                    merged_into: row.get::<_, String>(2)?.parse().ok(),
                    closed: row.get(3)?,
                    reopens: row.get(4)?,
                    supporters: row.get(5)?,
                    cause: row.get(6)?,
                    reported_ms: row.get(7)?,
                },
            ))
        })
        .doing(DOING)?;
    rows.map(|row| {
        let (id, told) = row.doing(DOING)?;
        let id = source::record_id(&id, DOING)?;
        Ok(Told { id, ..told })
    })
    .collect()
}
