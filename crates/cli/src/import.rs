//! `wangge import`, and how CSV files are read: good rows go in, bad rows are listed with their line and what to do.

mod divisions;
mod into;
mod messages;
mod residents;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Serialize;

use crate::args::{ImportArgs, ImportWhat};
use crate::error::{CliError, Result};
use crate::output::Output;

pub(crate) use divisions::{Division, read_divisions};
pub(crate) use messages::{Message, read_messages};

/// Bad rows that are told one by one; of more only the number.
const TOLD_MAX: usize = 50;

/// What an import did.
#[derive(Debug, Serialize)]
struct Imported {
    taken: u64,
    bad: Vec<RowProblem>,
}

/// Runs an import.
pub(crate) fn run(args: &ImportArgs, output: Output) -> Result<()> {
    let imported = match args.what {
        ImportWhat::Divisions => into::divisions(args, output)?,
        ImportWhat::Messages => into::messages(args, output)?,
        ImportWhat::Residents => into::residents(args, output)?,
    };
    tell_bad(&imported.bad, output);
    output.print(&imported, |imported| {
        let (taken, bad) = (imported.taken, imported.bad.len());
        format!("导入 {taken} 行,{bad} 行有误 · took in {taken} rows, {bad} bad")
    })?;
    if imported.bad.is_empty() {
        Ok(())
    } else {
        Err(CliError::BadRows {
            rows: imported.bad.len(),
        })
    }
}

/// What a file held. Lines are counted from 1, the heading included; a row's line is its first.
#[derive(Debug)]
pub(crate) struct Rows<T> {
    pub(crate) good: Vec<(u64, T)>,
    pub(crate) bad: Vec<RowProblem>,
}

/// A row that cannot be taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RowProblem {
    pub(crate) line: u64,
    /// What is wrong and what would be right, in Chinese.
    pub(crate) zh: String,
    /// The same in English.
    pub(crate) en: String,
}

/// What is wrong with a value, before it is known where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    zh: String,
    en: String,
}

impl Wrong {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }
}

/// Reads a file whole and hands its bytes to a reader of rows.
pub(crate) fn load<T>(path: &Path, read: impl FnOnce(&[u8]) -> Result<Rows<T>>) -> Result<Rows<T>> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .map_err(|source| CliError::Read {
            path: path.to_path_buf(),
            source,
        })?;
    read(&bytes)
}

/// Lists the rows that were left out.
pub(crate) fn tell_bad(bad: &[RowProblem], output: Output) {
    for problem in bad.iter().take(TOLD_MAX) {
        output.note(&format!(
            "第 {} 行 line {}: {} · {}",
            problem.line, problem.line, problem.zh, problem.en
        ));
    }
    if bad.len() > TOLD_MAX {
        let more = bad.len() - TOLD_MAX;
        output.note(&format!("… 另有 {more} 行有误 · and {more} more bad lines"));
    }
}

/// Reads rows by the names of their columns. `named` says what a column of the heading is called here; one that it does not know is told
/// as a problem of the heading's line, and passed over. `parse` gets a lookup by name.
fn read_rows<T>(
    bytes: &[u8],
    needed: &[&'static str],
    named: impl Fn(&str) -> Option<String>,
    mut parse: impl FnMut(&dyn Fn(&str) -> String) -> std::result::Result<T, Wrong>,
) -> Result<Rows<T>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if std::str::from_utf8(bytes).is_err() {
        return Err(CliError::NotUtf8 {
            line: bad_line(bytes),
        });
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let cells = reader
        .headers()
        .map_err(|source| CliError::Heading { source })?
        .clone();
    let (heading, odd) = read_heading(&cells, named);
    let missing: Vec<_> = needed
        .iter()
        .copied()
        .filter(|name| !heading.iter().any(|found| found == name))
        .collect();
    if !missing.is_empty() {
        return Err(CliError::Columns {
            missing: missing.join(", "),
        });
    }
    let mut rows = Rows {
        good: Vec::new(),
        bad: odd,
    };
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                rows.bad.push(RowProblem {
                    line,
                    zh: "这一行不是 CSV".to_owned(),
                    en: format!("not CSV: {error}"),
                });
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != heading.len() {
            let (found, expected) = (record.len(), heading.len());
            rows.bad.push(RowProblem {
                line,
                zh: format!("有 {found} 列,应为 {expected} 列:检查逗号与引号"),
                en: format!("{found} columns where {expected} belong: check commas and quotes"),
            });
            continue;
        }
        let column = |name: &str| {
            let at = heading.iter().position(|found| found == name);
            at.and_then(|at| record.get(at))
                .unwrap_or_default()
                .to_owned()
        };
        match parse(&column) {
            Ok(row) => rows.good.push((line, row)),
            Err(Wrong { zh, en }) => rows.bad.push(RowProblem { line, zh, en }),
        }
    }
    Ok(rows)
}

/// The columns by the names they have here, and what is odd about them. An odd column has no name, and nobody asks for it.
fn read_heading(
    cells: &csv::StringRecord,
    named: impl Fn(&str) -> Option<String>,
) -> (Vec<String>, Vec<RowProblem>) {
    let mut heading: Vec<String> = Vec::new();
    let mut odd = Vec::new();
    for cell in cells {
        let name = named(cell.trim()).unwrap_or_default();
        let problem = if name.is_empty() {
            Some((
                format!("不认识的列「{cell}」,没有导入"),
                format!("column {cell} is not known and was passed over"),
            ))
        } else if heading.contains(&name) {
            Some((
                format!("列「{cell}」重复,没有导入"),
                format!("column {cell} is there twice; the second was passed over"),
            ))
        } else {
            None
        };
        heading.push(if problem.is_some() {
            String::new()
        } else {
            name
        });
        odd.extend(problem.map(|(zh, en)| RowProblem { line: 1, zh, en }));
    }
    (heading, odd)
}

/// The name that a column has in the file, where any will do.
fn as_named(cell: &str) -> Option<String> {
    Some(cell.to_owned())
}

/// The line of the first byte that is not UTF-8.
fn bad_line(bytes: &[u8]) -> u64 {
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let before = bytes.get(..valid).unwrap_or_default();
    1 + before
        .iter()
        .fold(0, |lines, byte| lines + u64::from(*byte == b'\n'))
}

#[cfg(test)]
mod tests;
