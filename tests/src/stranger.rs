//! A peer with a program of its own: a real QUIC connection on which any bytes can be sent, written by `proto/README.md` and not with
//! the room that links.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE32_NOPAD;
use quinn::crypto::rustls::QuicClientConfig;
use quinn::{Connection, ConnectionError, RecvStream, SendStream};
use rustls::client::AlwaysResolvesClientRawPublicKeys;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{
    CertificateDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime,
};
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use tokio::runtime::Runtime;
use wangge_wire::frame::{FrameKind, FrameReader, encode_frame, parse_frame};
use wangge_wire::invitation::Invitation;
use wangge_wire::v1::{Enrol, Enrolled, FaultCode};

/// How long a hub may take to say something.
const HEAR_MS_MAX: u64 = 20_000;
/// An Ed25519 key in PKCS#8 is this and then the seed (RFC 8410).
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// One connection to a hub.
#[derive(Debug)]
pub struct Stranger {
    runtime: Runtime,
    connection: Connection,
    send: SendStream,
    recv: RecvStream,
    reader: FrameReader,
}

impl Stranger {
    /// Connects to the hub of an invitation with the key of a seed, and opens the session's stream.
    ///
    /// # Panics
    /// When the handshake fails.
    #[must_use]
    pub fn dial(invitation: &Invitation, seed: [u8; 32]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let address: SocketAddr = invitation.address.parse().expect("an address of digits");
        let mut name = BASE32_NOPAD.encode(&invitation.hub).to_lowercase();
        name.push_str(".hub");
        let config = QuicClientConfig::try_from(tls(invitation.hub, seed)).expect("QUIC over TLS");
        let config = quinn::ClientConfig::new(Arc::new(config));
        let (connection, (send, recv)) = runtime.block_on(async {
            let here = SocketAddr::from(([127, 0, 0, 1], 0));
            let endpoint = quinn::Endpoint::client(here).expect("a socket");
            let connecting = endpoint
                .connect_with(config, address, &name)
                .expect("a way");
            let connection = connecting.await.expect("a handshake");
            let streams = connection.open_bi().await.expect("a stream");
            (connection, streams)
        });
        Self {
            runtime,
            connection,
            send,
            recv,
            reader: FrameReader::new(),
        }
    }

    /// Sends any bytes. A hub that has closed meanwhile does not hear them.
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = self.runtime.block_on(self.send.write_all(bytes));
    }

    /// Sends bytes as a frame: behind their length.
    ///
    /// # Panics
    /// When there are more than a length can say.
    pub fn send_frame(&mut self, frame: &[u8]) {
        let length = u32::try_from(frame.len()).expect("a length");
        self.send(&[&length.to_be_bytes(), frame].concat());
    }

    /// Says something.
    pub fn say(&mut self, frame: FrameKind) {
        self.send_frame(&encode_frame(frame));
    }

    /// Ends the stream: nothing more is said.
    pub fn finish(&mut self) {
        let _ = self.send.finish();
    }

    /// The next frame.
    ///
    /// # Errors
    /// The code with which the hub closed the connection.
    ///
    /// # Panics
    /// When it neither speaks nor closes in time.
    pub fn hear(&mut self) -> Result<FrameKind, u64> {
        let patience = Duration::from_millis(HEAR_MS_MAX);
        let (reader, recv, connection) = (&mut self.reader, &mut self.recv, &self.connection);
        let hearing = async {
            loop {
                if let Some(frame) = reader.pull().expect("frames") {
                    return Ok(parse_frame(&frame).expect("a frame"));
                }
                match recv.read_chunk(64 * 1024, true).await {
                    Ok(Some(chunk)) => reader.push(&chunk.bytes),
                    _ => return Err(close_code(connection.closed().await)),
                }
            }
        };
        self.runtime
            .block_on(async { tokio::time::timeout(patience, hearing).await })
            .expect("a word of the hub")
    }

    /// Waits for a frame that is wanted, and passes the others over.
    ///
    /// # Panics
    /// When the hub closes before.
    pub fn wait<T>(&mut self, mut wanted: impl FnMut(FrameKind) -> Option<T>) -> T {
        loop {
            match self.hear() {
                Ok(frame) => {
                    if let Some(found) = wanted(frame) {
                        return found;
                    }
                }
                Err(code) => panic!("the hub closed with code {code}"),
            }
        }
    }

    /// Waits until the hub closes. Answers the fault that it said before, if it said one, and its code.
    pub fn wait_closed(&mut self) -> (Option<FaultCode>, u64) {
        let mut said = None;
        loop {
            match self.hear() {
                Ok(FrameKind::Fault(fault)) => said = Some(fault.code()),
                Ok(_) => {}
                Err(code) => return (said, code),
            }
        }
    }

    /// Enrols as a member's device.
    pub fn enrol(&mut self, secret: [u8; 16]) -> Enrolled {
        self.say(FrameKind::Enrol(Enrol {
            invitation: secret.to_vec(),
            ..Enrol::default()
        }));
        self.wait(|frame| match frame {
            FrameKind::Enrolled(enrolled) => Some(enrolled),
            _ => None,
        })
    }
}

fn close_code(ended: ConnectionError) -> u64 {
    match ended {
        ConnectionError::ApplicationClosed(close) => close.error_code.into_inner(),
        other => panic!("the connection broke: {other}"),
    }
}

/// TLS 1.3 with raw public keys: ours, and the one key that may answer.
fn tls(hub: [u8; 32], seed: [u8; 32]) -> rustls::ClientConfig {
    let pkcs8 = [PKCS8_PREFIX.as_slice(), &seed].concat();
    let key = ring::sign::any_eddsa_type(&PrivatePkcs8KeyDer::from(pkcs8)).expect("a key");
    let spki = key.public_key().expect("a public key").to_vec();
    let own = Arc::new(CertifiedKey::new(vec![CertificateDer::from(spki)], key));
    let mut config = rustls::ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("TLS 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Pinned(hub)))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(own)));
    config.alpn_protocols = vec![b"wangge/1".to_vec()];
    config
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Takes the pinned key and no other.
#[derive(Debug)]
struct Pinned([u8; 32]);

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if shown.ends_with(&self.0) {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::General("another key".to_owned()))
        }
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let key = SubjectPublicKeyInfoDer::from(shown.as_ref());
        verify_tls13_signature_with_raw_key(
            message,
            &key,
            signed,
            &provider().signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
