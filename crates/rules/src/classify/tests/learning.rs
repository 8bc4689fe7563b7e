//! What learning must do, on texts that are made up: no real message is needed to see it.

use proptest::prelude::*;

use super::super::evaluate::{Corpus, FOLDS, Message, Score, wilson};
use super::super::features::{BUCKETS, Counts, SUBJECT_CHARS_MAX, Vector};
use super::super::solve::solve;
use super::super::train::{Lesson, Plan, learn, rarity};
use super::*;

fn near(one: f64, two: f64) -> bool {
    (one - two).abs() < 1e-6
}

fn vector(subject: &str, body: &str) -> Vector {
    Counts::of(subject, body).weighed(|_| 1.0)
}

fn square(text: &Vector) -> f64 {
    text.parts().iter().map(|(_, weight)| weight * weight).sum()
}

proptest! {
    /// The solution of a system solves it: every symmetric positive matrix is some `L Lᵀ`.
    #[test]
    fn what_is_solved_fits(
        rows in proptest::collection::vec(proptest::collection::vec(-2.0..2.0_f64, 5), 5),
        target in proptest::collection::vec(-3.0..3.0_f64, 5),
    ) {
        let full: Vec<Vec<f64>> = (0..5).map(|i| (0..5).map(|j| {
            let product: f64 = rows[i].iter().zip(&rows[j]).map(|(a, b)| a * b).sum();
            product + if i == j { 0.5 } else { 0.0 }
        }).collect()).collect();
        let lower: Vec<Vec<f64>> = full.iter().enumerate().map(|(i, row)| row[..=i].to_vec()).collect();
        let twice: Vec<f64> = target.iter().map(|t| t * 2.0).collect();
        let solved = solve(&lower, &[target.clone(), twice]);
        for (row, wanted) in full.iter().zip(&target) {
            let got: f64 = row.iter().zip(&solved[0]).map(|(a, b)| a * b).sum();
            prop_assert!((got - wanted).abs() < 1e-6, "{} {}", got, wanted);
        }
        for (one, two) in solved[0].iter().zip(&solved[1]) {
            prop_assert!((one * 2.0 - two).abs() < 1e-6);
        }
    }

    /// The product is the sum over the buckets that both have.
    #[test]
    fn a_product_is_over_what_both_have(left in "[路灯坏了停水]{0,12}", right in "[路灯坏了停水]{0,12}") {
        let (one, two) = (vector("", &left), vector("", &right));
        let mut sum = 0.0;
        for (bucket, weight) in one.parts() {
            for (other, theirs) in two.parts() {
                if bucket == other {
                    sum += weight * theirs;
                }
            }
        }
        prop_assert!((one.dot(&two) - sum).abs() < 1e-9);
        prop_assert!(one.parts().is_sorted_by(|a, b| a.0 < b.0));
        prop_assert!(!one.is_empty() && Vector::default().is_empty());
    }
}

#[test]
fn a_text_weighs_its_subject_beside_its_whole() {
    // Subject: one character. Text: a blank, the character, and their pair; each alike.
    let text = vector("", "路");
    let mut weights: Vec<f64> = text.parts().iter().map(|(_, weight)| *weight).collect();
    weights.sort_by(f64::total_cmp);
    let third = 1.0 / 3.0_f64.sqrt();
    assert_eq!(weights.len(), 4);
    assert!(weights[..3].iter().all(|weight| near(*weight, third)) && near(weights[3], 0.8));
    assert!(near(square(&text), 1.64));
    // What stands twice counts more, and not twice as much.
    let twice = Counts::of("", "路路").weighed(|_| 1.0);
    let (more, one) = (1.0 + 2.0_f64.ln(), 1.0_f64);
    let subject = (more * more + one).sqrt();
    let mut weights = twice.parts().iter().map(|(_, weight)| *weight);
    assert!(weights.any(|weight| near(weight, more / subject * 0.8)));
    // A feature that tells nothing weighs nothing.
    let mute = Counts::of("灯", "路").weighed(|_| 0.0);
    assert!(mute.parts().iter().all(|(_, weight)| *weight == 0.0));
}

