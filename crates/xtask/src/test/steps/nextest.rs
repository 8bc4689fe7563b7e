//! Running the workspace's tests: with cargo-nextest where it stands, else with `cargo test`.

use serde_json::Value;

use crate::error::XtaskError;
use crate::house::{House, entries, read};
use crate::run::{Run, answer};
use crate::test::count::{Count, parse_libtest, parse_nextest};

/// Which tests.
#[derive(Clone, Copy)]
pub(super) enum Which {
    /// All that are not marked `#[ignore]`.
    Ordinary,
    /// Those marked `#[ignore]` whose name contains the word.
    Kept(&'static str),
}

/// Words in the names of ignored tests that a step of its own runs; other ignored tests are told as skipped.
const KEPT: &[&str] = &[REAL_DATA, EXAMPLE];
/// Tests that read the folder named by `WANGGE_DATA`.
pub(super) const REAL_DATA: &str = "real_data";
/// Tests that run a program of `examples/`.
pub(super) const EXAMPLE: &str = "example_in_";

/// Runs them. The whole workspace is always the selection, so that no feature flips.
pub(super) fn run(house: &House, title: &str, which: Which) -> Result<Count, XtaskError> {
    let nextest = stands();
    let mut args = if nextest {
        vec![
            "nextest",
            "run",
            "--workspace",
            "--locked",
            "--no-fail-fast",
        ]
    } else {
        vec![
            "test",
            "--workspace",
            "--locked",
            "--no-fail-fast",
            "--all-targets",
        ]
    };
    let filter;
    match which {
        Which::Ordinary => {}
        Which::Kept(word) if nextest => {
            filter = format!("test({word})");
            args.extend(["--run-ignored", "only", "-E", &filter]);
        }
        Which::Kept(word) => args.extend([word, "--", "--ignored"]),
    }
    let mut run = Run::cargo(house, title).args(args);
    if let Some(data) = house.data()? {
        run = run.env("WANGGE_DATA", data);
    }
    let ended = run.env("WANGGE_ARTEFACTS", house.artefacts()).end()?;
    let log = ended.log();
    let count = if nextest {
        parse_nextest(&log)
    } else {
        parse_libtest(&log)
    };
    match count {
        Some(count) if ended.status.success() && count.failed == 0 && count.passed > 0 => Ok(count),
        Some(mut count) => {
            ended.tell();
            count.failed = count.failed.max(1);
            Ok(count)
        }
        None => {
            ended.tell();
            Err(ended.failed())
        }
    }
}

/// The ignored tests that no step runs, as `package test: why`.
pub(super) fn skipped(house: &House) -> Result<Vec<String>, XtaskError> {
    let reasons = reasons(house)?;
    let told = |name: String| {
        let function = name
            .rsplit(' ')
            .next()
            .and_then(|path| path.rsplit("::").next())
            .unwrap_or_default();
        let why = reasons
            .iter()
            .find(|(ignored, _)| ignored == function)
            .map_or("", |(_, why)| why.as_str());
        format!("{name}: {why}")
    };
    let kept = |name: &String| KEPT.iter().any(|word| name.contains(word));
    Ok(ignored(house)?
        .into_iter()
        .filter(|name| !kept(name))
        .map(told)
        .collect())
}

/// Why tests are ignored, by the names of their functions.
fn reasons(house: &House) -> Result<Vec<(String, String)>, XtaskError> {
    let mut found = Vec::new();
    let mut folders = vec![house.root.join("crates"), house.root.join("tests")];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder)? {
            if path.is_dir() && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.extend(parse_reasons(&read(&path)?));
            }
        }
    }
    Ok(found)
}

fn parse_reasons(source: &str) -> Vec<(String, String)> {
    let pieces = source.split("#[ignore = \"").skip(1);
    let parse = |piece: &str| {
        let (why, rest) = piece.split_once("\"]")?;
        let (name, _) = rest.split_once("fn ")?.1.split_once('(')?;
        Some((name.to_owned(), why.to_owned()))
    };
    pieces.filter_map(parse).collect()
}

/// The ignored tests whose name contains `word`.
pub(super) fn kept(house: &House, word: &str) -> Result<Vec<String>, XtaskError> {
    Ok(ignored(house)?
        .into_iter()
        .filter(|name| name.contains(word))
        .collect())
}

fn ignored(house: &House) -> Result<Vec<String>, XtaskError> {
    if !stands() {
        return Ok(Vec::new());
    }
    let args = [
        "nextest",
        "list",
        "--workspace",
        "--locked",
        "--run-ignored",
        "only",
        "--message-format",
        "json",
    ];
    let ended = Run::cargo(house, "list of ignored tests")
        .args(args)
        .capture()?;
    let list: Value =
        serde_json::from_str(&ended.stdout).map_err(|error| XtaskError::Unreadable {
            what: "the list of tests".to_owned(),
            why: error.to_string(),
        })?;
    Ok(names(&list))
}

fn names(list: &Value) -> Vec<String> {
    let suites = list
        .get("rust-suites")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    suites
        .flat_map(|(suite, about)| {
            let cases = about
                .get("testcases")
                .and_then(Value::as_object)
                .into_iter()
                .flatten();
            cases
                .filter(|(_, case)| case.get("ignored").and_then(Value::as_bool) == Some(true))
                .map(move |(name, _)| format!("{suite} {name}"))
        })
        .collect()
}

fn stands() -> bool {
    answer("cargo", &["nextest", "--version"]).is_some()
}

#[cfg(test)]
mod tests {
    use super::{names, parse_reasons};

    #[test]
    fn only_ignored_tests_are_named() {
        let list = serde_json::json!({"rust-suites": {"a::b": {"testcases": {
            "x": {"ignored": true}, "y": {"ignored": false}}}, "c": {"testcases": {}}}});
        assert_eq!(names(&list), ["a::b x"]);
    }

    #[test]
    fn the_reason_of_an_ignored_test_is_read() {
        let source =
            "#[test]\n#[ignore = \"by hand\"]\nfn measure() {\n}\n#[test]\nfn other() {}\n";
        assert_eq!(
            parse_reasons(source),
            [("measure".to_owned(), "by hand".to_owned())]
        );
    }
}
