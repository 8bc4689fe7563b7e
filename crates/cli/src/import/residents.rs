//! Residents: a column is called by its field's key or by its name in Chinese or English (`wangge phone record fields resident` lists them);
//! `area` (网格) may name another grid of the phone's area. Empty cells are left out.

use wangge_model::area::{Area, Level};
use wangge_model::field::{Field, fields};
use wangge_model::kind::Kind;

use super::{Rows, Wrong, read_rows};
use crate::error::Result;

/// A resident to be: the area, empty for the phone's own grid, and the fields' keys and values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResidentRow {
    pub(crate) area: String,
    pub(crate) fields: Vec<(String, String)>,
}

/// Reads residents. Every cell is held against its field: a date that does not exist, a code that its list does not have, a citizen's
/// number with another check digit make the row bad.
pub(crate) fn read_residents(bytes: &[u8]) -> Result<Rows<ResidentRow>> {
    read_rows(bytes, &["name"], named, |column| {
        let mut row = ResidentRow {
            area: read_area(&column("area"))?,
            fields: Vec::new(),
        };
        for field in fields(Kind::RESIDENT) {
            let cell = column(field.key);
            if !cell.trim().is_empty() {
                row.fields
                    .push((field.key.to_owned(), read_cell(field, &cell)?));
            }
        }
        let name = row.fields.iter().any(|(key, _)| key == "name");
        if name {
            Ok(row)
        } else {
            Err(Wrong::new(
                "没有姓名:请填写后再导入",
                "no name: fill it in and import it again",
            ))
        }
    })
}

/// The field that a column of the heading means.
fn named(cell: &str) -> Option<String> {
    if matches!(cell, "area" | "网格" | "Grid") {
        return Some("area".to_owned());
    }
    let field = fields(Kind::RESIDENT).iter().find(|field| {
        field.key == cell || field.zh == cell || field.en.eq_ignore_ascii_case(cell)
    })?;
    Some(field.key.to_owned())
}

/// The value as the field stores it, as text: a code by whichever name, a date in whichever notation.
fn read_cell(field: &Field, cell: &str) -> std::result::Result<String, Wrong> {
    field
        .parse(cell)
        .map(|value| value.to_string())
        .map_err(|problem| {
            Wrong::new(
                format!("{}:{}", field.zh, problem.zh()),
                format!("{}: {problem}", field.key),
            )
        })
}

fn read_area(code: &str) -> std::result::Result<String, Wrong> {
    let code = code.trim();
    match code.parse::<Area>() {
        Ok(area) if area.level() <= Level::Community => Ok(area.to_string()),
        _ if code.is_empty() => Ok(String::new()),
        _ => Err(Wrong::new(
            format!("网格代码「{code}」应为 15 位(网格)或 12 位(社区、村)数字"),
            format!("area {code}: a grid has 15 digits, a community 12"),
        )),
    }
}
