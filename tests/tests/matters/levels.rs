//! What rises: to be judged, solved, urged and taken back by the levels above.

use serde_json::Value;
use wangge_tests::{field, until};

use super::town::{COMMUNITY, COUNTY, GRID, TOWNSHIP, Town, detail, entry, refused, stands, take};

#[test]
fn what_is_passed_up_is_judged_and_solved_at_the_township_and_counted_there() {
    let town = Town::new();
    let (one, two) = (town.phone("王芳"), town.phone("赵伟"));
    let matter = one
        .save(&["record", "new", "matter", "title=河道污染"])
        .record;
    let small = [
        "record",
        "new",
        "matter",
        "title=楼道堆物",
        "--step",
        "settle_on_spot",
    ];
    one.save(&small);
    one.sync();
    town.take(COMMUNITY, &matter, 1, &["accept"]);
    let up = ["pass_up", "level=township", "--note", "涉及多个部门"];
    town.take(COMMUNITY, &matter, 2, &up);
    // From now on the last word is the township's.
    let why = town.refused(COMMUNITY, &matter, 3, &["dispatch", "--to", "环保所"]);
    assert!(why.contains("级别"), "{why}");
    let judge = ["judge", "cause=偷排", "decision=立案并治理"];
    let why = town.refused(COMMUNITY, &matter, 3, &judge);
    assert!(why.contains("级别"), "{why}");
    let shown = town.wait(TOWNSHIP, &matter, 3);
    assert_eq!(shown["standing"]["passed_up"], "township");
    assert_eq!(shown["standing"]["held_by"]["name"], "township");
    let why = town.refused(TOWNSHIP, &matter, 3, &["dispatch", "--to", "环保所"]);
    assert!(why.contains("研判"), "{why}");
    // The centre's worklist has it; it judges, says what that needs, and mobilises.
    let owners = town.report(TOWNSHIP, &["owners"]);
    assert_eq!((owners.len(), owners[0][5].as_str()), (1, "乡镇（街道）"));
    town.take(
        TOWNSHIP,
        &matter,
        3,
        &[&judge[..], &["resources=监测车；执法队"]].concat(),
    );
    let order = [
        "title=调集监测力量",
        "sort=command",
        "basis=水污染防治法第七十条",
        "text=两日内到场",
    ];
    let about = format!("matter={matter}");
    let order = town.write(
        TOWNSHIP,
        "order",
        &[&order[..], &["to=环保所", &about]].concat(),
    );
    town.take(TOWNSHIP, &matter, 4, &["dispatch", "--to", "环保所"]);
    town.take(TOWNSHIP, &matter, 5, &["dispose", "--note", "已封堵排口"]);
    town.wait(COMMUNITY, &matter, 6);

    two.sync();
    assert_eq!(
        two.list("order"),
        [order.as_str()],
        "the order reaches the grid"
    );
    take(&two, &matter, &["verify_pass"]);
    two.sync();
    let shown = town.wait(COUNTY, &matter, 7);
    assert_eq!(stands(&shown).0, "verified");
    assert_eq!(detail(&shown, "judge", "resources"), "监测车；执法队");
    // Of two matters one was solved in the grid and one at the township: everywhere the same.
    for hub in [TOWNSHIP, COUNTY] {
        let told = until("both are counted", || {
            let told = town.report(hub, &["solved_by_level"]);
            let shares: Vec<String> = told.iter().map(|row| row[1].clone()).collect();
            (shares[0] == "1/2").then_some(shares)
        });
        assert_eq!(told, ["1/2", "0/2", "1/2", "0/2"], "{hub}");
    }
}

