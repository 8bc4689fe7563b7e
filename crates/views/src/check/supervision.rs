//! What supervision would find: plans and campaigns that mean nothing, defects left, orders and corrections that are late, reviews by who
//! disposed, ratings that a call-back contradicts, anonymous answers with a name.

use std::collections::BTreeMap;

use wangge_model::id::{MemberId, RecordId};
use wangge_model::kind::{Facet, Kind};
use wangge_model::time::{Date, Ms};
use wangge_rules::finding::Finding;
use wangge_rules::matter;
use wangge_rules::voice::{self, Said};

use super::{Scope, row};
use crate::error::{Result, ViewsError};
use crate::ground::{self, Row};
use crate::rows::FindingRow;
use crate::source;
use crate::targets;
use crate::values::Values;

pub(super) fn check(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let mut found = conditions(scope)?;
    found.extend(defects(scope)?);
    found.extend(orders(scope)?);
    found.extend(corrections(scope)?);
    found.extend(reviews(scope)?);
    found.extend(ratings(scope)?);
    found.extend(surveys(scope)?);
    Ok(found.into_iter().map(row).collect())
}

fn ledger(scope: &Scope<'_>, kind: Kind) -> Result<Vec<Row>> {
    ground::rows(scope.conn, kind, scope.area)
}

/// Campaigns and inspection plans whose kind of target or condition means nothing.
fn conditions(scope: &Scope<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for kind in [Kind::CAMPAIGN, Kind::PLAN] {
        for row in ledger(scope, kind)? {
            if kind == Kind::PLAN && row.text("sort") != "inspection" {
                continue;
            }
            match targets::mean(scope.conn, row.id) {
                Ok(()) => {}
                Err(ViewsError::Question { .. }) => found.push(
                    Finding::hard(
                        "targets.condition",
                        "对象种类或对象条件无法识别，无法列出排查对象",
                        "the kind or condition of the targets means nothing: nobody can be listed",
                    )
                    .about([row.id]),
                ),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(found)
}

/// Defects that an inspection found and nobody made a matter of.
fn defects(scope: &Scope<'_>) -> Result<Vec<Finding>> {
    let rows = ledger(scope, Kind::INSPECTION)?;
    let left = |row: &&Row| row.truth("passed") == Some(false) && row.text("matter").is_empty();
    let found = rows.iter().filter(left).map(|row| {
        let zh = "巡查不合格，尚未转为事件";
        let en = "an inspection found a defect, and nobody made a matter of it";
        Finding::soft("inspection.defect_left", zh, en).about([row.id])
    });
    Ok(found.collect())
}

/// Orders whose answer is late.
fn orders(scope: &Scope<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for order in ledger(scope, Kind::ORDER)? {
        let late = order.int("due_ms").is_some_and(|due| due < scope.now.0);
        if !late || order.truth("withdrawn") == Some(true) {
            continue;
        }
        let answers = ground::naming(scope.conn, Kind::ANSWER, "", ("order", order.id))?;
        let settles = |row: &Row| matches!(row.text("state"), "accepted" | "done" | "objected");
        if !answers.iter().any(settles) {
            let zh = "指令逾期未答复";
            let en = "nobody has answered the order, and it is due";
            found.push(Finding::soft("order.late", zh, en).about([order.id]));
        }
    }
    Ok(found)
}

/// Corrective actions that are late, or whose effect nobody checked.
fn corrections(scope: &Scope<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for row in ledger(scope, Kind::CORRECTION)? {
        let (due, done) = (row.read::<Date>("due"), row.read::<Date>("done"));
        if done.is_none() && due.is_some_and(|due| due < scope.on) {
            let zh = "整改逾期";
            let en = "the corrective action is late";
            found.push(Finding::soft("correction.late", zh, en).about([row.id]));
        }
        if done.is_some() {
            let content = source::content(scope.conn, row.id)?;
            if Values(&content.facets).text("checked").is_empty() {
                let zh = "整改已完成，效果尚未检查";
                let en = "the corrective action is done, and nobody has checked its effect";
                found.push(Finding::soft("correction.unchecked", zh, en).about([row.id]));
            }
        }
    }
    Ok(found)
}

/// Reviews by who disposed of the matter.
fn reviews(scope: &Scope<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for row in ledger(scope, Kind::REVIEW)? {
        let Some(reviewed) = row.read::<RecordId>("matter") else {
            continue;
        };
        let content = source::content(scope.conn, reviewed)?;
        let state = content.facets.get(&Facet::Open).map(matter::fold);
        let disposed = state.map(|state| state.disposed_by).unwrap_or_default();
        let author = source::latest(scope.conn, row.id)?.and_then(|latest| latest.2);
        let author = author.and_then(|author| MemberId::try_from(author.as_slice()).ok());
        if author.is_some_and(|author| disposed.contains(&author)) {
            let zh = "复核人就是处置人，监督与处置应分离";
            let en = "who reviewed it disposed of it: supervision and disposal are to be in separate hands";
            found.push(Finding::hard("review.own_hands", zh, en).about([row.id, reviewed]));
        }
    }
    Ok(found)
}

/// Matters that were recorded as solved or satisfying, and on a call-back are not.
fn ratings(scope: &Scope<'_>) -> Result<Vec<Finding>> {
    let mut subjects: BTreeMap<RecordId, BTreeMap<bool, (Ms, Said)>> = BTreeMap::new();
    for row in ledger(scope, Kind::RATING)? {
        let Some(subject) = row.read("matter") else {
            continue;
        };
        let called = voice::asked_back(row.text("via"));
        let said = Said {
            solved: row.truth("solved"),
            satisfied: voice::satisfied(row.text("satisfied")),
        };
        let slot = subjects.entry(subject).or_default();
        let latest = slot.entry(called).or_insert((row.at(), said));
        if row.at() >= latest.0 {
            *latest = (row.at(), said);
        }
    }
    let contradicted = subjects.into_iter().filter(|(_, said)| {
        let both = said.get(&false).zip(said.get(&true));
        both.is_some_and(|(recorded, called)| voice::contradicts(recorded.1, called.1))
    });
    let found = contradicted.map(|(subject, _)| {
        let zh = "回访结果与原评价不符，请核实是否虚假结案";
        let en = "a call-back contradicts the rating: is it really solved?";
        Finding::soft("rating.contradicted", zh, en).about([subject])
    });
    Ok(found.collect())
}

/// Answers to anonymous surveys that name who gave them.
fn surveys(scope: &Scope<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for survey in ground::rows(scope.conn, Kind::SURVEY, "")? {
        if survey.truth("anonymous") != Some(true) {
            continue;
        }
        let key = ("survey", survey.id);
        for sheet in ground::naming(scope.conn, Kind::REPLY_SHEET, scope.area, key)? {
            if !sheet.text("respondent").is_empty() {
                let zh = "匿名问卷的答卷记有填写人，请清除";
                let en = "an answer to an anonymous survey names who gave it: clear the name";
                found.push(Finding::hard("survey.named", zh, en).about([sheet.id, survey.id]));
            }
        }
    }
    Ok(found)
}
