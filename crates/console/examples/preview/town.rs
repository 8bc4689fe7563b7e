//! A made-up community, in memory: what the pages look like, and something for the tests of the API to ask.

#[path = "town/people.rs"]
mod people;
#[path = "town/tables.rs"]
mod tables;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;
use wangge_console::{
    Answer, Board, Checked, Desk, DeskError, Director, Done, HubInfo, Overview, Settle, Shown,
    Written, Wrong,
};
use wangge_model::draft::Draft;
use wangge_model::id::{CommitId, MemberId, RecordId};
use wangge_model::kind::{Kind, Level, Role};
use wangge_model::reason::Reason;
use wangge_model::step::StepKind;
use wangge_model::time::Date;
use wangge_views::rows::{
    AgeBucket, Ageing, AreaName, AsOf, Coded, ConflictRow, Counts, EscalationRow, Figures, HeldRow,
    HistoryRow, Label, NextStep, Page, PeerRow, ProblemRow, Query, ReasonText, Record, RecordName,
    RecordRow, Report, ReportAsk, StageCount,
};

/// What a community holds.
pub(crate) struct Rows {
    pub(crate) records: Vec<Record>,
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
        let at = rows.place as usize * 7 % rows.records.len();
        if let Some(record) = rows.records.get_mut(at) {
            record.row.changed_ms = now_ms();
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
        let conflicts = rows.records.iter().flat_map(|one| {
            let fields = one.fields.iter();
            let fields = fields.filter(|field| !field.candidates.is_empty());
            fields.map(|field| ConflictRow {
                record: one.row.record.clone(),
                kind: one.row.kind,
                area: one.row.area.clone(),
                title: one.row.title.clone(),
                field: field.clone(),
                since_ms: field.candidates.first().and_then(|one| one.stated_ms),
            })
        });
        conflicts.collect()
    }

