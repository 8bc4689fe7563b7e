//! The controller against the relay's model of a link, in virtual time: no clock, no machine load.

use std::collections::BTreeMap;

use super::*;
use crate::relay::{Pipe, Quality};

const DATAGRAM: u64 = 1_200;

/// A flow that sends as much as it may, as quinn does: within the window, paced at five quarters of it a round trip.
struct Flow {
    controller: Steady,
    /// Under way: packet number and when it was sent.
    flying: BTreeMap<u64, u64>,
    next: u64,
    may_send_us: u64,
    trip_us: u64,
    delivered: u64,
    lost: u64,
}

/// What a flow did.
struct Outcome {
    delivered: u64,
    lost: u64,
}

/// Flows over one link, for so long; gives what each did, and the waits in the queue as (moment, wait), microseconds.
fn run(
    flows: usize,
    quality: Quality,
    seed: u64,
    until_us: u64,
) -> (Vec<Outcome>, Vec<(u64, u64)>) {
    let begin = Instant::now();
    let at = |us: u64| begin + Duration::from_micros(us);
    let mut pipe = Pipe::new(quality, seed);
    let mut flows: Vec<Flow> = (0..flows).map(|_| Flow::new(begin)).collect();
    // Acknowledgements on their way: (moment, tie-breaker) to (flow, packet).
    let mut acks: BTreeMap<(u64, u64), (usize, u64)> = BTreeMap::new();
    let (mut now_us, mut sent) = (0, 0);
    let mut waits = Vec::new();
    while now_us < until_us {
        for (index, flow) in flows.iter_mut().enumerate() {
            while let Some(packet) = flow.send(now_us) {
                flow.controller.sent(packet);
                sent += 1;
                if let Some(arrival_us) = pipe.offer(now_us, 1_200) {
                    let send_us = (DATAGRAM * 8_000_000)
                        .checked_div(quality.rate_bps)
                        .unwrap_or(0);
                    waits.push((now_us, arrival_us - now_us - quality.delay_us - send_us));
                    acks.insert((arrival_us + quality.delay_us, sent), (index, packet));
                }
            }
        }
        let next_send_us = flows
            .iter()
            .filter_map(|flow| flow.sends_at_us())
            .min()
            .unwrap_or(u64::MAX);
        let next_ack_us = acks.first_key_value().map_or(u64::MAX, |((us, _), _)| *us);
        now_us = next_send_us.min(next_ack_us).max(now_us);
        if now_us == u64::MAX {
            break;
        }
        while let Some(entry) = acks.first_entry().filter(|entry| entry.key().0 <= now_us) {
            let (index, packet) = entry.remove();
            flows[index].on_ack(packet, now_us, &at);
        }
    }
    (
        flows
            .into_iter()
            .map(|flow| Outcome {
                delivered: flow.delivered,
                lost: flow.lost,
            })
            .collect(),
        waits,
    )
}

impl Flow {
    fn new(begin: Instant) -> Flow {
        Flow {
            controller: Steady::new(begin, 1_200),
            flying: BTreeMap::new(),
            next: 0,
            may_send_us: 0,
            trip_us: 333_000,
            delivered: 0,
            lost: 0,
        }
    }

    fn fits(&self) -> bool {
        (self.flying.len() as u64 + 1) * DATAGRAM <= self.controller.allowed()
    }

    fn sends_at_us(&self) -> Option<u64> {
        self.fits().then_some(self.may_send_us)
    }

    fn send(&mut self, now_us: u64) -> Option<u64> {
        if !self.fits() || self.may_send_us > now_us {
            return None;
        }
        self.next += 1;
        self.flying.insert(self.next, now_us);
        let pause_us = self.trip_us * DATAGRAM * 4 / 5 / self.controller.allowed();
        self.may_send_us = self.may_send_us.max(now_us.saturating_sub(2_000)) + pause_us;
        Some(self.next)
    }

