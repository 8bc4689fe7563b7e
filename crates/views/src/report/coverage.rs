//! «Horizontal to edge, vertical to end» (R5): how many households, buildings and organisations are in a grid, and every gap.

use wangge_rules::finding::Finding;
use wangge_rules::grids::coverage::{self, Ground};
use wangge_rules::grids::{Sort, Unit, What};

use super::verdict::verdict;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::{self, Land};
use crate::rows::CellForm::{Coded, Count, Record, Share};
use crate::rows::ReportRow;
use crate::text::word;

pub(super) const SHEET: Sheet = Sheet {
    name: "coverage",
    label: ("网格覆盖", "Coverage"),
    tells: (
        "家庭户、楼栋、组织纳入网格的比例，有网格员、网格长、党支部的网格比例",
        "which share of households, buildings and organisations is in a grid, and of grids has a member, a chief, a party branch",
    ),
    about: None,
    columns: &[
        ("item", "项目", "Item", Coded),
        ("covered", "已覆盖", "Covered", Share),
        ("gaps", "缺口", "Gaps", Count),
        ("to_confirm", "待确认", "To confirm", Count),
    ],
    rows,
};

pub(super) const GAPS: Sheet = Sheet {
    name: "gaps",
    label: ("覆盖缺口清单", "Gaps in coverage"),
    tells: (
        "逐条列出：未纳入网格的户、楼、组织，登记与楼栋不符的，没有网格员、网格长或党支部的网格",
        "one by one: households, buildings and organisations in no grid or written elsewhere; grids without member, chief or party branch",
    ),
    about: None,
    columns: &[
        ("record", "档案", "Record", Record),
        ("finding", "缺口", "Gap", Coded),
        ("verdict", "程度", "Weight", Coded),
        ("grid", "所在网格", "Grid", Record),
    ],
    rows: gaps,
};

fn judged<T>(
    scope: &Scope<'_>,
    tell: impl FnOnce(&Ground<'_>, Vec<Finding>) -> Result<T>,
) -> Result<T> {
    let on = scope.on();
    let land = Land::load(scope.conn, scope.area, on)?;
    let posts = ground::posts(scope.conn, scope.area)?;
    let party = ground::party(scope.conn, scope.area)?;
    let ground = Ground {
        division: &land.division(on),
        units: &land.units,
        posts: &posts,
        party: &party,
        on,
    };
    let findings = coverage::judge(&ground);
    tell(&ground, findings)
}

/// What of a grid is covered: its code, and what it is called.
const OF_GRIDS: [(&str, &str, &str); 3] = [
    ("coverage.member", "有网格员的网格", "Grids with a member"),
    ("coverage.chief", "有网格长的网格", "Grids with a chief"),
    (
        "coverage.branch",
        "有党支部的网格",
        "Grids with a party branch",
    ),
];

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    judged(scope, |ground, findings| {
        let many = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let with = |code: &str| many(findings.iter().filter(|found| found.code == code).count());
        let mut rows = Vec::new();
        for what in What::ALL {
            let of: Vec<&Unit> = ground
                .units
                .iter()
                .filter(|unit| unit.what == *what)
                .collect();
            let ids: std::collections::BTreeSet<_> = of.iter().map(|unit| unit.id).collect();
            let missing = with(&format!("coverage.{}", what.word()));
            let unsure = findings.iter().filter(|found| {
                matches!(found.code, "coverage.by_default" | "coverage.elsewhere")
                    && found.ids.first().is_some_and(|id| ids.contains(id))
            });
            let all = many(of.len());
            let cells = Cells::default().coded(word(what.word(), what.zh(), what.en()));
            let cells = cells
                .share(all.saturating_sub(missing), all)
                .number(missing);
            rows.push(cells.number(many(unsure.count())).row());
        }
        let grids = many(
            ground
                .division
                .grids()
                .filter(|grid| grid.sort != Sort::Micro)
                .count(),
        );
        for (code, zh, en) in OF_GRIDS {
            let missing = with(code);
            let cells = Cells::default().coded(word(code, zh, en));
            let cells = cells
                .share(grids.saturating_sub(missing), grids)
                .number(missing);
            rows.push(cells.number(0).row());
        }
        Ok(rows)
    })
}

fn gaps(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    judged(scope, |_, findings| {
        let title = |id| ground::title(scope.conn, id);
        let mut rows = Vec::with_capacity(findings.len());
        for finding in findings {
            let mut ids = finding.ids.iter().copied();
            let (Some(record), grid) = (ids.next(), ids.next()) else {
                continue;
            };
            let one = std::slice::from_ref(&finding);
            let cells = Cells::default().record(record, &title(record)?);
            let cells = cells.findings(one).coded(verdict(one));
            let named = grid.map(title).transpose()?.unwrap_or_default();
            rows.push(cells.record_or(grid, &named).row());
        }
        Ok(rows)
    })
}
