//! Grids, their people and the party, by the program alone: records written offline on phones or at a hub, and what the reports say of them.

#![cfg(test)]
#![expect(clippy::too_many_lines, reason = "a story is told in one piece")]

use std::time::SystemTime;

use serde_json::Value;
use wangge_model::time::Ms;
use wangge_tests::ledger::Ledger;
use wangge_tests::{Phone, Room, until};

const TOWNSHIP: &str = "410522100";
const COMMUNITY: &str = "410522100001";
const GRID: &str = "410522100001001";

/// So many days from today, as people write a day.
fn day(days: i64) -> String {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_millis();
    Ms(i64::try_from(now).unwrap() + days * 86_400_000)
        .date()
        .to_string()
}

/// `key=` a day.
fn on(key: &str, days: i64) -> String {
    format!("{key}={}", day(days))
}

/// What these stories ask of a ledger beside what all do.
trait Asked: Ledger {
    /// The rows of a report, by its name and what else is said.
    fn report(&self, words: &[&str]) -> Vec<Value> {
        let (name, more) = words.split_first().unwrap();
        self.rows(name, more)
    }

    /// The row of a report of which a cell says so.
    fn row(&self, words: &[&str], key: &str, says: &str) -> Value {
        let rows = self.report(words);
        let found = rows.iter().find(|row| said(&row[key]) == says);
        found
            .unwrap_or_else(|| panic!("{key}={says} of {rows:#?}"))
            .clone()
    }

    /// The codes of the findings of a check.
    fn broken(&self) -> Vec<String> {
        let findings = self.findings();
        let codes = findings.iter().map(|finding| finding["code"].as_str());
        codes.map(|code| code.unwrap().to_owned()).collect()
    }
}

impl<L: Ledger> Asked for L {}

/// A cell as text: a code, a title or the plain value.
fn said(cell: &Value) -> String {
    let text = |key: &str| cell[key].as_str().map(str::to_owned);
    text("code")
        .or_else(|| text("title"))
        .or_else(|| text("record"))
        .or_else(|| cell.as_str().map(str::to_owned))
        .unwrap_or_else(|| cell.to_string())
}

/// Cells of a row, by key.
fn cells(row: &Value, keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| said(&row[*key])).collect()
}

/// A community with a director at its hub, which runs.
fn community() -> Room {
    Room::seated(COMMUNITY, "东关社区", "李主任", None)
}

/// Bounds so small that a handful of households meets them.
fn small_norms(room: &Room) {
    for (code, measure, bounds) in [
        (
            "h",
            "households",
            &[
                "warn_low=2",
                "warn_high=3",
                "violation_low=1",
                "violation_high=5",
            ][..],
        ),
        ("p", "persons", &["warn_high=100"]),
        ("m", "members", &["warn_low=1"]),
        ("f", "full_time", &["warn_low=1"]),
        ("w", "workload_week", &["warn_high=4", "violation_high=6"]),
        ("i", "intake_week", &["warn_high=1", "violation_high=9"]),
        ("d", "depth", &["warn_high=1"]),
    ] {
        let (code, measure) = (format!("code={code}"), format!("measure={measure}"));
        room.new_record("norm", &[&[code.as_str(), &measure], bounds].concat());
    }
}

/// A building with so many households of three persons.
fn building(room: &Room, name: &str, households: usize) -> String {
    let building = room.new_record("building", &[&format!("name={name}")]);
    for number in 0..households {
        let number = format!("household_no={name}-{number}");
        room.new_record(
            "household",
            &[&number, "persons=3", &format!("building={building}")],
        );
    }
    building
}

fn grid(room: &Room, serial: &str, state: &str, buildings: &[&str]) -> String {
    let fields = [
        format!("name=网格{serial}"),
        format!("code={COMMUNITY}{serial}"),
        format!("state={state}"),
        format!("buildings={}", buildings.join("\n")),
        "sort=basic".to_owned(),
    ];
    let mut words: Vec<&str> = fields.iter().map(String::as_str).collect();
    let from = on("valid_from", -100);
    if state == "in_force" {
        words.push(from.as_str());
    }
    room.new_record("grid", &words)
}

