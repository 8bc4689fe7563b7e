//! Golden frames: one of each kind.

use serde_json::{Value, json};

use super::{EPOCH, INCARNATION, NOW_MS, bytes, commits, load, statements};
use crate::commit::commit_id;
use crate::frame::{FrameKind, FrameReader, encode_frame, holding, parse_frame, prefix};
use crate::statement::statement_id;
use crate::v1;

/// A name, what it says in words, and the frame.
pub(super) fn examples() -> Vec<(&'static str, &'static str, FrameKind)> {
    let mut examples = opening();
    examples.extend(flowing());
    examples.extend(ending());
    examples.extend(later());
    examples
}

fn opening() -> Vec<(&'static str, &'static str, FrameKind)> {
    let [grant, charter, ..] = entries();
    let enrol = v1::Enrol {
        invitation: (0x10..0x20).collect(),
        ..v1::Enrol::default()
    };
    let enrol_hub = v1::Enrol {
        area: "410522001001".to_owned(),
        level: v1::Level::Community.into(),
        name: "东关社区".to_owned(),
        ..enrol.clone()
    };
    let enrolled = v1::Enrolled {
        entry: Some(grant.clone()),
        charters: vec![charter.clone()],
        now_ms: NOW_MS,
    };
    let hello = v1::Hello {
        version_min: 1,
        version_max: 1,
        epoch: INCARNATION.to_vec(),
        last: 2,
        parent_epoch: EPOCH.to_vec(),
        cursor: 41,
        agent: "wangge/0.1.0".to_owned(),
        holds: Vec::new(),
    };
    let welcome = v1::Welcome {
        version: 1,
        epoch: EPOCH.to_vec(),
        through: 1,
        cursor: 41,
        now_ms: NOW_MS,
        charters: vec![charter],
        grant: Some(grant),
        last: Vec::new(),
    };
    vec![
        (
            "enrol",
            "a device redeems an invitation",
            FrameKind::Enrol(enrol),
        ),
        (
            "enrol, hub",
            "a community's hub redeems an invitation",
            FrameKind::Enrol(enrol_hub),
        ),
        (
            "enrolled",
            "its grant, and the charter of the hub",
            FrameKind::Enrolled(enrolled),
        ),
        (
            "hello",
            "a phone that holds 2 commits, and the feed up to 41",
            FrameKind::Hello(hello),
        ),
        (
            "welcome",
            "the hub holds 1 of them; the feed goes on after 41",
            FrameKind::Welcome(welcome),
        ),
    ]
}

fn flowing() -> Vec<(&'static str, &'static str, FrameKind)> {
    let commits = commits::examples();
    let [_, _, admitted, _, receipt, ..] = entries();
    let from_phone = v1::Item {
        place: 2,
        what: Some(v1::item::What::Commit(commits[1].commit.clone())),
    };
    let with_commit = v1::Entry {
        commit: Some(commits[0].commit.clone()),
        ..admitted.clone()
    };
    let from_hub = v1::Item {
        place: 7,
        what: Some(v1::item::What::Entry(with_commit)),
    };
    let withheld = v1::Entry {
        commit: Some(commits[3].commit.clone()),
        ..admitted.clone()
    };
    let feed = v1::Feed {
        after: 41,
        items: vec![
            v1::FeedItem {
                place: 42,
                entry: Some(admitted),
            },
            v1::FeedItem {
                place: 45,
                entry: Some(withheld),
            },
        ],
        cursor: 48,
        more: false,
    };
    vec![
        (
            "push, phone",
            "the phone's commit 2",
            FrameKind::Push(v1::Push {
                items: vec![from_phone],
            }),
        ),
        (
            "push, hub",
            "place 7 of the child hub's feed",
            FrameKind::Push(v1::Push {
                items: vec![from_hub],
            }),
        ),
        (
            "receipts",
            "held through 3",
            FrameKind::Receipts(v1::Receipts {
                entries: vec![receipt],
            }),
        ),
        (
            "feed",
            "a bare verdict on the phone's own commit at 42; at 45 another's, one part withheld; nothing for it up to 48",
            FrameKind::Feed(feed),
        ),
        (
            "seen",
            "the feed is durable up to 48",
            FrameKind::Seen(v1::Seen { cursor: 48 }),
        ),
    ]
}

