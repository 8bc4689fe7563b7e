//! Each sort of matter has a flow of its own (R1).

use wangge_tests::Phone;

use super::town::{COMMUNITY, COUNTY, Town, detail, entry, refused, stands, take};

struct Cast {
    town: Town,
    one: Phone,
    two: Phone,
}

impl Cast {
    fn new() -> Self {
        let town = Town::new();
        let (one, two) = (town.phone("王芳"), town.phone("赵伟"));
        Self { town, one, two }
    }

    /// Reported offline by the first member.
    fn report(&self, fields: &[&str]) -> String {
        let words = [&["record", "new", "matter", "title=事件"], fields].concat();
        let matter = self.one.save(&words).record;
        self.one.sync();
        matter
    }

    /// A step at the community's desk.
    fn desk(&self, matter: &str, entries: usize, words: &[&str]) {
        self.town.take(COMMUNITY, matter, entries, words);
    }

    fn desk_refused(&self, matter: &str, entries: usize, words: &[&str]) -> String {
        self.town.refused(COMMUNITY, matter, entries, words)
    }

    /// A step of a member who has what the hub has, and gives it back.
    fn step(&self, phone: &Phone, matter: &str, words: &[&str]) {
        phone.sync();
        take(phone, matter, words);
        phone.sync();
    }

    /// Stands so at the county, and on the phone.
    fn ends(&self, matter: &str, entries: usize, flow: &str) {
        let above = self.town.wait(COUNTY, matter, entries);
        assert_eq!(stands(&above), ("closed", flow));
        self.one.sync();
        assert_eq!(stands(&self.one.show(matter)), ("closed", flow));
        assert_eq!(above["row"]["closed"], true);
        let void = |step: &serde_json::Value| !step["void"].is_null();
        assert!(!above["log"].as_array().unwrap().iter().any(void));
    }
}

#[test]
fn a_control_matter_goes_through_its_check_list_and_an_emergency_is_dispatched_first() {
    let cast = Cast::new();
    let control = cast.report(&["sort=hazard"]);
    let why = cast.desk_refused(&control, 1, &["accept"]);
    assert!(why.contains("检查清单"), "{why}");
    cast.step(&cast.one, &control, &["check", "checks=消防通道=否"]);
    cast.desk(&control, 2, &["accept"]);
    cast.desk(&control, 3, &["dispatch", "--to", "物业公司"]);
    cast.step(&cast.two, &control, &["dispose"]);
    cast.step(&cast.one, &control, &["verify_pass"]);
    cast.desk(&control, 6, &["close"]);
    cast.ends(&control, 7, "control");

    let emergency = cast.report(&["sort=emergency"]);
    cast.desk(&emergency, 1, &["dispatch", "--to", "消防队"]);
    cast.desk(&emergency, 2, &["accept"]);
    let shown = cast.town.wait(COMMUNITY, &emergency, 3);
    assert_eq!(stands(&shown), ("dispatched", "emergency"));
    assert_eq!(shown["standing"]["urgent"], true);
    cast.step(&cast.two, &emergency, &["dispose"]);
    cast.step(&cast.one, &emergency, &["verify_pass"]);
    cast.desk(&emergency, 5, &["close"]);
    cast.ends(&emergency, 6, "emergency");
}

