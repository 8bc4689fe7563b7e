//! The light path, and the four stages of the full one.

use serde_json::Value;
use wangge_tests::field;

use super::town::{COMMUNITY, COUNTY, Town, detail, entry, stands, take};

/// Phase, actor and result of each stage.
fn stages(shown: &Value) -> Vec<String> {
    let phases = shown["standing"]["phases"].as_array().unwrap().iter();
    phases
        .map(|phase| {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            assert_eq!(phase["at_ms"].is_null(), phase["by"].is_null(), "{phase}");
            format!(
                "{} {} {}",
                text(&phase["phase"]["code"]),
                text(&phase["by"]["name"]),
                text(&phase["result"]["code"])
            )
        })
        .collect()
}

#[test]
fn what_was_settled_on_the_spot_is_one_record_and_one_commit() {
    let town = Town::new();
    let phone = town.phone("王芳");
    let new = ["record", "new", "matter", "title=楼道堆物", "sort=hazard"];
    let settled = ["--step", "settle_on_spot", "--note", "当场清走"];
    let saved = phone.save(&[&new[..], &settled].concat());

    let shown = phone.show(&saved.record);
    assert_eq!(stands(&shown).0, "settled");
    assert_eq!(shown["log"].as_array().unwrap().len(), 1);
    assert_eq!(shown["log"][0]["note"], "当场清走");
    let history = shown["history"].as_array().unwrap();
    assert_eq!(history.len(), 1, "one commit");
    assert_eq!(history[0]["commit"], *saved.commit);
    assert_eq!(
        stages(&shown),
        [
            "collection 王芳 settle_on_spot",
            "study - -",
            "solving 王芳 settle_on_spot",
            "evaluation - -"
        ]
    );

    // What is no first step is refused, and the field is named.
    let said = phone.ask(&[&new[..], &["--step", "dispose"]].concat());
    let told: Value = serde_json::from_str(said.err.trim()).unwrap();
    assert_eq!(told["error"]["code"], "step_not_possible");
    assert_eq!(told["error"]["field"], "step");
    assert_eq!(phone.list("matter"), [saved.record.as_str()]);

    phone.sync();
    let above = town.wait(COUNTY, &saved.record, 1);
    assert_eq!(stands(&above), stands(&shown));
    // A desk settles the same way, and is told what is wrong in the same words.
    let desk = town.ask(COMMUNITY, &[&new[1..], &settled].concat());
    let record = desk.json()["record"].as_str().unwrap().to_owned();
    assert_eq!(stands(&town.wait(COMMUNITY, &record, 1)).0, "settled");
    let said = town.ask(COMMUNITY, &[&new[1..], &["--step", "dispose"]].concat());
    let at_desk: Value = serde_json::from_str(said.err.trim()).unwrap();
    for key in ["code", "field", "remedy_zh", "remedy_en"] {
        assert_eq!(at_desk["error"][key], told["error"][key], "{key}");
    }
}

#[test]
fn the_four_stages_are_shown_with_actor_time_and_result() {
    let town = Town::new();
    let (one, two) = (town.phone("王芳"), town.phone("赵伟"));
    let matter = one
        .save(&["record", "new", "matter", "title=排水不畅", "place=东街"])
        .record;
    take(&one, &matter, &["check", "checks=井盖=是；淤堵=是"]);
    one.sync();
    town.take(COMMUNITY, &matter, 2, &["accept"]);
    let judged = [
        "judge",
        "cause=管径过小",
        "factors=老旧小区；雨季",
        "parties=住户；市政所",
        "solved_at=township",
        "decision=更换管道",
        "resources=管道工程队",
    ];
    town.take(COMMUNITY, &matter, 3, &judged);
    one.sync();
    let re = format!("re={}", entry(&one.show(&matter), "judge"));
    take(&one, &matter, &["cosign", &re]);
    one.sync();
    town.take(COMMUNITY, &matter, 5, &["dispatch", "--to", "市政所"]);
    two.sync();
    take(&two, &matter, &["dispose", "--note", "已更换"]);
    two.sync();
    one.sync();
    take(&one, &matter, &["verify_pass"]);
    take(&one, &matter, &["reply", "reply=已修好"]);
    one.sync();
    town.take(COMMUNITY, &matter, 9, &["close"]);
    one.sync();

    for shown in [one.show(&matter), town.wait(COUNTY, &matter, 10)] {
        assert_eq!(stands(&shown), ("closed", "ordinary"));
        assert_eq!(
            stages(&shown),
            [
                "collection 王芳 check",
                "study 王芳 cosign",
                "solving 赵伟 dispose",
                "evaluation 李主任 close"
            ]
        );
        // The judgement is a record of its own in the log: cause, factors, parties, level, decision, resources.
        for (key, said) in [
            ("cause", "管径过小"),
            ("factors", "老旧小区；雨季"),
            ("parties", "住户；市政所"),
            ("solved_at", "乡镇（街道）"),
            ("decision", "更换管道"),
            ("resources", "管道工程队"),
        ] {
            assert_eq!(detail(&shown, "judge", key), said, "{key}");
        }
        assert_eq!(field(&shown, "reply")["value"], "已修好");
    }
}
