//! The rows that a [`Tx`](super::Tx) loads and saves.

use wangge_model::area::Area;
use wangge_model::id::{
    ActorId, ChangeHash, CommitId, Incarnation, Key, MemberId, RecordId, StatementId,
};
use wangge_model::kind::{Act, Facet, Kind, Level, Reach, Role};
use wangge_model::reason::Reason;

/// An epoch names the life of a store between copies: a device's *incarnation*, a hub's *epoch*. Both are 8 random bytes, and both name,
/// with the key, a sequence of things sent: a device's chain, a hub's feed.
pub type Epoch = Incarnation;

/// Names a sequence: who sends, and in which life of its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainId {
    /// The device's or hub's key.
    pub key: Key,
    /// Its incarnation or epoch.
    pub epoch: Epoch,
}

/// How far a sequence has been received. For a device: `device_seq`. For a hub: the place in its feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainRow {
    /// Which sequence.
    pub id: ChainId,
    /// Everything up to here is durable here, held things too; there are no gaps.
    pub through: u64,
    /// The id of the last commit of a device's chain, against which the next one's `prev` is held; all zero for a hub's.
    pub last: CommitId,
    /// The hybrid logical time of the last commit of a device's chain; 0 for a hub's.
    pub hlc: u64,
}

/// Where a thing came from and its place there. A phone's commit: (device, incarnation, `device_seq`). An entry of another hub: (that hub,
/// its epoch, the place in its feed). A desk's act on its own hub: like a phone's. A hub's own grants and charters have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The sequence that brought it.
    pub chain: ChainId,
    /// The place in that sequence, from 1.
    pub place: u64,
}

/// The state of a commit in this store. One commit has one state; the arrows are
/// `Own -> Admitted | Held`, `Inbox <-> Parked`, `Inbox | Parked -> Admitted | Held | Paused`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CommitState {
    /// A phone's own: in its documents already, no verdict known yet.
    Own,
    /// Received and durable, waits for admission.
    Inbox,
    /// Received and durable, waits for a change that it builds on (see [`super::Tx::save_parked`]).
    Parked,
    /// In its records.
    Admitted,
    /// Kept outside every record, with its reason.
    Held,
    /// Another hub admitted it and this one could not: kept outside the record, the record's later entries with it, an alarm raised.
    Paused,
}

impl CommitState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Own,
        Self::Inbox,
        Self::Parked,
        Self::Admitted,
        Self::Held,
        Self::Paused,
    ];

    /// The number under which a store keeps it.
    #[must_use]
    pub const fn to_u32(self) -> u32 {
        match self {
            Self::Own => 1,
            Self::Inbox => 2,
            Self::Parked => 3,
            Self::Admitted => 4,
            Self::Held => 5,
            Self::Paused => 6,
        }
    }

    /// The state of a number.
    #[must_use]
    pub fn from_u32(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.to_u32() == number)
    }
}

/// A commit as it is kept. The columns beside header, signature and parts are copies to look things up by; where the header could not be read
/// they are the best that is known (device and place from the link).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitRow {
    /// Its id.
    pub id: CommitId,
    /// The header's very bytes.
    pub header: Vec<u8>,
    /// The signature's bytes.
    pub signature: Vec<u8>,
    /// Its parts, as many and in the order as it came with them.
    pub parts: Vec<PartRow>,
    /// The device's key.
    pub device: Key,
    /// The device's incarnation.
    pub incarnation: Incarnation,
    /// The place in its chain. Not unique where a chain forked.
    pub device_seq: u64,
    /// What the header says beyond that; none where it could not be read.
    pub said: Option<SaidRow>,
    /// The record's area; the receiving hub's own where the header could not be read.
    pub area: Area,
    /// When it was saved or received here, milliseconds.
    pub received_ms: i64,
    /// Where it came from; none for a phone's own.
    pub origin: Option<Origin>,
    /// Whether this phone still owes it to its hub.
    pub owed: bool,
    /// Where it stands.
    pub state: CommitState,
    /// Its verdict, once there is one.
    pub verdict: Option<Judged>,
    /// Its place in this hub's feed, once it has one.
    pub place: Option<u64>,
}

