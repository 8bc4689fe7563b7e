mod learning;

use proptest::prelude::*;

use super::evaluate::wilson;
use super::share::{Classified, Misclassified};
use super::*;
use crate::taxonomy::{default_classes, parse_levels};

/// What the first level must reach on sentences of the taxonomy; they are lessons as well, so this only shows that nothing is broken.
const OWN_FIRST_PERMILLE: usize = 900;

fn tree() -> Taxonomy {
    Taxonomy::on(&default_classes().0, "2025-01-01".parse().unwrap())
}

fn suggester(taxonomy: &str) -> Suggester {
    Suggester::new(&tree(), taxonomy).unwrap()
}

/// (first-level code, code, sentence) of every example of a taxonomy.
fn examples(taxonomy: &str) -> Vec<(String, String, String)> {
    let tree = tree();
    let mut all = Vec::new();
    for class in tree.classes().filter(|class| class.taxonomy == taxonomy) {
        let first = tree.path(&class.code)[0].code.clone();
        all.extend(
            class
                .examples
                .iter()
                .map(|text| (first.clone(), class.code.clone(), text.clone())),
        );
    }
    all
}

#[test]
fn the_shipped_weights_are_small_and_know_every_first_level_class() {
    assert!(SHIPPED.len() < 1 << 20, "{} bytes", SHIPPED.len());
    let weights = Weights::parse(Cow::Borrowed(SHIPPED)).unwrap();
    let tree = tree();
    let names: Vec<&str> = tree
        .first_level("appeal")
        .map(|class| class.name.as_str())
        .collect();
    assert_eq!(weights.labels().collect::<Vec<_>>(), names);
    assert_eq!(weights.encode(), SHIPPED);
    for cut in [0, 4, 10, 40, SHIPPED.len() - 1] {
        assert!(
            Weights::parse(Cow::Borrowed(&SHIPPED[..cut])).is_none(),
            "{cut}"
        );
    }
}

/// The shipped weights hang on the numbers of the buckets.
#[test]
fn the_buckets_stay_where_the_shipped_weights_look_for_them() {
    let buckets: BTreeSet<u32> = Counts::of("", "路灯").buckets().collect();
    let known = [
        46_923, 47_974, 77_494, 51_501, 64_574, 129_177, 64_210, 79_985,
    ];
    assert_eq!(buckets, BTreeSet::from(known));
}

#[test]
fn the_weights_alone_know_the_taxonomys_own_sentences() {
    let suggester = suggester("appeal");
    let (mut right, mut all) = (0, 0);
    for (above, _, text) in examples("appeal") {
        let scores = suggester.weights.scores(&suggester.vector("", &text));
        let best = suggester
            .labelled
            .iter()
            .zip(scores)
            .max_by(|a, b| a.1.total_cmp(&b.1));
        all += 1;
        right += usize::from(best.unwrap().0.as_deref() == Some(above.as_str()));
    }
    assert!(right * 1000 >= all * 850, "{right} of {all}");
}

#[test]
fn the_taxonomys_own_sentences_find_their_class() {
    for taxonomy in ["appeal", "city", "dispute"] {
        let suggester = suggester(taxonomy);
        let (mut first, mut leaf, mut all) = (0, 0, 0);
        for (above, code, text) in examples(taxonomy) {
            let told = suggester.suggest(&Learned::default(), "", &text, 3);
            all += 1;
            first += usize::from(told.first[0].code == above);
            leaf += usize::from(told.leaves.iter().any(|class| class.code == code));
        }
        assert!(
            first * 1000 >= all * OWN_FIRST_PERMILLE,
            "{taxonomy}: {first} of {all}"
        );
        assert!(
            leaf * 1000 >= all * OWN_FIRST_PERMILLE,
            "{taxonomy}: {leaf} of {all} among three leaves"
        );
    }
}

