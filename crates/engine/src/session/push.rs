//! Push: what a child owes, upward within a window.

use wangge_wire::frame::FrameKind;
use wangge_wire::v1::{self, FaultCode};

use super::{Down, Flying, Handled, Stop, Up, send};
use crate::codec;
use crate::context::Context;
use crate::face::{LinkId, Notice};
use crate::intake::{Busy, Pushed, Sender, Told, receive_commits, receive_entries};
use crate::limits::{self, Limits};
use crate::tx::{ChainId, ChainRow, FeedFilter, PeerKind};

/// Sends of the outbox what the window holds.
pub(super) fn pump(
    context: &mut Context<'_>,
    limits: &Limits,
    link: LinkId,
    up: &mut Up,
) -> Handled {
    if !up.open {
        return Ok(());
    }
    if context.news.outbox {
        up.dry = false;
    }
    while up.flying_bytes < limits.window_bytes {
        let items = if context.node.is_hub() {
            next_entries(context, limits, up)?
        } else {
            next_commits(context, limits, up)?
        };
        if items.is_empty() {
            break;
        }
        up.told = false;
        send(context, link, FrameKind::Push(v1::Push { items }));
    }
    if up.fed() && up.dry && up.flying.is_empty() && !up.told {
        up.told = true;
        context.tell(Notice::CaughtUp { link });
    }
    Ok(())
}

fn next_commits(
    context: &mut Context<'_>,
    limits: &Limits,
    up: &mut Up,
) -> Result<Vec<v1::Item>, super::Halt> {
    if up.dry {
        return Ok(Vec::new());
    }
    let waiting = context.tx.load_outbox(up.sent, limits.page)?;
    up.dry = waiting.is_empty();
    let mut items = Vec::with_capacity(waiting.len());
    for waiting in waiting {
        let row = waiting.row;
        let commit = codec::commit_bytes(&row);
        up.sent = waiting.number;
        if row.incarnation == context.node.epoch {
            context.left = context.left.max(row.device_seq);
        }
        up.fly(
            ChainId {
                key: row.device,
                epoch: row.incarnation,
            },
            row.device_seq,
            codec::commit_len(&commit),
        );
        items.push(v1::Item {
            place: row.device_seq,
            what: Some(v1::item::What::Commit(codec::wire_commit(
                commit,
                |_, _| false,
            ))),
        });
    }
    Ok(items)
}

fn next_entries(
    context: &mut Context<'_>,
    limits: &Limits,
    up: &mut Up,
) -> Result<Vec<v1::Item>, super::Halt> {
    up.dry = up.sent >= context.node.place;
    if up.dry {
        return Ok(Vec::new());
    }
    let filter = FeedFilter::Up { parent: up.peer };
    let page = context.tx.load_feed(up.sent, &filter, limits.page)?;
    let chain = ChainId {
        key: context.node.key,
        epoch: context.node.epoch,
    };
    let mut items = Vec::with_capacity(page.entries.len());
    for entry in page.entries {
        up.sent = entry.row.place;
        up.fly(chain, entry.row.place, codec::entry_len(&entry));
        let place = entry.row.place;
        // What came from the parent does not go back; its place does, empty, so that there are no gaps.
        let entry = v1::Entry {
            statement: entry.statement,
            signature: entry.signature,
            commit: entry
                .commit
                .map(|commit| codec::wire_commit(commit, |_, _| false)),
        };
        items.push(v1::Item {
            place,
            what: Some(v1::item::What::Entry(entry)),
        });
    }
    Ok(items)
}

impl Up {
    fn fly(&mut self, chain: ChainId, place: u64, bytes: usize) {
        self.flying_bytes += bytes;
        self.flying.push_back(Flying {
            chain,
            place,
            bytes,
        });
    }

    /// A receipt came: what it covers is no longer on its way.
    pub(super) fn land(&mut self, chain: &ChainId, through: u64) {
        self.flying.retain(|flying| {
            let landed = flying.chain == *chain && flying.place <= through;
            if landed {
                self.flying_bytes -= flying.bytes;
            }
            !landed
        });
    }
}

