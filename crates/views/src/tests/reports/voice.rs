//! What only time shows: records grow stale, and nobody goes back.

use wangge_model::kind::{Facet, Kind};
use wangge_model::step::StepKind;
use wangge_model::value::Edit;

use super::{ask, lines, report};
use crate::tests::world::GRID;
use crate::tests::{LI, ZHAO, community, open};

#[test]
fn what_nobody_changes_grows_stale_and_is_asked_again() {
    let (mut world, _) = community();
    let home = world.create(LI, Kind::HOUSEHOLD, GRID, &[open("household_no", "H1")]);
    let of_home = |lines: Vec<String>| -> String {
        let found = lines
            .into_iter()
            .find(|line| line.starts_with("household "));
        found.unwrap()
    };
    let counts = |line: &str| line.rsplit_once(" | ").unwrap().0.to_owned();
    let told = of_home(lines(&report(&world, "stale", GRID)));
    assert_eq!(counts(&told), "household | 1 | 1 | 0 | 0/1 | 0");
    world.pass(24 * 100);
    let told = of_home(lines(&report(&world, "stale", GRID)));
    assert_eq!(counts(&told), "household | 1 | 0 | 1 | 0/1 | 0");
    world.pass(24 * 100);
    let told = of_home(lines(&report(&world, "stale", GRID)));
    assert_eq!(counts(&told), "household | 1 | 0 | 0 | 1/1 | 0");

    let asked = |world: &_| {
        let told = ask(world, "prefill", "", &home.to_string()).unwrap();
        let number = lines(&told);
        let found = number.iter().find(|line| line.contains("| household_no |"));
        found.unwrap().split(' ').next().unwrap().to_owned()
    };
    assert_eq!(asked(&world), "stale");
    let mut sight = world.sight(home);
    let again = Edit::set(Facet::Open, "household_no", "H2");
    world.edit(LI, home, Kind::HOUSEHOLD, &mut sight, &[again]);
    assert_eq!(asked(&world), "known");
}

#[test]
fn a_closed_matter_waits_for_a_return_visit_until_somebody_goes_back() {
    let (mut world, _) = community();
    let matter = world.report(LI, GRID, &[open("source", "resident")]);
    for (who, step) in [
        (LI, StepKind::Accept),
        (ZHAO, StepKind::Dispose),
        (LI, StepKind::VerifyPass),
        (LI, StepKind::Close),
    ] {
        world.take(who, matter, step, None);
    }
    let due = |world: &_| lines(&report(world, "return_visits", GRID)).len();
    assert_eq!(due(&world), 0, "it was closed today");
    world.pass(24 * 8);
    assert_eq!(due(&world), 1);
    assert_eq!(
        due(&world),
        lines(&report(&world, "unanswered", GRID)).len()
    );
    let named = matter.to_string();
    let rated = [
        open("matter", &named),
        open("satisfied", "yes"),
        open("via", "call_back"),
    ];
    world.create(LI, Kind::RATING, GRID, &rated);
    assert_eq!(due(&world), 0);
}
