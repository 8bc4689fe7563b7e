//! How long to wait before dialling again.

/// Doubling waits with jitter, capped. Pure: the dice come from outside.
#[derive(Debug, Clone)]
pub struct Backoff {
    first_ms: u64,
    max_ms: u64,
    tries: u32,
}

impl Backoff {
    /// Waits of about `first_ms` at first and `max_ms` at most.
    pub fn new(first_ms: u64, max_ms: u64) -> Backoff {
        Backoff {
            first_ms: first_ms.max(1),
            max_ms: max_ms.max(first_ms).max(1),
            tries: 0,
        }
    }

    /// The next wait: between half of the doubled base and the whole of it, so that a county's phones do not come back in step.
    /// `dice` is any evenly drawn number.
    pub fn next_ms(&mut self, dice: u64) -> u64 {
        let base_ms = self
            .first_ms
            .checked_shl(self.tries)
            .filter(|ms| *ms >> self.tries == self.first_ms);
        let base_ms = base_ms.unwrap_or(self.max_ms).min(self.max_ms);
        self.tries = self.tries.saturating_add(1);
        let half_ms = base_ms / 2;
        base_ms - half_ms + dice % (half_ms + 1)
    }

    /// The link stood: begin anew at the first wait.
    pub fn reset(&mut self) {
        self.tries = 0;
    }
}

impl Default for Backoff {
    /// From half a second to a minute.
    fn default() -> Backoff {
        Backoff::new(500, 60_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn waits_double_up_to_the_cap_and_begin_anew_after_a_reset() {
        let mut backoff = Backoff::new(500, 4_000);
        let waits: Vec<u64> = (0..6).map(|_| backoff.next_ms(u64::MAX)).collect();
        assert!(
            waits
                .iter()
                .zip([500, 1_000, 2_000, 4_000, 4_000, 4_000])
                .all(|(wait, base)| (base / 2..=base).contains(wait))
        );
        backoff.reset();
        assert!(backoff.next_ms(0) <= 500);
    }

    proptest! {
        #[test]
        fn no_wait_is_nothing_and_none_is_above_the_cap(first in 0_u64..100_000, max in 0_u64..10_000_000, dice: Vec<u64>) {
            let mut backoff = Backoff::new(first, max);
            for dice in dice {
                let wait = backoff.next_ms(dice);
                prop_assert!(wait >= 1 && wait <= max.max(first).max(1));
            }
        }
    }
}
