//! Bad input by the program: each is refused with the place and the remedy, stops nothing else and leaves nothing half done.

#![cfg(test)]

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;
use wangge_tests::{Phone, Room, Said, wangge};
use wangge_wire::invitation::Invitation;

const HUB: &str = "410522100001";
const GRID: &str = "410522100001001";

/// A room with one hub that runs.
fn room() -> Room {
    let mut room = Room::new();
    room.init(HUB, "东关社区", None);
    room.run();
    room
}

/// What a refusal says, in both languages; it must end with this code.
#[track_caller]
fn refused(said: &Said, code: i32) -> String {
    assert_eq!(said.code, Some(code), "{said:?}");
    assert_eq!(said.out, "", "nothing is answered: {said:?}");
    let told: Value = serde_json::from_str(said.err.lines().last().unwrap_or_default()).unwrap();
    let text = |key: &str| told["error"][key].as_str().unwrap_or_default().to_owned();
    let (what, zh, en) = (text("what"), text("remedy_zh"), text("remedy_en"));
    assert!(
        !what.is_empty() && !zh.is_empty() && !en.is_empty(),
        "{told}"
    );
    format!("{what} | {zh} | {en}")
}

#[track_caller]
fn says(told: &str, words: &[&str]) {
    for word in words {
        assert!(told.contains(word), "«{word}» is not said: {told}");
    }
}

fn import(what: &str, csv: &str, dir: &Path) -> Said {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), csv).unwrap();
    let (file, dir) = (file.path().to_str().unwrap(), dir.to_str().unwrap());
    Said::of(&mut wangge(&["import", what, file, "--dir", dir, "--json"]))
}

