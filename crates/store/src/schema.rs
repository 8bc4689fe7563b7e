//! The shape of the tables, and how an older shape becomes the present one.
//!
//! A schema is a ladder of numbered SQL files. A file once released is never changed: a store of any
//! age climbs the same steps that a new one does. The store's own version stands in
//! `PRAGMA user_version`, where other tools find it; those of its tenants (views) in the table `ladder`.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::error::{Doing, StoreError};
use crate::open::APPLICATION_ID;

/// The steps of the store's own schema, the first at version 1.
const STEPS: &[&str] = &[
    include_str!("../schema/0001_begin.sql"),
    include_str!("../schema/0002_move.sql"),
];

/// The version that this program writes.
pub const VERSION: u32 = STEPS.len() as u32;

/// The numbered steps of a tenant's tables.
///
/// The names of its tables begin with the ladder's name and an underscore. Step 1 is the first string;
/// a released step is never changed.
#[derive(Clone, Copy, Debug)]
pub struct Ladder {
    /// Whose tables, for instance `view`.
    pub name: &'static str,
    /// The SQL of each step.
    pub steps: &'static [&'static str],
}

/// Gives an empty database its tables, in one transaction.
pub(crate) fn lay(conn: &mut Connection) -> Result<(), StoreError> {
    climb(conn, 0)
}

/// Brings an older store up to date, in one transaction: either all steps or none.
pub(crate) fn migrate(conn: &mut Connection) -> Result<(), StoreError> {
    match version(conn)? {
        VERSION => Ok(()),
        // Looked at again inside the transaction: another program may be migrating.
        older => climb(conn, older),
    }
}

/// For a reader: the schema must be the present one.
pub(crate) fn expect_current(conn: &Connection) -> Result<(), StoreError> {
    match version(conn)? {
        VERSION => Ok(()),
        older => Err(StoreError::Older {
            found: older,
            known: VERSION,
        }),
    }
}

fn version(conn: &Connection) -> Result<u32, StoreError> {
    let found: u32 = conn
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .doing("reading the schema's version")?;
    if found > VERSION {
        return Err(StoreError::Newer {
            part: "store",
            found,
            known: VERSION,
        });
    }
    Ok(found)
}

fn climb(conn: &mut Connection, expected: u32) -> Result<(), StoreError> {
    let doing = "bringing the store's schema up to date";
    let tx = conn
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .doing(doing)?;
    let from = version(&tx)?;
    debug_assert!(from >= expected);
    for step in STEPS.iter().skip(from as usize) {
        tx.execute_batch(step).doing(doing)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)
        .doing(doing)?;
    tx.pragma_update(None, "user_version", VERSION)
        .doing(doing)?;
    tx.commit().doing(doing)
}

/// Brings a tenant's tables up to date, in one transaction. Costs one read when they are.
pub(crate) fn migrate_tenant(conn: &mut Connection, ladder: &Ladder) -> Result<(), StoreError> {
    let doing = "bringing a tenant's schema up to date";
    let known = u32::try_from(ladder.steps.len()).unwrap_or(u32::MAX);
    if tenant_version(conn, ladder, known)? == known {
        return Ok(());
    }
    let tx = conn
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .doing(doing)?;
    let from = tenant_version(&tx, ladder, known)?;
    for step in ladder.steps.iter().skip(from as usize) {
        tx.execute_batch(step).doing(doing)?;
    }
    tx.execute(
        "REPLACE INTO ladder (name, version) VALUES (?1, ?2)",
        (ladder.name, known),
    )
    .doing(doing)?;
    tx.commit().doing(doing)
}

fn tenant_version(conn: &Connection, ladder: &Ladder, known: u32) -> Result<u32, StoreError> {
    let found: u32 = conn
        .prepare_cached("SELECT version FROM ladder WHERE name = ?1")
        .and_then(|mut read| read.query_row([ladder.name], |row| row.get(0)).optional())
        .doing("reading a tenant's schema version")?
        .unwrap_or(0);
    if found > known {
        return Err(StoreError::Newer {
            part: ladder.name,
            found,
            known,
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
