//! What a reporter may see of their matter: their own words, where it stands in plain words, and the answers; nothing of others (R40i, R85).

use wangge_model::kind::{Facet, Kind};
use wangge_model::time::Ms;
use wangge_rules::matter::{self, Params};
use wangge_rules::voice;

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::rows::CellForm::{Coded, Text};
use crate::rows::ReportRow;
use crate::text::named;
use crate::values::Values;

pub(super) const SHEET: Sheet = Sheet {
    name: "track",
    label: ("办理进度查询", "Where a report stands"),
    tells: (
        "供反映人查看:编号、原话、各环节的通俗说法和时间、答复内容;不含他人信息,可打印或转短信",
        "for the reporter: number, own words, each step in plain words and when, the answers; nothing of others, to be printed or sent",
    ),
    about: Some(Kind::MATTER),
    columns: &[
        ("at", "时间", "When", Text),
        ("step", "进度", "Step", Coded),
        ("says", "内容", "What is said", Text),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let Some(about) = scope.about else {
        return Ok(Vec::new());
    };
    let content = scope.open(about)?;
    let values = Values(&content.facets);
    let number = Some(values.text("number")).filter(|number| !number.is_empty());
    let number = number.unwrap_or_else(|| values.text("external_id"));
    let number = if number.is_empty() {
        about.to_string()
    } else {
        number.to_owned()
    };
    let mut words = values.text("description");
    if words.is_empty() {
        words = values.text("title");
    }
    let (entries, _) = content
        .facets
        .get(&Facet::Open)
        .map(matter::read_log)
        .unwrap_or_default();
    let (state, taken) = matter::trace(&entries, &Params::DEFAULT);
    let row = |at: Option<Ms>, step, says: &str| {
        Cells::default()
            .text(at.map(Ms::to_minutes).unwrap_or_default())
            .coded(named(step))
            .text(says)
            .row()
    };
    let mut rows = vec![
        row(None, ("number", "事件编号", "Number"), &number),
        row(
            state.at.reported,
            ("words", "您的原话", "Your words"),
            words,
        ),
    ];
    let standing = entries
        .iter()
        .zip(&taken)
        .filter(|(_, taken)| taken.void.is_none());
    for (entry, _) in standing {
        let step = entry.step.kind;
        let Some((zh, en)) = voice::told(step) else {
            continue;
        };
        let says = if voice::says_why(step) {
            entry.step.note.as_str()
        } else {
            ""
        };
        rows.push(row(Some(entry.step.at_ms), (step.word(), zh, en), says));
    }
    let reply = values.text("reply");
    if !reply.is_empty() {
        let at = values.int("replied_ms").map(Ms).or(state.at.replied);
        rows.push(row(at, ("answer", "答复意见", "The answer"), reply));
    }
    Ok(rows)
}
