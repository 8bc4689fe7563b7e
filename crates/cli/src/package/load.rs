//! A sound package becomes a director's acts: what is here already is not written again.

use serde::Serialize;
use wangge_core::{Draft, FieldEdit};
use wangge_model::field::field_named;
use wangge_model::time::{Date, Ms};

use super::read::{Package, Table};
use crate::args::{ImportArgs, LoadArgs, WhereArgs};
use crate::error::{CliError, Result};
use crate::held::Held;
use crate::import::{Conflict, Imported, RowProblem, import_rows};
use crate::output::Output;
use crate::records::Ledger;

const DAY_MS: i64 = 86_400_000;

/// Acts that are saved at once.
const ACTS_AT_ONCE: usize = 256;

/// What loading did, or would do.
#[derive(Serialize)]
pub(super) struct Loaded {
    pub(super) name: String,
    pub(super) source: String,
    pub(super) version: String,
    pub(super) kinds: Vec<KindLoaded>,
    pub(super) dry_run: bool,
}

/// The rows of one file.
#[derive(Serialize)]
pub(super) struct KindLoaded {
    pub(super) kind: String,
    pub(super) file: String,
    pub(super) new: u64,
    pub(super) matched: u64,
    pub(super) changed: u64,
    /// Records that the package no longer has and that end now.
    pub(super) withdrawn: u64,
    /// Records that the package no longer has.
    pub(super) absent: u64,
    pub(super) changes: Vec<Conflict>,
    /// Rows that the ledger did not take.
    pub(super) refused: Vec<RowProblem>,
}

pub(super) fn load(
    package: &Package,
    ledger: &Ledger,
    place: &WhereArgs,
    args: &LoadArgs,
    output: Output,
) -> Result<Loaded> {
    let mut kinds = Vec::new();
    // Several files may hold rows of one kind: absent is what none of them has.
    let mut tables = package.tables.iter().peekable();
    while let Some(table) = tables.next() {
        let mut rows = table.rows.clone();
        let mut file = table.file.clone();
        while let Some(next) = tables.next_if(|next| next.kind == table.kind) {
            rows.extend(next.rows.iter().cloned());
            file = format!("{file} {}", next.file);
        }
        let import = import_args(table, place, args.dry_run);
        let (imported, left) = import_rows(table.kind, rows, ledger, &import, output)?;
        kinds.push(settle(table, file, imported, &left, ledger, args)?);
    }
    let refused: usize = kinds.iter().map(|kind| kind.refused.len()).sum();
    if refused > 0 {
        for kind in &kinds {
            crate::import::tell_bad(&kind.refused, output);
        }
        return Err(CliError::BadRows { rows: refused });
    }
    Ok(Loaded {
        name: package.about.name.clone(),
        source: package.about.source.clone(),
        version: package.about.version.clone(),
        kinds,
        dry_run: args.dry_run,
    })
}

fn import_args(table: &Table, place: &WhereArgs, dry_run: bool) -> ImportArgs {
    ImportArgs {
        what: table.kind.word(),
        file: table.file.clone().into(),
        place: place.clone(),
        area: None,
        county: None,
        dry_run,
        update: true,
        stated: None,
        map: Vec::new(),
        clear: false,
    }
}

/// Ends what the package no longer has, if that is wanted.
fn settle(
    table: &Table,
    file: String,
    imported: Imported,
    left: &[Held],
    ledger: &Ledger,
    args: &LoadArgs,
) -> Result<KindLoaded> {
    let home = ledger.home()?;
    let today = crate::words::today();
    let valid = |held: &&Held| {
        let until = held.fields.get("valid_until");
        let until = until.and_then(|field| field.value.parse::<Date>().ok());
        held.area == home && until.is_none_or(|until| until >= today)
    };
    let absent: Vec<&Held> = left.iter().filter(valid).collect();
    let ends = field_named(table.kind, "valid_until").is_some();
    let mut withdrawn = 0;
    if args.withdraw && ends {
        withdrawn = absent.len() as u64;
        let yesterday = Ms(today.start().0.saturating_sub(DAY_MS)).date();
        let acts: Vec<Draft> = absent.iter().map(|held| end(held, yesterday)).collect();
        for acts in acts.chunks(ACTS_AT_ONCE).filter(|_| !args.dry_run) {
            for saved in ledger.save(acts)? {
                saved?;
            }
        }
    }
    Ok(KindLoaded {
        kind: table.kind.word(),
        file,
        new: imported.new,
        matched: imported.matched,
        changed: imported.conflicting,
        withdrawn,
        absent: absent.len() as u64,
        changes: imported.conflicts,
        refused: imported.bad,
    })
}

fn end(held: &Held, yesterday: Date) -> Draft {
    Draft::Edit {
        record: held.record.clone(),
        fields: vec![FieldEdit::set("valid_until", yesterday.to_string())],
        stated_ms: None,
    }
}
