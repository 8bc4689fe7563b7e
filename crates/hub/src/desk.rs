//! What the console asks: rows from views, and directors' decisions as acts of their desks.

mod ledgers;
mod tables;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};
use wangge_console::{
    Answer, Board, Checked, Desk, DeskError, Director, Done, HubInfo, Overview, Settle, Shown,
    Written, Wrong,
};
use wangge_engine::{ActBody, ActDone, DeskKey, NewAct, Refusal};
use wangge_model::Fault;
use wangge_model::draft::Draft;
use wangge_model::id::{CommitId, RecordId};
use wangge_model::kind::{Facet, Kind};
use wangge_model::reason::Reason;
use wangge_model::time::{Date, Ms};
use wangge_views::rows::{
    AreaName, ConflictRow, EscalationRow, HeldRow, HistoryRow, Label, Page, PeerRow, PeerSide,
    ProblemRow, Query, ReasonText, RecordRow, Report, ReportAsk,
};
use wangge_views::{Reveal, Views, ViewsError};

use crate::directors::{DirectorEntry, check_passphrase};
use crate::error::{HubError, Result};
use crate::hub::Hub;
use crate::limits::SIGN_INS_MAX;

/// A hub as its console sees it. A director is shown what lies in the area of their grant, by whatever way they ask.
pub(crate) struct HubDesk {
    hub: Arc<Hub>,
    sign_ins: Semaphore,
}

impl HubDesk {
    pub(crate) fn new(hub: Arc<Hub>) -> Self {
        Self {
            hub,
            sign_ins: Semaphore::new(SIGN_INS_MAX),
        }
    }

    /// Whether a commit was filed under the director's area. One that was not is answered like one that is nowhere.
    async fn check_commit(
        &self,
        who: &Director,
        commit: CommitId,
    ) -> std::result::Result<(), DeskError> {
        let area = self.hub.read(move |views| views.area_of_commit(commit));
        match area.await {
            Ok(area) if area.starts_with(&who.area) => Ok(()),
            Ok(_) | Err(HubError::NotThere { .. }) => Err(DeskError::NoCommit),
            Err(error) => Err(desk_error(error)),
        }
    }

    /// Rows within a director's area.
    fn look<'a, T: Send + 'static>(
        &'a self,
        who: &'a Director,
        query: Query,
        look: impl FnOnce(&Views<'_>, &Query) -> std::result::Result<T, ViewsError> + Send + 'static,
    ) -> Answer<'a, T> {
        let query = within(who, query);
        Box::pin(async move {
            self.hub
                .read(move |views| look(views, &query))
                .await
                .map_err(desk_error)
        })
    }

    fn decide<'a>(&'a self, who: &'a Director, what: ActBody) -> Answer<'a, Done> {
        Box::pin(async move {
            let directors = self.hub.directors();
            let entry = entry_of(&directors, who)?;
            let commit = act(
                &self.hub,
                entry,
                NewAct {
                    what,
                    stated_ms: None,
                },
            )
            .await
            .map_err(desk_error)?;
            Ok(Done {
                commit: commit.map_err(refusal)?,
            })
        })
    }
}

/// The keys of the director who asks.
fn entry_of<'d>(
    directors: &'d [DirectorEntry],
    who: &Director,
) -> std::result::Result<&'d DirectorEntry, DeskError> {
    let mut all = directors.iter();
    all.find(|entry| entry.member == who.member)
        .ok_or(DeskError::Stale)
}

/// The area that was asked about where it lies in the director's, else the director's.
fn area_within(who: &Director, area: String) -> String {
    if area.starts_with(&who.area) {
        area
    } else {
        who.area.clone()
    }
}

/// A question about the director's area, whatever it asked for.
fn within(who: &Director, mut query: Query) -> Query {
    query.area = area_within(who, query.area);
    query
}

fn now() -> Ms {
    Ms(crate::system::now_ms())
}

/// A director's decision as a commit of their desk.
pub(crate) async fn act(
    hub: &Hub,
    entry: &DirectorEntry,
    act: NewAct,
) -> Result<std::result::Result<CommitId, Refusal>> {
    let mut results = act_all(hub, entry, vec![act]).await?;
    let result = results.pop().ok_or(HubError::Stopped)?;
    Ok(result.map(|done| done.commit))
}

