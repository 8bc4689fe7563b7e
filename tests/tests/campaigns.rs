//! Campaigns, inspections and surveys, worked through on a phone offline and added up above; by the program alone.

#![cfg(test)]

use serde_json::Value;
use wangge_tests::ledger::{Ledger, code, hours_from_now, link, record, share, text};
use wangge_tests::{Phone, Room, until};

const COUNTY: &str = "410522";
const EAST: &str = "410522100001";
const WEST: &str = "410522100002";
const GRID: &str = "410522100001001";

/// A county and two communities, each with a director.
struct Town {
    county: Room,
    east: Room,
    west: Room,
}

impl Town {
    fn new() -> Self {
        let mut county = Room::new();
        county.init(COUNTY, "某县", None);
        county.director(COUNTY, "张县长");
        county.run();
        let community = |code: &str, name: &str| {
            let mut room = Room::new();
            room.init(code, name, Some(&county.invite_hub(COUNTY, code)));
            room.director(code, "李主任");
            room.run();
            room
        };
        let (east, west) = (community(EAST, "东关社区"), community(WEST, "西关社区"));
        Self { county, east, west }
    }

    fn rise(&self, commits: u64) {
        self.county.wait_count(COUNTY, "commits", commits);
    }
}

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
fn a_campaign_is_worked_through_offline_and_covered_at_the_county() {
    let mut town = Town::new();
    let phone = Phone::enrolled(&town.east.invite(EAST, "王芳", GRID));
    let campaign = town.county.new_record(&[
        "campaign",
        "title=独居老人入户排查",
        "target_kind=resident",
        "target_filter=独居=是",
        "questions=体温是否正常\n需要什么",
        "from=2026-10-01",
    ]);
    let alone = |name: &str, lives: &str| phone.new_record(&["resident", name, lives]);
    let (one, two) = (
        alone("name=张三", "lives_alone=是"),
        alone("name=李四", "lives_alone=是"),
    );
    alone("name=王五", "lives_alone=否");
    phone.sync();
    // The campaign comes down with the next word from above.
    until("the campaign is on the phone", || {
        phone.sync();
        (phone.list("campaign") == [campaign.as_str()]).then_some(())
    });

    // Offline.
    let names = |phone: &Phone| -> Vec<String> {
        let rows = phone.about("campaign_left", &campaign);
        rows.iter()
            .map(|row| row["target"]["record"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut both = vec![one.clone(), two.clone()];
    both.sort();
    let mut left = names(&phone);
    left.sort();
    assert_eq!(left, both);
    let call = |target: &str, state: &str, at: &str, answers: &str| {
        let at = format!("at_ms=2026-10-02T{at}:00+08:00");
        phone.new_record(&[
            "call",
            &link("campaign", &campaign),
            &link("target", target),
            state,
            &at,
            answers,
        ])
    };
    call(&one, "state=done", "09:00", "answers=是\n米");
    call(&two, "state=absent", "09:10", "answers=");
    assert_eq!(
        names(&phone),
        [two.as_str()],
        "who was absent is still to be seen"
    );
    call(&two, "state=done", "18:00", "answers=是\n无");
    assert_eq!(names(&phone), [] as [&str; 0]);
    let progress = phone.about("campaign", &campaign);
    assert_eq!(progress.len(), 1);
    assert_eq!(
        (
            text(&progress[0], "area"),
            share(&progress[0], "registered")
        ),
        (GRID, (2, 2))
    );
    assert_eq!(
        (
            &progress[0]["done"],
            &progress[0]["absent"],
            &progress[0]["left"]
        ),
        (&2.into(), &0.into(), &0.into())
    );

    phone.sync();
    town.rise(7);
    assert_eq!(town.county.about("campaign", &campaign), progress);
    let answers = town.county.about("campaign_answers", &campaign);
    let told: Vec<_> = answers
        .iter()
        .map(|row| {
            (
                text(row, "question"),
                text(row, "answer"),
                share(row, "share"),
            )
        })
        .collect();
    assert!(told.contains(&("体温是否正常", "是", (2, 3))), "{told:?}");
    assert!(told.contains(&("需要什么", "米", (1, 3))), "{told:?}");
    // Closed, it stays to be read; and a condition that means nothing is found.
    town.county.set(&campaign, &["closed=是"]);
    assert_eq!(town.county.about("campaign", &campaign), progress);
    assert!(!town.county.finds("targets.condition"));
    town.county.new_record(&[
        "campaign",
        "title=不明",
        "target_kind=resident",
        "target_filter=星座=白羊",
    ]);
    assert!(town.county.finds("targets.condition"));
    for room in [&mut town.east, &mut town.west, &mut town.county] {
        room.stop();
    }
}

#[test]
fn inspections_follow_their_plan_and_a_defect_becomes_a_matter() {
    let (mut room, phone) = community();
    let plan = room.new_record(&[
        "plan",
        "title=路灯巡查",
        "sort=inspection",
        "target_kind=部件",
        "target_filter=小类=0102",
        "every_days=30",
        "--area",
        GRID,
    ]);
    let lamp = |code: &str| phone.new_record(&["component", code, "name=路灯", "class=0102"]);
    let (one, two) = (lamp("code=4105220102000001"), lamp("code=4105220102000002"));
    phone.new_record(&[
        "component",
        "code=4105220103000001",
        "name=井盖",
        "class=0103",
    ]);
    until("the plan is on the phone", || {
        phone.sync();
        (phone.list("plan") == [plan.as_str()]).then_some(())
    });
    let due = |ledger: &dyn Ledger| -> Vec<String> {
        let rows = ledger.rows("inspections_due", &[]);
        let mut due: Vec<String> = rows
            .iter()
            .map(|row| row["target"]["record"].as_str().unwrap().to_owned())
            .collect();
        due.sort();
        due
    };
    let mut both = vec![one.clone(), two.clone()];
    both.sort();
    assert_eq!(due(&phone), both);
    let seen = phone.new_record(&[
        "inspection",
        "title=路灯检查",
        &just_now(),
        &link("plan", &plan),
        &link("component", &one),
        "passed=否",
        "found=灯罩破损",
    ]);
    assert!(phone.finds("inspection.defect_left"));
    let matter = phone.new_record(&[
        "matter",
        "title=灯罩破损",
        "source=patrol",
        &link("component", &one),
    ]);
    phone.set(&seen, &[&link("matter", &matter)]);
    assert!(!phone.finds("inspection.defect_left"));
    assert_eq!(due(&phone), [two.as_str()]);
    let row = |ledger: &dyn Ledger| ledger.rows("inspections", &[])[0].clone();
    let told = row(&phone);
    assert_eq!(
        (share(&told, "checked"), &told["unchecked"], &told["never"]),
        ((1, 2), &1.into(), &1.into())
    );
    assert_eq!(
        (&told["defects"], share(&told, "matters")),
        (&1.into(), (1, 1))
    );
    phone.sync();
    assert_eq!((row(&room), due(&room)), (told, due(&phone)));
    room.stop();
}

#[test]
fn a_survey_is_answered_offline_and_added_up_without_names() {
    let mut town = Town::new();
    let phone = Phone::enrolled(&town.east.invite(EAST, "王芳", GRID));
    let survey = town.county.new_record(&[
        "survey",
        "title=满意度调查",
        "questions=对网格服务是否满意\n最希望改善什么",
        "anonymous=是",
        "audience=residents",
    ]);
    until("the survey is on the phone", || {
        phone.sync();
        (phone.list("survey") == [survey.as_str()]).then_some(())
    });
    let answer = |answers: &str| {
        phone.new_record(&[
            "reply_sheet",
            &link("survey", &survey),
            &just_now(),
            answers,
        ])
    };
    answer("answers=满意\n停车");
    answer("answers=满意\n路灯");
    answer("answers=不满意\n停车");
    let told = |ledger: &dyn Ledger| -> Vec<String> {
        let rows = ledger.about("survey", &survey);
        let line = |row: &Value| {
            let (n, of) = share(row, "share");
            format!("{} {} {n}/{of}", row["number"], text(row, "answer"))
        };
        rows.iter().map(line).collect()
    };
    let sums = ["1 满意 2/3", "1 不满意 1/3", "2 停车 2/3", "2 路灯 1/3"];
    assert_eq!(told(&phone), sums, "offline");
    phone.sync();
    town.rise(4);
    assert_eq!(told(&town.county), sums, "at the county");
    // A name on an anonymous sheet is found.
    assert!(!phone.finds("survey.named"));
    let person = phone.new_record(&["resident", "name=张三"]);
    phone.new_record(&[
        "reply_sheet",
        &link("survey", &survey),
        &just_now(),
        "answers=满意",
        &link("respondent", &person),
    ]);
    assert!(phone.finds("survey.named"));
    assert!(
        !phone
            .record(&["report", "survey", "--about", &survey])
            .out
            .contains("张三")
    );
    for room in [&mut town.east, &mut town.west, &mut town.county] {
        room.stop();
    }
}
