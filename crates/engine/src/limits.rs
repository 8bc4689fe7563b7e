//! Every bound of the engine, in one place.

use crate::tx::PageLimit;

/// A page of pushes or of the feed.
pub const PAGE: PageLimit = PageLimit {
    items_max: 256,
    bytes_max: 64 * 1024,
};
/// What may be on the way to the parent without a receipt, or to a child without its «seen», in bytes.
pub const WINDOW_BYTES: usize = 256 * 1024;
/// What a session keeps of frames that came before their turn, in bytes; beyond, the link is closed.
pub const EARLY_BYTES_MAX: usize = 2 * WINDOW_BYTES;
/// Commits that one admission takes up.
pub const BATCH: PageLimit = PageLimit {
    items_max: 256,
    bytes_max: 1024 * 1024,
};
/// What may wait for admission, in commits; beyond, pushes are answered with «busy».
pub const INBOX_MAX: u64 = 20_000;
/// The same in bytes.
pub const INBOX_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Commits of one device that may wait for changes they build on; beyond, they are held.
pub const PARKED_PER_DEVICE_MAX: u64 = 64;
/// How long a commit waits for a change that it builds on before it is held, milliseconds: 7 days.
pub const PARKED_MS_MAX: i64 = 7 * DAY_MS;
/// Bytes of held commits of one device; beyond, its pushes are answered with «busy», and it keeps what it has.
pub const HELD_BYTES_PER_DEVICE_MAX: u64 = 8 * 1024 * 1024;
/// Sessions at one time.
pub const SESSIONS_MAX: usize = 4096;
/// Acts of one input.
pub const ACTS_MAX: usize = 512;
/// Branches that one device may open in one document.
pub const BRANCH_MAX: u32 = 1024;
/// How far ahead of the hub a commit's hybrid logical time may be, milliseconds: a day.
pub const AHEAD_MS_MAX: i64 = DAY_MS;
/// How far beyond the last word of its hub a phone believes its own clock, milliseconds: 35 days.
pub const CLOCK_TRUST_MS_MAX: i64 = 35 * DAY_MS;
/// A session that waits for its peer's word and hears nothing for so long is closed, milliseconds.
pub const STALL_MS_MAX: i64 = 60_000;
/// After a proof that could not be had, the next try comes so much later, milliseconds.
pub const PROOF_RETRY_MS: i64 = 2_000;
/// How long a «busy» peer is asked to wait, milliseconds.
pub const BUSY_MS: u32 = 5_000;
/// A day in milliseconds.
pub const DAY_MS: i64 = 86_400_000;
