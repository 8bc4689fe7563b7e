//! Opening a file: the pragmas, and an honest answer when it is not what was expected.
//!
//! A new store is built whole beside its place, synced, and only then given its name, so that a store
//! either is there with its whole schema or is not there at all; and its making costs two syncs,
//! however many tables it has.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::check;
use crate::error::{Doing, StoreError};
use crate::key::Key;
use crate::limits;
use crate::schema;

/// Marks a file as a wangge store (`PRAGMA application_id`): "wang".
pub const APPLICATION_ID: i32 = 0x7761_6e67;

/// What may be done with the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Read and write; make the store if there is none.
    #[default]
    Create,
    /// Read and write a store that must be there.
    Existing,
    /// Read only; an older schema is read as it is by nobody, so it is refused.
    ReadOnly,
}

/// Where a store is and how it is opened.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The database's file. Its log and index stand beside it under the names `-wal` and `-shm`.
    pub path: PathBuf,
    /// The file's key.
    pub key: Key,
    /// What may be done with it.
    pub mode: Mode,
    /// The name of a registered SQLite VFS to go through instead of the system's: how the tests break
    /// the disk.
    pub vfs: Option<String>,
    /// What a commit waits for.
    pub durability: Durability,
}

/// What a commit waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The disk has it (`synchronous = FULL`). The only right choice where anything is promised.
    #[default]
    Full,
    /// The log is synced at checkpoints only. Loses acknowledged commits when power fails: it stands
    /// here as the control of the crash tests, which must see that loss.
    Normal,
    /// Nothing is synced. For stores that are thrown away: the simulated world, scratch copies.
    Scratch,
}

impl Options {
    /// A plain store at this path, made if it is not there.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            ..Self::default()
        }
    }

    /// With this key.
    #[must_use]
    pub fn key(mut self, key: Key) -> Self {
        self.key = key;
        self
    }

    /// With this mode.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Through this VFS.
    #[must_use]
    pub fn vfs(mut self, name: impl Into<String>) -> Self {
        self.vfs = Some(name.into());
        self
    }

    /// With this durability.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }
}

/// `path` with something put after its last character, as SQLite names a store's companions.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Opens the writer's connection: makes the store if that is asked, brings its schema up to date.
pub(crate) fn open_writer(options: &Options) -> Result<Connection, StoreError> {
    // A file of no bytes is what a crash of some other program leaves; there is nothing in it to keep.
    let there = fs::metadata(&options.path).is_ok_and(|meta| meta.len() > 0);
    match (there, options.mode) {
        (true, _) => {}
        (false, Mode::Create) => build(options)?,
        (false, Mode::Existing | Mode::ReadOnly) => {
            return Err(StoreError::Missing {
                path: options.path.clone(),
            });
        }
    }
    let mut conn = connect(options, options.mode == Mode::ReadOnly)?;
    verify(&conn, options)?;
    prepare(&conn)?;
    if options.mode == Mode::ReadOnly {
        conn.pragma_update(None, "query_only", true)
            .doing("opening the store")?;
        schema::expect_current(&conn)?;
    } else {
        settle(&conn, options)?;
        check::settle(&conn, options)?;
        schema::migrate(&mut conn)?;
    }
    Ok(conn)
}

/// Opens a connection that only reads, for views, beside the writer's.
pub(crate) fn open_reader(options: &Options) -> Result<Connection, StoreError> {
    let conn = connect(options, true)?;
    prepare(&conn)?;
    conn.pragma_update(None, "query_only", true)
        .doing("opening the store to read")?;
    Ok(conn)
}

/// Opens a damaged store to look for what can still be read. The schema's version is not looked at: a
/// wreck of another version is read as far as it goes.
pub(crate) fn open_wreck(options: &Options) -> Result<Connection, StoreError> {
    let conn = connect(options, true)?;
    verify(&conn, options)?;
    conn.pragma_update(None, "query_only", true)
        .doing("opening a damaged store")?;
    Ok(conn)
}

