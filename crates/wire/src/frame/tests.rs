use proptest::prelude::*;

use super::*;
use crate::v1::FaultCode;

fn push(items: Vec<v1::Item>) -> Vec<u8> {
    encode_frame(FrameKind::Push(v1::Push { items }))
}

fn item(place: u64) -> v1::Item {
    v1::Item {
        place,
        what: Some(v1::item::What::Commit(v1::Commit::default())),
    }
}

fn entry() -> v1::Entry {
    v1::Entry {
        statement: vec![1],
        signature: vec![2],
        commit: None,
    }
}

fn hello() -> v1::Hello {
    v1::Hello {
        version_min: 1,
        version_max: 1,
        epoch: vec![1; 8],
        ..v1::Hello::default()
    }
}

fn refusal(bytes: &[u8]) -> (FaultCode, String) {
    let error = parse_frame(bytes).unwrap_err();
    (error.fault_code(), error.line())
}

fn malformed(kind: FrameKind) -> String {
    let (code, line) = refusal(&encode_frame(kind));
    assert_eq!(code, FaultCode::FaultMalformed, "{line}");
    line
}

#[test]
fn a_frame_has_exactly_one_known_kind() {
    assert_eq!(
        refusal(&[]),
        (
            FaultCode::FaultMalformed,
            "frame kind is missing".to_owned()
        )
    );
    // Field 99, an empty message.
    assert_eq!(
        refusal(&[0x9a, 0x06, 0x00]),
        (
            FaultCode::FaultUnknownFrame,
            "frame of unknown kind 99".to_owned()
        )
    );
    let bye = encode_frame(FrameKind::Bye(v1::Bye {}));
    let (code, line) = refusal(&[bye.clone(), bye.clone()].concat());
    assert_eq!(
        (code, line.as_str()),
        (
            FaultCode::FaultTooLarge,
            "frame kind stands there more than 1 times"
        )
    );
    let with_a_newer_field = [bye, vec![0x9a, 0x06, 0x00]].concat();
    assert_eq!(
        parse_frame(&with_a_newer_field),
        Ok(FrameKind::Bye(v1::Bye {}))
    );
}

#[test]
fn a_frame_that_is_cut_or_no_protobuf_is_malformed() {
    let whole = push(vec![item(1), item(2)]);
    for len in 1..whole.len() {
        assert_eq!(
            refusal(&whole[..len]).0,
            FaultCode::FaultMalformed,
            "cut at {len}"
        );
    }
    for bytes in [
        &[0xff][..],
        &[0x0b, 0x0c],
        &[0x18, 0x01],
        &[0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f],
    ] {
        assert_eq!(refusal(bytes).0, FaultCode::FaultMalformed, "{bytes:?}");
    }
}

#[test]
fn items_are_counted_before_they_are_read() {
    assert!(parse_frame(&push((1..=512).map(item).collect())).is_ok());
    let (code, line) = refusal(&push((1..=513).map(item).collect()));
    assert_eq!(
        (code, line.as_str()),
        (
            FaultCode::FaultTooLarge,
            "push 0: item stands there more than 512 times"
        )
    );
    // Half a million empty items, two bytes each.
    let mut bomb = vec![0x1a, 0x80, 0x80, 0x3c];
    bomb.extend(std::iter::repeat_n([0x0a, 0x00], 0xf_0000 / 2).flatten());
    assert_eq!(refusal(&bomb).0, FaultCode::FaultTooLarge);
}

