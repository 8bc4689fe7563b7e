//! workshop: the deterministic world. The shipping engine over the shipping store, many nodes in one thread, one seed; a storm, then calm; laws with
//! checkers that stand apart from the machines, and for each law a planted mistake that must turn it red.
//!
//! | file | what stands there |
//! |---|---|
//! | [`world`] | nodes, wires, virtual time, the loop |
//! | [`storm`] | what strikes |
//! | [`people`] | what people do |
//! | [`courier`], [`net`] | frames on their way |
//! | [`node`] | a machine that fails |
//! | [`ledger`] | what people were told |
//! | [`laws`], [`areas`], [`meter`], [`folding`] | the checkers |
//! | [`mutant`] | the laws and their planted mistakes |

pub mod agenda;
pub mod areas;
pub mod courier;
pub mod dice;
pub mod folding;
pub mod laws;
pub mod ledger;
pub mod limits;
pub mod looking;
pub mod meter;
pub mod mutant;
pub mod net;
pub mod node;
pub mod people;
pub mod place;
pub mod run;
pub mod storm;
pub mod trace;
pub mod world;
