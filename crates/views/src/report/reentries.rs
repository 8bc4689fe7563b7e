//! Collected once: how often what was here was used instead of being typed again (R40e).
//!
//! What counts as *a re-entry avoided* can be counted from the ledgers alone:
//! * *named*: a record made in the period names a person, household, dwelling or the like by a link; without it, name, number and address
//!   would have been typed again. One for each link.
//! * *continued*: a commit of the period changed a record that was there already; without it, a new form would have been filled in. One
//!   for each commit and kind.
//!
//! What counts as *a re-entry that happened*: a record made in the period that somebody has found to be the same as an older one.
//! Rows that an import finds unchanged write nothing; the import counts them itself, as `matched`.

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_rules::likeness::decision;

use super::reading::kind_coded;
use super::{Cells, Scope, Sheet};
use crate::alike;
use crate::error::{Doing, Result};
use crate::list::area_range;
use crate::rows::CellForm::{Coded, Count, Share};
use crate::rows::ReportRow;
use crate::source;
use crate::sums::made_ms;

pub(super) const SHEET: Sheet = Sheet {
    name: "reentries",
    label: ("减少重复采集", "Collected once"),
    tells: (
        "时段内因关联已有档案、续写已有档案而免去的重复填报,以及仍发生的重复建档",
        "in the period, by kind: what was named or continued instead of typed again, and what was typed again all the same",
    ),
    about: None,
    columns: &[
        ("kind", "档案种类", "Kind", Coded),
        ("named", "关联引用", "Named by a link", Count),
        ("continued", "续写更新", "Continued", Count),
        ("avoided", "免重复填报", "Re-entries avoided", Count),
        ("again", "重复建档", "Typed again", Count),
        ("share", "免重复占比", "Share avoided", Share),
    ],
    rows,
};

const DOING: &str = "counting what was collected once";

/// What is described once and named by others; what happens is another thing each time.
const DESCRIBED: [Kind; 7] = [
    Kind::RESIDENT,
    Kind::HOUSEHOLD,
    Kind::DWELLING,
    Kind::BUILDING,
    Kind::PLACE,
    Kind::COMPONENT,
    Kind::ORGANISATION,
];

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let named = named(scope)?;
    let (from, until) = area_range(scope.area)?;
    let period = (scope.from.start().0, scope.until.start().0);
    let edits = source::edits_by_kind(scope.conn, (&from, &until), period)?;
    let again = again(scope)?;
    let of = |sums: &BTreeMap<u32, i64>, kind: Kind| {
        sums.get(&kind.to_u32()).copied().unwrap_or_default()
    };
    let row = |kind: Kind| {
        let (named, continued) = (of(&named, kind), of(&edits, kind));
        let (avoided, again) = (named.saturating_add(continued), of(&again, kind));
        Cells::default()
            .coded(kind_coded(kind))
            .number(named)
            .number(continued)
            .number(avoided)
            .number(again)
            .share(avoided, avoided.saturating_add(again))
            .row()
    };
    Ok(DESCRIBED.into_iter().map(row).collect())
}

/// How many links of records made in the period name a record of each kind. What decides about two records names them for another reason.
fn named(scope: &Scope<'_>) -> Result<BTreeMap<u32, i64>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT t.kind, count(*) FROM view_record r JOIN view_value v ON v.id = r.id AND v.link = 1 \
             JOIN view_record t ON t.record = unhex(v.value, '-') \
             WHERE r.area >= ?1 AND r.area < ?2 AND r.record >= ?3 AND r.record < ?4 AND r.kind <> ?5 GROUP BY t.kind",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map(
            (
                from,
                until,
                first_id(scope.from.start().0),
                first_id(scope.until.start().0),
                Kind::SAME.to_u32(),
            ),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .doing(DOING)?;
    rows.collect::<rusqlite::Result<_>>().doing(DOING)
}

/// The bytes before which no id minted at an instant stands, and after which none minted before.
fn first_id(ms: i64) -> Vec<u8> {
    ms.max(0)
        .to_be_bytes()
        .get(2..)
        .unwrap_or_default()
        .to_vec()
}

/// Records of the period that were found to be the same as an older one, by kind.
fn again(scope: &Scope<'_>) -> Result<BTreeMap<u32, i64>> {
    let mut sums = BTreeMap::new();
    for group in decision::groups(&alike::decisions(scope.conn)?).0 {
        // The oldest was typed once; the others again.
        let later = group.iter().skip(1);
        for id in later.filter(|id| in_period(scope, **id)) {
            if let Some(head) = source::head(scope.conn, *id)?
                && head.area.as_str().starts_with(scope.area)
            {
                *sums.entry(head.kind.to_u32()).or_default() += 1;
            }
        }
    }
    Ok(sums)
}

fn in_period(scope: &Scope<'_>, id: RecordId) -> bool {
    scope.covers(wangge_model::time::Ms(made_ms(id)))
}
