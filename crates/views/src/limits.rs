//! The bounds of this room.

/// Rows of a page where the question names no number.
pub const PAGE_ROWS_DEFAULT: u32 = 50;

/// Rows of a page at most.
pub const PAGE_ROWS_MAX: u32 = 500;

/// Rows of a report where the question names no number.
pub const REPORT_ROWS_DEFAULT: u32 = 1_000;

/// Characters of a search text that are looked at.
pub const QUESTION_CHARS_MAX: usize = 200;

/// Words of a search text that are looked at.
pub const QUESTION_TERMS_MAX: usize = 16;

/// Records of one folding transaction at most: a writer waits no longer than these take.
pub const FOLD_RECORDS_MAX: u32 = 256;

/// Days after which a record that nobody has changed counts as stale (R40h).
pub const STALE_DAYS: u32 = 180;

/// Open matters that rules look at in one go, the oldest.
pub const AUTOMATED_MATTERS_MAX: u32 = 5_000;

/// Matters whose class a device learns from, the newest.
pub const LEARNED_MATTERS_MAX: u32 = 200;

/// Open matters that a check compares with each other at most, the newest.
pub const ALIKE_MATTERS_MAX: u32 = 5_000;

/// Days before its end from which a certificate is told to end soon (R32).
pub const CERTIFICATE_WARN_DAYS: i64 = 60;