/// Examples of fields that came later.
fn later() -> Vec<(&'static str, &'static str, FrameKind)> {
    let commits = commits::examples();
    let [grant, charter, _, _, _, received, merged] = entries();
    let welcome = v1::Welcome {
        version: 1,
        epoch: EPOCH.to_vec(),
        through: 3,
        cursor: 41,
        now_ms: NOW_MS,
        charters: vec![charter.clone()],
        grant: Some(grant.clone()),
        last: commit_id(&commits[2].commit.header).to_vec(),
    };
    let [grant_id, charter_id] = [&grant, &charter].map(|entry| statement_id(&entry.statement));
    let hello = v1::Hello {
        version_min: 1,
        version_max: 1,
        epoch: INCARNATION.to_vec(),
        last: 3,
        parent_epoch: EPOCH.to_vec(),
        cursor: 41,
        agent: "wangge/0.1.0".to_owned(),
        holds: holding(&[grant_id, charter_id]).to_vec(),
    };
    let short = v1::Welcome {
        version: 1,
        epoch: EPOCH.to_vec(),
        through: 3,
        cursor: 41,
        now_ms: NOW_MS,
        last: commit_id(&commits[2].commit.header).to_vec(),
        ..v1::Welcome::default()
    };
    let blank = v1::Item {
        place: 8,
        what: Some(v1::item::What::Entry(v1::Entry::default())),
    };
    vec![
        (
            "welcome, last",
            "the hub holds 3, and which commit stands there",
            FrameKind::Welcome(welcome),
        ),
        (
            "receipts, two levels",
            "held through 3, which is the named commit; merged at the county",
            FrameKind::Receipts(v1::Receipts {
                entries: vec![received, merged],
            }),
        ),
        (
            "push, hub, blank",
            "place 8 came from the parent itself",
            FrameKind::Push(v1::Push { items: vec![blank] }),
        ),
        (
            "hello, holding",
            "a phone that has its grant and the hub's charter",
            FrameKind::Hello(hello),
        ),
        (
            "welcome, short",
            "to a child that holds them: neither is said again",
            FrameKind::Welcome(short),
        ),
    ]
}

fn ending() -> Vec<(&'static str, &'static str, FrameKind)> {
    let fault = v1::Fault {
        code: v1::FaultCode::FaultUnknownPeer.into(),
        retry_ms: 60_000,
        text: "the key of this connection is not enrolled here".to_owned(),
    };
    vec![
        (
            "fault",
            "not enrolled; try again in a minute",
            FrameKind::Fault(fault),
        ),
        ("bye", "nothing more to say", FrameKind::Bye(v1::Bye {})),
    ]
}

fn entries() -> [v1::Entry; 7] {
    let entries: Vec<_> = statements::examples()
        .iter()
        .map(|(_, statement)| statements::entry(statement))
        .collect();
    entries.try_into().unwrap()
}

pub(super) fn golden() -> Value {
    let example = |(name, says, kind): (&str, &str, FrameKind)| {
        let frame = encode_frame(kind);
        json!({
            "name": name,
            "says": says,
            "prefix": hex::encode(prefix(&frame).unwrap()),
            "frame": hex::encode(frame),
        })
    };
    examples().into_iter().map(example).collect()
}

#[test]
fn golden_frames_parse_to_what_they_were() {
    let golden = load("frames.json");
    for (example, (name, _, kind)) in golden.as_array().unwrap().iter().zip(examples()) {
        assert_eq!(example["name"], name);
        assert_eq!(parse_frame(&bytes(example, "frame")).unwrap(), kind);
    }
}

#[test]
fn golden_frames_come_out_of_a_stream_cut_anywhere() {
    let golden = load("frames.json");
    let golden = golden.as_array().unwrap();
    let stream: Vec<u8> = golden
        .iter()
        .flat_map(|example| [bytes(example, "prefix"), bytes(example, "frame")].concat())
        .collect();
    for piece_len in [1, 2, 3, 5, 64, 1_000, stream.len()] {
        let mut reader = FrameReader::new();
        let mut frames = Vec::new();
        for piece in stream.chunks(piece_len) {
            reader.push(piece);
            while let Some(frame) = reader.pull().unwrap() {
                frames.push(frame);
            }
        }
        reader.finish().unwrap();
        assert!(
            frames.iter().eq(golden
                .iter()
                .map(|example| bytes(example, "frame"))
                .collect::<Vec<_>>()
                .iter())
        );
    }
}
