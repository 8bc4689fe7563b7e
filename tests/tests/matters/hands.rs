//! Whose a matter is, several hands under one lead, and the rights of the grid member.

use serde_json::Value;
use wangge_tests::Phone;

use super::town::{COMMUNITY, COUNTY, GRID, TOWNSHIP, Town, entry, refused, stands, take};

fn held_by(shown: &Value) -> String {
    let held = &shown["standing"]["held_by"];
    match held["sort"].as_str() {
        Some(sort) => format!("{sort} {}", held["name"].as_str().unwrap()),
        None => "-".to_owned(),
    }
}

/// Each unit's part: who, as what, how far.
fn parts(shown: &Value) -> Vec<String> {
    let parts = shown["standing"]["parts"].as_array().unwrap().iter();
    parts
        .map(|part| {
            let lead = if part["lead"] == true {
                "lead"
            } else {
                "assist"
            };
            let (to, state) = (&part["to"], &part["state"]["code"]);
            format!(
                "{} {lead} {}",
                to.as_str().unwrap(),
                state.as_str().unwrap()
            )
        })
        .collect()
}

fn reported(phone: &Phone, fields: &[&str]) -> String {
    let words = [&["record", "new", "matter", "title=路灯不亮"], fields].concat();
    let matter = phone.save(&words).record;
    phone.sync();
    matter
}

#[test]
fn a_matter_is_the_grid_members_from_beginning_to_end_and_a_handover_hands_it_on() {
    let town = Town::new();
    let phone = town.phone("王芳");
    let member = |name: &str| {
        let name = format!("name={name}");
        town.write(COMMUNITY, "member", &["--area", GRID, &name])
    };
    let (wang, zhao) = (member("王芳"), member("赵伟"));
    let (of, grid) = (format!("member={wang}"), format!("grid={GRID}"));
    let fields = [
        "--area",
        GRID,
        &of,
        "office=member",
        &grid,
        "from=2024-01-01",
    ];
    let post = town.write(COMMUNITY, "post", &fields);
    let matter = reported(&phone, &[]);

    // Who has it changes with every hand; whose it is does not.
    let owner = |hub: &str| town.report(hub, &["owners"]);
    assert_eq!(
        held_by(&town.wait(COMMUNITY, &matter, 1)),
        "level community"
    );
    let row = &owner(COMMUNITY)[0];
    assert_eq!(
        row[2..6],
        ["已上报", "王芳", "在任", "社区（村）"].map(str::to_owned)
    );
    town.take(COMMUNITY, &matter, 1, &["accept"]);
    assert_eq!(held_by(&town.wait(COMMUNITY, &matter, 2)), "member 李主任");
    town.take(COMMUNITY, &matter, 2, &["dispatch", "--to", "路灯所"]);
    assert_eq!(held_by(&town.wait(COUNTY, &matter, 3)), "unit 路灯所");
    // The same on the phone, offline.
    phone.sync();
    let row = town.report(COUNTY, &["owners"]).remove(0);
    assert_eq!(
        row[2..6],
        ["已派遣", "王芳", "在任", "路灯所"].map(str::to_owned)
    );
    let told = phone.ask(&["record", "report", "owners"]).json();
    assert_eq!(super::town::rows(&told), [row]);

    // Handed over by both: the other member's from now on, with nothing written to the matter; the first still sees it.
    let (successor, today) = (format!("successor={zhao}"), "2024-03-01");
    let (handed, taken) = (
        format!("handed_over={today}"),
        format!("taken_over={today}"),
    );
    let said = town.ask(COMMUNITY, &["set", &post, &successor, &handed]);
    assert!(said.ok, "{said:?}");
    assert_eq!(
        owner(COMMUNITY)[0][3],
        "王芳",
        "one signature hands nothing over"
    );
    let said = town.ask(COMMUNITY, &["set", &post, &taken]);
    assert!(said.ok, "{said:?}");
    assert_eq!(owner(COMMUNITY)[0][3], "赵伟");
    phone.sync();
    assert_eq!(held_by(&phone.show(&matter)), "unit 路灯所");
}

