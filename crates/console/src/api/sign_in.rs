//! Signing in and out.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};

use super::{App, Sent, Shared, SignedIn, lock};
use crate::limits::{NAME_CHARS_MAX, PASSPHRASE_BYTES_MAX, SESSION_ABSOLUTE, SESSION_IDLE};
use crate::problem::Problem;
use crate::session::{Left, Token};
use crate::{DeskError, Director, Reached};

/// What the sign-in form sends. It has no `Debug`: a passphrase is in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    name: String,
    passphrase: String,
}

/// An open session.
#[derive(Serialize)]
pub(super) struct Session {
    director: Director,
    idle_left_ms: u64,
    absolute_left_ms: u64,
}

impl Session {
    fn new(director: Director, left: Left) -> Self {
        let ms = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            director,
            idle_left_ms: ms(left.idle),
            absolute_left_ms: ms(left.absolute),
        }
    }
}

/// Says whose session it is and how long it has; `null` where nobody has signed in, which is no mistake of the page's.
pub(super) async fn show(who: Result<SignedIn, Problem>) -> Json<Option<Session>> {
    Json(who.ok().map(|who| Session::new(who.director, who.left)))
}

/// Opens a session; one that the browser had before is closed.
pub(super) async fn open(
    State(app): Shared,
    headers: HeaderMap,
    Sent(form): Sent<Form>,
) -> Result<impl IntoResponse, Problem> {
    let name = form.name.trim();
    if name.is_empty()
        || name.chars().count() > NAME_CHARS_MAX
        || form.passphrase.len() > PASSPHRASE_BYTES_MAX
    {
        return Err(Problem::wrong_passphrase());
    }
    let director = check(&app, name, &form.passphrase).await?;
    let token = Token::mint().map_err(|error| DeskError::Bug(Box::new(error)))?;
    let cookie = app.cookie_line(&token.encode(), None);
    {
        let mut sessions = lock(&app.sessions);
        if let Some(old) = app.token(&headers) {
            sessions.close(&old);
        }
        sessions.open(token, director.clone(), Instant::now());
    }
    let session = Session::new(
        director,
        Left {
            idle: SESSION_IDLE,
            absolute: SESSION_ABSOLUTE,
        },
    );
    Ok(([(header::SET_COOKIE, cookie)], Json(session)))
}

async fn check(app: &App, name: &str, passphrase: &str) -> Result<Director, Problem> {
    {
        let mut throttle = lock(&app.throttle);
        let now = Instant::now();
        if let Some(wait) = throttle.wait(name, now) {
            return Err(Problem::slow_down(wait));
        }
        throttle.failed(name, now);
    }
    let _seat = app
        .checks
        .acquire()
        .await
        .map_err(|error| DeskError::Bug(Box::new(error)))?;
    let director = app
        .desk
        .sign_in(name, passphrase)
        .await?
        .ok_or_else(Problem::wrong_passphrase)?;
    lock(&app.throttle).succeeded(name);
    Ok(director)
}

/// Closes the session; without one there is nothing to close.
pub(super) async fn close(State(app): Shared, headers: HeaderMap) -> impl IntoResponse {
    if let Some(token) = app.token(&headers) {
        lock(&app.sessions).close(&token);
    }
    (
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, app.cookie_line("", Some(0)))],
    )
}

impl App {
    fn cookie_line(&self, value: &str, age: Option<u32>) -> String {
        let secure = if self.reached == Reached::Https {
            "; Secure"
        } else {
            ""
        };
        let age = age
            .map(|age| format!("; Max-Age={age}"))
            .unwrap_or_default();
        format!(
            "{}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}",
            self.cookie
        )
    }
}
