//! Looking for damage: on request, and at the open after a step has met some.
//!
//! A damaged page is met when it is read, in the middle of a step, and the step fails. That alone would
//! let a phone fail at the same act for ever; so the store is put under suspicion, by an empty file beside
//! it, and the next open reads all of it: either it is whole after all, or the open says so and the store
//! can be set aside.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::Connection;

use crate::error::{Doing, StoreError};
use crate::open::{self, Options};

/// What a store under suspicion has beside it.
pub(crate) const SUSPECT: &str = ".suspect";

/// Reads every page and every index.
pub(crate) fn all_of(conn: &Connection, options: &Options) -> Result<(), StoreError> {
    let doing = "checking the store";
    // SQLCipher's own check reads past the log and would call healthy stores damaged.
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .doing(doing)?;
    let mut checks = vec!["PRAGMA integrity_check(10)"];
    if options.key.is_some() {
        checks.push("PRAGMA cipher_integrity_check");
    }
    let mut found = Vec::new();
    for check in checks {
        let mut statement = conn.prepare(check).doing(doing)?;
        let mut rows = statement.query([]).doing(doing)?;
        while let Some(row) = rows.next().doing(doing)? {
            found.push(row.get::<_, String>(0).doing(doing)?);
        }
    }
    found.retain(|line| line != "ok");
    if found.is_empty() {
        Ok(())
    } else {
        Err(StoreError::Damaged {
            found: found.join("; "),
        })
    }
}

/// Puts a store under suspicion. Where even that cannot be written, the next step says what this one said.
pub(crate) fn suspect(path: &Path) {
    let mark = open::beside(path, SUSPECT);
    if let Err(error) = File::create(&mark) {
        tracing::warn!(%error, mark = %mark.display(), "the store cannot be put under suspicion");
    }
}

/// Clears a suspicion, or confirms it.
pub(crate) fn settle(conn: &Connection, options: &Options) -> Result<(), StoreError> {
    let mark = open::beside(&options.path, SUSPECT);
    if !mark.exists() {
        return Ok(());
    }
    all_of(conn, options)?;
    fs::remove_file(&mark).map_err(|error| open::file_error("removing", &mark, error))
}
