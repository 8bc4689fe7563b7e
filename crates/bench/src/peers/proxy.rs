//! A TCP proxy that counts, delays and limits the rate, for peers that speak TCP.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until};
use wangge_link::relay::Quality;

/// What one segment carries.
const PIECE_LEN: usize = 1_400;
/// Pieces under way in one direction of one connection: a deep queue, as a mast has.
const UNDER_WAY_MAX: usize = 256;

/// It ends when it is closed or dropped.
#[derive(Debug)]
pub(super) struct Proxy {
    up: Arc<Direction>,
    down: Arc<Direction>,
    task: JoinHandle<()>,
}

/// One direction, which all connections share.
#[derive(Debug)]
struct Direction {
    quality: Quality,
    bytes: AtomicU64,
    free_at: Mutex<Instant>,
}

impl Direction {
    fn new(quality: Quality) -> Arc<Self> {
        Arc::new(Self {
            quality,
            bytes: AtomicU64::new(0),
            free_at: Mutex::new(Instant::now()),
        })
    }

    /// When so many bytes that come now arrive.
    fn offer(&self, len: usize) -> Instant {
        let len = len as u64;
        self.bytes.fetch_add(len, Ordering::Relaxed);
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let send_us = (len * 8_000_000)
            .checked_div(self.quality.rate_bps)
            .unwrap_or(0);
        *free_at = (*free_at).max(Instant::now()) + Duration::from_micros(send_us);
        *free_at + Duration::from_micros(self.quality.delay_us)
    }
}

impl Proxy {
    pub(super) async fn open(
        at: SocketAddr,
        target: SocketAddr,
        quality: Quality,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(at).await?;
        let (up, down) = (Direction::new(quality), Direction::new(quality));
        let task = tokio::spawn(serve(listener, target, Arc::clone(&up), Arc::clone(&down)));
        Ok(Self { up, down, task })
    }

    /// What went up and down so far.
    pub(super) fn bytes(&self) -> (u64, u64) {
        let of = |direction: &Direction| direction.bytes.load(Ordering::Relaxed);
        (of(&self.up), of(&self.down))
    }

    pub(super) async fn close(self) {
        self.task.abort();
        // It was told to end.
        self.task.await.ok();
    }
}

async fn serve(
    listener: TcpListener,
    target: SocketAddr,
    up: Arc<Direction>,
    down: Arc<Direction>,
) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let (up, down) = (Arc::clone(&up), Arc::clone(&down));
        connections.spawn(async move {
            let Ok(server) = TcpStream::connect(target).await else {
                return;
            };
            // Two sockets of this machine: what fails here, fails in the reads.
            client
                .set_nodelay(true)
                .and_then(|()| server.set_nodelay(true))
                .ok();
            // TCP's own handshake takes a round trip before the first byte.
            let begin = Instant::now() + Duration::from_micros(2 * up.quality.delay_us);
            let ((from_client, to_client), (from_server, to_server)) =
                (client.into_split(), server.into_split());
            tokio::join!(
                pump(from_client, to_server, &up, begin),
                pump(from_server, to_client, &down, begin)
            );
        });
    }
}

async fn pump(from: OwnedReadHalf, to: OwnedWriteHalf, direction: &Arc<Direction>, begin: Instant) {
    let (pieces, arriving) = mpsc::channel(UNDER_WAY_MAX);
    let reading = read(from, pieces, Arc::clone(direction), begin);
    tokio::join!(reading, deliver(arriving, to));
}

async fn read(
    mut from: OwnedReadHalf,
    pieces: mpsc::Sender<(Instant, Vec<u8>)>,
    direction: Arc<Direction>,
    begin: Instant,
) {
    sleep_until(begin).await;
    let mut buffer = vec![0; PIECE_LEN];
    while let Ok(len) = from.read(&mut buffer).await {
        let at = direction.offer(len);
        let Some(piece) = buffer.get(..len).filter(|piece| !piece.is_empty()) else {
            return;
        };
        if pieces.send((at, piece.to_vec())).await.is_err() {
            return;
        }
    }
}

async fn deliver(mut arriving: mpsc::Receiver<(Instant, Vec<u8>)>, mut to: OwnedWriteHalf) {
    while let Some((at, piece)) = arriving.recv().await {
        sleep_until(at).await;
        if to.write_all(&piece).await.is_err() {
            return;
        }
    }
    // The other side has ended already where this fails.
    to.shutdown().await.ok();
}