#[test]
fn grids_are_measured_cut_and_joined() {
    let mut room = community();
    small_norms(&room);
    let (one, two) = (building(&room, "1号楼", 3), building(&room, "2号楼", 3));
    let (three, four) = (building(&room, "3号楼", 1), building(&room, "4号楼", 1));
    let large = grid(&room, "001", "in_force", &[&one, &two]);
    grid(&room, "002", "in_force", &[&three]);
    grid(&room, "003", "in_force", &[&four]);

    let sizes = ["households", "persons", "verdict", "findings"];
    let row = room.row(&["sizing"], "code", GRID);
    assert_eq!(
        cells(&row, &sizes),
        ["6", "18", "violation", "sizing.households_high"]
    );
    let parts = room.report(&["splits"]);
    let parts: Vec<_> = parts
        .iter()
        .map(|part| cells(part, &["code", "buildings", "households"]))
        .collect();
    assert_eq!(
        parts,
        [
            [GRID, "1号楼", "3"].map(str::to_owned),
            ["410522100001004", "2号楼", "3"].map(str::to_owned)
        ]
    );
    let joined = room.report(&["joins"]);
    assert_eq!(joined.len(), 1, "{joined:?}");
    assert_eq!(cells(&joined[0], &["households", "persons"]), ["2", "6"]);

    // An approved exception makes a warning of the violation, here and in the check.
    let subject = format!("subject={large}");
    room.new_record(
        "exemption",
        &[
            "rule=sizing.households_high",
            &subject,
            "reason=在建",
            &on("until", 30),
        ],
    );
    let row = room.row(&["sizing"], "code", GRID);
    assert_eq!(said(&row["verdict"]), "warning");
    // A grid within a grid is deeper than the norm allows.
    let part = grid(&room, "005", "in_force", &[]);
    room.write(&part, &["sort=micro", &format!("parent={large}")]);
    let row = room.row(&["sizing"], "grid", "网格005");
    assert!(said(&row["findings"]).contains("staffing.depth"), "{row}");

    // The phone has the same, offline.
    let phone = Phone::enrolled(&room.invite(COMMUNITY, "王芳", GRID));
    phone.sync();
    room.stop();
    let row = phone.row(&["sizing"], "code", GRID);
    assert_eq!(said(&row["code"]), GRID);
    let fields = ["name=张家小店", &format!("building={three}")];
    phone.new_record("organisation", &fields);
    let row = phone.row(&["coverage"], "item", "organisation");
    assert_eq!(row["covered"]["of"], 1);
}

#[test]
fn a_division_plan_is_drafted_checked_approved_and_moves_households_on_its_day() {
    let mut room = community();
    small_norms(&room);
    let (one, two) = (building(&room, "1号楼", 3), building(&room, "2号楼", 2));
    grid(&room, "001", "in_force", &[&one, &two]);
    let new = grid(&room, "002", "draft", &[]);
    let plan = room.new_record(
        "division",
        &["title=拆分第一网格", "state=draft", &on("effective", 5)],
    );
    let line = [
        format!("division={plan}"),
        format!("unit={two}"),
        format!("grid={new}"),
    ];
    room.new_record("assignment", &line.each_ref().map(String::as_str));
    let about = |name: &'static str| [name, "--about", plan.as_str()];
    let step = |step: &str| {
        let row = room.row(&about("plan"), "step", step);
        cells(&row, &["state", "by"])
    };
    assert_eq!(step("draft"), ["done", "李主任"]);
    assert_eq!(step("checked"), ["missing", ""]);
    let moved = ["households_before", "households_after", "come", "go"];
    let row = |serial: &str| {
        let row = room.row(
            &about("plan_grids"),
            "code",
            &format!("{COMMUNITY}{serial}"),
        );
        cells(&row, &moved)
    };
    assert_eq!(row("001"), ["5", "3", "0", "3"]);
    assert_eq!(row("002"), ["0", "2", "3", "0"]);

    // Who drafted it may not check it, and no grid comes into force without its party branch.
    let findings = || {
        let rows = room.report(&about("plan"));
        let found = rows.iter().filter(|row| said(&row["step"]) == "rule");
        found.map(|row| said(&row["finding"])).collect::<Vec<_>>()
    };
    room.write(&plan, &["state=checked", "checked_by=李主任"]);
    assert_eq!(findings(), ["life.same_hands", "party.not_together"]);
    // A name is a signature: nobody writes another's, whoever they are.
    let forged = room.record(&["set", &plan, "checked_by=王科长"]);
    assert_eq!(forged.code, Some(1), "{forged:?}");
    assert!(
        forged.err.contains("checked_by") && forged.err.contains("本人姓名"),
        "{forged:?}"
    );
    assert_eq!(step("checked"), ["done", "李主任"]);
    // Where several sit at a hub, each says who they are.
    for name in ["王科长", "周镇长"] {
        room.director(COMMUNITY, name);
    }
    let signed = |name: &str, fields: &[&str]| {
        let said = room.ask(&[&["record", "--as", name, "set", &plan], fields].concat());
        assert!(said.ok, "{said:?}");
    };
    signed("王科长", &["checked_by=王科长"]);
    assert_eq!(step("checked"), ["done", "王科长"]);
    signed("周镇长", &["state=approved", "approved_by=周镇长"]);
    let branch = [
        "name=第二网格党支部",
        "level=branch",
        "grid=410522100001002",
    ];
    let made = room.ask(
        &[
            &["record", "--as", "李主任", "new", "party_org"],
            &branch[..],
        ]
        .concat(),
    );
    assert!(made.ok, "{made:?}");
    assert_eq!(findings(), Vec::<String>::new());
    assert_eq!(step("in_force"), ["coming", ""]);
    let size = |serial: &str| {
        let rows = room.report(&["sizing"]);
        let code = format!("{COMMUNITY}{serial}");
        let row = rows.iter().find(|row| said(&row["code"]) == code).cloned();
        row.map(|row| said(&row["households"]))
    };
    assert_eq!((size("001").as_deref(), size("002")), (Some("5"), None));
    // Its day comes: everybody is in one grid, though no household was written to.
    signed("周镇长", &[&on("effective", 0)]);
    assert_eq!(step("in_force"), ["done", ""]);
    assert_eq!(
        (size("001").as_deref(), size("002").as_deref()),
        (Some("3"), Some("2"))
    );
    let covered = room.row(&["coverage"], "item", "household");
    assert_eq!(
        (&covered["covered"]["n"], &covered["covered"]["of"]),
        (&5.into(), &5.into())
    );
    // The phones of the community reckon it too.
    let phone = Phone::enrolled(&room.invite(COMMUNITY, "王芳", GRID));
    phone.sync();
    room.stop();
    let rows = phone.report(&["sizing"]);
    assert_eq!(rows.len(), 2, "{rows:?}");
}

