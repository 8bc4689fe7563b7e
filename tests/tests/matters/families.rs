//! What comes back, what belongs together, and what parties promised.

use serde_json::Value;

use super::town::{COMMUNITY, COUNTY, GRID, Town, rows, stands, take};

/// A matter of the grid that went to its end at the desk, with entries 1 to 6.
fn closed(town: &Town, phone: &wangge_tests::Phone, title: &str, fields: &[&str]) -> String {
    let title = format!("title={title}");
    let words = [&["record", "new", "matter", &title], fields].concat();
    let matter = phone.save(&words).record;
    phone.sync();
    town.take(COMMUNITY, &matter, 1, &["accept"]);
    town.take(COMMUNITY, &matter, 2, &["dispatch", "--to", "市政所"]);
    town.take(COMMUNITY, &matter, 3, &["dispose"]);
    town.wait(COMMUNITY, &matter, 4);
    phone.sync();
    take(phone, &matter, &["verify_pass"]);
    phone.sync();
    // Who disposed does not close: the township does.
    town.take(super::town::TOWNSHIP, &matter, 5, &["close"]);
    town.wait(COMMUNITY, &matter, 6);
    phone.sync();
    matter
}

#[test]
fn what_comes_back_reopens_and_counts_and_the_effect_is_checked() {
    let town = Town::new();
    let phone = town.phone("王芳");
    let matter = closed(&town, &phone, "井盖松动", &["place=东街12号"]);
    assert_eq!(stands(&phone.show(&matter)).0, "closed");
    let again = phone
        .save(&[
            "record",
            "new",
            "matter",
            "title=井盖又松",
            "place=东街12号",
        ])
        .record;
    phone.sync();
    town.wait(COMMUNITY, &again, 1);
    let record = format!("record={again}");
    town.take(
        COMMUNITY,
        &matter,
        6,
        &["reopen", &record, "--note", "半月内复发"],
    );
    let shown = town.wait(COUNTY, &matter, 7);
    assert_eq!(
        (stands(&shown).0, &shown["standing"]["reopens"]),
        ("accepted", &Value::from(1))
    );
    // The place is told as one where it comes back.
    phone.sync();
    let told = phone.ask(&["record", "report", "families"]).json();
    let expected = ["同一地点", "井盖松动", "东街12号", "2", "2", "1", "2"].map(str::to_owned);
    assert_eq!(rows(&told)[0][..7], expected);
    let figures = town
        .ask(
            COUNTY,
            &["figures", "--from", "2024-01-01", "--until", "2099-01-01"],
        )
        .json();
    let indicators = figures["indicators"].as_array().unwrap();
    let reopened = indicators
        .iter()
        .find(|one| one["code"] == "reopened")
        .unwrap();
    assert_eq!(
        (&reopened["n"], &reopened["of"]),
        (&Value::from(1), &Value::from(2))
    );

    // Somebody goes and looks some time after closing: it holds, or it is opened again.
    let held = closed(&town, &phone, "路面坑洼", &[]);
    take(&phone, &held, &["effect_pass"]);
    assert_eq!(stands(&phone.show(&held)).0, "closed");
    take(&phone, &held, &["effect_fail", "--note", "雨后又塌"]);
    phone.sync();
    let shown = town.wait(COUNTY, &held, 8);
    assert_eq!(
        (stands(&shown).0, &shown["standing"]["reopens"]),
        ("accepted", &Value::from(1))
    );
}

