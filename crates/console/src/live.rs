//! The live stream: it tells the page that there is something new, never what.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use axum::response::sse::{Event, Sse};
use futures_util::Stream;
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{self, Interval, MissedTickBehavior};

use crate::api::{App, lock};
use crate::limits::{BELL_GAP, STREAM_BEAT};
use crate::session::{Doing, Token};

struct Ear {
    app: Arc<App>,
    token: Token,
    bell: watch::Receiver<u64>,
    beat: Interval,
    stopping: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// The next bell waits until then.
    quiet_until: time::Instant,
    open: bool,
    /// Counts the stream as long as it lives.
    _seat: OwnedSemaphorePermit,
}

enum Heard {
    Bell,
    Beat,
    End,
}

/// `bell` when something is new, `beat` when nothing was for a while, `ended` when the session is over or the hub stops.
pub(crate) fn open(
    app: Arc<App>,
    token: Token,
    seat: OwnedSemaphorePermit,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut bell = app.desk.bell();
    // The page fetches everything when the stream opens, so what rang before is not new.
    bell.borrow_and_update();
    let mut beat = time::interval(STREAM_BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stopping = app.desk.stopping();
    let ear = Ear {
        app,
        token,
        bell,
        beat,
        stopping,
        quiet_until: time::Instant::now(),
        open: true,
        _seat: seat,
    };
    Sse::new(stream::unfold(ear, |mut ear| async {
        let event = ear.next_event().await?;
        Some((Ok(event), ear))
    }))
}

impl Ear {
    async fn next_event(&mut self) -> Option<Event> {
        if !self.open {
            return None;
        }
        match self.listen().await {
            Heard::Bell => {
                let number = *self.bell.borrow_and_update();
                Some(Event::default().event("bell").data(number.to_string()))
            }
            Heard::Beat => Some(Event::default().event("beat").data("")),
            Heard::End => {
                self.open = false;
                Some(Event::default().event("ended").data(""))
            }
        }
    }

    async fn listen(&mut self) -> Heard {
        let heard = tokio::select! {
            () = &mut self.stopping => return Heard::End,
            _ = self.beat.tick() => Heard::Beat,
            rang = self.bell.changed() => match rang {
                Ok(()) => Heard::Bell,
                Err(_) => return Heard::End,
            },
        };
        if matches!(heard, Heard::Bell) {
            time::sleep_until(self.quiet_until).await;
            self.quiet_until = time::Instant::now() + BELL_GAP;
            self.beat.reset();
        }
        // Nobody's session ends by itself: whoever listens looks whether it is still open.
        let session = lock(&self.app.sessions).find(&self.token, Doing::Page, Instant::now());
        if session.is_some() { heard } else { Heard::End }
    }
}
