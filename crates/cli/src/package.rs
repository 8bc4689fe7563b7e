//! `wangge package`: the reference data of a place as a folder of tables. It is judged whole, and loaded only if nothing in it is wrong.

mod load;
mod read;

use std::path::Path;

use serde::Serialize;
use wangge_core::rows::ReportAsk;
use wangge_core::{PackageTable, check_package, shipped_package};
use wangge_model::field::fields;
use wangge_model::kind::Kind;

use crate::args::{DiffArgs, FolderArgs, LoadArgs, PackageArgs, PackageCommand, WhereArgs};
use crate::error::{CliError, Result};
use crate::export::write_csv;
use crate::output::Output;
use crate::records::Ledger;
use crate::words;
use load::Loaded;
use read::{About, Package, Problem};

/// Problems that are told one by one; of more only the number.
const TOLD_MAX: usize = 50;

/// A package with what is wrong with it.
#[derive(Serialize)]
struct Checked<'a> {
    name: &'a str,
    source: &'a str,
    version: &'a str,
    files: Vec<File<'a>>,
    problems: &'a [Problem],
    hard: u64,
    soft: u64,
}

/// A table of the package.
#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    kind: String,
    rows: usize,
}

pub(crate) fn run(args: PackageArgs, output: Output) -> Result<()> {
    match args.command {
        PackageCommand::Check(args) => check(&args, output),
        PackageCommand::Load(args) => load(&args, output),
        PackageCommand::Export(args) => export(&args, output),
        PackageCommand::Diff(args) => diff(args, output),
    }
}

/// The ledger, where one is named.
fn ledger(place: &WhereArgs) -> Result<Option<Ledger>> {
    let named = place.hub.is_some() || place.phone.is_some() || place.dir.is_some();
    named.then(|| place.ledger()).transpose()
}

/// Reads a package and judges it, by itself or with what is in force.
fn judged(folder: &Path, ledger: Option<&Ledger>) -> Result<Package> {
    let mut package = Package::read(folder)?;
    let (tables, places) = package.numbered();
    let found = match ledger {
        Some(ledger) => ledger.check_package(&tables)?,
        None => check_package(&tables, words::today()),
    };
    package.found(found, &places);
    Ok(package)
}

fn check(args: &FolderArgs, output: Output) -> Result<()> {
    let ledger = ledger(&args.place)?;
    let package = judged(&args.package, ledger.as_ref());
    if let Some(ledger) = ledger {
        ledger.close()?;
    }
    let package = package?;
    tell(&package, output)?;
    refuse(&package)
}

fn refuse(package: &Package) -> Result<()> {
    match package.hard() {
        0 => Ok(()),
        hard => Err(CliError::BrokenRules { hard }),
    }
}

/// Says what is in the package and what is wrong with it.
fn tell(package: &Package, output: Output) -> Result<()> {
    let About {
        name,
        source,
        version,
        ..
    } = &package.about;
    let files = package.tables.iter().map(|table| File {
        file: &table.file,
        kind: table.kind.word(),
        rows: table.rows.len(),
    });
    let hard = package.hard();
    let checked = Checked {
        name,
        source,
        version,
        files: files.collect(),
        problems: &package.problems,
        hard,
        soft: (package.problems.len() as u64).saturating_sub(hard),
    };
    for problem in package.problems.iter().take(TOLD_MAX) {
        let at: Vec<String> = problem
            .at
            .iter()
            .map(|place| format!("{}:{}", place.file, place.line))
            .collect();
        let weight = if problem.hard {
            "错误 wrong"
        } else {
            "提示 odd"
        };
        output.note(&format!(
            "{weight} {}: {} · {} [{}]",
            at.join(" "),
            problem.zh,
            problem.en,
            problem.code
        ));
    }
    output.print(&checked, |checked| {
        let mut text: Vec<String> = checked
            .files
            .iter()
            .map(|file| format!("{}  {}  {} 行 rows", file.file, file.kind, file.rows))
            .collect();
        let Checked { hard, soft, .. } = checked;
        text.push(format!("错误 wrong {hard}, 提示 odd {soft}"));
        text.join("\n")
    })
}

/// Loads a package, or says what loading it would do.
fn load(args: &LoadArgs, output: Output) -> Result<()> {
    let FolderArgs { package, place } = &args.folder;
    let ledger = place.ledger()?;
    let done = judged(package, Some(&ledger)).and_then(|package| {
        if package.hard() > 0 {
            tell(&package, output)?;
            return refuse(&package);
        }
        let loaded = load::load(&package, &ledger, place, args, output)?;
        told(&loaded, output)
    });
    ledger.close()?;
    done
}

fn told(loaded: &Loaded, output: Output) -> Result<()> {
    output.print(loaded, |loaded| {
        let mut text: Vec<String> = loaded
            .kinds
            .iter()
            .map(|kind| {
                format!(
                    "{}: 新增 new {}, 相同 matched {}, 修改 changed {}, 撤下 withdrawn {}, 文件中没有 absent {}",
                    kind.kind, kind.new, kind.matched, kind.changed, kind.withdrawn, kind.absent
                )
            })
            .collect();
        if loaded.dry_run {
            text.push("只核对,没有写入 nothing was written".to_owned());
        }
        text.join("\n")
    })
}

/// Writes what is in force.
fn export(args: &FolderArgs, output: Output) -> Result<()> {
    let folder = &args.package;
    let tables = match ledger(&args.place)? {
        Some(ledger) => {
            let tables = ledger.package();
            ledger.close()?;
            tables?
        }
        None => shipped_package(words::today()),
    };
    let failed = |source| CliError::Write {
        path: folder.clone(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut files = Vec::new();
    for table in &tables {
        let file = format!("{}.csv", table.kind);
        write_table(&folder.join(&file), table)?;
        files.push((file, table.kind.clone(), table.rows.len()));
    }
    let files: Vec<File<'_>> = files
        .iter()
        .map(|(file, kind, rows)| File {
            file,
            kind: kind.clone(),
            rows: *rows,
        })
        .collect();
    output.print(&files, |files| {
        let lines = files
            .iter()
            .map(|file| format!("{}  {} 行 rows", file.file, file.rows));
        lines.collect::<Vec<_>>().join("\n")
    })
}

fn write_table(path: &Path, table: &PackageTable) -> Result<()> {
    let kind: Kind = words::kind(&table.kind)?;
    let heading: Vec<&str> = fields(kind).iter().map(|field| field.key).collect();
    let rows = table.rows.iter().map(|row| {
        let cell = |key: &&str| row.values.get(*key).cloned().unwrap_or_default();
        heading.iter().map(cell).collect()
    });
    write_csv(path, &heading, &rows.collect::<Vec<Vec<String>>>())
}

/// What a package would change, or what local rows change against the levels above.
fn diff(args: DiffArgs, output: Output) -> Result<()> {
    let Some(package) = args.package else {
        let ledger = args.place.ledger()?;
        let ask = ReportAsk {
            name: "overlay".to_owned(),
            area: args.area,
            ..ReportAsk::default()
        };
        let told = ledger.tell_report(ask, output);
        ledger.close()?;
        return told;
    };
    let args = LoadArgs {
        folder: FolderArgs {
            package,
            place: args.place,
        },
        dry_run: true,
        withdraw: true,
    };
    load(&args, output)
}
