//! hosts: the server of one or many communities, townships or counties.
//!
//! A [`Site`] is a folder of hubs; a [`Host`] is the process that has them open. Every hub has a loop of its own (`driver`) over its engine
//! and store (`machine`); all share one UDP port, one HTTP port, one pool of stores and one prover.
//!
//! | file | what stands there |
//! |---|---|
//! | `site` | the folder: keys, settings, directors, markers |
//! | `init` | new hubs |
//! | `host` | all hubs of a process: opening, ports, stopping |
//! | `hub` | one hub's handle: its queue, its bell, its rows |
//! | `driver` | one hub's loop: inputs in, effects out after the commit |
//! | `machine` | the engine over its store, on a thread that may block |
//! | `links`, `uplink` | connections in, and the way up |
//! | `prover` | scratch proofs |
//! | `automate` | what the rules in force do by themselves |
//! | `desk` | what the console asks |
//! | `admin` | what `wangge hub …` asks |
//! | `http`, `metrics` | `/healthz`, `/metrics`, the consoles |

pub mod admin;
pub mod automate;
mod desk;
mod directors;
mod driver;
mod error;
mod export;
mod file;
mod host;
mod http;
mod hub;
mod init;
mod limits;
mod links;
mod machine;
mod metrics;
pub mod prover;
mod site;
mod system;
mod uplink;

pub use directors::{DirectorEntry, mint_passphrase};
pub use error::{Advice, HubError, Result};
pub use export::export_records;
pub use host::{Host, HostOptions};
pub use hub::Hub;
pub use init::{NewHub, Parent, init, init_tree};
pub use prover::{Proving, prove_stdin};
pub use site::{HubConfig, HubFolder, ParentConfig, Site, SiteLock};
pub use wangge_link::relay;
pub use wangge_views::rows;
