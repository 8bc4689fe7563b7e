//! The console over HTTP: who is let in, what is refused, and what the answers carry.

#[path = "http/browser.rs"]
mod browser;
#[path = "http/rows.rs"]
mod rows;

use axum::http::{Method, StatusCode, header};
use browser::{Browser, json};
use serde_json::json;
use std::time::Duration;
use wangge_console::Reached;

const QUESTIONS: &[(Method, &str)] = &[
    (Method::GET, "overview"),
    (Method::GET, "catalogue"),
    (Method::GET, "forms/resident"),
    (Method::POST, "ledgers/resident"),
    (Method::GET, "records/01990000-0000-7000-8000-000000000001"),
    (Method::POST, "escalations"),
    (Method::POST, "figures"),
    (Method::POST, "report"),
    (Method::POST, "check"),
    (Method::POST, "write"),
    (Method::POST, "history/01990000-0000-7000-8000-000000000001"),
    (Method::POST, "problems"),
    (Method::POST, "peers"),
    (Method::GET, "areas"),
    (Method::POST, "conflicts"),
    (Method::POST, "held"),
    (Method::POST, "settle"),
    (Method::POST, "adopt"),
    (Method::POST, "decline"),
    (Method::GET, "live"),
];

#[tokio::test]
async fn nobody_is_answered_before_signing_in() {
    let browser = Browser::new();
    for (method, path) in QUESTIONS {
        let answer = browser.ask(method.clone(), path, json!({})).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(json(answer).await["code"], "signed_out", "{path}");
    }
    assert_eq!(
        json(browser.ask(Method::GET, "session", json!({})).await).await,
        json!(null)
    );
    assert_eq!(
        json(browser.ask(Method::GET, "hub", json!({})).await).await["level"],
        "community"
    );
}