#[test]
fn a_mobilisation_closes_with_its_coverage_and_a_service_is_confirmed_by_who_asked() {
    let cast = Cast::new();
    let mobilisation = cast.report(&["sort=mobilisation"]);
    cast.desk(&mobilisation, 1, &["accept"]);
    cast.desk(&mobilisation, 2, &["dispatch", "--to", "楼栋长"]);
    cast.two.sync();
    let why = refused(&cast.two, &mobilisation, &["dispose"]);
    assert!(why.contains("覆盖率"), "{why}");
    cast.step(&cast.two, &mobilisation, &["dispose", "done=8", "of=10"]);
    let why = cast.desk_refused(&mobilisation, 4, &["close"]);
    assert!(why.contains("覆盖率"), "{why}");
    cast.desk(&mobilisation, 4, &["close", "--note", "两户外出"]);
    cast.ends(&mobilisation, 5, "mobilisation");

    let service = cast.report(&["sort=service"]);
    cast.desk(&service, 1, &["accept"]);
    cast.desk(&service, 2, &["dispatch", "--to", "便民中心"]);
    cast.step(&cast.two, &service, &["dispose"]);
    cast.one.sync();
    let why = refused(&cast.one, &service, &["verify_pass"]);
    assert!(why.contains("流程"), "{why}");
    cast.step(&cast.one, &service, &["confirm_close"]);
    let why = cast.desk_refused(&service, 5, &["close"]);
    assert!(why.contains("反馈"), "{why}");
    cast.desk(&service, 5, &["reply", "reply=已办结"]);
    cast.desk(&service, 6, &["close"]);
    cast.ends(&service, 7, "service");
}

#[test]
fn a_coordination_is_judged_by_both_offices_with_its_factors_and_parties() {
    let cast = Cast::new();
    let matter = cast.report(&["sort=dispute"]);
    cast.desk(&matter, 1, &["accept"]);
    let why = cast.desk_refused(&matter, 2, &["dispatch", "--to", "司法所"]);
    assert!(why.contains("研判"), "{why}");
    let judge = [
        "judge",
        "cause=漏水",
        "decision=共同维修",
        "factors=楼龄；无物业",
    ];
    cast.one.sync();
    let why = refused(&cast.one, &matter, &judge);
    assert!(why.contains("当事各方"), "{why}");
    let parties = [&judge[..], &["parties=楼上住户；楼下住户"]].concat();
    cast.step(&cast.one, &matter, &parties);
    // One signature is not enough, and nobody signs twice.
    let shown = cast.town.wait(COMMUNITY, &matter, 3);
    assert_eq!(stands(&shown).0, "accepted");
    assert_eq!(shown["standing"]["judged"], false);
    let re = format!("re={}", entry(&shown, "judge"));
    let why = refused(&cast.one, &matter, &["cosign", &re]);
    assert!(why.contains("已签署"), "{why}");
    cast.desk(&matter, 3, &["cosign", &re]);
    let shown = cast.town.wait(COMMUNITY, &matter, 4);
    assert_eq!(stands(&shown).0, "judged");
    assert_eq!(detail(&shown, "judge", "factors"), "楼龄；无物业");
    // The plan of several departments: one leads, another assists.
    cast.desk(&matter, 4, &["dispatch", "--to", "司法所"]);
    cast.desk(&matter, 5, &["dispatch", "--to", "住建局", "part=assist"]);
    cast.step(&cast.two, &matter, &["dispose", "--note", "已达成协议"]);
    let assist = cast.town.wait(COMMUNITY, &matter, 7);
    assert_eq!(stands(&assist).0, "dispatched", "the assist is open");
    let re = format!("re={}", assist["log"][5]["entry"].as_str().unwrap());
    cast.step(
        &cast.two,
        &matter,
        &["dispose", &re, "--note", "已派维修工"],
    );
    cast.step(&cast.one, &matter, &["verify_pass"]);
    cast.desk(&matter, 9, &["reply", "reply=已调解"]);
    cast.desk(&matter, 10, &["close"]);
    cast.ends(&matter, 11, "coordination");
}

#[test]
fn who_reports_may_name_another_flow_than_the_sort_proposes() {
    let cast = Cast::new();
    let matter = cast.report(&["sort=hazard", "flow=service", "urgent=是"]);
    let shown = cast.town.wait(COMMUNITY, &matter, 1);
    assert_eq!(stands(&shown), ("reported", "service"));
    assert_eq!(shown["standing"]["urgent"], true);
    let ordinary = cast.report(&["sort=hazard", "flow="]);
    let shown = cast.town.wait(COMMUNITY, &ordinary, 1);
    assert_eq!(stands(&shown), ("reported", "ordinary"));
    cast.desk(&ordinary, 1, &["accept"]);
}
