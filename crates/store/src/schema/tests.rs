use std::path::Path;

use super::*;
use crate::{Key, Mode, Store};

/// Every table and index with its text.
fn shape(conn: &Connection) -> Vec<(String, String)> {
    let mut statement = conn
        .prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
        .unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    rows.map(Result::unwrap).collect()
}

fn fresh() -> Connection {
    let mut conn = Connection::open_in_memory().unwrap();
    lay(&mut conn).unwrap();
    conn
}

#[test]
fn a_store_of_any_age_climbs_to_the_shape_of_a_new_one() {
    for age in 1..=STEPS.len() {
        let mut conn = Connection::open_in_memory().unwrap();
        for step in &STEPS[..age] {
            conn.execute_batch(step).unwrap();
        }
        conn.pragma_update(None, "user_version", age as u32)
            .unwrap();
        migrate(&mut conn).unwrap();
        assert_eq!(shape(&conn), shape(&fresh()), "from version {age}");
    }
}

/// Stores as released programs wrote them, kept for ever: `golden/v<schema>.db`.
#[test]
fn every_released_store_opens() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    for version in 1..=VERSION {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        std::fs::copy(golden.join(format!("v{version}.db")), &path).unwrap();
        let store = Store::open(&path, Key::None, Mode::Existing).unwrap();
        store.check().unwrap();
        let (commits, parts): (i64, i64) = store
            .read(|conn| {
                let sql = "SELECT (SELECT count(*) FROM commits), (SELECT count(*) FROM part)";
                conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
                    .doing("counting")
            })
            .unwrap();
        assert_eq!((commits, parts), (3, 3), "version {version}");
        let migrated = store.views_tx(|tx| Ok::<_, StoreError>(shape(tx))).unwrap();
        assert_eq!(migrated, shape(&fresh()), "version {version}");
    }
}

#[test]
fn a_step_that_fails_leaves_the_version_as_it_was() {
    let ladder = |steps| Ladder {
        name: "view",
        steps,
    };
    let mut conn = fresh();
    migrate_tenant(&mut conn, &ladder(&["CREATE TABLE view_a (x)"])).unwrap();
    let broken: &[&str] = &[
        "CREATE TABLE view_a (x)",
        "CREATE TABLE view_b (x)",
        "CREATE TABLE view_a (x)",
    ];
    assert!(
        migrate_tenant(
            &mut conn,
            &Ladder {
                name: "view",
                steps: broken
            }
        )
        .is_err()
    );
    assert!(!shape(&conn).iter().any(|(name, _)| name == "view_b"));
    let mended: &[&str] = &["CREATE TABLE view_a (x)", "CREATE TABLE view_b (x)"];
    migrate_tenant(
        &mut conn,
        &Ladder {
            name: "view",
            steps: mended,
        },
    )
    .unwrap();
    migrate_tenant(
        &mut conn,
        &Ladder {
            name: "view",
            steps: mended,
        },
    )
    .unwrap();
    assert!(shape(&conn).iter().any(|(name, _)| name == "view_b"));
    let older: &[&str] = &["CREATE TABLE view_a (x)"];
    let error = migrate_tenant(
        &mut conn,
        &Ladder {
            name: "view",
            steps: older,
        },
    )
    .unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Newer {
                part: "view",
                found: 2,
                known: 1
            }
        ),
        "{error:?}"
    );
}

/// Writes `golden/v<VERSION>.db`: run once when a schema is released, and never again for that version.
#[test]
#[ignore = "writes a golden file"]
fn write_golden() {
    use crate::conformance::{commit_numbered, within};
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("golden/v{VERSION}.db"));
    assert!(!path.exists(), "a golden file is never written again");
    let mut store = Store::open(&path, Key::None, Mode::Create).unwrap();
    let rows: Vec<_> = (1..=3).map(commit_numbered).collect();
    within(&mut store, |tx| {
        tx.append_commits(&rows).unwrap();
        tx.save_meta(&[("golden", vec![1])]).unwrap();
    });
    store.close().unwrap();
}
