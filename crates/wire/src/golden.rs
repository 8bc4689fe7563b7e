//! Holds `proto/golden/` against the code, byte by byte. The files are examples for whoever writes another client, and they must
//! never change: what was signed once has to be read for ever. A new format gets new files.
//!
//! `cargo test -p wangge-wire write_golden_files -- --ignored` writes them; then read the diff.

mod commits;
mod frames;
mod statements;

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::commit::derive_actor;
use crate::{KeySigner, Signer};

/// Seed 00 01 … 1f.
fn device() -> KeySigner {
    KeySigner::from_seed(&std::array::from_fn(|i| u8::try_from(i).unwrap()))
}

/// Seed 80 81 … 9f.
fn hub() -> KeySigner {
    KeySigner::from_seed(&std::array::from_fn(|i| u8::try_from(i + 0x80).unwrap()))
}

const INCARNATION: [u8; 8] = [0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8];
const EPOCH: [u8; 8] = [0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8];
/// 2026-09-21T14:13:20Z.
const NOW_MS: i64 = 1_790_000_000_000;
/// A UUID version 7.
const MEMBER: [u8; 16] = *b"\x01\x99\x6a\x2f\x10\x00\x70\x01\x80\x00mem\0\0\x01";
const RECORD: [u8; 16] = *b"\x01\x99\x6a\x2f\x20\x00\x70\x02\x80\x00rec\0\0\x01";
const AREA: &str = "410522001001001";

fn keys() -> Value {
    let of = |signer: &KeySigner, first: u8| {
        let seed: Vec<u8> = (first..first + 32).collect();
        json!({
            "seed": hex::encode(seed),
            "public": hex::encode(signer.public()),
            "subject_public_key_info": format!("302a300506032b6570032100{}", hex::encode(signer.public())),
        })
    };
    json!({
        "device": of(&device(), 0x00),
        "hub": of(&hub(), 0x80),
    })
}

fn actors() -> Value {
    let public = device().public();
    let of = |branch: u32| {
        json!({
            "device": hex::encode(public),
            "incarnation": hex::encode(INCARNATION),
            "branch": branch,
            "actor": hex::encode(derive_actor(&public, &INCARNATION, branch)),
        })
    };
    json!([of(0), of(1), of(0x0102_0304)])
}

fn files() -> [(&'static str, Value); 6] {
    [
        ("keys.json", keys()),
        ("actors.json", actors()),
        ("commits.json", commits::golden()),
        ("moves.json", commits::golden_moves()),
        ("statements.json", statements::golden()),
        ("frames.json", frames::golden()),
    ]
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../proto/golden")
        .join(name)
}

fn text(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

#[test]
#[ignore = "writes the files: only for a new format"]
fn write_golden_files() {
    for (name, value) in files() {
        fs::write(path(name), text(&value)).unwrap();
    }
}

#[test]
fn what_is_encoded_today_is_what_the_golden_files_say() {
    for (name, value) in files() {
        let golden = fs::read_to_string(path(name)).unwrap();
        assert!(
            golden == text(&value),
            "proto/golden/{name} says otherwise; a new format needs a new file"
        );
    }
}

/// A golden file as it lies there.
fn load(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(path(name)).unwrap()).unwrap()
}

/// The bytes of a field of a golden example.
fn bytes(example: &Value, field: &str) -> Vec<u8> {
    hex::decode(example[field].as_str().unwrap()).unwrap()
}

fn array<const N: usize>(example: &Value, field: &str) -> [u8; N] {
    bytes(example, field).try_into().unwrap()
}

/// The golden frames' bytes, for whoever wants to spoil them.
pub(crate) fn frames() -> Vec<Vec<u8>> {
    load("frames.json")
        .as_array()
        .unwrap()
        .iter()
        .map(|example| bytes(example, "frame"))
        .collect()
}
