//! Lists: ledgers of every kind, searched, filtered, in a stable order, by the page.

mod clocks;
mod matters;
mod records;

use rusqlite::types::Value;
use rusqlite::{Connection, Row};
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};

use crate::error::{Doing, Result, ViewsError};
use crate::limits;
use crate::rows::{Order, Page, Person, Query};
use crate::search;
use crate::source::{self, state};

pub(crate) use clocks::{ageing, escalations};
pub use matters::Classified;
pub(crate) use matters::classified;
pub(crate) use records::{
    ending, links_to, matching, mean, names, record_row, records, sql_value, title_of,
};

/// What rows of every kind have, from the columns of [`common_columns`].
struct Common {
    record: String,
    area: String,
    title: String,
    facets: Vec<Facet>,
    conflicts: u32,
    parallel: bool,
    held: u32,
    changed_ms: i64,
    changed_by: Option<Person>,
}

/// The columns 0 to 11 of a list.
fn common_columns() -> String {
    format!(
        "r.record, r.area, r.title, r.facets, r.conflicts, r.parallel, r.changed_ms, r.changed_by, g.name, g.role, g.area, \
         (SELECT count(DISTINCT p.commit_number) FROM part p JOIN commits c ON c.number = p.commit_number \
          WHERE p.record = r.record AND c.state IN ({}, {}))",
        state::HELD,
        state::PAUSED
    )
}

fn common(row: &Row<'_>) -> rusqlite::Result<Common> {
    let record: [u8; 16] = row.get(0)?;
    let facets: u32 = row.get(3)?;
    Ok(Common {
        record: record_text(&record),
        area: row.get(1)?,
        title: row.get(2)?,
        facets: Facet::ALL
            .iter()
            .copied()
            .filter(|facet| facets & (1 << facet.to_u32()) != 0)
            .collect(),
        conflicts: row.get(4)?,
        parallel: row.get(5)?,
        changed_ms: row.get(6)?,
        changed_by: source::person(row.get(7)?, row.get(8)?, row.get(9)?, row.get(10)?),
        held: row.get(11)?,
    })
}

/// A record's id as text.
pub(crate) fn record_text(record: &[u8; 16]) -> String {
    RecordId::try_from(record.as_slice())
        .map(|id| id.to_string())
        .unwrap_or_default()
}

/// The rows of an area stand from this code up to, and without, the other.
pub(crate) fn area_range(area: &str) -> Result<(String, String)> {
    let digits = area.len() <= 15 && area.bytes().all(|b| b.is_ascii_digit());
    if !digits {
        return Err(ViewsError::Question {
            what: "area",
            form: "a code of at most 15 digits",
        });
    }
    // ':' follows '9'.
    Ok((area.to_owned(), format!("{area}:")))
}

/// How many rows a page has.
pub(crate) fn page_limit(query: &Query) -> u32 {
    match query.limit {
        0 => limits::PAGE_ROWS_DEFAULT,
        asked => asked.min(limits::PAGE_ROWS_MAX),
    }
}

#[cfg(test)]
thread_local! {
    /// The statements that lists and figures have asked in this test.
    pub(crate) static ASKED: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// A statement of a list or figure.
pub(crate) fn ask<'c>(
    conn: &'c Connection,
    sql: &str,
) -> rusqlite::Result<rusqlite::CachedStatement<'c>> {
    #[cfg(test)]
    ASKED.with_borrow_mut(|asked| asked.push(sql.to_owned()));
    conn.prepare_cached(sql)
}

/// Whose id number it is.
const HOLDER: &str =
    "r.id IN (SELECT id FROM view_resident WHERE id_number = ? AND id_number <> '')";

/// The conditions of a list and their parameters.
struct Filter {
    conditions: Vec<String>,
    params: Vec<Value>,
}

