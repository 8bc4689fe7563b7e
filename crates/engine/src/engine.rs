//! The switchboard: one input, one function.

use std::sync::Arc;

use wangge_model::id::{CommitId, Key};
use wangge_wire::Signer;

use crate::admission::Admission;
use crate::context::{Context, News};
use crate::error::EngineError;
use crate::face::{Dice, Effect, Input, Notice, Now, OpenWork, Status};
use crate::limits::Limits;
use crate::node::{Marked, Node, NodeKind, NodeView};
use crate::session::Sessions;
use crate::tx::{ChainId, Storage, Tx};
use crate::{act, offer, status};

/// What an engine is opened with.
pub struct Boot {
    /// Holds the node's key.
    pub signer: Arc<dyn Signer>,
    /// The marker that was kept outside of whatever a backup copies; none where it is lost. Where it disagrees with the one in the store, the
    /// store is a copy that came back, and a new incarnation (phone) or epoch (hub) is minted.
    pub marker: Option<[u8; 16]>,
    /// Randomness.
    pub dice: Box<dyn Dice>,
    /// The bounds.
    pub limits: Limits,
}

/// The state machine of one replica.
///
/// # Order of calls
///
/// 1. [`found`] once in a store's life, then [`open`] at every start. After `open` has returned, [`Engine::marker`] is kept outside the store.
/// 2. [`step`] for every input, one at a time. Its effects are carried out in their order, and only they.
/// 3. After an error the engine is dropped and opened anew; links that stood are closed by the caller, as the new engine does not know them.
///    A broken engine answers every further step with [`EngineError::Broken`].
///
/// # Time
///
/// Every step is handed the local clock's now. Nothing happens by itself: where time must pass, [`Effect::Wake`] asks for an [`Input::Tick`].
/// Clocks may jump either way between steps; deadlines then come early or late, and nothing is lost by it.
///
/// # Questions
///
/// [`Engine::status_of`], [`Engine::open_work`] and [`Engine::view`] only look; they may be called in any transaction of the same store.
pub struct Engine {
    signer: Arc<dyn Signer>,
    dice: Box<dyn Dice>,
    limits: Limits,
    node: Node,
    sessions: Sessions,
    admission: Admission,
    woken_ms: Option<i64>,
    marked: Marked,
    reborn: bool,
    broken: bool,
}

/// Founds a node in an empty store: a phone, or a hub with its level, area and name. Parents come later, by enrolment.
///
/// # Errors
/// [`EngineError::Founded`] where the store holds a node already.
pub fn found<S: Storage>(
    storage: &mut S,
    key: Key,
    kind: NodeKind,
    dice: &mut dyn Dice,
) -> Result<(), EngineError> {
    storage.transact(|tx| Node::found(tx, key, kind, dice))
}

/// Opens the engine of a store.
///
/// # Errors
/// [`EngineError::NotFounded`], [`EngineError::ForeignKey`], or the store's.
pub fn open<S: Storage>(storage: &mut S, boot: Boot) -> Result<Engine, EngineError> {
    storage.transact(|tx| Engine::open(tx, boot))
}

/// One step: begin, handle, commit, and only then the effects.
///
/// # Errors
/// Whatever the store says, or a bug; never because of a peer's bytes. Nothing has left then, and the engine must be opened anew.
pub fn step<S: Storage>(
    storage: &mut S,
    engine: &mut Engine,
    now: Now,
    input: Input,
) -> Result<Vec<Effect>, EngineError> {
    let mut effects = Vec::new();
    match storage.transact(|tx| engine.handle(now, input, tx, &mut effects)) {
        Ok(()) => Ok(effects),
        Err(error) => {
            engine.broken = true;
            Err(error)
        }
    }
}

impl Engine {
    /// Opens the engine in a transaction; [`open`] is the usual way.
    ///
    /// # Errors
    /// As [`open`].
    pub fn open(tx: &mut dyn Tx, mut boot: Boot) -> Result<Self, EngineError> {
        let (node, marked, reborn) =
            Node::open(tx, Key(boot.signer.public()), boot.marker, &mut *boot.dice)?;
        let chain = ChainId {
            key: node.key,
            epoch: node.epoch,
        };
        let marks = tx
            .load_marks(&[chain])?
            .into_iter()
            .map(|mark| (mark.level, mark.through));
        let sessions = Sessions::open(marks);
        Ok(Self {
            signer: boot.signer,
            dice: boot.dice,
            limits: boot.limits,
            node,
            sessions,
            admission: Admission::open(),
            woken_ms: None,
            marked,
            reborn,
            broken: false,
        })
    }

