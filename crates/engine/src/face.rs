//! What crosses the engine's face: inputs, effects, and the words they are made of.

mod acts;

use wangge_model::area::Area;
use wangge_model::id::{ChangeHash, CommitId, Key, MemberId, RecordId};
use wangge_model::kind::{Facet, Level, Role};
use wangge_model::reason::Reason;
use wangge_wire::v1::FaultCode;

pub use acts::{ActBody, ActDone, DeskKey, NewAct, NewStep, Refusal};

/// The moment of a step: the local wall clock, milliseconds since 1970. It may jump and be years off: the engine corrects it by what its parent
/// says, orders by hybrid logical time, and takes it at its word only for deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Now {
    /// Milliseconds since 1970.
    pub ms: i64,
}

/// Randomness, handed in. In the product the system's; in the simulator a seeded generator.
pub trait Dice: Send {
    /// Fills `bytes`.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// Names a link; chosen by the caller, never used twice in the life of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u64);

/// Names a question of the caller; chosen by the caller, comes back with the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// Names an [`Effect::Prove`]; chosen by the engine, comes back with [`Input::Proven`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProofTicket(pub u64);

/// What the peer of a link is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Our parent: we dialled.
    Parent,
    /// A child of ours: it dialled.
    Child,
}

/// What the world tells the engine.
#[derive(Debug)]
pub enum Input {
    /// A link stands, and TLS has proved the peer's key. With `Side::Parent` the engine says hello at once, or enrols where `invitation` is given.
    LinkUp {
        /// The new link.
        link: LinkId,
        /// The key that the peer proved.
        peer: Key,
        /// What it is to us.
        side: Side,
        /// The secret of an invitation, to enrol with first; only with `Side::Parent`.
        invitation: Option<[u8; 16]>,
    },
    /// A link is gone, whoever closed it. Unknown links are passed over.
    LinkDown {
        /// Which.
        link: LinkId,
    },
    /// A whole frame came in (without its length prefix). Frames of unknown links are passed over.
    Frame {
        /// On which link.
        link: LinkId,
        /// Its bytes.
        frame: Vec<u8>,
    },
    /// A person acts, on this phone, or at a desk of this hub. Answered by [`Effect::Acted`].
    Act {
        /// Comes back with the answer.
        ticket: Ticket,
        /// The desk's key; none on a phone, where the node's own key signs.
        desk: Option<DeskKey>,
        /// At most [`ACTS_MAX`](crate::limits::ACTS_MAX); one commit each, in this order, each standing or falling alone.
        acts: Vec<NewAct>,
    },
    /// The answer to [`Effect::Prove`], one for each job in the order of the jobs. Answers to old questions are passed over.
    Proven {
        /// Which question.
        ticket: ProofTicket,
        /// One for each job.
        answers: Vec<ProofAnswer>,
    },
    /// Time has passed: what [`Effect::Wake`] asked for. Early or needless ticks do no harm.
    Tick,
    /// A hub offers a place. Answered by [`Effect::Done`] with [`Done::Invited`].
    Invite {
        /// Comes back with the answer.
        ticket: Ticket,
        /// The place.
        offer: Offer,
    },
    /// A hub grants a right to a key without invitation: a director's desk, which it keeps itself. Answered by [`Effect::Done`] with [`Done::Granted`].
    /// Granting again replaces the former grant (renewal, change of office).
    Grant {
        /// Comes back with the answer.
        ticket: Ticket,
        /// The desk's public key.
        device: Key,
        /// The right.
        offer: Offer,
    },
    /// A hub takes a device's right away. It may still deliver (what it sends is held) and gets nothing more. Answered by [`Done::Revoked`].
    Revoke {
        /// Comes back with the answer.
        ticket: Ticket,
        /// The device.
        device: Key,
    },
    /// The program stops: every link gets a bye and is closed.
    Stop,
}

/// What the engine asks of the world, in this order, after the step's transaction is committed.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Keep this marker outside of whatever a backup copies, in the place of the former one, before carrying out what follows. It need not be forced to the disk: a lost write
    /// only makes the marker say less, and then a copy is noticed later, at the parent.
    Mark {
        /// What to hand in as [`Boot::marker`](crate::Boot::marker) at the next opening.
        marker: [u8; 16],
    },
    /// Send a frame (without its length prefix). What is on the way is bounded by windows, so a queue of a few frames a link is enough.
    Send {
        /// On which link.
        link: LinkId,
        /// Its bytes.
        frame: Vec<u8>,
    },
    /// Close a link after what was sent on it. No [`Input::LinkDown`] need follow.
    Close {
        /// Which.
        link: LinkId,
        /// Why.
        cause: CloseCause,
    },
    /// Prove changes on scratch copies, apart from this process's life (a hub: child process with limits; a phone: `catch_unwind` on a stack of its own), and answer
    /// with [`Input::Proven`]. At most one question is open at a time.
    Prove {
        /// Comes back with the answer.
        ticket: ProofTicket,
        /// One for each document.
        jobs: Vec<ProofJob>,
    },
    /// Give an [`Input::Tick`] at this moment of the local clock or soon after. Replaces any wake asked for before.
    Wake {
        /// Milliseconds since 1970; now or the past means at once.
        at_ms: i64,
    },
    /// The answer to [`Input::Act`], one for each act in their order.
    Acted {
        /// The caller's.
        ticket: Ticket,
        /// What became of each act.
        results: Vec<Result<ActDone, Refusal>>,
    },
    /// The answer to the other questions.
    Done {
        /// The caller's.
        ticket: Ticket,
        /// What became of it.
        result: Result<Done, Refusal>,
    },
    /// Something happened that people or counters may want to know.
    Told(Notice),
}

