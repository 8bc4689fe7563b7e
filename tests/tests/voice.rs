//! Heard and answered: what residents say and are told, by the program alone, on a phone offline and on a hub.

#![cfg(test)]

use serde_json::Value;
use wangge_tests::ledger::{Ledger, code, hours_from_now, link, share, text};
use wangge_tests::{Phone, Room, field};

const EAST: &str = "410522100001";
const GRID: &str = "410522100001001";

/// One community alone.
fn community() -> (Room, Phone) {
    let mut room = Room::new();
    room.init(EAST, "东关社区", None);
    room.director(EAST, "李主任");
    room.run();
    let phone = Phone::enrolled(&room.invite(EAST, "王芳", GRID));
    (room, phone)
}

/// An hour ago: surely in the period that is asked about.
fn just_now() -> String {
    format!("at_ms={}", hours_from_now(-1))
}

#[test]
fn a_residents_words_stay_and_they_see_where_it_stands() {
    let (mut room, phone) = community();
    let words = "楼下那个灯黑了好几天,老人晚上摔了一跤";
    let matter = phone.new_record(&[
        "matter",
        "title=楼下灯黑",
        &link("description", words),
        "source=resident",
        "place=东街一号楼下",
        "reporter_name=张秀英",
        "external_id=WX-1",
    ]);
    // Offline, at once: the number, the words as they were said, and that they arrived.
    let steps = |ledger: &dyn Ledger| -> Vec<String> {
        let rows = ledger.about("track", &matter);
        rows.iter()
            .map(|row| code(row, "step").to_owned())
            .collect()
    };
    let told = phone.about("track", &matter);
    assert_eq!(steps(&phone), ["number", "words", "report"]);
    assert_eq!(
        (text(&told[0], "says"), text(&told[1], "says")),
        ("WX-1", words)
    );
    let waits = |ledger: &dyn Ledger| ledger.rows("unanswered", &[]).len();
    assert_eq!(waits(&phone), 1);

    // The member classifies; the resident's words stand beside it, untouched.
    phone.set(&matter, &["class=路灯"]);
    phone.sync();
    let step = |ledger: &dyn Ledger, words: &[&str]| {
        let _ = ledger.record(&[&["step", &matter], words].concat()).json();
    };
    step(&room, &["accept", "--note", "内部研究意见"]);
    step(&room, &["dispatch", "--to", "路灯所"]);
    phone.sync();
    step(&room, &["dispose", "--note", "换了灯泡"]);
    phone.sync();
    // For the reporter, whose phone this is as well.
    step(&phone, &["confirm_close"]);
    step(&phone, &["reply", "reply=灯已换好", "--note", "已电话告知"]);
    phone.sync();
    let shown = room.ask(&["record", "show", &matter]).json();
    assert_eq!(
        (
            &field(&shown, "description")["value"],
            &field(&shown, "class")["value"]
        ),
        (&words.into(), &"路灯".into())
    );
    assert_eq!(field(&shown, "description")["author"]["name"], "王芳");
    for ledger in [&phone as &dyn Ledger, &room] {
        assert_eq!(
            steps(ledger),
            [
                "number",
                "words",
                "report",
                "accept",
                "dispatch",
                "dispose",
                "confirm_close",
                "reply",
                "answer"
            ]
        );
        let said = ledger.record(&["report", "track", "--about", &matter]).out;
        assert!(said.contains("灯已换好") && said.contains("已派单办理"));
        for hidden in ["张秀英", "王芳", "李主任", "内部研究意见", "路灯所"] {
            assert!(
                !said.contains(hidden),
                "{hidden} is not the reporter's to see"
            );
        }
        assert_eq!(waits(ledger), 0, "answered");
    }

    // The reporter rates; asked again by another, says otherwise; that is told by grid and unit, and found.
    let rate = |more: &[&str]| {
        let of = link("matter", &matter);
        phone.new_record(&[&["rating", of.as_str(), &just_now()], more].concat())
    };
    rate(&["responded=是", "solved=是", "satisfied=yes", "via=resident"]);
    assert!(!phone.finds("rating.contradicted"));
    rate(&["responded=是", "solved=否", "satisfied=no", "via=sample"]);
    assert!(phone.finds("rating.contradicted"));
    phone.sync();
    for ledger in [&phone as &dyn Ledger, &room] {
        let rows = ledger.rows("satisfaction", &[]);
        let named: Vec<_> = rows
            .iter()
            .map(|row| (code(row, "by"), text(row, "name")))
            .collect();
        assert_eq!(named, [("grid", GRID), ("unit", "路灯所")]);
        for row in &rows {
            let rates = [
                "response",
                "solution",
                "satisfaction",
                "called_back",
                "contradicted",
            ]
            .map(|key| share(row, key));
            assert_eq!(rates, [(2, 2), (1, 2), (1, 2), (1, 1), (1, 1)]);
        }
    }
    room.stop();
}

