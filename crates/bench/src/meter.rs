//! What processes cost: processor time to the nanosecond, and peak memory.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Between two looks at another process's threads: one that ends between two looks takes what it did since the last one with it.
const LOOK: Duration = Duration::from_millis(100);

/// The processor time of this process, seconds.
pub(crate) fn own_cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), nanos).as_secs_f64()
}

/// From here on the peak memory of a process is counted anew.
pub(crate) fn forget_peak(process: u32) -> io::Result<()> {
    fs::write(format!("/proc/{process}/clear_refs"), "5")
}

/// The peak of a process's resident memory, bytes.
pub(crate) fn peak_rss_bytes(process: u32) -> io::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.map(|kib| kib * 1_024)
        .ok_or_else(|| io::Error::other("the system tells no peak"))
}

/// Watches the processor time of another process and its children, thread by thread.
#[derive(Debug)]
pub(crate) struct Watched {
    seen: Arc<Mutex<Seen>>,
    stop: Arc<AtomicBool>,
    looking: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Seen {
    process: u32,
    nanos: BTreeMap<(u32, u32), u64>,
}

impl Watched {
    pub(crate) fn start(process: u32) -> Self {
        let seen = Arc::new(Mutex::new(Seen {
            process,
            nanos: BTreeMap::new(),
        }));
        let stop = Arc::<AtomicBool>::default();
        let (ours, told) = (Arc::clone(&seen), Arc::clone(&stop));
        let looking = std::thread::spawn(move || {
            while !told.load(Ordering::Relaxed) {
                lock(&ours).look();
                std::thread::park_timeout(LOOK);
            }
        });
        Self {
            seen,
            stop,
            looking: Some(looking),
        }
    }

    /// What it has taken so far, seconds.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        let mut seen = lock(&self.seen);
        seen.look();
        Duration::from_nanos(seen.nanos.values().sum()).as_secs_f64()
    }

    /// Waits until it has rested for a while, and answers what it has taken then, seconds.
    pub(crate) fn at_rest(&self) -> f64 {
        const RESTED: Duration = Duration::from_millis(400);
        const RESTING_SECONDS: f64 = 0.002;
        loop {
            let before = self.cpu_seconds();
            std::thread::sleep(RESTED);
            let after = self.cpu_seconds();
            if after - before < RESTING_SECONDS {
                return after;
            }
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(looking) = self.looking.take() {
            looking.thread().unpark();
            // It only read.
            looking.join().ok();
        }
    }
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Seen {
    /// What cannot be read has ended; what it took before is known.
    fn look(&mut self) {
        let mut processes = vec![self.process];
        while let Some(process) = processes.pop() {
            for thread in numbers_in(&format!("/proc/{process}/task")) {
                let of = format!("/proc/{process}/task/{thread}");
                if let Some(nanos) = first_number(&format!("{of}/schedstat")) {
                    self.nanos.insert((process, thread), nanos);
                }
                let children = fs::read_to_string(format!("{of}/children")).unwrap_or_default();
                let children = children.split_whitespace();
                processes.extend(children.filter_map(|child| child.parse::<u32>().ok()));
            }
        }
    }
}

fn numbers_in(folder: &str) -> Vec<u32> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

fn first_number(file: &str) -> Option<u64> {
    fs::read_to_string(file)
        .ok()?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    #[test]
    fn a_process_that_works_is_seen_to_work() {
        let watched = Watched::start(std::process::id());
        let before = (watched.cpu_seconds(), own_cpu_seconds());
        let mut sum = 0_u64;
        while own_cpu_seconds() - before.1 < 0.2 {
            sum = black_box(sum.wrapping_add(1));
        }
        let taken = watched.cpu_seconds() - before.0;
        assert!((0.15..0.6).contains(&taken), "{taken}");
    }
}