    /// Takes in one input. [`step`] is the usual way; whoever calls this commits before carrying out any effect, and drops the engine where either fails.
    ///
    /// # Errors
    /// As [`step`].
    pub fn handle(
        &mut self,
        now: Now,
        input: Input,
        tx: &mut dyn Tx,
        effects: &mut Vec<Effect>,
    ) -> Result<(), EngineError> {
        if self.broken {
            return Err(EngineError::Broken);
        }
        let before = self.node.clone();
        let begin = effects.len();
        let signer = Arc::clone(&self.signer);
        let mut context = Context {
            tx,
            node: &mut self.node,
            signer: &*signer,
            dice: &mut *self.dice,
            effects,
            now,
            news: News::default(),
            left: 0,
        };
        if std::mem::take(&mut self.reborn) {
            context.tell(Notice::Reborn);
        }
        dispatch(
            &mut context,
            &self.limits,
            &mut self.sessions,
            &mut self.admission,
            input,
        )?;
        self.admission.hear(context.news);
        self.admission
            .look_through_parked(&mut context, &self.limits)?;
        self.admission.pump(&mut context, &self.limits)?;
        self.sessions.pump(&mut context, &self.limits)?;
        let wake = [
            self.admission.wake_ms(now),
            self.sessions.wake_ms(&self.limits),
        ]
        .into_iter()
        .flatten()
        .min();
        if let Some(at_ms) = wake.filter(|wake| {
            self.woken_ms
                .is_none_or(|woken| *wake < woken || woken <= now.ms)
        }) {
            self.woken_ms = Some(at_ms);
            context.effects.push(Effect::Wake { at_ms });
        }
        let left = context.left;
        self.mark(begin, left, effects);
        self.node.save(tx, Some(&before))
    }

    /// Asks for the marker outside to be renewed before anything with a greater number leaves.
    fn mark(&mut self, begin: usize, left: u64, effects: &mut Vec<Effect>) {
        let sends = effects
            .iter()
            .skip(begin)
            .any(|effect| matches!(effect, Effect::Send { .. }));
        let left = match self.node.kind {
            NodeKind::Hub { .. } if sends => self.node.place,
            NodeKind::Hub { .. } | NodeKind::Phone => left,
        };
        let former = if self.marked.epoch == self.node.epoch {
            self.marked.left
        } else {
            0
        };
        let marked = Marked {
            epoch: self.node.epoch,
            left: left.max(former),
        };
        if marked != self.marked {
            self.marked = marked;
            let marker = marked.encode();
            effects.insert(begin, Effect::Mark { marker });
        }
    }

    /// The marker to keep outside the store, once [`open`] has returned; [`Effect::Mark`] brings the next ones.
    #[must_use]
    pub fn marker(&self) -> [u8; 16] {
        self.marked.encode()
    }

    /// What this node is.
    #[must_use]
    pub fn view(&self) -> NodeView {
        self.node.view()
    }

    /// The status of commits, in the order asked; none for unknown ones.
    ///
    /// # Errors
    /// The store's.
    pub fn status_of(
        &self,
        tx: &mut dyn Tx,
        commits: &[CommitId],
    ) -> Result<Vec<Option<Status>>, EngineError> {
        status::status_of(tx, &self.node, &self.sessions, commits)
    }

    /// What is still to do.
    ///
    /// # Errors
    /// The store's.
    pub fn open_work(&self, tx: &mut dyn Tx) -> Result<OpenWork, EngineError> {
        status::open_work(tx, &self.node, &self.sessions)
    }
}

/// One input, one function.
fn dispatch(
    context: &mut Context<'_>,
    limits: &Limits,
    sessions: &mut Sessions,
    admission: &mut Admission,
    input: Input,
) -> Result<(), EngineError> {
    match input {
        Input::LinkUp {
            link,
            peer,
            side,
            invitation,
        } => sessions.on_link_up(context, limits, link, peer, side, invitation),
        Input::LinkDown { link } => {
            sessions.on_link_down(link);
            Ok(())
        }
        Input::Frame { link, frame } => sessions.on_frame(context, limits, link, &frame),
        Input::Act { ticket, desk, acts } => act::on_act(context, ticket, desk, acts),
        Input::Proven { ticket, answers } => admission.on_proven(context, ticket, answers),
        Input::Tick => {
            sessions.close_stalled(context, limits);
            Ok(())
        }
        Input::Invite { ticket, offer } => offer::on_invite(context, ticket, offer),
        Input::Grant {
            ticket,
            device,
            offer,
        } => {
            sessions.end_child(context, &device);
            offer::on_grant(context, ticket, device, offer)
        }
        Input::Revoke { ticket, device } => {
            sessions.end_child(context, &device);
            offer::on_revoke(context, ticket, device)
        }
        Input::Stop => {
            sessions.stop(context);
            Ok(())
        }
    }
}
