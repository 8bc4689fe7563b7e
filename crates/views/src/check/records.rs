//! Records, their values and links.

use rusqlite::{Connection, Row};
use wangge_model::field::{self, Form};
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};

use super::Scope;
use crate::error::{Doing, Result};
use crate::list::{area_range, record_text};
use crate::rows::FindingRow;
use crate::source;

const DOING: &str = "checking records";

/// Held commits that are told at most.
const HELD_MAX: u32 = 1_000;

pub(super) fn check(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let mut found = unreadable(scope)?;
    found.extend(invalid(scope)?);
    found.extend(links(scope)?);
    found.extend(conflicts(scope)?);
    found.extend(held(scope)?);
    Ok(found)
}

/// The rows of a statement about an area.
fn select<T>(
    scope: &Scope<'_>,
    sql: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let conn: &Connection = scope.conn;
    let (from, until) = area_range(scope.area)?;
    let mut statement = conn.prepare_cached(sql).doing(DOING)?;
    let rows = statement.query_map((from, until), read).doing(DOING)?;
    rows.collect::<rusqlite::Result<_>>().doing(DOING)
}

fn one(
    code: &str,
    hard: bool,
    zh: impl Into<String>,
    en: impl Into<String>,
    records: Vec<String>,
) -> FindingRow {
    FindingRow {
        code: code.to_owned(),
        hard,
        zh: zh.into(),
        en: en.into(),
        records,
    }
}

fn unreadable(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let sql = "SELECT record FROM view_problem WHERE area >= ?1 AND area < ?2";
    let records = select(scope, sql, |row| row.get::<_, [u8; 16]>(0))?;
    let found = records.iter().map(|record| {
        let records = vec![record_text(record)];
        one(
            "record.unreadable",
            true,
            "档案无法读取",
            "the record cannot be read",
            records,
        )
    });
    Ok(found.collect())
}

fn invalid(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let sql = "SELECT r.record, r.kind, x.facet, x.key FROM view_invalid x JOIN view_record r ON r.id = x.id \
               WHERE r.area >= ?1 AND r.area < ?2";
    let rows = select(scope, sql, |row| {
        let record: [u8; 16] = row.get(0)?;
        let (kind, facet): (u32, u32) = (row.get(1)?, row.get(2)?);
        Ok((record, kind, facet, row.get::<_, String>(3)?))
    })?;
    let mut found = Vec::new();
    for (record, kind, facet, key) in rows {
        let known = Kind::from_u32(kind)
            .zip(Facet::from_u32(facet))
            .and_then(|(kind, facet)| field::field(kind, facet, &key));
        let (Some(field), Ok(id)) = (known, RecordId::try_from(record.as_slice())) else {
            continue;
        };
        let content = source::content(scope.conn, id)?;
        let value = content
            .facets
            .get(&field.facet)
            .and_then(|fields| fields.value(&key));
        // Mended since the fold: nothing to tell.
        if let Some(Err(problem)) = value.map(|value| field.validate(value)) {
            let zh = format!("“{}”的值不合要求：{}", field.zh, problem.zh());
            let en = format!("{}: {problem}", field.en);
            found.push(one("field.invalid", true, zh, en, vec![id.to_string()]));
        }
    }
    Ok(found)
}

fn links(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    // A link's value is an id in text; what is no id at all is told as an invalid value.
    let sql = "SELECT r.record, r.kind, v.key, v.value, t.kind FROM view_record r CROSS JOIN view_value v ON v.id = r.id AND v.link = 1 \
               LEFT JOIN view_record t ON t.record = unhex(v.value, '-') WHERE r.area >= ?1 AND r.area < ?2";
    let rows = select(scope, sql, |row| {
        let record: [u8; 16] = row.get(0)?;
        let (kind, target): (u32, Option<u32>) = (row.get(1)?, row.get(4)?);
        Ok((
            record,
            kind,
            row.get::<_, String>(2)?,
            row.get::<_, String>(3)?,
            target,
        ))
    })?;
    let mut found = Vec::new();
    for (record, kind, key, link, target) in rows {
        let Some(field) = Kind::from_u32(kind).and_then(|kind| field::field_named(kind, &key))
        else {
            continue;
        };
        let Form::Link(kinds) = &field.form else {
            continue;
        };
        let records = vec![record_text(&record), link];
        match target.and_then(Kind::from_u32) {
            None => {
                let zh = format!("“{}”所指的档案不在本地", field.zh);
                let en = format!("{}: the record that it names is not here", field.en);
                found.push(one("link.missing", false, zh, en, records));
            }
            Some(target)
                if *kinds != "*" && !kinds.split(',').any(|kind| kind == target.word()) =>
            {
                let zh = format!("“{}”所指的档案种类不对", field.zh);
                let en = format!("{}: the record that it names is of another kind", field.en);
                found.push(one("link.kind", true, zh, en, records));
            }
            Some(_) => {}
        }
    }
    Ok(found)
}

fn conflicts(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let sql = "SELECT r.record, count(*) FROM view_conflict x JOIN view_record r ON r.id = x.id \
               WHERE r.area >= ?1 AND r.area < ?2 GROUP BY r.record";
    let rows = select(scope, sql, |row| {
        Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, u64>(1)?))
    })?;
    let found = rows.iter().map(|(record, fields)| {
        let zh = format!("{fields}个字段有多个值，待确认");
        let en = format!("{fields} fields have several values, and wait for a director");
        one("conflict.open", false, zh, en, vec![record_text(record)])
    });
    Ok(found.collect())
}

/// Commits that entered no record and that no director has answered.
fn held(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let (from, until) = area_range(scope.area)?;
    let (commits, _) = source::held(scope.conn, &from, &until, 0, HELD_MAX)?;
    let mut found = Vec::with_capacity(commits.len());
    for commit in commits {
        let (zh, en) = commit
            .reason
            .map_or(("", ""), |reason| (reason.zh(), reason.en()));
        let parts = source::parts(scope.conn, commit.number)?;
        let mut records: Vec<String> = parts.iter().map(|part| part.record.to_string()).collect();
        records.dedup();
        let zh = format!("有提交被搁置，待负责人处理：{zh}");
        let en = format!("a commit is held and waits for a director: {en}");
        found.push(one("commit.held", false, zh, en, records));
    }
    Ok(found)
}
