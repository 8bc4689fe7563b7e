use proptest::prelude::*;

use super::*;
use crate::v1::Reason;
use crate::{KeySigner, Signer};

fn device() -> KeySigner {
    KeySigner::from_seed(&[1; 32])
}

/// A good commit of one part.
fn commit() -> (Header, v1::Commit) {
    let part = v1::Part {
        salt: vec![5; 16],
        change: vec![7; 40],
    };
    let header = Header {
        device: device().public(),
        incarnation: [2; 8],
        device_seq: 1,
        prev: None,
        author: [3; 16],
        grant: [4; 32],
        act: Act::Create,
        hlc: 1 << 16,
        stated_ms: -5,
        schema: 1,
        area: "410522001".to_owned(),
        parts: vec![PartRef {
            record: [6; 16],
            kind: 2,
            facet: Facet::Open,
            branch: 0,
            digest: part_digest(&[5; 16], &part.change),
        }],
        evidence: None,
        reason: 0,
        moves: None,
    };
    let bytes = encode_header(&header);
    let signature = sign_commit(&device(), &bytes).to_vec();
    (
        header,
        v1::Commit {
            header: bytes,
            signature,
            parts: vec![part],
        },
    )
}

/// Encodes the good header with one field changed, past the typed face.
fn spoilt(spoil: impl FnOnce(&mut v1::Header)) -> Result<Header, WireError> {
    let mut raw = v1::Header::decode(commit().1.header.as_slice()).unwrap();
    spoil(&mut raw);
    parse_header(&raw.encode_to_vec())
}

fn line(result: Result<Header, WireError>) -> String {
    result.unwrap_err().line()
}

#[test]
fn a_good_commit_opens() {
    let (header, commit) = commit();
    let opened = open_commit(&commit, Withheld::Refused).unwrap();
    assert_eq!(
        opened,
        Opened {
            id: commit_id(&commit.header),
            header,
            withheld: false
        }
    );
}

#[test]
fn each_length_is_checked_and_named() {
    assert_eq!(
        line(spoilt(|h| h.device = vec![1; 31])),
        "device is 31 bytes long, it must be 32"
    );
    assert_eq!(
        line(spoilt(|h| h.incarnation = vec![1; 9])),
        "incarnation is 9 bytes long, it must be 8"
    );
    assert_eq!(
        line(spoilt(|h| h.author = vec![])),
        "author is 0 bytes long, it must be 16"
    );
    assert_eq!(
        line(spoilt(|h| h.grant = vec![1; 33])),
        "grant is 33 bytes long, it must be 32"
    );
    assert_eq!(
        line(spoilt(|h| h.parts[0].record = vec![1; 15])),
        "part 0: record is 15 bytes long, it must be 16"
    );
    assert_eq!(
        line(spoilt(|h| h.parts[0].digest = vec![1; 31])),
        "part 0: digest is 31 bytes long, it must be 32"
    );
}

#[test]
fn a_chain_begins_without_a_previous_and_goes_on_with_one() {
    assert_eq!(line(spoilt(|h| h.device_seq = 0)), "device_seq is missing");
    assert_eq!(
        line(spoilt(|h| h.prev = vec![1; 32])),
        "prev must not stand here"
    );
    assert_eq!(line(spoilt(|h| h.device_seq = 2)), "prev is missing");
    let second = spoilt(|h| {
        h.device_seq = 2;
        h.prev = vec![9; 32];
    });
    assert_eq!(second.unwrap().prev, Some([9; 32]));
}

#[test]
fn areas_are_codes() {
    for good in ["410522", "410522001", "410522001001", "410522001001001"] {
        assert!(spoilt(|h| h.area = good.to_owned()).is_ok());
    }
    for bad in [
        "",
        "41",
        "4105220",
        "41052200100100",
        "41052x",
        "４１０５２２",
        "4105220010010010",
    ] {
        let error = spoilt(|h| h.area = bad.to_owned()).unwrap_err();
        assert!(
            matches!(error, WireError::Form { what: "area", .. }),
            "{bad}: {error:?}"
        );
    }
}

#[test]
fn what_a_newer_program_wrote_is_not_guessed_at() {
    for spoil in [
        (|h: &mut v1::Header| h.format = 2) as fn(&mut v1::Header),
        |h| h.suite = 2,
        |h| h.act = 99,
        |h| h.parts[0].facet = 99,
        |h| h.parts[0].kind = 256,
    ] {
        assert_eq!(spoilt(spoil).unwrap_err().reason(), Reason::UnknownFormat);
    }
    assert_eq!(line(spoilt(|h| h.act = 0)), "act is missing");
}

#[test]
fn a_field_of_a_newer_program_is_passed_over_and_kept_in_the_bytes() {
    let mut bytes = commit().1.header;
    bytes.extend_from_slice(&[0xf8, 0x07, 0x01]);
    assert_eq!(parse_header(&bytes).unwrap(), commit().0);
    assert_ne!(commit_id(&bytes), commit_id(&commit().1.header));
}

