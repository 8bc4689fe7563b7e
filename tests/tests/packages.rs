//! What differs by city, by the program alone: packages of reference data judged whole, loaded, given out, overlaid; what rules do by themselves.

#![cfg(test)]
#![expect(clippy::too_many_lines, reason = "a story is told in one piece")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use wangge_tests::{Phone, Room, Said, wangge};

const COUNTY: &str = "410522";
const COMMUNITY: &str = "410522100001";
const GRID: &str = "410522100001001";

const CLASSES: &str = "code,name,parent,taxonomy,version,definition,examples,guidance,basis\n\
    A,市政设施,,appeal,2026,市政设施的损坏,,,市政条例\n\
    A01,路灯,A,appeal,2026,照明灯具,路灯不亮,先断电再检修,市政条例\n\
    A02,井盖,A,appeal,2026,检查井盖,井盖破裂,,\n";
const STANDARDS: &str = "class,condition,measure,at_least,severity,limit_count,limit_unit,closing,evidence\n\
    A01,路灯不亮一盏以上,count,1,04,2,working_day,恢复照明,处置前后照片\n\
    A01,路灯不亮五盏以上,count,5,03,1,working_day,恢复照明,处置前后照片\n";
const DUTIES: &str = "class,level,part,unit,rights,duties,basis,list,fallback\n\
    A01,county,lead,路灯管理所,可协调供电单位,修复照明,职责清单3,basic,\n\
    A01,township,assist,派出所,,维持秩序,,cooperating,\n\
    *,county,lead,县网格中心,,,属地兜底,basic,true\n";