#[test]
fn every_gap_in_the_coverage_is_listed_until_it_is_closed() {
    let mut room = community();
    let one = building(&room, "1号楼", 1);
    grid(&room, "001", "in_force", &[&one]);
    room.new_record("organisation", &["name=小店", "--area", "410522100001009"]);
    let gaps = || {
        let mut gaps: Vec<_> = room
            .report(&["gaps"])
            .iter()
            .map(|row| said(&row["finding"]))
            .collect();
        gaps.sort();
        gaps
    };
    let all = [
        "coverage.branch",
        "coverage.chief",
        "coverage.member",
        "coverage.organisation",
    ];
    assert_eq!(gaps(), all);
    assert!(
        all.iter()
            .all(|code| room.broken().contains(&(*code).to_owned()))
    );

    let phone = Phone::enrolled(&room.invite(COMMUNITY, "王芳", GRID));
    phone.sync();
    let member = phone.new_record("member", &["name=王芳", "employment=full_time"]);
    let post = |office: &str| {
        let fields = [
            format!("member={member}"),
            format!("office={office}"),
            format!("grid={GRID}"),
            on("from", -30),
        ];
        phone.new_record("post", &fields.each_ref().map(String::as_str))
    };
    let _ = (post("member"), post("chief"));
    let covered = phone.row(&["coverage"], "item", "coverage.member");
    assert_eq!(covered["gaps"], 0, "offline, before anybody knows");
    phone.sync();
    until("the gaps are closed at the hub", || {
        (gaps() == ["coverage.branch", "coverage.organisation"]).then_some(())
    });
    room.stop();
}

/// The phones of two members of a grid, and their records.
struct Pair {
    wang: Phone,
    zhao: Phone,
    members: [String; 2],
    post: String,
}

fn pair(room: &Room) -> Pair {
    let wang = Phone::enrolled(&room.invite(COMMUNITY, "王芳", GRID));
    let zhao = Phone::enrolled(&room.invite(COMMUNITY, "赵伟", GRID));
    let first = [
        "name=王芳",
        "employment=full_time",
        "source=hired",
        &on("joined", -400),
    ];
    let second = [
        "name=赵伟",
        "employment=volunteer",
        "source=enthusiast",
        &on("joined", -10),
    ];
    let members = [
        wang.new_record("member", &first),
        wang.new_record("member", &second),
    ];
    let member = format!("member={}", members[0]);
    let grid = format!("grid={GRID}");
    let post = wang.new_record(
        "post",
        &[&member, "office=member", &grid, &on("from", -400)],
    );
    wang.sync();
    zhao.sync();
    Pair {
        wang,
        zhao,
        members,
        post,
    }
}

#[test]
fn a_handover_is_signed_by_both_offline_and_passes_the_grid_on() {
    let mut room = community();
    small_norms(&room);
    grid(&room, "001", "in_force", &[]);
    let Pair {
        wang,
        zhao,
        members: [old, new],
        post,
    } = pair(&room);
    let matter = wang.new_record("matter", &["title=路灯不亮"]);
    wang.sync();
    for step in [&["accept"][..], &["dispatch", "--to", "王芳"]] {
        let _ = room
            .ask(&[&["record", "step", &matter], step].concat())
            .json();
    }
    room.new_record(
        "task",
        &[
            "title=走访独居老人",
            "assignee=王芳",
            "--area",
            GRID,
            &on("due", 3),
        ],
    );
    wang.sync();
    zhao.sync();
    room.stop();

    // Offline: one names the successor and signs, the other signs on a phone of their own.
    let successor = format!("successor={new}");
    let fields = [successor.as_str(), &on("until", -1), &on("handed_over", 0)];
    wang.write(&post, &fields);
    let handover = |phone: &Phone, item: &str, key: &str| {
        said(&phone.row(&["handover", "--about", &old], "item", item)[key])
    };
    assert_eq!(handover(&wang, "post", "state"), "handed_over");
    assert_eq!(handover(&wang, "matter", "record"), "路灯不亮");
    assert_eq!(handover(&wang, "task", "record"), "走访独居老人");
    assert_eq!(
        handover(&wang, "unsent", "count"),
        "1",
        "what the phone still owes is told"
    );
    let answers =
        |desk: &dyn Asked| cells(&desk.row(&["staffing"], "code", GRID), &["answers", "why"]);
    assert_eq!(answers(&wang), ["王芳", "handover_open"]);
    zhao.write(&post, &[&on("taken_over", 0)]);

    room.run();
    wang.sync();
    zhao.sync();
    wang.sync();
    until("both signatures have met", || {
        (answers(&room) == ["赵伟", "successor"]).then_some(())
    });
    for phone in [&wang, &zhao] {
        assert_eq!(handover(phone, "post", "state"), "done");
        assert_eq!(answers(phone), ["赵伟", "successor"]);
    }
    assert_eq!(handover(&wang, "unsent", "state"), "sent");
    let device = room.row(&["handover", "--about", &old], "item", "device");
    assert_eq!(said(&device["due"]), day(0), "{device}");
    room.stop();
}