#[test]
fn an_urging_has_a_deadline_and_stays_open_until_it_is_answered() {
    let town = Town::new();
    let (one, two) = (town.phone("王芳"), town.phone("赵伟"));
    let matter = one.save(&["record", "new", "matter", "title=违建"]).record;
    one.sync();
    town.take(COMMUNITY, &matter, 1, &["accept"]);
    town.take(COMMUNITY, &matter, 2, &["dispatch", "--to", "城管局"]);
    // A grid member does not urge, and an urging without a deadline is none.
    one.sync();
    let why = refused(
        &one,
        &matter,
        &["urge", "due_ms=2030-01-01", "--note", "催办"],
    );
    assert!(why.contains("无权"), "{why}");
    let why = town.refused(COUNTY, &matter, 3, &["urge", "--note", "限期办结"]);
    assert!(why.contains("时限"), "{why}");
    let urge = [
        "urge",
        "--to",
        "城管局",
        "due_ms=2030-01-01",
        "--note",
        "限期办结",
    ];
    town.take(COUNTY, &matter, 3, &urge);
    let shown = town.wait(COMMUNITY, &matter, 4);
    assert_eq!(shown["standing"]["unanswered"], 1);
    assert_eq!(
        detail(&shown, "urge", "due_ms"),
        "2030-01-01T00:00:00+08:00"
    );
    two.sync();
    let re = format!("re={}", entry(&two.show(&matter), "urge"));
    take(&two, &matter, &["answer", &re, "--note", "明日拆除"]);
    let why = refused(&two, &matter, &["answer", &re, "--note", "再答"]);
    assert!(why.contains("已办结"), "{why}");
    two.sync();
    let shown = town.wait(COUNTY, &matter, 5);
    assert_eq!(shown["standing"]["unanswered"], 0);
    // The order behind it is a record that names its basis, and comes down to the grid.
    let about = format!("matter={matter}");
    let order = [
        "title=督办通知",
        "sort=urge",
        "basis=城乡规划法第六十四条",
        "due_ms=2030-01-01",
    ];
    let order = town.write(
        COUNTY,
        "order",
        &[&order[..], &["to=城管局", &about]].concat(),
    );
    until("the order is at the community", || {
        town.ask(COMMUNITY, &["show", &order]).ok.then_some(())
    });
    two.sync();
    assert_eq!(
        field(&two.show(&order), "basis")["value"],
        "城乡规划法第六十四条"
    );
    let _ = GRID;
}

#[test]
fn an_automatic_step_is_marked_and_a_director_takes_it_back() {
    let town = Town::new();
    let one = town.phone("王芳");
    let matter = one
        .save(&["record", "new", "matter", "title=占道经营"])
        .record;
    one.sync();
    town.take(COMMUNITY, &matter, 1, &["accept", "auto=accept.hazard"]);
    let shown = town.wait(COMMUNITY, &matter, 2);
    assert_eq!(
        (stands(&shown).0, detail(&shown, "accept", "auto").as_str()),
        ("accepted", "accept.hazard")
    );
    one.sync();
    let re = format!("re={}", entry(&one.show(&matter), "accept"));
    let why = refused(&one, &matter, &["revert", &re, "--note", "误受理"]);
    assert!(why.contains("无权"), "{why}");
    town.take(TOWNSHIP, &matter, 2, &["revert", &re, "--note", "误受理"]);
    let shown = town.wait(COMMUNITY, &matter, 3);
    assert_eq!(stands(&shown).0, "reported");
    assert_eq!(shown["log"][1]["void"]["zh"], "自动步骤已被撤销");
    // A person's own step is not taken back so.
    town.take(COMMUNITY, &matter, 3, &["accept"]);
    let shown = town.wait(TOWNSHIP, &matter, 4);
    let re = format!("re={}", entry(&shown, "accept"));
    let why = town.refused(TOWNSHIP, &matter, 4, &["revert", &re, "--note", "误受理"]);
    assert!(why.contains("不存在"), "{why}");
    one.sync();
    assert_eq!(stands(&one.show(&matter)).0, "accepted");
    assert_eq!(one.show(&matter)["log"].as_array().map(Vec::len), Some(4));
    assert_ne!(Value::Null, one.show(&matter)["log"][1]["void"]);
}
