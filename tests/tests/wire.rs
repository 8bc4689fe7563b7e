//! Bad bytes over a real QUIC link to a hub that runs: each ends its own session, or is held with its reason; the others go on.

#![cfg(test)]

use data_encoding::HEXLOWER;
use wangge_model::id::{ActorId, RecordId};
use wangge_model::kind::Facet;
use wangge_model::reason::Reason;
use wangge_model::value::Edit;
use wangge_tests::forger::{Forged, Forger, write_change};
use wangge_tests::stranger::Stranger;
use wangge_tests::{Phone, Room, field, status, until};
use wangge_wire::frame::{FrameKind, encode_frame};
use wangge_wire::invitation::Invitation;
use wangge_wire::limits::{FRAME_LEN_MAX, ITEMS_MAX};
use wangge_wire::v1::{self, FaultCode};

const HUB: &str = "410522100001";
const GRID: &str = "410522100001001";

fn room() -> Room {
    let mut room = Room::new();
    room.init(HUB, "东关社区", None);
    room.director(HUB, "李主任");
    room.run();
    room
}

/// A phone of ours works on, whatever was sent before.
fn others_go_on(room: &Room, phone: &Phone) {
    let saved = phone.save(&["record", "new", "resident", "name=照旧"]);
    phone.sync();
    let shown = phone.show(&saved.record);
    assert_eq!(status(&shown, &saved.commit), "admitted");
    room.wait_count(
        HUB,
        "residents",
        phone.list("resident").len().try_into().unwrap(),
    );
}

fn hello() -> v1::Hello {
    v1::Hello {
        version_min: 1,
        version_max: 1,
        epoch: vec![7; 8],
        agent: "other/1".to_owned(),
        ..v1::Hello::default()
    }
}

type Say = fn(&mut Stranger);

/// What an enrolled device says, and the fault that ends its session.
const WRONG: &[(&str, FaultCode, Say)] = &[
    (
        "a length beyond the limit",
        FaultCode::FaultTooLarge,
        |stranger| {
            let length = u32::try_from(FRAME_LEN_MAX + 1).unwrap();
            stranger.send(&length.to_be_bytes());
        },
    ),
    (
        "the longest length there is",
        FaultCode::FaultTooLarge,
        |stranger| {
            stranger.send(&[0xff; 64]);
        },
    ),
    ("a frame cut short", FaultCode::FaultMalformed, |stranger| {
        let frame = encode_frame(FrameKind::Hello(hello()));
        let length = u32::try_from(frame.len()).unwrap().to_be_bytes();
        stranger.send(&[&length[..], &frame[..frame.len() / 2]].concat());
        stranger.finish();
    }),
    (
        "a length cut short",
        FaultCode::FaultMalformed,
        |stranger| {
            stranger.send(&[0, 0]);
            stranger.finish();
        },
    ),
    (
        "a frame of no kind",
        FaultCode::FaultMalformed,
        |stranger| {
            stranger.send_frame(&[]);
        },
    ),
    (
        "a frame of an unknown kind",
        FaultCode::FaultUnknownFrame,
        |stranger| {
            // Field 31, a message of length 0.
            stranger.send_frame(&[0xfa, 0x01, 0x00]);
        },
    ),
    (
        "bytes that are no protobuf",
        FaultCode::FaultMalformed,
        |stranger| {
            stranger.send_frame(&[0xff; 40]);
        },
    ),
    (
        "more items than allowed",
        FaultCode::FaultTooLarge,
        |stranger| {
            stranger.say(FrameKind::Hello(hello()));
            let items = vec![v1::Item::default(); ITEMS_MAX + 1];
            stranger.say(FrameKind::Push(v1::Push { items }));
        },
    ),
    (
        "a push before hello",
        FaultCode::FaultOutOfOrder,
        |stranger| {
            stranger.say(FrameKind::Push(v1::Push::default()));
        },
    ),
    (
        "a frame that only a hub says",
        FaultCode::FaultOutOfOrder,
        |stranger| {
            stranger.say(FrameKind::Hello(hello()));
            stranger.say(FrameKind::Feed(v1::Feed::default()));
        },
    ),
    (
        "versions that are not spoken here",
        FaultCode::FaultVersion,
        |stranger| {
            stranger.say(FrameKind::Hello(v1::Hello {
                version_min: 2,
                version_max: 9,
                ..hello()
            }));
        },
    ),
];

