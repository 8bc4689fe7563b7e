//! What of a page a device may have: the facets of its grant; and where its member takes part from outside, the kinds of its office, of some
//! of them its own records only, and nobody's name but the staff's.

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::id::{CommitId, Incarnation, RecordId};
use wangge_model::kind::{Facet, Kind};
use wangge_rules::role::{Sight, sight};
use wangge_wire::commit::{Header, PartRef, parse_header};
use wangge_wire::statement::{Body, open_statement};
use wangge_wire::v1;

use super::super::Child;
use crate::codec;
use crate::context::Context;
use crate::error::EngineError;
use crate::tx::{FeedEntry, GrantRow, PartBytes, Scope};

/// What a child may have of a page's entries.
pub(super) struct Share<'a> {
    child: &'a Child,
    /// Of the page's records those that the child's member made; read only where its office sees no others.
    own: BTreeSet<RecordId>,
}

impl<'a> Share<'a> {
    pub(super) fn of(
        context: &mut Context<'_>,
        child: &'a Child,
        entries: &[FeedEntry],
    ) -> Result<Self, EngineError> {
        let own = match outside(child) {
            Some(grant) => made_by(context, grant, entries)?,
            None => BTreeSet::new(),
        };
        Ok(Self { child, own })
    }

    /// The entry as the child gets it; `None` where there is nothing in it for that child.
    pub(super) fn item(&self, entry: FeedEntry) -> Option<v1::FeedItem> {
        let own = entry.row.device == Some(self.child.row.key);
        if entry.commit.is_none() && !self.hears(&entry) {
            return None;
        }
        let commit = match entry.commit {
            None => None,
            Some(commit) => {
                // Of others' commits the staff are sent what their grant's facets say: no header is needed for that.
                let header = (own || outside(self.child).is_some())
                    .then(|| parse_header(&commit.header).ok())
                    .flatten();
                // The child's own of its present life is at the child; of a former life it may be lost there.
                let present = own
                    && header.as_ref().is_none_or(|header| {
                        Incarnation(header.incarnation) == self.child.chain.epoch
                    });
                if !own && !self.concerns(header.as_ref()) {
                    return None;
                }
                let scope = entry.row.scope;
                let withhold = |at: usize, part: &PartBytes| {
                    let named = header.as_ref().and_then(|header| header.parts.get(at));
                    !own && (!self.reads(part.facet)
                        || !self.shows(named)
                        || self.elsewhere(scope, part))
                };
                (!present).then(|| codec::wire_commit(commit, withhold))
            }
        };
        Some(v1::FeedItem {
            place: entry.row.place,
            entry: Some(v1::Entry {
                statement: entry.statement,
                signature: entry.signature,
                commit,
            }),
        })
    }

    /// Whether there is anything in a commit for the child: something that it may read, or word of a record of its own.
    fn concerns(&self, header: Option<&Header>) -> bool {
        let (Some(_), Some(header)) = (outside(self.child), header) else {
            return true;
        };
        match &header.moves {
            Some(moves) => moves.records.iter().any(|record| self.made(record)),
            None => {
                header.parts.is_empty() || header.parts.iter().any(|part| self.shows(Some(part)))
            }
        }
    }

    /// Whether the child's grant has a facet. What a header does not name, nobody but its own device is sent.
    fn reads(&self, facet: Option<Facet>) -> bool {
        let grant = self.child.grant.as_ref();
        facet.is_none_or(|facet| grant.is_none_or(|grant| grant.facets.contains(&facet)))
    }

    /// Whether who takes part from outside may read a part; the staff may, whatever its kind.
    fn shows(&self, part: Option<&PartRef>) -> bool {
        let (Some(grant), Some(part)) = (outside(self.child), part) else {
            return true;
        };
        if !self.reads(codec::facet(part.facet)) {
            return false;
        }
        let kind = Kind::from_u8(part.kind).filter(|kind| grant.kinds.contains(kind));
        kind.is_some_and(|kind| match sight(grant.role, kind) {
            Sight::All => true,
            Sight::Own => self.made(&part.record),
            Sight::Nothing => false,
        })
    }

    fn made(&self, record: &[u8; 16]) -> bool {
        RecordId::try_from(&record[..]).is_ok_and(|record| self.own.contains(&record))
    }

    /// One commit may be about records that stand in different areas by now.
    fn elsewhere(&self, scope: Scope, part: &PartBytes) -> bool {
        let area = part.area.as_ref().filter(|_| scope == Scope::Area);
        area.is_some_and(|area| !self.child.row.area.contains(area))
    }

    /// Whether a statement without a commit is for the child: who takes part from outside hears of the staff, and of no other participant.
    fn hears(&self, entry: &FeedEntry) -> bool {
        if outside(self.child).is_none() || entry.row.device.is_some() {
            return true;
        }
        match open_statement(&entry.statement, &entry.signature).map(|opened| opened.statement.body)
        {
            Ok(Body::Grant(grant)) => {
                let staff = codec::role(grant.role).is_some_and(|role| !role.outside());
                staff || grant.device == self.child.row.key.0
            }
            Ok(_) => true,
            Err(_) => false,
        }
    }
}

/// The grant of a member who takes part from outside.
fn outside(child: &Child) -> Option<&GrantRow> {
    child.grant.as_ref().filter(|grant| grant.role.outside())
}

/// Which records of a page a member made, of the kinds of which its office is sent only its own.
fn made_by(
    context: &mut Context<'_>,
    grant: &GrantRow,
    entries: &[FeedEntry],
) -> Result<BTreeSet<RecordId>, EngineError> {
    let commits = entries.iter().filter_map(|entry| entry.commit.as_ref());
    let headers = commits.filter_map(|commit| parse_header(&commit.header).ok());
    let own_only = |part: &PartRef| {
        Kind::from_u8(part.kind).is_some_and(|kind| sight(grant.role, kind) == Sight::Own)
    };
    let mut asked: BTreeSet<RecordId> = BTreeSet::new();
    for header in headers {
        let parts = header.parts.iter().filter(|part| own_only(part));
        let moved = header.moves.iter().flat_map(|moves| &moves.records);
        let named = parts.map(|part| &part.record).chain(moved);
        asked.extend(named.filter_map(|record| RecordId::try_from(&record[..]).ok()));
    }
    let asked: Vec<RecordId> = asked.into_iter().collect();
    let records = context.tx.load_records(&asked)?;
    let begun: BTreeMap<RecordId, CommitId> = records
        .into_iter()
        .flatten()
        .map(|row| (row.id, row.created_by))
        .collect();
    let first: Vec<CommitId> = begun.values().copied().collect();
    let commits = context.tx.load_commits(&first)?;
    let own: BTreeSet<CommitId> = commits
        .into_iter()
        .flatten()
        .filter(|row| {
            row.said
                .as_ref()
                .is_some_and(|said| said.author == grant.member)
        })
        .map(|row| row.id)
        .collect();
    Ok(begun
        .into_iter()
        .filter(|(_, commit)| own.contains(commit))
        .map(|(record, _)| record)
        .collect())
}
