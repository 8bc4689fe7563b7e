//! Residents and matters that may be one, with reasons, until somebody decides by a record of kind `same` (R40g, R90).

use wangge_rules::likeness::decision;
use wangge_rules::likeness::matter;
use wangge_rules::likeness::person::{Grade, Why};

use super::{Cells, Scope, Sheet};
use crate::alike::{self, Standing};
use crate::error::Result;
use crate::mask;
use crate::rows::CellForm::{Coded, Count, Record, Text};
use crate::rows::ReportRow;
use crate::text::{named, word, yes_no};

pub(super) const SHEET: Sheet = Sheet {
    name: "duplicates",
    label: ("疑似重复", "Met twice"),
    tells: (
        "可能为同一人或同一事件的两条档案、理由,以及作出认定的写法;认定后不再列出,撤销认定即恢复",
        "two records that may be one person or matter, why, and how that is decided; what is decided is listed no more until it is taken back",
    ),
    about: None,
    columns: &[
        ("sort", "种类", "Sort", Coded),
        ("grade", "把握", "How sure", Coded),
        ("score", "分值", "Points", Count),
        ("a", "一方", "One", Record),
        ("a_area", "一方区域", "Its area", Text),
        ("b", "另一方", "The other", Record),
        ("b_area", "另一方区域", "Its area", Text),
        ("across", "跨社区", "Across communities", Coded),
        ("why", "理由", "Why", Coded),
        ("id_number", "身份号码", "Identity number", Text),
        ("decide", "认定方法", "How to decide", Text),
    ],
    rows,
};

const CERTAIN: (&str, &str, &str) = ("certain", "应为同一", "Certain");
const STRONG: (&str, &str, &str) = ("strong", "很可能", "Very likely");
const LIKELY: (&str, &str, &str) = ("likely", "可能", "Likely");

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let standing = decision::standing(&alike::decisions(scope.conn)?);
    let mut rows = persons(scope, &standing)?;
    rows.extend(matters(scope, &standing)?);
    Ok(rows)
}

fn persons(scope: &Scope<'_>, standing: &Standing) -> Result<Vec<ReportRow>> {
    let mut pairs = alike::persons(scope.conn, scope.area, standing)?;
    // The surest first.
    pairs.sort_by_key(|pair| {
        let found = &pair.likeness;
        std::cmp::Reverse((found.grade, found.score))
    });
    let mut rows = Vec::new();
    for pair in pairs {
        let found = &pair.likeness;
        let grade = match found.grade {
            Grade::Certain => CERTAIN,
            Grade::Strong => STRONG,
            Grade::Likely => LIKELY,
        };
        let why = |text: fn(Why) -> &'static str, between: &str| {
            let words: Vec<&str> = found.why.iter().map(|why| text(*why)).collect();
            words.join(between)
        };
        let [a, b] = &pair.sides;
        // The number is compared whole and shown masked, and only where it is one.
        let same_number = found.why.contains(&Why::Number);
        let number = same_number.then(|| mask::mask_id_number(&a.id_number));
        let cells = Cells::default()
            .coded(word("person", "人员", "Person"))
            .coded(named(grade))
            .number(found.score.into())
            .record(a.id, &scope.title(&a.id.to_string())?)
            .text(&a.area)
            .record(b.id, &scope.title(&b.id.to_string())?)
            .text(&b.area)
            .coded(across(&a.area, &b.area))
            .coded(word("", &why(Why::zh, "，"), &why(Why::en, ", ")))
            .text(number.unwrap_or_default())
            .text(decide(&a.id.to_string(), &b.id.to_string()));
        rows.push(cells.row());
    }
    Ok(rows)
}

fn matters(scope: &Scope<'_>, standing: &Standing) -> Result<Vec<ReportRow>> {
    let mut rows = Vec::new();
    for pair in alike::matters(scope.conn, scope.area, standing)? {
        let found = &pair.likeness;
        let zh: Vec<String> = found.why.iter().map(matter::Why::zh).collect();
        let en: Vec<String> = found.why.iter().map(matter::Why::en).collect();
        let [a_area, b_area] = &pair.sides;
        let (a, b) = (found.earlier, found.later);
        let cells = Cells::default()
            .coded(word("matter", "事件", "Matter"))
            .coded(named(LIKELY))
            .nothing()
            .record(a, &scope.title(&a.to_string())?)
            .text(a_area)
            .record(b, &scope.title(&b.to_string())?)
            .text(b_area)
            .coded(across(a_area, b_area))
            .coded(word("", &zh.join("，"), &en.join(", ")))
            .nothing()
            .text(decide(&a.to_string(), &b.to_string()));
        rows.push(cells.row());
    }
    Ok(rows)
}

/// Whether two areas lie in two communities.
fn across(a: &str, b: &str) -> crate::rows::Coded {
    const COMMUNITY: usize = 12;
    yes_no(a.get(..COMMUNITY) != b.get(..COMMUNITY))
}

/// The words after `wangge … record` that decide.
fn decide(a: &str, b: &str) -> String {
    format!("new same sort=same a={a} b={b}")
}
