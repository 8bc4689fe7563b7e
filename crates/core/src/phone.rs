//! The phone: what an app can do.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, watch};
use wangge_engine::NodeView;
use wangge_engine::typed::read_kind;
use wangge_model::area::Area;
use wangge_model::id::{CommitId, Key};
use wangge_model::time::{Date, Ms};
use wangge_views::rows::{
    Check, Coded, EscalationRow, Figures, HeldRow, HistoryRow, Person, Query, Record, Report,
    ReportAsk, Status,
};
use wangge_views::{Reveal, Views};
use wangge_wire::invitation::Invitation;

use crate::error::{Error, Trouble};
use crate::face::*;
use crate::machine::{Machine, closed};
use crate::session::{self, Ended, Goal, Hub};
use crate::suggest::{self, Desk, Suggested};
use crate::watching::{self, Watch};
use crate::{drafts, fields, keeper, limits, machine, runtime, salvage};

/// The records of a phone: edited offline, synced when there is a link.
///
/// Every method may be called from any thread, blocks until it is done, and leaves nothing half done where it fails; an asynchronous program
/// calls it from its threads for blocking work. What it answers is durable: an act that returned is «saved». Clones are the same phone.
#[derive(Clone)]
pub struct Phone {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    machine: RwLock<Option<Arc<Machine>>>,
    /// One session at a time.
    session: Mutex<()>,
    cancel: watch::Sender<u64>,
    set_aside: Option<String>,
    /// What suggestions were last made with.
    desk: std::sync::Mutex<Option<Desk>>,
}

impl Phone {
    /// Opens the phone's store, or makes it. A damaged store is set aside, never deleted, and a new one opened in its place.
    ///
    /// # Errors
    /// [`Error::SignIn`] for a wrong key, [`Error::UpdateApp`] for a newer program's store, [`Error::FreeSpace`], [`Error::Retry`].
    pub fn open(options: &OpenOptions) -> Result<Self, Error> {
        let opened = keeper::open(options)?;
        Views::new(&opened.machine.store)?;
        Ok(Self {
            inner: Arc::new(Inner {
                machine: RwLock::new(Some(Arc::new(opened.machine))),
                session: Mutex::new(()),
                cancel: watch::Sender::new(0),
                set_aside: opened.set_aside,
                desk: std::sync::Mutex::default(),
            }),
        })
    }

    /// Enrols this phone with the hub that made the invitation, within `budget_ms`. Called again with the same invitation after a broken
    /// link, it takes up where it was. Answers how the phone stands then.
    ///
    /// # Errors
    /// [`Error::FixDraft`] where the text is no invitation; [`Error::SignIn`] where it is unknown, used or expired; [`Error::Retry`] where
    /// the hub cannot be reached.
    pub fn enrol(&self, invitation: &str, budget_ms: u64) -> Result<PhoneStatus, Error> {
        let invitation: Invitation = invitation.parse()?;
        let machine = self.machine()?;
        let hub = Hub {
            address: invitation.address,
            key: Key(invitation.hub),
        };
        if machine
            .view()?
            .parent
            .is_none_or(|parent| parent == hub.key)
        {
            // Before the answer, which may come when nobody is left to take note of the address.
            keeper::save_hub(&machine.store, &hub)?;
        }
        let ended = self.run(
            &hub,
            Goal::Enrol(invitation.secret),
            Some(budget_ms),
            &|| (),
        )?;
        if ended.end != SyncEnd::CaughtUp {
            return Err(Error::Retry(Trouble::new(
                "no_answer",
                "上级没有及时答复：请重试",
                "the hub did not answer in time: try again",
            )));
        }
        keeper::save_hub(&machine.store, &hub)?;
        let status = self.status()?;
        status
            .member
            .is_some()
            .then_some(status)
            .ok_or_else(not_enrolled)
    }

    /// The kinds of records, as `resident`.
    ///
    /// # Errors
    /// [`Error::Report`] where the phone is closed.
    pub fn kinds(&self) -> Result<Vec<Coded>, Error> {
        self.machine().map(|_| fields::kinds())
    }

