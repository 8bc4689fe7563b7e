//! The matter: something that happened or is asked for. Its fields say what it is; its state is folded from its log, see
//! [`step`](crate::step).

use std::collections::BTreeMap;

use crate::doc::Fields;
use crate::kind::{Facet, Kind};
use crate::reading::{Problem, Shown};

/// What lists show of a matter, its state apart. Reading never fails: what is not as it should be is named in `problems`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matter {
    /// 事件名称.
    pub title: Option<String>,
    /// A code of the list `sort`.
    pub sort: Option<String>,
    /// Its class, in the words of `class_list`.
    pub class: Option<String>,
    /// Which classification `class` is of.
    pub class_list: Option<String>,
    /// The reporter's words.
    pub description: Option<String>,
    /// 发生地点.
    pub place: Option<String>,
    /// 发生时间, in milliseconds since 1970.
    pub occurred_ms: Option<i64>,
    /// A code of the list `scale`.
    pub scale: Option<String>,
    /// A code of the list `severity`.
    pub severity: Option<String>,
    /// A code of the list `source`.
    pub source: Option<String>,
    /// 事件编号: by which people ask for it.
    pub number: Option<String>,
    /// Its number where it came from.
    pub external_id: Option<String>,
    /// Who reported it, by a number that says nothing.
    pub reporter: Option<String>,
    /// 答复意见.
    pub reply: Option<String>,
    /// 答复时间, in milliseconds since 1970.
    pub replied_ms: Option<i64>,
    /// What the table does not allow, or does not know.
    pub problems: Vec<Problem>,
}

impl Matter {
    /// Reads the facets that are held.
    #[must_use]
    pub fn read(facets: &BTreeMap<Facet, Fields>) -> Self {
        let shown = Shown {
            kind: Kind::MATTER,
            facets,
        };
        Self {
            title: shown.text("title"),
            sort: shown.text("sort"),
            class: shown.text("class"),
            class_list: shown.text("class_list"),
            description: shown.text("description"),
            place: shown.text("place"),
            occurred_ms: shown.int("occurred_ms"),
            scale: shown.text("scale"),
            severity: shown.text("severity"),
            source: shown.text("source"),
            number: shown.text("number"),
            external_id: shown.text("external_id"),
            reporter: shown.text("reporter"),
            reply: shown.text("reply"),
            replied_ms: shown.int("replied_ms"),
            problems: shown.problems(),
        }
    }
}
