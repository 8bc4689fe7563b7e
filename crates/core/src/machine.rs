//! The one writer: the engine and its store behind one lock, and the effects that leave after the commit.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;
use wangge_engine::{
    ActDone, Boot, CloseCause, Effect, Engine, EngineError, Input, LinkId, NewAct, NodeKind,
    NodeView, Notice, Now, ProofJob, ProofTicket, Refusal, Side, Storage, Ticket, Tx,
};
use wangge_link::{CloseCode, Sender};
use wangge_model::id::Key;
use wangge_store::Store;
use wangge_wire::Signer;

use crate::dice::SystemDice;
use crate::error::{Error, Trouble};
use crate::{marker, prove};

/// What a step brought, beside what was sent.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) acted: Vec<Result<ActDone, Refusal>>,
    pub(crate) notices: Vec<Notice>,
    /// The engine has closed the link.
    pub(crate) closed: Option<CloseCause>,
}

/// The engine and its store. Every call locks, steps, commits, lets the effects go, and unlocks; proofs run unlocked.
pub(crate) struct Machine {
    pub(crate) store: Arc<Store>,
    pub(crate) signer: Arc<dyn Signer>,
    marker_path: PathBuf,
    state: Mutex<State>,
    /// Counts what may interest a watcher or the session.
    bell: watch::Sender<u64>,
}

struct State {
    /// Gone after an error, until the next call opens it anew from disk.
    engine: Option<Engine>,
    uplink: Option<(LinkId, Sender)>,
    wake_at_ms: Option<i64>,
    links: u64,
    tickets: u64,
}

impl Machine {
    /// Opens the engine of a store; founds a phone in an empty one.
    pub(crate) fn open(
        store: Store,
        signer: Arc<dyn Signer>,
        marker_path: PathBuf,
    ) -> Result<Self, Error> {
        let store = Arc::new(store);
        let engine = open_engine(&store, &signer, &marker_path)?;
        let state = State {
            engine: Some(engine),
            uplink: None,
            wake_at_ms: None,
            links: 0,
            tickets: 0,
        };
        Ok(Self {
            store,
            signer,
            marker_path,
            state: Mutex::new(state),
            bell: watch::Sender::new(0),
        })
    }

    /// Rings at acts, and whenever something came in.
    pub(crate) fn bell(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }

    /// People's acts, one commit each, in one transaction.
    pub(crate) fn act(&self, acts: Vec<NewAct>) -> Result<Vec<Result<ActDone, Refusal>>, Error> {
        let ticket = {
            let mut state = self.lock();
            state.tickets = state.tickets.wrapping_add(1);
            Ticket(state.tickets)
        };
        Ok(self
            .step(Input::Act {
                ticket,
                desk: None,
                acts,
            })?
            .acted)
    }

    /// A link stands: from now on the engine's frames go to it.
    pub(crate) fn link_up(
        &self,
        hub: Key,
        sender: Sender,
        invitation: Option<[u8; 16]>,
    ) -> Result<(LinkId, Outcome), Error> {
        let link = {
            let mut state = self.lock();
            state.links = state.links.wrapping_add(1);
            let link = LinkId(state.links);
            state.uplink = Some((link, sender));
            link
        };
        let outcome = self.step(Input::LinkUp {
            link,
            peer: hub,
            side: Side::Parent,
            invitation,
        })?;
        Ok((link, outcome))
    }

    /// A link is gone.
    pub(crate) fn link_down(&self, link: LinkId) -> Result<(), Error> {
        {
            let mut state = self.lock();
            if state
                .uplink
                .as_ref()
                .is_some_and(|(standing, _)| *standing == link)
            {
                state.uplink = None;
            }
        }
        self.step(Input::LinkDown { link }).map(drop)
    }

    /// When the engine wants an [`Input::Tick`], milliseconds since 1970.
    pub(crate) fn wake_at_ms(&self) -> Option<i64> {
        self.lock().wake_at_ms
    }

    /// One step, and those that answer its proofs.
    pub(crate) fn step(&self, input: Input) -> Result<Outcome, Error> {
        let mut outcome = Outcome::default();
        let mut next = Some(input);
        while let Some(input) = next.take() {
            let proofs = {
                let mut state = self.lock();
                let effects = self.step_locked(&mut state, input)?;
                carry_out(&mut state, effects, &mut outcome)
            };
            next = proofs.map(|(ticket, jobs)| Input::Proven {
                ticket,
                answers: prove::prove(jobs),
            });
        }
        if !outcome.acted.is_empty() || !outcome.notices.is_empty() {
            self.bell.send_modify(|rung| *rung = rung.wrapping_add(1));
        }
        Ok(outcome)
    }

