//! One connection: frames in order, both ways.

mod receiver;
mod sender;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use quinn::crypto::rustls::HandshakeData;

pub use receiver::Receiver;
pub use sender::Sender;

use crate::seats::Seat;
use crate::{CloseCode, Config, LinkError, compress};

/// One connection with a peer whose key is proven. Dropping both halves closes it.
#[derive(Debug)]
pub struct Link {
    sender: Sender,
    receiver: Receiver,
}

/// What a connection has cost so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// UDP payload bytes that we sent, handshake included.
    pub bytes_up: u64,
    /// UDP payload bytes that came.
    pub bytes_down: u64,
    /// The smoothed round-trip time, microseconds.
    pub rtt_us: u64,
    /// Datagrams that we sent and found lost.
    pub lost: u64,
}

/// Reads what a connection has cost, also when it is over.
#[derive(Debug, Clone)]
pub struct Meter(quinn::Connection);

impl Meter {
    /// What the connection has cost so far.
    pub fn stats(&self) -> Stats {
        let stats = self.0.stats();
        Stats {
            bytes_up: stats.udp_tx.bytes,
            bytes_down: stats.udp_rx.bytes,
            rtt_us: u64::try_from(stats.path.rtt.as_micros()).unwrap_or(u64::MAX),
            lost: stats.path.lost_packets,
        }
    }
}

/// The connection itself, closed when the last half of its link is gone.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) connection: quinn::Connection,
    /// Frames queued to be sent.
    pub(crate) frames: AtomicU64,
    /// Kept only to be given back.
    _seat: Option<Seat>,
}

impl Shared {
    pub(crate) fn close(&self, code: CloseCode, text: &str) {
        let cut = text
            .as_bytes()
            .get(..crate::limits::CLOSE_TEXT_LEN_MAX)
            .unwrap_or(text.as_bytes());
        self.connection.close(quinn::VarInt::from_u32(code.0), cut);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.close(CloseCode::BYE, "");
    }
}

/// Whether the handshake agreed on it.
fn is_compressed(connection: &quinn::Connection) -> bool {
    let data = connection.handshake_data();
    let data = data.and_then(|data| data.downcast::<HandshakeData>().ok());
    data.is_some_and(|data| data.protocol.as_deref() == Some(compress::PROTOCOL))
}

impl Link {
    pub(crate) fn new(
        connection: quinn::Connection,
        streams: (quinn::SendStream, quinn::RecvStream),
        seat: Option<Seat>,
        config: &Config,
    ) -> Result<Link, LinkError> {
        let compressed = is_compressed(&connection);
        let shared = Arc::new(Shared {
            connection,
            frames: AtomicU64::new(0),
            _seat: seat,
        });
        let (outgoing, incoming) = streams;
        Ok(Link {
            sender: Sender::new(Arc::clone(&shared), outgoing, compressed, config)?,
            receiver: Receiver::new(shared, incoming, compressed, config)?,
        })
    }

    /// See [`Sender::send`].
    ///
    /// # Errors
    /// As there.
    pub async fn send(&self, frame: Vec<u8>) -> Result<(), LinkError> {
        self.sender.send(frame).await
    }

    /// See [`Receiver::recv`].
    ///
    /// # Errors
    /// As there.
    pub async fn recv(&mut self) -> Result<Option<Vec<u8>>, LinkError> {
        self.receiver.recv().await
    }

    /// See [`Sender::close`].
    pub async fn close(self, code: CloseCode, text: &str) {
        self.sender.close(code, text).await;
    }

    /// See [`Sender::stats`].
    pub fn stats(&self) -> Stats {
        self.sender.stats()
    }

    /// Where the peer is now; phones move.
    pub fn peer_addr(&self) -> SocketAddr {
        self.sender.peer_addr()
    }

    /// The two directions of one link, together again.
    pub fn join(sender: Sender, receiver: Receiver) -> Link {
        Link { sender, receiver }
    }

    /// Its two directions, for two tasks.
    pub fn split(self) -> (Sender, Receiver) {
        (self.sender, self.receiver)
    }
}
