//! What every store must do: one suite, run over each kind of store that there is.
//!
//! A case is a function of a fresh [`Storage`]; [`for_each_store!`] makes a test of each case for each
//! store. The texts that the cases hold the stores to are the docs of [`wangge_engine::tx::Tx`].

use wangge_engine::error::TxError;
use wangge_engine::tx::*;
use wangge_model::area::Area;
use wangge_model::id::*;
use wangge_model::kind::*;
use wangge_model::reason::Reason;

mod commits;
mod feed;
mod moves;
mod others;
mod waiting;

/// Runs `work` in a transaction that commits.
pub(crate) fn within<R>(storage: &mut impl Storage, work: impl FnOnce(&mut dyn Tx) -> R) -> R {
    storage.transact(|tx| Ok::<_, TxError>(work(tx))).unwrap()
}

fn area(code: &str) -> Area {
    code.parse().unwrap()
}

fn key(n: u8) -> Key {
    Key([n; 32])
}

fn chain(n: u8) -> ChainId {
    ChainId {
        key: key(n),
        epoch: Incarnation([n; 8]),
    }
}

fn record(n: u8) -> RecordId {
    RecordId::mint(1_700_000_000_000 + i64::from(n), [n; 10])
}

fn member(n: u8) -> MemberId {
    MemberId::mint(1_700_000_000_000, [n; 10])
}

fn doc(n: u8) -> DocId {
    DocId {
        record: record(n),
        facet: Facet::Open,
    }
}

fn commit_id(n: u8) -> CommitId {
    CommitId([n; 32])
}

fn hash(n: u8) -> ChangeHash {
    ChangeHash([n; 32])
}

fn statement_id(n: u8) -> StatementId {
    StatementId([n; 32])
}

/// A commit with every column filled: number `n` of device 1, changing document `n`.
fn commit(n: u8) -> CommitRow {
    CommitRow {
        id: commit_id(n),
        header: vec![n; 200],
        signature: vec![n; 64],
        parts: vec![PartRow {
            salt: vec![n; 16],
            change: vec![n; 150],
            named: Some(PartName {
                doc: doc(n),
                kind: Kind::MATTER,
                branch: 3,
            }),
            outline: Some(PartOutline {
                hash: hash(n),
                actor: ActorId([n; 16]),
                start_op: 7,
                ops: 5,
            }),
        }],
        device: key(1),
        incarnation: Incarnation([1; 8]),
        device_seq: n.into(),
        said: Some(SaidRow {
            author: member(9),
            grant: statement_id(99),
            act: Act::Edit,
            hlc: 1_700_000_000_000 << 16,
            stated_ms: -5,
            evidence: Some(commit_id(98)),
            reason: Some(Reason::DeclinedWrong),
        }),
        area: area("410522001001001"),
        received_ms: 1_700_000_000_123,
        origin: Some(Origin {
            chain: chain(1),
            place: n.into(),
        }),
        owed: false,
        state: CommitState::Inbox,
        verdict: None,
        place: None,
    }
}

/// The `n`th commit of device 1, still owed, its bytes all its own.
pub(crate) fn commit_numbered(n: u64) -> CommitRow {
    let mut row = CommitRow {
        device_seq: n,
        owed: true,
        state: CommitState::Own,
        origin: None,
        ..commit(1)
    };
    let unique = |bytes: &mut [u8]| bytes[..8].copy_from_slice(&n.to_be_bytes());
    unique(&mut row.id.0);
    unique(&mut row.header);
    for part in &mut row.parts {
        unique(&mut part.change);
        if let Some(outline) = &mut part.outline {
            unique(&mut outline.hash.0);
        }
    }
    row
}

/// A commit of which nothing could be read.
fn unreadable(n: u8) -> CommitRow {
    CommitRow {
        parts: vec![PartRow {
            salt: vec![],
            change: vec![1, 2, 3],
            named: None,
            outline: None,
        }],
        said: None,
        device_seq: u64::MAX,
        state: CommitState::Held,
        verdict: Some(judged(n, Some(Reason::Malformed))),
        ..commit(n)
    }
}

