mod letters;

use super::*;
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;

fn id(n: usize) -> RecordId {
    RecordId::mint(i64::try_from(n).unwrap(), [7; 10])
}

/// A report of the hour `hour`, so many metres north of the office.
fn report(n: usize, hour: i64, north_m: i32) -> Report<'static> {
    Report {
        id: id(n),
        at: Ms(1_700_000_000_000 + hour * HOUR),
        reporter: None,
        area: None,
        place: Some(Point {
            lat_e7: 360_956_000 + north_m * 90,
            lon_e7: 1_143_926_000,
        }),
        class: Some("0137"),
        component: None,
        title: "",
        text: "",
        supports: 0,
    }
}

fn pairs(reports: &[Report<'_>]) -> Vec<(RecordId, RecordId, Relation)> {
    let found = search(reports, &Tuning::default()).into_iter();
    found
        .map(|one| (one.earlier, one.later, one.relation))
        .collect()
}

#[test]
fn near_is_50_metres_and_24_hours() {
    let first = report(1, 0, 0);
    for (other, near) in [
        (report(2, 24, 49), true),
        (report(2, 25, 0), false),
        (report(2, 0, 51), false),
        (report(2, 23, -49), true),
        (
            Report {
                class: Some("0138"),
                ..report(2, 1, 1)
            },
            false,
        ),
        (
            Report {
                class: None,
                ..report(2, 1, 1)
            },
            true,
        ),
        (
            Report {
                component: Some(id(9)),
                ..report(2, 1, 1)
            },
            true,
        ),
        (
            Report {
                place: None,
                ..report(2, 1, 1)
            },
            false,
        ),
    ] {
        let found = pairs(&[other.clone(), first.clone()]);
        assert_eq!(found.len(), usize::from(near), "{other:?}");
    }
    let of = |n, component| Report {
        component: Some(id(component)),
        ..report(n, 1, 1)
    };
    assert_eq!(pairs(&[of(1, 8), of(2, 9)]), []);
}

#[test]
fn a_component_comes_back_as_a_family() {
    let of = |n, hour| Report {
        component: Some(id(99)),
        place: None,
        ..report(n, hour, 0)
    };
    let found = pairs(&[of(3, 24 * 200), of(1, 0), of(2, 24 * 30)]);
    assert_eq!(
        found,
        [
            (id(1), id(2), Relation::Same),
            (id(2), id(3), Relation::Family)
        ]
    );
}

#[test]
fn a_storm_becomes_one_group_with_all_its_supporters() {
    let storm: Vec<Report<'_>> = (0..500)
        .map(|n| Report {
            reporter: Some(["a", "b", "c"][n % 3]),
            supports: u32::from(n == 0) * 7,
            ..report(n, i64::try_from(n).unwrap() / 40, 0)
        })
        .collect();
    let found = search(&storm, &Tuning::default());
    assert!(found.len() <= 500 * PARTNERS_MAX);
    let groups = groups(&storm, found.iter().map(|one| (one.earlier, one.later)));
    assert_eq!(groups.len(), 1);
    assert_eq!((groups[0].head, groups[0].members.len()), (id(0), 500));
    assert_eq!((groups[0].reporters, groups[0].supporters), (3, 10));
}

#[test]
fn words_join_only_what_does_not_lie_far_apart() {
    let told = |n, north_m| Report {
        class: None,
        title: "投诉丽发新城小区附近建搅拌站噪音扰民",
        text: "丽发新城小区附近的搅拌站昼夜施工，噪音太大无法睡觉",
        ..report(n, 48 * i64::try_from(n).unwrap(), north_m)
    };
    let here = told(1, 0);
    assert_eq!(pairs(&[here.clone(), told(2, 20)]).len(), 1);
    assert_eq!(pairs(&[here.clone(), told(2, 200_000)]), []);
    let nowhere = Report {
        place: None,
        ..told(2, 0)
    };
    assert_eq!(pairs(&[here, nowhere]).len(), 1);
}

#[test]
fn words_join_only_within_one_county() {
    let told = |n, area: &str, title, text| Report {
        place: None,
        class: None,
        area: Some(area.parse().unwrap()),
        title,
        text,
        ..report(n, 1, 0)
    };
    let a = told(
        1,
        "410522100201",
        "投诉丽发新城小区附近建搅拌站噪音扰民",
        "丽发新城小区附近的搅拌站昼夜施工，噪音太大无法睡觉",
    );
    let b = told(
        2,
        "410522101",
        "丽发新城附近搅拌站噪音严重扰民",
        "小区旁边建了搅拌站，灰尘满天飞，噪音太大",
    );
    let c = told(
        3,
        "410502",
        "投诉丽发新城小区附近建搅拌站噪音扰民",
        "丽发新城小区附近的搅拌站昼夜施工，噪音太大无法睡觉",
    );
    let d = told(
        4,
        "410522100201",
        "咨询住房公积金贷款",
        "首套房如何申请公积金贷款",
    );
    let found = search(&[a, b, c, d], &Tuning::default());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].earlier, found[0].later), (id(1), id(2)));
    assert!(matches!(found[0].why[..], [Why::Words(_)]));
    assert!(found[0].why[0].zh().contains('%') && found[0].why[0].en().contains('%'));
}