#[test]
fn several_units_work_under_one_lead_and_the_matter_closes_once() {
    let town = Town::new();
    let (one, two) = (town.phone("王芳"), town.phone("赵伟"));
    let matter = reported(&one, &[]);
    let desk = |entries: usize, words: &[&str]| town.take(COMMUNITY, &matter, entries, words);
    desk(1, &["accept"]);
    let why = town.refused(
        COMMUNITY,
        &matter,
        2,
        &["dispatch", "--to", "交警", "part=assist"],
    );
    assert!(why.contains("牵头"), "{why}");
    desk(2, &["dispatch", "--to", "路灯所"]);
    desk(3, &["dispatch", "--to", "供电所", "part=assist"]);
    desk(4, &["dispatch", "--to", "交警", "part=assist"]);
    // Each unit's piece is a task of the matter.
    let (about, by) = (format!("matter={matter}"), "assignee=供电所");
    let task = ["title=停电配合", by, "lead=否", "state=doing"];
    let task = town.write(
        COMMUNITY,
        "task",
        &[&["--area", GRID, &about], &task[..]].concat(),
    );

    two.sync();
    take(&two, &matter, &["dispose", "--note", "灯已换"]);
    let shown = two.show(&matter);
    assert_eq!(
        (stands(&shown).0, parts(&shown)),
        (
            "dispatched",
            ["路灯所 lead done", "供电所 assist open", "交警 assist open"]
                .map(str::to_owned)
                .to_vec()
        )
    );
    let re = |at: usize| format!("re={}", shown["log"][at]["entry"].as_str().unwrap());
    take(&two, &matter, &["dispose", &re(3), "--note", "已停电配合"]);
    assert!(
        two.ask(&["record", "set", &task, "state=done", "result=已停电"])
            .ok
    );
    two.sync();
    desk(7, &["release", &re(4), "--note", "不必占道"]);
    let shown = town.wait(COUNTY, &matter, 8);
    assert_eq!(stands(&shown).0, "disposed", "the lead and no open assist");
    one.sync();
    take(&one, &matter, &["verify_pass"]);
    one.sync();
    desk(9, &["close"]);
    let above = town.wait(COUNTY, &matter, 10);
    assert_eq!(stands(&above).0, "closed");
    assert_eq!(
        parts(&above),
        [
            "路灯所 lead done",
            "供电所 assist done",
            "交警 assist released"
        ]
    );
    let links = above["links"].as_array().unwrap();
    assert!(
        links
            .iter()
            .any(|link| link["record"] == *task && link["title"] == "停电配合")
    );
}

/// How a unit gives back what is not its own.
const GIVE_BACK: [&str; 5] = [
    "return",
    "reason=not_duty",
    "basis=职责清单第3条",
    "--note",
    "非本单位职责",
];

/// A matter to which a department was summoned, which its unit gave back, and of which the grid member would not have it.
fn objected(town: &Town, one: &Phone, two: &Phone) -> String {
    let matter = reported(one, &[]);
    town.take(COMMUNITY, &matter, 1, &["accept"]);
    town.take(COMMUNITY, &matter, 2, &["dispatch", "--to", "城管局"]);
    one.sync();
    let due = "due_ms=2030-01-01T00:00:00+08:00";
    let whistle = ["whistle", "--to", "住建局", due, "--note", "请到现场"];
    take(one, &matter, &whistle);
    one.sync();
    two.sync();
    // A return needs a coded reason and a basis.
    let why = refused(two, &matter, &["return", "--note", "不归我们管"]);
    assert!(why.contains("理由代码"), "{why}");
    take(two, &matter, &GIVE_BACK);
    two.sync();
    one.sync();
    let re = format!("re={}", entry(&one.show(&matter), "return"));
    take(one, &matter, &["object", &re, "--note", "就在其路段"]);
    assert_eq!(stands(&one.show(&matter)).0, "arbitration");
    one.sync();
    matter
}

