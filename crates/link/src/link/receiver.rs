//! Frames from the peer.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use wangge_wire::WireError;
use wangge_wire::frame::FrameReader;

use super::Shared;
use crate::compress::Decompressor;
use crate::error::lost;
use crate::{CloseCode, Config, LinkError, limits};

/// Frames from the peer. What is not read stays with the peer: QUIC's windows hold it back.
pub struct Receiver {
    shared: Arc<Shared>,
    stream: quinn::RecvStream,
    reader: FrameReader,
    /// Where the handshake agreed on it.
    decompressor: Option<Decompressor>,
    ended: bool,
    close_ms: u32,
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("shared", &self.shared)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl Receiver {
    pub(super) fn new(
        shared: Arc<Shared>,
        stream: quinn::RecvStream,
        compressed: bool,
        config: &Config,
    ) -> Result<Receiver, LinkError> {
        Ok(Receiver {
            shared,
            stream,
            reader: FrameReader::new(),
            decompressor: compressed.then(Decompressor::new).transpose()?,
            ended: false,
            close_ms: config.close_ms,
        })
    }

    /// The next frame, without its length prefix; `None` when the peer closed with [`CloseCode::BYE`], or ended the stream between
    /// two frames and gave no reason within [`Config::close_ms`]. Safe to drop and call again.
    ///
    /// # Errors
    /// [`LinkError::Frame`] when the peer sent what is no frame (the link is then closed with the reason), [`LinkError::Closed`] when it
    /// closed with another code, [`LinkError::Lost`] when the connection broke.
    pub async fn recv(&mut self) -> Result<Option<Vec<u8>>, LinkError> {
        loop {
            if let Some(frame) = self.reader.pull().map_err(|error| self.refuse(error))? {
                return Ok(Some(frame));
            }
            if self.decompress().map_err(|error| self.refuse(error))? {
                continue;
            }
            if self.ended {
                return self.closed().await;
            }
            match self.stream.read_chunk(limits::PIECE_LEN_MAX, true).await {
                Ok(Some(chunk)) => match &mut self.decompressor {
                    Some(decompressor) => decompressor.push(chunk.bytes),
                    None => self.reader.push(&chunk.bytes),
                },
                Ok(None) => self.end()?,
                Err(quinn::ReadError::ConnectionLost(source)) => return self.on_lost(source),
                Err(_) => return Err(self.refuse(WireError::Truncated { len: 0 })),
            }
        }
    }

    /// Hands the reader the next piece of what came compressed; false where nothing is left of it.
    fn decompress(&mut self) -> Result<bool, WireError> {
        let piece = match &mut self.decompressor {
            Some(decompressor) => decompressor.pull()?,
            None => None,
        };
        Ok(piece.is_some_and(|piece| {
            self.reader.push(&piece);
            true
        }))
    }

    /// The stream has ended: the reason for it is on its way.
    async fn closed(&mut self) -> Result<Option<Vec<u8>>, LinkError> {
        let patience = Duration::from_millis(self.close_ms.into());
        match timeout(patience, self.shared.connection.closed()).await {
            Ok(source) => self.on_lost(source),
            Err(_) => Ok(None),
        }
    }

    fn end(&mut self) -> Result<(), LinkError> {
        self.ended = true;
        self.reader.finish().map_err(|error| self.refuse(error))
    }

    fn on_lost(&mut self, source: quinn::ConnectionError) -> Result<Option<Vec<u8>>, LinkError> {
        match lost(source) {
            LinkError::Closed {
                code: CloseCode::BYE,
                ..
            } => {
                self.end()?;
                Ok(None)
            }
            error => Err(error),
        }
    }

    /// Tells the peer why and closes: after a frame that is none, the stream cannot be read on.
    fn refuse(&self, error: WireError) -> LinkError {
        self.shared.close(error.fault_code().into(), &error.line());
        LinkError::Frame { source: error }
    }
}