/// What a readable header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidRow {
    /// Who acted.
    pub author: MemberId,
    /// By which grant.
    pub grant: StatementId,
    /// What the author did.
    pub act: Act,
    /// Hybrid logical time.
    pub hlc: u64,
    /// What the device's clock said, milliseconds.
    pub stated_ms: i64,
    /// For adopt and decline: the held commit.
    pub evidence: Option<CommitId>,
    /// For decline: why.
    pub reason: Option<Reason>,
}

/// A part as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRow {
    /// The salt; empty where the part is withheld from us.
    pub salt: Vec<u8>,
    /// The change's bytes; empty where the part is withheld from us.
    pub change: Vec<u8>,
    /// What the header says of it; none where that could not be read.
    pub named: Option<PartName>,
    /// What the gate found in it; none where it is withheld or was refused. `hash` names the change in its document: where another commit brought the
    /// same change to the same document before, that one stays its owner.
    pub outline: Option<PartOutline>,
}

/// What a header says of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartName {
    /// The document that it changes.
    pub doc: DocId,
    /// What the record is about.
    pub kind: Kind,
    /// The branch of the device's line.
    pub branch: u32,
}

/// What is worth knowing of a change without reading it. The operation at counter c of `actor` is this change's where `start_op <= c < start_op + ops`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartOutline {
    /// Its hash.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: ActorId,
    /// The counter of its first operation.
    pub start_op: u64,
    /// How many operations it has.
    pub ops: u64,
}

/// A verdict as it is kept with its commit. A paused commit keeps the other hub's statement, and this node's own reason against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Why it is held or paused.
    pub reason: Option<Reason>,
    /// The held commit that it builds on.
    pub blocked_by: Option<CommitId>,
    /// The statement that says so. It stands in the store.
    pub statement: StatementId,
    /// Who said it.
    pub hub: Key,
    /// When, by that hub's clock, milliseconds.
    pub at_ms: i64,
}

/// What is known of a change in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeState {
    /// The commit that brought it first.
    pub commit: CommitId,
    /// That commit's state.
    pub state: CommitState,
}

/// A verdict taking effect on a commit that is already stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictRow {
    /// Which commit.
    pub commit: CommitId,
    /// Its new state: admitted, held or paused; or still `Inbox`, where another hub's verdict came for a commit that waits.
    pub state: CommitState,
    /// The verdict.
    pub verdict: Judged,
    /// Its place in this hub's feed; none on a phone.
    pub place: Option<u64>,
}

/// A received commit that waits in line, or one owed to the parent, with its number in the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number: grows in the order of appending; an own counter of the store.
    pub number: u64,
    /// The commit.
    pub row: CommitRow,
}

/// What stands open in a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// A phone's commits that its hub has not yet receipted.
    pub owed: u64,
    /// A phone's commits without a verdict (state `Own`), owed ones among them.
    pub unjudged: u64,
    /// Commits in `Inbox`.
    pub inbox: u64,
    /// The bytes of those in `Inbox` and `Parked`.
    pub inbox_bytes: u64,
    /// Commits in `Parked`.
    pub parked: u64,
}

/// Names a document: one facet of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocId {
    /// The record.
    pub record: RecordId,
    /// The facet.
    pub facet: Facet,
}

/// A document as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocRow {
    /// Which.
    pub id: DocId,
    /// Its save (`wangge_model::doc`).
    pub save: Vec<u8>,
    /// Its heads, ascending.
    pub heads: Vec<ChangeHash>,
    /// The branch under which this device writes on here: 0, or one more than that of its last held commit here.
    pub branch: u32,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// Its id.
    pub id: RecordId,
    /// What it is about.
    pub kind: Kind,
    /// Where it stands: where its first commit placed it, or the winning one of its moves.
    pub area: Area,
    /// Its first commit.
    pub created_by: CommitId,
    /// Whether an alarm stands on it: a commit that another hub admitted did not pass here.
    pub paused: bool,
}

/// Where a record was moved to: of all moves that were heard of the one with the greatest time, of equal ones with the greatest id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The record. It need not be here: not yet, or no longer.
    pub record: RecordId,
    /// Where it stands.
    pub area: Area,
    /// The move's hybrid logical time.
    pub hlc: u64,
    /// The move.
    pub moved_by: CommitId,
}

/// An admitted commit that is told anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// Which.
    pub commit: CommitId,
    /// Who made it.
    pub device: Key,
}

