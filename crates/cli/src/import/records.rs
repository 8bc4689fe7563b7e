//! Rows of any kind: each is new, the same as here, different from here, or left out. Rows are written in transactions of many; what was
//! written before an interruption is the same as here in the next run.

use std::collections::BTreeMap;

use wangge_core::{Draft, FieldEdit};
use wangge_model::field::field_named;
use wangge_model::kind::{Facet, Kind};
use wangge_model::time::Ms;

use super::columns::{Row, link_of, missing, read_heading, read_row};
use super::index::{Found, Index};
use super::{Conflict, Difference, Imported, RowProblem, Sheet, Wrong};
use crate::args::ImportArgs;
use crate::error::{CliError, Result};
use crate::held::Held;
use crate::output::Output;
use crate::records::Ledger;

/// Rows of one transaction on a phone, where a person may be waiting, and on a hub.
const PHONE_ROWS_MAX: usize = 256;
const HUB_ROWS_MAX: usize = 512;
/// Bytes of one transaction: a hub that runs is asked in one message of 4 MiB at most.
const BYTES_MAX: usize = 1 << 20;

/// Imports a file into a ledger.
pub(super) fn import(kind: Kind, args: &ImportArgs, output: Output) -> Result<Imported> {
    let sheet = Sheet::read(&super::read_file(&args.file)?)?;
    let (columns, warnings) = read_heading(kind, &sheet, &args.map)?;
    let mut imported = Imported {
        warnings,
        ..Imported::default()
    };
    for problem in sheet.bad {
        imported.reject([problem]);
    }
    let mut rows = Vec::with_capacity(sheet.rows.len());
    for (line, cells) in sheet.rows {
        match read_row(&columns, line, &cells) {
            Ok(row) => rows.push(row),
            Err(problems) => imported.reject(problems),
        }
    }
    let ledger = args.place.ledger()?;
    let done = Import::new(kind, &ledger, args, imported)
        .and_then(|mut import| import.run(rows, output).map(|()| import.imported));
    ledger.close()?;
    done
}

/// Holds rows against what is here and writes what is new or otherwise; answers what became of them, and the records that no row is about.
pub(crate) fn import_rows(
    kind: Kind,
    rows: Vec<Row>,
    ledger: &Ledger,
    args: &ImportArgs,
    output: Output,
) -> Result<(Imported, Vec<Held>)> {
    let mut import = Import::new(kind, ledger, args, Imported::default())?;
    import.run(rows, output)?;
    let left = import.index(kind)?.unclaimed();
    Ok((import.imported, left))
}

fn parse_stated(text: &str) -> Result<i64> {
    text.parse::<Ms>()
        .or_else(|_| format!("{text}T00:00:00+08:00").parse())
        .map(|ms| ms.0)
        .map_err(|error| CliError::Word {
            zh: format!("「{text}」应如 2026-11-24 或 2026-11-24T08:00:00+08:00"),
            en: format!("{text}: {error}"),
        })
}

/// An import under way.
struct Import<'a> {
    kind: Kind,
    home: String,
    rows_max: usize,
    ledger: &'a Ledger,
    args: &'a ImportArgs,
    /// When the file's values were stated, where it is said.
    stated_ms: Option<i64>,
    /// What is here, of the kind itself and of those that links lead to.
    indexes: BTreeMap<Kind, Index>,
    /// Acts to be saved next.
    batch: Vec<Act>,
    bytes: usize,
    imported: Imported,
}

/// An act, the line that it is for, and the place of the new record.
struct Act {
    line: u64,
    draft: Draft,
    new: Option<usize>,
    /// The conflict that it settles, by its place in the list.
    conflict: Option<usize>,
}

/// Whether a row's links lead somewhere.
enum Links {
    Found,
    /// Not yet: a later row of this file may be meant.
    Later(Vec<RowProblem>),
    Wrong(Vec<RowProblem>),
}

impl<'a> Import<'a> {
    fn new(
        kind: Kind,
        ledger: &'a Ledger,
        args: &'a ImportArgs,
        imported: Imported,
    ) -> Result<Self> {
        Ok(Self {
            kind,
            home: match &args.area {
                Some(area) => area.clone(),
                None => ledger.home()?,
            },
            rows_max: match ledger {
                Ledger::Phone(_) => PHONE_ROWS_MAX,
                Ledger::Hub(_) => HUB_ROWS_MAX,
            },
            ledger,
            args,
            stated_ms: args.stated.as_deref().map(parse_stated).transpose()?,
            indexes: BTreeMap::new(),
            batch: Vec::new(),
            bytes: 0,
            imported,
        })
    }

