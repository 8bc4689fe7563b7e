use super::*;
use crate::kind::Facet;

fn actor(number: u8) -> ActorId {
    ActorId([number; 16])
}

fn set(key: &str, value: impl Into<Value>) -> Edit {
    Edit::set(Facet::Open, key, value)
}

fn write(doc: &mut Doc, by: u8, edits: &[Edit]) -> Written {
    doc.write(actor(by), edits, Ms(1_700_000_000_000)).unwrap()
}

/// A document with one field, and two copies in which it was overwritten concurrently.
fn fork() -> (Doc, Written, Written) {
    let mut base = Doc::new();
    write(&mut base, 1, &[set("name", "甲"), set("age", 30)]);
    let (mut left, mut right) = (base.clone(), base.clone());
    let a = write(&mut left, 2, &[set("name", "乙")]);
    let b = write(&mut right, 3, &[set("name", "丙")]);
    left.apply(&[&b.change]).unwrap();
    right.apply(&[&a.change]).unwrap();
    assert_eq!(left.entries(), right.entries());
    assert_eq!(left.heads(), right.heads());
    (left, a, b)
}

#[test]
fn edits_come_back_as_fields() {
    let mut doc = Doc::new();
    let written = write(
        &mut doc,
        1,
        &[set("name", "张三"), set("sex", 1), set("moved", true)],
    );
    let fields = doc.entries();
    assert_eq!(fields.value("name"), Some(&Value::from("张三")));
    assert_eq!(fields.value("sex"), Some(&Value::Int(1)));
    assert_eq!(fields.value("moved"), Some(&Value::Bool(true)));
    assert_eq!(fields.len(), 3);
    assert!(doc.has(&written.hash) && doc.heads() == [written.hash]);
    write(
        &mut doc,
        1,
        &[Edit::delete(Facet::Open, "moved"), set("name", "张三丰")],
    );
    assert_eq!(doc.entries().value("moved"), None);
    assert_eq!(Doc::load(&doc.save()).unwrap().entries(), doc.entries());
    assert!(!doc.concurrent());
}

#[test]
fn the_same_field_written_twice_is_a_conflict_that_one_write_settles() {
    let (mut doc, ..) = fork();
    assert!(doc.concurrent());
    let fields = doc.entries();
    assert_eq!(fields.conflicts().collect::<Vec<_>>(), ["name"]);
    let shown: Vec<_> = fields
        .candidates("name")
        .iter()
        .map(|c| (c.op.actor, c.value.to_string()))
        .collect();
    assert_eq!(
        shown,
        [(actor(3), "丙".to_owned()), (actor(2), "乙".to_owned())],
        "the winner first"
    );
    write(&mut doc, 4, &[set("name", "乙")]);
    assert_eq!(doc.entries().conflicts().count(), 0);
    assert_eq!(doc.entries().candidates("name").len(), 1);
    assert!(doc.concurrent(), "it stays true that there was concurrency");
}

#[test]
fn the_shown_value_can_be_chosen_too() {
    let (mut doc, ..) = fork();
    write(&mut doc, 4, &[set("name", "丙")]);
    assert_eq!(doc.entries().candidates("name").len(), 1);
}

#[test]
fn the_same_value_written_twice_is_no_conflict() {
    let mut base = Doc::new();
    write(&mut base, 1, &[set("name", "甲")]);
    let mut other = base.clone();
    let a = write(&mut base, 2, &[set("name", "乙")]);
    write(&mut other, 3, &[set("name", "乙")]);
    other.apply(&[&a.change]).unwrap();
    assert_eq!(other.entries().candidates("name").len(), 2);
    assert_eq!(other.entries().conflicts().count(), 0);
}

#[test]
fn nothing_to_write_leaves_no_trace() {
    let mut doc = Doc::new();
    write(&mut doc, 1, &[set("name", "甲")]);
    let before = doc.save();
    let again = doc.write(
        actor(9),
        &[set("name", "甲"), Edit::delete(Facet::Open, "absent")],
        Ms(0),
    );
    assert!(matches!(again, Err(Error::NothingToWrite)), "{again:?}");
    assert_eq!(doc.save(), before);
    assert!(matches!(
        doc.write(actor(9), &[], Ms(0)),
        Err(Error::NothingToWrite)
    ));
}

#[test]
fn a_large_change_is_written_uncompressed() {
    let mut doc = Doc::new();
    let text = "网格".repeat(1000);
    let written = write(&mut doc, 1, &[set("text", text.as_str())]);
    assert!(written.change.len() > text.len());
    assert_eq!(written.change.get(8), Some(&1), "chunk type 1");
    let read = automerge::Change::try_from(written.change.as_slice()).unwrap();
    assert_eq!(read.hash().0, written.hash.0);
    assert_eq!(read.raw_bytes(), written.change);
    let mut other = Doc::new();
    other.apply(&[&written.change]).unwrap();
    assert_eq!(other.entries(), doc.entries());
}

#[test]
fn changes_that_do_not_fit_are_refused_before_anything_is_applied() {
    let mut doc = Doc::new();
    let first = write(&mut doc, 1, &[set("a", 1)]);
    let second = write(&mut doc, 1, &[set("a", 2)]);
    let mut other = Doc::new();
    assert!(matches!(
        other.apply(&[&second.change]),
        Err(Error::MissingDependency { index: 0 })
    ));
    assert!(other.heads().is_empty());
    other
        .apply(&[&first.change, &second.change, &first.change])
        .unwrap();
    assert_eq!(other.heads(), doc.heads());
    let mut forger = Doc::new();
    let forged = write(&mut forger, 1, &[set("a", 3)]);
    assert!(
        matches!(other.apply(&[&forged.change]), Err(Error::Misfit { .. })),
        "a second history of one actor"
    );
}

/// The first documents that were ever stored must load for ever, and a change is written today as it was then.
#[test]
fn golden_bytes_are_written_and_read_as_ever() {
    let hex = data_encoding::HEXLOWER_PERMISSIVE;
    let mut doc = Doc::new();
    let edits = [
        set("name", "张三"),
        set("birth_year", 1949),
        set("lives_alone", true),
    ];
    let first = write(&mut doc, 1, &edits);
    let second = write(
        &mut doc,
        2,
        &[
            set("name", "张三丰"),
            Edit::delete(Facet::Open, "lives_alone"),
        ],
    );
    let lines = format!(
        "{}\n{}\n",
        hex.encode(&first.change),
        hex.encode(&second.change)
    );
    expect_test::expect_file!["../../golden/changes.hex"].assert_eq(&lines);

    let stored = hex
        .decode(include_str!("../../golden/document.hex").trim().as_bytes())
        .unwrap();
    let old = Doc::load(&stored).unwrap();
    assert_eq!((old.entries(), old.heads()), (doc.entries(), doc.heads()));
}
