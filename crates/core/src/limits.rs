//! The bounds of this room.

/// Stack of the thread that proves changes: automerge recurses.
pub const PROOF_STACK_BYTES: usize = 16 << 20;

/// Records folded into rows between two looks at the link.
pub const FOLD_RECORDS_MAX: u32 = 64;

/// Acts of one transaction.
pub const ACTS_MAX: usize = 128;

/// Time for looking up the hub's address, milliseconds.
pub const LOOKUP_MS_MAX: u64 = 5_000;

/// How long `sync_once` waits for a verdict after the hub's last word, milliseconds.
pub const VERDICT_MS_MAX: u64 = 2_000;

/// Threads that carry all links of a process.
pub const NET_THREADS: usize = 2;
