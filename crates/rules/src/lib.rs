//! judges: pure and total, the same verdict on every replica
//!
//! Nothing here reads a clock or a store, and nothing here fails: every input gets a verdict, and the same input the same one
//! everywhere. What arrives in another order is put in order first.
//!
//! | module | judges |
//! |---|---|
//! | [`automation`] | what a city lets the system do by itself |
//! | [`classify`] | which class a text most likely belongs to: a suggestion |
//! | [`deadline`] | when a matter is due, who is late, who is told |
//! | [`grids`] | how large grids are, whether they cover everything, who is in which |
//! | [`likeness`] | which persons and which matters may be one |
//! | [`matrix`] | who is responsible, and to whom a matter should go |
//! | [`matter`] | where a matter stands, from its log |
//! | [`people`] | who answers for a grid, and the figures of the roster |
//! | [`rights`] | whether a commit's author may do what it does |
//! | [`role`] | what an office may do unless it was granted otherwise |
//! | [`sampling`] | which closed matters are looked at again |
//! | [`taxonomy`] | the classes in force, their tree and what took their place |
//! | [`urgency`] | how urgent a text sounds, and by which words |
//! | [`voice`] | what a reporter is told, and whether what they say agrees |

pub mod automation;
pub mod classify;
pub mod deadline;
pub mod finding;
pub mod grids;
pub mod likeness;
pub mod matrix;
pub mod matter;
pub mod people;
mod prefix;
pub mod rights;
pub mod role;
pub mod sampling;
pub mod table;
pub mod taxonomy;
pub mod urgency;
pub mod validity;
pub mod voice;
mod words;
