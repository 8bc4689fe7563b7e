//! One UDP socket: dials hubs, hosts hubs.

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn_proto::RandomConnectionIdGenerator;
use socket2::SockRef;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use wangge_wire::Signer;

use crate::error::lost;
use crate::name::server_name;
use crate::seats::Seats;
use crate::tls::{self, Hosts, Pin};
use crate::transport::transport;
use crate::{Acceptor, CloseCode, Link, LinkError, limits};

/// TLS alert `access_denied` as a QUIC error: how rustls says that it has no key for the server name.
const NO_SUCH_HUB: u64 = 0x100 + 49;

/// What may be set of an endpoint. Times in milliseconds.
#[derive(Debug, Clone)]
pub struct Config {
    /// Silence after which a link is lost.
    pub idle_ms: u32,
    /// Between two signs of life; 0: none, the link ends with the silence.
    pub keep_alive_ms: u32,
    /// For a handshake, and for a child to open its stream.
    pub handshake_ms: u32,
    /// For a peer to take the next piece before its link is closed.
    pub stall_ms: u32,
    /// For a peer to take the rest before a close.
    pub close_ms: u32,
    /// Links that came in, at once.
    pub links_max: usize,
    /// Links of one child at one hub, at once; an old one may linger until its silence is noticed.
    pub links_per_child_max: usize,
    /// A dialler's socket carries one link and no other: what comes to it needs no id to say for which it is.
    pub single: bool,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            idle_ms: 30_000,
            keep_alive_ms: 10_000,
            handshake_ms: 10_000,
            stall_ms: 30_000,
            close_ms: 2_000,
            links_max: 8_192,
            links_per_child_max: 4,
            single: false,
        }
    }
}

/// One UDP socket. Clones share it; when the last one is dropped, the links go on until they end.
#[derive(Debug, Clone)]
pub struct Endpoint {
    quinn: quinn::Endpoint,
    hosts: Arc<Hosts>,
    config: Arc<Config>,
    /// Turns to shake hands: hundreds at once would overflow the sockets' buffers at both ends.
    turns: Arc<Semaphore>,
}

impl Endpoint {
    /// Binds a socket that hosts and dials. Hubs are added with [`Endpoint::add_host`]. Call within a tokio runtime.
    ///
    /// # Errors
    /// [`LinkError::Bind`] or [`LinkError::Setup`].
    pub fn bind(addr: SocketAddr, config: Config) -> Result<(Endpoint, Acceptor), LinkError> {
        let hosts = Arc::<Hosts>::default();
        let tls = tls::server(Arc::clone(&hosts)).map_err(setup)?;
        let mut server = quinn::ServerConfig::with_crypto(Arc::new(
            QuicServerConfig::try_from(tls).map_err(setup)?,
        ));
        server
            .transport_config(transport(&config))
            .max_incoming(limits::WAITING_MAX)
            .incoming_buffer_size(limits::NEWCOMER_LEN_MAX)
            .incoming_buffer_size_total(limits::NEWCOMER_LEN_MAX * limits::WAITING_MAX as u64);
        let quinn = socket(addr, Some(server), quinn::EndpointConfig::default())?;
        let config = Arc::new(config);
        let seats = Seats::new(config.links_max, config.links_per_child_max);
        let acceptor = Acceptor::new(quinn.clone(), seats, Arc::clone(&config));
        Ok((
            Endpoint {
                quinn,
                hosts,
                config,
                turns: turns(),
            },
            acceptor,
        ))
    }

    /// Binds a socket that only dials. Call within a tokio runtime.
    ///
    /// # Errors
    /// [`LinkError::Bind`].
    pub fn bind_dialler(addr: SocketAddr, config: Config) -> Result<Endpoint, LinkError> {
        let mut endpoint = quinn::EndpointConfig::default();
        if config.single {
            endpoint.cid_generator(|| Box::new(RandomConnectionIdGenerator::new(0)));
        }
        Ok(Endpoint {
            quinn: socket(addr, None, endpoint)?,
            hosts: Arc::default(),
            config: Arc::new(config),
            turns: turns(),
        })
    }

    /// From now on connections for this key are taken.
    pub fn add_host(&self, signer: Arc<dyn Signer>) {
        self.hosts.add(signer);
    }

    /// From now on connections for this key are refused. Links that stand are left alone.
    pub fn remove_host(&self, hub: &[u8; 32]) {
        self.hosts.remove(hub);
    }

