//! The page's types in `web/src/lib/rows.ts` have the fields of the API's JSON, no more and no fewer.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests: what is not as expected ends the test"
)]

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use serde_json::{Value, json};
use wangge_views::rows::Query;

use crate::browser::{Browser, json};

const TYPES: &str = include_str!("../../web/src/lib/rows.ts");

type Fields = BTreeSet<String>;

/// The fields of every `export interface` of the file.
fn interfaces() -> BTreeMap<String, Fields> {
    let mut all = BTreeMap::new();
    let mut open: Option<(String, Fields)> = None;
    for line in TYPES.lines() {
        if let Some(rest) = line.strip_prefix("export interface ") {
            let name = rest.split(['<', ' ']).next().unwrap_or_default();
            open = Some((name.to_owned(), Fields::new()));
        } else if line == "}" {
            all.extend(open.take());
        } else if let Some((_, fields)) = &mut open {
            fields.extend(
                line.trim()
                    .split_once(':')
                    .map(|(field, _)| field.to_owned()),
            );
        }
    }
    all
}

fn fields(value: &Value) -> Fields {
    value
        .as_object()
        .expect("an object")
        .keys()
        .cloned()
        .collect()
}

struct Check {
    interfaces: BTreeMap<String, Fields>,
}

impl Check {
    fn same(&mut self, name: &str, value: &Value) {
        let expected = self
            .interfaces
            .remove(name)
            .expect("an interface of rows.ts");
        assert_eq!(expected, fields(value), "{name}");
    }
}

/// The first element of a list that has something at the pointer.
fn with<'a>(rows: &'a Value, pointer: &str) -> &'a Value {
    let rows = rows.as_array().expect("a list");
    rows.iter()
        .find(|row| row.pointer(pointer).is_some_and(|one| !one.is_null()))
        .expect("such a row")
}

#[tokio::test]
async fn the_pages_types_are_the_apis() {
    let mut browser = Browser::new();
    let session = json(browser.sign_in().await).await;
    let get = async |path: &str| json(browser.ask(Method::GET, path, json!({})).await).await;
    let post = async |path: &str| {
        json(
            browser
                .ask(Method::POST, path, json!({ "limit": 200 }))
                .await,
        )
        .await
    };
    let mut check = Check {
        interfaces: interfaces(),
    };

    check.same("HubInfo", &get("hub").await);
    check.same("Session", &session);
    check.same("Director", &session["director"]);
    check.same("Query", &serde_json::to_value(Query::default()).unwrap());

    let overview = get("overview").await;
    check.same("Overview", &overview);
    check.same("Counts", &overview["counts"]);
    check.same("AsOf", &overview["as_of"]);
    check.same("PeerRow", &overview["parent"]);
    check.same("StageCount", &overview["counts"]["stages"][0]);
    check.same("Coded", &overview["counts"]["stages"][0]["stage"]);
    check.same("ProblemRow", &post("problems").await["rows"][0]);

    let conflicts = post("conflicts").await;
    check.same("Page", &conflicts);
    let conflict = &conflicts["rows"][0];
    check.same("ConflictRow", conflict);
    check.same("FieldRow", &conflict["field"]);
    check.same("Label", &conflict["field"]["label"]);
    check.same("Candidate", &conflict["field"]["candidates"][0]);
    check.same("Person", &conflict["field"]["candidates"][0]["author"]);
    let held = post("held").await;
    check.same("HeldRow", &held["rows"][0]);
    check.same("ReasonText", &held["rows"][0]["reason"]);
    check.same(
        "ChangeRow",
        &with(&held["rows"], "/changes/0")["changes"][0],
    );

    let record = conflict["record"].as_str().unwrap();
    check_records(&mut check, &browser, record).await;

    let candidates = conflict["field"]["candidates"].as_array().unwrap();
    let settle = json!({
        "record": record, "facet": conflict["field"]["facet"], "key": conflict["field"]["key"],
        "choice": candidates[0]["choice"],
        "seen": candidates.iter().map(|one| &one["choice"]).collect::<Vec<_>>(),
    });
    check.same("Settle", &settle);
    check.same(
        "Done",
        &json(browser.ask(Method::POST, "settle", settle.clone()).await).await,
    );
    check.same(
        "Problem",
        &json(browser.ask(Method::POST, "settle", settle).await).await,
    );

    assert_eq!(
        check.interfaces,
        BTreeMap::new(),
        "interfaces that no answer has"
    );
}

async fn check_records(check: &mut Check, browser: &Browser, record: &str) {
    let get = async |path: &str| json(browser.ask(Method::GET, path, json!({})).await).await;
    let post = async |path: &str| json(browser.ask(Method::POST, path, json!({})).await).await;
    let resident = get(&format!("residents/{record}")).await;
    check.same("Resident", &resident);
    check.same("ResidentRow", &resident["row"]);
    let history = post(&format!("history/{record}")).await;
    check.same("HistoryRow", &history["rows"][0]);
    check.same("Status", &history["rows"][0]["status"]);
    let matters = post("matters").await;
    check.same("MatterRow", &matters["rows"][0]);
    let matter = get(&format!(
        "matters/{}",
        matters["rows"][0]["record"].as_str().unwrap()
    ))
    .await;
    check.same("Matter", &matter);
    check.same("StepRow", &matter["log"][0]);
}
