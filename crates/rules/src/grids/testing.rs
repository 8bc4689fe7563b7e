//! Grids and units for the tests of this module.

use wangge_model::id::RecordId;

use super::*;

pub(super) fn id(n: u32) -> RecordId {
    RecordId::mint(i64::from(n), [5; 10])
}

/// A person who signs.
pub(super) fn hand(n: u8) -> MemberId {
    MemberId::mint(1, [n; 10])
}

pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A basic grid of community 410522100201, in force since 2025.
pub(super) fn grid(n: u32, serial: u32, buildings: &[u32]) -> Grid {
    Grid {
        id: id(n),
        code: format!("410522100201{serial:03}").parse().unwrap(),
        sort: Sort::Basic,
        state: State::InForce,
        valid: Validity {
            from: Some(day("2025-01-01")),
            until: None,
        },
        buildings: buildings.iter().map(|n| id(*n)).collect(),
        replaces: Vec::new(),
        parent: None,
        exception: false,
        exception_until: None,
        drafted_by: Some(hand(1)),
        checked_by: Some(hand(2)),
        approved_by: Some(hand(3)),
        approved: Some(Hlc(u64::from(n))),
    }
}

pub(super) fn building(n: u32) -> Unit {
    Unit {
        id: id(n),
        what: What::Building,
        building: None,
        area: "410522100201001".parse().unwrap(),
        persons: 0,
    }
}

pub(super) fn household(n: u32, building: Option<u32>, persons: u32) -> Unit {
    Unit {
        id: id(n),
        what: What::Household,
        building: building.map(id),
        persons,
        ..building_area()
    }
}

fn building_area() -> Unit {
    building(0)
}

pub(super) fn codes(findings: &[crate::finding::Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code).collect()
}
