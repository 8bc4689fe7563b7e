//! Every command explains itself with an example, and speaks JSON to machines.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use wangge_tests::{Phone, Room, Said, wangge};

const HUB: &str = "410522100001";
const GRID: &str = "410522100001001";

/// The help of a command, and of every command below it.
fn each(words: &[&str], check: &mut dyn FnMut(&str, &str, bool)) {
    let said = Said::of(&mut wangge(&[words, &["--help"]].concat()));
    assert!(said.ok && said.err.is_empty(), "{words:?} {said:?}");
    let below: Vec<&str> = said
        .out
        .lines()
        .skip_while(|line| !line.starts_with("命令 Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    check(&words.join(" "), &said.out, below.is_empty());
    for word in below {
        each(&[words, &[word]].concat(), check);
    }
}

#[test]
fn each_command_has_an_example_in_its_help() {
    let mut commands = 0;
    each(&[], &mut |words, help, _| {
        commands += 1;
        if words.is_empty() {
            assert!(help.contains("退出码 Exit codes:"), "{help}");
            return;
        }
        // Records are moved at a hub; a phone's help shows how there.
        let words = if words == "phone record move" {
            "hub record move"
        } else {
            words
        };
        let (_, example) = help
            .split_once("示例 Example:\n")
            .unwrap_or_else(|| panic!("{words}: {help}"));
        // Commands that a phone and a hub share show both.
        let shown = example.lines().any(|line| {
            let mut said = line.split_whitespace();
            ["wangge"]
                .into_iter()
                .chain(words.split(' '))
                .all(|word| said.any(|one| one == word))
        });
        assert!(shown, "{words}: «{example}»");
    });
    assert!(commands > 30, "{commands}");
}

/// What was said, with the command that said it.
struct Heard(BTreeSet<String>);

impl Heard {
    /// Each line of an answer is JSON, and so is the word of a failure.
    #[track_caller]
    fn take(&mut self, command: &str, code: i32, said: &Said) {
        assert_eq!(said.code, Some(code), "{command} {said:?}");
        for line in said.out.lines() {
            let value: Result<Value, _> = serde_json::from_str(line);
            assert!(value.is_ok(), "{command}: {line}");
        }
        if code == 0 {
            assert_ne!(said.out, "", "{command}");
            assert_eq!(said.err, "", "{command}");
        } else {
            let told: Value = serde_json::from_str(&said.err).unwrap();
            assert_ne!(told["error"]["what"].as_str().unwrap(), "", "{command}");
        }
        self.0.insert(command.to_owned());
    }
}

/// What is said to hubs.
fn hub(room: &Room, heard: &mut Heard, code: i32, command: &str, more: &[&str]) -> Said {
    let words: Vec<_> = command.split(' ').chain(more.iter().copied()).collect();
    let said = room.ask(&words);
    heard.take(&format!("hub {command}"), code, &said);
    said
}

/// A director works with records.
fn speak_with_records(heard: &mut Heard, room: &Room) {
    hub(room, heard, 0, "record kinds", &[]);
    hub(room, heard, 0, "record fields", &["building"]);
    hub(room, heard, 3, "record list", &["building"]);
    let saved = hub(room, heard, 0, "record new", &["building", "name=3号楼"]).json();
    let record = saved["record"].as_str().unwrap();
    hub(room, heard, 0, "record set", &[record, "floors=6"]);
    hub(
        room,
        heard,
        0,
        "record list",
        &["building", "--where", "floors=5..7"],
    );
    hub(room, heard, 0, "record show", &[&record[24..]]);
    hub(room, heard, 0, "record move", &[record, "--to", GRID]);
    let period = ["--from", "2026-01-01", "--until", "2027-01-01"];
    hub(room, heard, 0, "record figures", &period);
    hub(room, heard, 0, "record report", &["solved_by_level"]);
    hub(room, heard, 3, "record escalations", &[]);
    hub(room, heard, 0, "record check", &[]);
    hub(room, heard, 0, "record automate", &[]);
    let matter = ["matter", "title=井盖破损"];
    let saved = hub(room, heard, 0, "record new", &matter).json();
    let record = saved["record"].as_str().unwrap();
    hub(
        room,
        heard,
        0,
        "record step",
        &[record, "remark", "--note", "已看"],
    );
}

/// A phone works for a while.
fn speak_with_phone(heard: &mut Heard, phone: &Phone, invitation: &str) {
    let mut ask = |code: i32, command: &str, more: &[&str]| {
        let words: Vec<_> = command.split(' ').chain(more.iter().copied()).collect();
        let said = phone.ask(&words);
        heard.take(&format!("phone {command}"), code, &said);
        said
    };
    ask(0, "enrol", &[invitation]);
    ask(0, "status", &[]);
    ask(3, "record list", &["matter"]);
    ask(0, "record kinds", &[]);
    ask(0, "record check", &[]);
    ask(3, "record escalations", &[]);
    ask(
        0,
        "record figures",
        &["--from", "2026-01-01", "--until", "2027-01-01"],
    );
    ask(0, "record report", &[]);
    ask(0, "record automate", &["--dry-run"]);
    ask(0, "suggest", &["路灯不亮"]);
    for (kind, field, word, edit) in [
        ("resident", "name=张秀英", "秀英", "note=已看"),
        ("matter", "title=路灯不亮", "路灯", "place=东街"),
    ] {
        let saved = ask(0, "record new", &[kind, field]).json();
        let record = saved["record"].as_str().unwrap();
        ask(0, "record set", &[record, edit]);
        ask(0, "record list", &[kind, "--rows", "10"]);
        ask(0, "record list", &[kind, "--find", word]);
        ask(3, "record list", &[kind, "--find", "无此人"]);
        ask(0, "record show", &[record]);
        ask(2, "record move", &[record, "--to", "410522100001002"]);
        ask(0, "record fields", &[kind]);
        if kind == "matter" {
            ask(0, "record step", &[record, "remark", "--note", "已看"]);
        }
    }
    ask(0, "sync", &[]);
    ask(3, "salvage", &[]);
}

#[test]
fn each_command_speaks_json() {
    let heard = &mut Heard(BTreeSet::new());
    let mut room = Room::new();
    hub(&room, heard, 0, "init", &["--area", HUB, "--name", "社区"]);
    hub(&room, heard, 0, "director", &["--name", "李主任"]);
    room.run();
    heard.0.insert("hub run".to_owned());
    hub(&room, heard, 0, "status", &[]);
    speak_with_records(heard, &room);
    let said = Said::of(&mut wangge(&["suggest", "路灯不亮", "--json"]));
    heard.take("suggest", 0, &said);
    let invite = ["--member", "王芳", "--grid", GRID, "--address"];
    let invite = [&invite[..], &[room.address()]].concat();
    let invited = hub(&room, heard, 0, "invite", &invite).json();
    let phone = Phone::new();
    speak_with_phone(heard, &phone, invited["invitation"].as_str().unwrap());
    hub(&room, heard, 3, "review", &[]);
    let nobody = "01a20cd7-995a-78df-829e-ca436ce27b63";
    let choice = [nobody, "open", "name", "1"];
    hub(&room, heard, 1, "review settle", &choice);
    let commit = "5f0c2a7be19d4c33";
    hub(&room, heard, 1, "review adopt", &[commit]);
    let reason = [commit, "--reason", "wrong"];
    hub(&room, heard, 1, "review decline", &reason);
    hub(&room, heard, 0, "revoke", &["--member", "王芳"]);
    room.stop();

    let mut plain = |words: &[&str]| {
        let said = Said::of(&mut wangge(&[words, &["--json"]].concat()));
        heard.take(words[0], 0, &said);
    };
    let store = room.store(HUB);
    for what in ["residents", "matters"] {
        plain(&["export", "--store", store.to_str().unwrap(), what]);
    }
    let file = phone.path().join("residents.csv");
    fs::write(&file, "name\n赵大\n").unwrap();
    let (file, dir) = (file.to_str().unwrap(), phone.path().to_str().unwrap());
    plain(&["import", "residents", file, "--dir", dir]);
    let package = phone.path().join("package");
    let package = package.to_str().unwrap();
    let place = ["--hub", HUB, "--dir", room.path(), "--json"];
    for word in ["export", "check", "load", "diff"] {
        let words = ["package", word, package];
        let said = Said::of(&mut wangge(&[&words[..], &place].concat()));
        heard.take(&format!("package {word}"), 0, &said);
    }
    // The demo's last line is read by a test of its own.
    heard.0.insert("demo".to_owned());

    let mut all = BTreeSet::new();
    each(&[], &mut |words, _, leaf| {
        if leaf || words == "hub review" {
            all.insert(words.to_owned());
        }
    });
    assert_eq!(heard.0, all);
}
