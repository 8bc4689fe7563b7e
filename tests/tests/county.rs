//! The main job: a county's messages, spread over the grids' phones as matters reported offline, reach the county whole. Every
//! message is compared, one by one, with what the county's store gives back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use wangge_tests::{Said, program, wangge};

/// Files that the process may have open, as on a modest machine.
const FILES_MAX: u32 = 1024;

/// A message as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
struct Message {
    id: String,
    subject: String,
    text: String,
    reply: String,
}

fn messages(file: &Path) -> BTreeMap<String, Message> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader.deserialize().map(|row: Result<Message, _>| row.unwrap()).map(|row| (row.id.clone(), row)).collect()
}

/// Runs the demo with these files, and compares; what it counted.
fn check(divisions: &Path, letters: &Path) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("ulimit -n {FILES_MAX} && exec \"$@\"");
    let mut command = Command::new("bash");
    command.args(["-c", &script, "bash"]).arg(program("wangge")).args(["demo", "--exit", "--json", "--dir"]);
    command.arg(folder.path()).arg("--divisions").arg(divisions).arg("--messages").arg(letters);
    let told = Said::of(&mut command).json();
    println!("{told}");

    let sent = messages(letters);
    assert_eq!(told["matters_in"], sent.len(), "{told}");
    assert_eq!(told["matters_at_county"], sent.len(), "{told}");
    assert_eq!(told["commits"], told["commits_at_county"], "{told}");
    assert_eq!(told["held"], 0, "{told}");

    let store = told["county_store"].as_str().unwrap();
    let said = Said::of(&mut wangge(&["export", "--store", store, "matters", "--json"]));
    assert!(said.ok, "{}", said.err);
    let mut held: BTreeMap<String, Message> = BTreeMap::new();
    for line in said.out.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let id = text(&row["id"]);
        let (subject, reply) = (text(&row["fields"]["title"]), text(&row["fields"]["reply"]));
        let message = Message { id: id.clone(), subject, text: text(&row["text"]), reply };
        assert_eq!(held.insert(id.clone(), message), None, "{id} twice");
    }
    for (id, message) in &sent {
        assert_eq!(held.get(id), Some(message));
    }
    assert_eq!(held.len(), sent.len());
    told
}

/// A county of 4 townships with 3 communities each, and 300 messages: quotes, commas, line ends, equal texts.
fn made_up(folder: &Path) -> (PathBuf, PathBuf) {
    let mut divisions = "code,name,level,parent_code\n41,河南省,province,\n4105,安阳市,city,41\n410522,安阳县,county,4105\n".to_owned();
    for township in 1..=4 {
        divisions += &format!("41052210{township},第{township}镇,township,410522\n");
        for community in 1..=3 {
            let code = format!("41052210{township}00{community}");
            divisions += &format!("{code},第{township}镇第{community}村,community,41052210{township}\n");
        }
    }
    let mut letters = csv::Writer::from_writer(Vec::new());
    let head = ["id", "sender", "subject", "sent_at", "text", "supports", "opposes", "reply", "replied_at", "class_level1"];
    letters.write_record(head).unwrap();
    for at in 0..300_u32 {
        let day = at % 28 + 1;
        let text = format!("东街的\"路灯\",第{}盏\n不亮了,请{}。", at % 7, "修理".repeat(at as usize % 40 + 1));
        let (reply, replied) = match at % 3 {
            0 => (format!("已修好,第{at}号"), format!("2019-04-{day:02}T09:00:00+08:00")),
            _ => (String::new(), String::new()),
        };
        let row = [
            format!("m-{at}"),
            format!("A{:08}", at % 90),
            format!("路灯{}", at % 7),
            format!("2019-03-{day:02}T14:25:14+08:00"),
            text,
            String::new(),
            String::new(),
            reply,
            replied,
            String::new(),
        ];
        letters.write_record(&row).unwrap();
    }
    let paths = (folder.join("divisions.csv"), folder.join("messages.csv"));
    fs::write(&paths.0, divisions).unwrap();
    fs::write(&paths.1, letters.into_inner().unwrap()).unwrap();
    paths
}

#[test]
fn every_made_up_message_reaches_the_county() {
    let folder = tempfile::tempdir().unwrap();
    let (divisions, letters) = made_up(folder.path());
    let told = check(&divisions, &letters);
    assert_eq!(told["hubs"], 1 + 4 + 12, "{told}");
}

#[test]
#[ignore = "reads the folder that WANGGE_DATA names"]
fn real_data_every_message_reaches_the_county() {
    let data = PathBuf::from(std::env::var_os("WANGGE_DATA").expect("WANGGE_DATA"));
    let told = check(&data.join("divisions_anyang.csv"), &data.join("citizen_messages.csv"));
    assert_eq!(told["hubs"], 1 + 16 + 481, "{told}");
    assert_eq!(told["matters_at_county"], 4551, "{told}");
}
