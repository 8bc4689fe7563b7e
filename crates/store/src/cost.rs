//! What a store costs, measured: `cargo nextest run -p wangge-store cost:: --run-ignored only --no-capture`.
//!
//! `WANGGE_COST_FOLDER` says on which disk; without it, that of the temporary folder.

use std::ops::Range;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use wangge_engine::tx::*;
use wangge_model::area::Area;
use wangge_model::id::{self, ChangeHash, RecordId, StatementId};
use wangge_model::kind::{Facet, Kind};

use crate::conformance::{commit_numbered, within};
use crate::{Durability, Key, Mode, Options, Pool, Store};

const HUB: id::Key = id::Key([9; 32]);

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

fn area() -> Area {
    "410522001001001".parse().unwrap()
}

fn statement_id(n: u64) -> StatementId {
    let mut id = [0; 32];
    id[..8].copy_from_slice(&n.to_be_bytes());
    StatementId(id)
}

fn record_id(n: u64) -> RecordId {
    RecordId::mint(n.cast_signed(), [1; 10])
}

fn received(n: u64) -> CommitRow {
    let row = commit_numbered(n);
    let chain = ChainId {
        key: row.device,
        epoch: row.incarnation,
    };
    let origin = Some(Origin { chain, place: n });
    CommitRow {
        origin,
        state: CommitState::Inbox,
        owed: false,
        ..row
    }
}

fn receive(store: &mut Store, numbers: Range<u64>) {
    let rows: Vec<_> = numbers.map(received).collect();
    within(store, |tx| tx.append_commits(&rows).unwrap());
}

/// What admitting does at a hub: verdicts, statements, entries of the feed, records, documents.
fn admit(store: &mut Store, numbers: Range<u64>) {
    let statement = |n| StatementRow {
        id: statement_id(n),
        bytes: vec![1; 130],
        signature: vec![2; 64],
        hub: HUB,
    };
    let verdict = |n| VerdictRow {
        commit: commit_numbered(n).id,
        state: CommitState::Admitted,
        verdict: Judged {
            reason: None,
            blocked_by: None,
            statement: statement_id(n),
            hub: HUB,
            at_ms: 1,
        },
        place: Some(n),
    };
    let entry = |n| FeedRow {
        place: n,
        statement: statement_id(n),
        commit: Some(commit_numbered(n).id),
        device: Some(HUB),
        area: area(),
        scope: Scope::Area,
        origin: None,
        past: None,
    };
    let record = |n| RecordRow {
        id: record_id(n),
        kind: Kind::MATTER,
        area: area(),
        created_by: commit_numbered(n).id,
        paused: false,
    };
    let document = |n| DocRow {
        id: DocId {
            record: record_id(n),
            facet: Facet::Open,
        },
        save: vec![5; 900],
        heads: vec![ChangeHash([3; 32])],
        branch: 0,
    };
    let limit = PageLimit {
        items_max: 100,
        bytes_max: usize::MAX,
    };
    within(store, |tx| {
        tx.load_inbox(false, limit).unwrap();
        tx.append_statements(&numbers.clone().map(statement).collect::<Vec<_>>())
            .unwrap();
        tx.save_verdicts(&numbers.clone().map(verdict).collect::<Vec<_>>())
            .unwrap();
        tx.append_feed(&numbers.clone().map(entry).collect::<Vec<_>>())
            .unwrap();
        tx.save_records(&numbers.clone().map(record).collect::<Vec<_>>())
            .unwrap();
        tx.save_documents(&numbers.map(document).collect::<Vec<_>>())
            .unwrap();
    });
}

#[test]
#[ignore = "measures"]
fn of_commits() {
    for (name, key) in [("plain", Key::None), ("encrypted", Key::raw([1; 32]))] {
        let folder = folder();
        let mut store = Store::open(folder.path().join("a.db"), key, Mode::Create).unwrap();
        timed(&format!("{name}: a commit saved alone"), 50, || {
            (1..=50).for_each(|n| receive(&mut store, n..n + 1));
        });
        timed(
            &format!("{name}: a commit received, 500 a step"),
            20_000,
            || {
                (101..=20_100)
                    .step_by(500)
                    .for_each(|n| receive(&mut store, n..n + 500));
            },
        );
        timed(&format!("{name}: counts with 20,000 waiting"), 100, || {
            for _ in 0..100 {
                within(&mut store, |tx| tx.load_counts().unwrap());
            }
        });
        timed(
            &format!("{name}: a commit admitted, 100 a step"),
            20_000,
            || {
                (101..=20_100)
                    .step_by(100)
                    .for_each(|n| admit(&mut store, n..n + 100));
            },
        );
        read_feed(&mut store, name);
        let bytes = u64::from(store.pages().unwrap()) * 4096;
        eprintln!("{name}: {} bytes for each commit", bytes / 20_050);
    }
}

