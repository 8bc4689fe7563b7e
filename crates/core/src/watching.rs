//! Staying in touch: sessions one after the other, and a watcher who hears of changes.

use std::sync::Arc;
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

/// What the sessions' thread has to tell; only the latest of it.
#[derive(Debug, Default)]
struct News {
    up: bool,
    trouble: Option<Error>,
}

/// Starts the two threads: one for sessions, one that tells of changes, so that a slow watcher delays no session and may itself call
/// the phone.
pub(crate) fn start(phone: Phone, watcher: Arc<dyn Watcher>) -> Result<Watch, Error> {
    let stop = Arc::new(watch::Sender::new(false));
    let news = watch::Sender::new(News::default());
    let mut watch = Watch {
        phone: phone.clone(),
        stop: Arc::clone(&stop),
        threads: Vec::new(),
    };
    let (bell, told, telling) = (phone.machine()?.bell(), news.subscribe(), stop.subscribe());
    watch.threads.push(spawn("wangge-bell", move || {
        tell(bell, told, telling, &*watcher)
    })?);
    let stopped = stop.subscribe();
    watch
        .threads
        .push(spawn("wangge-watch", move || stay(&phone, stopped, &news))?);
    Ok(watch)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(|error| {
            let en = "the system has no threads left: try again later";
            Error::Retry(Trouble::new("no_threads", "系统资源不足：请稍后重试", en).cause(error))
        })
}

/// Tells of changes: once for any number of them.
fn tell(
    mut bell: watch::Receiver<u64>,
    mut news: watch::Receiver<News>,
    mut stop: watch::Receiver<bool>,
    watcher: &dyn Watcher,
) {
    let Ok(runtime) = runtime::handle() else {
        return;
    };
    let mut up = false;
    loop {
        let heard = runtime.block_on(async {
            tokio::select! {
                biased;
                _ = stop.wait_for(|stopped| *stopped) => Heard::Stop,
                // Its sender goes with the sessions; what rings then is the phone's own acts.
                _ = news.changed(), if news.has_changed().is_ok() => Heard::News,
                rung = bell.changed() => if rung.is_ok() { Heard::Bell } else { Heard::Stop },
            }
        });
        match heard {
            Heard::Stop => return,
            Heard::Bell => watcher.on_change(),
            Heard::News => {
                let (now_up, trouble) = {
                    let news = news.borrow_and_update();
                    (news.up, news.trouble.clone())
                };
                if now_up != up {
                    up = now_up;
                    watcher.on_link(up);
                }
                if let Some(error) = trouble {
                    watcher.on_trouble(error);
                }
            }
        }
    }
}

enum Heard {
    Stop,
    News,
    Bell,
}

/// Sessions one after the other, with growing pauses between them while no link can be had.
fn stay(phone: &Phone, mut stop: watch::Receiver<bool>, news: &watch::Sender<News>) {
    let mut backoff = Backoff::default();
    while !*stop.borrow() && !phone.is_closed() {
        let on_up = || {
            news.send_replace(News {
                up: true,
                trouble: None,
            });
        };
        let ended = phone
            .hub()
            .and_then(|hub| phone.run(&hub, Goal::Stay, None, &on_up));
        if news.borrow().up {
            backoff.reset();
        }
        if *stop.borrow() || phone.is_closed() {
            return;
        }
        let Err(error) = ended else { continue };
        let for_good = matches!(
            error,
            Error::SignIn(_) | Error::UpdateApp(_) | Error::Report(_)
        );
        let asked_ms = error.trouble().retry_ms;
        news.send_replace(News {
            up: false,
            trouble: Some(error),
        });
        if for_good {
            return;
        }
        pause(&mut stop, backoff.next_ms(draw()).max(asked_ms.into()));
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
