use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};

use super::*;
use crate::Store;
use crate::conformance::{commit_numbered, within};

/// A store of `count` owed commits, closed and whole in its one file.
fn store_of(path: &Path, key: Key, count: u64) {
    let mut store = Store::open(path, key, Mode::Create).unwrap();
    for first in (1..=count).step_by(50) {
        let rows: Vec<_> = (first..first + 50).map(commit_numbered).collect();
        within(&mut store, |tx| tx.append_commits(&rows).unwrap());
    }
    store.close().unwrap();
}

fn spoil(path: &Path, page: u64) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(page * 4096)).unwrap();
    file.write_all(&[0xA5; 4096]).unwrap();
}

fn keys() -> [Key; 2] {
    [Key::None, Key::raw([3; 32])]
}

#[test]
fn a_whole_store_comes_out_whole() {
    for key in keys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        store_of(&path, key.clone(), 200);
        let aside = set_aside(&path, 17).unwrap();
        assert_eq!(aside, folder.path().join("a.db.broken-17"));
        assert!(!path.exists());

        let wreck = Wreck::open(&aside, key).unwrap();
        let mut commits = wreck.commits();
        for (number, found) in (1..).zip(commits.by_ref()) {
            let row = commit_numbered(number);
            assert_eq!(
                (found.number, found.owed, found.state),
                (number, true, Some(row.state))
            );
            assert_eq!((found.header, found.signature), (row.header, row.signature));
            let parts: Vec<_> = row
                .parts
                .into_iter()
                .map(|part| (part.salt, part.change))
                .collect();
            assert_eq!(found.parts, parts);
        }
        assert_eq!(commits.unreadable(), 0);
        assert_eq!(wreck.commits().count(), 200);
    }
}

#[test]
fn the_log_goes_with_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let mut store = Store::open(&path, Key::None, Mode::Create).unwrap();
    within(&mut store, |tx| {
        tx.append_commits(&[commit_numbered(1)]).unwrap()
    });
    // Dropped, not closed: the commit is in the log only.
    drop(store);
    let wreck = Wreck::open(&set_aside(&path, 1).unwrap(), Key::None).unwrap();
    assert_eq!(wreck.commits().count(), 1);
}

#[test]
fn two_wrecks_of_one_moment_keep_two_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    store_of(&path, Key::None, 50);
    let first = set_aside(&path, 17).unwrap();
    store_of(&path, Key::None, 50);
    let second = set_aside(&path, 17).unwrap();
    assert_ne!(first, second);
    assert!(first.exists() && second.exists());
    fs::write(folder.path().join("a.db.broken-17-wal"), "").unwrap();
    assert_eq!(wrecks(&path), [first, second]);
}

/// Pages are spoilt one at a time; the commits that are not on the page must come out whole.
#[test]
fn one_spoilt_page_costs_its_own_rows_only() {
    for (key, stride) in keys().into_iter().zip([1, 5]) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        store_of(&path, key.clone(), 300);
        let pages = fs::metadata(&path).unwrap().len() / 4096;
        let mut lost_most = 0;
        let mut all_lost = 0;
        for page in (1..pages).step_by(stride) {
            let copy = folder.path().join(format!("copy-{page}"));
            fs::copy(&path, &copy).unwrap();
            spoil(&copy, page);
            let wreck = Wreck::open(&copy, key.clone()).unwrap();
            let whole: BTreeSet<_> = wreck
                .commits()
                .filter(|found| {
                    let row = commit_numbered(found.number);
                    found.header == row.header && found.parts.len() == row.parts.len()
                })
                .map(|found| found.number)
                .collect();
            let lost = 300 - whole.len();
            if lost == 300 {
                all_lost += 1;
            } else {
                lost_most = lost_most.max(lost);
            }
            fs::remove_file(&copy).unwrap();
        }
        eprintln!(
            "{key:?}: {pages} pages, {all_lost} of them cost all, another at most {lost_most} of 300"
        );
        assert!(lost_most <= 20, "{lost_most}");
        // The roots of the two tables, and the pages that the schema's text stands on: SQLite reads no table without all of it. 8,000 bytes of it
        // filled two of them; the table and the columns of step 2 need a third.
        assert!(all_lost <= 5, "{all_lost}");
    }
}
