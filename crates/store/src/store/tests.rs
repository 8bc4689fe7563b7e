use std::sync::mpsc;
use std::{fs, thread};

use wangge_engine::tx::*;

use super::*;
use crate::conformance::{commit_numbered, within};
use crate::{Durability, Fault};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn make(path: &Path, key: Key) -> Store {
    Store::open(path, key, Mode::Create).unwrap()
}

fn count(store: &Store) -> usize {
    store
        .read(|conn| {
            conn.query_row("SELECT count(*) FROM commits", [], |row| row.get(0))
                .doing("counting")
        })
        .unwrap()
}

#[test]
fn a_store_keeps_what_it_was_given() {
    for key in [Key::None, Key::raw([1; 32])] {
        let folder = folder();
        let path = folder.path().join("a.db");
        let mut store = make(&path, key.clone());
        within(&mut store, |tx| {
            tx.append_commits(&[commit_numbered(1)]).unwrap()
        });
        store.save_secret("device", &[9; 32]).unwrap();
        drop(store);
        let mut store = Store::open(&path, key.clone(), Mode::Existing).unwrap();
        within(&mut store, |tx| {
            let row = commit_numbered(1);
            assert_eq!(tx.load_commits(&[row.id]).unwrap(), [Some(row)]);
        });
        assert_eq!(
            store.load_secret("device").unwrap().as_deref(),
            Some(&vec![9; 32])
        );
        assert_eq!(store.load_secret("hub").unwrap(), None);
        store.check().unwrap();
        store.close().unwrap();
        let reader = Store::open(&path, key, Mode::ReadOnly).unwrap();
        assert_eq!(count(&reader), 1);
        // The one file is the whole store.
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert!(
            !left
                .iter()
                .any(|name| name == "a.db.new" || name == "a.db.lock"),
            "{left:?}"
        );
    }
}

#[test]
fn commits_are_durable_and_logged_ahead() {
    let folder = folder();
    let store = make(&folder.path().join("a.db"), Key::raw([1; 32]));
    let pragmas: (String, i64, i64, i64, i64) = store
        .views_tx(|tx| {
            let ask = |name: &str| {
                tx.pragma_query_value(None, name, |row| row.get(0))
                    .doing("asking")
            };
            let mode = tx
                .pragma_query_value(None, "journal_mode", |row| row.get(0))
                .doing("asking")?;
            Ok::<_, StoreError>((
                mode,
                ask("synchronous")?,
                ask("foreign_keys")?,
                ask("temp_store")?,
                ask("fullfsync")?,
            ))
        })
        .unwrap();
    assert_eq!(pragmas, ("wal".to_owned(), 2, 1, 2, 1));
}

#[test]
fn an_encrypted_store_holds_no_plain_text() {
    let folder = folder();
    let path = folder.path().join("a.db");
    let mut store = make(&path, Key::raw([1; 32]));
    within(&mut store, |tx| {
        tx.save_meta(&[("needle", b"410522199001011234".to_vec())])
            .unwrap()
    });
    let mut seen = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        seen += bytes.len();
        for needle in [
            &b"410522199001011234"[..],
            b"SQLite format",
            b"CREATE TABLE",
        ] {
            assert!(!bytes.windows(needle.len()).any(|window| window == needle));
        }
    }
    assert!(seen > 100_000, "{seen}");
}

#[test]
fn keys_are_told_apart() {
    let folder = folder();
    let (plain, locked) = (
        folder.path().join("plain.db"),
        folder.path().join("locked.db"),
    );
    make(&plain, Key::None).close().unwrap();
    make(&locked, Key::raw([1; 32])).close().unwrap();
    let before = (fs::read(&plain).unwrap(), fs::read(&locked).unwrap());
    let open = |path: &Path, key| Store::open(path, key, Mode::Create).unwrap_err();

    let error = open(&locked, Key::raw([2; 32]));
    assert!(matches!(error, StoreError::KeyWrong { .. }), "{error:?}");
    assert_eq!(
        (error.fault(), error.retry(), error.is_damage()),
        (Fault::Caller, false, false)
    );
    let error = open(&locked, Key::None);
    assert!(matches!(error, StoreError::KeyMissing { .. }), "{error:?}");
    let error = open(&plain, Key::raw([2; 32]));
    assert!(matches!(error, StoreError::KeyNeedless { .. }), "{error:?}");
    assert_eq!(
        (fs::read(&plain).unwrap(), fs::read(&locked).unwrap()),
        before
    );
}

