//! TLS 1.3 with Ed25519 raw public keys on both sides, and nothing else.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};
use rustls::{
    DigitallySignedStruct, DistinguishedName, PeerIncompatible, SignatureAlgorithm, SignatureScheme,
};
use wangge_wire::Signer;

use crate::compress;
use crate::name::parse_server_name;

/// Frames as they are.
const PLAIN: &[u8] = b"wangge/1";

/// What may be spoken, the best first.
fn protocols() -> Vec<Vec<u8>> {
    vec![compress::PROTOCOL.to_vec(), PLAIN.to_vec()]
}

/// An Ed25519 key's SubjectPublicKeyInfo is this and then the key (RFC 8410).
const SPKI_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

fn encode_spki(key: &[u8; 32]) -> Vec<u8> {
    [SPKI_PREFIX.as_slice(), key].concat()
}

/// The Ed25519 key in a SubjectPublicKeyInfo, if that is what it is.
pub(crate) fn parse_spki(der: &[u8]) -> Option<[u8; 32]> {
    der.strip_prefix(&SPKI_PREFIX)?.try_into().ok()
}

/// A [`Signer`] as rustls wants it.
#[derive(Clone)]
struct TlsKey(Arc<dyn Signer>);

impl std::fmt::Debug for TlsKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsKey").finish_non_exhaustive()
    }
}

impl SigningKey for TlsKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn rustls::sign::Signer>> {
        offered
            .contains(&SignatureScheme::ED25519)
            .then(|| Box::new(self.clone()) as Box<dyn rustls::sign::Signer>)
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(encode_spki(&self.0.public()).into())
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ED25519
    }
}

impl rustls::sign::Signer for TlsKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        Ok(self.0.sign(message).to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

fn certified(signer: Arc<dyn Signer>) -> Arc<CertifiedKey> {
    let spki = CertificateDer::from(encode_spki(&signer.public()));
    Arc::new(CertifiedKey::new(vec![spki], Arc::new(TlsKey(signer))))
}

/// The hubs that an endpoint hosts; grows and shrinks while it runs.
#[derive(Debug, Default)]
pub(crate) struct Hosts(RwLock<BTreeMap<[u8; 32], Arc<CertifiedKey>>>);

impl Hosts {
    pub(crate) fn add(&self, signer: Arc<dyn Signer>) {
        self.add_as(signer.public(), signer);
    }

    /// Under another key's name, as an impostor would.
    pub(crate) fn add_as(&self, key: [u8; 32], signer: Arc<dyn Signer>) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, certified(signer));
    }

    pub(crate) fn remove(&self, key: &[u8; 32]) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key);
    }

    fn find(&self, key: &[u8; 32]) -> Option<Arc<CertifiedKey>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned()
    }
}

/// Picks a hub's key by the server name.
#[derive(Debug)]
struct HostResolver(Arc<Hosts>);

impl ResolvesServerCert for HostResolver {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.find(&parse_server_name(hello.server_name()?)?)
    }

    fn only_raw_public_keys(&self) -> bool {
        true
    }
}

/// Proves that the peer holds the key that it shows. `Pinned` also wants it to be one key, `Any` leaves that to the engine.
#[derive(Debug)]
struct RawKeyVerifier {
    algorithms: WebPkiSupportedAlgorithms,
    pinned: Option<Pin>,
}

/// The one key that may answer, and whether another did.
#[derive(Debug, Clone)]
pub(crate) struct Pin {
    key: [u8; 32],
    mismatched: Arc<AtomicBool>,
}

impl Pin {
    pub(crate) fn new(key: [u8; 32]) -> Pin {
        Pin {
            key,
            mismatched: Arc::default(),
        }
    }

    pub(crate) fn mismatched(&self) -> bool {
        self.mismatched.load(Ordering::Acquire)
    }
}

impl RawKeyVerifier {
    fn check(&self, shown: &CertificateDer<'_>) -> Result<(), rustls::Error> {
        let refused = || {
            rustls::Error::InvalidCertificate(
                rustls::CertificateError::ApplicationVerificationFailure,
            )
        };
        let key = parse_spki(shown).ok_or_else(refused)?;
        match &self.pinned {
            Some(pin) if pin.key != key => {
                pin.mismatched.store(true, Ordering::Release);
                Err(refused())
            }
            _ => Ok(()),
        }
    }

    fn check_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature_with_raw_key(
            message,
            &SubjectPublicKeyInfoDer::from(shown.as_ref()),
            signed,
            &self.algorithms,
        )
    }
}

fn no_tls12() -> rustls::Error {
    rustls::Error::PeerIncompatible(PeerIncompatible::Tls13RequiredForQuic)
}

impl ServerCertVerifier for RawKeyVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.check(end_entity)
            .map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(no_tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.check_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for RawKeyVerifier {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        self.check(end_entity)
            .map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(no_tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.check_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// A hub's side: any Ed25519 key may connect, and must prove that it holds it.
pub(crate) fn server(hosts: Arc<Hosts>) -> Result<rustls::ServerConfig, rustls::Error> {
    let provider = provider();
    let verifier = RawKeyVerifier {
        algorithms: provider.signature_verification_algorithms,
        pinned: None,
    };
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_cert_resolver(Arc::new(HostResolver(hosts)));
    config.alpn_protocols = protocols();
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(config)
}

/// A child's side: one key may answer.
pub(crate) fn client(
    signer: Arc<dyn Signer>,
    pin: Pin,
) -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = provider();
    let verifier = RawKeyVerifier {
        algorithms: provider.signature_verification_algorithms,
        pinned: Some(pin),
    };
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(certified(
            signer,
        ))));
    config.alpn_protocols = protocols();
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    Ok(config)
}
