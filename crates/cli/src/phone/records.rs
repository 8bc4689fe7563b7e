//! Records of any kind: make, edit, step, list, find, show.

use std::path::Path;

use wangge_core::rows::Coded;
use wangge_core::{FieldEdit, FormField, NewStep, Phone, Query, RecordPage, Saved};

use super::{find_record, open, show};
use crate::args::{MatterAct, PageArgs, ResidentAct};
use crate::error::{CliError, Result};
use crate::output::{Output, table};

const RESIDENT: &str = "resident";
const MATTER: &str = "matter";

/// `wangge phone resident …`
pub(crate) fn resident(dir: &Path, act: ResidentAct, output: Output) -> Result<()> {
    let phone = open(dir)?;
    match act {
        ResidentAct::New { fields } => create(&phone, RESIDENT, &fields, output)?,
        ResidentAct::Set { record, fields } => edit(&phone, RESIDENT, &record, &fields, output)?,
        ResidentAct::List(page) => list(&phone, RESIDENT, &query("", &page), output)?,
        ResidentAct::Find { text, page } => list(&phone, RESIDENT, &query(&text, &page), output)?,
        ResidentAct::Show { record } => show_one(&phone, RESIDENT, &record, output)?,
        ResidentAct::Fields => print_form(&phone, RESIDENT, output)?,
    }
    Ok(phone.close()?)
}

/// `wangge phone matter …`
pub(crate) fn matter(dir: &Path, act: MatterAct, output: Output) -> Result<()> {
    let phone = open(dir)?;
    match act {
        MatterAct::New { fields } => create(&phone, MATTER, &fields, output)?,
        MatterAct::Set { record, fields } => edit(&phone, MATTER, &record, &fields, output)?,
        MatterAct::Step {
            record,
            step,
            note,
            to,
            fields,
        } => {
            let record = find_record(&record, ids(&phone, MATTER)?)?;
            let step = NewStep {
                step,
                note: note.unwrap_or_default(),
                to: to.unwrap_or_default(),
                at_ms: None,
                fields: parse_fields(&fields)?,
            };
            print_saved(&phone.step(&record, step)?, output)?;
        }
        MatterAct::List(page) => list(&phone, MATTER, &query("", &page), output)?,
        MatterAct::Find { text, page } => list(&phone, MATTER, &query(&text, &page), output)?,
        MatterAct::Show { record } => show_one(&phone, MATTER, &record, output)?,
        MatterAct::Fields => print_form(&phone, MATTER, output)?,
    }
    Ok(phone.close()?)
}

fn create(phone: &Phone, kind: &str, fields: &[String], output: Output) -> Result<()> {
    print_saved(&phone.create(kind, parse_fields(fields)?)?, output)
}

fn edit(phone: &Phone, kind: &str, record: &str, fields: &[String], output: Output) -> Result<()> {
    let record = find_record(record, ids(phone, kind)?)?;
    print_saved(&phone.edit(&record, parse_fields(fields)?)?, output)
}

fn show_one(phone: &Phone, kind: &str, record: &str, output: Output) -> Result<()> {
    let record = find_record(record, ids(phone, kind)?)?;
    show::record(phone, &record, output)
}

/// `field=value`; an empty value clears the field.
pub(crate) fn parse_fields(words: &[String]) -> Result<Vec<FieldEdit>> {
    let parse = |word: &String| {
        let (key, value) = word.split_once('=').ok_or_else(|| CliError::Word {
            zh: format!("「{word}」应写成 字段=值"),
            en: format!("{word}: write field=value"),
        })?;
        Ok(if value.is_empty() {
            FieldEdit::remove(key)
        } else {
            FieldEdit::set(key, value)
        })
    };
    words.iter().map(parse).collect()
}

fn query(text: &str, page: &PageArgs) -> Query {
    let offset = u64::from(page.page.saturating_sub(1)) * u64::from(page.rows);
    Query {
        text: text.to_owned(),
        offset,
        limit: page.rows,
        ..Query::default()
    }
}

fn print_saved(saved: &Saved, output: Output) -> Result<()> {
    output.print(saved, |saved| format!("已保存 saved  {}", saved.record))
}

/// A page of a kind's ledger: who it is, what lists show of its fields, and where it stands.
fn list(phone: &Phone, kind: &str, query: &Query, output: Output) -> Result<()> {
    let page = phone.list(kind, query)?;
    let mut columns = phone.form(kind)?.fields;
    columns.retain(|field| field.listed);
    output.print(&page, |page| as_table(page, &columns))?;
    if page.total > 0 {
        Ok(())
    } else {
        Err(CliError::Nothing)
    }
}

fn as_table(page: &RecordPage, columns: &[FormField]) -> String {
    let heads = columns
        .iter()
        .map(|field| format!("{} {}", field.zh, field.key));
    let head: Vec<String> = ["记录 record".to_owned(), "名称 title".to_owned()]
        .into_iter()
        .chain(heads)
        .chain(["阶段 stage", "冲突 conflicts"].map(str::to_owned))
        .collect();
    let rows = page.rows.iter().map(|row| {
        let shown = |field: &FormField| {
            let cell = row.cells.iter().find(|cell| cell.key == field.key);
            cell.map(|cell| cell.shown.zh.clone()).unwrap_or_default()
        };
        let stage = row.stage.as_ref();
        [row.record.clone(), row.title.clone()]
            .into_iter()
            .chain(columns.iter().map(shown))
            .chain([
                stage
                    .map(|stage| format!("{} {}", stage.zh, stage.en))
                    .unwrap_or_default(),
                row.conflicts.to_string(),
            ])
            .collect::<Vec<String>>()
    });
    format!(
        "{}\n共 {} 条 · {} in all",
        table(head, rows),
        page.total,
        page.total
    )
}

fn print_form(phone: &Phone, kind: &str, output: Output) -> Result<()> {
    let form = phone.form(kind)?;
    print_fields(&form.fields, output)?;
    if output.is_json() || form.steps.is_empty() {
        return Ok(());
    }
    print_steps(&form.steps, output)
}

fn print_fields(fields: &[FormField], output: Output) -> Result<()> {
    output.print(&fields, |fields| {
        let rows = fields.iter().map(|field| {
            let codes = field
                .codes
                .iter()
                .take(6)
                .map(|code| format!("{} {}", code.code, code.zh));
            let codes = codes.collect::<Vec<_>>().join(",");
            [
                field.key.clone(),
                format!("{} {}", field.zh, field.en),
                field.facet.to_string(),
                field.form.clone(),
                codes,
            ]
        });
        table(
            [
                "字段 field",
                "名称 name",
                "类别 facet",
                "形式 form",
                "可选 codes",
            ],
            rows,
        )
    })
}

fn print_steps(steps: &[Coded], output: Output) -> Result<()> {
    let rows = steps
        .iter()
        .map(|step| [step.code.clone(), step.zh.clone(), step.en.clone()]);
    output.line(&format!("\n{}", table(["步骤 step", "", ""], rows)))
}

/// The records' ids, for finding one by its last digits.
fn ids(phone: &Phone, kind: &str) -> Result<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    loop {
        let page = phone.list(
            kind,
            &Query {
                offset: u64::try_from(all.len()).unwrap_or(u64::MAX),
                limit: 500,
                ..Query::default()
            },
        )?;
        let done = page.rows.is_empty();
        all.extend(page.rows.into_iter().map(|row| row.record));
        if done || u64::try_from(all.len()).unwrap_or(u64::MAX) >= page.total {
            return Ok(all);
        }
    }
}
