//! Persons and cases met twice: who or what may be one, why, and what is shown once somebody has said so.
//!
//! A search only proposes. What holds is what people decided: «the same» or «apart», records of their own that can be taken back, so
//! that a merge loses no field of either side. Sources: paper R40g (one identity, several residences, reversible merge), R90 (case
//! family), domain.md 4.6 (50 m and 24 h), 4.7 (GB 11643).
//!
//! | module | judges |
//! |---|---|
//! | [`person`] | how alike two residents are, and why |
//! | [`matter`] | how alike two matters are, and why |
//! | [`name`] | whether two names may be one |
//! | [`decision`] | what people decided, the groups that follow, who speaks for a group, what its members disagree on |
//! | [`place`] | how far two places are apart |
//! | [`text`] | how alike two texts are |

pub mod decision;
mod forest;
pub mod matter;
pub mod name;
pub mod person;
pub mod place;
pub mod text;
