//! The world's territory: one county, two townships, three communities, eight phones on five grids.

use wangge_model::area::Area;
use wangge_model::kind::{Level, Role};

/// A node's number in the world.
pub type NodeNo = usize;

/// A node as it is founded.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its number.
    pub no: NodeNo,
    /// The hub above it.
    pub parent: Option<NodeNo>,
    /// Grid for a phone, else the hub's level.
    pub level: Level,
    /// The area that it answers for, or works in.
    pub area: Area,
    /// For people.
    pub name: String,
}

impl Place {
    /// Whether it is a phone.
    #[must_use]
    pub fn is_phone(&self) -> bool {
        self.level == Level::Grid
    }

    /// The office of whoever acts here.
    #[must_use]
    pub fn role(&self) -> Role {
        match self.level {
            Level::Community => Role::CommunityDirector,
            Level::Township => Role::TownshipHead,
            Level::County | Level::City | Level::Province => Role::CountyHead,
            Level::Grid => Role::GridMember,
        }
    }
}

/// Codes, parents and levels; parents stand before their children. Two grids have two phones, for people who work on the same records.
const TREE: [(&str, Option<NodeNo>); 14] = [
    ("410522", None),
    ("410522100", Some(0)),
    ("410522200", Some(0)),
    ("410522100001", Some(1)),
    ("410522100002", Some(1)),
    ("410522200001", Some(2)),
    ("410522100001001", Some(3)),
    ("410522100001001", Some(3)),
    ("410522100001002", Some(3)),
    ("410522100002001", Some(4)),
    ("410522100002001", Some(4)),
    ("410522200001001", Some(5)),
    ("410522200001001", Some(5)),
    ("410522200001002", Some(5)),
];

/// Every node, parents first.
#[must_use]
pub fn places() -> Vec<Place> {
    TREE.iter()
        .enumerate()
        .filter_map(|(no, (code, parent))| {
            let area: Area = code.parse().ok()?;
            Some(Place {
                no,
                parent: *parent,
                level: area.level(),
                name: format!("{}-{no}", area.level().word()),
                area,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_has_three_levels_of_hubs_and_phones_that_share_grids() {
        let places = places();
        assert_eq!(places.len(), TREE.len());
        for place in &places {
            if let Some(parent) = place.parent {
                assert!(parent < place.no && places[parent].area.contains(&place.area));
            }
        }
        assert!(places.iter().filter(|place| place.is_phone()).count() >= 6);
    }
}
