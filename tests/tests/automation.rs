//! What a city sets otherwise and what a running hub does by itself, by the program alone.

#![cfg(test)]

use std::collections::BTreeSet;

use serde_json::Value;
use wangge_tests::{Phone, Room, until};

const COMMUNITY: &str = "410522100001";
const GRID: &str = "410522100001001";

fn rule(room: &Room, code: &str, event: &str, action: &str, more: &[&str]) -> String {
    let words = [
        format!("code={code}"),
        format!("title={code}"),
        format!("event={event}"),
        format!("action={action}"),
    ];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let new = ["record", "new", "rule", "enabled=true"];
    let told = room.ask(&[&new, words.as_slice(), more].concat()).json();
    told["record"].as_str().unwrap().to_owned()
}

/// What a hub or a phone says, as JSON; nothing where there is nothing to tell.
fn told(said: &wangge_tests::Said) -> Value {
    if said.code == Some(3) {
        return Value::Null;
    }
    said.json()
}

/// When dealing with a matter is due on a phone, as its report on limits tells.
fn due(phone: &Phone, matter: &str) -> String {
    let report = phone
        .ask(&["record", "report", "limits", "--about", matter])
        .json();
    let rows = report["rows"].as_array().unwrap();
    let handle = rows.iter().find(|row| row["wait"]["code"] == "handle");
    handle.unwrap()["due"].as_str().unwrap().to_owned()
}

/// The rule arrives on the phone, which then computes by it with no link.
fn arrives(phone: &Phone, rules: usize) {
    until("the rule on the phone", || {
        phone.sync();
        (phone.list("rule").len() == rules).then_some(())
    });
}

