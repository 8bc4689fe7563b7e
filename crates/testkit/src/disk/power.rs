//! Power failures and failing disks under the store: what was told durable is there, and every transaction
//! is there whole or not at all.
//!
//! The workload runs once over a disk that takes notes. Then, for every point of it, images of what the disk
//! may hold after a power failure there are opened by the store as it ships.
//!
//! Without more said, one torn image of each point is looked at, and every fourth point of the control and of
//! the failing disk. `WANGGE_CRASH_IMAGES=20` looks at 20 torn images and at every point.

use std::path::{Path, PathBuf};

use super::{Dice, Disk, Failure, Fate, Op, Replay, lay_out};
use wangge_engine::error::TxError;
use wangge_engine::tx::*;
use wangge_model::area::Area;
use wangge_model::id::{self, ChangeHash, CommitId, Incarnation, RecordId};
use wangge_model::kind::*;
use wangge_store::{Durability, Key, Mode, Options, Store, StoreError};

fn key() -> Key {
    Key::raw([7; 32])
}

fn area() -> Area {
    "410522001001001".parse().unwrap()
}

fn commit(n: u8) -> CommitRow {
    CommitRow {
        id: CommitId([n; 32]),
        header: vec![n; 220],
        signature: vec![n; 64],
        parts: vec![],
        device: id::Key([1; 32]),
        incarnation: Incarnation([1; 8]),
        device_seq: n.into(),
        said: None,
        area: area(),
        received_ms: 0,
        origin: None,
        owed: true,
        state: CommitState::Own,
        verdict: None,
        place: None,
    }
}

/// What one act of a phone writes: a commit, its record and document, a note of the engine's.
fn act(tx: &mut dyn Tx, n: u8) -> Result<(), TxError> {
    let record = RecordId::mint(n.into(), [n % 5; 10]);
    tx.append_commits(&[commit(n)])?;
    tx.save_records(&[RecordRow {
        id: record,
        kind: Kind::MATTER,
        area: area(),
        created_by: CommitId([n; 32]),
        paused: false,
    }])?;
    tx.save_documents(&[DocRow {
        id: DocId {
            record,
            facet: Facet::Open,
        },
        save: vec![n; 900],
        heads: vec![ChangeHash([n; 32])],
        branch: 0,
    }])?;
    tx.save_meta(&[("acts", vec![n])])
}

/// How many acts the store holds; fails where one is there by halves.
fn acts_held(store: &mut Store) -> Result<u8, String> {
    let found = store.transact(|tx| {
        let noted = tx
            .load_meta(&["acts"])?
            .pop()
            .flatten()
            .map_or(0, |bytes| bytes[0]);
        let ids: Vec<_> = (1..=noted.saturating_add(1))
            .map(|n| CommitId([n; 32]))
            .collect();
        let commits = tx.load_commits(&ids)?.into_iter().flatten().count();
        let documents: Vec<_> = (1..=noted)
            .map(|n| DocId {
                record: RecordId::mint(n.into(), [n % 5; 10]),
                facet: Facet::Open,
            })
            .collect();
        let documents = tx.load_documents(&documents)?.into_iter().flatten().count();
        Ok::<_, TxError>((noted, commits, documents))
    });
    match found {
        Ok((noted, commits, documents)) if [commits, documents] == [usize::from(noted); 2] => {
            Ok(noted)
        }
        other => Err(format!("{other:?}")),
    }
}

/// Moves the log into the database often, so that the workload meets it.
fn checkpoint_often(store: &Store) {
    store
        .views_tx(|tx| {
            tx.pragma_update(None, "wal_autocheckpoint", 24)
                .map_err(refused)
        })
        .unwrap();
}

fn refused(source: rusqlite::Error) -> StoreError {
    StoreError::Sql {
        doing: "preparing the workload",
        source,
    }
}

struct Figures {
    points: usize,
    images: usize,
    lost: usize,
    broken: Vec<String>,
}

/// Runs the workload once and opens what every power failure in it may leave.
fn power_failures(name: &str, durability: Durability, stride: usize) -> Figures {
    let folder = tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap();
    let path = folder.path().join("a.db");
    let disk = Disk::register(name).unwrap();
    let options = Options::new(&path)
        .key(key())
        .vfs(disk.name())
        .durability(durability);
    let mut store = Store::open_with(options).unwrap();
    checkpoint_often(&store);
    let companion = |suffix: &str| PathBuf::from(format!("{}{suffix}", path.display()));
    let files: Vec<_> = [path.clone(), companion("-wal")]
        .into_iter()
        .filter(|file| file.exists())
        .collect();
    let mut replay = Replay::from(files).unwrap();
    disk.record();
    for n in 1..=24 {
        store.transact(|tx| act(tx, n)).unwrap();
        disk.told();
    }
    let notes = disk.notes();
    drop(store);

    let mut dice = Dice::of(1);
    let mut told = 0;
    let mut figures = Figures {
        points: 0,
        images: 0,
        lost: 0,
        broken: Vec::new(),
    };
    for op in &notes {
        replay.step(op);
        if *op == Op::Told {
            told += 1;
            continue;
        }
        figures.points += 1;
        if !figures.points.is_multiple_of(stride) {
            continue;
        }
        let fates = [Fate::Lost, Fate::Kept]
            .into_iter()
            .chain(std::iter::repeat_n(Fate::Torn, torn_images()));
        for fate in fates {
            figures.images += 1;
            let image = folder.path().join("image");
            std::fs::create_dir(&image).unwrap();
            lay_out(&replay.crash(fate, &mut dice), &image).unwrap();
            match look(&image.join("a.db")) {
                Ok(held) if held < told => figures.lost += 1,
                // The one in flight may be there or not.
                Ok(held) if held > told + 1 => figures.broken.push(format!("{held} of {told}")),
                Ok(_) => {}
                Err(broken) => figures
                    .broken
                    .push(format!("point {}, {fate:?}: {broken}", figures.points)),
            }
            std::fs::remove_dir_all(&image).unwrap();
        }
    }
    figures
}

