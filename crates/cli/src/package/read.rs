//! A package as a folder: a table a kind, and what `package.toml` says of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wangge_core::{PackageFinding, PackageRow, PackageTable, read_levels};
use wangge_model::field::{field_named, fields};
use wangge_model::kind::{Kind, Reach};

use crate::error::{CliError, Result};
use crate::import::columns::{Row, missing, read_heading, read_row};
use crate::import::{RowProblem, Sheet};
use crate::words;

/// What a package says of itself.
const ABOUT: &str = "package.toml";

/// The heading of a plain list of levels.
const LEVELS: [&str; 3] = ["level1", "level2", "level3"];

/// `package.toml`; every part of it may be left out.
#[derive(Debug, Default, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct About {
    /// What it is called.
    pub(super) name: String,
    /// Where its rows are from; rows without a note have it as theirs.
    pub(super) source: String,
    /// Its version; rows without one have it as theirs.
    pub(super) version: String,
    /// The kinds of files that are not named by them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) files: BTreeMap<String, String>,
    /// Of a kind: which field a column of another name is.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) columns: BTreeMap<String, BTreeMap<String, String>>,
    /// Of a file that lists levels of classes: to which taxonomy they belong, and what their codes begin with.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) levels: BTreeMap<String, Levels>,
}

/// How a list of levels becomes classes.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Levels {
    pub(super) prefix: String,
    pub(super) taxonomy: String,
}

impl Default for Levels {
    fn default() -> Self {
        Self {
            prefix: "L".to_owned(),
            taxonomy: "local".to_owned(),
        }
    }
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: u64,
}

/// Something wrong or odd.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Problem {
    /// Where: one line or several.
    pub(super) at: Vec<Place>,
    /// The field; empty where none is to blame.
    pub(super) field: String,
    /// Records in force that it is about.
    pub(super) records: Vec<String>,
    pub(super) code: String,
    pub(super) hard: bool,
    pub(super) zh: String,
    pub(super) en: String,
}

/// The rows of one file.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) kind: Kind,
    pub(super) file: String,
    pub(super) rows: Vec<Row>,
}

/// A package as it stands in its folder.
#[derive(Debug, Default)]
pub(super) struct Package {
    pub(super) about: About,
    pub(super) tables: Vec<Table>,
    pub(super) problems: Vec<Problem>,
}