#[test]
fn sentences_that_are_in_no_file_find_their_class() {
    let suggester = suggester("appeal");
    for (text, first, leaf) in [
        (
            "我们楼栋前面的路灯已经一个星期不亮，晚上走路害怕",
            "城乡建设",
            "城市照明",
        ),
        (
            "单位一直不给我们交养老保险，要求补缴",
            "劳动和社会保障",
            "职工养老保险",
        ),
        ("村口的化工作坊把废水排到小溪里", "环境保护", "企业排污"),
        ("出租车司机不肯打表，开口就要五十", "交通运输", "出租车服务"),
        (
            "孩子学校强迫订资料，一学期收了八百元",
            "教育文体",
            "教育收费",
        ),
    ] {
        let tree = tree();
        let told = suggester.suggest(&Learned::default(), "", text, 3);
        assert_eq!(
            tree.class(&told.first[0].code).unwrap().name,
            first,
            "{text}"
        );
        let names: Vec<&str> = told
            .leaves
            .iter()
            .map(|class| tree.class(&class.code).unwrap().name.as_str())
            .collect();
        assert!(names.contains(&leaf), "{text}: {names:?}");
    }
    let told = suggester.suggest(&Learned::default(), "", "路灯不亮", 1);
    assert!(
        told.leaves[0].words.contains(&"路灯".to_owned()),
        "{told:?}"
    );
    assert_eq!((told.first.len(), told.leaves.len()), (15, 1));
}

#[test]
fn a_citys_own_classes_are_suggested_by_name_and_words() {
    let (classes, _) = parse_levels(
        "level1,level2,level3\n教育文体,学校,学校收费\n宠物,犬只,遛狗不拴绳\n",
        "M",
        "own",
        "1",
    );
    let tree = Taxonomy::on(&classes, "2025-01-01".parse().unwrap());
    let suggester = Suggester::new(&tree, "own").unwrap();
    let told = |text: &str| {
        suggester.suggest(&Learned::default(), "", text, 1).leaves[0]
            .code
            .clone()
    };
    assert_eq!(told("中学乱收补课费，学校老师态度不好"), "M010101");
    assert_eq!(told("有人遛狗不拴绳"), "M020101");
}

#[test]
fn nothing_to_read_and_nothing_to_choose_from_are_fine() {
    let none = Learned::default();
    let told = suggester("appeal").suggest(&none, "", "", 3);
    assert_eq!((told.first.len(), told.leaves.len()), (15, 3));
    let told = suggester("no such").suggest(&none, "路灯", "不亮", 3);
    assert_eq!(told, Suggestions::default());
}

#[test]
fn a_text_of_any_length_costs_the_same() {
    let suggester = suggester("appeal");
    let long: String = ('\u{4e00}'..='\u{9fff}').cycle().take(1_000_000).collect();
    let bound = 2 * (features::CHARS_MAX + features::SUBJECT_CHARS_MAX)
        + 2 * features::SUBJECT_CHARS_MAX
        + 2;
    let parts = suggester.vector(&long, &long).parts().len();
    assert!(parts > 2_000 && parts <= bound, "{parts}");
    let cut: String = long.chars().take(features::CHARS_MAX).collect();
    assert_eq!(suggester.vector("", &long), suggester.vector("", &cut));
}

#[test]
fn a_correction_is_learned_and_helps_its_like() {
    let suggester = suggester("appeal");
    let mut learned = Learned::default();
    let text = "我们这里的水上乐园夜间还在放烟花";
    let like = "水上乐园夜间又在放烟花";
    let before = suggester.suggest(&learned, "", like, 1);
    let right = "S110202";
    assert_ne!(before.leaves[0].code, right);
    suggester.correct(&mut learned, "", text, right);
    let after = suggester.suggest(&learned, "", like, 1);
    assert_eq!(
        (after.first[0].code.as_str(), after.leaves[0].code.as_str()),
        ("S11", right)
    );
    // Far texts keep their class.
    let far = suggester.suggest(&learned, "", "学校食堂饭菜质量差", 1);
    assert_eq!(far.first[0].code, "S04");
    // What is well ahead teaches nothing more.
    let bytes = learned.encode();
    for _ in 0..20 {
        suggester.correct(&mut learned, "", text, right);
    }
    let settled = learned.clone();
    suggester.correct(&mut learned, "", text, right);
    assert!(learned == settled);
    assert_eq!(Learned::parse(&bytes).unwrap().encode(), bytes);
    // An unknown class teaches nothing.
    suggester.correct(&mut learned, "", text, "no such");
    assert!(learned == settled);
}

