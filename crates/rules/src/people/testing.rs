//! Posts for the tests of this module and its neighbours.

use wangge_model::id::RecordId;

use super::*;

pub(crate) fn id(n: u32) -> RecordId {
    RecordId::mint(i64::from(n), [6; 10])
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A regular post of member `member` in an area, since 2025.
pub(crate) fn post(n: u32, member: u32, office: Office, area: &str) -> Post {
    Post {
        id: id(n),
        member: id(member),
        office,
        area: area.parse().unwrap(),
        sort: PostSort::Regular,
        from: day("2025-01-01"),
        until: None,
        successor: None,
        handed_over: None,
        taken_over: None,
    }
}
