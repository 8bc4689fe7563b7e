//! Orders, resources and supervision, by the program alone, on phones offline and on hubs.

#![cfg(test)]

use serde_json::Value;
use wangge_tests::ledger::{Ledger, code, hours_from_now, link, share};
use wangge_tests::{Phone, Room, until};

const COUNTY: &str = "410522";
const COMMUNITY: &str = "410522100001";
const GRID: &str = "410522100001001";

/// A county above a community, each with a director.
fn town() -> (Room, Room) {
    let (mut county, mut community) = (Room::new(), Room::new());
    county.init(COUNTY, "某县", None);
    county.director(COUNTY, "张县长");
    county.run();
    community.init(
        COMMUNITY,
        "东关社区",
        Some(&county.invite_hub(COUNTY, COMMUNITY)),
    );
    community.director(COMMUNITY, "李主任");
    community.run();
    (county, community)
}

/// The report's row about a record.
fn about<'a>(rows: &'a [Value], key: &str, record: &str) -> &'a Value {
    let found = rows.iter().find(|row| row[key]["record"] == *record);
    found.unwrap_or_else(|| panic!("{record} in {rows:?}"))
}

#[test]
fn orders_from_the_county_are_read_and_answered_offline_and_who_is_late_is_told() {
    let (mut county, mut community) = town();
    let wang = Phone::enrolled(&community.invite(COMMUNITY, "王芳", GRID));
    let zhao = Phone::enrolled(&community.invite(COMMUNITY, "赵伟", GRID));
    let issue = |title: &str, due: &str| {
        county.new_record(&[
            "order",
            title,
            "sort=urge",
            "basis=《突发事件应对法》",
            "to=东关社区",
            &format!("due_ms={due}"),
            "urgent=是",
        ])
    };
    let open = issue("title=防汛排查", &hours_from_now(48));
    let late = issue("title=积水清理", &hours_from_now(-2));
    let notice = county.new_record(&["notice", "title=防汛须知", "public=是", "from=2026-01-01"]);
    for phone in [&wang, &zhao] {
        until("the orders are on the phone", || {
            phone.sync();
            (phone.list("order").len() == 2 && phone.list("notice").len() == 1).then_some(())
        });
    }
    // Offline: read, then answered.
    let at = format!("at_ms={}", hours_from_now(0));
    wang.new_record(&["answer", &link("order", &open), "state=read", &at]);
    let mine = wang.rows("orders", &[]);
    assert_eq!(
        (
            &about(&mine, "order", &open)["read"],
            code(about(&mine, "order", &open), "state")
        ),
        (&1.into(), "waiting")
    );
    assert_eq!(code(about(&mine, "order", &late), "state"), "late");
    assert!(wang.finds("order.late"));
    wang.new_record(&[
        "answer",
        &link("order", &open),
        "state=accepted",
        "text=已安排",
        &at,
    ]);
    wang.new_record(&[
        "answer",
        &link("order", &late),
        "state=objected",
        "text=不在本网格",
        &at,
    ]);
    wang.new_record(&["answer", &link("order", &notice), "state=read", &at]);
    assert!(!wang.finds("order.late"));
    wang.sync();
    county.wait_count(COUNTY, "commits", 7);

    let rows = county.rows("orders", &[]);
    let row = about(&rows, "order", &open);
    assert_eq!(
        (&row["read"], &row["answered"], &row["objected"]),
        (&2.into(), &1.into(), &0.into())
    );
    assert_eq!(code(row, "state"), "answered");
    let row = about(&rows, "order", &late);
    assert_eq!(
        (&row["objected"], code(row, "state")),
        (&1.into(), "answered_late")
    );
    // Who has, and who has not.
    let receipts = community.rows("receipts", &["--about", &open]);
    let of = |name: &str| receipts.iter().find(|row| row["who"] == name).unwrap();
    assert_eq!(
        (code(of("王芳"), "answer"), code(of("王芳"), "state")),
        ("accepted", "answered")
    );
    assert_eq!(
        (code(of("赵伟"), "answer"), code(of("赵伟"), "state")),
        ("", "waiting")
    );
    assert_ne!(of("王芳")["read"], "");
    // The unit's account: of the one that was due, none in time.
    let account = county.rows("accountability", &[]);
    assert_eq!(
        (
            &account[0]["unit"],
            share(&account[0], "in_time"),
            &account[0]["late"]
        ),
        (&"东关社区".into(), (0, 1), &1.into())
    );
    let notices = county.rows("notices", &[]);
    assert_eq!(
        (
            code(&notices[0], "public"),
            code(&notices[0], "holds"),
            &notices[0]["read"]
        ),
        ("yes", "yes", &1.into())
    );
    // An order without its legal basis is refused.
    let refused = county.record(&["new", "order", "title=无依据", "sort=command"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    community.stop();
    county.stop();
}

#[test]
fn resources_are_asked_for_offline_and_the_balance_is_told() {
    let (mut county, mut community) = town();
    let phone = Phone::enrolled(&community.invite(COMMUNITY, "王芳", GRID));
    for name in ["name=张三", "name=李四"] {
        phone.new_record(&["resident", name]);
    }
    let pump = phone.new_record(&[
        "resource",
        "name=水泵",
        "sort=equipment",
        "total=10",
        "urban=111",
    ]);
    let matter = phone.new_record(&["matter", "title=地下室积水"]);
    let ask = |words: &[&str]| phone.new_record(&[&["request", "sort=equipment"], words].concat());
    // Offline: a queue of requests, with the matter that they are for.
    let first = ask(&[
        "title=抽水泵",
        "amount=4",
        &link("matter", &matter),
        "needed_by=2026-01-01",
    ]);
    let direct = ask(&["title=大功率泵", "amount=1", "direct=是"]);
    let queue = phone.rows("requests", &[]);
    let order: Vec<&str> = queue
        .iter()
        .map(|row| row["request"]["record"].as_str().unwrap())
        .collect();
    assert_eq!(order, [first.as_str(), &direct], "the oldest first");
    assert_eq!(
        (
            code(&queue[0], "goes_to"),
            code(&queue[0], "late"),
            &queue[0]["matter"]["record"]
        ),
        ("township", "late", &matter.as_str().into())
    );
    assert_eq!(
        (code(&queue[1], "goes_to"), code(&queue[1], "late")),
        ("county", "")
    );
    phone.sync();
    county.wait_count(COUNTY, "commits", 6);

    // Granted, delivered, partly used up, partly given back.
    let decide = [
        "state=returned",
        "allocated=4",
        "consumed=1",
        "returned=2",
        "decided_by=张县长",
        &link("resource", &pump),
    ];
    county.set(&first, &decide);
    let rows = county.rows("requests", &[]);
    assert_eq!(rows.len(), 1);
    let resources = county.rows("resources", &[]);
    let sorts: Vec<&str> = resources.iter().map(|row| code(row, "sort")).collect();
    assert_eq!(
        sorts,
        [
            "people",
            "data",
            "funds",
            "technology",
            "equipment",
            "tools"
        ],
        "six kinds, also those of which there is nothing"
    );
    let equipment = &resources[4];
    let told = [
        "total",
        "allocated",
        "out",
        "returned",
        "consumed",
        "in_stock",
        "asked",
        "per_thousand",
    ]
    .map(|key| equipment[key].as_i64().unwrap());
    assert_eq!(told, [10, 4, 1, 2, 1, 8, 1, 5_000]);
    let balance = county.rows("balance", &[]);
    assert_eq!(
        (
            code(&balance[0], "sort"),
            code(&balance[0], "urban"),
            &balance[0]["per_thousand"],
            &balance[0]["difference"]
        ),
        ("equipment", "urban", &5_000.into(), &0.into())
    );

    // What was given for somebody is told by sort.
    let at = format!("at_ms={}", hours_from_now(-1));
    phone.new_record(&[
        "service",
        "title=代办医保",
        "sort=apply",
        "on_behalf=是",
        &at,
    ]);
    phone.new_record(&["service", "title=陪同就医", "sort=elderly", &at]);
    let rows = phone.rows("services", &[]);
    let of = |sort: &str| rows.iter().find(|row| code(row, "sort") == sort).unwrap();
    assert_eq!(
        (
            share(of("apply"), "on_behalf"),
            share(of("elderly"), "on_behalf")
        ),
        ((1, 1), (0, 1))
    );
    phone.sync();
    county.wait_count(COUNTY, "commits", 9);
    assert_eq!(county.rows("services", &[]), rows);
    community.stop();
    county.stop();
}

/// A matter that goes through the hands of one, another and the director, to its close.
fn closed_matter(room: &Room, reporter: &Phone, worker: &Phone) -> String {
    let matter = reporter.new_record(&["matter", "title=路灯不亮", "source=resident"]);
    reporter.sync();
    room.step(&matter, &["accept"]);
    room.step(&matter, &["dispatch", "--to", "路灯所"]);
    worker.sync();
    worker.step(&matter, &["dispose", "--note", "换了灯泡"]);
    worker.sync();
    reporter.sync();
    reporter.step(&matter, &["verify_pass"]);
    reporter.step(&matter, &["reply", "reply=修好了"]);
    reporter.sync();
    room.step(&matter, &["close"]);
    matter
}

#[test]
fn a_sample_is_drawn_by_chance_reviewed_and_corrected() {
    let (mut county, mut community) = town();
    let wang = Phone::enrolled(&community.invite(COMMUNITY, "王芳", GRID));
    let zhao = Phone::enrolled(&community.invite(COMMUNITY, "赵伟", GRID));
    let matters = [
        closed_matter(&community, &wang, &zhao),
        closed_matter(&community, &wang, &zhao),
    ];
    county.wait_count(COUNTY, "commits", 14);

    // One of two at least; who disposed must not review; anybody who has the same matters draws the same.
    let asked = ["--area", COMMUNITY];
    let drawn = county.rows("sample", &asked);
    assert_eq!(drawn.len(), 1, "{drawn:?}");
    let matter = drawn[0]["matter"]["record"].as_str().unwrap().to_owned();
    assert!(matters.contains(&matter));
    assert_eq!(
        (
            &drawn[0]["not_by"],
            &drawn[0]["unit"],
            code(&drawn[0], "review")
        ),
        (&"赵伟".into(), &"路灯所".into(), "waiting")
    );
    let seed = drawn[0]["seed"].as_str().unwrap().to_owned();
    assert_eq!(seed.len(), 16);
    assert_eq!(county.rows("sample", &asked), drawn);
    assert_eq!(
        community.rows("sample", &asked),
        drawn,
        "the community draws the same"
    );
    wang.sync();
    assert_eq!(
        wang.rows("sample", &asked),
        drawn,
        "and so does a phone, offline"
    );
    // Another area is another draw.
    assert_ne!(county.rows("sample", &[])[0]["seed"], seed);

    // The review is the county's; a member's phone may not write one.
    let review = [
        "review",
        &link("matter", &matter),
        "sort=sample",
        "passed=否",
        "fault=false_closing",
        &link("period", &seed),
        &format!("at_ms={}", hours_from_now(-1)),
    ];
    let refused = wang.record(&[&["new"], &review[..]].concat());
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let reviewed = county.new_record(&review);
    assert_eq!(code(&county.rows("sample", &asked)[0], "review"), "failed");
    let faults = county.rows("faults", &[]);
    assert_eq!(
        (
            &faults[0]["unit"],
            code(&faults[0], "fault"),
            share(&faults[0], "reviews"),
            &faults[0]["corrected"]
        ),
        (&"路灯所".into(), "false_closing", (1, 1), &0.into())
    );
    assert!(!county.finds("review.own_hands"));

    // Plan, do, check, act.
    let correction = county.new_record(&[
        "correction",
        "title=杜绝虚假结案",
        "unit=路灯所",
        "phase=plan",
        "due=2026-01-31",
        &link("review", &reviewed),
    ]);
    let state = || {
        county.rows("corrections", &[])[0]["state"]["code"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(state(), "late");
    assert!(county.finds("correction.late"));
    county.set(&correction, &["phase=do", "done=2026-02-01"]);
    assert_eq!(state(), "unchecked");
    assert!(county.finds("correction.unchecked") && !county.finds("correction.late"));
    county.set(&correction, &["phase=check", "checked=抽查十件均属实"]);
    assert_eq!(state(), "done");
    assert!(!county.finds("correction.unchecked"));
    assert_eq!(county.rows("faults", &[])[0]["corrected"], 1);

    // The table that is published: areas below and units.
    let table = county.rows("performance", &[]);
    let of = |by: &str| table.iter().find(|row| code(row, "by") == by).unwrap();
    assert_eq!(
        (
            &of("unit")["name"],
            &of("unit")["matters"],
            share(of("unit"), "returned")
        ),
        (&"路灯所".into(), &2.into(), (0, 2))
    );
    assert_eq!(
        (
            &of("area")["name"],
            &of("area")["matters"],
            share(of("area"), "closing")
        ),
        (&"410522100".into(), &2.into(), (2, 2))
    );
    assert_eq!(share(of("area"), "reviewed"), (0, 1));
    assert_eq!(share(of("unit"), "reviewed"), (0, 1));
    community.stop();
    county.stop();
}

#[test]
fn who_disposed_does_not_review() {
    let mut room = Room::new();
    room.init(COMMUNITY, "东关社区", None);
    room.director(COMMUNITY, "李主任");
    room.run();
    let phone = Phone::enrolled(&room.invite(COMMUNITY, "王芳", GRID));
    let matter = phone.new_record(&["matter", "title=占道经营"]);
    phone.sync();
    room.step(&matter, &["accept"]);
    room.step(&matter, &["dispose", "--note", "已劝离"]);
    let review = room.new_record(&[
        "review",
        &link("matter", &matter),
        "sort=re_inspection",
        "passed=是",
    ]);
    assert_eq!(room.record(&["check"]).code, Some(1), "it is forbidden");
    let findings = room.findings();
    let own = findings
        .iter()
        .find(|finding| finding["code"] == "review.own_hands")
        .unwrap();
    assert_eq!(
        (&own["hard"], &own["records"][0]),
        (&true.into(), &review.as_str().into())
    );
    room.stop();
}
