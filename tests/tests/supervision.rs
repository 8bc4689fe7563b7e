//! Orders, resources and supervision, by the program alone, on phones offline and on hubs.

#![cfg(test)]

use wangge_tests::ledger::{Ledger, cell, cells, hours_from_now, lines, one};
use wangge_tests::{Phone, Room, until};

const COUNTY: &str = "410522";
const COMMUNITY: &str = "410522100001";
const GRID: &str = "410522100001001";

/// A county above a community, each with a director, and two phones of a grid.
struct Town {
    county: Room,
    community: Room,
    wang: Phone,
    zhao: Phone,
}

impl Town {
    fn new() -> Self {
        let county = Room::seated(COUNTY, "某县", "张县长", None);
        let invitation = county.invite_hub(COUNTY, COMMUNITY);
        let community = Room::seated(COMMUNITY, "东关社区", "李主任", Some(&invitation));
        let phone = |name: &str| Phone::enrolled(&community.invite(COMMUNITY, name, GRID));
        let (wang, zhao) = (phone("王芳"), phone("赵伟"));
        Self {
            county,
            community,
            wang,
            zhao,
        }
    }

    fn rise(&self, commits: u64) {
        self.county.wait_count(COUNTY, "commits", commits);
    }

    /// A matter that goes through the hands of one, another and the director, to its close.
    fn closed_matter(&self) -> String {
        let (room, reporter, worker) = (&self.community, &self.wang, &self.zhao);
        let matter = reporter.make("matter title=路灯不亮 source=resident");
        reporter.sync();
        room.step(&matter, "accept");
        room.step(&matter, "dispatch --to 路灯所");
        worker.sync();
        worker.step(&matter, "dispose --note 换了灯泡");
        worker.sync();
        reporter.sync();
        reporter.step(&matter, "verify_pass");
        reporter.step(&matter, "reply reply=修好了");
        reporter.sync();
        room.step(&matter, "close");
        matter
    }

    fn stop(&mut self) {
        self.community.stop();
        self.county.stop();
    }
}

/// How an order stands.
fn order(ledger: &dyn Ledger, order: &str) -> String {
    let row = one(&ledger.rows("orders", &[]), "order", order);
    cells(&row, "read answered objected state")
}

