//! Golden commits: a creation over two facets, an edit after it, a step's header with evidence, a declining one.

use prost::Message as _;
use serde_json::{Value, json};

use super::{AREA, INCARNATION, MEMBER, NOW_MS, RECORD, array, bytes, device, load};
use crate::Signer;
use crate::commit::{
    Header, Moves, PartRef, Withheld, commit_id, encode_header, open_commit, parse_header,
    part_digest, sign_commit,
};
use crate::v1::{self, Act, Facet};

/// automerge's change that puts name 王芳, sex "2" and birth_year 1990.
const OPEN_CHANGE: &str = "856f4a836cbd7cbf014f001049df5254c5c9d003ce530f465a01ae95010180f7c4d5060000061515340142025604570970027d0a62697274685f79656172046e616d65037365780303017d246616c60fe78e8be88ab3320300";
/// automerge's change that puts an id_number (a well-known specimen).
const IDENTITY_CHANGE: &str = "856f4a83e1b67df4014d001049df5254c5c9d003ce530f465a01ae95010180f7c4d506000006150b340142025603571270027f0969645f6e756d626572017f017fa6023131303130353139343931323331303032587f00";
/// automerge's change that puts residence "11" and deletes birth_year.
const EDIT_CHANGE: &str = "856f4a83e15832e40172016cbd7cbf6917cc356a8e638224b5c83a953c0d5d8ebd5a2fca1f5112d027458c1049df5254c5c9d003ce530f465a01ae950204bcf7c4d506000008151634014203560357027003710273027e0a62697274685f79656172097265736964656e6365027e03017e002631317e01007f007f01";

/// What a golden commit is made of.
pub(super) struct Golden {
    pub(super) name: &'static str,
    pub(super) commit: v1::Commit,
}

fn part(salt: u8, change: &str) -> v1::Part {
    v1::Part {
        salt: vec![salt; 16],
        change: hex::decode(change).unwrap(),
    }
}

fn part_ref(facet: Facet, part: &v1::Part) -> PartRef {
    PartRef {
        record: RECORD,
        kind: 1,
        facet,
        branch: 0,
        digest: part_digest(part.salt.as_slice().try_into().unwrap(), &part.change),
    }
}

fn header(device_seq: u64, prev: Option<[u8; 32]>, act: Act, parts: Vec<PartRef>) -> Header {
    let passed_ms = i64::try_from(device_seq - 1).unwrap() * 60_000;
    Header {
        device: device().public(),
        incarnation: INCARNATION,
        device_seq,
        prev,
        author: MEMBER,
        grant: [0x77; 32],
        act,
        hlc: u64::try_from(NOW_MS + passed_ms).unwrap() << 16 | 3,
        stated_ms: NOW_MS + passed_ms,
        schema: 1,
        area: AREA.to_owned(),
        parts,
        evidence: None,
        reason: 0,
        moves: None,
    }
}

fn signed(name: &'static str, header: &Header, parts: Vec<v1::Part>) -> Golden {
    let bytes = encode_header(header);
    let signature = sign_commit(&device(), &bytes).to_vec();
    Golden {
        name,
        commit: v1::Commit {
            header: bytes,
            signature,
            parts,
        },
    }
}

pub(super) fn examples() -> Vec<Golden> {
    let (open, identity) = (part(0x51, OPEN_CHANGE), part(0x52, IDENTITY_CHANGE));
    let refs = vec![
        part_ref(Facet::Open, &open),
        part_ref(Facet::Identity, &identity),
    ];
    let create = signed(
        "create",
        &header(1, None, Act::Create, refs),
        vec![open, identity],
    );
    let edit = part(0x53, EDIT_CHANGE);
    let prev = commit_id(&create.commit.header);
    let edit = signed(
        "edit",
        &header(2, Some(prev), Act::Edit, vec![part_ref(Facet::Open, &edit)]),
        vec![edit],
    );
    let prev = commit_id(&edit.commit.header);
    let decline = Header {
        evidence: Some([0x99; 32]),
        reason: v1::Reason::DeclinedDuplicate as u32,
        ..header(3, Some(prev), Act::Decline, Vec::new())
    };
    let decline = signed("decline", &decline, Vec::new());
    let withheld = Golden {
        name: "create, its identity part withheld",
        commit: v1::Commit {
            parts: vec![create.commit.parts[0].clone(), v1::Part::default()],
            ..create.commit.clone()
        },
    };
    vec![create, edit, decline, withheld]
}

