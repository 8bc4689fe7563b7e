//! One conversation on a link, the same at every level: a child (phone or hub) below, its parent hub above.
//!
//! A session remembers only what is on its way. Whatever is lost with it is offered again by the next hello.

mod enrol;
mod feed;
mod hello;
mod push;
mod receipts;
mod talk;
mod welcome;

use std::collections::BTreeMap;

use wangge_model::id::{Key, StatementId};
use wangge_model::kind::Level;
use wangge_wire::frame::{FrameKind, encode_frame, parse_frame};
use wangge_wire::v1::{self, FaultCode};

use crate::context::{Context, News};
use crate::error::EngineError;
use crate::face::{CloseCause, Effect, LinkId, Notice, Side};
use crate::limits::{Limits, MARKS_WAIT_MS};
pub(crate) use talk::Up;
use talk::{Child, Down, Flying, Halt, Handled, Session, Stop, Talk};

/// All conversations.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_link: BTreeMap<LinkId, Session>,
    /// How far the levels above have merged this node's present sequence.
    marks: BTreeMap<Level, u64>,
    /// When the children are told of it at the latest, by the local clock.
    marks_due_ms: Option<i64>,
}

impl Sessions {
    /// Opens with what the store knows of receipts.
    pub(crate) fn open(marks: impl IntoIterator<Item = (Level, u64)>) -> Self {
        Self {
            by_link: BTreeMap::new(),
            marks: marks.into_iter().collect(),
            marks_due_ms: None,
        }
    }

    /// A new link.
    pub(crate) fn on_link_up(
        &mut self,
        context: &mut Context<'_>,
        limits: &Limits,
        link: LinkId,
        peer: Key,
        side: Side,
        invitation: Option<[u8; 16]>,
    ) -> Result<(), EngineError> {
        self.replace(context, &peer, side);
        let talk = match side {
            Side::Parent => Talk::Up(Box::new(Up::new(peer))),
            Side::Child => Talk::Down(Box::new(Down::new(peer))),
        };
        let mut session = Session {
            talk,
            heard_ms: context.now.ms,
            waiting: false,
        };
        let begun = match &mut session.talk {
            _ if self.by_link.len() >= limits.sessions_max => Err(Stop::busy("too many sessions")),
            Talk::Up(up) => hello::begin(context, link, up, invitation),
            Talk::Down(_) if context.node.is_hub() => Ok(()),
            Talk::Down(_) => Err(Stop::fault(
                FaultCode::FaultUnknownPeer,
                "a phone has no children",
            )),
        };
        self.by_link.insert(link, session);
        self.end_if(context, link, begun)
    }

    /// A peer has one session of a side: the newest.
    fn replace(&mut self, context: &mut Context<'_>, peer: &Key, side: Side) {
        let old: Vec<LinkId> = self
            .by_link
            .iter()
            .filter(|(_, session)| session.talk.side() == side && session.talk.peer() == *peer)
            .map(|(link, _)| *link)
            .collect();
        for link in old {
            self.by_link.remove(&link);
            context.effects.push(Effect::Close {
                link,
                cause: CloseCause::Replaced,
            });
        }
    }

    /// A link is gone.
    pub(crate) fn on_link_down(&mut self, link: LinkId) {
        self.by_link.remove(&link);
    }

    /// A frame came in.
    pub(crate) fn on_frame(
        &mut self,
        context: &mut Context<'_>,
        limits: &Limits,
        link: LinkId,
        frame: &[u8],
    ) -> Result<(), EngineError> {
        let Some(session) = self.by_link.get_mut(&link) else {
            return Ok(());
        };
        session.heard_ms = context.now.ms;
        let handled = match parse_frame(frame) {
            Ok(kind) => match &mut session.talk {
                Talk::Up(up) => on_parent_frame(
                    context,
                    limits,
                    link,
                    up,
                    &mut self.marks,
                    kind,
                    frame.len(),
                ),
                Talk::Down(down) => on_child_frame(context, limits, link, down, kind, frame.len()),
            },
            Err(error) => Err(Stop::fault(error.fault_code(), error.line())),
        };
        self.end_if(context, link, handled)
    }

