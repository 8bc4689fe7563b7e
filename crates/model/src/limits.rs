//! Bounds, each with its unit in the name.

/// A change's bytes.
pub const CHANGE_BYTES_MAX: usize = 64 * 1024;
/// Operations in one change.
pub const CHANGE_OPS_MAX: usize = 512;
/// A field's key, in bytes of UTF-8.
pub const KEY_BYTES_MAX: usize = 128;
/// A field's text, in bytes of UTF-8: letters to a mayor of 22 KB are on record.
pub const TEXT_BYTES_MAX: usize = 32 * 1024;
/// Changes that one change builds on directly: as many hands may have written the record without having seen each other.
pub const DEPS_MAX: usize = 64;
/// Actors that one change names beside its own.
pub const OTHER_ACTORS_MAX: usize = 64;
/// An operation's and a change's number. automerge breaks at 2^32; nobody types two thousand million edits.
pub const COUNTER_MAX: u64 = 1 << 31;
/// Operations that one operation overwrites.
pub const PREDS_MAX: usize = 64;