impl Package {
    /// Reads a folder whole; what is wrong with single cells is among the problems.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut package = Self {
            about: read_about(&folder.join(ABOUT))?,
            ..Self::default()
        };
        for path in files(folder)? {
            package.take(&path)?;
        }
        // What others refer to goes first.
        package.tables.sort_by_key(|table| table.kind.to_u32());
        if package.tables.is_empty() && package.problems.is_empty() {
            return Err(CliError::Nothing);
        }
        Ok(package)
    }

    fn take(&mut self, path: &Path) -> Result<()> {
        let name = |part: Option<&std::ffi::OsStr>| {
            part.unwrap_or_default().to_string_lossy().into_owned()
        };
        let (file, stem) = (name(path.file_name()), name(path.file_stem()));
        let bytes = crate::import::read_file(path)?;
        let sheet = if file.ends_with(".tsv") {
            Sheet::read_tsv(&bytes)?
        } else {
            Sheet::read(&bytes)?
        };
        if sheet.heading == LEVELS {
            let text = String::from_utf8_lossy(&bytes);
            self.take_levels(&file, &text);
            return Ok(());
        }
        let word = self.about.files.get(&file).unwrap_or(&stem);
        let Ok(kind) = words::kind(word) else {
            self.odd(&file, "package.file", "文件名不是记录类型，请改名或在 package.toml 的 [files] 中写明", "the file is not named by a kind: rename it, or say its kind in [files] of package.toml");
            return Ok(());
        };
        if kind.reach() != Reach::Down {
            self.odd(
                &file,
                "package.reach",
                "这类记录不是由上级统一发布的，不能放在基础数据中",
                "records of this kind are not issued for all: they are no part of a package",
            );
            return Ok(());
        }
        self.take_sheet(kind, file, sheet)
    }

    fn take_sheet(&mut self, kind: Kind, file: String, sheet: Sheet) -> Result<()> {
        let named = self.about.columns.get(&kind.word()).cloned();
        let named: Vec<String> = named
            .unwrap_or_default()
            .iter()
            .map(|(column, field)| format!("{column}={field}"))
            .collect();
        let (columns, warnings) = match read_heading(kind, &sheet, &named) {
            Ok(read) => read,
            Err(CliError::Columns { missing }) => {
                let (zh, en) = (
                    format!("缺少列：{missing}"),
                    format!("columns are missing: {missing}"),
                );
                self.odd(&file, "package.columns", &zh, &en);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        self.tell(&file, warnings, false);
        self.tell(&file, sheet.bad, true);
        let mut rows = Vec::new();
        for (line, cells) in sheet.rows {
            match read_row(&columns, line, &cells) {
                Ok(mut row) => {
                    self.about.complete(kind, &mut row);
                    self.tell(&file, missing(kind, &row), true);
                    rows.push(row);
                }
                Err(problems) => self.tell(&file, problems, true),
            }
        }
        self.tables.push(Table { kind, file, rows });
        Ok(())
    }

    fn take_levels(&mut self, file: &str, text: &str) {
        let how = self.about.levels.get(file).cloned().unwrap_or_default();
        let version = match self.about.version.as_str() {
            "" => "1",
            version => version,
        };
        let (table, found) = read_levels(text, &how.prefix, &how.taxonomy, version);
        for PackageFinding {
            lines,
            code,
            hard,
            zh,
            en,
            ..
        } in found
        {
            let at = lines.iter().map(|line| Place {
                file: file.to_owned(),
                line: *line,
            });
            self.problems.push(Problem {
                at: at.collect(),
                field: String::new(),
                records: Vec::new(),
                code,
                hard,
                zh,
                en,
            });
        }
        let rows = table.rows.into_iter().map(|row| {
            let value = |(key, value): (String, String)| {
                field_named(Kind::CLASS, &key).map(|field| (field.key, value))
            };
            let mut row = Row {
                line: row.line,
                record: None,
                area: String::new(),
                values: row.values.into_iter().filter_map(value).collect(),
                links: BTreeMap::new(),
            };
            self.about.complete(Kind::CLASS, &mut row);
            row
        });
        let rows = rows.collect();
        self.tables.push(Table {
            kind: Kind::CLASS,
            file: file.to_owned(),
            rows,
        });
    }

    fn odd(&mut self, file: &str, code: &str, zh: &str, en: &str) {
        let place = Place {
            file: file.to_owned(),
            line: 1,
        };
        self.problems.push(Problem {
            at: vec![place],
            field: String::new(),
            records: Vec::new(),
            code: code.to_owned(),
            hard: true,
            zh: zh.to_owned(),
            en: en.to_owned(),
        });
    }

    fn tell(&mut self, file: &str, problems: impl IntoIterator<Item = RowProblem>, hard: bool) {
        self.problems
            .extend(problems.into_iter().map(|problem| Problem {
                at: vec![Place {
                    file: file.to_owned(),
                    line: problem.line,
                }],
                field: problem.field,
                records: Vec::new(),
                code: problem.code,
                hard,
                zh: problem.zh,
                en: problem.en,
            }));
    }

    /// The tables for the rules, their rows numbered through the whole package, and where each number stands.
    pub(super) fn numbered(&self) -> (Vec<PackageTable>, Vec<Place>) {
        let mut places = Vec::new();
        let mut tables = Vec::new();
        for Table { kind, file, rows } in &self.tables {
            let rows = rows.iter().map(|row| {
                let number = places.len() as u64;
                places.push(Place {
                    file: file.clone(),
                    line: row.line,
                });
                let values = row.values.iter();
                PackageRow {
                    line: number,
                    values: values
                        .map(|(key, value)| ((*key).to_owned(), value.clone()))
                        .collect(),
                }
            });
            let rows = rows.collect();
            tables.push(PackageTable {
                kind: kind.word(),
                rows,
            });
        }
        (tables, places)
    }

    /// What the rules found, at its lines.
    pub(super) fn found(&mut self, findings: Vec<PackageFinding>, places: &[Place]) {
        for PackageFinding {
            lines,
            records,
            code,
            hard,
            zh,
            en,
            ..
        } in findings
        {
            let at = lines
                .iter()
                .filter_map(|line| places.get(usize::try_from(*line).ok()?));
            self.problems.push(Problem {
                at: at.cloned().collect(),
                field: String::new(),
                records,
                code,
                hard,
                zh,
                en,
            });
        }
        self.problems.sort_by_key(|problem| !problem.hard);
    }

    /// How many problems forbid loading it.
    pub(super) fn hard(&self) -> u64 {
        self.problems.iter().filter(|problem| problem.hard).count() as u64
    }
}

impl About {
    /// A row that does not say its version or where it is from has the package's.
    fn complete(&self, kind: Kind, row: &mut Row) {
        for (key, value) in [("version", &self.version), ("note", &self.source)] {
            let field = fields(kind).iter().find(|field| field.key == key);
            if let Some(field) = field.filter(|_| !value.is_empty()) {
                row.values.entry(field.key).or_insert_with(|| value.clone());
            }
        }
    }
}

fn read_about(path: &Path) -> Result<About> {
    if !path.exists() {
        return Ok(About::default());
    }
    let text = String::from_utf8_lossy(&crate::import::read_file(path)?).into_owned();
    toml::from_str(&text).map_err(|error| CliError::Word {
        zh: format!("{ABOUT} 无法读取：{}", error.message()),
        en: format!("{ABOUT} cannot be read: {error}"),
    })
}

/// The tables of a folder, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |source| CliError::Read {
        path: folder.to_path_buf(),
        source,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let end = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        if matches!(end.as_str(), "csv" | "tsv" | "xlsx") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
