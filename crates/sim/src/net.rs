//! Links that cut, delay, reorder and duplicate. A frame that is under way outlives its sender and its link.

use std::collections::BTreeMap;

use crate::dice::Dice;

/// A connection between two nodes, new at each dialling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wire(pub u64);

/// How badly the net behaves, in draws per mille.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    /// Frames that arrive twice.
    pub twice: u64,
    /// Frames that overtake others; QUIC never does it within a stream, so a session must merely survive it.
    pub overtake: u64,
    /// Wires cut while a frame is under way.
    pub cut: u64,
    /// The longest delay of a frame, in milliseconds.
    pub delay_ms_max: u64,
}

impl Weather {
    /// What links are like while the storm lasts.
    pub const STORM: Self = Self {
        twice: 30,
        overtake: 20,
        cut: 15,
        delay_ms_max: 4_000,
    };
    /// What links are like afterwards.
    pub const CALM: Self = Self {
        twice: 0,
        overtake: 0,
        cut: 0,
        delay_ms_max: 50,
    };
}

/// One frame's journey, decided when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// Delays after which a copy arrives, in milliseconds.
    pub arrivals_ms: Vec<u64>,
    /// Whether the wire is cut behind the frame.
    pub cut: bool,
}

/// The net: which wires stand, and when the last frame of each direction arrives.
#[derive(Debug, Default)]
pub struct Net {
    minted: u64,
    /// The two ends of each standing wire: (child, parent).
    standing: BTreeMap<Wire, (usize, usize)>,
    /// Latest arrival by wire and receiving node, so that frames keep their order unless the weather says otherwise.
    latest_ms: BTreeMap<(Wire, usize), u64>,
}

impl Net {
    /// A new wire between `child` and `parent`.
    pub fn dial(&mut self, child: usize, parent: usize) -> Wire {
        self.minted += 1;
        let wire = Wire(self.minted);
        self.standing.insert(wire, (child, parent));
        wire
    }

    /// The other end of a standing wire.
    #[must_use]
    pub fn far_end(&self, wire: Wire, near: usize) -> Option<usize> {
        let (child, parent) = *self.standing.get(&wire)?;
        Some(if near == child { parent } else { child })
    }

    /// Cuts a wire; both its ends are returned where it stood.
    pub fn cut(&mut self, wire: Wire) -> Option<(usize, usize)> {
        self.latest_ms.retain(|(other, _), _| *other != wire);
        self.standing.remove(&wire)
    }

    /// The standing wires of a node.
    #[must_use]
    pub fn wires_of(&self, node: usize) -> Vec<Wire> {
        self.standing
            .iter()
            .filter(|(_, (child, parent))| *child == node || *parent == node)
            .map(|(wire, _)| *wire)
            .collect()
    }

    /// The standing wire by which `child` reaches its parent.
    #[must_use]
    pub fn wire_up(&self, child: usize) -> Option<Wire> {
        self.standing
            .iter()
            .find(|(_, (near, _))| *near == child)
            .map(|(wire, _)| *wire)
    }

    /// Decides the journey of a frame sent now to `to`.
    pub fn send(
        &mut self,
        wire: Wire,
        to: usize,
        now_ms: u64,
        weather: Weather,
        dice: &mut Dice,
    ) -> Journey {
        let drawn_ms = now_ms + 1 + dice.below(weather.delay_ms_max);
        let latest_ms = self.latest_ms.entry((wire, to)).or_insert(0);
        let at_ms = if dice.chance(weather.overtake) {
            drawn_ms
        } else {
            drawn_ms.max(*latest_ms)
        };
        *latest_ms = (*latest_ms).max(at_ms);
        let mut arrivals_ms = vec![at_ms - now_ms];
        if dice.chance(weather.twice) {
            arrivals_ms.push(at_ms - now_ms + dice.below(weather.delay_ms_max * 4));
        }
        Journey {
            arrivals_ms,
            cut: dice.chance(weather.cut),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calm_links_keep_order_and_lose_nothing() {
        let (mut net, mut dice) = (Net::default(), Dice::new(1, 1));
        let wire = net.dial(1, 0);
        let mut last_ms = 0;
        for now_ms in 0..1_000 {
            let journey = net.send(wire, 0, now_ms, Weather::CALM, &mut dice);
            let [delay_ms] = journey.arrivals_ms[..] else {
                panic!("one copy")
            };
            assert!(!journey.cut && now_ms + delay_ms >= last_ms);
            last_ms = now_ms + delay_ms;
        }
    }

    #[test]
    fn storms_cut_double_and_overtake() {
        let (mut net, mut dice) = (Net::default(), Dice::new(1, 1));
        let wire = net.dial(1, 0);
        let journeys: Vec<_> = (0..2_000)
            .map(|now_ms| (now_ms, net.send(wire, 0, now_ms, Weather::STORM, &mut dice)))
            .collect();
        assert!(journeys.iter().any(|(_, journey)| journey.cut));
        assert!(
            journeys
                .iter()
                .any(|(_, journey)| journey.arrivals_ms.len() == 2)
        );
        let at: Vec<_> = journeys
            .iter()
            .map(|(now_ms, journey)| now_ms + journey.arrivals_ms[0])
            .collect();
        assert!(at.windows(2).any(|pair| pair[1] < pair[0]));
    }
}
