//! Carries frames between nodes, through the weather, and with a mutant's mistakes where one is planted.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use wangge_model::id::CommitId;
use wangge_wire::frame::{FrameKind, encode_frame, parse_frame};
use wangge_wire::v1;

use crate::mutant::Law;
use crate::place::NodeNo;

/// What is done to frames on their way.
#[derive(Debug, Default)]
pub struct Courier {
    /// The planted mistake.
    mutant: Option<Law>,
    /// Commits whose signature a phone's memory broke.
    pub corrupt: BTreeSet<CommitId>,
    /// How far each child has pushed on earlier wires, and on its present one.
    pushed: BTreeMap<NodeNo, (u64, u64)>,
}

impl Courier {
    /// A courier with this mistake planted.
    #[must_use]
    pub fn new(mutant: Option<Law>) -> Self {
        Self {
            mutant,
            ..Self::default()
        }
    }

    /// A child dials anew.
    pub fn dialled(&mut self, child: NodeNo) {
        let (before, now) = self.pushed.entry(child).or_default();
        *before = (*before).max(*now);
    }

    /// The frame as it leaves `from`; none where nothing leaves.
    pub fn leaving(
        &mut self,
        from: NodeNo,
        from_hub: bool,
        bytes: Vec<u8>,
    ) -> Option<(Vec<u8>, Option<FrameKind>)> {
        let Ok(mut frame) = parse_frame(&bytes) else {
            return Some((bytes, None));
        };
        let mut touched = false;
        if let FrameKind::Push(push) = &mut frame {
            if !from_hub {
                touched |= self.corrupt_items(&mut push.items);
            }
            if self.mutant == Some(Law::Converge) {
                let before = self.pushed.get(&from).map_or(0, |(before, _)| *before);
                push.items.retain(|item| item.place > before);
                touched = true;
            }
            let last = push.items.iter().map(|item| item.place).max();
            let (_, now) = self.pushed.entry(from).or_default();
            *now = (*now).max(last.unwrap_or(0));
            last?;
        }
        if from_hub && self.mutant == Some(Law::OnlyOneArea) {
            touched |= forget_moves(&mut frame);
        }
        if from_hub && self.mutant == Some(Law::Verbatim) {
            touched |= reencode(&mut frame);
        }
        let bytes = if touched {
            encode_frame(frame.clone())
        } else {
            bytes
        };
        Some((bytes, Some(frame)))
    }

    /// The frame as it arrives.
    #[must_use]
    pub fn arriving(&self, to_hub: bool, bytes: Vec<u8>) -> Vec<u8> {
        if self.mutant != Some(Law::NoBlock) || !to_hub {
            return bytes;
        }
        let Ok(FrameKind::Push(mut push)) = parse_frame(&bytes) else {
            return bytes;
        };
        if let Some(bad) = push.items.iter().position(|item| {
            item_commit(item).is_some_and(|commit| self.corrupt.contains(&id_of(commit)))
        }) {
            push.items.truncate(bad);
        }
        encode_frame(FrameKind::Push(push))
    }

    fn corrupt_items(&self, items: &mut [v1::Item]) -> bool {
        let mut touched = false;
        for item in items {
            if let Some(v1::item::What::Commit(commit)) = &mut item.what
                && self.corrupt.contains(&id_of(commit))
            {
                break_signature(commit);
                touched = true;
            }
        }
        touched
    }
}

/// The id of a commit on its way.
fn id_of(commit: &v1::Commit) -> CommitId {
    CommitId(wangge_wire::commit::commit_id(&commit.header))
}

fn item_commit(item: &v1::Item) -> Option<&v1::Commit> {
    match item.what.as_ref()? {
        v1::item::What::Commit(commit) => Some(commit),
        v1::item::What::Entry(entry) => entry.commit.as_ref(),
    }
}

/// What a bad memory does to a signature: always the same, so that every copy that leaves the phone is alike.
pub fn break_signature(commit: &mut v1::Commit) {
    if let Some(first) = commit.signature.first_mut() {
        *first ^= 0x40;
    }
}

/// Keeps every move from those below.
fn forget_moves(frame: &mut FrameKind) -> bool {
    let FrameKind::Feed(feed) = frame else {
        return false;
    };
    let before = feed.items.len();
    feed.items.retain(|item| {
        let commit = item.entry.as_ref().and_then(|entry| entry.commit.as_ref());
        commit
            .and_then(|commit| v1::Header::decode(&commit.header[..]).ok())
            .is_none_or(|header| header.act() != v1::Act::Move)
    });
    feed.items.len() != before
}

/// Encodes every header anew with a program that does not know one of its fields.
fn reencode(frame: &mut FrameKind) -> bool {
    let commits: Vec<&mut v1::Commit> = match frame {
        FrameKind::Push(push) => push
            .items
            .iter_mut()
            .filter_map(|item| match item.what.as_mut()? {
                v1::item::What::Commit(commit) => Some(commit),
                v1::item::What::Entry(entry) => entry.commit.as_mut(),
            })
            .collect(),
        FrameKind::Feed(feed) => feed
            .items
            .iter_mut()
            .filter_map(|item| item.entry.as_mut()?.commit.as_mut())
            .collect(),
        _ => return false,
    };
    for commit in commits {
        if let Ok(mut header) = v1::Header::decode(&commit.header[..]) {
            header.stated_ms = 0;
            commit.header = header.encode_to_vec();
        }
    }
    true
}
