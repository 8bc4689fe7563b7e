//! The directed attacks on automerge 0.12 that a change chunk can carry, each built by hand: a run of 10^8 operations in 69 bytes, an
//! operation number that makes every later edit panic, nested objects, and the like. All must be refused, and
//! none may be expanded: a gate that did would not come back from here.

use super::chunk::{Chunk, leb, uleb};
use super::*;

/// What the gate says of a chunk.
fn judged(chunk: &Chunk) -> Result<Outline, GateError> {
    outline(&chunk.build(), &limits())
}

#[track_caller]
fn refused(chunk: &Chunk, why: &str) {
    let error = judged(chunk).expect_err("the gate let it pass").to_string();
    assert!(error.contains(why), "refused for another reason: {error}");
}

/// A run of `count` equal values.
fn run(count: i64, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    leb(&mut out, count);
    out.extend(value);
    out
}

fn number(number: u64) -> Vec<u8> {
    let mut out = Vec::new();
    uleb(&mut out, number);
    out
}

/// `count` operations in runs, all at one key.
fn runs(count: i64, key: &[u8]) -> Chunk {
    let mut text = number(key.len() as u64);
    text.extend(key);
    Chunk::honest()
        .column(21, run(count, &text))
        .column(52, number(count.unsigned_abs()))
        .column(66, run(count, &[1]))
        .column(86, run(count, &[2]))
        .column(87, [])
        .column(112, run(count, &[0]))
}

#[test]
fn the_hand_built_change_is_honest() {
    let outline = judged(&Chunk::honest()).unwrap();
    assert_eq!(outline, decode(&Chunk::honest().build()));
    assert_eq!(
        outline.ops,
        [OutlineOp {
            key: "a".into(),
            action: OpAction::Set(1.into()),
            preds: vec![]
        }]
    );
}

#[test]
fn a6_a_run_of_very_many_operations() {
    for count in [
        513,
        10_000_000,
        100_000_000,
        4_000_000_000,
        i64::MAX,
        i64::MIN,
    ] {
        refused(&runs(count, b"a"), "actions");
    }
    refused(&runs(2, b"a"), "same key");
    let many_in_one_column =
        |spec, value: &[u8]| Chunk::honest().column(spec, run(4_000_000_000, value));
    for (spec, value) in [(21, &b"\x01a"[..]), (86, &[2]), (112, &[0])] {
        refused(&many_in_one_column(spec, value), "at most 1");
    }
    refused(
        &Chunk::honest().column(52, number(4_000_000_000)),
        "insert flags",
    );
    // A run of nothing, over and over.
    refused(
        &Chunk::honest().column(66, run(0, &number(4_000_000_000))),
        "nulls",
    );
}

#[test]
fn a7_operations_with_a_long_key() {
    refused(&runs(400, &[b'k'; 60_000]), "key bytes");
    refused(&runs(1, &[b'k'; 129]), "key bytes: 129, at most 128");
    assert!(judged(&runs(1, &[b'k'; 128])).is_ok());
}

#[test]
fn a4_a5_deflated_chunks_and_columns() {
    for kind in [0, 2, 3, 4, 255] {
        refused(
            &Chunk {
                kind,
                ..Chunk::honest()
            },
            "another type",
        );
    }
    let mut deflated = Chunk::honest();
    deflated.columns[0].0 |= 8;
    refused(&deflated, "column 29");
}

#[test]
fn a10_operation_numbers_that_wrap() {
    for start_op in [(1 << 31) + 1, (1 << 32) - 1, 1 << 32, u64::MAX] {
        refused(
            &Chunk {
                start_op,
                ..Chunk::honest()
            },
            "start operation",
        );
    }
    let seq = (1 << 31) + 1;
    refused(
        &Chunk {
            seq,
            ..Chunk::honest()
        },
        "sequence number",
    );
    refused(
        &Chunk {
            seq: 0,
            ..Chunk::honest()
        },
        "is 0",
    );
    refused(
        &Chunk {
            start_op: 0,
            ..Chunk::honest()
        },
        "is 0",
    );
    assert!(
        judged(&Chunk {
            start_op: 1 << 31,
            ..Chunk::honest()
        })
        .is_ok()
    );
    let keys = b"\x7e\x01a\x01b";
    let two = Chunk {
        start_op: 1 << 31,
        ..runs(2, b"a")
    }
    .column(21, *keys);
    refused(&two, "last operation");
}