    /// Sends what is to be sent: pushes, feeds, receipts.
    pub(crate) fn pump(
        &mut self,
        context: &mut Context<'_>,
        limits: &Limits,
    ) -> Result<(), EngineError> {
        let mut ended = Vec::new();
        let merged = self.marks_due(context.now.ms, context.news);
        receipts::send_due(context, &mut self.by_link, &self.marks, merged)?;
        for (link, session) in &mut self.by_link {
            let pumped = match &mut session.talk {
                Talk::Up(up) => push::pump(context, limits, *link, up),
                Talk::Down(down) => feed::pump(context, limits, *link, down),
            };
            if pumped.is_err() {
                ended.push((*link, pumped));
            }
        }
        for (link, pumped) in ended {
            self.end_if(context, link, pumped)?;
        }
        for session in self.by_link.values_mut() {
            let waits = session.talk.waits(limits);
            if waits && !session.waiting {
                session.heard_ms = context.now.ms;
            }
            session.waiting = waits;
        }
        Ok(())
    }

    /// Whether the children have still to be told what the levels above have merged.
    pub(crate) fn untold(&self) -> bool {
        self.marks_due_ms.is_some()
    }

    /// Whether the children are told now what the levels above have merged: each word costs a signature for every sequence below, so that words which come in
    /// one after the other are passed on together. A clock that was set back lets none wait for longer.
    fn marks_due(&mut self, now_ms: i64, news: News) -> bool {
        if news.marks {
            self.marks_due_ms
                .get_or_insert(now_ms.saturating_add(MARKS_WAIT_MS));
        }
        let due = self.marks_due_ms.is_some_and(|due_ms| {
            due_ms <= now_ms || due_ms > now_ms.saturating_add(MARKS_WAIT_MS)
        });
        if due {
            self.marks_due_ms = None;
        }
        due
    }

    /// Closes sessions that wait for a peer who says nothing.
    pub(crate) fn close_stalled(&mut self, context: &mut Context<'_>, limits: &Limits) {
        let now_ms = context.now.ms;
        let stalled: Vec<LinkId> = self
            .by_link
            .iter()
            .filter(|(_, session)| {
                session.waiting && now_ms.saturating_sub(session.heard_ms) >= limits.stall_ms_max
            })
            .map(|(link, _)| *link)
            .collect();
        for link in stalled {
            self.by_link.remove(&link);
            context.effects.push(Effect::Close {
                link,
                cause: CloseCause::Stalled,
            });
        }
    }

    /// When the first session would have stalled, or a word is due.
    pub(crate) fn wake_ms(&self, limits: &Limits) -> Option<i64> {
        self.by_link
            .values()
            .filter(|session| session.waiting)
            .map(|session| session.heard_ms.saturating_add(limits.stall_ms_max))
            .chain(self.marks_due_ms)
            .min()
    }

    /// Ends the sessions of a child whose right has changed: it says hello again under the new one.
    pub(crate) fn end_child(&mut self, context: &mut Context<'_>, peer: &Key) {
        let links: Vec<LinkId> = self
            .by_link
            .iter()
            .filter(|(_, session)| {
                session.talk.side() == Side::Child && session.talk.peer() == *peer
            })
            .map(|(link, _)| *link)
            .collect();
        for link in links {
            self.say_bye(context, link);
        }
    }

    /// Ends everything.
    pub(crate) fn stop(&mut self, context: &mut Context<'_>) {
        let links: Vec<LinkId> = self.by_link.keys().copied().collect();
        for link in links {
            self.say_bye(context, link);
        }
    }

    fn say_bye(&mut self, context: &mut Context<'_>, link: LinkId) {
        self.by_link.remove(&link);
        send(context, link, FrameKind::Bye(v1::Bye {}));
        context.effects.push(Effect::Close {
            link,
            cause: CloseCause::Bye,
        });
    }

    /// Whether the session with the parent has read the feed to its end; and how much of the outbox is on its way.
    pub(crate) fn up(&self) -> Option<&Up> {
        self.by_link
            .values()
            .find_map(|session| match &session.talk {
                Talk::Up(up) => Some(&**up),
                Talk::Down(_) => None,
            })
    }

