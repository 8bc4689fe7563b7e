//! remembers: the engine's transaction over SQLite and SQLCipher
//!
//! A [`Store`] is one file. The engine writes through [`wangge_engine::tx::Storage`], one transaction a
//! step, durable before it returns (WAL, `synchronous = FULL`). Views keep tables of their own in the
//! same file: a [`Ladder`] of numbered SQL, [`Store::views_tx`] to write, [`Store::read`] to read.
//!
//! A process with hundreds of stores keeps a bounded number open with a [`Pool`].
//!
//! A file that cannot be read is never deleted: see [`salvage`].

pub mod error;
pub mod limits;
pub mod pool;
pub mod salvage;

mod check;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod cost;
mod key;
mod open;
mod row;
mod schema;
mod store;
mod tx;

pub use error::{Fault, StoreError};
pub use key::Key;
pub use open::{APPLICATION_ID, Durability, Mode, Options};
pub use pool::{Lease, Pool};
pub use schema::{Ladder, VERSION};
pub use store::Store;