#[test]
fn what_is_not_a_store_is_left_as_it_is() {
    let folder = folder();
    let text = folder.path().join("notes.txt");
    let long_text = folder.path().join("long.txt");
    let foreign = folder.path().join("foreign.db");
    fs::write(&text, "not a database").unwrap();
    fs::write(&long_text, "not a database. ".repeat(512)).unwrap();
    let conn = Connection::open(&foreign).unwrap();
    conn.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        .unwrap();
    conn.close().unwrap();
    for path in [&text, &long_text, &foreign] {
        for key in [Key::None, Key::raw([1; 32])] {
            for mode in [Mode::Create, Mode::Existing, Mode::ReadOnly] {
                let before = fs::read(path).unwrap();
                let error = Store::open(path, key.clone(), mode).unwrap_err();
                let expected = matches!(
                    error,
                    StoreError::NotOurs { .. } | StoreError::KeyNeedless { .. }
                );
                assert!(expected, "{}: {error:?}", path.display());
                assert_eq!(fs::read(path).unwrap(), before);
            }
        }
    }
    let error = Store::open(folder.path().join("none.db"), Key::None, Mode::Existing).unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error:?}");
}

#[test]
fn a_newer_store_asks_for_a_newer_program() {
    let folder = folder();
    let path = folder.path().join("a.db");
    let store = make(&path, Key::None);
    store
        .views_tx(|tx| tx.pragma_update(None, "user_version", 7).doing("ageing"))
        .unwrap();
    store.close().unwrap();
    for mode in [Mode::Create, Mode::ReadOnly] {
        let error = Store::open(&path, Key::None, mode).unwrap_err();
        assert_eq!(
            error.to_string(),
            "this store was written by a newer wangge (store schema 7, this program knows 2): update the program"
        );
    }
}

#[test]
fn a_damaged_store_says_so() {
    let folder = folder();
    let path = folder.path().join("a.db");
    let mut store = make(&path, Key::None);
    let rows: Vec<_> = (1..=200).map(commit_numbered).collect();
    within(&mut store, |tx| tx.append_commits(&rows).unwrap());
    store.close().unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let sound = bytes.len() / 4 * 3;
    bytes[sound..].fill(0xA5);
    fs::write(&path, bytes).unwrap();
    let mut store = Store::open(&path, Key::None, Mode::Existing).unwrap();
    assert!(store.check().unwrap_err().is_damage());
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let error = store.transact(|tx| tx.load_commits(&ids)).unwrap_err();
    assert!(!error.retry());
    drop(store);
    // Whoever met it opens the store again, and hears what to do.
    let error = Store::open(&path, Key::None, Mode::Create).unwrap_err();
    assert!(error.is_damage(), "{error:?}");
    let aside = crate::salvage::set_aside(&path, 1).unwrap();
    let store = make(&path, Key::None);
    assert_eq!(count(&store), 0);
    let wreck = crate::salvage::Wreck::open(&aside, Key::None).unwrap();
    let saved = wreck.commits().count();
    assert!(saved > 20, "{saved}");
}

#[test]
fn a_suspicion_is_lifted_where_all_is_whole() {
    let folder = folder();
    let path = folder.path().join("a.db");
    make(&path, Key::raw([1; 32])).close().unwrap();
    check::suspect(&path);
    let mark = folder.path().join("a.db.suspect");
    assert!(mark.exists());
    make(&path, Key::raw([1; 32])).close().unwrap();
    assert!(!mark.exists());
}

#[test]
fn another_programs_write_is_noticed_once() {
    let folder = folder();
    let path = folder.path().join("a.db");
    let (mut ours, mut theirs) = (make(&path, Key::None), make(&path, Key::None));
    within(&mut ours, |tx| tx.save_meta(&[("a", vec![1])]).unwrap());
    let overtaken = theirs
        .transact(|tx| tx.save_meta(&[("b", vec![1])]))
        .unwrap_err();
    assert!(overtaken.retry(), "{overtaken:?}");
    within(&mut theirs, |tx| {
        assert_eq!(tx.load_meta(&["a", "b"]).unwrap(), [Some(vec![1]), None]);
        tx.save_meta(&[("b", vec![1])]).unwrap();
    });
    // A view's write of our own is nobody's surprise.
    assert!(ours.transact(|tx| tx.load_meta(&["b"])).is_err());
    ours.save_secret("x", b"y").unwrap();
    within(&mut ours, |tx| {
        assert_eq!(tx.load_meta(&["b"]).unwrap(), [Some(vec![1])])
    });
}

