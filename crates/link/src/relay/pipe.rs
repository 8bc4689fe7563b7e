//! One direction of a bad link, as a pure function of time and dice.

/// How bad one direction is. The default is a perfect one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quality {
    /// How long a datagram is under way, microseconds, beside its wait in the queue.
    pub delay_us: u64,
    /// Bits a second; 0: as many as come.
    pub rate_bps: u64,
    /// How many of a thousand datagrams are lost.
    pub loss_permille: u16,
    /// How many are lost in a row, in the mean; 0 and 1: each by dice of its own.
    pub burst: u16,
    /// What the queue before the bottleneck holds, bytes; what comes when it is full is dropped. 0: as much as comes.
    pub queue_len_max: u64,
}

impl Quality {
    /// 150 ms each way, 256 kbit/s, no loss, a queue of 256 kB: the deep queue of a 2G or 3G mast.
    pub const SLOW: Quality = Quality {
        delay_us: 150_000,
        rate_bps: 256_000,
        loss_permille: 0,
        burst: 0,
        queue_len_max: 256_000,
    };
    /// 150 ms each way, 10 Mbit/s, 5 % loss: a good band at the edge of a cell.
    pub const LOSSY: Quality = Quality {
        delay_us: 150_000,
        rate_bps: 10_000_000,
        loss_permille: 50,
        burst: 0,
        queue_len_max: 512_000,
    };
    /// 20 ms each way, 20 Mbit/s: a good mobile link.
    pub const GOOD: Quality = Quality {
        delay_us: 20_000,
        rate_bps: 20_000_000,
        loss_permille: 1,
        burst: 0,
        queue_len_max: 512_000,
    };
}

/// What passed one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// UDP payload bytes that were sent, lost ones among them.
    pub offered: u64,
    /// UDP payload bytes that arrived.
    pub bytes: u64,
    /// Datagrams that arrived.
    pub datagrams: u64,
    /// Datagrams lost by the dice.
    pub lost: u64,
    /// Datagrams that found the queue full.
    pub overflowed: u64,
    /// The longest wait in the queue, microseconds.
    pub wait_us_max: u64,
}

#[derive(Debug)]
pub(crate) struct Pipe {
    quality: Quality,
    dice: u64,
    /// The last datagram was lost.
    losing: bool,
    /// When the bottleneck is free again.
    free_at_us: u64,
    traffic: Traffic,
}

impl Pipe {
    pub(crate) fn new(quality: Quality, seed: u64) -> Pipe {
        Pipe {
            quality,
            dice: seed,
            losing: false,
            free_at_us: 0,
            traffic: Traffic::default(),
        }
    }

    /// When a datagram of `len` bytes that comes now arrives; `None` if it does not.
    pub(crate) fn offer(&mut self, now_us: u64, len: usize) -> Option<u64> {
        let len = u64::try_from(len).unwrap_or(u64::MAX);
        self.traffic.offered += len;
        self.losing = self.loses();
        if self.losing {
            self.traffic.lost += 1;
            return None;
        }
        let wait_us = self.free_at_us.saturating_sub(now_us);
        let Quality {
            rate_bps,
            queue_len_max,
            delay_us,
            ..
        } = self.quality;
        if queue_len_max > 0 && wait_us.saturating_mul(rate_bps) / 8_000_000 + len > queue_len_max {
            self.traffic.overflowed += 1;
            return None;
        }
        let send_us = len
            .saturating_mul(8_000_000)
            .checked_div(rate_bps)
            .unwrap_or(0);
        self.free_at_us = now_us.saturating_add(wait_us).saturating_add(send_us);
        self.traffic.bytes += len;
        self.traffic.datagrams += 1;
        self.traffic.wait_us_max = self.traffic.wait_us_max.max(wait_us);
        Some(self.free_at_us.saturating_add(delay_us))
    }

    /// Gilbert's two states: a burst goes on with a chance that gives its mean length, and begins as often as the whole loses in the mean.
    fn loses(&mut self) -> bool {
        const MILLION: u64 = 1_000_000;
        let roll = self.roll() % MILLION;
        let loss = u64::from(self.quality.loss_permille).min(1_000);
        let burst = u64::from(self.quality.burst);
        if burst < 2 || loss == 1_000 {
            return roll < loss * 1_000;
        }
        if self.losing {
            roll >= MILLION / burst
        } else {
            roll < MILLION * loss / ((1_000 - loss) * burst)
        }
    }

    pub(crate) fn change(&mut self, quality: Quality) {
        self.quality = quality;
    }

    pub(crate) fn traffic(&self) -> Traffic {
        self.traffic
    }

    /// splitmix64.
    fn roll(&mut self) -> u64 {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.dice;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_waits_for_those_before_it_then_for_the_way() {
        let mut pipe = Pipe::new(
            Quality {
                delay_us: 1_000,
                rate_bps: 8_000_000,
                ..Quality::default()
            },
            1,
        );
        assert_eq!(pipe.offer(0, 1_000), Some(2_000));
        assert_eq!(pipe.offer(0, 1_000), Some(3_000));
        assert_eq!(pipe.offer(10_000, 1_000), Some(12_000));
        assert_eq!(pipe.traffic().wait_us_max, 1_000);
    }

    #[test]
    fn a_full_queue_drops() {
        let mut pipe = Pipe::new(
            Quality {
                rate_bps: 8_000,
                queue_len_max: 2_000,
                ..Quality::default()
            },
            1,
        );
        assert!(pipe.offer(0, 1_000).is_some());
        assert!(pipe.offer(0, 1_000).is_some());
        assert_eq!(pipe.offer(0, 1_000), None);
        assert_eq!(pipe.traffic().overflowed, 1);
        assert!(
            pipe.offer(1_000_000, 1_000).is_some(),
            "a second later one has gone"
        );
    }

    #[test]
    fn the_same_seed_loses_the_same_and_about_as_many_as_it_should() {
        let lost = |seed| {
            let mut pipe = Pipe::new(
                Quality {
                    loss_permille: 50,
                    ..Quality::default()
                },
                seed,
            );
            (0..10_000)
                .filter(|_| pipe.offer(0, 100).is_none())
                .collect::<Vec<_>>()
        };
        assert_eq!(lost(7), lost(7));
        assert_ne!(lost(7), lost(8));
        assert!((400..600).contains(&lost(7).len()));
    }

    #[test]
    fn losses_come_in_bursts_and_are_as_many_all_the_same() {
        let mut pipe = Pipe::new(
            Quality {
                loss_permille: 50,
                burst: 4,
                ..Quality::default()
            },
            7,
        );
        let passed: Vec<bool> = (0..40_000).map(|_| pipe.offer(0, 100).is_some()).collect();
        let lost = passed.iter().filter(|passed| !**passed).count();
        let bursts = passed.windows(2).filter(|two| two[0] && !two[1]).count();
        assert!((1_600..2_400).contains(&lost), "{lost}");
        let mean = lost * 10 / bursts;
        assert!((35..45).contains(&mean), "{mean} tenths");
        assert_eq!(pipe.traffic().offered, 4_000_000);
    }
}