    fn run(&mut self, mut rows: Vec<Row>, output: Output) -> Result<()> {
        let bar = output.bar(
            u64::try_from(rows.len()).unwrap_or(u64::MAX),
            "导入 importing",
        );
        // Rows that name other rows of the file wait for them; a round that brings none of them further is the last.
        loop {
            let waiting = rows.len();
            let mut later = Vec::new();
            for mut row in rows {
                match self.resolve(&mut row)? {
                    Links::Found => {
                        self.take(&row)?;
                        bar.inc(1);
                    }
                    Links::Wrong(problems) => self.imported.reject(problems),
                    Links::Later(problems) => later.push((row, problems)),
                }
            }
            self.flush()?;
            if later.is_empty() || later.len() == waiting {
                for (_, problems) in later {
                    self.imported.reject(problems);
                }
                break;
            }
            rows = later.into_iter().map(|(row, _)| row).collect();
        }
        bar.finish_and_clear();
        let Imported { new, updated, .. } = self.imported;
        self.imported.taken = new + updated;
        Ok(())
    }

    fn index(&mut self, kind: Kind) -> Result<&mut Index> {
        if !self.indexes.contains_key(&kind) {
            let mut held = Vec::new();
            self.ledger.each(kind, |record| {
                held.push(Held::from(record));
                Ok(())
            })?;
            self.indexes
                .insert(kind, Index::new(kind, &self.home, held));
        }
        self.indexes.get_mut(&kind).ok_or(CliError::Nothing)
    }

    /// Puts the ids of the records that the row's links name in their place.
    fn resolve(&mut self, row: &mut Row) -> Result<Links> {
        let mut problems = Vec::new();
        let mut wait = false;
        for (key, name) in row.links.clone() {
            let Some((field, kinds)) = link_of(self.kind, key) else {
                continue;
            };
            let (kinds, name) = match name.split_once(':') {
                Some((word, rest)) if kinds == "*" || kinds.split(',').any(|kind| kind == word) => {
                    (word, rest)
                }
                _ => (kinds, name.as_str()),
            };
            let mut places = Vec::new();
            for kind in kinds
                .split(',')
                .filter_map(|word| word.parse::<Kind>().ok())
            {
                let index = self.index(kind)?;
                match index.find_called(name, row) {
                    Found::None => wait |= kind == self.kind,
                    Found::One(at) => places.push(index.held(at).map(|held| held.record.clone())),
                    Found::Many(many) => places.extend(vec![None; many]),
                }
            }
            match places.as_slice() {
                // A record of the batch that is not saved yet has no id.
                [Some(record)] if record.is_empty() && !self.args.dry_run => wait = true,
                [Some(record)] => {
                    row.values.insert(key, record.clone());
                    row.links.remove(key);
                    continue;
                }
                _ => {}
            }
            let wrong = if places.len() > 1 {
                Wrong::new(
                    "link_ambiguous",
                    format!(
                        "{}:这里叫这个名称的记录有 {} 条,请写记录编号",
                        field.zh,
                        places.len()
                    ),
                    format!(
                        "{key}: {} records here are called so: write the record's id",
                        places.len()
                    ),
                )
            } else {
                Wrong::new(
                    "link_unknown",
                    format!("{}:本社区没有叫这个名称的记录,请先导入它", field.zh),
                    format!("{key}: no record of this community is called so: import it first"),
                )
            };
            wait &= places.len() <= 1;
            problems.push(wrong.of(key).at(row.line));
        }
        Ok(match (problems.is_empty(), wait) {
            (true, _) => Links::Found,
            (false, true) => Links::Later(problems),
            (false, false) => Links::Wrong(problems),
        })
    }

    /// Holds a row against what is here.
    fn take(&mut self, row: &Row) -> Result<()> {
        let index = self.index(self.kind)?;
        let found = index.find(row);
        if let Found::One(at) = found
            && let Some(first) = index.claim(at, row.line)
        {
            let wrong = Wrong::new(
                "row_twice",
                format!("与第 {first} 行说的是同一条记录:只留一行,或写明能区分的编号"),
                format!(
                    "line {first} is about the same record: keep one, or give numbers that tell them apart"
                ),
            );
            self.imported.reject([wrong.at(row.line)]);
            return Ok(());
        }
        match found {
            Found::One(at) => self.compare(row, at),
            Found::None => self.take_new(row),
            Found::Many(many) => {
                let wrong = Wrong::new(
                    "record_ambiguous",
                    format!("这里有 {many} 条记录与此行相符,请在 record 列写记录编号"),
                    format!(
                        "{many} records here are as this row says: write the id in a column «record»"
                    ),
                );
                self.imported.reject([wrong.at(row.line)]);
                Ok(())
            }
        }
    }

    fn take_new(&mut self, row: &Row) -> Result<()> {
        let missing = missing(self.kind, row);
        if !missing.is_empty() {
            self.imported.reject(missing);
            return Ok(());
        }
        let at = self.index(self.kind)?.add_row(row);
        let area = if row.area.is_empty() {
            self.args.area.clone().unwrap_or_default()
        } else {
            row.area.clone()
        };
        let draft = Draft::New {
            kind: self.kind.word(),
            area,
            fields: row
                .values
                .iter()
                .map(|(key, value)| FieldEdit::set(*key, value))
                .collect(),
            step: None,
            stated_ms: self.stated_ms,
        };
        self.push(Act {
            line: row.line,
            draft,
            new: Some(at),
            conflict: None,
        })
    }