fn read_feed(store: &mut Store, name: &str) {
    let limit = PageLimit {
        items_max: 1000,
        bytes_max: 65_536,
    };
    let up = FeedFilter::Up {
        parent: id::Key([8; 32]),
    };
    timed(
        &format!("{name}: an entry of the feed, read by 64 KiB"),
        20_000,
        || {
            let (mut after, mut read) = (0, 0);
            loop {
                let page = within(store, |tx| tx.load_feed(after, &up, limit).unwrap());
                if page.entries.is_empty() {
                    break;
                }
                read += page.entries.len();
                after = page.through;
            }
            assert_eq!(read, 20_000);
        },
    );
    let nobody = FeedFilter::Own {
        device: id::Key([7; 32]),
    };
    timed(&format!("{name}: an entry passed over"), 20_000, || {
        within(store, |tx| tx.load_feed(0, &nobody, limit).unwrap());
    });
}

#[test]
#[ignore = "measures"]
fn of_many_stores() {
    for (name, durability) in [
        ("durable", Durability::Full),
        ("scratch", Durability::Scratch),
    ] {
        let folder = folder();
        let options =
            |n: u32| Options::new(folder.path().join(format!("{n}.db"))).durability(durability);
        make_stores(name, &options);
        timed(
            &format!("{name}: a store's first small transaction"),
            200,
            || {
                for n in 0..200 {
                    let mut store = Store::open_with(options(n)).unwrap();
                    within(&mut store, |tx| tx.save_meta(&[("a", vec![1])]).unwrap());
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
        timed(&format!("{name}: a lease that opens, read"), 1000, || {
            for n in 0..1000 {
                let lease = pool.lease(&options(n)).unwrap();
                within(&mut lease.store(), |tx| tx.load_meta(&["a"]).unwrap());
            }
        });
        timed(&format!("{name}: a lease of an open store"), 1000, || {
            (0..1000).for_each(|_| drop(pool.lease(&options(999)).unwrap()));
        });
        let files = std::fs::read_dir(folder.path()).unwrap();
        let bytes: u64 = files
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .sum();
        eprintln!(
            "{name}: {} KiB of files for each store",
            bytes / 1024 / 1000
        );
    }
}

fn make_stores(name: &str, options: &(impl Fn(u32) -> Options + Sync)) {
    timed(&format!("{name}: a store made"), 50, || {
        (0..50).for_each(|n| drop(Store::open_with(options(n)).unwrap()));
    });
    timed(&format!("{name}: a store made, 8 at a time"), 950, || {
        thread::scope(|scope| {
            for worker in 0..8 {
                scope.spawn(move || {
                    for n in (50..1000).skip(worker).step_by(8) {
                        drop(Store::open_with(options(n)).unwrap());
                    }
                });
            }
        });
    });
}

/// Memory that is this process's own, in KiB.
fn memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("RssAnon"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

#[test]
#[ignore = "measures"]
fn of_open_stores() {
    const STORES: u64 = 100;
    for (name, key) in [("plain", Key::None), ("encrypted", Key::raw([1; 32]))] {
        let folder = folder();
        let before = memory_kib();
        let mut open = Vec::new();
        for n in 0..STORES {
            let options = Options::new(folder.path().join(format!("{n}.db"))).key(key.clone());
            let mut store = Store::open_with(options.durability(Durability::Scratch)).unwrap();
            receive(&mut store, 1..20);
            admit(&mut store, 1..20);
            open.push(store);
        }
        let writers = memory_kib();
        for store in &open {
            let found =
                store.read(|conn| conn.execute_batch("SELECT * FROM commits").map_err(refused));
            found.unwrap();
        }
        eprintln!(
            "{name}: an open store {} KiB, its reader {} KiB more",
            (writers - before) / STORES,
            (memory_kib() - writers) / STORES
        );
    }
}

fn refused(source: rusqlite::Error) -> crate::StoreError {
    crate::StoreError::Sql {
        doing: "measuring",
        source,
    }
}