    fn step_locked(&self, state: &mut State, input: Input) -> Result<Vec<Effect>, Error> {
        if let Input::Tick = input {
            state.wake_at_ms = None;
        }
        let engine = self.engine(state)?;
        let stepped = wangge_engine::step(&mut &*self.store, engine, now(), input)
            .map_err(Error::from)
            .and_then(|effects| self.mark(effects));
        if stepped.is_err() {
            // Nothing has left. The next engine knows no links, so this one's is given up and dialled anew.
            state.engine = None;
            state.wake_at_ms = None;
            if let Some((_, sender)) = state.uplink.take() {
                sender.abort(CloseCode::BYE, "");
            }
        }
        stepped
    }

    /// Keeps the marker before anything that needs it can leave.
    fn mark(&self, effects: Vec<Effect>) -> Result<Vec<Effect>, Error> {
        for effect in &effects {
            if let Effect::Mark { marker } = effect {
                marker::note(&self.marker_path, marker)?;
            }
        }
        Ok(effects)
    }

    /// A question to the engine in a transaction that changes nothing.
    pub(crate) fn ask<T>(
        &self,
        question: impl FnOnce(&Engine, &mut dyn Tx) -> Result<T, EngineError>,
    ) -> Result<T, Error> {
        let mut state = self.lock();
        let engine = &*self.engine(&mut state)?;
        Ok((&mut &*self.store).transact(|tx| question(engine, tx))?)
    }

    /// Closes the store: its log is moved into its file. Where somebody else still reads, that happens when they are done.
    pub(crate) fn close(self) -> Result<(), Error> {
        match Arc::try_unwrap(self.store) {
            Ok(store) => Ok(store.close()?),
            Err(_) => Ok(()),
        }
    }

    /// What the engine says of itself, without a transaction.
    pub(crate) fn view(&self) -> Result<NodeView, Error> {
        let mut state = self.lock();
        Ok(self.engine(&mut state)?.view())
    }

    fn engine<'s>(&self, state: &'s mut State) -> Result<&'s mut Engine, Error> {
        match &mut state.engine {
            Some(engine) => Ok(engine),
            gone @ None => {
                Ok(gone.insert(open_engine(&self.store, &self.signer, &self.marker_path)?))
            }
        }
    }

    /// A panic while the lock was held has rolled its transaction back; the engine is opened anew.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| {
            self.state.clear_poison();
            let mut state = PoisonError::into_inner(poisoned);
            state.engine = None;
            state.uplink = None;
            state
        })
    }
}

/// Sends what is to be sent, and notes the rest. Answers the proofs asked for.
fn carry_out(
    state: &mut State,
    effects: Vec<Effect>,
    outcome: &mut Outcome,
) -> Option<(ProofTicket, Vec<ProofJob>)> {
    let mut proofs = None;
    for effect in effects {
        match effect {
            Effect::Send { link, frame } => send(state, link, frame),
            Effect::Close { link, cause } => {
                if state
                    .uplink
                    .as_ref()
                    .is_some_and(|(standing, _)| *standing == link)
                {
                    state.uplink = None;
                    outcome.closed = Some(cause);
                }
            }
            Effect::Prove { ticket, jobs } => proofs = Some((ticket, jobs)),
            Effect::Wake { at_ms } => state.wake_at_ms = Some(at_ms),
            Effect::Acted { results, .. } => outcome.acted.extend(results),
            Effect::Told(notice) => outcome.notices.push(notice),
            // Kept already.
            Effect::Mark { .. } => {}
            // Only hubs ask what is answered so.
            Effect::Done { .. } => {}
        }
    }
    proofs
}

/// A link that takes no more is given up: the session sees it end, and the engine offers again on the next one.
fn send(state: &mut State, link: LinkId, frame: Vec<u8>) {
    let Some((standing, sender)) = &state.uplink else {
        return;
    };
    if *standing == link
        && let Err(error) = sender.try_send(frame)
    {
        tracing::debug!(%error, "the link takes nothing; giving it up");
        sender.abort(CloseCode::BYE, "");
        state.uplink = None;
    }
}

fn open_engine(
    store: &Arc<Store>,
    signer: &Arc<dyn Signer>,
    marker_path: &Path,
) -> Result<Engine, Error> {
    let marker = marker::load(marker_path)?;
    let boot = || Boot {
        signer: Arc::clone(signer),
        marker,
        dice: Box::new(SystemDice),
        limits: wangge_engine::limits::Limits::default(),
    };
    let engine = match wangge_engine::open(&mut &**store, boot()) {
        Err(EngineError::NotFounded) => {
            wangge_engine::found(
                &mut &**store,
                Key(signer.public()),
                NodeKind::Phone,
                &mut SystemDice,
            )?;
            wangge_engine::open(&mut &**store, boot())?
        }
        opened => opened?,
    };
    if marker != Some(engine.marker()) {
        marker::save(marker_path, &engine.marker())?;
    }
    Ok(engine)
}

/// The local clock.
pub(crate) fn now() -> Now {
    let ms = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => {
            i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| ms.saturating_neg())
        }
    };
    Now { ms }
}

/// The answer after [`crate::Phone::close`].
pub(crate) fn closed() -> Error {
    Error::Report(Trouble::new(
        "closed",
        "本机数据已关闭：请重新打开",
        "the phone is closed: open it again",
    ))
}
