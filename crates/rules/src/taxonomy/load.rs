//! Reads classes: from the columns of the kind `class`, and from the three columns of a plain list of levels.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::table::{Row, parse_table};
use crate::validity::Validity;

use super::{Class, hard};

/// The shipped table of classes.
pub const DEFAULT_SET: &str = include_str!("../../data/default/class.tsv");

/// The shipped classes and what is wrong with them, which is nothing.
#[must_use]
pub fn default_classes() -> (Vec<Class>, Vec<Finding>) {
    parse_classes(DEFAULT_SET)
}

/// Reads a table in the columns of the kind `class`. The findings are about single cells; [`check_classes`](super::check_classes)
/// judges the set.
#[must_use]
pub fn parse_classes(text: &str) -> (Vec<Class>, Vec<Finding>) {
    let (table, mut findings) = parse_table(text);
    let classes = table.rows.iter().map(|row| class(row, &mut findings));
    (classes.collect(), findings)
}

fn class(row: &Row<'_>, findings: &mut Vec<Finding>) -> Class {
    let text = |key: &str| row.text(key).to_owned();
    let list = |key: &str| parse_list(row.text(key));
    Class {
        code: text("code"),
        name: text("name"),
        parent: text("parent"),
        taxonomy: text("taxonomy"),
        version: text("version"),
        component: row.flag("component", findings),
        definition: text("definition"),
        examples: list("examples"),
        counter_examples: list("counter_examples"),
        replaces: list("replaces"),
        synonyms: list("synonyms"),
        basis: text("basis"),
        guidance: text("guidance"),
        validity: row.validity(findings),
        note: text("note"),
    }
}

/// The items of a cell, between `；`, `;` or `|`.
#[must_use]
pub fn parse_list(text: &str) -> Vec<String> {
    let items = text.split(['；', ';', '|']).map(str::trim);
    items
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Reads a list of levels: one line a class, `level1,level2,level3` (or tabs), the first line the heads; a level may be empty.
///
/// Codes come from the places: `prefix` and two digits a level, in the order in which the names first stand (three digits after the
/// ninety-ninth). So the same file gives the same codes, and what is appended to it changes none.
#[must_use]
pub fn parse_levels(
    text: &str,
    prefix: &str,
    taxonomy: &str,
    version: &str,
) -> (Vec<Class>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut codes: BTreeMap<Vec<String>, String> = BTreeMap::new();
    let mut below: BTreeMap<String, usize> = BTreeMap::new();
    let mut classes = Vec::new();
    let mut whole = BTreeSet::new();
    let lines = text
        .trim_start_matches('\u{feff}')
        .lines()
        .enumerate()
        .skip(1);
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let cells = line
            .split([',', '\t'])
            .map(|cell| cell.trim().trim_matches('"'));
        let mut names: Vec<String> = cells.map(str::to_owned).collect();
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        if names.is_empty() || names.iter().any(String::is_empty) || names.len() > 3 {
            let zh = format!("第 {} 行应有一至三级名称，且上级不可为空", at + 1);
            let en = format!(
                "line {}: one to three names are expected, none above missing",
                at + 1
            );
            findings.push(hard("class.levels", &[at + 1], zh, en));
            continue;
        }
        if !whole.insert(names.clone()) {
            let zh = format!("第 {} 行与前面的行相同", at + 1);
            let en = format!("line {} repeats an earlier one", at + 1);
            findings.push(Finding::soft("class.repeated", zh, en).at([at + 1]));
        }
        let mut parent = String::new();
        for depth in 1..=names.len() {
            let path: Vec<String> = names.iter().take(depth).cloned().collect();
            let known = codes.get(&path).cloned();
            let code = known.unwrap_or_else(|| {
                let number = below.entry(parent.clone()).or_default();
                *number += 1;
                let above = if parent.is_empty() { prefix } else { &parent };
                let code = format!("{above}{number:02}");
                classes.push(Class {
                    code: code.clone(),
                    name: path.last().cloned().unwrap_or_default(),
                    parent: parent.clone(),
                    taxonomy: taxonomy.to_owned(),
                    version: version.to_owned(),
                    validity: Validity::ALWAYS,
                    ..Class::default()
                });
                codes.insert(path, code.clone());
                code
            });
            parent = code;
        }
    }
    (classes, findings)
}
