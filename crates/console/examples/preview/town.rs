//! A made-up community, in memory: what the pages look like, and something for the tests of the API to ask.

#[path = "town/people.rs"]
mod people;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;
use wangge_console::{Answer, Desk, DeskError, Director, Done, HubInfo, Overview, Settle};
use wangge_model::id::{CommitId, MemberId, RecordId};
use wangge_model::kind::{Kind, Level, Role};
use wangge_model::reason::Reason;
use wangge_views::rows::{
    AsOf, ConflictRow, Counts, HeldRow, HistoryRow, Label, Matter, MatterRow, Page, PeerRow,
    ProblemRow, Query, ReasonText, Resident, ResidentRow, StageCount,
};

/// What a community holds.
pub(crate) struct Rows {
    pub(crate) residents: Vec<Resident>,
    pub(crate) matters: Vec<Matter>,
    pub(crate) held: Vec<HeldRow>,
    pub(crate) peers: Vec<PeerRow>,
    pub(crate) history: Vec<HistoryRow>,
    pub(crate) place: u64,
}

/// The community.
pub(crate) struct Town {
    rows: Mutex<Rows>,
    bell: watch::Sender<u64>,
    open: watch::Sender<bool>,
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or_default()
}

fn page<T: Clone>(all: Vec<T>, query: &Query) -> Page<T> {
    let limit = if query.limit == 0 { 50 } else { query.limit };
    let total = all.len() as u64;
    let rows = all
        .into_iter()
        .skip(query.offset as usize)
        .take(limit as usize)
        .collect();
    Page {
        rows,
        total,
        offset: query.offset,
        limit,
    }
}

fn ready<'a, T: Send + 'a>(answer: Result<T, DeskError>) -> Answer<'a, T> {
    Box::pin(std::future::ready(answer))
}

impl Town {
    pub(crate) fn new() -> Self {
        Self {
            rows: Mutex::new(people::rows()),
            bell: watch::Sender::new(0),
            open: watch::Sender::new(true),
        }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        self.bell.send_modify(|number| *number += 1);
    }

    /// The hub stops.
    pub(crate) fn stop(&self) {
        self.open.send_replace(false);
    }

    /// A phone comes by with an edit.
    pub(crate) fn work(&self) {
        let mut rows = self.rows();
        rows.place += 1;
        let at = rows.place as usize * 7 % rows.residents.len();
        if let Some(resident) = rows.residents.get_mut(at) {
            resident.row.changed_ms = now_ms();
        }
        let at = rows.place as usize % rows.peers.len();
        if let Some(peer) = rows.peers.get_mut(at) {
            peer.connected = !peer.connected;
            peer.last_contact_ms = Some(now_ms());
        }
        drop(rows);
        self.ring();
    }

    fn done(&self) -> Result<Done, DeskError> {
        let place = {
            let mut rows = self.rows();
            rows.place += 1;
            rows.place
        };
        self.ring();
        let mut id = [0; 32];
        id[24..].copy_from_slice(&place.to_be_bytes());
        Ok(Done {
            commit: CommitId(id),
        })
    }

    fn conflict_rows(rows: &Rows) -> Vec<ConflictRow> {
        let residents = rows.residents.iter().flat_map(|one| {
            one.fields
                .iter()
                .filter(|field| !field.candidates.is_empty())
                .map(|field| ConflictRow {
                    record: one.row.record.clone(),
                    kind: Kind::RESIDENT,
                    area: one.row.area.clone(),
                    title: one.row.name.clone(),
                    field: field.clone(),
                    since_ms: field.candidates.first().and_then(|one| one.stated_ms),
                })
        });
        let matters = rows.matters.iter().flat_map(|one| {
            one.fields
                .iter()
                .filter(|field| !field.candidates.is_empty())
                .map(|field| ConflictRow {
                    record: one.row.record.clone(),
                    kind: Kind::MATTER,
                    area: one.row.area.clone(),
                    title: one.row.title.clone(),
                    field: field.clone(),
                    since_ms: field.candidates.first().and_then(|one| one.stated_ms),
                })
        });
        residents.chain(matters).collect()
    }