#[test]
fn texts_that_look_alike_are_alike() {
    for (one, two) in [
        ("ＡＢＣ！～", "abc!~"),
        ("路灯　不亮", "路灯 不亮"),
        ("路灯 \t\r\n 不亮", "路灯 不亮"),
        ("  路灯不亮\n", "路灯不亮"),
        ("路灯\u{7}不亮", "路灯 不亮"),
        ("LED灯", "led灯"),
    ] {
        assert_eq!(Counts::of("", one), Counts::of("", two), "{one:?}");
        assert_eq!(Counts::of(one, "停水"), Counts::of(two, "停水"), "{one:?}");
    }
    assert_ne!(Counts::of("", "路灯不亮"), Counts::of("", "路灯 不亮"));
    // `／` lies within the wide forms, `。` does not.
    assert_ne!(Counts::of("", "。"), Counts::of("", "."));
}

#[test]
fn the_first_sentence_stands_for_a_subject() {
    let own = |headline: &str, rest: &str| {
        let counts = Counts::of("", &format!("{headline}{rest}"));
        let named = Counts::of(headline, "");
        // Of the text's part only the subject's is compared: it is what both have in the first place.
        let subject = |counts: &Counts| {
            let all: Vec<u32> = counts.buckets().collect();
            all.windows(2)
                .position(|pair| pair[1] < pair[0])
                .map(|end| all[..=end].to_vec())
        };
        (subject(&counts), subject(&named))
    };
    for rest in ["。后面不算", "！后面不算", "？后面不算", "；后面不算"] {
        let (first, named) = own("路灯不亮", rest);
        assert_eq!(first, named, "{rest}");
    }
    let (first, named) = own("路灯不亮", "，后面也算");
    assert_ne!(first, named);
    let long: String = ('\u{4e00}'..).take(SUBJECT_CHARS_MAX + 30).collect();
    let cut: String = long.chars().take(SUBJECT_CHARS_MAX).collect();
    assert_eq!(Counts::of(&long, "停水"), Counts::of(&cut, "停水"));
    assert_eq!(own(&long, "").0, own(&cut, "").1);
}

#[test]
fn what_few_texts_have_tells_more() {
    let texts = ["路灯", "路牌", "路", "桥"].map(|text| Counts::of(text, ""));
    let steps = rarity(&texts);
    assert_eq!(steps.len(), BUCKETS);
    // The first bucket of a subject of one character is that character's.
    let of = |text: &str| {
        let one: Vec<u32> = Counts::of(text, "").buckets().collect();
        steps[one[0] as usize]
    };
    // 20 × (ln((1 + 4) / (1 + met)) + 1), for 3, 1 and none of four texts.
    assert_eq!((of("路"), of("桥"), of("水")), (24, 38, 52));
    assert_eq!(rarity(&[])[0], 20);
}

fn lesson(text: &str, shares: &[f64], doubt: f64) -> Lesson {
    Lesson {
        counts: Counts::of(text, text),
        shares: shares.to_vec(),
        doubt,
    }
}

/// Weights of two classes, and the scores of a text by them.
fn taught(prior: &[f64], lessons: &[Lesson], plan: &Plan) -> impl Fn(&str) -> Vec<f64> + use<> {
    let steps = rarity(lessons.iter().map(|lesson| &lesson.counts));
    let weights = learn(&["路", "水"], prior, &steps, lessons, plan).unwrap();
    let again = Weights::parse(Cow::Owned(weights.encode().to_vec())).unwrap();
    move |text: &str| {
        let text = Counts::of(text, text).weighed(|bucket| again.rarity(bucket));
        again.scores(&text)
    }
}

