//! Campaigns, inspections and surveys, worked through on a phone offline and added up above; by the program alone.

#![cfg(test)]

use wangge_tests::ledger::{Ledger, cell, cells, hours_from_now, lines, one};
use wangge_tests::{Phone, Room, until};

const COUNTY: &str = "410522";
const COMMUNITY: &str = "410522100001";
const GRID: &str = "410522100001001";

/// A county, a community with its director, and a phone of a grid.
struct Town {
    county: Room,
    community: Room,
    phone: Phone,
}

impl Town {
    fn new() -> Self {
        let county = Room::seated(COUNTY, "某县", "张县长", None);
        let invitation = county.invite_hub(COUNTY, COMMUNITY);
        let community = Room::seated(COMMUNITY, "东关社区", "李主任", Some(&invitation));
        let phone = Phone::enrolled(&community.invite(COMMUNITY, "王芳", GRID));
        Self {
            county,
            community,
            phone,
        }
    }

    /// Waits until the phone has what was issued above.
    fn comes_down(&self, kind: &str, record: &str) {
        until("what was issued is on the phone", || {
            self.phone.sync();
            (self.phone.list(kind) == [record]).then_some(())
        });
    }

    fn rise(&self, commits: u64) {
        self.phone.sync();
        self.county.wait_count(COUNTY, "commits", commits);
    }

    fn stop(&mut self) {
        self.community.stop();
        self.county.stop();
    }
}

/// The records in a column, sorted.
fn named(ledger: &dyn Ledger, report: &str, more: &[&str]) -> Vec<String> {
    let mut named = lines(&ledger.rows(report, more), "target");
    named.sort();
    named
}

fn sorted<const N: usize>(mut records: [&str; N]) -> [&str; N] {
    records.sort_unstable();
    records
}

#[test]
fn a_campaign_is_worked_through_offline_and_covered_at_the_county() {
    let mut town = Town::new();
    let (county, phone) = (&town.county, &town.phone);
    let campaign = county.make(
        "campaign title=独居老人入户排查 target_kind=resident target_filter=独居=是 questions=体温是否正常\n需要什么",
    );
    let first = phone.make("resident name=张三 lives_alone=是");
    let second = phone.make("resident name=李四 lives_alone=是");
    phone.make("resident name=王五 lives_alone=否");
    town.comes_down("campaign", &campaign);

    // Offline.
    let of = ["--about", campaign.as_str()];
    let left = || named(phone, "campaign_left", &of);
    assert_eq!(left(), sorted([&first, &second]));
    let call = |target: &str, more: &str| {
        phone.make(&format!("call campaign={campaign} target={target} {more}"));
    };
    call(
        &first,
        "state=done at_ms=2026-10-02T09:00:00+08:00 answers=是\n米",
    );
    call(&second, "state=absent at_ms=2026-10-02T09:10:00+08:00");
    assert_eq!(
        left(),
        [second.as_str()],
        "who was absent is still to be seen"
    );
    call(
        &second,
        "state=done at_ms=2026-10-02T18:00:00+08:00 answers=是\n无",
    );
    assert_eq!(left(), [""; 0]);
    let progress = phone.about("campaign", &campaign);
    assert_eq!(
        lines(&progress, "area targets registered done absent left"),
        [format!("{GRID} | 2 | 2/2 | 2 | 0 | 0")]
    );

    town.rise(7);
    assert_eq!(county.about("campaign", &campaign), progress);
    let answers = county.about("campaign_answers", &campaign);
    assert_eq!(
        lines(&answers, "question answer share")[..3],
        [
            "体温是否正常 | 是 | 2/3",
            "体温是否正常 | （未答） | 1/3",
            "需要什么 | 无 | 1/3"
        ]
    );
    // Closed, it stays to be read; and a condition that means nothing is found.
    county.set(&campaign, "closed=是");
    assert_eq!(county.about("campaign", &campaign), progress);
    assert!(!county.finds("targets.condition"));
    county.make("campaign title=不明 target_kind=resident target_filter=星座=白羊");
    assert!(county.finds("targets.condition"));
    town.stop();
}

#[test]
fn inspections_follow_their_plan_and_a_defect_becomes_a_matter() {
    let mut town = Town::new();
    let (community, phone) = (&town.community, &town.phone);
    let plan = "plan title=路灯巡查 sort=inspection target_kind=部件 target_filter=小类=0102 every_days=30";
    let plan = community.make(&format!("{plan} --area {GRID}"));
    let first = phone.make("component code=4105220102000001 name=路灯 class=0102");
    let second = phone.make("component code=4105220102000002 name=路灯 class=0102");
    phone.make("component code=4105220103000001 name=井盖 class=0103");
    town.comes_down("plan", &plan);

    let due = |ledger: &dyn Ledger| named(ledger, "inspections_due", &[]);
    assert_eq!(due(phone), sorted([&first, &second]));
    let at = hours_from_now(-1);
    let inspected = phone.make(&format!(
        "inspection title=路灯检查 at_ms={at} plan={plan} component={first} passed=否 found=灯罩破损"
    ));
    assert!(phone.finds("inspection.defect_left"));
    let matter = phone.make(&format!(
        "matter title=灯罩破损 source=patrol component={first}"
    ));
    phone.set(&inspected, &format!("matter={matter}"));
    assert!(!phone.finds("inspection.defect_left"));
    assert_eq!(due(phone), [second.as_str()]);
    let told = phone.rows("inspections", &[]);
    assert_eq!(
        lines(
            &told,
            "plan every_days checked unchecked never defects matters"
        ),
        [format!("{plan} | 30 | 1/2 | 1 | 1 | 1 | 1/1")]
    );
    town.rise(7);
    for hub in [&town.community, &town.county] {
        assert_eq!(
            (hub.rows("inspections", &[]), due(hub)),
            (told.clone(), due(phone))
        );
    }
    town.stop();
}

#[test]
fn a_survey_is_answered_offline_and_added_up_without_names() {
    let mut town = Town::new();
    let (county, phone) = (&town.county, &town.phone);
    let survey = county.make(
        "survey title=满意度调查 questions=对网格服务是否满意\n最希望改善什么 anonymous=是 audience=residents",
    );
    town.comes_down("survey", &survey);
    let sheet = format!("reply_sheet survey={survey} at_ms={}", hours_from_now(-1));
    for answers in ["满意\n停车", "满意\n路灯", "不满意\n停车"] {
        phone.make(&format!("{sheet} answers={answers}"));
    }
    let told = |ledger: &dyn Ledger| lines(&ledger.about("survey", &survey), "number answer share");
    let sums = [
        "1 | 满意 | 2/3",
        "1 | 不满意 | 1/3",
        "2 | 停车 | 2/3",
        "2 | 路灯 | 1/3",
    ];
    assert_eq!(told(phone), sums, "offline");
    town.rise(4);
    assert_eq!(told(county), sums, "at the county");
    // A name on an anonymous sheet is found, and not told.
    assert!(!phone.finds("survey.named"));
    let person = phone.make("resident name=张三");
    let named = phone.make(&format!("{sheet} answers=满意 respondent={person}"));
    assert!(phone.finds("survey.named"));
    let said = phone.record(&["report", "survey", "--about", &survey]);
    assert!(said.ok && !said.out.contains("张三") && !said.out.contains(&named));
    phone.set(&named, "respondent=");
    assert!(!phone.finds("survey.named"));
    assert_eq!(
        cells(
            &one(&phone.about("survey", &survey), "answer", "满意"),
            "share"
        ),
        "3/4"
    );
    assert_eq!(cell(&phone.about("survey", &survey)[0], "number"), "1");
    town.stop();
}