#[test]
fn the_roster_tells_who_is_there_who_left_and_whose_certificate_ends() {
    let mut room = community();
    small_norms(&room);
    grid(&room, "001", "in_force", &[]);
    let Pair {
        wang,
        members: [old, new],
        post,
        ..
    } = pair(&room);
    let gone = [
        "name=孙丽",
        "employment=full_time",
        "source=department",
        &on("joined", -200),
        &on("left", -5),
    ];
    wang.new_record("member", &gone);
    wang.write(&new, &[&format!("mentor={old}")]);
    wang.write(&post, &[&on("until", -4)]);
    let training = [
        format!("member={old}"),
        on("on", -300),
        on("valid_until", 30),
    ];
    let training = training.each_ref().map(String::as_str);
    wang.new_record(
        "training",
        &[&["title=网格员资格", "hours=24"], &training[..]].concat(),
    );
    wang.sync();
    room.stop();
    room.run();

    for desk in [&wang as &dyn Asked, &room] {
        let row = desk.row(&["roster"], "code", "full_time");
        assert_eq!(
            (&row["at_start"], &row["share"]["n"], &row["share"]["of"]),
            (&2.into(), &1.into(), &2.into())
        );
        assert_eq!(desk.row(&["roster"], "code", "enthusiast")["at_end"], 1);
        let row = &desk.report(&["turnover"])[0];
        assert_eq!(
            cells(row, &["at_start", "joined", "left", "at_end"]),
            ["2", "1", "1", "2"]
        );
        assert_eq!(row["vacant_days"], 4, "{row}");
        let state = |name: &str| said(&desk.row(&["certificates"], "member", name)["state"]);
        assert_eq!([state("王芳"), state("赵伟")], ["ends", "missing"]);
        let broken = desk.broken();
        for code in [
            "member.certificate_ends",
            "member.unqualified",
            "staffing.vacant",
        ] {
            assert!(broken.contains(&code.to_owned()), "{code} of {broken:?}");
        }
        let row = desk.row(&["mentors"], "member", "赵伟");
        assert_eq!(
            cells(&row, &["mentor", "mentor_there", "days"]),
            ["王芳", "yes", "10"]
        );
    }
    room.stop();
}

#[test]
fn cover_and_secondment_end_by_date_and_escalations_end_at_a_named_person() {
    let mut room = community();
    grid(&room, "001", "in_force", &[]);
    let Pair {
        wang,
        members: [old, new],
        ..
    } = pair(&room);
    let post = |desk: &dyn Asked, member: &str, office: &str, area: &str, more: &[&str]| {
        let fields = [
            format!("member={member}"),
            format!("office={office}"),
            format!("grid={area}"),
        ];
        let fields = fields.each_ref().map(String::as_str);
        desk.new_record("post", &[&fields[..], more].concat())
    };
    // 王芳 works elsewhere for a time, 赵伟 stands in; both were written offline.
    let away = post(
        &wang,
        &old,
        "member",
        "410522100001002",
        &["sort=seconded", &on("from", -3)],
    );
    post(
        &wang,
        &new,
        "member",
        GRID,
        &["sort=substitute", &on("from", -3), &on("until", 20)],
    );
    let cover = |sort: &str| {
        let row = wang.row(&["cover"], "sort", sort);
        cells(&row, &["member", "state", "days_left", "finding"])
    };
    assert_eq!(cover("substitute"), ["赵伟", "holds", "20", ""]);
    assert_eq!(cover("seconded"), ["王芳", "holds", "null", "post.no_end"]);
    let answers = || cells(&wang.row(&["staffing"], "code", GRID), &["answers", "why"]);
    assert_eq!(answers(), ["赵伟", "substitute"]);
    let team = cells(
        &wang.row(&["teams"], "member", "赵伟"),
        &["office", "employment", "source"],
    );
    assert_eq!(team, ["member", "volunteer", "enthusiast"]);
    wang.write(&away, &[&on("until", -1)]);
    assert_eq!(
        cover("seconded")[1..],
        ["over".to_owned(), "null".to_owned(), String::new()]
    );

    // The chain of chiefs: a community director with a deputy, and the township's head.
    let head = |name: &str| room.new_record("member", &[&format!("name={name}")]);
    let (director, deputy, township) = (head("李主任"), head("周副主任"), head("钱镇长"));
    post(
        &room,
        &director,
        "community_director",
        COMMUNITY,
        &[&on("from", -90)],
    );
    post(
        &room,
        &deputy,
        "community_director",
        COMMUNITY,
        &["sort=cover", &on("from", -90), &on("until", 90)],
    );
    post(
        &room,
        &township,
        "township_head",
        TOWNSHIP,
        &[&on("from", -90)],
    );
    let row = room.row(&["chiefs"], "area", COMMUNITY);
    assert_eq!(
        cells(&row, &["level", "member", "deputies"]),
        ["community", "李主任", "周副主任"]
    );
    let row = room.row(&["chiefs"], "area", "410522");
    assert_eq!(cells(&row, &["member", "ends_at"]), ["", ""]);
    assert_eq!(
        said(&room.row(&["chiefs"], "area", TOWNSHIP)["member"]),
        "钱镇长"
    );
    // A matter that nobody accepts in time rises as far as its limit says, and ends at the one who is named there.
    let county = head("孙县长");
    let since = on("from", -90);
    post(&room, &county, "county_head", "410522", &[&since]);
    let standard = [
        "class=*",
        "stage=accept",
        "limit_count=0",
        "limit_unit=minute",
    ];
    room.new_record("standard", &standard);
    room.new_record("matter", &["title=井盖缺失", "--area", GRID]);
    let risen = until("the matter rises", || {
        let told = room.ask(&["record", "escalations"]);
        told.ok.then(|| told.json()[0].clone())
    });
    assert_eq!(
        (&risen["to_level"], &risen["to_name"]),
        (&"county".into(), &"孙县长".into())
    );
    room.stop();
}

