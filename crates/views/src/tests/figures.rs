//! Figures: kept as records are folded, and equal to those folded from nothing.

use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind, Role};
use wangge_model::step::{Flow, Step, StepDetail, StepKind};
use wangge_model::time::{Date, Ms};
use wangge_model::value::Edit;

use super::{DIRECTOR, LI, ZHAO, community, open};
use crate::ViewsError;
use crate::rows::Figures;
use crate::tests::world::{GRID, OTHER_GRID, World, Writer};

const WANG: Writer = Writer(4);

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn year(world: &World, area: &str) -> Figures {
    world.views().fold_all().unwrap();
    let now: Ms = "2023-12-01T00:00:00+08:00".parse().unwrap();
    world
        .views()
        .figures(area, day("2023-01-01"), day("2024-01-01"), now)
        .unwrap()
}

/// Numerator, denominator and value of an indicator.
fn figure(figures: &Figures, code: &str) -> (i64, Option<i64>, Option<i64>) {
    let found = figures.indicator(code).expect(code);
    (found.n, found.of, found.value)
}

fn split(figures: &Figures, code: &str, key: &str) -> Option<(i64, Option<i64>)> {
    let found = figures.indicator(code).expect(code);
    let part = found.split.iter().find(|part| part.key == key)?;
    Some((part.n, part.of))
}

/// One matter led to its end, one that was given back and is late, one settled on the spot, one rejected.
fn four_matters() -> World {
    let (mut world, _) = community();
    let whole = world.report(
        LI,
        GRID,
        &[
            open("source", "12345"),
            open("sort", "service"),
            open("class", "路灯"),
        ],
    );
    world.pass(1);
    world.take(DIRECTOR, whole, StepKind::Accept, None);
    world.take(DIRECTOR, whole, StepKind::Dispatch, Some("电力公司"));
    world.pass(3);
    world.take(ZHAO, whole, StepKind::Dispose, None);
    world.take(WANG, whole, StepKind::VerifyPass, None);
    world.take(WANG, whole, StepKind::Reply, None);
    world.take(WANG, whole, StepKind::Close, None);

    let back = world.report(
        LI,
        OTHER_GRID,
        &[open("source", "patrol"), open("sort", "event")],
    );
    world.take(DIRECTOR, back, StepKind::Accept, None);
    world.take(DIRECTOR, back, StepKind::Dispatch, Some("城管局"));
    world.take(ZHAO, back, StepKind::Return, None);
    world.take(DIRECTOR, back, StepKind::Dispatch, Some("城管局"));

    let spot = world.create(
        LI,
        Kind::MATTER,
        GRID,
        &[open("title", "扶正垃圾桶"), open("source", "patrol")],
    );
    world.take(LI, spot, StepKind::SettleOnSpot, None);
    let rejected = world.report(LI, GRID, &[open("source", "resident")]);
    world.take(DIRECTOR, rejected, StepKind::Reject, None);
    world
}

