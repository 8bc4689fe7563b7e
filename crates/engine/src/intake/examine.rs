//! What a commit's own bytes say, and whether they may stand.

use wangge_model::area::Area;
use wangge_model::gate::{GateLimits, Outline, outline};
use wangge_model::id::{CommitId, Incarnation, Key};
use wangge_model::reason::Reason;
use wangge_wire::commit::{Header, Withheld, derive_actor, open_commit, parse_header, part_digest};
use wangge_wire::v1;

use super::Bearer;
use crate::codec;
use crate::limits;
use crate::tx::{CommitRow, CommitState, Origin, PartOutline, PartRow};

/// A commit that was looked at.
#[derive(Debug)]
pub(crate) struct Examined {
    /// Its id.
    pub(crate) id: CommitId,
    /// What the header says, if it can be read.
    pub(crate) header: Option<Header>,
    /// What the gate found in each part; none for withheld and refused ones.
    outlines: Vec<Option<Outline>>,
    /// Why it may not stand, if so.
    pub(crate) fault: Option<Reason>,
}

/// Caps, digests, signature, ids, actor, gate. Device, chain and time are the caller's question.
pub(crate) fn examine(commit: &v1::Commit, withheld: Withheld) -> Examined {
    let id = codec::id_of(commit);
    match open_commit(commit, withheld) {
        Ok(opened) if opened.header.device_seq > limits::PLACE_MAX => Examined {
            id,
            header: None,
            outlines: Vec::new(),
            fault: Some(Reason::Malformed),
        },
        Ok(opened) => match gate_parts(commit, &opened.header) {
            Ok(outlines) => Examined {
                id,
                header: Some(opened.header),
                outlines,
                fault: None,
            },
            Err(reason) => Examined {
                id,
                header: Some(opened.header),
                outlines: Vec::new(),
                fault: Some(reason),
            },
        },
        Err(error) => Examined {
            id,
            header: parse_header(&commit.header).ok().filter(|header| {
                codec::said(header).is_some() && header.device_seq <= limits::PLACE_MAX
            }),
            outlines: Vec::new(),
            fault: Some(codec::reason_of(&error)),
        },
    }
}

fn gate_parts(commit: &v1::Commit, header: &Header) -> Result<Vec<Option<Outline>>, Reason> {
    if codec::said(header).is_none() || header.area.parse::<Area>().is_err() {
        return Err(Reason::Malformed);
    }
    let mut outlines = Vec::with_capacity(commit.parts.len());
    for (part, named) in commit.parts.iter().zip(&header.parts) {
        let name = codec::part_name(named).ok_or(Reason::Malformed)?;
        if name.branch > limits::BRANCH_MAX {
            return Err(Reason::BadChange);
        }
        if part.change.is_empty() {
            outlines.push(None);
            continue;
        }
        let outline =
            outline(&part.change, &GateLimits::default()).map_err(|_| Reason::BadChange)?;
        if outline.actor.0 != derive_actor(&header.device, &header.incarnation, named.branch) {
            return Err(Reason::ForeignActor);
        }
        outlines.push(Some(outline));
    }
    Ok(outlines)
}

impl Examined {
    /// Of a commit that is held for its signature or for one of its parts: what the sound parts are, so that what builds on them is told so. Only where the
    /// device itself brought it: nobody else can claim its changes.
    pub(crate) fn outline_held(&mut self, commit: &v1::Commit) {
        let Some(header) = self.header.as_ref().filter(|_| self.outlines.is_empty()) else {
            return;
        };
        let parts = commit.parts.iter().zip(&header.parts);
        let outlines = parts
            .map(|(part, named)| {
                let salt = <[u8; 16]>::try_from(part.salt.as_slice()).ok()?;
                let actor = derive_actor(&header.device, &header.incarnation, named.branch);
                outline(&part.change, &GateLimits::default())
                    .ok()
                    .filter(|outline| outline.actor.0 == actor)
                    .filter(|_| part_digest(&salt, &part.change) == named.digest)
            })
            .collect();
        self.outlines = outlines;
    }
}

/// The row of a commit that came in.
pub(crate) fn commit_row(
    commit: v1::Commit,
    examined: &Examined,
    bearer: Bearer,
    home: &Area,
    received_ms: i64,
) -> CommitRow {
    let header = examined.header.as_ref();
    let parts = commit
        .parts
        .into_iter()
        .enumerate()
        .map(|(at, part)| PartRow {
            salt: part.salt,
            change: part.change,
            named: header
                .and_then(|header| header.parts.get(at))
                .and_then(codec::part_name),
            outline: examined
                .outlines
                .get(at)
                .and_then(Option::as_ref)
                .map(part_outline),
        })
        .collect();
    CommitRow {
        id: examined.id,
        header: commit.header,
        signature: commit.signature,
        parts,
        device: header.map_or(bearer.device, |header| Key(header.device)),
        incarnation: header.map_or(bearer.chain.epoch, |header| Incarnation(header.incarnation)),
        device_seq: header.map_or(bearer.place, |header| header.device_seq),
        said: header.and_then(codec::said),
        area: header
            .and_then(|header| header.area.parse().ok())
            .unwrap_or_else(|| home.clone()),
        received_ms,
        origin: Some(Origin {
            chain: bearer.chain,
            place: bearer.place,
        }),
        owed: false,
        state: CommitState::Inbox,
        verdict: None,
        place: None,
    }
}

pub(crate) fn part_outline(outline: &Outline) -> PartOutline {
    PartOutline {
        hash: outline.hash,
        actor: outline.actor,
        start_op: outline.start_op,
        ops: outline.ops.len() as u64,
    }
}
