//! Divisions: `code,name,level,parent_code`.

use std::collections::BTreeMap;

use wangge_model::area::Area;

use super::{Rows, Wrong, read_rows};
use crate::error::Result;

/// A division of the country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Division {
    pub(crate) code: Area,
    pub(crate) name: String,
}

/// Reads divisions. A row whose parent is not in the file (and is not the top of it) is bad, and so are the rows below it.
pub(crate) fn read_divisions(bytes: &[u8]) -> Result<Rows<Division>> {
    let needed = ["code", "name", "parent_code"];
    let read = read_rows(bytes, &needed, |column| {
        let code = column("code");
        let area: Area = code.parse().map_err(|error| {
            Wrong::new(
                "bad_code",
                format!("代码「{code}」应为 2、4、6、9 或 12 位数字"),
                format!("code {code}: {error}"),
            )
        })?;
        let name = column("name");
        if name.trim().is_empty() {
            return Err(Wrong::new("field_needed", "没有名称", "no name"));
        }
        Ok((Division { code: area, name }, column("parent_code")))
    })?;
    Ok(with_parents(read))
}

fn with_parents(read: Rows<(Division, String)>) -> Rows<Division> {
    let Rows { mut good, mut bad } = read;
    good.sort_by_key(|(_, (division, _))| division.code.as_str().len());
    let mut known: BTreeMap<Area, u64> = BTreeMap::new();
    let mut rows = Vec::new();
    for (line, (division, parent)) in good {
        match check(&division, &parent, &known) {
            Ok(()) => {
                known.insert(division.code.clone(), line);
                rows.push((line, division));
            }
            Err(wrong) => bad.push(wrong.at(line)),
        }
    }
    bad.sort_by_key(|problem| problem.line);
    rows.sort_by_key(|(line, _)| *line);
    Rows { good: rows, bad }
}

fn check(
    division: &Division,
    parent: &str,
    known: &BTreeMap<Area, u64>,
) -> std::result::Result<(), Wrong> {
    let code = &division.code;
    if let Some(line) = known.get(code) {
        return Err(Wrong::new(
            "row_twice",
            format!("代码 {code} 与第 {line} 行重复"),
            format!("code {code} is on line {line} already"),
        ));
    }
    if parent.is_empty() {
        return Ok(());
    }
    if !code.as_str().starts_with(parent) || code.as_str().len() == parent.len() {
        return Err(Wrong::new(
            "bad_parent",
            format!("上级代码 {parent} 应是 {code} 的开头几位"),
            format!("the parent {parent} is no beginning of {code}"),
        ));
    }
    if !known.keys().any(|area| area.as_str() == parent) {
        return Err(Wrong::new(
            "bad_parent",
            format!("上级代码 {parent} 不在文件里,或那一行有误"),
            format!("the parent {parent} is not in the file, or its row is bad"),
        ));
    }
    Ok(())
}
