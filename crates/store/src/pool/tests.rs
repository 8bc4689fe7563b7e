use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use wangge_engine::tx::Storage;

use super::*;
use crate::conformance::within;
use crate::{Durability, Key, Mode};

fn options(folder: &Path, n: usize) -> Options {
    Options::new(folder.join(format!("{n}.db"))).durability(Durability::Scratch)
}

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

#[test]
fn the_longest_idle_store_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let pool = Pool::new(2);
    let opened = |n| {
        let before = pool.figures().opened;
        drop(pool.lease(&options(folder.path(), n)).unwrap());
        pool.figures().opened - before
    };
    assert_eq!([0, 1, 0, 1].map(opened), [1, 1, 0, 0]);
    assert_eq!(opened(2), 1);
    // 0 was idle longest, 1 is still open.
    assert_eq!([1, 0].map(opened), [0, 1]);
    assert_eq!(pool.figures().open, 2);
}

#[test]
fn a_leased_store_stays_open() {
    let folder = tempfile::tempdir().unwrap();
    let pool = Pool::new(2);
    let held = pool.lease(&options(folder.path(), 0)).unwrap();
    for n in 1..5 {
        drop(pool.lease(&options(folder.path(), n)).unwrap());
    }
    let again = pool.lease(&options(folder.path(), 0)).unwrap();
    assert!(std::ptr::eq(held.store(), again.store()));
    assert!(!pool.close(held.path()));
    let path = held.path().to_owned();
    drop((held, again));
    assert!(pool.close(&path));
}

#[test]
fn whoever_finds_all_seats_leased_waits() {
    let folder = tempfile::tempdir().unwrap();
    let pool = Pool::new(3);
    let most = AtomicUsize::new(0);
    thread::scope(|scope| {
        for worker in 0..8 {
            let (pool, folder, most) = (&pool, folder.path(), &most);
            scope.spawn(move || {
                for round in 0..25 {
                    let lease = pool
                        .lease(&options(folder, (worker * 7 + round * 3) % 20))
                        .unwrap();
                    most.fetch_max(pool.figures().open, Ordering::Relaxed);
                    within(&mut lease.store(), |tx| {
                        let seen = tx.load_meta(&["visits"]).unwrap()[0]
                            .as_ref()
                            .map_or(0, |bytes| bytes[0]);
                        tx.save_meta(&[("visits", vec![seen + 1])]).unwrap();
                    });
                }
            });
        }
    });
    assert!(most.into_inner() <= 3);
    let visits: u32 = (0..20)
        .map(|n| {
            let lease = pool.lease(&options(folder.path(), n)).unwrap();
            let found = lease
                .store()
                .transact(|tx| tx.load_meta(&["visits"]))
                .unwrap();
            found[0].as_ref().map_or(0, |bytes| u32::from(bytes[0]))
        })
        .sum();
    assert_eq!(visits, 200);
}

#[test]
fn a_store_that_does_not_open_takes_no_seat() {
    let folder = tempfile::tempdir().unwrap();
    let pool = Pool::new(1);
    let missing = options(folder.path(), 0).mode(Mode::Existing);
    assert!(pool.lease(&missing).is_err());
    let locked = options(folder.path(), 1).key(Key::raw([1; 32]));
    drop(pool.lease(&locked).unwrap());
    pool.close_idle().unwrap();
    assert!(pool.lease(&options(folder.path(), 1)).is_err());
    assert_eq!(pool.figures().open, 0);
    drop(pool.lease(&locked).unwrap());
}

#[test]
fn files_stay_within_what_a_store_may_cost() {
    let folder = tempfile::tempdir().unwrap();
    let before = open_files();
    let pool = Pool::new(8);
    for n in 0..40 {
        let lease = pool.lease(&options(folder.path(), n)).unwrap();
        within(&mut lease.store(), |tx| {
            tx.save_meta(&[("a", vec![1])]).unwrap()
        });
        lease
            .read(|conn| Ok::<_, StoreError>(conn.is_autocommit()))
            .unwrap();
    }
    assert!(
        open_files() - before <= 8 * limits::FILES_PER_STORE,
        "{}",
        open_files() - before
    );
    pool.close_idle().unwrap();
    assert_eq!(open_files(), before);
    assert_eq!(
        Pool::open_max_for(1024),
        (1024 - limits::FILES_RESERVED) / limits::FILES_PER_STORE
    );
    assert_eq!(Pool::open_max_for(0), 1);
}
