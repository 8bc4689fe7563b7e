//! Where a matter stands, as its detail shows it.

use rusqlite::Connection;
use wangge_model::codes;
use wangge_model::doc::Fields;
use wangge_model::kind::Level;
use wangge_model::step::{Flow, Part, StepDetail};
use wangge_model::time::Ms;
use wangge_rules::matter::phase::Phase;
use wangge_rules::matter::{self, Holder, MatterState, PartStage, PartState};

use crate::error::Result;
use crate::rows::{Coded, DetailRow, HeldByRow, Label, PartRow, PhaseRow, Standing};
use crate::source;
use crate::text::{self, word};

/// Where a matter stands, by its open facet.
pub(crate) fn standing(conn: &Connection, open: &Fields) -> Result<Standing> {
    let state = matter::fold(open);
    let waiting = state.summons.iter().filter(|one| one.answered.is_none());
    Ok(Standing {
        flow: flow(state.flow),
        urgent: state.is_urgent(),
        held_by: held_by(conn, &state)?,
        passed_up: state.passed_up,
        judged: state.is_judged(),
        phases: phases(conn, &state)?,
        parts: state.parts.iter().map(part).collect(),
        returns: state.round_returns,
        reworks: state.reworks,
        reopens: state.reopens,
        supporters: state.supporters,
        unanswered: count(waiting.count()),
        disputed: count(state.disputed.len()),
    })
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn flow(flow: Option<Flow>) -> Coded {
    flow.map_or_else(
        || word("ordinary", "普通", "Ordinary"),
        |flow| word(flow.word(), flow.zh(), flow.en()),
    )
}

fn held_by(conn: &Connection, state: &MatterState) -> Result<Option<HeldByRow>> {
    let row = |sort: &str, name: String, shown: Label| HeldByRow {
        sort: sort.to_owned(),
        name,
        shown,
    };
    Ok(match state.held_by() {
        None => None,
        Some(Holder::Unit(unit)) => Some(row("unit", unit.clone(), Label::same(&unit))),
        Some(Holder::Member(member)) => {
            let name = source::member(conn, member)?.name;
            Some(row("member", name.clone(), Label::same(&name)))
        }
        Some(Holder::Level(level)) => {
            let word = Level::word(level).to_owned();
            Some(row("level", word, Label::new(level.zh(), level.en())))
        }
    })
}

fn phases(conn: &Connection, state: &MatterState) -> Result<Vec<PhaseRow>> {
    let row = |phase: &Phase| {
        let told = state.phases.of(*phase);
        let last = told.last.as_ref();
        Ok(PhaseRow {
            phase: word(phase.word(), phase.zh(), phase.en()),
            since_ms: told.first.as_ref().map(|mark| mark.at.0),
            at_ms: last.map(|mark| mark.at.0),
            by: last.map(|mark| source::member(conn, mark.by)).transpose()?,
            result: last.map(|mark| text::step_coded(mark.kind)),
        })
    };
    Phase::ALL.iter().map(row).collect()
}

fn part(part: &PartState) -> PartRow {
    let state = match part.stage {
        PartStage::Open => word("open", "在办", "Open"),
        PartStage::Done => word("done", "已办", "Done"),
        PartStage::Returned => word("returned", "已退回", "Returned"),
        PartStage::Released => word("released", "已解除", "Released"),
    };
    PartRow {
        entry: part.entry.clone(),
        to: part.to.clone(),
        lead: part.part == Part::Lead,
        state,
        since_ms: part.at.0,
        done_ms: part.done.map(|(_, at)| at.0),
    }
}

/// What a step says besides, for people.
pub(crate) fn details(detail: &StepDetail) -> Vec<DetailRow> {
    let row = |(key, value): (&str, String)| {
        let (zh, en) = StepDetail::name(key);
        DetailRow {
            shown: shown(key, &value),
            key: key.to_owned(),
            label: Label::new(zh, en),
            value,
        }
    };
    detail.told().into_iter().map(row).collect()
}

fn shown(key: &str, value: &str) -> Label {
    let level = || value.parse::<Level>().ok();
    let flow = || value.parse::<Flow>().ok();
    let reason = || codes::list("return_reason").and_then(|list| list.code(value));
    match key {
        "flow" => flow().map(|flow| Label::new(flow.zh(), flow.en())),
        "level" | "solved_at" => level().map(|level| Label::new(level.zh(), level.en())),
        "reason" => reason().map(|code| Label::new(code.zh, code.en)),
        "urgent" if value == "true" => Some(Label::new("是", "yes")),
        "urgent" => Some(Label::new("否", "no")),
        "due_ms" | "until_ms" => value
            .parse()
            .ok()
            .map(|ms| Label::same(Ms(ms).to_rfc3339())),
        _ => None,
    }
    .unwrap_or_else(|| Label::same(value))
}
