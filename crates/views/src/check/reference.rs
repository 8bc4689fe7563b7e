//! Reference data: classes, standards, duties, days, norms.

use wangge_model::area::{Area, Level};
use wangge_model::kind::Kind;
use wangge_model::time::{Date, Ms};
use wangge_rules::finding::{Finding, Weight};
use wangge_rules::matrix::{self, check_matrix};
use wangge_rules::taxonomy::check_classes;

use super::{Scope, row};
use crate::error::Result;
use crate::ground;
use crate::reference::{Local, Sourced, Sources};
use crate::rows::FindingRow;
use crate::source;
use crate::values::Values;

/// Areas that a matrix is held against at most.
const AREAS_MAX: usize = 1_000;

/// How long before and after now the calendar must be known: half a year.
const CALENDAR_MS: i64 = 183 * 86_400_000;

pub(super) fn check(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let local = scope.reference.at(scope.area, scope.on);
    let sources = scope.reference.sources(scope.area);
    let mut found = Vec::new();
    found.extend(told(&sources.classes.records, &sources.classes.findings));
    found.extend(told(
        &sources.standards.records,
        &sources.standards.findings,
    ));
    found.extend(told(&sources.duties.records, &sources.duties.findings));
    found.extend(told(&sources.days.records, &sources.days.findings));
    found.extend(told(&sources.norms.records, &sources.norms.findings));
    found.extend(told(&sources.rules.records, &sources.rules.findings));
    found.extend(classes(&sources.classes));
    found.extend(matrix(scope, &local, &sources)?);
    found.extend(policies(scope)?);
    let (from, until) = (
        Ms(scope.now.0.saturating_sub(CALENDAR_MS)),
        Ms(scope.now.0.saturating_add(CALENDAR_MS)),
    );
    found.extend(local.calendar().missing(from, until).into_iter().map(row));
    Ok(found)
}

/// What parsing found, with the records of the lines: the first line of a table is its head.
fn told(records: &[String], findings: &[Finding]) -> Vec<FindingRow> {
    let found = findings.iter().map(|finding| FindingRow {
        records: finding
            .rows
            .iter()
            .filter_map(|line| records.get(line.checked_sub(2)?).cloned())
            .collect(),
        ..row(finding.clone())
    });
    found.collect()
}

/// The tree of the classes of records; the default set has nothing wrong with it.
fn classes(classes: &Sourced<wangge_rules::taxonomy::Class>) -> Vec<FindingRow> {
    let found = check_classes(&classes.rows).into_iter().map(|finding| {
        let records = finding
            .rows
            .iter()
            .filter_map(|at| classes.records.get(*at).cloned());
        FindingRow {
            records: records.collect(),
            ..row(finding)
        }
    });
    found.collect()
}

/// Overlaps and holes. Without a matrix of its own everything falls to the fallback owner of each level: one finding says so.
fn matrix(scope: &Scope<'_>, local: &Local, sources: &Sources) -> Result<Vec<FindingRow>> {
    if sources.duties.records.is_empty() {
        let finding = Finding::soft(
            "duty.none",
            "尚无责任清单，所有事件由兜底单位承办",
            "there is no responsibility matrix: every matter falls to the fallback owner",
        );
        return Ok(vec![row(finding)]);
    }
    let taxonomy = local.taxonomy();
    let leaves: Vec<&str> = taxonomy
        .classes()
        .map(|class| class.code.as_str())
        .filter(|code| taxonomy.below(code).next().is_none())
        .collect();
    let mut areas: Vec<Area> = ground::rows(scope.conn, Kind::GRID, "")?
        .iter()
        .filter(|grid| grid.text("code").starts_with(scope.area))
        .filter_map(|grid| grid.read("code"))
        .take(AREAS_MAX)
        .collect();
    areas.extend(scope.area.parse::<Area>().ok().filter(|_| areas.is_empty()));
    let wanted = matrix::Scope {
        classes: &leaves,
        areas: &areas,
        levels: Level::ALL,
        on: scope.on,
    };
    // What is wrong with single rows was told with their records already.
    let shape = |finding: &Finding| finding.weight == Weight::Soft || finding.rows.is_empty();
    let found = check_matrix(local.duties(), &wanted).into_iter();
    Ok(found.filter(shape).map(row).collect())
}

/// Policies that were made from a template: copied as it is, or not looked at again in time (R20).
fn policies(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let mut found = Vec::new();
    for policy in ground::rows(scope.conn, Kind::POLICY, "")? {
        let here = policy.area.starts_with(scope.area) || scope.area.starts_with(&policy.area);
        if !here || policy.text("template").is_empty() {
            continue;
        }
        let content = source::content(scope.conn, policy.id)?;
        if Values(&content.facets).text("adapted").is_empty() {
            let finding = Finding::soft(
                "policy.copied",
                "照搬模板，未写明本地适配",
                "it was made from a template, and nothing says how it was adapted",
            );
            found.push(row(finding.about([policy.id])));
        }
        let review = policy.read::<Date>("review_by");
        if review.is_some_and(|review| review < scope.on) {
            let finding = Finding::soft(
                "policy.review_overdue",
                "适配复审已逾期",
                "the review of how it was adapted is overdue",
            );
            found.push(row(finding.about([policy.id])));
        }
    }
    Ok(found)
}
