//! How much may be under way: congestion control by delay.
//!
//! The links that matter here lose packets without being full (radio) and swallow seconds of data without losing any (deep queues at a mast). So
//! neither of the usual signs is taken alone:
//!
//! - *Delay* says when the link is full: the window is steered so that the standing round trip is the shortest one seen, a tolerance, and what a
//!   few datagrams take (FAST TCP, Wei et al. 2006: each flow keeps a fixed number of bytes in the queue, so flows share evenly).
//! - *Loss* counts only when a quarter of a round is lost: a queue too shallow to show as delay.
//! - In the beginning the window grows fourfold each round trip until delay shows.
//! - Every ten seconds the window is lowered for two round trips, so that the shortest round trip is seen again with an empty queue.
//!
//! Against quinn's own on our relay: its Cubic takes every lost packet for a full link, its BBR overshoots
//! a deep queue by seconds (`cargo run -p wangge-link --example bad_link` measures).

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use quinn::congestion::{Controller, ControllerFactory};

use crate::limits;

/// Bytes that a flow keeps in the queue, in datagrams.
const QUEUED: u64 = 4;
/// The window is never smaller, in datagrams: a lone flow would wait for its own acknowledgements.
const WINDOW_MIN: u64 = 4;
/// Late acknowledgements in a row that end the quick beginning; a single one may be radio's whim.
const DELAYED_MAX: u8 = 2;
/// How long the shortest round trip is believed.
const BASE_LIFE: Duration = Duration::from_secs(10);

/// Makes a [`Steady`] for each path.
#[derive(Debug)]
pub(crate) struct SteadyFactory;