/// A grant as it is kept beside its statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// The statement that grants it: what a commit's header names.
    pub statement: StatementId,
    /// The hub that granted it.
    pub hub: Key,
    /// The device's key.
    pub device: Key,
    /// The member.
    pub member: MemberId,
    /// The member's name, as screens show it. Never in logs.
    pub name: String,
    /// The office.
    pub role: Role,
    /// Within which it holds.
    pub area: Area,
    /// From when, milliseconds.
    pub from_ms: i64,
    /// Until when (exclusive), milliseconds.
    pub until_ms: i64,
    /// The kinds of records.
    pub kinds: Vec<Kind>,
    /// The facets.
    pub facets: Vec<Facet>,
    /// The acts.
    pub acts: Vec<Act>,
}

/// A statement as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    /// Its id.
    pub id: StatementId,
    /// Its very bytes.
    pub bytes: Vec<u8>,
    /// Its signature, 64 bytes.
    pub signature: Vec<u8>,
    /// Who said it.
    pub hub: Key,
}

/// To whom an entry of the feed goes down. Upward everything goes that did not come from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Any other admitted commit: to children whose area contains the entry's, and the one where its records stand by now, and not the one that they
    /// have left where the entry is told anew after a move.
    Area,
    /// A grant or a charter, and an admitted commit whose records are all of kinds that reach down: to children whose area contains the
    /// entry's, or lies in it.
    Wide,
    /// A held commit: to the device that made it, nobody else.
    Device,
    /// An admitted move: to children whose area contains the new area or the one left.
    Move,
}

impl Scope {
    /// Where an admitted commit goes: down to every replica below its area only if all that it writes is issued for all.
    #[must_use]
    pub fn of_admitted(parts: &[PartRow]) -> Self {
        let down = |part: &PartRow| {
            part.named
                .is_some_and(|named| named.kind.reach() == Reach::Down)
        };
        if !parts.is_empty() && parts.iter().all(down) {
            Self::Wide
        } else {
            Self::Area
        }
    }

    /// The number under which a store keeps it.
    #[must_use]
    pub const fn to_u32(self) -> u32 {
        match self {
            Self::Area => 1,
            Self::Wide => 2,
            Self::Device => 3,
            Self::Move => 4,
        }
    }

    /// The scope of a number.
    #[must_use]
    pub fn from_u32(number: u32) -> Option<Self> {
        [Self::Area, Self::Wide, Self::Device, Self::Move]
            .into_iter()
            .find(|scope| scope.to_u32() == number)
    }
}

/// One entry of this hub's feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRow {
    /// Its place: 1, 2, 3, … without gaps.
    pub place: u64,
    /// The statement.
    pub statement: StatementId,
    /// With a verdict: the commit it is about.
    pub commit: Option<CommitId>,
    /// The device that made the commit.
    pub device: Option<Key>,
    /// The area it concerns.
    pub area: Area,
    /// To whom it goes down.
    pub scope: Scope,
    /// Where it came from; none for the hub's own grants and charters, and for what is told anew.
    pub origin: Option<Origin>,
    /// Of a move, and of an entry that is told anew after one: the area left.
    pub past: Option<Area>,
}

/// An entry with what it names, as a page holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedEntry {
    /// The entry.
    pub row: FeedRow,
    /// The statement's bytes.
    pub statement: Vec<u8>,
    /// The statement's signature.
    pub signature: Vec<u8>,
    /// The commit, if it has one.
    pub commit: Option<CommitBytes>,
}

/// A commit as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitBytes {
    /// The header's very bytes.
    pub header: Vec<u8>,
    /// The signature's bytes.
    pub signature: Vec<u8>,
    /// The parts in their order.
    pub parts: Vec<PartBytes>,
}

/// A part as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartBytes {
    /// Where its record stands, for withholding; none where it is not here.
    pub area: Option<Area>,
    /// The facet, for withholding; none where the header could not be read.
    pub facet: Option<Facet>,
    /// The salt.
    pub salt: Vec<u8>,
    /// The change's bytes.
    pub change: Vec<u8>,
}

