//! Met once, collected once: persons and matters met twice are found, joined and taken apart, and what is known is not asked again; by the
//! program alone, on a phone offline and on hubs.

#![cfg(test)]

use serde_json::Value;
use wangge_tests::ledger::{Ledger, code, hours_from_now, link, share, text};
use wangge_tests::{Phone, Room};

const COUNTY: &str = "410522";
const EAST: &str = "410522100001";
const WEST: &str = "410522100002";
const GRID: &str = "410522100001001";

/// A county and two communities, each with a director.
struct Town {
    county: Room,
    east: Room,
    west: Room,
}

impl Town {
    fn new() -> Self {
        let mut county = Room::new();
        county.init(COUNTY, "某县", None);
        county.director(COUNTY, "张县长");
        county.run();
        let community = |code: &str, name: &str| {
            let mut room = Room::new();
            room.init(code, name, Some(&county.invite_hub(COUNTY, code)));
            room.director(code, "李主任");
            room.run();
            room
        };
        let (east, west) = (community(EAST, "东关社区"), community(WEST, "西关社区"));
        Self { county, east, west }
    }

    fn rise(&self, commits: u64) {
        self.county.wait_count(COUNTY, "commits", commits);
    }
}

/// One community alone.
fn community() -> (Room, Phone) {
    let mut room = Room::new();
    room.init(EAST, "东关社区", None);
    room.director(EAST, "李主任");
    room.run();
    let phone = Phone::enrolled(&room.invite(EAST, "王芳", GRID));
    (room, phone)
}

/// The rows of a person in which a field stands: value, state and whose.
fn of_field<'a>(person: &'a [Value], key: &str) -> Vec<(&'a str, &'a str, &'a str)> {
    person
        .iter()
        .filter(|row| code(row, "part") == "field" && code(row, "name") == key)
        .map(|row| {
            let whose = row["record"]["record"].as_str().unwrap();
            (text(row, "value"), code(row, "state"), whose)
        })
        .collect()
}

