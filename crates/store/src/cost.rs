//! What a store costs, measured: `cargo nextest run -p wangge-store cost --run-ignored only --no-capture`.
//!
//! `WANGGE_COST_FOLDER` says on which disk; without it, that of the temporary folder.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use wangge_engine::tx::*;
use wangge_model::id::{ChangeHash, RecordId, StatementId};
use wangge_model::kind::{Facet, Kind};

use crate::conformance::{commit_numbered, within};
use crate::{Durability, Key, Mode, Options, Pool, Store};

fn folder() -> tempfile::TempDir {
    match std::env::var_os("WANGGE_COST_FOLDER") {
        Some(folder) => tempfile::tempdir_in(PathBuf::from(folder)).unwrap(),
        None => tempfile::tempdir().unwrap(),
    }
}

fn timed<R>(what: &str, times: u32, work: impl FnOnce() -> R) -> R {
    let begin = Instant::now();
    let done = work();
    let each: Duration = begin.elapsed() / times;
    eprintln!("{what:60} {:>10.1} µs", each.as_secs_f64() * 1e6);
    done
}

/// What one admitted commit writes at a hub: verdict, statement, feed entry, record and document.
fn admit(tx: &mut dyn Tx, numbers: std::ops::Range<u64>) {
    let ids: Vec<_> = numbers.clone().map(|n| commit_numbered(n).id).collect();
    let statement_id = |n: u64| {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&n.to_be_bytes());
        StatementId(id)
    };
    let record = |n: u64| RecordId::mint(n.cast_signed(), [1; 10]);
    let hub = wangge_model::id::Key([9; 32]);
    let area: wangge_model::area::Area = "410522001001001".parse().unwrap();
    let statements: Vec<_> = numbers
        .clone()
        .map(|n| StatementRow {
            id: statement_id(n),
            bytes: vec![1; 130],
            signature: vec![2; 64],
            hub,
        })
        .collect();
    tx.append_statements(&statements).unwrap();
    let verdicts: Vec<_> = numbers
        .clone()
        .zip(&ids)
        .map(|(n, id)| VerdictRow {
            commit: *id,
            state: CommitState::Admitted,
            verdict: Judged {
                reason: None,
                blocked_by: None,
                statement: statement_id(n),
                hub,
                at_ms: 1,
            },
            place: Some(n),
        })
        .collect();
    tx.save_verdicts(&verdicts).unwrap();
    let feed: Vec<_> = numbers
        .clone()
        .zip(&ids)
        .map(|(n, id)| FeedRow {
            place: n,
            statement: statement_id(n),
            commit: Some(*id),
            device: Some(hub),
            area: area.clone(),
            scope: Scope::Area,
            origin: None,
        })
        .collect();
    tx.append_feed(&feed).unwrap();
    let records: Vec<_> = numbers
        .clone()
        .zip(&ids)
        .map(|(n, id)| RecordRow {
            id: record(n),
            kind: Kind::Matter,
            area: area.clone(),
            created_by: *id,
            paused: false,
        })
        .collect();
    tx.save_records(&records).unwrap();
    let documents: Vec<_> = numbers
        .map(|n| DocRow {
            id: DocId {
                record: record(n),
                facet: Facet::Open,
            },
            save: vec![5; 900],
            heads: vec![ChangeHash([3; 32])],
            branch: 0,
        })
        .collect();
    tx.save_documents(&documents).unwrap();
}

fn received(n: u64) -> CommitRow {
    let chain = ChainId {
        key: commit_numbered(n).device,
        epoch: commit_numbered(n).incarnation,
    };
    CommitRow {
        origin: Some(Origin { chain, place: n }),
        state: CommitState::Inbox,
        owed: false,
        ..commit_numbered(n)
    }
}

