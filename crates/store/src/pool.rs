//! Many stores in one process, few of them open.
//!
//! A county's machine room hosts some 500 hubs in one process that may hold 1,024 files. A store costs
//! up to [`limits::FILES_PER_STORE`] of them, so stores are opened on demand and the one that was idle
//! longest is closed for the next. Closing syncs nothing and opening costs about a millisecond.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::StoreError;
use crate::limits;
use crate::open::Options;
use crate::store::Store;

/// Opens stores on demand and closes the longest idle ones, so that never more than a bounded number
/// is open.
#[derive(Debug)]
pub struct Pool {
    open_max: usize,
    state: Mutex<State>,
    /// Rung when a lease ends.
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    stores: BTreeMap<PathBuf, Seat>,
    /// Counts leases; a seat remembers the last one it was used at.
    clock: u64,
    opened: u64,
}

/// A store that is open, or being opened by somebody.
#[derive(Debug)]
struct Seat {
    store: Option<Arc<Store>>,
    leases: usize,
    used: u64,
}

/// What a pool did so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolFigures {
    /// Stores open now.
    pub open: usize,
    /// Stores leased now.
    pub leased: usize,
    /// Times a store was opened.
    pub opened: u64,
}

impl Pool {
    /// A pool that keeps at most `open_max` stores open; at least one.
    #[must_use]
    pub fn new(open_max: usize) -> Arc<Self> {
        Arc::new(Self {
            open_max: open_max.clamp(1, limits::POOL_OPEN_MAX),
            state: Mutex::default(),
            freed: Condvar::new(),
        })
    }

    /// How many stores fit into a process that may hold `files_max` files (`ulimit -n`), leaving
    /// [`limits::FILES_RESERVED`] to everything else.
    #[must_use]
    pub fn open_max_for(files_max: u64) -> usize {
        let files_max = usize::try_from(files_max).unwrap_or(usize::MAX);
        let stores = files_max.saturating_sub(limits::FILES_RESERVED) / limits::FILES_PER_STORE;
        stores.clamp(1, limits::POOL_OPEN_MAX)
    }

    /// The store at `options.path`, opened if it is not; it stays open while the lease lives.
    ///
    /// Waits while every seat is leased: so hold a lease for one step, and never two at once.
    ///
    /// # Errors
    ///
    /// What [`Store::open_with`] says.
    pub fn lease(self: &Arc<Self>, options: &Options) -> Result<Lease, StoreError> {
        let mut state = self.lock();
        loop {
            state.clock += 1;
            let used = state.clock;
            let room = state.stores.len() < self.open_max;
            match state.stores.get_mut(&options.path) {
                Some(Seat {
                    store: Some(store),
                    leases,
                    used: last,
                }) => {
                    *leases += 1;
                    *last = used;
                    return Ok(Lease {
                        pool: Arc::clone(self),
                        store: Some(Arc::clone(store)),
                    });
                }
                // Somebody is opening it.
                Some(_) => {}
                None if room => {
                    let seat = Seat {
                        store: None,
                        leases: 1,
                        used,
                    };
                    state.stores.insert(options.path.clone(), seat);
                    state.opened += 1;
                    drop(state);
                    return self.open(options);
                }
                None => {
                    if let Some(idle) = state.longest_idle() {
                        // Closed under the lock: its files are gone before the next ones come.
                        state.stores.remove(&idle);
                        continue;
                    }
                }
            }
            state = self
                .freed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Opens a store for the seat that was taken for it.
    fn open(self: &Arc<Self>, options: &Options) -> Result<Lease, StoreError> {
        // Should opening panic, the seat must not stay taken.
        let mut seat = Opening {
            pool: self,
            path: &options.path,
            store: None,
        };
        let store = Arc::new(Store::open_with(options.clone())?);
        seat.store = Some(Arc::clone(&store));
        drop(seat);
        Ok(Lease {
            pool: Arc::clone(self),
            store: Some(store),
        })
    }

    /// Closes a store if it is open and nobody leases it. True if it is closed now: its files may be
    /// moved.
    pub fn close(&self, path: &Path) -> bool {
        let mut state = self.lock();
        let leased = state.stores.get(path).is_some_and(|seat| seat.leases > 0);
        if !leased {
            state.stores.remove(path);
        }
        !leased
    }

    /// Closes every store that nobody leases, moving each log into its database.
    ///
    /// # Errors
    ///
    /// The first store's that could not be tidied; all are closed in any case.
    pub fn close_idle(&self) -> Result<(), StoreError> {
        let idle: Vec<_> = {
            let mut state = self.lock();
            state
                .stores
                .extract_if(.., |_, seat| seat.leases == 0)
                .collect()
        };
        let mut outcome = Ok(());
        for store in idle
            .into_iter()
            .filter_map(|(_, seat)| seat.store)
            .filter_map(Arc::into_inner)
        {
            outcome = outcome.and(store.close());
        }
        outcome
    }

    /// What the pool did so far.
    #[must_use]
    pub fn figures(&self) -> PoolFigures {
        let state = self.lock();
        PoolFigures {
            open: state.stores.len(),
            leased: state.stores.values().filter(|seat| seat.leases > 0).count(),
            opened: state.opened,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn longest_idle(&self) -> Option<PathBuf> {
        self.stores
            .iter()
            .filter(|(_, seat)| seat.leases == 0)
            .min_by_key(|(_, seat)| seat.used)
            .map(|(path, _)| path.clone())
    }
}

/// Fills or frees the seat of a store that is being opened.
struct Opening<'a> {
    pool: &'a Pool,
    path: &'a Path,
    store: Option<Arc<Store>>,
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        match self.store.take() {
            Some(store) => {
                if let Some(seat) = state.stores.get_mut(self.path) {
                    seat.store = Some(store);
                }
            }
            None => {
                state.stores.remove(self.path);
            }
        }
        drop(state);
        self.pool.freed.notify_all();
    }
}

/// A store that stays open while this lives.
#[derive(Debug)]
pub struct Lease {
    pool: Arc<Pool>,
    /// Some until dropped.
    store: Option<Arc<Store>>,
}

impl Lease {
    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        match &self.store {
            Some(store) => store,
            None => unreachable!("a lease holds its store until it is dropped"),
        }
    }
}

impl std::ops::Deref for Lease {
    type Target = Store;

    fn deref(&self) -> &Store {
        self.store()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(store) = self.store.take() else {
            return;
        };
        let mut state = self.pool.lock();
        if let Some(seat) = state.stores.get_mut(store.path()) {
            seat.leases = seat.leases.saturating_sub(1);
        }
        // Inside the lock, so that an idle seat's store has no owner but the seat.
        drop(store);
        drop(state);
        self.pool.freed.notify_all();
    }
}

#[cfg(test)]
mod tests;
