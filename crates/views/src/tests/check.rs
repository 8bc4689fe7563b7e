//! `wangge check`: every broken rule is found, and nothing where nothing is broken.

use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::step::{Step, StepKind};
use wangge_model::time::Ms;
use wangge_model::value::Edit;

use super::{DIRECTOR, LI, ZHAO, community, open};
use crate::rows::{Check, FindingRow};
use crate::tests::world::{GRID, OTHER_GRID, World};

const COMMUNITY: &str = "410522100201";

fn checked(world: &World) -> Check {
    world.views().fold_all().unwrap();
    let now: Ms = "2023-12-01T12:00:00+08:00".parse().unwrap();
    world.views().check("410522", now, 1_000).unwrap()
}

fn codes(check: &Check) -> Vec<&str> {
    let mut codes: Vec<&str> = check
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    codes.dedup();
    codes
}

fn found<'a>(check: &'a Check, code: &str) -> &'a FindingRow {
    let found = check.findings.iter().find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("{code} of {:?}", check.findings))
}

/// Another than who drafted it checks and approves a grid.
fn signed(world: &mut World, grid: RecordId) {
    let mut sight = world.sight(grid);
    let hands = [open("checked_by", "李四"), open("approved_by", "李四")];
    world.edit(LI, grid, Kind::GRID, &mut sight, &hands);
}

/// A grid of 310 households with a member, a chief and a party branch: nothing is broken, but nobody has a matrix or a
/// calendar of that year.
fn sound() -> (World, RecordId) {
    let (mut world, _) = community();
    let grid = world.create(
        DIRECTOR,
        Kind::GRID,
        COMMUNITY,
        &[
            open("name", "第一网格"),
            open("code", GRID),
            open("state", "in_force"),
            open("valid_from", "2022-01-01"),
        ],
    );
    signed(&mut world, grid);
    for number in 0..310 {
        let fields = [
            open("household_no", &format!("H{number}")),
            Edit::set(Facet::Open, "persons", 3),
        ];
        world.create(LI, Kind::HOUSEHOLD, GRID, &fields);
    }
    let mut people = Vec::new();
    for name in ["甲", "乙"] {
        let fields = [
            open("name", name),
            open("employment", "full_time"),
            open("joined", "2022-01-01"),
        ];
        people.push(
            world
                .create(DIRECTOR, Kind::MEMBER, GRID, &fields)
                .to_string(),
        );
    }
    for (member, office) in people.iter().zip(["member", "chief"]) {
        let fields = [
            open("member", member),
            open("office", office),
            open("grid", GRID),
            open("from", "2022-01-01"),
        ];
        world.create(DIRECTOR, Kind::POST, GRID, &fields);
    }
    let committee = [
        open("name", "社区党委"),
        open("level", "committee"),
        open("grid", COMMUNITY),
        open("leader", &people[0]),
    ];
    let committee = world
        .create(DIRECTOR, Kind::PARTY_ORG, COMMUNITY, &committee)
        .to_string();
    let branch = [
        open("name", "网格党支部"),
        open("level", "branch"),
        open("grid", GRID),
        open("parent", &committee),
        open("leader", &people[1]),
    ];
    world.create(DIRECTOR, Kind::PARTY_ORG, COMMUNITY, &branch);
    (world, grid)
}

#[test]
fn sound_data_have_no_hard_finding() {
    let (world, _) = sound();
    let check = checked(&world);
    assert_eq!(
        (codes(&check), check.hard),
        (
            vec!["calendar.missing", "duty.none", "member.unqualified"],
            0
        ),
        "{:?}",
        check.findings
    );
}

/// What was broken: the records by what is wrong with them.
struct Broken {
    empty: RecordId,
    shop: RecordId,
    wrong: RecordId,
    unreadable: RecordId,
    matter: RecordId,
}

