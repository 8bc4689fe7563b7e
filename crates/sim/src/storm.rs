//! The storm: what strikes machines while people work.

use crate::limits;
use crate::mutant::Law;
use crate::net::Weather;
use crate::node::Mishap;
use crate::place::NodeNo;
use crate::world::{Event, World};

/// Something bad that happens to one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strike {
    /// Power fails in the node's next step, before or after its commit.
    PowerCut(NodeNo, Mishap),
    /// The clock is wrong by this much from now on.
    Clock(NodeNo, i64),
    /// The disk is full.
    DiskFull(NodeNo),
    /// Somebody made room.
    DiskFree(NodeNo),
    /// A phone is backed up.
    BackUp(NodeNo),
    /// A phone is lost and comes back from its backup.
    Restore(NodeNo),
    /// No signal.
    Offline(NodeNo),
    /// Signal again.
    Online(NodeNo),
}

impl World {
    /// Plans the acts and the strikes of a storm.
    pub fn brew(&mut self) {
        self.weather = Weather::STORM;
        let count = self.nodes.len() as u64;
        let phones: Vec<NodeNo> = self
            .nodes
            .iter()
            .filter(|node| node.place.is_phone())
            .map(|node| node.place.no)
            .collect();
        for _ in 0..limits::ACTS {
            let no = if self.dice.chance(800) {
                self.dice.pick(&phones).copied()
            } else {
                usize::try_from(self.dice.below(count)).ok()
            };
            let at_ms = self.dice.below(limits::STORM_MS);
            if let Some(no) = no {
                self.plan(at_ms, Event::Act(no));
            }
        }
        for &no in &phones {
            self.brew_signal(no);
        }
        for _ in 0..limits::STRIKES {
            let at_ms = self.dice.below(limits::STORM_MS);
            self.brew_strike(&phones, count, at_ms);
        }
    }

    /// A grid member's day: hours without signal.
    fn brew_signal(&mut self, no: NodeNo) {
        for _ in 0..3 {
            let from_ms = self.dice.below(limits::STORM_MS);
            let span_ms = self.dice.between(10 * 60_000, 2 * 3_600_000);
            self.plan(from_ms, Event::Strike(Strike::Offline(no)));
            self.plan(from_ms + span_ms, Event::Strike(Strike::Online(no)));
        }
    }

    fn brew_strike(&mut self, phones: &[NodeNo], count: u64, at_ms: u64) {
        let any = usize::try_from(self.dice.below(count)).unwrap_or(0);
        let phone = self.dice.pick(phones).copied().unwrap_or(any);
        match self.dice.below(8) {
            0..=1 => self.plan(
                at_ms,
                Event::Strike(Strike::PowerCut(any, Mishap::BeforeCommit)),
            ),
            2 => self.plan(
                at_ms,
                Event::Strike(Strike::PowerCut(any, Mishap::AfterCommit)),
            ),
            3 => {
                // As often a few weeks, which a phone believes, as years, which it does not.
                let days = if self.dice.chance(500) { 41 } else { 4_000 };
                let ms = i64::try_from(self.dice.below(days * 86_400_000)).unwrap_or(0);
                let ms = if self.dice.chance(500) { -ms } else { ms };
                self.plan(at_ms, Event::Strike(Strike::Clock(phone, ms)));
            }
            4 => {
                let span_ms = self.dice.between(60_000, 20 * 60_000);
                self.plan(at_ms, Event::Strike(Strike::DiskFull(any)));
                self.plan(at_ms + span_ms, Event::Strike(Strike::DiskFree(any)));
            }
            5..=6 => {
                let span_ms = self.dice.between(60_000, 3 * 3_600_000);
                self.plan(at_ms, Event::Strike(Strike::BackUp(phone)));
                self.plan(at_ms + span_ms, Event::Strike(Strike::Restore(phone)));
            }
            _ => {
                // A hub that many hang on.
                let hub = usize::try_from(self.dice.below(6)).unwrap_or(0);
                self.plan(
                    at_ms,
                    Event::Strike(Strike::PowerCut(hub, Mishap::BeforeCommit)),
                );
            }
        }
    }

