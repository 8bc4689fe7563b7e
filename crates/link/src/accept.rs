//! What comes in.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use quinn::crypto::rustls::HandshakeData;
use rustls::pki_types::CertificateDer;
use tokio::task::JoinSet;
use tokio::time::timeout;
use wangge_wire::v1::FaultCode;

use crate::error::lost;
use crate::name::parse_server_name;
use crate::seats::Seats;
use crate::{CloseCode, Config, Link, LinkError, limits, tls};

/// Hands out what came in. One task owns it; handshakes run beside it, bounded in number and time.
#[derive(Debug)]
pub struct Acceptor {
    quinn: quinn::Endpoint,
    seats: Arc<Seats>,
    config: Arc<Config>,
    handshakes: JoinSet<Result<Incoming, LinkError>>,
    /// Newcomers of proven address that wait for a handshake to end.
    waiting: VecDeque<quinn::Incoming>,
}

/// A link that came in: both keys are proven, the child has opened its stream.
#[derive(Debug)]
pub struct Incoming {
    /// Which of the hosted hubs is meant.
    pub hub: [u8; 32],
    /// Whose key the child proved.
    pub peer: [u8; 32],
    /// From where it came.
    pub peer_addr: SocketAddr,
    /// The connection.
    pub link: Link,
}

impl Acceptor {
    pub(crate) fn new(quinn: quinn::Endpoint, seats: Arc<Seats>, config: Arc<Config>) -> Acceptor {
        Acceptor {
            quinn,
            seats,
            config,
            handshakes: JoinSet::new(),
            waiting: VecDeque::new(),
        }
    }

    /// The next link; `None` once the endpoint is closed. Safe to drop and call again.
    pub async fn accept(&mut self) -> Option<Incoming> {
        let mut open = true;
        loop {
            tokio::select! {
                incoming = self.quinn.accept(), if open => match incoming {
                    Some(incoming) => self.begin(incoming),
                    None => open = false,
                },
                Some(done) = self.handshakes.join_next() => {
                    if let Some(next) = self.waiting.pop_front() {
                        self.shake(next);
                    }
                    match done {
                        Ok(Ok(incoming)) => return Some(incoming),
                        Ok(Err(error)) => tracing::debug!(%error, cause = ?std::error::Error::source(&error), "a newcomer did not make it"),
                        Err(error) => tracing::error!(%error, "a handshake's task failed"),
                    }
                },
                else => return None,
            }
        }
    }

    /// Many come at once after an outage. While few shake hands they are taken as they come; then whoever comes must first prove its address,
    /// and waits for its turn.
    fn begin(&mut self, incoming: quinn::Incoming) {
        let under_way = self.handshakes.len();
        if !self.seats.any() || self.waiting.len() >= limits::WAITING_MAX {
            incoming.refuse();
        } else if under_way >= limits::UNPROVEN_MAX && !incoming.remote_address_validated() {
            if incoming.retry().is_err() {
                tracing::debug!("an address that was proven was asked again");
            }
        } else if under_way >= limits::HANDSHAKES_MAX {
            self.waiting.push_back(incoming);
        } else {
            self.shake(incoming);
        }
    }

    fn shake(&mut self, incoming: quinn::Incoming) {
        let (seats, config) = (Arc::clone(&self.seats), Arc::clone(&self.config));
        self.handshakes
            .spawn(async move { shake(incoming, &seats, &config).await });
    }
}

async fn shake(
    incoming: quinn::Incoming,
    seats: &Arc<Seats>,
    config: &Config,
) -> Result<Incoming, LinkError> {
    let peer_addr = incoming.remote_address();
    let waited_ms = u64::from(config.handshake_ms);
    timeout(Duration::from_millis(waited_ms), async {
        let connection = incoming.accept().map_err(lost)?.await.map_err(lost)?;
        let (hub, peer) = proven(&connection).ok_or(LinkError::ClosedHere)?;
        let Some(seat) = seats.take(hub, peer) else {
            let busy = CloseCode::from(FaultCode::FaultBusy);
            connection.close(
                quinn::VarInt::from_u32(busy.0),
                b"too many links with this key",
            );
            return Err(LinkError::ClosedHere);
        };
        let streams = connection.accept_bi().await.map_err(lost)?;
        let link = Link::new(connection, streams, Some(seat), config)?;
        Ok(Incoming {
            hub,
            peer,
            peer_addr,
            link,
        })
    })
    .await
    .unwrap_or(Err(LinkError::Silent {
        addr: peer_addr,
        waited_ms,
    }))
}

/// The hub that was asked for and the child's key, both as the handshake proved them.
fn proven(connection: &quinn::Connection) -> Option<([u8; 32], [u8; 32])> {
    let data = connection
        .handshake_data()?
        .downcast::<HandshakeData>()
        .ok()?;
    let hub = parse_server_name(data.server_name.as_deref()?)?;
    let shown = connection
        .peer_identity()?
        .downcast::<Vec<CertificateDer<'static>>>()
        .ok()?;
    let peer = tls::parse_spki(shown.first()?)?;
    Some((hub, peer))
}
