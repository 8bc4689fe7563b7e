//! carries: frames over QUIC between pinned raw public keys.
//!
//! - [`Endpoint`] is one UDP socket. It dials hubs, and hosts any number of them: the server name of a connection says which
//!   ([`name`]).
//! - [`Acceptor`] hands out what came in, after both sides proved their keys and the child opened its stream.
//! - [`Link`] is one connection: frames in order, both ways, bounded queues, one close with a code and a text.
//! - [`Backoff`] says how long to wait before dialling again; pure.
//!
//! TLS proves raw public keys (RFC 7250) and nothing else: no certificate, no name, no expiry. Whether a key may do something is
//! the engine's question. There is no 0-RTT and no resumption: a revoked key would pass by it.

mod accept;
mod backoff;
mod compress;
mod congestion;
mod endpoint;
mod error;
pub mod limits;
mod link;
pub mod name;
pub mod relay;
mod seats;
mod tls;
mod transport;

pub use accept::{Acceptor, Incoming};
pub use backoff::Backoff;
pub use endpoint::{Config, Endpoint};
pub use error::{CloseCode, LinkError};
pub use link::{Link, Meter, Receiver, Sender, Stats};

#[cfg(test)]
mod tests;
