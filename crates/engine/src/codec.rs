//! Between rows, the model's words and the wire's. The numbers are the same on both sides (`proto/`); here is where they meet.

use wangge_model::id::{CommitId, Key, MemberId, RecordId, StatementId};
use wangge_model::kind::{Act, Facet, Kind, Level, Role};
use wangge_model::reason::Reason;
use wangge_wire::commit::{Header, PartRef};
use wangge_wire::statement::{Grant, Opened};
use wangge_wire::v1;

use crate::tx::{
    CommitBytes, CommitRow, DocId, FeedEntry, GrantRow, PartBytes, PartName, SaidRow, StatementRow,
};

/// A number of the wire as a word of the model.
macro_rules! word {
    ($name:ident, $word:ident, $wire:ty) => {
        pub(crate) fn $name(wire: $wire) -> Option<$word> {
            u32::try_from(i32::from(wire))
                .ok()
                .and_then($word::from_u32)
        }
    };
}
word!(facet, Facet, v1::Facet);
word!(act, Act, v1::Act);
word!(role, Role, v1::Role);
word!(level, Level, v1::Level);

/// A word of the model as a value of the wire; none where the wire has no such value.
macro_rules! value {
    ($name:ident, $word:ident, $wire:ty) => {
        pub(crate) fn $name(word: $word) -> $wire {
            i32::try_from(word.to_u32())
                .ok()
                .and_then(|number| <$wire>::try_from(number).ok())
                .unwrap_or_default()
        }
    };
}
value!(wire_facet, Facet, v1::Facet);
value!(wire_act, Act, v1::Act);
value!(wire_role, Role, v1::Role);
value!(wire_level, Level, v1::Level);

/// A reason by its number. One that only a newer program knows is shown as an unknown format: the remedy is the same, a newer program.
pub(crate) fn reason(number: u32) -> Reason {
    Reason::from_u32(number).unwrap_or(Reason::UnknownFormat)
}

/// The reason of the wire's, which has all of them.
pub(crate) fn reason_of(error: &wangge_wire::WireError) -> Reason {
    reason(u32::try_from(i32::from(error.reason())).unwrap_or_default())
}

/// What a header says, in the model's words; none where an id is of another shape than the model knows.
pub(crate) fn said(header: &Header) -> Option<SaidRow> {
    Some(SaidRow {
        author: MemberId::try_from(&header.author[..]).ok()?,
        grant: StatementId(header.grant),
        act: act(header.act)?,
        hlc: header.hlc,
        stated_ms: header.stated_ms,
        evidence: header.evidence.map(CommitId),
        reason: match header.reason {
            0 => None,
            number => Some(Reason::from_u32(number)?),
        },
    })
}

/// What a header says of a part.
pub(crate) fn part_name(part: &PartRef) -> Option<PartName> {
    Some(PartName {
        doc: DocId {
            record: RecordId::try_from(&part.record[..]).ok()?,
            facet: facet(part.facet)?,
        },
        kind: Kind::from_u8(part.kind)?,
        branch: part.branch,
    })
}

/// A grant in the model's words.
pub(crate) fn grant_row(id: StatementId, hub: Key, grant: &Grant) -> Option<GrantRow> {
    Some(GrantRow {
        statement: id,
        hub,
        device: Key(grant.device),
        member: MemberId::try_from(&grant.member[..]).ok()?,
        name: grant.name.clone(),
        role: role(grant.role)?,
        area: grant.area.parse().ok()?,
        from_ms: grant.from_ms,
        until_ms: grant.until_ms,
        kinds: grant
            .kinds
            .iter()
            .filter_map(|number| Kind::from_u8(*number))
            .collect(),
        facets: grant
            .facets
            .iter()
            .filter_map(|word| facet(*word))
            .collect(),
        acts: grant.acts.iter().filter_map(|word| act(*word)).collect(),
    })
}

/// A statement's row.
pub(crate) fn statement_row(opened: &Opened, bytes: Vec<u8>, signature: Vec<u8>) -> StatementRow {
    StatementRow {
        id: StatementId(opened.id),
        bytes,
        signature,
        hub: Key(opened.statement.hub),
    }
}

/// A statement as an entry without commit.
pub(crate) fn bare_entry(row: &StatementRow) -> v1::Entry {
    v1::Entry {
        statement: row.bytes.clone(),
        signature: row.signature.clone(),
        commit: None,
    }
}

/// A commit for the wire; parts of which `withhold` says so, by their place and what is known of them, are present and empty.
pub(crate) fn wire_commit(
    commit: CommitBytes,
    withhold: impl Fn(usize, &PartBytes) -> bool,
) -> v1::Commit {
    let parts = commit
        .parts
        .into_iter()
        .enumerate()
        .map(|(at, part)| {
            if withhold(at, &part) {
                v1::Part::default()
            } else {
                v1::Part {
                    salt: part.salt,
                    change: part.change,
                }
            }
        })
        .collect();
    v1::Commit {
        header: commit.header,
        signature: commit.signature,
        parts,
    }
}

/// A stored commit as it travels.
pub(crate) fn commit_bytes(row: &CommitRow) -> CommitBytes {
    CommitBytes {
        header: row.header.clone(),
        signature: row.signature.clone(),
        parts: row
            .parts
            .iter()
            .map(|part| PartBytes {
                area: None,
                facet: part.named.map(|named| named.doc.facet),
                salt: part.salt.clone(),
                change: part.change.clone(),
            })
            .collect(),
    }
}

/// How many bytes a commit takes on its way, about.
pub(crate) fn commit_len(commit: &CommitBytes) -> usize {
    let parts: usize = commit
        .parts
        .iter()
        .map(|part| part.salt.len() + part.change.len() + 8)
        .sum();
    commit.header.len() + commit.signature.len() + parts + 16
}

/// How many bytes an entry takes on its way, about.
pub(crate) fn entry_len(entry: &FeedEntry) -> usize {
    entry.statement.len() + entry.signature.len() + entry.commit.as_ref().map_or(0, commit_len) + 24
}

/// Which commit a row's id names, of a commit that came in.
pub(crate) fn id_of(commit: &v1::Commit) -> CommitId {
    CommitId(wangge_wire::commit::commit_id(&commit.header))
}
