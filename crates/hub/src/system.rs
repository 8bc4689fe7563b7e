//! The clock and the dice of the machine, for the rooms that are handed both.

use std::time::{SystemTime, UNIX_EPOCH};

use wangge_engine::Dice;

/// Milliseconds since 1970; a clock before that says 0.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The system's randomness.
pub(crate) struct SystemDice;

impl Dice for SystemDice {
    fn fill(&mut self, bytes: &mut [u8]) {
        // Linux gives randomness from its first moments on; without it no key and no id may be made.
        if let Err(error) = getrandom::fill(bytes) {
            tracing::error!(%error, "the system gives no randomness");
            std::process::abort();
        }
    }
}
