//! Virtual time: what happens next, in an order that the seed alone decides.

use std::collections::BTreeMap;

/// Events by time, and at the same time in the order in which they were planned.
#[derive(Debug)]
pub struct Agenda<E> {
    events: BTreeMap<(u64, u64), E>,
    planned: u64,
    now_ms: u64,
}

impl<E> Default for Agenda<E> {
    fn default() -> Self {
        Self {
            events: BTreeMap::new(),
            planned: 0,
            now_ms: 0,
        }
    }
}

impl<E> Agenda<E> {
    /// Milliseconds since the world began.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// How many events are planned.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether nothing is planned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Plans `event` for `delay_ms` from now.
    pub fn plan(&mut self, delay_ms: u64, event: E) {
        self.planned += 1;
        self.events
            .insert((self.now_ms + delay_ms, self.planned), event);
    }

    /// Takes the next event and moves the clock to it.
    pub fn take(&mut self) -> Option<E> {
        let ((at_ms, _), event) = self.events.pop_first()?;
        self.now_ms = at_ms;
        Some(event)
    }
}
