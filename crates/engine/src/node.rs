//! What this node is: its notes to itself, kept in the store's `meta`.

mod note;

use wangge_model::area::Area;
use wangge_model::id::{CommitId, Key, StatementId};
use wangge_model::kind::Level;
use wangge_model::time::{Hlc, Ms};

use crate::error::EngineError;
use crate::face::{Dice, Now};
use crate::limits;
use crate::tx::{ChainId, Epoch, Tx};
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

/// What is kept outside the store: the life that it is in, and the greatest number that ever left it. A copy knows less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marked {
    pub(crate) epoch: Epoch,
    pub(crate) left: u64,
}

impl Marked {
    fn parse(bytes: [u8; 16]) -> Self {
        let (epoch, left) = bytes.split_at(8);
        let eight = |bytes: &[u8]| <[u8; 8]>::try_from(bytes).unwrap_or_default();
        Self {
            epoch: wangge_model::id::Incarnation(eight(epoch)),
            left: u64::from_be_bytes(eight(left)),
        }
    }

    /// Its bytes: the epoch, then the number, big-endian.
    pub(crate) fn encode(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        let (epoch, left) = bytes.split_at_mut(8);
        epoch.copy_from_slice(self.epoch.as_bytes());
        left.copy_from_slice(&self.left.to_be_bytes());
        bytes
    }
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
        node.save(tx, None)
    }

    /// Loads the node and holds its marker against it: a store whose present life has sent less than the marker says is a copy that came back, and so
    /// is one of another life.
    pub(crate) fn open(
        tx: &mut dyn Tx,
        key: Key,
        marker: Option<[u8; 16]>,
        dice: &mut dyn Dice,
    ) -> Result<(Self, Marked, bool), EngineError> {
        let mut node = Self::load(tx)?;
        if node.key != key {
            return Err(EngineError::ForeignKey {
                expected: node.key,
                found: key,
            });
        }
        let before = node.clone();
        let last = node.last(tx)?;
        let same = match marker.map(Marked::parse) {
            Some(marked) => marked.epoch == node.epoch && marked.left <= last,
            // Lost, or never written: sure only of a life that has said nothing.
            None => last == 0,
        };
        let left = marker.map_or(0, |marker| Marked::parse(marker).left);
        let mut marked = Marked {
            epoch: node.epoch,
            left,
        };
        if !same {
            node.mint_epoch(dice);
            node.catching_up = node.parent.is_some() && node.kind != NodeKind::Phone;
            marked = Marked {
                epoch: node.epoch,
                left: 0,
            };
        }
        node.save(tx, Some(&before))?;
        Ok((node, marked, !same))
    }

    /// The last place of what this node sends in its present life: a phone its chain, a hub its feed.
    pub(crate) fn last(&self, tx: &mut dyn Tx) -> Result<u64, EngineError> {
        if self.is_hub() {
            return Ok(self.place);
        }
        let chain = ChainId {
            key: self.key,
            epoch: self.epoch,
        };
        let row = tx.load_chains(&[chain])?.into_iter().flatten().next();
        Ok(row.map_or(0, |row| row.through))
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

    /// The time, unless the clock is behind the last word of the hub or far beyond it: then it is not believed, and that word stands for it.
    pub(crate) fn believed_ms(&self, now: Now) -> i64 {
        let ms = self.ms(now);
        let beyond_ms = ms.saturating_sub(self.heard_ms);
        if self.heard_ms != 0 && !(0..=limits::CLOCK_TRUST_MS_MAX).contains(&beyond_ms) {
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

    /// Takes the parent's word about the time, which was asked for at `asked_ms` by the local clock. The parent said it between then and now, so
    /// the clocks are apart by something between; an offset within that stands: a way that is slow sets no clock back.
    pub(crate) fn hear_time(&mut self, parent_ms: i64, asked_ms: i64, now: Now) {
        let least = parent_ms.saturating_sub(now.ms);
        let most = parent_ms.saturating_sub(asked_ms).max(least);
        self.offset_ms = self.offset_ms.clamp(least, most);
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
