//! Met once, collected once: persons and matters met twice are found, joined and taken apart, and what is known is not asked again; by the
//! program alone, on a phone offline and on hubs.

#![cfg(test)]

use serde_json::Value;
use wangge_tests::ledger::{Ledger, cell, cells, lines, one, only};
use wangge_tests::{Phone, Room};

const COUNTY: &str = "410522";
const EAST: &str = "410522100001";
const WEST: &str = "410522100002";
const GRID: &str = "410522100001001";
const ID_NUMBER: &str = "11010519491231002X";

/// A county and two communities, each with a phone.
struct Town {
    county: Room,
    east: Room,
    west: Room,
    phones: [Phone; 2],
}

impl Town {
    fn new() -> Self {
        let county = Room::seated(COUNTY, "某县", "张县长", None);
        let community = |code: &str, name: &str| {
            let mut room = Room::new();
            room.init(code, name, Some(&county.invite_hub(COUNTY, code)));
            room.run();
            let phone = Phone::enrolled(&room.invite(code, "王芳", &format!("{code}001")));
            (room, phone)
        };
        let ((east, first), (west, second)) =
            (community(EAST, "东关社区"), community(WEST, "西关社区"));
        Self {
            county,
            east,
            west,
            phones: [first, second],
        }
    }

    /// The same person, met in either community, with a home in each.
    fn person_met_twice(&self) -> [String; 2] {
        let [east, west] = &self.phones;
        let person = format!("resident name=张秀英 id_number={ID_NUMBER}");
        let first = east.make(&format!("{person} phone=19900000001 address=东街一号"));
        let second = west.make(&format!("{person} phone=19900000002 note=腿脚不便"));
        east.make(&format!("residence resident={first} address=东街一号"));
        west.make(&format!("residence resident={second} address=西街九号"));
        // Nobody is met twice where only one community is known.
        assert_eq!(east.rows("duplicates", &[]), [] as [Value; 0]);
        east.sync();
        west.sync();
        self.county.wait_count(COUNTY, "commits", 4);
        [first, second]
    }

    fn stop(&mut self) {
        for room in [&mut self.east, &mut self.west, &mut self.county] {
            room.stop();
        }
    }
}

/// One community alone.
fn community() -> (Room, Phone) {
    let room = Room::seated(EAST, "东关社区", "李主任", None);
    let phone = Phone::enrolled(&room.invite(EAST, "王芳", GRID));
    (room, phone)
}

/// Decides with the very words that the row gives; the decision.
fn decide(ledger: &dyn Ledger, row: &Value) -> String {
    let words = cell(row, "decide");
    ledger.make(words.strip_prefix("new ").unwrap())
}

/// How a field stands in a person: value, state and whose, sorted.
fn of_field(person: &[Value], key: &str) -> Vec<String> {
    let fields = only(&only(person, "part", "field"), "name", key);
    let mut told = lines(&fields, "value state record");
    told.sort();
    told
}

#[test]
fn one_person_in_two_communities_is_joined_and_taken_apart_without_a_trace() {
    let mut town = Town::new();
    let [first, second] = town.person_met_twice();
    let county = &town.county;
    let said = county.record(&["report", "duplicates"]);
    assert!(!said.out.contains(ID_NUMBER), "a number is shown masked");
    let met = county.rows("duplicates", &[]);
    assert_eq!(
        lines(&met, "sort grade across id_number"),
        ["person | certain | yes | 110105********002X"]
    );
    assert!(met[0]["why"]["zh"].as_str().unwrap().contains("身份号码"));
    let fields = || county.record(&["show", &first]).json()["fields"].clone();
    let before = fields();

    let decided = decide(county, &met[0]);
    assert_eq!(county.rows("duplicates", &[]), [] as [Value; 0]);
    let person = county.about("person", &second);
    assert_eq!(person, county.about("person", &first), "from either side");
    let records = only(&person, "part", "record");
    assert_eq!(only(&records, "state", "primary").len(), 1);
    assert_eq!(records.len(), 2);
    let mut phones = [
        format!("199****0001 | disputed | {first}"),
        format!("199****0002 | disputed | {second}"),
    ];
    phones.sort();
    assert_eq!(of_field(&person, "phone"), phones);
    let agreed = |value: &str, whose: &str| [format!("{value} | agreed | {whose}")];
    assert_eq!(of_field(&person, "address"), agreed("东街一号", &first));
    assert_eq!(of_field(&person, "note"), agreed("腿脚不便", &second));
    assert_eq!(of_field(&person, "id_number").len(), 1, "both have one");
    assert_eq!(only(&person, "part", "home").len(), 2, "two residences");

    // Taken back, everything is as it was.
    county.set(&decided, "withdrawn=是");
    assert_eq!(county.rows("duplicates", &[]), met);
    let alone = county.about("person", &first);
    assert_eq!(only(&alone, "part", "record").len(), 1);
    assert_eq!(of_field(&alone, "phone"), agreed("199****0001", &first));
    assert_eq!(of_field(&alone, "note"), [""; 0]);
    assert_eq!(fields(), before);
    town.stop();
}