#[test]
fn the_indicators_of_a_period_have_numerator_and_denominator() {
    let world = four_matters();
    let all = year(&world, "410522");
    assert_eq!(figure(&all, "reported"), (4, None, Some(4)));
    assert_eq!(figure(&all, "valid"), (3, Some(4), Some(750)));
    assert_eq!(figure(&all, "filed").0, 3);
    assert_eq!(figure(&all, "disposed").0, 2);
    assert_eq!(figure(&all, "closed").0, 2);
    assert_eq!(figure(&all, "closing"), (2, Some(3), Some(666)));
    // Seven days: all but the rejected one were due within the period, two were dealt with.
    assert_eq!(figure(&all, "to_dispose").0, 3);
    assert_eq!(figure(&all, "on_time"), (2, Some(3), Some(666)));
    assert_eq!(figure(&all, "overdue").0, 1);
    let hour = 3_600_000;
    let (n, of, mean) = figure(&all, "acceptance_time");
    assert_eq!(of, Some(2));
    assert!(n >= hour && n < hour + 20_000 && mean == Some(n / 2));
    let (n, of, _) = figure(&all, "response_mean");
    assert!(n > 4 * hour && n < 4 * hour + 20_000 && of.is_none());
    assert_eq!(figure(&all, "answered").0, 1);
    assert_eq!(
        figure(&all, "service_coordination"),
        (1, Some(4), Some(250))
    );
    assert_eq!(figure(&all, "self_found").0, 2);
    assert_eq!(figure(&all, "complained").0, 2);
    assert_eq!(split(&all, "returns", "城管局"), Some((1, Some(2))));
    assert_eq!(split(&all, "buck_passing", "城管局"), Some((1, Some(2))));
    assert_eq!(split(&all, "buck_passing", "电力公司"), Some((0, Some(1))));
    assert_eq!(figure(&all, "misclassified").1, Some(1));

    let grid = year(&world, OTHER_GRID);
    assert_eq!(
        (figure(&grid, "reported").0, figure(&grid, "closed").0),
        (1, 0)
    );
    let now = "2023-12-01T00:00:00+08:00".parse().unwrap();
    let below = |area: &str| {
        let figures = world
            .views()
            .figures_below(area, day("2023-01-01"), day("2024-01-01"), now);
        figures
            .unwrap()
            .iter()
            .map(|one| (one.area.clone(), figure(one, "reported").0))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        below("410522100"),
        [
            ("410522100201".to_owned(), 3),
            ("410522100202".to_owned(), 1)
        ]
    );
    assert_eq!(below(GRID), []);
    let before = world
        .views()
        .figures("", day("2023-11-01"), day("2023-11-15"), now)
        .unwrap();
    assert_eq!(figure(&before, "reported"), (0, None, Some(0)));
    assert_eq!(figure(&before, "on_time"), (0, Some(0), None));
    let odd = world
        .views()
        .figures("41052", day("2023-01-01"), day("2024-01-01"), now);
    assert!(matches!(
        odd,
        Err(ViewsError::Question { what: "area", .. })
    ));
}

/// Takes a step that says something besides.
fn say(world: &mut World, writer: Writer, matter: RecordId, kind: StepKind, said: StepDetail) {
    let step = Step {
        note: "因为".to_owned(),
        detail: said,
        ..Step::new(kind, writer.member(), world.now())
    };
    let mut sight = world.sight(matter);
    world.entry(writer, matter, &mut sight, step.encode());
}

#[test]
fn reports_are_counted_that_came_soon_said_what_was_so_and_were_checked_in_time() {
    let (mut world, _) = community();
    let hour = 3_600_000;
    let near = || StepDetail {
        office: Some(Role::GridMember),
        ..StepDetail::default()
    };
    let seen = |world: &World, source: &str, hours: i64| {
        let occurred = world.now().0 - hours * hour;
        [
            open("source", source),
            Edit::set(Facet::Open, "occurred_ms", occurred),
        ]
    };
    // Soon, checked at once, and as it was said.
    let fields = seen(&world, "patrol", 23);
    let soon = world.report(LI, GRID, &fields);
    say(&mut world, WANG, soon, StepKind::Check, near());
    world.take(DIRECTOR, soon, StepKind::Accept, None);
    // After more than a day, and the place was wrong.
    let fields = seen(&world, "grid_member", 25);
    let late = world.report(LI, GRID, &fields);
    world.take(DIRECTOR, late, StepKind::Accept, None);
    world.take(DIRECTOR, late, StepKind::Dispatch, Some("城管局"));
    let wrong = StepDetail {
        reason: Some("not_area".to_owned()),
        basis: Some("职责清单".to_owned()),
        ..StepDetail::default()
    };
    say(&mut world, ZHAO, late, StepKind::Return, wrong);
    // A resident's own report is nobody's duty; it was turned down.
    let fields = seen(&world, "resident", 1);
    let turned_down = world.report(LI, GRID, &fields);
    world.take(DIRECTOR, turned_down, StepKind::Reject, None);
    // One that flows only with a check, and another that was checked days later; nobody has decided on either.
    let control = StepDetail {
        flow: Some(Flow::Control),
        ..StepDetail::default()
    };
    let title = [open("title", "占道经营")];
    let unchecked = world.create(LI, Kind::MATTER, GRID, &title);
    say(&mut world, LI, unchecked, StepKind::Report, control);
    let slow = world.report(LI, GRID, &[]);
    world.pass(72);
    say(&mut world, WANG, slow, StepKind::Check, near());

    let all = year(&world, "410522");
    assert_eq!(figure(&all, "reported_on_time"), (1, Some(2), Some(500)));
    assert_eq!(figure(&all, "accuracy"), (1, Some(3), Some(333)));
    assert_eq!(figure(&all, "check_on_time"), (1, Some(3), Some(333)));
    assert_eq!(figure(&year(&world, OTHER_GRID), "accuracy").1, Some(0));
    assert_eq!(world.views().fold_equal().unwrap(), Vec::<String>::new());
}

