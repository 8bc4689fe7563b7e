//! The one error of this crate, and the codes that a close carries.

use std::net::SocketAddr;

use wangge_wire::{Fault, WireError, v1::FaultCode};

/// Why a link was closed: 0, or a number of [`FaultCode`]. It travels as QUIC's application error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloseCode(pub u32);

impl CloseCode {
    /// Nothing is wrong.
    pub const BYE: CloseCode = CloseCode(0);

    /// The fault that the code names, if it is one that this program knows.
    pub fn fault(self) -> Option<FaultCode> {
        i32::try_from(self.0)
            .ok()
            .and_then(|code| FaultCode::try_from(code).ok())
            .filter(|code| *code != FaultCode::FaultUnspecified)
    }
}

impl From<FaultCode> for CloseCode {
    fn from(code: FaultCode) -> CloseCode {
        CloseCode(u32::try_from(i32::from(code)).unwrap_or(0))
    }
}

/// What went wrong with an endpoint or a link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The UDP socket could not be had.
    #[error("binding UDP {addr}")]
    Bind {
        /// The address asked for.
        addr: SocketAddr,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
    /// TLS refused our own configuration.
    #[error("setting up TLS")]
    Setup {
        /// Its reason.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The address cannot be dialled at all.
    #[error("dialling {addr}")]
    Dial {
        /// The address.
        addr: SocketAddr,
        /// quinn's reason.
        #[source]
        source: quinn::ConnectError,
    },
    /// Nobody answered in time.
    #[error("no answer from {addr} within {waited_ms} ms")]
    Silent {
        /// The address.
        addr: SocketAddr,
        /// How long we waited.
        waited_ms: u64,
    },
    /// Who answered does not hold the pinned key.
    #[error(
        "{addr} proved another key than the pinned one: either the hub's store was founded anew, or this is not the hub"
    )]
    WrongKey {
        /// The address.
        addr: SocketAddr,
    },
    /// The machine at that address hosts no hub with that key.
    #[error("{addr} hosts no hub with the pinned key")]
    NoSuchHub {
        /// The address.
        addr: SocketAddr,
    },
    /// The other side takes no more connections now.
    #[error("{addr} takes no more connections now")]
    Refused {
        /// The address.
        addr: SocketAddr,
    },
    /// The peer closed the link and said why.
    #[error("closed by the peer with code {}: {text}", code.0)]
    Closed {
        /// The code.
        code: CloseCode,
        /// The peer's text, cut to [`crate::limits::CLOSE_TEXT_LEN_MAX`].
        text: String,
    },
    /// We closed the link ourselves.
    #[error("the link is closed here")]
    ClosedHere,
    /// The peer sent what is no frame; the link was closed with the reason.
    #[error("reading a frame")]
    Frame {
        /// What is wrong with it.
        #[source]
        source: WireError,
    },
    /// A frame of our own is too long to send.
    #[error("sending a frame")]
    OwnFrame {
        /// What is wrong with it.
        #[source]
        source: WireError,
    },
    /// The peer takes nothing for too long; the link was closed.
    #[error("the peer took nothing for {waited_ms} ms")]
    Stalled {
        /// How long we waited.
        waited_ms: u64,
    },
    /// The queue of a link is full just now.
    #[error("the link's queue is full")]
    Full,
    /// The connection broke or timed out.
    #[error("the connection was lost")]
    Lost {
        /// quinn's reason.
        #[source]
        source: quinn::ConnectionError,
    },
}

impl LinkError {
    /// Whose fault.
    pub fn fault(&self) -> Fault {
        match self {
            LinkError::Dial { .. } | LinkError::ClosedHere => Fault::Caller,
            LinkError::Setup { .. } | LinkError::OwnFrame { .. } => Fault::Bug,
            LinkError::Bind { .. }
            | LinkError::Silent { .. }
            | LinkError::Lost { .. }
            | LinkError::Full => Fault::World,
            LinkError::WrongKey { .. }
            | LinkError::NoSuchHub { .. }
            | LinkError::Refused { .. }
            | LinkError::Closed { .. }
            | LinkError::Frame { .. }
            | LinkError::Stalled { .. } => Fault::Peer,
        }
    }

    /// Whether dialling again later, with the same words, can help. A hub that moved or was restored may come back with its key,
    /// so a wrong key is worth another try after a long wait.
    pub fn retry(&self) -> bool {
        !matches!(
            self,
            LinkError::Setup { .. }
                | LinkError::OwnFrame { .. }
                | LinkError::Bind { .. }
                | LinkError::Dial { .. }
        )
    }
}

/// What quinn says about a connection, in our words.
pub(crate) fn lost(source: quinn::ConnectionError) -> LinkError {
    match source {
        quinn::ConnectionError::ApplicationClosed(close) => LinkError::Closed {
            code: CloseCode(u32::try_from(close.error_code.into_inner()).unwrap_or(u32::MAX)),
            text: close_text(&close.reason),
        },
        quinn::ConnectionError::LocallyClosed => LinkError::ClosedHere,
        source => LinkError::Lost { source },
    }
}

/// A peer's text, cut, and without what could forge a line of a log.
fn close_text(bytes: &[u8]) -> String {
    let cut = bytes
        .get(..crate::limits::CLOSE_TEXT_LEN_MAX)
        .unwrap_or(bytes);
    String::from_utf8_lossy(cut)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
