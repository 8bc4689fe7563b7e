//! What the console asks of its hub.

use std::future::Future;
use std::pin::Pin;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use wangge_model::id::{CommitId, MemberId, RecordId};
use wangge_model::kind::{Facet, Level, Role};
use wangge_model::reason::Reason;
use wangge_views::rows::{
    AsOf, ConflictRow, Counts, HeldRow, HistoryRow, Matter, MatterRow, Page, PeerRow, ProblemRow,
    Query, Resident, ResidentRow,
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

    /// A page of residents.
    fn residents<'a>(&'a self, who: &'a Director, query: Query) -> Answer<'a, Page<ResidentRow>>;
    /// One resident.
    fn resident<'a>(&'a self, who: &'a Director, record: RecordId) -> Answer<'a, Resident>;
    /// A page of matters.
    fn matters<'a>(&'a self, who: &'a Director, query: Query) -> Answer<'a, Page<MatterRow>>;
    /// One matter.
    fn matter<'a>(&'a self, who: &'a Director, record: RecordId) -> Answer<'a, Matter>;
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
