//! Every bound of the engine, in one place.
//!
//! What a host may want smaller or larger is a field of [`Limits`], handed in with [`Boot`](crate::Boot). What belongs to the format or to the law is a constant.

use crate::tx::PageLimit;

/// The bounds that a host may choose. A phone and a county hub are well served by the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A page of pushes or of the feed: one frame. At most 512 items and some 900 KiB, or the wire refuses it.
    pub page: PageLimit,
    /// What may be on the way to the parent without a receipt, or to a child without its «seen», in bytes. A page may pass it by its own size.
    pub window_bytes: usize,
    /// What a session keeps of frames that came before their turn, in bytes; beyond, the link is closed.
    pub early_bytes_max: usize,
    /// Commits that one admission takes up.
    pub batch: PageLimit,
    /// What may wait for admission, in commits; beyond, pushes are answered with «busy».
    pub inbox_max: u64,
    /// The same in bytes.
    pub inbox_bytes_max: u64,
    /// Commits of one device that may wait for changes they build on; beyond, they are held.
    pub parked_per_device_max: u64,
    /// How long a commit waits for a change that it builds on before it is held, milliseconds.
    pub parked_ms_max: i64,
    /// Bytes of held commits of one device; beyond, its pushes are answered with «busy», and it keeps what it has.
    pub held_bytes_per_device_max: u64,
    /// Sessions at one time.
    pub sessions_max: usize,
    /// A session that waits for its peer's word and hears nothing for so long is closed, milliseconds.
    pub stall_ms_max: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            page: PageLimit {
                items_max: 256,
                bytes_max: 64 * 1024,
            },
            window_bytes: 256 * 1024,
            early_bytes_max: 512 * 1024,
            batch: PageLimit {
                items_max: 256,
                bytes_max: 1024 * 1024,
            },
            inbox_max: 20_000,
            inbox_bytes_max: 64 * 1024 * 1024,
            parked_per_device_max: 64,
            parked_ms_max: 7 * DAY_MS,
            held_bytes_per_device_max: 8 * 1024 * 1024,
            sessions_max: 4096,
            stall_ms_max: 60_000,
        }
    }
}

/// The parts of one commit together, in bytes: with its statement it must travel in one frame of the wire, which holds 1 MiB.
pub const COMMIT_BYTES_MAX: usize = 768 * 1024;
/// Batches that one step takes up before it lets others have their turn.
pub const ROUNDS_MAX: usize = 8;
/// Acts of one input.
pub const ACTS_MAX: usize = 512;
/// Branches that one device may open in one document.
pub const BRANCH_MAX: u32 = 1024;
/// How far ahead of its own clock a node follows the hybrid logical time of others, milliseconds: a day.
pub const AHEAD_MS_MAX: i64 = DAY_MS;
/// How far beyond the last word of its hub a phone believes its own clock, milliseconds: 35 days.
pub const CLOCK_TRUST_MS_MAX: i64 = 35 * DAY_MS;
/// After a proof that could not be had, the next try comes so much later, milliseconds; twice as much after each further one.
pub const PROOF_RETRY_MS: i64 = 2_000;
/// The most of it: a minute.
pub const PROOF_RETRY_MS_MAX: i64 = 60_000;
/// For how long words of merging above are gathered before the children are told, milliseconds.
pub const MARKS_WAIT_MS: i64 = 250;
/// How often parked commits are looked through for those that waited too long, milliseconds: an hour.
pub const PARKED_LOOK_MS: i64 = 3_600_000;
/// How long a «busy» peer is asked to wait, milliseconds.
pub const BUSY_MS: u32 = 5_000;
/// A day in milliseconds.
pub const DAY_MS: i64 = 86_400_000;
/// The greatest place of a sequence: stores count with a sign.
pub const PLACE_MAX: u64 = i64::MAX as u64;
