//! A commit's header, id, digests, signature and derived actors. Layout and formulas: `proto/wangge/v1/commit.proto`.

use std::collections::BTreeSet;

use prost::Message as _;

use crate::digest::sha256;
use crate::field::{area, at_most, fixed, kind_number, known, optional, previous};
use crate::sign::{self, Signer, signed_bytes};
use crate::v1::{self, Act, Facet};
use crate::{WireError, limits};

const FORMAT: u32 = 1;
const SUITE: u32 = 1;
const SIGNATURE_DOMAIN: &str = "wangge/commit-signature/1";

/// A checked header: every length and every value is one that format 1 allows. Its bytes are kept by whoever holds the commit;
/// this is a copy to look inside, and re-encoding it may lose fields of a newer program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The device's public key.
    pub device: [u8; 32],
    /// With the device, names the chain.
    pub incarnation: [u8; 8],
    /// The place in the chain, from 1.
    pub device_seq: u64,
    /// The id of the previous commit; none exactly at place 1.
    pub prev: Option<[u8; 32]>,
    /// The member who acts (UUID).
    pub author: [u8; 16],
    /// The id of the statement that grants the right.
    pub grant: [u8; 32],
    /// What the author does.
    pub act: Act,
    /// Hybrid logical time: milliseconds since 1970 << 16 | counter.
    pub hlc: u64,
    /// What the device's clock said, milliseconds since 1970.
    pub stated_ms: i64,
    /// The version of the record shapes.
    pub schema: u32,
    /// The record's territory, 6, 9, 12 or 15 digits.
    pub area: String,
    /// At most [`limits::PARTS_MAX`], no facet of a record twice; none exactly with [`Act::Decline`] and [`Act::Move`].
    pub parts: Vec<PartRef>,
    /// The held commit; stands exactly with [`Act::Adopt`] and [`Act::Decline`].
    pub evidence: Option<[u8; 32]>,
    /// A number of [`v1::Reason`]; not 0 exactly with [`Act::Decline`].
    pub reason: u32,
    /// Which records move where; stands exactly with [`Act::Move`].
    pub moves: Option<Moves>,
}

/// What a move says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moves {
    /// The new area, 6, 9, 12 or 15 digits, another than the header's.
    pub to_area: String,
    /// The records (UUIDs), 1 to [`limits::MOVED_MAX`], none twice.
    pub records: Vec<[u8; 16]>,
}

/// Names a detached part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRef {
    /// The record (UUID).
    pub record: [u8; 16],
    /// What the record is about: the number of a kind, not 0 (`crates/model/data/kinds.tsv`).
    pub kind: u8,
    /// The sensitivity class of the document that the part changes.
    pub facet: Facet,
    /// The branch of the device's line in that document, from 0.
    pub branch: u32,
    /// See [`part_digest`].
    pub digest: [u8; 32],
}

/// A commit that passed [`open_commit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// See [`commit_id`].
    pub id: [u8; 32],
    /// The header's content.
    pub header: Header,
    /// Whether some part is present without its content, because the sender withheld it.
    pub withheld: bool,
}

/// Whether parts may come without their content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// From the commit's own device, or from a child hub: every part must be there.
    Refused,
    /// From a parent, which sends only the facets that we may read.
    Allowed,
}

/// `SHA-256("wangge/commit/1" || 0 || header)`.
pub fn commit_id(header: &[u8]) -> [u8; 32] {
    sha256("wangge/commit/1", &[header])
}

/// `SHA-256("wangge/part/1" || 0 || salt || change)`. `salt` has 16 bytes.
pub fn part_digest(salt: &[u8; 16], change: &[u8]) -> [u8; 32] {
    sha256("wangge/part/1", &[salt, change])
}

/// The automerge actor of a device's line: `SHA-256("wangge/actor/1" || 0 || device || incarnation || branch, big-endian)[0..16]`.
pub fn derive_actor(device: &[u8; 32], incarnation: &[u8; 8], branch: u32) -> [u8; 16] {
    let digest = sha256(
        "wangge/actor/1",
        &[device, incarnation, &branch.to_be_bytes()],
    );
    let mut actor = [0; 16];
    for (to, from) in actor.iter_mut().zip(digest) {
        *to = from;
    }
    actor
}