#[test]
fn work_is_measured_against_the_norm_and_counts_once_it_was_sent() {
    let mut room = community();
    small_norms(&room);
    grid(&room, "001", "in_force", &[]);
    let Pair {
        wang,
        members: [member, _],
        ..
    } = pair(&room);
    for title in ["登记出租房", "核对居民信息"] {
        room.new_record(
            "task",
            &[
                &format!("title={title}"),
                "assignee=王芳",
                "--area",
                GRID,
                &on("due", 2),
            ],
        );
    }
    let plan = [
        "title=独居老人走访",
        "sort=visit",
        "target_kind=resident",
        "target_filter=lives_alone=是",
        "every_days=7",
        &on("from", -30),
    ];
    room.new_record("plan", &[&plan[..], &["--area", GRID]].concat());
    wang.sync();
    room.stop();

    // Offline: who is to be visited, what is due first.
    let alone = wang.new_record("resident", &["name=张秀英", "lives_alone=是"]);
    wang.new_record("resident", &["name=刘洋"]);
    let about = |name: &'static str| [name, "--about", member.as_str()];
    let next = wang.report(&about("next"));
    let next: Vec<_> = next
        .iter()
        .map(|row| cells(row, &["what", "record", "late_days"]))
        .collect();
    assert_eq!(next[0], ["visit", "张秀英", "23"]);
    assert_eq!(next[1][0], "task");
    assert_eq!(next.len(), 3, "{next:?}");
    let row = wang.row(&["plans"], "plan", "独居老人走访");
    assert_eq!(
        (&row["late"], &row["done"]["n"], &row["done"]["of"]),
        (&1.into(), &0.into(), &1.into())
    );
    let now = format!("at_ms={}T00:00:01+08:00", day(0));
    for subject in ["入户走访", "政策宣传"] {
        wang.new_record(
            "visit",
            &[
                &format!("subject={subject}"),
                &now,
                &format!("resident={alone}"),
            ],
        );
    }
    let row = wang.row(&["plans"], "plan", "独居老人走访");
    assert_eq!(
        (&row["late"], &row["done"]["n"], said(&row["next"])),
        (&0.into(), &1.into(), day(7))
    );
    let visits = || {
        cells(
            &wang.row(&about("statement"), "item", "visit"),
            &["counted", "left_out"],
        )
    };
    assert_eq!(visits(), ["0", "2"], "what was not sent does not count");
    let load = |desk: &dyn Asked| {
        let row = desk.row(&["workload"], "member", "王芳");
        cells(
            &row,
            &["tasks", "made", "total", "from_above", "room", "findings"],
        )
    };
    assert_eq!(load(&wang), ["2", "2", "4", "2", "0", "staffing.intake"]);
    wang.new_record("visit", &["subject=信息核查", &now]);
    assert_eq!(load(&wang)[5], "staffing.workload staffing.intake");

    room.run();
    wang.sync();
    assert_eq!(visits(), ["3", "0"]);
    until("the hub counts the same", || {
        (load(&room) == load(&wang)).then_some(())
    });
    assert!(room.broken().contains(&"staffing.workload".to_owned()));
    // The member contests it, and sees what became of that.
    let appeal = [
        format!("member={member}"),
        "title=走访数不符".to_owned(),
        "text=少计一次".to_owned(),
        "period=2026-11".to_owned(),
    ];
    let appeal = wang.new_record("appeal", &appeal.each_ref().map(String::as_str));
    wang.sync();
    let state =
        |desk: &dyn Asked| said(&desk.row(&about("statement"), "record", "走访数不符")["item"]);
    assert_eq!(state(&wang), "open");
    until("the director sees the appeal", || {
        room.ask(&["record", "show", &appeal]).ok.then_some(())
    });
    room.write(&appeal, &["state=upheld", "decided_by=李主任"]);
    wang.sync();
    assert_eq!([state(&wang), state(&room)], ["upheld", "upheld"]);
    room.stop();
}

