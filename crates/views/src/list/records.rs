//! The ledger of any kind.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row};
use wangge_model::field::{self, Form};
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::value::Value as FieldValue;

use super::{Filter, clocks, common, common_columns, order};
use crate::error::{Doing, Result, ViewsError};
use crate::rows::{CellRow, FieldFilter, Label, LinkRow, Page, Query, RecordName, RecordRow};
use crate::source;
use crate::stage;
use crate::text::{self, Reveal};

const FROM: &str = "view_record r LEFT JOIN view_matter m ON m.id = r.id";
const MATTERS: &str = "view_record r JOIN view_matter m ON m.id = r.id";
const DOING: &str = "reading a ledger";

fn columns() -> String {
    format!(
        "{}, r.id, r.kind, m.stage, m.closed, m.stage_since_ms, m.holder, {}",
        common_columns(),
        clocks::COLUMNS
    )
}

/// A page of the records of a kind.
pub(crate) fn records(
    conn: &Connection,
    kind: Kind,
    query: &Query,
    reveal: Reveal,
) -> Result<Page<RecordRow>> {
    let mut filter = Filter::new(kind, query)?;
    filter.of_matters(query)?;
    for asked in &query.filters {
        push_field(&mut filter, kind, asked)?;
    }
    // Only matters have a row of their own: joined from the left it would be read for every record of the ledger.
    let matters = kind == Kind::MATTER;
    let from = if matters { MATTERS } else { FROM };
    let order = order(query, "r.area, r.title, r.record", matters);
    let now_ms = query.now_ms;
    let page = filter.page(conn, query, (&columns(), from, order), |row| {
        read(row, now_ms)
    })?;
    let mut rows = Vec::with_capacity(page.rows.len());
    for (id, row) in page.rows {
        rows.push(with_cells(conn, id, row, reveal)?);
    }
    Ok(Page {
        rows,
        total: page.total,
        offset: page.offset,
        limit: page.limit,
    })
}

/// One record of any kind.
pub(crate) fn record_row(
    conn: &Connection,
    record: RecordId,
    reveal: Reveal,
) -> Result<Option<RecordRow>> {
    let found = conn
        .prepare_cached(&format!(
            "SELECT {} FROM {FROM} LEFT JOIN granted g ON g.statement = r.changed_grant WHERE r.record = ?1",
            columns()
        ))
        .and_then(|mut statement| {
            statement
                .query_row([record.as_bytes()], |row| read(row, None))
                .optional()
        })
        .doing(DOING)?;
    found
        .map(|(id, row)| with_cells(conn, id, row, reveal))
        .transpose()
}

/// The filter of a kind's records in an area of which all conditions hold.
fn conditioned(kind: Kind, area: &str, conditions: &[FieldFilter]) -> Result<Filter> {
    let query = Query {
        area: area.to_owned(),
        ..Query::default()
    };
    let mut filter = Filter::new(kind, &query)?;
    for asked in conditions {
        push_field(&mut filter, kind, asked)?;
    }
    Ok(filter)
}

/// Whether conditions mean something for records of a kind.
///
/// # Errors
/// [`ViewsError::Question`] where one does not.
pub(crate) fn mean(kind: Kind, conditions: &[FieldFilter]) -> Result<()> {
    conditioned(kind, "", conditions).map(|_| ())
}

/// The records of a kind in an area of which all conditions hold, in the order of areas and ids: record, area and title.
pub(crate) fn matching(
    conn: &Connection,
    kind: Kind,
    area: &str,
    conditions: &[FieldFilter],
) -> Result<Vec<(RecordId, String, String)>> {
    let filter = conditioned(kind, area, conditions)?;
    let sql = format!(
        "SELECT r.record, r.area, r.title FROM view_record r WHERE {} ORDER BY r.area, r.record",
        filter.conditions.join(" AND ")
    );
    let mut statement = super::ask(conn, &sql).doing(DOING)?;
    let rows = statement
        .query_map(rusqlite::params_from_iter(&filter.params), |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?, row.get(2)?))
        })
        .doing(DOING)?;
    rows.map(|row| {
        let (record, area, title) = row.doing(DOING)?;
        let id = source::record_id(&record, DOING)?;
        Ok((id, area, title))
    })
    .collect()
}

