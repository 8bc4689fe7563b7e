//! Who takes part from outside, by the program alone: participants of each sort and sensors read and write what their office may, and what
//! they forge beyond it is held.

#![cfg(test)]

use serde_json::Value;
use wangge_model::kind::Kind;
use wangge_model::reason::Reason;
use wangge_tests::forger::Forger;
use wangge_tests::ledger::{Ledger, cell};
use wangge_tests::{Phone, Room, Said, field, until};
use wangge_wire::commit::parse_header;
use wangge_wire::statement::{Body, open_statement};
use wangge_wire::v1;

const HUB: &str = "410522100001";
const GRID: &str = "410522100001001";

fn community() -> Room {
    Room::seated(HUB, "东关社区", "李主任", None)
}

/// An invitation for somebody from outside, for the whole community.
fn invited(room: &Room, role: &str, name: &str, more: &[&str]) -> Said {
    let words = ["invite", "--hub", HUB, "--member", name, "--role", role];
    room.ask(&[&words, more, &["--address", room.address()]].concat())
}

fn invitation(room: &Room, role: &str, name: &str) -> String {
    let told = invited(room, role, name, &["--until", "2099-12-31"]).json();
    told["invitation"].as_str().unwrap().to_owned()
}

/// What a phone says against an act.
#[track_caller]
fn refused(phone: &Phone, words: &[&str]) -> String {
    let said = phone.record(words);
    assert_eq!(said.code, Some(1), "{said:?}");
    said.err
}

fn stage(shown: &Value) -> &str {
    shown["row"]["stage"]["code"].as_str().unwrap_or_default()
}

/// What a volunteer may not write, each with the reason.
fn may_not(volunteer: &Phone, own: &str) {
    for words in [
        &["new", "resident", "name=钱多多"][..],
        &["new", "survey", "title=自拟", "questions=一"],
        &["new", "notice", "title=自拟"],
        &["new", "household", "household_no=1"],
        &["new", "matter", "title=一事", "reporter_phone=13900000000"],
        &["set", own, "place=4号楼"],
        &["step", own, "accept"],
        &["step", own, "dispose", "--note", "已清"],
    ] {
        let told = refused(volunteer, words);
        assert!(
            told.contains("not granted") && told.contains("无权"),
            "{words:?}: {told}"
        );
    }
}

#[test]
fn each_participant_reads_and_writes_what_its_sort_may() {
    let mut room = community();
    let member = Phone::enrolled(&room.invite(HUB, "王芳", GRID));
    member.make("resident name=赵铁柱 phone=13912345678");
    let theirs = member.make("matter title=他人之事 description=他人的原话");
    member.sync();
    let survey = room.make("survey title=物业满意度 questions=您满意吗");
    let talk = room.make("deliberation title=加装电梯 state=open");
    let _ = room.make("notice title=内部通知");

    // A right that ended before it began is none, and one for a time says until when.
    let late = invited(&room, "volunteer", "张医生", &["--until", "2020-01-01"]);
    assert_eq!(late.code, Some(1), "{late:?}");
    let volunteer = Phone::enrolled(&invitation(&room, "volunteer", "张医生"));
    let until_ms = volunteer.ask(&["status"]).json()["until_ms"].as_i64();
    let last: wangge_model::time::Date = "2099-12-31".parse().unwrap();
    assert_eq!(until_ms, Some(last.plus(1).start().0));
    volunteer.sync();
    assert_eq!(volunteer.list("survey"), std::slice::from_ref(&survey));
    assert_eq!(volunteer.list("deliberation"), std::slice::from_ref(&talk));
    for kind in ["resident", "matter", "notice", "member"] {
        assert_eq!(volunteer.list(kind), [""; 0], "{kind}");
    }

    // Offline: what it may, and what it may not, with the reason.
    room.stop();
    let own = volunteer.make("matter title=楼道堆物 place=3号楼 flow=service");
    let service = volunteer.make("service title=义诊 sort=medical");
    let sheet = format!("reply_sheet survey={survey} at_ms=2026-11-01 answers=满意");
    let sheet = volunteer.make(&sheet);
    let says = format!("opinion deliberation={talk} who=张医生 capacity=volunteer vote=yes");
    let opinion = volunteer.make(&says);
    may_not(&volunteer, &own);
    let person = room_again(&mut room, "resident", "孙老师");
    let told = refused(&person, &["new", "service", "title=代办"]);
    assert!(told.contains("not granted"), "{told}");
    let _ = person.make("matter title=路灯不亮");
    person.sync();
    volunteer.sync();

    // The hub has them, and the volunteer follows their own matter to its end, and nobody else's.
    for (kind, id) in [
        ("service", &service),
        ("reply_sheet", &sheet),
        ("opinion", &opinion),
    ] {
        until(kind, || {
            (room.record(&["show", id]).code == Some(0)).then_some(())
        });
    }
    assert_eq!(
        field(&room.record(&["show", &own]).json(), "title")["value"],
        "楼道堆物"
    );
    room.step(&own, "accept");
    room.step(&theirs, "accept");
    room.step(&own, "dispatch --to 物业");
    room.step(&own, "dispose --note 已清");
    volunteer.sync();
    assert_eq!(volunteer.list("matter"), std::slice::from_ref(&own));
    assert_eq!(stage(&volunteer.show(&own)), "disposed");
    volunteer.step(&own, "confirm_close");
    volunteer.sync();
    until("the hub hears that it is done", || {
        (stage(&room.record(&["show", &own]).json()) == "verified").then_some(())
    });
    assert_eq!(person.list("matter").len(), 1);
    assert_eq!(room.review(HUB), None, "nothing was held");
}

