//! The suggestion of the class on citizens' messages that it never saw.

#![cfg(test)]

use std::collections::BTreeMap;
use std::path::Path;

use wangge_rules::classify::evaluate::{Corpus, Message, SEED, Score, wilson};
use wangge_rules::classify::train::Plan;
use wangge_rules::finding::forbids;
use wangge_rules::taxonomy::{Taxonomy, check_classes, default_classes, parse_levels};

fn messages(file: &Path) -> Vec<Message> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let rows = reader.deserialize().map(|row| {
        let mut row: BTreeMap<String, String> = row.unwrap();
        let mut take = |key: &str| row.remove(key).unwrap_or_default();
        Message {
            id: take("id"),
            subject: take("subject"),
            body: take("text"),
            label: take("class_level1"),
        }
    });
    rows.collect()
}

fn data(file: &str) -> std::path::PathBuf {
    let folder =
        std::env::var("WANGGE_DATA").expect("WANGGE_DATA names the folder of the open data");
    Path::new(&folder).join(file)
}

#[test]
#[ignore = "needs WANGGE_DATA"]
fn unseen_messages_of_the_real_data_find_their_class() {
    let messages = messages(&data("citizen_messages.csv"));
    let tree = Taxonomy::on(&default_classes().0, "2025-01-01".parse().unwrap());
    let corpus = Corpus::of(&messages, &tree, "appeal");
    assert_eq!(
        corpus.labelled(),
        297,
        "every label is a first-level class of the taxonomy"
    );
    let folds = corpus.cross_validate(SEED, &Plan::default()).unwrap();
    let score = folds.iter().copied().fold(Score::default(), Score::and);
    assert_eq!(score.all, 297);
    for (name, part, target) in [
        ("first", score.first, 0.76),
        ("among three", score.among_three, 0.97),
    ] {
        let (low, share, high) = wilson(part, score.all);
        println!("{name}: {share:.3}, 95 % {low:.3} to {high:.3}");
        assert!(share >= target, "{name}: {share:.3}");
    }
}

#[test]
#[ignore = "needs WANGGE_DATA"]
fn the_catalogue_of_the_real_data_is_read() {
    let text = std::fs::read_to_string(data("matter_classes.csv")).unwrap();
    let (classes, findings) = parse_levels(&text, "M", "catalogue", "1");
    assert!(!forbids(&findings), "{findings:?}");
    assert!(!forbids(&check_classes(&classes)));
    let tree = Taxonomy::on(&classes, "2025-01-01".parse().unwrap());
    assert_eq!(tree.first_level("catalogue").count(), 15);
    let leaves = tree
        .classes()
        .filter(|class| tree.below(&class.code).next().is_none());
    let lines: std::collections::BTreeSet<&str> = text.lines().skip(1).collect();
    assert_eq!(leaves.count(), lines.len());
}