/// A store in memory, for tests and scratch copies.
pub(crate) fn open_memory() -> Result<Connection, StoreError> {
    let mut conn = connect_memory()?;
    schema::lay(&mut conn)?;
    Ok(conn)
}

/// A store in memory that begins as `other` stands.
pub(crate) fn open_memory_like(other: &Connection) -> Result<Connection, StoreError> {
    let doing = "copying a store into memory";
    let mut conn = connect_memory()?;
    Backup::new(other, &mut conn)
        .and_then(|backup| backup.step(-1))
        .doing(doing)?;
    Ok(conn)
}

fn connect_memory() -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE;
    let conn = Connection::open_in_memory_with_flags(flags).doing("opening a store in memory")?;
    hush(&conn)?;
    conn.set_prepared_statement_cache_capacity(limits::STATEMENTS_MAX);
    prepare(&conn)?;
    Ok(conn)
}

fn connect(options: &Options, read_only: bool) -> Result<Connection, StoreError> {
    let access = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    };
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | access;
    let conn = connect_with(options, &options.path, flags)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .doing("opening the store")?;
    Ok(conn)
}

fn connect_with(
    options: &Options,
    path: &Path,
    flags: OpenFlags,
) -> Result<Connection, StoreError> {
    let doing = "opening the store";
    let conn = match &options.vfs {
        None => Connection::open_with_flags(path, flags),
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs.as_str()),
    }
    .doing(doing)?;
    hush(&conn)?;
    conn.busy_timeout(limits::BUSY_MAX).doing(doing)?;
    if let Some(literal) = options.key.literal() {
        conn.key(None::<&str>, literal.as_slice(), false)
            .doing(doing)?;
    }
    conn.set_prepared_statement_cache_capacity(limits::STATEMENTS_MAX);
    Ok(conn)
}

/// Keeps SQLCipher from writing to the process's standard error.
fn hush(conn: &Connection) -> Result<(), StoreError> {
    conn.execute_batch("PRAGMA cipher_log_level = NONE;")
        .doing("preparing a connection")
}

/// How every connection works. These read the file, so the key and the first look at it come before.
fn prepare(conn: &Connection) -> Result<(), StoreError> {
    // Without it SQLite plans anew whenever a value is bound that might change the plan: every use of a cached
    // statement would compile it again, which is a quarter of a store's whole work.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .doing("preparing a connection")?;
    conn.execute_batch(&format!(
        "PRAGMA temp_store = MEMORY;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA cache_size = -{};",
        limits::CACHE_KIB_MAX
    ))
    .doing("preparing a connection")
}

/// How this connection commits.
fn settle(conn: &Connection, options: &Options) -> Result<(), StoreError> {
    let doing = "setting how the store commits";
    let synchronous = match options.durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
        Durability::Scratch => "OFF",
    };
    conn.execute_batch(&format!(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = {synchronous};
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA wal_autocheckpoint = {pages};
         PRAGMA journal_size_limit = {bytes};",
        pages = limits::WAL_PAGES_MAX,
        bytes = u64::from(limits::WAL_PAGES_MAX) * 4096,
    ))
    .doing(doing)
}

/// The first read: is it a store, is it ours, does the key fit?
fn verify(conn: &Connection, options: &Options) -> Result<(), StoreError> {
    match application_id(conn) {
        Ok(APPLICATION_ID) => Ok(()),
        Ok(_) => Err(StoreError::NotOurs {
            path: options.path.clone(),
        }),
        Err(StoreError::Corrupt { source, .. })
            if source.sqlite_error_code() == Some(ErrorCode::NotADatabase) =>
        {
            Err(diagnose(options))
        }
        Err(error) => Err(error),
    }
}

