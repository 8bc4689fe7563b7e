//! decides: the state machine of a replica. Phone, community hub, township hub and county hub run the same one.
//!
//! The engine is pure: it has no clock, no dice, no network, no thread and no `async`. The world tells it an [`Input`], it reads and writes
//! through the open transaction ([`Tx`]) and answers with [`Effect`]s. [`step`] is the only place that joins the three.
//!
//! # A tour
//!
//! | file | what stands there |
//! |---|---|
//! | `engine` | the switchboard: one input, one function |
//! | [`tx`] | what is remembered, and the contract of a store |
//! | `node` | what this node is: its notes to itself in `meta` |
//! | `act` | a person acts: edits become a signed commit |
//! | `intake` | first stage: what came in is judged by its own bytes and appended |
//! | `admission` | second stage: rights, dependencies, proof; then the verdict |
//! | `moves` | a move takes effect: where records stand, who hears anew, who lets go |
//! | `verdict` | a verdict takes effect: records, documents, feed; a phone goes on beside a held commit |
//! | `session` | one conversation: hello, push, receipts, feed, enrolment, on both sides |
//! | `status` | what can be said of a commit |
//! | [`typed`] | what a person typed, read into an act |
//! | [`limits`] | every bound |
//!
//! # Example
//!
//! ```ignore
//! let mut engine = open(&mut store, boot)?;                    // reads the node; rolls the marker
//! marker_file.write(engine.marker())?;                         // outside of whatever a backup copies
//! for effect in step(&mut store, &mut engine, now, input)? {   // committed: only now may effects leave
//!     world.carry_out(effect);
//! }
//! ```

pub mod error;
pub mod limits;
pub mod tx;
pub mod typed;

mod act;
mod admission;
mod codec;
mod context;
mod engine;
mod face;
mod intake;
mod moves;
mod node;
mod offer;
mod session;
mod status;
mod verdict;

pub use engine::{Boot, Engine, found, open, step};
pub use error::{EngineError, Fault, TxError};
pub use face::{
    ActBody, ActDone, CloseCause, DeskKey, Dice, Done, Effect, Input, LinkId, NewAct, NewStep,
    Notice, Now, Offer, OfferTo, OpenWork, ProofAnswer, ProofJob, ProofTicket, Refusal, Side,
    Status, Ticket,
};
pub use limits::Limits;
pub use node::{NodeKind, NodeView};
pub use tx::{Storage, Tx};