#[test]
fn what_is_trusted_is_learned_and_what_is_doubted_less() {
    let pair = |doubt: f64| {
        [
            lesson("路灯不亮", &[1.0, 0.0], doubt),
            lesson("停水三天", &[0.0, 1.0], doubt),
        ]
    };
    let close = |told: &[f64], wanted: [f64; 2]| {
        told.iter()
            .zip(wanted)
            .all(|(told, wanted)| (told - wanted).abs() < 0.03)
    };
    let sure = taught(&[0.5, 0.5], &pair(1e-6), &Plan::default());
    assert!(
        close(&sure("路灯不亮"), [1.0, 0.0]),
        "{:?}",
        sure("路灯不亮")
    );
    assert!(
        close(&sure("停水三天"), [0.0, 1.0]),
        "{:?}",
        sure("停水三天")
    );
    assert!(
        close(&sure(""), [0.5, 0.5]),
        "nothing read: what was there before"
    );
    // A doubt as large as the text's own product halves the way from what was there before. Both texts share the blank.
    let alone = [lesson("路灯不亮", &[1.0, 0.0], 1.64)];
    let half = taught(&[0.2, 0.4], &alone, &Plan::default());
    assert!(
        close(&half("路灯不亮"), [0.6, 0.2]),
        "{:?}",
        half("路灯不亮")
    );
    // Without a row of weights only what was there before is left.
    let none = Plan {
        rows_max: 0,
        ..Plan::default()
    };
    let bare = taught(&[0.2, 0.8], &pair(0.1), &none);
    assert!(close(&bare("路灯不亮"), [0.2, 0.8]));
}

fn message(id: usize, body: &str, label: &str) -> Message {
    Message {
        id: format!("m{id}"),
        subject: String::new(),
        body: body.to_owned(),
        label: label.to_owned(),
    }
}

/// Messages of two classes whose words differ.
fn messages() -> Vec<Message> {
    let words = [
        ("教育文体", ["学校", "老师", "补课", "招生"]),
        ("宠物", ["养狗", "犬只", "狗叫", "遛狗"]),
    ];
    let mut all = Vec::new();
    for (label, words) in words {
        for (at, one) in words.iter().enumerate() {
            for other in words.iter().skip(at + 1) {
                all.push(message(all.len(), &format!("{one}{other}"), label));
            }
        }
    }
    all.push(message(90, "下雨了", ""));
    all.push(message(91, "下雪了", "没有这一类"));
    all
}

fn own_tree() -> Taxonomy {
    let (classes, _) = parse_levels(
        "level1,level2\n教育文体,一\n宠物,二\n环境,三\n交通,四\n",
        "M",
        "own",
        "1",
    );
    Taxonomy::on(&classes, "2025-01-01".parse().unwrap())
}

#[test]
fn who_judges_has_not_seen_what_is_judged() {
    let (tree, messages) = (own_tree(), messages());
    let corpus = Corpus::of(&messages, &tree, "own");
    assert_eq!((corpus.labelled(), corpus.taught()), (12, 8));
    let plan = Plan::default();
    let folds = corpus.cross_validate(7, &plan).unwrap();
    assert_eq!(folds.len(), FOLDS);
    let sizes: Vec<usize> = folds.iter().map(|fold| fold.all).collect();
    assert!(
        sizes.iter().all(|size| (2..=3).contains(size)),
        "spread evenly: {sizes:?}"
    );
    let score = folds.into_iter().fold(Score::default(), Score::and);
    assert_eq!(
        score,
        Score {
            all: 12,
            first: 12,
            among_three: 12
        },
        "their words differ"
    );
    // The order of the file is nothing.
    let mut turned = messages.clone();
    turned.reverse();
    let again = Corpus::of(&turned, &tree, "own");
    assert_eq!(
        again.cross_validate(7, &plan),
        corpus.cross_validate(7, &plan)
    );
    // A label that only one message has is never known to whoever judges it.
    let mut odd = messages.clone();
    odd.push(message(50, "井盖坏了", "交通"));
    let corpus = Corpus::of(&odd, &tree, "own");
    let folds = corpus.cross_validate(7, &plan).unwrap();
    let score = folds.into_iter().fold(Score::default(), Score::and);
    assert_eq!((score.all, score.first), (13, 12));
}

