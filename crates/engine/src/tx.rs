//! What the engine remembers, and the one door to it: [`Tx`], an open transaction.
//!
//! # The contract
//!
//! - **All or nothing.** Everything between [`Storage::transact`]'s begin and its return happens, durably (synchronous FULL),
//!   or nothing of it does. There is one writer at a time.
//! - **Read your writes.** A load sees every earlier save of the same transaction.
//! - **Batches only.** Every method takes or returns many rows; one step of the engine makes a small, constant number of calls
//!   (about eight, and about three for each link that has something to send) whatever the size of its batch.
//! - **Order.** A method that loads by ids answers in the order of the ids, one answer for each, `None` where nothing is known.
//! - **Whole rows.** A `save_` replaces the whole row of its key, an `append_` adds rows that must not exist
//!   ([`TxError::Exists`]), except where its own text says otherwise.
//! - **Times** are milliseconds since 1970, handed in by the engine; an implementation reads no clock.
//!
//! The methods come in families: what this node is (`meta`), who sends (`chains`, `peers`, `hubs`, `invitations`), what was
//! received (`commits`, `changes`), what it means (`records`, `documents`), what was said (`statements`, `feed`, `marks`).

use wangge_model::area::Area;
use wangge_model::id::{ChangeHash, CommitId, Key, RecordId, StatementId};

mod rows;

use crate::error::TxError;
pub use rows::*;

/// What a [`Tx`] answers.
pub type TxResult<T> = Result<T, TxError>;

/// A store: begins transactions.
pub trait Storage {
    /// Runs `work` in one transaction and commits it durably; rolls everything back where `work` or the commit fails, or `work` panics.
    ///
    /// # Errors
    /// `work`'s own error, or the store's as `E`. After an error nothing of `work` is there, except where the commit's outcome itself is
    /// unknown ([`TxError`] with `unknown_outcome`): the caller must open the engine anew from disk in either case.
    fn transact<R, E: From<TxError>>(
        &mut self,
        work: impl FnOnce(&mut dyn Tx) -> Result<R, E>,
    ) -> Result<R, E>;
}

/// An open transaction. See the module's contract.
pub trait Tx {
    // ---- meta: small named values: what this node is, its counters, its cursor

    /// The values of these keys.
    ///
    /// # Errors
    /// Whatever the store says, here and in every method.
    fn load_meta(&mut self, keys: &[&str]) -> TxResult<Vec<Option<Vec<u8>>>>;
    /// Sets values (each at most 64 KiB). Keys belong to the engine; other rooms keep their own tables.
    fn save_meta(&mut self, pairs: &[(&str, Vec<u8>)]) -> TxResult<()>;

    // ---- chains: how far every sequence was received

    /// By id.
    fn load_chains(&mut self, ids: &[ChainId]) -> TxResult<Vec<Option<ChainRow>>>;
    /// All sequences of these keys, ascending by id.
    fn load_chains_of(&mut self, keys: &[Key]) -> TxResult<Vec<ChainRow>>;
    /// Whole rows.
    fn save_chains(&mut self, rows: &[ChainRow]) -> TxResult<()>;

    // ---- commits and their changes

