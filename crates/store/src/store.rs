//! An open store: one writer, one reader, one file.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use wangge_engine::error::TxError;
use wangge_engine::tx::{Storage, Tx};

use zeroize::Zeroizing;

use crate::check;
use crate::error::{Doing, StoreError};
use crate::key::Key;
use crate::open::{self, Mode, Options};
use crate::schema::{self, Ladder};
use crate::tx::SqlTx;

/// An open store.
///
/// Writes go one at a time through the writer's connection; reads for views through a second one, on
/// the last committed state, and wait for no write. Both are closed by dropping the store, which costs
/// nothing; [`Store::close`] also moves the log into the database, so that the one file is whole.
pub struct Store {
    options: Options,
    in_memory: bool,
    writer: Mutex<Writer>,
    reader: Mutex<Option<Connection>>,
    companion: OnceLock<Box<dyn Any + Send + Sync>>,
}

struct Writer {
    /// Gone after a commit that failed: whether it happened is for the next open to find out.
    conn: Option<Connection>,
    /// `PRAGMA data_version` as this connection last saw it: it moves when another one commits.
    data_version: i64,
}

impl Store {
    /// Opens or makes a store.
    ///
    /// # Errors
    ///
    /// See [`StoreError`]: a wrong key, a file that is not a store, a newer program's store and a damaged
    /// one are told apart, and none of them is touched.
    pub fn open(path: impl AsRef<Path>, key: Key, mode: Mode) -> Result<Self, StoreError> {
        Self::open_with(Options::new(path.as_ref()).key(key).mode(mode))
    }

    /// Opens or makes a store with all options.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn open_with(options: Options) -> Result<Self, StoreError> {
        let conn = open::open_writer(&options)?;
        Self::over(conn, options, false)
    }

    /// A store in memory that ends with this value: for tests, the simulated world and scratch folds.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`] only.
    pub fn open_memory() -> Result<Self, StoreError> {
        Self::over(open::open_memory()?, Options::default(), true)
    }

    /// A store in memory that begins as another's last committed state: laying the tables once is enough for many.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`] only.
    pub fn open_memory_like(other: &Self) -> Result<Self, StoreError> {
        let mut writer = lock(&other.writer);
        let conn = open::open_memory_like(writer.conn(&other.options)?)?;
        Self::over(conn, Options::default(), true)
    }

    fn over(conn: Connection, options: Options, in_memory: bool) -> Result<Self, StoreError> {
        let data_version = data_version(&conn)?;
        Ok(Self {
            options,
            in_memory,
            writer: Mutex::new(Writer {
                conn: Some(conn),
                data_version,
            }),
            reader: Mutex::new(None),
            companion: OnceLock::new(),
        })
    }

    /// What the one tenant keeps in memory beside this store, made when first asked for; `None` where another type is kept already.
    pub fn companion<T: Default + Send + Sync + 'static>(&self) -> Option<&T> {
        self.companion
            .get_or_init(|| Box::new(T::default()))
            .downcast_ref()
    }

    /// Where the store is; empty for one in memory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.options.path
    }

    /// Reads through `look` on one committed state, beside a writer at work.
    ///
    /// # Errors
    ///
    /// What `look` returns, or the store's own.
    pub fn read<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.in_memory {
            let mut writer = lock(&self.writer);
            return look(writer.conn(&self.options)?);
        }
        let mut reader = lock(&self.reader);
        let conn = match reader.as_mut() {
            Some(conn) => conn,
            None => reader.insert(open::open_reader(&self.options)?),
        };
        let tx = conn
            .transaction_with_behavior(TransactionBehavior::Deferred)
            .doing("beginning to read")?;
        look(&tx)
    }

    /// Writes a tenant's own tables through `write`, in one transaction of the writer: committed when
    /// `write` returns Ok, else nothing happened.
    ///
    /// # Errors
    ///
    /// What `write` returns, or the store's own.
    pub fn views_tx<T, E: From<StoreError>>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.in_transaction(Freshness::Any, E::from, write)
    }

    /// Brings a tenant's tables up to date; costs one read when they are.
    ///
    /// # Errors
    ///
    /// [`StoreError::Newer`] where a later program wrote them.
    pub fn migrate(&self, ladder: &Ladder) -> Result<(), StoreError> {
        let mut writer = lock(&self.writer);
        schema::migrate_tenant(writer.conn(&self.options)?, ladder)
    }

    /// A secret that was kept under this name; wiped when dropped.
    ///
    /// # Errors
    ///
    /// The store's own.
    pub fn load_secret(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let mut writer = lock(&self.writer);
        let conn = writer.conn(&self.options)?;
        conn.query_row("SELECT value FROM secret WHERE name = ?1", [name], |row| {
            row.get(0)
        })
        .optional()
        .map(|found| found.map(Zeroizing::new))
        .doing("reading a secret")
    }

    /// Keeps a secret (a private key, a passphrase's hash) under a name, in place of what was there. In
    /// a store without a key it stands in clear in the file.
    ///
    /// # Errors
    ///
    /// The store's own.
    pub fn save_secret(&self, name: &str, secret: &[u8]) -> Result<(), StoreError> {
        self.views_tx(|tx| {
            tx.execute(
                "REPLACE INTO secret (name, value) VALUES (?1, ?2)",
                (name, secret),
            )
            .map(|_| ())
            .doing("keeping a secret")
        })
    }

    /// Runs `write` in one immediate transaction.
    fn in_transaction<T, E>(
        &self,
        freshness: Freshness,
        ours: impl Fn(StoreError) -> E,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.options.mode == Mode::ReadOnly {
            return Err(ours(StoreError::ReadOnly));
        }
        let mut writer = lock(&self.writer);
        let tx = writer.begin(&self.options, freshness).map_err(&ours)?;
        // Leaving by `?` or by a panic drops the transaction, which rolls it back.
        let done = write(&tx)?;
        if let Err(source) = tx.commit() {
            if !self.in_memory {
                writer.conn = None;
                *lock(&self.reader) = None;
            }
            let source = Box::new(StoreError::sql("committing", source));
            return Err(ours(StoreError::Commit { source }));
        }
        Ok(done)
    }

    /// Bounds the file, in pages of 4 KiB; `None` lifts the bound. Beyond it every write fails with
    /// [`StoreError::Full`], as on a full disk.
    ///
    /// # Errors
    ///
    /// The store's own.
    pub fn cap_pages(&self, pages_max: Option<u32>) -> Result<(), StoreError> {
        let mut writer = lock(&self.writer);
        let pages = pages_max.unwrap_or(u32::MAX - 1);
        writer
            .conn(&self.options)?
            .pragma_update(None, "max_page_count", pages)
            .doing("bounding the store")
    }

    /// Pages of 4 KiB in the database.
    ///
    /// # Errors
    ///
    /// The store's own.
    pub fn pages(&self) -> Result<u32, StoreError> {
        let mut writer = lock(&self.writer);
        writer
            .conn(&self.options)?
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .doing("counting the store's pages")
    }

    /// Reads every page and every index: `Ok(())`, or what is damaged.
    ///
    /// The log is moved into the database before, since SQLCipher's own check reads past it and would
    /// call healthy stores damaged.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] or [`StoreError::Value`] where something is damaged.
    pub fn check(&self) -> Result<(), StoreError> {
        let mut writer = lock(&self.writer);
        check::all_of(writer.conn(&self.options)?, &self.options)
    }

    /// Writes a whole copy of the last committed state to a new file of the same key: a backup.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sql`] where the file is there already.
    pub fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        let mut writer = lock(&self.writer);
        let target = path.to_string_lossy();
        writer
            .conn(&self.options)?
            .execute("VACUUM INTO ?1", [target.as_ref()])
            .doing("copying the store")?;
        Ok(())
    }

    /// Moves the log into the database and closes, so that the one file is the whole store (unless
    /// another program has it open).
    ///
    /// # Errors
    ///
    /// The store is closed in any case; what could not be moved stays in the log and is found there.
    pub fn close(self) -> Result<(), StoreError> {
        let doing = "closing the store";
        drop(
            self.reader
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let writer = self
            .writer
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(conn) = writer.conn else {
            return Ok(());
        };
        if self.options.mode != Mode::ReadOnly {
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
                .doing(doing)?;
        }
        conn.close()
            .map_err(|(_, error)| StoreError::sql(doing, error))
    }
}