#[test]
fn parts_and_what_stands_once_are_counted_too() {
    let parts = |count| {
        let commit = v1::Commit {
            parts: vec![v1::Part::default(); count],
            ..v1::Commit::default()
        };
        push(vec![v1::Item {
            place: 1,
            what: Some(v1::item::What::Commit(commit)),
        }])
    };
    assert!(parse_frame(&parts(limits::PARTS_MAX)).is_ok());
    let (code, line) = refusal(&parts(limits::PARTS_MAX + 1));
    assert_eq!(
        (code, line.as_str()),
        (
            FaultCode::FaultTooLarge,
            "push 0: item 0: commit 0: part stands there more than 16 times"
        )
    );
    // An item with two commits: a decoder would merge their parts.
    let twice = [0x1a, 0x08, 0x0a, 0x06, 0x08, 0x01, 0x12, 0x00, 0x12, 0x00];
    assert_eq!(
        refusal(&twice).1,
        "push 0: item 0: commit stands there more than 1 times"
    );
}

#[test]
fn a_bad_commit_does_not_spoil_its_frame() {
    let bad = v1::Commit {
        header: vec![0xff; limits::HEADER_LEN_MAX + 1],
        signature: vec![1],
        parts: vec![],
    };
    let frame = push(vec![
        v1::Item {
            place: 1,
            what: Some(v1::item::What::Commit(bad)),
        },
        item(2),
    ]);
    let FrameKind::Push(push) = parse_frame(&frame).unwrap() else {
        unreachable!()
    };
    assert_eq!(push.items.len(), 2);
}

#[test]
fn each_kind_is_checked() {
    let hello_with = |spoil: fn(&mut v1::Hello)| {
        let mut hello = hello();
        spoil(&mut hello);
        malformed(FrameKind::Hello(hello))
    };
    assert_eq!(
        hello_with(|h| h.epoch.clear()),
        "epoch is 0 bytes long, it must be 8"
    );
    assert_eq!(
        hello_with(|h| h.parent_epoch = vec![1; 7]),
        "parent_epoch is 7 bytes long, it must be 8"
    );
    assert_eq!(
        hello_with(|h| h.version_min = 2),
        "version_min is not between 1 and version_max"
    );
    assert_eq!(
        malformed(FrameKind::Welcome(v1::Welcome {
            epoch: vec![1; 8],
            ..v1::Welcome::default()
        })),
        "version is missing"
    );
    assert_eq!(
        malformed(FrameKind::Push(v1::Push {
            items: vec![item(1), item(0)]
        })),
        "item 1: place is missing"
    );
    let empty = v1::Item {
        place: 1,
        what: None,
    };
    assert_eq!(
        malformed(FrameKind::Push(v1::Push { items: vec![empty] })),
        "item 0: commit or entry is missing"
    );
    let receipt = v1::Entry {
        commit: Some(v1::Commit::default()),
        ..entry()
    };
    assert_eq!(
        malformed(FrameKind::Receipts(v1::Receipts {
            entries: vec![receipt]
        })),
        "entry 0: commit must not stand here"
    );
    assert_eq!(
        malformed(FrameKind::Enrol(v1::Enrol::default())),
        "invitation is 0 bytes long, it must be 16"
    );
    assert_eq!(
        malformed(FrameKind::Enrolled(v1::Enrolled::default())),
        "entry is missing"
    );
}

#[test]
fn texts_are_short_and_a_newer_fault_passes() {
    let longer = |len: usize| "x".repeat(len + 1);
    let agent = v1::Hello {
        agent: longer(limits::AGENT_LEN_MAX),
        ..hello()
    };
    assert_eq!(
        refusal(&encode_frame(FrameKind::Hello(agent))).0,
        FaultCode::FaultTooLarge
    );
    let fault = v1::Fault {
        text: longer(limits::FAULT_TEXT_LEN_MAX),
        ..v1::Fault::default()
    };
    assert_eq!(
        refusal(&encode_frame(FrameKind::Fault(fault))).0,
        FaultCode::FaultTooLarge
    );
    let newer = v1::Fault {
        code: 1_000,
        ..v1::Fault::default()
    };
    assert!(parse_frame(&encode_frame(FrameKind::Fault(newer))).is_ok());
}