#[test]
fn many_reports_take_little_time() {
    const TEXTS: [&str; 8] = [
        "路灯不亮",
        "井盖破损",
        "油烟扰民",
        "噪音扰民",
        "占道经营",
        "垃圾成堆",
        "道路积水",
        "违章搭建",
    ];
    let texts: Vec<String> = (0..5_000)
        .map(|n| {
            format!(
                "{}号楼{}，{}单元门口，第{}次反映",
                n % 97,
                TEXTS[n % 8],
                n % 13,
                n % 7
            )
        })
        .collect();
    let reports: Vec<Report<'_>> = texts
        .iter()
        .enumerate()
        .map(|(n, text)| Report {
            text,
            ..report(
                n,
                i64::try_from(n).unwrap() / 2,
                i32::try_from(n * 7919 % 10_000).unwrap(),
            )
        })
        .collect();
    let start = std::time::Instant::now();
    let found = search(&reports, &Tuning::default());
    println!(
        "5,000 reports: {} pairs in {:?}",
        found.len(),
        start.elapsed()
    );
    assert!(found.len() <= 3 * 5_000 * PARTNERS_MAX);
}

fn any_reports() -> impl Strategy<Value = Vec<Report<'static>>> {
    const TEXTS: [&str; 4] = [
        "丽发新城搅拌站噪音扰民",
        "丽发新城附近搅拌站噪音",
        "路灯不亮请维修",
        "",
    ];
    let one = (
        0_i64..60,
        0_i32..120,
        0_usize..4,
        prop::option::of(0_usize..3),
    );
    prop::collection::vec(one, 0..20).prop_map(|all| {
        let reports = all.into_iter().enumerate();
        reports
            .map(|(n, (hour, north_m, text, component))| Report {
                title: TEXTS[text],
                component: component.map(|n| id(1000 + n)),
                ..report(n, hour, north_m)
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn every_replica_finds_the_same((all, shuffled) in any_reports().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))) {
        let (there, here) = (search(&all, &Tuning::default()), search(&shuffled, &Tuning::default()));
        prop_assert_eq!(&there, &here);
        let pairs = |found: &[Likeness]| found.iter().map(|one| (one.earlier, one.later)).collect::<Vec<_>>();
        prop_assert_eq!(groups(&all, pairs(&there)), groups(&shuffled, pairs(&here)));
    }

    #[test]
    fn what_is_near_is_found((hour, north_m) in (-30_i64..30, -60_i32..60)) {
        // The windows and the bands of latitude are only a short cut: nothing near may be missed.
        let (a, b) = (report(1, 0, 0), report(2, hour, north_m));
        let distance_mm = place::distance_mm(a.place.unwrap(), b.place.unwrap());
        let near = hour.abs() <= 24 && distance_mm <= 50_000;
        prop_assert_eq!(pairs(&[a, b]).len(), usize::from(near));
    }
}
