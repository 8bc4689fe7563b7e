//! Policies by issuing level and department, and how many of them hold (R17, R18).

use std::collections::BTreeMap;

use wangge_model::kind::Kind;
use wangge_model::time::Date;

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::rows::CellForm::{Coded, Count, Text};
use crate::rows::ReportRow;
use crate::text;

pub(super) const SHEET: Sheet = Sheet {
    name: "policies",
    label: ("政策法规统计", "Policies by level"),
    tells: (
        "各发布层级、部门的政策数,其中现行的、无上位依据的、已过适配复审日期的",
        "for each issuing level and department: how many, in force, without a superior basis, overdue for review",
    ),
    about: None,
    columns: &[
        ("level", "发布层级", "Level", Coded),
        ("department", "发布部门", "Department", Text),
        ("policies", "件数", "Policies", Count),
        ("in_force", "现行", "In force", Count),
        ("without_basis", "无上位依据", "Without basis", Count),
        ("review_overdue", "逾期未复审", "Review overdue", Count),
    ],
    rows,
};

#[derive(Default)]
struct Sums {
    policies: i64,
    in_force: i64,
    without_basis: i64,
    review_overdue: i64,
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let mut groups: BTreeMap<(String, String), Sums> = BTreeMap::new();
    for policy in scope.issued(Kind::POLICY)? {
        let group = (
            policy.text("level").to_owned(),
            policy.text("department").to_owned(),
        );
        let sums = groups.entry(group).or_default();
        let holds = scope.in_force(&policy);
        sums.policies += 1;
        sums.in_force += i64::from(holds);
        sums.without_basis += i64::from(policy.text("superior").is_empty());
        let review = policy.read::<Date>("review_by");
        sums.review_overdue += i64::from(holds && review.is_some_and(|review| review < on));
    }
    let row = |((level, department), sums): ((String, String), Sums)| {
        Cells::default()
            .coded(text::coded_or("policy_level", &level))
            .text(department)
            .number(sums.policies)
            .number(sums.in_force)
            .number(sums.without_basis)
            .number(sums.review_overdue)
            .row()
    };
    Ok(groups.into_iter().map(row).collect())
}
