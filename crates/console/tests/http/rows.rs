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
use wangge_model::draft::{FieldEdit, NewStep};
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
    check.same("Ageing", &overview["ageing"]);
    check.same("AgeBucket", &overview["ageing"]["buckets"][0]);
    check.same("Counts", &overview["counts"]);
    check.same("AsOf", &overview["as_of"]);
    check.same("PeerRow", &overview["parent"]);
    check.same("AreaName", &get("areas").await[0]);
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
    check_catalogue(&mut check, &browser).await;
    check_tables(&mut check, &browser).await;
    check_written(&mut check, &browser, record).await;

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
    let history = post(&format!("history/{record}")).await;
    check.same("HistoryRow", &history["rows"][0]);
    check.same("Status", &history["rows"][0]["status"]);
    let answer = wangge_views::rows::HeldAnswer {
        commit: String::new(),
        declined: None,
    };
    check.same("HeldAnswer", &serde_json::to_value(answer).unwrap());
    let matters = post("ledgers/matter").await;
    let row = &matters["rows"][0];
    check.same("RecordRow", row);
    check.same("CellRow", &row["cells"][0]);
    check.same("ClockRow", &row["clock"]);
    let shown = get(&format!("records/{}", row["record"].as_str().unwrap())).await;
    check.same("Shown", &shown);
    check.same("NextStep", &shown["next"][0]);
    check.same("Record", &shown["record"]);
    check.same("StepRow", &shown["record"]["log"][0]);
    check.same("DetailRow", &shown["record"]["log"][0]["details"][0]);
    let standing = &shown["record"]["standing"];
    check.same("Standing", standing);
    check.same("HeldByRow", &standing["held_by"]);
    check.same("PhaseRow", &standing["phases"][0]);
    check.same("PartRow", &standing["parts"][0]);
    check.same("LinkRow", &shown["record"]["links"][0]);
    let filter = serde_json::to_value(wangge_views::rows::FieldFilter::default()).unwrap();
    check.same("FieldFilter", &filter);
}

async fn check_catalogue(check: &mut Check, browser: &Browser) {
    let get = async |path: &str| json(browser.ask(Method::GET, path, json!({})).await).await;
    let menu = get("catalogue").await;
    check.same("Catalogue", &menu);
    check.same("Group", &menu["groups"][0]);
    check.same("KindName", &menu["groups"][0]["kinds"][0]);
    check.same("ReportName", &menu["reports"][0]);
    let form = get("forms/matter").await;
    check.same("Form", &form);
    check.same("FormField", &form["fields"][0]);
    check.same("StepForm", &form["steps"][0]);
}

async fn check_tables(check: &mut Check, browser: &Browser) {
    let post = async |path: &str, body| json(browser.ask(Method::POST, path, body).await).await;
    let told = post("escalations", json!({})).await;
    check.same("EscalationRow", &told["rows"][0]);
    let days = json!({ "area": "", "days": ["2026-10-01", "2026-11-01", "2026-12-01"] });
    let board = post("figures", days).await;
    check.same("Board", &board);
    check.same("Figures", &board["periods"][0]);
    check.same("Indicator", &board["periods"][0]["indicators"][0]);
    let split = &board["periods"][0]["indicators"][0]["split"][0];
    check.same("Split", split);
    let ask = wangge_views::rows::ReportAsk {
        name: "policies".to_owned(),
        ..wangge_views::rows::ReportAsk::default()
    };
    let ask = serde_json::to_value(ask).unwrap();
    check.same("ReportAsk", &ask);
    let report = post("report", ask).await;
    check.same("Report", &report);
    check.same("Column", &report["columns"][0]);
    check.same("ReportRow", &report["rows"][0]);
    check.same("Cell", &report["rows"][0]["cells"][0]);
    let checked = post("check", json!({ "area": "" })).await;
    check.same("Checked", &checked);
    check.same("Check", &checked["check"]);
    check.same("FindingRow", &checked["check"]["findings"][0]);
    check.same("RecordName", &checked["names"][0]);
}

async fn check_written(check: &mut Check, browser: &Browser, record: &str) {
    let written = json!({ "edit": { "record": record, "fields": [] } });
    check.same(
        "Written",
        &json(browser.ask(Method::POST, "write", written).await).await,
    );
    let edit = FieldEdit::remove("place");
    check.same("FieldEdit", &serde_json::to_value(edit).unwrap());
    let step = serde_json::to_value(NewStep::default()).unwrap();
    check.same("NewStep", &step);
}