/// Runs a stopped room again, and enrols somebody from outside.
fn room_again(room: &mut Room, role: &str, name: &str) -> Phone {
    room.run();
    Phone::enrolled(&invitation(room, role, name))
}

/// Whether an entry tells of somebody's grant, and of whose.
fn granted(entry: &v1::Entry) -> Option<String> {
    let opened = open_statement(&entry.statement, &entry.signature).unwrap();
    match opened.statement.body {
        Body::Grant(grant) => Some(grant.name),
        _ => None,
    }
}

#[test]
fn what_a_participant_may_not_read_never_leaves_the_hub_and_what_it_forges_is_held() {
    let room = community();
    let member = Phone::enrolled(&room.invite(HUB, "王芳", GRID));
    member.make("resident name=赵铁柱 phone=13912345678 id_number=11010519491231002X");
    member.make("matter title=他人之事");
    member.sync();
    let survey = room.make("survey title=物业满意度 questions=您满意吗");
    let other = Phone::enrolled(&invitation(&room, "resident", "周大爷"));
    other.make("matter title=邻居漏水");
    other.sync();
    room.wait_count(HUB, "matters", 2);

    let mut forger = Forger::enrolled(&invitation(&room, "resident", "吴某"), 9);
    // A resident's record, in the very form that a member's phone writes.
    let resident = forger.push(|_| {}, |_| {});
    let edit = forger.push(|forged| forged.header.act = v1::Act::Edit, |_| {});
    for (commit, reason) in [
        (resident, Reason::FacetNotGranted),
        (edit, Reason::ActNotGranted),
    ] {
        assert_eq!(Reason::from_u32(forger.verdict(commit)), Some(reason));
    }
    room.wait_count(HUB, "held", 2);
    room.wait_count(HUB, "residents", 1);
    let heard = forger.heard();
    let mut seen = Vec::new();
    for commit in heard.iter().filter_map(|entry| entry.commit.as_ref()) {
        let header = parse_header(&commit.header).unwrap();
        for part in header.parts {
            let kind = Kind::from_u8(part.kind).unwrap();
            seen.push((
                kind.word(),
                wangge_model::id::RecordId::try_from(&part.record[..])
                    .unwrap()
                    .to_string(),
            ));
        }
    }
    assert_eq!(
        seen,
        [("survey".to_owned(), survey)],
        "of others' records a survey, and nothing else"
    );
    let mut names: Vec<String> = heard.iter().filter_map(granted).collect();
    names.sort();
    names.dedup();
    assert!(!names.contains(&"周大爷".to_owned()), "{names:?}");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    for entry in heard {
        let parts = entry.commit.iter().flat_map(|commit| &commit.parts);
        for part in parts {
            let said = text(&part.change);
            assert!(
                !said.contains("赵铁柱") && !said.contains("邻居漏水"),
                "{said}"
            );
        }
    }
}