#[test]
fn each_fold_chooses_the_better_plan_by_what_it_learns_from() {
    let (tree, messages) = (own_tree(), messages());
    let corpus = Corpus::of(&messages, &tree, "own");
    let good = Plan::default();
    let deaf = Plan {
        rows_max: 0,
        ..good
    };
    let best = corpus.cross_validate(3, &good);
    assert_ne!(corpus.cross_validate(3, &deaf), best);
    for plans in [[good, deaf], [deaf, good]] {
        assert_eq!(corpus.nested(3, &plans), best);
    }
    assert_eq!(corpus.nested(3, &[]), None);
}

#[test]
fn what_ships_is_learned_from_all() {
    let (tree, messages) = (own_tree(), messages());
    let corpus = Corpus::of(&messages, &tree, "own");
    let weights = corpus.shipped(&Plan::default()).unwrap();
    let labels: Vec<&str> = weights.labels().collect();
    assert_eq!(labels, ["教育文体", "宠物", "环境", "交通"]);
    // Before anything is read a class has its share of the labels.
    let nothing = weights.scores(&Vector::default());
    for (told, wanted) in nothing.iter().zip([0.5, 0.5, 0.0, 0.0]) {
        assert!((told - wanted).abs() < 1e-6, "{nothing:?}");
    }
    let suggester = Suggester::with(weights, &tree, "own");
    for one in messages.iter().filter(|one| one.id.len() < 3) {
        let told = suggester.suggest(&Learned::default(), "", &one.body, 0);
        assert_eq!(tree.class(&told.first[0].code).unwrap().name, one.label);
    }
}

#[test]
fn scores_add_up_and_intervals_hold_their_share() {
    let one = Score {
        all: 5,
        first: 2,
        among_three: 4,
    };
    let two = Score {
        all: 7,
        first: 3,
        among_three: 6,
    };
    assert_eq!(
        one.and(two),
        Score {
            all: 12,
            first: 5,
            among_three: 10
        }
    );
    // After Newcombe (1998), method 3.
    for (part, whole, low, high) in [
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ] {
        let told = wilson(part, whole);
        assert!(
            (told.0 - low).abs() < 1e-4 && (told.2 - high).abs() < 1e-4,
            "{part} of {whole}: {told:?}"
        );
        assert!(told.0 <= told.1 + 1e-9 && told.1 <= told.2 + 1e-9);
    }
}

/// A device keeps no more than 2 MiB for suggestions, and a text of the greatest length costs a bounded number of products; the time is the
/// machine's: 10 ms at two hundred million products a second.
#[test]
fn what_a_suggestion_needs_of_a_device_is_bounded() {
    const BYTES_MAX: usize = 2 << 20;
    const PRODUCTS_MAX: usize = 2_000_000;
    let learned_max = 9 + super::super::learned::ENTRIES_MAX * 6 + (64 << 10);
    let bytes = SHIPPED.len() + crate::taxonomy::DEFAULT_SET.len() + learned_max;
    assert!(bytes <= BYTES_MAX, "{bytes} bytes");
    let suggester = suggester("appeal");
    // The words that the classes themselves use are the dearest: every one of them is found.
    let texts = tree()
        .classes()
        .map(|class| class.definition.clone())
        .collect::<Vec<_>>();
    let long: String = texts.concat().chars().take(features::CHARS_MAX).collect();
    assert_eq!(long.chars().count(), features::CHARS_MAX);
    let text = suggester.vector("", &long);
    let words = suggester.lexicon.products(&text);
    let weights = text.parts().len() * suggester.weights.labels().count();
    // Once for the first level, once for the leaves.
    let products = 2 * words + weights;
    assert!(products > 10_000, "the text is a hard one: {products}");
    assert!(products <= PRODUCTS_MAX, "{products} products");
}

