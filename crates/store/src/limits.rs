//! The bounds of a store.

use std::time::Duration;

/// How long a connection waits for another program's lock on the same file before it says busy.
pub const BUSY_MAX: Duration = Duration::from_secs(5);

/// Prepared statements kept by the writer's connection.
pub const STATEMENTS_MAX: usize = 128;

/// Pages in the write-ahead log before SQLite moves them into the database: 4 MiB of 4 KiB pages.
pub const WAL_PAGES_MAX: u32 = 1_000;

/// What a connection may keep of the file in memory, in KiB. 500 hubs in one process have this each
/// while they are open.
pub const CACHE_KIB_MAX: i32 = 1_024;

/// File descriptors of one open store at most: database and log for the writer and for the reader,
/// and the log's index once.
pub const FILES_PER_STORE: usize = 5;

/// Descriptors left to sockets, logs and the rest of the process when a pool is sized.
pub const FILES_RESERVED: usize = 256;

/// The most stores a pool keeps open, whatever the process may open.
pub const POOL_OPEN_MAX: usize = 256;

/// Numbers before the end of a damaged stretch that a salvage tries one by one.
pub const SALVAGE_GAP_MAX: i64 = 1_000;