/// A rule by which what a sensor says again within a day joins what is open.
fn merge_rule(room: &Room, days: &str) {
    room.new_record(
        "rule",
        &[
            "code=merge.sensor",
            "title=重复感知并案",
            "event=reported",
            "condition=source=sensor",
            "action=merge",
            &format!("params=days={days}"),
            "enabled=true",
        ],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story, told in its order")]
fn a_sensors_repeated_events_are_one_matter_that_no_sensor_closes() {
    let room = community();
    merge_rule(&room, "1");
    let sensor = Phone::enrolled(&invitation(&room, "sensor", "井盖网关"));
    let event = |number: &str, measured: &str| {
        let words = format!(
            "matter title=井盖倾斜 source=sensor reporter={number} class=B0101 measure=height_cm measured={measured} place=解放路12号"
        );
        sensor.make(&words)
    };
    // What a sensor does not say is asked for by name; another source is not its to claim.
    let whole = [
        "new",
        "matter",
        "title=井盖倾斜",
        "source=sensor",
        "reporter=JG-017",
        "class=B0101",
        "measure=height_cm",
        "measured=12",
        "place=解放路12号",
    ];
    for key in [
        "source", "reporter", "class", "measure", "measured", "place",
    ] {
        let prefix = format!("{key}=");
        let words: Vec<&str> = whole
            .into_iter()
            .filter(|word| !word.starts_with(&prefix))
            .collect();
        let told = refused(&sensor, &words);
        assert!(
            told.contains(key) && told.contains("必须填写"),
            "{key}: {told}"
        );
    }
    let leader: Vec<&str> = whole
        .map(|word| {
            if word == "source=sensor" {
                "source=leader"
            } else {
                word
            }
        })
        .to_vec();
    assert!(refused(&sensor, &leader).contains("source"));
    let first = event("JG-017", "12");
    let second = event("JG-017", "13");
    let other = event("JG-018", "9");
    // Back in order, says the sensor: that closes nothing either.
    let quiet = event("JG-017", "0");
    for words in [
        &["step", &first, "confirm_close"][..],
        &["step", &first, "close"],
        &["step", &first, "dispose", "--note", "已复位"],
        &["set", &first, "measured=0"],
        &["new", "resident", "name=赵铁柱"],
    ] {
        let told = refused(&sensor, words);
        assert!(
            told.contains("not granted") && told.contains("无权"),
            "{words:?}: {told}"
        );
    }
    sensor.sync();
    room.wait_count(HUB, "matters", 4);

    let done = room.record(&["automate"]).json();
    let merged: Vec<(&str, &str)> = done["done"]
        .as_array()
        .unwrap()
        .iter()
        .map(|deed| {
            (
                deed["record"].as_str().unwrap(),
                deed["into"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        merged,
        [
            (second.as_str(), first.as_str()),
            (quiet.as_str(), first.as_str())
        ],
        "{done}"
    );
    let stages = [&first, &second, &other, &quiet]
        .map(|matter| stage(&room.record(&["show", matter]).json()).to_owned());
    assert_eq!(stages, ["reported", "merged", "reported", "merged"]);
    let together = &room.about("supporters", &first)[0];
    assert_eq!(cell(together, "together"), "2", "counted on the one matter");
    let again = room.record(&["automate"]).json();
    assert_eq!(again["done"].as_array().unwrap().len(), 0, "{again}");

    // A matter that is closed is no longer open to join: the sensor's next word is a new one.
    room.step(&first, "accept");
    room.step(&first, "dispatch --to 市政所");
    room.step(&first, "dispose --note 已复位");
    let member = Phone::enrolled(&room.invite(HUB, "王芳", HUB));
    member.sync();
    member.step(&first, "verify_pass remeasured=0");
    member.sync();
    until("verified", || {
        (stage(&room.record(&["show", &first]).json()) == "verified").then_some(())
    });
    let closer = room.ask(&["director", "--hub", HUB, "--name", "周副主任"]);
    assert!(closer.ok, "{closer:?}");
    let close = room.ask(&["record", "--as", "周副主任", "step", &first, "close"]);
    assert!(close.ok, "{close:?}");
    let fresh = event("JG-017", "15");
    sensor.sync();
    until("the sensor's next word", || {
        (room.record(&["show", &fresh]).code == Some(0)).then_some(())
    });
    let after = room.ask(&["record", "--as", "李主任", "automate"]).json();
    assert_eq!(after["done"].as_array().unwrap().len(), 0, "{after}");

    // A sensor whose program is not ours gets no further.
    let mut forger = Forger::enrolled(&invitation(&room, "sensor", "假网关"), 11);
    let step = forger.push(
        |forged| {
            forged.header.act = v1::Act::Step;
            forged.header.parts[0].kind = Kind::MATTER.to_u8();
        },
        |_| {},
    );
    assert_eq!(
        Reason::from_u32(forger.verdict(step)),
        Some(Reason::ActNotGranted)
    );
    room.wait_count(HUB, "held", 1);
}
