//! A disk that breaks on command.
//!
//! [`Disk::register`] puts itself between SQLite and the system's files. It notes every write, truncation
//! and sync, so that afterwards a [`Replay`] can say what a disk may hold after a power failure at any of
//! these points: what was synced is there, and of what was written since, any part is or is not, sectors
//! torn. And it can fail: [`Disk::fail_at`] lets a chosen operation end with «disk full» or «I/O error».
//!
//! Syncs are noted and not carried out: a failing power is simulated, so the tests need not wait for disks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

mod shim;

/// A registered disk. SQLite keeps it until the process ends.
#[derive(Debug)]
pub struct Disk {
    name: String,
    notes: Arc<Notes>,
}

/// Shared with the C side.
#[derive(Debug, Default)]
struct Notes(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    log: Vec<Op>,
    recording: bool,
    /// Operations counted since the failure was set.
    count: u64,
    failure: Option<(u64, Failure)>,
}

/// One operation on a file, or a mark of the test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Bytes were written.
    Write {
        /// Where.
        file: PathBuf,
        /// From which byte on.
        offset: usize,
        /// The bytes.
        data: Vec<u8>,
    },
    /// The file got another length.
    Truncate {
        /// Which file.
        file: PathBuf,
        /// Its new length.
        len: usize,
    },
    /// All of the file reached the disk.
    Sync {
        /// Which file.
        file: PathBuf,
    },
    /// The file was deleted; taken as done at once.
    Delete {
        /// Which file.
        file: PathBuf,
    },
    /// The test was told that its transaction is durable.
    Told,
}

/// How an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// This one write finds the disk full.
    FullOnce,
    /// From here on every write finds the disk full.
    FullFromHere,
    /// This one write fails half way.
    WriteOnce,
    /// The first sync from here on fails.
    SyncOnce,
}

impl Failure {
    /// Every way to fail.
    pub const ALL: [Self; 4] = [
        Self::FullOnce,
        Self::FullFromHere,
        Self::WriteOnce,
        Self::SyncOnce,
    ];
}

