//! The records of a kind that are here, found by what a row of a table says of them.

use std::collections::BTreeMap;

use wangge_model::field::{Field, Form, fields};
use wangge_model::kind::{Kind, Reach};

use super::columns::Row;
use crate::held::{Held, HeldField};

/// Digits of a community's code.
const COMMUNITY_DIGITS: usize = 12;

/// Which record a row or a link means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// None that is here.
    None,
    /// This one, by its place in the index.
    One(usize),
    /// One of so many: what is said does not tell them apart.
    Many(usize),
}

/// The records of a kind.
pub(super) struct Index {
    kind: Kind,
    /// The area of rows that name none.
    home: String,
    held: Vec<Held>,
    /// Of each record, the line of the file that is about it.
    lines: Vec<Option<u64>>,
    by_record: BTreeMap<String, usize>,
    by_unique: BTreeMap<(&'static str, String), Vec<usize>>,
    by_key: BTreeMap<String, Vec<usize>>,
    by_name: BTreeMap<String, Vec<usize>>,
}

impl Index {
    pub(super) fn new(kind: Kind, home: &str, held: Vec<Held>) -> Self {
        let mut index = Self {
            kind,
            home: home.to_owned(),
            held: Vec::new(),
            lines: Vec::new(),
            by_record: BTreeMap::new(),
            by_unique: BTreeMap::new(),
            by_key: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        for one in held {
            index.add(one, None);
        }
        index
    }

    /// Takes a record in, and answers its place.
    fn add(&mut self, one: Held, line: Option<u64>) -> usize {
        let at = self.held.len();
        let value = |key: &str| one.fields.get(key).map(|field| field.value.as_str());
        for field in fields(self.kind) {
            let Some(value) = value(field.key) else {
                continue;
            };
            if field.marks.unique {
                let places = self.by_unique.entry((field.key, value.to_owned()));
                places.or_default().push(at);
            }
            if names(field) {
                let places = self.by_name.entry(value.to_owned()).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
        }
        if let Some(key) = key_of(self.kind, community(&one.area), value) {
            self.by_key.entry(key).or_default().push(at);
        }
        if !one.record.is_empty() {
            self.by_record.insert(one.record.clone(), at);
        }
        self.held.push(one);
        self.lines.push(line);
        at
    }

    /// Takes a row in that is about a new record, before it is saved.
    pub(super) fn add_row(&mut self, row: &Row) -> usize {
        let fields = row.values.iter().map(|(key, value)| {
            let field = HeldField {
                value: value.clone(),
                stated_ms: None,
            };
            ((*key).to_owned(), field)
        });
        let held = Held {
            record: String::new(),
            area: self.area_of(row).to_owned(),
            fields: fields.collect(),
        };
        self.add(held, Some(row.line))
    }

    /// The record of a new row has this id now.
    pub(super) fn name(&mut self, at: usize, record: &str) {
        if let Some(held) = self.held.get_mut(at) {
            record.clone_into(&mut held.record);
            self.by_record.insert(record.to_owned(), at);
        }
    }

    /// The records that no row is about.
    pub(super) fn unclaimed(&self) -> Vec<Held> {
        let held = self.held.iter().zip(&self.lines);
        held.filter(|(held, line)| line.is_none() && !held.record.is_empty())
            .map(|(held, _)| held.clone())
            .collect()
    }

    pub(super) fn held(&self, at: usize) -> Option<&Held> {
        self.held.get(at)
    }

    /// The line of the file that is about this record already; from now on it is `line`.
    pub(super) fn claim(&mut self, at: usize, line: u64) -> Option<u64> {
        self.lines.get_mut(at)?.replace(line)
    }

    fn area_of<'a>(&'a self, row: &'a Row) -> &'a str {
        if row.area.is_empty() {
            &self.home
        } else {
            &row.area
        }
    }

    /// The record that a row is about: by its id, else by a number that is given once, else by the fields that tell records apart within a
    /// community, unless numbers that are given once differ.
    pub(super) fn find(&self, row: &Row) -> Found {
        let by_record = row.record.as_ref().and_then(|id| self.by_record.get(id));
        if let Some(&at) = by_record {
            return Found::One(at);
        }
        let unique = || fields(self.kind).iter().filter(|field| field.marks.unique);
        for field in unique() {
            let value = row.values.get(field.key);
            let places = value.and_then(|value| self.by_unique.get(&(field.key, value.clone())));
            if let Some(places) = places {
                return found(places);
            }
        }
        let value = |key: &str| row.values.get(key).map(String::as_str);
        let key = key_of(self.kind, community(self.area_of(row)), value);
        let places = key.and_then(|key| self.by_key.get(&key));
        let others = |at: &&usize| {
            unique().any(|field| {
                let here = self.held(**at).and_then(|held| held.fields.get(field.key));
                matches!((here, row.values.get(field.key)), (Some(here), Some(there)) if here.value != *there)
            })
        };
        let places = places.into_iter().flatten();
        let places: Vec<usize> = places.filter(|at| !others(at)).copied().collect();
        found(&places)
    }

    /// The record that people call so, within the community of the row; of kinds that reach down, in any area that holds the row's.
    pub(super) fn find_called(&self, name: &str, row: &Row) -> Found {
        let area = self.area_of(row);
        let near = |at: &&usize| {
            self.held(**at).is_some_and(|held| {
                community(&held.area) == community(area)
                    || (self.kind.reach() == Reach::Down && area.starts_with(&held.area))
            })
        };
        let places = self.by_name.get(name).into_iter().flatten();
        let places: Vec<usize> = places.filter(near).copied().collect();
        found(&places)
    }
}

fn found(places: &[usize]) -> Found {
    match places {
        [] => Found::None,
        [one] => Found::One(*one),
        many => Found::Many(many.len()),
    }
}

/// Whether people call a record by this field.
fn names(field: &Field) -> bool {
    let marks = field.marks;
    marks.title || marks.unique || (marks.key && matches!(field.form, Form::Line(_)))
}

/// The community of a grid; the area itself where it is none.
fn community(area: &str) -> &str {
    area.get(..COMMUNITY_DIGITS).unwrap_or(area)
}

/// What tells records of a kind apart within a community; nothing where no such field has a value.
fn key_of<'a>(
    kind: Kind,
    community: &str,
    value: impl Fn(&str) -> Option<&'a str>,
) -> Option<String> {
    let mut key = community.to_owned();
    let mut any = false;
    for field in fields(kind).iter().filter(|field| field.marks.key) {
        let value = value(field.key).unwrap_or_default();
        any |= !value.is_empty();
        key.push('\u{1f}');
        key.push_str(value);
    }
    any.then_some(key)
}