    /// Adds commits with their changes, in this order; each gets the next number of the line. Commits whose id exists are an error.
    fn append_commits(&mut self, rows: &[CommitRow]) -> TxResult<()>;
    /// By id.
    fn load_commits(&mut self, ids: &[CommitId]) -> TxResult<Vec<Option<CommitRow>>>;
    /// Which of these ids are stored; for passing over what came twice, so it must not read the commits' bytes.
    fn load_commit_states(&mut self, ids: &[CommitId]) -> TxResult<Vec<Option<CommitState>>>;
    /// The commits in state [`CommitState::Inbox`], by number; with `told`, only those that have a verdict already (of another hub).
    fn load_inbox(&mut self, told: bool, limit: PageLimit) -> TxResult<Vec<Waiting>>;
    /// What stands open in this store, counted.
    fn load_counts(&mut self) -> TxResult<Counts>;
    /// State, verdict and place of commits that exist. What was noted of their parking is forgotten, and they are owed no more: who judged them has them.
    fn save_verdicts(&mut self, rows: &[VerdictRow]) -> TxResult<()>;
    /// Puts commits from `Inbox` into `Parked`, each until any of its changes is woken. `since_ms` is when.
    fn save_parked(&mut self, rows: &[(CommitId, Vec<ChangeHash>)], since_ms: i64) -> TxResult<()>;
    /// Puts every commit that is parked for one of these changes back into `Inbox` (under its old number), and forgets its parking.
    /// Answers how many.
    fn wake_parked(&mut self, hashes: &[ChangeHash]) -> TxResult<u64>;
    /// The parked commits of each of these devices, counted.
    fn load_parked_counts(&mut self, devices: &[Key]) -> TxResult<Vec<u64>>;
    /// Parked since `before_ms` or earlier, oldest first, at most `items_max`.
    fn load_parked(&mut self, before_ms: i64, items_max: usize) -> TxResult<Vec<CommitRow>>;
    /// Bytes of held commits whose origin is one of these keys, one sum for each.
    fn load_held_bytes(&mut self, origins: &[Key]) -> TxResult<Vec<u64>>;
    /// What is known of changes by document and hash. The same bytes may change two documents: the same device, second, key and value.
    fn load_changes(
        &mut self,
        changes: &[(DocId, ChangeHash)],
    ) -> TxResult<Vec<Option<ChangeState>>>;
    /// Every commit that changes this document, in the states own, admitted, held and paused, by number.
    fn load_history(&mut self, doc: &DocId) -> TxResult<Vec<CommitRow>>;

    // ---- the outbox of a phone

    /// The owed commits with a number beyond `after`, by number.
    fn load_outbox(&mut self, after: u64, limit: PageLimit) -> TxResult<Vec<Waiting>>;
    /// The commits that were made here (without origin) at these places of chains.
    fn load_made(&mut self, places: &[(ChainId, u64)]) -> TxResult<Vec<Option<CommitId>>>;
    /// Of each chain's commits that were made in this store, owes those with a `device_seq` up to the given one no more.
    fn clear_owed(&mut self, through: &[(ChainId, u64)]) -> TxResult<()>;
    /// Of each chain's commits that were made in this store, owes exactly those with a `device_seq` beyond the given one.
    fn save_owed(&mut self, beyond: &[(ChainId, u64)]) -> TxResult<()>;

    // ---- records and documents

    /// By id.
    fn load_records(&mut self, ids: &[RecordId]) -> TxResult<Vec<Option<RecordRow>>>;
    /// Whole rows.
    fn save_records(&mut self, rows: &[RecordRow]) -> TxResult<()>;
    /// By id.
    fn load_documents(&mut self, ids: &[DocId]) -> TxResult<Vec<Option<DocRow>>>;
    /// Whole rows; and appends each row's record to the journal `touched` that views fold from.
    fn save_documents(&mut self, rows: &[DocRow]) -> TxResult<()>;

    // ---- records that move

