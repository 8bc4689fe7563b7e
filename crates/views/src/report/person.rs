//! One identity: the records of a resident that people found to be one person, with the fields, homes and records of all (R40g).

use std::collections::BTreeMap;

use wangge_model::field;
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::value::Value;
use wangge_rules::likeness::decision::{self, Standing};

use super::reading::kind_coded;
use super::{Cells, Scope, Sheet};
use crate::alike;
use crate::error::Result;
use crate::list;
use crate::rows::CellForm::{Coded, Record, Text};
use crate::rows::ReportRow;
use crate::source;
use crate::text::{self, Reveal, word};

pub(super) const SHEET: Sheet = Sheet {
    name: "person",
    label: ("一人一档", "One person"),
    tells: (
        "经认定为同一人的各条档案:以哪条为主,各字段的值及出自哪条,各处居住,各类关联档案",
        "the records found to be one person: which speaks for all, each field's values and whose they are, the homes, the linked records",
    ),
    about: Some(Kind::RESIDENT),
    columns: &[
        ("part", "部分", "Part", Coded),
        ("name", "名称", "Name", Coded),
        ("value", "内容", "Value", Text),
        ("state", "状态", "State", Coded),
        ("record", "出自", "Whose", Record),
        ("area", "区域", "Area", Text),
    ],
    rows,
};

/// Records of other kinds that name a resident, at most.
const LINKS_MAX: u32 = 500;

/// One of the records.
struct One {
    id: RecordId,
    area: String,
    title: String,
    values: BTreeMap<(Facet, &'static str), Value>,
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let Some(about) = scope.about else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for id in alike::group(scope.conn, about)? {
        // One that is not held here is another replica's to show.
        if let Some(head) = source::head(scope.conn, id)? {
            all.push(read(scope, id, head.area.as_str())?);
        }
    }
    let mut rows = records(&all);
    rows.extend(fields(&all));
    for one in &all {
        rows.extend(links(scope, one)?);
    }
    Ok(rows)
}

fn read(scope: &Scope<'_>, id: RecordId, area: &str) -> Result<One> {
    let content = source::content(scope.conn, id)?;
    let value = |field: &'static field::Field| {
        let value = content.facets.get(&field.facet)?.value(field.key)?;
        Some(((field.facet, field.key), value.clone()))
    };
    Ok(One {
        id,
        area: area.to_owned(),
        title: scope.title(&id.to_string())?,
        values: field::fields(Kind::RESIDENT)
            .iter()
            .filter_map(value)
            .collect(),
    })
}

fn records(all: &[One]) -> Vec<ReportRow> {
    let proven = |one: &One| {
        let number = one.values.get(&(Facet::Identity, "id_number"));
        let field = field::field(Kind::RESIDENT, Facet::Identity, "id_number");
        number
            .zip(field)
            .is_some_and(|(number, field)| field.validate(number).is_ok())
    };
    let standing: Vec<Standing> = all
        .iter()
        .map(|one| Standing {
            id: one.id,
            proven: proven(one),
            filled: one.values.len(),
        })
        .collect();
    let primary = decision::primary(&standing);
    let row = |one: &One| {
        let state = if primary == Some(one.id) {
            word("primary", "主档", "Speaks for all")
        } else {
            word("joined", "并列档案", "Joined")
        };
        Cells::default()
            .coded(word("record", "档案", "Record"))
            .coded(kind_coded(Kind::RESIDENT))
            .text(&one.title)
            .coded(state)
            .record(one.id, &one.title)
            .text(&one.area)
            .row()
    };
    all.iter().map(row).collect()
}

/// The fields of all: what they agree on once, what they differ in once for each value and record.
fn fields(all: &[One]) -> Vec<ReportRow> {
    let plain: Vec<(RecordId, BTreeMap<String, String>)> = all
        .iter()
        .map(|one| {
            let values = one.values.iter();
            let texts = values.map(|((_, key), value)| ((*key).to_owned(), value.to_string()));
            (one.id, texts.collect())
        })
        .collect();
    let joined = decision::join(&plain);
    let mut rows = Vec::new();
    for field in field::fields(Kind::RESIDENT) {
        let holders = all.iter().filter_map(|one| {
            let value = one.values.get(&(field.facet, field.key))?;
            Some((one, value))
        });
        let agreed = joined.agreed.contains_key(field.key);
        let (state, shown_max) = if agreed {
            (word("agreed", "一致", "Agreed"), 1)
        } else {
            (word("disputed", "不一致", "Disputed"), usize::MAX)
        };
        for (one, value) in holders.take(shown_max) {
            // Compared as stored, shown masked.
            let shown = text::show(
                Kind::RESIDENT,
                field.facet,
                field.key,
                value,
                Reveal::Masked,
            );
            let cells = Cells::default()
                .coded(word("field", "字段", "Field"))
                .coded(word(field.key, field.zh, field.en))
                .text(shown.label.zh)
                .coded(state.clone())
                .record(one.id, &one.title)
                .text(&one.area);
            rows.push(cells.row());
        }
    }
    rows
}

/// The homes and the other records that name one of the records.
fn links(scope: &Scope<'_>, one: &One) -> Result<Vec<ReportRow>> {
    let found = list::links_to(scope.conn, one.id, LINKS_MAX)?;
    let named = found.into_iter().filter(|link| link.kind != Kind::SAME);
    let row = |link: crate::rows::LinkRow| {
        let part = match link.kind {
            Kind::RESIDENCE => word("home", "居住", "Home"),
            _ => word("link", "关联", "Link"),
        };
        Cells::default()
            .coded(part)
            .coded(kind_coded(link.kind))
            .text(link.title)
            .nothing()
            .record(one.id, &one.title)
            .text(link.area)
            .row()
    };
    Ok(named.map(row).collect())
}
