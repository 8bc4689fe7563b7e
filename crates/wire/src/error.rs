//! The one error of this crate.

use crate::v1::{FaultCode, Reason};

/// Whose fault an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Our own caller asked for something impossible.
    Caller,
    /// The other side of a link sent it.
    Peer,
    /// The disk, the network, the clock.
    World,
    /// We are wrong.
    Bug,
}

/// What is wrong with bytes that came from a peer. Texts name the field and the bound, never a content.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WireError {
    /// More bytes than allowed.
    #[error("{what} is {len} bytes long, at most {max} are allowed")]
    TooLong {
        /// The field.
        what: &'static str,
        /// Its length in bytes.
        len: usize,
        /// The bound in bytes.
        max: usize,
    },
    /// More repetitions than allowed; counting stopped there.
    #[error("{what} stands there more than {max} times")]
    TooMany {
        /// The field.
        what: &'static str,
        /// The bound.
        max: usize,
    },
    /// A field of a fixed length has another.
    #[error("{what} is {len} bytes long, it must be {want}")]
    Length {
        /// The field.
        what: &'static str,
        /// Its length in bytes.
        len: usize,
        /// The length it must have.
        want: usize,
    },
    /// A field that must stand is absent.
    #[error("{what} is missing")]
    Missing {
        /// The field.
        what: &'static str,
    },
    /// A field stands where it must not.
    #[error("{what} must not stand here")]
    Unexpected {
        /// The field.
        what: &'static str,
    },
    /// A field's content is not of its form.
    #[error("{what} is not {want}")]
    Form {
        /// The field.
        what: &'static str,
        /// The form it must have.
        want: &'static str,
    },
    /// Another layout than those known here: hold, do not guess.
    #[error("{what} has format {format}, suite {suite}; known here are 1 and 1")]
    UnknownFormat {
        /// The message.
        what: &'static str,
        /// Its format.
        format: u32,
        /// Its suite.
        suite: u32,
    },
    /// An enumeration's value that this program does not know.
    #[error("{what} has the unknown value {value}")]
    UnknownValue {
        /// The field.
        what: &'static str,
        /// Its value.
        value: i32,
    },
    /// A frame of a kind that this program does not know.
    #[error("frame of unknown kind {number}")]
    UnknownFrame {
        /// The field number of the kind.
        number: u32,
    },
    /// The stream ended within a frame.
    #[error("the stream ended within a frame, after {len} bytes of it")]
    Truncated {
        /// What had come of it, length prefix included.
        len: usize,
    },
    /// Not protobuf, or a string that is not UTF-8.
    #[error("{what} cannot be decoded")]
    Decode {
        /// The message.
        what: &'static str,
        /// prost's reason.
        #[source]
        source: prost::DecodeError,
    },
    /// The digest that the header names is not the content's.
    #[error("the digest of part {part} is not its content's")]
    Digest {
        /// The part's place in the header, from 0.
        part: usize,
    },
    /// The signature does not verify, or the key is not one.
    #[error("the signature of the {what} does not verify")]
    Signature {
        /// What was signed.
        what: &'static str,
    },
    /// Something within a repeated field.
    #[error("in {what} {index}")]
    Within {
        /// The repeated field.
        what: &'static str,
        /// Which one, from 0.
        index: usize,
        /// What is wrong there.
        #[source]
        source: Box<WireError>,
    },
}

impl WireError {
    /// Says where: in which one of a repeated field.
    pub(crate) fn within(self, what: &'static str, index: usize) -> WireError {
        WireError::Within {
            what,
            index,
            source: Box::new(self),
        }
    }

    /// The innermost error, without the places it was found in.
    pub fn root(&self) -> &WireError {
        let mut error = self;
        while let WireError::Within { source, .. } = error {
            error = source;
        }
        error
    }

    /// Always the peer's: this crate only judges bytes that came from outside.
    pub fn fault(&self) -> Fault {
        Fault::Peer
    }

    /// Whether the same bytes may pass later: never.
    pub fn retry(&self) -> bool {
        false
    }

    /// What to tell the peer when a frame is refused for this.
    pub fn fault_code(&self) -> FaultCode {
        match self.root() {
            WireError::TooLong { .. } | WireError::TooMany { .. } => FaultCode::FaultTooLarge,
            WireError::UnknownFrame { .. } => FaultCode::FaultUnknownFrame,
            _ => FaultCode::FaultMalformed,
        }
    }

    /// Why a commit is held when it is refused for this.
    pub fn reason(&self) -> Reason {
        match self.root() {
            WireError::TooLong { .. } | WireError::TooMany { .. } => Reason::TooLarge,
            WireError::UnknownFormat { .. } | WireError::UnknownValue { .. } => {
                Reason::UnknownFormat
            }
            WireError::Digest { .. } => Reason::BadDigest,
            WireError::Signature { .. } => Reason::BadSignature,
            _ => Reason::Malformed,
        }
    }

    /// The whole chain in one line, for a Fault's text or a log: places first, cause last.
    pub fn line(&self) -> String {
        match self {
            WireError::Within {
                what,
                index,
                source,
            } => format!("{what} {index}: {}", source.line()),
            WireError::Decode { source, .. } => format!("{self}: {source}"),
            _ => self.to_string(),
        }
    }
}
