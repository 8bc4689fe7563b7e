//! How many links there may be: in total, and of one child at one hub.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A child at a hub: (hub's key, child's key).
type Pair = ([u8; 32], [u8; 32]);

#[derive(Debug)]
pub(crate) struct Seats {
    total_max: usize,
    per_child_max: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    by_pair: BTreeMap<Pair, usize>,
}

/// One link's seat; free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    seats: Arc<Seats>,
    pair: Pair,
}

impl Seats {
    pub(crate) fn new(total_max: usize, per_child_max: usize) -> Arc<Seats> {
        Arc::new(Seats {
            total_max,
            per_child_max,
            taken: Mutex::default(),
        })
    }

    /// Whether another link would find a seat, whoever it is.
    pub(crate) fn any(&self) -> bool {
        self.taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .total
            < self.total_max
    }

    pub(crate) fn take(self: &Arc<Self>, hub: [u8; 32], child: [u8; 32]) -> Option<Seat> {
        let pair = (hub, child);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_pair = taken.by_pair.get(&pair).copied().unwrap_or(0);
        if taken.total >= self.total_max || of_pair >= self.per_child_max {
            return None;
        }
        taken.total += 1;
        taken.by_pair.insert(pair, of_pair + 1);
        Some(Seat {
            seats: Arc::clone(self),
            pair,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self
            .seats
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        taken.total = taken.total.saturating_sub(1);
        match taken.by_pair.get_mut(&self.pair) {
            Some(of_pair) if *of_pair > 1 => *of_pair -= 1,
            _ => {
                taken.by_pair.remove(&self.pair);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_end_in_total_and_for_one_child_and_come_back() {
        let seats = Seats::new(3, 2);
        let (hub, ann, bob) = ([0; 32], [1; 32], [2; 32]);
        let first = seats.take(hub, ann).unwrap();
        let _second = seats.take(hub, ann).unwrap();
        assert!(seats.take(hub, ann).is_none(), "a third of one child");
        let _third = seats.take(hub, bob).unwrap();
        assert!(!seats.any());
        assert!(seats.take(hub, [3; 32]).is_none(), "a fourth in total");
        drop(first);
        assert!(seats.take(hub, ann).is_some());
    }
}