#[test]
fn orders_from_the_county_are_read_and_answered_offline_and_who_is_late_is_told() {
    let mut town = Town::new();
    let (county, wang) = (&town.county, &town.wang);
    let issue = |title: &str, hours: i64| {
        let basis = "sort=urge basis=《突发事件应对法》 to=东关社区 urgent=是";
        county.make(&format!(
            "order title={title} {basis} due_ms={}",
            hours_from_now(hours)
        ))
    };
    let (open, late) = (issue("防汛排查", 48), issue("积水清理", -2));
    let notice = county.make("notice title=防汛须知 public=是 from=2026-01-01");
    for phone in [wang, &town.zhao] {
        until("what was issued is on the phone", || {
            phone.sync();
            let here = (phone.list("order").len(), phone.list("notice").len());
            (here == (2, 1)).then_some(())
        });
    }
    // Offline: read, then answered.
    let answer = |order: &str, more: &str| {
        let at = hours_from_now(0);
        wang.make(&format!("answer order={order} at_ms={at} {more}"));
    };
    answer(&open, "state=read");
    assert_eq!(order(wang, &open), "1 | 0 | 0 | waiting");
    assert_eq!(order(wang, &late), "0 | 0 | 0 | late");
    assert!(wang.finds("order.late"));
    answer(&open, "state=accepted text=已安排");
    answer(&late, "state=objected text=不在本网格");
    answer(&notice, "state=read");
    assert!(!wang.finds("order.late"));
    wang.sync();
    town.rise(7);

    assert_eq!(order(county, &open), "2 | 1 | 0 | answered");
    assert_eq!(order(county, &late), "1 | 1 | 1 | answered_late");
    // Who has, and who has not.
    let receipts = town.community.about("receipts", &open);
    let of = |name: &str| one(&receipts, "who", name);
    assert_eq!(cells(&of("王芳"), "answer state"), "accepted | answered");
    assert_ne!(cell(&of("王芳"), "read"), "");
    assert_eq!(cells(&of("赵伟"), "read answer state"), " |  | waiting");
    // The unit's account: of the one that was due, none in time.
    assert_eq!(
        lines(
            &county.rows("accountability", &[]),
            "unit in_time late objected"
        ),
        ["东关社区 | 0/1 | 1 | 1"]
    );
    assert_eq!(
        lines(&county.rows("notices", &[]), "public holds read said"),
        ["yes | yes | 1 | 0"]
    );
    // An order without its legal basis is refused.
    let refused = county.record(&["new", "order", "title=无依据", "sort=command"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    town.stop();
}

#[test]
fn resources_are_asked_for_offline_and_the_balance_is_told() {
    let mut town = Town::new();
    let (county, phone) = (&town.county, &town.wang);
    phone.make("resident name=张三");
    phone.make("resident name=李四");
    let pump = phone.make("resource name=水泵 sort=equipment total=10 urban=111");
    let matter = phone.make("matter title=地下室积水");
    // Offline: a queue of requests, the oldest first, with the matter that they are for.
    let asked = "request sort=equipment needed_by=2026-01-01";
    let first = phone.make(&format!("{asked} title=抽水泵 amount=4 matter={matter}"));
    let direct = phone.make("request sort=equipment title=大功率泵 amount=1 direct=是");
    assert_eq!(
        lines(
            &phone.rows("requests", &[]),
            "request goes_to late matter state"
        ),
        [
            format!("{first} | township | late | {matter} | "),
            format!("{direct} | county |  |  | ")
        ]
    );
    phone.sync();
    town.rise(6);

    // Granted, delivered, partly used up, partly given back.
    county.set(
        &first,
        &format!("state=returned allocated=4 consumed=1 returned=2 resource={pump}"),
    );
    assert_eq!(lines(&county.rows("requests", &[]), "request"), [direct]);
    let told = county.rows("resources", &[]);
    assert_eq!(
        lines(&told, "sort").join(" "),
        "people data funds technology equipment tools",
        "six kinds, also those of which there is nothing"
    );
    let keys = "total allocated out returned consumed in_stock asked per_thousand";
    assert_eq!(
        cells(&one(&told, "sort", "equipment"), keys),
        "10 | 4 | 1 | 2 | 1 | 8 | 1 | 5000"
    );
    assert_eq!(
        lines(
            &county.rows("balance", &[]),
            "sort urban residents per_thousand difference"
        ),
        ["equipment | urban | 2 | 5000 | 0"]
    );
    town.stop();
}

#[test]
fn services_on_behalf_are_counted_by_sort() {
    let mut town = Town::new();
    let phone = &town.wang;
    let person = phone.make("resident name=张三");
    let at = format!("resident={person} at_ms={}", hours_from_now(-1));
    phone.make(&format!(
        "service title=代办医保 sort=apply on_behalf=是 {at}"
    ));
    phone.make(&format!("service title=代办社保 sort=apply {at}"));
    phone.make(&format!("service title=陪同就医 sort=elderly {at}"));
    phone.sync();
    town.rise(4);
    for ledger in [phone as &dyn Ledger, &town.community, &town.county] {
        assert_eq!(
            lines(
                &ledger.rows("services", &[]),
                "sort services on_behalf served"
            ),
            ["apply | 2 | 1/2 | 1", "elderly | 1 | 0/1 | 1"]
        );
    }
    town.stop();
}

#[test]
fn a_sample_is_drawn_by_chance_and_anybody_draws_it_again() {
    let mut town = Town::new();
    let matters = [town.closed_matter(), town.closed_matter()];
    town.rise(14);
    // One of two at least; who disposed must not review.
    let asked = ["--area", COMMUNITY];
    let drawn = town.county.rows("sample", &asked);
    assert_eq!(
        lines(&drawn, "area unit not_by review"),
        [format!("{GRID} | 路灯所 | 赵伟 | waiting")]
    );
    let matter = cell(&drawn[0], "matter");
    assert!(matters.contains(&matter));
    assert_eq!(cell(&drawn[0], "seed").len(), 16);
    town.wang.sync();
    for ledger in [&town.county as &dyn Ledger, &town.community, &town.wang] {
        assert_eq!(ledger.rows("sample", &asked), drawn, "a phone offline, too");
    }
    // Another area is another draw.
    let other = town.county.rows("sample", &[]);
    assert_ne!(cell(&other[0], "seed"), cell(&drawn[0], "seed"));
    town.stop();
}

#[test]
fn what_a_review_finds_is_corrected_and_published() {
    let mut town = Town::new();
    town.closed_matter();
    town.rise(7);
    let county = &town.county;
    let drawn = county.rows("sample", &[]).remove(0);
    let (matter, seed) = (cell(&drawn, "matter"), cell(&drawn, "seed"));

    // The review is the county's; a member's phone may not write one.
    let at = hours_from_now(-1);
    let review = format!(
        "review matter={matter} sort=sample passed=否 fault=false_closing period={seed} at_ms={at}"
    );
    let words: Vec<&str> = ["new"].into_iter().chain(review.split(' ')).collect();
    assert_eq!(town.wang.record(&words).code, Some(1));
    let reviewed = county.make(&review);
    assert_eq!(cell(&county.rows("sample", &[])[0], "review"), "failed");
    assert!(!county.finds("review.own_hands"));
    let faults = || lines(&county.rows("faults", &[]), "unit fault reviews corrected");
    assert_eq!(faults(), ["路灯所 | false_closing | 1/1 | 0"]);

    // Plan, do, check, act.
    let correction = county.make(&format!(
        "correction title=杜绝虚假结案 unit=路灯所 phase=plan due=2026-01-31 review={reviewed}"
    ));
    let state = || cells(&county.rows("corrections", &[])[0], "phase state");
    assert_eq!(state(), "plan | late");
    assert!(county.finds("correction.late"));
    county.set(&correction, "phase=do done=2026-02-01");
    assert_eq!(state(), "do | unchecked");
    assert!(county.finds("correction.unchecked") && !county.finds("correction.late"));
    county.set(&correction, "phase=check checked=抽查十件均属实");
    assert_eq!(state(), "check | done");
    assert!(!county.finds("correction.unchecked"));
    assert_eq!(faults(), ["路灯所 | false_closing | 1/1 | 1"]);

    // The table that is published: areas below and units.
    assert_eq!(
        lines(
            &county.rows("performance", &[]),
            "by name matters closing returned reviewed"
        ),
        [
            "area | 410522100 | 1 | 1/1 | 0/1 | 0/1",
            "unit | 路灯所 | 1 | null/null | 0/1 | 0/1"
        ]
    );
    town.stop();
}

#[test]
fn who_disposed_does_not_review() {
    let mut town = Town::new();
    let (room, phone) = (&town.community, &town.wang);
    let matter = phone.make("matter title=占道经营");
    phone.sync();
    room.step(&matter, "accept");
    room.step(&matter, "dispose --note 已劝离");
    let review = room.make(&format!(
        "review matter={matter} sort=re_inspection passed=是"
    ));
    let own = one(&room.findings(), "code", "review.own_hands");
    assert_eq!(own["hard"], true);
    assert_eq!(own["records"][0], review);
    assert_eq!(room.record(&["check"]).code, Some(1), "it is forbidden");
    town.stop();
}
