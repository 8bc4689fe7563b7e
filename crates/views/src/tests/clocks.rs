//! Due dates, lights and escalation, from reference data that may change later.

use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind, Level, Role};
use wangge_model::step::StepKind;
use wangge_model::time::Ms;
use wangge_model::value::Edit;

use super::{DIRECTOR, LI, ZHAO, community, open};
use crate::rows::{Light, Order, Query, RecordRow};
use crate::tests::world::{GRID, OTHER_GRID, World};
use crate::{Reveal, ViewsError};

/// 2023-11-15 is a Wednesday; the world begins in it at 06:13:20.
fn at(text: &str) -> Ms {
    text.parse().unwrap()
}

fn matters(world: &World, query: &Query) -> Vec<RecordRow> {
    let page = world
        .views()
        .records(Kind::MATTER, query, Reveal::Masked)
        .unwrap();
    assert_eq!(page.total, page.rows.len() as u64);
    page.rows
}

fn now(text: &str) -> Query {
    Query {
        now_ms: Some(at(text).0),
        ..Query::default()
    }
}

fn due(world: &World, matter: RecordId) -> Option<i64> {
    world.views().fold_all().unwrap();
    let record = world
        .views()
        .record(&matter.to_string(), Reveal::Masked)
        .unwrap();
    record.row.clock.unwrap().due_ms
}

fn standard(world: &mut World, area: &str, hours: i64) -> RecordId {
    let fields = [
        open("class", "*"),
        open("stage", "accept"),
        Edit::set(Facet::Open, "limit_count", hours),
        open("limit_unit", "emergency_hour"),
    ];
    world.create(DIRECTOR, Kind::STANDARD, area, &fields)
}

#[expect(
    clippy::too_many_lines,
    reason = "a matter is followed through all of its lights"
)]
#[test]
fn what_waits_too_long_turns_yellow_and_red_and_rises() {
    let (mut world, _) = community();
    let matter = world.report(LI, GRID, &[open("source", "12345")]);
    world.views().fold_all().unwrap();
    // Two working hours from eight o'clock.
    let ten = at("2023-11-15T10:00:00+08:00");
    for (hour, light) in [
        ("2023-11-15T09:29:59+08:00", Light::Green),
        ("2023-11-15T09:30:00+08:00", Light::Yellow),
        ("2023-11-15T10:00:00+08:00", Light::Yellow),
        ("2023-11-15T10:00:01+08:00", Light::Red),
    ] {
        let clock = matters(&world, &now(hour)).remove(0).clock.unwrap();
        assert_eq!(
            (clock.light, clock.due_ms),
            (Some(light), Some(ten.0)),
            "{hour}"
        );
        assert_eq!(clock.wait.unwrap().code, "accept");
    }
    let overdue = |hour: &str, overdue: bool| {
        let query = Query {
            overdue: Some(overdue),
            ..now(hour)
        };
        matters(&world, &query).len()
    };
    assert_eq!(overdue("2023-11-15T10:00:00+08:00", true), 0);
    assert_eq!(overdue("2023-11-15T10:00:01+08:00", true), 1);
    assert_eq!(overdue("2023-11-15T10:00:01+08:00", false), 0);
    // Acceptance tells the community when it is due, the township at twice the limit, the county at four times.
    let told = |world: &World, hour: &str| {
        let page = world.views().escalations("410522", at(hour), 0, 0).unwrap();
        page.rows
            .first()
            .map(|row| (row.to_level, row.to_area.clone(), row.to_role))
    };
    assert_eq!(told(&world, "2023-11-15T09:59:59+08:00"), None);
    let community = (
        Level::Community,
        "410522100201".to_owned(),
        Role::CommunityDirector,
    );
    assert_eq!(told(&world, "2023-11-15T10:00:00+08:00"), Some(community));
    // Nobody holds the office by a post or a grant, then somebody above does, then its own head.
    let named = |world: &World| {
        world.views().fold_all().unwrap();
        let noon = at("2023-11-15T10:00:00+08:00");
        let page = world.views().escalations("410522", noon, 0, 0).unwrap();
        page.rows[0].to_name.clone()
    };
    assert_eq!(named(&world), "");
    for (name, office, area) in [
        ("钱镇长", "township_head", "410522100"),
        ("李主任", "community_director", "410522100201"),
    ] {
        let member = world.create(DIRECTOR, Kind::MEMBER, area, &[open("name", name)]);
        let post = [
            open("member", &member.to_string()),
            open("office", office),
            open("grid", area),
            open("from", "2022-01-01"),
        ];
        world.create(DIRECTOR, Kind::POST, area, &post);
        assert_eq!(named(&world), name);
    }
    let township = told(&world, "2023-11-15T15:00:00+08:00").unwrap();
    assert_eq!(
        (township.0, township.1.as_str()),
        (Level::Township, "410522100")
    );
    assert_eq!(
        told(&world, "2023-11-16T18:00:00+08:00").unwrap().2,
        Role::CountyHead
    );
    let clock = matters(&world, &now("2023-11-16T18:00:00+08:00"))
        .remove(0)
        .clock
        .unwrap();
    assert_eq!(
        (clock.escalated_to, clock.age_days),
        (Some(Level::County), Some(1))
    );

    world.take(DIRECTOR, matter, StepKind::Accept, None);
    world.views().fold_all().unwrap();
    assert_eq!(told(&world, "2023-11-15T15:00:00+08:00"), None, "accepted");
    assert_eq!(world.views().fold_equal().unwrap(), Vec::<String>::new());
}