    /// What can be written to records of a kind: its fields and its steps, for forms.
    ///
    /// # Errors
    /// [`Error::FixDraft`] where there is no such kind.
    pub fn form(&self, kind: &str) -> Result<Form, Error> {
        self.machine()?;
        read_kind(kind).map(fields::form).map_err(drafts::fix_draft)
    }

    /// Makes a new record of a kind in the phone's grid. The log of a kind that has one begins with its first step.
    ///
    /// # Errors
    /// [`Error::FixDraft`] names the field; [`Error::SignIn`] where the phone has no right (yet, or any more).
    pub fn create(&self, kind: &str, fields: Vec<FieldEdit>) -> Result<Saved, Error> {
        self.save_one(new(kind, fields, None))
    }

    /// Makes a new record whose log begins with this step: what was settled on the spot is one record and one commit.
    ///
    /// # Errors
    /// As [`Phone::create`].
    pub fn begin(&self, kind: &str, fields: Vec<FieldEdit>, step: NewStep) -> Result<Saved, Error> {
        self.save_one(new(kind, fields, Some(step)))
    }

    /// Writes fields of a record.
    ///
    /// # Errors
    /// As [`Phone::create`].
    pub fn edit(&self, record: &str, fields: Vec<FieldEdit>) -> Result<Saved, Error> {
        self.save_one(Draft::Edit {
            record: record.to_owned(),
            fields,
            stated_ms: None,
        })
    }

    /// Adds the next step to a record's log.
    ///
    /// # Errors
    /// As [`Phone::create`].
    pub fn step(&self, record: &str, step: NewStep) -> Result<Saved, Error> {
        self.save_one(Draft::Step {
            record: record.to_owned(),
            step,
        })
    }

    /// Saves many acts in few transactions, each an own commit that stands or falls alone: one answer for each, in order.
    ///
    /// # Errors
    /// Where the store fails; acts of the transactions before are saved then.
    pub fn save_all(&self, drafts: &[Draft]) -> Result<Vec<Result<Saved, Error>>, Error> {
        let machine = self.machine()?;
        let mut answers = Vec::with_capacity(drafts.len());
        for drafts in drafts.chunks(limits::ACTS_MAX) {
            answers.extend(drafts::save(&machine, drafts)?);
        }
        Ok(answers)
    }

    /// Does anew, as acts of this phone, what a store that was set aside (see [`PhoneStatus::set_aside`]) had not yet got receipted. Enrol and
    /// sync before: acts on records of others need these records. Of the options only path and key are looked at. Called again, it goes on
    /// where it was.
    ///
    /// The hub may have had an act although its receipt did not arrive: a record that was created by it then stands twice.
    ///
    /// # Errors
    /// [`Error::SignIn`] for a wrong key or before enrolment, [`Error::FreeSpace`], [`Error::Retry`]: what was done before stays done;
    /// [`Error::Report`] where nothing can be read. What is wrong with a single act stands in the answer.
    pub fn salvage(&self, wreck: &OpenOptions) -> Result<Salvage, Error> {
        salvage::redo(&*self.machine()?, wreck)
    }

    /// The indicators of an area (empty: all that is here) in the days from `from` up to, and without, `until`, both `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`Error::FixDraft`] where a day or the area is none; otherwise as [`Phone::list`].
    pub fn figures(&self, area: &str, from: &str, until: &str) -> Result<Figures, Error> {
        let day = |text: &str, what| {
            text.parse::<Date>()
                .map_err(|_| drafts::bad_id(what, "日期"))
        };
        let (from, until) = (day(from, "from")?, day(until, "until")?);
        self.views(|views| views.figures(area, from, until, now()))
    }

    /// A report by its name (see [`reports`](crate::reports)), made from the ledgers that are here, also offline.
    ///
    /// # Errors
    /// [`Error::FixDraft`] where there is no such report, it needs a record, or a day or the area is none.
    pub fn report(&self, ask: &ReportAsk) -> Result<Report, Error> {
        self.views(|views| views.report(ask, now()))
    }

