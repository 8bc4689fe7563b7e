//! The story of the README, by the program alone: two phones, one offline edit each of the same resident, both seen by the director.

#![cfg(test)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Runs the program in a folder and answers its exit code and the JSON that it printed last.
fn wangge(dir: &Path, words: &[&str]) -> (i32, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_wangge"))
        .current_dir(dir)
        .args(words)
        .arg("--json")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let last = text
        .lines()
        .last()
        .map_or(Value::Null, |line| serde_json::from_str(line).unwrap());
    let told = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().unwrap();
    assert!(
        code == 0 || !told.is_empty(),
        "{words:?}: failed without a word"
    );
    (
        code,
        if code == 0 {
            last
        } else {
            serde_json::from_str(told.lines().last().unwrap()).unwrap_or(last)
        },
    )
}

fn ok(dir: &Path, words: &[&str]) -> Value {
    let (code, value) = wangge(dir, words);
    assert_eq!(code, 0, "{words:?}: {value}");
    value
}

/// Asks until there is something, as the director who looks at the page: what came in is judged and counted shortly after.
fn eventually(dir: &Path, words: &[&str]) -> Value {
    let begun = Instant::now();
    loop {
        let (code, value) = wangge(dir, words);
        if code != 3 {
            assert_eq!(code, 0, "{words:?}: {value}");
            return value;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "{words:?}: nothing came"
        );
    }
}

/// A site at work, stopped with SIGTERM when it is dropped.
struct Running {
    child: Child,
    listen: String,
}

impl Running {
    fn start(dir: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wangge"))
            .current_dir(dir)
            .args([
                "hub",
                "run",
                "--listen",
                "127.0.0.1:0",
                "--console",
                "127.0.0.1:0",
                "--json",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        Self {
            child,
            listen: told["listen"].as_str().unwrap().to_owned(),
        }
    }

    fn stop(mut self) {
        Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(self.child.wait().unwrap().success(), "a stop is graceful");
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one story, told from its beginning to its end"
)]
fn two_offline_edits_of_one_resident_are_both_seen_and_settled() {
    let temporary = tempfile::tempdir().unwrap();
    let dir = temporary.path();
    ok(
        dir,
        &[
            "hub",
            "init",
            "--area",
            "990101100001",
            "--name",
            "东关社区",
        ],
    );
    ok(dir, &["hub", "director", "--name", "李主任"]);
    let hub = Running::start(dir);
    for (phone, member) in [("one", "王芳"), ("two", "赵伟")] {
        let grid = "990101100001001";
        let words = [
            "hub",
            "invite",
            "--member",
            member,
            "--grid",
            grid,
            "--address",
            &hub.listen,
        ];
        let invited = ok(dir, &words);
        ok(
            dir,
            &[
                "phone",
                "enrol",
                invited["invitation"].as_str().unwrap(),
                "--dir",
                phone,
            ],
        );
    }
    let made = ok(
        dir,
        &[
            "phone",
            "resident",
            "new",
            "name=张秀英",
            "phone=19900000000",
            "--dir",
            "one",
        ],
    );
    let record = made["record"].as_str().unwrap();
    ok(dir, &["phone", "sync", "--dir", "one"]);
    ok(dir, &["phone", "sync", "--dir", "two"]);

    // Offline now, each for themselves.
    ok(
        dir,
        &[
            "phone",
            "resident",
            "set",
            record,
            "phone=19900000001",
            "--dir",
            "one",
        ],
    );
    ok(
        dir,
        &[
            "phone",
            "resident",
            "set",
            record,
            "phone=19900000002",
            "--dir",
            "two",
        ],
    );
    ok(dir, &["phone", "sync", "--dir", "one"]);
    ok(dir, &["phone", "sync", "--dir", "two"]);

    let review = eventually(dir, &["hub", "review"]);
    let field = &review["conflicts"][0]["field"];
    assert_eq!(field["key"], "phone");
    let mut values: Vec<_> = field["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["value"].as_str().unwrap())
        .collect();
    let second = values[1].to_owned();
    values.sort_unstable();
    assert_eq!(values, ["19900000001", "19900000002"]);

    ok(
        dir,
        &["hub", "review", "settle", record, "contact", "phone", "2"],
    );
    assert_eq!(
        wangge(dir, &["hub", "review"]).0,
        3,
        "nothing waits any more"
    );
    for phone in ["one", "two"] {
        ok(dir, &["phone", "sync", "--dir", phone]);
        let shown = ok(dir, &["phone", "resident", "show", record, "--dir", phone]);
        let fields = shown["fields"].as_array().unwrap();
        let phone = fields.iter().find(|field| field["key"] == "phone").unwrap();
        assert_eq!(
            phone["value"],
            second.as_str(),
            "the director's choice came down"
        );
        assert_eq!(phone["candidates"].as_array().unwrap().len(), 0);
    }
    hub.stop();
    // What stands, stands also while nobody runs it.
    let status = ok(dir, &["hub", "status"]);
    assert_eq!(status[0]["counts"]["residents"], 1);
}
