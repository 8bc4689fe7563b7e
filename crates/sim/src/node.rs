//! A node: the shipping engine over the shipping store, on a machine that crashes, fills up and tells the wrong time.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use wangge_engine::{
    Boot, Effect, Engine, EngineError, Input, Limits, LinkId, NodeKind, Now, Storage, Tx, TxError,
    found, open, step,
};
use wangge_model::id::{CommitId, Key};
use wangge_store::Store;
use wangge_views::{Views, ViewsError};
use wangge_wire::{KeySigner, Signer};

use crate::dice::Dice;
use crate::net::Wire;
use crate::place::Place;

impl wangge_engine::Dice for Dice {
    fn fill(&mut self, bytes: &mut [u8]) {
        Dice::fill(self, bytes);
    }
}

/// What the machine does to the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mishap {
    /// Nothing.
    #[default]
    None,
    /// Power fails before the commit.
    BeforeCommit,
    /// Power fails after the commit, before the first effect.
    AfterCommit,
}

/// The store, with a machine around it that may fail.
pub struct Disk {
    store: Store,
    /// Whether the next transaction is rolled back by a power cut.
    cut: bool,
    /// Whether the disk is full: nothing can be written.
    pub full: bool,
}

impl Disk {
    /// The store itself, for those who only look.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }
}

impl Storage for Disk {
    fn transact<R, E: From<TxError>>(
        &mut self,
        work: impl FnOnce(&mut dyn Tx) -> Result<R, E>,
    ) -> Result<R, E> {
        let (cut, full) = (std::mem::take(&mut self.cut), self.full);
        self.store.transact(|tx| {
            let done = work(tx)?;
            let failed = |doing, retry| TxError::Store {
                doing,
                retry,
                cause: "the simulated machine".into(),
            };
            if cut {
                return Err(E::from(failed("power cut", false)));
            }
            if full {
                return Err(E::from(failed("disk full", true)));
            }
            Ok(done)
        })
    }
}

/// How a step ended.
pub enum Stepped {
    /// As it should.
    Done(Vec<Effect>),
    /// The machine failed; the node is down and has to be started again. The effects are there only for the mutant that releases them.
    Down(Vec<Effect>),
}

/// An old copy of a phone's store, as a backup keeps it.
pub struct Copy {
    /// The file.
    pub path: PathBuf,
    /// The marker when it was made; a restore does not bring it back.
    pub marker: Option<[u8; 16]>,
    /// How many acts of this node the ledger knew.
    pub acts: usize,
}

/// An empty store with all its tables, those of views too. They are laid once a worker: laying them for every node of
/// every seed was a tenth of the whole run.
fn blank() -> Result<Store, ViewsError> {
    thread_local! {
        static BLANK: RefCell<Option<Store>> = const { RefCell::new(None) };
    }
    BLANK.with_borrow_mut(|kept| {
        let laid = match kept.take() {
            Some(laid) => laid,
            None => {
                let store = Store::open_memory()?;
                Views::new(&store)?;
                store
            }
        };
        let copy = Store::open_memory_like(&laid);
        *kept = Some(laid);
        Ok(copy?)
    })
}

/// A node of the world.
pub struct Node {
    /// Where it stands.
    pub place: Place,
    /// Its disk.
    pub disk: Disk,
    /// Its key.
    pub signer: Arc<KeySigner>,
    /// The keys of the person who acts here: a desk on a hub, none on a phone.
    pub desk: Option<Arc<KeySigner>>,
    /// What is kept outside of a backup.
    pub marker: Option<[u8; 16]>,
    /// The last copy made.
    pub copy: Option<Copy>,
    /// How wrong the clock is.
    pub skew_ms: i64,
    /// What happens to its next step.
    pub mishap: Mishap,
    /// Whether there is no signal.
    pub offline: bool,
    /// How often it was started; answers to an earlier life are passed over.
    pub life: u64,
    /// When it asked to be woken, in world time, and the number of that wish.
    pub wake: u64,
    engine: Option<Engine>,
    limits: Limits,
    /// Its links and the wires under them, of this life.
    links: BTreeMap<LinkId, Wire>,
}

impl Node {
    /// Founds a node in memory.
    ///
    /// # Errors
    /// The engine's and the store's.
    pub fn found(place: Place, limits: Limits, dice: &mut Dice) -> Result<Self, String> {
        let mut seed = [0; 32];
        dice.fill(&mut seed);
        let signer = Arc::new(KeySigner::from_seed(&seed));
        let desk = (!place.is_phone()).then(|| {
            dice.fill(&mut seed);
            Arc::new(KeySigner::from_seed(&seed))
        });
        let store = blank().map_err(|error| error.to_string())?;
        let mut disk = Disk {
            store,
            cut: false,
            full: false,
        };
        let kind = if place.is_phone() {
            NodeKind::Phone
        } else {
            NodeKind::Hub {
                level: place.level,
                area: place.area.clone(),
                name: place.name.clone(),
            }
        };
        found(&mut disk, Key(signer.public()), kind, dice).map_err(|error| error.to_string())?;
        Ok(Self {
            place,
            disk,
            signer,
            desk,
            marker: None,
            copy: None,
            skew_ms: 0,
            mishap: Mishap::None,
            offline: false,
            life: 0,
            wake: 0,
            engine: None,
            limits,
            links: BTreeMap::new(),
        })
    }

    /// Its public key.
    #[must_use]
    pub fn key(&self) -> Key {
        Key(self.signer.public())
    }

    /// The engine, while it runs.
    #[must_use]
    pub fn engine(&self) -> Option<&Engine> {
        self.engine.as_ref()
    }