#[test]
fn the_party_stands_beside_the_grids_in_four_levels() {
    let mut room = community();
    let one = building(&room, "1号楼", 1);
    grid(&room, "001", "in_force", &[&one]);
    let Pair {
        wang,
        members: [chief, other],
        ..
    } = pair(&room);
    let household = room.record(&["list", "household"]).json()["rows"][0]["record"]
        .as_str()
        .unwrap()
        .to_owned();
    let org = |name: &str, level: &str, fields: &[String]| {
        let (name, level) = (format!("name={name}"), format!("level={level}"));
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        room.new_record(
            "party_org",
            &[&[name.as_str(), &level], fields.as_slice()].concat(),
        )
    };
    let leader = |member: &str| format!("leader={member}");
    let committee = org(
        "社区党委",
        "committee",
        &[format!("grid={COMMUNITY}"), leader(&chief)],
    );
    let branch = org(
        "第一网格党支部",
        "branch",
        &[
            format!("grid={GRID}"),
            format!("parent={committee}"),
            leader(&chief),
            "members=12".to_owned(),
        ],
    );
    let group = org(
        "1号楼党小组",
        "group",
        &[
            format!("building={one}"),
            format!("parent={branch}"),
            leader(&other),
        ],
    );
    org(
        "党员中心户",
        "household",
        &[
            format!("household={household}"),
            format!("parent={group}"),
            leader(&other),
        ],
    );
    let shop = room.new_record(
        "organisation",
        &["name=某公司", "sort=enterprise", &format!("building={one}")],
    );
    let enterprise = org(
        "某公司党支部",
        "enterprise",
        &[format!("organisation={shop}"), leader(&other)],
    );

    let row = |name: &str| {
        cells(
            &room.row(&["party"], "org", name),
            &["level", "chief", "verdict", "findings"],
        )
    };
    assert_eq!(
        row("第一网格党支部"),
        ["branch", "no", "warning", "party.leader"]
    );
    assert_eq!(row("1号楼党小组"), ["group", "no", "within", ""]);
    assert_eq!(row("党员中心户"), ["household", "no", "within", ""]);
    assert_eq!(
        row("某公司党支部"),
        ["enterprise", "no", "violation", "party.parent"]
    );
    room.write(&enterprise, &[&format!("parent={committee}")]);
    assert_eq!(row("某公司党支部")[2], "within");
    let post = [
        format!("member={chief}"),
        "office=chief".to_owned(),
        format!("grid={GRID}"),
        on("from", -9),
    ];
    wang.new_record("post", &post.each_ref().map(String::as_str));
    wang.sync();
    until("the branch's leader is the grid's chief", || {
        (row("第一网格党支部") == ["branch", "yes", "within", ""]).then_some(())
    });
    // A branch does not outlive its grid.
    let stale = org(
        "第九网格党支部",
        "branch",
        &[
            "grid=410522100001009".to_owned(),
            format!("parent={committee}"),
            leader(&other),
        ],
    );
    assert_eq!(row("第九网格党支部")[3], "party.leader party.stale");
    room.write(&stale, &[&on("until", -1)]);
    assert!(!room.broken().contains(&"party.stale".to_owned()));

    // Roles and activities, written on the phone offline.
    let plan = room.new_record(
        "plan",
        &[
            "title=主题党日清洁家园",
            "sort=activity",
            "party_activity=是",
            &on("from", -3),
            "--area",
            GRID,
        ],
    );
    wang.sync();
    room.stop();
    wang.write(&other, &["party_work=mediator"]);
    for (title, state) in [("清理楼道", "done"), ("劝导停车", "open")] {
        let (title, state) = (format!("title={title}"), format!("state={state}"));
        wang.new_record("task", &[&title, &state, &format!("plan={plan}")]);
    }
    let part = [
        format!("member={other}"),
        format!("plan={plan}"),
        on("on", 0),
    ];
    let part = part.each_ref().map(String::as_str);
    wang.new_record(
        "participation",
        &[
            &[
                "who=赵伟",
                "activity=主题党日",
                "role=mediator",
                "hours=3",
                "points=5",
            ],
            &part[..],
        ]
        .concat(),
    );
    let role = wang.row(&["party_roles"], "role", "mediator");
    assert_eq!(
        cells(
            &role,
            &["members", "active", "activities", "hours", "points"]
        ),
        ["1", "1", "1", "3", "5"]
    );
    let row = wang.row(&["party_activities"], "plan", "主题党日清洁家园");
    assert_eq!(
        (&row["tasks"]["n"], &row["tasks"]["of"], &row["hours"]),
        (&1.into(), &2.into(), &3.into())
    );
    room.run();
    wang.sync();
    until("the hub knows the activity", || {
        let row = room.row(&["party_activities"], "plan", "主题党日清洁家园");
        (row["participations"] == 1).then_some(())
    });
    room.stop();
}