/// Signs the id of `header`; 64 bytes.
pub fn sign_commit(signer: &dyn Signer, header: &[u8]) -> [u8; 64] {
    signer.sign(&signed_bytes(SIGNATURE_DOMAIN, &commit_id(header)))
}

/// Verifies, strictly, that `device` signed the header with this id.
///
/// # Errors
/// [`WireError::Length`] or [`WireError::Signature`].
pub fn verify_commit(device: &[u8; 32], id: &[u8; 32], signature: &[u8]) -> Result<(), WireError> {
    sign::verify(
        "commit",
        device,
        &signed_bytes(SIGNATURE_DOMAIN, id),
        signature,
    )
}

/// Encodes a header. The bytes are the commit: sign and keep these, never encode again.
pub fn encode_header(header: &Header) -> Vec<u8> {
    v1::Header {
        format: FORMAT,
        suite: SUITE,
        device: header.device.to_vec(),
        incarnation: header.incarnation.to_vec(),
        device_seq: header.device_seq,
        prev: header.prev.map(Vec::from).unwrap_or_default(),
        author: header.author.to_vec(),
        grant: header.grant.to_vec(),
        act: header.act.into(),
        hlc: header.hlc,
        stated_ms: header.stated_ms,
        schema: header.schema,
        area: header.area.clone(),
        parts: header.parts.iter().map(encode_part_ref).collect(),
        evidence: header.evidence.map(Vec::from).unwrap_or_default(),
        reason: header.reason,
        to_area: header
            .moves
            .as_ref()
            .map(|moves| moves.to_area.clone())
            .unwrap_or_default(),
        moved: header
            .moves
            .iter()
            .flat_map(|moves| &moves.records)
            .map(|record| record.to_vec())
            .collect(),
    }
    .encode_to_vec()
}

fn encode_part_ref(part: &PartRef) -> v1::PartRef {
    v1::PartRef {
        record: part.record.to_vec(),
        kind: part.kind.into(),
        facet: part.facet.into(),
        branch: part.branch,
        digest: part.digest.to_vec(),
    }
}

/// Reads a header and checks every length and value of format 1. Neither signature nor rights are judged here.
///
/// # Errors
/// [`WireError::TooLong`] beyond [`limits::HEADER_LEN_MAX`], [`WireError::UnknownFormat`] for another layout,
/// else the field that is wrong.
pub fn parse_header(bytes: &[u8]) -> Result<Header, WireError> {
    at_most("header", bytes.len(), limits::HEADER_LEN_MAX)?;
    let raw = v1::Header::decode(bytes).map_err(|source| WireError::Decode {
        what: "header",
        source,
    })?;
    if (raw.format, raw.suite) != (FORMAT, SUITE) {
        return Err(WireError::UnknownFormat {
            what: "header",
            format: raw.format,
            suite: raw.suite,
        });
    }
    for (what, zero) in [
        ("device_seq", raw.device_seq == 0),
        ("hlc", raw.hlc == 0),
        ("schema", raw.schema == 0),
    ] {
        if zero {
            return Err(WireError::Missing { what });
        }
    }
    area("area", &raw.area)?;
    let act = known("act", raw.act)?;
    check_act(act, &raw)?;
    let moves = (act == Act::Move).then(|| parse_moves(&raw)).transpose()?;
    Ok(Header {
        device: fixed("device", &raw.device)?,
        incarnation: fixed("incarnation", &raw.incarnation)?,
        device_seq: raw.device_seq,
        prev: previous("prev", raw.device_seq == 1, &raw.prev)?,
        author: fixed("author", &raw.author)?,
        grant: fixed("grant", &raw.grant)?,
        act,
        hlc: raw.hlc,
        stated_ms: raw.stated_ms,
        schema: raw.schema,
        area: raw.area,
        parts: parse_part_refs(&raw.parts)?,
        evidence: optional("evidence", &raw.evidence)?,
        reason: raw.reason,
        moves,
    })
}

