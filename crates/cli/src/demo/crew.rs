//! Phones at work: many small jobs, a few at a time.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use wangge_core::{Draft, OpenOptions, Phone, Query, Saved, SyncEnd, SyncReport};

use super::plan::PlannedPhone;
use crate::error::{CliError, Result};

/// Phones that are open at the same time: three files and a link each.
const AT_ONCE: usize = 12;
/// A slice of syncing.
const SLICE_MS: u64 = 20_000;
/// Slices until a phone that does not get through is given up.
const SLICES_MAX: u32 = 15;

/// A phone of the demo. It is opened for each job and closed after it, as an app is.
pub(crate) struct DemoPhone {
    pub(crate) plan: PlannedPhone,
    pub(crate) number: usize,
    pub(crate) enrolled: bool,
    path: PathBuf,
    key: [u8; 32],
    /// Commits that it made.
    pub(crate) commits: u64,
    pub(crate) residents: Vec<String>,
    pub(crate) matters: Vec<String>,
}

impl DemoPhone {
    pub(crate) fn new(dir: &Path, number: usize, plan: PlannedPhone) -> Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|_| CliError::Hub(wangge_hub::HubError::NoRandomness))?;
        let path = dir.join(format!("{number:04}.db"));
        Ok(Self {
            plan,
            number,
            enrolled: false,
            path,
            key,
            commits: 0,
            residents: Vec::new(),
            matters: Vec::new(),
        })
    }

    /// Opens it.
    pub(crate) fn open(&self) -> Result<Phone> {
        Ok(Phone::open(&OpenOptions::new(&self.path, self.key))?)
    }

    /// Saves acts offline; each must succeed.
    pub(crate) fn save(&mut self, phone: &Phone, drafts: &[Draft]) -> Result<Vec<Saved>> {
        let saved = phone
            .save_all(drafts)?
            .into_iter()
            .collect::<std::result::Result<Vec<_>, _>>()?;
        self.commits += u64::try_from(saved.len()).unwrap_or(u64::MAX);
        Ok(saved)
    }

    /// Learns the residents of the grid that another phone entered, in the order in which they were entered.
    pub(crate) fn look_residents_up(&mut self, phone: &Phone) -> Result<()> {
        let query = Query {
            limit: 500,
            ..Query::default()
        };
        let page = phone.list("resident", &query)?;
        self.residents = page.rows.into_iter().map(|row| row.record).collect();
        // Ids begin with the time of their making.
        self.residents.sort();
        Ok(())
    }

    /// Syncs until both sides have what the other had.
    pub(crate) fn sync(&self, phone: &Phone) -> Result<SyncReport> {
        for _ in 0..SLICES_MAX {
            let report = phone.sync_once(SLICE_MS)?;
            if report.end == SyncEnd::CaughtUp {
                return Ok(report);
            }
        }
        Err(CliError::Stuck {
            what: "a phone did not get through to its hub",
        })
    }
}

/// Does a job with each, a few at a time; the first error ends the rest.
pub(crate) fn each<T: Send>(
    items: &mut [T],
    job: impl Fn(&mut T) -> Result<()> + Sync,
) -> Result<()> {
    let waiting = Mutex::new(items.iter_mut().collect::<VecDeque<_>>());
    let next = || {
        waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                scope.spawn(|| {
                    while let Some(item) = next() {
                        if let Err(error) = job(item) {
                            // Nobody begins what will not be used.
                            waiting
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .clear();
                            return Err(error);
                        }
                    }
                    Ok(())
                })
            })
            .collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or(Err(CliError::Stuck {
                what: "a phone's thread panicked",
            }))
        })
    })
}
