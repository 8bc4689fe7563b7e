//! Numbers that people read to each other, given offline (R107).

use std::collections::BTreeSet;
use std::fs;

use wangge_tests::{Phone, field};

use super::town::{COMMUNITY, COUNTY, GRID, Town};

fn number(phone: &Phone, title: &str) -> (String, String) {
    let title = format!("title={title}");
    let matter = phone.save(&["record", "new", "matter", &title]).record;
    let shown = phone.show(&matter);
    let number = field(&shown, "number")["value"].as_str().unwrap();
    (number.to_owned(), matter)
}

#[test]
fn numbers_given_offline_never_meet_and_a_report_is_tracked_by_its_own() {
    let town = Town::new();
    let (one, two) = (town.phone("王芳"), town.phone("赵伟"));
    let mut numbers = BTreeSet::new();
    let mut give = |phone: &Phone, title: &str| {
        let (number, matter) = number(phone, title);
        let parts: Vec<&str> = number.split('-').collect();
        assert_eq!(parts[0], GRID, "{number}");
        assert!(
            parts.len() == 3 && parts[2].parse::<u32>().is_ok(),
            "{number}"
        );
        assert!(numbers.insert(number.clone()), "{number} twice");
        (number, matter)
    };
    // Two phones of one grid, neither of which has heard of the other.
    for at in 0..3 {
        give(&one, &format!("甲{at}"));
        give(&two, &format!("乙{at}"));
    }
    one.sync();

    // A phone whose store comes back from a copy counts anew from there, and gives no number again. The marker is not in the copy.
    let store = one.path().join("phone.db");
    let copy = one.path().join("copy.db");
    fs::copy(&store, &copy).unwrap();
    let before = give(&one, "第一世").0;
    one.sync();
    fs::copy(&copy, &store).unwrap();
    for gone in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{gone}", store.display()));
    }
    let after = give(&one, "第二世").0;
    assert_ne!(
        before.rsplit_once('-').unwrap().0,
        after.rsplit_once('-').unwrap().0,
        "another life"
    );
    one.sync();
    one.sync();
    two.sync();

    // At the county each number finds its one matter.
    let desk = town.write(COMMUNITY, "matter", &["title=社区上报", "--area", GRID]);
    let shown = town.wait(COUNTY, &desk, 1);
    let at_desk = field(&shown, "number")["value"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(numbers.insert(at_desk));
    town.room
        .wait_count(COUNTY, "matters", numbers.len() as u64);
    for number in &numbers {
        let found = town
            .ask(COUNTY, &["list", "matter", "--find", number])
            .json();
        assert_eq!(found["total"], 1, "{number}");
    }
    two.sync();
    let tracked = two
        .ask(&["record", "list", "matter", "--find", &before])
        .json();
    assert_eq!(tracked["rows"][0]["title"], "第一世");
}
