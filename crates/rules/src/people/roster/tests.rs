use super::super::testing::{day, id, post};
use super::super::{Office, PostSort};
use super::*;
use proptest::prelude::*;

fn member(n: u32, employment: Employment, joined: &str, left: Option<&str>) -> Member {
    Member {
        id: id(n),
        employment: Some(employment),
        source: "hired".into(),
        joined: day(joined),
        left: left.map(day),
    }
}

#[test]
fn a_year_of_a_community() {
    let members = [
        member(1, Employment::FullTime, "2020-01-01", None),
        member(2, Employment::FullTime, "2024-07-01", Some("2025-06-30")),
        member(3, Employment::PartTime, "2025-03-01", None),
        member(4, Employment::Volunteer, "2025-07-01", None),
        member(5, Employment::Volunteer, "2026-01-01", None),
        member(6, Employment::PartTime, "2019-01-01", Some("2023-01-01")),
    ];
    let year = figures(&members, day("2025-01-01"), day("2025-12-31"));
    assert_eq!(
        (year.at_start, year.joined, year.left, year.at_end),
        (2, 2, 1, 3)
    );
    assert_eq!(year.full_time_permille, Some(333));
    assert_eq!(
        year.turnover_permille,
        Some(400),
        "one of the mean of two and three"
    );
    assert_eq!(
        year.by_employment,
        BTreeMap::from([
            (Employment::FullTime, 1),
            (Employment::PartTime, 1),
            (Employment::Volunteer, 1)
        ])
    );
    assert_eq!(year.by_source["hired"], 3);
    assert_eq!(
        (year.tenure_days_median, year.leavers_days_median),
        (Some(305), Some(364))
    );
    let nobody = figures(&[], day("2025-01-01"), day("2025-12-31"));
    assert_eq!(
        (
            nobody.full_time_permille,
            nobody.turnover_permille,
            nobody.tenure_days_median
        ),
        (None, None, None)
    );
}

#[test]
fn the_last_day_of_a_period_is_still_a_day_of_work() {
    let gone = member(1, Employment::FullTime, "2020-01-01", Some("2025-12-31"));
    let year = |year: i64| {
        let day = |month, day| Date::new(year, month, day).unwrap();
        let roster = figures(std::slice::from_ref(&gone), day(1, 1), day(12, 31));
        (roster.at_start, roster.left, roster.at_end)
    };
    assert_eq!((year(2025), year(2026)), ((1, 0, 1), (1, 1, 0)));
}

#[test]
fn vacant_days_are_those_without_a_member() {
    const GRID: &str = "410522100201001";
    let grid: Area = GRID.parse().unwrap();
    let posts = [
        Post {
            until: Some(day("2026-01-10")),
            ..post(1, 1, Office::Member, GRID)
        },
        post(2, 2, Office::Chief, GRID),
        Post {
            sort: PostSort::Cover,
            from: day("2026-01-21"),
            until: Some(day("2026-01-25")),
            ..post(3, 3, Office::Member, GRID)
        },
        Post {
            sort: PostSort::Seconded,
            from: day("2026-01-05"),
            until: Some(day("2026-01-06")),
            ..post(4, 1, Office::Member, "410522100201002")
        },
    ];
    assert_eq!(
        vacant_days(&grid, &posts, day("2026-01-01"), day("2026-01-31")),
        2 + 10 + 6
    );
    assert_eq!(
        vacant_days(&grid, &posts, day("2026-01-31"), day("2026-01-01")),
        0
    );
    assert_eq!(
        vacant_days(&grid, &[], day("2026-01-01"), day("2026-01-01")),
        1
    );
}

#[test]
fn certificates_hold_or_end_or_are_missing() {
    let members = [1, 2, 3, 4].map(|n| member(n, Employment::FullTime, "2020-01-01", None));
    let of = |n, whose, until: Option<&str>| Certificate {
        id: id(n),
        member: id(whose),
        on: day("2024-01-01"),
        valid_until: until.map(day),
    };
    let certificates = [
        of(11, 1, Some("2026-01-31")),
        of(12, 2, Some("2025-01-01")),
        of(13, 2, Some("2024-06-01")),
        of(14, 3, None),
        of(15, 3, Some("2024-06-01")),
    ];
    let found = qualification(&members, &certificates, day("2026-01-02"), 30);
    let found: Vec<_> = found
        .iter()
        .map(|finding| (finding.code, finding.ids.clone()))
        .collect();
    assert_eq!(
        found,
        [
            ("member.certificate_ends", vec![id(1), id(11)]),
            ("member.certificate_over", vec![id(2), id(12)]),
            ("member.unqualified", vec![id(4)]),
        ]
    );
}

proptest! {
    #[test]
    fn who_came_and_went_makes_the_difference(all in prop::collection::vec((0_i64..800, prop::option::of(0_i64..800)), 0..30), from in 0_i64..400, length in 0_i64..400) {
        let start = day("2024-01-01");
        let members: Vec<Member> = (1..).zip(all).map(|(n, (joined, stayed))| {
            let joined = start.plus(joined);
            Member { left: stayed.map(|days| joined.plus(days)), joined, ..member(n, Employment::FullTime, "2024-01-01", None) }
        }).collect();
        let roster = figures(&members, start.plus(from), start.plus(from + length));
        prop_assert_eq!(roster.at_start + roster.joined, roster.at_end + roster.left);
    }
}
