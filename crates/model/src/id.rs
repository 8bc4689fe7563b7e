//! The ids: opaque, of fixed length, comparable, printable.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::error::{Error, Result};

/// Declares an id of a fixed number of bytes that is written as lower-case hex.
macro_rules! hex_id {
    ($(#[$meta:meta])* $name:ident, $len:literal, $what:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Its length in bytes.
            pub const LEN: usize = $len;

            /// Its bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = Error;

            fn try_from(bytes: &[u8]) -> Result<Self> {
                <[u8; $len]>::try_from(bytes)
                    .map(Self)
                    .map_err(|_| Error::IdLength { what: $what, expected: $len, found: bytes.len() })
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&HEXLOWER.encode(&self.0))
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                let bytes = HEXLOWER
                    .decode(text.as_bytes())
                    .map_err(|_| Error::IdForm { what: $what, form: "lower-case hex" })?;
                Self::try_from(bytes.as_slice())
            }
        }

        text_form!($name);
    };
}

/// Declares an id that is a UUID of version 7: it sorts by the time of its minting.
macro_rules! uuid_id {
    ($(#[$meta:meta])* $name:ident, $what:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// Its length in bytes.
            pub const LEN: usize = 16;

            /// Mints an id from a time in milliseconds since 1970 (negative counts as 0) and 10 random bytes.
            #[must_use]
            pub fn mint(ms: i64, dice: [u8; 10]) -> Self {
                let ms = u64::try_from(ms).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(ms, &dice).into_uuid().into_bytes())
            }

            /// Its bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = Error;

            fn try_from(bytes: &[u8]) -> Result<Self> {
                let bytes = <[u8; 16]>::try_from(bytes)
                    .map_err(|_| Error::IdLength { what: $what, expected: 16, found: bytes.len() })?;
                let uuid = Uuid::from_bytes(bytes);
                if uuid.get_version_num() != 7 || uuid.get_variant() != uuid::Variant::RFC4122 {
                    return Err(Error::IdForm { what: $what, form: "a UUID of version 7" });
                }
                Ok(Self(bytes))
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&Uuid::from_bytes(self.0).hyphenated(), f)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                let uuid = Uuid::try_parse(text).map_err(|_| Error::IdForm { what: $what, form: "a UUID" })?;
                Self::try_from(uuid.as_bytes().as_slice())
            }
        }

        text_form!($name);
    };
}

/// Debug and serde by the text form.
macro_rules! text_form {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

uuid_id! {
    /// A record's id. It says nothing of what the record is about, nor of where it is.
    RecordId, "record id"
}
uuid_id! {
    /// A member's id: a person who acts.
    MemberId, "member id"
}
hex_id! {
    /// A commit's id: a digest of its header's bytes, see `proto/wangge/v1/commit.proto`.
    CommitId, 32, "commit id"
}
hex_id! {
    /// A statement's id: a digest of its bytes, see `proto/wangge/v1/statement.proto`.
    StatementId, 32, "statement id"
}
hex_id! {
    /// A change's name: automerge's hash of it.
    ChangeHash, 32, "change hash"
}
hex_id! {
    /// The public key of a device or a hub; also its name.
    Key, 32, "key"
}
hex_id! {
    /// Minted each time a device's store begins or comes back from a copy; a hub's is called its epoch.
    Incarnation, 8, "incarnation"
}
hex_id! {
    /// An automerge actor, derived from device, incarnation and branch.
    ActorId, 16, "actor id"
}

/// An operation's id: a Lamport counter, then the actor. Ordering by it is causal and the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OpId {
    /// Greater than that of every operation the author had seen.
    pub counter: u64,
    /// Who wrote it.
    pub actor: ActorId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minted_id_is_a_uuid_of_version_7_and_reads_back() {
        let id = RecordId::mint(1_700_000_000_000, [7; 10]);
        assert_eq!(id.to_string().len(), 36);
        assert_eq!(id.to_string().parse::<RecordId>().unwrap(), id);
        assert_eq!(RecordId::try_from(id.as_ref()).unwrap(), id);
        assert!(
            RecordId::mint(1_700_000_000_001, [0; 10]) > id,
            "later sorts later"
        );
        assert_eq!(
            serde_json::from_str::<RecordId>(&serde_json::to_string(&id).unwrap()).unwrap(),
            id
        );
    }

    #[test]
    fn another_version_of_uuid_is_refused() {
        assert!(
            "f47ac10b-58cc-4372-a567-0e02b2c3d479"
                .parse::<MemberId>()
                .is_err()
        );
        assert!(MemberId::try_from([0_u8; 16].as_slice()).is_err());
        assert!(MemberId::try_from([0_u8; 15].as_slice()).is_err());
    }

    #[test]
    fn hex_ids_read_back_and_refuse_other_lengths() {
        let key = Key([0xab; 32]);
        assert_eq!(key.to_string().parse::<Key>().unwrap(), key);
        assert!("abcd".parse::<Key>().is_err());
        assert!("zz".repeat(32).parse::<Key>().is_err());
        assert!(Incarnation::try_from([1_u8; 7].as_slice()).is_err());
    }
}
