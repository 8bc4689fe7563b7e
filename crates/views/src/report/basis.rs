//! On what each class rests (R18, R19): its own basis, the policies of each level that name it, and where the gap is.

use wangge_model::kind::Kind;
use wangge_rules::taxonomy::{Class, parse_list};

use super::matrix::{leaves, named};
use super::subject;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground;
use crate::reference::Local;
use crate::rows::CellForm::{Coded, Count, Text};
use crate::rows::ReportRow;
use crate::text::word;

pub(super) const SHEET: Sheet = Sheet {
    name: "basis",
    label: ("类别依据", "Basis of classes"),
    tells: (
        "每一类事件的依据:自身写明的依据,各级现行政策中有几件写明适用于它;缺口在哪一级",
        "on what each class rests: its own basis, how many policies in force at each level name it, and at which level the gap is",
    ),
    about: None,
    columns: &[
        ("class", "类别", "Class", Coded),
        ("taxonomy", "分类表", "Taxonomy", Text),
        ("basis", "自身依据", "Own basis", Text),
        ("above", "省市及国家", "City and above", Count),
        ("county", "县", "County", Count),
        ("township", "乡镇", "Township", Count),
        ("community", "社区", "Community", Count),
        ("gap", "缺口", "Gap", Coded),
    ],
    rows,
};

/// The levels of the columns; every other is above them.
const LEVELS: [&str; 3] = ["county", "township", "community"];

/// A policy in force: its level and the codes of the classes that it names.
struct Policy {
    level: String,
    classes: Vec<String>,
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let area = scope.place()?;
    let local = scope
        .reference
        .at(area.as_ref().map_or("", |area| area.as_str()), on);
    let policies = policies(scope, &local)?;
    let taxonomy = local.taxonomy();
    let mut told: Vec<(u8, ReportRow)> = leaves(&taxonomy)
        .map(|class| row(class, &policies))
        .collect();
    // What rests on nothing stands first.
    told.sort_by_key(|(rank, _)| *rank);
    Ok(told.into_iter().map(|(_, row)| row).collect())
}

fn policies(scope: &Scope<'_>, local: &Local) -> Result<Vec<Policy>> {
    let here = scope.issued(Kind::POLICY)?;
    let codes = |policy: &ground::Row| {
        let words = policy.text("classes").replace(['、', '，', ','], ";");
        let words = parse_list(&words).into_iter();
        words
            .map(|word| local.class_code(&word).to_owned())
            .collect()
    };
    Ok(here
        .iter()
        .filter(|policy| scope.in_force(policy))
        .map(|policy| Policy {
            level: policy.text("level").to_owned(),
            classes: codes(policy),
        })
        .collect())
}

fn row(class: &Class, policies: &[Policy]) -> (u8, ReportRow) {
    let names = |policy: &&Policy| {
        let mut codes = policy.classes.iter();
        codes.any(|code| class.code.starts_with(code))
    };
    let own: Vec<&str> = policies
        .iter()
        .filter(names)
        .map(|policy| policy.level.as_str())
        .collect();
    let count = |at: &dyn Fn(&str) -> bool| own.iter().filter(|level| at(level)).count();
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let above = count(&|level| !LEVELS.contains(&level));
    let [county, township, community] = LEVELS.map(|one| count(&|level| level == one));
    let (rank, gap) = if own.is_empty() && class.basis.is_empty() {
        (0, word("none", "没有依据", "No basis"))
    } else if class.basis.is_empty() && above == 0 && county == 0 {
        (
            1,
            word("upper", "县级以上没有依据", "None at county or above"),
        )
    } else {
        (2, subject::empty())
    };
    let cells = Cells::default()
        .coded(named(class))
        .text(&class.taxonomy)
        .text(&class.basis)
        .number(number(above))
        .number(number(county))
        .number(number(township))
        .number(number(community))
        .coded(gap);
    (rank, cells.row())
}
