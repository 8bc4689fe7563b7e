//! Every broken rule of an area's data (`wangge check`).
//!
//! | codes | what |
//! |---|---|
//! | `record.unreadable` | a record that cannot be read |
//! | `field.invalid` | a value that the table of fields does not allow |
//! | `link.kind`, `link.missing` | a link to a record of another kind, or to one that is not here |
//! | `conflict.open` | fields with several values, waiting for a director |
//! | `commit.held` | a commit that entered no record and waits for a director |
//! | `matter.…`, `ask.…` | matters that nobody holds, urgent ones that rest without two levels' consent, requests that nobody decided |
//! | `closing.…` | matters that were closed though what made them one was not measured again, or still stands as high |
//! | `same.…` | persons and matters that may be one |
//! | `targets.…`, `inspection.…`, `order.…`, `correction.…`, `review.…`, `rating.…`, `survey.…` | what supervision would find |
//! | `sizing.…`, `coverage.…`, `staffing.…`, `division.…`, `life.…`, `code.…`, `post.…`, `party.…`, `member.…` | grids and their people |
//! | `class.…`, `standard.…`, `duty.…`, `day.…`, `norm.…`, `rule.…`, `policy.…`, `calendar.…` | reference data |
//!
//! An exemption in force makes the hard findings that it names soft: they are approved, and are still there.

mod closings;
mod grids;
mod matters;
mod records;
mod reference;
mod same;
mod supervision;

use rusqlite::Connection;
use wangge_model::time::{Date, Ms};
use wangge_rules::finding::{Finding, Weight};

use crate::error::Result;
use crate::ground::Exemptions;
use crate::list::area_range;
use crate::reference::Reference;
use crate::rows::{Check, FindingRow};

/// What is checked, with what and when.
pub(crate) struct Scope<'a> {
    pub(crate) conn: &'a Connection,
    pub(crate) area: &'a str,
    pub(crate) now: Ms,
    pub(crate) on: Date,
    pub(crate) reference: &'a Reference,
}

/// Checks an area's data; at most `findings_max` findings are listed, all are counted.
pub(crate) fn check(scope: &Scope<'_>, findings_max: usize) -> Result<Check> {
    area_range(scope.area)?;
    let mut found = records::check(scope)?;
    found.extend(matters::check(scope)?);
    found.extend(closings::check(scope)?);
    found.extend(same::check(scope)?);
    found.extend(supervision::check(scope)?);
    found.extend(grids::check(scope)?);
    found.extend(reference::check(scope)?);
    exempt(scope, &mut found)?;
    found.sort_by(|a, b| b.hard.cmp(&a.hard).then_with(|| a.cmp(b)));
    found.dedup();
    let hard = found.iter().filter(|finding| finding.hard).count() as u64;
    let soft = (found.len() as u64).saturating_sub(hard);
    let cut = found.len() > findings_max;
    found.truncate(findings_max);
    Ok(Check {
        findings: found,
        hard,
        soft,
        cut,
    })
}

/// A finding of the rules as a row.
fn row(finding: Finding) -> FindingRow {
    FindingRow {
        code: finding.code.to_owned(),
        hard: finding.weight == Weight::Hard,
        zh: finding.zh,
        en: finding.en,
        records: finding.ids.iter().map(ToString::to_string).collect(),
    }
}

/// Makes soft what was approved as an exception.
fn exempt(scope: &Scope<'_>, found: &mut [FindingRow]) -> Result<()> {
    let exemptions = Exemptions::load(scope.conn, scope.on)?;
    for finding in found {
        if exemptions.cover(&finding.code, &finding.records) {
            finding.hard = false;
        }
    }
    Ok(())
}