    fn compare(&mut self, row: &Row, at: usize) -> Result<()> {
        let (update, clear, stated_ms, kind) =
            (self.args.update, self.args.clear, self.stated_ms, self.kind);
        let Some(held) = self.index(kind)?.held(at).cloned() else {
            return Ok(());
        };
        let mut fields = Vec::new();
        let mut edits = Vec::new();
        for (key, file) in &row.values {
            let here = held.fields.get(*key);
            if here.is_some_and(|here| plain(&here.value) == plain(file)) {
                continue;
            }
            let older = stated_ms.is_none_or(|stated| {
                here.and_then(|here| here.stated_ms)
                    .is_none_or(|here| here < stated)
            });
            let open = field_named(kind, key).is_some_and(|field| field.facet == Facet::Open);
            let shown = |value: &str| {
                if open || clear {
                    value.to_owned()
                } else {
                    "*".repeat(value.chars().count().min(8))
                }
            };
            fields.push(Difference {
                field: (*key).to_owned(),
                here: here.map(|here| shown(&here.value)).unwrap_or_default(),
                file: shown(file),
                written: update && older,
            });
            if update && older {
                edits.push(FieldEdit::set(*key, file));
            }
        }
        if !row.area.is_empty() && row.area != held.area {
            fields.push(Difference {
                field: super::columns::AREA.to_owned(),
                here: held.area.clone(),
                file: row.area.clone(),
                // To which area a record belongs is said once, when it is made.
                written: false,
            });
        }
        if fields.is_empty() {
            self.imported.matched += 1;
            return Ok(());
        }
        self.imported.conflicting += 1;
        let conflict = self.imported.conflicts.len();
        self.imported.conflicts.push(Conflict {
            line: row.line,
            record: held.record.clone(),
            fields,
        });
        if edits.is_empty() {
            return Ok(());
        }
        let draft = Draft::Edit {
            record: held.record,
            fields: edits,
            stated_ms,
        };
        self.push(Act {
            line: row.line,
            draft,
            new: None,
            conflict: Some(conflict),
        })
    }

    fn push(&mut self, act: Act) -> Result<()> {
        self.bytes += bytes(&act.draft);
        self.batch.push(act);
        if self.batch.len() >= self.rows_max || self.bytes >= BYTES_MAX {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Saves what waits, as one transaction; what is refused is listed with its line.
    fn flush(&mut self) -> Result<()> {
        let acts = std::mem::take(&mut self.batch);
        self.bytes = 0;
        if acts.is_empty() {
            return Ok(());
        }
        if self.args.dry_run {
            acts.iter().for_each(|act| self.count(act));
            return Ok(());
        }
        let drafts: Vec<Draft> = acts.iter().map(|act| act.draft.clone()).collect();
        let saved = self.ledger.save(&drafts)?;
        for (act, saved) in acts.iter().zip(saved) {
            match saved {
                Ok(done) => {
                    if let Some(at) = act.new {
                        self.index(self.kind)?.name(at, &done.record);
                    }
                    self.count(act);
                }
                Err(error) => {
                    let problem = refused(error)?.at(act.line);
                    self.unwrite(act);
                    self.imported.reject([problem]);
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, act: &Act) {
        match act.new {
            Some(_) => self.imported.new += 1,
            None => self.imported.updated += 1,
        }
    }

    /// A conflict whose values were refused is a row that was left out.
    fn unwrite(&mut self, act: &Act) {
        let conflict = act
            .conflict
            .and_then(|at| self.imported.conflicts.get_mut(at));
        if let Some(conflict) = conflict {
            self.imported.conflicting -= 1;
            for field in &mut conflict.fields {
                field.written = false;
            }
        }
    }
}

/// What was said against one act; anything else ends the import.
fn refused(error: CliError) -> Result<Wrong> {
    match error {
        CliError::Phone(wangge_core::Error::FixDraft(trouble)) => {
            Ok(
                Wrong::new(trouble.code, trouble.zh.clone(), trouble.en.clone())
                    .of(trouble.field.as_deref().unwrap_or_default()),
            )
        }
        CliError::Refused {
            code,
            field,
            zh,
            en,
        } => Ok(Wrong::new(&code, zh, en).of(&field)),
        other => Err(other),
    }
}

/// Text without what files change: the ends of lines and of the text.
fn plain(text: &str) -> String {
    text.trim().replace("\r\n", "\n")
}

fn bytes(draft: &Draft) -> usize {
    match draft {
        Draft::New { fields, .. } | Draft::Edit { fields, .. } => fields
            .iter()
            .map(|field| field.key.len() + field.value.as_ref().map_or(0, String::len) + 24)
            .sum(),
        Draft::Step { .. } => 0,
    }
}