/// Nobody is told of what waits for two days, until the county's own ladder says so, and again when it no longer does.
fn another_ladder(room: &Room, phone: &Phone, waiting: &str) {
    let escalations = || {
        let told = told(&phone.ask(&["record", "escalations"]));
        let rows = told.as_array().cloned().unwrap_or_default();
        rows.into_iter()
            .map(|row| (row["record"].clone(), row["to_level"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(escalations(), []);
    let at_once = "params=community=0;township=0";
    let ladder = rule(
        room,
        "ladder.own",
        "escalation",
        "set",
        &["condition=wait=other", at_once],
    );
    arrives(phone, 2);
    assert_eq!(
        escalations(),
        [(waiting.into(), "township".into())],
        "acceptance waits; dealing with the other one is on the ladder that ships"
    );
    let county = "params=community=0;township=0;county=0";
    let _ = room.ask(&["record", "set", &ladder, county]).json();
    until("the changed ladder on the phone", || {
        phone.sync();
        (escalations() == [(waiting.into(), "county".into())]).then_some(())
    });
    let _ = room
        .ask(&["record", "set", &ladder, "enabled=false"])
        .json();
    until("the ladder that ships again", || {
        phone.sync();
        escalations().is_empty().then_some(())
    });
}

#[test]
fn other_office_hours_move_a_due_instant_and_another_ladder_an_escalation() {
    let mut room = Room::seated(COMMUNITY, "东关社区", "李主任", None);
    for stage in ["handle", "accept"] {
        let stage = format!("stage={stage}");
        let limit = ["class=*", "limit_count=2", "limit_unit=working_day", &stage];
        let new = ["record", "new", "standard"];
        let _ = room.ask(&[&new, &limit[..]].concat()).json();
    }
    let phone = Phone::enrolled(&room.invite(COMMUNITY, "王芳", GRID));
    let matter = phone
        .save(&["record", "new", "matter", "title=路灯不亮"])
        .record;
    let waiting = phone
        .save(&["record", "new", "matter", "title=井盖缺失"])
        .record;
    until("both matters at the hub", || {
        phone.sync();
        let show = |matter: &str| room.ask(&["record", "show", matter]).ok;
        (show(&matter) && show(&waiting)).then_some(())
    });
    for step in [&["accept"][..], &["dispatch", "--to", "路灯管理所"]] {
        let said = room.ask(&[&["record", "step", &matter], step].concat());
        assert!(said.ok, "{said:?}");
    }
    until("the dispatch and the standard on the phone", || {
        phone.sync();
        let shown = phone.show(&matter);
        (shown["row"]["stage"]["code"] == "dispatched" && phone.list("standard").len() == 2)
            .then_some(())
    });
    // The hours that ship: two working days end at the close of office, 18:00.
    let before = due(&phone, &matter);
    assert!(before.ends_with("18:00"), "{before}");
    let hours = "params=hours=08:30-12:00,13:00-17:30";
    rule(&room, "hours.own", "office_hours", "set", &[hours]);
    arrives(&phone, 1);
    let after = due(&phone, &matter);
    assert_eq!(after, before.replace("18:00", "17:30"));

    another_ladder(&room, &phone, &waiting);

    // A ladder that goes the wrong way round sets nothing, and the check tells it.
    let upside_down = "params=community=900;county=100";
    rule(&room, "ladder.bad", "escalation", "set", &[upside_down]);
    let check = room.ask(&["record", "check", "--area", COMMUNITY]);
    assert!(
        format!("{}{}", check.out, check.err).contains("rule.setting"),
        "{check:?}"
    );
    room.stop();
}

/// Matters that were found dealt with, and others that wait for acceptance, at the hub.
fn work(room: &Room, count: usize) -> (Vec<String>, Vec<String>) {
    let phone = |name: &str| Phone::enrolled(&room.invite(COMMUNITY, name, GRID));
    let (one, two) = (phone("王芳"), phone("赵伟"));
    let new = |source: &str| {
        let words = ["record", "new", "matter", "title=路灯不亮", source];
        one.save(&words).record
    };
    let done: Vec<String> = (0..count).map(|_| new("source=12345")).collect();
    let fresh: Vec<String> = (0..count).map(|_| new("source=patrol")).collect();
    one.sync();
    let at_hub = |matter: &str, stage: &str| {
        until(&format!("{stage} at the hub"), || {
            let said = room.ask(&["record", "show", matter]);
            (said.ok && said.json()["row"]["stage"]["code"] == stage).then_some(())
        });
    };
    for matter in &done {
        at_hub(matter, "reported");
        for step in [&["accept"][..], &["dispatch", "--to", "路灯管理所"]] {
            let said = room.ask(&[&["record", "step", matter], step].concat());
            assert!(said.ok, "{said:?}");
        }
    }
    let stands = |phone: &Phone, matter: &str, stage: &str| {
        until(&format!("{stage} on the phone"), || {
            phone.sync();
            (phone.list("matter").contains(&matter.to_owned())
                && phone.show(matter)["row"]["stage"]["code"] == stage)
                .then_some(())
        });
    };
    for (phone, step, before, after) in [
        (&two, "dispose", "dispatched", "disposed"),
        (&one, "verify_pass", "disposed", "verified"),
    ] {
        for matter in &done {
            stands(phone, matter, before);
            let said = phone.ask(&["record", "step", matter, step]);
            assert!(said.ok, "{said:?}");
        }
        phone.sync();
        done.iter().for_each(|matter| at_hub(matter, after));
    }
    fresh.iter().for_each(|matter| at_hub(matter, "reported"));
    (done, fresh)
}

/// The steps of a matter that a rule took, with the rule.
fn automatic(shown: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let steps = shown["log"].as_array().unwrap().iter();
    steps
        .filter_map(|step| {
            let details = step["details"].as_array()?.iter();
            let rule = details.into_iter().find(|detail| detail["key"] == "auto")?;
            assert!(step["void"].is_null(), "{step}");
            Some((text(&step["step"]["code"]), text(&rule["shown"]["zh"])))
        })
        .collect()
}

#[test]
fn a_running_hub_does_what_its_rules_say_and_once_though_it_is_killed() {
    let mut room = Room::seated(COMMUNITY, "东关社区", "李主任", None);
    let (done, fresh) = work(&room, 3);
    rule(
        &room,
        "close.silent",
        "no_answer",
        "close",
        &["params=days=0"],
    );
    rule(
        &room,
        "accept.patrol",
        "reported",
        "accept",
        &["condition=source=patrol"],
    );
    let to = "params=to=路灯管理所";
    rule(&room, "dispatch.lamp", "accepted", "dispatch", &[to]);
    // Nothing was done yet: the hub looks every five minutes, and has not run so long.
    assert_eq!(stages_of(&room, &done), ["verified".to_owned()].into());
    assert_eq!(stages_of(&room, &fresh), ["reported".to_owned()].into());

    room.kill();
    room.run_with(&["--automate-every", "1"]);
    until("the first deed of a rule", || {
        (!stages_of(&room, &fresh).contains("reported")).then_some(())
    });
    // In the middle, or as soon after as a program can look.
    room.kill();
    room.run_with(&["--automate-every", "1"]);
    until("all deeds of the rules", || {
        let (done, fresh) = (stages_of(&room, &done), stages_of(&room, &fresh));
        (done == ["closed".to_owned()].into() && fresh == ["dispatched".to_owned()].into())
            .then_some(())
    });
    // Another round finds nothing to do, and each act names its rule, once.
    let again = room.ask(&["record", "automate"]).json();
    assert_eq!(again["done"], Value::Array(Vec::new()), "{again}");
    let pair = |step: &str, rule: &str| (step.to_owned(), rule.to_owned());
    for matter in &done {
        let shown = room_show(&room, matter);
        assert_eq!(automatic(&shown), [pair("close", "close.silent")]);
    }
    for matter in &fresh {
        assert_eq!(
            automatic(&room_show(&room, matter)),
            [
                pair("accept", "accept.patrol"),
                pair("dispatch", "dispatch.lamp")
            ]
        );
    }
    // A director takes it back, and the hub that goes on does not insist.
    let shown = room_show(&room, &fresh[0]);
    let log = shown["log"].as_array().unwrap();
    let dispatch = log.iter().find(|step| step["step"]["code"] == "dispatch");
    let re = format!("re={}", dispatch.unwrap()["entry"].as_str().unwrap());
    let revert = ["revert", &re, "--note", "应由城管局办理"];
    let said = room.ask(&[&["record", "step", &fresh[0]], &revert[..]].concat());
    assert!(said.ok, "{said:?}");
    let dry = room.ask(&["record", "automate", "--dry-run"]);
    assert!(told(&dry).is_null() || told(&dry)["total"] == 0, "{dry:?}");
    assert_eq!(stage_of(&room, &fresh[0]), "accepted");
    room.stop();
}

fn room_show(room: &Room, matter: &str) -> Value {
    room.ask(&["record", "show", matter]).json()
}

fn stage_of(room: &Room, matter: &str) -> String {
    let shown = room_show(room, matter);
    shown["row"]["stage"]["code"].as_str().unwrap().to_owned()
}

fn stages_of(room: &Room, matters: &[String]) -> BTreeSet<String> {
    matters
        .iter()
        .map(|matter| stage_of(room, matter))
        .collect()
}
