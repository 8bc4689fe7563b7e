//! The grids are drawn anew while the members are out of reach: records move, nothing is lost, and nobody stands in two grids.

#![cfg(test)]

use std::collections::BTreeSet;

use serde_json::Value;
use wangge_tests::ledger::{Ledger, hours_from_now};
use wangge_tests::{Phone, Room, Said, field, until};

const HUB: &str = "410522100001";

fn grid(number: &str) -> String {
    format!("{HUB}{number}")
}

fn phone(room: &Room, member: &str, number: &str) -> Phone {
    Phone::enrolled(&room.invite(HUB, member, &grid(number)))
}

/// Moves records to a grid; how many commits that took.
fn move_to(room: &Room, records: &[&str], number: &str) -> usize {
    let to = grid(number);
    let words = [&["record", "--hub", HUB, "move"], records, &["--to", &to]].concat();
    room.ask(&words).json().as_array().unwrap().len()
}

/// The residents that the hub says stand in a grid.
fn in_grid(room: &Room, number: &str) -> BTreeSet<String> {
    let said = room.ask(&[
        "record",
        "--hub",
        HUB,
        "list",
        "resident",
        "--area",
        &grid(number),
        "--rows",
        "500",
    ]);
    if said.code == Some(3) {
        return BTreeSet::new();
    }
    let told = said.json();
    let rows = told["rows"].as_array().unwrap().iter();
    rows.map(|row| row["record"].as_str().unwrap().to_owned())
        .collect()
}

fn on_phone(phone: &Phone) -> BTreeSet<String> {
    phone.list("resident").into_iter().collect()
}

fn set(records: &[String]) -> BTreeSet<String> {
    records.iter().cloned().collect()
}

fn value<'a>(shown: &'a Value, key: &str) -> &'a Value {
    &field(shown, key)["value"]
}

#[test]
fn two_of_five_residents_change_their_grid_while_the_members_are_offline() {
    let mut room = Room::new();
    room.init(HUB, "东关社区", None);
    room.director(HUB, "李主任");
    room.run();
    let [east, west, north] = [("王芳", "001"), ("赵伟", "002"), ("孙丽", "003")]
        .map(|(name, no)| phone(&room, name, no));
    let residents: Vec<String> = (0..10)
        .map(|n| {
            let name = format!("name=居民{n}");
            let number = format!("phone=1390000000{n}");
            east.save(&["record", "new", "resident", &name, &number])
                .record
        })
        .collect();
    let neighbour = west
        .save(&["record", "new", "resident", "name=钱强"])
        .record;
    for phone in [&east, &west, &north] {
        phone.sync();
    }
    room.wait_count(HUB, "residents", 11);
    // Out of reach: one edit on a record that will stay, two on records that will be moved.
    let (moved, stay) = residents.split_at(4);
    east.save(&["record", "set", &stay[0], "address=原网格一号"]);
    east.save(&["record", "set", &moved[0], "phone=13811111111"]);
    east.save(&["record", "set", &moved[1], "note=腿脚不便"]);
    // A member does not move records.
    let own = east.ask(&["record", "move", &moved[0], "--to", &grid("003")]);
    assert!(!own.ok, "{own:?}");
    // Meanwhile the director draws the grids anew: three of the four go west, one north.
    assert_eq!(move_to(&room, &[&moved[0], &moved[1], &moved[2]], "002"), 1);
    assert_eq!(move_to(&room, &[&moved[3]], "003"), 1);
    for phone in [&north, &west, &east, &north, &west] {
        phone.sync();
    }
    // Each stands in one grid: on its phone, and at the hub.
    let to_west = set(&[&moved[..3], &[neighbour]].concat());
    for (phone, number, expected) in [
        (&east, "001", set(stay)),
        (&west, "002", to_west),
        (&north, "003", set(&moved[3..])),
    ] {
        assert_eq!(on_phone(phone), expected, "{number}");
        assert_eq!(in_grid(&room, number), expected, "{number}");
    }
    let gone = east.ask(&["record", "show", &moved[0]]);
    assert!(!gone.ok, "the old grid's phone let go: {gone:?}");
    // They came with all that was written before.
    for (n, record) in moved.iter().enumerate().take(3) {
        let shown = west.show(record);
        assert_eq!(value(&shown, "name"), &format!("居民{n}"), "{record}");
        assert_eq!(
            value(&shown, "phone"),
            &format!("1390000000{n}"),
            "{record}"
        );
    }
    adopted(&room, &west, moved);
    assert_eq!(value(&east.show(&stay[0]), "address"), "原网格一号");
    came_back(&room, &east, &west, &moved[0]);
    room.stop();
    assert_eq!(room.export(HUB, "residents").len(), 11);
}

