//! What was measured when a matter was filed is measured again before it is closed.

use serde_json::Value;
use wangge_tests::{Phone, Said, until};

use super::town::{COMMUNITY, COUNTY, Town, detail, take};

/// The code, the field and the Chinese words of a refusal.
fn refusal(said: &Said) -> (String, String, String) {
    assert_eq!(said.code, Some(1), "{said:?}");
    let told: Value = serde_json::from_str(said.err.trim()).unwrap();
    let text = |key: &str| told["error"][key].as_str().unwrap_or_default().to_owned();
    (text("code"), text("field"), text("remedy_zh"))
}

fn asks_for_the_count(said: &Said) {
    let (code, field, zh) = refusal(said);
    assert_eq!(
        (code.as_str(), field.as_str()),
        ("unmeasured", "remeasured")
    );
    assert!(zh.contains("数量") && zh.contains("复测"), "{zh}");
}

/// A lamp or more, reported offline on one phone, dealt with on another.
fn disposed(town: &Town, one: &Phone, two: &Phone) -> String {
    let filed = ["class=路灯", "measure=count", "measured=6"];
    let new = ["record", "new", "matter", "title=路灯不亮"];
    let matter = one.save(&[&new[..], &filed].concat()).record;
    one.sync();
    town.take(COMMUNITY, &matter, 1, &["accept"]);
    town.take(COMMUNITY, &matter, 2, &["dispatch", "--to", "路灯管理所"]);
    holds(two, &matter, 3);
    take(two, &matter, &["dispose"]);
    two.sync();
    town.wait(COMMUNITY, &matter, 4);
    holds(one, &matter, 4);
    matter
}

/// The phone has so many entries of the matter.
fn holds(phone: &Phone, matter: &str, entries: usize) {
    until("the steps on the phone", || {
        phone.sync();
        let known = phone.list("matter").iter().any(|record| record == matter);
        let shown = known.then(|| phone.show(matter))?;
        (shown["log"].as_array().unwrap().len() == entries).then_some(())
    });
}

/// The codes of the check that speak of a closing, with the records.
fn closings(town: &Town, hub: &str) -> Vec<(String, String)> {
    let said = town.ask(hub, &["check"]);
    let told: Value = serde_json::from_str(said.out.lines().last().unwrap()).unwrap();
    let findings = told["findings"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    findings
        .filter(|finding| text(&finding["code"]).starts_with("closing."))
        .map(|finding| (text(&finding["code"]), text(&finding["records"][0])))
        .collect()
}

#[test]
fn what_was_filed_with_a_measure_closes_with_the_same_measure() {
    let town = Town::new();
    let (one, two) = (town.phone("王芳"), town.phone("赵伟"));
    // The measure has set severity and limit: six lamps are graver than one, and due sooner.
    let matter = disposed(&town, &one, &two);
    let limits = one
        .ask(&["record", "report", "limits", "--about", &matter])
        .json();
    let rows = limits["rows"].as_array().unwrap();
    let handle = rows.iter().find(|row| row["wait"]["code"] == "handle");
    let handle = handle.unwrap();
    assert_eq!(
        (&handle["measure"]["code"], &handle["measured"]),
        (&"count".into(), &6.into())
    );

    // Offline, the phone asks for it; what it is given stands in the log of every level.
    let verify = ["record", "step", &matter, "verify_pass"];
    asks_for_the_count(&one.ask(&verify));
    assert_eq!(one.show(&matter)["log"].as_array().unwrap().len(), 4);
    take(&one, &matter, &["verify_pass", "remeasured=0"]);
    assert_eq!(detail(&one.show(&matter), "verify_pass", "remeasured"), "0");
    one.sync();
    town.take(COMMUNITY, &matter, 5, &["close"]);
    let above = town.wait(COUNTY, &matter, 6);
    assert_eq!(above["row"]["stage"]["code"], "closed");
    assert_eq!(detail(&above, "verify_pass", "remeasured"), "0");

    // A desk is asked in the same words, and what still is as it was is told at every level above.
    let dark = disposed(&town, &one, &two);
    asks_for_the_count(&town.ask(COMMUNITY, &["step", &dark, "verify_pass"]));
    take(&one, &dark, &["verify_pass", "remeasured=6"]);
    one.sync();
    town.take(COMMUNITY, &dark, 5, &["close"]);
    town.wait(COUNTY, &dark, 6);
    let told = [("closing.not_met".to_owned(), dark)];
    assert_eq!(closings(&town, COUNTY), told);
    assert_eq!(closings(&town, COMMUNITY), told);

    // Settled on the spot it closes as well.
    let spot = [
        "record",
        "new",
        "matter",
        "title=路灯不亮",
        "measure=count",
        "measured=1",
        "--step",
        "settle_on_spot",
    ];
    asks_for_the_count(&one.ask(&spot));
    let settled = one.save(&[&spot[..], &["remeasured=0"]].concat()).record;
    assert_eq!(one.show(&settled)["row"]["stage"]["code"], "settled");
}
