//! `wangge import`: every row of a table is held against what is here. Good rows go in, bad rows are listed with their line and what to do.

pub(crate) mod columns;
mod divisions;
mod index;
mod into;
mod messages;
mod records;
pub(crate) mod sheet;

use std::path::Path;

use serde::Serialize;
use wangge_model::kind::Kind;

use crate::args::ImportArgs;
use crate::error::{CliError, Result};
use crate::output::Output;
use crate::words;
pub(crate) use records::import_rows;
pub(crate) use sheet::Sheet;

pub(crate) use divisions::{Division, read_divisions};
pub(crate) use messages::{Message, read_messages};

/// Bad rows that are told one by one; of more only the number.
const TOLD_MAX: usize = 50;

/// What an import did, or would do.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Imported {
    /// Rows that were written: new ones, and with `--update` conflicting ones.
    pub(crate) taken: u64,
    /// Rows about what was not here.
    pub(crate) new: u64,
    /// Rows that say what is here already.
    pub(crate) matched: u64,
    /// Rows about what is here with other values.
    pub(crate) conflicting: u64,
    /// Of these, the ones whose values were written.
    pub(crate) updated: u64,
    /// Rows that were left out.
    pub(crate) rejected: u64,
    /// Why, by line; a row may have more than one problem.
    pub(crate) bad: Vec<RowProblem>,
    /// What differs, by line.
    pub(crate) conflicts: Vec<Conflict>,
    /// What is odd, and was taken as it is.
    pub(crate) warnings: Vec<RowProblem>,
}

/// A row about what is here with other values.
#[derive(Debug, Serialize)]
pub(crate) struct Conflict {
    pub(crate) line: u64,
    /// The record here.
    pub(crate) record: String,
    pub(crate) fields: Vec<Difference>,
}

/// A field that is otherwise here than in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    pub(crate) field: String,
    /// What stands here; empty where nothing does. As asterisks where the field is sensitive, without `--clear`.
    pub(crate) here: String,
    /// What the file says, shown alike.
    pub(crate) file: String,
    /// Whether the file's value was written.
    pub(crate) written: bool,
}

impl Imported {
    /// Leaves rows out.
    fn reject(&mut self, problems: impl IntoIterator<Item = RowProblem>) {
        self.rejected += 1;
        self.bad.extend(problems);
    }
}

/// Runs an import.
pub(crate) fn run(args: &ImportArgs, output: Output) -> Result<()> {
    let mut imported = match args.what.as_str() {
        "divisions" => into::divisions(args, output)?,
        "messages" => into::messages(args, output)?,
        word => {
            let kind = words::kind(word)?;
            if kind == Kind::MATTER && messages::is_heading(&args.file)? {
                into::messages(args, output)?
            } else {
                records::import(kind, args, output)?
            }
        }
    };
    imported.bad.sort_by_key(|problem| problem.line);
    imported.conflicts.sort_by_key(|conflict| conflict.line);
    tell_bad(&imported.warnings, output);
    tell_conflicts(&imported.conflicts, output);
    tell_bad(&imported.bad, output);
    output.print(&imported, |imported| told(imported, args.dry_run))?;
    let rows = imported.rejected;
    if rows == 0 {
        Ok(())
    } else {
        Err(CliError::BadRows {
            rows: usize::try_from(rows).unwrap_or(usize::MAX),
        })
    }
}

fn told(imported: &Imported, dry_run: bool) -> String {
    let Imported {
        new,
        matched,
        conflicting,
        updated,
        rejected,
        ..
    } = imported;
    let dry = if dry_run {
        "\n只检查,没有写入 checked only, nothing was written"
    } else {
        ""
    };
    format!(
        "新增 new          {new}\n相同 matched      {matched}\n不同 conflicting  {conflicting} (已更新 updated {updated})\n拒绝 rejected     {rejected}{dry}"
    )
}

/// Lists the rows whose values differ from what is here.
fn tell_conflicts(conflicts: &[Conflict], output: Output) {
    for Conflict { line, fields, .. } in conflicts.iter().take(TOLD_MAX) {
        for Difference {
            field,
            here,
            file,
            written,
        } in fields
        {
            let end = if *written {
                "已更新 updated"
            } else {
                "未写入 not written"
            };
            output.note(&format!(
                "第 {line} 行 line {line} {field}: 这里 here「{here}」, 文件 file「{file}」, {end}"
            ));
        }
    }
    if conflicts.len() > TOLD_MAX {
        let more = conflicts.len() - TOLD_MAX;
        output.note(&format!(
            "… 另有 {more} 行不同 · and {more} more rows differ"
        ));
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
    /// The field at which it is; empty where none is to blame.
    pub(crate) field: String,
    /// The rule's code.
    pub(crate) code: String,
    /// What is wrong and what would be right, in Chinese.
    pub(crate) zh: String,
    /// The same in English.
    pub(crate) en: String,
}

/// What is wrong with a value, before it is known where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    field: String,
    code: String,
    zh: String,
    en: String,
}

impl Wrong {
    fn new(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            field: String::new(),
            code: code.to_owned(),
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// At this field.
    fn of(self, field: &str) -> Self {
        Self {
            field: field.to_owned(),
            ..self
        }
    }

    /// On this line.
    fn at(self, line: u64) -> RowProblem {
        RowProblem {
            line,
            field: self.field,
            code: self.code,
            zh: self.zh,
            en: self.en,
        }
    }
}

/// Reads a file whole and hands its bytes to a reader of rows.
pub(crate) fn load<T>(path: &Path, read: impl FnOnce(&[u8]) -> Result<Rows<T>>) -> Result<Rows<T>> {
    read(&read_file(path)?)
}

pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|source| CliError::Read {
        path: path.to_path_buf(),
        source,
    })
}

/// Lists the rows that were left out.
pub(crate) fn tell_bad(bad: &[RowProblem], output: Output) {
    for problem in bad.iter().take(TOLD_MAX) {
        output.note(&format!(
            "第 {} 行 line {}: {} · {} [{}]",
            problem.line, problem.line, problem.zh, problem.en, problem.code
        ));
    }
    if bad.len() > TOLD_MAX {
        let more = bad.len() - TOLD_MAX;
        output.note(&format!("… 另有 {more} 行有误 · and {more} more bad lines"));
    }
}

/// Reads rows by the names of their columns; `parse` gets a lookup by name. Columns that nobody asks for are passed over.
fn read_rows<T>(
    bytes: &[u8],
    needed: &[&'static str],
    mut parse: impl FnMut(&dyn Fn(&str) -> String) -> std::result::Result<T, Wrong>,
) -> Result<Rows<T>> {
    let sheet = Sheet::read(bytes)?;
    let missing: Vec<_> = needed
        .iter()
        .copied()
        .filter(|name| !sheet.heading.iter().any(|found| found == name))
        .collect();
    if !missing.is_empty() {
        return Err(CliError::Columns {
            missing: missing.join(", "),
        });
    }
    let mut rows = Rows {
        good: Vec::new(),
        bad: sheet.bad,
    };
    for (line, cells) in sheet.rows {
        let column = |name: &str| {
            let at = sheet.heading.iter().position(|found| found == name);
            at.and_then(|at| cells.get(at)).cloned().unwrap_or_default()
        };
        match parse(&column) {
            Ok(row) => rows.good.push((line, row)),
            Err(wrong) => rows.bad.push(wrong.at(line)),
        }
    }
    rows.bad.sort_by_key(|problem| problem.line);
    Ok(rows)
}

#[cfg(test)]
mod tests;
