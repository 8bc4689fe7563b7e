//! The HTTP port: `/healthz` and `/metrics` for machines, and every hub's console under `/h/<area>/`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wangge_console::Reached;

use crate::desk::HubDesk;
use crate::error::{HubError, Result};
use crate::host::Host;

/// Binds the port and serves until `stop`. Answers the address that it got.
pub(crate) async fn serve(
    host: &Arc<Host>,
    address: SocketAddr,
    reached: Reached,
    tasks: &TaskTracker,
    stop: CancellationToken,
) -> Result<SocketAddr> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| HubError::Listen { address, source })?;
    let bound = listener
        .local_addr()
        .map_err(|source| HubError::Listen { address, source })?;
    let app = router(host, reached);
    tasks.spawn(async move {
        // Live streams end with the stop; what is being answered is answered.
        let served = axum::serve(listener, app)
            .with_graceful_shutdown(async move { stop.cancelled().await })
            .await;
        if let Err(error) = served {
            tracing::error!(%error, "the console's port failed");
        }
    });
    Ok(bound)
}

fn router(host: &Arc<Host>, reached: Reached) -> Router {
    let mut first = None;
    let mut consoles: Router<Arc<Host>> = Router::new();
    // The largest area first: where several hubs stand here, the page begins at the top.
    let mut hubs: BTreeMap<_, _> = host
        .hubs()
        .map(|hub| ((hub.area().as_str().len(), hub.area().clone()), hub))
        .collect();
    while let Some((_, hub)) = hubs.pop_first() {
        let path = format!("/h/{}", hub.area());
        first.get_or_insert_with(|| format!("{path}/"));
        let desk = Arc::new(HubDesk::new(Arc::clone(hub)));
        let (to, to_nest) = (format!("{path}/"), format!("{path}/"));
        consoles = consoles
            .route(&path, get(move || async move { Redirect::permanent(&to) }))
            .nest(
                &to_nest,
                wangge_console::router(desk, reached).with_state(()),
            );
    }
    let first = first.unwrap_or_else(|| "/healthz".to_owned());
    consoles
        .route("/", get(move || async move { Redirect::temporary(&first) }))
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .with_state(Arc::clone(host))
}

/// Whether the process does its work: 200, or 503 with the hubs whose loop has ended.
async fn healthz(State(host): State<Arc<Host>>) -> Response {
    let ended: Vec<_> = host
        .hubs()
        .filter(|hub| hub.has_ended())
        .map(|hub| hub.area().to_string())
        .collect();
    let status = if ended.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({ "ok": ended.is_empty(), "hubs": host.hubs().count(), "ended": ended });
    (
        status,
        [(header::CACHE_CONTROL, "no-store")],
        axum::Json(body),
    )
        .into_response()
}

async fn metrics(State(host): State<Arc<Host>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], host.metrics()).into_response()
}
