//! What only time shows: records grow stale, and nobody goes back.

use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind, Role};
use wangge_model::step::{Step, StepKind};
use wangge_model::value::Edit;

use super::{ask, lines, report};
use crate::tests::world::{GRID, World};
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

/// A matter that one disposed of and the other verified and closed.
fn closed_matter(world: &mut World) -> RecordId {
    let matter = world.report(LI, GRID, &[open("source", "resident")]);
    for (who, step) in [
        (LI, StepKind::Accept),
        (ZHAO, StepKind::Dispose),
        (LI, StepKind::VerifyPass),
        (LI, StepKind::Close),
    ] {
        world.take(who, matter, step, None);
    }
    matter
}

#[test]
fn a_closed_matter_waits_for_a_return_visit_until_somebody_goes_back() {
    let (mut world, _) = community();
    let [called, checked] = [closed_matter(&mut world), closed_matter(&mut world)];
    let due = |world: &World| -> Vec<String> {
        let rows = report(world, "return_visits", GRID).rows.into_iter();
        rows.map(|row| row.cells[0].value.clone()).collect()
    };
    assert_eq!(due(&world), [""; 0], "they were closed today");
    world.pass(24 * 8);
    assert_eq!(due(&world), [called.to_string(), checked.to_string()]);
    assert_eq!(lines(&report(&world, "unanswered", GRID)).len(), 2);

    let rated = [
        open("matter", &called.to_string()),
        open("satisfied", "yes"),
        open("via", "call_back"),
    ];
    world.create(LI, Kind::RATING, GRID, &rated);
    assert_eq!(due(&world), [checked.to_string()]);
    let mut step = Step::new(StepKind::EffectPass, LI.member(), world.now());
    step.detail.office = Some(Role::GridMember);
    let mut sight = world.sight(checked);
    world.entry(LI, checked, &mut sight, step.encode());
    assert_eq!(due(&world), [""; 0]);
}