/// Why a file does not read as a database under its key, or without one.
fn diagnose(options: &Options) -> StoreError {
    let path = options.path.clone();
    if options.key.is_some() {
        let plain = Options {
            key: Key::None,
            ..options.clone()
        };
        let opened = connect(&plain, true).and_then(|conn| application_id(&conn));
        match opened {
            Ok(APPLICATION_ID) => return StoreError::KeyNeedless { path },
            Ok(_) => return StoreError::NotOurs { path },
            Err(_) => {}
        }
    }
    // Opening and closing a file drops every lock that this process holds on it (POSIX), so the bytes
    // are looked at only where no log's index stands beside them: nobody has that file open.
    let whole_pages = fs::metadata(&path).is_ok_and(|meta| meta.len() % 4096 == 0);
    let ours = beside(&path, "-shm").exists()
        || first_page(&path).is_none_or(|page| whole_pages && looks_random(&page));
    match (ours, options.key.is_some()) {
        (false, _) => StoreError::NotOurs { path },
        (true, true) => StoreError::KeyWrong { path },
        (true, false) => StoreError::KeyMissing { path },
    }
}

fn application_id(conn: &Connection) -> Result<i32, StoreError> {
    conn.pragma_query_value(None, "application_id", |row| row.get(0))
        .doing("reading the store's first page")
}

fn first_page(path: &Path) -> Option<Vec<u8>> {
    let mut head = Vec::with_capacity(4096);
    File::open(path)
        .ok()?
        .take(4096)
        .read_to_end(&mut head)
        .ok()?;
    Some(head)
}

/// Whether a page looks like ciphertext: of 4,096 random bytes some 256 distinct values are expected,
/// and fewer than 240 happen to nobody.
fn looks_random(page: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in page {
        if let Some(slot) = seen.get_mut(usize::from(*byte)) {
            *slot = true;
        }
    }
    seen.iter().filter(|seen| **seen).count() >= 240
}

/// Makes a store: whole, synced, then named. Two programs that make the same one do it one after the
/// other, and the second finds it there.
fn build(options: &Options) -> Result<(), StoreError> {
    let path = &options.path;
    let lock_path = beside(path, ".lock");
    let lock = File::create(&lock_path).map_err(|e| file_error("making", &lock_path, e))?;
    lock.lock()
        .map_err(|e| file_error("locking", &lock_path, e))?;
    let made = if fs::metadata(path).is_ok_and(|meta| meta.len() > 0) {
        Ok(())
    } else {
        let building = beside(path, ".new");
        let made = build_at(options, &building);
        if made.is_err() {
            // Half a store that never had a name is nobody's copy.
            let _ = fs::remove_file(&building);
        }
        made
    };
    let _ = fs::remove_file(&lock_path);
    made
}

fn build_at(options: &Options, building: &Path) -> Result<(), StoreError> {
    for leftover in [
        building.to_owned(),
        beside(building, "-wal"),
        beside(building, "-shm"),
    ] {
        let _ = fs::remove_file(leftover);
    }
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE;
    let mut conn = connect_with(options, building, flags)?;
    conn.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        .doing("making the store")?;
    schema::lay(&mut conn)?;
    conn.execute_batch("PRAGMA journal_mode = WAL;")
        .doing("making the store")?;
    conn.close()
        .map_err(|(_, error)| StoreError::sql("making the store", error))?;
    if options.durability != Durability::Scratch {
        File::open(building)
            .and_then(|file| file.sync_all())
            .map_err(|e| file_error("syncing", building, e))?;
    }
    fs::rename(building, &options.path).map_err(|e| file_error("naming", &options.path, e))?;
    if options.durability != Durability::Scratch {
        sync_directory(&options.path)?;
    }
    Ok(())
}

/// Makes a change of names beside `path` survive a power failure.
pub(crate) fn sync_directory(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        File::open(directory)
            .and_then(|file| file.sync_all())
            .map_err(|e| file_error("syncing", directory, e))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

pub(crate) fn file_error(doing: &'static str, path: &Path, source: std::io::Error) -> StoreError {
    if source.kind() == std::io::ErrorKind::StorageFull {
        return StoreError::Full {
            doing,
            source: rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL),
                None,
            ),
        };
    }
    StoreError::File {
        doing,
        path: path.to_owned(),
        source,
    }
}