#[test]
fn lists_are_ordered_by_due_instant_and_by_age() {
    let (mut world, _) = community();
    let calm = world.report(LI, GRID, &[]);
    world.pass(1);
    let urgent = world.report(ZHAO, OTHER_GRID, &[open("urgency", "2h")]);
    let empty = world.create(LI, Kind::MATTER, GRID, &[open("title", "未上报")]);
    world.views().fold_all().unwrap();
    let order = |order| {
        let rows = matters(
            &world,
            &Query {
                order,
                ..Query::default()
            },
        );
        rows.into_iter().map(|row| row.record).collect::<Vec<_>>()
    };
    let ids = |ids: [RecordId; 3]| ids.map(|id| id.to_string()).to_vec();
    assert_eq!(order(Order::Due), ids([urgent, calm, empty]));
    assert_eq!(order(Order::Oldest), ids([calm, urgent, empty]));
    let soon = Query {
        due_before_ms: Some(at("2023-11-15T08:00:00+08:00").0),
        ..Query::default()
    };
    assert_eq!(matters(&world, &soon).len(), 1);
    let ageing = world
        .views()
        .ageing("410522", at("2023-11-19T12:00:00+08:00"))
        .unwrap();
    let filled: Vec<_> = ageing
        .buckets
        .iter()
        .filter(|bucket| bucket.matters > 0)
        .collect();
    assert_eq!((ageing.open, ageing.overdue, filled.len()), (2, 2, 1));
    assert_eq!((filled[0].from_days, filled[0].urgent), (3, 1));
    let question = Query {
        overdue: Some(true),
        ..Query::default()
    };
    let views = world.views();
    let asked = views.records(Kind::MATTER, &question, Reveal::Masked);
    assert!(matches!(
        asked,
        Err(ViewsError::Question {
            what: "overdue",
            ..
        })
    ));
}

#[test]
fn a_standard_that_comes_later_moves_every_due_instant_by_bounded_steps() {
    let (mut world, _) = community();
    let matters: Vec<RecordId> = (0..9).map(|_| world.report(LI, GRID, &[])).collect();
    let ten = at("2023-11-15T10:00:00+08:00").0;
    assert_eq!(due(&world, matters[0]), Some(ten));

    let county = standard(&mut world, "410522", 30);
    let views = world.views();
    assert_eq!(
        views.fold(1).unwrap().behind,
        9,
        "every matter is to be folded anew"
    );
    assert_eq!(views.as_of().unwrap().behind, 9);
    let progress = views.fold(4).unwrap();
    assert_eq!((progress.folded, progress.behind), (4, 5));
    assert_eq!(views.fold_all().unwrap().behind, 0);
    let record = world
        .views()
        .record(&matters[8].to_string(), Reveal::Masked);
    let reported = record.unwrap().row.clock.unwrap().reported_ms.unwrap();
    let hours = |hours: i64| Some(reported + hours * 3_600_000);
    assert_eq!(due(&world, matters[8]), hours(30));
    assert_eq!(world.views().fold_equal().unwrap(), Vec::<String>::new());

    // The nearest area above wins, whatever came first.
    let township = standard(&mut world, "410522100", 20);
    assert_eq!(due(&world, matters[8]), hours(20));
    standard(&mut world, "410522101", 1);
    assert_eq!(due(&world, matters[8]), hours(20), "another township's");

    // What was not in force any more on the day of filing leaves it to the county's, and that to the default set.
    for (standard, left) in [(township, hours(30)), (county, Some(ten))] {
        let mut sight = world.sight(standard);
        let ended = [open("valid_until", "2023-11-14")];
        world.edit(DIRECTOR, standard, Kind::STANDARD, &mut sight, &ended);
        assert_eq!(due(&world, matters[8]), left);
    }
    assert_eq!(world.views().fold_equal().unwrap(), Vec::<String>::new());
}

#[test]
fn a_day_off_that_comes_later_moves_what_is_counted_in_working_time() {
    let (mut world, _) = community();
    let matter = world.report(LI, GRID, &[]);
    assert_eq!(due(&world, matter), Some(at("2023-11-15T10:00:00+08:00").0));
    let off = [open("date", "2023-11-15"), open("sort", "holiday")];
    world.create(DIRECTOR, Kind::DAY, "410522", &off);
    assert_eq!(due(&world, matter), Some(at("2023-11-16T10:00:00+08:00").0));
    assert_eq!(world.views().fold_equal().unwrap(), Vec::<String>::new());
}

#[test]
fn reference_data_is_read_once_and_anew_when_it_changed() {
    let (mut world, _) = community();
    world.views().fold_all().unwrap();
    let area = GRID.parse().unwrap();
    let on = at("2023-11-15T10:00:00+08:00").date();
    let before = world.views().reference(&area, on).unwrap();
    assert!(before.classes().len() > 300, "the default set");
    let again = world.views().reference(&area, on).unwrap();
    assert!(std::sync::Arc::ptr_eq(&before, &again));

    let class = |code: &str, name: &str| {
        [
            open("code", code),
            open("name", name),
            open("taxonomy", "own"),
        ]
    };
    world.create(DIRECTOR, Kind::CLASS, "410522", &class("X1", "路灯"));
    world.create(DIRECTOR, Kind::CLASS, "410522100", &class("X1", "照明"));
    world.create(DIRECTOR, Kind::CLASS, "410522101", &class("X2", "别处"));
    world.views().fold_all().unwrap();
    let now = world.views().reference(&area, on).unwrap();
    let names: Vec<&str> = now
        .classes()
        .iter()
        .map(|class| class.name.as_str())
        .collect();
    assert_eq!(names, ["照明"]);
    assert_eq!(
        (now.class_code("照明"), now.class_code("没有")),
        ("X1", "没有")
    );
    let head = now.table(Kind::CLASS).lines().next().unwrap();
    assert!(head.starts_with("code\tname\t"));
    assert_eq!(now.table(Kind::CLASS).lines().count(), 2);
}