/// A document to prove changes on: see `wangge_model::proof::prove`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofJob {
    /// The record.
    pub record: RecordId,
    /// The facet.
    pub facet: Facet,
    /// The document's save; none for a new one.
    pub base: Option<Vec<u8>>,
    /// Changes to apply one after the other.
    pub changes: Vec<Vec<u8>>,
}

/// What became of a [`ProofJob`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofAnswer {
    /// `prove` returned a proof.
    Proven {
        /// The document with every change that was applied.
        save: Vec<u8>,
        /// Its heads, ascending.
        heads: Vec<ChangeHash>,
        /// For each change of the job, whether it was applied.
        applied: Vec<bool>,
    },
    /// The changes broke the prover (a panic, too much time or memory) or came back other than they went. The engine asks again for each commit alone, and holds
    /// the one that fails alone: the caller need not look for the guilty one.
    Failed,
    /// No proof could be had for reasons that are not the changes' (no child process, a base that does not load). The engine asks again later.
    Unavailable,
}

/// Why the engine closes a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCause {
    /// All said; ours or the peer's bye.
    Bye,
    /// We sent this fault, or received it.
    Fault(FaultCode),
    /// The peer opened a newer link.
    Replaced,
    /// Nothing was heard for too long.
    Stalled,
}

/// A place that a hub offers or gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// To whom.
    pub to: OfferTo,
    /// The area of the grant or charter; within the hub's own.
    pub area: Area,
    /// The name of the member or child hub, for screens.
    pub name: String,
    /// How long an invitation may be used, milliseconds; not looked at by [`Input::Grant`].
    pub valid_ms: i64,
    /// How long the grant holds, milliseconds; not looked at for hubs.
    pub grant_ms: i64,
    /// When an invited member's grant ends, where that is fixed; then `grant_ms` is not looked at.
    pub until_ms: Option<i64>,
}

/// To whom a place is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfferTo {
    /// A member with an office; a new member where none is named.
    Member {
        /// The office.
        role: Role,
        /// Who, if known already (a second device).
        member: Option<MemberId>,
    },
    /// A child hub.
    Hub {
        /// Its level.
        level: Level,
    },
}

/// An answer that is not an act's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// The invitation's secret, shown once and not stored.
    Invited {
        /// The secret.
        secret: [u8; 16],
        /// Until when it may be used, milliseconds.
        until_ms: i64,
    },
    /// The right stands.
    Granted {
        /// The member.
        member: MemberId,
    },
    /// The right is gone.
    Revoked,
}

/// Something that happened. Bounded and without personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A session stands on this link.
    Opened {
        /// Which.
        link: LinkId,
        /// With whom.
        peer: Key,
        /// What the peer is to us.
        side: Side,
    },
    /// This node was enrolled with its parent.
    Enrolled {
        /// The parent.
        parent: Key,
    },
    /// A child was enrolled here.
    ChildEnrolled {
        /// The child.
        peer: Key,
    },
    /// The session with the parent has nothing more to do: everything owed is receipted, the feed is read to its end. (Proofs may still be open here, verdicts there: see
    /// [`Engine::open_work`](crate::Engine::open_work).)
    CaughtUp {
        /// The link.
        link: LinkId,
    },
    /// The session ended with this fault, sent or received.
    Faulted {
        /// The link.
        link: LinkId,
        /// What was said.
        code: FaultCode,
        /// Whether the peer said it.
        theirs: bool,
        /// When trying again may help, milliseconds; 0: not with the same words.
        retry_ms: u32,
    },
    /// Commits were received durably.
    Received {
        /// How many.
        commits: u64,
    },
    /// Commits entered their records; documents were written, views may fold.
    Admitted {
        /// How many.
        commits: u64,
    },
    /// A commit was held.
    Held {
        /// Which.
        commit: CommitId,
        /// Why.
        reason: Reason,
    },
    /// A level above has merged more of what this node sent.
    Merged {
        /// Which level.
        level: Level,
    },
    /// Another hub's verdict and this one's own judgement do not agree. The record is paused and stays as it was; somebody must look.
    Alarm {
        /// The commit.
        commit: CommitId,
        /// What this node would have said.
        reason: Reason,
    },
    /// A new incarnation or epoch was minted: the store is a copy, or its chain was refused.
    Reborn,
}

/// A commit's status: the only words there are for it, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Durable here, owed to the hub.
    Saved,
    /// On its way on the present link.
    Sent,
    /// Durable at the hub, no verdict known yet.
    Received,
    /// In its records at the hub.
    Admitted,
    /// Merged at this level, and at all between.
    Merged(Level),
    /// Kept outside every record.
    Held(Reason),
}

/// What is still to do, for a caller that wants to know when a slice of syncing is through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenWork {
    /// Commits that the parent has not yet receipted. On a hub: places of its feed.
    pub owed: u64,
    /// A phone's commits without a verdict.
    pub unjudged: u64,
    /// Commits received and not yet admitted or held, here.
    pub waiting: u64,
    /// Whether a session with the parent stands and its feed was read to its end.
    pub caught_up: bool,
    /// Whether the children have still to be told what the levels above have merged.
    pub untold: bool,
}