/// What the store that ships finds in an image.
fn look(path: &Path) -> Result<u8, String> {
    let options = Options::new(path)
        .key(key())
        .mode(Mode::Existing)
        .durability(Durability::Scratch);
    let mut store = Store::open_with(options).map_err(|error| format!("{error:?}"))?;
    let held = acts_held(&mut store)?;
    store.check().map_err(|error| error.to_string())?;
    Ok(held)
}

fn asked_for() -> Option<usize> {
    std::env::var("WANGGE_CRASH_IMAGES").ok()?.parse().ok()
}

fn torn_images() -> usize {
    asked_for().unwrap_or(1)
}

/// Of the tests that are a control or slow: how far it is from one point to the next.
fn stride() -> usize {
    if asked_for().is_some() { 1 } else { 4 }
}

#[test]
fn full_loses_nothing_that_was_told_durable() {
    let figures = power_failures("power-full", Durability::Full, 1);
    eprintln!(
        "FULL: {} points, {} images, {} lost",
        figures.points, figures.images, figures.lost
    );
    assert!(figures.points > 250, "{}", figures.points);
    assert_eq!(figures.lost, 0);
    assert_eq!(figures.broken, Vec::<String>::new());
}

/// The control: a test that cannot see a loss proves nothing.
#[test]
fn normal_loses_some_of_it() {
    let figures = power_failures("power-normal", Durability::Normal, stride());
    eprintln!(
        "NORMAL: {} points, {} images, {} lost",
        figures.points, figures.images, figures.lost
    );
    assert!(
        figures.lost * 10 > figures.images,
        "{} of {}",
        figures.lost,
        figures.images
    );
    // Late, but never by halves.
    assert_eq!(figures.broken, Vec::<String>::new());
}

/// Runs acts over a disk that fails at a point; the machine is opened anew after each error, as the product
/// does. The acts that were told durable.
fn run_failing(disk: &Disk, path: &Path, point: u64, failure: Failure) -> (Vec<u8>, bool) {
    let options = Options::new(path).key(key()).vfs(disk.name());
    let mut store = Store::open_with(options).unwrap();
    checkpoint_often(&store);
    disk.fail_at(point, failure);
    let mut told = Vec::new();
    for n in 1..=12_u8 {
        // Whatever the store says now counts: a failed act is done again under the next number.
        if store.transact(|tx| act_at(tx, n)).is_ok() {
            told.push(n);
        }
    }
    let met = disk.mend();
    // Well again, without being opened anew.
    store.transact(|tx| act_at(tx, 100)).unwrap();
    told.push(100);
    assert_eq!(
        numbers_held(&mut store, &told),
        told,
        "{failure:?} at {point}, still open"
    );
    (told, met)
}

fn act_at(tx: &mut dyn Tx, n: u8) -> Result<(), TxError> {
    // An act whose outcome was unknown may have happened.
    if tx.load_commit_states(&[CommitId([n; 32])])? == [None] {
        act(tx, n)?;
    }
    Ok(())
}

fn numbers_held(store: &mut Store, numbers: &[u8]) -> Vec<u8> {
    let ids: Vec<_> = numbers.iter().map(|n| CommitId([*n; 32])).collect();
    let states = store.transact(|tx| tx.load_commit_states(&ids)).unwrap();
    numbers
        .iter()
        .zip(states)
        .filter(|(_, state)| state.is_some())
        .map(|(n, _)| *n)
        .collect()
}

#[test]
fn a_failing_disk_loses_nothing_that_was_told_durable() {
    let disk = Disk::register("power-failing").unwrap();
    let mut cases = 0;
    for failure in Failure::ALL {
        for point in (0..).step_by(stride()) {
            let folder = tempfile::tempdir_in("/dev/shm")
                .or_else(|_| tempfile::tempdir())
                .unwrap();
            let path = folder.path().join("a.db");
            let (told, met) = run_failing(&disk, &path, point, failure);
            let mut store = Store::open(&path, key(), Mode::Existing).unwrap();
            assert_eq!(
                numbers_held(&mut store, &told),
                told,
                "{failure:?} at {point}, opened anew"
            );
            store.check().unwrap();
            if !met {
                break;
            }
            cases += 1;
        }
    }
    eprintln!("{cases} failures of a disk");
    assert!(cases > 300, "{cases}");
}
