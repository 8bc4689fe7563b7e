//! shows: the director's pages
//!
//! [`router`] serves one hub's console: the built front-end, a JSON API under `/api/v1` and a live stream. Everything it shows
//! comes through the [`Desk`] that the hub implements; nothing is kept here but who has signed in.
//!
//! The router may be mounted at `/` or below a prefix. All addresses that the page uses are relative to the page, so the page's
//! own address must end in `/`: mount with `Router::nest("/h/410522/", console::router(desk))`.
//!
//! | module | does |
//! |---|---|
//! | `desk` | says what the console asks of its hub |
//! | `api` | answers requests, one function each |
//! | `catalogue` | says what there is to list, to report and to write |
//! | `session`, `throttle` | know who has signed in, and slow down who guesses |
//! | `guard` | sets the headers that every answer has, and refuses what another site sent |
//! | `live` | rings when there is something new |
//! | `assets` | hands out the front-end |

mod api;
mod assets;
mod catalogue;
mod desk;
mod error;
mod guard;
pub mod limits;
mod live;
mod problem;
mod session;
mod throttle;

use std::sync::Arc;

use axum::Router;

pub use desk::{
    Answer, Board, Checked, Desk, Director, Done, HubInfo, Overview, Settle, Shown, Written,
};
pub use error::{DeskError, Wrong};

/// How the console is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// Over plain HTTP: on the loopback, or for tests.
    Http,
    /// Over HTTPS, also by way of a proxy: cookies are `Secure` and bound to the host.
    Https,
}

/// The console of one hub. Sessions live as long as the router: make it once for each hub.
pub fn router(desk: Arc<dyn Desk>, reached: Reached) -> Router {
    api::router(desk, reached)
}
