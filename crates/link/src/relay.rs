//! A bad link in user space: a UDP relay that delays, limits the rate, drops by seeded dice and can be cut. For the demo, the tests and
//! measurements; nothing of the product stands on it.

mod pipe;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

pub(crate) use pipe::Pipe;
pub use pipe::{Quality, Traffic};

/// Bytes that nothing makes shorter, others for each seed: what fills a link that compresses.
#[must_use]
pub fn noise(len: usize, seed: usize) -> Vec<u8> {
    let mut dice = 0x9e37_79b9_7f4a_7c15 ^ seed as u64;
    let mut roll = || {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice.to_le_bytes()
    };
    std::iter::repeat_with(&mut roll)
        .flatten()
        .take(len)
        .collect()
}

/// Clients of one relay; others are not heard.
const CLIENTS_MAX: usize = 4_096;
/// Datagrams under way in one direction of one client.
const UNDER_WAY_MAX: usize = 16_384;
const DATAGRAM_LEN_MAX: usize = 2_048;

/// A relay before one target. All its clients share its two directions, as the phones of one mast do. It ends when it is dropped.
#[derive(Debug)]
pub struct Relay {
    addr: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
    /// Dropped, it ends the task.
    stop: oneshot::Sender<()>,
}

#[derive(Debug)]
struct State {
    begin: Instant,
    cut: AtomicBool,
    up: Mutex<Pipe>,
    down: Mutex<Pipe>,
}

type Datagram = (Instant, Vec<u8>);

impl Relay {
    /// Relays between whoever sends to the new socket (a free loopback port) and `target`. Call within a tokio runtime.
    ///
    /// # Errors
    /// When the system gives no socket.
    pub fn spawn(target: SocketAddr, up: Quality, down: Quality, seed: u64) -> io::Result<Relay> {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        Relay::spawn_at(free, target, up, down, seed)
    }

    /// As [`Relay::spawn`], at an address of one's choice: where a phone has remembered its hub.
    ///
    /// # Errors
    /// When the system does not give it.
    pub fn spawn_at(
        at: SocketAddr,
        target: SocketAddr,
        up: Quality,
        down: Quality,
        seed: u64,
    ) -> io::Result<Relay> {
        let front = Arc::new(bind(at)?);
        let addr = front.local_addr()?;
        let state = Arc::new(State {
            begin: Instant::now(),
            cut: AtomicBool::new(false),
            up: Mutex::new(Pipe::new(up, seed)),
            down: Mutex::new(Pipe::new(down, !seed)),
        });
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(front, target, Arc::clone(&state), stopped));
        Ok(Relay {
            addr,
            state,
            task,
            stop,
        })
    }

    /// Ends it, and returns when its address is free again.
    pub async fn close(self) {
        drop(self.stop);
        // It has nothing to tell but that it ended.
        self.task.await.ok();
    }

    /// Where to dial instead of the target.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Cuts the link, or joins it again. What is under way still arrives.
    pub fn cut(&self, cut: bool) {
        self.state.cut.store(cut, Ordering::Relaxed);
    }

    /// Makes the link better or worse from now on. What is under way is not touched.
    pub fn change(&self, up: Quality, down: Quality) {
        lock(&self.state.up).change(up);
        lock(&self.state.down).change(down);
    }

    /// What passed from the clients to the target, and back.
    pub fn traffic(&self) -> (Traffic, Traffic) {
        (
            lock(&self.state.up).traffic(),
            lock(&self.state.down).traffic(),
        )
    }
}

impl State {
    /// When a datagram arrives, if it does.
    fn offer(&self, pipe: &Mutex<Pipe>, len: usize) -> Option<Instant> {
        if self.cut.load(Ordering::Relaxed) {
            return None;
        }
        let now_us = u64::try_from(self.begin.elapsed().as_micros()).unwrap_or(u64::MAX);
        let at_us = lock(pipe).offer(now_us, len)?;
        Some(self.begin + std::time::Duration::from_micros(at_us))
    }
}

fn lock(pipe: &Mutex<Pipe>) -> std::sync::MutexGuard<'_, Pipe> {
    pipe.lock().unwrap_or_else(PoisonError::into_inner)
}

fn bind(at: SocketAddr) -> io::Result<UdpSocket> {
    let socket = std::net::UdpSocket::bind(at)?;
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket)
}

async fn serve(
    front: Arc<UdpSocket>,
    target: SocketAddr,
    state: Arc<State>,
    mut stopped: oneshot::Receiver<()>,
) {
    let mut tasks = JoinSet::new();
    let mut clients = BTreeMap::new();
    let mut buffer = vec![0; DATAGRAM_LEN_MAX];
    loop {
        // An error here tells of an earlier datagram that a client no longer takes; the socket goes on.
        let received = tokio::select! {
            received = front.recv_from(&mut buffer) => received,
            _ = &mut stopped => break,
        };
        let Ok((len, client)) = received else {
            continue;
        };
        if !clients.contains_key(&client) && clients.len() < CLIENTS_MAX {
            match open_client(&mut tasks, &front, client, target, &state) {
                Ok(up) => clients.insert(client, up),
                Err(error) => {
                    tracing::warn!(%error, "the relay has no socket for a client");
                    continue;
                }
            };
        }
        let (Some(up), Some(bytes)) = (clients.get(&client), buffer.get(..len)) else {
            continue;
        };
        if let Some(at) = state.offer(&state.up, len) {
            // A full channel is a full queue: the datagram is dropped, as networks do.
            up.try_send((at, bytes.to_vec())).ok();
        }
    }
    tasks.shutdown().await;
}

/// Opens the client's own socket to the target and starts its two directions.
fn open_client(
    tasks: &mut JoinSet<()>,
    front: &Arc<UdpSocket>,
    client: SocketAddr,
    target: SocketAddr,
    state: &Arc<State>,
) -> io::Result<mpsc::Sender<Datagram>> {
    let back = Arc::new(bind(SocketAddr::from(([127, 0, 0, 1], 0)))?);
    let (up, ups) = mpsc::channel(UNDER_WAY_MAX);
    let (down, downs) = mpsc::channel(UNDER_WAY_MAX);
    tasks.spawn(deliver(ups, Arc::clone(&back), target));
    tasks.spawn(deliver(downs, Arc::clone(front), client));
    tasks.spawn(listen(back, down, Arc::clone(state)));
    Ok(up)
}

async fn listen(back: Arc<UdpSocket>, down: mpsc::Sender<Datagram>, state: Arc<State>) {
    let mut buffer = vec![0; DATAGRAM_LEN_MAX];
    loop {
        let Ok((len, _)) = back.recv_from(&mut buffer).await else {
            continue;
        };
        let Some(bytes) = buffer.get(..len) else {
            continue;
        };
        if let Some(at) = state.offer(&state.down, len) {
            down.try_send((at, bytes.to_vec())).ok();
        }
    }
}

async fn deliver(mut datagrams: mpsc::Receiver<Datagram>, socket: Arc<UdpSocket>, to: SocketAddr) {
    while let Some((at, bytes)) = datagrams.recv().await {
        sleep_until(at).await;
        if let Err(error) = socket.send_to(&bytes, to).await {
            tracing::debug!(%error, "the relay could not deliver");
        }
    }
}
