//! The grids are drawn anew while the members are out of reach: records move, nothing is lost, and nobody stands in two grids.

#![cfg(test)]

use std::collections::BTreeSet;

use serde_json::Value;
use wangge_tests::{Phone, Room, field, until};

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