#[test]
fn a_correction_puts_the_right_class_just_ahead() {
    let text = vector("", "水上乐园放烟花");
    let shifted = |scores: [(&str, f64); 3]| {
        let scores = scores.map(|(code, score)| (code.to_owned(), score)).into();
        let mut learned = Learned::default();
        learned.learn(&text, "A", &scores);
        ["A", "B", "C"].map(|code| scores[code] + learned.score(code, &text))
    };
    let close = |one: f64, two: f64| (one - two).abs() < 0.01;
    let [a, b, c] = shifted([("A", 0.2), ("B", 0.3), ("C", 0.1)]);
    assert!(
        close(a, 0.4) && close(b, 0.1) && close(c, 0.1),
        "{a} {b} {c}"
    );
    // Of two that are equally far ahead the first one gives way.
    let [_, b, c] = shifted([("A", 0.0), ("B", 0.5), ("C", 0.5)]);
    assert!(b < 0.5 && close(c, 0.5), "{b} {c}");
    // What is well ahead stays, and one correction goes no further than a step.
    assert_eq!(
        shifted([("A", 0.9), ("B", 0.5), ("C", 0.0)]),
        [0.9, 0.5, 0.0]
    );
    let [a, b, _] = shifted([("A", -9.0), ("B", 9.0), ("C", 0.0)]);
    let step = 0.5 * square(&text);
    assert!(close(a, step - 9.0) && close(b, 9.0 - step), "{a} {b}");
    // Nothing to read teaches nothing.
    let mut learned = Learned::default();
    learned.learn(
        &Vector::default(),
        "A",
        &[("A".to_owned(), 0.0), ("B".to_owned(), 1.0)].into(),
    );
    assert_eq!(learned, Learned::default());
}

#[test]
fn a_table_names_only_buckets_that_there_are() {
    let table = |bucket: u32| {
        let mut bytes = b"WGCO\x01\x01A".to_vec();
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(bucket.to_le_bytes());
        bytes.extend(7_i16.to_le_bytes());
        Learned::parse(&bytes)
    };
    let last = u32::try_from(BUCKETS).unwrap() - 1;
    assert!(table(0).is_some() && table(last).is_some());
    assert_eq!(table(last + 1), None);
}

#[test]
fn shares_are_rounded_to_the_nearest_thousandth() {
    let wrong = |wrong: usize, all: usize| {
        let one = |at: usize| Classified {
            suggested: None,
            chosen: if at < wrong { "B" } else { "A" },
            last: "A",
        };
        Misclassified::of((0..all).map(one)).chosen_permille()
    };
    assert_eq!(wrong(1, 3), Some(333));
    assert_eq!(wrong(2, 3), Some(667));
    assert_eq!((wrong(1, 2000), wrong(1, 2001)), (Some(1), Some(0)));
    assert_eq!(
        (wrong(0, 5), wrong(5, 5), wrong(0, 0)),
        (Some(0), Some(1000), None)
    );
}

#[test]
fn the_first_few_say_which_words_speak_for_them() {
    let suggester = suggester("appeal");
    let tree = tree();
    let names: Vec<&str> = tree
        .first_level("appeal")
        .map(|class| class.name.as_str())
        .collect();
    let text = names.join("，");
    let told = suggester.suggest(&Learned::default(), "", &text, 3);
    assert!(told.first.is_sorted_by(|a, b| a.permille >= b.permille));
    for (place, one) in told.first.iter().enumerate() {
        assert_eq!(
            one.words.is_empty(),
            place >= REASONED_MAX,
            "{place} {one:?}"
        );
        assert!(one.words.len() <= REASONS_MAX);
        assert!(one.words.is_sorted_by(|a, b| a.len() >= b.len()), "{one:?}");
        assert!(one.words.iter().all(|word| text.contains(word)));
    }
    assert_eq!(told.leaves.len(), 3);
}
