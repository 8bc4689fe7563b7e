//! counts: records folded into the rows that lists and boards show.

pub mod limits;
pub mod rows;

mod mask;
mod search;
