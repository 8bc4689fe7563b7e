//! Reports as people and machines read them.

use serde::Serialize;
use serde_json::{Map, Value, json};
use wangge_core::rows::{Cell, CellForm, Column, CountedIn, Report, ReportName, ReportRow};

use crate::error::Result;
use crate::output::{Output, table};
use crate::words;

/// Which reports there are.
pub(super) fn names(names: &[ReportName], output: Output) -> Result<()> {
    output.print(&names, |names| {
        let rows = names.iter().map(|name| {
            [
                name.name.clone(),
                format!("{}\n{}", name.label.zh, name.label.en),
                format!("{}\n{}", name.tells.zh, name.tells.en),
                name.about.clone(),
            ]
        });
        table(
            ["名称 name", "报表 report", "内容 tells", "关于 about"],
            rows,
        )
    })
}

/// A report for machines: each row an object, so that a column is read by its key.
#[derive(Serialize)]
struct Keyed<'a> {
    name: &'a str,
    area: &'a str,
    from: &'a str,
    until: &'a str,
    now_ms: i64,
    columns: &'a [Column],
    rows: Vec<Map<String, Value>>,
    total: u64,
}

/// A report.
pub(super) fn report(report: &Report, output: Output) -> Result<()> {
    let keyed = Keyed {
        name: &report.name,
        area: &report.area,
        from: &report.from,
        until: &report.until,
        now_ms: report.now_ms,
        columns: &report.columns,
        rows: report
            .rows
            .iter()
            .map(|row| object(&report.columns, row))
            .collect(),
        total: report.total,
    };
    output.print(&keyed, |_| text(report))
}

fn object(columns: &[Column], row: &ReportRow) -> Map<String, Value> {
    let values = columns.iter().zip(&row.cells).map(|(column, cell)| {
        let value = match (column.form, &cell.label) {
            (CellForm::Count | CellForm::Span, _) => json!(cell.n),
            (CellForm::Share, _) => json!({"n": cell.n, "of": cell.of}),
            (CellForm::Coded, Some(label)) => {
                json!({"code": cell.value, "zh": label.zh, "en": label.en})
            }
            (CellForm::Record, Some(label)) => json!({"record": cell.value, "title": label.zh}),
            (CellForm::Record, None) => json!({"record": cell.value}),
            _ => json!(cell.value),
        };
        (column.key.clone(), value)
    });
    values.collect()
}

fn text(report: &Report) -> String {
    let head = report
        .columns
        .iter()
        .map(|column| format!("{}\n{}", column.label.zh, column.label.en))
        .collect::<Vec<_>>();
    let rows = report.rows.iter().map(|row| {
        let cells = report.columns.iter().zip(&row.cells);
        cells
            .map(|(column, cell)| cell_text(column.form, cell))
            .collect::<Vec<_>>()
    });
    format!(
        "{} {}  {} {} – {}\n{}\n共 {} 行 · {} in all",
        report.label.zh,
        report.label.en,
        report.area,
        report.from,
        report.until,
        table(head, rows),
        report.total,
        report.total
    )
}

fn cell_text(form: CellForm, cell: &Cell) -> String {
    match (form, &cell.label) {
        (CellForm::Coded, Some(label)) if label.zh != label.en => {
            format!("{} {}", label.zh, label.en)
        }
        (CellForm::Coded | CellForm::Record, Some(label)) => label.zh.clone(),
        (CellForm::Record, None) => cell.value.get(24..).unwrap_or_default().to_owned(),
        (CellForm::Share, _) => match (cell.n, cell.of) {
            (Some(n), Some(of)) => format!("{n} / {of}  {}", cell.value),
            _ => String::new(),
        },
        (CellForm::Span, _) => cell
            .n
            .map_or_else(String::new, |ms| words::measured(ms, CountedIn::Ms)),
        _ => cell.value.clone(),
    }
}
