use proptest::prelude::*;

use super::*;
use crate::finding::forbids;

fn rules() -> Vec<Rule> {
    let (rules, findings) = default_rules();
    assert!(findings.is_empty(), "{findings:?}");
    rules
}

/// Codes of the hints.
fn codes(heard: &Heard) -> Vec<&str> {
    heard.hints.iter().map(|hint| hint.code.as_str()).collect()
}

#[test]
fn danger_to_life_is_two_hours() {
    let rules = rules();
    for (text, code, words) in [
        (
            "三号楼五楼着火了，浓烟滚滚，有人被困！",
            "life.fire",
            ["浓烟", "着火"].as_slice(),
        ),
        ("楼道里有很浓的煤气味", "life.gas", &["煤气味"]),
        (
            "大风把电线刮断，带电的线垂在路上",
            "life.electric",
            &["带电"],
        ),
        (
            "路边窨井盖丢失，下面很深",
            "life.manhole",
            &["丢失", "窨井"],
        ),
        ("有位老人走失两天了", "life.missing", &["走失"]),
        ("后山突然滑坡，压住了房子", "life.collapse", &["滑坡"]),
        ("孩子掉进井里了，快来", "life.fall", &["掉进井"]),
        ("小区水管爆裂，水流满街", "property.burst", &["水管爆裂"]),
        (
            "三十多人聚集在镇政府门口",
            "crowd.gather",
            &["三十多人", "聚集"],
        ),
    ] {
        let heard = hear(&rules, "", text);
        assert_eq!(heard.urgency, Urgency::Emergency, "{text}");
        let hint = heard.hints.iter().find(|hint| hint.code == code);
        let hint = hint.unwrap_or_else(|| panic!("{text}: {:?}", codes(&heard)));
        for word in words {
            assert!(
                hint.words.iter().any(|own| own == word),
                "{text}: {:?}",
                hint.words
            );
        }
        assert!(
            hint.words.iter().all(|word| text.contains(word.as_str())),
            "{text}"
        );
    }
}

#[test]
fn supply_and_frail_persons_are_a_day() {
    let rules = rules();
    for (text, code) in [
        ("小区停水三天了", "supply.water"),
        ("从昨晚开始停电，电梯也用不了", "supply.power"),
        ("家里暖气不热，只有十度", "supply.heat"),
        ("独居老人生病，没人照顾", "person.alone"),
        ("工地拖欠二十多人的工资，大家讨薪无门", "crowd.wage"),
        ("五十余户受灾", "crowd.affected"),
        ("路口红绿灯坏了", "supply.signal"),
    ] {
        let heard = hear(&rules, "", text);
        assert_eq!(
            heard.urgency,
            Urgency::Urgent,
            "{text}: {:?}",
            codes(&heard)
        );
        assert!(codes(&heard).contains(&code), "{text}: {:?}", codes(&heard));
    }
}

#[test]
fn ordinary_words_raise_no_hint() {
    let rules = rules();
    for text in [
        "建议增设公共座椅",
        "没有起火，只是演练",
        "这里从未停电，也不会停水",
        "加强火灾隐患排查",
        "拖欠三个人的工资",
        "我停车的时候找不到车位",
        "宣传预防煤气中毒",
        "",
    ] {
        let heard = hear(&rules, "", text);
        assert_eq!(
            (heard.urgency, codes(&heard)),
            (Urgency::Ordinary, vec![]),
            "{text}"
        );
    }
    let old = hear(&rules, "历史遗留问题", "多个部门互相推诿");
    assert_eq!(
        (old.urgency, codes(&old)),
        (Urgency::Complex, vec!["complex.history"])
    );
}

#[test]
fn the_most_urgent_hint_stands_first_and_none_is_lost() {
    let heard = hear(&rules(), "历史遗留", "停水。楼下煤气泄漏！");
    assert_eq!(heard.urgency, Urgency::Emergency);
    assert_eq!(
        codes(&heard),
        ["life.gas", "supply.water", "complex.history"]
    );
}

#[test]
fn a_word_here_and_a_word_there_make_no_hint() {
    let rules = rules();
    assert_eq!(hear(&rules, "", "井盖丢失").urgency, Urgency::Emergency);
    assert_eq!(
        hear(&rules, "", "井盖很多。钱包丢失。").urgency,
        Urgency::Ordinary
    );
}

#[test]
fn every_shipped_rule_speaks_for_its_own_words_and_has_its_codes() {
    let list = wangge_model::codes::list("urgency").unwrap();
    for level in Urgency::ALL {
        assert!(list.code(level.code()).is_some());
        assert_eq!(level.code().parse(), Ok(*level));
    }
    let mut seen = BTreeSet::new();
    for rule in rules() {
        assert!(seen.insert(rule.code.clone()), "{} stands twice", rule.code);
        assert!(!rule.zh.is_empty() && !rule.en.is_empty(), "{}", rule.code);
        let number = rule
            .at_least
            .map_or(String::new(), |(least, _)| format!("，{least}人"));
        let near = rule.near.first().cloned().unwrap_or_default();
        let speaks = |word: &String| {
            let text = format!("{word}，{near}{number}");
            rule.heard_in(&text).contains(word)
        };
        assert!(rule.words.iter().any(speaks), "{}", rule.code);
    }
}

#[test]
fn a_citys_rules_are_read_and_odd_lines_are_told() {
    let text = "code\turgency\twords\tat_least\tunit\na\t2h\t甲；乙\t\t\nb\tsoon\t甲\t\t\nc\t2h\t\t\t\nd\t2h\t甲\t3\t\ne\t2h\t甲\t3\tcow\nf\t24h\t丙\t3\tperson\n";
    let (rules, findings) = parse_rules(text);
    assert_eq!(
        rules
            .iter()
            .map(|rule| rule.code.as_str())
            .collect::<Vec<_>>(),
        ["a", "f"]
    );
    assert_eq!(findings.len(), 4);
    assert!(forbids(&findings));
    assert_eq!(hear(&rules, "", "丙与两人").urgency, Urgency::Ordinary);
    assert_eq!(hear(&rules, "", "丙与三人等").urgency, Urgency::Urgent);
}

proptest! {
    #[test]
    fn any_text_is_heard_and_its_words_are_its_own(text in "[停水起火井盖丢失没有人三十0-9。！ ]{0,60}") {
        let heard = hear(&rules(), "", &text);
        for hint in &heard.hints {
            prop_assert!(hint.words.iter().all(|word| text.contains(word.as_str())));
        }
        let most = heard.hints.iter().map(|hint| hint.urgency).max().unwrap_or_default();
        prop_assert_eq!(heard.urgency, most);
    }
}
