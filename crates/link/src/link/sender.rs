//! Frames to the peer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use wangge_wire::frame::prefix;
use wangge_wire::v1::FaultCode;

use super::{Meter, Shared, Stats};
use crate::compress::Compressor;
use crate::error::lost;
use crate::{CloseCode, Config, LinkError, limits};

/// Frames to the peer, through a queue bounded in number and in bytes. Clones share it; when the last is dropped,
/// what is queued is still written and the stream ends.
#[derive(Debug, Clone)]
pub struct Sender {
    shared: Arc<Shared>,
    queue: mpsc::Sender<Job>,
    room: Arc<Semaphore>,
    close_ms: u32,
}

/// What the writing task does next.
#[derive(Debug)]
enum Job {
    Write {
        prefix: [u8; 4],
        frame: Vec<u8>,
        _room: OwnedSemaphorePermit,
    },
    /// Everything before has been written: end the stream, and say when the peer has it.
    Finish(oneshot::Sender<()>),
}

impl Sender {
    pub(super) fn new(
        shared: Arc<Shared>,
        stream: quinn::SendStream,
        compressed: bool,
        config: &Config,
    ) -> Result<Sender, LinkError> {
        let (queue, jobs) = mpsc::channel(limits::QUEUE_FRAMES_MAX);
        let connection = shared.connection.clone();
        let writer = Writer {
            stream,
            compressor: compressed.then(Compressor::new).transpose()?,
            ready: Vec::new(),
            stall_ms: config.stall_ms,
        };
        tokio::spawn(write_jobs(connection, writer, jobs));
        Ok(Sender {
            shared,
            queue,
            room: Arc::new(Semaphore::new(limits::QUEUE_BYTES_MAX)),
            close_ms: config.close_ms,
        })
    }

    /// Queues a frame; waits while the queue is full. Returning says that it is queued, not that the peer has it.
    ///
    /// # Errors
    /// [`LinkError::OwnFrame`] when it is too long, else why the link is closed.
    pub async fn send(&self, frame: Vec<u8>) -> Result<(), LinkError> {
        let prefix = prefix(&frame).map_err(|source| LinkError::OwnFrame { source })?;
        let Ok(room) = Arc::clone(&self.room)
            .acquire_many_owned(room_of(&frame))
            .await
        else {
            return Err(self.why_closed());
        };
        self.shared.frames.fetch_add(1, Ordering::Relaxed);
        self.queue
            .send(Job::Write {
                prefix,
                frame,
                _room: room,
            })
            .await
            .map_err(|_| self.why_closed())
    }

    /// Queues a frame if there is room at once. A caller that must not wait closes the link of a peer that does not read.
    ///
    /// # Errors
    /// [`LinkError::Full`], else as [`Sender::send`].
    pub fn try_send(&self, frame: Vec<u8>) -> Result<(), LinkError> {
        let prefix = prefix(&frame).map_err(|source| LinkError::OwnFrame { source })?;
        let Ok(room) = Arc::clone(&self.room).try_acquire_many_owned(room_of(&frame)) else {
            return Err(if self.queue.is_closed() {
                self.why_closed()
            } else {
                LinkError::Full
            });
        };
        self.shared.frames.fetch_add(1, Ordering::Relaxed);
        self.queue
            .try_send(Job::Write {
                prefix,
                frame,
                _room: room,
            })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => LinkError::Full,
                mpsc::error::TrySendError::Closed(_) => self.why_closed(),
            })
    }

    /// Writes out what is queued, waits until the peer has it, but not longer than [`Config::close_ms`], and closes. The peer reads
    /// what was sent and then the code and the text.
    pub async fn close(&self, code: CloseCode, text: &str) {
        let (done, written) = oneshot::channel();
        let finish = async {
            if self.queue.send(Job::Finish(done)).await.is_ok() {
                // An error says that the writing task is gone with the connection: nothing is left to wait for.
                written.await.ok();
            }
        };
        if timeout(Duration::from_millis(self.close_ms.into()), finish)
            .await
            .is_err()
        {
            tracing::debug!(
                code = code.0,
                "the peer did not take everything before the close"
            );
        }
        self.shared.close(code, text);
    }

    /// Closes at once; what is queued is dropped.
    pub fn abort(&self, code: CloseCode, text: &str) {
        self.shared.close(code, text);
    }

    /// How many frames were given to it.
    pub fn frames(&self) -> u64 {
        self.shared.frames.load(Ordering::Relaxed)
    }

    /// What the connection has cost so far.
    pub fn stats(&self) -> Stats {
        self.meter().stats()
    }

    /// Reads the stats also when the link is gone, and does not keep it open.
    pub fn meter(&self) -> Meter {
        Meter(self.shared.connection.clone())
    }

    /// Where the peer is now; phones move.
    pub fn peer_addr(&self) -> SocketAddr {
        self.shared.connection.remote_address()
    }

    fn why_closed(&self) -> LinkError {
        self.shared
            .connection
            .close_reason()
            .map_or(LinkError::ClosedHere, lost)
    }
}