    fn on_ack(&mut self, packet: u64, now_us: u64, at: &impl Fn(u64) -> Instant) {
        let Some(sent_us) = self.flying.remove(&packet) else {
            return;
        };
        self.trip_us = (7 * self.trip_us + (now_us - sent_us)) / 8;
        self.delivered += DATAGRAM;
        self.controller
            .acked(at(now_us), at(sent_us), DATAGRAM, false);
        self.controller.acked_all(at(now_us), false, Some(packet));
        let lost: Vec<u64> = self
            .flying
            .range(..packet.saturating_sub(2))
            .map(|(packet, _)| *packet)
            .collect();
        for packet in lost {
            self.flying.remove(&packet);
            self.lost += DATAGRAM;
            self.controller.lost(DATAGRAM, false);
        }
    }
}

fn wait_ms_max(waits: &[(u64, u64)], from_us: u64) -> u64 {
    waits
        .iter()
        .filter(|(at_us, _)| *at_us >= from_us)
        .map(|(_, wait_us)| wait_us / 1_000)
        .max()
        .unwrap()
}

#[test]
fn a_megabyte_passes_a_lossy_link_quickly() {
    for seed in 0..20 {
        let (flows, _) = run(1, Quality::LOSSY, seed, 2_500_000);
        assert!(
            flows[0].delivered >= 1_000_000,
            "seed {seed}: {}",
            flows[0].delivered
        );
    }
}

#[test]
fn a_deep_queue_stays_shallow_and_the_link_full() {
    let (flows, waits) = run(1, Quality::SLOW, 1, 120_000_000);
    assert!(wait_ms_max(&waits, 0) <= 500, "{}", wait_ms_max(&waits, 0));
    assert!(
        wait_ms_max(&waits, 60_000_000) <= 300,
        "a minute later: {}",
        wait_ms_max(&waits, 60_000_000)
    );
    let share = flows[0].delivered as f64 / (120.0 * 32_000.0);
    assert!(share > 0.93, "{share}");
}

#[test]
fn flows_share_a_link() {
    let (flows, waits) = run(
        4,
        Quality {
            rate_bps: 2_000_000,
            ..Quality::SLOW
        },
        1,
        120_000_000,
    );
    let (least, most) = (
        flows.iter().map(|flow| flow.delivered).min().unwrap(),
        flows.iter().map(|flow| flow.delivered).max().unwrap(),
    );
    assert!(most < 2 * least, "{least} {most}");
    assert!(
        wait_ms_max(&waits, 60_000_000) <= 500,
        "{}",
        wait_ms_max(&waits, 60_000_000)
    );
}

#[test]
fn a_link_that_drops_instead_of_queueing_is_not_flooded() {
    let policed = Quality {
        delay_us: 50_000,
        rate_bps: 1_000_000,
        loss_permille: 0,
        burst: 0,
        queue_len_max: 4_000,
    };
    let (flows, _) = run(1, policed, 1, 60_000_000);
    let lost = flows[0].lost as f64 / (flows[0].lost + flows[0].delivered) as f64;
    assert!(lost < 0.3, "{lost}");
    assert!(
        flows[0].delivered > 60 * 125_000 / 2,
        "{}",
        flows[0].delivered
    );
}

#[test]
fn a_third_lost_still_moves() {
    let bad = Quality {
        delay_us: 400_000,
        rate_bps: 64_000,
        loss_permille: 300,
        burst: 0,
        queue_len_max: 64_000,
    };
    let (flows, _) = run(1, bad, 1, 120_000_000);
    assert!(
        flows[0].delivered > 120 * 8_000 / 4,
        "{}",
        flows[0].delivered
    );
}

#[test]
fn after_a_long_silence_the_link_is_learnt_anew() {
    let now = Instant::now();
    let mut controller = Steady::new(now, 1_200);
    controller.lost(6_000, true);
    assert_eq!(controller.allowed(), WINDOW_MIN * DATAGRAM);
    assert_eq!(controller.phase, Phase::Begin);
}
