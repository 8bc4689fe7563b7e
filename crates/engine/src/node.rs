//! What this node is: its notes to itself, kept in the store's `meta`.

mod note;

use wangge_model::area::Area;
use wangge_model::id::{CommitId, Key, StatementId};
use wangge_model::kind::Level;
use wangge_model::time::{Hlc, Ms};

use crate::error::EngineError;
use crate::face::{Dice, Now};
use crate::limits;
use crate::tx::{Epoch, Tx};
use note::{Note, Reader};

/// What a node is founded as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A phone. Where it works it learns with its grant.
    Phone,
    /// A hub.
    Hub {
        /// Community, township or county.
        level: Level,
        /// The area that it answers for.
        area: Area,
        /// Its name, as screens show it.
        name: String,
    },
}

/// The parent as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parent {
    pub(crate) key: Key,
    /// Its epoch, that the cursor is of.
    pub(crate) epoch: Epoch,
}

/// What a node is, for a caller's eyes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeView {
    /// Its key.
    pub key: Key,
    /// What it was founded as.
    pub kind: NodeKind,
    /// Its present incarnation or epoch.
    pub epoch: Epoch,
    /// Its parent, once enrolled.
    pub parent: Option<Key>,
    /// A phone's grant, once enrolled.
    pub grant: Option<StatementId>,
    /// The last place of its feed (a hub).
    pub place: u64,
    /// How far it has read its parent's feed.
    pub cursor: u64,
    /// What to add to the local clock, by the parent's word, milliseconds.
    pub clock_offset_ms: i64,
    /// Whether it came back from a copy and has not yet caught up with its parent.
    pub catching_up: bool,
}

/// The node's notes. Loaded once at opening; saved at the end of a step where they changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) key: Key,
    pub(crate) kind: NodeKind,
    pub(crate) epoch: Epoch,
    /// The marker given out last, and the one before it.
    given: [u8; 16],
    former: [u8; 16],
    pub(crate) catching_up: bool,
    pub(crate) parent: Option<Parent>,
    pub(crate) cursor: u64,
    pub(crate) grant: Option<StatementId>,
    pub(crate) hlc: Hlc,
    pub(crate) offset_ms: i64,
    /// The last word of the parent about the time.
    pub(crate) heard_ms: i64,
    /// The number of the last numbered statement of this epoch, and its id.
    pub(crate) said_seq: u64,
    pub(crate) said: StatementId,
    pub(crate) place: u64,
}

const NODE: &str = "engine/node";
const LIFE: &str = "engine/life";
const PARENT: &str = "engine/parent";
const CLOCK: &str = "engine/clock";
const SAID: &str = "engine/said";
const NOTES: [&str; 5] = [NODE, LIFE, PARENT, CLOCK, SAID];

impl Node {
    /// Founds a node in an empty store.
    pub(crate) fn found(
        tx: &mut dyn Tx,
        key: Key,
        kind: NodeKind,
        dice: &mut dyn Dice,
    ) -> Result<(), EngineError> {
        if tx
            .load_meta(&[NODE])?
            .into_iter()
            .flatten()
            .next()
            .is_some()
        {
            return Err(EngineError::Founded);
        }
        let mut node = Self {
            key,
            kind,
            epoch: Epoch::try_from(&[0; 8][..])
                .map_err(|_| EngineError::Corrupt { what: "epoch" })?,
            given: [0; 16],
            former: [0; 16],
            catching_up: false,
            parent: None,
            cursor: 0,
            grant: None,
            hlc: Hlc(0),
            offset_ms: 0,
            heard_ms: 0,
            said_seq: 0,
            said: StatementId([0; 32]),
            place: 0,
        };
        node.mint_epoch(dice);
        dice.fill(&mut node.given);
        node.save(tx, None)
    }

