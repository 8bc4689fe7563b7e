//! The code lists of the standards: data, not code (`data/codes.tsv`), because standards change.

use std::collections::BTreeMap;
use std::sync::LazyLock;

const DATA: &str = include_str!("../data/codes.tsv");

/// A code list of a standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeList {
    /// Its name here, as `sex`.
    pub id: &'static str,
    /// The standard, as `GB/T 2261.1`; `wangge` where the list is our own.
    pub standard: &'static str,
    /// The standard's year, or our own number.
    pub version: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// Its name in English.
    pub en: &'static str,
    /// Its codes, in the standard's order.
    pub codes: Vec<Code>,
}

/// A code and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The code as it is stored.
    pub code: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// Its name in English.
    pub en: &'static str,
}

impl CodeList {
    /// What a code means; `None` if the list does not have it.
    #[must_use]
    pub fn code(&self, code: &str) -> Option<&Code> {
        self.codes.iter().find(|entry| entry.code == code)
    }

    /// The code of what people write: the code itself, or its name in Chinese or English. For imports.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&Code> {
        let named = |entry: &&Code| {
            entry.zh == text
                || entry.en.eq_ignore_ascii_case(text)
                || entry
                    .zh
                    .strip_suffix('族')
                    .is_some_and(|short| short == text)
        };
        self.code(text).or_else(|| self.codes.iter().find(named))
    }
}

static LISTS: LazyLock<BTreeMap<&'static str, CodeList>> = LazyLock::new(|| parse(DATA).0);

/// The list with this id.
#[must_use]
pub fn list(id: &str) -> Option<&'static CodeList> {
    LISTS.get(id)
}

/// Every list, in the order of ids.
pub fn lists() -> impl Iterator<Item = &'static CodeList> {
    LISTS.values()
}

/// Reads the lists, and the numbers of the lines that are none.
fn parse(data: &'static str) -> (BTreeMap<&'static str, CodeList>, Vec<usize>) {
    let mut lists: Vec<CodeList> = Vec::new();
    let mut odd = Vec::new();
    for (number, line) in data
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.starts_with('#'))
    {
        let columns: Vec<&str> = line.split('\t').collect();
        match (columns.as_slice(), lists.last_mut()) {
            (&["list", id, standard, version, zh, en], _) => lists.push(CodeList {
                id,
                standard,
                version,
                zh,
                en,
                codes: Vec::new(),
            }),
            (&[code, zh, en], Some(list)) if list.code(code).is_none() => {
                list.codes.push(Code { code, zh, en })
            }
            _ => odd.push(number + 1),
        }
    }
    (lists.into_iter().map(|list| (list.id, list)).collect(), odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_is_read() {
        let (lists, odd) = parse(DATA);
        assert_eq!(odd, Vec::<usize>::new());
        assert!(lists.len() >= 15 && lists.values().all(|list| !list.codes.is_empty()));
        assert_eq!(
            DATA.lines()
                .filter(|line| line.starts_with("list\t"))
                .count(),
            lists.len(),
            "an id stands twice"
        );
    }

    #[test]
    fn codes_and_names_are_found() {
        let sex = list("sex").unwrap();
        assert_eq!(sex.code("2").map(|code| code.zh), Some("女"));
        assert_eq!(sex.find("男").map(|code| code.code), Some("1"));
        assert_eq!(sex.code("3"), None);
        assert_eq!(
            list("ethnicity").unwrap().find("回").map(|code| code.code),
            Some("03")
        );
        assert!(list("nothing").is_none());
    }
}
