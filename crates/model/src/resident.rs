//! The resident: 实有人口 of GB/T 31000 — registered, floating, left behind, from abroad.
//!
//! What every screen needs stands in the open facet; numbers of documents and what a register holds in identity; health, hardship and
//! help in care. Religion is not collected: no task of a grid needs it.

use std::collections::BTreeMap;

use crate::doc::Fields;
use crate::kind::{Facet, Kind};
use crate::reading::{Problem, Shown};

/// What lists show of a resident. Reading never fails: what is not as it should be is named in `problems`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resident {
    /// 姓名.
    pub name: Option<String>,
    /// A code of GB/T 2261.1.
    pub sex: Option<String>,
    /// 出生年份.
    pub birth_year: Option<i64>,
    /// A code of the list `residence`.
    pub residence: Option<String>,
    /// 户号.
    pub household_no: Option<String>,
    /// A code of GB/T 4761.
    pub relation: Option<String>,
    /// 现住地址.
    pub address: Option<String>,
    /// From the contact facet, where it is held.
    pub phone: Option<String>,
    /// From the identity facet, where it is held.
    pub id_number: Option<String>,
    /// From the identity facet, where it is held: `1949-12-31`.
    pub birth_date: Option<String>,
    /// What the table does not allow, or does not know.
    pub problems: Vec<Problem>,
}

impl Resident {
    /// Reads the facets that are held.
    #[must_use]
    pub fn read(facets: &BTreeMap<Facet, Fields>) -> Self {
        let shown = Shown {
            kind: Kind::RESIDENT,
            facets,
        };
        Self {
            name: shown.text("name"),
            sex: shown.text("sex"),
            birth_year: shown.int("birth_year"),
            residence: shown.text("residence"),
            household_no: shown.text("household_no"),
            relation: shown.text("relation"),
            address: shown.text("address"),
            phone: shown.text("phone"),
            id_number: shown.text("id_number"),
            birth_date: shown.text("birth_date"),
            problems: shown.problems(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::Doc;
    use crate::id::ActorId;
    use crate::time::Ms;
    use crate::value::Edit;

    #[test]
    fn odd_values_are_problems_and_the_rest_is_read() {
        let mut doc = Doc::new();
        let edits = [
            Edit::set(Facet::Open, "name", "张三"),
            Edit::set(Facet::Open, "sex", "7"),
            Edit::set(Facet::Open, "birth_year", "1949"),
            Edit::set(Facet::Open, "shoe_size", 44),
        ];
        doc.write(ActorId([1; 16]), &edits, Ms(0)).unwrap();
        let resident = Resident::read(&BTreeMap::from([(Facet::Open, doc.entries())]));
        assert_eq!(resident.name.as_deref(), Some("张三"));
        assert_eq!(
            (resident.sex, resident.birth_year, resident.phone),
            (None, None, None)
        );
        let keys: Vec<_> = resident
            .problems
            .iter()
            .map(|problem| problem.key.as_str())
            .collect();
        assert_eq!(keys, ["birth_year", "sex", "shoe_size"]);
        assert_eq!(Resident::read(&BTreeMap::new()), Resident::default());
    }
}