    /// Loads the node, holds the marker against the one kept outside, and rolls it.
    ///
    /// The store knows two markers: the one it gave out last, and the one before, because the step that gives out a new one may be durable here and
    /// its copy outside not yet. A copy of the store that comes back knows two that were given out before it was made.
    pub(crate) fn open(
        tx: &mut dyn Tx,
        key: Key,
        marker: Option<[u8; 16]>,
        dice: &mut dyn Dice,
    ) -> Result<(Self, bool), EngineError> {
        let mut node = Self::load(tx)?;
        if node.key != key {
            return Err(EngineError::ForeignKey {
                expected: node.key,
                found: key,
            });
        }
        let before = node.clone();
        // A store that was never opened has given out no marker: nothing can disagree.
        let fresh = node.former == [0; 16];
        let known =
            fresh || marker.is_some_and(|marker| marker == node.former || marker == node.given);
        if !known {
            node.mint_epoch(dice);
            node.catching_up = node.parent.is_some() && node.kind != NodeKind::Phone;
        }
        node.former = match marker {
            Some(outside) if known && !fresh => outside,
            _ => node.given,
        };
        dice.fill(&mut node.given);
        node.save(tx, Some(&before))?;
        Ok((node, !known))
    }

    /// The marker to keep outside.
    pub(crate) fn given(&self) -> [u8; 16] {
        self.given
    }

    /// A new incarnation or epoch: what this node sends from now on is a new sequence.
    pub(crate) fn mint_epoch(&mut self, dice: &mut dyn Dice) {
        let mut bytes = [0; 8];
        dice.fill(&mut bytes);
        self.epoch = wangge_model::id::Incarnation(bytes);
        self.said_seq = 0;
        self.said = StatementId([0; 32]);
    }

    /// The time by the parent's word, milliseconds.
    pub(crate) fn ms(&self, now: Now) -> i64 {
        now.ms.saturating_add(self.offset_ms)
    }

    /// The time, unless the clock is far beyond the last word of the hub: then it is not believed, and that word stands for it.
    pub(crate) fn believed_ms(&self, now: Now) -> i64 {
        let ms = self.ms(now);
        let far = ms.saturating_sub(self.heard_ms) > limits::CLOCK_TRUST_MS_MAX;
        if self.heard_ms != 0 && far {
            self.heard_ms
        } else {
            ms
        }
    }

    /// The next hybrid logical time.
    pub(crate) fn stamp(&mut self, now: Now) -> Hlc {
        self.hlc = Hlc::next(self.hlc, Ms(self.believed_ms(now)));
        self.hlc
    }

    /// Takes note of a time that was seen, so that the next is later; one that is more than a day ahead is not followed.
    pub(crate) fn observe(&mut self, hlc: Hlc, now: Now) {
        if hlc.ms().0.saturating_sub(self.ms(now)) <= limits::AHEAD_MS_MAX {
            self.hlc = self.hlc.merge(hlc);
        }
    }

    /// Takes the parent's word about the time.
    pub(crate) fn hear_time(&mut self, parent_ms: i64, now: Now) {
        self.offset_ms = parent_ms.saturating_sub(now.ms);
        self.heard_ms = parent_ms;
    }

    pub(crate) fn is_hub(&self) -> bool {
        matches!(self.kind, NodeKind::Hub { .. })
    }

    pub(crate) fn view(&self) -> NodeView {
        NodeView {
            key: self.key,
            kind: self.kind.clone(),
            epoch: self.epoch,
            parent: self.parent.as_ref().map(|parent| parent.key),
            grant: self.grant,
            place: self.place,
            cursor: self.cursor,
            clock_offset_ms: self.offset_ms,
            catching_up: self.catching_up,
        }
    }