/// What a write says about other programs' writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// They do not matter to it.
    Any,
    /// Its machine keeps things in memory: there must have been none.
    Unchanged,
}

impl Writer {
    fn begin(
        &mut self,
        options: &Options,
        freshness: Freshness,
    ) -> Result<Transaction<'_>, StoreError> {
        let doing = "beginning a transaction";
        self.conn(options)?;
        let Some(conn) = self.conn.as_mut() else {
            return Err(StoreError::Overtaken);
        };
        let tx = conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .doing(doing)?;
        let now = data_version(&tx)?;
        let overtaken = now != self.data_version;
        self.data_version = now;
        if overtaken && freshness == Freshness::Unchanged {
            return Err(StoreError::Overtaken);
        }
        Ok(tx)
    }

    fn conn(&mut self, options: &Options) -> Result<&mut Connection, StoreError> {
        match &mut self.conn {
            Some(conn) => Ok(conn),
            // `data_version` of another connection says nothing about this one's: whoever keeps the
            // store's content in memory was told by the failed commit to open anew.
            gone @ None => {
                let conn = open::open_writer(&Options {
                    mode: Mode::Existing,
                    ..options.clone()
                })?;
                self.data_version = data_version(&conn)?;
                Ok(gone.insert(conn))
            }
        }
    }
}

impl Storage for Store {
    fn transact<R, E: From<TxError>>(
        &mut self,
        work: impl FnOnce(&mut dyn Tx) -> Result<R, E>,
    ) -> Result<R, E> {
        (&*self).transact(work)
    }
}

/// A store may be shared: its own lock lets one writer in at a time.
impl Storage for &Store {
    fn transact<R, E: From<TxError>>(
        &mut self,
        work: impl FnOnce(&mut dyn Tx) -> Result<R, E>,
    ) -> Result<R, E> {
        let ours = |error: StoreError| E::from(TxError::from(error));
        let damage = Cell::new(false);
        let done = self.in_transaction(Freshness::Unchanged, ours, |tx| {
            work(&mut SqlTx::over(tx, &damage))
        });
        if damage.get() && !self.in_memory {
            check::suspect(&self.options.path);
        }
        done
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("options", &self.options)
            .field("in_memory", &self.in_memory)
            .finish()
    }
}

fn data_version(conn: &Connection) -> Result<i64, StoreError> {
    conn.prepare_cached("PRAGMA data_version")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .doing("asking for other programs' writes")
}

/// A panic inside a transaction has rolled it back: there is nothing behind the lock that it could
/// have left half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
