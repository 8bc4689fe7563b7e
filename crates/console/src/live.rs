//! The live stream: it tells the page that there is something new, never what.

use std::convert::Infallible;
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
    open: bool,
    /// Counts the stream as long as it lives.
    _seat: OwnedSemaphorePermit,
}

/// `bell` when something is new, `beat` when nothing was for a while, `ended` when the session is over.
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
    let ear = Ear {
        app,
        token,
        bell,
        beat,
        open: true,
        _seat: seat,
    };
    Sse::new(stream::unfold(ear, |mut ear| async {
        let event = ear.listen().await?;
        Some((Ok(event), ear))
    }))
}

impl Ear {
    async fn listen(&mut self) -> Option<Event> {
        if !self.open {
            return None;
        }
        let rang = tokio::select! {
            rang = self.bell.changed() => rang.map(|()| true),
            _ = self.beat.tick() => Ok(false),
        };
        let signed_in = lock(&self.app.sessions)
            .find(&self.token, Doing::Page, Instant::now())
            .is_some();
        match rang {
            Ok(true) if signed_in => {
                time::sleep(BELL_GAP).await;
                let number = *self.bell.borrow_and_update();
                self.beat.reset();
                Some(Event::default().event("bell").data(number.to_string()))
            }
            Ok(_) if signed_in => Some(Event::default().event("beat").data("")),
            // Signed out, or the hub is closing: the page learns which when it asks again.
            _ => {
                self.open = false;
                Some(Event::default().event("ended").data(""))
            }
        }
    }
}
