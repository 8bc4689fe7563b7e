//! Forms ask only what is missing or stale (R40e): what is known of a home already, by whom and when.

use wangge_model::field;
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::time::Ms;

use super::reading::{day_of, kind_coded};
use super::{Cells, Scope, Sheet};
use crate::detail;
use crate::error::Result;
use crate::ground;
use crate::limits::STALE_DAYS;
use crate::rows::CellForm::{Coded, Date, Record, Text};
use crate::rows::{FieldRow, ReportRow};
use crate::text::{Reveal, named, word};

pub(super) const HOUSEHOLD: Sheet = Sheet {
    name: "prefill",
    label: ("入户预填", "Known of a household"),
    about: Some(Kind::HOUSEHOLD),
    ..DWELLING
};

pub(super) const DWELLING: Sheet = Sheet {
    name: "prefill_dwelling",
    label: ("房屋预填", "Known of a dwelling"),
    tells: (
        "这一户或这处房屋及其中居民:哪些字段缺失或超过180天未核实而需询问,哪些已有、由谁于何日填写",
        "of the home and who lives there: which fields to ask, because nothing or nothing fresh is known, and which are known, by whom and when",
    ),
    about: Some(Kind::DWELLING),
    columns: &[
        ("ask", "询问", "Ask", Coded),
        ("kind", "档案种类", "Kind", Coded),
        ("record", "档案", "Record", Record),
        ("field", "字段", "Field", Coded),
        ("value", "现有内容", "What is known", Text),
        ("by", "填写人", "By whom", Text),
        ("on", "填写日期", "On", Date),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let Some(about) = scope.about else {
        return Ok(Vec::new());
    };
    let mut asked = Vec::new();
    let mut known = Vec::new();
    for (id, kind) in subjects(scope, about)? {
        let shown = detail::record(scope.conn, &id.to_string(), Reveal::Masked)?;
        for field in field::fields(kind).iter().filter(|field| askable(field)) {
            let stands = shown
                .fields
                .iter()
                .find(|row| row.facet == field.facet && row.key == field.key);
            let (ask, state) = judge(scope, stands);
            let cells = Cells::default()
                .coded(named(state))
                .coded(kind_coded(kind))
                .record(id, &shown.row.title)
                .coded(word(field.key, field.zh, field.en))
                .text(stands.map_or("", |row| row.shown.zh.as_str()))
                .text(author(stands))
                .date(day_of(stands.and_then(|row| row.stated_ms).map(Ms)));
            if ask {
                asked.push(cells.row());
            } else {
                known.push(cells.row());
            }
        }
    }
    asked.extend(known);
    Ok(asked)
}

/// Who said so.
fn author(stands: Option<&FieldRow>) -> &str {
    let person = stands.and_then(|row| row.author.as_ref());
    person.map_or("", |person| person.name.as_str())
}

fn judge(
    scope: &Scope<'_>,
    stands: Option<&FieldRow>,
) -> (bool, (&'static str, &'static str, &'static str)) {
    let stale = |row: &FieldRow| {
        let stated = row.stated_ms.map_or(Ms(0), Ms);
        stated.plus_days(STALE_DAYS.into()) < scope.now
    };
    match stands {
        None => (true, ("missing", "缺失", "Missing")),
        Some(row) if !row.candidates.is_empty() => (true, ("conflict", "不一致", "Disputed")),
        Some(row) if stale(row) => (true, ("stale", "待核实", "Stale")),
        Some(_) => (false, ("known", "已有", "Known")),
    }
}

/// Whether a form at the door asks for the field: not what the office finds, and not who is who.
fn askable(field: &field::Field) -> bool {
    field.facet != Facet::Special && !matches!(field.key, "same_as" | "note" | "moved_out")
}

/// The home itself and who lives there; of a household, its dwelling as well.
fn subjects(scope: &Scope<'_>, about: RecordId) -> Result<Vec<(RecordId, Kind)>> {
    let shown = detail::record(scope.conn, &about.to_string(), Reveal::Masked)?;
    let kind = shown.row.kind;
    let mut subjects = vec![(about, kind)];
    let dwelling = shown.fields.iter().find(|field| field.key == "dwelling");
    if let Some(dwelling) = dwelling.and_then(|field| field.value.parse().ok())
        && crate::source::head(scope.conn, dwelling)?.is_some()
    {
        subjects.push((dwelling, Kind::DWELLING));
    }
    let key = if kind == Kind::HOUSEHOLD {
        "household"
    } else {
        "dwelling"
    };
    for row in ground::naming(scope.conn, Kind::RESIDENT, "", (key, about))? {
        if row.text("moved_out").is_empty() {
            subjects.push((row.id, Kind::RESIDENT));
        }
    }
    Ok(subjects)
}