#[test]
fn a_wrong_frame_ends_its_own_session_with_its_fault() {
    let room = room();
    let phone = Phone::enrolled(&room.invite(HUB, "王芳", GRID));
    let invitation: Invitation = room.invite(HUB, "赵伟", GRID).parse().unwrap();
    let seed = [5; 32];
    let _ = Stranger::dial(&invitation, seed).enrol(invitation.secret);
    for (what, fault, say) in WRONG {
        let mut stranger = Stranger::dial(&invitation, seed);
        say(&mut stranger);
        let (said, code) = stranger.wait_closed();
        assert_eq!(
            code,
            u64::try_from(i32::from(*fault)).unwrap(),
            "{what}: {said:?}"
        );
        assert!(said.is_none() || said == Some(*fault), "{what}: {said:?}");
        others_go_on(&room, &phone);
    }
}

#[test]
fn who_is_not_enrolled_gets_nothing() {
    let room = room();
    let phone = Phone::enrolled(&room.invite(HUB, "王芳", GRID));
    let invitation: Invitation = room.invite(HUB, "赵伟", GRID).parse().unwrap();
    let code = |fault: FaultCode| u64::try_from(i32::from(fault)).unwrap();
    let mut stranger = Stranger::dial(&invitation, [6; 32]);
    stranger.say(FrameKind::Hello(hello()));
    assert_eq!(stranger.wait_closed().1, code(FaultCode::FaultUnknownPeer));
    let mut stranger = Stranger::dial(&invitation, [6; 32]);
    stranger.say(FrameKind::Enrol(v1::Enrol {
        invitation: vec![1; 16],
        ..v1::Enrol::default()
    }));
    assert_eq!(
        stranger.wait_closed().1,
        code(FaultCode::FaultInvitationUnknown)
    );
    // The invitation is good still, and then used.
    let _ = Stranger::dial(&invitation, [6; 32]).enrol(invitation.secret);
    let mut stranger = Stranger::dial(&invitation, [8; 32]);
    stranger.say(FrameKind::Enrol(v1::Enrol {
        invitation: invitation.secret.to_vec(),
        ..v1::Enrol::default()
    }));
    assert_eq!(
        stranger.wait_closed().1,
        code(FaultCode::FaultInvitationUsed)
    );
    others_go_on(&room, &phone);
}

/// How a commit is spoilt. What comes before its signature may name the record of somebody else.
enum Spoil {
    Before(fn(&mut Forged, RecordId)),
    After(fn(&mut v1::Commit)),
}

use Spoil::{After, Before};

/// What a device with another program may try, and why it is held.
const SPOILT: &[(&str, Reason, Spoil)] = &[
    (
        "signature",
        Reason::BadSignature,
        After(|commit| commit.signature[5] ^= 1),
    ),
    (
        "digest",
        Reason::BadDigest,
        After(|commit| commit.parts[0].change[20] ^= 1),
    ),
    (
        "header",
        Reason::Malformed,
        After(|commit| commit.header = vec![1, 2, 3]),
    ),
    (
        "change",
        Reason::BadChange,
        Before(|forged, _| forged.change[20] ^= 1),
    ),
    (
        "author",
        Reason::NotYourMember,
        Before(|forged, _| forged.header.author[3] ^= 1),
    ),
    (
        "device",
        Reason::BadSignature,
        Before(|forged, _| forged.header.device = [9; 32]),
    ),
    (
        "grant",
        Reason::NoGrant,
        Before(|forged, _| forged.header.grant = [9; 32]),
    ),
    (
        "chain",
        Reason::ForkedChain,
        Before(|forged, _| forged.header.prev = Some([5; 32])),
    ),
    (
        "actor",
        Reason::ForeignActor,
        Before(|forged, _| {
            forged.change =
                write_change(ActorId([9; 16]), &[Edit::set(Facet::Open, "name", "冒名")]);
        }),
    ),
    (
        "field",
        Reason::FieldNotAllowed,
        Before(|forged, _| {
            forged.change = write_change(forged.actor, &[Edit::set(Facet::Open, "password", "x")]);
        }),
    ),
    (
        "grid",
        Reason::OutOfArea,
        Before(|forged, _| forged.header.area = "410522100001002".into()),
    ),
    (
        "area",
        Reason::OutOfArea,
        Before(|forged, _| forged.header.area = "410522100002001".into()),
    ),
    (
        "record",
        Reason::RecordExists,
        Before(|forged, other| {
            forged.header.parts[0].record = *other.as_bytes();
        }),
    ),
    (
        "act",
        Reason::ActNotGranted,
        Before(|forged, other| {
            forged.header.act = v1::Act::Settle;
            forged.header.parts[0].record = *other.as_bytes();
        }),
    ),
    (
        "nothing",
        Reason::UnknownRecord,
        Before(|forged, _| forged.header.act = v1::Act::Edit),
    ),
];

