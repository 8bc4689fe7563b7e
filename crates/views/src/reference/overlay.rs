//! What a local row changes against what stands above it (R16, R20): the next wider area that speaks of the same, or what ships.

use wangge_model::field::{Field, fields};
use wangge_model::kind::Kind;

use super::{Entry, Reference, cells, shipped};

/// A row of a narrower area that stands before one of a wider.
#[derive(Debug)]
pub(crate) struct Overlaid<'a> {
    pub(crate) kind: Kind,
    /// What both speak of, as one text.
    pub(crate) key: String,
    pub(crate) area: &'a str,
    pub(crate) record: &'a str,
    /// The area above; empty for what ships, `None` where nothing spoke of it.
    pub(crate) above: Option<&'a str>,
    /// The fields that differ: which, what stood above, what stands here.
    pub(crate) fields: Vec<(&'static Field, &'a str, &'a str)>,
}

/// Fields that say when and why a row was made rather than what it decides.
const TELLING: [&str; 4] = ["valid_from", "valid_until", "version", "note"];

impl Reference {
    /// The rows that count somewhere in an area and speak of what a wider area, or the default set, speaks of as well; and those that nothing
    /// above speaks of.
    pub(crate) fn overlays(&self, area: &str) -> Vec<Overlaid<'_>> {
        let meets = |entry: &&Entry| entry.area.starts_with(area) || area.starts_with(&entry.area);
        let mut found: Vec<Overlaid<'_>> = self
            .entries
            .iter()
            .filter(meets)
            .map(|entry| self.overlay(entry))
            .collect();
        found.sort_by(|a, b| (a.area, a.kind, &a.key).cmp(&(b.area, b.kind, &b.key)));
        found
    }

    fn overlay<'a>(&'a self, entry: &'a Entry) -> Overlaid<'a> {
        let key = cells::key(entry.kind, &entry.cells);
        let wider = |other: &&Entry| {
            other.kind == entry.kind
                && other.area.len() < entry.area.len()
                && entry.area.starts_with(&other.area)
                && cells::key(other.kind, &other.cells) == key
        };
        let held = self.entries.iter().filter(wider);
        let nearest = held.max_by_key(|other| (other.area.len(), other.validity.from));
        let above = nearest
            .map(|other| (other.area.as_str(), other.cells.as_str()))
            .or_else(|| {
                let mut shipped = shipped::lines(entry.kind).iter();
                let same = shipped.find(|line| cells::key(entry.kind, line) == key);
                same.map(|line| ("", line.as_str()))
            });
        let mut differ = Vec::new();
        for field in fields(entry.kind) {
            let here = cells::cell(entry.kind, &entry.cells, field.key);
            let there = above.map_or("", |(_, line)| cells::cell(entry.kind, line, field.key));
            if here != there && !TELLING.contains(&field.key) {
                differ.push((field, there, here));
            }
        }
        Overlaid {
            kind: entry.kind,
            key: key.join(" "),
            area: &entry.area,
            record: &entry.record,
            above: above.map(|(area, _)| area),
            fields: differ,
        }
    }
}
