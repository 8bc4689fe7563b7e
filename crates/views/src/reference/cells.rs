//! A record of reference data as a line of a table.

use std::collections::BTreeMap;

use wangge_model::doc::Fields;
use wangge_model::field;
use wangge_model::kind::{Facet, Kind};
use wangge_rules::validity::Validity;

/// The values of a record in the order of its kind's fields, between tabs.
pub(crate) fn cells(kind: Kind, facets: &BTreeMap<Facet, Fields>) -> String {
    let values = field::fields(kind).iter().map(|field| {
        let value = facets
            .get(&field.facet)
            .and_then(|fields| fields.value(field.key));
        value.map_or_else(String::new, |value| one_line(&value.to_string()))
    });
    values.collect::<Vec<_>>().join("\t")
}

/// A list with an item a line becomes one between `；`, which is how tables write it.
fn one_line(text: &str) -> String {
    text.lines()
        .map(|line| line.replace('\t', " "))
        .collect::<Vec<_>>()
        .join("；")
}

/// The first line of a kind's table.
pub(super) fn head(kind: Kind) -> String {
    let keys = field::fields(kind).iter().map(|field| field.key);
    keys.collect::<Vec<_>>().join("\t")
}

/// The cell under a key.
pub(super) fn cell<'a>(kind: Kind, cells: &'a str, key: &str) -> &'a str {
    field::fields(kind)
        .iter()
        .zip(cells.split('\t'))
        .find(|(field, _)| field.key == key)
        .map_or("", |(_, cell)| cell)
}

/// What one row says something about: the nearest area that does is heard alone.
pub(super) fn key(kind: Kind, cells: &str) -> Vec<&str> {
    let keys: &[&str] = match kind {
        Kind::STANDARD => match cell(kind, cells, "measure") {
            "" => &["class", "stage", "measure", "condition"],
            _ => &["class", "stage", "measure"],
        },
        Kind::DUTY => &["class", "area", "level", "part", "fallback"],
        Kind::DAY => &["date"],
        Kind::NORM => &["grid_sort", "measure"],
        _ => &["code"],
    };
    keys.iter().map(|key| cell(kind, cells, key)).collect()
}

/// What tells a row apart from the others of its kind in one area: the fields that imports find records by.
pub(super) fn identity(kind: Kind, cells: &str) -> Vec<&str> {
    let named = field::fields(kind)
        .iter()
        .filter(|field| field.marks.key || field.marks.unique);
    named.map(|field| cell(kind, cells, field.key)).collect()
}

/// When a row holds.
pub(super) fn validity(kind: Kind, cells: &str) -> Validity {
    Validity {
        from: cell(kind, cells, "valid_from").parse().ok(),
        until: cell(kind, cells, "valid_until").parse().ok(),
    }
}