#[test]
fn every_bad_commit_is_held_with_its_reason_and_the_next_one_passes() {
    let room = room();
    let phone = Phone::enrolled(&room.invite(HUB, "王芳", GRID));
    let victim = phone
        .save(&["record", "new", "resident", "name=张秀英"])
        .record;
    phone.sync();
    let other: RecordId = victim.parse().unwrap();
    let mut forger = Forger::enrolled(&room.invite(HUB, "赵伟", GRID), 5);
    let fine = forger.push(|_| {}, |_| {});
    assert_eq!(forger.verdict(fine), 0);
    let mut held = Vec::new();
    for (what, reason, spoil) in SPOILT {
        let commit = match spoil {
            Before(spoil) => forger.push(|forged| spoil(forged, other), |_| {}),
            After(spoil) => forger.push(|_| {}, spoil),
        };
        held.push((*what, *reason, commit));
    }
    for (what, reason, commit) in &held {
        let told = forger.verdict(*commit);
        assert_eq!(Reason::from_u32(told), Some(*reason), "{what}");
    }
    let last = forger.push(|_| {}, |_| {});
    assert_eq!(forger.verdict(last), 0);
    // Each waits for the director, with its reason and what to do, and has entered nothing.
    let review = until("each held commit waits for the director", || {
        let review = room.review(HUB)?;
        (review["held_total"] == held.len()).then_some(review)
    });
    let rows = review["held"].as_array().unwrap();
    for (what, reason, commit) in &held {
        let id = HEXLOWER.encode(commit);
        let row = rows.iter().find(|row| row["commit"] == id).unwrap();
        assert_eq!(row["reason"]["code"], reason.word(), "{what}");
        assert_ne!(row["reason"]["remedy"]["zh"], "", "{what}");
    }
    room.wait_count(HUB, "residents", 3);
    phone.sync();
    let shown = phone.show(&victim);
    assert_eq!(field(&shown, "name")["value"], "张秀英");
    assert_eq!(shown["history"].as_array().map(Vec::len), Some(1));
    phone.save(&["record", "set", &victim, "note=照旧"]);
    others_go_on(&room, &phone);
}

#[test]
fn a_director_takes_a_held_commit_over_or_declines_it() {
    let mut room = room();
    let phone = Phone::enrolled(&room.invite(HUB, "王芳", GRID));
    let victim = phone
        .save(&["record", "new", "resident", "name=张秀英"])
        .record;
    phone.sync();
    let record = *victim.parse::<RecordId>().unwrap().as_bytes();
    let mut forger = Forger::enrolled(&room.invite(HUB, "赵伟", GRID), 5);
    // It changes a name, and calls it a settlement: a grid member may not.
    let settle = |forged: &mut Forged| {
        forged.header.act = v1::Act::Settle;
        forged.header.parts[0].record = record;
    };
    let taken = forger.push(settle, |_| {});
    let left = forger.push(settle, |_| {});
    for commit in [taken, left] {
        assert_eq!(
            Reason::from_u32(forger.verdict(commit)),
            Some(Reason::ActNotGranted)
        );
    }
    room.wait_count(HUB, "held", 2);
    let id = |commit: [u8; 32]| HEXLOWER.encode(&commit);
    room.decide(HUB, &["decline", &id(left)[..16], "--reason", "wrong"]);
    room.decide(HUB, &["adopt", &id(taken)]);
    room.wait_count(HUB, "held", 0);
    assert_eq!(room.review(HUB), None);
    phone.sync();
    let shown = phone.show(&victim);
    assert_eq!(field(&shown, "name")["value"], "第0户");
    // Decided is decided.
    let again = room.ask(&["review", "--hub", HUB, "adopt", &id(left)]);
    assert_eq!(again.code, Some(1), "{again:?}");
    room.stop();
    let held = room.export(HUB, "residents");
    assert_eq!(held.len(), 1);
}
