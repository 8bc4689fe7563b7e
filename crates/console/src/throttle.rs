//! Slows down whoever guesses passphrases.
//!
//! A name waits after a few failures, longer after each; all names together have a bound too, so that guessing one
//! passphrase over many names is slow as well. A name that nobody has is throttled like any other.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::limits::{FAILURES_A_MINUTE, FAILURES_FREE, NAMES_MAX, WAIT_FIRST, WAIT_LONGEST};

const MINUTE: Duration = Duration::from_secs(60);

struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    fn until(&self) -> Option<Instant> {
        let over = self.count.checked_sub(FAILURES_FREE)?;
        let wait = WAIT_FIRST
            .saturating_mul(1 << over.min(16))
            .min(WAIT_LONGEST);
        self.last.checked_add(wait)
    }
}

/// The failed sign-ins of one hub.
#[derive(Default)]
pub(crate) struct Throttle {
    names: HashMap<String, Failures>,
    minute: Option<Instant>,
    failed: u32,
}

impl Throttle {
    /// How long this name has to wait before its passphrase is looked at; `None` if it need not.
    pub(crate) fn wait(&mut self, name: &str, now: Instant) -> Option<Duration> {
        if self
            .minute
            .is_none_or(|start| now.saturating_duration_since(start) >= MINUTE)
        {
            self.minute = Some(now);
            self.failed = 0;
        }
        let all = if self.failed >= FAILURES_A_MINUTE {
            self.minute.and_then(|start| start.checked_add(MINUTE))
        } else {
            None
        };
        let one = self.names.get(name).and_then(Failures::until);
        let until = all.max(one)?;
        until
            .checked_duration_since(now)
            .filter(|wait| !wait.is_zero())
    }

    /// The passphrase was wrong, or nobody has the name. Called before the check, and taken back by
    /// [`succeeded`](Self::succeeded): guesses that run at the same time count as well.
    pub(crate) fn failed(&mut self, name: &str, now: Instant) {
        self.failed = self.failed.saturating_add(1);
        self.names
            .retain(|_, failures| now.saturating_duration_since(failures.last) < WAIT_LONGEST);
        if self.names.len() >= NAMES_MAX && !self.names.contains_key(name) {
            let oldest = self
                .names
                .iter()
                .min_by_key(|(_, failures)| failures.last)
                .map(|(name, _)| name.clone());
            if let Some(oldest) = oldest {
                self.names.remove(&oldest);
            }
        }
        let failures = self.names.entry(name.to_owned()).or_insert(Failures {
            count: 0,
            last: now,
        });
        failures.count = failures.count.saturating_add(1);
        failures.last = now;
    }

    /// The passphrase was right.
    pub(crate) fn succeeded(&mut self, name: &str) {
        self.names.remove(name);
        self.failed = self.failed.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests;
