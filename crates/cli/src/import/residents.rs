//! Residents: the columns are the fields' keys (`wangge phone resident fields` lists them); empty cells are left out.

use wangge_core::fields;
use wangge_core::rows::Kind;
use wangge_model::check;

use super::{Rows, Wrong, read_rows};
use crate::error::Result;

/// Reads residents as lists of key and value. What a value must be like, the phone judges when it takes the row in; the check digit of
/// a citizen's number is looked at here, so that `--check` finds it too.
pub(crate) fn read_residents(bytes: &[u8]) -> Result<Rows<Vec<(String, String)>>> {
    let known = fields(Kind::Resident);
    read_rows(bytes, &["name"], |column| {
        let mut row = Vec::new();
        for field in &known {
            let value = column(&field.key).trim().to_owned();
            if value.is_empty() {
                continue;
            }
            if field.form == "id_number" {
                check::gb11643(&value)
                    .map_err(|error| Wrong::new(error.zh(), format!("{}: {error}", field.key)))?;
            }
            row.push((field.key.clone(), value));
        }
        if row.iter().any(|(key, _)| key == "name") { Ok(row) } else { Err(Wrong::new("没有姓名 (name)", "no name")) }
    })
}
