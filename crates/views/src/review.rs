//! What waits for a director: fields in conflict and held commits.

use rusqlite::Connection;
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::reason::Reason;

use crate::detail;
use crate::error::{Doing, Result, ViewsError};
use crate::list::{area_range, page_limit};
use crate::rows::{ChangeRow, ConflictRow, HeldRow, Label, Page, ProblemRow, Query};
use crate::source::{self, CommitFacts};
use crate::text::{self, Reveal};

type Found = (RecordId, Kind, String, String, Facet, String);

/// A page of fields in conflict, by grid and record.
pub(crate) fn conflicts(
    conn: &Connection,
    query: &Query,
    reveal: Reveal,
) -> Result<Page<ConflictRow>> {
    let doing = "reading conflicts";
    let (from, until) = area_range(&query.area)?;
    let total = conn
        .prepare_cached("SELECT count(*) FROM view_conflict x JOIN view_record r ON r.id = x.id WHERE r.area >= ?1 AND r.area < ?2")
        .and_then(|mut statement| statement.query_row((&from, &until), |row| row.get(0)))
        .doing(doing)?;
    let limit = page_limit(query);
    let mut statement = conn
        .prepare_cached(
            "SELECT r.record, r.kind, r.area, r.title, x.facet, x.key FROM view_conflict x JOIN view_record r ON r.id = x.id \
             WHERE r.area >= ?1 AND r.area < ?2 ORDER BY r.area, r.record, x.facet, x.key LIMIT ?3 OFFSET ?4",
        )
        .doing(doing)?;
    let found = statement
        .query_map((&from, &until, limit, query.offset), |row| {
            Ok((
                row.get::<_, Vec<u8>>(0)?,
                row.get::<_, u32>(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get::<_, u32>(4)?,
                row.get(5)?,
            ))
        })
        .doing(doing)?;
    let mut rows = Vec::new();
    for row in found {
        let (record, kind, area, title, facet, key): (Vec<u8>, u32, String, String, u32, String) =
            row.doing(doing)?;
        let known = RecordId::try_from(record.as_slice())
            .ok()
            .zip(Kind::from_u32(kind))
            .zip(Facet::from_u32(facet));
        let ((record, kind), facet) = known.ok_or(ViewsError::Value {
            doing,
            what: "a conflict",
        })?;
        rows.extend(conflict(
            conn,
            (record, kind, area, title, facet, key),
            reveal,
        )?);
    }
    Ok(Page {
        rows,
        total,
        offset: query.offset,
        limit,
    })
}

/// The row of one conflict; `None` where it was settled since the fold.
fn conflict(
    conn: &Connection,
    (record, kind, area, title, facet, key): Found,
    reveal: Reveal,
) -> Result<Option<ConflictRow>> {
    let content = source::content(conn, record)?;
    let Some(fields) = content.facets.get(&facet) else {
        return Ok(None);
    };
    let writers = source::writers(conn, record, facet)?;
    // Masked the values would look alike, and who chooses must see what differs.
    let shown = (reveal, Reveal::Clear);
    let field = detail::field_row(conn, kind, (facet, &key), fields, &writers, shown)?;
    Ok(field
        .filter(|field| !field.candidates.is_empty())
        .map(|field| ConflictRow {
            record: record.to_string(),
            kind,
            area,
            title,
            since_ms: field
                .candidates
                .iter()
                .filter_map(|candidate| candidate.stated_ms)
                .max(),
            field,
        }))
}

/// A page of held commits that nobody has answered, the newest first.
pub(crate) fn held(conn: &Connection, query: &Query, reveal: Reveal) -> Result<Page<HeldRow>> {
    let (from, until) = area_range(&query.area)?;
    let limit = page_limit(query);
    let (found, total) = source::held(conn, &from, &until, query.offset, limit)?;
    let rows = found
        .into_iter()
        .map(|facts| held_row(conn, facts, reveal))
        .collect::<Result<_>>()?;
    Ok(Page {
        rows,
        total,
        offset: query.offset,
        limit,
    })
}

fn held_row(conn: &Connection, facts: CommitFacts, reveal: Reveal) -> Result<HeldRow> {
    let parts = source::parts(conn, facts.number)?;
    let mut records: Vec<String> = parts.iter().map(|part| part.record.to_string()).collect();
    records.dedup();
    let mut changes = detail::changes(parts.iter(), reveal);
    for change in &mut changes {
        change.current = current(conn, change, &parts, reveal)?;
    }
    Ok(HeldRow {
        commit: facts.id.to_string(),
        reason: facts.reason.unwrap_or(Reason::Malformed).into(),
        blocked_by: facts
            .blocked_by
            .map(|id| id.to_string())
            .unwrap_or_default(),
        act: facts.act,
        device: facts.device.to_string(),
        area: facts.area,
        records,
        stated_ms: facts.stated_ms,
        held_ms: facts.judged_ms.unwrap_or(facts.received_ms),
        changes,
        author: facts.author,
    })
}

/// What stands now in the field that a held commit would have changed.
fn current(
    conn: &Connection,
    change: &ChangeRow,
    parts: &[source::PartFacts],
    reveal: Reveal,
) -> Result<Option<Label>> {
    let Some(part) = parts
        .iter()
        .find(|part| part.record.to_string() == change.record && part.facet == change.facet)
    else {
        return Ok(None);
    };
    let content = match source::content(conn, part.record) {
        Ok(content) => content,
        // Named as a problem by the fold; here it only means that nothing can be shown beside.
        Err(ViewsError::Document { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let value = content
        .facets
        .get(&part.facet)
        .and_then(|fields| fields.value(&change.key));
    Ok(value.map(|value| text::show(part.kind, part.facet, &change.key, value, reveal).label))
}

/// A page of records that could not be folded.
pub(crate) fn problems(conn: &Connection, query: &Query) -> Result<Page<ProblemRow>> {
    let doing = "reading problems";
    let (from, until) = area_range(&query.area)?;
    let total = conn
        .prepare_cached("SELECT count(*) FROM view_problem WHERE area >= ?1 AND area < ?2")
        .and_then(|mut statement| statement.query_row((&from, &until), |row| row.get(0)))
        .doing(doing)?;
    let limit = page_limit(query);
    let mut statement = conn
        .prepare_cached("SELECT record, kind, area, text FROM view_problem WHERE area >= ?1 AND area < ?2 ORDER BY area, record LIMIT ?3 OFFSET ?4")
        .doing(doing)?;
    let rows = statement
        .query_map((&from, &until, limit, query.offset), |row| {
            let record: [u8; 16] = row.get(0)?;
            Ok(ProblemRow {
                record: RecordId::try_from(record.as_slice())
                    .map(|id| id.to_string())
                    .unwrap_or_default(),
                kind: Kind::from_u32(row.get(1)?),
                area: row.get(2)?,
                text: row.get(3)?,
            })
        })
        .doing(doing)?;
    Ok(Page {
        rows: rows.collect::<rusqlite::Result<_>>().doing(doing)?,
        total,
        offset: query.offset,
        limit,
    })
}