/// A director's acts as commits of their desk, in one transaction.
pub(crate) async fn act_all(
    hub: &Hub,
    entry: &DirectorEntry,
    acts: Vec<NewAct>,
) -> Result<Vec<std::result::Result<ActDone, Refusal>>> {
    let desk = DeskKey(Arc::new(entry.load_signer()?));
    hub.act(desk, acts).await
}

impl Desk for HubDesk {
    fn hub(&self) -> HubInfo {
        HubInfo {
            name: self.hub.name().to_owned(),
            area: self.hub.area().to_string(),
            level: self.hub.level(),
        }
    }

    fn bell(&self) -> watch::Receiver<u64> {
        self.hub.bell()
    }

    fn stopping(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(self.hub.stopping())
    }

    fn sign_in<'a>(&'a self, name: &'a str, passphrase: &'a str) -> Answer<'a, Option<Director>> {
        Box::pin(async move {
            let _seat = self
                .sign_ins
                .acquire()
                .await
                .map_err(|_| DeskError::Stopping)?;
            let (directors, name, passphrase) =
                (self.hub.directors(), name.to_owned(), passphrase.to_owned());
            let checked = tokio::task::spawn_blocking(move || {
                check_passphrase(&directors, &name, &passphrase).map(|entry| Director {
                    member: entry.member,
                    name: entry.name.clone(),
                    role: entry.role,
                    area: entry.area.to_string(),
                })
            });
            checked
                .await
                .map_err(|error| DeskError::Bug(Box::new(error)))
        })
    }

    fn overview<'a>(&'a self, who: &'a Director) -> Answer<'a, Overview> {
        Box::pin(async move {
            let area = who.area.clone();
            let (counts, ageing, escalations) = self
                .hub
                .read(move |views| {
                    let told = views.escalations(&area, now(), 0, 1)?;
                    Ok((
                        views.counts(&area)?,
                        views.ageing(&area, now())?,
                        told.total,
                    ))
                })
                .await
                .map_err(desk_error)?;
            let as_of = self.hub.as_of().await.map_err(desk_error)?;
            let first = Query {
                limit: 1,
                ..Query::default()
            };
            let peers = self.hub.peers(first).await.map_err(desk_error)?;
            let parent = peers
                .rows
                .into_iter()
                .find(|peer| peer.side == PeerSide::Parent);
            Ok(Overview {
                counts,
                as_of,
                parent,
                ageing,
                escalations,
            })
        })
    }

    fn records<'a>(
        &'a self,
        who: &'a Director,
        kind: Kind,
        query: Query,
    ) -> Answer<'a, Page<RecordRow>> {
        Box::pin(async move { ledgers::records(&self.hub, who, kind, query).await })
    }

    fn record<'a>(&'a self, who: &'a Director, record: RecordId) -> Answer<'a, Shown> {
        Box::pin(async move { ledgers::record(&self.hub, who, record).await })
    }

    fn escalations<'a>(
        &'a self,
        who: &'a Director,
        query: Query,
    ) -> Answer<'a, Page<EscalationRow>> {
        self.look(who, query, |views, query| {
            views.escalations(&query.area, now(), query.offset, query.limit)
        })
    }

    fn figures<'a>(
        &'a self,
        who: &'a Director,
        area: String,
        days: Vec<Date>,
    ) -> Answer<'a, Board> {
        Box::pin(async move { tables::figures(&self.hub, who, area, days).await })
    }

    fn report<'a>(&'a self, who: &'a Director, ask: ReportAsk) -> Answer<'a, Report> {
        Box::pin(async move { tables::report(&self.hub, who, ask).await })
    }

    fn check<'a>(&'a self, who: &'a Director, area: String) -> Answer<'a, Checked> {
        Box::pin(async move { tables::check(&self.hub, who, area).await })
    }

    fn history<'a>(
        &'a self,
        who: &'a Director,
        record: RecordId,
        query: Query,
    ) -> Answer<'a, Page<HistoryRow>> {
        Box::pin(async move {
            ledgers::check_record(&self.hub, who, record).await?;
            self.hub.history(record, query).await.map_err(desk_error)
        })
    }

    fn conflicts<'a>(&'a self, who: &'a Director, query: Query) -> Answer<'a, Page<ConflictRow>> {
        self.look(who, query, |views, query| {
            views.conflicts(query, Reveal::Clear)
        })
    }

    fn held<'a>(&'a self, who: &'a Director, query: Query) -> Answer<'a, Page<HeldRow>> {
        self.look(who, query, |views, query| views.held(query, Reveal::Masked))
    }

    fn problems<'a>(&'a self, who: &'a Director, query: Query) -> Answer<'a, Page<ProblemRow>> {
        self.look(who, query, |views, query| views.problems(query))
    }

    fn peers<'a>(&'a self, who: &'a Director, query: Query) -> Answer<'a, Page<PeerRow>> {
        let query = within(who, query);
        Box::pin(async move { self.hub.peers(query).await.map_err(desk_error) })
    }

    fn areas<'a>(&'a self, who: &'a Director) -> Answer<'a, Vec<AreaName>> {
        let area = who.area.clone();
        Box::pin(async move {
            let names = self.hub.read(move |views| views.area_names(&area));
            names.await.map_err(desk_error)
        })
    }

    fn write<'a>(&'a self, who: &'a Director, draft: Draft) -> Answer<'a, Written> {
        Box::pin(async move { ledgers::write(&self.hub, who, draft).await })
    }

    fn settle<'a>(&'a self, who: &'a Director, asked: Settle) -> Answer<'a, Done> {
        Box::pin(async move {
            let Settle {
                record,
                facet,
                key,
                choice,
                seen,
            } = asked;
            ledgers::check_record(&self.hub, who, record).await?;
            let what = settle(&self.hub, record, facet, key, choice, seen)
                .await
                .map_err(desk_error)?;
            self.decide(who, what).await
        })
    }

    fn adopt<'a>(&'a self, who: &'a Director, commit: CommitId) -> Answer<'a, Done> {
        Box::pin(async move {
            self.check_commit(who, commit).await?;
            self.decide(who, ActBody::Adopt { commit }).await
        })
    }

    fn decline<'a>(
        &'a self,
        who: &'a Director,
        commit: CommitId,
        reason: Reason,
    ) -> Answer<'a, Done> {
        Box::pin(async move {
            self.check_commit(who, commit).await?;
            self.decide(who, ActBody::Decline { commit, reason }).await
        })
    }
}

