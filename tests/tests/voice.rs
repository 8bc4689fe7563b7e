//! Heard and answered: what residents say and are told, by the program alone, on a phone offline and on a hub.

#![cfg(test)]

use serde_json::Value;
use wangge_tests::ledger::{Ledger, cells, hours_from_now, lines, one};
use wangge_tests::{Phone, Room, field};

const EAST: &str = "410522100001";
const GRID: &str = "410522100001001";

/// One community alone.
fn community() -> (Room, Phone) {
    let room = Room::seated(EAST, "东关社区", "李主任", None);
    let phone = Phone::enrolled(&room.invite(EAST, "王芳", GRID));
    (room, phone)
}

#[test]
fn a_residents_words_stay_and_they_see_where_it_stands() {
    let (mut room, phone) = community();
    let words = "楼下那个灯黑了好几天,老人晚上摔了一跤";
    let matter = phone.make(&format!(
        "matter title=楼下灯黑 description={words} source=resident reporter_name=张秀英"
    ));
    // Offline, at once: the number, the words as they were said, and that they arrived.
    let track = |ledger: &dyn Ledger| lines(&ledger.about("track", &matter), "step says");
    let words_said = format!("words | {words}");
    let number = field(&phone.show(&matter), "number")["value"].clone();
    let number = format!("number | {}", number.as_str().unwrap());
    assert!(number.contains(GRID), "given offline: {number}");
    assert_eq!(track(&phone), [&number, &words_said, "report | "]);
    let waits = |ledger: &dyn Ledger| lines(&ledger.rows("unanswered", &[]), "matter closed");
    assert_eq!(waits(&phone), [format!("{matter} | no")]);

    // The member classifies; the resident's words stand beside it, untouched.
    phone.set(&matter, "class=路灯");
    phone.sync();
    room.step(&matter, "accept --note 内部研究意见");
    room.step(&matter, "dispatch --to 路灯所");
    room.step(&matter, "dispose --note 换了灯泡");
    phone.sync();
    // Every change of state waits to be told, until an answer says where it stands.
    let untold = |ledger: &dyn Ledger| lines(&ledger.rows("to_tell", &[]), "step");
    for ledger in [&phone as &dyn Ledger, &room] {
        assert_eq!(untold(ledger), ["accept", "dispatch", "dispose"]);
    }
    // For the reporter, whose phone this is as well.
    phone.step(&matter, "confirm_close");
    phone.step(&matter, "reply reply=灯已换好 --note 已电话告知");
    phone.sync();
    let shown = room.record(&["show", &matter]).json();
    assert_eq!(field(&shown, "description")["value"], words);
    assert_eq!(field(&shown, "class")["value"], "路灯");
    let steps = [
        "report | ",
        "accept | ",
        "dispatch | ",
        "dispose | ",
        "confirm_close | ",
    ];
    for ledger in [&phone as &dyn Ledger, &room] {
        let told = track(ledger);
        assert_eq!(told[2..7], steps);
        assert_eq!(told[7..], ["reply | 已电话告知", "answer | 灯已换好"]);
        assert_eq!(waits(ledger), [""; 0], "answered");
        assert_eq!(untold(ledger), [""; 0], "told");
        let said = ledger.record(&["report", "track", "--about", &matter]).out;
        assert!(said.contains("已派单办理"), "in plain words");
        for hidden in ["张秀英", "王芳", "李主任", "内部研究意见", "路灯所"] {
            assert!(!said.contains(hidden), "{hidden} is not the reporter's");
        }
    }
    room.stop();
}

