//! What is printed: tables for people, JSON for machines, a progress bar on a terminal only.

use std::io::{self, IsTerminal, Write};

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::error::{CliError, Result};

/// Where the answer goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether the answer is for machines.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// The answer: one line of JSON, or the text for people.
    pub(crate) fn print<T: Serialize>(
        self,
        value: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<()> {
        let line = if self.json {
            serde_json::to_string(value).map_err(|source| CliError::Encode { source })?
        } else {
            text(value)
        };
        self.line(&line)
    }

    /// A line of the answer.
    pub(crate) fn line(self, line: &str) -> Result<()> {
        let mut out = io::stdout().lock();
        let whole = format!("{}\n", line.trim_end());
        match out.write_all(whole.as_bytes()).and_then(|()| out.flush()) {
            // Who reads has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            done => done.map_err(|source| CliError::Print { source }),
        }
    }

    /// Tells a person what is going on; machines are not told.
    pub(crate) fn note(self, line: &str) {
        if !self.json {
            // Where nobody can read it, nothing is lost.
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }

    /// Tells what went wrong on the standard error, where machines' logs have it too.
    pub(crate) fn warn(self, line: &str) {
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// A bar for long work, shown on a terminal and to people only.
    pub(crate) fn bar(self, steps: u64, what: &'static str) -> ProgressBar {
        if self.json || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(steps).with_message(what);
        match ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }
}

/// A plain table. Chinese characters count as two columns wide.
pub(crate) fn table<H: Into<comfy_table::Row>, R: Into<comfy_table::Row>>(
    head: H,
    rows: impl IntoIterator<Item = R>,
) -> String {
    let mut table = Table::new();
    table
        .load_style(UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(head);
    for row in rows {
        table.add_row(row);
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn columns_stand_straight_under_chinese() {
        let text = table(
            ["姓名 name", "地址 address"],
            [
                ["王芳".to_owned(), "1".to_owned()],
                ["Ann".to_owned(), "东街 2 号".to_owned()],
            ],
        );
        expect![[r#"
            ──────────────────────────
             姓名 name   地址 address
            ══════════════════════════
             王芳        1
            ──────────────────────────
             Ann         东街 2 号
            ──────────────────────────"#]]
        .assert_eq(&text);
    }
}