/// The rows that an import left out: line and what is wrong.
#[track_caller]
fn left_out(said: &Said) -> (u64, Vec<(u64, String)>) {
    assert_eq!(said.code, Some(1), "{said:?}");
    let told: Value = serde_json::from_str(said.out.lines().last().unwrap_or_default()).unwrap();
    let bad = told["bad"].as_array().unwrap().iter();
    let bad = bad
        .map(|row| {
            assert_ne!(row["zh"].as_str().unwrap(), "");
            (
                row["line"].as_u64().unwrap(),
                row["en"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    (told["taken"].as_u64().unwrap(), bad)
}

#[track_caller]
fn lines(bad: &[(u64, String)], expected: &[(u64, &str)]) {
    assert_eq!(bad.len(), expected.len(), "{bad:#?}");
    for ((line, said), (at, word)) in bad.iter().zip(expected) {
        assert_eq!(line, at, "{bad:#?}");
        assert!(
            said.contains(word),
            "line {at}: «{word}» is not said: {said}"
        );
    }
}

#[test]
fn bad_rows_of_residents_are_listed_by_line_and_the_good_ones_go_in() {
    let room = room();
    let phone = Phone::enrolled(&room.invite(HUB, "王芳", GRID));
    let csv = "姓名,sex,birth_date,id_number,phone,area\n\
        张三,女,1949-12-31,11010519491231002X,13900000000,\n\
        李四,男,,110105194912310021,,\n\
        王五,男,2000-02-30,,,\n\
        赵六,雌,,,,\n\
        ,男,,,,\n\
        \"引号,男,,,,\n";
    let (taken, bad) = left_out(&import("residents", csv, phone.path()));
    assert_eq!(taken, 1);
    lines(
        &bad,
        &[
            (3, "check character"),
            (4, "date"),
            (5, "code"),
            (6, "name"),
            (7, "columns"),
        ],
    );
    let csv = "姓名,area\n李四,410522100002001\n王五,4105\n赵六,410522100001001\n";
    let (taken, bad) = left_out(&import("residents", csv, phone.path()));
    assert_eq!(taken, 1);
    lines(&bad, &[(2, "area"), (3, "area")]);
    // A file in another encoding, or without the column that is needed, is refused whole.
    let gbk = "姓名\n张三\n";
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(
        file.path(),
        [gbk.as_bytes(), &[0xd5, 0xc5, 0xc8, 0xfd, b'\n']].concat(),
    )
    .unwrap();
    let (path, dir) = (
        file.path().to_str().unwrap(),
        phone.path().to_str().unwrap(),
    );
    let said = Said::of(&mut wangge(&[
        "import",
        "residents",
        path,
        "--dir",
        dir,
        "--json",
    ]));
    says(&refused(&said, 1), &["line 3", "UTF-8"]);
    says(
        &refused(&import("residents", "sex\n男\n", phone.path()), 1),
        &["name"],
    );
    phone.sync();
    assert_eq!(phone.list("resident").len(), 2);
    room.wait_count(HUB, "residents", 2);
}

#[test]
fn bad_rows_of_matters_are_listed_by_line_and_the_good_ones_go_in() {
    let room = room();
    let phone = Phone::enrolled(&room.invite(HUB, "王芳", GRID));
    let csv = "id,sender,subject,sent_at,text,supports,opposes,reply,replied_at,class_level1\n\
        m1,A1,路灯,2017-10-14T14:25:14+08:00,\"两\n行\",2,0,已修,2017-10-15T08:00:00+08:00,\n\
        m2,A2,路灯,昨天,坏,,,,,\n\
        m1,A3,路灯,2017-10-14T14:25:14+08:00,又,,,,,\n\
        m3,A4,噪声,2017-10-14T14:25:14+08:00,吵,许多,,,,\n\
        m4,A4,噪声\n\
        m5,A5,占道,2017-10-14T14:25:14+08:00,占道,,,,,\n";
    let (taken, bad) = left_out(&import("matters", csv, phone.path()));
    assert_eq!(taken, 2);
    lines(
        &bad,
        &[
            (4, "sent_at"),
            (5, "line 2"),
            (6, "supports"),
            (7, "columns"),
        ],
    );
    phone.sync();
    room.wait_count(HUB, "matters", 2);
    let mut ids: Vec<_> = room
        .export(HUB, "matters")
        .into_iter()
        .map(|row| {
            (
                row["id"].as_str().unwrap().to_owned(),
                row["text"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    ids.sort();
    assert_eq!(
        ids,
        [
            ("m1".to_owned(), "两\n行".to_owned()),
            ("m5".to_owned(), "占道".to_owned())
        ]
    );
}

#[test]
fn bad_rows_of_divisions_are_listed_by_line_and_the_good_ones_become_hubs() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    let csv = "code,name,level,parent_code\n\
        410522,安阳县,county,\n\
        410522100,水冶镇,township,410522\n\
        41052x,坏,county,\n\
        410522100,水冶镇,township,410522\n\
        410523100,孤镇,township,410523\n\
        410522101,,township,410522\n";
    let (taken, bad) = left_out(&import("divisions", csv, &site));
    assert_eq!(taken, 2);
    lines(
        &bad,
        &[(4, "digits"), (5, "line 3"), (6, "410523"), (7, "name")],
    );
    let dir = site.to_str().unwrap();
    let status = Said::of(&mut wangge(&["hub", "status", "--dir", dir, "--json"])).json();
    assert_eq!(status.as_array().map(Vec::len), Some(2), "{status}");
}

#[test]
fn an_unknown_code_makes_no_hub_and_invites_nobody() {
    let room = room();
    let tries = [
        ("init --area 41052 --name x", 2, "41052"),
        ("init --area 4105221000012 --name x", 2, "4105221000012"),
        ("init --area 四一〇五二二 --name x", 2, "四一〇五二二"),
        ("init --area 410522100001 --name x", 1, "410522100001"),
        (
            "init --area 410522100002 --name x --parent 410522999",
            1,
            "410522999",
        ),
        (
            "invite --hub 410522100009 --member x --grid 410522100009001",
            1,
            "410522100009",
        ),
        (
            "invite --member x --grid 41052210000100",
            2,
            "41052210000100",
        ),
        (
            "invite --member x --grid 410522100002001",
            1,
            "410522100002001",
        ),
        ("invite --member x --grid 410522100002001", 1, HUB),
        ("invite --child 410522100001001", 1, "level"),
        ("status --hub 410522100009", 1, "410522100009"),
    ];
    for (words, code, place) in tries {
        let words: Vec<_> = words.split(' ').collect();
        says(&refused(&room.ask(&words), code), &[place]);
    }
    let hubs = room.ask(&["status"]).json();
    assert_eq!(hubs.as_array().map(Vec::len), Some(1), "{hubs}");
    // Nothing of the refused hubs lies in the folder.
    let mut folders: Vec<_> = fs::read_dir(room.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().is_dir())
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert_eq!(folders, [HUB, "marks"]);
}

#[test]
fn a_bad_value_is_refused_with_its_field_and_nothing_is_saved() {
    let room = room();
    let phone = Phone::enrolled(&room.invite(HUB, "王芳", GRID));
    let tries = [
        (
            "record new resident name=张三 id_number=110105194912310021",
            1,
            "校验",
        ),
        ("record new resident name=张三 sex=7", 1, "性别"),
        (
            "record new resident name=张三 birth_date=2000-02-30",
            1,
            "日期",
        ),
        ("record new resident name=张三 phone=一三九", 1, "电话"),
        ("record new resident name=张三 password=1", 1, "password"),
        ("record new resident 张三", 2, "张三"),
        (
            "record set 01a20cd7-995a-78df-829e-ca436ce27b63 name=李四",
            1,
            "记录",
        ),
        (
            "record step 01a20cd7-995a-78df-829e-ca436ce27b63 accept",
            1,
            "记录",
        ),
        ("record show 不是编号", 3, "没有找到"),
    ];
    for (words, code, place) in tries {
        let words: Vec<_> = words.split(' ').collect();
        says(&refused(&phone.ask(&words), code), &[place]);
    }
    assert_eq!(phone.list("resident"), Vec::<String>::new());
    assert_eq!(phone.ask(&["status"]).json()["waiting"], 0);
    let saved = phone.save(&[
        "record",
        "new",
        "resident",
        "name=张三",
        "id_number=11010519491231002X",
    ]);
    phone.sync();
    assert_eq!(phone.list("resident"), [saved.record]);
}

#[test]
fn a_wrong_key_opens_nothing_and_harms_nothing() {
    let room = room();
    let phone = Phone::enrolled(&room.invite(HUB, "王芳", GRID));
    let record = phone
        .save(&["record", "new", "resident", "name=张三"])
        .record;
    let with =
        |key: &str, words: &[&str]| Said::of(phone.command(words).env("WANGGE_PHONE_KEY", key));
    let wrong = "0".repeat(64);
    for words in [
        &["status"][..],
        &["record", "list", "resident"],
        &["record", "new", "resident", "name=李四"],
        &["sync"],
    ] {
        let told = refused(&with(&wrong, words), 1);
        says(&told, &["phone.db", "key", "密钥"]);
    }
    says(&refused(&with("12ab", &["status"]), 2), &["64"]);
    let files: Vec<_> = fs::read_dir(phone.path())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert!(
        !files
            .iter()
            .any(|name| name.to_string_lossy().contains("broken")),
        "{files:?}"
    );
    assert_eq!(phone.list("resident"), [record.as_str()]);
    phone.sync();
    room.wait_count(HUB, "residents", 1);
}

#[test]
fn an_invitation_ends_in_time_and_makes_no_hub_of_a_phone() {
    let mut room = room();
    let text = room.invite(HUB, "赵伟", GRID);
    let mut other = Room::new();
    let typo = [
        "init",
        "--area",
        HUB,
        "--name",
        "x",
        "--parent",
        &text[..60],
    ];
    says(&refused(&other.ask(&typo), 2), &["邀请", "invitation"]);
    room.stop();
    let store = Connection::open(room.store(HUB)).unwrap();
    let expire = "UPDATE invitation SET until_ms = 1";
    assert_eq!(store.execute(expire, []), Ok(1));
    drop(store);
    room.run();
    let late = Phone::new();
    let told = refused(&late.ask(&["enrol", &text]), 1);
    says(&told, &["expired", "过期", "索取新的"]);
    other.kill();
}

#[test]
fn an_invitation_is_good_once_in_time_and_as_it_was_given() {
    let room = room();
    let text = room.invite(HUB, "王芳", GRID);
    let given: Invitation = text.parse().unwrap();
    let letter = if &text[20..21] == "A" { "B" } else { "A" };
    let typo = [&text[..20], letter, &text[21..]].concat();
    let unknown = Invitation {
        secret: [9; 16],
        ..given.clone()
    }
    .to_string();
    let other_hub = Invitation {
        hub: [9; 32],
        ..given.clone()
    }
    .to_string();
    let nobody = Invitation {
        address: "127.0.0.1:9".to_owned(),
        ..given
    }
    .to_string();
    let phone = Phone::new();
    let enrol = |phone: &Phone, text: &str| phone.ask(&["enrol", text, "--seconds", "5"]);
    let tries = [
        ("hello", &["WANGGE:"][..]),
        (&text[..30], &["WANGGE:", "邀请码"][..1]),
        (&typo, &["邀请码有错字"]),
        (&unknown, &["did not make this invitation", "索取新的"]),
        (&other_hub, &["key", "邀请码"]),
        (&nobody, &["did not answer in time", "重试"]),
    ];
    for (text, words) in tries {
        let told = refused(&enrol(&phone, text), 1);
        if text.len() != 30 {
            says(&told, words);
        }
    }
    // Not enrolled, it says what to do; and then the right one is taken in the same folder.
    says(
        &refused(&phone.ask(&["record", "new", "resident", "name=张三"]), 1),
        &["邀请码"],
    );
    let _ = enrol(&phone, &text).json();
    let late = Phone::new();
    says(
        &refused(&enrol(&late, &text), 1),
        &["used already", "索取新的"],
    );
    // The same phone may ask again: the first answer may have been lost on the way.
    let _ = enrol(&phone, &text).json();

    phone.save(&["record", "new", "resident", "name=张三"]);
    phone.sync();
    room.wait_count(HUB, "residents", 1);
    assert_eq!(room.status(HUB)["peers"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_phones_newer_store_asks_for_an_update() {
    let room = room();
    let phone = Phone::enrolled(&room.invite(HUB, "王芳", GRID));
    let record = phone
        .save(&["record", "new", "resident", "name=张三"])
        .record;
    let version = |version: i64| {
        let key = fs::read_to_string(phone.path().join("phone.key")).unwrap();
        let store = Connection::open(phone.path().join("phone.db")).unwrap();
        store
            .pragma_update(None, "key", format!("x'{}'", key.trim()))
            .unwrap();
        let before: i64 = store
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        store.pragma_update(None, "user_version", version).unwrap();
        before
    };
    let ours = version(99);
    for words in [
        &["status"][..],
        &["record", "new", "resident", "name=李四"],
        &["sync"],
    ] {
        says(
            &refused(&phone.ask(words), 1),
            &["newer wangge", "99", "请更新应用"],
        );
    }
    assert_eq!(version(ours), 99);
    assert_eq!(phone.list("resident"), [record]);
}

/// A room of two hubs, of which one has a store that cannot be opened after `harm`. The other goes on.
fn one_of_two(harm: impl Fn(&Path), words: &[&str]) {
    const OTHER: &str = "410522100002";
    let mut room = Room::new();
    for (hub, name) in [(HUB, "东关社区"), (OTHER, "西关社区")] {
        room.init(hub, name, None);
    }
    let store = room.store(HUB);
    harm(&store);
    let before = fs::read(&store).unwrap();
    let path = store.to_str().unwrap();
    let export = wangge(&["export", "--store", path, "residents", "--json"]);
    says(&refused(&Said::of(&mut { export }), 1), words);
    says(&refused(&room.ask(&["status", "--hub", HUB]), 1), words);
    room.run();
    says(&refused(&room.ask(&["status", "--hub", HUB]), 1), words);
    let phone = Phone::enrolled(&room.invite(OTHER, "王芳", "410522100002001"));
    phone.save(&["record", "new", "resident", "name=张三"]);
    phone.sync();
    room.wait_count(OTHER, "residents", 1);
    room.stop();
    assert!(
        fs::read(&store).unwrap() == before,
        "it was not left as it was"
    );
}

#[test]
fn a_hubs_broken_store_is_named_left_alone_and_stops_no_other_hub() {
    one_of_two(
        |store| fs::write(store, "不是数据库".repeat(500)).unwrap(),
        &["hub.db", "not a wangge store"],
    );
}

#[test]
fn a_hubs_newer_store_asks_for_an_update_and_stops_no_other_hub() {
    one_of_two(
        |store| {
            let store = Connection::open(store).unwrap();
            // Closing writes it into the file itself, which is compared.
            store.pragma_update(None, "user_version", 99).unwrap();
        },
        &["newer wangge", "99"],
    );
}
