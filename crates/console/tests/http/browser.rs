//! A browser that asks the router without a socket between.
#![expect(
    clippy::unwrap_used,
    reason = "tests: what is not as expected ends the test"
)]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, header};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use wangge_console::Reached;

#[path = "../../examples/preview/town.rs"]
mod town;

use town::Town;

#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) town: Arc<Town>,
    router: Router,
    cookie: String,
}

impl Browser {
    pub(crate) fn new() -> Self {
        Self::reached(Reached::Http)
    }

    pub(crate) fn reached(reached: Reached) -> Self {
        let town = Arc::new(Town::new());
        let router = wangge_console::router(town.clone(), reached);
        Self {
            town,
            router,
            cookie: String::new(),
        }
    }

    pub(crate) fn below(prefix: &str) -> Self {
        let mut browser = Self::new();
        browser.router = Router::new().nest(prefix, browser.router);
        browser
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let mut request = Request::get(path).header(header::HOST, "console.test");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, body: Value) -> Response<Body> {
        self.ask_with(method, path, body, ("x-wangge", Some("hand")))
            .await
    }

    /// With one header set to a value or left out.
    pub(crate) async fn ask_with(
        &self,
        method: Method,
        path: &str,
        body: Value,
        (name, value): (&str, Option<&str>),
    ) -> Response<Body> {
        let path: String = path
            .bytes()
            .map(|byte| {
                if byte.is_ascii() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02x}")
                }
            })
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1/{path}"))
            .header(header::HOST, "console.test")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, format!("other=1; {}", self.cookie))
            .header("x-wangge", "hand")
            .body(Body::from(body.to_string()))
            .unwrap();
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        match value {
            Some(value) => request
                .headers_mut()
                .insert(name, HeaderValue::from_str(value).unwrap()),
            None => request.headers_mut().remove(name),
        };
        self.send(request).await
    }

    pub(crate) async fn sign_in(&mut self) -> Response<Body> {
        let form = json!({ "name": "preview", "passphrase": "preview" });
        let answer = self.ask(Method::POST, "session", form).await;
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
        answer
    }

    pub(crate) async fn listen(&self) -> Live {
        let answer = self.ask(Method::GET, "live", json!({})).await;
        assert!(answer.status().is_success(), "{}", answer.status());
        Live {
            stream: answer.into_body().into_data_stream(),
            text: String::new(),
        }
    }
}

/// An open live stream.
pub(crate) struct Live {
    stream: BodyDataStream,
    text: String,
}

impl Live {
    /// The name of the next event; `None` at the end.
    pub(crate) async fn next_event(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let name = event
                    .lines()
                    .find_map(|line| line.strip_prefix("event: "))
                    .map(str::to_owned);
                self.text = rest.to_owned();
                return name;
            }
            let bytes = self.stream.next().await?.unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

pub(crate) async fn json(answer: Response<Body>) -> Value {
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
