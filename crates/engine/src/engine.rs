//! The switchboard: one input, one function.

use std::sync::Arc;

use wangge_model::id::{CommitId, Key};
use wangge_wire::Signer;

use crate::error::EngineError;
use crate::face::{Dice, Effect, Input, Now, OpenWork, Status};
use crate::node::{Node, NodeKind, NodeView};
use crate::tx::{Storage, Tx};

/// What an engine is opened with.
pub struct Boot {
    /// Holds the node's key.
    pub signer: Arc<dyn Signer>,
    /// The marker that was kept outside of whatever a backup copies; none where it is lost. Where it disagrees with the one in the store, the
    /// store is a copy that came back, and a new incarnation (phone) or epoch (hub) is minted.
    pub marker: Option<[u8; 16]>,
    /// Randomness.
    pub dice: Box<dyn Dice>,
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
    node: Node,
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
        let (node, _reborn) =
            Node::open(tx, Key(boot.signer.public()), boot.marker, &mut *boot.dice)?;
        Ok(Self {
            signer: boot.signer,
            dice: boot.dice,
            node,
            broken: false,
        })
    }

    /// Takes in one input. [`step`] is the usual way; whoever calls this commits before carrying out any effect, and drops the engine where either fails.
    ///
    /// # Errors
    /// As [`step`].
    pub fn handle(
        &mut self,
        _now: Now,
        _input: Input,
        _tx: &mut dyn Tx,
        _effects: &mut Vec<Effect>,
    ) -> Result<(), EngineError> {
        if self.broken {
            return Err(EngineError::Broken);
        }
        Ok(())
    }

    /// The marker to keep outside the store, once [`open`] has returned.
    #[must_use]
    pub fn marker(&self) -> [u8; 16] {
        self.node.marker()
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
        _tx: &mut dyn Tx,
        commits: &[CommitId],
    ) -> Result<Vec<Option<Status>>, EngineError> {
        Ok(vec![None; commits.len()])
    }

    /// What is still to do.
    ///
    /// # Errors
    /// The store's.
    pub fn open_work(&self, _tx: &mut dyn Tx) -> Result<OpenWork, EngineError> {
        Ok(OpenWork::default())
    }
}
