use super::*;
use crate::finding::forbids;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn period(from: &str, until: &str) -> Validity {
    Validity {
        from: from.parse().ok(),
        until: until.parse().ok(),
    }
}

fn class(code: &str, name: &str, parent: &str) -> Class {
    Class {
        code: code.into(),
        name: name.into(),
        parent: parent.into(),
        taxonomy: "t".into(),
        definition: "定义".into(),
        ..Class::default()
    }
}

fn rules(classes: &[Class]) -> Vec<(&'static str, Vec<usize>)> {
    let findings = check_classes(classes);
    findings
        .into_iter()
        .map(|finding| (finding.code, finding.rows))
        .collect()
}

#[test]
fn the_shipped_classes_are_sound_and_as_broad_as_promised() {
    let (classes, findings) = default_classes();
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(check_classes(&classes), vec![]);
    let tree = Taxonomy::on(&classes, day("2025-01-01"));
    assert_eq!(tree.classes().count(), classes.len());
    let names: Vec<&str> = tree
        .first_level("appeal")
        .map(|class| class.name.as_str())
        .collect();
    for label in [
        "城乡建设",
        "交通运输",
        "环境保护",
        "教育文体",
        "卫生计生",
        "劳动和社会保障",
        "商贸旅游",
    ] {
        assert!(names.contains(&label), "{label}");
    }
    assert_eq!(names.len(), 15);
    assert_eq!(tree.first_level("dispute").count(), 17);
    let big: Vec<&str> = tree.below("B").map(|class| class.name.as_str()).collect();
    assert_eq!(
        big,
        [
            "公用设施",
            "道路交通设施",
            "市容环境设施",
            "园林绿化设施",
            "其他部件"
        ]
    );
    assert_eq!(tree.below("E").count(), 6);
    for class in &classes {
        assert!(
            !class.note.is_empty() && !class.definition.is_empty(),
            "{}",
            class.code
        );
        let leaf = tree.below(&class.code).next().is_none();
        assert!(
            !leaf || !class.examples.is_empty(),
            "{} has no example",
            class.code
        );
        assert_eq!(
            class.component,
            class.code.starts_with('B'),
            "{}",
            class.code
        );
    }
    for (code, name) in [
        ("B0101", "上水井盖"),
        ("B0137", "路灯"),
        ("B0149", "燃气调压站"),
    ] {
        assert_eq!(tree.class(code).unwrap().name, name);
    }
}

#[test]
fn a_tree_has_those_in_force_on_the_day() {
    let old = Class {
        validity: period("2020-01-01", "2023-12-31"),
        ..class("A", "甲", "")
    };
    let new = Class {
        validity: period("2024-01-01", ""),
        name: "新甲".into(),
        ..old.clone()
    };
    let set = [new, old, class("A1", "子", "A")];
    assert!(check_classes(&set).is_empty());
    assert_eq!(
        Taxonomy::on(&set, day("2023-12-31"))
            .class("A")
            .unwrap()
            .name,
        "甲"
    );
    let tree = Taxonomy::on(&set, day("2024-01-01"));
    assert_eq!(tree.class("A").unwrap().name, "新甲");
    assert_eq!(
        tree.path("A1")
            .iter()
            .map(|class| class.code.as_str())
            .collect::<Vec<_>>(),
        ["A", "A1"]
    );
    assert!(tree.path("B").is_empty());
    assert_eq!(Taxonomy::on(&set, day("2019-12-31")).classes().count(), 1);
}

