//! Tables written to files: the new file takes the old one's place when it is whole.

use std::io;
use std::path::Path;

use rust_xlsxwriter::Workbook;
use tempfile::NamedTempFile;

use crate::error::{CliError, Result};

/// Writes a CSV file in UTF-8, with the mark by which table programs know it.
pub(crate) fn write_csv(path: &Path, heading: &[&str], rows: &[Vec<String>]) -> Result<()> {
    write(path, |file| {
        io::Write::write_all(file, b"\xef\xbb\xbf")?;
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(heading)?;
        for row in rows {
            writer.write_record(row)?;
        }
        writer.flush()
    })
}

/// Writes an XLSX file of one sheet. Every cell is text: a program that reads numbers would cut an identity number short.
pub(super) fn write_xlsx(path: &Path, heading: &[&str], rows: &[Vec<String>]) -> Result<()> {
    let failed = |source| CliError::MakeWorkbook { source };
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, cell) in (0_u16..).zip(heading) {
        sheet.write_string(0, column, *cell).map_err(failed)?;
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(line, column, cell).map_err(failed)?;
        }
    }
    let bytes = book.save_to_buffer().map_err(failed)?;
    write(path, |file| io::Write::write_all(file, &bytes))
}

fn write(path: &Path, fill: impl FnOnce(&mut NamedTempFile) -> io::Result<()>) -> Result<()> {
    let failed = |source| CliError::Write {
        path: path.to_path_buf(),
        source,
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    fill(&mut file).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
