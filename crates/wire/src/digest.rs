//! SHA-256 with a domain, so that one kind of bytes never passes for another.

use sha2::{Digest as _, Sha256};

/// SHA-256 over `domain`, a zero byte, and the pieces one after another.
pub(crate) fn sha256(domain: &str, pieces: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(domain.as_bytes());
    hasher.update([0]);
    for piece in pieces {
        hasher.update(piece);
    }
    hasher.finalize().into()
}
