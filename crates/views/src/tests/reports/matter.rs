use wangge_model::kind::{Facet, Kind, Role};
use wangge_model::step::StepKind;
use wangge_model::value::Edit;

use super::{ask, lines, report};
use crate::tests::world::GRID;
use crate::tests::{DIRECTOR, LI, ZHAO, community, open};

#[test]
fn limits_tell_by_which_condition_and_measure_they_are() {
    let (mut world, _) = community();
    world.grant(DIRECTOR, "李主任", Role::CommunityDirector);
    let matter = world.report(
        LI,
        GRID,
        &[
            open("class", "路灯"),
            open("measure", "count"),
            Edit::set(Facet::Open, "measured", 1_i64),
        ],
    );
    world.take(DIRECTOR, matter, StepKind::Accept, None);
    let told = lines(&ask(&world, "limits", "", &matter.to_string()).unwrap());
    let handle = told.iter().find(|line| line.starts_with("handle")).unwrap();
    assert!(
        handle.starts_with(
            "handle | B0137 | 路灯单灯不亮 | count | 1 | 1 | 04 | 1 |  | 2 working_day |"
        ),
        "{handle}"
    );
    // Accepted on a Wednesday: two working days are over at the close of office on Friday.
    world.take(DIRECTOR, matter, StepKind::Dispatch, Some("路灯管理所"));
    let told = lines(&ask(&world, "limits", "", &matter.to_string()).unwrap());
    let handle = told.iter().find(|line| line.starts_with("handle")).unwrap();
    assert!(handle.contains("| 2023-11-17 18:00 | green |"), "{handle}");
    // The calendar changes: Friday is off, and the instant moves.
    let off = [open("date", "2023-11-17"), open("sort", "holiday")];
    world.create(DIRECTOR, Kind::DAY, "410522", &off);
    let told = lines(&ask(&world, "limits", "", &matter.to_string()).unwrap());
    let handle = told.iter().find(|line| line.starts_with("handle")).unwrap();
    assert!(handle.contains("| 2023-11-20 18:00 | green |"), "{handle}");
}

#[test]
fn guidance_is_the_classs_the_standards_and_what_may_follow() {
    let (mut world, _) = community();
    let class = [
        open("code", "B0137"),
        open("name", "路灯"),
        open("taxonomy", "city"),
        open("definition", "照明灯具"),
        open("guidance", "先断电再检修"),
        open("basis", "市政条例"),
    ];
    world.create(DIRECTOR, Kind::CLASS, "410522", &class);
    let matter = world.report(
        LI,
        GRID,
        &[
            open("class", "路灯"),
            open("measure", "count"),
            Edit::set(Facet::Open, "measured", 2_i64),
        ],
    );
    let told = lines(&ask(&world, "guidance", "", &matter.to_string()).unwrap());
    for line in [
        "definition | 照明灯具 | ",
        "guidance | 先断电再检修 | ",
        "condition | 路灯单灯不亮 | ",
        "closing | 恢复照明 | ",
        "evidence | 处置前后照片 | ",
    ] {
        assert!(told.iter().any(|told| told == line), "{line}: {told:?}");
    }
    let steps: Vec<&str> = told
        .iter()
        .filter(|line| line.starts_with("step"))
        .map(|line| line.rsplit(" | ").next().unwrap())
        .collect();
    assert!(
        steps.contains(&"accept") && steps.contains(&"check"),
        "{steps:?}"
    );
    assert!(
        !steps.contains(&"dispatch") && !steps.contains(&"close"),
        "{steps:?}"
    );
}

#[test]
fn what_came_back_tells_who_had_led_and_after_how_many_days() {
    let (mut world, _) = community();
    let matter = world.report(LI, GRID, &[]);
    for (writer, kind, to) in [
        (DIRECTOR, StepKind::Accept, None),
        (DIRECTOR, StepKind::Dispatch, Some("路灯管理所")),
        (ZHAO, StepKind::Dispose, None),
        (LI, StepKind::VerifyPass, None),
        (DIRECTOR, StepKind::Close, None),
    ] {
        world.take(writer, matter, kind, to);
    }
    assert_eq!(
        lines(&report(&world, "came_back", "")),
        Vec::<String>::new()
    );
    world.pass(24 * 3);
    world.take(DIRECTOR, matter, StepKind::Reopen, None);
    let told = lines(&report(&world, "came_back", GRID));
    assert_eq!(told.len(), 1, "{told:?}");
    let begins = format!("{matter} | {GRID} | 路灯管理所 | ");
    assert!(told[0].starts_with(&begins), "{told:?}");
    assert!(told[0].ends_with(" | 3 | yes | reopen"), "{told:?}");
}

#[test]
fn a_grid_is_briefed_in_lines() {
    let (mut world, _) = community();
    let alone = [
        open("name", "赵奶奶"),
        Edit::set(Facet::Care, "lives_alone", true),
        Edit::set(Facet::Special, "group", "mental"),
    ];
    world.create(LI, Kind::RESIDENT, GRID, &alone);
    let matter = world.report(LI, GRID, &[open("class", "路灯"), open("urgency", "2h")]);
    let told = lines(&report(&world, "briefing", GRID));
    for line in [
        "there | resident | 2 | ",
        "there | component | 0 | ",
        "care | lives_alone | 1 | ",
        "care | mental | 1 | ",
        "matters | open | 1 | ",
        "matters | urgent | 1 | ",
        "matters | overdue | 0 | ",
        "matters | new_today | 1 | ",
    ] {
        assert!(told.iter().any(|told| told == line), "{line}: {told:?}");
    }
    world.take(LI, matter, StepKind::SettleOnSpot, None);
    world.pass(24 * 200);
    let told = lines(&report(&world, "briefing", GRID));
    assert!(
        told.contains(&"matters | open | 0 | ".to_owned()),
        "{told:?}"
    );
    assert!(
        told.contains(&"stale | resident | 2 | 180天以上未更新".to_owned()),
        "{told:?}"
    );
    // Nothing of it lies in the next grid.
    let told = lines(&report(&world, "briefing", "410522100202001"));
    assert!(
        told.contains(&"there | resident | 0 | ".to_owned()),
        "{told:?}"
    );
}
