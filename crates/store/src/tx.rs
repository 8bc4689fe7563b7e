//! The engine's transaction over SQLite: a switchboard to one file per family of methods.

use std::cell::Cell;

use rusqlite::Connection;
use wangge_engine::tx::*;
use wangge_model::area::Area;
use wangge_model::id::{ChangeHash, CommitId, Key, RecordId, StatementId};

use crate::error::StoreError;

mod commits;
mod feed;
mod meta;
mod moves;
mod people;
mod records;
mod waiting;

/// An open transaction over one connection, which the store commits or rolls back.
pub(crate) struct SqlTx<'a> {
    conn: &'a Connection,
    /// Set once damage was met.
    damage: &'a Cell<bool>,
}

impl<'a> SqlTx<'a> {
    pub(crate) fn over(conn: &'a Connection, damage: &'a Cell<bool>) -> Self {
        Self { conn, damage }
    }

    fn heed<T>(&self, answer: Result<T, StoreError>) -> TxResult<T> {
        answer.map_err(|error| {
            if error.is_damage() {
                self.damage.set(true);
            }
            error.into()
        })
    }
}

impl Tx for SqlTx<'_> {
    fn load_meta(&mut self, keys: &[&str]) -> TxResult<Vec<Option<Vec<u8>>>> {
        self.heed(meta::load(self.conn, keys))
    }

    fn save_meta(&mut self, pairs: &[(&str, Vec<u8>)]) -> TxResult<()> {
        self.heed(meta::save(self.conn, pairs))
    }

    fn load_chains(&mut self, ids: &[ChainId]) -> TxResult<Vec<Option<ChainRow>>> {
        self.heed(meta::load_chains(self.conn, ids))
    }

    fn load_chains_of(&mut self, keys: &[Key]) -> TxResult<Vec<ChainRow>> {
        self.heed(meta::load_chains_of(self.conn, keys))
    }

    fn save_chains(&mut self, rows: &[ChainRow]) -> TxResult<()> {
        self.heed(meta::save_chains(self.conn, rows))
    }

    fn append_commits(&mut self, rows: &[CommitRow]) -> TxResult<()> {
        self.heed(commits::append(self.conn, rows))
    }

    fn load_commits(&mut self, ids: &[CommitId]) -> TxResult<Vec<Option<CommitRow>>> {
        self.heed(commits::load(self.conn, ids))
    }

    fn load_commit_states(&mut self, ids: &[CommitId]) -> TxResult<Vec<Option<CommitState>>> {
        self.heed(commits::load_states(self.conn, ids))
    }

    fn load_inbox(&mut self, told: bool, limit: PageLimit) -> TxResult<Vec<Waiting>> {
        self.heed(waiting::load_inbox(self.conn, told, limit))
    }

    fn load_counts(&mut self) -> TxResult<Counts> {
        self.heed(waiting::load_counts(self.conn))
    }

    fn save_verdicts(&mut self, rows: &[VerdictRow]) -> TxResult<()> {
        self.heed(commits::save_verdicts(self.conn, rows))
    }

    fn save_parked(&mut self, rows: &[(CommitId, Vec<ChangeHash>)], since_ms: i64) -> TxResult<()> {
        self.heed(waiting::save_parked(self.conn, rows, since_ms))
    }

    fn wake_parked(&mut self, hashes: &[ChangeHash]) -> TxResult<u64> {
        self.heed(waiting::wake_parked(self.conn, hashes))
    }

    fn load_parked_counts(&mut self, devices: &[Key]) -> TxResult<Vec<u64>> {
        self.heed(waiting::load_parked_counts(self.conn, devices))
    }

    fn load_parked(&mut self, before_ms: i64, items_max: usize) -> TxResult<Vec<CommitRow>> {
        self.heed(waiting::load_parked(self.conn, before_ms, items_max))
    }

    fn load_held_bytes(&mut self, origins: &[Key]) -> TxResult<Vec<u64>> {
        self.heed(waiting::load_held_bytes(self.conn, origins))
    }

    fn load_changes(
        &mut self,
        changes: &[(DocId, ChangeHash)],
    ) -> TxResult<Vec<Option<ChangeState>>> {
        self.heed(commits::load_changes(self.conn, changes))
    }

    fn load_history(&mut self, doc: &DocId) -> TxResult<Vec<CommitRow>> {
        self.heed(commits::load_history(self.conn, doc))
    }

    fn load_outbox(&mut self, after: u64, limit: PageLimit) -> TxResult<Vec<Waiting>> {
        self.heed(waiting::load_outbox(self.conn, after, limit))
    }

    fn load_made(&mut self, places: &[(ChainId, u64)]) -> TxResult<Vec<Option<CommitId>>> {
        self.heed(waiting::load_made(self.conn, places))
    }

    fn clear_owed(&mut self, through: &[(ChainId, u64)]) -> TxResult<()> {
        Ok(waiting::clear_owed(self.conn, through)?)
    }

    fn save_owed(&mut self, beyond: &[(ChainId, u64)]) -> TxResult<()> {
        self.heed(waiting::save_owed(self.conn, beyond))
    }

    fn load_records(&mut self, ids: &[RecordId]) -> TxResult<Vec<Option<RecordRow>>> {
        self.heed(records::load(self.conn, ids))
    }

    fn save_records(&mut self, rows: &[RecordRow]) -> TxResult<()> {
        self.heed(records::save(self.conn, rows))
    }

    fn load_documents(&mut self, ids: &[DocId]) -> TxResult<Vec<Option<DocRow>>> {
        self.heed(records::load_documents(self.conn, ids))
    }

    fn save_documents(&mut self, rows: &[DocRow]) -> TxResult<()> {
        self.heed(records::save_documents(self.conn, rows))
    }

    fn load_placements(&mut self, records: &[RecordId]) -> TxResult<Vec<Option<Placement>>> {
        self.heed(moves::load_placements(self.conn, records))
    }

    fn save_placements(&mut self, rows: &[Placement]) -> TxResult<()> {
        self.heed(moves::save_placements(self.conn, rows))
    }

    fn load_branches(&mut self, docs: &[DocId]) -> TxResult<Vec<Option<u32>>> {
        self.heed(moves::load_branches(self.conn, docs))
    }

    fn load_admitted_of(&mut self, records: &[RecordId]) -> TxResult<Vec<Told>> {
        self.heed(moves::load_admitted_of(self.conn, records))
    }

    fn save_present(&mut self, records: &[RecordId], area: &Area) -> TxResult<()> {
        self.heed(moves::save_present(self.conn, records, area))
    }

    fn load_records_outside(&mut self, area: &Area) -> TxResult<Vec<RecordRow>> {
        self.heed(records::load_outside(self.conn, area))
    }

    fn drop_records(&mut self, records: &[RecordId]) -> TxResult<()> {
        self.heed(moves::drop_records(self.conn, records))
    }

    fn drop_commits(&mut self, own: &Key, records: &[RecordId]) -> TxResult<()> {
        self.heed(moves::drop_commits(self.conn, own, records))
    }

    fn save_again(&mut self, rows: &[CommitRow]) -> TxResult<()> {
        self.heed(moves::save_again(self.conn, rows))
    }

    fn load_children(&mut self) -> TxResult<Vec<(PeerKind, Area)>> {
        self.heed(moves::load_children(self.conn))
    }

    fn append_statements(&mut self, rows: &[StatementRow]) -> TxResult<()> {
        self.heed(feed::append_statements(self.conn, rows))
    }

    fn append_grants(&mut self, rows: &[GrantRow]) -> TxResult<()> {
        self.heed(feed::append_grants(self.conn, rows))
    }

    fn load_grants(&mut self, ids: &[StatementId]) -> TxResult<Vec<Option<GrantRow>>> {
        self.heed(feed::load_grants(self.conn, ids))
    }

    fn load_statements(&mut self, ids: &[StatementId]) -> TxResult<Vec<Option<StatementRow>>> {
        self.heed(feed::load_statements(self.conn, ids))
    }

    fn append_feed(&mut self, rows: &[FeedRow]) -> TxResult<()> {
        self.heed(feed::append(self.conn, rows))
    }

    fn load_fed(&mut self, ids: &[StatementId]) -> TxResult<Vec<bool>> {
        self.heed(feed::load_fed(self.conn, ids))
    }

    fn load_feed(
        &mut self,
        after: u64,
        filter: &FeedFilter,
        limit: PageLimit,
    ) -> TxResult<FeedPage> {
        self.heed(feed::load(self.conn, after, filter, limit))
    }

    fn load_marks(&mut self, chains: &[ChainId]) -> TxResult<Vec<Mark>> {
        self.heed(meta::load_marks(self.conn, chains))
    }

    fn save_marks(&mut self, marks: &[Mark]) -> TxResult<()> {
        self.heed(meta::save_marks(self.conn, marks))
    }

    fn load_covered(&mut self, asks: &[Covered]) -> TxResult<Vec<u64>> {
        self.heed(feed::load_covered(self.conn, asks))
    }

    fn load_peers(&mut self, keys: &[Key]) -> TxResult<Vec<Option<PeerRow>>> {
        self.heed(people::load_peers(self.conn, keys))
    }

    fn save_peers(&mut self, rows: &[PeerRow]) -> TxResult<()> {
        self.heed(people::save_peers(self.conn, rows))
    }

    fn load_hubs(&mut self, keys: &[Key]) -> TxResult<Vec<Option<HubRow>>> {
        self.heed(people::load_hubs(self.conn, keys))
    }

    fn load_hubs_above(&mut self) -> TxResult<Vec<HubRow>> {
        self.heed(people::load_hubs_above(self.conn))
    }

    fn save_hubs(&mut self, rows: &[HubRow]) -> TxResult<()> {
        self.heed(people::save_hubs(self.conn, rows))
    }

    fn load_invitations(&mut self, hashes: &[[u8; 32]]) -> TxResult<Vec<Option<InvitationRow>>> {
        self.heed(people::load_invitations(self.conn, hashes))
    }

    fn save_invitations(&mut self, rows: &[InvitationRow]) -> TxResult<()> {
        self.heed(people::save_invitations(self.conn, rows))
    }
}