pub(super) fn on_push(
    context: &mut Context<'_>,
    limits: &Limits,
    down: &mut Down,
    push: v1::Push,
    bytes: usize,
) -> Handled {
    let (kind, chain) = {
        let child = down.child()?;
        (child.row.kind, child.chain)
    };
    match kind {
        PeerKind::Hub => on_entries(context, limits, down, chain, push, bytes),
        PeerKind::Phone | PeerKind::Desk => on_commits(context, limits, down, chain, push, bytes),
    }
}

fn on_commits(
    context: &mut Context<'_>,
    limits: &Limits,
    down: &mut Down,
    chain: ChainId,
    push: v1::Push,
    bytes: usize,
) -> Handled {
    let mut items = std::mem::take(&mut down.early_commits);
    for item in push.items {
        match item.what {
            Some(v1::item::What::Commit(commit)) if too_large(&commit) => {
                return Err(Stop::fault(
                    FaultCode::FaultTooLarge,
                    format!(
                        "item {}: a commit of more than {} bytes",
                        item.place,
                        limits::COMMIT_BYTES_MAX
                    ),
                ));
            }
            Some(v1::item::What::Commit(commit)) => items.push(Pushed {
                place: item.place,
                commit,
            }),
            _ => {
                return Err(Stop::fault(
                    FaultCode::FaultOutOfOrder,
                    "a device pushes commits",
                ));
            }
        }
    }
    items.sort_by_key(|item| item.place);
    let (received, early) = match receive_commits(context, limits, chain.key, chain.epoch, items)? {
        Ok(received) => received,
        Err(Busy) => return Err(Stop::busy("this hub holds all it can hold for now")),
    };
    down.keep_early(limits, early.is_empty(), bytes)?;
    down.early_commits = early;
    touch(context, down, received.chains.into_iter().collect())
}

/// Whether a commit could not travel on with its statement in one frame.
fn too_large(commit: &v1::Commit) -> bool {
    let parts: usize = commit.parts.iter().map(|part| part.change.len()).sum();
    parts > limits::COMMIT_BYTES_MAX
}

fn on_entries(
    context: &mut Context<'_>,
    limits: &Limits,
    down: &mut Down,
    chain: ChainId,
    push: v1::Push,
    bytes: usize,
) -> Handled {
    let mut row = context
        .tx
        .load_chains(&[chain])?
        .into_iter()
        .flatten()
        .next()
        .unwrap_or(ChainRow {
            id: chain,
            through: 0,
            last: crate::node::NOTHING,
            hlc: 0,
        });
    for item in push.items {
        match item.what {
            Some(v1::item::What::Entry(entry)) if item.place > row.through => {
                down.early_entries.insert(
                    item.place,
                    Told {
                        place: item.place,
                        entry,
                    },
                );
            }
            Some(v1::item::What::Entry(_)) => {}
            _ => {
                return Err(Stop::fault(
                    FaultCode::FaultOutOfOrder,
                    "a hub pushes entries",
                ));
            }
        }
    }
    let mut items = Vec::new();
    while let Some(told) = down.early_entries.remove(&(row.through + 1)) {
        row.through += 1;
        items.push(told);
    }
    down.keep_early(limits, down.early_entries.is_empty(), bytes)?;
    if items.is_empty() {
        return Ok(());
    }
    let peer = down.child()?.row.clone();
    receive_entries(context, Sender::Child(peer), items)?;
    context.tx.save_chains(std::slice::from_ref(&row))?;
    touch(context, down, vec![chain])
}

/// Notes that sequences of this child have grown.
fn touch(context: &mut Context<'_>, down: &mut Down, chains: Vec<ChainId>) -> Handled {
    for row in context.tx.load_chains(&chains)?.into_iter().flatten() {
        down.chains.insert(row.id, row);
    }
    down.due = true;
    Ok(())
}

impl Down {
    /// Counts what is kept of frames that came early; more than the bound ends the session, and the child offers all again.
    fn keep_early(&mut self, limits: &Limits, none: bool, bytes: usize) -> Handled {
        self.early_bytes = if none { 0 } else { self.early_bytes + bytes };
        if self.early_bytes > limits.early_bytes_max {
            return Err(Stop::fault(
                FaultCode::FaultOutOfOrder,
                "too much came before its turn",
            ));
        }
        Ok(())
    }
}