#[test]
fn ratings_are_counted_by_what_they_say() {
    let (mut world, _) = community();
    let truth = |key: &str, truth: bool| Edit::set(Facet::Open, key, truth);
    let matter = world.report(LI, GRID, &[]).to_string();
    for (satisfied, solved) in [("very", true), ("no", false), ("none", true)] {
        let said = [
            open("matter", &matter),
            truth("responded", true),
            truth("solved", solved),
            open("satisfied", satisfied),
            Edit::set(Facet::Open, "at_ms", world.now().0),
        ];
        world.create(LI, Kind::RATING, GRID, &said);
    }
    let all = year(&world, "");
    assert_eq!(figure(&all, "response_rate"), (3, Some(3), Some(1000)));
    assert_eq!(figure(&all, "solution_rate"), (2, Some(3), Some(666)));
    assert_eq!(figure(&all, "satisfaction"), (1, Some(2), Some(500)));
    assert_eq!(world.views().fold_equal().unwrap(), Vec::<String>::new());
}

#[test]
fn a_household_is_visited_by_itself_or_through_a_resident() {
    let (mut world, resident) = community();
    let homes: Vec<String> = ["H1", "H2", "H3"]
        .map(|number| {
            world
                .create(LI, Kind::HOUSEHOLD, GRID, &[open("household_no", number)])
                .to_string()
        })
        .to_vec();
    let mut sight = world.sight(resident);
    world.edit(
        LI,
        resident,
        Kind::RESIDENT,
        &mut sight,
        &[open("household", &homes[0])],
    );
    for named in [
        open("household", &homes[0]),
        open("resident", &resident.to_string()),
        open("household", &homes[1]),
    ] {
        let at = Edit::set(Facet::Open, "at_ms", world.now().0);
        world.create(LI, Kind::VISIT, GRID, &[open("subject", "走访"), at, named]);
    }
    let all = year(&world, "");
    assert_eq!(figure(&all, "visits").0, 3);
    assert_eq!(figure(&all, "visited"), (2, Some(3), Some(666)));
    assert_eq!(split(&all, "records", "visit"), Some((3, None)));
}

#[test]
fn members_and_resources_are_counted() {
    let (mut world, _) = community();
    let mut member = String::new();
    for (name, employment, joined, left) in [
        ("甲", "full_time", "2022-01-01", ""),
        ("乙", "part_time", "2022-01-01", "2023-06-01"),
        ("丙", "volunteer", "2023-03-01", ""),
    ] {
        let mut fields = vec![
            open("name", name),
            open("employment", employment),
            open("joined", joined),
        ];
        fields.extend((!left.is_empty()).then(|| open("left", left)));
        member = world
            .create(DIRECTOR, Kind::MEMBER, GRID, &fields)
            .to_string();
    }
    let grid = |code: &str| {
        let state = open("state", "in_force");
        [
            open("name", "网格"),
            open("code", code),
            state,
            open("valid_from", "2020-01-01"),
        ]
    };
    world.create(DIRECTOR, Kind::GRID, "410522100201", &grid(GRID));
    world.create(DIRECTOR, Kind::GRID, "410522100202", &grid(OTHER_GRID));
    let post = [
        open("member", &member),
        open("office", "member"),
        open("grid", GRID),
        open("from", "2023-01-01"),
    ];
    world.create(DIRECTOR, Kind::POST, GRID, &post);
    let pool = [
        open("name", "抽水泵"),
        open("sort", "equipment"),
        Edit::set(Facet::Open, "total", 5),
    ];
    world.create(DIRECTOR, Kind::RESOURCE, GRID, &pool);

    let all = year(&world, "");
    assert_eq!(figure(&all, "members").0, 2);
    assert_eq!(figure(&all, "full_time"), (1, Some(2), Some(500)));
    assert_eq!(
        figure(&all, "turnover"),
        (2, Some(4), Some(500)),
        "of the mean of both ends"
    );
    assert_eq!(figure(&all, "vacancy"), (1, Some(2), Some(500)));
    let (n, of, value) = figure(&all, "resources");
    assert_eq!(
        (n, of, value),
        (5, Some(1), Some(5_000_000)),
        "thousandths for each thousand residents"
    );
    assert_eq!(world.views().fold_equal().unwrap(), Vec::<String>::new());
}