#[test]
fn evidence_reason_and_parts_stand_with_their_acts() {
    assert_eq!(
        line(spoilt(|h| h.evidence = vec![1; 32])),
        "evidence must not stand here"
    );
    assert_eq!(
        line(spoilt(|h| h.reason = 64)),
        "reason must not stand here"
    );
    assert_eq!(line(spoilt(|h| h.parts.clear())), "parts is missing");
    assert_eq!(
        line(spoilt(|h| h.act = Act::Adopt.into())),
        "evidence is missing"
    );
    let decline = |h: &mut v1::Header| {
        h.act = Act::Decline.into();
        h.evidence = vec![1; 32];
        h.reason = 64;
    };
    assert_eq!(line(spoilt(decline)), "parts must not stand here");
    let decline = spoilt(|h| {
        decline(h);
        h.parts.clear();
    });
    assert_eq!(decline.unwrap().reason, 64);
}

#[test]
fn a_move_names_its_records_and_where_they_go() {
    let moving = |h: &mut v1::Header| {
        h.act = Act::Move.into();
        h.parts.clear();
        h.to_area = "410522002".to_owned();
        h.moved = vec![vec![7; 16], vec![8; 16]];
    };
    let moves = spoilt(moving).unwrap().moves.unwrap();
    assert_eq!(
        (moves.to_area.as_str(), moves.records.as_slice()),
        ("410522002", &[[7; 16], [8; 16]][..])
    );
    let bad = |spoil: fn(&mut v1::Header)| {
        line(spoilt(|h| {
            moving(h);
            spoil(h);
        }))
    };
    assert_eq!(bad(|h| h.to_area.clear()), "to_area is missing");
    assert_eq!(bad(|h| h.moved.clear()), "moved is missing");
    assert!(bad(|h| h.to_area = h.area.clone()).contains("to_area"));
    assert!(bad(|h| h.moved.push(vec![7; 16])).contains("moved 2"));
    assert!(bad(|h| h.moved.push(vec![7; 15])).contains("moved 2"));
    assert!(bad(|h| h.to_area = "4105".to_owned()).contains("to_area"));
    let many = spoilt(|h| {
        moving(h);
        h.moved = (0..=64).map(|n| vec![n; 16]).collect();
    });
    assert_eq!(many.unwrap_err().reason(), Reason::TooLarge);
    assert_eq!(
        line(spoilt(|h| h.moved = vec![vec![7; 16]])),
        "moved must not stand here"
    );
    assert_eq!(
        line(spoilt(|h| h.to_area = "410522002".to_owned())),
        "to_area must not stand here"
    );
}

#[test]
fn parts_are_few_and_each_of_another_facet() {
    let many = spoilt(|h| h.parts = vec![h.parts[0].clone(); limits::PARTS_MAX + 1]);
    assert_eq!(many.unwrap_err().reason(), Reason::TooLarge);
    assert_eq!(
        line(spoilt(|h| h.parts.push(h.parts[0].clone()))),
        "part 1: facet of a record stands there more than 1 times"
    );
    let two = spoilt(|h| {
        h.parts.push(v1::PartRef {
            record: vec![8; 16],
            ..h.parts[0].clone()
        });
    });
    assert_eq!(two.unwrap().parts.len(), 2);
}

#[test]
fn caps_hold_at_their_edge() {
    let padded = |len: usize| {
        let mut bytes = commit().1.header;
        // A field of a newer program, as long as it takes.
        let pad = len - bytes.len() - 4;
        bytes.extend_from_slice(&[
            0xfa,
            0x07,
            u8::try_from(pad & 0x7f).unwrap() | 0x80,
            u8::try_from(pad >> 7).unwrap(),
        ]);
        bytes.resize(len, 0);
        parse_header(&bytes)
    };
    assert!(padded(limits::HEADER_LEN_MAX).is_ok());
    assert_eq!(
        padded(limits::HEADER_LEN_MAX + 1).unwrap_err().reason(),
        Reason::TooLarge
    );
    for (len, fits) in [
        (limits::CHANGE_LEN_MAX, true),
        (limits::CHANGE_LEN_MAX + 1, false),
    ] {
        let (mut header, mut commit) = commit();
        commit.parts[0].change = vec![7; len];
        header.parts[0].digest = part_digest(&[5; 16], &commit.parts[0].change);
        commit.header = encode_header(&header);
        commit.signature = sign_commit(&device(), &commit.header).to_vec();
        let opened = open_commit(&commit, Withheld::Refused);
        assert_eq!(
            opened.as_ref().err().map(WireError::reason),
            (!fits).then_some(Reason::TooLarge)
        );
    }
}

#[test]
fn a_part_that_is_not_the_signed_one_is_found() {
    for spoil in [
        (|c: &mut v1::Commit| c.parts[0].change[3] ^= 1) as fn(&mut v1::Commit),
        |c| c.parts[0].salt[0] ^= 1,
    ] {
        let mut commit = commit().1;
        spoil(&mut commit);
        assert_eq!(
            open_commit(&commit, Withheld::Allowed),
            Err(WireError::Digest { part: 0 })
        );
    }
}