/// A condition on a field: the value itself, or the ends between which it lies.
fn push_field(filter: &mut Filter, kind: Kind, asked: &FieldFilter) -> Result<()> {
    let unknown = || ViewsError::Question {
        what: "filter",
        form: "a field of the kind that lists can be filtered by, and a value that it takes",
    };
    let field = field::field_named(kind, &asked.key)
        .filter(|field| field.marks.filter || field.marks.listed)
        .ok_or_else(unknown)?;
    let parse = |typed: &str| field.parse(typed).map(sql_value).map_err(|_| unknown());
    let mut conditions = vec!["kind = ?", "key = ?"];
    let mut params: Vec<rusqlite::types::Value> =
        vec![i64::from(kind.to_u32()).into(), field.key.to_owned().into()];
    for (condition, typed) in [
        ("value = ?", &asked.value),
        ("value >= ?", &asked.from),
        ("value < ?", &asked.until),
    ] {
        if !typed.is_empty() {
            conditions.push(condition);
            params.push(parse(typed)?);
        }
    }
    let inside = conditions.join(" AND ");
    let not = if asked.missing { "NOT " } else { "" };
    filter.push_all(
        &format!("r.id {not}IN (SELECT id FROM view_value WHERE {inside})"),
        params,
    );
    Ok(())
}

/// A field's value as it stands in `view_value`.
pub(crate) fn sql_value(value: FieldValue) -> rusqlite::types::Value {
    match value {
        FieldValue::Text(text) => text.into(),
        FieldValue::Int(number) => number.into(),
        FieldValue::Bool(truth) => i64::from(truth).into(),
    }
}

fn read(row: &Row<'_>, now_ms: Option<i64>) -> rusqlite::Result<(i64, RecordRow)> {
    let common = common(row)?;
    let stage: Option<String> = row.get(14)?;
    let closed: Option<bool> = row.get(15)?;
    let clock = stage.is_some().then(|| clocks::clock(row, 18, now_ms));
    Ok((
        row.get(12)?,
        RecordRow {
            record: common.record,
            kind: Kind::from_u32(row.get(13)?).unwrap_or(Kind::RESIDENT),
            area: common.area,
            title: common.title,
            cells: Vec::new(),
            stage: stage.as_deref().map(stage::coded),
            closed: closed.unwrap_or(false),
            stage_since_ms: row.get(16)?,
            holder: row.get::<_, Option<String>>(17)?.unwrap_or_default(),
            clock: clock.transpose()?,
            facets: common.facets,
            conflicts: common.conflicts,
            parallel: common.parallel,
            held: common.held,
            changed_ms: common.changed_ms,
            changed_by: common.changed_by,
        },
    ))
}

