//! What the columns of a table mean for a kind of records, and its rows read by that.

use std::collections::BTreeMap;

use wangge_model::area::{Area, Level};
use wangge_model::field::{Field, Form, field_named, fields};
use wangge_model::kind::Kind;

use super::{RowProblem, Sheet, Wrong};
use crate::error::{CliError, Result};

/// A column that names the record itself, as exports write it.
pub(crate) const RECORD: &str = "record";
/// A column that says to which area a record belongs.
pub(crate) const AREA: &str = "area";
/// The same for kinds that have a field of that name.
pub(crate) const RECORD_AREA: &str = "record_area";

/// What a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Record,
    Area,
    Field(&'static Field),
    /// Nothing here: it is told and passed over.
    Odd,
}

/// A row of which every cell is a value that its field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: u64,
    /// The record's id, where the file has it.
    pub(crate) record: Option<String>,
    /// The area; empty for the author's own.
    pub(crate) area: String,
    /// Values by the fields' keys, as they are stored. Empty cells say nothing.
    pub(crate) values: BTreeMap<&'static str, String>,
    /// Of links: what the file calls the other record, by key. They are among the values once they are found.
    pub(crate) links: BTreeMap<&'static str, String>,
}

/// Reads the heading: by keys, by names in Chinese or English, and as `named` says (`column=field`).
pub(crate) fn read_heading(
    kind: Kind,
    sheet: &Sheet,
    named: &[String],
) -> Result<(Vec<Column>, Vec<RowProblem>)> {
    let mut columns: Vec<Column> = Vec::new();
    let mut odd = Vec::new();
    let named = read_named(kind, named)?;
    for cell in &sheet.heading {
        let told = named.iter().find(|(from, _)| from == cell);
        let column = told.map_or_else(|| meaning(kind, cell), |(_, column)| *column);
        if column == Column::Odd {
            let wrong = Wrong::new(
                "unknown_column",
                format!("不认识的列「{cell}」,没有导入"),
                format!("column {cell} is not known and was passed over"),
            );
            odd.push(wrong.at(1));
        }
        if column != Column::Odd && columns.contains(&column) {
            let wrong = Wrong::new(
                "column_twice",
                format!("列「{cell}」重复,没有导入"),
                format!("column {cell} is there twice; the second was passed over"),
            );
            odd.push(wrong.at(1));
            columns.push(Column::Odd);
        } else {
            columns.push(column);
        }
    }
    check_needed(kind, &columns)?;
    Ok((columns, odd))
}

/// What a new record must have, the file must have, unless its rows can name records that are here.
fn check_needed(kind: Kind, columns: &[Column]) -> Result<()> {
    let names_records = columns.iter().any(|column| match column {
        Column::Record => true,
        Column::Field(field) => field.marks.unique,
        Column::Area | Column::Odd => false,
    });
    let missing: Vec<_> = fields(kind)
        .iter()
        .filter(|field| field.marks.needed && !columns.contains(&Column::Field(field)))
        .map(|field| format!("{} {}", field.key, field.zh))
        .collect();
    if names_records || missing.is_empty() {
        return Ok(());
    }
    Err(CliError::Columns {
        missing: missing.join(", "),
    })
}

fn read_named(kind: Kind, named: &[String]) -> Result<Vec<(String, Column)>> {
    named
        .iter()
        .map(|word| {
            let (from, to) = word.split_once('=').unwrap_or((word, ""));
            match meaning(kind, to) {
                Column::Odd => Err(CliError::Word {
                    zh: format!("--map「{word}」应写成 列名=字段"),
                    en: format!("--map {word}: write column=field, with a field of the kind"),
                }),
                column => Ok((from.to_owned(), column)),
            }
        })
        .collect()
}

fn meaning(kind: Kind, cell: &str) -> Column {
    let of_kind = fields(kind)
        .iter()
        .find(|field| field.key == cell || field.zh == cell || field.en.eq_ignore_ascii_case(cell));
    match (of_kind, cell.to_ascii_lowercase().as_str()) {
        (Some(field), _) => Column::Field(field),
        (None, RECORD | "记录") => Column::Record,
        (None, AREA | RECORD_AREA | "网格" | "grid") => Column::Area,
        (None, _) => Column::Odd,
    }
}

/// Reads a row. A date that does not exist, a code that its list does not have, a number with another check digit make it bad: all that is
/// wrong is told at once.
pub(crate) fn read_row(
    columns: &[Column],
    line: u64,
    cells: &[String],
) -> std::result::Result<Row, Vec<RowProblem>> {
    let mut row = Row {
        line,
        record: None,
        area: String::new(),
        values: BTreeMap::new(),
        links: BTreeMap::new(),
    };
    let mut problems = Vec::new();
    for (column, cell) in columns.iter().zip(cells) {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        match column {
            Column::Odd => {}
            Column::Record => row.record = Some(cell.to_ascii_lowercase()),
            Column::Area => match read_area(cell) {
                Ok(area) => row.area = area,
                Err(wrong) => problems.push(wrong.of(AREA).at(line)),
            },
            Column::Field(field) => match field.parse(cell) {
                Ok(value) => {
                    row.values.insert(field.key, value.to_string());
                }
                Err(_) if matches!(field.form, Form::Link(_)) => {
                    row.links.insert(field.key, cell.to_owned());
                }
                Err(problem) => {
                    let wrong = Wrong::new(
                        problem.code(),
                        format!("{}:{}", field.zh, problem.zh()),
                        format!("{}: {problem}", field.key),
                    );
                    problems.push(wrong.of(field.key).at(line));
                }
            },
        }
    }
    if problems.is_empty() {
        Ok(row)
    } else {
        Err(problems)
    }
}

fn read_area(code: &str) -> std::result::Result<String, Wrong> {
    match code.parse::<Area>() {
        Ok(area) if area.level() <= Level::County => Ok(area.to_string()),
        _ => Err(Wrong::new(
            "bad_area",
            format!(
                "区域代码「{code}」应为 15 位(网格)、12 位(社区、村)、9 位(乡镇)或 6 位(县)数字"
            ),
            format!("area {code}: a grid has 15 digits, a community 12, a township 9, a county 6"),
        )),
    }
}

/// What a new record of the kind must have and the row lacks.
pub(crate) fn missing(kind: Kind, row: &Row) -> Vec<RowProblem> {
    fields(kind)
        .iter()
        .filter(|field| field.marks.needed && !row.values.contains_key(field.key))
        .map(|field| {
            let wrong = Wrong::new(
                "field_needed",
                format!("没有{}:请填写后再导入", field.zh),
                format!("no {}: fill it in and import it again", field.key),
            );
            wrong.of(field.key).at(row.line)
        })
        .collect()
}

/// The kinds that a link of this key may lead to, and what it is called.
pub(super) fn link_of(kind: Kind, key: &str) -> Option<(&'static Field, &'static str)> {
    let field = field_named(kind, key)?;
    match field.form {
        Form::Link(kinds) => Some((field, kinds)),
        _ => None,
    }
}