/// A move of two records, as the next act of the same chain.
fn moves() -> Golden {
    let prev = commit_id(&examples()[2].commit.header);
    let header = Header {
        moves: Some(Moves {
            to_area: "410522001001002".to_owned(),
            records: vec![
                RECORD,
                *b"\x01\x99\x6a\x2f\x20\x00\x70\x02\x80\x00rec\0\0\x02",
            ],
        }),
        ..header(4, Some(prev), Act::Move, Vec::new())
    };
    signed("move", &header, Vec::new())
}

fn says(header: &Header) -> Value {
    let part = |part: &PartRef| {
        json!({
            "record": hex::encode(part.record),
            "kind": part.kind,
            "facet": part.facet.as_str_name(),
            "branch": part.branch,
            "digest": hex::encode(part.digest),
        })
    };
    json!({
        "device": hex::encode(header.device),
        "incarnation": hex::encode(header.incarnation),
        "device_seq": header.device_seq,
        "prev": header.prev.map(hex::encode),
        "author": hex::encode(header.author),
        "grant": hex::encode(header.grant),
        "act": header.act.as_str_name(),
        "hlc": header.hlc.to_string(),
        "stated_ms": header.stated_ms,
        "schema": header.schema,
        "area": header.area,
        "parts": header.parts.iter().map(part).collect::<Vec<_>>(),
        "evidence": header.evidence.map(hex::encode),
        "reason": header.reason,
    })
}

fn example(golden: &Golden) -> Value {
    let commit = &golden.commit;
    let part = |part: &v1::Part| json!({ "salt": hex::encode(&part.salt), "change": hex::encode(&part.change) });
    json!({
        "name": golden.name,
        "says": says(&parse_header(&commit.header).unwrap()),
        "header": hex::encode(&commit.header),
        "id": hex::encode(commit_id(&commit.header)),
        "signature": hex::encode(&commit.signature),
        "parts": commit.parts.iter().map(part).collect::<Vec<_>>(),
        "commit": hex::encode(commit.encode_to_vec()),
    })
}

pub(super) fn golden() -> Value {
    examples().iter().map(example).collect()
}

pub(super) fn golden_moves() -> Value {
    let golden = moves();
    let moves = parse_header(&golden.commit.header).unwrap().moves.unwrap();
    let mut example = example(&golden);
    example["says"]["to_area"] = json!(moves.to_area);
    example["says"]["moved"] = moves.records.iter().map(hex::encode).collect();
    json!([example])
}

#[test]
fn a_golden_move_opens_and_says_what_it_says() {
    let file = load("moves.json");
    let commit = v1::Commit::decode(bytes(&file[0], "commit").as_slice()).unwrap();
    let opened = open_commit(&commit, Withheld::Refused).unwrap();
    assert_eq!(opened.id, array(&file[0], "id"));
    assert_eq!(encode_header(&opened.header), bytes(&file[0], "header"));
    let moves = opened.header.moves.unwrap();
    assert_eq!(file[0]["says"]["to_area"], moves.to_area);
    assert_eq!(moves.records[0], RECORD);
}

#[test]
fn golden_commits_open_and_say_what_they_say() {
    for example in load("commits.json").as_array().unwrap() {
        let commit = v1::Commit::decode(bytes(example, "commit").as_slice()).unwrap();
        let opened = open_commit(&commit, Withheld::Allowed).unwrap();
        assert_eq!(opened.id, array(example, "id"));
        assert_eq!(says(&opened.header), example["says"]);
        assert_eq!(encode_header(&opened.header), bytes(example, "header"));
        assert_eq!(
            opened.withheld,
            example["name"].as_str().unwrap().contains("withheld")
        );
        assert_eq!(
            open_commit(&commit, Withheld::Refused).is_err(),
            opened.withheld
        );
    }
}