#[test]
fn a_reader_waits_for_no_writer() {
    let folder = folder();
    let mut store = make(&folder.path().join("a.db"), Key::None);
    within(&mut store, |tx| {
        tx.append_commits(&[commit_numbered(1)]).unwrap()
    });
    let (writing, written) = (mpsc::channel(), mpsc::channel::<()>());
    thread::scope(|scope| {
        let store = &store;
        scope.spawn(move || {
            within(&mut &*store, |tx| {
                tx.append_commits(&[commit_numbered(2)]).unwrap();
                writing.0.send(()).unwrap();
                written.1.recv().unwrap();
            });
        });
        writing.1.recv().unwrap();
        assert_eq!(count(store), 1);
        written.0.send(()).unwrap();
    });
    assert_eq!(count(&store), 2);
    let refused = store.read(|conn| {
        conn.execute("DELETE FROM commits", [])
            .doing("writing through a reader")
    });
    assert!(refused.is_err());
}

#[test]
fn a_full_disk_keeps_what_was_committed() {
    let folder = folder();
    let mut store = make(&folder.path().join("a.db"), Key::raw([1; 32]));
    within(&mut store, |tx| {
        tx.append_commits(&[commit_numbered(1)]).unwrap()
    });
    store.cap_pages(Some(store.pages().unwrap() + 2)).unwrap();
    let rows: Vec<_> = (2..=200).map(commit_numbered).collect();
    let error = store.transact(|tx| tx.append_commits(&rows)).unwrap_err();
    assert!(error.retry(), "{error:?}");
    assert_eq!(count(&store), 1);
    store.cap_pages(None).unwrap();
    within(&mut store, |tx| tx.append_commits(&rows).unwrap());
    assert_eq!(count(&store), 200);
    store.check().unwrap();
}

#[test]
fn a_copy_is_a_whole_store() {
    let folder = folder();
    let key = Key::raw([1; 32]);
    let mut store = make(&folder.path().join("a.db"), key.clone());
    within(&mut store, |tx| {
        tx.append_commits(&[commit_numbered(1)]).unwrap()
    });
    let copy = folder.path().join("b.db");
    store.copy_to(&copy).unwrap();
    within(&mut store, |tx| {
        tx.append_commits(&[commit_numbered(2)]).unwrap()
    });
    let copied = Store::open(&copy, key.clone(), Mode::Existing).unwrap();
    assert_eq!((count(&store), count(&copied)), (2, 1));
    assert!(matches!(
        Store::open(&copy, Key::raw([2; 32]), Mode::Existing),
        Err(StoreError::KeyWrong { .. })
    ));
    assert!(store.copy_to(&copy).is_err());
}

#[test]
fn two_makers_of_one_store_make_one() {
    let folder = folder();
    let path = folder.path().join("a.db");
    thread::scope(|scope| {
        for n in 0..8_u8 {
            let path = &path;
            scope.spawn(move || {
                let options = Options::new(path).durability(Durability::Scratch);
                let store = Store::open_with(options).unwrap();
                store.save_secret(&format!("{n}"), &[n]).unwrap();
            });
        }
    });
    let store = make(&path, Key::None);
    for n in 0..8_u8 {
        assert_eq!(
            store.load_secret(&format!("{n}")).unwrap().as_deref(),
            Some(&vec![n])
        );
    }
}

#[test]
fn a_record_stands_in_the_journal_once_and_always_ahead() {
    let mut store = Store::open_memory().unwrap();
    let record = |n: u8| wangge_model::id::RecordId::mint(1, [n; 10]);
    let save = |store: &mut Store, n: u8| {
        let id = DocId {
            record: record(n),
            facet: wangge_model::kind::Facet::Open,
        };
        within(store, |tx| {
            tx.save_documents(&[DocRow {
                id,
                save: vec![],
                heads: vec![],
                branch: 0,
            }])
            .unwrap()
        });
    };
    let touched = |store: &Store| {
        store
            .read(|conn| {
                let mut rows = conn
                    .prepare("SELECT number, record FROM touched ORDER BY number")
                    .doing("")?;
                let rows = rows
                    .query_map([], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))
                    .doing("")?;
                rows.collect::<Result<Vec<(i64, _)>, _>>().doing("")
            })
            .unwrap()
    };
    save(&mut store, 1);
    save(&mut store, 2);
    assert_eq!(
        touched(&store).iter().map(|row| row.0).collect::<Vec<_>>(),
        [1, 2]
    );
    // The last one again: a reader whose cursor stands at 2 must see it.
    save(&mut store, 2);
    save(&mut store, 1);
    let rows = touched(&store);
    assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(rows[1].1, record(1).as_bytes());
}