    /// What a strike does.
    ///
    /// # Errors
    /// Whatever is not the simulated machines' doing.
    pub fn strike(&mut self, strike: Strike) -> Result<(), String> {
        if self.rested {
            return Ok(());
        }
        self.ledger.faults += 1;
        let no = strike.node();
        self.note(no, &format!("{strike:?}"), &[]);
        let Some(node) = self.nodes.get_mut(no) else {
            return Ok(());
        };
        match strike {
            Strike::PowerCut(_, mishap) => node.mishap = mishap,
            Strike::Clock(_, skew_ms) => node.skew_ms = skew_ms,
            Strike::DiskFull(_) => node.disk.full = true,
            Strike::DiskFree(_) => node.disk.full = false,
            Strike::Offline(_) => {
                node.offline = true;
                for wire in self.net.wires_of(no) {
                    self.plan(0, Event::Cut(wire));
                }
            }
            Strike::Online(_) => {
                node.offline = false;
                self.plan(100, Event::Dial(no));
            }
            Strike::BackUp(_) => {
                let acts = self.ledger.saved_by(no);
                let path = self
                    .folder
                    .join(format!("copy-{no}-{}", self.ledger.faults));
                if node.engine().is_some() && !node.disk.full {
                    node.back_up(path, acts)?;
                }
            }
            Strike::Restore(_) => self.restore(no)?,
        }
        Ok(())
    }

    fn restore(&mut self, no: NodeNo) -> Result<(), String> {
        let with_marker = self.mutant == Some(Law::OneWriterOneLine);
        let Some(node) = self.nodes.get_mut(no) else {
            return Ok(());
        };
        let Some(copy) = node.copy.take() else {
            return Ok(());
        };
        let wires = node.stop();
        for wire in wires {
            self.plan(0, Event::Cut(wire));
        }
        self.account_for_lost_phone(no, copy.acts);
        let Some(node) = self.nodes.get_mut(no) else {
            return Ok(());
        };
        node.restore(&copy, with_marker)?;
        self.plan(1_000, Event::Start(no));
        Ok(())
    }

    /// What a phone saved after its backup and had not yet given to its hub is gone with it, and no law can ask for it. What it was told to be
    /// received is not: that stays promised.
    fn account_for_lost_phone(&mut self, no: NodeNo, acts: usize) {
        let Some(node) = self.nodes.get_mut(no) else {
            return;
        };
        let owed: Vec<_> = crate::looking::outbox(node)
            .into_iter()
            .map(|waiting| waiting.row.id)
            .collect();
        for saved in self
            .ledger
            .saved
            .iter_mut()
            .filter(|saved| saved.node == no)
            .skip(acts)
        {
            saved.lost_with_phone |= owed.contains(&saved.commit);
        }
    }

    /// The storm is over: everything is repaired, and everybody is in reach.
    ///
    /// # Errors
    /// Whatever is not the simulated machines' doing.
    pub fn calm(&mut self) -> Result<(), String> {
        self.weather = Weather::CALM;
        self.rested = true;
        for no in 0..self.nodes.len() {
            let Some(node) = self.nodes.get_mut(no) else {
                continue;
            };
            node.disk.full = false;
            node.offline = false;
            node.mishap = Mishap::None;
            node.skew_ms = 0;
            if node.engine().is_none() {
                self.plan(10, Event::Start(no));
            } else {
                self.plan(10, Event::Dial(no));
                self.step(no, wangge_engine::Input::Tick)?;
            }
        }
        Ok(())
    }
}

impl Strike {
    fn node(self) -> NodeNo {
        match self {
            Self::PowerCut(no, _)
            | Self::Clock(no, _)
            | Self::DiskFull(no)
            | Self::DiskFree(no)
            | Self::BackUp(no)
            | Self::Restore(no)
            | Self::Offline(no)
            | Self::Online(no) => no,
        }
    }
}
