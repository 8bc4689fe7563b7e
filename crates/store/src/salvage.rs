//! What to do with a store that cannot be read: never delete it, it may be the only copy.
//!
//! [`set_aside`] moves it out of the way under another name, a new store takes its place, and
//! [`Wreck::commits`] takes out of the old one every commit that a damaged page has not swallowed, to
//! be offered again: a hub passes over what it has.
//!
//! There is no second file into which each commit is also written. It would cost every act a second
//! sync (the price of an act is its sync), and damage seldom is larger than a few pages, of which each
//! holds a handful of commits: the rows around them come out.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row};
use wangge_engine::tx::CommitState;

use crate::check::SUSPECT;
use crate::error::StoreError;
use crate::key::Key;
use crate::limits;
use crate::open::{self, Mode, Options};

/// Renames a store's files from `name` to `name.broken-<ms>` and says the new name. The store must be
/// closed.
///
/// # Errors
///
/// [`StoreError::File`]; nothing was moved then, or only the companions of a database that was.
pub fn set_aside(path: &Path, now_ms: i64) -> Result<PathBuf, StoreError> {
    let aside = free_name(path, now_ms);
    // The log first: a database without its log lacks commits, a log without its database nothing.
    for suffix in ["-wal", "-shm", SUSPECT, ""] {
        let (from, to) = (open::beside(path, suffix), open::beside(&aside, suffix));
        match fs::rename(&from, &to) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !suffix.is_empty() => {}
            Err(error) => return Err(open::file_error("setting aside", &from, error)),
        }
    }
    open::sync_directory(path)?;
    Ok(aside)
}

/// The stores that were set aside at this place, oldest first.
#[must_use]
pub fn wrecks(path: &Path) -> Vec<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let begins = format!("{name}.broken-");
    let beside = path.parent().and_then(|folder| fs::read_dir(folder).ok());
    let mut found: Vec<(u64, PathBuf)> = beside
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let moment = entry
                .file_name()
                .to_str()?
                .strip_prefix(&begins)?
                .parse()
                .ok()?;
            Some((moment, entry.path()))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, path)| path).collect()
}

fn free_name(path: &Path, now_ms: i64) -> PathBuf {
    let mut ms = now_ms;
    loop {
        let aside = open::beside(path, &format!(".broken-{ms}"));
        if !aside.exists() {
            return aside;
        }
        ms += 1;
    }
}

/// A damaged store, opened to take out what can still be read. It is never written to.
#[derive(Debug)]
pub struct Wreck {
    options: Options,
    conn: RefCell<Connection>,
}

/// A commit that came out of a wreck. Whether it is whole is for its signature and its parts' digests
/// to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salvaged {
    /// Its number in the old store's line.
    pub number: u64,
    /// Where it stood, if that can be read.
    pub state: Option<CommitState>,
    /// Whether the hub had not receipted it.
    pub owed: bool,
    /// The header's very bytes.
    pub header: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
    /// The parts that could be read, by position: salt and change.
    pub parts: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Wreck {
    /// Opens what [`set_aside`] moved.
    ///
    /// # Errors
    ///
    /// As [`crate::Store::open`]; a first page that cannot be read is a wrong key or a file that is not ours.
    pub fn open(path: &Path, key: Key) -> Result<Self, StoreError> {
        let options = Options::new(path).key(key).mode(Mode::ReadOnly);
        let conn = RefCell::new(open::open_wreck(&options)?);
        Ok(Self { options, conn })
    }

    /// The named value of the engine, if it can still be read.
    #[must_use]
    pub fn meta(&self, key: &str) -> Option<Vec<u8>> {
        let found =
            self.conn
                .borrow()
                .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
                    row.get(0)
                });
        found.inspect_err(|_| self.recover()).ok()
    }

    /// SQLCipher fails every read after one that failed: only a connection opened anew reads on.
    fn recover(&self) {
        if self.options.key.is_some()
            && let Ok(conn) = open::open_wreck(&self.options)
        {
            self.conn.replace(conn);
        }
    }

    /// Every commit that can be read, by number.
    #[must_use]
    pub fn commits(&self) -> Commits<'_> {
        Commits {
            commits: Walk::of(self, "commits", "number, state, owed, signature, header"),
            parts: Walk::of(self, "part", "number, commit_number, salt, change"),
            next_part: None,
        }
    }
}

