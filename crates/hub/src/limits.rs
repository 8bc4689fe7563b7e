//! The bounds of a hub's driver. What the engine keeps is bounded by the engine.

use std::time::Duration;

/// Inputs that wait for one hub; then its links wait, and QUIC's flow control tells the peers.
pub(crate) const INPUTS_MAX: usize = 128;
/// Inputs that one trip to the blocking pool takes along.
pub(crate) const INPUTS_PER_TRIP_MAX: usize = 32;
/// Hubs of one process that are at work on their stores at the same time.
pub(crate) const TRIPS_MAX: usize = 6;
/// Records that one fold takes along before others get their turn.
pub(crate) const FOLD_RECORDS_MAX: u32 = 512;
/// A fold waits so long for more to fold, so that a burst costs one.
pub(crate) const FOLD_DELAY: Duration = Duration::from_millis(100);
/// Whoever acts at a desk hears of it when the rows show it, but so long after it is durable at the latest.
pub(crate) const ACT_TOLD_MAX: Duration = Duration::from_secs(3);
/// Moves of up to 64 records each that stand in one transaction.
pub(crate) const MOVES_AT_ONCE_MAX: usize = 4;
/// Requests on the admin socket at the same time.
pub(crate) const ADMINS_MAX: usize = 8;
/// One request or answer on the admin socket.
pub(crate) const ADMIN_BYTES_MAX: u64 = 4 << 20;
/// Passphrases that are checked at the same time; each takes 19 MiB.
pub(crate) const SIGN_INS_MAX: usize = 2;
/// A passphrase's characters.
pub(crate) const PASSPHRASE_CHARS_MIN: usize = 10;
/// So long a hub may take to say goodbye when it stops.
pub(crate) const STOP_MAX: Duration = Duration::from_secs(10);
/// Acts of rules that are looked for at once.
pub(crate) const AUTOMATED_ACTS_MAX: u32 = 5_000;
/// Acts that are saved in one transaction.
pub(crate) const ACTS_AT_ONCE_MAX: usize = 256;
/// What one act leads to may call for another, so often.
pub(crate) const AUTOMATED_ROUNDS_MAX: usize = 4;
/// Reads of rows for people at the same time.
pub(crate) const READS_MAX: usize = 8;