#[test]
fn a_feeds_places_grow_between_its_two_cursors() {
    let feed = |after, places: &[u64], cursor| {
        let items = places
            .iter()
            .map(|place| v1::FeedItem {
                place: *place,
                entry: Some(entry()),
            })
            .collect();
        FrameKind::Feed(v1::Feed {
            items,
            cursor,
            after,
            more: false,
        })
    };
    for good in [
        feed(0, &[], 0),
        feed(3, &[4, 9], 9),
        feed(3, &[4], 100),
        feed(5, &[], 9),
    ] {
        assert!(parse_frame(&encode_frame(good)).is_ok());
    }
    assert_eq!(
        malformed(feed(3, &[3], 9)),
        "item 0: place is not beyond the one before"
    );
    assert_eq!(
        malformed(feed(3, &[5, 4], 9)),
        "item 1: place is not beyond the one before"
    );
    assert_eq!(
        malformed(feed(3, &[5], 4)),
        "cursor is not at or beyond the last item"
    );
    let bare = v1::Feed {
        items: vec![v1::FeedItem {
            place: 1,
            entry: None,
        }],
        cursor: 1,
        ..v1::Feed::default()
    };
    assert_eq!(malformed(FrameKind::Feed(bare)), "item 0: entry is missing");
}

#[test]
fn a_length_beyond_the_limit_is_refused_at_its_fourth_byte() {
    let mut reader = FrameReader::new();
    reader.push(&[0x00, 0x10, 0x00]);
    assert_eq!(reader.pull(), Ok(None));
    reader.push(&[0x01]);
    let refused = Err(WireError::TooLong {
        what: "frame",
        len: limits::FRAME_LEN_MAX + 1,
        max: limits::FRAME_LEN_MAX,
    });
    assert_eq!(reader.pull(), refused);
    assert_eq!(
        prefix(&vec![0; limits::FRAME_LEN_MAX]),
        Ok([0x00, 0x10, 0x00, 0x00])
    );
    assert!(prefix(&vec![0; limits::FRAME_LEN_MAX + 1]).is_err());
}

#[test]
fn a_stream_may_end_only_between_frames() {
    let mut reader = FrameReader::new();
    assert_eq!(reader.finish(), Ok(()));
    reader.push(&[0, 0, 0, 1]);
    assert_eq!(reader.finish(), Err(WireError::Truncated { len: 4 }));
    reader.push(&[9]);
    assert_eq!(reader.pull(), Ok(Some(vec![9])));
    assert_eq!(reader.finish(), Ok(()));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes: Vec<u8>) {
        parse_frame(&bytes).ok();
    }

    #[test]
    fn no_mutated_golden_frame_panics(which: prop::sample::Index, flips: Vec<(prop::sample::Index, u8)>) {
        let mut frames = crate::golden::frames();
        let mut bytes = frames.swap_remove(which.index(frames.len()));
        for (at, to) in flips {
            let at = at.index(bytes.len().max(1));
            if let Some(byte) = bytes.get_mut(at) {
                *byte = to;
            }
        }
        parse_frame(&bytes).ok();
    }

    #[test]
    fn what_the_scan_takes_the_decoder_takes_and_no_more(bytes: Vec<u8>) {
        // The scan may refuse what a decoder takes (groups), never count less than it.
        if scan::check_counts(&bytes).is_ok() && let Ok(frame) = v1::Frame::decode(bytes.as_slice()) {
            prop_assert!(frame.kind.is_some());
        }
    }

    #[test]
    fn a_stream_cut_anywhere_gives_its_frames(frames: Vec<Vec<u8>>, piece_len in 1_usize..100) {
        let stream: Vec<u8> = frames.iter().flat_map(|frame| [prefix(frame).unwrap().to_vec(), frame.clone()].concat()).collect();
        let mut reader = FrameReader::new();
        let mut got = Vec::new();
        for piece in stream.chunks(piece_len) {
            reader.push(piece);
            while let Some(frame) = reader.pull().unwrap() {
                got.push(frame);
            }
        }
        prop_assert_eq!(got, frames);
    }
}
