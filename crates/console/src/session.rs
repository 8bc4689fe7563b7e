//! Who has signed in. Sessions live in memory: after a restart everybody signs in again.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::Director;
use crate::limits::{SESSION_ABSOLUTE, SESSION_IDLE, SESSIONS_MAX};

/// The secret in the cookie, 32 random bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Token([u8; 32]);

impl Token {
    pub(crate) fn mint() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    pub(crate) fn encode(&self) -> String {
        hex::encode(self.0)
    }
}

/// Whether a request is the director's doing, or the page's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Keeps the session awake.
    Hand,
    /// Leaves the idle clock as it is.
    Page,
}

/// How long a session still has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) idle: Duration,
    pub(crate) absolute: Duration,
}

struct Session {
    director: Director,
    opened: Instant,
    touched: Instant,
}

impl Session {
    fn left(&self, now: Instant) -> Option<Left> {
        let idle = SESSION_IDLE.checked_sub(now.saturating_duration_since(self.touched))?;
        let absolute = SESSION_ABSOLUTE.checked_sub(now.saturating_duration_since(self.opened))?;
        (!idle.is_zero() && !absolute.is_zero()).then_some(Left { idle, absolute })
    }
}

/// The open sessions of one hub.
#[derive(Default)]
pub(crate) struct Sessions {
    open: HashMap<Token, Session>,
}

impl Sessions {
    /// Opens a session; at the limit the longest idle one is closed for it.
    pub(crate) fn open(&mut self, token: Token, director: Director, now: Instant) {
        self.open.retain(|_, session| session.left(now).is_some());
        if self.open.len() >= SESSIONS_MAX {
            let oldest = self
                .open
                .iter()
                .min_by_key(|(_, session)| session.touched)
                .map(|(token, _)| token.clone());
            if let Some(oldest) = oldest {
                self.open.remove(&oldest);
            }
        }
        self.open.insert(
            token,
            Session {
                director,
                opened: now,
                touched: now,
            },
        );
    }

    /// Whose session this is, if it is still open.
    pub(crate) fn find(
        &mut self,
        token: &Token,
        doing: Doing,
        now: Instant,
    ) -> Option<(Director, Left)> {
        let session = self.open.get_mut(token)?;
        if session.left(now).is_none() {
            self.open.remove(token);
            return None;
        }
        if doing == Doing::Hand {
            session.touched = now;
        }
        Some((session.director.clone(), session.left(now)?))
    }

    /// Closes a session.
    pub(crate) fn close(&mut self, token: &Token) {
        self.open.remove(token);
    }
}

#[cfg(test)]
mod tests;
