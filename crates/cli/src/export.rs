//! `wangge export`: everything of a kind that a hub's store holds, in clear.

use std::collections::BTreeMap;

use serde::Serialize;
use wangge_hub::rows::{FieldRow, Matter, Resident, StepRow};
use wangge_hub::{export_matters, export_residents};

use crate::args::{ExportArgs, ExportWhat};
use crate::error::{CliError, Result};
use crate::output::{Output, table};

/// A record as it is exported.
#[derive(Serialize)]
struct Exported {
    /// The record's id.
    record: String,
    /// Its grid.
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

/// Prints the records: with `--json` one object a line, else a table.
pub(crate) fn export(args: &ExportArgs, output: Output) -> Result<()> {
    let mut found = 0_u64;
    let mut rows = Vec::new();
    let mut take = |exported: Exported| -> Result<()> {
        found += 1;
        if output.is_json() {
            return output.print(&exported, |_| String::new());
        }
        let field = |key: &str| exported.fields.get(key).cloned().unwrap_or_default();
        let name = if exported.stage.is_some() {
            field("title")
        } else {
            field("name")
        };
        rows.push([
            exported.record.clone(),
            exported.area.clone(),
            name,
            exported.stage.clone().unwrap_or_default(),
        ]);
        Ok(())
    };
    match args.what {
        ExportWhat::Residents => {
            export_residents(&args.store, |resident| take(resident_of(resident)))?
        }
        ExportWhat::Matters => export_matters(&args.store, |matter| take(matter_of(matter)))?,
    }
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

fn resident_of(resident: Resident) -> Exported {
    Exported {
        record: resident.row.record,
        area: resident.row.area,
        id: None,
        text: None,
        stage: None,
        fields: fields(resident.fields),
        log: None,
    }
}

fn matter_of(matter: Matter) -> Exported {
    let fields = fields(matter.fields);
    Exported {
        record: matter.row.record,
        area: matter.row.area,
        id: fields.get("external_id").cloned(),
        text: fields.get("description").cloned(),
        stage: Some(matter.row.stage.code),
        fields,
        log: Some(matter.log),
    }
}

fn fields(fields: Vec<FieldRow>) -> BTreeMap<String, String> {
    fields
        .into_iter()
        .map(|field| (field.key, field.value))
        .collect()
}