    /// Connects to the hub at `addr` that holds `hub`, proves `signer`'s key and opens the session's stream. The hub learns of the
    /// stream with the first frame.
    ///
    /// # Errors
    /// [`LinkError::Silent`], [`LinkError::WrongKey`], [`LinkError::NoSuchHub`], [`LinkError::Refused`], or what broke.
    pub async fn dial(
        &self,
        addr: SocketAddr,
        hub: [u8; 32],
        signer: Arc<dyn Signer>,
    ) -> Result<Link, LinkError> {
        let connection = self.connect(addr, hub, signer).await?;
        let streams = connection.open_bi().await.map_err(lost)?;
        Link::new(connection, streams, None, &self.config)
    }

    /// A connection with both keys proven, and no stream yet.
    async fn connect(
        &self,
        addr: SocketAddr,
        hub: [u8; 32],
        signer: Arc<dyn Signer>,
    ) -> Result<quinn::Connection, LinkError> {
        let Ok(_turn) = self.turns.acquire().await else {
            return Err(LinkError::ClosedHere);
        };
        let pin = Pin::new(hub);
        let tls = tls::client(signer, pin.clone()).map_err(setup)?;
        let mut client =
            quinn::ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls).map_err(setup)?));
        client.transport_config(transport(&self.config));
        let connecting = self
            .quinn
            .connect_with(client, addr, &server_name(&hub))
            .map_err(|source| LinkError::Dial { addr, source })?;
        let waited_ms = u64::from(self.config.handshake_ms);
        timeout(Duration::from_millis(waited_ms), connecting)
            .await
            .map_err(|_| LinkError::Silent { addr, waited_ms })?
            .map_err(|source| why_not(source, addr, waited_ms, &pin))
    }

    /// The address that the socket got.
    ///
    /// # Errors
    /// [`LinkError::Bind`] when the system does not know it.
    pub fn local_addr(&self) -> Result<SocketAddr, LinkError> {
        let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
        self.quinn.local_addr().map_err(|source| LinkError::Bind {
            addr: unknown,
            source,
        })
    }

    /// Closes every link with the code and the text, takes no new ones, and waits until the peers know or their time is over.
    pub async fn close(&self, code: CloseCode, text: &str) {
        self.quinn
            .close(quinn::VarInt::from_u32(code.0), text.as_bytes());
        let patience = Duration::from_millis(self.config.close_ms.into());
        if timeout(patience, self.quinn.wait_idle()).await.is_err() {
            tracing::debug!("some peers did not hear of the close");
        }
    }
}

fn socket(
    addr: SocketAddr,
    server: Option<quinn::ServerConfig>,
    endpoint: quinn::EndpointConfig,
) -> Result<quinn::Endpoint, LinkError> {
    UdpSocket::bind(addr)
        .and_then(|socket| {
            if server.is_some() {
                // Many speak to a hub at once. The system may grant less than is asked for.
                let buffers = SockRef::from(&socket);
                buffers.set_recv_buffer_size(limits::SOCKET_BUFFER_LEN)?;
                buffers.set_send_buffer_size(limits::SOCKET_BUFFER_LEN)?;
            }
            quinn::Endpoint::new(endpoint, server, socket, Arc::new(quinn::TokioRuntime))
        })
        .map_err(|source| LinkError::Bind { addr, source })
}

fn turns() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(limits::DIALS_MAX))
}

fn setup(source: impl std::error::Error + Send + Sync + 'static) -> LinkError {
    LinkError::Setup {
        source: Box::new(source),
    }
}

/// Why a handshake of ours failed.
fn why_not(
    source: quinn::ConnectionError,
    addr: SocketAddr,
    waited_ms: u64,
    pin: &Pin,
) -> LinkError {
    match source {
        _ if pin.mismatched() => LinkError::WrongKey { addr },
        quinn::ConnectionError::TimedOut => LinkError::Silent { addr, waited_ms },
        quinn::ConnectionError::ConnectionClosed(close)
            if u64::from(close.error_code) == NO_SUCH_HUB =>
        {
            LinkError::NoSuchHub { addr }
        }
        quinn::ConnectionError::ConnectionClosed(close)
            if close.error_code == quinn::TransportErrorCode::CONNECTION_REFUSED =>
        {
            LinkError::Refused { addr }
        }
        source => lost(source),
    }
}

#[cfg(test)]
mod tests;