#[test]
fn only_a_parent_may_withhold_a_part() {
    let mut commit = commit().1;
    commit.parts[0] = v1::Part::default();
    assert!(open_commit(&commit, Withheld::Allowed).unwrap().withheld);
    assert_eq!(
        open_commit(&commit, Withheld::Refused)
            .unwrap_err()
            .reason(),
        Reason::Malformed
    );
    commit.parts.clear();
    assert_eq!(
        open_commit(&commit, Withheld::Allowed)
            .unwrap_err()
            .reason(),
        Reason::Malformed
    );
}

#[test]
fn a_signature_is_the_devices_over_this_header() {
    let good = commit().1;
    let mut other_header = good.clone();
    other_header.header = encode_header(&Header {
        stated_ms: 6,
        ..commit().0
    });
    let mut other_device = good.clone();
    other_device.signature = sign_commit(&KeySigner::from_seed(&[9; 32]), &good.header).to_vec();
    let mut other_domain = good.clone();
    other_domain.signature = crate::statement::sign_statement(&device(), &good.header).to_vec();
    for bad in [other_header, other_device, other_domain] {
        assert_eq!(
            open_commit(&bad, Withheld::Refused).unwrap_err().reason(),
            Reason::BadSignature
        );
    }
    let mut short = good;
    short.signature.pop();
    assert!(matches!(
        open_commit(&short, Withheld::Refused),
        Err(WireError::Length { len: 63, .. })
    ));
}

#[test]
fn a_small_order_key_signs_nothing() {
    // Under the neutral point a lax verifier takes one signature for every message.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    assert!(verify_commit(&neutral, &[7; 32], &signature).is_err());
}

#[test]
fn no_two_lines_share_an_actor() {
    let base = derive_actor(&[1; 32], &[2; 8], 0);
    for other in [
        derive_actor(&[3; 32], &[2; 8], 0),
        derive_actor(&[1; 32], &[3; 8], 0),
        derive_actor(&[1; 32], &[2; 8], 1),
    ] {
        assert_ne!(base, other);
    }
}

fn part_refs() -> impl Strategy<Value = Vec<PartRef>> {
    let one = (
        any::<[u8; 16]>(),
        1..=255_u8,
        1..=5_i32,
        any::<u32>(),
        any::<[u8; 32]>(),
    )
        .prop_map(|(record, kind, facet, branch, digest)| PartRef {
            record,
            kind,
            facet: Facet::try_from(facet).unwrap(),
            branch,
            digest,
        });
    proptest::collection::vec(one, 1..=limits::PARTS_MAX)
}

fn headers() -> impl Strategy<Value = Header> {
    let fixed = (
        any::<[u8; 32]>(),
        any::<[u8; 8]>(),
        any::<[u8; 16]>(),
        any::<[u8; 32]>(),
        any::<[u8; 32]>(),
    );
    let numbers = (
        1..=u64::MAX,
        1..=u64::MAX,
        any::<i64>(),
        1..=u32::MAX,
        1..=7_i32,
        1..=u32::MAX,
    );
    let area = prop_oneof!["[0-9]{6}", "[0-9]{9}", "[0-9]{12}", "[0-9]{15}"];
    (fixed, numbers, area, part_refs()).prop_map(|(fixed, numbers, area, parts)| {
        let (device, incarnation, author, grant, id) = fixed;
        let (device_seq, hlc, stated_ms, schema, act, reason) = numbers;
        let act = Act::try_from(act).unwrap();
        let (decline, moves) = (act == Act::Decline, act == Act::Move);
        let to_area = if area == "410522" { "410523" } else { "410522" };
        Header {
            device,
            incarnation,
            device_seq,
            prev: (device_seq > 1).then_some(id),
            author,
            grant,
            act,
            hlc,
            stated_ms,
            schema,
            area,
            parts: if decline || moves { Vec::new() } else { parts },
            evidence: (decline || act == Act::Adopt).then_some(id),
            reason: if decline { reason } else { 0 },
            moves: moves.then(|| Moves {
                to_area: to_area.to_owned(),
                records: vec![author, [7; 16]],
            }),
        }
    })
}

proptest! {
    #[test]
    fn what_is_encoded_is_parsed(header in headers()) {
        prop_assert_eq!(parse_header(&encode_header(&header)).unwrap(), header);
    }

    #[test]
    fn no_bytes_panic(bytes: Vec<u8>) {
        parse_header(&bytes).ok();
    }

    #[test]
    fn a_mutated_commit_is_refused_or_is_the_same(at: prop::sample::Index, to: u8) {
        let good = commit().1;
        let mut bytes = good.encode_to_vec();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(mutated) = v1::Commit::decode(bytes.as_slice())
            && open_commit(&mutated, Withheld::Refused).is_ok()
        {
            prop_assert_eq!(mutated, good);
        }
    }
}
