//! Over which records a campaign or plan goes: those of a kind and area of which conditions hold.

use rusqlite::Connection;
use wangge_model::field;
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};

use crate::error::{Result, ViewsError};
use crate::list;
use crate::rows::FieldFilter;
use crate::source;
use crate::values::Values;

/// A record over which a campaign or plan goes.
pub(crate) struct Target {
    pub(crate) id: RecordId,
    pub(crate) area: String,
    pub(crate) title: String,
}

/// The targets of a campaign or plan as far as they lie in an area: its own area and the asked one, whichever is narrower.
///
/// # Errors
/// [`ViewsError::Question`] where its kind or condition means nothing.
pub(crate) fn targets(conn: &Connection, of: RecordId, area: &str) -> Result<Vec<Target>> {
    let Some(head) = source::head(conn, of)? else {
        return Ok(Vec::new());
    };
    let own = head.area.as_str();
    let area = match (own.starts_with(area), area.starts_with(own)) {
        (true, _) => own,
        (_, true) => area,
        _ => return Ok(Vec::new()),
    };
    let (kind, conditions) = asked(conn, of)?;
    let found = list::matching(conn, kind, area, &conditions)?;
    let target = |(id, area, title)| Target { id, area, title };
    Ok(found.into_iter().map(target).collect())
}

/// Whether a campaign or plan says over what it goes.
///
/// # Errors
/// [`ViewsError::Question`] where its kind or condition means nothing.
pub(crate) fn mean(conn: &Connection, of: RecordId) -> Result<()> {
    let (kind, conditions) = asked(conn, of)?;
    list::mean(kind, &conditions)
}

/// The kind and conditions that a campaign or plan names.
fn asked(conn: &Connection, of: RecordId) -> Result<(Kind, Vec<FieldFilter>)> {
    let mut content = source::content(conn, of)?;
    content.facets.retain(|facet, _| *facet == Facet::Open);
    let values = Values(&content.facets);
    let kind = kind(values.text("target_kind"))?;
    Ok((kind, conditions(kind, values.text("target_filter"))))
}

/// The kind by its word or its Chinese name.
fn kind(text: &str) -> Result<Kind> {
    let text = text.trim();
    let named = |kind: &Kind| kind.info().is_some_and(|info| info.zh == text);
    let found = text.parse().ok().or_else(|| Kind::all().find(named));
    found.ok_or(ViewsError::Question {
        what: "target_kind",
        form: "a kind of record, as resident or 居民",
    })
}

/// The conditions, one a line or with semicolons between them: `field=value`, `field=from..until` (without until), `field=` (has none).
/// A field is named by its key or by its Chinese name.
fn conditions(kind: Kind, text: &str) -> Vec<FieldFilter> {
    let lines = text
        .split(['\n', ';', '；'])
        .map(str::trim)
        .filter(|line| !line.is_empty());
    lines.map(|line| condition(kind, line)).collect()
}

fn condition(kind: Kind, line: &str) -> FieldFilter {
    let (name, value) = line.split_once(['=', '＝']).unwrap_or((line, ""));
    let (name, value) = (name.trim(), value.trim());
    let named = field::fields(kind).iter().find(|field| field.zh == name);
    let filter = FieldFilter {
        key: named.map_or(name, |field| field.key).to_owned(),
        ..FieldFilter::default()
    };
    match value.split_once("..") {
        Some((from, until)) => FieldFilter {
            from: from.to_owned(),
            until: until.to_owned(),
            ..filter
        },
        None => FieldFilter {
            value: value.to_owned(),
            missing: value.is_empty(),
            ..filter
        },
    }
}
