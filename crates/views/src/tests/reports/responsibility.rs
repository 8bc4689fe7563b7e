use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind, Role};
use wangge_model::step::StepKind;
use wangge_model::value::Edit;

use super::{ask, lines, report};
use crate::tests::world::{GRID, World};
use crate::tests::{DIRECTOR, LI, community, open};

const COUNTY: &str = "410522";
const STREET: &str = "410522100";

fn issue(world: &mut World, kind: Kind, area: &str, fields: &[(&str, &str)]) -> RecordId {
    let edits: Vec<_> = fields.iter().map(|(key, value)| open(key, value)).collect();
    world.create(DIRECTOR, kind, area, &edits)
}

/// The county gives lamps to the lighting office; the street has its own for all events, and the police assist.
fn duties(world: &mut World) {
    let lamp = [
        ("class", "B0137"),
        ("part", "lead"),
        ("level", "county"),
        ("unit", "路灯管理所"),
        ("rights", "可协调供电单位"),
        ("duties", "修复照明"),
        ("basis", "职责清单3"),
        ("limit_unit", "working_day"),
        ("list", "basic"),
    ];
    let edits = lamp.iter().map(|(key, value)| open(key, value));
    let limit = Edit::set(Facet::Open, "limit_count", 2_i64);
    let edits: Vec<_> = edits.chain([limit]).collect();
    world.create(DIRECTOR, Kind::DUTY, COUNTY, &edits);
    let street = [
        ("class", "E"),
        ("part", "lead"),
        ("level", "township"),
        ("unit", "综合执法队"),
    ];
    issue(world, Kind::DUTY, STREET, &street);
    let police = [("class", "B0137"), ("part", "assist"), ("unit", "派出所")];
    issue(world, Kind::DUTY, COUNTY, &police);
    let edits = [
        open("class", "*"),
        open("part", "lead"),
        open("level", "county"),
        open("unit", "网格中心"),
        Edit::set(Facet::Open, "fallback", true),
    ];
    world.create(DIRECTOR, Kind::DUTY, COUNTY, &edits);
}

#[test]
fn each_class_has_one_lead_or_is_told_as_a_hole() {
    let (mut world, _) = community();
    duties(&mut world);
    let told = report(&world, "matrix", "410522100201");
    let of = |code: &str| {
        let found = lines(&told).into_iter().find(|line| line.starts_with(code));
        found.unwrap()
    };
    assert_eq!(
        of("B0137"),
        "B0137 | county | 路灯管理所 | lead | 派出所 | 1 | 可协调供电单位 | 修复照明 | 2 working_day | 职责清单3 | "
    );
    assert_eq!(
        of("B0101"),
        "B0101 | county | 网格中心 | fallback |  | 0 |  |  |  |  | hole"
    );
    assert!(of("E0").contains("综合执法队 | lead"));
    // Another street has no lead for events.
    let other = report(&world, "matrix", "410522101");
    assert!(
        lines(&other)
            .iter()
            .any(|line| line.starts_with('E') && line.ends_with("hole"))
    );
}

#[test]
fn a_component_goes_to_its_owner_first_and_what_was_returned_to_the_next() {
    let (mut world, _) = community();
    world.grant(DIRECTOR, "李主任", Role::CommunityDirector);
    duties(&mut world);
    let lamp = [
        ("code", "4105220101370001"),
        ("name", "路灯1"),
        ("owner", "供电公司"),
    ];
    let lamp = issue(&mut world, Kind::COMPONENT, GRID, &lamp);
    let matter = world.report(
        LI,
        GRID,
        &[open("class", "路灯"), open("component", &lamp.to_string())],
    );
    let proposed = |world: &World| lines(&ask(world, "dispatch", "", &matter.to_string()).unwrap());
    assert_eq!(
        proposed(&world),
        [
            "lead | 供电公司 | owner | owner |  |  |  | ",
            "lead | 路灯管理所 | lead | owner | county | 410522 | 2 working_day | 职责清单3",
            "lead | 网格中心 | fallback | owner | county | 410522 |  | ",
            "assist | 派出所 | assist |  |  |  |  | ",
        ]
    );
    // An event of the street goes to the street, and the county's fallback owner stands behind it.
    let event = world.report(LI, GRID, &[open("class", "E01")]);
    let told = lines(&ask(&world, "dispatch", "", &event.to_string()).unwrap());
    assert_eq!(
        told,
        [
            "lead | 综合执法队 | lead | territory | township | 410522100 |  | ",
            "lead | 网格中心 | fallback | territory | county | 410522 |  | ",
        ]
    );
}

