//! How `wangge hub …` asks: the same questions to the process that runs the site, over a socket in its folder, or, where none runs,
//! to the hubs opened for this one question.

use serde::{Deserialize, Serialize};
use wangge_model::area::Area;
use wangge_model::id::{CommitId, Key, MemberId, RecordId};
use wangge_model::kind::{Facet, Level, Role};
use wangge_model::reason::Reason;
use wangge_views::rows::{
    AsOf, Check, ConflictRow, Counts, EscalationRow, Figures, HeldRow, PeerRow, Report,
};
use wangge_views::{PackageFinding, PackageTable};

mod answer;
mod moves;
mod records;
mod socket;

pub(crate) use answer::{answer, invite};
pub use moves::{Flow, PlanMoved};
pub(crate) use records::save_as;
pub use records::{Listed, RecordAsk, ShownRecord};
pub use socket::{Line, ask};
pub(crate) use socket::{bind, serve};

/// A question to a site.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// What the hubs hold: all, or one.
    Status {
        /// Only this hub.
        hub: Option<Area>,
    },
    /// Mint a one-time invitation.
    Invite {
        /// The hub that invites.
        hub: Option<Area>,
        /// Whom.
        whom: Whom,
        /// Days until it expires.
        days: u16,
        /// `host:port` of the hub as the invited will reach it.
        address: String,
    },
    /// Take a device's right away.
    Revoke {
        /// The hub that gave it.
        hub: Option<Area>,
        /// Whose device.
        whose: Whose,
    },
    /// Make a director, or give one a new passphrase.
    Director {
        /// The director's hub.
        hub: Option<Area>,
        /// The name to sign in with.
        name: String,
        /// The new passphrase.
        passphrase: Secret,
    },
    /// What waits for a director.
    Review {
        /// Which hub.
        hub: Option<Area>,
    },
    /// Records of every kind.
    Records {
        /// Which hub.
        hub: Option<Area>,
        /// What is asked.
        ask: RecordAsk,
    },
    /// A director's decision.
    Decide {
        /// The director's hub.
        hub: Option<Area>,
        /// The director's name; may be left out where there is one.
        director: Option<String>,
        /// What.
        decision: Decision,
    },
}

/// A text that is not printed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Whom an invitation is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// A member's phone.
    Member {
        /// The member's name.
        name: String,
        /// The member's role.
        role: Role,
        /// Where the right holds.
        area: Area,
        /// The end of the right, milliseconds; a year from now where none is named.
        until_ms: Option<i64>,
    },
    /// A child hub.
    Hub {
        /// Its name.
        name: String,
        /// Its area.
        area: Area,
    },
}

/// Whose device.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// The device itself, by its public key.
    Device(Key),
    /// The only device of the member of this name.
    Member(String),
}

/// A director's decision.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Choose among the values of a field.
    Settle {
        /// The record.
        record: RecordId,
        /// The facet.
        facet: Facet,
        /// The field.
        key: String,
        /// Which of the listed values, counted from 1.
        choice: u16,
    },
    /// Take over a held commit.
    Adopt {
        /// The first hex digits of its id.
        commit: String,
    },
    /// Decline a held commit.
    Decline {
        /// The first hex digits of its id.
        commit: String,
        /// Why.
        reason: Reason,
    },
}

/// The answer to a [`Request`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// To [`Request::Status`].
    Status {
        /// Hubs that answered.
        hubs: Vec<HubStatus>,
        /// Hubs that could not.
        broken: Vec<Broken>,
    },
    /// To [`Request::Invite`].
    Invited(Invited),
    /// To [`Request::Revoke`].
    Revoked {
        /// The device.
        device: Key,
    },
    /// To [`Request::Director`].
    Director {
        /// The member whom the hub acts for.
        member: MemberId,
    },
    /// To [`Request::Review`].
    Review(Review),
    /// To [`RecordAsk::Save`] and [`RecordAsk::Move`]: one for each act.
    Saved(Vec<Saved>),
    /// To [`RecordAsk::MoveByPlan`].
    PlanMoved(PlanMoved),
    /// To [`RecordAsk::List`].
    Listed(Listed),
    /// To [`RecordAsk::Show`].
    Shown(Box<ShownRecord>),
    /// To [`RecordAsk::Figures`].
    Figures(Figures),
    /// To [`RecordAsk::Report`].
    Report(Report),
    /// To [`RecordAsk::Check`].
    Check(Check),
    /// To [`RecordAsk::Escalations`].
    Escalations(Vec<EscalationRow>),
    /// To [`RecordAsk::CheckPackage`].
    PackageChecked(Vec<PackageFinding>),
    /// To [`RecordAsk::Package`].
    Package(Vec<PackageTable>),
    /// To [`RecordAsk::Find`].
    Found {
        /// The ids, at most ten.
        records: Vec<String>,
    },
    /// To [`Request::Decide`].
    Decided {
        /// The director's own commit, which travels down.
        commit: CommitId,
    },
}

/// What became of an act.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Saved {
    /// It is a commit.
    Done {
        /// The record.
        record: String,
        /// The commit.
        commit: String,
    },
    /// It is none, and the others are as they are.
    Wrong(Wrong),
}

/// What is wrong with an act.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wrong {
    /// The rule's code.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// The field at which it is; empty where none is to blame.
    pub field: String,
}

/// What a hub holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HubStatus {
    /// Its area.
    pub area: Area,
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: Level,
    /// Its public key.
    pub key: Key,
    /// Whether a process runs it now.
    pub running: bool,
    /// Its figures.
    pub counts: Counts,
    /// How fresh they are.
    pub as_of: AsOf,
    /// The parent first, then child hubs, then phones; at most a page of them.
    pub peers: Vec<PeerRow>,
}

/// A hub that cannot be asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Broken {
    /// Its area.
    pub area: Area,
    /// What is wrong, in English.
    pub what: String,
    /// What to do, in Chinese.
    pub remedy_zh: String,
    /// What to do, in English.
    pub remedy_en: String,
}

/// A fresh invitation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invited {
    /// The text to hand over, once.
    pub invitation: String,
    /// When it expires.
    pub until_ms: i64,
}

/// What waits for a director.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Review {
    /// Fields with several values.
    pub conflicts: Vec<ConflictRow>,
    /// How many there are in all.
    pub conflicts_total: u64,
    /// Held commits.
    pub held: Vec<HeldRow>,
    /// How many there are in all.
    pub held_total: u64,
}