/// Which entries a reader of the feed gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedFilter {
    /// Upward: everything, as the sequence has no gaps; rows whose `origin.chain.key` is `parent` come bare: statement and signature empty, no commit.
    Up {
        /// The parent.
        parent: Key,
    },
    /// Down to a device: rows whose `device` is it, whatever their scope; rows of scope `Area` in its area; rows of scope `Wide` in its area
    /// or whose area is one of `above`.
    Device {
        /// The device.
        device: Key,
        /// Its area: a prefix of the areas that it contains.
        area: Area,
        /// The areas that contain `area`, itself left out.
        above: Vec<Area>,
    },
    /// To a device without a right: rows whose `device` is it, and no commits.
    Own {
        /// The device.
        device: Key,
    },
    /// Down to a hub: rows of scope `Area` in its area; rows of scope `Wide` in its area or whose area is one of `above`; never those
    /// whose `origin.chain` is `own`.
    Hub {
        /// The hub's present sequence: what it sent itself does not come back.
        own: ChainId,
        /// Its area.
        area: Area,
        /// The areas that contain `area`, itself left out.
        above: Vec<Area>,
    },
}

/// How much a page may hold. A page ends before the entry that would pass either bound, but holds at least one where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLimit {
    /// Rows.
    pub items_max: usize,
    /// Sum of the lengths of headers, signatures, salts, changes and statements.
    pub bytes_max: usize,
}

/// A page of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPage {
    /// The entries, by place.
    pub entries: Vec<FeedEntry>,
    /// Nothing up to here is missing for this reader: the place of the last entry where the page is full, else the feed's last place.
    pub through: u64,
}

/// How far a level has merged a sequence: from signed receipts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Whose sequence.
    pub chain: ChainId,
    /// Which level says so.
    pub level: Level,
    /// Up to which place.
    pub through: u64,
}

/// A question of [`super::Tx::load_covered`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Whose sequence.
    pub chain: ChainId,
    /// Up to which place of this hub's feed.
    pub place: u64,
}

/// What a peer is to this hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PeerKind {
    /// A phone.
    Phone,
    /// A key that this hub keeps for a director.
    Desk,
    /// A child hub.
    Hub,
}

impl PeerKind {
    /// The number under which a store keeps it.
    #[must_use]
    pub const fn to_u32(self) -> u32 {
        match self {
            Self::Phone => 1,
            Self::Desk => 2,
            Self::Hub => 3,
        }
    }

    /// The kind of a number.
    #[must_use]
    pub fn from_u32(number: u32) -> Option<Self> {
        [Self::Phone, Self::Desk, Self::Hub]
            .into_iter()
            .find(|kind| kind.to_u32() == number)
    }
}

/// A child of this hub: an enrolled device, or a chartered hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerRow {
    /// Its key.
    pub key: Key,
    /// What it is.
    pub kind: PeerKind,
    /// Grid for phones, the office's for desks, the hub's own for hubs.
    pub level: Level,
    /// The area of its grant or charter.
    pub area: Area,
    /// The member and the office, of a device.
    pub member: Option<(MemberId, Role)>,
    /// The member's or hub's name, as screens show it. Never in logs.
    pub name: String,
    /// The grant or charter as it stands now.
    pub statement: StatementId,
    /// When its right was taken away, if it was, milliseconds; it may still deliver.
    pub revoked_ms: Option<i64>,
    /// Its present incarnation or epoch, from its last hello; all zero before.
    pub epoch: Epoch,
    /// The place of this hub's feed that is durable there.
    pub seen_place: u64,
    /// When it was last heard of, milliseconds; 0 for never.
    pub seen_ms: i64,
    /// The program and version that it said hello with; empty before.
    pub agent: String,
}

/// A hub whose statements this node believes, from charters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubRow {
    /// Its key.
    pub key: Key,
    /// The area that it answers for.
    pub area: Area,
    /// Its level.
    pub level: Level,
    /// Its name.
    pub name: String,
    /// The hub that chartered it.
    pub parent: Key,
    /// The charter's statement.
    pub statement: StatementId,
    /// Whether it stands above this node; else below, or beside.
    pub above: bool,
}

/// A one-time invitation. The secret itself is never stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRow {
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    /// What is offered: an office for a device, or none for a child hub.
    pub role: Option<Role>,
    /// The area of the grant or charter.
    pub area: Area,
    /// The level: grid for phones of grid members, the office's for other devices, the hub's own for hubs.
    pub level: Level,
    /// The member (of a device); a new one is minted where none is given.
    pub member: Option<MemberId>,
    /// The member's or hub's name.
    pub name: String,
    /// When it was made, milliseconds.
    pub made_ms: i64,
    /// From when on it is void, milliseconds.
    pub until_ms: i64,
    /// How long after the invitation was made the grant will hold, milliseconds.
    pub grant_ms: i64,
    /// Who used it.
    pub used_by: Option<Key>,
}