#[test]
fn a13_nested_objects_and_list_elements() {
    for (spec, data) in [
        (1, vec![0x7f, 0]),
        (2, vec![0x7f, 1]),
        (17, vec![0x7f, 0]),
        (19, vec![0x7f, 1]),
        (148, vec![1]),
        (165, vec![0x7f, 1, b'm']),
    ] {
        refused(
            &Chunk::honest().column(spec, data),
            &format!("column {spec}"),
        );
    }
    for action in [0, 2, 4, 5, 6, 7, 8, 1_000] {
        let mut data = vec![0x7f];
        data.extend(number(action));
        refused(
            &Chunk::honest().column(66, data),
            "neither sets nor deletes",
        );
    }
    refused(&Chunk::honest().column(52, [0, 1]), "insert flags");
    refused(&Chunk::honest().column(52, []), "insert flags");
}

#[test]
fn values_of_other_types_and_lengths() {
    for meta in [
        0_u64,
        3 | 1 << 4,
        5 | 8 << 4,
        7 | 1 << 4,
        8 | 1 << 4,
        9 | 1 << 4,
        10 | 1 << 4,
        1 | 1 << 4,
        4,
        4 | 11 << 4,
    ] {
        let mut data = vec![0x7f];
        data.extend(number(meta));
        refused(
            &Chunk::honest().column(86, data),
            "neither a text, nor an integer, nor a boolean",
        );
    }
    let mut claims = vec![0x7f];
    claims.extend(number(6 | 1_000 << 4));
    refused(
        &Chunk::honest().column(86, claims),
        "the bytes end within a text",
    );
    let mut claims = vec![0x7f];
    claims.extend(number(6 | 1 << 60));
    refused(&Chunk::honest().column(86, claims), "text bytes");
    refused(
        &Chunk::honest()
            .column(86, [0x7f, 6 | 1 << 4])
            .column(87, [0xff]),
        "not UTF-8",
    );
    refused(
        &Chunk::honest()
            .column(86, [0x7f, 4 | 2 << 4])
            .column(87, [1, 1]),
        "another length",
    );
    refused(
        &Chunk::honest()
            .column(87, [0x81, 0])
            .column(86, [0x7f, 4 | 2 << 4]),
        "shortest form",
    );
    refused(&Chunk::honest().column(87, [1, 1]), "left over");
    refused(
        &Chunk::honest().column(66, [0x7f, 3]),
        "deletes and has a value",
    );
}

#[test]
fn keys_that_are_none() {
    refused(&Chunk::honest().column(21, [0x7f, 0]), "is empty");
    refused(&Chunk::honest().column(21, [0x7f, 1, 0xff]), "not UTF-8");
    refused(&Chunk::honest().column(21, []), "too few");
    refused(&Chunk::honest().column(21, [0, 1]), "nulls");
}

