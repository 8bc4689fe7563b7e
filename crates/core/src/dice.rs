//! The system's randomness.

use wangge_engine::Dice;

use crate::error::{Error, Trouble};

/// Draws from the operating system.
pub(crate) struct SystemDice;

impl Dice for SystemDice {
    /// # Panics
    /// Where the system has no randomness: nothing of ours would be safe then, and no system that we run on fails so after its start.
    #[expect(
        clippy::expect_used,
        reason = "keys and ids without randomness would be worse than a stop"
    )]
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system's randomness");
    }
}

/// Draws a new key's seed.
pub(crate) fn draw_seed() -> Result<[u8; 32], Error> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| {
        Error::Report(
            Trouble::new(
                "randomness",
                "系统随机数不可用：请把此信息报告给管理员",
                "the system has no randomness",
            )
            .cause(error),
        )
    })?;
    Ok(seed)
}
