//! One conversation with the hub: dial, step for every frame, fold in the pauses, end with a goal, the budget or a cancel.

use std::future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::{sleep_until, timeout};
use wangge_engine::{CloseCause, Input, LinkId, Notice};
use wangge_link::{CloseCode, Config, Endpoint, Link, LinkError, Receiver, Sender, Stats};
use wangge_model::id::Key;
use wangge_views::Views;

use crate::error::{Error, Trouble};
use crate::face::SyncEnd;
use crate::keeper;
use crate::limits;
use crate::machine::{self, Machine, Outcome};
use crate::trouble::fault_said;

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// To be enrolled with this secret.
    Enrol([u8; 16]),
    /// To have on both sides what the other had.
    CatchUp,
    /// To stay while the link stands.
    Stay,
}

/// Where the hub is.
#[derive(Debug, Clone)]
pub(crate) struct Hub {
    pub(crate) address: String,
    pub(crate) key: Key,
}

/// What a session brought.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    pub(crate) end: SyncEnd,
    pub(crate) received: u64,
    pub(crate) stats: Stats,
}

impl Ended {
    /// A session that ended before a link stood.
    pub(crate) fn nothing(end: SyncEnd) -> Self {
        Self {
            end,
            received: 0,
            stats: Stats::default(),
        }
    }
}

/// Runs one session.
///
/// # Errors
/// Why no link could be had, or why it broke before the goal was reached. What was done stays done.
pub(crate) async fn run(
    machine: &Machine,
    hub: &Hub,
    goal: Goal,
    deadline: Option<Instant>,
    mut cancel: watch::Receiver<u64>,
    on_up: &dyn Fn(),
) -> Result<Ended, Error> {
    let link = tokio::select! {
        link = dial(machine, hub) => link?,
        () = until(deadline) => return Ok(Ended::nothing(SyncEnd::BudgetSpent)),
        _ = cancel.changed() => return Ok(Ended::nothing(SyncEnd::Cancelled)),
    };
    let (sender, receiver) = link.split();
    let secret = if let Goal::Enrol(secret) = goal {
        Some(secret)
    } else {
        None
    };
    let (link, outcome) = machine.link_up(hub.key, sender.clone(), secret)?;
    let mut session = Session {
        machine,
        link,
        sender,
        goal,
        received: 0,
        caught_up: false,
        dirty: true,
        heard: Instant::now(),
        up: false,
        on_up,
    };
    let ended = match session.take(outcome) {
        Ok(Some(end)) => Ok(end),
        Ok(None) => session.converse(receiver, deadline, cancel).await,
        Err(error) => Err(error),
    };
    let stats = session.sender.stats();
    machine.link_down(session.link)?;
    if session.up {
        keeper::save_contact(&machine.store)?;
    }
    if session.up && session.sender.frames() == 1 {
        // Only the hello was said, and the hub has answered it: nothing is under way that a close would have to wait for.
        session.sender.abort(CloseCode::BYE, "");
    } else {
        session.sender.close(CloseCode::BYE, "").await;
    }
    Ok(Ended {
        end: ended?,
        received: session.received,
        stats,
    })
}

/// Tries the hub's addresses one after the other.
async fn dial(machine: &Machine, hub: &Hub) -> Result<Link, Error> {
    let lookup = timeout(
        Duration::from_millis(limits::LOOKUP_MS_MAX),
        tokio::net::lookup_host(&hub.address),
    );
    let addresses: Vec<SocketAddr> = match lookup.await {
        Ok(Ok(found)) => found.collect(),
        Ok(Err(error)) => return Err(no_address(&hub.address).map_cause(error)),
        Err(_) => return Err(no_address(&hub.address)),
    };
    let mut last = no_address(&hub.address);
    for address in addresses {
        let local: SocketAddr = if address.is_ipv4() {
            ([0, 0, 0, 0], 0).into()
        } else {
            ([0_u16; 8], 0).into()
        };
        let config = Config {
            single: true,
            ..Config::default()
        };
        let endpoint = Endpoint::bind_dialler(local, config)?;
        match endpoint
            .dial(address, *hub.key.as_bytes(), machine.signer.clone())
            .await
        {
            Ok(link) => return Ok(link),
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

fn no_address(address: &str) -> Error {
    Error::Retry(Trouble::new(
        "no_address",
        format!("找不到上级的地址 {address}：请检查网络，稍后重试"),
        format!(
            "the hub's address {address} cannot be found: check the network and try again later"
        ),
    ))
}

pub(crate) async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline.into()).await,
        None => future::pending().await,
    }
}

struct Session<'a> {
    machine: &'a Machine,
    link: LinkId,
    sender: Sender,
    goal: Goal,
    received: u64,
    caught_up: bool,
    /// Whether records may wait to be folded.
    dirty: bool,
    /// When the last frame came.
    heard: Instant,
    /// Whether the hub has answered the hello.
    up: bool,
    /// Called when it has.
    on_up: &'a dyn Fn(),
}