/// A package in a folder.
fn package(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn sound() -> TempDir {
    package(&[
        ("class.csv", CLASSES),
        ("standard.csv", STANDARDS),
        ("duty.csv", DUTIES),
        (
            "package.toml",
            "name = \"某县\"\nsource = \"某县数字城管2026年目录\"\nversion = \"2026\"\n",
        ),
    ])
}

fn ask(words: &[&str]) -> Said {
    Said::of(&mut wangge(&[&["package"], words, &["--json"]].concat()))
}

fn at(room: &Room, words: &[&str], folder: &Path) -> Said {
    let folder = folder.to_str().unwrap();
    ask(&[words, &[folder, "--hub", COUNTY, "--dir", room.path()]].concat())
}

/// A county with a director.
fn county() -> Room {
    let room = Room::new();
    room.init(COUNTY, "某县", None);
    room.director(COUNTY, "张县长");
    room
}

/// What became of a kind: new, matched, changed, withdrawn, absent.
fn became(loaded: &Value, kind: &str) -> [u64; 5] {
    let kinds = loaded["kinds"].as_array().unwrap();
    let of = kinds.iter().find(|of| of["kind"] == kind).unwrap();
    ["new", "matched", "changed", "withdrawn", "absent"].map(|key| of[key].as_u64().unwrap())
}

fn codes(checked: &Value, hard: bool) -> Vec<String> {
    let problems = checked["problems"].as_array().unwrap().iter();
    let mut codes: Vec<String> = problems
        .filter(|problem| problem["hard"] == hard)
        .map(|problem| problem["code"].as_str().unwrap().to_owned())
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

fn last_line(said: &Said) -> Value {
    serde_json::from_str(said.out.lines().last().unwrap()).unwrap()
}

#[test]
fn a_package_that_contradicts_itself_is_refused_whole_with_the_lines() {
    let room = county();
    let duties = format!("{DUTIES}A01,county,lead,城管局,,,,,\nA09,county,lead,水利局,,,,,\n");
    let standards = format!(
        "{STANDARDS}A01,路灯不亮,count,1,04,9,working_day,,\nA02,井盖,count,1,09,2,fortnight,,\n"
    );
    let bad = package(&[
        ("class.csv", CLASSES),
        ("duty.csv", &duties),
        ("standard.csv", &standards),
    ]);
    for said in [
        ask(&["check", bad.path().to_str().unwrap()]),
        at(&room, &["check"], bad.path()),
        at(&room, &["load"], bad.path()),
    ] {
        assert_eq!(said.code, Some(1), "{said:?}");
        let told = last_line(&said);
        let hard = codes(&told, true);
        for code in ["duty.overlap", "standard.contradiction"] {
            assert!(hard.iter().any(|found| found == code), "{code}: {hard:?}");
        }
        assert!(
            codes(&told, false).iter().any(|code| code == "duty.class"),
            "{told}"
        );
        let problems = told["problems"].as_array().unwrap();
        let overlap = problems
            .iter()
            .find(|problem| problem["code"] == "duty.overlap")
            .unwrap();
        let place = |nth: usize| {
            (
                overlap["at"][nth]["file"].clone(),
                overlap["at"][nth]["line"].clone(),
            )
        };
        assert_eq!(
            (place(0), place(1)),
            (("duty.csv".into(), 2.into()), ("duty.csv".into(), 5.into()))
        );
        assert!(overlap["zh"].as_str().unwrap().contains("主办单位"));
        // A code that its list does not have is told at its line and field.
        let unknown = problems
            .iter()
            .find(|problem| problem["field"] == "severity")
            .unwrap();
        assert_eq!(unknown["at"][0]["line"], 5);
        assert!(
            problems
                .iter()
                .any(|problem| problem["field"] == "limit_unit")
        );
    }
    for kind in ["class", "duty", "standard"] {
        assert_eq!(room.export(COUNTY, kind), Vec::<Value>::new(), "{kind}");
    }
}

#[test]
fn a_package_is_loaded_once_reconciled_and_given_out_as_it_came() {
    let room = county();
    let folder = sound();
    let dry = at(&room, &["load", "--dry-run"], folder.path()).json();
    assert_eq!(became(&dry, "class"), [3, 0, 0, 0, 0]);
    assert_eq!(room.export(COUNTY, "class").len(), 0);
    let loaded = at(&room, &["load"], folder.path()).json();
    assert_eq!(
        (
            became(&loaded, "class"),
            became(&loaded, "standard"),
            became(&loaded, "duty")
        ),
        ([3, 0, 0, 0, 0], [2, 0, 0, 0, 0], [3, 0, 0, 0, 0])
    );
    // Rows keep where they are from.
    let lamp = room
        .export(COUNTY, "class")
        .into_iter()
        .find(|class| class["fields"]["code"] == "A01")
        .unwrap();
    assert_eq!(lamp["fields"]["note"], "某县数字城管2026年目录");
    let again = at(&room, &["load"], folder.path()).json();
    assert_eq!(
        (
            became(&again, "class"),
            became(&again, "standard"),
            became(&again, "duty")
        ),
        ([0, 3, 0, 0, 0], [0, 2, 0, 0, 0], [0, 3, 0, 0, 0])
    );

    // What is in force goes out, days that ship with the program included, and comes in again: nothing is new but what ships.
    let out = TempDir::new().unwrap();
    let _ = at(&room, &["export"], out.path()).json();
    let checked = at(&room, &["check"], out.path()).json();
    assert_eq!(codes(&checked, true), Vec::<String>::new());
    let back = at(&room, &["load"], out.path()).json();
    assert_eq!(
        (
            became(&back, "class"),
            became(&back, "standard"),
            became(&back, "duty")
        ),
        ([0, 3, 0, 0, 0], [0, 2, 0, 0, 0], [0, 3, 0, 0, 0])
    );
    assert!(became(&back, "day")[0] > 80 && became(&back, "norm")[0] > 5);
    let clean = at(&room, &["load"], out.path()).json();
    assert_eq!(
        (became(&clean, "day")[0], became(&clean, "norm")[0]),
        (0, 0)
    );

    // A value changes, a row goes.
    let newer = CLASSES
        .replace("先断电再检修", "先断电，设围挡")
        .replace("A02,井盖,A,appeal,2026,检查井盖,井盖破裂,,\n", "");
    fs::write(folder.path().join("class.csv"), newer).unwrap();
    let told = at(&room, &["diff"], folder.path()).json();
    assert_eq!(became(&told, "class"), [0, 1, 1, 1, 1]);
    assert_eq!(
        told["kinds"][0]["changes"][0]["fields"][0]["field"],
        "guidance"
    );
    let loaded = at(&room, &["load", "--withdraw"], folder.path()).json();
    assert_eq!(became(&loaded, "class"), [0, 1, 1, 1, 1]);
    let again = at(&room, &["load", "--withdraw"], folder.path()).json();
    assert_eq!(became(&again, "class"), [0, 2, 0, 0, 0]);
    let gone = room
        .export(COUNTY, "class")
        .into_iter()
        .find(|class| class["fields"]["code"] == "A02")
        .unwrap();
    assert!(gone["fields"]["valid_until"].is_string());
}

#[test]
fn what_ships_is_a_sound_package_and_a_list_of_levels_becomes_classes() {
    let out = TempDir::new().unwrap();
    let folder = out.path().to_str().unwrap();
    let _ = ask(&["export", folder]).json();
    let checked = ask(&["check", folder]).json();
    assert_eq!(codes(&checked, true), Vec::<String>::new(), "{checked}");
    let levels = package(&[
        (
            "goals.csv",
            "level1,level2,level3\n城乡建设,安全生产,事故处理\n城乡建设,安全生产,安全隐患\n交通运输,公路,\n",
        ),
        (
            "package.toml",
            "version = \"2020\"\n[levels.\"goals.csv\"]\nprefix = \"K\"\ntaxonomy = \"appeal\"\n",
        ),
    ]);
    let room = county();
    let loaded = at(&room, &["load"], levels.path()).json();
    assert_eq!(became(&loaded, "class"), [6, 0, 0, 0, 0]);
    let codes: Vec<Value> = room
        .export(COUNTY, "class")
        .into_iter()
        .map(|class| class["fields"]["code"].clone())
        .collect();
    assert!(codes.contains(&"K010102".into()), "{codes:?}");
    // Foreign names of columns are mapped, and columns between tabs are read.
    let foreign = package(&[
        (
            "classes.tsv",
            "# from a city's sheet\n代码\t小类\t分类体系\tdefinition\nZ01\t路灯\tcity\t照明\n",
        ),
        (
            "package.toml",
            "[files]\n\"classes.tsv\" = \"class\"\n[columns.class]\n\"代码\" = \"code\"\n\"小类\" = \"name\"\n\"分类体系\" = \"taxonomy\"\n",
        ),
    ]);
    let loaded = at(&room, &["load"], foreign.path()).json();
    assert_eq!(became(&loaded, "class")[0], 1);
}

#[test]
fn a_county_issues_its_package_and_a_phone_works_by_it_offline() {
    let (mut county, mut community) = (county(), Room::new());
    county.run();
    let _ = at(&county, &["load"], sound().path()).json();
    let policy = [
        "record",
        "new",
        "policy",
        "title=城市照明管理办法",
        "number=县政发〔2026〕3号",
        "level=county",
        "department=住建局",
        "classes=A01",
        "valid_from=2026-01-01",
    ];
    let _ = county
        .ask(
            &[
                &policy[..],
                &["text=路灯损坏的，养护单位应当在两个工作日内修复。"],
            ]
            .concat(),
        )
        .json();
    community.init(
        COMMUNITY,
        "东关社区",
        Some(&county.invite_hub(COUNTY, COMMUNITY)),
    );
    community.director(COMMUNITY, "李主任");
    community.run();
    let phone = Phone::enrolled(&community.invite(COMMUNITY, "王芳", GRID));
    let arrived =
        || (phone.list("policy").len() == 1 && phone.list("duty").len() == 3).then_some(());
    wangge_tests::until("the package on the phone", || {
        phone.sync();
        arrived()
    });

    // Full text, offline, by a word of two characters.
    let found = phone
        .ask(&["record", "list", "policy", "--find", "养护"])
        .json();
    assert_eq!(found["total"], 1);
    let matter = phone
        .ask(&[
            "record",
            "new",
            "matter",
            "title=路灯不亮",
            "class=路灯",
            "measure=count",
            "measured=6",
        ])
        .json();
    let matter = matter["record"].as_str().unwrap();
    let rows = |name: &str, about: &[&str]| {
        let told = phone
            .ask(&[&["record", "report", name], about].concat())
            .json();
        told["rows"].as_array().unwrap().clone()
    };
    let about = ["--about", matter];
    let dispatch = rows("dispatch", &about);
    assert_eq!(
        (&dispatch[0]["unit"], &dispatch[0]["why"]["code"]),
        (&"路灯管理所".into(), &"lead".into())
    );
    assert_eq!(
        (&dispatch[1]["unit"], &dispatch[1]["why"]["code"]),
        (&"县网格中心".into(), &"fallback".into())
    );
    assert_eq!(dispatch[2]["unit"], "派出所");
    let limits = rows("limits", &about);
    let handle = limits
        .iter()
        .find(|row| row["wait"]["code"] == "handle")
        .unwrap();
    assert_eq!(
        (
            &handle["severity"]["code"],
            &handle["at_least"],
            &handle["limit"]["code"]
        ),
        (&"03".into(), &5.into(), &"1 working_day".into())
    );
    let guidance = rows("guidance", &about);
    let topic = |code: &str| {
        guidance
            .iter()
            .find(|row| row["topic"]["code"] == code)
            .unwrap()["text"]
            .clone()
    };
    assert_eq!(
        (topic("guidance"), topic("closing")),
        ("先断电再检修".into(), "恢复照明".into())
    );
    let matrix = rows("matrix", &[]);
    let of = |code: &str| {
        matrix
            .iter()
            .find(|row| row["class"]["code"] == code)
            .unwrap()
            .clone()
    };
    assert_eq!(
        (of("A01")["lead"].clone(), of("A01")["rights"].clone()),
        ("路灯管理所".into(), "可协调供电单位".into())
    );
    assert_eq!(of("A02")["gap"]["code"], "hole");
    let basis = rows("basis", &[]);
    let gap = |code: &str| {
        basis
            .iter()
            .find(|row| row["class"]["code"] == code)
            .unwrap()["gap"]["code"]
            .clone()
    };
    assert_eq!((gap("A01"), gap("A02")), ("".into(), "none".into()));
    let briefing = rows("briefing", &[]);
    assert!(
        briefing
            .iter()
            .any(|row| row["item"]["code"] == "open" && row["count"] == 1),
        "{briefing:?}"
    );

    // The county's board has the same, and its export is whole.
    phone.sync();
    county.wait_count(COUNTY, "matters", 1);
    let told = county.ask(&["record", "report", "duties"]).json();
    assert_eq!(told["total"], 3);
    assert_eq!(
        county.export(COUNTY, "policy")[0]["fields"]["number"],
        "县政发〔2026〕3号"
    );
    community.stop();
    county.stop();
}

#[test]
fn a_township_overlays_the_county_and_the_overlay_is_told() {
    let room = county();
    let _ = at(&room, &["load"], sound().path()).json();
    let new = |words: &[&str]| room.ask(&[&["record", "new"], words].concat()).json();
    let _ = new(&[
        "duty",
        "class=A01",
        "level=county",
        "part=lead",
        "unit=镇城管所",
        "--area",
        "410522100",
    ]);
    let template = new(&["policy", "title=市级模板", "level=municipal"]);
    let template = format!("template={}", template["record"].as_str().unwrap());
    let _ = new(&["policy", "title=照搬的办法", "level=county", &template]);
    let _ = new(&[
        "policy",
        "title=适配的办法",
        "level=county",
        &template,
        "adapted=改为三个工作日",
        "review_by=2020-01-01",
    ]);
    let told = ask(&[
        "diff",
        "--hub",
        COUNTY,
        "--dir",
        room.path(),
        "--area",
        "410522100",
    ])
    .json();
    let rows = told["rows"].as_array().unwrap();
    let unit = rows
        .iter()
        .find(|row| row["area"] == "410522100" && row["field"]["code"] == "unit")
        .unwrap();
    assert_eq!(
        (&unit["above"], &unit["here"], &unit["above_area"]),
        (&"路灯管理所".into(), &"镇城管所".into(), &COUNTY.into())
    );
    let change = |title: &str| {
        rows.iter().find(|row| row["key"] == title).unwrap()["change"]["code"].clone()
    };
    assert_eq!(
        (change("照搬的办法"), change("适配的办法")),
        ("copied".into(), "review_overdue".into())
    );
    let checked = room.ask(&["record", "check"]);
    for code in ["policy.copied", "policy.review_overdue"] {
        assert!(checked.out.contains(code), "{code}: {}", checked.out);
    }
}

#[test]
fn rules_do_their_part_once_marked_and_reversible() {
    let room = county();
    let new = |words: &[&str]| room.ask(&[&["record", "new"], words].concat()).json();
    let _ = at(&room, &["load"], sound().path()).json();
    for (code, event, action, more) in [
        (
            "accept.patrol",
            "reported",
            "accept",
            "condition=source=patrol",
        ),
        (
            "dispatch.lamp",
            "accepted",
            "dispatch",
            "condition=class=A01",
        ),
        (
            "class.hint",
            "reported",
            "suggest",
            "condition=source=12345",
        ),
        ("plan.weekly", "every_days", "task", "params=assignee=王芳"),
    ] {
        let words = [
            format!("code={code}"),
            format!("title={code}"),
            format!("event={event}"),
            format!("action={action}"),
            more.to_owned(),
        ];
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let _ = new(&[&["rule"], words.as_slice(), &["enabled=true"]].concat());
    }
    let _ = new(&[
        "plan",
        "title=例行巡查",
        "sort=patrol",
        "every_days=7",
        "from=2026-01-01",
    ]);
    let report = |words: &[&str]| {
        new(&[&["matter"], words].concat())["record"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let lamp = report(&[
        "title=路灯不亮",
        "class=路灯",
        "source=patrol",
        "--area",
        GRID,
    ]);
    let other = report(&[
        "title=来电",
        "description=路灯不亮",
        "source=12345",
        "--area",
        GRID,
    ]);
    let stage =
        |matter: &str| room.ask(&["record", "show", matter]).json()["row"]["stage"]["code"].clone();

    let dry = room.ask(&["record", "automate", "--dry-run"]).json();
    assert_eq!(dry["total"], 3, "{dry}");
    assert_eq!(stage(&lamp), "reported");
    let done = room.ask(&["record", "automate"]).json();
    let steps: Vec<&str> = done["done"]
        .as_array()
        .unwrap()
        .iter()
        .map(|deed| deed["step"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["accept", "remark", "task", "dispatch"], "{done}");
    assert_eq!(done["refused"].as_array().unwrap().len(), 0, "{done}");
    let again = room.ask(&["record", "automate"]).json();
    assert_eq!(again["done"].as_array().unwrap().len(), 0, "{again}");
    assert_eq!(
        (stage(&lamp), stage(&other)),
        ("dispatched".into(), "reported".into())
    );
    let tasks = room.export(COUNTY, "task");
    assert_eq!(
        (tasks.len(), &tasks[0]["fields"]["auto"]),
        (1, &"plan.weekly".into())
    );

    // The log says which rule did it and why; a director takes it back, and the rule does not insist.
    let shown = room.ask(&["record", "show", &lamp]).json();
    let log = shown["log"].as_array().unwrap();
    let dispatch = log
        .iter()
        .find(|entry| entry["step"]["code"] == "dispatch")
        .unwrap();
    assert_eq!(
        (
            &dispatch["to"],
            dispatch["note"].as_str().unwrap().contains("dispatch.lamp")
        ),
        (&"路灯管理所".into(), true)
    );
    let re = format!("re={}", dispatch["entry"].as_str().unwrap());
    let _ = room
        .ask(&[
            "record",
            "step",
            &lamp,
            "revert",
            &re,
            "--note",
            "应由城管局办理",
        ])
        .json();
    assert_eq!(stage(&lamp), "accepted");
    let again = room.ask(&["record", "automate"]).json();
    assert_eq!(again["done"].as_array().unwrap().len(), 0, "{again}");
    assert_eq!(stage(&lamp), "accepted");
}

#[test]
fn a_phone_learns_from_the_classes_that_people_chose() {
    let (mut county, mut community) = (county(), Room::new());
    county.run();
    let _ = at(&county, &["load"], sound().path()).json();
    community.init(
        COMMUNITY,
        "东关社区",
        Some(&county.invite_hub(COUNTY, COMMUNITY)),
    );
    community.run();
    let phone = Phone::enrolled(&community.invite(COMMUNITY, "王芳", GRID));
    wangge_tests::until("the classes on the phone", || {
        phone.sync();
        (phone.list("class").len() == 3).then_some(())
    });
    let best = || {
        let told = phone.ask(&["suggest", "巷口那个大圆盘又翘起来了"]).json();
        told["classes"][0]["code"].clone()
    };
    let lamp = phone.ask(&["suggest", "路灯不亮"]).json();
    assert_eq!(
        lamp["classes"][0]["code"], "A01",
        "the classes in force are those of the county: {lamp}"
    );
    let before = best();
    for text in ["巷口大圆盘翘起来", "门前大圆盘翘起", "大圆盘又翘起来了"] {
        let description = format!("description={text}");
        let class = if before == "A02" {
            "class=A01"
        } else {
            "class=A02"
        };
        let _ = phone
            .ask(&[
                "record",
                "new",
                "matter",
                "title=群众反映",
                &description,
                class,
            ])
            .json();
    }
    assert_ne!(best(), before);
    community.stop();
    county.stop();
}