#[test]
fn one_person_in_two_communities_is_joined_and_taken_apart_without_a_trace() {
    let mut town = Town::new();
    let east = Phone::enrolled(&town.east.invite(EAST, "王芳", GRID));
    let west = Phone::enrolled(&town.west.invite(WEST, "孙丽", &format!("{WEST}001")));
    let number = "id_number=11010519491231002X";
    let one = east.new_record(&[
        "resident",
        "name=张秀英",
        number,
        "phone=19900000001",
        "address=东街一号",
    ]);
    let two = west.new_record(&[
        "resident",
        "name=张秀英",
        number,
        "phone=19900000002",
        "note=腿脚不便",
    ]);
    east.new_record(&[
        "residence",
        &link("resident", &one),
        "address=东街一号",
        "from=2020-01-01",
    ]);
    west.new_record(&[
        "residence",
        &link("resident", &two),
        "address=西街九号",
        "from=2024-01-01",
    ]);
    // Nobody is met twice where only one community is known.
    assert_eq!(east.rows("duplicates", &[]), [] as [Value; 0]);
    east.sync();
    west.sync();
    town.rise(4);

    let said = town.county.record(&["report", "duplicates"]);
    assert!(
        !said.out.contains("11010519491231002X"),
        "a number is shown masked"
    );
    let met = town.county.rows("duplicates", &[]);
    assert_eq!(met.len(), 1, "{met:?}");
    assert_eq!(
        (code(&met[0], "sort"), code(&met[0], "grade")),
        ("person", "certain")
    );
    assert_eq!(
        (code(&met[0], "across"), text(&met[0], "id_number")),
        ("yes", "110105********002X")
    );
    assert!(!met[0]["why"]["zh"].as_str().unwrap().is_empty());
    let before = town.county.ask(&["record", "show", &one]).json()["fields"].clone();

    // The director decides with the very words that the report gives.
    let words: Vec<&str> = text(&met[0], "decide")
        .split(' ')
        .chain(["evidence=身份号码相同"])
        .collect();
    let decided = town.county.record(&words).json()["record"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(town.county.rows("duplicates", &[]), [] as [Value; 0]);
    let person = town.county.about("person", &two);
    let records: Vec<&Value> = person
        .iter()
        .filter(|row| code(row, "part") == "record")
        .collect();
    let primary = records.iter().filter(|row| code(row, "state") == "primary");
    assert_eq!((records.len(), primary.count()), (2, 1));
    assert_eq!(
        person,
        town.county.about("person", &one),
        "one identity from either side"
    );
    let mut phones = of_field(&person, "phone");
    phones.sort_unstable_by_key(|row| row.2);
    let mut whose = [
        ("199****0001", "disputed", one.as_str()),
        ("199****0002", "disputed", &two),
    ];
    whose.sort_unstable_by_key(|row| row.2);
    assert_eq!(phones, whose);
    assert_eq!(
        of_field(&person, "address"),
        [("东街一号", "agreed", one.as_str())]
    );
    assert_eq!(
        of_field(&person, "note"),
        [("腿脚不便", "agreed", two.as_str())]
    );
    assert_eq!(
        of_field(&person, "id_number").len(),
        1,
        "both have the one number"
    );
    let homes = person.iter().filter(|row| code(row, "part") == "home");
    assert_eq!(homes.count(), 2, "one identity, two residences");

    // Taken back, everything is as it was.
    town.county.set(&decided, &["withdrawn=是"]);
    assert_eq!(town.county.rows("duplicates", &[]), met);
    let alone = town.county.about("person", &one);
    assert_eq!(
        alone
            .iter()
            .filter(|row| code(row, "part") == "record")
            .count(),
        1
    );
    assert_eq!(
        of_field(&alone, "phone"),
        [("199****0001", "agreed", one.as_str())]
    );
    assert_eq!(of_field(&alone, "note"), []);
    assert_eq!(
        town.county.ask(&["record", "show", &one]).json()["fields"],
        before
    );
    for room in [&mut town.east, &mut town.west, &mut town.county] {
        room.stop();
    }
}

#[test]
fn a_phone_finds_a_person_and_a_matter_met_twice_and_counts_who_stands_behind_it() {
    let (mut room, phone) = community();
    // Offline, all of it.
    let person = ["name=赵大山", "birth_date=1960-05-06", "phone=19900000009"];
    let one = phone.new_record(&[&["resident"], &person[..]].concat());
    phone.new_record(&[&["resident"], &person[..], &["sex=1"]].concat());
    let matter = |more: &[&str]| {
        let words = [
            "matter",
            "title=东街路灯不亮",
            "class=路灯",
            "source=resident",
            "lon_e7=1143926000",
        ];
        phone.new_record(&[&words[..], more].concat())
    };
    let first = matter(&["lat_e7=360956000", "reporter=R1"]);
    let second = matter(&["lat_e7=360956900", "reporter=R2"]);
    let far = matter(&["lat_e7=360999000", "reporter=R3", "description=另一处"]);

    let met = phone.rows("duplicates", &[]);
    let of = |sort: &str| -> Vec<&Value> {
        met.iter().filter(|row| code(row, "sort") == sort).collect()
    };
    assert_eq!(of("person").len(), 1, "{met:?}");
    assert_eq!(code(of("person")[0], "grade"), "strong");
    let near = of("matter")
        .into_iter()
        .find(|row| row["b"]["record"] == *second)
        .unwrap();
    assert_eq!(near["a"]["record"], *first);
    assert!(
        near["why"]["zh"].as_str().unwrap().contains("相距10米"),
        "{near}"
    );

    // The same matter: linked, and counted; a further voice is a step of its own.
    for row in &met {
        let words: Vec<&str> = text(row, "decide").split(' ').collect();
        phone.record(&words).json();
    }
    assert_eq!(phone.rows("duplicates", &[]), [] as [Value; 0]);
    phone.record(&["step", &second, "support"]).json();
    let behind = phone.about("supporters", &second);
    let lead = behind
        .iter()
        .find(|row| code(row, "part") == "lead")
        .unwrap();
    assert_eq!(lead["matter"]["record"], *first, "the first report leads");
    let others = behind.len() as i64 - 1;
    assert_eq!(
        lead["together"],
        others + 1,
        "the other reporters and one supporter"
    );
    assert!(phone.about("person", &one).len() > 4);

    // The same at the hub; what a director merges by a step counts as well.
    phone.sync();
    let told = room.about("supporters", &first);
    assert_eq!(told, behind);
    let alone = phone.new_record(&["matter", "title=井盖松动", "source=resident"]);
    phone.sync();
    let merge = [
        "step",
        &alone,
        "merge_into",
        &link("record", &first),
        "--note",
        "同一处",
    ];
    room.record(&merge).json();
    let merged = room.about("supporters", &first);
    assert_eq!(merged.len(), behind.len() + 1);
    assert_eq!(merged[0]["together"], others + 2);
    assert!(
        merged
            .iter()
            .any(|row| code(row, "part") == "merged" && row["matter"]["record"] == *alone)
    );
    let _ = far;
    room.stop();
}

#[test]
fn what_is_known_is_not_asked_again() {
    let (mut room, phone) = community();
    let dwelling = phone.new_record(&["dwelling", "number=D1", "address=东街一号"]);
    let home = phone.new_record(&[
        "household",
        "household_no=H1",
        "head=王老五",
        &link("dwelling", &dwelling),
    ]);
    let person = phone.new_record(&["resident", "name=王老五", &link("household", &home)]);
    phone.new_record(&[
        "visit",
        "subject=日常走访",
        "at_ms=2026-10-01T09:00:00+08:00",
        &link("household", &home),
    ]);

    let asked = phone.about("prefill", &home);
    let row = |rows: &[Value], record: &str, key: &str| {
        let found = rows
            .iter()
            .find(|row| row["record"]["record"] == *record && code(row, "field") == key);
        found.unwrap_or_else(|| panic!("no {key}")).clone()
    };
    let head = row(&asked, &home, "head");
    assert_eq!(
        (code(&head, "ask"), text(&head, "value"), text(&head, "by")),
        ("known", "王老五", "王芳")
    );
    assert_eq!(code(&row(&asked, &home, "phone"), "ask"), "missing");
    assert_eq!(
        code(&row(&asked, &dwelling, "use"), "ask"),
        "missing",
        "the dwelling is asked about with its household"
    );
    assert_eq!(
        code(&row(&asked, &person, "phone"), "ask"),
        "missing",
        "and who lives there"
    );
    let first_known = asked
        .iter()
        .position(|row| code(row, "ask") == "known")
        .unwrap();
    assert!(
        asked[first_known..]
            .iter()
            .all(|row| code(row, "ask") == "known"),
        "what is asked stands first"
    );
    phone.set(&home, &["phone=19900000003"]);
    let known = row(&phone.about("prefill", &home), &home, "phone");
    assert_eq!(
        (code(&known, "ask"), text(&known, "value")),
        ("known", "199****0003")
    );

    // The dwelling and the household were named instead of typed again; the household was continued.
    let counts = |rows: &[Value], kind: &str| {
        let row = rows.iter().find(|row| code(row, "kind") == kind).unwrap();
        ["named", "continued", "again"].map(|key| row[key].as_i64().unwrap())
    };
    let rows = phone.rows("reentries", &[]);
    assert_eq!(counts(&rows, "household"), [2, 1, 0]);
    assert_eq!(counts(&rows, "dwelling"), [1, 0, 0]);
    // Typed again all the same, and found out.
    let again = phone.new_record(&["resident", "name=王老五"]);
    phone.new_record(&["same", "sort=same", &link("a", &person), &link("b", &again)]);
    assert_eq!(counts(&phone.rows("reentries", &[]), "resident"), [0, 0, 1]);
    let fresh = phone.rows("stale", &[]);
    let residents = fresh
        .iter()
        .find(|row| code(row, "kind") == "resident")
        .unwrap();
    assert_eq!(
        (
            residents["records"].clone(),
            residents["fresh"].clone(),
            share(residents, "stale")
        ),
        (2.into(), 2.into(), (0, 2))
    );

    phone.sync();
    assert_eq!(room.about("prefill", &home), phone.about("prefill", &home));
    assert_eq!(counts(&room.rows("reentries", &[]), "household"), [2, 1, 0]);
    assert_eq!(room.rows("stale", &[])[0], fresh[0]);
    room.stop();
}
