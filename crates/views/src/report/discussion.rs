//! Everything said about a matter: remarks, opinions, deliberations and their minutes, in the order of time (R15, R86, R89).

use wangge_model::kind::{Facet, Kind};
use wangge_model::step::StepKind;
use wangge_model::time::{Date as Day, Ms};

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::{self, Row};
use crate::rows::CellForm::{Coded, Text};
use crate::rows::ReportRow;
use crate::stage;
use crate::text;
use crate::text::named;
use crate::values::Values;

pub(super) const SHEET: Sheet = Sheet {
    name: "discussion",
    label: ("事件讨论", "What is said about a matter"),
    tells: (
        "该事件的备注、答复、各方意见、议事及会议结论,按时间排列",
        "remarks, answers, opinions of all parties, deliberations and their minutes, in the order of time",
    ),
    about: Some(Kind::MATTER),
    columns: &[
        ("at", "时间", "When", Text),
        ("sort", "形式", "Form", Coded),
        ("who", "发表人", "Who", Text),
        ("capacity", "身份", "Capacity", Coded),
        ("says", "内容", "What is said", Text),
    ],
    rows,
};

struct Said {
    at: Ms,
    sort: (&'static str, &'static str, &'static str),
    who: String,
    capacity: String,
    says: String,
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let Some(about) = scope.about else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    let content = scope.open(about)?;
    if let Some(open) = content.facets.get(&Facet::Open) {
        let log = stage::log(scope.conn, about, open)?.into_iter();
        let spoken = |code: &str| {
            [StepKind::Remark, StepKind::Reply, StepKind::Answer]
                .iter()
                .any(|kind| kind.word() == code)
        };
        all.extend(log.filter(|step| spoken(&step.step.code)).map(|step| Said {
            at: Ms(step.at_ms),
            sort: ("log", "办理留言", "In the log"),
            who: step.by.name,
            capacity: String::new(),
            says: step.note,
        }));
    }
    opinions(scope, about, &mut all)?;
    for row in ground::naming(scope.conn, Kind::DELIBERATION, "", ("matter", about))? {
        all.push(minutes(scope, &row)?);
        opinions(scope, row.id, &mut all)?;
    }
    all.sort_by_key(|said| said.at);
    let row = |said: Said| {
        Cells::default()
            .text(said.at.to_minutes())
            .coded(named(said.sort))
            .text(said.who)
            .coded(text::coded_or("participant", &said.capacity))
            .text(said.says)
            .row()
    };
    Ok(all.into_iter().map(row).collect())
}

fn opinions(scope: &Scope<'_>, on: wangge_model::id::RecordId, all: &mut Vec<Said>) -> Result<()> {
    for row in ground::naming(scope.conn, Kind::OPINION, "", ("deliberation", on))? {
        let content = scope.open(row.id)?;
        let vote = text::coded_or("vote", row.text("vote")).zh;
        let words = Values(&content.facets).text("text");
        let says = [vote.as_str(), words].join(" ").trim().to_owned();
        all.push(Said {
            at: row.at(),
            sort: ("opinion", "意见", "Opinion"),
            who: row.text("who").to_owned(),
            capacity: row.text("capacity").to_owned(),
            says,
        });
    }
    Ok(())
}

/// A deliberation: its question, and what was concluded.
fn minutes(scope: &Scope<'_>, row: &Row) -> Result<Said> {
    let content = scope.open(row.id)?;
    let result = Values(&content.facets).text("result");
    let held = row.read::<Day>("held").map(Day::start);
    let state = text::coded_or("deliberation_state", row.text("state")).zh;
    let says = [row.text("title"), state.as_str(), result].join(" ");
    Ok(Said {
        at: held.unwrap_or_else(|| row.at()),
        sort: ("minutes", "议事纪要", "Minutes"),
        who: String::new(),
        capacity: String::new(),
        says: says.trim().to_owned(),
    })
}
