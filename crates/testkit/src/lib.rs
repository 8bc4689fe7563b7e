//! workshop: what tests need and no product has
//!
//! [`disk`] is a disk that breaks on command, under a real SQLite.

pub mod disk;
