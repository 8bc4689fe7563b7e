//! What there is to list and to write: the kinds of records by what they mean to people, their forms, and the reports.
//!
//! The fields come from the table of kinds and the reports from views, so that a new one needs no word here. Only the order of the menu
//! is said here; a kind that it does not name stands in the last group.

mod form;
mod steps;

use serde::Serialize;
use wangge_model::kind::{Kind, Reach};
use wangge_views::rows::{Label, ReportName};

pub(crate) use form::{Form, form};

/// The groups of the menu: name in Chinese and English, and the kinds in their order.
const GROUPS: &[((&str, &str), &[&str])] = &[
    (
        ("人", "People"),
        &["resident", "household", "residence", "same"],
    ),
    (
        ("地", "Places"),
        &[
            "grid",
            "building",
            "dwelling",
            "place",
            "division",
            "assignment",
        ],
    ),
    (("物", "Things"), &["component", "resource", "request"]),
    (
        ("事", "Matters"),
        &[
            "matter",
            "party",
            "mediation",
            "commitment",
            "relation",
            "appeal",
        ],
    ),
    (
        ("情", "Public opinion"),
        &[
            "sentiment",
            "survey",
            "reply_sheet",
            "rating",
            "deliberation",
            "opinion",
            "participation",
        ],
    ),
    (
        ("组织", "Organisations"),
        &["organisation", "party_org", "member", "post", "training"],
    ),
    (
        ("工作", "Work"),
        &[
            "plan",
            "visit",
            "inspection",
            "campaign",
            "call",
            "service",
            "task",
            "notice",
        ],
    ),
    (
        ("督导", "Supervision"),
        &["order", "answer", "review", "correction", "exemption"],
    ),
    (
        ("参考数据", "Reference data"),
        &["policy", "class", "standard", "duty", "norm", "day", "rule"],
    ),
];
const OTHERS: (&str, &str) = ("其他", "Others");

/// The menu of ledgers and reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Catalogue {
    /// The kinds of records, by what they mean to people.
    groups: Vec<Group>,
    /// The reports.
    reports: Vec<ReportName>,
}

/// Kinds that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Group {
    label: Label,
    kinds: Vec<KindName>,
}

/// A kind and its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct KindName {
    kind: Kind,
    label: Label,
    /// Whether it is a director's to issue for all below.
    down: bool,
}

fn both((zh, en): (&str, &str)) -> Label {
    Label {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

fn kind_label(kind: Kind) -> Label {
    Label {
        zh: kind.zh(),
        en: kind.en(),
    }
}

fn named(kind: Kind) -> KindName {
    KindName {
        kind,
        label: kind_label(kind),
        down: kind.reach() == Reach::Down,
    }
}

/// Everything that there is.
pub(crate) fn catalogue() -> Catalogue {
    let known = |words: &[&str]| -> Vec<KindName> {
        let kinds = words.iter().filter_map(|word| word.parse::<Kind>().ok());
        kinds.map(named).collect()
    };
    let mut groups: Vec<Group> = GROUPS
        .iter()
        .map(|(label, words)| Group {
            label: both(*label),
            kinds: known(words),
        })
        .collect();
    let others: Vec<KindName> = Kind::all()
        .filter(|kind| {
            let word = kind.word();
            !GROUPS
                .iter()
                .any(|(_, words)| words.contains(&word.as_str()))
        })
        .map(named)
        .collect();
    if !others.is_empty() {
        groups.push(Group {
            label: both(OTHERS),
            kinds: others,
        });
    }
    Catalogue {
        groups,
        reports: wangge_views::reports(),
    }
}

#[cfg(test)]
mod tests;