fn judged(n: u8, reason: Option<Reason>) -> Judged {
    Judged {
        reason,
        blocked_by: None,
        statement: statement_id(n),
        hub: key(200),
        at_ms: 42,
    }
}

fn statement(n: u8) -> StatementRow {
    StatementRow {
        id: statement_id(n),
        bytes: vec![n; 120],
        signature: vec![n; 64],
        hub: key(200),
    }
}

/// Everything of a page.
const WHOLE: PageLimit = PageLimit {
    items_max: usize::MAX,
    bytes_max: usize::MAX,
};

/// What one commit of [`commit`] counts against a page's bound.
const COMMIT_BYTES: usize = 200 + 64 + 16 + 150;

/// Makes a test of each case for each store.
macro_rules! for_each_store {
    ($($file:ident { $($case:ident)* })*) => {
        mod in_memory {
            $(mod $file {
                $(#[test] fn $case() {
                    let mut store = crate::Store::open_memory().unwrap();
                    crate::conformance::$file::$case(&mut store);
                })*
            })*
        }
        mod plain_file {
            $(mod $file {
                $(#[test] fn $case() {
                    let folder = tempfile::tempdir().unwrap();
                    let options = crate::Options::new(folder.path().join("a.db"));
                    crate::conformance::$file::$case(&mut crate::Store::open_with(options).unwrap());
                })*
            })*
        }
        mod encrypted_file {
            $(mod $file {
                $(#[test] fn $case() {
                    let folder = tempfile::tempdir().unwrap();
                    let options = crate::Options::new(folder.path().join("a.db")).key(crate::Key::raw([7; 32]));
                    crate::conformance::$file::$case(&mut crate::Store::open_with(options).unwrap());
                })*
            })*
        }
    };
}

for_each_store! {
    commits {
        a_commit_comes_back_as_it_went_in
        what_could_not_be_read_comes_back_too
        answers_stand_in_the_order_of_the_ids
        a_second_commit_of_an_id_is_an_error
        a_verdict_changes_state_and_place_only
        a_verdict_on_an_unknown_commit_is_an_error
        a_change_belongs_to_the_commit_that_brought_it_first
        history_leaves_out_what_waits
    }
    waiting {
        the_inbox_is_paged_by_number
        a_page_holds_at_least_one
        parked_commits_come_back_under_their_number
        a_verdict_forgets_parking
        parked_are_counted_and_listed_by_age
        held_bytes_are_summed_by_origin
        counts_tell_what_stands_open
        the_outbox_owes_what_lies_beyond
        a_verdict_ends_what_is_owed
        what_is_owed_ends_up_to_a_place
        own_commits_are_found_by_their_place
    }
    feed {
        statements_stay_as_they_were_first
        grants_come_back_as_they_went_in
        a_place_is_filled_once
        an_entry_needs_its_statement
        up_goes_all_and_what_came_from_there_is_bare
        a_device_gets_its_area_and_its_own
        a_hub_gets_its_area_but_not_its_own
        a_page_tells_how_far_it_reaches
        entries_bring_their_commit
        marks_never_go_back
        covered_stops_at_the_first_that_waits
    }
    moves {
        a_placement_moves_its_record
        who_reads_what_of_a_record_that_moved
        an_entry_tells_where_its_parts_stand
        what_leaves_is_gone_but_for_ones_own
    }
    others {
        nothing_of_a_failed_transaction_stays
        nothing_of_a_panicked_transaction_stays
        a_transaction_reads_its_own_writes
        named_values_are_replaced
        chains_are_found_by_id_and_by_key
        records_are_replaced_whole
        documents_are_replaced_whole
        peers_come_back
        hubs_above_come_lowest_first
        invitations_come_back
    }
}