/// What a frame takes of the queue's bytes.
fn room_of(frame: &[u8]) -> u32 {
    u32::try_from(frame.len() + 4).unwrap_or(u32::MAX)
}

async fn write_jobs(connection: quinn::Connection, writer: Writer, jobs: mpsc::Receiver<Job>) {
    let stall_ms = writer.stall_ms;
    if let Err(Broken::Stalled) = writer.run(jobs).await {
        let text = LinkError::Stalled {
            waited_ms: stall_ms.into(),
        }
        .to_string();
        connection.close(
            quinn::VarInt::from_u32(CloseCode::from(FaultCode::FaultBusy).0),
            text.as_bytes(),
        );
    }
}

/// Why nothing more can be written.
enum Broken {
    /// The peer took no piece for too long.
    Stalled,
    /// The connection is gone.
    Gone,
}

/// Writes frames piece by piece.
struct Writer {
    stream: quinn::SendStream,
    /// Where the handshake agreed on it.
    compressor: Option<Compressor>,
    /// Compressed and not yet written.
    ready: Vec<u8>,
    stall_ms: u32,
}

impl Writer {
    async fn run(mut self, mut jobs: mpsc::Receiver<Job>) -> Result<(), Broken> {
        loop {
            let job = match jobs.try_recv() {
                Ok(job) => Some(job),
                // Nothing more to say for now: the peer must be able to read what was said.
                Err(_) => {
                    self.flush().await?;
                    jobs.recv().await
                }
            };
            match job {
                Some(Job::Write { prefix, frame, .. }) => self.write_frame(&prefix, &frame).await?,
                Some(Job::Finish(done)) => {
                    self.flush().await?;
                    if self.stream.finish().is_ok() {
                        // Either the peer has everything, or the connection is gone.
                        self.stream.stopped().await.ok();
                    }
                    done.send(()).ok();
                    return Ok(());
                }
                None => return Ok(()),
            }
        }
    }

    async fn write_frame(&mut self, prefix: &[u8], frame: &[u8]) -> Result<(), Broken> {
        for piece in std::iter::once(prefix).chain(frame.chunks(limits::PIECE_LEN_MAX)) {
            match &mut self.compressor {
                None => self.write(piece).await?,
                Some(compressor) => {
                    let pushed = compressor.push(piece, &mut self.ready);
                    pushed.map_err(|error| gone(&error))?;
                    self.write_ready().await?;
                }
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Broken> {
        let Some(compressor) = &mut self.compressor else {
            return Ok(());
        };
        let flushed = compressor.flush(&mut self.ready);
        flushed.map_err(|error| gone(&error))?;
        self.write_ready().await
    }

    async fn write_ready(&mut self) -> Result<(), Broken> {
        if self.ready.is_empty() {
            return Ok(());
        }
        let ready = std::mem::take(&mut self.ready);
        self.write(&ready).await?;
        self.ready = ready;
        self.ready.clear();
        Ok(())
    }

    async fn write(&mut self, piece: &[u8]) -> Result<(), Broken> {
        let patience = Duration::from_millis(self.stall_ms.into());
        match timeout(patience, self.stream.write_all(piece)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Broken::Gone),
            Err(_) => Err(Broken::Stalled),
        }
    }
}

/// A stream that cannot be compressed is over: the peer could not read on.
fn gone(error: &std::io::Error) -> Broken {
    tracing::error!(%error, "what is sent could not be compressed");
    Broken::Gone
}