    /// By record; none for one that no move is known of.
    fn load_placements(&mut self, records: &[RecordId]) -> TxResult<Vec<Option<Placement>>>;
    /// Whole rows. The records that are here stand there from now on; and appends those that the journal `touched` names to it anew.
    fn save_placements(&mut self, rows: &[Placement]) -> TxResult<()>;
    /// The greatest branch of any commit's part on each document; none where there is no part.
    fn load_branches(&mut self, docs: &[DocId]) -> TxResult<Vec<Option<u32>>>;
    /// The admitted commits with a place that change any of these records, each once, by place.
    fn load_admitted_of(&mut self, records: &[RecordId]) -> TxResult<Vec<Told>>;
    /// Of the entries of scope `Area` whose commits change one of these records and no record that stands elsewhere: that their records stand in
    /// this area by now.
    fn save_present(&mut self, records: &[RecordId], area: &Area) -> TxResult<()>;
    /// The records that do not stand within an area, by id.
    fn load_records_outside(&mut self, area: &Area) -> TxResult<Vec<RecordRow>>;
    /// Takes records and their documents away, and appends those that the journal `touched` names to it anew. Commits and placements stay; what was
    /// parked for a change is back in `Inbox`.
    fn drop_records(&mut self, records: &[RecordId]) -> TxResult<()>;
    /// Empties the parts that commits of other devices than `own` have on these records; a commit with nothing left goes whole. For phones: a hub's feed
    /// needs its commits.
    fn drop_commits(&mut self, own: &Key, records: &[RecordId]) -> TxResult<()>;
    /// Puts the parts and the origin of these rows in the place of those that are kept.
    fn save_again(&mut self, rows: &[CommitRow]) -> TxResult<()>;
    /// What kinds of children there are in which areas, each once.
    fn load_children(&mut self) -> TxResult<Vec<(PeerKind, Area)>>;

    // ---- statements, the feed, receipts

    /// Adds statements; those whose id exists are left as they are.
    fn append_statements(&mut self, rows: &[StatementRow]) -> TxResult<()>;
    /// Adds grants; those whose statement exists are left as they are.
    fn append_grants(&mut self, rows: &[GrantRow]) -> TxResult<()>;
    /// By statement.
    fn load_grants(&mut self, ids: &[StatementId]) -> TxResult<Vec<Option<GrantRow>>>;
    /// By id.
    fn load_statements(&mut self, ids: &[StatementId]) -> TxResult<Vec<Option<StatementRow>>>;
    /// Adds entries to the feed, by place.
    fn append_feed(&mut self, rows: &[FeedRow]) -> TxResult<()>;
    /// Which of these statements stand in the feed.
    fn load_fed(&mut self, ids: &[StatementId]) -> TxResult<Vec<bool>>;
    /// The entries beyond `after` that this reader gets, with statements and commits.
    fn load_feed(
        &mut self,
        after: u64,
        filter: &FeedFilter,
        limit: PageLimit,
    ) -> TxResult<FeedPage>;
    /// All marks of these sequences, ascending by sequence and level.
    fn load_marks(&mut self, chains: &[ChainId]) -> TxResult<Vec<Mark>>;
    /// Sets marks. A mark never goes back: the greater of old and new stays.
    fn save_marks(&mut self, marks: &[Mark]) -> TxResult<()>;
    /// For each question the greatest n such that nothing of the sequence at a place up to n (by `origin`) waits in `Inbox` or `Parked`, or stands in
    /// the feed beyond the given place: one less than the least such place, or the sequence's `through` where there is none.
    fn load_covered(&mut self, asks: &[Covered]) -> TxResult<Vec<u64>>;

    // ---- people and machines

    /// By key.
    fn load_peers(&mut self, keys: &[Key]) -> TxResult<Vec<Option<PeerRow>>>;
    /// Whole rows.
    fn save_peers(&mut self, rows: &[PeerRow]) -> TxResult<()>;
    /// By key.
    fn load_hubs(&mut self, keys: &[Key]) -> TxResult<Vec<Option<HubRow>>>;
    /// The hubs above this node, lowest level first.
    fn load_hubs_above(&mut self) -> TxResult<Vec<HubRow>>;
    /// Whole rows.
    fn save_hubs(&mut self, rows: &[HubRow]) -> TxResult<()>;
    /// By hash.
    fn load_invitations(&mut self, hashes: &[[u8; 32]]) -> TxResult<Vec<Option<InvitationRow>>>;
    /// Whole rows.
    fn save_invitations(&mut self, rows: &[InvitationRow]) -> TxResult<()>;
}
