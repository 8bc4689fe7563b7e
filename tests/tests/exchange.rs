//! What goes in comes out: tables of records into a hub and out again, each row told as new, matched, conflicting or rejected.

#![cfg(test)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;
use wangge_tests::{Room, Said, wangge};

const HUB: &str = "410522100001";
const ROWS: u64 = 2_000;

/// A hub that nobody runs, with a director.
fn room() -> Room {
    let room = Room::new();
    room.init(HUB, "社区", None);
    room.director(HUB, "李主任");
    room
}

/// A command on the hub's records.
fn at(room: &Room, words: &[&str]) -> Said {
    let place = ["--hub", HUB, "--dir", room.path(), "--json"];
    Said::of(&mut wangge(&[words, &place].concat()))
}

fn import(room: &Room, kind: &str, file: &Path, more: &[&str]) -> Value {
    let words = [&["import", kind, file.to_str().unwrap()], more].concat();
    let said = at(room, &words);
    let told = said.out.lines().last().unwrap_or_default();
    serde_json::from_str(told).unwrap_or_else(|_| panic!("{said:?}"))
}

#[track_caller]
fn counts(told: &Value, expected: [u64; 4]) {
    let found =
        ["new", "matched", "conflicting", "rejected"].map(|key| told[key].as_u64().unwrap());
    assert_eq!(found, expected, "{told}");
}

/// What the file says stands here already.
#[track_caller]
fn all_matched(room: &Room, kind: &str, file: &Path, rows: u64) {
    counts(&import(room, kind, file, &["--dry-run"]), [0, rows, 0, 0]);
}

#[test]
fn two_thousand_residents_go_in_once_and_come_out_as_they_went_in() {
    let room = room();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("residents.csv");
    let mut csv = "姓名,sex,birth_date,phone,现住地址,area\n".to_owned();
    for row in 1..=ROWS {
        writeln!(
            csv,
            "居民{row},{},19{:02}-01-02,139{row:08},\"东街,{row} 号\",{HUB}001",
            row % 2 + 1,
            row % 100
        )
        .unwrap();
    }
    // Interrupted after a part of it, the import goes on where it was.
    let part: String = csv
        .lines()
        .take(501)
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(&file, part).unwrap();
    counts(
        &import(&room, "resident", &file, &["--dry-run"]),
        [500, 0, 0, 0],
    );
    counts(&import(&room, "resident", &file, &[]), [500, 0, 0, 0]);
    fs::write(&file, &csv).unwrap();
    counts(
        &import(&room, "residents", &file, &[]),
        [ROWS - 500, 500, 0, 0],
    );
    all_matched(&room, "居民", &file, ROWS);

    for (option, name) in [("--csv", "out.csv"), ("--xlsx", "out.xlsx")] {
        let out = dir.path().join(name);
        let told = at(
            &room,
            &[
                "export",
                "resident",
                option,
                out.to_str().unwrap(),
                "--clear",
            ],
        )
        .json();
        assert_eq!(told["records"], ROWS);
        all_matched(&room, "resident", &out, ROWS);
    }
    // Without --clear nothing sensitive leaves.
    let open = dir.path().join("open.csv");
    let told = at(
        &room,
        &["export", "resident", "--csv", open.to_str().unwrap()],
    )
    .json();
    assert_eq!(told["records"], ROWS);
    let open = fs::read_to_string(&open).unwrap();
    assert!(open.contains("居民7,") && !open.contains("13900000007"));
}

#[test]
fn each_row_is_new_matched_conflicting_or_rejected_with_its_reason() {
    let room = room();
    let dir = tempfile::tempdir().unwrap();
    let households = dir.path().join("households.csv");
    fs::write(
        &households,
        "户号,户主姓名,所在楼栋\nH1,张三,\nH2,李四,一号楼\nH1,王五,\n",
    )
    .unwrap();
    let told = import(&room, "household", &households, &[]);
    counts(&told, [1, 0, 0, 2]);
    let reasons = |told: &Value| -> Vec<String> {
        let one = |bad: &Value| {
            assert!(
                !bad["zh"].as_str().unwrap().is_empty() && !bad["en"].as_str().unwrap().is_empty()
            );
            format!(
                "{} {} {}",
                bad["line"],
                bad["field"].as_str().unwrap(),
                bad["code"].as_str().unwrap()
            )
        };
        told["bad"].as_array().unwrap().iter().map(one).collect()
    };
    assert_eq!(reasons(&told), ["3 building link_unknown", "4  row_twice"]);

    // A link by what people call the other record, once that is here.
    let buildings = dir.path().join("buildings.csv");
    fs::write(&buildings, "楼栋名称\n一号楼\n").unwrap();
    counts(&import(&room, "building", &buildings, &[]), [1, 0, 0, 0]);
    fs::write(
        &households,
        "户号,户主姓名,所在楼栋\nH1,张三,\nH2,李四,一号楼\n",
    )
    .unwrap();
    counts(&import(&room, "household", &households, &[]), [1, 1, 0, 0]);

    // Other values are told, and written only when it is said so; not over what was stated later.
    fs::write(&households, "户号,户主姓名,登记人数\nH1,张大,3\nH2,李四,\n").unwrap();
    let told = import(&room, "household", &households, &[]);
    counts(&told, [0, 1, 1, 0]);
    let fields = told["conflicts"][0]["fields"].as_array().unwrap();
    assert_eq!(
        (&fields[0]["field"], &fields[0]["here"], &fields[0]["file"]),
        (&"head".into(), &"张三".into(), &"张大".into())
    );
    let told = import(
        &room,
        "household",
        &households,
        &["--update", "--stated", "2001-01-01"],
    );
    assert_eq!(
        (
            &told["conflicting"],
            &told["conflicts"][0]["fields"][0]["written"]
        ),
        (&1.into(), &false.into())
    );
    assert_eq!(
        import(&room, "household", &households, &["--update"])["updated"],
        1
    );
    all_matched(&room, "household", &households, 2);
}