    fn of_kind(rows: &Rows, kind: Kind) -> impl Iterator<Item = &RecordRow> {
        let all = rows.records.iter().map(|one| &one.row);
        all.filter(move |row| row.kind == kind)
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
    let one = rows
        .records
        .iter_mut()
        .find(|one| one.row.record == record)
        .ok_or(DeskError::NoRecord)?;
    let (fields, conflicts) = (&mut one.fields, &mut one.row.conflicts);
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
        let matters: Vec<&RecordRow> = Self::of_kind(&rows, Kind::MATTER).collect();
        for matter in &matters {
            let of = |one: &&mut StageCount| Some(&one.stage) == matter.stage.as_ref();
            if let Some(one) = stages.iter_mut().find(of) {
                one.matters += 1;
            }
        }
        stages.retain(|one| one.matters > 0);
        let open = matters.iter().filter(|one| !one.closed).count() as u64;
        let counts = Counts {
            stages,
            inbox: 0,
            residents: Self::of_kind(&rows, Kind::RESIDENT).count() as u64,
            matters: matters.len() as u64,
            matters_open: open,
            commits: 2_000 + rows.place,
            parallel: rows.records.iter().filter(|one| one.row.parallel).count() as u64,
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
            ageing: ageing(open),
            escalations: 2,
        }))
    }

    fn records<'a>(
        &'a self,
        _: &'a Director,
        kind: Kind,
        query: Query,
    ) -> Answer<'a, Page<RecordRow>> {
        let rows = self.rows();
        let found = Self::of_kind(&rows, kind).filter(|row| {
            let said = |text: &String| text.contains(&query.text);
            row.area.starts_with(&query.area)
                && (said(&row.title) || row.cells.iter().any(|cell| said(&cell.value)))
                && (query.stage.is_empty()
                    || row
                        .stage
                        .as_ref()
                        .is_some_and(|one| one.code == query.stage))
                && query.closed.is_none_or(|closed| row.closed == closed)
        });
        ready(Ok(page(found.cloned().collect(), &query)))
    }

    fn record<'a>(&'a self, _: &'a Director, record: RecordId) -> Answer<'a, Shown> {
        let rows = self.rows();
        let id = record.to_string();
        let found = rows.records.iter().find(|one| one.row.record == id);
        let shown = found.map(|record| Shown {
            record: record.clone(),
            next: next(record),
        });
        ready(shown.ok_or(DeskError::NoRecord))
    }

    fn escalations<'a>(&'a self, _: &'a Director, query: Query) -> Answer<'a, Page<EscalationRow>> {
        let rows = self.rows();
        let late = Self::of_kind(&rows, Kind::MATTER).filter(|row| !row.closed);
        let told = late.take(2).map(|row| EscalationRow {
            record: row.record.clone(),
            area: row.area.clone(),
            title: row.title.clone(),
            to_level: Level::Township,
            to_area: "410522100".into(),
            to_role: Role::TownshipHead,
            to_name: "周明".into(),
            since_ms: now_ms() - 5 * 3_600_000,
            wait: row.clock.as_ref().and_then(|clock| clock.wait.clone()),
            due_ms: row.clock.as_ref().and_then(|clock| clock.due_ms),
            urgent: false,
            holder: row.holder.clone(),
        });
        ready(Ok(page(told.collect(), &query)))
    }

    fn figures<'a>(&'a self, _: &'a Director, area: String, days: Vec<Date>) -> Answer<'a, Board> {
        let periods = days.iter().zip(days.iter().skip(1));
        let figures = periods.map(|(from, until)| Figures {
            area: area.clone(),
            from: from.to_string(),
            until: until.to_string(),
            now_ms: now_ms(),
            indicators: tables::indicators(from.month().into()),
        });
        ready(Ok(Board {
            periods: figures.collect(),
            below: tables::below(),
        }))
    }

    fn report<'a>(&'a self, _: &'a Director, ask: ReportAsk) -> Answer<'a, Report> {
        ready(Ok(tables::report(&ask)))
    }

    fn check<'a>(&'a self, _: &'a Director, _: String) -> Answer<'a, Checked> {
        let rows = self.rows();
        let Some(one) = rows.records.first() else {
            return ready(Err(DeskError::NoRecord));
        };
        ready(Ok(Checked {
            check: tables::check(&one.row.record),
            names: vec![RecordName {
                record: one.row.record.clone(),
                kind: one.row.kind,
                area: one.row.area.clone(),
                title: one.row.title.clone(),
            }],
        }))
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

    fn areas<'a>(&'a self, _: &'a Director) -> Answer<'a, Vec<AreaName>> {
        let grids = [("001", "东街一网格"), ("002", "东街二网格")];
        let named = |(code, name): (&str, &str)| AreaName {
            area: format!("410522100001{code}"),
            name: name.to_owned(),
        };
        ready(Ok(grids.into_iter().map(named).collect()))
    }

    fn write<'a>(&'a self, _: &'a Director, draft: Draft) -> Answer<'a, Written> {
        let (fields, record) = match &draft {
            Draft::New { fields, .. } => (fields, None),
            Draft::Edit { fields, record, .. } => (fields, Some(record)),
            Draft::Step { step, record } => (&step.fields, Some(record)),
        };
        let empty = fields.iter().find(|field| {
            let value = field.value.as_deref();
            value.is_some_and(|value| value.trim().is_empty())
        });
        if let Some(field) = empty {
            return ready(Err(DeskError::Wrong(Box::new(Wrong {
                code: "bad_value".into(),
                why: Label {
                    zh: "内容为空".into(),
                    en: "empty".into(),
                },
                field: field.key.clone(),
            }))));
        }
        let Ok(record) = record.map_or(Ok(RecordId::mint(9, [8; 10])), |id| id.parse()) else {
            return ready(Err(DeskError::NoRecord));
        };
        ready(
            self.done()
                .map(|Done { commit }| Written { record, commit }),
        )
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

fn ageing(open: u64) -> Ageing {
    let bucket = |zh: &str, en: &str, from_days, until_days, matters| AgeBucket {
        label: Label {
            zh: zh.into(),
            en: en.into(),
        },
        from_days,
        until_days,
        matters,
        overdue: matters / 3,
        urgent: matters / 9,
    };
    Ageing {
        now_ms: now_ms(),
        open,
        overdue: open / 3,
        buckets: vec![
            bucket("不足3天", "under 3 days", 0, Some(3), open / 2),
            bucket("3天以上", "3 days and more", 3, None, open - open / 2),
        ],
    }
}

/// As if the rules had been asked.
fn next(record: &Record) -> Vec<NextStep> {
    let last = record.log.last().map(|step| step.entry.clone());
    let steps = [StepKind::Accept, StepKind::Dispatch, StepKind::Cosign];
    let next = steps.into_iter().map(|kind| NextStep {
        step: Coded {
            code: kind.word().into(),
            zh: kind.zh().into(),
            en: kind.en().into(),
        },
        about: last
            .iter()
            .filter(|_| kind.needs_entry())
            .cloned()
            .collect(),
    });
    next.filter(|_| !record.log.is_empty()).collect()
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