#[test]
fn ratings_are_told_by_grid_and_unit_and_a_call_back_may_contradict_them() {
    let (mut room, phone) = community();
    let matter = phone.make("matter title=楼下灯黑 source=resident");
    phone.sync();
    room.step(&matter, "accept");
    room.step(&matter, "dispatch --to 路灯所");
    room.step(&matter, "dispose");
    let rating = format!("rating matter={matter} at_ms={}", hours_from_now(-1));
    phone.sync();
    phone.make(&format!(
        "{rating} responded=是 solved=是 satisfied=yes via=resident"
    ));
    assert!(!phone.finds("rating.contradicted"));
    // Asked again by another, the resident says otherwise.
    phone.make(&format!(
        "{rating} responded=是 solved=否 satisfied=no via=sample"
    ));
    assert!(phone.finds("rating.contradicted"));
    phone.sync();
    let rates = "2/2 | 1/2 | 1/2 | 1/1 | 1/1";
    let keys = "by name response solution satisfaction called_back contradicted";
    for ledger in [&phone as &dyn Ledger, &room] {
        assert_eq!(
            lines(&ledger.rows("satisfaction", &[]), keys),
            [
                format!("grid | {GRID} | {rates}"),
                format!("unit | 路灯所 | {rates}")
            ]
        );
    }
    room.stop();
}

#[test]
fn everything_said_about_a_matter_stands_in_one_place() {
    let (mut room, phone) = community();
    let matter = phone.make("matter title=楼道堆物 source=resident");
    phone.step(&matter, "remark --note 已到现场看过");
    let held = "held=2026-10-05 state=decided result=每户自行清理";
    let talk = phone.make(&format!(
        "deliberation title=楼道怎么办 {held} matter={matter}"
    ));
    let says = |who: &str, more: &str| {
        let at = "capacity=resident at_ms=2026-10-05T19:00:00+08:00";
        phone.make(&format!("opinion who={who} {at} {more}"))
    };
    says("张三", &format!("deliberation={talk} vote=yes text=同意"));
    let word = says("李四", &format!("deliberation={matter} text=早该清了"));
    let mut told = lines(&phone.about("discussion", &matter), "sort who says");
    assert_eq!(
        [told.remove(0), told.pop().unwrap()],
        [
            "minutes |  | 楼道怎么办 已决定 每户自行清理",
            "log | 王芳 | 已到现场看过"
        ]
    );
    told.sort();
    assert_eq!(
        told,
        ["opinion | 张三 | 赞成 同意", "opinion | 李四 | 早该清了"]
    );
    // What was said stays said: another wording is a commit of its own.
    phone.set(&word, "text=早该清理了");
    let history = phone.show(&word)["history"].to_string();
    assert!(
        history.contains("早该清了") && history.contains("早该清理了"),
        "{history}"
    );
    phone.sync();
    assert_eq!(
        room.about("discussion", &matter),
        phone.about("discussion", &matter)
    );
    room.stop();
}

#[test]
fn people_take_part_and_what_they_talk_about_is_weighed() {
    let (mut room, phone) = community();
    let resident = phone.make("resident name=张三");
    phone.make("resident name=李四");
    let on = hours_from_now(-1);
    let took_part = format!(
        "participation who=张三 capacity=volunteer activity=清理楼道 resident={resident} on={}",
        &on[..10]
    );
    phone.make(&format!("{took_part} hours=2 points=20"));
    phone.make(&format!("{took_part} hours=1 points=10"));
    let heard = |words: &str| phone.make(&format!("sentiment {words}"));
    heard("topic=停车难 heard=2026-09-10 heat=3 mood=calm risk=low");
    heard("topic=停车难 heard=2026-10-10 heat=9 mood=angry risk=high");
    heard("topic=停车难 heard=2026-10-11 heat=2 mood=calm risk=low");
    heard("topic=夜市 heard=2026-09-20 heat=5 mood=pleased risk=low");
    phone.sync();
    let october = ["--from", "2026-10-01", "--until", "2026-10-31"];
    for ledger in [&phone as &dyn Ledger, &room] {
        let part: Vec<Value> = ledger.rows("participation", &[]);
        assert_eq!(
            lines(&part, "area rate participations hours points"),
            [format!("{GRID} | 1/2 | 2 | 3 | 30")]
        );
        let points = ledger.rows("points", &[]);
        assert_eq!(
            cells(&one(&points, "who", "张三"), "capacity times points"),
            "volunteer | 2 | 30"
        );
        assert_eq!(
            lines(
                &ledger.rows("sentiment", &october),
                "topic heat before trend negative risk"
            ),
            [
                "停车难 | 11 | 3 | rising | 1/2 | high",
                "夜市 | 0 | 5 | falling | 0/0 | "
            ]
        );
    }
    room.stop();
}
