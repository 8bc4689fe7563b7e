use super::super::norm::{DEFAULT_SET, parse};
use super::super::testing::{codes, day, grid, id};
use super::*;
use proptest::prelude::*;

fn norms() -> Vec<Norm> {
    parse(DEFAULT_SET).0
}

fn size(households: u32, persons: u32) -> Size {
    Size {
        households,
        persons,
    }
}

const TODAY: &str = "2026-03-01";

#[test]
fn households_and_persons_are_both_measured() {
    let grid = grid(1, 1, &[]);
    for (measured, found) in [
        (size(400, 1000), vec![]),
        (size(300, 700), vec![]),
        (size(501, 1300), vec!["sizing.households_high"]),
        (
            size(299, 1501),
            vec!["sizing.households_low", "sizing.persons_high"],
        ),
        (
            size(150, 400),
            vec!["sizing.households_low", "sizing.persons_low"],
        ),
    ] {
        assert_eq!(
            codes(&judge(&grid, measured, &norms(), day(TODAY))),
            found,
            "{measured:?}"
        );
    }
    let hard = judge(&grid, size(701, 1000), &norms(), day(TODAY));
    assert_eq!(
        (hard[0].weight, hard[0].ids.clone()),
        (Weight::Hard, vec![id(1)])
    );
    assert!(hard[0].zh.contains("300-500") && hard[0].en.contains("701"));
    let shop = Grid {
        sort: Sort::Exclusive,
        ..grid
    };
    assert_eq!(judge(&shop, size(0, 0), &norms(), day(TODAY)), []);
}

#[test]
fn an_exception_has_a_reason_and_an_end() {
    let of = |until: Option<&str>| Grid {
        exception: true,
        exception_until: until.map(day),
        ..grid(1, 1, &[])
    };
    let judged = |until| judge(&of(until), size(900, 1000), &norms(), day(TODAY));
    let good = judged(Some(TODAY));
    assert_eq!(
        (codes(&good), good[0].weight),
        (vec!["sizing.households_high"], Weight::Soft)
    );
    let over = judged(Some("2026-02-28"));
    assert_eq!(
        (codes(&over), over[0].weight),
        (
            vec!["sizing.households_high", "sizing.exception_over"],
            Weight::Hard
        )
    );
    assert_eq!(
        codes(&judged(None)),
        ["sizing.households_high", "sizing.exception_open"]
    );
}

#[test]
fn a_large_grid_is_cut_where_the_parts_are_most_alike() {
    let buildings: Vec<_> = [90, 110, 100, 140, 80, 120, 60, 100]
        .iter()
        .zip(10..)
        .map(|(households, n)| (id(n), size(*households, households * 5 / 2)))
        .collect();
    let cut = split(&buildings, Sort::Basic, &norms(), day(TODAY)).unwrap();
    assert_eq!(
        cut.parts
            .iter()
            .map(|part| part.1.households)
            .collect::<Vec<_>>(),
        [440, 360]
    );
    assert_eq!(cut.parts[0].0, [id(10), id(11), id(12), id(13)]);
    // 1,350 households need three parts; one building of 800 cannot be cut.
    let large: Vec<_> = (0..27).map(|n| (id(n), size(50, 125))).collect();
    let cut = split(&large, Sort::Basic, &norms(), day(TODAY)).unwrap();
    assert_eq!(
        cut.parts
            .iter()
            .map(|part| part.1.households)
            .collect::<Vec<_>>(),
        [450, 450, 450]
    );
    assert_eq!(
        split(
            &[(id(1), size(800, 1000))],
            Sort::Basic,
            &norms(),
            day(TODAY)
        ),
        None
    );
    assert_eq!(split(&[], Sort::Basic, &norms(), day(TODAY)), None);
}

#[test]
fn small_neighbours_are_joined() {
    let (a, b, c, d) = (
        grid(1, 1, &[]),
        grid(2, 2, &[]),
        grid(3, 3, &[]),
        grid(4, 4, &[]),
    );
    let grids = [
        (&a, size(150, 400)),
        (&b, size(350, 800)),
        (&c, size(250, 600)),
        (&d, size(260, 600)),
    ];
    let merged = merges(
        &grids,
        &[(id(2), id(1)), (id(1), id(3)), (id(3), id(4))],
        &norms(),
        day(TODAY),
    );
    assert_eq!(
        merged,
        [Merge {
            small: id(1),
            into: id(3),
            size: size(400, 1000)
        }]
    );
    assert_eq!(merges(&grids, &[], &norms(), day(TODAY)), []);
}

proptest! {
    #[test]
    fn a_cut_keeps_every_building_once_and_every_part_fits(sizes in prop::collection::vec(20_u32..200, 0..20)) {
        let buildings: Vec<_> = sizes.iter().zip(0..).map(|(households, n)| (id(n), size(*households, households * 5 / 2))).collect();
        if let Some(cut) = split(&buildings, Sort::Basic, &norms(), day(TODAY)) {
            let ids: Vec<_> = cut.parts.iter().flat_map(|part| part.0.clone()).collect();
            prop_assert_eq!(ids, buildings.iter().map(|one| one.0).collect::<Vec<_>>());
            prop_assert!(cut.parts.len() >= 2 && cut.parts.iter().all(|part| fits(part.1, Sort::Basic, &norms(), day(TODAY))));
        } else {
            // Nothing fits: in particular no cut in two.
            let two = (1..buildings.len()).any(|at| {
                let sum = |part: &[(_, Size)]| part.iter().fold(Size::default(), |sum, one| sum.plus(one.1));
                [&buildings[..at], &buildings[at..]].iter().all(|part| fits(sum(part), Sort::Basic, &norms(), day(TODAY)))
            });
            prop_assert!(!two);
        }
    }
}