/// Adds what the list shows of the fields, in the order of forms.
fn with_cells(conn: &Connection, id: i64, mut row: RecordRow, reveal: Reveal) -> Result<RecordRow> {
    let mut values: HashMap<String, rusqlite::types::Value> = conn
        .prepare_cached("SELECT key, value FROM view_value WHERE id = ?1")
        .and_then(|mut statement| {
            statement
                .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .doing(DOING)?;
    for field in field::fields(row.kind)
        .iter()
        .filter(|field| field.marks.listed)
    {
        let Some(value) = values.remove(field.key) else {
            continue;
        };
        let value = field_value(field.form, value);
        let mut shown = text::show(row.kind, field.facet, field.key, &value, reveal);
        if let Form::Link(_) = field.form {
            shown.label = title_of(conn, &shown.value)?.map_or(shown.label, Label::same);
        }
        row.cells.push(CellRow {
            key: field.key.to_owned(),
            label: Label::new(field.zh, field.en),
            value: shown.value,
            shown: shown.label,
        });
    }
    Ok(row)
}

fn field_value(form: Form, value: rusqlite::types::Value) -> FieldValue {
    match (form, value) {
        (Form::Bool, rusqlite::types::Value::Integer(truth)) => FieldValue::Bool(truth != 0),
        (_, rusqlite::types::Value::Integer(number)) => FieldValue::Int(number),
        (_, rusqlite::types::Value::Text(text)) => FieldValue::Text(text),
        // Nothing else is written.
        _ => FieldValue::Text(String::new()),
    }
}

/// The records whose ids end with these digits, at most ten.
pub(crate) fn ending(conn: &Connection, tail: &str) -> Result<Vec<String>> {
    let digits: String = tail.chars().filter(|c| *c != '-').collect();
    if digits.len() < 4 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(Vec::new());
    }
    let mut statement = conn
        .prepare_cached("SELECT record FROM view_record WHERE hex(record) LIKE '%' || ?1 LIMIT 10")
        .doing(DOING)?;
    let rows = statement
        .query_map([digits], |row| row.get::<_, [u8; 16]>(0))
        .doing(DOING)?;
    rows.map(|row| {
        RecordId::try_from(row.doing(DOING)?.as_slice())
            .map(|record| record.to_string())
            .map_err(|_| ViewsError::Value {
                doing: DOING,
                what: "record",
            })
    })
    .collect()
}

/// What people call the record with this id, where it is held here.
pub(crate) fn title_of(conn: &Connection, record: &str) -> Result<Option<String>> {
    let Ok(record) = record.parse::<RecordId>() else {
        return Ok(None);
    };
    conn.prepare_cached("SELECT title FROM view_record WHERE record = ?1 AND title <> ''")
        .and_then(|mut statement| {
            statement
                .query_row([record.as_bytes()], |row| row.get(0))
                .optional()
        })
        .doing(DOING)
}

/// What these records are called, where they are held here.
pub(crate) fn names(conn: &Connection, records: &[String]) -> Result<Vec<RecordName>> {
    let mut statement = conn
        .prepare_cached("SELECT kind, area, title FROM view_record WHERE record = ?1")
        .doing(DOING)?;
    let mut names = Vec::with_capacity(records.len());
    for id in records {
        let Ok(record) = id.parse::<RecordId>() else {
            continue;
        };
        let found: Option<(u8, String, String)> = statement
            .query_row([record.as_bytes()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()
            .doing(DOING)?;
        if let Some((kind, area, title)) = found
            && let Some(kind) = Kind::from_u32(kind.into())
        {
            names.push(RecordName {
                record: id.clone(),
                kind,
                area,
                title,
            });
        }
    }
    Ok(names)
}

/// The records that name this one, by kind, field and title; at most `rows_max`.
pub(crate) fn links_to(conn: &Connection, record: RecordId, rows_max: u32) -> Result<Vec<LinkRow>> {
    let mut statement = conn
        .prepare_cached(
            "SELECT r.record, r.kind, v.key, r.area, r.title FROM view_value v JOIN view_record r ON r.id = v.id \
             WHERE v.link = 1 AND v.value = ?1 ORDER BY r.kind, v.key, r.title, r.record LIMIT ?2",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map((record.to_string(), rows_max), |row| {
            let id: [u8; 16] = row.get(0)?;
            Ok((
                id,
                row.get(1)?,
                row.get::<_, String>(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        })
        .doing(DOING)?;
    rows.map(|row| {
        let (id, kind, key, area, title) = row.doing(DOING)?;
        let value = |what| ViewsError::Value { doing: DOING, what };
        let kind = Kind::from_u32(kind).ok_or_else(|| value("kind"))?;
        Ok(LinkRow {
            record: RecordId::try_from(id.as_slice())
                .map_err(|_| value("record"))?
                .to_string(),
            kind,
            label: field::field_named(kind, &key)
                .map_or_else(|| Label::same(&key), |field| Label::new(field.zh, field.en)),
            key,
            area,
            title,
        })
    })
    .collect()
}
