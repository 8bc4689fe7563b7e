//! One hub of a site, as the rest of the process sees it: its queue, its bell, its rows.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use wangge_engine::{ActDone, DeskKey, Done, Input, NewAct, Offer, Refusal};
use wangge_model::area::{Area, Level};
use wangge_model::id::{CommitId, Key, RecordId};
use wangge_store::{Options, Pool};
use wangge_views::rows::{AsOf, HistoryRow, Page, PeerRow, PeerSide, Query, StatusWord};
use wangge_views::{Reveal, Views};
use wangge_wire::Signer;

use crate::directors::{DirectorEntry, load_directors, save_directors};
use crate::driver::{Call, Driver, Question};
use crate::error::{HubError, Result};
use crate::limits::INPUTS_MAX;
use crate::machine::Machine;
use crate::metrics::Metrics;
use crate::prover::Prover;
use crate::site::HubFolder;

/// What a hub's loop and its handle both know.
pub(crate) struct Facts {
    pub(crate) area: Area,
    pub(crate) metrics: Arc<Metrics>,
    bell: watch::Sender<u64>,
    /// Peers with an open link, and how many each has.
    connected: Mutex<BTreeMap<Key, usize>>,
    /// When the parent was last heard, milliseconds; 0 for not since the start.
    pub(crate) parent_ms: AtomicI64,
}

impl Facts {
    fn new(area: Area, metrics: Arc<Metrics>) -> Self {
        let bell = watch::Sender::new(0);
        Self {
            area,
            metrics,
            bell,
            connected: Mutex::default(),
            parent_ms: AtomicI64::new(0),
        }
    }

    /// A link with a peer opened.
    pub(crate) fn connect(&self, peer: Key) {
        *self
            .connected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(peer)
            .or_default() += 1;
    }

    /// A link with a peer is gone.
    pub(crate) fn disconnect(&self, peer: Key) {
        let mut connected = self
            .connected
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(links) = connected.get_mut(&peer) {
            *links -= 1;
            if *links == 0 {
                connected.remove(&peer);
            }
        }
    }

    /// The peers with an open link.
    pub(crate) fn connected(&self) -> Vec<Key> {
        self.connected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .copied()
            .collect()
    }

    /// Rows may have changed: whoever watches looks again.
    pub(crate) fn ring(&self) {
        self.bell
            .send_modify(|number| *number = number.wrapping_add(1));
    }
}

/// What all hubs of a process share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) pool: Arc<Pool>,
    pub(crate) prover: Arc<Prover>,
    pub(crate) metrics: Arc<Metrics>,
    /// Trips to the disk at the same time.
    pub(crate) trips: Arc<Semaphore>,
    /// Reads for people at the same time.
    pub(crate) reads: Arc<Semaphore>,
    pub(crate) stop: CancellationToken,
}

/// A hub of this process. Its loop runs until the site stops.
pub struct Hub {
    folder: HubFolder,
    key: Key,
    facts: Arc<Facts>,
    calls: mpsc::Sender<Call>,
    enrolled: watch::Receiver<bool>,
    shared: Shared,
    directors: Mutex<Arc<Vec<DirectorEntry>>>,
}

impl Hub {
    /// The hub of a folder and its loop, which the caller spawns.
    pub(crate) fn new(
        folder: HubFolder,
        signer: Arc<dyn Signer>,
        shared: Shared,
    ) -> Result<(Arc<Self>, impl Future<Output = ()> + Send + 'static)> {
        let area = folder.config.area.clone();
        let facts = Arc::new(Facts::new(area, Arc::clone(&shared.metrics)));
        let (calls, waiting) = mpsc::channel(INPUTS_MAX);
        let (told, enrolled) = watch::channel(false);
        let key = Key(signer.public());
        let machine = Machine::new(
            folder.clone(),
            signer,
            Arc::clone(&shared.pool),
            Arc::clone(&shared.metrics),
        );
        let driver = Driver::new(Arc::clone(&facts), waiting, &shared, told);
        let directors = Mutex::new(Arc::new(load_directors(&folder)?));
        let hub = Self {
            folder,
            key,
            facts,
            calls,
            enrolled,
            shared,
            directors,
        };
        Ok((Arc::new(hub), driver.run(machine)))
    }

