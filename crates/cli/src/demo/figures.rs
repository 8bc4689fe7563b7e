//! What the demo measured.

use std::path::PathBuf;

use serde::Serialize;

/// The last line of the demo's output.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Figures {
    pub(crate) hubs: usize,
    pub(crate) phones: usize,
    pub(crate) residents: u64,
    pub(crate) matters_in: u64,
    pub(crate) matters_at_county: u64,
    /// Commits that phones made.
    pub(crate) commits: u64,
    /// Commits that the county's store holds, admitted or held.
    pub(crate) commits_at_county: u64,
    /// Records on which several hands wrote concurrently, at the county.
    pub(crate) parallel: u64,
    /// Fields with several values waiting for a director, at the county.
    pub(crate) conflicts: u64,
    /// Held commits, at the county.
    pub(crate) held: u64,
    /// UDP payload of all links, upward.
    pub(crate) bytes_up: u64,
    /// UDP payload of all links, downward.
    pub(crate) bytes_down: u64,
    /// From the first phone's coming back until the county held everything.
    pub(crate) merge_seconds: f64,
    /// From the start of the program's work until the county held everything.
    pub(crate) seconds: f64,
    /// The most memory that the process ever had.
    pub(crate) peak_rss_bytes: u64,
    pub(crate) county_store: PathBuf,
}

/// The most memory that this process ever had, from the system's own count.
pub(crate) fn peak_rss_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line
        .and_then(|rest| rest.trim().strip_suffix("kB"))
        .and_then(|number| number.trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_system_counts_our_memory() {
        assert!(super::peak_rss_bytes() > 100_000);
    }
}