fn broken() -> (World, Broken) {
    let (mut world, grid) = sound();
    // A grid without anybody, an organisation in none.
    let empty = [
        open("name", "第二网格"),
        open("code", OTHER_GRID),
        open("state", "in_force"),
        open("valid_from", "2022-01-01"),
    ];
    let empty = world.create(DIRECTOR, Kind::GRID, "410522100202", &empty);
    signed(&mut world, empty);
    let shop = world.create(
        LI,
        Kind::ORGANISATION,
        "410522100203001",
        &[open("name", "小店")],
    );
    // A link to another kind, one to nowhere, a value that the table does not allow.
    let wrong = [
        open("name", "张三"),
        open("household", &grid.to_string()),
        open("dwelling", &RecordId::mint(5, [9; 10]).to_string()),
        open("sex", "7"),
    ];
    let wrong = world.create(LI, Kind::RESIDENT, GRID, &wrong);
    let unreadable = world.create(LI, Kind::RESIDENT, GRID, &[open("name", "李四")]);
    world.save_raw(unreadable, vec![0; 9]);
    // A matter that nobody takes, reported twice.
    let lamp = [
        open("description", "丁字街路口的路灯坏了三天没人修理，晚上很黑"),
        open("place", "丁字街"),
    ];
    let matter = world.report(LI, GRID, &lamp);
    world.report(ZHAO, GRID, &lamp);
    let broken = Broken {
        empty,
        shop,
        wrong,
        unreadable,
        matter,
    };
    (world, broken)
}

#[test]
fn a_broken_rule_is_named_with_its_records() {
    let (world, broken) = broken();
    let check = checked(&world);
    for (code, record, hard) in [
        ("coverage.member", broken.empty, true),
        ("coverage.branch", broken.empty, true),
        ("staffing.vacant", broken.empty, true),
        ("sizing.households_low", broken.empty, true),
        ("coverage.organisation", broken.shop, true),
        ("link.kind", broken.wrong, true),
        ("link.missing", broken.wrong, false),
        ("field.invalid", broken.wrong, true),
        ("record.unreadable", broken.unreadable, true),
        ("matter.unclaimed", broken.matter, true),
        ("same.matter", broken.matter, false),
    ] {
        let finding = found(&check, code);
        assert_eq!(
            (finding.hard, finding.records.contains(&record.to_string())),
            (hard, true),
            "{finding:?}"
        );
        assert!(!finding.zh.is_empty() && !finding.en.is_empty());
        assert!(!finding.zh.contains("张三"), "no personal data");
    }
    let cut = world.views().check("410522", world.now(), 2).unwrap();
    assert!(cut.cut && cut.findings.len() == 2 && cut.hard > 2);
    let elsewhere = world.views().check("410523", world.now(), 9).unwrap();
    assert_eq!(elsewhere.hard, 0, "{:?}", elsewhere.findings);
}

#[test]
fn what_was_mended_is_gone_and_what_was_approved_is_soft() {
    let (mut world, broken) = broken();
    let Broken {
        empty,
        wrong,
        matter,
        ..
    } = broken;
    let exemption = [
        open("rule", "sizing.households_low"),
        open("subject", &empty.to_string()),
        open("reason", "在建"),
        open("until", "2024-01-01"),
    ];
    world.create(DIRECTOR, Kind::EXEMPTION, COMMUNITY, &exemption);
    let mut sight = world.sight(wrong);
    world.edit(LI, wrong, Kind::RESIDENT, &mut sight, &[open("sex", "1")]);
    world.take(DIRECTOR, matter, StepKind::Accept, None);
    let mended = checked(&world);
    assert!(!found(&mended, "sizing.households_low").hard);
    assert!(!codes(&mended).contains(&"field.invalid"));
    let unclaimed = found(&mended, "matter.unclaimed");
    assert!(
        !unclaimed.records.contains(&matter.to_string()),
        "the other report only"
    );
}

#[test]
fn persons_met_twice_are_proposed_until_somebody_decides() {
    let (mut world, first) = community();
    let again = [
        open("name", "王芳"),
        Edit::set(Facet::Identity, "id_number", "11010519491231002X"),
    ];
    let second = world.create(ZHAO, Kind::RESIDENT, OTHER_GRID, &again);
    let check = checked(&world);
    let pair = [first.to_string(), second.to_string()];
    assert_eq!(found(&check, "same.person_certain").records, pair);
    let apart = [
        open("sort", "apart"),
        open("a", &pair[1]),
        open("b", &pair[0]),
    ];
    let decision = world.create(DIRECTOR, Kind::SAME, COMMUNITY, &apart);
    assert!(!codes(&checked(&world)).contains(&"same.person_certain"));
    let mut sight = world.sight(decision);
    let withdrawn = [Edit::set(Facet::Open, "withdrawn", true)];
    world.edit(DIRECTOR, decision, Kind::SAME, &mut sight, &withdrawn);
    assert!(codes(&checked(&world)).contains(&"same.person_certain"));
}