    fn answer_held(&self, commit: CommitId) -> Result<Done, DeskError> {
        let mut rows = self.rows();
        let before = rows.held.len();
        rows.held.retain(|held| held.commit != commit.to_string());
        if rows.held.len() == before {
            return Err(DeskError::NoCommit);
        }
        drop(rows);
        self.done()
    }
}

fn settle_field(rows: &mut Rows, settle: &Settle) -> Result<(), DeskError> {
    let record = settle.record.to_string();
    let resident = rows
        .residents
        .iter_mut()
        .find(|one| one.row.record == record);
    let (fields, conflicts) = match resident {
        Some(one) => (&mut one.fields, &mut one.row.conflicts),
        None => {
            let one = rows
                .matters
                .iter_mut()
                .find(|one| one.row.record == record)
                .ok_or(DeskError::NoRecord)?;
            (&mut one.fields, &mut one.row.conflicts)
        }
    };
    let field = fields
        .iter_mut()
        .find(|field| field.facet == settle.facet && field.key == settle.key)
        .ok_or(DeskError::NoRecord)?;
    let seen = field
        .candidates
        .iter()
        .all(|candidate| settle.seen.contains(&candidate.choice));
    let chosen = field
        .candidates
        .iter()
        .find(|candidate| candidate.choice == settle.choice)
        .cloned();
    let (true, Some(chosen)) = (seen, chosen) else {
        return Err(DeskError::Stale);
    };
    (field.value, field.shown) = (chosen.value, chosen.shown);
    field.candidates.clear();
    *conflicts -= 1;
    Ok(())
}

impl Desk for Town {
    fn hub(&self) -> HubInfo {
        HubInfo {
            name: "柏庄社区".into(),
            area: "410522100001".into(),
            level: Level::Community,
        }
    }

    fn bell(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }

    fn stopping(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut open = self.open.subscribe();
        Box::pin(async move {
            // An error says that the town is gone: that is a stop as well.
            let _ = open.wait_for(|open| !open).await;
        })
    }