#[test]
fn a_deliberation_is_decided_by_its_rule_and_an_invitation_is_for_a_time() {
    let mut room = community();
    let Pair { wang, zhao, .. } = pair(&room);
    let deputy = room.new_record("member", &["name=吴代表", "source=deputy", "--area", GRID]);
    let invited = [
        format!("member={deputy}"),
        "office=guide".to_owned(),
        format!("grid={GRID}"),
        "sort=invited".to_owned(),
        on("from", -60),
        on("until", -1),
    ];
    let invited = room.new_record(
        "post",
        &[
            &invited.each_ref().map(String::as_str)[..],
            &["--area", GRID],
        ]
        .concat(),
    );
    let question = wang.new_record(
        "deliberation",
        &[
            "title=加装电梯",
            "proposal=每户出资",
            "state=voting",
            "rule=two_thirds",
            "quorum=3",
            &on("held", 0),
        ],
    );
    wang.sync();
    zhao.sync();
    room.stop();
    let vote = |phone: &Phone, who: &str, capacity: &str, vote: &str, more: &[&str]| {
        let fields = [
            format!("deliberation={question}"),
            format!("who={who}"),
            format!("capacity={capacity}"),
            format!("vote={vote}"),
            "text=同意方案".to_owned(),
        ];
        let at = format!("at_ms={}T10:00:00+08:00", day(0));
        let fields = fields.each_ref().map(String::as_str);
        phone.new_record("opinion", &[&fields[..], more, &[&at]].concat())
    };
    vote(&wang, "张三", "resident", "yes", &[]);
    vote(&zhao, "李四", "resident", "yes", &[]);
    let told = vote(
        &zhao,
        "吴代表",
        "deputy",
        "no",
        &[&format!("member={deputy}")],
    );
    let result = |desk: &dyn Asked| {
        let rows = desk.report(&["deliberation", "--about", &question]);
        let vote = |item: &str| {
            rows.iter()
                .find(|row| said(&row["item"]) == item)
                .unwrap()
                .clone()
        };
        let outcome = said(&vote("two_thirds")["vote"]);
        [
            said(&vote("yes")["count"]),
            said(&vote("no")["count"]),
            said(&vote("void")["count"]),
            outcome,
        ]
    };
    assert_eq!(result(&zhao), ["1", "0", "1", "no_quorum"]);
    room.run();
    for phone in [&wang, &zhao, &wang] {
        phone.sync();
    }
    until("the votes have met", || {
        (result(&room) == ["2", "0", "1", "no_quorum"]).then_some(())
    });
    vote(&wang, "王五", "enterprise", "abstain", &[]);
    assert_eq!(result(&wang), ["2", "0", "1", "passed"]);
    // The invitation is made longer: the deputy's vote counts.
    room.write(&invited, &[&on("until", 30)]);
    wang.sync();
    assert_eq!(result(&wang), ["2", "1", "0", "failed"]);
    let deputies = wang.row(&["participants"], "capacity", "deputy");
    assert_eq!(
        cells(&deputies, &["persons", "opinions", "votes"]),
        ["1", "1", "1"]
    );
    let row = wang.row(&["cover"], "sort", "invited");
    assert_eq!(cells(&row, &["member", "state"]), ["吴代表", "holds"]);
    assert!(wang.ask(&["record", "show", &told]).ok);
    room.stop();
}

#[test]
fn a_closed_matter_worth_learning_from_is_in_the_library() {
    let mut room = community();
    let Pair { wang, .. } = pair(&room);
    let matter = wang.new_record("matter", &["title=噪音纠纷", "cause=夜间施工"]);
    let other = wang.new_record("matter", &["title=占道"]);
    let _ = wang
        .ask(&[
            "record",
            "step",
            &matter,
            "settle_on_spot",
            "--note",
            "当场说和",
        ])
        .json();
    wang.sync();
    until("the hub has both", || {
        room.ask(&["record", "show", &other]).ok.then_some(())
    });
    for record in [&matter, &other] {
        let fields = [
            format!("matter={record}"),
            "exemplary=是".to_owned(),
            "found=先听后劝".to_owned(),
            "--area".to_owned(),
            GRID.to_owned(),
        ];
        room.new_record(
            "review",
            &[&["sort=sample"], &fields.each_ref().map(String::as_str)[..]].concat(),
        );
    }
    wang.sync();
    room.stop();
    let cases = wang.report(&["cases"]);
    assert_eq!(cases.len(), 1, "an open matter is no case: {cases:?}");
    let told = cells(&cases[0], &["matter", "stage", "cause", "lesson"]);
    assert_eq!(told, ["噪音纠纷", "settled", "夜间施工", "先听后劝"]);
}