#[test]
fn corrections_teach_a_stream_of_sentences() {
    // The examples of one big class are all filed under another class than the program thinks: after each was corrected once, most are right.
    let suggester = suggester("city");
    let all: Vec<_> = examples("city")
        .into_iter()
        .filter(|(first, _, _)| first == "E")
        .take(40)
        .collect();
    let right = |learned: &Learned| {
        let first = |text: &str| {
            suggester.suggest(learned, "", text, 1).first[0]
                .code
                .clone()
        };
        all.iter().filter(|(_, _, text)| first(text) == "B").count()
    };
    let mut learned = Learned::default();
    let before = right(&learned);
    for (_, _, text) in &all {
        suggester.correct(&mut learned, "", text, "B");
    }
    assert!(
        before < 10 && right(&learned) > 35,
        "{before}, then {}",
        right(&learned)
    );
}

#[test]
fn what_is_learned_stays_small() {
    let suggester = suggester("appeal");
    let mut learned = Learned::default();
    for at in 0..40_u32 {
        let from = char::from_u32(0x4e00 + at * 400).unwrap();
        let text: String = (from..).take(390).collect();
        suggester.correct(
            &mut learned,
            "",
            &text,
            if at % 2 == 0 { "S0801" } else { "S110202" },
        );
    }
    let bytes = learned.encode();
    assert!(
        bytes.len() > 50_000 && bytes.len() < 110_000,
        "{} bytes",
        bytes.len()
    );
    assert_eq!(Learned::parse(&bytes), Some(learned));
}

#[test]
fn a_damaged_table_is_not_read() {
    let suggester = suggester("appeal");
    let mut learned = Learned::default();
    suggester.correct(&mut learned, "", "放烟花", "S110202");
    let bytes = learned.encode();
    for cut in [0, 3, 6, 9, bytes.len() - 1] {
        assert_eq!(Learned::parse(&bytes[..cut]), None, "{cut}");
    }
    let mut long = bytes.clone();
    long.extend([200, 1, 2]);
    assert_eq!(Learned::parse(&long), None);
    assert_eq!(
        Learned::parse(&Learned::default().encode()),
        Some(Learned::default())
    );
}

#[test]
fn the_share_misclassified_leaves_the_unclassified_out() {
    let of =
        |suggested: Option<&'static str>, chosen: &'static str, last: &'static str| Classified {
            suggested,
            chosen,
            last,
        };
    let counted = Misclassified::of([
        of(Some("A"), "A", "A"),
        of(Some("B"), "A", "A"),
        of(Some("A"), "B", "A"),
        of(None, "", "A"),
        of(Some("A"), "A", ""),
        of(Some(""), "C", "A"),
    ]);
    assert_eq!(
        (
            counted.judged,
            counted.chosen_wrong,
            counted.unclassified_first,
            counted.unclassified_last
        ),
        (5, 2, 1, 1)
    );
    assert_eq!((counted.suggested, counted.suggested_wrong), (3, 1));
    assert_eq!(
        (counted.chosen_permille(), counted.suggested_permille()),
        (Some(500), Some(333))
    );
    assert_eq!(counted.confused[&("B".to_owned(), "A".to_owned())], 1);
    assert_eq!(Misclassified::of([]).chosen_permille(), None);
}

#[test]
fn wilsons_interval_is_the_textbooks() {
    let (low, share, high) = wilson(81, 263);
    assert!(
        (share - 0.308).abs() < 0.001
            && (low - 0.2553).abs() < 0.001
            && (high - 0.3662).abs() < 0.001
    );
    assert_eq!(wilson(0, 0), (0.0, 0.0, 0.0));
    let (low, _, high) = wilson(10, 10);
    assert!((high - 1.0).abs() < 1e-9 && low > 0.7);
}

proptest! {
    #[test]
    fn a_product_is_the_same_from_both_sides(left in "[路灯坏了停水电，。 a-z]{0,40}", right in "[路灯坏了停水电，。 a-z]{0,40}") {
        let suggester = Counts::of("", &left).weighed(|_| 1.0);
        let other = Counts::of("", &right).weighed(|_| 1.0);
        let (one, two) = (suggester.dot(&other), other.dot(&suggester));
        prop_assert!((one - two).abs() < 1e-12);
        prop_assert!((0.0..=1.64 + 1e-9).contains(&one));
        if !suggester.is_empty() {
            prop_assert!((suggester.dot(&suggester) - 1.64).abs() < 0.9);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut whole = b"WGCO\x01".to_vec();
        whole.extend(&bytes);
        if let Some(learned) = Learned::parse(&whole) {
            prop_assert!(Learned::parse(&learned.encode()) == Some(learned));
        }
    }
}
