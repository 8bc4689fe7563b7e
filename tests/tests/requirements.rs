//! The table of requirements names tests that exist.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The names of the test functions below a folder.
fn tests_below(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_below(&path, names);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let mut marked = false;
            for line in text.lines().map(str::trim) {
                if line == "#[test]" || line.starts_with("#[tokio::test") {
                    marked = true;
                } else if let Some(rest) = line
                    .strip_prefix("fn ")
                    .or_else(|| line.strip_prefix("async fn "))
                    && std::mem::take(&mut marked)
                {
                    let name = rest.split(['(', '<']).next().unwrap_or_default();
                    names.insert(name.to_owned());
                }
            }
        }
    }
}

#[test]
fn every_requirement_stands_once_and_names_tests_that_exist() {
    let root = wangge_tests::root();
    let table = fs::read_to_string(root.join("tests/requirements.md")).unwrap();
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut stands = Vec::new();
    for line in table
        .lines()
        .filter(|line| line.starts_with("| R") && !line.starts_with("| R |"))
    {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [number, _, _, tests, state] = cells.as_slice() else {
            panic!("five columns: {line}");
        };
        stands.push((*number).to_owned());
        assert!(
            ["wangge", "rules", "ledger", "not yet"].contains(state),
            "{line}"
        );
        let named: Vec<&str> = tests
            .split(',')
            .map(|test| test.trim().trim_matches('`'))
            .filter(|test| !test.is_empty())
            .collect();
        assert_eq!(named.is_empty(), *state == "not yet", "{line}");
        for test in named {
            let (crate_name, name) = test.split_once("::").unwrap();
            let folder = if crate_name == "tests" {
                root.join("tests/tests")
            } else {
                root.join("crates").join(crate_name)
            };
            let names = known.entry(crate_name.to_owned()).or_insert_with(|| {
                let mut names = BTreeSet::new();
                tests_below(&folder, &mut names);
                names
            });
            assert!(names.contains(name), "{number}: no test {test}");
        }
    }
    let sub = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map(|letter| format!("R40{letter}"));
    let expected: Vec<String> = (1..=110)
        .flat_map(|number| {
            let below = if number == 40 {
                sub.to_vec()
            } else {
                Vec::new()
            };
            std::iter::once(format!("R{number}")).chain(below)
        })
        .collect();
    assert_eq!(stands, expected);
}
