//! The goals for workload G, and which are met.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::sync::{LinkName, Measured, Scenario};

/// One goal and what was measured.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Goal {
    pub(crate) scenario: Scenario,
    pub(crate) link: &'static str,
    /// `bytes`, `seconds`, `cpu_seconds`, `peak_rss_bytes` or `edits_per_server_cpu_second`.
    pub(crate) what: &'static str,
    pub(crate) goal: f64,
    pub(crate) measured: f64,
    pub(crate) met: bool,
}

const GOALS: &[(Scenario, LinkName, &str, f64)] = &[
    (Scenario::S1, LinkName::Loopback, "bytes", 480_000.0),
    (Scenario::S1, LinkName::Loopback, "seconds", 0.5),
    (Scenario::S1, LinkName::Loopback, "cpu_seconds", 0.4),
    (
        Scenario::S1,
        LinkName::Loopback,
        "peak_rss_bytes",
        40_000_000.0,
    ),
    (Scenario::S1, LinkName::Slow, "seconds", 16.0),
    (Scenario::S2, LinkName::Loopback, "bytes", 4_000.0),
    (Scenario::S2, LinkName::Loopback, "seconds", 0.015),
    (Scenario::S2, LinkName::Slow, "bytes", 4_000.0),
    (Scenario::S2, LinkName::Slow, "seconds", 0.7),
    (Scenario::S3, LinkName::Loopback, "bytes", 20_000.0),
    (Scenario::S3, LinkName::Loopback, "seconds", 0.05),
    (Scenario::S3, LinkName::Loopback, "cpu_seconds", 0.06),
    (Scenario::S3, LinkName::Slow, "bytes", 20_000.0),
    (Scenario::S3, LinkName::Slow, "seconds", 1.6),
    (Scenario::S4, LinkName::Loopback, "bytes", 100_000.0),
    (
        Scenario::S5,
        LinkName::Loopback,
        "edits_per_server_cpu_second",
        2_500.0,
    ),
];

/// The goals of what was measured.
pub(crate) fn judge(scenarios: &BTreeMap<Scenario, BTreeMap<&'static str, Measured>>) -> Vec<Goal> {
    let judged = GOALS.iter().filter_map(|(scenario, link, what, goal)| {
        let measured = value(scenarios.get(scenario)?.get(link.word())?, what)?;
        let more_is_better = *what == "edits_per_server_cpu_second";
        Some(Goal {
            scenario: *scenario,
            link: link.word(),
            what,
            goal: *goal,
            measured,
            met: if more_is_better {
                measured >= *goal
            } else {
                measured <= *goal
            },
        })
    });
    judged.collect()
}

fn value(measured: &Measured, what: &str) -> Option<f64> {
    let whole = |number: u64| u32::try_from(number).map_or(f64::INFINITY, f64::from);
    match what {
        "bytes" => Some(whole(measured.bytes_up + measured.bytes_down)),
        "seconds" => Some(measured.seconds),
        "cpu_seconds" => Some(measured.cpu_seconds),
        "peak_rss_bytes" => Some(whole(measured.peak_rss_bytes)),
        _ => measured.edits_per_server_cpu_second,
    }
}
