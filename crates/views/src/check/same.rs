//! Persons and matters that may be one, unless somebody has decided about them.

use wangge_rules::finding::Finding;
use wangge_rules::likeness::person::{Grade, Why};
use wangge_rules::likeness::{decision, matter};

use super::{Scope, row};
use crate::alike;
use crate::error::Result;
use crate::rows::FindingRow;

pub(super) fn check(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let decisions = alike::decisions(scope.conn)?;
    let standing = decision::standing(&decisions);
    let mut found: Vec<FindingRow> = decision::groups(&decisions)
        .1
        .into_iter()
        .map(row)
        .collect();
    found.extend(persons(scope, &standing)?);
    found.extend(matters(scope, &standing)?);
    Ok(found)
}

fn persons(scope: &Scope<'_>, standing: &alike::Standing) -> Result<Vec<FindingRow>> {
    let pairs = alike::persons(scope.conn, scope.area, standing)?;
    let found = pairs.into_iter().map(|pair| {
        let pair = pair.likeness;
        let why = |text: fn(Why) -> &'static str, between: &str| {
            let words: Vec<&str> = pair.why.iter().map(|why| text(*why)).collect();
            words.join(between)
        };
        let (code, sure_zh, sure_en) = match pair.grade {
            Grade::Certain => ("same.person_certain", "应为同一人", "one person"),
            Grade::Strong => ("same.person", "很可能为同一人", "very likely one person"),
            Grade::Likely => ("same.person_likely", "可能为同一人", "maybe one person"),
        };
        let zh = format!("{sure_zh}：{}", why(Why::zh, "，"));
        let en = format!("{sure_en}: {}", why(Why::en, ", "));
        row(Finding::soft(code, zh, en).about([pair.a, pair.b]))
    });
    Ok(found.collect())
}

fn matters(scope: &Scope<'_>, standing: &alike::Standing) -> Result<Vec<FindingRow>> {
    let pairs = alike::matters(scope.conn, scope.area, standing)?;
    let found = pairs.into_iter().map(|pair| {
        let pair = pair.likeness;
        let zh: Vec<String> = pair.why.iter().map(matter::Why::zh).collect();
        let en: Vec<String> = pair.why.iter().map(matter::Why::en).collect();
        let (zh, en) = (
            format!("可能为同一事件：{}", zh.join("，")),
            format!("maybe one matter: {}", en.join(", ")),
        );
        row(Finding::soft("same.matter", zh, en).about([pair.earlier, pair.later]))
    });
    Ok(found.collect())
}
