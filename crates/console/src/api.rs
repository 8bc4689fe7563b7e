//! The JSON API: who may ask, and which function answers.

mod ledgers;
mod lists;
mod review;
mod sign_in;
mod tables;
mod write;

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::routing::{any, get, post};
use axum::{Json, Router, middleware};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;

use crate::limits::{BODY_BYTES_MAX, CHECKS_AT_ONCE, STREAMS_MAX, TABLES_AT_ONCE};
use crate::problem::Problem;
use crate::session::{Doing, Left, Sessions, Token};
use crate::throttle::Throttle;
use crate::{Desk, Director, HubInfo, Reached, assets, guard, live};

/// What the routes share.
pub(crate) struct App {
    pub(crate) desk: Arc<dyn Desk>,
    pub(crate) sessions: Mutex<Sessions>,
    throttle: Mutex<Throttle>,
    checks: Semaphore,
    tables: Semaphore,
    streams: Arc<Semaphore>,
    reached: Reached,
    cookie: String,
}

/// A panic under one of these locks cannot leave them half changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

type Shared = State<Arc<App>>;
type Reply<T> = Result<Json<T>, Problem>;

pub(crate) fn router(desk: Arc<dyn Desk>, reached: Reached) -> Router {
    // Cookies know no ports: the area keeps the consoles of one machine apart.
    let prefix = if reached == Reached::Https {
        "__Host-"
    } else {
        ""
    };
    let app = Arc::new(App {
        cookie: format!("{prefix}wangge-{}", desk.hub().area),
        desk,
        sessions: Mutex::default(),
        throttle: Mutex::default(),
        checks: Semaphore::new(CHECKS_AT_ONCE),
        tables: Semaphore::new(TABLES_AT_ONCE),
        streams: Arc::new(Semaphore::new(STREAMS_MAX)),
        reached,
    });
    let api = Router::new()
        .route("/hub", get(hub))
        .route(
            "/session",
            get(sign_in::show)
                .post(sign_in::open)
                .delete(sign_in::close),
        )
        .route("/overview", get(lists::overview))
        .route("/catalogue", get(ledgers::catalogue))
        .route("/forms/{kind}", get(ledgers::form))
        .route("/ledgers/{kind}", post(ledgers::records))
        .route("/records/{record}", get(ledgers::record))
        .route("/escalations", post(tables::escalations))
        .route("/figures", post(tables::figures))
        .route("/report", post(tables::report))
        .route("/check", post(tables::check))
        .route("/write", post(write::write))
        .route("/history/{record}", post(lists::history))
        .route("/problems", post(lists::problems))
        .route("/peers", post(lists::peers))
        .route("/areas", get(lists::areas))
        .route("/conflicts", post(review::conflicts))
        .route("/held", post(review::held))
        .route("/settle", post(review::settle))
        .route("/adopt", post(review::adopt))
        .route("/decline", post(review::decline))
        .route("/live", get(listen))
        .fallback(no_such_address);
    Router::new()
        .nest("/api/v1", api)
        // Routes and no fallback: below a prefix a fallback would not answer for the prefix itself.
        .route("/", any(assets::serve))
        .route("/{*path}", any(assets::serve))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(reached, guard::guard))
        .with_state(app)
}

async fn no_such_address() -> Problem {
    Problem::not_found()
}

/// What anybody may know.
async fn hub(State(app): Shared) -> Json<HubInfo> {
    Json(app.desk.hub())
}

/// Opens a live stream.
async fn listen(State(app): Shared, who: SignedIn) -> Result<impl IntoResponse, Problem> {
    let seat = app
        .streams
        .clone()
        .try_acquire_owned()
        .map_err(|_| Problem::busy())?;
    Ok(live::open(app, who.token, seat))
}

/// The director who asks.
pub(crate) struct SignedIn {
    director: Director,
    left: Left,
    token: Token,
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let token = app.token(&parts.headers).ok_or_else(Problem::signed_out)?;
        // The page says of what it fetches by itself that nobody's hand did it; the live stream is such a thing too.
        let by_page = parts
            .headers
            .get(guard::PAGE_HEADER)
            .is_none_or(|doing| doing != "hand");
        let doing = if by_page { Doing::Page } else { Doing::Hand };
        let found = lock(&app.sessions).find(&token, doing, Instant::now());
        let (director, left) = found.ok_or_else(Problem::signed_out)?;
        Ok(Self {
            director,
            left,
            token,
        })
    }
}

impl App {
    fn token(&self, headers: &HeaderMap) -> Option<Token> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.cookie)
            .and_then(|(_, text)| Token::parse(text))
    }
}

/// A JSON body, or a problem of ours where it is none.
pub(crate) struct Sent<T>(T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Sent<T> {
    type Rejection = Problem;

    fn from_request(
        request: Request,
        app: &Arc<App>,
    ) -> impl Future<Output = Result<Self, Problem>> + Send {
        let body = Json::<T>::from_request(request, app);
        async { Ok(Self(body.await?.0)) }
    }
}
