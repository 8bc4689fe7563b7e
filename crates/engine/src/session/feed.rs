//! Feed and seen: what is new, downward within a window.

mod share;

use wangge_model::area::Area;
use wangge_wire::frame::FrameKind;
use wangge_wire::v1::{self, FaultCode};

use super::{Child, Down, Handled, Stop, Up, send};
use crate::codec;
use crate::context::Context;
use crate::face::LinkId;
use crate::intake::{Sender, Told, receive_entries};
use crate::limits::{self, Limits};
use crate::tx::{ChainId, FeedFilter, PeerKind};
use share::Share;

/// Sends of the feed what the window holds.
pub(super) fn pump(
    context: &mut Context<'_>,
    limits: &Limits,
    link: LinkId,
    down: &mut Down,
) -> Handled {
    let Some(child) = &down.child else {
        return Ok(());
    };
    let filter = filter(context, child);
    while down.unseen_bytes < limits.window_bytes
        && (down.owes_feed || down.scanned < context.node.place)
    {
        let page = context.tx.load_feed(down.scanned, &filter, limits.page)?;
        let through = page.through.max(down.scanned);
        down.scanned = through;
        if page.entries.is_empty() && !down.owes_feed {
            break;
        }
        let bytes: usize = page.entries.iter().map(codec::entry_len).sum();
        let more = through < context.node.place;
        let share = Share::of(context, child, &page.entries)?;
        let items: Vec<v1::FeedItem> = page
            .entries
            .into_iter()
            .filter_map(|entry| share.item(entry))
            .collect();
        send(
            context,
            link,
            FrameKind::Feed(v1::Feed {
                items,
                cursor: through,
                after: down.told,
                more,
            }),
        );
        down.told = through;
        down.owes_feed = more;
        if bytes > 0 {
            down.unseen_bytes += bytes;
            down.unseen.push_back((through, bytes));
        }
    }
    Ok(())
}

/// What this child may read now. A device without a right hears of its own commits and nothing else.
fn filter(context: &Context<'_>, child: &Child) -> FeedFilter {
    let area = child.row.area.clone();
    let above = ancestors(&area);
    match (child.row.kind, &child.grant) {
        (PeerKind::Hub, _) => FeedFilter::Hub {
            own: child.chain,
            area,
            above,
        },
        (_, Some(grant)) if child.row.revoked_ms.is_none() && context.ms() < grant.until_ms => {
            FeedFilter::Device {
                device: child.row.key,
                area,
                above,
            }
        }
        _ => FeedFilter::Own {
            device: child.row.key,
        },
    }
}

fn ancestors(area: &Area) -> Vec<Area> {
    std::iter::successors(area.parent(), Area::parent).collect()
}

/// The child has made durable what was sent.
pub(super) fn on_seen(context: &mut Context<'_>, down: &mut Down, seen: v1::Seen) -> Handled {
    down.child()?;
    while down
        .unseen
        .front()
        .is_some_and(|(cursor, _)| *cursor <= seen.cursor)
    {
        if let Some((_, bytes)) = down.unseen.pop_front() {
            down.unseen_bytes -= bytes;
        }
    }
    let told = down.told;
    if let Some(child) = &mut down.child
        && child.row.seen_place < seen.cursor.min(told)
    {
        child.row.seen_place = seen.cursor.min(told);
        child.row.seen_ms = context.ms();
        context.tx.save_peers(std::slice::from_ref(&child.row))?;
    }
    Ok(())
}

/// The parent's feed. What comes before its turn waits; what comes twice is passed over.
pub(super) fn on_feed(
    context: &mut Context<'_>,
    limits: &Limits,
    link: LinkId,
    up: &mut Up,
    feed: v1::Feed,
    bytes: usize,
) -> Handled {
    if feed.cursor > limits::PLACE_MAX {
        return Err(Stop::fault(FaultCode::FaultMalformed, "cursor"));
    }
    if up.again && !up.open {
        return Ok(());
    }
    // Two may begin at one place; the one that reaches further has all of the other.
    if up
        .early
        .get(&feed.after)
        .is_none_or(|(known, _)| known.cursor <= feed.cursor)
    {
        up.early_bytes += bytes;
        if let Some((_, former)) = up.early.insert(feed.after, (feed, bytes)) {
            up.early_bytes -= former;
        }
    }
    if up.early_bytes > limits.early_bytes_max {
        return Err(Stop::fault(
            FaultCode::FaultOutOfOrder,
            "too much came before its turn",
        ));
    }
    take_early(context, link, up)
}

/// Takes every feed whose turn has come. Before the welcome none has.
pub(super) fn take_early(context: &mut Context<'_>, link: LinkId, up: &mut Up) -> Handled {
    let stood = context.node.cursor;
    let mut taken = false;
    while let Some(entry) = up
        .early
        .first_entry()
        .filter(|entry| up.open && *entry.key() <= context.node.cursor)
    {
        let (feed, bytes) = entry.remove();
        up.early_bytes -= bytes;
        taken |= !feed.items.is_empty();
        take(context, up, feed)?;
    }
    // The hello has said already what an empty page finds.
    if taken || context.node.cursor > stood {
        send(
            context,
            link,
            FrameKind::Seen(v1::Seen {
                cursor: context.node.cursor,
            }),
        );
    }
    Ok(())
}

fn take(context: &mut Context<'_>, up: &mut Up, feed: v1::Feed) -> Handled {
    let Some(parent) = context.node.parent.as_ref().map(|parent| ChainId {
        key: parent.key,
        epoch: parent.epoch,
    }) else {
        return Err(Stop::fault(FaultCode::FaultOutOfOrder, "welcome first"));
    };
    let after = context.node.cursor;
    let items: Vec<Told> = feed
        .items
        .into_iter()
        .filter(|item| item.place > after)
        .filter_map(|item| {
            Some(Told {
                place: item.place,
                entry: item.entry?,
            })
        })
        .collect();
    up.told &= items.is_empty();
    if receive_entries(context, Sender::Parent(parent), items)?.stray {
        // The parent spoke to a former life of this store: read all again, as who it is now.
        context.node.cursor = 0;
        return Err(Stop::fault(
            FaultCode::FaultOutOfOrder,
            "this store came back from a copy",
        ));
    }
    if feed.cursor >= context.node.cursor {
        context.node.cursor = feed.cursor;
        up.fed = !feed.more;
    }
    if up.fed && context.node.catching_up {
        // What this hub had said before it was restored is known again: it may judge.
        context.node.catching_up = false;
        context.news.inbox = true;
    }
    Ok(())
}
