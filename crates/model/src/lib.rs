//! knows: ids, time, codes, roles, and the shapes of the records
//!
//! Everything here is pure: no clock, no dice, no disk. Time and random bytes are handed in. Only [`doc`] and [`gate`] know
//! automerge's formats; no type of automerge leaves them.
//!
//! | module | knows |
//! |---|---|
//! | [`id`] | the ids of records, commits, statements, keys, members and actors |
//! | [`time`] | milliseconds, hybrid logical time, dates as people write them |
//! | [`area`] | division and grid codes |
//! | [`kind`] | the numbered words of `proto/`: kinds, facets, acts, roles, levels, outcomes |
//! | [`reason`] | why a commit is held, and what to do about it |
//! | [`value`] | what a field may hold, and an edit of one |
//! | [`doc`] | a facet's document |
//! | [`gate`] | the judge of a change's bytes |
//! | [`proof`] | the scratch proof |
//! | [`field`], [`resident`], [`matter`], [`reading`] | the fields of records, as tables, and records read by them |
//! | [`step`] | the entries of a matter's log |
//! | [`draft`] | what a person typed for an act |
//! | [`codes`], [`check`] | code lists; numbers that check themselves |

pub mod area;
pub mod check;
pub mod codes;
pub mod doc;
pub mod draft;
pub mod error;
pub mod field;
pub mod gate;
pub mod id;
pub mod kind;
pub mod limits;
pub mod matter;
pub mod proof;
pub mod reading;
pub mod reason;
pub mod resident;
pub mod step;
pub mod time;
pub mod value;

mod kinds;
mod words;

pub use error::{Error, Fault, Result};