#[test]
fn a_plan_for_a_person_says_what_is_due_and_what_was_done_offline() {
    let mut room = community();
    let phone = Phone::enrolled(&room.invite(COMMUNITY, "王芳", GRID));
    phone.sync();
    room.stop();
    let wang = phone.new_record("member", &["name=王芳"]);
    let zhao = phone.new_record("resident", &["name=赵铁柱"]);
    let plan = phone.new_record(
        "service_plan",
        &[
            "title=赵铁柱帮扶计划",
            &format!("resident={zhao}"),
            &on("from", -65),
            &on("until", 300),
            "basis=低保边缘家庭帮扶办法",
            "goals=按时服药，每周有人探望",
        ],
    );
    let item = |title: &str, sort: &str, every: &str| {
        phone.new_record(
            "service_item",
            &[
                &format!("plan={plan}"),
                &format!("title={title}"),
                &format!("sort={sort}"),
                &format!("member={wang}"),
                every,
            ],
        )
    };
    let meal = item("送餐", "elderly", "every_days=30");
    let clinic = item("陪同就医", "medical", "every_days=90");
    let columns = ["resident", "who", "state", "last", "late_days"];
    let told = |row: &Value| {
        let mut told = cells(row, &columns);
        told.push(format!("{}/{}", row["done"]["n"], row["done"]["of"]));
        told
    };
    let row = |item: &str| told(&phone.row(&["service_plan"], "item", item));
    assert_eq!(row("送餐"), ["赵铁柱", "王芳", "late", "", "35", "0/2"]);
    assert_eq!(row("陪同就医"), ["赵铁柱", "王芳", "due", "", "0", "0/0"]);

    // What is known already is not typed again: the service and the visit are made of what the plan says.
    let prefilled = |item: &str, kind: &str| -> Vec<String> {
        let rows = phone.report(&["service_prefill", "--about", item]);
        let rows = rows.iter().filter(|row| said(&row["kind"]) == kind);
        rows.map(|row| cells(row, &["field", "value"]).join("="))
            .collect()
    };
    let record = |item: &str, kind: &str, day: i64, more: &[&str]| {
        let mut words = prefilled(item, kind);
        words.push(on("at_ms", day));
        let words: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .chain(more.iter().copied())
            .collect();
        phone.new_record(kind, &words)
    };
    let given = record(&meal, "service", -33, &[]);
    let shown = phone.record(&["show", &given]).json();
    let stored =
        ["title", "resident", "item"].map(|key| said(&wangge_tests::field(&shown, key)["value"]));
    assert_eq!(stored, ["送餐", zhao.as_str(), meal.as_str()]);
    assert_eq!(row("送餐")[2..], ["late", &day(-33), "3", "1/2"]);
    record(&meal, "service", 0, &[]);
    assert_eq!(row("送餐")[2..], ["due", &day(0), "0", "2/2"]);
    // A visit counts where the person was met, and only there.
    record(&clinic, "visit", -2, &["met=false"]);
    assert_eq!(row("陪同就医")[5], "0/0");
    record(&clinic, "visit", -1, &["met=true"]);
    assert_eq!(row("陪同就医")[2..], ["due", &day(-1), "0", "1/0"]);

    // The director sees the same once the phone was there; what the goals are, only who may read care.
    room.run();
    phone.sync();
    wangge_tests::until("the plan at the hub", || {
        (!room.report(&["service_plan"]).is_empty()).then_some(())
    });
    let at_hub = told(&room.row(&["service_plan"], "item", "送餐"));
    assert_eq!(at_hub, row("送餐"));
}

#[test]
fn a_task_is_the_members_whom_it_names_and_not_everybodys_of_that_name() {
    let mut room = community();
    let phone = Phone::enrolled(&room.invite(COMMUNITY, "王芳", GRID));
    phone.sync();
    room.stop();
    let member = |from: &str| {
        let id = phone.new_record("member", &["name=王芳", from]);
        let link = format!("member={id}");
        let grid = format!("grid={GRID}");
        phone.new_record("post", &[&link, "office=member", &grid, &on("from", -30)]);
        id
    };
    let (one, two) = (member("joined=2024-01-01"), member("joined=2025-01-01"));
    let task = |title: &str, more: &[&str]| {
        let title = format!("title={title}");
        phone.new_record("task", &[&[title.as_str(), "state=open"], more].concat())
    };
    task("核查电表", &["assignee=王芳", &format!("member={one}")]);
    task("清点物资", &["assignee=王芳"]);
    let open = |member: &str| -> Vec<String> {
        let rows = phone.report(&["handover", "--about", member]);
        let rows = rows.iter().map(|row| said(&row["record"]));
        rows.filter(|title| title.contains("电表") || title.contains("物资"))
            .collect()
    };
    assert_eq!(open(&one), ["核查电表"]);
    assert_eq!(
        open(&two),
        [""; 0],
        "two are called so: the name alone says nothing"
    );
}