fn parse_moves(raw: &v1::Header) -> Result<Moves, WireError> {
    area("to_area", &raw.to_area)?;
    if raw.to_area == raw.area {
        return Err(WireError::Form {
            what: "to_area",
            want: "another than area",
        });
    }
    if raw.moved.len() > limits::MOVED_MAX {
        return Err(WireError::TooMany {
            what: "moved",
            max: limits::MOVED_MAX,
        });
    }
    let mut seen = BTreeSet::new();
    let mut records = Vec::with_capacity(raw.moved.len());
    for (index, record) in raw.moved.iter().enumerate() {
        let record: [u8; 16] =
            fixed("record", record).map_err(|error| error.within("moved", index))?;
        if !seen.insert(record) {
            return Err(WireError::TooMany {
                what: "record",
                max: 1,
            }
            .within("moved", index));
        }
        records.push(record);
    }
    Ok(Moves {
        to_area: raw.to_area.clone(),
        records,
    })
}

/// Which of parts, evidence, reason and moved records stand with which act.
fn check_act(act: Act, raw: &v1::Header) -> Result<(), WireError> {
    let (decline, moves) = (act == Act::Decline, act == Act::Move);
    for (what, stands, must) in [
        (
            "evidence",
            !raw.evidence.is_empty(),
            decline || act == Act::Adopt,
        ),
        ("reason", raw.reason != 0, decline),
        ("parts", !raw.parts.is_empty(), !decline && !moves),
        ("to_area", !raw.to_area.is_empty(), moves),
        ("moved", !raw.moved.is_empty(), moves),
    ] {
        match (stands, must) {
            (false, true) => return Err(WireError::Missing { what }),
            (true, false) => return Err(WireError::Unexpected { what }),
            _ => {}
        }
    }
    Ok(())
}

fn parse_part_refs(raw: &[v1::PartRef]) -> Result<Vec<PartRef>, WireError> {
    if raw.len() > limits::PARTS_MAX {
        return Err(WireError::TooMany {
            what: "parts",
            max: limits::PARTS_MAX,
        });
    }
    let mut seen = BTreeSet::new();
    let mut parts = Vec::with_capacity(raw.len());
    for (index, raw) in raw.iter().enumerate() {
        let part = parse_part_ref(raw).map_err(|error| error.within("part", index))?;
        if !seen.insert((part.record, raw.facet)) {
            return Err(WireError::TooMany {
                what: "facet of a record",
                max: 1,
            }
            .within("part", index));
        }
        parts.push(part);
    }
    Ok(parts)
}

fn parse_part_ref(raw: &v1::PartRef) -> Result<PartRef, WireError> {
    Ok(PartRef {
        record: fixed("record", &raw.record)?,
        kind: kind_number(raw.kind)?,
        facet: known("facet", raw.facet)?,
        branch: raw.branch,
        digest: fixed("digest", &raw.digest)?,
    })
}

/// All that can be judged of a commit by its own bytes: caps, header, parts against the header's digests, signature.
///
/// # Errors
/// What is wrong; [`WireError::reason`] says what to hold the commit for.
pub fn open_commit(commit: &v1::Commit, withheld: Withheld) -> Result<Opened, WireError> {
    let header = parse_header(&commit.header)?;
    if commit.parts.len() != header.parts.len() {
        return Err(WireError::Form {
            what: "parts",
            want: "one for each of the header's",
        });
    }
    let mut any_withheld = false;
    for (index, (part, named)) in commit.parts.iter().zip(&header.parts).enumerate() {
        if part.change.is_empty() && part.salt.is_empty() && withheld == Withheld::Allowed {
            any_withheld = true;
            continue;
        }
        check_part(part, &named.digest, index)?;
    }
    let id = commit_id(&commit.header);
    verify_commit(&header.device, &id, &commit.signature)?;
    Ok(Opened {
        id,
        header,
        withheld: any_withheld,
    })
}

fn check_part(part: &v1::Part, digest: &[u8; 32], index: usize) -> Result<(), WireError> {
    at_most("change", part.change.len(), limits::CHANGE_LEN_MAX)
        .map_err(|error| error.within("part", index))?;
    let salt = fixed("salt", &part.salt).map_err(|error| error.within("part", index))?;
    if part_digest(&salt, &part.change) == *digest {
        Ok(())
    } else {
        Err(WireError::Digest { part: index })
    }
}

#[cfg(test)]
mod tests;