#[test]
fn successors_follow_the_chain_and_tell_a_split() {
    let ended = |code: &str| Class {
        validity: period("", "2023-12-31"),
        ..class(code, code, "")
    };
    let after = |code: &str, from: &str, replaces: &[&str]| Class {
        validity: period(from, ""),
        replaces: replaces.iter().map(|code| (*code).to_owned()).collect(),
        ..class(code, code, "")
    };
    let middle = Class {
        validity: period("2024-01-01", "2024-06-30"),
        ..after("B", "", &["A"])
    };
    let set = [
        ended("A"),
        ended("X"),
        ended("Z"),
        middle,
        after("C", "2024-07-01", &["B"]),
        after("Y1", "2024-01-01", &["X"]),
        after("Y2", "2024-01-01", &["X"]),
    ];
    assert!(check_classes(&set).is_empty());
    let tree = Taxonomy::on(&set, day("2025-01-01"));
    let codes = |code: &str| -> Vec<String> {
        let now = tree
            .successors(code)
            .into_iter()
            .map(|class| class.code.clone());
        now.collect()
    };
    assert_eq!(codes("A"), ["C"]);
    assert_eq!(codes("C"), ["C"]);
    assert_eq!(codes("X"), ["Y1", "Y2"]);
    assert!(codes("Z").is_empty() && codes("").is_empty() && codes("no such").is_empty());
    // On a day between, the chain ends earlier.
    let tree = Taxonomy::on(&set, day("2024-03-01"));
    assert_eq!(tree.successors("A")[0].code, "B");
}

#[test]
fn classes_are_named_by_code_name_and_synonym() {
    let (classes, _) = default_classes();
    let tree = Taxonomy::on(&classes, day("2025-01-01"));
    for (text, code) in [
        ("S01", "S01"),
        ("城乡建设", "S01"),
        (" 下水井盖 ", "B0102"),
        ("雨篦子", "B0104"),
        ("路灯", "B0137"),
    ] {
        assert_eq!(
            tree.named(text).map(|class| class.code.as_str()),
            Some(code),
            "{text}"
        );
    }
    assert_eq!(tree.named(""), None);
    assert_eq!(tree.named("不存在的分类"), None);
}

#[test]
fn search_puts_names_before_definitions() {
    let (classes, _) = default_classes();
    let tree = Taxonomy::on(&classes, day("2025-01-01"));
    let found = |query: &str| -> Vec<String> {
        let found = tree
            .search(query, 5)
            .into_iter()
            .map(|class| class.code.clone());
        found.collect()
    };
    assert_eq!(found("路灯")[0], "B0137");
    assert!(
        found("井盖")
            .iter()
            .take(3)
            .all(|code| code.starts_with("B01")),
        "{:?}",
        found("井盖")
    );
    assert_eq!(found("物业费 停车费")[0], "S010603");
    assert!(found("没有这个词").is_empty());
    assert!(
        tree.search("", 3)
            .iter()
            .all(|class| class.parent.is_empty())
    );
    assert_eq!(tree.search("管", 2).len(), 2);
}

/// A sound class 甲 with one change.
fn a(change: impl FnOnce(&mut Class)) -> Class {
    let mut class = class("A", "甲", "");
    change(&mut class);
    class
}

/// A sound class 乙 below 甲 with one change.
fn b(change: impl FnOnce(&mut Class)) -> Class {
    let mut class = class("B", "乙", "A");
    change(&mut class);
    class
}

fn check(rule: &'static str, at: &[usize], set: &[Class]) {
    let found = rules(set);
    assert!(found.contains(&(rule, at.to_vec())), "{rule}: {found:?}");
    let findings = check_classes(set);
    assert!(
        findings
            .iter()
            .all(|finding| !finding.zh.is_empty() && !finding.en.is_empty())
    );
    let soft = matches!(rule, "class.sibling" | "class.definition");
    assert_eq!(forbids(&findings), !soft, "{rule}");
}

#[test]
fn each_contradiction_within_a_class_is_told() {
    assert_eq!(rules(&[a(|_| ()), b(|_| ())]), vec![]);
    check("class.code", &[0], &[a(|class| class.code.clear())]);
    check("class.name", &[0], &[a(|class| class.name.clear())]);
    check("class.taxonomy", &[0], &[a(|class| class.taxonomy.clear())]);
    check(
        "class.validity",
        &[0],
        &[a(|class| {
            class.validity = period("2025-01-02", "2025-01-01")
        })],
    );
    check(
        "class.replaces",
        &[0],
        &[a(|class| class.replaces.push("Q".into()))],
    );
    check(
        "class.replaces",
        &[0],
        &[a(|class| class.replaces.push("A".into()))],
    );
    check(
        "class.definition",
        &[0],
        &[a(|class| class.definition.clear())],
    );
}