/// Many hands at many matters, folded in slices while it goes on, with standards that change meanwhile.
fn turmoil() -> World {
    let mut world = four_matters();
    let mut dice = 7_u32;
    let mut roll = move |sides: u32| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (dice >> 16) % sides
    };
    let mut matters = Vec::new();
    let kinds = [
        StepKind::Accept,
        StepKind::Dispatch,
        StepKind::Dispose,
        StepKind::VerifyPass,
        StepKind::VerifyFail,
        StepKind::Reopen,
        StepKind::Reply,
        StepKind::Reject,
        StepKind::Check,
    ];
    for round in 0..120 {
        let writer = [LI, ZHAO, DIRECTOR, WANG][roll(4) as usize];
        match roll(5) {
            0 => matters.push(world.report(
                writer,
                if roll(2) == 0 { GRID } else { OTHER_GRID },
                &[
                    open("source", if roll(2) == 0 { "resident" } else { "patrol" }),
                    Edit::set(Facet::Open, "occurred_ms", 1_700_000_000_000_i64),
                ],
            )),
            1 if !matters.is_empty() => {
                let matter = matters[roll(matters.len() as u32) as usize];
                let mut sight = world.sight(matter);
                let edit = [
                    open("urgency", ["2h", "24h", "7d"][roll(3) as usize]),
                    open("place", &round.to_string()),
                ];
                world.edit(writer, matter, Kind::MATTER, &mut sight, &edit);
            }
            _ if !matters.is_empty() => {
                let matter = matters[roll(matters.len() as u32) as usize];
                let kind = kinds[roll(kinds.len() as u32) as usize];
                world.take(writer, matter, kind, Some("城管局"));
            }
            _ => {}
        }
        world.pass(i64::from(roll(9)));
        world.views().fold(roll(4)).unwrap();
        if round % 40 == 20 {
            let limit = Edit::set(Facet::Open, "limit_count", i64::from(round));
            let fields = [
                open("class", "*"),
                open("stage", "handle"),
                limit,
                open("limit_unit", "emergency_hour"),
            ];
            world.create(DIRECTOR, Kind::STANDARD, "410522", &fields);
        }
    }
    world
}

#[test]
fn sums_folded_as_things_come_equal_those_folded_from_nothing() {
    let world = turmoil();
    let whole = year(&world, "410522");
    assert!(figure(&whole, "reported").0 > 20);
    assert_eq!(world.views().fold_equal().unwrap(), Vec::<String>::new());

    // The parts of an area add up to it.
    let now = "2023-12-01T00:00:00+08:00".parse().unwrap();
    let parts = world
        .views()
        .figures_below("410522100", day("2023-01-01"), day("2024-01-01"), now)
        .unwrap();
    for code in [
        "reported",
        "filed",
        "disposed",
        "closed",
        "reworks",
        "to_dispose",
        "overdue",
    ] {
        let sum: i64 = parts.iter().map(|part| figure(part, code).0).sum();
        assert_eq!(sum, figure(&whole, code).0, "{code}");
    }

    // The mutant: a sum that one record has left behind.
    world
        .store
        .views_tx(|tx| -> crate::Result<()> {
            tx.execute(
                "UPDATE view_sum SET n = n + 1 WHERE measure = 'reported' AND area = ''",
                [],
            )
            .unwrap();
            Ok(())
        })
        .unwrap();
    assert!(!world.views().fold_equal().unwrap().is_empty());
}

#[test]
fn a_record_that_cannot_be_read_any_more_leaves_the_sums() {
    let (mut world, resident) = community();
    assert_eq!(figure(&year(&world, ""), "residents").0, 1);
    let rating = world.create(
        LI,
        Kind::RATING,
        GRID,
        &[
            open("matter", &resident.to_string()),
            open("satisfied", "yes"),
        ],
    );
    world.save_raw(resident, vec![0; 9]);
    world.save_raw(rating, vec![0; 9]);
    let now = year(&world, "");
    assert_eq!(
        (figure(&now, "residents").0, figure(&now, "ratings").0),
        (0, 0)
    );
    assert_eq!(world.views().fold_equal().unwrap(), Vec::<String>::new());
}
