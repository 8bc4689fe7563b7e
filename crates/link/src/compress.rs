//! The stream's bytes, compressed: one zstd stream a direction over all frames of a link, begun with a dictionary that both sides have.
//!
//! Frames repeat each other: keys, ids, names of fields. Alone they hardly shrink; in one stream they do, and the dictionary spares the first
//! ones. The handshake agrees on it ([`PROTOCOL`]); with a peer that does not know it, frames go as they are. What is compressed together was
//! all made for this one peer, and the one secret, an invitation's, goes before anything else.

use std::io;
use std::sync::LazyLock;

use bytes::Bytes;
use wangge_wire::WireError;
use zstd::dict::DecoderDictionary;
use zstd::stream::raw::{CParameter, DParameter, Decoder, Encoder, InBuffer, Operation, OutBuffer};

use crate::{LinkError, limits};

/// What the handshake calls a session whose frames are compressed with the first dictionary. Another dictionary gets another name.
pub(crate) const PROTOCOL: &[u8] = b"wangge/1+z1";

/// Trained by `cargo xtask bench dictionary`; never edited, since its bytes are part of the protocol.
const DICTIONARY: &[u8] = include_bytes!("../data/frames-1.dict");
/// Beyond it the processor's time grows faster than the bytes shrink.
const LEVEL: i32 = 3;

static DECODER: LazyLock<io::Result<DecoderDictionary<'static>>> =
    LazyLock::new(|| DecoderDictionary::try_copy(DICTIONARY));

/// A dictionary of a program of ours that cannot be read.
fn broken(source: &io::Error) -> LinkError {
    LinkError::Setup {
        source: source.to_string().into(),
    }
}

/// Compresses what is sent.
pub(crate) struct Compressor {
    encoder: Encoder<'static>,
    /// Something was taken that the peer cannot read yet.
    pending: bool,
}

impl Compressor {
    pub(crate) fn new() -> Result<Compressor, LinkError> {
        // A prepared dictionary would bring the tables of its level, and a hub has a thousand links.
        let encoder = || -> io::Result<Encoder<'static>> {
            let mut encoder = Encoder::with_dictionary(LEVEL, DICTIONARY)?;
            encoder.set_parameter(CParameter::WindowLog(limits::WINDOW_LOG_SENT))?;
            encoder.set_parameter(CParameter::HashLog(limits::TABLE_LOG))?;
            encoder.set_parameter(CParameter::ChainLog(limits::TABLE_LOG))?;
            encoder.set_parameter(CParameter::DictIdFlag(false))?;
            Ok(encoder)
        };
        Ok(Compressor {
            encoder: encoder().map_err(|error| broken(&error))?,
            pending: false,
        })
    }

    /// Takes bytes; what is ready of them is appended to `to`.
    pub(crate) fn push(&mut self, bytes: &[u8], to: &mut Vec<u8>) -> io::Result<()> {
        self.pending = true;
        let mut from = InBuffer::around(bytes);
        while from.pos() < bytes.len() {
            piece(to, |out| self.encoder.run(&mut from, out))?;
        }
        Ok(())
    }

    /// All that was taken so far is appended to `to`, so that the peer can read it.
    pub(crate) fn flush(&mut self, to: &mut Vec<u8>) -> io::Result<()> {
        while self.pending && piece(to, |out| self.encoder.flush(out))? > 0 {}
        self.pending = false;
        Ok(())
    }
}

/// Appends one piece of output.
fn piece(
    to: &mut Vec<u8>,
    write: impl FnOnce(&mut OutBuffer<'_, [u8]>) -> io::Result<usize>,
) -> io::Result<usize> {
    let mut buffer = [0; 4_096];
    let mut out = OutBuffer::around(buffer.as_mut_slice());
    let left = write(&mut out)?;
    to.extend_from_slice(out.as_slice());
    Ok(left)
}

/// Decompresses what came, piece by piece: its window and its pieces bound its memory, and a limit the work that few bytes can ask for.
pub(crate) struct Decompressor {
    decoder: Decoder<'static>,
    waiting: Bytes,
    /// Output may be left within the decoder.
    more: bool,
    came: u64,
    made: u64,
}

impl Decompressor {
    pub(crate) fn new() -> Result<Decompressor, LinkError> {
        let dictionary = DECODER.as_ref().map_err(broken)?;
        let decoder = || -> io::Result<Decoder<'static>> {
            let mut decoder = Decoder::with_prepared_dictionary(dictionary)?;
            decoder.set_parameter(DParameter::WindowLogMax(limits::WINDOW_LOG))?;
            Ok(decoder)
        };
        Ok(Decompressor {
            decoder: decoder().map_err(|error| broken(&error))?,
            waiting: Bytes::new(),
            more: false,
            came: 0,
            made: 0,
        })
    }

    /// Takes the stream's next bytes. Pull until there is nothing before pushing more.
    pub(crate) fn push(&mut self, bytes: Bytes) {
        self.came = self.came.saturating_add(bytes.len() as u64);
        self.waiting = bytes;
    }

    /// The next piece of what they say; `None` until more are pushed.
    ///
    /// # Errors
    /// What is no zstd stream of ours, or says more than so few bytes may.
    pub(crate) fn pull(&mut self) -> Result<Option<Vec<u8>>, WireError> {
        while self.more || !self.waiting.is_empty() {
            let mut buffer = vec![0; limits::PIECE_LEN_MAX];
            let mut out = OutBuffer::around(buffer.as_mut_slice());
            let mut from = InBuffer::around(&self.waiting);
            let not_zstd = |_| WireError::Form {
                what: "stream",
                want: "compressed as agreed",
            };
            self.decoder.run(&mut from, &mut out).map_err(not_zstd)?;
            let (taken, made) = (from.pos(), out.pos());
            self.more = made == limits::PIECE_LEN_MAX;
            if taken == 0 && made == 0 && !self.waiting.is_empty() {
                return Err(not_zstd(io::ErrorKind::InvalidData.into()));
            }
            self.waiting = self.waiting.slice(taken..);
            self.made = self.made.saturating_add(made as u64);
            self.check()?;
            if made > 0 {
                buffer.truncate(made);
                return Ok(Some(buffer));
            }
        }
        Ok(None)
    }

    fn check(&self) -> Result<(), WireError> {
        let most = self
            .came
            .saturating_mul(limits::GROWTH_MAX)
            .saturating_add(limits::GROWTH_FREE);
        if self.made > most {
            return Err(WireError::TooLong {
                what: "stream, decompressed",
                len: usize::try_from(self.made).unwrap_or(usize::MAX),
                max: usize::try_from(most).unwrap_or(usize::MAX),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
