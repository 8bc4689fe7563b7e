//! The key of a store, held no longer than needed.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

/// How a store's file is encrypted. Never printed: `Debug` says only whether there is a key.
#[derive(Clone, Default)]
pub enum Key {
    /// A plain SQLite file, for hubs whose disk is their operator's concern.
    #[default]
    None,
    /// A SQLCipher file with this raw 256-bit key, without any derivation from a passphrase: an
    /// open costs milliseconds. The key is wiped when dropped.
    Raw(Zeroizing<[u8; 32]>),
}

impl Key {
    /// A raw key; the array handed in is the caller's to wipe.
    #[must_use]
    pub fn raw(key: [u8; 32]) -> Self {
        Self::Raw(Zeroizing::new(key))
    }

    /// Whether the file is encrypted.
    #[must_use]
    pub fn is_some(&self) -> bool {
        matches!(self, Self::Raw(_))
    }

    /// What `sqlite3_key` wants for a raw key: `x'<64 hexadecimal digits>'`.
    pub(crate) fn literal(&self) -> Option<Zeroizing<Vec<u8>>> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let Self::Raw(key) = self else { return None };
        let mut text = Zeroizing::new(Vec::with_capacity(67));
        text.extend_from_slice(b"x'");
        for byte in key.iter() {
            for nibble in [byte >> 4, byte & 15] {
                text.extend(DIGITS.get(usize::from(nibble)));
            }
        }
        text.push(b'\'');
        Some(text)
    }
}

impl From<[u8; 32]> for Key {
    fn from(mut key: [u8; 32]) -> Self {
        let held = Self::raw(key);
        key.zeroize();
        held
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_some() {
            "Key(raw)"
        } else {
            "Key(none)"
        })
    }
}