    /// Every broken rule of the data of an area (empty: all that is here); at most `findings_max` are listed, all are counted.
    ///
    /// # Errors
    /// As [`Phone::list`].
    pub fn check(&self, area: &str, findings_max: u32) -> Result<Check, Error> {
        let findings_max = usize::try_from(findings_max).unwrap_or(usize::MAX);
        self.views(|views| views.check(area, now(), findings_max))
    }

    /// The matters of which a level above must be told now, the highest level first; at most `rows_max`. Reckoned here, also offline.
    ///
    /// # Errors
    /// As [`Phone::list`].
    pub fn escalations(&self, area: &str, rows_max: u32) -> Result<Vec<EscalationRow>, Error> {
        self.views(|views| views.escalations(area, now(), 0, rows_max))
            .map(|page| page.rows)
    }

    /// Suggests the class and the urgency of a matter from its title and its text, offline: by the classes in force where the phone is, and by
    /// what it learned from the classes that people chose for the matters that are here. The first question takes longer than the next.
    ///
    /// # Errors
    /// [`Error::Retry`], or [`Error::Report`].
    pub fn suggest(&self, title: &str, text: &str) -> Result<Suggested, Error> {
        let machine = self.machine()?;
        let grant = self.grant(&machine, &machine.view()?)?;
        let area = grant.and_then(|(member, _)| member.area.parse::<Area>().ok());
        let Some(area) = area else {
            return Ok(suggest::suggest(title, text));
        };
        let mut held = self
            .inner
            .desk
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.views(|views| {
            let local = views.reference(&area, now().date())?;
            let mut desk = Desk::of(held.take(), local);
            desk.teach(views.classified()?, |matter| views.said(matter.record))?;
            Ok(held.insert(desk).suggest(title, text))
        })
    }

    /// The records whose ids end so, at most ten: what a person types of an id, four digits or more.
    ///
    /// # Errors
    /// [`Error::Retry`], or [`Error::Report`].
    pub fn ending(&self, tail: &str) -> Result<Vec<String>, Error> {
        self.views(|views| views.ending(tail))
    }

    /// A page of the records of a kind; with [`Query::text`], those that contain its words. Numbers of documents and telephones are masked.
    ///
    /// # Errors
    /// [`Error::FixDraft`] where there is no such kind, the area is no code, or a filter is none that the kind has.
    pub fn list(&self, kind: &str, query: &Query) -> Result<RecordPage, Error> {
        let kind = read_kind(kind).map_err(drafts::fix_draft)?;
        let page = self.views(|views| views.records(kind, query, Reveal::Masked))?;
        Ok(RecordPage {
            rows: page.rows,
            total: page.total,
        })
    }

    /// A record with all fields, its log, and the records that name it; numbers of documents and telephones masked unless `reveal`.
    ///
    /// # Errors
    /// [`Error::FixDraft`] where there is none.
    pub fn record(&self, record: &str, reveal: bool) -> Result<Record, Error> {
        let reveal = if reveal {
            Reveal::Clear
        } else {
            Reveal::Masked
        };
        self.views(|views| views.record(record, reveal))
    }

    /// The commits that touch a record, the newest first, each with its status: a page of them, which is the last where it is not full. Of
    /// the query only offset and limit are looked at.
    ///
    /// # Errors
    /// As [`Phone::record`].
    pub fn history(&self, record: &str, query: &Query) -> Result<Vec<HistoryRow>, Error> {
        let mut rows = self
            .views(|views| views.history(record, query, Reveal::Masked))?
            .rows;
        let commits: Vec<String> = rows.iter().map(|row| row.commit.clone()).collect();
        for (row, status) in rows.iter_mut().zip(self.statuses(&commits)?) {
            row.status = status.unwrap_or(row.status.clone());
        }
        Ok(rows)
    }

    /// Held commits, with the reason and what can be done: a page of them, which is the last where it is not full.
    ///
    /// # Errors
    /// As [`Phone::list`].
    pub fn held(&self, query: &Query) -> Result<Vec<HeldRow>, Error> {
        Ok(self.views(|views| views.held(query, Reveal::Masked))?.rows)
    }