#[test]
fn the_grid_member_summons_objects_refuses_and_rates_and_each_use_is_counted() {
    let town = Town::new();
    let (one, two) = (town.phone("王芳"), town.phone("赵伟"));
    let matter = objected(&town, &one, &two);
    // The township's word binds.
    town.take(TOWNSHIP, &matter, 6, &["dispatch", "--to", "城管局"]);
    town.wait(COMMUNITY, &matter, 7);
    two.sync();
    let why = refused(&two, &matter, &GIVE_BACK);
    assert!(why.contains("裁定"), "{why}");
    take(&two, &matter, &["dispose"]);
    two.sync();
    one.sync();
    take(&one, &matter, &["refuse_close", "--note", "仍然不亮"]);
    let shown = one.show(&matter);
    assert_eq!(
        (stands(&shown).0, &shown["standing"]["reworks"]),
        ("dispatched", &Value::from(1))
    );
    one.sync();
    two.sync();
    take(&two, &matter, &["dispose"]);
    two.sync();
    one.sync();
    take(&one, &matter, &["verify_pass"]);
    take(&one, &matter, &["confirm_close"]);
    one.sync();
    let why = town.refused(COMMUNITY, &matter, 12, &["close"]);
    assert!(why.contains("应答"), "{why}");
    let whistle = format!("re={}", entry(&one.show(&matter), "whistle"));
    two.sync();
    take(
        &two,
        &matter,
        &["answer", &whistle, "--note", "住建局已到场"],
    );
    two.sync();
    town.take(COMMUNITY, &matter, 13, &["close"]);
    town.wait(COMMUNITY, &matter, 14);
    one.sync();
    take(&one, &matter, &["rate", "score=4"]);
    one.sync();
    let shown = town.wait(COUNTY, &matter, 15);
    assert!(
        shown["log"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["void"].is_null())
    );

    let counted = ["王芳", "1", "1", "0", "1", "1", "1", "5"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(
        town.report(COUNTY, &["rights_used"]),
        std::slice::from_ref(&counted)
    );
    let told = one.ask(&["record", "report", "rights_used"]).json();
    assert_eq!(
        super::town::rows(&told),
        [counted],
        "and on the phone, offline"
    );
}

#[test]
fn returns_are_coded_and_counted_and_the_second_goes_to_the_township() {
    let town = Town::new();
    let (one, two) = (town.phone("王芳"), town.phone("赵伟"));
    let matter = reported(&one, &[]);
    town.take(COMMUNITY, &matter, 1, &["accept"]);
    for (entries, unit, reason) in [(2, "城管局", "not_duty"), (4, "住建局", "not_area")] {
        town.take(COMMUNITY, &matter, entries, &["dispatch", "--to", unit]);
        town.wait(COMMUNITY, &matter, entries + 1);
        two.sync();
        let reason = format!("reason={reason}");
        let words = ["return", &reason, "basis=职责清单", "--note", "不属本单位"];
        take(&two, &matter, &words);
        two.sync();
    }
    let shown = town.wait(COMMUNITY, &matter, 6);
    assert_eq!(
        (stands(&shown).0, &shown["standing"]["returns"]),
        ("arbitration", &Value::from(2))
    );
    assert_eq!(
        super::town::detail(&shown, "return", "reason"),
        "不在辖区范围"
    );
    let why = town.refused(COMMUNITY, &matter, 6, &["dispatch", "--to", "物业公司"]);
    assert!(why.contains("级别"), "{why}");
    town.take(TOWNSHIP, &matter, 6, &["dispatch", "--to", "城管局"]);
    let shown = town.wait(COMMUNITY, &matter, 7);
    assert_eq!(held_by(&shown), "unit 城管局");
    two.sync();
    take(&two, &matter, &["dispose"]);
    two.sync();
    town.wait(COUNTY, &matter, 8);

    // It was 城管局's own: its return was unfounded; 住建局 gave back what was not its.
    for hub in [COMMUNITY, COUNTY] {
        let told = town.report(hub, &["buck_passing"]);
        let told: Vec<String> = told
            .iter()
            .map(|row| [&row[..4], &row[5..]].concat().join(" "))
            .collect();
        assert_eq!(told, ["城管局 2 1 1 1/2", "住建局 1 1 0 0/1"], "{hub}");
    }
}