#[test]
fn a_phone_finds_a_person_and_a_matter_met_twice_and_counts_who_stands_behind_it() {
    let (mut room, phone) = community();
    // Offline, all of it.
    let person = "resident name=赵大山 birth_date=1960-05-06 phone=19900000009";
    let first = phone.make(person);
    phone.make(&format!("{person} sex=1"));
    let matter = "matter title=东街路灯不亮 class=路灯 source=resident lon_e7=1143926000";
    let report = phone.make(&format!("{matter} lat_e7=360956000 reporter=R1"));
    let again = phone.make(&format!("{matter} lat_e7=360956900 reporter=R2"));
    let met = phone.rows("duplicates", &[]);
    assert_eq!(
        lines(&met, "sort grade"),
        ["person | strong", "matter | likely"]
    );
    assert_eq!(cells(&met[1], "a b"), format!("{report} | {again}"));
    assert!(met[1]["why"]["zh"].as_str().unwrap().contains("相距10米"));

    // The same matter: linked, and counted; a further voice is a step of its own.
    for row in &met {
        decide(&phone, row);
    }
    assert_eq!(phone.rows("duplicates", &[]), [] as [Value; 0]);
    assert_eq!(
        only(&phone.about("person", &first), "part", "record").len(),
        2
    );
    phone.step(&again, "support");
    let behind = phone.about("supporters", &again);
    let lead = format!("{report} | lead | 0 | 2");
    let keys = "matter part supporters together";
    let same = format!("{again} | same | 1 | null");
    assert_eq!(
        lines(&behind, keys),
        [lead, same],
        "the second, and who supports it"
    );

    // The same at the hub; what a director merges by a step counts as well.
    phone.sync();
    assert_eq!(room.about("supporters", &report), behind);
    let third = phone.make("matter title=井盖松动 source=resident");
    phone.sync();
    room.step(&third, &format!("merge_into record={report} --note 同一处"));
    let merged = room.about("supporters", &report);
    assert_eq!(
        cells(&one(&merged, "part", "lead"), "matter together"),
        format!("{report} | 3")
    );
    assert_eq!(cell(&one(&merged, "part", "merged"), "matter"), third);
    room.stop();
}

#[test]
fn what_is_known_is_not_asked_again() {
    let (mut room, phone) = community();
    let dwelling = phone.make("dwelling number=D1 address=东街一号");
    let home = phone.make(&format!(
        "household household_no=H1 head=王老五 dwelling={dwelling}"
    ));
    let person = phone.make(&format!("resident name=王老五 household={home}"));
    phone.make(&format!(
        "visit subject=日常走访 at_ms=2026-10-01T09:00:00+08:00 household={home}"
    ));

    let asked = phone.about("prefill", &home);
    let of = |rows: &[Value], record: &str, key: &str| {
        let row = one(&only(rows, "record", record), "field", key);
        cells(&row, "ask value by")
    };
    assert_eq!(of(&asked, &home, "head"), "known | 王老五 | 王芳");
    assert_eq!(of(&asked, &home, "phone"), "missing |  | ");
    assert_eq!(
        of(&asked, &dwelling, "use"),
        "missing |  | ",
        "the dwelling too"
    );
    assert_eq!(
        of(&asked, &person, "phone"),
        "missing |  | ",
        "and who lives there"
    );
    let mut states = lines(&asked, "ask");
    states.dedup();
    assert_eq!(states, ["missing", "known"], "what is asked stands first");
    phone.set(&home, "phone=19900000003");
    let known = phone.about("prefill", &home);
    assert_eq!(of(&known, &home, "phone"), "known | 199****0003 | 王芳");

    // The dwelling and the household were named instead of typed again; the household was continued.
    let counts = |ledger: &dyn Ledger, kind: &str| {
        let row = one(&ledger.rows("reentries", &[]), "kind", kind);
        cells(&row, "named continued avoided again")
    };
    assert_eq!(counts(&phone, "household"), "2 | 1 | 3 | 0");
    assert_eq!(counts(&phone, "dwelling"), "1 | 0 | 1 | 0");
    // Typed again all the same, and found out.
    let again = phone.make("resident name=王老五");
    phone.make(&format!("same sort=same a={person} b={again}"));
    assert_eq!(counts(&phone, "resident"), "0 | 0 | 0 | 1");
    let fresh = phone.rows("stale", &[]);
    let residents = one(&fresh, "kind", "resident");
    assert_eq!(cells(&residents, "records fresh stale"), "2 | 2 | 0/2");

    phone.sync();
    assert_eq!(room.about("prefill", &home), known);
    assert_eq!(counts(&room, "household"), "2 | 1 | 3 | 0");
    assert_eq!(room.rows("stale", &[]), fresh);
    room.stop();
}
