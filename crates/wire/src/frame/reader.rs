//! Splits a stream into frames.

use crate::{WireError, limits};

const PREFIX_LEN: usize = 4;

/// Splits a stream into frames: push what came, pull whole frames until there is none. Holds at most one frame and what was
/// pushed behind it; a length beyond [`limits::FRAME_LEN_MAX`] is refused as soon as its four bytes are there.
#[derive(Debug, Default)]
pub struct FrameReader {
    buffer: Vec<u8>,
    /// Where the next frame's prefix begins in `buffer`.
    start: usize,
}

impl FrameReader {
    /// An empty reader, at the beginning of a stream.
    pub fn new() -> FrameReader {
        FrameReader::default()
    }

    /// Takes the stream's next bytes. Pull before pushing more, or the buffer grows.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame, without its prefix; `None` until more bytes are pushed.
    ///
    /// # Errors
    /// [`WireError::TooLong`]: the stream cannot be read on from here.
    pub fn pull(&mut self) -> Result<Option<Vec<u8>>, WireError> {
        let waiting = self.buffer.get(self.start..).unwrap_or_default();
        let Some((prefix, rest)) = waiting.split_first_chunk::<PREFIX_LEN>() else {
            return Ok(None);
        };
        let len = usize::try_from(u32::from_be_bytes(*prefix)).unwrap_or(usize::MAX);
        crate::field::at_most("frame", len, limits::FRAME_LEN_MAX)?;
        let Some(frame) = rest.get(..len) else {
            return Ok(None);
        };
        let frame = frame.to_vec();
        self.start += PREFIX_LEN + len;
        Ok(Some(frame))
    }

    /// Checks that the stream ended between two frames.
    ///
    /// # Errors
    /// [`WireError::Truncated`] when it ended within one.
    pub fn finish(&self) -> Result<(), WireError> {
        match self.buffer.len() - self.start {
            0 => Ok(()),
            len => Err(WireError::Truncated { len }),
        }
    }
}
