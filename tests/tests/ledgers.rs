//! Ledgers of every kind, by the program alone: written offline on a phone or at a hub, merged upward, and what is issued for all comes down.

#![cfg(test)]

use std::collections::BTreeMap;

use serde_json::Value;
use wangge_model::codes;
use wangge_model::field::{self, Form};
use wangge_model::kind::{Facet, Kind, Reach};
use wangge_tests::{Phone, Room};

const COUNTY: &str = "410522";
const COMMUNITY: &str = "410522100001";
const GRID: &str = "410522100001001";

/// Something that the field takes.
fn sample(form: Form, key: &str, others: &BTreeMap<Kind, String>) -> String {
    match form {
        Form::Line(max) => format!("{key}一").chars().take(max).collect(),
        Form::Prose(_) => "第一行\n第二行".to_owned(),
        Form::Date => "2026-10-01".to_owned(),
        Form::Instant => "2026-10-01T09:00:00+08:00".to_owned(),
        Form::Int(min, _) => min.max(1).to_string(),
        Form::Bool => "是".to_owned(),
        Form::Code(list) => codes::list(list).unwrap().codes[0].code.to_owned(),
        Form::CitizenNumber => "11010519491231002X".to_owned(),
        Form::Phone => "19900000000".to_owned(),
        Form::Uscc => "91350100M000100Y43".to_owned(),
        Form::OrgCode => "M000100Y4".to_owned(),
        Form::Area => COMMUNITY.to_owned(),
        Form::Link(kinds) => {
            let known = |kind: &str| others.get(&kind.parse::<Kind>().ok()?).cloned();
            kinds
                .split(',')
                .find_map(known)
                .or_else(|| others.values().next().cloned())
                .unwrap_or_else(|| "01990000-0000-7000-8000-000000000001".to_owned())
        }
    }
}

/// What somebody types for a record of a kind: every field that it may have. Who signs writes their own name.
fn typed(kind: Kind, name: &str, others: &BTreeMap<Kind, String>) -> Vec<String> {
    let value = |field: &field::Field| {
        if field.marks.hand {
            name.to_owned()
        } else {
            sample(field.form, field.key, others)
        }
    };
    field::fields(kind)
        .iter()
        .map(|field| format!("{}={}", field.key, value(field)))
        .collect()
}

fn values(shown: &Value) -> BTreeMap<String, String> {
    let fields = shown["fields"].as_array().unwrap().iter();
    fields
        .map(|field| {
            assert_eq!(field["problem"], Value::Null, "{field}");
            let text = |key: &str| field[key].as_str().unwrap().to_owned();
            (text("key"), text("value"))
        })
        .collect()
}

fn record_of(answer: &Value) -> String {
    answer["record"].as_str().unwrap().to_owned()
}

/// The county has what was typed, field by field; what is masked there is there.
fn has_the_same(phone: &Phone, county: &Room, kind: Kind, record: &str) {
    let here = values(&phone.show(record));
    let above = values(&county.ask(&["record", "show", record]).json());
    let open = |values: &BTreeMap<String, String>| -> BTreeMap<String, String> {
        let open = |key: &String| {
            field::field_named(kind, key).is_some_and(|field| field.facet == Facet::Open)
        };
        values
            .iter()
            .filter(|(key, _)| open(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    };
    assert_eq!(open(&here), open(&above), "{kind}");
    assert_eq!(here.len(), above.len(), "{kind}");
    let listed = county.ask(&["record", "list", &kind.word()]).json();
    assert_eq!(listed["total"], 1, "{kind}");
}

#[test]
fn a_record_of_every_kind_is_written_merged_upward_and_issued_downward() {
    let (mut county, mut community) = (Room::new(), Room::new());
    county.init(COUNTY, "某县", None);
    county.director(COUNTY, "张县长");
    county.run();
    community.init(
        COMMUNITY,
        "东关社区",
        Some(&county.invite_hub(COUNTY, COMMUNITY)),
    );
    community.run();
    let phone = Phone::enrolled(&community.invite(COMMUNITY, "王芳", GRID));

    // What the county issues, for all.
    let mut issued = BTreeMap::new();
    for kind in Kind::all().filter(|kind| kind.reach() == Reach::Down) {
        let word = kind.word();
        let mut words = vec!["record", "new", word.as_str()];
        let fields = typed(kind, "张县长", &issued);
        words.extend(fields.iter().map(String::as_str));
        issued.insert(kind, record_of(&county.ask(&words).json()));
    }
    // What the member writes offline. Supervision is in other hands.
    let mut own = issued.clone();
    let mut written = Vec::new();
    for kind in Kind::all().filter(|kind| kind.reach() == Reach::Within) {
        let word = kind.word();
        let mut words = vec!["record", "new", word.as_str()];
        let fields = typed(kind, "王芳", &own);
        words.extend(fields.iter().map(String::as_str));
        // The special groups are not in a grid member's grant.
        words.retain(|word| {
            let key = word.split('=').next().unwrap_or_default();
            !word.contains('=')
                || field::field_named(kind, key).is_some_and(|field| field.facet != Facet::Special)
        });
        let said = phone.ask(&words);
        if matches!(kind, Kind::REVIEW | Kind::CORRECTION) {
            assert_eq!(said.code, Some(1), "{word}: {said:?}");
            assert!(said.err.contains("无权"), "{word}: {said:?}");
            continue;
        }
        let record = record_of(&said.json());
        written.push((kind, record.clone()));
        own.insert(kind, record);
    }
    phone.sync();
    county.wait_count(COUNTY, "commits", (issued.len() + written.len()) as u64);

    for (kind, record) in &written {
        has_the_same(&phone, &county, *kind, record);
    }
    // The phone has what the county issued, and names it by its title.
    phone.sync();
    for (kind, record) in &issued {
        assert_eq!(phone.list(&kind.word()), [record.as_str()], "{kind}");
    }
    // Links are followed both ways.
    let household = &own[&Kind::HOUSEHOLD];
    let links = phone.show(household)["links"].as_array().unwrap().clone();
    assert!(!links.is_empty(), "{links:?}");
    community.stop();
    county.stop();
}