impl Filter {
    /// What every list filters by.
    fn new(kind: Kind, query: &Query) -> Result<Self> {
        let mut filter = Self {
            conditions: Vec::new(),
            params: Vec::new(),
        };
        filter.push("r.kind = ?", [i64::from(kind.to_u32()).into()]);
        if !query.area.is_empty() {
            let (from, until) = area_range(&query.area)?;
            filter.push("r.area >= ? AND r.area < ?", [from.into(), until.into()]);
        }
        if let Some(before) = query.changed_before_ms {
            filter.push("r.changed_ms < ?", [before.into()]);
        }
        if query.conflicts_only {
            filter.push("r.conflicts > 0", []);
        }
        match search::id_number(&query.text) {
            Some(number) if kind == Kind::RESIDENT => filter.push(HOLDER, [number.into()]),
            _ => {
                if let Some(expression) = search::match_expression(&query.text) {
                    filter.push(
                        "r.id IN (SELECT rowid FROM view_text WHERE view_text MATCH ?)",
                        [expression.into()],
                    );
                }
            }
        }
        Ok(filter)
    }

    fn push<const N: usize>(&mut self, condition: &str, params: [Value; N]) {
        self.push_all(condition, params);
    }

    fn push_all(&mut self, condition: &str, params: impl IntoIterator<Item = Value>) {
        self.conditions.push(condition.to_owned());
        self.params.extend(params);
    }

    /// What only matters have.
    fn of_matters(&mut self, query: &Query) -> Result<()> {
        if !query.stage.is_empty() {
            self.push("m.stage = ?", [query.stage.clone().into()]);
        }
        if let Some(closed) = query.closed {
            self.push("m.closed = ?", [i64::from(closed).into()]);
        }
        if let Some(overdue) = query.overdue {
            let now = query.now_ms.ok_or(ViewsError::Question {
                what: "overdue",
                form: "asked together with what time it is",
            })?;
            // What is done at the due instant is in time.
            let condition = if overdue {
                "m.due_ms < ?"
            } else {
                "(m.due_ms >= ? OR m.due_ms IS NULL)"
            };
            self.push(condition, [now.into()]);
        }
        if let Some(before) = query.due_before_ms {
            self.push("m.due_ms <= ?", [before.into()]);
        }
        Ok(())
    }

    /// Reads a page: `columns` of `from`, in `order`.
    fn page<T>(
        self,
        conn: &Connection,
        query: &Query,
        (columns, from, order): (&str, &str, &str),
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Page<T>> {
        let doing = "reading a list";
        let filter = self.conditions.join(" AND ");
        let total = ask(conn, &format!("SELECT count(*) FROM {from} WHERE {filter}"))
            .and_then(|mut statement| {
                statement.query_row(rusqlite::params_from_iter(&self.params), |row| row.get(0))
            })
            .doing(doing)?;
        let limit = page_limit(query);
        let mut params = self.params;
        params.push(i64::from(limit).into());
        params.push(i64::try_from(query.offset).unwrap_or(i64::MAX).into());
        let mut statement = ask(conn, &format!(
                "SELECT {columns} FROM {from} LEFT JOIN granted g ON g.statement = r.changed_grant WHERE {filter} ORDER BY {order} LIMIT ? OFFSET ?"
            ))
            .doing(doing)?;
        let rows = statement
            .query_map(rusqlite::params_from_iter(&params), read)
            .doing(doing)?;
        Ok(Page {
            rows: rows.collect::<rusqlite::Result<_>>().doing(doing)?,
            total,
            offset: query.offset,
            limit,
        })
    }
}

/// The order of a list; `dues` are the orders by due and report instants, where its rows have any.
fn order(query: &Query, register: &'static str, dues: bool) -> &'static str {
    match query.order {
        Order::Due if dues => "m.due_ms NULLS LAST, r.record",
        Order::Oldest if dues => "m.reported_ms NULLS LAST, r.record",
        Order::Newest | Order::Due | Order::Oldest => "r.changed_hlc DESC, r.record DESC",
        Order::Register => register,
    }
}