/// The commits of a wreck: see [`Wreck::commits`].
#[derive(Debug)]
pub struct Commits<'a> {
    commits: Walk<'a>,
    /// Parts stand in the order of their commits, so both tables are walked side by side, and no index
    /// is needed: an index may be what is damaged.
    parts: Walk<'a>,
    next_part: Option<LoosePart>,
}

/// Number of its commit, salt, change.
type LoosePart = (i64, Vec<u8>, Vec<u8>);

impl Commits<'_> {
    /// Rows that were met and could not be read, commits and parts; whole once the walk has ended.
    #[must_use]
    pub fn unreadable(&self) -> u64 {
        self.commits.unreadable + self.parts.unreadable
    }

    fn parts_of(&mut self, commit: i64) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut found = Vec::new();
        loop {
            let part = self.next_part.take().or_else(|| {
                self.parts
                    .next_row(|row| Ok((row.get(1)?, row.get(2)?, row.get(3)?)))
            });
            match part {
                None => return found,
                Some(later) if later.0 > commit => {
                    self.next_part = Some(later);
                    return found;
                }
                Some((of, salt, change)) if of == commit => found.push((salt, change)),
                // Of a commit that was swallowed.
                Some(_) => {}
            }
        }
    }
}

impl Iterator for Commits<'_> {
    type Item = Salvaged;

    fn next(&mut self) -> Option<Salvaged> {
        let mut found = self.commits.next_row(|row| {
            Ok(Salvaged {
                number: row.get::<_, i64>(0)?.cast_unsigned(),
                state: CommitState::from_u32(row.get(1)?),
                owed: row.get(2)?,
                signature: row.get(3)?,
                header: row.get(4)?,
                parts: Vec::new(),
            })
        })?;
        found.parts = self.parts_of(found.number.cast_signed());
        Some(found)
    }
}

/// Walks a table by its number around damaged pages.
#[derive(Debug)]
struct Walk<'a> {
    wreck: &'a Wreck,
    onward: String,
    exactly: String,
    next: i64,
    /// Where a damaged page's rows lie: looked at one by one before the walk goes on behind them.
    gap_end: i64,
    unreadable: u64,
}

impl<'a> Walk<'a> {
    fn of(wreck: &'a Wreck, table: &str, columns: &str) -> Self {
        Self {
            wreck,
            onward: format!(
                "SELECT {columns} FROM {table} WHERE number >= ?1 ORDER BY number LIMIT 1"
            ),
            exactly: format!("SELECT {columns} FROM {table} WHERE number = ?1"),
            next: 1,
            gap_end: 1,
            unreadable: 0,
        }
    }

    fn next_row<T>(&mut self, read: impl Fn(&Row<'_>) -> rusqlite::Result<T>) -> Option<T> {
        loop {
            while self.next < self.gap_end {
                let number = self.next;
                self.next += 1;
                match self.look(&self.exactly, number, &read) {
                    Ok(Some((_, row))) => return Some(row),
                    Ok(None) => {}
                    Err(_) => self.unreadable += 1,
                }
            }
            match self.look(&self.onward, self.next, &read) {
                Ok(None) => return None,
                Ok(Some((number, row))) => {
                    self.next = number + 1;
                    return Some(row);
                }
                Err(_) => {
                    let end = self.end_of_damage(&read)?;
                    // A lost inner page of the tree hides thousands of rows: they have no way to them.
                    self.next = self.next.max(end.saturating_sub(limits::SALVAGE_GAP_MAX));
                    self.gap_end = end;
                }
            }
        }
    }

    /// The least number that reads onward again, by doubling steps and then halving them; none where
    /// all behind is lost.
    fn end_of_damage<T>(&self, read: &impl Fn(&Row<'_>) -> rusqlite::Result<T>) -> Option<i64> {
        let reads = |number| self.look(&self.onward, number, read).is_ok();
        let mut bad = self.next;
        let mut step = 1_i64;
        let mut good = loop {
            let number = self.next.checked_add(step)?;
            if reads(number) {
                break number;
            }
            bad = number;
            step = step.checked_mul(2)?;
        };
        while good - bad > 1 {
            let middle = bad + (good - bad) / 2;
            if reads(middle) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        Some(good)
    }

    fn look<T>(
        &self,
        sql: &str,
        number: i64,
        read: &impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<(i64, T)>> {
        let numbered = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, read(row)?));
        let ask = |conn: &Connection| {
            conn.prepare_cached(sql)?
                .query_row([number], numbered)
                .optional()
        };
        let found = ask(&self.wreck.conn.borrow());
        found.inspect_err(|_| self.wreck.recover())
    }
}

#[cfg(test)]
mod tests;