    /// Saves the notes that differ from `before`; all of them without it.
    pub(crate) fn save(&self, tx: &mut dyn Tx, before: Option<&Self>) -> Result<(), EngineError> {
        let old = before.map(Self::notes);
        let mut changed = Vec::new();
        for (at, (key, note)) in NOTES.into_iter().zip(self.notes()).enumerate() {
            if old.as_ref().and_then(|old| old.get(at)) != Some(&note) {
                changed.push((key, note));
            }
        }
        if changed.is_empty() {
            Ok(())
        } else {
            Ok(tx.save_meta(&changed)?)
        }
    }

    fn notes(&self) -> [Vec<u8>; 5] {
        let mut node = Note::new();
        node.bytes(self.key.as_bytes());
        match &self.kind {
            NodeKind::Phone => node.number(0),
            NodeKind::Hub { level, area, name } => {
                node.number(u64::from(level.to_u32()));
                node.bytes(area.as_str().as_bytes());
                node.bytes(name.as_bytes());
            }
        }
        let mut life = Note::new();
        life.bytes(self.epoch.as_bytes());
        life.bytes(&self.former);
        life.bytes(&self.given);
        life.number(u64::from(self.catching_up));
        let mut parent = Note::new();
        if let Some(known) = &self.parent {
            parent.bytes(known.key.as_bytes());
            parent.bytes(known.epoch.as_bytes());
        }
        let mut clock = Note::new();
        clock.number(self.hlc.0);
        clock.signed(self.offset_ms);
        clock.signed(self.heard_ms);
        clock.number(self.cursor);
        clock.bytes(self.grant.as_ref().map_or(&[], |grant| grant.as_bytes()));
        let mut said = Note::new();
        said.number(self.said_seq);
        said.bytes(self.said.as_bytes());
        said.number(self.place);
        [
            node.done(),
            life.done(),
            parent.done(),
            clock.done(),
            said.done(),
        ]
    }

    fn load(tx: &mut dyn Tx) -> Result<Self, EngineError> {
        let mut notes = tx.load_meta(&NOTES)?.into_iter();
        let Some(node) = notes.next().flatten() else {
            return Err(EngineError::NotFounded);
        };
        let mut rest = || notes.next().flatten().unwrap_or_default();
        let (life, parent, clock, said) = (rest(), rest(), rest(), rest());
        Self::parse(&node, &life, &parent, &clock, &said).ok_or(EngineError::Corrupt {
            what: "the node's notes",
        })
    }

    fn parse(node: &[u8], life: &[u8], parent: &[u8], clock: &[u8], said: &[u8]) -> Option<Self> {
        let (mut node, mut life, mut clock, mut said) =
            (Reader(node), Reader(life), Reader(clock), Reader(said));
        let key = Key::try_from(node.bytes()?).ok()?;
        let kind = match node.number()? {
            0 => NodeKind::Phone,
            level => NodeKind::Hub {
                level: Level::from_u32(u32::try_from(level).ok()?)?,
                area: node.text()?.parse().ok()?,
                name: node.text()?.to_owned(),
            },
        };
        let parent = match parent {
            [] => None,
            bytes => {
                let mut parent = Reader(bytes);
                Some(Parent {
                    key: Key::try_from(parent.bytes()?).ok()?,
                    epoch: Epoch::try_from(parent.bytes()?).ok()?,
                })
            }
        };
        Some(Self {
            key,
            kind,
            epoch: Epoch::try_from(life.bytes()?).ok()?,
            former: life.bytes()?.try_into().ok()?,
            given: life.bytes()?.try_into().ok()?,
            catching_up: life.number()? != 0,
            parent,
            hlc: Hlc(clock.number()?),
            offset_ms: clock.signed()?,
            heard_ms: clock.signed()?,
            cursor: clock.number()?,
            grant: match clock.bytes()? {
                [] => None,
                id => Some(StatementId::try_from(id).ok()?),
            },
            said_seq: said.number()?,
            said: StatementId::try_from(said.bytes()?).ok()?,
            place: said.number()?,
        })
    }
}

/// Where a chain has nothing before it.
pub(crate) const NOTHING: CommitId = CommitId([0; 32]);