#[test]
fn a_family_has_one_lead_its_people_are_counted_and_its_cause_is_named() {
    let town = Town::new();
    let phone = town.phone("王芳");
    let report = |title: &str| {
        let title = format!("title={title}");
        phone
            .save(&["record", "new", "matter", &title, "cause=管网老化"])
            .record
    };
    let (lead, second, third) = (report("自来水浑浊"), report("水质发黄"), report("停水"));
    take(&phone, &second, &["support"]);
    phone.sync();
    let into = |record: &str| format!("record={record}");
    town.take(COMMUNITY, &second, 2, &["merge_into", &into(&lead)]);
    // Into one that is merged already: its lead is theirs.
    town.take(COMMUNITY, &third, 1, &["merge_into", &into(&second)]);
    let shown = town.wait(COUNTY, &third, 2);
    assert_eq!(stands(&shown).0, "merged");
    town.wait(COUNTY, &second, 3);
    let family = ["并案", "自来水浑浊", "", "3", "1", "0", "4"].map(str::to_owned);
    let told = town.report(COUNTY, &["families"]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (&told[0][..7], told[0][8].as_str()),
        (&family[..], "管网老化")
    );
    // A merge is taken back, and the matter stands where it stood.
    town.take(COMMUNITY, &third, 2, &["unmerge", "--note", "另一处爆管"]);
    let shown = town.wait(COUNTY, &third, 3);
    assert_eq!(stands(&shown).0, "reported");
    assert_eq!(town.report(COUNTY, &["families"])[0][3], "2");
    town.wait(COMMUNITY, &third, 3);
    phone.sync();
    let told = rows(&phone.ask(&["record", "report", "families"]).json());
    assert_eq!(
        told[0][..4],
        ["并案", "自来水浑浊", "", "2"].map(str::to_owned)
    );
}

#[test]
fn parties_promise_and_the_promises_are_followed_up() {
    let town = Town::new();
    let phone = town.phone("王芳");
    let matter = phone
        .save(&["record", "new", "matter", "title=噪声纠纷", "sort=dispute"])
        .record;
    let of = format!("matter={matter}");
    let role = town.ask(COMMUNITY, &["fields", "party"]).json();
    let roles = role
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["key"] == "role")
        .unwrap();
    let first = roles["form"]
        .as_str()
        .unwrap()
        .split([' ', ','])
        .next()
        .unwrap()
        .to_owned();
    let role = format!("role={first}");
    let party = [
        "record",
        "new",
        "party",
        &of,
        "name=楼上住户",
        &role,
        "duty=不在夜间施工",
        "right=陈述意见",
    ];
    let party = phone.save(&party).record;
    let by = format!("party={party}");
    let promise = |text: &str, fields: &[&str]| {
        let text = format!("text={text}");
        let words = [&["record", "new", "commitment", &of, &by, &text], fields].concat();
        phone.save(&words).record
    };
    promise("安装隔音垫", &["due=2024-01-31"]);
    promise("夜间停工", &["due=2099-01-31"]);
    let kept = promise("赔礼道歉", &["due=2024-02-01"]);
    promise(
        "赔偿损失",
        &["due=2024-03-01", "kept=broken", "checked=2024-03-05"],
    );
    assert!(
        phone
            .ask(&["record", "set", &kept, "kept=kept", "checked=2024-02-02"])
            .ok
    );

    let told =
        |rows: Vec<Vec<String>>| -> Vec<String> { rows.iter().map(|row| row.join(" ")).collect() };
    let expected = [
        "安装隔音垫 已到期,待回访 噪声纠纷 楼上住户 2024-01-31 ",
        "赔偿损失 未兑现 噪声纠纷 楼上住户 2024-03-01 2024-03-05",
        "夜间停工 未到期 噪声纠纷 楼上住户 2099-01-31 ",
        "赔礼道歉 已兑现 噪声纠纷 楼上住户 2024-02-01 2024-02-02",
    ];
    let offline = phone.ask(&["record", "report", "commitments"]).json();
    assert_eq!(told(rows(&offline)), expected);
    phone.sync();
    wangge_tests::until("all of it is at the county", || {
        (told(town.report(COUNTY, &["commitments", "--area", GRID])) == expected).then_some(())
    });
    let links = phone.show(&matter)["links"].as_array().unwrap().len();
    assert_eq!(links, 5, "the party and four promises");
}