/// What was written offline on moved records waits for the director, who takes it over where the records stand now.
fn adopted(room: &Room, west: &Phone, moved: &[String]) {
    room.wait_count(HUB, "held", 2);
    let review = room.review(HUB).unwrap();
    let rows = review["held"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert_eq!(row["reason"]["code"], "moved", "{row}");
        room.decide(HUB, &["adopt", row["commit"].as_str().unwrap()]);
    }
    room.wait_count(HUB, "held", 0);
    west.sync();
    assert_eq!(value(&west.show(&moved[0]), "phone"), "13811111111");
    assert_eq!(value(&west.show(&moved[1]), "note"), "腿脚不便");
}

/// A record that comes back comes with all that was written elsewhere, and is written on.
fn came_back(room: &Room, east: &Phone, west: &Phone, record: &str) {
    west.save(&["record", "set", record, "address=西街九号"]);
    west.sync();
    assert_eq!(move_to(room, &[record], "001"), 1);
    east.sync();
    west.sync();
    assert!(!on_phone(west).contains(record));
    let shown = until("it is back", || {
        let said = east.ask(&["record", "show", record]);
        said.ok.then(|| said.json())
    });
    assert_eq!(value(&shown, "address"), "西街九号");
    assert_eq!(value(&shown, "phone"), "13811111111");
    let again = east.save(&["record", "set", record, "note=已回访"]);
    east.sync();
    let shown = until("it is admitted", || {
        east.sync();
        let shown = east.show(record);
        (wangge_tests::status(&shown, &again.commit) == "admitted").then_some(shown)
    });
    assert_eq!(value(&shown, "note"), "已回访");
}

/// Two buildings with five households of two persons, six and four; the fourth has a visit on record, by its member.
struct Homes {
    /// The buildings.
    buildings: [String; 2],
    /// The households of the second one.
    households: Vec<String>,
    /// The residents, those of the first building before those of the second.
    residents: Vec<String>,
    visit: String,
}

impl Homes {
    fn written_on(phone: &Phone) -> Self {
        let buildings = ["1号楼", "2号楼"].map(|name| phone.make(&format!("building name={name}")));
        let (mut households, mut residents) = (Vec::new(), Vec::new());
        for (building, number) in [(0, 101), (0, 102), (0, 103), (1, 201), (1, 202)] {
            let at = &buildings[building];
            let household = phone.make(&format!("household household_no={number} building={at}"));
            for who in ["甲", "乙"] {
                residents.push(phone.make(&format!(
                    "resident name={who}{number} household={household}"
                )));
            }
            if building == 1 {
                households.push(household);
            }
        }
        let at = hours_from_now(-24);
        let visited = residents.last().unwrap();
        let visit = phone.new_record(
            "visit",
            &[
                "subject=入户走访",
                &format!("at_ms={at}"),
                &format!("resident={visited}"),
                "result=屋顶漏水",
            ],
        );
        Self {
            buildings,
            households,
            residents,
            visit,
        }
    }

    fn stay(&self) -> &[String] {
        &self.residents[..6]
    }

    fn go(&self) -> &[String] {
        &self.residents[6..]
    }
}

fn at_hub(room: &Room, words: &[&str]) -> String {
    signed(room, "李主任", words)
}

/// Where several directors sit at a hub, each says who they are.
fn signed(room: &Room, director: &str, words: &[&str]) -> String {
    let said = room
        .ask(&[&["record", "--hub", HUB, "--as", director], words].concat())
        .json();
    said["record"].as_str().unwrap().to_owned()
}

/// Two grids, the second yet without a building, and a draft of the plan by which it gets the second one today.
fn plan(room: &Room, homes: &Homes) -> String {
    let grids =
        [("001", homes.buildings.join("\n")), ("002", String::new())].map(|(number, buildings)| {
            let (code, name) = (
                format!("code={}", grid(number)),
                format!("name=网格{number}"),
            );
            let buildings = format!("buildings={buildings}");
            let state = ["state=in_force", "sort=basic", "valid_from=2026-01-01"];
            at_hub(
                room,
                &[&["new", "grid", &code, &name, &buildings], &state[..]].concat(),
            )
        });
    let today = hours_from_now(0);
    let effective = format!("effective={}", today.get(..10).unwrap());
    let title = "title=2号楼划入第二网格";
    let plan = at_hub(room, &["new", "division", title, "state=draft", &effective]);
    at_hub(
        room,
        &[
            "new",
            "assignment",
            &format!("division={plan}"),
            &format!("unit={}", homes.buildings[1]),
            &format!("grid={}", grids[1]),
        ],
    );
    plan
}

/// A community whose plans are drafted, checked and approved by three.
fn directed() -> Room {
    let mut room = Room::new();
    room.init(HUB, "东关社区", None);
    for name in ["李主任", "王科长", "周镇长"] {
        room.director(HUB, name);
    }
    room.run();
    room
}

fn approve(room: &Room, plan: &str) {
    for (director, fields) in [
        ("王科长", ["state=checked", "checked_by=王科长"]),
        ("周镇长", ["state=approved", "approved_by=周镇长"]),
    ] {
        signed(room, director, &[&["set", plan], &fields[..]].concat());
    }
}

/// The director asks that a plan move what it assigns elsewhere.
fn ask_plan(room: &Room, plan: &str, more: &[&str]) -> Said {
    let director = ["record", "--hub", HUB, "--as", "李主任"];
    room.ask(&[&director[..], &["move", "--division", plan], more].concat())
}