#[test]
fn people_talk_take_part_and_are_heard() {
    let (mut room, phone) = community();
    let matter = phone.new_record(&["matter", "title=楼道堆物", "source=resident"]);
    phone
        .record(&["step", &matter, "remark", "--note", "已到现场看过"])
        .json();
    let talk = phone.new_record(&[
        "deliberation",
        "title=楼道堆物怎么办",
        "held=2026-10-05",
        "state=decided",
        "result=每户自行清理",
        &link("matter", &matter),
    ]);
    let says = |who: &str, more: &[&str]| {
        let words = [
            "opinion",
            who,
            "capacity=resident",
            "at_ms=2026-10-05T19:00:00+08:00",
        ];
        phone.new_record(&[&words[..], more].concat())
    };
    says(
        "who=张三",
        &[&link("deliberation", &talk), "vote=yes", "text=同意"],
    );
    let word = says(
        "who=李四",
        &[&link("deliberation", &matter), "text=早该清了"],
    );
    // What was said stays said: another wording is a commit of its own.
    phone.set(&word, &["text=早该清理了"]);
    let history = phone.show(&word)["history"].to_string();
    assert!(
        history.contains("早该清了") && history.contains("早该清理了"),
        "{history}"
    );
    let said = phone.about("discussion", &matter);
    let sorts: Vec<&str> = said.iter().map(|row| code(row, "sort")).collect();
    assert_eq!(sorts, ["minutes", "opinion", "opinion", "log"], "{said:?}");
    let words: Vec<&str> = said.iter().map(|row| text(row, "says")).collect();
    assert!(
        words[0].contains("每户自行清理")
            && words[1..3].contains(&"赞成 同意")
            && words[3] == "已到现场看过",
        "{words:?}"
    );

    // Hours and points; the share of residents who took part.
    let resident = phone.new_record(&["resident", "name=张三"]);
    phone.new_record(&["resident", "name=李四"]);
    let take_part = |hours: &str, points: &str| {
        let on = format!("on={}", &just_now()[6..16]);
        phone.new_record(&[
            "participation",
            "who=张三",
            "capacity=volunteer",
            "activity=清理楼道",
            &on,
            hours,
            points,
            &link("resident", &resident),
        ])
    };
    take_part("hours=2", "points=20");
    take_part("hours=1", "points=10");
    let row = phone.rows("participation", &[])[0].clone();
    assert_eq!(
        (
            share(&row, "rate"),
            &row["participations"],
            &row["hours"],
            &row["points"]
        ),
        ((1, 2), &2.into(), &3.into(), &30.into())
    );
    let points = phone.rows("points", &[]);
    assert_eq!(
        (text(&points[0], "who"), &points[0]["points"]),
        ("张三", &30.into())
    );

    // What people say of late, against the month before.
    let heard = |topic: &str, on: &str, heat: &str, mood: &str, risk: &str| {
        phone.new_record(&["sentiment", topic, on, heat, mood, risk])
    };
    heard(
        "topic=停车难",
        "heard=2026-09-10",
        "heat=3",
        "mood=calm",
        "risk=low",
    );
    heard(
        "topic=停车难",
        "heard=2026-10-10",
        "heat=9",
        "mood=angry",
        "risk=high",
    );
    heard(
        "topic=停车难",
        "heard=2026-10-11",
        "heat=2",
        "mood=calm",
        "risk=low",
    );
    heard(
        "topic=夜市",
        "heard=2026-09-20",
        "heat=5",
        "mood=pleased",
        "risk=low",
    );
    phone.sync();
    for ledger in [&phone as &dyn Ledger, &room] {
        let rows = ledger.rows(
            "sentiment",
            &["--from", "2026-10-01", "--until", "2026-10-31"],
        );
        let parking = &rows[0];
        assert_eq!(
            (text(parking, "topic"), &parking["heat"], &parking["before"]),
            ("停车难", &11.into(), &3.into())
        );
        assert_eq!(
            (
                code(parking, "trend"),
                share(parking, "negative"),
                code(parking, "risk")
            ),
            ("rising", (1, 2), "high")
        );
        assert_eq!(code(&rows[1], "trend"), "falling");
        assert_eq!(ledger.about("discussion", &matter), said);
        assert_eq!(ledger.rows("participation", &[])[0], row);
    }
    room.stop();
}