/// The act that chooses among the values of a field. `choice` and `seen` are names that views gave to values.
pub(crate) async fn settle(
    hub: &Hub,
    record: RecordId,
    facet: Facet,
    key: String,
    choice: String,
    seen: Vec<String>,
) -> Result<ActBody> {
    let (id, of) = (record.to_string(), key.clone());
    let settling = hub
        .read(move |views| views.settling(&id, facet, &of, &choice, &seen))
        .await?;
    Ok(ActBody::Settle {
        record,
        facet,
        key,
        choice: settling.choice,
        seen: settling.seen,
    })
}

fn refusal(refusal: Refusal) -> DeskError {
    match refusal {
        Refusal::UnknownRecord(_) => DeskError::NoRecord,
        Refusal::NotHeld(_) => DeskError::NoCommit,
        Refusal::Rights(reason) => DeskError::Refused(Box::new(reason_text(reason))),
        Refusal::Stale { .. } | Refusal::Empty => DeskError::Stale,
        Refusal::CatchingUp => DeskError::Busy,
        other => DeskError::Bug(Box::new(other)),
    }
}

fn reason_text(reason: Reason) -> ReasonText {
    let label = |zh: &str, en: &str| Label {
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    ReasonText {
        code: reason.word().to_owned(),
        why: label(reason.zh(), reason.en()),
        remedy: label(reason.remedy_zh(), reason.remedy_en()),
    }
}

fn desk_error(error: HubError) -> DeskError {
    match error {
        HubError::Stopped => DeskError::Stopping,
        HubError::NotThere { .. } => DeskError::NoRecord,
        HubError::Stale => DeskError::Stale,
        HubError::Store {
            fault: Fault::Caller,
            ..
        } => DeskError::Wrong(Box::new(Wrong {
            code: "bad_question".to_owned(),
            why: Label {
                zh: "查询条件不正确".to_owned(),
                en: "the question cannot be answered as it was put".to_owned(),
            },
            field: String::new(),
        })),
        other => DeskError::Store(Box::new(other)),
    }
}

#[cfg(test)]
mod tests;
