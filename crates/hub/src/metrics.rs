//! What is counted for machines: `/metrics`. Labels are bounded: hubs of the site, and words of this program.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Which hub a figure is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfHub {
    /// Its area.
    pub(crate) hub: String,
}

/// A hub and a word of this program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfWhat {
    /// The hub's area.
    pub(crate) hub: String,
    /// What is counted.
    pub(crate) what: &'static str,
}

/// The figures of a process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    /// Links that are open now.
    pub(crate) links: Family<OfHub, Gauge>,
    /// What the engine told: admitted, held, alarms, ….
    pub(crate) told: Family<OfWhat, Counter>,
    /// Links that were closed by this side, by why.
    pub(crate) closed: Family<OfWhat, Counter>,
    /// Machines that were dropped and opened anew from disk.
    pub(crate) reopened: Family<OfHub, Counter>,
    /// Records folded into rows.
    pub(crate) folded: Family<OfHub, Counter>,
    /// How long a step takes, its commit included.
    pub(crate) step_seconds: Histogram,
    /// How long a scratch proof takes, its wait for the prover included.
    pub(crate) prove_seconds: Histogram,
    /// Bytes of frames.
    pub(crate) frame_bytes: Family<OfWhat, Counter<u64, AtomicU64>>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("wangge");
        let metrics = Self {
            links: Family::default(),
            told: Family::default(),
            closed: Family::default(),
            reopened: Family::default(),
            folded: Family::default(),
            step_seconds: Histogram::new(exponential_buckets(0.000_1, 2.0, 16)),
            prove_seconds: Histogram::new(exponential_buckets(0.000_1, 2.0, 16)),
            frame_bytes: Family::default(),
            registry: Registry::default(),
        };
        registry.register("links", "Open links", metrics.links.clone());
        registry.register("told", "What the engine told", metrics.told.clone());
        registry.register(
            "closed_links",
            "Links closed by this side",
            metrics.closed.clone(),
        );
        registry.register(
            "reopened",
            "Machines opened anew from disk after an error",
            metrics.reopened.clone(),
        );
        registry.register(
            "folded_records",
            "Records folded into rows",
            metrics.folded.clone(),
        );
        registry.register_with_unit(
            "step",
            "Time of an engine step",
            Unit::Seconds,
            metrics.step_seconds.clone(),
        );
        registry.register_with_unit(
            "prove",
            "Time of a scratch proof",
            Unit::Seconds,
            metrics.prove_seconds.clone(),
        );
        registry.register_with_unit(
            "frame",
            "Bytes of frames",
            Unit::Bytes,
            metrics.frame_bytes.clone(),
        );
        Self {
            registry,
            ..metrics
        }
    }
}

impl Metrics {
    /// The text format that Prometheus reads.
    pub(crate) fn encode(&self) -> String {
        let mut text = String::new();
        // Writing into a String cannot fail; an empty page says so if it ever does.
        if encode(&mut text, &self.registry).is_err() {
            text.clear();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_appear_with_their_hub() {
        let metrics = Metrics::default();
        metrics
            .links
            .get_or_create(&OfHub {
                hub: "410522".to_owned(),
            })
            .set(3);
        assert!(
            metrics.encode().contains("wangge_links{hub=\"410522\"} 3"),
            "{}",
            metrics.encode()
        );
    }
}