#[test]
fn each_contradiction_between_classes_is_told() {
    let plain = || a(|_| ());
    check(
        "class.taxonomy",
        &[0, 1],
        &[plain(), b(|class| class.taxonomy = "u".into())],
    );
    check(
        "class.overlap",
        &[0, 1],
        &[plain(), a(|class| class.name = "丙".into())],
    );
    check("class.parent", &[0], &[b(|_| ())]);
    let ended = a(|class| class.validity = period("", "2024-12-31"));
    check(
        "class.parent",
        &[1],
        &[ended, b(|class| class.validity = period("2025-01-01", ""))],
    );
    check(
        "class.cycle",
        &[0],
        &[a(|class| class.parent = "B".into()), b(|_| ())],
    );
    let round = [
        a(|class| class.replaces.push("B".into())),
        b(|class| class.replaces.push("A".into())),
    ];
    check("class.replaces_cycle", &[0], &round);
    check(
        "class.sibling",
        &[1, 2],
        &[plain(), b(|_| ()), b(|class| class.code = "C".into())],
    );
}

#[test]
fn one_code_may_stand_twice_at_different_times() {
    let old = Class {
        validity: period("", "2024-12-31"),
        ..class("A", "甲", "")
    };
    let new = Class {
        validity: period("2025-01-01", ""),
        ..class("A", "甲", "")
    };
    assert!(check_classes(&[old.clone(), new]).is_empty());
    let early = Class {
        validity: period("2024-12-31", ""),
        ..class("A", "甲", "")
    };
    assert_eq!(rules(&[old, early]), vec![("class.overlap", vec![0, 1])]);
}

#[test]
fn depth_has_a_limit() {
    let chain = |count: usize| -> Vec<Class> {
        let one = |at: usize| {
            let parent = if at == 0 {
                String::new()
            } else {
                format!("N{}", at - 1)
            };
            class(&format!("N{at}"), &format!("名{at}"), &parent)
        };
        (0..count).map(one).collect()
    };
    assert_eq!(
        rules(&chain(16))
            .iter()
            .filter(|(rule, _)| *rule == "class.cycle")
            .count(),
        0
    );
    assert!(
        rules(&chain(17))
            .iter()
            .any(|(rule, _)| *rule == "class.cycle")
    );
    let tree = Taxonomy::on(&chain(40), day("2025-01-01"));
    assert_eq!(tree.path("N39").len(), 16);
}

#[test]
fn levels_get_codes_by_their_places() {
    let text = "\u{feff}level1,level2,level3\n甲,子,一\n甲,子,二\n甲,丑,一\n乙,,\n乙,寅\n";
    let (classes, findings) = parse_levels(text, "M", "city_x", "3");
    assert!(findings.is_empty(), "{findings:?}");
    let rows: Vec<(&str, &str, &str)> = classes
        .iter()
        .map(|class| {
            (
                class.code.as_str(),
                class.name.as_str(),
                class.parent.as_str(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("M01", "甲", ""),
            ("M0101", "子", "M01"),
            ("M010101", "一", "M0101"),
            ("M010102", "二", "M0101"),
            ("M0102", "丑", "M01"),
            ("M010201", "一", "M0102"),
            ("M02", "乙", ""),
            ("M0201", "寅", "M02"),
        ]
    );
    assert!(!forbids(&check_classes(&classes)));
    let more = format!("{text}甲,子,三\n");
    let (longer, _) = parse_levels(&more, "M", "city_x", "3");
    assert_eq!(longer[..classes.len()], classes[..]);
    assert_eq!(longer.last().unwrap().code, "M010103");
}

#[test]
fn odd_levels_are_told() {
    let (classes, findings) = parse_levels("a,b,c\n甲,,丙\n甲,乙,丙,丁\n甲\n甲\n", "M", "t", "1");
    let told: Vec<_> = findings
        .iter()
        .map(|finding| (finding.code, finding.rows[0]))
        .collect();
    assert_eq!(
        told,
        [
            ("class.levels", 2),
            ("class.levels", 3),
            ("class.repeated", 5)
        ]
    );
    assert_eq!(classes.len(), 1);
}