impl ControllerFactory for SteadyFactory {
    fn build(self: Arc<Self>, now: Instant, current_mtu: u16) -> Box<dyn Controller> {
        Box::new(Steady::new(now, current_mtu))
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Steady {
    mtu: u64,
    window: u64,
    phase: Phase,
    base: Base,
    round: Round,
    /// Of the acknowledgements that came together: the shortest trip, and their bytes.
    trip: Option<Duration>,
    acked: u64,
    last_sent: u64,
    /// Acknowledgements in a row that came late, in the beginning.
    delayed: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The window grows fourfold each round.
    Begin,
    Steer,
    /// The window is lowered for all but the last of so many rounds more, to see the empty queue; the last one fills it again.
    Drain(u8),
}

/// The shortest round trip of the last ten to twenty seconds.
#[derive(Debug, Clone)]
struct Base {
    former: Option<Duration>,
    present: Option<Duration>,
    since: Instant,
}

/// One round trip: it ends when what was sent after its beginning is acknowledged.
#[derive(Debug, Clone, Default)]
struct Round {
    ends_after: u64,
    trip: Option<Duration>,
    acked: u64,
    lost: u64,
    /// The window was used in full at some time.
    full: bool,
    /// The window at its beginning.
    window: u64,
}

impl Steady {
    fn new(now: Instant, mtu: u16) -> Steady {
        Steady {
            mtu: u64::from(mtu),
            window: limits::INITIAL_WINDOW,
            phase: Phase::Begin,
            base: Base {
                former: None,
                present: None,
                since: now,
            },
            round: Round {
                window: limits::INITIAL_WINDOW,
                ..Round::default()
            },
            trip: None,
            acked: 0,
            last_sent: 0,
            delayed: 0,
        }
    }

    fn sent(&mut self, packet: u64) {
        self.last_sent = packet;
    }

    fn acked(&mut self, now: Instant, sent: Instant, bytes: u64, app_limited: bool) {
        let trip = now.saturating_duration_since(sent);
        self.trip = Some(self.trip.map_or(trip, |shortest| shortest.min(trip)));
        self.acked += bytes;
        self.round.full |= !app_limited;
    }

    /// The acknowledgements that came together have all been told.
    fn acked_all(&mut self, now: Instant, app_limited: bool, largest: Option<u64>) {
        let Some(trip) = self.trip.take() else { return };
        let acked = std::mem::take(&mut self.acked);
        let expired = self.base.see(now, trip);
        self.round.acked += acked;
        self.round.trip = Some(self.round.trip.map_or(trip, |shortest| shortest.min(trip)));
        if self.phase == Phase::Begin {
            let base = self.base.shortest(trip);
            self.delayed = if trip > base + tolerance(base) {
                self.delayed + 1
            } else {
                0
            };
            if self.delayed >= DELAYED_MAX {
                self.phase = Phase::Steer;
                // The trip tells of what was under way when it began.
                self.set_window(self.steered(self.round.window, trip));
            } else if !app_limited {
                self.set_window(self.window + 3 * acked);
            }
        } else if expired && self.phase == Phase::Steer {
            self.phase = Phase::Drain(3);
        }
        if largest.is_some_and(|largest| largest > self.round.ends_after) {
            self.end_round();
        }
    }

    fn end_round(&mut self) {
        let round = std::mem::take(&mut self.round);
        if round.lost > 3 * self.mtu && round.lost * 4 > round.lost + round.acked {
            self.phase = Phase::Steer;
            self.set_window(self.window * 7 / 10);
        } else {
            match (self.phase, round.trip) {
                (Phase::Steer, Some(trip)) if round.full => {
                    let up = self.window + self.window / 8 + self.mtu;
                    let steered = self.window.midpoint(self.steered(self.window, trip));
                    self.set_window(steered.min(up));
                }
                (Phase::Drain(1), _) => self.phase = Phase::Steer,
                (Phase::Drain(rounds), _) => self.phase = Phase::Drain(rounds - 1),
                _ => {}
            }
        }
        self.round = Round {
            ends_after: self.last_sent,
            window: self.window,
            ..Round::default()
        };
    }

    /// The window with which a round trip would have been what it should be, where it was `trip` with `window`.
    fn steered(&self, window: u64, trip: Duration) -> u64 {
        let base = self.base.shortest(trip);
        let scaled = scale(window, base + tolerance(base), trip) + QUEUED * self.mtu;
        scaled.min(2 * window)
    }

    fn set_window(&mut self, window: u64) {
        self.window = window.clamp(WINDOW_MIN * self.mtu, 2 * limits::SEND_WINDOW);
    }

    fn lost(&mut self, bytes: u64, persistent: bool) {
        self.round.lost += bytes;
        if persistent {
            // Nothing came through for long: whatever was known of the link is no more.
            self.phase = Phase::Begin;
            self.base.forget();
            self.set_window(0);
        } else if bytes == 0 {
            // The network marked instead of dropping.
            self.phase = Phase::Steer;
            self.set_window(self.window * 9 / 10);
        }
    }

    fn allowed(&self) -> u64 {
        match self.phase {
            Phase::Begin | Phase::Steer | Phase::Drain(1) => self.window,
            Phase::Drain(_) => (self.window / 2).max(WINDOW_MIN * self.mtu),
        }
    }
}

impl Base {
    /// Takes note of a trip; whether the older half of what is remembered was just forgotten.
    fn see(&mut self, now: Instant, trip: Duration) -> bool {
        let expired = now.saturating_duration_since(self.since) > BASE_LIFE;
        if expired {
            self.former = self.present.take();
            self.since = now;
        }
        self.present = Some(self.present.map_or(trip, |shortest| shortest.min(trip)));
        expired
    }

    fn shortest(&self, trip: Duration) -> Duration {
        self.former
            .into_iter()
            .chain(self.present)
            .fold(trip, Duration::min)
    }

    fn forget(&mut self) {
        (self.former, self.present) = (None, None);
    }
}

/// What a round trip may be longer without the link being full: the peer gathers its acknowledgements, radio has its slots.
fn tolerance(base: Duration) -> Duration {
    (base / 8).clamp(Duration::from_millis(40), Duration::from_millis(60))
}

/// `bytes * part / whole`.
fn scale(bytes: u64, part: Duration, whole: Duration) -> u64 {
    let scaled = u128::from(bytes) * part.as_micros() / whole.as_micros().max(1);
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

impl Controller for Steady {
    fn on_sent(&mut self, _now: Instant, _bytes: u64, last_packet_number: u64) {
        self.sent(last_packet_number);
    }

    fn on_ack(
        &mut self,
        now: Instant,
        sent: Instant,
        bytes: u64,
        app_limited: bool,
        _rtt: &quinn_proto::RttEstimator,
    ) {
        self.acked(now, sent, bytes, app_limited);
    }

    fn on_end_acks(
        &mut self,
        now: Instant,
        _in_flight: u64,
        app_limited: bool,
        largest_packet_num_acked: Option<u64>,
    ) {
        self.acked_all(now, app_limited, largest_packet_num_acked);
    }

    fn on_congestion_event(
        &mut self,
        _now: Instant,
        _sent: Instant,
        is_persistent_congestion: bool,
        lost_bytes: u64,
    ) {
        self.lost(lost_bytes, is_persistent_congestion);
    }

    fn on_mtu_update(&mut self, new_mtu: u16) {
        self.mtu = u64::from(new_mtu);
    }

    fn window(&self) -> u64 {
        self.allowed()
    }

    fn clone_box(&self) -> Box<dyn Controller> {
        Box::new(self.clone())
    }

    fn initial_window(&self) -> u64 {
        limits::INITIAL_WINDOW
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests;