#[test]
fn duty_lists_stand_in_their_versions_with_what_contradicts() {
    let (mut world, _) = community();
    let own = [
        ("unit", "水冶镇"),
        ("class", "E01"),
        ("part", "lead"),
        ("level", "township"),
    ];
    let basic = [
        ("list", "basic"),
        ("valid_until", "2022-12-31"),
        ("version", "2022"),
    ];
    let taken = [
        ("list", "withdrawn"),
        ("valid_from", "2023-01-01"),
        ("version", "2023"),
    ];
    issue(&mut world, Kind::DUTY, COUNTY, &[&own[..], &basic].concat());
    issue(&mut world, Kind::DUTY, COUNTY, &[&own[..], &taken].concat());
    let told = lines(&report(&world, "duties", GRID));
    let short = |line: &String| -> String {
        let cells: Vec<&str> = line.split(" | ").collect();
        [
            cells[1], cells[9], cells[10], cells[11], cells[12], cells[13],
        ]
        .join(" ")
    };
    assert_eq!(
        told.iter().map(short).collect::<Vec<_>>(),
        [
            "basic 2022  2022-12-31 ended ",
            "withdrawn 2023 2023-01-01  in_force ",
        ]
    );
    let other = [
        ("unit", "安阳县住建局"),
        ("class", "E01"),
        ("part", "lead"),
        ("level", "township"),
    ];
    issue(&mut world, Kind::DUTY, COUNTY, &other);
    issue(
        &mut world,
        Kind::DUTY,
        COUNTY,
        &[
            ("unit", "水利局"),
            ("class", "E01"),
            ("part", "lead"),
            ("level", "township"),
        ],
    );
    let told = lines(&report(&world, "duties", GRID));
    assert_eq!(
        told.iter()
            .filter(|line| line.contains("duty.overlap"))
            .count(),
        3
    );
}

#[test]
fn classes_without_a_basis_are_told_with_the_level_of_the_gap() {
    let (mut world, _) = community();
    let policy = |level: &'static str, classes: &'static str| {
        [("title", "办法"), ("level", level), ("classes", classes)]
    };
    issue(
        &mut world,
        Kind::POLICY,
        COUNTY,
        &policy("township", "S0102；S0103"),
    );
    issue(
        &mut world,
        Kind::POLICY,
        COUNTY,
        &policy("municipal", "S0103"),
    );
    let ended = [("valid_until", "2022-01-01")];
    let ended = [&policy("county", "S0104")[..], &ended].concat();
    issue(&mut world, Kind::POLICY, COUNTY, &ended);
    let told = lines(&report(&world, "basis", GRID));
    let gaps = |gap: &str, code: &str| {
        let of = |line: &&String| line.starts_with(code);
        let mut lines = told.iter().filter(of).peekable();
        assert!(lines.peek().is_some(), "{code}");
        lines.all(|line| line.ends_with(&format!("| {gap}")))
    };
    assert!(gaps("upper", "S0102") && gaps("", "S0103") && gaps("none", "S0104"));
    // A standard's own basis is one.
    assert!(gaps("", "B0137"));
}

#[test]
fn an_orders_basis_is_looked_up_in_the_library() {
    let (mut world, _) = community();
    let law = [
        ("title", "城市市容管理办法"),
        ("number", "县政发〔2023〕1号"),
        ("level", "county"),
    ];
    let law = issue(&mut world, Kind::POLICY, COUNTY, &law);
    let old = [
        ("title", "旧办法"),
        ("level", "county"),
        ("state", "repealed"),
    ];
    issue(&mut world, Kind::POLICY, COUNTY, &old);
    for (title, basis) in [
        ("甲", "依据县政发〔2023〕1号第三条"),
        ("乙", "旧办法第一条"),
        ("丙", "惯例"),
    ] {
        let order = [("title", title), ("sort", "supervise"), ("basis", basis)];
        issue(&mut world, Kind::ORDER, COUNTY, &order);
    }
    let told = lines(&report(&world, "order_basis", GRID));
    let ends: Vec<&str> = told
        .iter()
        .map(|line| line.rsplit(" | ").next().unwrap())
        .collect();
    assert_eq!(ends, ["in_force", "ended", "not_here"]);
    assert!(told[0].contains(&law.to_string()));
}

#[test]
fn corrected_classes_are_counted_by_the_first_one() {
    let (mut world, _) = community();
    world.grant(DIRECTOR, "李主任", Role::CommunityDirector);
    for (first, last) in [
        (Some("S0101"), "S0102"),
        (Some("S0101"), "S0101"),
        (Some("S0101"), "S0102"),
        (None, "S0102"),
    ] {
        let first: Vec<_> = first
            .map(|class| open("class", class))
            .into_iter()
            .collect();
        let matter = world.report(LI, GRID, &first);
        if first.first() != Some(&open("class", last)) && !first.is_empty() {
            let mut sight = world.sight(matter);
            world.edit(
                DIRECTOR,
                matter,
                Kind::MATTER,
                &mut sight,
                &[open("class", last)],
            );
        }
        world.take(LI, matter, StepKind::SettleOnSpot, None);
    }
    assert_eq!(
        lines(&report(&world, "misclassified", GRID)),
        [" | 1 | 0/0 |  | 0", "S0101 | 3 | 2/3 | S0102 | 2"]
    );
}