    fn end_if(
        &mut self,
        context: &mut Context<'_>,
        link: LinkId,
        handled: Handled,
    ) -> Result<(), EngineError> {
        let stop = match handled {
            Ok(()) => return Ok(()),
            Err(Halt::Engine(error)) => return Err(error),
            Err(Halt::Peer(stop)) => stop,
        };
        self.by_link.remove(&link);
        let cause = match stop.code {
            None => CloseCause::Bye,
            Some(code) => {
                if !stop.theirs {
                    let text: String = stop.text.chars().take(120).collect();
                    send(
                        context,
                        link,
                        FrameKind::Fault(v1::Fault {
                            code: code.into(),
                            retry_ms: stop.retry_ms,
                            text,
                        }),
                    );
                }
                context.tell(Notice::Faulted {
                    link,
                    code,
                    theirs: stop.theirs,
                    retry_ms: stop.retry_ms,
                });
                CloseCause::Fault(code)
            }
        };
        context.effects.push(Effect::Close { link, cause });
        Ok(())
    }
}

/// The switchboard of what a parent says.
fn on_parent_frame(
    context: &mut Context<'_>,
    limits: &Limits,
    link: LinkId,
    up: &mut Up,
    marks: &mut BTreeMap<Level, u64>,
    kind: FrameKind,
    bytes: usize,
) -> Handled {
    match kind {
        FrameKind::Welcome(welcome) => welcome::on_welcome(context, link, up, marks, welcome),
        FrameKind::Enrolled(enrolled) => enrol::on_enrolled(context, link, up, enrolled),
        FrameKind::Receipts(receipts) => receipts::on_receipts(context, up, marks, receipts),
        FrameKind::Feed(feed) => feed::on_feed(context, limits, link, up, feed, bytes),
        FrameKind::Fault(fault) => on_fault(&fault),
        FrameKind::Bye(_) => Err(Stop::bye()),
        FrameKind::Hello(_) | FrameKind::Push(_) | FrameKind::Seen(_) | FrameKind::Enrol(_) => Err(
            Stop::fault(FaultCode::FaultOutOfOrder, "a child's word from a parent"),
        ),
    }
}

/// The switchboard of what a child says.
fn on_child_frame(
    context: &mut Context<'_>,
    limits: &Limits,
    link: LinkId,
    down: &mut Down,
    kind: FrameKind,
    bytes: usize,
) -> Handled {
    match kind {
        FrameKind::Hello(hello) => hello::on_hello(context, link, down, hello),
        FrameKind::Enrol(enrol) => enrol::on_enrol(context, link, down, enrol),
        FrameKind::Push(push) => push::on_push(context, limits, down, push, bytes),
        FrameKind::Seen(seen) => feed::on_seen(context, down, seen),
        FrameKind::Fault(fault) => on_fault(&fault),
        FrameKind::Bye(_) => Err(Stop::bye()),
        FrameKind::Welcome(_)
        | FrameKind::Receipts(_)
        | FrameKind::Feed(_)
        | FrameKind::Enrolled(_) => Err(Stop::fault(
            FaultCode::FaultOutOfOrder,
            "a parent's word from a child",
        )),
    }
}

fn on_fault(fault: &v1::Fault) -> Handled {
    Err(Halt::Peer(Stop {
        code: Some(FaultCode::try_from(fault.code).unwrap_or_default()),
        text: String::new(),
        retry_ms: fault.retry_ms,
        theirs: true,
    }))
}

fn send(context: &mut Context<'_>, link: LinkId, kind: FrameKind) {
    context.effects.push(Effect::Send {
        link,
        frame: encode_frame(kind),
    });
}

/// The statements of these ids as entries without commit, in their order; those that are not there are left out.
fn entries_of(
    context: &mut Context<'_>,
    ids: &[StatementId],
) -> Result<Vec<v1::Entry>, EngineError> {
    Ok(context
        .tx
        .load_statements(ids)?
        .iter()
        .flatten()
        .map(crate::codec::bare_entry)
        .collect())
}