    /// The area that it answers for.
    #[must_use]
    pub fn area(&self) -> &Area {
        &self.facts.area
    }

    /// What screens call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.folder.config.name
    }

    /// Community, township or county.
    #[must_use]
    pub fn level(&self) -> Level {
        self.facts.area.level()
    }

    /// Its public key.
    #[must_use]
    pub fn key(&self) -> Key {
        self.key
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &HubFolder {
        &self.folder
    }

    /// Rings whenever rows may have changed.
    #[must_use]
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.facts.bell.subscribe()
    }

    /// Ready when the process stops.
    pub(crate) fn stopping(&self) -> impl Future<Output = ()> + Send + 'static {
        self.shared.stop.clone().cancelled_owned()
    }

    /// Whether its parent knows it.
    pub(crate) fn enrolled(&self) -> watch::Receiver<bool> {
        self.enrolled.clone()
    }

    /// Whether its loop has ended though nobody stopped it.
    pub(crate) fn has_ended(&self) -> bool {
        self.calls.is_closed()
    }

    pub(crate) async fn call(&self, call: Call) -> Result<()> {
        self.calls.send(call).await.map_err(|_| HubError::Stopped)
    }

    /// Has a desk act: one commit for each act, in order, each standing or falling alone. Answers when they are durable.
    ///
    /// # Errors
    /// [`HubError::Stopped`] where the hub stopped or lost its machine before the answer.
    pub async fn act(
        &self,
        desk: DeskKey,
        acts: Vec<NewAct>,
    ) -> Result<Vec<std::result::Result<ActDone, Refusal>>> {
        let (answer, answered) = oneshot::channel();
        let make = Box::new(move |ticket| Input::Act {
            ticket,
            desk: Some(desk),
            acts,
        });
        self.call(Call::Ask(Question::Act(make, answer))).await?;
        answered.await.map_err(|_| HubError::Stopped)
    }

    /// Offers a place, once.
    ///
    /// # Errors
    /// As [`Hub::act`].
    pub async fn invite(&self, offer: Offer) -> Result<std::result::Result<Done, Refusal>> {
        self.ask(move |ticket| Input::Invite { ticket, offer })
            .await
    }

    /// Grants a right to a key that this hub keeps.
    ///
    /// # Errors
    /// As [`Hub::act`].
    pub async fn grant(
        &self,
        device: Key,
        offer: Offer,
    ) -> Result<std::result::Result<Done, Refusal>> {
        self.ask(move |ticket| Input::Grant {
            ticket,
            device,
            offer,
        })
        .await
    }

    /// Takes a device's right away.
    ///
    /// # Errors
    /// As [`Hub::act`].
    pub async fn revoke(&self, device: Key) -> Result<std::result::Result<Done, Refusal>> {
        self.ask(move |ticket| Input::Revoke { ticket, device })
            .await
    }

    async fn ask(
        &self,
        make: impl FnOnce(wangge_engine::Ticket) -> Input + Send + 'static,
    ) -> Result<std::result::Result<Done, Refusal>> {
        let (answer, answered) = oneshot::channel();
        self.call(Call::Ask(Question::Do(Box::new(make), answer)))
            .await?;
        answered.await.map_err(|_| HubError::Stopped)
    }

    /// Reads rows on a thread that may block; few at a time, so that people's questions do not starve the hubs.
    ///
    /// # Errors
    /// What `look` answers, or the store's.
    pub async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Views<'_>) -> std::result::Result<T, wangge_views::ViewsError>
        + Send
        + 'static,
    ) -> Result<T> {
        let seat = Arc::clone(&self.shared.reads)
            .acquire_owned()
            .await
            .map_err(|_| HubError::Stopped)?;
        let (pool, options, area) = (
            Arc::clone(&self.shared.pool),
            Options::new(self.folder.store_path()),
            self.facts.area.clone(),
        );
        let work = tokio::task::spawn_blocking(move || {
            let lease = pool
                .lease(&options)
                .map_err(|error| HubError::store(&area, error))?;
            let rows = Views::new(lease.store()).and_then(|views| look(&views));
            let rows = rows.map_err(|error| HubError::views(&area, error));
            drop(seat);
            rows
        });
        work.await.map_err(|_| HubError::Stopped)?
    }

    /// How fresh the rows are; the store does not know when the parent was last heard.
    ///
    /// # Errors
    /// As [`Hub::read`].
    pub async fn as_of(&self) -> Result<AsOf> {
        let as_of = self.read(|views| views.as_of()).await?;
        let parent_ms = self.facts.parent_ms.load(Ordering::Relaxed);
        Ok(AsOf {
            parent_ms: if parent_ms > 0 {
                Some(parent_ms)
            } else {
                as_of.parent_ms
            },
            ..as_of
        })
    }

    /// Peers, the parent first, each with whether it is connected now.
    ///
    /// # Errors
    /// As [`Hub::read`].
    pub async fn peers(&self, query: Query) -> Result<Page<PeerRow>> {
        let mut page = self.read(move |views| views.peers(&query)).await?;
        let connected: Vec<_> = self
            .facts
            .connected()
            .iter()
            .map(ToString::to_string)
            .collect();
        for row in &mut page.rows {
            row.connected = connected.contains(&row.key);
            if row.side == PeerSide::Parent {
                // What was heard from above stands in no table.
                let heard_ms = self.facts.parent_ms.load(Ordering::Relaxed);
                row.last_contact_ms = (heard_ms > 0).then_some(heard_ms);
            }
        }
        Ok(page)
    }

    /// The commits of a record, the newest first, each with how far above it was merged.
    ///
    /// # Errors
    /// As [`Hub::read`].
    pub async fn history(&self, record: RecordId, query: Query) -> Result<Page<HistoryRow>> {
        let key = self.key;
        self.read(move |views| {
            let mut page = views.history(&record.to_string(), &query, Reveal::Masked)?;
            let commits: Vec<CommitId> = page
                .rows
                .iter()
                .filter_map(|row| row.commit.parse().ok())
                .collect();
            let merged = views.merged(&key, &commits)?;
            for row in &mut page.rows {
                let commit: Option<CommitId> = row.commit.parse().ok();
                let level = commit.and_then(|commit| merged.get(&commit)).copied();
                if row.status.word == StatusWord::Admitted && level.is_some() {
                    row.status.word = StatusWord::Merged;
                    row.status.level = level;
                }
            }
            Ok(page)
        })
        .await
    }

    /// How many commits are held, by reason (its word) and grid.
    ///
    /// # Errors
    /// As [`Hub::read`].
    pub async fn held_counts(&self) -> Result<BTreeMap<(String, String), u64>> {
        self.read(|views| {
            let mut query = Query {
                limit: u32::MAX,
                ..Query::default()
            };
            let mut counts = BTreeMap::new();
            loop {
                let page = views.held(&query, Reveal::Masked)?;
                if page.rows.is_empty() {
                    return Ok(counts);
                }
                query.offset += u64::try_from(page.rows.len()).unwrap_or(u64::MAX);
                for row in page.rows {
                    *counts.entry((row.reason.code, row.area)).or_default() += 1;
                }
            }
        })
        .await
    }

    /// Who may sign in.
    #[must_use]
    pub fn directors(&self) -> Arc<Vec<DirectorEntry>> {
        Arc::clone(
            &self
                .directors
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Keeps a director, in the place of one of the same name.
    pub(crate) fn keep_director(&self, entry: DirectorEntry) -> Result<()> {
        let mut directors = self
            .directors
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut all = Vec::clone(&directors);
        all.retain(|other| other.name != entry.name);
        all.push(entry);
        save_directors(&self.folder, &all)?;
        *directors = Arc::new(all);
        Ok(())
    }
}
