//! What the console asks of its hub.

use std::future::Future;
use std::pin::Pin;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use wangge_model::draft::Draft;
use wangge_model::id::{CommitId, MemberId, RecordId};
use wangge_model::kind::{Facet, Kind, Level, Role};
use wangge_model::reason::Reason;
use wangge_model::time::Date;
use wangge_views::rows::{
    Ageing, AreaName, AsOf, Check, ConflictRow, Counts, EscalationRow, Figures, HeldRow,
    HistoryRow, NextStep, Page, PeerRow, ProblemRow, Query, Record, RecordName, RecordRow, Report,
    ReportAsk,
};

use crate::DeskError;

/// An answer that takes its time: the hub reads its store on threads of its own.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DeskError>> + Send + 'a>>;

/// The hub, as its console sees it. The console keeps no data of its own.
///
/// Every method but [`hub`](Desk::hub), [`bell`](Desk::bell), [`stopping`](Desk::stopping) and [`sign_in`](Desk::sign_in) is called only for a director
/// who has signed in, and answers within that director's right: rows outside their area are not in the answer.
/// Dropping an answer before it is ready leaves nothing half done.
pub trait Desk: Send + Sync + 'static {
    /// What anybody may know who reaches the page.
    fn hub(&self) -> HubInfo;

    /// A number that grows whenever rows may have changed: admitted, folded, settled, a peer came or went.
    /// The page fetches again what it shows; how far the number grew means nothing.
    fn bell(&self) -> watch::Receiver<u64>;

    /// Ready when the hub stops: live streams end then, so that the port closes without waiting for the browsers.
    fn stopping(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::pending())
    }

    /// Who this is; `None` when the name or the passphrase is wrong, in the same time for either.
    fn sign_in<'a>(&'a self, name: &'a str, passphrase: &'a str) -> Answer<'a, Option<Director>>;

    /// The figures of the first page.
    fn overview<'a>(&'a self, who: &'a Director) -> Answer<'a, Overview>;

    /// A page of the ledger of a kind. What a level above issues for all below is in it, whatever its area.
    fn records<'a>(
        &'a self,
        who: &'a Director,
        kind: Kind,
        query: Query,
    ) -> Answer<'a, Page<RecordRow>>;
    /// One record, and what this director may do with it next.
    fn record<'a>(&'a self, who: &'a Director, record: RecordId) -> Answer<'a, Shown>;
    /// The matters of which a level above must be told; only `area`, `offset` and `limit` of the query count.
    fn escalations<'a>(
        &'a self,
        who: &'a Director,
        query: Query,
    ) -> Answer<'a, Page<EscalationRow>>;
    /// The indicators of an area, empty for the director's own. `days` are the first days of periods in their order; each ends where the
    /// next begins.
    fn figures<'a>(&'a self, who: &'a Director, area: String, days: Vec<Date>)
    -> Answer<'a, Board>;
    /// A table made from the ledgers.
    fn report<'a>(&'a self, who: &'a Director, ask: ReportAsk) -> Answer<'a, Report>;
    /// Every broken rule of the data of an area; an empty one is the director's.
    fn check<'a>(&'a self, who: &'a Director, area: String) -> Answer<'a, Checked>;
    /// The commits that touched a record, the latest first; only `offset` and `limit` of the query count.
    fn history<'a>(
        &'a self,
        who: &'a Director,
        record: RecordId,
        query: Query,
    ) -> Answer<'a, Page<HistoryRow>>;

    /// Fields in conflict, waiting for a director.
    fn conflicts<'a>(&'a self, who: &'a Director, query: Query) -> Answer<'a, Page<ConflictRow>>;
    /// Held commits, waiting for a director.
    fn held<'a>(&'a self, who: &'a Director, query: Query) -> Answer<'a, Page<HeldRow>>;
    /// Records that could not be folded into rows.
    fn problems<'a>(&'a self, who: &'a Director, query: Query) -> Answer<'a, Page<ProblemRow>>;
    /// The parent first, then child hubs, then phones.
    fn peers<'a>(&'a self, who: &'a Director, query: Query) -> Answer<'a, Page<PeerRow>>;
    /// The names of the areas in the director's.
    fn areas<'a>(&'a self, who: &'a Director) -> Answer<'a, Vec<AreaName>>;

    /// Writes a record, its fields or the next step of its log, by a commit of the director's own.
    fn write<'a>(&'a self, who: &'a Director, draft: Draft) -> Answer<'a, Written>;
    /// Chooses among the values of a field in conflict, by a commit of the director's own.
    fn settle<'a>(&'a self, who: &'a Director, settle: Settle) -> Answer<'a, Done>;
    /// Takes over what a held commit would have written.
    fn adopt<'a>(&'a self, who: &'a Director, commit: CommitId) -> Answer<'a, Done>;
    /// Declines a held commit for one of the three reasons that directors have.
    fn decline<'a>(
        &'a self,
        who: &'a Director,
        commit: CommitId,
        reason: Reason,
    ) -> Answer<'a, Done>;
}

/// The hub's face.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubInfo {
    /// Its name, as its charter says: «城关镇».
    pub name: String,
    /// Its area, a division code.
    pub area: String,
    /// Its level.
    pub level: Level,
}

/// Someone who has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Director {
    /// Whose commits the acts will be.
    pub member: MemberId,
    /// The name that screens show.
    pub name: String,
    /// The role of their grant.
    pub role: Role,
    /// The area of their grant.
    pub area: String,
}

/// The first page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The figures of the director's area.
    pub counts: Counts,
    /// How fresh they are.
    pub as_of: AsOf,
    /// The hub above; absent at the root.
    pub parent: Option<PeerRow>,
    /// How old the open matters are, and how many of them are overdue.
    pub ageing: Ageing,
    /// Of how many matters a level above must be told.
    pub escalations: u64,
}

/// A record, and what a director may do with it next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The record.
    pub record: Record,
    /// The steps of its log that the director may take now.
    pub next: Vec<NextStep>,
}

/// The indicators of an area, period by period, and of the areas below.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// The periods in their order; the last is the one that is looked at.
    pub periods: Vec<Figures>,
    /// Each area of the next level, in the last period.
    pub below: Vec<Figures>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The findings.
    pub check: Check,
    /// What the records that they name are called.
    pub names: Vec<RecordName>,
}

/// What was written and is durable here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The record.
    pub record: RecordId,
    /// The director's own commit.
    pub commit: CommitId,
}

/// A director's choice in a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settle {
    /// The record.
    pub record: RecordId,
    /// The facet that the field stands in.
    pub facet: Facet,
    /// The field's key.
    pub key: String,
    /// The `choice` of the candidate to keep.
    pub choice: String,
    /// The `choice` of every candidate that the director saw. If others have come since, the answer is
    /// [`DeskError::Stale`]: nobody settles what they have not seen.
    pub seen: Vec<String>,
}

/// An act that is durable here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The director's own commit.
    pub commit: CommitId,
}