enum Event {
    Frame(Vec<u8>),
    LinkEnded(Option<LinkError>),
    Tick,
    /// An act of another thread, or a pause used for folding.
    Look,
    End(SyncEnd),
}

impl Session<'_> {
    async fn converse(
        &mut self,
        mut receiver: Receiver,
        deadline: Option<Instant>,
        mut cancel: watch::Receiver<u64>,
    ) -> Result<SyncEnd, Error> {
        let mut bell = self.machine.bell();
        loop {
            if let Some(end) = self.reached()? {
                return Ok(end);
            }
            let patience = self.patience();
            let event = tokio::select! {
                biased;
                _ = cancel.changed() => Event::End(SyncEnd::Cancelled),
                () = until(deadline) => Event::End(SyncEnd::BudgetSpent),
                frame = receiver.recv() => match frame {
                    Ok(Some(frame)) => Event::Frame(frame),
                    Ok(None) => Event::LinkEnded(None),
                    Err(error) => Event::LinkEnded(Some(error)),
                },
                () = until(self.next_tick()) => Event::Tick,
                _ = bell.changed() => Event::Look,
                () = until(patience), if patience.is_some() => Event::Look,
                () = future::ready(()), if self.dirty => Event::Look,
            };
            if let Some(end) = self.on_event(event)? {
                return Ok(end);
            }
        }
    }

    fn on_event(&mut self, event: Event) -> Result<Option<SyncEnd>, Error> {
        match event {
            Event::End(end) => Ok(Some(end)),
            Event::Frame(frame) => {
                self.heard = Instant::now();
                let outcome = self.machine.step(Input::Frame {
                    link: self.link,
                    frame,
                })?;
                self.take(outcome)
            }
            Event::Tick => {
                let outcome = self.machine.step(Input::Tick)?;
                self.take(outcome)
            }
            Event::LinkEnded(Some(error)) => Err(error.into()),
            Event::LinkEnded(None) => Err(Error::Retry(Trouble::new(
                "link_closed",
                "上级关闭了连接：请稍后重试",
                "the hub closed the connection: try again later",
            ))),
            Event::Look => {
                if self.dirty {
                    let progress =
                        Views::new(&self.machine.store)?.fold(limits::FOLD_RECORDS_MAX)?;
                    self.dirty = progress.behind > 0;
                }
                Ok(None)
            }
        }
    }

    /// What a step said.
    fn take(&mut self, outcome: Outcome) -> Result<Option<SyncEnd>, Error> {
        let mut end = None;
        for notice in outcome.notices {
            match notice {
                Notice::Opened { .. } => {
                    self.up = true;
                    (self.on_up)();
                }
                Notice::Enrolled { .. } if matches!(self.goal, Goal::Enrol(_)) => {
                    end = Some(SyncEnd::CaughtUp)
                }
                Notice::CaughtUp { .. } => self.caught_up = true,
                Notice::Faulted { code, retry_ms, .. } => return Err(fault_said(code, retry_ms)),
                Notice::Received { commits } => {
                    self.received = self.received.saturating_add(commits)
                }
                Notice::Admitted { .. } | Notice::Held { .. } => self.dirty = true,
                _ => {}
            }
        }
        match outcome.closed {
            Some(CloseCause::Fault(code)) => Err(fault_said(code, 0)),
            Some(_) if end.is_none() => Err(Error::Retry(Trouble::new(
                "link_closed",
                "会话已结束：请稍后重试",
                "the session ended: try again later",
            ))),
            _ => Ok(end),
        }
    }

    /// Whether both sides have what the other had. Verdicts may take their time: they are waited for only while the hub is talking.
    fn reached(&self) -> Result<Option<SyncEnd>, Error> {
        if self.goal != Goal::CatchUp || !self.caught_up || self.dirty {
            return Ok(None);
        }
        let work = self.machine.ask(|engine, tx| engine.open_work(tx))?;
        let done = work.owed == 0
            && work.waiting == 0
            && (work.unjudged == 0 || self.patience().is_none_or(|until| until <= Instant::now()));
        Ok(done.then_some(SyncEnd::CaughtUp))
    }

    /// Until when a verdict is waited for, once everything else is done.
    fn patience(&self) -> Option<Instant> {
        let waiting = self.goal == Goal::CatchUp && self.caught_up;
        waiting
            .then(|| {
                self.heard
                    .checked_add(Duration::from_millis(limits::VERDICT_MS_MAX))
            })
            .flatten()
    }

    fn next_tick(&self) -> Option<Instant> {
        let at_ms = self.machine.wake_at_ms()?;
        let wait_ms = u64::try_from(at_ms.saturating_sub(machine::now().ms)).unwrap_or(0);
        Instant::now().checked_add(Duration::from_millis(wait_ms))
    }
}