#[test]
fn what_is_wrong_with_reference_data_names_its_records() {
    let (mut world, _) = community();
    let lead = |unit: &str| {
        [
            open("class", "*"),
            open("part", "lead"),
            open("unit", unit),
            open("level", "township"),
        ]
    };
    let one = world.create(DIRECTOR, Kind::DUTY, "410522", &lead("城管局"));
    let two = world.create(DIRECTOR, Kind::DUTY, "410522", &lead("住建局"));
    let orphan = [
        open("code", "X1"),
        open("name", "路灯"),
        open("taxonomy", "own"),
        open("parent", "X9"),
    ];
    let orphan = world.create(DIRECTOR, Kind::CLASS, "410522", &orphan);
    let norm = [
        open("code", "n"),
        open("grid_sort", "basic"),
        open("measure", "households"),
        Edit::set(Facet::Open, "warn_low", 9),
        Edit::set(Facet::Open, "warn_high", 3),
    ];
    let norm = world.create(DIRECTOR, Kind::NORM, "410522", &norm);
    let check = checked(&world);
    let mut both = found(&check, "duty.overlap").records.clone();
    both.sort();
    assert_eq!(both, [one.to_string(), two.to_string()]);
    assert_eq!(found(&check, "class.parent").records, [orphan.to_string()]);
    assert_eq!(
        found(&check, "norm.contradiction").records,
        [norm.to_string()]
    );
    assert!(found(&check, "duty.no_fallback").hard);
}

/// A matter that was filed with a measure and closed; `again` is what its verification says.
fn closed(world: &mut World, measure: &str, again: Option<u32>) -> RecordId {
    let filed = [
        open("class", "路灯"),
        open("measure", measure),
        Edit::set(Facet::Open, "measured", 3_i64),
    ];
    let matter = world.report(LI, GRID, &filed);
    world.take(DIRECTOR, matter, StepKind::Accept, None);
    world.take(DIRECTOR, matter, StepKind::Dispatch, Some("路灯管理所"));
    world.take(ZHAO, matter, StepKind::Dispose, None);
    let mut verify = Step::new(StepKind::VerifyPass, LI.member(), world.now());
    verify.detail.remeasured = again;
    let mut sight = world.sight(matter);
    world.entry(LI, matter, &mut sight, verify.encode());
    world.take(DIRECTOR, matter, StepKind::Close, None);
    matter
}

#[test]
fn a_closing_is_held_against_the_measure_that_opened_it() {
    let (mut world, _) = community();
    // An older program asked for nothing: the step stands, and is told.
    let silent = closed(&mut world, "count", None);
    let dark = closed(&mut world, "count", Some(1));
    let lit = closed(&mut world, "count", Some(0));
    // Nothing says how many centimetres are too many.
    let unspoken = closed(&mut world, "height_cm", Some(9));
    let filed = [
        open("measure", "count"),
        Edit::set(Facet::Open, "measured", 1_i64),
    ];
    let rejected = world.report(LI, GRID, &filed);
    world.take(DIRECTOR, rejected, StepKind::Reject, None);
    world.take(DIRECTOR, rejected, StepKind::Archive, None);
    let check = checked(&world);
    let closings: Vec<(&str, bool, &[String])> = check
        .findings
        .iter()
        .filter(|finding| finding.code.starts_with("closing."))
        .map(|finding| {
            (
                finding.code.as_str(),
                finding.hard,
                finding.records.as_slice(),
            )
        })
        .collect();
    assert_eq!(
        closings,
        [
            ("closing.not_met", true, &[dark.to_string()][..]),
            ("closing.unmeasured", true, &[silent.to_string()]),
        ],
        "neither {lit} nor {unspoken} nor {rejected}"
    );
    assert!(found(&check, "closing.unmeasured").zh.contains("数量"));
}
