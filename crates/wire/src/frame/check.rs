//! Lengths and values of a decoded frame, kind by kind.

use super::FrameKind;
use crate::field::{area, at_most, fixed, optional};
use crate::{WireError, limits, v1};

pub(super) fn check_kind(kind: &FrameKind) -> Result<(), WireError> {
    match kind {
        FrameKind::Hello(hello) => check_hello(hello),
        FrameKind::Welcome(welcome) => check_welcome(welcome),
        FrameKind::Push(push) => check_push(push),
        FrameKind::Receipts(receipts) => check_receipts(receipts),
        FrameKind::Feed(feed) => check_feed(feed),
        FrameKind::Enrol(enrol) => check_enrol(enrol),
        FrameKind::Enrolled(enrolled) => check_enrolled(enrolled),
        FrameKind::Fault(fault) => check_fault(fault),
        FrameKind::Seen(_) | FrameKind::Bye(_) => Ok(()),
    }
}

fn check_hello(hello: &v1::Hello) -> Result<(), WireError> {
    if hello.version_min == 0 || hello.version_min > hello.version_max {
        return Err(WireError::Form {
            what: "version_min",
            want: "between 1 and version_max",
        });
    }
    fixed::<8>("epoch", &hello.epoch)?;
    optional::<8>("parent_epoch", &hello.parent_epoch)?;
    optional::<16>("holds", &hello.holds)?;
    at_most("agent", hello.agent.len(), limits::AGENT_LEN_MAX)
}

fn check_welcome(welcome: &v1::Welcome) -> Result<(), WireError> {
    if welcome.version == 0 {
        return Err(WireError::Missing { what: "version" });
    }
    optional::<32>("last", &welcome.last)?;
    fixed::<8>("epoch", &welcome.epoch).map(|_| ())
}

fn check_push(push: &v1::Push) -> Result<(), WireError> {
    for (index, item) in push.items.iter().enumerate() {
        let what = match (item.place, &item.what) {
            (0, _) => "place",
            (_, None) => "commit or entry",
            _ => continue,
        };
        return Err(WireError::Missing { what }.within("item", index));
    }
    Ok(())
}

/// A bare signed receipt is all that a frame of receipts carries.
fn check_receipts(receipts: &v1::Receipts) -> Result<(), WireError> {
    match receipts
        .entries
        .iter()
        .position(|entry| entry.commit.is_some())
    {
        Some(index) => Err(WireError::Unexpected { what: "commit" }.within("entry", index)),
        None => Ok(()),
    }
}

fn check_feed(feed: &v1::Feed) -> Result<(), WireError> {
    let mut last = feed.after;
    for (index, item) in feed.items.iter().enumerate() {
        if item.entry.is_none() {
            return Err(WireError::Missing { what: "entry" }.within("item", index));
        }
        if item.place <= last {
            return Err(WireError::Form {
                what: "place",
                want: "beyond the one before",
            }
            .within("item", index));
        }
        last = item.place;
    }
    if feed.cursor < last {
        return Err(WireError::Form {
            what: "cursor",
            want: "at or beyond the last item",
        });
    }
    Ok(())
}

fn check_enrol(enrol: &v1::Enrol) -> Result<(), WireError> {
    fixed::<16>("invitation", &enrol.invitation)?;
    at_most("name", enrol.name.len(), limits::NAME_LEN_MAX)?;
    if !enrol.area.is_empty() {
        area("area", &enrol.area)?;
    }
    v1::Level::try_from(enrol.level)
        .map(|_| ())
        .map_err(|_| WireError::UnknownValue {
            what: "level",
            value: enrol.level,
        })
}

fn check_enrolled(enrolled: &v1::Enrolled) -> Result<(), WireError> {
    match enrolled.entry {
        Some(_) => Ok(()),
        None => Err(WireError::Missing { what: "entry" }),
    }
}

/// An unknown code passes: a newer program may have more of them, and the end is the same.
fn check_fault(fault: &v1::Fault) -> Result<(), WireError> {
    at_most("text", fault.text.len(), limits::FAULT_TEXT_LEN_MAX)
}
