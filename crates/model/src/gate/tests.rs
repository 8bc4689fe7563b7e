//! Honest changes pass and say what automerge says; built and broken ones are refused, and nothing panics.

mod attacks;
pub(crate) mod chunk;

use proptest::prelude::*;

use self::chunk::{Chunk, repair};
use super::*;
use crate::doc::Doc;
use crate::kind::Facet;
use crate::time::Ms;
use crate::value::Edit;

fn limits() -> GateLimits {
    GateLimits::default()
}

/// Writes of several actors into documents that see each other now and then.
fn any_history() -> impl Strategy<Value = Vec<(u8, bool, Vec<Edit>)>> {
    let value = prop_oneof![
        ".{0,40}".prop_map(Value::Text),
        "网格{0,200}".prop_map(Value::Text),
        any::<i64>().prop_map(Value::Int),
        any::<bool>().prop_map(Value::Bool),
    ];
    let edit = (
        "[a-f]|log/[0-9a-f]{8}|字段",
        proptest::option::weighted(0.8, value),
    )
        .prop_map(|(key, value)| Edit {
            facet: Facet::Open,
            key,
            value,
        });
    proptest::collection::vec(
        (
            0_u8..4,
            any::<bool>(),
            proptest::collection::vec(edit, 1..12),
        ),
        1..10,
    )
}

/// The changes of a history, as written.
fn write(history: &[(u8, bool, Vec<Edit>)]) -> Vec<Vec<u8>> {
    let mut docs: Vec<Doc> = (0..4).map(|_| Doc::new()).collect();
    let mut changes: Vec<Vec<u8>> = Vec::new();
    for (by, sees, edits) in history {
        let doc = docs.get_mut(usize::from(*by)).unwrap();
        if *sees {
            let all: Vec<&[u8]> = changes.iter().map(Vec::as_slice).collect();
            doc.apply(&all).unwrap();
        }
        if let Ok(written) = doc.write(ActorId([*by; 16]), edits, Ms(1_700_000_000_000)) {
            changes.push(written.change);
        }
    }
    changes
}

/// What automerge reads in a change, in the words of an outline.
fn decode(change: &[u8]) -> Outline {
    let change = automerge::Change::try_from(change).unwrap();
    let expanded = change.decode();
    let ops = expanded.operations.iter().map(|op| {
        let automerge::legacy::Key::Map(key) = &op.key else {
            panic!("a key of a list")
        };
        assert!(matches!(op.obj, automerge::legacy::ObjectId::Root) && !op.insert);
        let action = match op.primitive_value() {
            Some(automerge::ScalarValue::Str(text)) => OpAction::Set(Value::from(text.as_str())),
            Some(automerge::ScalarValue::Int(number)) => OpAction::Set(Value::Int(number)),
            Some(automerge::ScalarValue::Boolean(truth)) => OpAction::Set(Value::Bool(truth)),
            None => OpAction::Delete,
            other => panic!("{other:?}"),
        };
        OutlineOp {
            key: key.to_string(),
            action,
            preds: op
                .pred
                .iter()
                .map(|pred| OpId {
                    counter: pred.counter(),
                    actor: ActorId::try_from(pred.actor().to_bytes()).unwrap(),
                })
                .collect(),
        }
    });
    Outline {
        hash: ChangeHash(change.hash().0),
        actor: ActorId::try_from(change.actor_id().to_bytes()).unwrap(),
        seq: change.seq(),
        start_op: change.start_op().get(),
        stated_s: change.timestamp(),
        deps: change.deps().iter().map(|dep| ChangeHash(dep.0)).collect(),
        ops: ops.collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn honest_changes_pass_and_say_what_automerge_says(history in any_history()) {
        for change in write(&history) {
            prop_assert_eq!(outline(&change, &limits()), Ok(decode(&change)));
        }
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = outline(&bytes, &limits());
        let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1];
        chunk.extend(bytes);
        let _ = outline(&repair(&chunk), &limits());
    }
}

/// Mutated chunks with their length and checksum repaired, as an attacker would. What passes must decode in automerge to the same.
#[test]
fn mutated_changes_get_an_answer_and_what_passes_is_what_automerge_reads() {
    let mut dice = Dice(0x5eed);
    let (mut refused, mut passed) = (0_u32, 0_u32);
    for change in seeds() {
        for _ in 0..4_000 {
            let mutant = dice.mutate(&change);
            match outline(&mutant, &limits()) {
                Err(_) => refused += 1,
                Ok(outline) => {
                    passed += 1;
                    assert_eq!(
                        outline,
                        decode(&mutant),
                        "{}",
                        data_encoding::HEXLOWER.encode(&mutant)
                    );
                }
            }
        }
    }
    assert!(
        refused > 10_000 && passed > 1_000,
        "{refused} refused, {passed} passed: the mutations are too kind or too coarse"
    );
}

/// Honest changes of different shapes.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let set = |key: &str, value: Value| Edit {
        facet: Facet::Open,
        key: key.to_owned(),
        value: Some(value),
    };
    let first = vec![
        set("a", 1.into()),
        set("b", "文字".into()),
        set("c", true.into()),
    ];
    let many: Vec<Edit> = (0..40)
        .map(|n| set(&format!("k{n:02}"), Value::Int(n % 3)))
        .collect();
    let history = [
        (1, false, first),
        (
            2,
            true,
            vec![set("a", 2.into()), Edit::delete(Facet::Open, "b")],
        ),
        (3, false, vec![set("a", 3.into()), set("c", false.into())]),
        (1, true, vec![set("a", "选定".into())]),
        (0, true, many),
    ];
    write(&history)
}

/// A seeded generator, so that a failure comes again (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound.max(1) as u64).unwrap()
    }

    /// One to three mutations of the body; then length and checksum are repaired.
    pub(crate) fn mutate(&mut self, change: &[u8]) -> Vec<u8> {
        let mut bytes = change.to_vec();
        for _ in 0..=self.below(3) {
            let body = Chunk::body_start(&bytes);
            let at = body + self.below(bytes.len() - body);
            match self.below(6) {
                0 => bytes[at] ^= 1 << self.below(8),
                1 => bytes[at] = u8::try_from(self.below(256)).unwrap(),
                2 => bytes.insert(at, u8::try_from(self.below(256)).unwrap()),
                3 if bytes.len() > body + 2 => {
                    bytes.remove(at);
                }
                4 => {
                    let extreme = [
                        &[0xff, 0xff, 0xff, 0xff, 0x0f][..],
                        &[0x80, 0x80, 0x80, 0x80, 0x78],
                        &[0x00],
                        &[0x7f],
                        &[0xff; 9],
                    ];
                    let with = extreme[self.below(extreme.len())];
                    bytes.splice(at..(at + 1).min(bytes.len()), with.iter().copied());
                }
                _ => bytes[at] = bytes[at].wrapping_add(1),
            }
            bytes = repair(&bytes);
        }
        bytes
    }
}
