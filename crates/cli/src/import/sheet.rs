//! Tables as files: CSV in UTF-8, or the first sheet of an XLSX workbook.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::{RowProblem, Wrong};
use crate::error::{CliError, Result};

/// What every XLSX file begins with: it is a ZIP archive.
const ZIP: &[u8] = b"PK\x03\x04";

/// A table as it stands in the file. Lines are counted from 1, the heading included; a row's line is its first.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// The first line, trimmed.
    pub(crate) heading: Vec<String>,
    /// The other lines that are as long as the heading; those with nothing in them are passed over.
    pub(crate) rows: Vec<(u64, Vec<String>)>,
    /// The other lines that are not.
    pub(crate) bad: Vec<RowProblem>,
}

impl Sheet {
    /// Reads a file's bytes, whichever of the two it is.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self> {
        if bytes.starts_with(ZIP) {
            Self::read_xlsx(bytes)
        } else {
            Self::read_text(bytes, csv::ReaderBuilder::new().flexible(true))
        }
    }

    /// Reads columns between tabs; lines that begin with `#` say something about the table.
    pub(crate) fn read_tsv(bytes: &[u8]) -> Result<Self> {
        let mut reader = csv::ReaderBuilder::new();
        Self::read_text(
            bytes,
            reader.flexible(true).delimiter(b'\t').comment(Some(b'#')),
        )
    }

    fn read_text(bytes: &[u8], reader: &csv::ReaderBuilder) -> Result<Self> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if std::str::from_utf8(bytes).is_err() {
            return Err(CliError::NotUtf8 {
                line: bad_line(bytes),
            });
        }
        let mut reader = reader.from_reader(bytes);
        let heading = reader
            .headers()
            .map_err(|source| CliError::Heading { source })?;
        let mut sheet = Self {
            heading: heading.iter().map(|cell| cell.trim().to_owned()).collect(),
            ..Self::default()
        };
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    sheet.take(line, record.iter().map(str::to_owned).collect());
                }
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    let wrong = Wrong::new(
                        "row_malformed",
                        "这一行不是 CSV",
                        format!("not CSV: {error}"),
                    );
                    sheet.bad.push(wrong.at(line));
                }
            }
        }
        Ok(sheet)
    }

    fn read_xlsx(bytes: &[u8]) -> Result<Self> {
        let broken = |source| CliError::Workbook { source };
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
        let range = match book.worksheet_range_at(0) {
            Some(range) => range.map_err(broken)?,
            None => return Ok(Self::default()),
        };
        let first = range.start().map_or(0, |(row, _)| row);
        let mut rows = (u64::from(first) + 1..).zip(range.rows());
        let mut sheet = Self::default();
        if let Some((_, cells)) = rows.next() {
            sheet.heading = cells
                .iter()
                .map(|cell| text(cell).trim().to_owned())
                .collect();
        }
        for (line, cells) in rows {
            sheet.take(line, cells.iter().map(text).collect());
        }
        Ok(sheet)
    }

    /// Takes a line: a row, nothing, or one of another length.
    fn take(&mut self, line: u64, cells: Vec<String>) {
        let (found, expected) = (cells.len(), self.heading.len());
        if found != expected {
            let wrong = Wrong::new(
                "row_columns",
                format!("有 {found} 列,应为 {expected} 列:检查逗号与引号"),
                format!("{found} columns where {expected} belong: check commas and quotes"),
            );
            self.bad.push(wrong.at(line));
        } else if cells.iter().any(|cell| !cell.trim().is_empty()) {
            self.rows.push((line, cells));
        }
    }
}

/// A cell as a person would type it.
fn text(cell: &Data) -> String {
    match cell {
        Data::DateTime(at) if at.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                // A workbook knows no time zones; the country has one.
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+08:00")
            }
        }
        cell => cell.to_string(),
    }
}

/// The line of the first byte that is not UTF-8.
fn bad_line(bytes: &[u8]) -> u64 {
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let before = bytes.get(..valid).unwrap_or_default();
    1 + before
        .iter()
        .fold(0, |lines, byte| lines + u64::from(*byte == b'\n'))
}