/// What the plan moves, or would: records, residents, commits.
fn by_plan(room: &Room, plan: &str, more: &[&str]) -> Value {
    ask_plan(room, plan, more).json()
}

fn counts(moved: &Value) -> [u64; 3] {
    ["records", "residents", "commits"].map(|key| moved[key].as_u64().unwrap())
}

#[test]
fn a_division_plan_moves_two_of_five_persons_with_all_that_is_theirs_while_their_member_is_offline()
{
    let mut room = directed();
    let [east, west] = [("王芳", "001"), ("赵伟", "002")].map(|(who, no)| phone(&room, who, no));
    let homes = Homes::written_on(&east);
    east.sync();
    west.sync();
    room.wait_count(HUB, "residents", 10);
    let plan = plan(&room, &homes);
    // Before it is approved nothing moves, and it is told what will: the building, two households, four persons, the visit.
    let early = ask_plan(&room, &plan, &[]);
    assert!(!early.ok && early.err.contains("尚未生效"), "{early:?}");
    let told = by_plan(&room, &plan, &["--dry-run"]);
    assert_eq!(
        (counts(&told), &told["in_force"]),
        ([8, 4, 0], &false.into())
    );
    let flow = |kind: &str| {
        let flows = told["flows"].as_array().unwrap().iter();
        let mut of_kind = flows.filter(|flow| flow["kind"] == kind);
        let flow = of_kind.next().unwrap();
        assert_eq!(
            (&flow["from"], &flow["to"]),
            (&grid("001").into(), &grid("002").into())
        );
        flow["records"].as_u64().unwrap()
    };
    assert_eq!(
        ["building", "household", "resident", "visit"].map(flow),
        [1, 2, 4, 1]
    );

    // The member of the first grid is out of reach, and edits who stays and who goes, and somebody who has just moved in.
    east.save(&["record", "set", &homes.stay()[0], "address=留在一格"]);
    let late = east.save(&["record", "set", &homes.go()[0], "phone=13811111111"]);
    let household = format!("household={}", homes.households[0]);
    let newcomer = east.new_record("resident", &["name=新来的人", &household]);
    approve(&room, &plan);
    assert_eq!(counts(&by_plan(&room, &plan, &[])), [8, 4, 1]);
    assert_eq!(
        counts(&by_plan(&room, &plan, &[])),
        [0, 0, 0],
        "once is enough"
    );

    for phone in [&west, &east, &west] {
        phone.sync();
    }
    // The newcomer was rightly written in the old grid, and goes after the others when the plan is asked again.
    room.wait_count(HUB, "residents", 11);
    assert_eq!(counts(&by_plan(&room, &plan, &[])), [1, 1, 1]);
    for phone in [&east, &west] {
        phone.sync();
    }
    parted(&room, [&east, &west], &homes, &newcomer);
    let told = east.ask(&["status"]).json()["held_commits"].clone();
    assert_eq!(told.as_array().unwrap().len(), 1, "{told}");
    assert_eq!(
        (&told[0]["commit"], &told[0]["reason"]["code"]),
        (&late.commit.as_str().into(), &"moved".into()),
        "its author is told, and why"
    );
    proposed(&room, &west, &homes, &late.commit);
    room.stop();
    assert_eq!(room.export(HUB, "residents").len(), 11);
}

/// Each person is in one grid, with all that is theirs.
fn parted(room: &Room, [east, west]: [&Phone; 2], homes: &Homes, newcomer: &String) {
    let gone = set(&[homes.go(), std::slice::from_ref(newcomer)].concat());
    for (phone, number, residents) in [(east, "001", set(homes.stay())), (west, "002", gone)] {
        assert_eq!(on_phone(phone), residents, "{number}");
        assert_eq!(in_grid(room, number), residents, "{number}");
    }
    // What is theirs came along, and is nowhere else.
    for record in homes
        .households
        .iter()
        .chain([&homes.visit, &homes.buildings[1]])
    {
        assert!(!east.ask(&["record", "show", record]).ok, "{record}");
    }
    assert_eq!(value(&west.show(&homes.visit), "result"), "屋顶漏水");
    assert_eq!(set(&west.list("household")), set(&homes.households));
    assert_eq!(value(&east.show(&homes.stay()[0]), "address"), "留在一格");
}

/// What was written offline on somebody who had moved waits for the director, who takes it over.
fn proposed(room: &Room, west: &Phone, homes: &Homes, late: &str) {
    // The one edit that came too late is a proposal.
    room.wait_count(HUB, "held", 1);
    let held = &room.review(HUB).unwrap()["held"][0];
    assert_eq!(
        (&held["commit"], &held["reason"]["code"]),
        (&late.into(), &"moved".into())
    );
    room.decide(HUB, &["adopt", late, "--as", "李主任"]);
    west.sync();
    assert_eq!(value(&west.show(&homes.go()[0]), "phone"), "13811111111");
}
