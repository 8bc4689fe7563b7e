//! The default sets as rows in the columns of the kinds' fields.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use wangge_model::field;
use wangge_model::kind::Kind;
use wangge_rules::grids::norm;
use wangge_rules::table::parse_table;
use wangge_rules::{deadline, matrix, taxonomy};

/// The table that ships of a kind; nothing where none does.
fn table_of(kind: Kind) -> &'static str {
    match kind {
        Kind::CLASS => taxonomy::DEFAULT_SET,
        Kind::STANDARD => deadline::DEFAULT_STANDARDS,
        Kind::DUTY => matrix::DEFAULT_SET,
        Kind::DAY => deadline::DEFAULT_DAYS,
        Kind::NORM => norm::DEFAULT_SET,
        _ => "",
    }
}

static SHIPPED: LazyLock<BTreeMap<Kind, Vec<String>>> = LazyLock::new(|| {
    let kinds = super::KINDS.into_iter();
    kinds.map(|kind| (kind, rows(kind))).collect()
});

/// The rows that ship of a kind, each as the cells of a record would be.
pub(super) fn lines(kind: Kind) -> &'static [String] {
    SHIPPED.get(&kind).map_or(&[], Vec::as_slice)
}

fn rows(kind: Kind) -> Vec<String> {
    let (table, _) = parse_table(table_of(kind));
    let cell = |row: &wangge_rules::table::Row<'_>, key: &str| match (kind, key) {
        // The shipped norms name it shortly, and say `*` where the field is left empty.
        (Kind::NORM, "grid_sort") => row.text("sort").trim_matches('*').to_owned(),
        _ => row.text(key).to_owned(),
    };
    let line = |row| {
        let cells = field::fields(kind).iter().map(|field| cell(row, field.key));
        cells.collect::<Vec<_>>().join("\t")
    };
    table.rows.iter().map(line).collect()
}
