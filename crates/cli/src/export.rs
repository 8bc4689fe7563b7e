//! `wangge export`: everything of a kind that a phone or a hub holds.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use wangge_core::rows::{FieldRow, Record, StepRow};
use wangge_hub::export_records;
use wangge_model::field::{Field, field_named, fields};
use wangge_model::kind::{Facet, Kind};

use crate::args::ExportArgs;
use crate::error::{CliError, Result};
use crate::import::columns::{AREA, RECORD, RECORD_AREA};
use crate::output::{Output, table};
use crate::words;

mod file;

pub(crate) use file::write_csv;

/// A record as it is exported.
#[derive(Serialize)]
struct Exported {
    /// The record's id.
    record: String,
    /// The area that it belongs to.
    area: String,
    /// Of a matter: the id that it brought along.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Of a matter: what was said, word for word.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Of a matter: its stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<String>,
    /// Every field by its key.
    fields: BTreeMap<String, String>,
    /// Of a matter: its steps in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<Vec<StepRow>>,
}

/// How many records were written to which file.
#[derive(Serialize)]
struct Written<'a> {
    records: usize,
    file: &'a Path,
}

/// Gives the records out: to a file, with `--json` as one object a line, else as a table.
pub(crate) fn export(args: &ExportArgs, output: Output) -> Result<()> {
    let kind = words::kind(&args.what)?;
    let clear = args.clear || args.store.is_some();
    if let Some(path) = args.csv.as_ref().or(args.xlsx.as_ref()) {
        let rows = read_rows(kind, args, clear)?;
        if args.csv.is_some() {
            file::write_csv(path, &heading(kind, clear), &rows)?;
        } else {
            file::write_xlsx(path, &heading(kind, clear), &rows)?;
        }
        if !clear {
            output.note("敏感字段没有输出,需要时加 --clear · sensitive fields were left out; --clear gives them");
        }
        let written = Written {
            records: rows.len(),
            file: path,
        };
        return output.print(&written, |written| {
            format!("已导出 exported {} → {}", written.records, path.display())
        });
    }
    print(kind, args, clear, output)
}

fn print(kind: Kind, args: &ExportArgs, clear: bool, output: Output) -> Result<()> {
    let mut found = 0_u64;
    let mut rows = Vec::new();
    each(kind, args, |record| {
        found += 1;
        if output.is_json() {
            return output.print(&exported(record, clear), |_| String::new());
        }
        let row = record.row;
        rows.push([
            row.record,
            row.area,
            row.title,
            row.stage.map_or_else(String::new, |stage| stage.code),
        ]);
        Ok(())
    })?;
    if found == 0 {
        return Err(CliError::Nothing);
    }
    if output.is_json() {
        return Ok(());
    }
    output.line(&table(
        ["记录 record", "网格 grid", "名称 name", "阶段 stage"],
        rows,
    ))
}

fn each(kind: Kind, args: &ExportArgs, take: impl FnMut(Record) -> Result<()>) -> Result<()> {
    match &args.store {
        Some(store) => export_records(store, kind, take),
        None => {
            let ledger = args.place.ledger()?;
            let done = ledger.each(kind, take);
            ledger.close()?;
            done
        }
    }
}

/// The fields that are given out.
fn given(kind: Kind, clear: bool) -> impl Iterator<Item = &'static Field> {
    fields(kind)
        .iter()
        .filter(move |field| clear || field.facet == Facet::Open)
}

/// The columns of a file, which an import knows again.
fn heading(kind: Kind, clear: bool) -> Vec<&'static str> {
    let area = if field_named(kind, AREA).is_some() {
        RECORD_AREA
    } else {
        AREA
    };
    let keys = given(kind, clear).map(|field| field.key);
    [RECORD, area].into_iter().chain(keys).collect()
}

fn read_rows(kind: Kind, args: &ExportArgs, clear: bool) -> Result<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    each(kind, args, |record| {
        let Record { row, fields, .. } = record;
        let mut values: BTreeMap<String, String> = fields
            .into_iter()
            .map(|field| (field.key, field.value))
            .collect();
        let cells = given(kind, clear).map(|field| values.remove(field.key).unwrap_or_default());
        rows.push([row.record, row.area].into_iter().chain(cells).collect());
        Ok(())
    })?;
    Ok(rows)
}

fn exported(record: Record, clear: bool) -> Exported {
    let Record {
        row, fields, log, ..
    } = record;
    let open = |field: &FieldRow| clear || field.facet == Facet::Open;
    let fields: BTreeMap<String, String> = fields
        .into_iter()
        .filter(open)
        .map(|field| (field.key, field.value))
        .collect();
    let matter = row.kind == Kind::MATTER;
    let of_matter = |key: &str| fields.get(key).filter(|_| matter).cloned();
    Exported {
        id: of_matter("external_id"),
        text: of_matter("description"),
        record: row.record,
        area: row.area,
        stage: row.stage.filter(|_| matter).map(|stage| stage.code),
        fields,
        log: matter.then_some(log),
    }
}
