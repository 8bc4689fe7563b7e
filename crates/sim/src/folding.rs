//! What screens would show: the fold of a matter, and the rows that views count.

use std::cell::RefCell;

use wangge_engine::tx::{DocId, DocRow};
use wangge_model::doc::Doc;
use wangge_model::gate::{GateLimits, outline};
use wangge_model::id::RecordId;
use wangge_model::kind::Facet;
use wangge_rules::matter::{fold_log, read_log};
use wangge_views::{Scratch, Views};

use crate::looking::look;
use crate::mutant::{Breach, Law};
use crate::node::Node;

/// A matter's state as this node folds it, as text. With `by_arrival` its log is put in the order in which the node heard of its entries: the planted
/// mistake of `same_verdict`.
pub fn matter_state(node: &mut Node, record: RecordId, row: &DocRow, by_arrival: bool) -> String {
    let Ok(doc) = Doc::load(&row.save) else {
        return "a document that does not load".to_owned();
    };
    let fields = doc.entries();
    let (mut entries, unreadable) = read_log(&fields);
    if by_arrival {
        let arrived = arrivals(node, record);
        for entry in &mut entries {
            entry.op.counter = arrived
                .iter()
                .position(|key| *key == entry.key)
                .map_or(u64::MAX, |at| at as u64);
        }
    }
    format!("{:?} {unreadable:?}", fold_log(&entries))
}

/// The keys that a record's open document got, in the order of arrival here.
fn arrivals(node: &mut Node, record: RecordId) -> Vec<String> {
    let history = look(node, |tx| {
        tx.load_history(&DocId {
            record,
            facet: Facet::Open,
        })
    });
    let changes = history
        .iter()
        .flat_map(|row| &row.parts)
        .filter_map(|part| outline(&part.change, &GateLimits::default()).ok());
    changes
        .flat_map(|change| change.ops.into_iter().map(|op| op.key))
        .collect()
}

thread_local! {
    /// Laying the tables costs more than a node's whole fold: once a worker is enough.
    static SCRATCH: RefCell<Option<Scratch>> = const { RefCell::new(None) };
}

/// `fold_equal`: rows folded as things came equal rows folded from nothing. The planted mistake counts a touched record as folded that was not.
pub fn check(nodes: &mut [Node], mutant: Option<Law>) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for node in nodes {
        match differences(node, mutant == Some(Law::FoldEqual)) {
            Ok(rows) => breaches.extend(rows.first().map(|row| {
                Breach::new(
                    Law::FoldEqual,
                    format!(
                        "node {}: {} rows differ, the first: {row}",
                        node.place.no,
                        rows.len()
                    ),
                )
            })),
            Err(error) => breaches.push(Breach::new(
                Law::FoldEqual,
                format!("node {}: {error}", node.place.no),
            )),
        }
    }
    breaches
}

/// Where a node's rows differ from rows folded anew. Folding goes in small slices, as it does beside a busy hub.
fn differences(node: &Node, skip_one: bool) -> Result<Vec<String>, wangge_views::ViewsError> {
    let views = Views::new(node.disk.store())?;
    if skip_one {
        skip_last(node, &views)?;
    }
    while views.fold(7)?.behind > 0 {}
    SCRATCH.with_borrow_mut(|kept| {
        let mut scratch = match kept.take() {
            Some(scratch) => scratch,
            None => Scratch::open()?,
        };
        let rows = views.fold_equal_in(&mut scratch);
        *kept = Some(scratch);
        rows
    })
}

/// The planted mistake: the journal's last entry is passed over.
fn skip_last(node: &Node, views: &Views<'_>) -> Result<(), wangge_views::ViewsError> {
    while views.fold(1)?.behind > 1 {}
    node.disk.store().views_tx(|tx| {
        // Where nothing is left to fold there is nothing to pass over.
        let _passed = tx.execute("UPDATE view_mark SET cursor = max(cursor, (SELECT coalesce(max(number), 0) FROM touched))", []);
        Ok::<_, wangge_views::ViewsError>(())
    })
}

/// Folds a few records, as a hub does beside its other work.
///
/// # Errors
/// Views' own.
pub fn fold_some(node: &Node, records_max: u32) -> Result<(), wangge_views::ViewsError> {
    Views::new(node.disk.store())?.fold(records_max).map(|_| ())
}