    /// What became of commits, in the order asked; `None` for unknown ones.
    ///
    /// # Errors
    /// [`Error::FixDraft`] where an id is none.
    pub fn statuses(&self, commits: &[String]) -> Result<Vec<Option<Status>>, Error> {
        let ids: Vec<CommitId> = commits
            .iter()
            .map(|id| id.parse().map_err(|_| drafts::bad_id("commit", "提交编号")))
            .collect::<Result<_, _>>()?;
        let statuses = self
            .machine()?
            .ask(|engine, tx| engine.status_of(tx, &ids))?;
        Ok(statuses
            .into_iter()
            .map(|status| status.map(drafts::status))
            .collect())
    }

    /// How the phone stands.
    ///
    /// # Errors
    /// The store's.
    pub fn status(&self) -> Result<PhoneStatus, Error> {
        let machine = self.machine()?;
        let view = machine.view()?;
        let counts = self.views(|views| views.counts(""))?;
        let work = machine.ask(|engine, tx| engine.open_work(tx))?;
        let grant = self.grant(&machine, &view)?;
        let hub = keeper::load_hub(&machine.store)?.filter(|hub| view.parent == Some(hub.key));
        let named = hub
            .as_ref()
            .map(|hub| hub_name(&machine, hub))
            .transpose()?;
        Ok(PhoneStatus {
            device: view.key.to_string(),
            until_ms: grant.as_ref().map(|(_, until_ms)| *until_ms),
            member: grant.map(|(member, _)| member),
            hub: named.unwrap_or_default(),
            address: hub.map(|hub| hub.address).unwrap_or_default(),
            records: counts.residents.saturating_add(counts.matters),
            waiting: work.owed,
            unjudged: work.unjudged,
            held: counts.held,
            conflicts: counts.conflicts,
            contact_ms: keeper::load_contact(&machine.store)?,
            set_aside: self.inner.set_aside.clone(),
        })
    }