    /// Starts it; false where the machine does not let it.
    ///
    /// # Errors
    /// Whatever is not the simulated machine's doing.
    pub fn start(&mut self, dice: Dice) -> Result<bool, String> {
        let boot = Boot {
            signer: self.signer.clone(),
            marker: self.marker,
            dice: Box::new(dice),
            limits: self.limits.clone(),
        };
        match open(&mut self.disk, boot) {
            Ok(engine) => {
                self.marker = Some(engine.marker());
                self.engine = Some(engine);
                self.life += 1;
                Ok(true)
            }
            Err(EngineError::Tx(TxError::Store { .. })) if self.disk.full => Ok(false),
            Err(error) => Err(format!("node {} does not open: {error}", self.place.no)),
        }
    }

    /// Stops it where it stands; its wires are returned.
    pub fn stop(&mut self) -> Vec<Wire> {
        self.engine = None;
        std::mem::take(&mut self.links).into_values().collect()
    }

    /// Its clock's time.
    #[must_use]
    pub fn now(&self, world_ms: u64) -> Now {
        Now {
            ms: crate::world::EPOCH_MS + i64::try_from(world_ms).unwrap_or(i64::MAX) + self.skew_ms,
        }
    }

    /// One step. Passed over while it is down.
    ///
    /// # Errors
    /// Whatever is not the simulated machine's doing.
    pub fn step(&mut self, world_ms: u64, input: Input) -> Result<Stepped, String> {
        let now = self.now(world_ms);
        let Some(engine) = self.engine.as_mut() else {
            return Ok(Stepped::Done(Vec::new()));
        };
        match std::mem::take(&mut self.mishap) {
            Mishap::None => match step(&mut self.disk, engine, now, input) {
                Ok(effects) => Ok(Stepped::Done(effects)),
                Err(EngineError::Tx(TxError::Store { .. })) if self.disk.full => {
                    Ok(Stepped::Down(Vec::new()))
                }
                Err(error) => Err(format!(
                    "node {} cannot step: {error}{}",
                    self.place.no,
                    causes(&error)
                )),
            },
            Mishap::BeforeCommit => {
                self.disk.cut = true;
                let mut effects = Vec::new();
                // What `engine::step` would have thrown away, for the mutant.
                let _rolled_back = self
                    .disk
                    .transact(|tx| engine.handle(now, input, tx, &mut effects));
                Ok(Stepped::Down(effects))
            }
            // Where the disk is full as well, nothing was committed; it is down all the same.
            Mishap::AfterCommit => match step(&mut self.disk, engine, now, input) {
                Err(EngineError::Tx(TxError::Store { .. })) if self.disk.full => {
                    Ok(Stepped::Down(Vec::new()))
                }
                Ok(_) => Ok(Stepped::Down(Vec::new())),
                Err(error) => Err(format!(
                    "node {} cannot step: {error}{}",
                    self.place.no,
                    causes(&error)
                )),
            },
        }
    }

    /// What the engine has still to do; nothing while it is down.
    #[must_use]
    pub fn open_work(&mut self) -> Option<wangge_engine::OpenWork> {
        let engine = self.engine.as_ref()?;
        self.disk
            .transact::<_, EngineError>(|tx| engine.open_work(tx))
            .ok()
    }

    /// What is said of commits here; nothing while it is down.
    pub fn status_of(
        &mut self,
        commits: &[CommitId],
    ) -> Option<Vec<Option<wangge_engine::Status>>> {
        let engine = self.engine.as_ref()?;
        self.disk
            .transact::<_, EngineError>(|tx| engine.status_of(tx, commits))
            .ok()
    }

    /// A link over a wire.
    pub fn link(&mut self, link: LinkId, wire: Wire) {
        self.links.insert(link, wire);
    }

    /// The wire under a link.
    #[must_use]
    pub fn wire_of(&self, link: LinkId) -> Option<Wire> {
        self.links.get(&link).copied()
    }

    /// The link over a wire.
    #[must_use]
    pub fn link_of(&self, wire: Wire) -> Option<LinkId> {
        self.links
            .iter()
            .find(|(_, under)| **under == wire)
            .map(|(link, _)| *link)
    }

    /// Forgets a link; its wire where there was one.
    pub fn unlink(&mut self, link: LinkId) -> Option<Wire> {
        self.links.remove(&link)
    }

    /// Keeps a marker outside the store.
    pub fn mark(&mut self, marker: [u8; 16]) {
        self.marker = Some(marker);
    }

    /// Keeps a copy of the store as a backup would.
    ///
    /// # Errors
    /// The store's.
    pub fn back_up(&mut self, path: PathBuf, acts: usize) -> Result<(), String> {
        let _former = std::fs::remove_file(&path);
        self.disk
            .store
            .copy_to(&path)
            .map_err(|error| error.to_string())?;
        self.copy = Some(Copy {
            path,
            marker: self.marker,
            acts,
        });
        Ok(())
    }

    /// Puts the copy in the store's place; the node must be down. With `marker_too` what is outside of backups comes back as well, which it never should.
    ///
    /// # Errors
    /// The store's.
    pub fn restore(&mut self, copy: &Copy, marker_too: bool) -> Result<(), String> {
        let store = Store::open(
            &copy.path,
            wangge_store::Key::None,
            wangge_store::Mode::Existing,
        )
        .map_err(|error| error.to_string())?;
        self.disk.store = store;
        if marker_too {
            self.marker = copy.marker;
        }
        Ok(())
    }
}

/// The chain of causes behind an error.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = String::new();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(&format!(": {cause}"));
        next = cause.source();
    }
    text
}