#[test]
#[ignore = "measures"]
fn of_commits() {
    for (name, key) in [("plain", Key::None), ("encrypted", Key::raw([1; 32]))] {
        let folder = folder();
        let path = folder.path().join("a.db");
        let mut store = Store::open(&path, key, Mode::Create).unwrap();
        timed(
            &format!("{name}: 50 commits saved one by one, each"),
            50,
            || {
                for n in 1..=50 {
                    within(&mut store, |tx| tx.append_commits(&[received(n)]).unwrap());
                }
            },
        );
        timed(
            &format!("{name}: 20,000 commits received, 500 a step, each"),
            20_000,
            || {
                for first in (101..=20_100).step_by(500) {
                    let rows: Vec<_> = (first..first + 500).map(received).collect();
                    within(&mut store, |tx| tx.append_commits(&rows).unwrap());
                }
            },
        );
        timed(&format!("{name}: counts with 20,000 waiting"), 100, || {
            for _ in 0..100 {
                within(&mut store, |tx| tx.load_counts().unwrap());
            }
        });
        timed(
            &format!("{name}: 20,000 commits admitted, 100 a step, each"),
            20_000,
            || {
                for first in (101..=20_100).step_by(100) {
                    within(&mut store, |tx| {
                        let limit = PageLimit {
                            items_max: 100,
                            bytes_max: usize::MAX,
                        };
                        assert_eq!(tx.load_inbox(false, limit).unwrap().len(), 100);
                        admit(tx, first..first + 100);
                    });
                }
            },
        );
        let up = FeedFilter::Up {
            parent: wangge_model::id::Key([8; 32]),
        };
        let mut read = 0;
        timed(
            &format!("{name}: 20,000 entries of the feed read by 64 KiB, each"),
            20_000,
            || {
                let limit = PageLimit {
                    items_max: 1000,
                    bytes_max: 65_536,
                };
                let mut after = 0;
                loop {
                    let page = within(&mut store, |tx| tx.load_feed(after, &up, limit).unwrap());
                    if page.entries.is_empty() {
                        break;
                    }
                    read += page.entries.len();
                    after = page.through;
                }
            },
        );
        assert_eq!(read, 20_000);
        let nobody = FeedFilter::Own {
            device: wangge_model::id::Key([7; 32]),
        };
        timed(
            &format!("{name}: 20,000 entries passed over, each"),
            20_000,
            || {
                let limit = PageLimit {
                    items_max: 1000,
                    bytes_max: 65_536,
                };
                within(&mut store, |tx| tx.load_feed(0, &nobody, limit).unwrap());
            },
        );
        let bytes = u64::from(store.pages().unwrap()) * 4096;
        eprintln!("{name}: {} bytes for each commit", bytes / 20_050);
        drop(store);
    }
}

#[test]
#[ignore = "measures"]
fn of_many_stores() {
    const STORES: usize = 1000;
    for (name, durability) in [
        ("durable", Durability::Full),
        ("scratch", Durability::Scratch),
    ] {
        let folder = folder();
        let options =
            |n: usize| Options::new(folder.path().join(format!("{n}.db"))).durability(durability);
        timed(&format!("{name}: a store made"), 50, || {
            for n in 0..50 {
                drop(Store::open_with(options(n)).unwrap());
            }
        });
        timed(
            &format!("{name}: a store made, 8 at a time"),
            (STORES - 50) as u32,
            || {
                thread::scope(|scope| {
                    for worker in 0..8 {
                        scope.spawn(move || {
                            for n in (50..STORES).skip(worker).step_by(8) {
                                drop(Store::open_with(options(n)).unwrap());
                            }
                        });
                    }
                });
            },
        );
        let visit =
            |store: &Store| within(&mut &*store, |tx| tx.save_meta(&[("a", vec![1])]).unwrap());
        timed(
            &format!("{name}: a store's first small transaction, opened for it"),
            200,
            || {
                for n in 0..200 {
                    visit(&Store::open_with(options(n)).unwrap());
                }
            },
        );
        timed(
            &format!("{name}: a store opened again and read"),
            200,
            || {
                for n in 0..200 {
                    let mut store = Store::open_with(options(n)).unwrap();
                    within(&mut store, |tx| tx.load_meta(&["a"]).unwrap());
                }
            },
        );
        let pool = Pool::new(100);
        timed(
            &format!("{name}: a lease of 1,000 stores through a pool of 100"),
            STORES as u32,
            || {
                for n in 0..STORES {
                    let lease = pool.lease(&options(n)).unwrap();
                    within(&mut lease.store(), |tx| tx.load_meta(&["a"]).unwrap());
                }
            },
        );
        timed(&format!("{name}: a lease of an open store"), 1000, || {
            for _ in 0..1000 {
                drop(pool.lease(&options(STORES - 1)).unwrap());
            }
        });
        let bytes: u64 = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .sum();
        eprintln!(
            "{name}: {} KiB of files for each store",
            bytes / 1024 / STORES as u64
        );
    }
}
