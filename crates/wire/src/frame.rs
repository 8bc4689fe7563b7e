//! One message of a session.
//!
//! A frame is a protobuf [`v1::Frame`] of exactly one kind. On a stream it stands behind its length (4 bytes, big-endian);
//! [`encode_frame`] and [`parse_frame`] deal with the frame alone, so that what the engine sends is what the other engine is
//! handed, by whatever carrier. The stream's carrier puts [`prefix`] before it and splits with [`FrameReader`].

mod check;
mod reader;
mod scan;

use prost::Message as _;

pub use crate::v1::frame::Kind as FrameKind;
pub use reader::FrameReader;

use crate::digest::sha256;
use crate::field::at_most;
use crate::{WireError, limits, v1};

/// Encodes a frame, without the length prefix. Whoever fills it keeps it within [`limits`]; a carrier refuses it otherwise.
pub fn encode_frame(kind: FrameKind) -> Vec<u8> {
    v1::Frame { kind: Some(kind) }.encode_to_vec()
}

/// What `Hello.holds` says of a child that holds these statements: its grant's id (a phone's) and those of the charters, nearest first.
#[must_use]
pub fn holding(statements: &[[u8; 32]]) -> [u8; 16] {
    let ids: Vec<&[u8]> = statements.iter().map(|id| id.as_slice()).collect();
    let digest = sha256("wangge/holds/1", &ids);
    digest.first_chunk().copied().unwrap_or_default()
}

/// What stands before a frame on a stream.
///
/// # Errors
/// [`WireError::TooLong`] beyond [`limits::FRAME_LEN_MAX`].
pub fn prefix(frame: &[u8]) -> Result<[u8; 4], WireError> {
    let too_long = WireError::TooLong {
        what: "frame",
        len: frame.len(),
        max: limits::FRAME_LEN_MAX,
    };
    if frame.len() > limits::FRAME_LEN_MAX {
        return Err(too_long);
    }
    u32::try_from(frame.len())
        .map(u32::to_be_bytes)
        .map_err(|_| too_long)
}

/// Reads a frame, without its length prefix.
///
/// Repetitions are counted before anything is allocated. Commits and statements stay as they came, bytes: a bad one among them
/// is no fault of the frame's. Open each with [`crate::commit::open_commit`] and [`crate::statement::open_statement`], which check
/// their caps, so that one bad item never stops the others.
///
/// # Errors
/// What is wrong and where; [`WireError::fault_code`] is what to answer.
pub fn parse_frame(bytes: &[u8]) -> Result<FrameKind, WireError> {
    at_most("frame", bytes.len(), limits::FRAME_LEN_MAX)?;
    scan::check_counts(bytes)?;
    let frame = v1::Frame::decode(bytes).map_err(|source| WireError::Decode {
        what: "frame",
        source,
    })?;
    let kind = frame
        .kind
        .ok_or(WireError::Missing { what: "frame kind" })?;
    check::check_kind(&kind)?;
    Ok(kind)
}

#[cfg(test)]
mod tests;
