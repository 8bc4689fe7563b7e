//! Frames from the peer.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use wangge_wire::WireError;
use wangge_wire::frame::FrameReader;

use super::Shared;
use crate::error::lost;
use crate::{CloseCode, Config, LinkError, limits};

/// Frames from the peer. What is not read stays with the peer: QUIC's windows hold it back.
#[derive(Debug)]
pub struct Receiver {
    shared: Arc<Shared>,
    stream: quinn::RecvStream,
    reader: FrameReader,
    ended: bool,
    close_ms: u32,
}

impl Receiver {
    pub(super) fn new(shared: Arc<Shared>, stream: quinn::RecvStream, config: &Config) -> Receiver {
        Receiver {
            shared,
            stream,
            reader: FrameReader::new(),
            ended: false,
            close_ms: config.close_ms,
        }
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
            if self.ended {
                return self.closed().await;
            }
            match self.stream.read_chunk(limits::PIECE_LEN_MAX, true).await {
                Ok(Some(chunk)) => self.reader.push(&chunk.bytes),
                Ok(None) => self.end()?,
                Err(quinn::ReadError::ConnectionLost(source)) => return self.on_lost(source),
                Err(_) => return Err(self.refuse(WireError::Truncated { len: 0 })),
            }
        }
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
