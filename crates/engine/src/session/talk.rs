//! What a session remembers, on either side, and how it ends.

use std::collections::{BTreeMap, VecDeque};

use wangge_model::id::Key;
use wangge_model::kind::Level;
use wangge_wire::v1::{self, FaultCode};

use crate::error::{EngineError, TxError};
use crate::face::Side;
use crate::intake::{Pushed, Told};
use crate::limits::{self, Limits};
use crate::tx::{ChainId, ChainRow, GrantRow, PeerRow};

/// Why a frame ends its session.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The peer's doing, or asked for by it.
    Peer(Stop),
    /// Not the peer's doing: the step fails.
    Engine(EngineError),
}

impl From<EngineError> for Halt {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<TxError> for Halt {
    fn from(error: TxError) -> Self {
        Self::Engine(error.into())
    }
}

/// How a session ends.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(super) code: Option<FaultCode>,
    pub(super) text: String,
    pub(super) retry_ms: u32,
    pub(super) theirs: bool,
}

impl Stop {
    pub(super) fn bye() -> Halt {
        Halt::Peer(Self {
            code: None,
            text: String::new(),
            retry_ms: 0,
            theirs: true,
        })
    }

    pub(super) fn fault(code: FaultCode, text: impl Into<String>) -> Halt {
        Halt::Peer(Self {
            code: Some(code),
            text: text.into(),
            retry_ms: 0,
            theirs: false,
        })
    }

    pub(super) fn busy(text: &'static str) -> Halt {
        Halt::Peer(Self {
            code: Some(FaultCode::FaultBusy),
            text: text.into(),
            retry_ms: limits::BUSY_MS,
            theirs: false,
        })
    }
}

pub(crate) type Handled = Result<(), Halt>;

/// Something on its way upward, until its receipt.
#[derive(Debug)]
pub(crate) struct Flying {
    pub(super) chain: ChainId,
    pub(super) place: u64,
    pub(super) bytes: usize,
}

/// Our side of a session with our parent.
#[derive(Debug)]
pub(crate) struct Up {
    pub(super) peer: Key,
    /// Welcomed.
    pub(super) open: bool,
    /// Hello was said again on this link: what still comes of the first is not for the node as it is now.
    pub(super) again: bool,
    /// Hellos without their welcome.
    pub(super) hellos: u32,
    /// When the first of the open questions was asked, by the local clock.
    pub(super) asked_ms: i64,
    /// How far the outbox was sent: a phone's line number, a hub's place.
    pub(super) sent: u64,
    pub(super) flying: VecDeque<Flying>,
    pub(super) flying_bytes: usize,
    /// The outbox was read to its end.
    pub(super) dry: bool,
    /// Feeds that came before their turn, by where they begin, with their length.
    pub(super) early: BTreeMap<u64, (v1::Feed, usize)>,
    pub(super) early_bytes: usize,
    /// The feed was read to its end.
    pub(super) fed: bool,
    /// That all is done was told, and nothing has come since.
    pub(super) told: bool,
}

/// Our side of a session with a child.
#[derive(Debug)]
pub(crate) struct Down {
    pub(super) peer: Key,
    /// Who it is, since its hello.
    pub(super) child: Option<Child>,
    pub(super) early_commits: Vec<Pushed>,
    pub(super) early_entries: BTreeMap<u64, Told>,
    pub(super) early_bytes: usize,
    /// How far the feed was looked through, and how far the child was told.
    pub(super) scanned: u64,
    pub(super) told: u64,
    /// The child waits for another frame of the feed.
    pub(super) owes_feed: bool,
    pub(super) unseen: VecDeque<(u64, usize)>,
    pub(super) unseen_bytes: usize,
    /// The sequences to be receipted, and what was said of each last.
    pub(super) chains: BTreeMap<ChainId, ChainRow>,
    pub(super) receipted: BTreeMap<(ChainId, Level), u64>,
    pub(super) due: bool,
}

/// A child that has said hello.
#[derive(Debug)]
pub(crate) struct Child {
    pub(super) row: PeerRow,
    /// A device's grant.
    pub(super) grant: Option<GrantRow>,
    /// Its present sequence.
    pub(super) chain: ChainId,
}

#[derive(Debug)]
pub(crate) enum Talk {
    Up(Box<Up>),
    Down(Box<Down>),
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(super) talk: Talk,
    /// When something was last heard, or the waiting for a word began, by the local clock.
    pub(super) heard_ms: i64,
    /// Whether the peer owes a word.
    pub(super) waiting: bool,
}

impl Talk {
    pub(super) fn side(&self) -> Side {
        match self {
            Self::Up(_) => Side::Parent,
            Self::Down(_) => Side::Child,
        }
    }

    pub(super) fn peer(&self) -> Key {
        match self {
            Self::Up(up) => up.peer,
            Self::Down(down) => down.peer,
        }
    }

    /// Whether the peer owes a word.
    pub(super) fn waits(&self, limits: &Limits) -> bool {
        match self {
            Self::Up(up) => !up.open || !up.flying.is_empty() || !up.early.is_empty(),
            Self::Down(down) => {
                down.child.is_none()
                    || down.unseen_bytes >= limits.window_bytes
                    || down.early_bytes > 0
            }
        }
    }
}

impl Up {
    pub(super) fn new(peer: Key) -> Self {
        Self {
            peer,
            open: false,
            again: false,
            hellos: 0,
            asked_ms: 0,
            sent: 0,
            flying: VecDeque::new(),
            flying_bytes: 0,
            dry: false,
            early: BTreeMap::new(),
            early_bytes: 0,
            fed: false,
            told: false,
        }
    }

    /// Whether the feed was read to its end.
    pub(crate) fn fed(&self) -> bool {
        self.open && self.fed
    }

    /// Whether a commit of this place is on its way.
    pub(crate) fn flies(&self, chain: &ChainId, place: u64) -> bool {
        self.flying
            .iter()
            .any(|flying| flying.chain == *chain && flying.place == place)
    }
}

impl Down {
    pub(super) fn new(peer: Key) -> Self {
        Self {
            peer,
            child: None,
            early_commits: Vec::new(),
            early_entries: BTreeMap::new(),
            early_bytes: 0,
            scanned: 0,
            told: 0,
            owes_feed: false,
            unseen: VecDeque::new(),
            unseen_bytes: 0,
            chains: BTreeMap::new(),
            receipted: BTreeMap::new(),
            due: false,
        }
    }

    /// The child, or the fault of talking before a hello.
    pub(super) fn child(&self) -> Result<&Child, Halt> {
        self.child
            .as_ref()
            .ok_or_else(|| Stop::fault(FaultCode::FaultOutOfOrder, "hello first"))
    }
}
