//! What several sheets read, and words that several say.

use std::collections::BTreeMap;

use wangge_model::codes;
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::time::{Date, Ms};

use super::Scope;
use crate::error::Result;
use crate::ground::{self, Row};
use crate::list;
use crate::rows::Coded;
use crate::source::{self, Content};
use crate::text::word;

impl Scope<'_> {
    /// The records of a kind in the area.
    pub(super) fn ledger(&self, kind: Kind) -> Result<Vec<Row>> {
        ground::rows(self.conn, kind, self.area)
    }

    /// All records of a kind here: those about a record count where that record lies, wherever they were written.
    pub(super) fn all(&self, kind: Kind) -> Result<Vec<Row>> {
        ground::rows(self.conn, kind, "")
    }

    /// The records of a kind that were issued for an area that meets the asked one.
    pub(super) fn issued(&self, kind: Kind) -> Result<Vec<Row>> {
        let mut rows = ground::rows(self.conn, kind, "")?;
        rows.retain(|row| self.meets(&row.area));
        Ok(rows)
    }

    /// Whether a policy is in force: neither a draft nor repealed, and in its time.
    pub(super) fn in_force(&self, policy: &Row) -> bool {
        let live = matches!(policy.text("state"), "" | "effective" | "amended");
        live && policy
            .validity("valid_from", "valid_until")
            .holds(self.on())
    }

    /// Whether an instant falls in the period.
    pub(super) fn covers(&self, at: Ms) -> bool {
        self.from.start() <= at && at < self.until.start()
    }

    /// What people call a record; empty where it is not here.
    pub(super) fn title(&self, record: &str) -> Result<String> {
        Ok(list::title_of(self.conn, record)?.unwrap_or_default())
    }

    /// The open facet of a record.
    pub(super) fn open(&self, record: RecordId) -> Result<Content> {
        let mut content = source::content(self.conn, record)?;
        content.facets.retain(|facet, _| *facet == Facet::Open);
        Ok(content)
    }

    /// How many residents each grid of the area has; who moved away or is another record's person is not counted.
    pub(super) fn residents(&self) -> Result<BTreeMap<String, i64>> {
        ground::residents_by_area(self.conn, self.area)
    }
}

/// A day of an instant that may be missing.
pub(super) fn day_of(at: Option<Ms>) -> Option<Date> {
    at.map(Ms::date)
}

/// The name of a kind.
pub(super) fn kind_coded(kind: Kind) -> Coded {
    let (zh, en) = kind.info().map_or(("", ""), |info| (info.zh, info.en));
    word(&kind.word(), zh, en)
}

/// Every code of a list.
pub(super) fn codes_of(list: &str) -> impl Iterator<Item = &'static str> + use<> {
    let found = codes::list(list).into_iter();
    found.flat_map(|list| list.codes.iter().map(|code| code.code))
}