    /// One slice of syncing of at most `budget_ms`: dials the hub, pushes what it is owed, takes what is new, ends when both sides have
    /// what the other had. Whatever ends it, what was done stays done; call again to go on. A budget of less than a few round trips only
    /// dials. While another session of this phone stands
    /// (of [`Phone::watch`]), waits for its end or the budget's.
    ///
    /// # Errors
    /// [`Error::SignIn`] before enrolment; [`Error::Retry`] where the hub cannot be reached; and as the hub says.
    pub fn sync_once(&self, budget_ms: u64) -> Result<SyncReport, Error> {
        let begun = Instant::now();
        let machine = self.machine()?;
        let hub = self.hub()?;
        let owed = machine.ask(|engine, tx| engine.open_work(tx))?.owed;
        let ended = self.run(&hub, Goal::CatchUp, Some(budget_ms), &|| ())?;
        let waiting = machine.ask(|engine, tx| engine.open_work(tx))?.owed;
        Ok(SyncReport {
            end: ended.end,
            sent: owed.saturating_sub(waiting),
            received: ended.received,
            waiting,
            bytes_up: ended.stats.bytes_up,
            bytes_down: ended.stats.bytes_down,
            elapsed_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }

    /// Ends a session that runs now, from any thread.
    pub fn cancel_sync(&self) {
        self.inner
            .cancel
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Stays in touch with the hub, dialling anew with growing pauses, and tells `watcher` what changed, until the answer is dropped or
    /// stopped.
    ///
    /// # Errors
    /// [`Error::SignIn`] before enrolment.
    pub fn watch(&self, watcher: Arc<dyn Watcher>) -> Result<Watch, Error> {
        self.hub()?;
        watching::start(self.clone(), watcher)
    }

    /// Closes the phone: ends its sessions, lets calls that run finish, and moves the store's log into its file.
    ///
    /// # Errors
    /// The store's; the phone is closed in any case. Every later call answers with [`Error::Report`].
    pub fn close(&self) -> Result<(), Error> {
        self.cancel_sync();
        let machine = self
            .inner
            .machine
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match machine.map(Arc::try_unwrap) {
            Some(Ok(machine)) => machine.close(),
            // The call that still runs closes it by being the last.
            Some(Err(_)) | None => Ok(()),
        }
    }

    /// Whether [`Phone::close`] was called.
    pub(crate) fn is_closed(&self) -> bool {
        self.inner
            .machine
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none()
    }

    pub(crate) fn machine(&self) -> Result<Arc<Machine>, Error> {
        self.inner
            .machine
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or_else(closed)
    }

    /// The hub that the phone is enrolled with.
    pub(crate) fn hub(&self) -> Result<Hub, Error> {
        let machine = self.machine()?;
        let parent = machine.view()?.parent;
        let hub = keeper::load_hub(&machine.store)?;
        hub.filter(|hub| parent == Some(hub.key))
            .ok_or_else(not_enrolled)
    }

    /// Runs a session on this thread; the network's own work goes on in the runtime's.
    pub(crate) fn run(
        &self,
        hub: &Hub,
        goal: Goal,
        budget_ms: Option<u64>,
        on_up: &dyn Fn(),
    ) -> Result<Ended, Error> {
        let machine = self.machine()?;
        let deadline =
            budget_ms.and_then(|ms| Instant::now().checked_add(Duration::from_millis(ms)));
        let mut cancel = self.inner.cancel.subscribe();
        cancel.mark_unchanged();
        runtime::handle()?.block_on(async {
            let turn = tokio::select! {
                turn = self.inner.session.lock() => turn,
                () = session::until(deadline) => return Ok(Ended::nothing(SyncEnd::BudgetSpent)),
                _ = cancel.changed() => return Ok(Ended::nothing(SyncEnd::Cancelled)),
            };
            let ended = session::run(&machine, hub, goal, deadline, cancel, on_up).await;
            drop(turn);
            ended
        })
    }

    fn views<T>(&self, ask: impl FnOnce(Views<'_>) -> wangge_views::Result<T>) -> Result<T, Error> {
        let machine = self.machine()?;
        let views = Views::new(&machine.store)?;
        views.fold_all()?;
        Ok(ask(views)?)
    }

    /// For whom the phone acts, and until when.
    fn grant(&self, machine: &Machine, view: &NodeView) -> Result<Option<(Person, i64)>, Error> {
        let Some(id) = view.grant else {
            return Ok(None);
        };
        let rows = machine.ask(|_, tx| Ok(tx.load_grants(&[id])?))?;
        Ok(rows.into_iter().flatten().next().map(|grant| {
            let person = Person {
                member: grant.member.to_string(),
                name: grant.name,
                role: Some(grant.role),
                area: grant.area.to_string(),
            };
            (person, grant.until_ms)
        }))
    }

    fn save_one(&self, draft: Draft) -> Result<Saved, Error> {
        self.save_all(&[draft])?
            .pop()
            .unwrap_or_else(|| Err(closed()))
    }
}

fn new(kind: &str, fields: Vec<FieldEdit>, step: Option<NewStep>) -> Draft {
    Draft::New {
        kind: kind.to_owned(),
        area: String::new(),
        fields,
        step,
        stated_ms: None,
    }
}

/// The hub's name by its charter; a hub without one above has none, and is called by its address.
fn hub_name(machine: &Machine, hub: &Hub) -> Result<String, Error> {
    let above = machine.ask(|_, tx| Ok(tx.load_hubs_above()?))?;
    let named = above.into_iter().find(|row| row.key == hub.key);
    Ok(named.map_or_else(|| hub.address.clone(), |row| row.name))
}

fn not_enrolled() -> Error {
    Error::SignIn(Trouble::new(
        "not_enrolled",
        "本设备尚未注册：请先使用邀请码注册",
        "this phone is not enrolled yet: enrol with an invitation first",
    ))
}

/// The local clock, for what depends on it.
fn now() -> Ms {
    Ms(machine::now().ms)
}