#[test]
fn predecessors_that_are_none() {
    let with = |counts: &[u8], actors: &[u8], counters: &[u8]| {
        let base = Chunk {
            start_op: 10,
            seq: 2,
            ..Chunk::honest()
        };
        base.column(112, counts)
            .column(113, actors)
            .column(115, counters)
    };
    assert!(judged(&with(&[0x7f, 1], &[0x7f, 0], &[0x7f, 3])).is_ok());
    refused(&with(&[0x7f, 1], &[0x7f, 1], &[0x7f, 3]), "not named");
    refused(
        &with(&[0x7f, 1], &[0x7f, 0], &[0x7f, 10]),
        "not before the change",
    );
    refused(
        &with(&[0x7f, 1], &[0x7f, 0], &[0x7f, 0]),
        "not before the change",
    );
    refused(
        &with(&[0x7f, 1], &[0x7f, 0], &[0x7f, 0x7f]),
        "not before the change",
    );
    refused(&with(&[0x7f, 2], &[0x7f, 0], &[0x7f, 3]), "too few");
    refused(&with(&[0x7f, 2], &[2, 0], &[0x7e, 3, 0]), "out of order");
    refused(
        &with(&[0x7f, 65], &[0x7f, 0], &[0x7f, 3]),
        "predecessors: 65",
    );
    let mut counts = vec![0x7f];
    counts.extend(number(1 << 40));
    refused(&with(&counts, &[0x7f, 0], &[0x7f, 3]), "predecessors");
    refused(&with(&[0x7f, 0], &[0x7f, 0], &[0x7f, 3]), "at most 0");
    let deletes_nothing = Chunk::honest()
        .column(66, [0x7f, 3])
        .column(86, [0x7f, 0])
        .column(87, []);
    refused(&deletes_nothing, "deletes what is not there");
}

#[test]
fn dependencies_and_actors() {
    refused(
        &Chunk {
            deps: vec![[1; 32], [1; 32]],
            ..Chunk::honest()
        },
        "ascending",
    );
    refused(
        &Chunk {
            deps: vec![[2; 32], [1; 32]],
            ..Chunk::honest()
        },
        "ascending",
    );
    let deps: Vec<[u8; 32]> = (0..65).map(|n| [n; 32]).collect();
    refused(
        &Chunk {
            deps,
            ..Chunk::honest()
        },
        "dependencies: 65",
    );
    refused(
        &Chunk {
            actor: vec![7; 15],
            ..Chunk::honest()
        },
        "16 bytes",
    );
    refused(
        &Chunk {
            actor: vec![],
            ..Chunk::honest()
        },
        "16 bytes",
    );
    refused(
        &Chunk {
            others: vec![vec![8; 16]],
            ..Chunk::honest()
        },
        "not all used",
    );
    refused(
        &Chunk {
            others: vec![vec![7; 16]],
            ..Chunk::honest()
        },
        "not others",
    );
    let others: Vec<Vec<u8>> = (10..75).map(|n| vec![n; 16]).collect();
    refused(
        &Chunk {
            others,
            ..Chunk::honest()
        },
        "other actors: 65",
    );
}

#[test]
fn a18_checksums_and_lengths() {
    let mut chunk = Chunk::honest().build();
    chunk[4] ^= 1;
    assert_eq!(outline(&chunk, &limits()), Err(GateError::Checksum));
    let chunk = Chunk::honest().build();
    for len in 0..chunk.len() {
        assert!(outline(&chunk[..len], &limits()).is_err(), "cut to {len}");
    }
    let mut longer = chunk.clone();
    longer.push(0);
    assert!(outline(&longer, &limits()).is_err());
    assert!(
        outline(&[chunk.clone(), chunk].concat(), &limits()).is_err(),
        "two chunks"
    );
    let large = vec![0; 64 * 1024 + 1];
    assert!(matches!(
        outline(&large, &limits()),
        Err(GateError::Cap { what: "bytes", .. })
    ));
}

#[test]
fn room_for_what_has_no_meaning() {
    refused(
        &Chunk {
            message: b"hello".to_vec(),
            ..Chunk::honest()
        },
        "message",
    );
    refused(
        &Chunk {
            extra: vec![1, 1, 1],
            ..Chunk::honest()
        },
        "after its columns",
    );
    let mut twice = Chunk::honest();
    twice.columns.insert(1, (21, vec![0x7f, 1, b'b']));
    refused(&twice, "out of order");
    let mut empty = Chunk::honest();
    empty.columns.push((113, Vec::new()));
    refused(&empty, "is empty");
    let nothing = Chunk {
        columns: Vec::new(),
        ..Chunk::honest()
    };
    refused(&nothing, "no operations");
}
