//! Staying in touch: sessions one after the other, and a watcher who hears of changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::watch;
use wangge_link::Backoff;

use crate::error::{Error, Trouble};
use crate::face::Watcher;
use crate::phone::Phone;
use crate::session::Goal;
use crate::{dice, runtime};

/// A watch on a phone. Ends when dropped or stopped.
pub struct Watch {
    phone: Phone,
    stop: Arc<watch::Sender<bool>>,
    threads: Vec<JoinHandle<()>>,
}

impl Watch {
    /// Ends the watch. When it returns, the watcher is called no more; where the watcher itself stops it, its present call is the last.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.send_replace(true);
        self.phone.cancel_sync();
        for thread in self.threads.drain(..) {
            if thread.thread().id() != thread::current().id() && thread.join().is_err() {
                tracing::warn!("a watcher panicked");
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts the two threads: one for sessions, one that tells of changes, so that a slow watcher delays no session.
pub(crate) fn start(phone: Phone, watcher: Arc<dyn Watcher>) -> Result<Watch, Error> {
    let stop = Arc::new(watch::Sender::new(false));
    let mut watch = Watch {
        phone: phone.clone(),
        stop: Arc::clone(&stop),
        threads: Vec::new(),
    };
    let bell = phone.machine()?.bell();
    let (telling, told) = (stop.subscribe(), Arc::clone(&watcher));
    watch
        .threads
        .push(spawn("wangge-bell", move || tell(bell, telling, &*told))?);
    let stopped = stop.subscribe();
    watch.threads.push(spawn("wangge-watch", move || {
        stay(&phone, stopped, &*watcher)
    })?);
    Ok(watch)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(|error| {
            Error::Retry(
                Trouble::new(
                    "no_threads",
                    "系统资源不足：请稍后重试",
                    "the system has no threads left: try again later",
                )
                .cause(error),
            )
        })
}

/// Tells of changes: once for any number of them.
fn tell(mut bell: watch::Receiver<u64>, mut stop: watch::Receiver<bool>, watcher: &dyn Watcher) {
    let Ok(runtime) = runtime::handle() else {
        return;
    };
    loop {
        let rung = runtime.block_on(async {
            tokio::select! {
                biased;
                _ = stop.wait_for(|stopped| *stopped) => false,
                rung = bell.changed() => rung.is_ok(),
            }
        });
        if !rung {
            return;
        }
        watcher.on_change();
    }
}

/// Sessions one after the other, with growing pauses between them while no link can be had.
fn stay(phone: &Phone, mut stop: watch::Receiver<bool>, watcher: &dyn Watcher) {
    let mut backoff = Backoff::default();
    while !*stop.borrow() && !phone.is_closed() {
        let up = AtomicBool::new(false);
        let ended = phone.hub().and_then(|hub| {
            phone.run(&hub, Goal::Stay, None, || {
                up.store(true, Ordering::Relaxed);
                watcher.on_link(true);
            })
        });
        if up.load(Ordering::Relaxed) {
            backoff.reset();
            watcher.on_link(false);
        }
        match ended {
            Ok(_) => {}
            Err(error) if *stop.borrow() || phone.is_closed() => {
                tracing::debug!(%error, "the watch ended with an error");
            }
            Err(error) => {
                let for_good = matches!(
                    error,
                    Error::SignIn(_) | Error::UpdateApp(_) | Error::Report(_)
                );
                let asked_ms = error.trouble().retry_ms;
                watcher.on_trouble(error);
                if for_good {
                    return;
                }
                pause(&mut stop, backoff.next_ms(draw()).max(asked_ms.into()));
            }
        }
    }
}

fn pause(stop: &mut watch::Receiver<bool>, wait_ms: u64) {
    let Ok(runtime) = runtime::handle() else {
        return;
    };
    runtime.block_on(async {
        tokio::select! {
            _ = stop.wait_for(|stopped| *stopped) => {}
            () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
        }
    });
}

fn draw() -> u64 {
    let seed = dice::draw_seed().unwrap_or_default();
    seed.iter()
        .fold(0, |number, byte| (number << 8) ^ u64::from(*byte))
}