    fn sign_in<'a>(&'a self, name: &'a str, passphrase: &'a str) -> Answer<'a, Option<Director>> {
        let director = (name == "preview" && passphrase == "preview").then(|| Director {
            member: MemberId::mint(0, [1; 10]),
            name: "陈建国".into(),
            role: Role::CommunityDirector,
            area: "410522100001".into(),
        });
        ready(Ok(director))
    }

    fn overview<'a>(&'a self, _: &'a Director) -> Answer<'a, Overview> {
        let rows = self.rows();
        let mut stages: Vec<StageCount> = people::stages()
            .into_iter()
            .map(|stage| StageCount { stage, matters: 0 })
            .collect();
        for matter in &rows.matters {
            if let Some(one) = stages.iter_mut().find(|one| one.stage == matter.row.stage) {
                one.matters += 1;
            }
        }
        stages.retain(|one| one.matters > 0);
        let counts = Counts {
            stages,
            inbox: 0,
            residents: rows.residents.len() as u64,
            matters: rows.matters.len() as u64,
            matters_open: rows.matters.iter().filter(|one| !one.row.closed).count() as u64,
            commits: 2_000 + rows.place,
            parallel: rows.residents.iter().filter(|one| one.row.parallel).count() as u64,
            conflicts: Self::conflict_rows(&rows).len() as u64,
            held: rows.held.len() as u64,
            problems: 1,
        };
        let as_of = AsOf {
            place: rows.place,
            admitted_ms: Some(now_ms() - 40_000),
            behind: 0,
            parent_ms: Some(now_ms() - 95_000),
            child_oldest_ms: Some(now_ms() - 3 * 86_400_000),
        };
        ready(Ok(Overview {
            counts,
            as_of,
            parent: rows.peers.first().cloned(),
        }))
    }

    fn residents<'a>(&'a self, _: &'a Director, query: Query) -> Answer<'a, Page<ResidentRow>> {
        let rows = self.rows();
        let found = rows.residents.iter().map(|one| &one.row).filter(|row| {
            row.area.starts_with(&query.area)
                && (row.name.contains(&query.text) || row.address.contains(&query.text))
        });
        ready(Ok(page(found.cloned().collect(), &query)))
    }

    fn resident<'a>(&'a self, _: &'a Director, record: RecordId) -> Answer<'a, Resident> {
        let rows = self.rows();
        let found = rows
            .residents
            .iter()
            .find(|one| one.row.record == record.to_string());
        ready(found.cloned().ok_or(DeskError::NoRecord))
    }

    fn matters<'a>(&'a self, _: &'a Director, query: Query) -> Answer<'a, Page<MatterRow>> {
        let rows = self.rows();
        let found = rows.matters.iter().map(|one| &one.row).filter(|row| {
            row.area.starts_with(&query.area)
                && (row.title.contains(&query.text) || row.place.contains(&query.text))
                && (query.stage.is_empty() || row.stage.code == query.stage)
                && query.closed.is_none_or(|closed| row.closed == closed)
        });
        ready(Ok(page(found.cloned().collect(), &query)))
    }

    fn matter<'a>(&'a self, _: &'a Director, record: RecordId) -> Answer<'a, Matter> {
        let rows = self.rows();
        let found = rows
            .matters
            .iter()
            .find(|one| one.row.record == record.to_string());
        ready(found.cloned().ok_or(DeskError::NoRecord))
    }

    fn history<'a>(
        &'a self,
        _: &'a Director,
        record: RecordId,
        query: Query,
    ) -> Answer<'a, Page<HistoryRow>> {
        let rows = self.rows();
        let record = record.to_string();
        let found = rows
            .history
            .iter()
            .filter(|one| one.changes.iter().any(|change| change.record == record));
        ready(Ok(page(found.cloned().collect(), &query)))
    }

    fn conflicts<'a>(&'a self, _: &'a Director, query: Query) -> Answer<'a, Page<ConflictRow>> {
        ready(Ok(page(Self::conflict_rows(&self.rows()), &query)))
    }

    fn held<'a>(&'a self, _: &'a Director, query: Query) -> Answer<'a, Page<HeldRow>> {
        ready(Ok(page(self.rows().held.clone(), &query)))
    }

    fn problems<'a>(&'a self, _: &'a Director, query: Query) -> Answer<'a, Page<ProblemRow>> {
        let row = ProblemRow {
            record: RecordId::mint(9, [9; 10]).to_string(),
            kind: Some(Kind::RESIDENT),
            area: "410522100001002".into(),
            text: "the open facet is missing".into(),
        };
        ready(Ok(page(vec![row], &query)))
    }

    fn peers<'a>(&'a self, _: &'a Director, query: Query) -> Answer<'a, Page<PeerRow>> {
        ready(Ok(page(self.rows().peers.clone(), &query)))
    }

    fn settle<'a>(&'a self, _: &'a Director, settle: Settle) -> Answer<'a, Done> {
        let settled = settle_field(&mut self.rows(), &settle);
        ready(settled.and_then(|()| self.done()))
    }

    fn adopt<'a>(&'a self, _: &'a Director, commit: CommitId) -> Answer<'a, Done> {
        let blocked = self
            .rows()
            .held
            .iter()
            .any(|held| held.commit == commit.to_string() && !held.blocked_by.is_empty());
        if blocked {
            return ready(Err(DeskError::Refused(Box::new(reason(
                Reason::BuildsOnHeld,
            )))));
        }
        ready(self.answer_held(commit))
    }

    fn decline<'a>(&'a self, _: &'a Director, commit: CommitId, _: Reason) -> Answer<'a, Done> {
        ready(self.answer_held(commit))
    }
}

/// A reason in both languages.
pub(crate) fn reason(reason: Reason) -> ReasonText {
    ReasonText {
        code: reason.word().into(),
        why: Label {
            zh: reason.zh().into(),
            en: reason.en().into(),
        },
        remedy: Label {
            zh: reason.remedy_zh().into(),
            en: reason.remedy_en().into(),
        },
    }
}
