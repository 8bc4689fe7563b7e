use wangge_model::kind::Kind;

use super::{lines, report};
use crate::tests::{DIRECTOR, community, open};

#[test]
fn policies_are_counted_by_level_and_department() {
    let (mut world, _) = community();
    let mut issue = |area: &str, fields: &[(&str, &str)]| {
        let edits: Vec<_> = fields.iter().map(|(key, value)| open(key, value)).collect();
        world.create(DIRECTOR, Kind::POLICY, area, &edits)
    };
    let county = [("level", "county"), ("department", "民政局")];
    let basis = issue(
        "410522",
        &[
            &county[..],
            &[("title", "甲"), ("valid_from", "2020-01-01")],
        ]
        .concat(),
    );
    let past = [
        ("title", "乙"),
        ("valid_until", "2021-12-31"),
        ("review_by", "2021-06-01"),
    ];
    issue("410522", &[&county[..], &past].concat());
    let basis = basis.to_string();
    let township = [
        ("title", "丙"),
        ("level", "township"),
        ("department", "综治办"),
        ("superior", basis.as_str()),
        ("review_by", "2023-01-01"),
    ];
    issue("410522100", &township);

    let told = report(&world, "policies", "410522100201");
    assert_eq!(
        lines(&told),
        [
            "county | 民政局 | 2 | 1 | 2 | 0",
            "township | 综治办 | 1 | 1 | 0 | 1"
        ]
    );
    // What another township issued does not hold here.
    assert_eq!(lines(&report(&world, "policies", "410522101")).len(), 1);
}
