//! Keys: who holds one, and strict verification.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::WireError;

/// Holds an Ed25519 key and signs with it. A phone's key may live in its key store and never leave it.
pub trait Signer: Send + Sync {
    /// The public key, 32 bytes.
    fn public(&self) -> [u8; 32];
    /// The signature over `message`, 64 bytes (Ed25519, RFC 8032, not prehashed).
    fn sign(&self, message: &[u8]) -> [u8; 64];
}

/// A key in memory, wiped when it is dropped.
#[derive(Clone)]
pub struct KeySigner(SigningKey);

impl KeySigner {
    /// The key of a 32-byte seed (RFC 8032's private key).
    pub fn from_seed(seed: &[u8; 32]) -> KeySigner {
        KeySigner(SigningKey::from_bytes(seed))
    }
}

impl std::fmt::Debug for KeySigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeySigner").finish_non_exhaustive()
    }
}

impl Signer for KeySigner {
    fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// Verifies strictly: canonical encodings, no small-order key or commitment, so that one message and key have one verdict everywhere.
///
/// # Errors
/// [`WireError::Length`] where the signature is not 64 bytes long, else [`WireError::Signature`].
pub fn verify(
    what: &'static str,
    public: &[u8; 32],
    message: &[u8],
    signature: &[u8],
) -> Result<(), WireError> {
    let signature: [u8; 64] = crate::field::fixed("signature", signature)?;
    VerifyingKey::from_bytes(public)
        .and_then(|key| key.verify_strict(message, &Signature::from_bytes(&signature)))
        .map_err(|_| WireError::Signature { what })
}

/// The bytes that are signed: a domain, a zero byte, and an id.
pub(crate) fn signed_bytes(domain: &str, id: &[u8; 32]) -> Vec<u8> {
    let mut message = Vec::with_capacity(domain.len() + 1 + id.len());
    message.extend_from_slice(domain.as_bytes());
    message.push(0);
    message.extend_from_slice(id);
    message
}