#[tokio::test]
async fn a_director_signs_in_asks_and_signs_out() {
    let mut browser = Browser::new();
    let answer = browser.sign_in().await;
    let cookie = answer.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(cookie.starts_with("wangge-410522100001="), "{cookie}");
    for flag in ["; Path=/", "; HttpOnly", "; SameSite=Strict"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(
        !cookie.contains("Secure"),
        "plain HTTP cannot bring a secure cookie back"
    );
    let session = json(answer).await;
    assert_eq!(session["director"]["name"], "陈建国");
    assert_eq!(session["idle_left_ms"], 900_000);
    assert_eq!(session["absolute_left_ms"], 28_800_000);

    let page = json(
        browser
            .ask(Method::POST, "ledgers/resident", json!({ "limit": 2 }))
            .await,
    )
    .await;
    assert_eq!(page["rows"].as_array().unwrap().len(), 2);
    assert_eq!(page["total"], 318);

    let answer = browser.ask(Method::DELETE, "session", json!({})).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert!(
        answer.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    let answer = browser.ask(Method::GET, "overview", json!({})).await;
    assert_eq!(
        answer.status(),
        StatusCode::UNAUTHORIZED,
        "the old cookie opens nothing any more"
    );
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let mut browser = Browser::reached(Reached::Https);
    let answer = browser.sign_in().await;
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-wangge-410522100001="),
        "{cookie}"
    );
    assert!(cookie.contains("; Secure"), "{cookie}");
    assert!(
        answer
            .headers()
            .contains_key(header::STRICT_TRANSPORT_SECURITY)
    );
}

#[tokio::test]
async fn signing_in_again_closes_the_session_before() {
    let mut browser = Browser::new();
    browser.sign_in().await;
    let before = browser.clone();
    browser.sign_in().await;
    assert_eq!(
        before
            .ask(Method::GET, "overview", json!({}))
            .await
            .status(),
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        browser
            .ask(Method::GET, "overview", json!({}))
            .await
            .status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_passphrase_are_told_alike_and_slowed_down() {
    let browser = Browser::new();
    let form = |name: &str| json!({ "name": name, "passphrase": "guess" });
    let known = json(browser.ask(Method::POST, "session", form("preview")).await).await;
    let unknown = json(browser.ask(Method::POST, "session", form("nobody")).await).await;
    assert_eq!(known, unknown);
    for _ in 1..wangge_console::limits::FAILURES_FREE {
        browser.ask(Method::POST, "session", form("preview")).await;
    }
    let right = json!({ "name": "preview", "passphrase": "preview" });
    let answer = browser.ask(Method::POST, "session", right).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers().contains_key(header::RETRY_AFTER));
    let answer = browser
        .ask(Method::POST, "session", form("somebody else"))
        .await;
    assert_eq!(
        answer.status(),
        StatusCode::UNAUTHORIZED,
        "others are not kept waiting"
    );
}

#[tokio::test]
async fn another_site_changes_nothing() {
    let mut browser = Browser::new();
    browser.sign_in().await;
    for (name, value) in [
        ("x-wangge", None),
        ("origin", Some("https://elsewhere.example")),
        ("origin", Some("null")),
        ("sec-fetch-site", Some("cross-site")),
        ("sec-fetch-site", Some("same-site")),
    ] {
        let answer = browser
            .ask_with(
                Method::POST,
                "adopt",
                json!({ "commit": "00".repeat(32) }),
                (name, value),
            )
            .await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}: {value:?}");
    }
    for header in [
        ("origin", Some("http://console.test")),
        ("sec-fetch-site", Some("same-origin")),
    ] {
        let answer = browser
            .ask_with(
                Method::POST,
                "adopt",
                json!({ "commit": "00".repeat(32) }),
                header,
            )
            .await;
        assert_eq!(json(answer).await["code"], "no_commit");
    }
}

#[tokio::test]
async fn what_is_malformed_is_refused_without_being_quoted() {
    let mut browser = Browser::new();
    browser.sign_in().await;
    for (path, body) in [
        ("ledgers/resident", json!({ "text": ["王秀英"] })),
        ("ledgers/resident", json!({ "text": "王".repeat(201) })),
        ("ledgers/resident", json!({ "area": "王秀英" })),
        ("history/王秀英", json!({})),
        ("ledgers/王秀英", json!({})),
        ("figures", json!({ "area": "", "days": ["2026-11-01"] })),
        (
            "figures",
            json!({ "area": "", "days": ["2026-11-01", "王秀英"] }),
        ),
        ("check", json!({ "area": "王秀英" })),
        ("report", json!({ "name": "policies", "area": "王秀英" })),
        (
            "write",
            json!({ "edit": { "record": "王秀英", "fields": [] } }),
        ),
        (
            "write",
            json!({ "new": { "kind": "resident", "area": "王秀英", "fields": [] } }),
        ),
        (
            "decline",
            json!({ "commit": "00".repeat(32), "reason": "王秀英" }),
        ),
        ("adopt", json!({ "commit": "王秀英" })),
        (
            "decline",
            json!({ "commit": "00".repeat(32), "reason": "out_of_area" }),
        ),
        (
            "settle",
            json!({
                "record": "01990000-0000-7000-8000-000000000001", "facet": "open", "key": "王秀英", "choice": "a", "seen": [],
            }),
        ),
    ] {
        let answer = browser.ask(Method::POST, path, body).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
        let problem = json(answer).await;
        assert_eq!(problem["code"], "malformed");
        assert!(!problem.to_string().contains("王"), "{problem}");
    }
    let answer = browser.ask(Method::GET, "no/such/thing", json!({})).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_is_never_longer_than_the_limit() {
    let mut browser = Browser::new();
    browser.sign_in().await;
    let page = json(
        browser
            .ask(
                Method::POST,
                "ledgers/resident",
                json!({ "limit": 100_000 }),
            )
            .await,
    )
    .await;
    assert_eq!(
        page["rows"].as_array().unwrap().len(),
        wangge_console::limits::ROWS_MAX as usize
    );
}

#[tokio::test]
async fn a_conflict_is_settled_once_and_only_as_seen() {
    let mut browser = Browser::new();
    browser.sign_in().await;
    let conflicts = json(browser.ask(Method::POST, "conflicts", json!({})).await).await;
    let conflict = &conflicts["rows"][0];
    let candidates = conflict["field"]["candidates"].as_array().unwrap();
    let choices: Vec<_> = candidates.iter().map(|one| one["choice"].clone()).collect();
    let settle = |seen: &[serde_json::Value]| {
        json!({
            "record": conflict["record"], "facet": conflict["field"]["facet"], "key": conflict["field"]["key"],
            "choice": choices[1], "seen": seen,
        })
    };
    let answer = browser
        .ask(Method::POST, "settle", settle(&choices[1..]))
        .await;
    assert_eq!(
        answer.status(),
        StatusCode::CONFLICT,
        "one of the values was not seen"
    );
    assert_eq!(json(answer).await["code"], "stale");
    let answer = browser.ask(Method::POST, "settle", settle(&choices)).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(json(answer).await["commit"].as_str().unwrap().len(), 64);
    assert_eq!(
        browser
            .ask(Method::POST, "settle", settle(&choices))
            .await
            .status(),
        StatusCode::CONFLICT
    );
    let after = json(browser.ask(Method::POST, "conflicts", json!({})).await).await;
    assert_eq!(
        after["total"].as_u64(),
        conflicts["total"].as_u64().map(|total| total - 1)
    );
}

#[tokio::test]
async fn a_refusal_says_why_and_what_to_do_in_both_languages() {
    let mut browser = Browser::new();
    browser.sign_in().await;
    let held = json(browser.ask(Method::POST, "held", json!({})).await).await;
    let blocked = held["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["blocked_by"] != "")
        .unwrap();
    let answer = browser
        .ask(
            Method::POST,
            "adopt",
            json!({ "commit": blocked["commit"] }),
        )
        .await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem = json(answer).await;
    assert_eq!(problem["code"], "builds_on_held");
    for key in ["message_zh", "message_en", "remedy_zh", "remedy_en"] {
        assert_ne!(problem[key], "", "{key}");
    }
    let declined = json!({ "commit": blocked["commit"], "reason": "declined_duplicate" });
    assert_eq!(
        browser
            .ask(Method::POST, "decline", declined.clone())
            .await
            .status(),
        StatusCode::OK
    );
    assert_eq!(
        browser
            .ask(Method::POST, "decline", declined)
            .await
            .status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_is_written_wrongly_is_told_with_the_field_that_is_to_blame() {
    let mut browser = Browser::new();
    browser.sign_in().await;
    let record = "01990000-0000-7000-8000-000000000001";
    let write = |value: &str| json!({ "edit": { "record": record, "fields": [{ "key": "place", "value": value }] } });
    let answer = browser.ask(Method::POST, "write", write(" ")).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem = json(answer).await;
    assert_eq!(problem["field"], "place");
    assert_ne!(problem["message_zh"], "");
    let answer = browser.ask(Method::POST, "write", write("北街")).await;
    assert_eq!(json(answer).await["record"], record);
}

#[tokio::test]
async fn the_menu_has_every_kind_and_every_report() {
    let mut browser = Browser::new();
    browser.sign_in().await;
    let menu = json(browser.ask(Method::GET, "catalogue", json!({})).await).await;
    let groups = menu["groups"].as_array().unwrap();
    let kinds = groups
        .iter()
        .map(|group| group["kinds"].as_array().unwrap());
    let kinds: Vec<&str> = kinds
        .flatten()
        .filter_map(|kind| kind["kind"].as_str())
        .collect();
    assert_eq!(kinds.len(), wangge_model::kind::Kind::all().count());
    let reports = menu["reports"].as_array().unwrap();
    assert_eq!(reports.len(), wangge_views::reports().len());
    for kind in kinds {
        let form = json(
            browser
                .ask(Method::GET, &format!("forms/{kind}"), json!({}))
                .await,
        )
        .await;
        assert_ne!(form["fields"], json!([]), "{kind}");
    }
}

#[tokio::test]
async fn every_answer_is_guarded() {
    let browser = Browser::new();
    for path in [
        "/",
        "/mark.svg",
        "/nowhere",
        "/api/v1/hub",
        "/api/v1/overview",
    ] {
        let answer = browser.get(path, &[]).await;
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(
            policy.starts_with("default-src 'self';") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(
            answer.headers()[header::X_CONTENT_TYPE_OPTIONS],
            "nosniff",
            "{path}"
        );
        assert_eq!(
            answer.headers()[header::REFERRER_POLICY],
            "no-referrer",
            "{path}"
        );
    }
    assert_eq!(
        browser.get("/api/v1/hub", &[]).await.headers()[header::CACHE_CONTROL],
        "no-store"
    );
}

#[tokio::test]
async fn the_page_is_fetched_once() {
    let browser = Browser::new();
    let answer = browser.get("/", &[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        answer.headers()[header::CONTENT_TYPE],
        "text/html; charset=utf-8"
    );
    let tag = answer.headers()[header::ETAG].to_str().unwrap().to_owned();
    let again = browser.get("/", &[("if-none-match", &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn it_may_be_mounted_below_a_prefix() {
    let browser = Browser::below("/h/410522100001/");
    for path in [
        "/h/410522100001/",
        "/h/410522100001/index.html",
        "/h/410522100001/api/v1/hub",
    ] {
        let answer = browser.get(path, &[]).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_bell_rings_until_the_session_ends() {
    let mut browser = Browser::new();
    browser.sign_in().await;
    let mut live = browser.listen().await;
    assert_eq!(
        live.next_event().await.as_deref(),
        Some("beat"),
        "an open stream says so at once"
    );
    browser.town.work();
    browser.town.work();
    assert_eq!(
        live.next_event().await.as_deref(),
        Some("bell"),
        "two at once are one bell"
    );
    assert_eq!(live.next_event().await.as_deref(), Some("beat"));
    browser.ask(Method::DELETE, "session", json!({})).await;
    assert_eq!(live.next_event().await.as_deref(), Some("ended"));
    assert_eq!(live.next_event().await, None);

    browser.sign_in().await;
    let mut live = browser.listen().await;
    assert_eq!(live.next_event().await.as_deref(), Some("beat"));
    browser.ask(Method::DELETE, "session", json!({})).await;
    browser.town.work();
    assert_eq!(
        live.next_event().await.as_deref(),
        Some("ended"),
        "a bell ends it as well"
    );
}

#[tokio::test(start_paused = true)]
async fn live_streams_end_when_the_hub_stops() {
    let mut browser = Browser::new();
    browser.sign_in().await;
    let mut live = browser.listen().await;
    assert_eq!(live.next_event().await.as_deref(), Some("beat"));
    browser.town.stop();
    assert_eq!(live.next_event().await.as_deref(), Some("ended"));
    assert_eq!(live.next_event().await, None);
}

#[tokio::test]
async fn streams_are_bounded_and_give_their_seats_back() {
    let mut browser = Browser::new();
    browser.sign_in().await;
    let mut open = Vec::new();
    for _ in 0..wangge_console::limits::STREAMS_MAX {
        open.push(browser.listen().await);
    }
    let answer = browser.ask(Method::GET, "live", json!({})).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    open.pop();
    tokio::time::timeout(Duration::from_secs(5), browser.listen())
        .await
        .expect("the seat is free again");
}