impl Disk {
    /// Registers a disk under a name that no other in this process has; `wangge_store::Options::vfs` takes it.
    ///
    /// # Errors
    ///
    /// SQLite's number where it refuses.
    pub fn register(name: &str) -> Result<Self, i32> {
        let notes = Arc::<Notes>::default();
        shim::register(name, Arc::clone(&notes))?;
        Ok(Self {
            name: name.to_owned(),
            notes,
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Forgets all notes and begins to take new ones.
    pub fn record(&self) {
        *self.notes.lock() = State {
            recording: true,
            ..State::default()
        };
    }

    /// Notes that the test was told «durable».
    pub fn told(&self) {
        self.notes.lock().log.push(Op::Told);
    }

    /// The notes so far; none are taken any more.
    #[must_use]
    pub fn notes(&self) -> Vec<Op> {
        let mut state = self.notes.lock();
        state.recording = false;
        std::mem::take(&mut state.log)
    }

    /// Lets the `point`th operation from now on (from 0) fail, or the first after it that can.
    pub fn fail_at(&self, point: u64, failure: Failure) {
        *self.notes.lock() = State {
            failure: Some((point, failure)),
            ..State::default()
        };
    }

    /// The disk is well again. Whether it ever failed.
    pub fn mend(&self) -> bool {
        let mut state = self.notes.lock();
        let met = state
            .failure
            .is_none_or(|(point, failure)| failure == Failure::FullFromHere && state.count > point);
        state.failure = None;
        met
    }
}

impl Notes {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an operation; says how it fails, if it does.
    fn meet(&self, is_write: bool) -> Option<Failure> {
        let mut state = self.lock();
        let count = state.count;
        state.count += 1;
        let (point, failure) = state.failure?;
        let suits = match failure {
            Failure::FullOnce | Failure::FullFromHere | Failure::WriteOnce => is_write,
            Failure::SyncOnce => !is_write,
        };
        if count < point || !suits {
            return None;
        }
        if failure != Failure::FullFromHere {
            state.failure = None;
        }
        Some(failure)
    }

    fn note(&self, op: impl FnOnce() -> Op) {
        let mut state = self.lock();
        if state.recording {
            let op = op();
            state.log.push(op);
        }
    }
}

/// What became of the writes that no sync had followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// All are gone.
    Lost,
    /// All are there.
    Kept,
    /// Any of them are there, in whole sectors of 512 bytes.
    Torn,
}

/// Goes through the notes and says what the disk may hold.
#[derive(Debug)]
pub struct Replay {
    durable: BTreeMap<PathBuf, Vec<u8>>,
    pending: BTreeMap<PathBuf, Vec<Change>>,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

impl Replay {
    /// Begins with what the files held when the notes began.
    ///
    /// # Errors
    ///
    /// Where a file cannot be read.
    pub fn from(files: impl IntoIterator<Item = PathBuf>) -> std::io::Result<Self> {
        let mut durable = BTreeMap::new();
        for file in files {
            let bytes = std::fs::read(&file)?;
            durable.insert(file, bytes);
        }
        Ok(Self {
            durable,
            pending: BTreeMap::new(),
        })
    }

    /// Goes on by one operation.
    pub fn step(&mut self, op: &Op) {
        match op {
            Op::Write { file, offset, data } => {
                self.pending
                    .entry(file.clone())
                    .or_default()
                    .push(Change::Write(*offset, data.clone()));
            }
            Op::Truncate { file, len } => {
                self.pending
                    .entry(file.clone())
                    .or_default()
                    .push(Change::Truncate(*len));
            }
            Op::Sync { file } => {
                let content = self.durable.entry(file.clone()).or_default();
                for change in self.pending.remove(file).unwrap_or_default() {
                    change.apply(content);
                }
            }
            Op::Delete { file } => {
                self.pending.remove(file);
                self.durable.remove(file);
            }
            Op::Told => {}
        }
    }

    /// What the files hold if power fails here.
    #[must_use]
    pub fn crash(&self, fate: Fate, dice: &mut Dice) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = self.durable.clone();
        if fate == Fate::Lost {
            return files;
        }
        for (file, changes) in &self.pending {
            let content = files.entry(file.clone()).or_default();
            for change in changes {
                match fate {
                    Fate::Lost => {}
                    Fate::Kept => change.apply(content),
                    Fate::Torn => change.apply_torn(content, dice),
                }
            }
        }
        files
    }
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Truncate(len) => content.resize(*len, 0),
            Self::Write(offset, data) => put(content, *offset, data),
        }
    }

    /// Sector by sector of the disk, each with even chances.
    fn apply_torn(&self, content: &mut Vec<u8>, dice: &mut Dice) {
        match self {
            Self::Truncate(_) if dice.even() => {}
            Self::Truncate(len) => content.resize(*len, 0),
            Self::Write(offset, data) => {
                let mut from = *offset;
                let mut rest = data.as_slice();
                while !rest.is_empty() {
                    let (piece, more) = rest.split_at(rest.len().min(512 - from % 512));
                    if dice.even() {
                        put(content, from, piece);
                    }
                    from += piece.len();
                    rest = more;
                }
            }
        }
    }
}

fn put(content: &mut Vec<u8>, offset: usize, data: &[u8]) {
    let end = offset + data.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    if let Some(place) = content.get_mut(offset..end) {
        place.copy_from_slice(data);
    }
}

/// Writes a crash's files into another folder, under their own names.
///
/// # Errors
///
/// Where they cannot be written.
pub fn lay_out(files: &BTreeMap<PathBuf, Vec<u8>>, folder: &Path) -> std::io::Result<()> {
    for (file, content) in files {
        if let Some(name) = file.file_name() {
            std::fs::write(folder.join(name), content)?;
        }
    }
    Ok(())
}

/// Dice that fall the same way every time (xorshift64*).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// One of two.
    pub fn even(&mut self) -> bool {
        self.roll() >> 63 == 1
    }
}

#[cfg(test)]
mod power;
