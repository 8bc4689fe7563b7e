//! The text by which a phone or a child hub finds its hub: where it listens, which key proves it, and the
//! one-time secret. One line that can be typed, sent, or shown as a QR code.
//!
//! ```text
//! text    = "WANGGE:" base32(payload || checksum)          RFC 4648, upper case, no padding
//! payload = version (1 byte, 1) || hub key (32) || secret (16) || address ("host:port", UTF-8)
//! checksum= the first 4 bytes of SHA-256("wangge/invitation/1" || 0x00 || payload)
//! ```
//!
//! Upper case, digits and the colon are a QR code's alphanumeric mode, the densest for text. When read, case,
//! blanks, line breaks and hyphens do not matter, so a text that was wrapped or typed in groups is understood.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

const SCHEME: &str = "WANGGE:";
const VERSION: u8 = 1;
const DOMAIN: &[u8] = b"wangge/invitation/1\0";
const KEY_BYTES: usize = 32;
const SECRET_BYTES: usize = 16;
const CHECKSUM_BYTES: usize = 4;
/// Bytes of an address at most: a DNS name has at most 253, a port 5.
const ADDRESS_BYTES_MAX: usize = 260;
/// Characters of a text that are looked at: a payload of the longest address has 507, the rest is blanks.
const TEXT_CHARS_MAX: usize = 2_048;

/// An invitation to one hub, good once.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Where the hub listens, `host:port`; an IPv6 host stands in brackets.
    pub address: String,
    /// The hub's public key, which the connection must prove.
    pub hub: [u8; KEY_BYTES],
    /// The secret of `Enrol`.
    pub secret: [u8; SECRET_BYTES],
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invitation")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&self.hub);
        bytes.extend_from_slice(&self.secret);
        bytes.extend_from_slice(self.address.as_bytes());
        let checksum = checksum(&bytes);
        bytes.extend_from_slice(&checksum);
        write!(f, "{SCHEME}{}", BASE32_NOPAD.encode(&bytes))
    }
}

/// What is wrong with the text of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// The text does not begin as an invitation does.
    #[error("this is not an invitation: it does not begin with {SCHEME}")]
    Scheme,
    /// A character that no invitation has.
    #[error(
        "character {at} of the invitation is none that an invitation has (A to Z, 2 to 7): compare it with the original"
    )]
    Character {
        /// Counted from 1 over the whole text.
        at: usize,
    },
    /// The end is missing.
    #[error("the invitation is cut off: copy it whole")]
    Truncated,
    /// A character was mistyped, lost or doubled.
    #[error(
        "the invitation has a wrong character, or one too few or too many: compare it with the original, or scan it"
    )]
    Checksum,
    /// A newer program made it.
    #[error(
        "the invitation is of version {found} and this program knows version {VERSION}: update the program"
    )]
    Version {
        /// The version that it names.
        found: u8,
    },
    /// It says no address that one can dial.
    #[error("the invitation names no address of the form host:port: ask for a new one")]
    Address,
}

impl FromStr for Invitation {
    type Err = InvitationError;

    fn from_str(text: &str) -> Result<Self, InvitationError> {
        let symbols = strip_scheme(text)?;
        let bytes = decode(&symbols)?;
        let (payload, found) = bytes
            .split_last_chunk::<CHECKSUM_BYTES>()
            .ok_or(InvitationError::Truncated)?;
        if checksum(payload) != *found {
            return Err(if payload.len() <= KEY_BYTES + SECRET_BYTES {
                InvitationError::Truncated
            } else {
                InvitationError::Checksum
            });
        }
        let (&version, rest) = payload.split_first().ok_or(InvitationError::Truncated)?;
        if version != VERSION {
            return Err(InvitationError::Version { found: version });
        }
        let (hub, rest) = rest
            .split_first_chunk::<KEY_BYTES>()
            .ok_or(InvitationError::Truncated)?;
        let (secret, address) = rest
            .split_first_chunk::<SECRET_BYTES>()
            .ok_or(InvitationError::Truncated)?;
        Ok(Self {
            address: parse_address(address)?,
            hub: *hub,
            secret: *secret,
        })
    }
}

/// The characters after the scheme with their places, blanks and hyphens left out.
fn strip_scheme(text: &str) -> Result<Vec<(usize, char)>, InvitationError> {
    let mut symbols = text
        .chars()
        .take(TEXT_CHARS_MAX)
        .enumerate()
        .filter(|(_, c)| !c.is_whitespace() && *c != '-')
        .map(|(at, c)| (at.saturating_add(1), c.to_ascii_uppercase()));
    for expected in SCHEME.chars() {
        match symbols.next() {
            Some((_, found)) if found == expected => {}
            Some(_) | None => return Err(InvitationError::Scheme),
        }
    }
    Ok(symbols.collect())
}

fn decode(symbols: &[(usize, char)]) -> Result<Vec<u8>, InvitationError> {
    if let Some((at, _)) = symbols
        .iter()
        .find(|(_, c)| !matches!(c, 'A'..='Z' | '2'..='7'))
    {
        return Err(InvitationError::Character { at: *at });
    }
    let encoded: String = symbols.iter().map(|(_, c)| *c).collect();
    // Only a length that base32 never has, or stray last bits, are left to go wrong.
    BASE32_NOPAD
        .decode(encoded.as_bytes())
        .map_err(|_| InvitationError::Checksum)
}

fn parse_address(bytes: &[u8]) -> Result<String, InvitationError> {
    let address = std::str::from_utf8(bytes).map_err(|_| InvitationError::Address)?;
    let (host, port) = address.rsplit_once(':').ok_or(InvitationError::Address)?;
    let port: u16 = port.parse().map_err(|_| InvitationError::Address)?;
    let bare_v6 = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
    let odd = host.is_empty()
        || port == 0
        || bare_v6
        || address.len() > ADDRESS_BYTES_MAX
        || address.chars().any(|c| c.is_whitespace() || c.is_control());
    if odd {
        Err(InvitationError::Address)
    } else {
        Ok(address.to_owned())
    }
}

fn checksum(payload: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let digest = Sha256::new()
        .chain_update(DOMAIN)
        .chain_update(payload)
        .finalize();
    let mut out = [0; CHECKSUM_BYTES];
    out.iter_mut()
        .zip(digest.iter())
        .for_each(|(to, from)| *to = *from);
    out
}

#[cfg(test)]
mod tests;
