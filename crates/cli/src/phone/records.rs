//! Residents and matters: make, edit, step, list, find, show.

use std::path::Path;

use serde::Serialize;
use wangge_core::rows::{Coded, MatterRow, ResidentRow};
use wangge_core::{FieldEdit, FormField, NewStep, Phone, Query, Saved};

use super::{find_record, open, show};
use crate::args::{MatterAct, PageArgs, ResidentAct};
use crate::error::{CliError, Result};
use crate::output::{Output, table};

/// `wangge phone resident …`
pub(crate) fn resident(dir: &Path, act: ResidentAct, output: Output) -> Result<()> {
    let phone = open(dir)?;
    match act {
        ResidentAct::New { fields } => {
            print_saved(&phone.create("resident", parse_fields(&fields)?)?, output)?
        }
        ResidentAct::Set { record, fields } => {
            let record = find_record(&record, residents(&phone)?)?;
            print_saved(&phone.edit(&record, parse_fields(&fields)?)?, output)?;
        }
        ResidentAct::List(page) => print_residents(&phone, query("", &page), output)?,
        ResidentAct::Find { text, page } => print_residents(&phone, query(&text, &page), output)?,
        ResidentAct::Show { record } => {
            let record = find_record(&record, residents(&phone)?)?;
            show::resident(&phone, &record, output)?;
        }
        ResidentAct::Fields => print_fields(&phone.form("resident")?.fields, output)?,
    }
    Ok(phone.close()?)
}

/// `wangge phone matter …`
pub(crate) fn matter(dir: &Path, act: MatterAct, output: Output) -> Result<()> {
    let phone = open(dir)?;
    match act {
        MatterAct::New { fields } => {
            print_saved(&phone.create("matter", parse_fields(&fields)?)?, output)?
        }
        MatterAct::Set { record, fields } => {
            let record = find_record(&record, matters(&phone)?)?;
            print_saved(&phone.edit(&record, parse_fields(&fields)?)?, output)?;
        }
        MatterAct::Step {
            record,
            step,
            note,
            to,
            fields,
        } => {
            let record = find_record(&record, matters(&phone)?)?;
            let (note, to, fields) = (
                note.unwrap_or_default(),
                to.unwrap_or_default(),
                parse_fields(&fields)?,
            );
            print_saved(
                &phone.step(
                    &record,
                    NewStep {
                        step,
                        note,
                        to,
                        at_ms: None,
                        fields,
                    },
                )?,
                output,
            )?;
        }
        MatterAct::List(page) => print_matters(&phone, query("", &page), output)?,
        MatterAct::Find { text, page } => print_matters(&phone, query(&text, &page), output)?,
        MatterAct::Show { record } => {
            let record = find_record(&record, matters(&phone)?)?;
            show::matter(&phone, &record, output)?;
        }
        MatterAct::Fields => {
            let form = phone.form("matter")?;
            print_fields(&form.fields, output)?;
            if !output.is_json() {
                print_steps(&form.steps, output)?;
            }
        }
    }
    Ok(phone.close()?)
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

#[derive(Serialize)]
struct Listed<T> {
    rows: Vec<T>,
    total: u64,
}

fn print_residents(phone: &Phone, query: Query, output: Output) -> Result<()> {
    let page = phone.residents(&query)?;
    let found = page.total > 0;
    output.print(
        &Listed {
            rows: page.rows,
            total: page.total,
        },
        |page| {
            let rows = page.rows.iter().map(|row: &ResidentRow| {
                [
                    row.record.clone(),
                    row.name.clone(),
                    row.sex
                        .as_ref()
                        .map(|sex| sex.zh.clone())
                        .unwrap_or_default(),
                    row.birth.clone(),
                    row.address.clone(),
                    row.id_number_masked.clone(),
                    row.conflicts.to_string(),
                ]
            });
            let head = [
                "记录 record",
                "姓名 name",
                "性别 sex",
                "出生 birth",
                "住址 address",
                "证件 document",
                "冲突 conflicts",
            ];
            format!(
                "{}\n共 {} 位 · {} in all",
                table(head, rows),
                page.total,
                page.total
            )
        },
    )?;
    if found {
        Ok(())
    } else {
        Err(CliError::Nothing)
    }
}

fn print_matters(phone: &Phone, query: Query, output: Output) -> Result<()> {
    let page = phone.matters(&query)?;
    let found = page.total > 0;
    output.print(
        &Listed {
            rows: page.rows,
            total: page.total,
        },
        |page| {
            let rows = page.rows.iter().map(|row: &MatterRow| {
                [
                    row.record.clone(),
                    row.title.clone(),
                    row.place.clone(),
                    format!("{} {}", row.stage.zh, row.stage.en),
                    row.occurred_ms.map(crate::words::date).unwrap_or_default(),
                    row.conflicts.to_string(),
                ]
            });
            let head = [
                "记录 record",
                "标题 title",
                "地点 place",
                "阶段 stage",
                "发生 occurred",
                "冲突 conflicts",
            ];
            format!(
                "{}\n共 {} 件 · {} in all",
                table(head, rows),
                page.total,
                page.total
            )
        },
    )?;
    if found {
        Ok(())
    } else {
        Err(CliError::Nothing)
    }
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
fn residents(phone: &Phone) -> Result<Vec<String>> {
    every(|query| {
        phone.residents(query).map(|page| {
            (
                page.rows.into_iter().map(|row| row.record).collect(),
                page.total,
            )
        })
    })
}

fn matters(phone: &Phone) -> Result<Vec<String>> {
    every(|query| {
        phone.matters(query).map(|page| {
            (
                page.rows.into_iter().map(|row| row.record).collect(),
                page.total,
            )
        })
    })
}

fn every(
    page: impl Fn(&Query) -> std::result::Result<(Vec<String>, u64), wangge_core::Error>,
) -> Result<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    loop {
        let offset = u64::try_from(all.len()).unwrap_or(u64::MAX);
        let (rows, total) = page(&Query {
            offset,
            limit: 500,
            ..Query::default()
        })?;
        let done = rows.is_empty();
        all.extend(rows);
        if done || u64::try_from(all.len()).unwrap_or(u64::MAX) >= total {
            return Ok(all);
        }
    }
}
