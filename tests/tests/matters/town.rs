//! A county with a township and a community in one process, and the phones of one grid.

use serde_json::Value;
use wangge_tests::{Phone, Room, Said, until};

pub(super) const COUNTY: &str = "410522";
pub(super) const TOWNSHIP: &str = "410522100";
pub(super) const COMMUNITY: &str = "410522100001";
pub(super) const GRID: &str = "410522100001001";

/// The hubs of three levels with a director each: 李主任, 钱镇长, 张县长.
pub(super) struct Town {
    pub(super) room: Room,
}

impl Town {
    pub(super) fn new() -> Self {
        let mut room = Room::new();
        for (hub, name, parent, director) in [
            (COUNTY, "某县", None, "张县长"),
            (TOWNSHIP, "某镇", Some(COUNTY), "钱镇长"),
            (COMMUNITY, "东关社区", Some(TOWNSHIP), "李主任"),
        ] {
            room.init(hub, name, parent);
            room.director(hub, director);
        }
        room.run();
        Self { room }
    }

    /// The phone of a member of the grid.
    pub(super) fn phone(&self, member: &str) -> Phone {
        Phone::enrolled(&self.room.invite(COMMUNITY, member, GRID))
    }

    pub(super) fn ask(&self, hub: &str, words: &[&str]) -> Said {
        self.room.ask(&[&["record", "--hub", hub], words].concat())
    }

    /// A record written at a desk.
    pub(super) fn write(&self, hub: &str, kind: &str, fields: &[&str]) -> String {
        let said = self.ask(hub, &[&["new", kind], fields].concat()).json();
        said["record"].as_str().unwrap().to_owned()
    }

    /// A step at a desk, once the matter has so many entries there.
    pub(super) fn take(&self, hub: &str, matter: &str, entries: usize, words: &[&str]) {
        self.wait(hub, matter, entries);
        let said = self.ask(hub, &[&["step", matter], words].concat());
        assert!(said.ok, "{words:?} {said:?}");
    }

    /// What a desk says against a step, once the matter has so many entries there.
    pub(super) fn refused(
        &self,
        hub: &str,
        matter: &str,
        entries: usize,
        words: &[&str],
    ) -> String {
        self.wait(hub, matter, entries);
        refusal(&self.ask(hub, &[&["step", matter], words].concat()))
    }

    /// The matter as it stands at a hub, once it has so many entries there.
    pub(super) fn wait(&self, hub: &str, matter: &str, entries: usize) -> Value {
        until(&format!("{entries} entries at {hub}"), || {
            let said = self.ask(hub, &["show", matter]);
            let shown = said.ok.then(|| said.json())?;
            (shown["log"].as_array().unwrap().len() == entries).then_some(shown)
        })
    }

    pub(super) fn report(&self, hub: &str, words: &[&str]) -> Vec<Vec<String>> {
        rows(&self.ask(hub, &[&["report"], words].concat()).json())
    }
}

/// A step on a phone.
pub(super) fn take(phone: &Phone, matter: &str, words: &[&str]) {
    let said = phone.ask(&[&["record", "step", matter], words].concat());
    assert!(said.ok, "{words:?} {said:?}");
}

/// What a phone says against a step.
pub(super) fn refused(phone: &Phone, matter: &str, words: &[&str]) -> String {
    refusal(&phone.ask(&[&["record", "step", matter], words].concat()))
}

fn refusal(said: &Said) -> String {
    assert_eq!(said.code, Some(1), "{said:?}");
    let told: Value = serde_json::from_str(said.err.trim()).unwrap();
    told["error"]["remedy_zh"].as_str().unwrap().to_owned()
}

/// The key of the latest entry of a kind.
pub(super) fn entry(shown: &Value, kind: &str) -> String {
    let steps = shown["log"].as_array().unwrap().iter();
    let last = steps.rev().find(|step| step["step"]["code"] == kind);
    last.unwrap()["entry"].as_str().unwrap().to_owned()
}

/// What a step of a kind says under a key, for people.
pub(super) fn detail(shown: &Value, kind: &str, key: &str) -> String {
    let steps = shown["log"].as_array().unwrap().iter();
    let step = steps
        .rev()
        .find(|step| step["step"]["code"] == kind)
        .unwrap();
    let details = step["details"].as_array().unwrap().iter();
    let found = details.into_iter().find(|detail| detail["key"] == key);
    found.unwrap()["shown"]["zh"].as_str().unwrap().to_owned()
}

/// Stage and flow.
pub(super) fn stands(shown: &Value) -> (&str, &str) {
    (
        shown["row"]["stage"]["code"].as_str().unwrap(),
        shown["standing"]["flow"]["code"].as_str().unwrap(),
    )
}

/// A report's rows, cell by cell in the order of its columns: as people read it, shares as `n/of`.
pub(super) fn rows(report: &Value) -> Vec<Vec<String>> {
    let columns = report["columns"].as_array().unwrap();
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        other if other["of"].is_number() => format!("{}/{}", other["n"], other["of"]),
        other => ["zh", "title", "record"]
            .iter()
            .find_map(|key| other[key].as_str())
            .unwrap()
            .to_owned(),
    };
    let rows = report["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let keys = columns.iter().map(|column| column["key"].as_str().unwrap());
        keys.map(|key| cell(&row[key])).collect()
    })
    .collect()
}
