//! `only_one_area`: where records stand, held against who has them.

use wangge_engine::tx::DocId;
use wangge_model::area::Area;
use wangge_model::kind::Facet;

use crate::ledger::{Ledger, Made};
use crate::looking::{self, look};
use crate::mutant::{Breach, Law};
use crate::node::Node;

/// Where a record stands: by the county's word, which has heard of every move.
pub fn of(nodes: &mut [Node], made: &Made) -> Area {
    let county = nodes.first_mut();
    county
        .and_then(|county| looking::record(county, made.record))
        .map_or_else(|| made.area.clone(), |row| row.area)
}

/// Whoever answers for the area has the record there, whole; nobody else has it, and no other phone what others wrote of it.
pub fn check(nodes: &mut [Node], ledger: &Ledger) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for made in &ledger.made {
        let area = of(nodes, made);
        let known = nodes
            .first_mut()
            .and_then(|county| looking::record(county, made.record))
            .is_some();
        for node in nodes.iter_mut() {
            let seen = if node.place.area.contains(&area) {
                misses(node, made, &area, known)
            } else {
                keeps(node, made)
            };
            breaches.extend(seen.map(|what| {
                Breach::new(
                    Law::OnlyOneArea,
                    format!(
                        "record {} stands in {area}; node {} of {} {what}",
                        made.record, node.place.no, node.place.area
                    ),
                )
            }));
        }
    }
    breaches
}

fn misses(node: &mut Node, made: &Made, area: &Area, known: bool) -> Option<String> {
    let row = looking::record(node, made.record).filter(|_| known)?;
    (row.area != *area).then(|| format!("has it in {}", row.area))
}

fn keeps(node: &mut Node, made: &Made) -> Option<String> {
    if looking::record(node, made.record).is_some() {
        return Some("still has it".to_owned());
    }
    for facet in Facet::ALL {
        if looking::document(node, made.record, *facet).is_some() {
            return Some(format!("still has its {facet} document"));
        }
        let (own, doc) = (
            node.key(),
            DocId {
                record: made.record,
                facet: *facet,
            },
        );
        let history = look(node, |tx| tx.load_history(&doc));
        let others = history.iter().filter(|row| row.device != own).count();
        if node.place.is_phone() && others > 0 {
            return Some(format!("still has {others} commits of others on it"));
        }
    }
    None
}
