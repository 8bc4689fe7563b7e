//! Law `bounded`: what is on the way without an answer, measured from outside the engine.

use std::collections::BTreeMap;

use wangge_engine::Limits;
use wangge_wire::frame::FrameKind;

use crate::mutant::{Breach, Law};
use crate::net::Wire;

/// What stands unanswered on one wire, by place.
#[derive(Debug, Default)]
struct Standing {
    pushed: BTreeMap<u64, usize>,
    fed: BTreeMap<u64, usize>,
    feed_pages: usize,
}

/// Watches every wire.
#[derive(Debug, Default)]
pub struct Meter {
    wires: BTreeMap<Wire, Standing>,
    /// The most that stood unanswered anywhere, in bytes.
    pub most_bytes: usize,
}

impl Meter {
    /// A frame leaves. Places that stand already do not count twice.
    pub fn sent(
        &mut self,
        wire: Wire,
        frame: &FrameKind,
        bytes: usize,
        limits: &Limits,
    ) -> Option<Breach> {
        let standing = self.wires.entry(wire).or_default();
        let sum: usize = match frame {
            FrameKind::Push(push) => {
                let last = push.items.iter().map(|item| item.place).max()?;
                standing.pushed.insert(last, bytes);
                standing.pushed.values().sum()
            }
            FrameKind::Feed(feed) if !feed.items.is_empty() => {
                standing.fed.insert(feed.cursor, bytes);
                standing.feed_pages += 1;
                standing.fed.values().sum()
            }
            _ => return None,
        };
        self.most_bytes = self.most_bytes.max(sum);
        // One page may stand beyond the window: it is begun while there is room.
        let allowed = limits.window_bytes + 2 * limits.page.bytes_max;
        (sum > allowed).then(|| {
            Breach::new(
                Law::Bounded,
                format!(
                    "{sum} bytes stand unanswered on wire {}, at most {allowed} may",
                    wire.0
                ),
            )
        })
    }

    /// A frame arrives at the one who waited for it.
    pub fn arrived(&mut self, wire: Wire, frame: &FrameKind) {
        let Some(standing) = self.wires.get_mut(&wire) else {
            return;
        };
        match frame {
            FrameKind::Receipts(receipts) => {
                let through = receipts
                    .entries
                    .iter()
                    .filter_map(|entry| {
                        wangge_wire::statement::parse_statement(&entry.statement).ok()
                    })
                    .filter_map(|statement| through(&statement))
                    .max();
                if let Some(through) = through {
                    standing.pushed.retain(|place, _| *place > through);
                }
            }
            FrameKind::Seen(seen) => standing.fed.retain(|cursor, _| *cursor > seen.cursor),
            _ => {}
        }
    }

    /// A wire is gone, and what stood on it.
    pub fn cut(&mut self, wire: Wire) {
        self.wires.remove(&wire);
    }
}

/// How far a receipt reaches.
fn through(statement: &wangge_wire::statement::Statement) -> Option<u64> {
    match &statement.body {
        wangge_wire::statement::Body::Receipt(receipt) => Some(receipt.through),
        _ => None,
    }
}
