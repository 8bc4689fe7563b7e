//! One matter that many reported: the reports that were found to be it or merged into it, and how many stand behind it (R40g, R90).

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_rules::matter::{self, MatterState, Stage, family};

use super::reading::day_of;
use super::{Cells, Scope, Sheet};
use crate::alike;
use crate::error::{Doing, Result};
use crate::rows::CellForm::{Coded, Count, Date, Record, Text};
use crate::rows::ReportRow;
use crate::source;
use crate::stage;
use crate::text::{self, word};
use crate::values::Values;

pub(super) const SHEET: Sheet = Sheet {
    name: "supporters",
    label: ("同一事件的多人反映", "Reported by many"),
    tells: (
        "与该事件同一或并入该事件的各次反映,及合计反映和附议人数",
        "the reports of the same matter, found the same or merged, and how many stand behind it together",
    ),
    about: Some(Kind::MATTER),
    columns: &[
        ("matter", "事件", "Matter", Record),
        ("part", "关系", "Part", Coded),
        ("area", "区域", "Area", Text),
        ("source", "数据来源", "Source", Coded),
        ("reported", "上报日期", "Reported on", Date),
        ("stage", "阶段", "Stage", Coded),
        ("supporters", "附议人数", "Supporters", Count),
        ("votes", "点赞数", "Votes at the source", Count),
        ("together", "合计反映和附议", "Behind it together", Count),
    ],
    rows,
};

const DOING: &str = "reading merged matters";

struct One {
    id: RecordId,
    area: String,
    source: String,
    votes: i64,
    state: MatterState,
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let Some(about) = scope.about else {
        return Ok(Vec::new());
    };
    let mut family: BTreeSet<RecordId> = alike::group(scope.conn, about)?.into_iter().collect();
    family.extend(merged_with(scope, &family)?);
    let mut all = Vec::new();
    for id in family {
        if let Some(head) = source::head(scope.conn, id)? {
            all.push(read(scope, id, head.area.as_str())?);
        }
    }
    // The first report leads, unless it was merged into another.
    all.sort_by_key(|one| {
        (
            one.state.merged_into.is_some(),
            one.state.at.reported,
            one.id,
        )
    });
    let others = all.iter().skip(1).map(|one| &one.state);
    let together = all
        .first()
        .map_or(0, |lead| family::supporters(&lead.state, others));
    let mut rows = Vec::new();
    for (place, one) in all.iter().enumerate() {
        let lead = place == 0;
        let part = match (lead, one.state.merged_into) {
            (true, _) => word("lead", "主件", "Leads"),
            (_, Some(_)) => word("merged", "并案", "Merged"),
            _ => word("same", "认定同一", "Found the same"),
        };
        let cells = Cells::default()
            .record(one.id, &scope.title(&one.id.to_string())?)
            .coded(part)
            .text(&one.area)
            .coded(text::coded_or("source", &one.source))
            .date(day_of(one.state.at.reported))
            .coded(stage::coded(one.state.stage.word()))
            .number(one.state.supporters.into())
            .number(one.votes);
        let cells = if lead {
            cells.number(together.into())
        } else {
            cells.nothing()
        };
        rows.push(cells.row());
    }
    Ok(rows)
}

fn read(scope: &Scope<'_>, id: RecordId, area: &str) -> Result<One> {
    let content = scope.open(id)?;
    let values = Values(&content.facets);
    let open = content.facets.get(&Facet::Open);
    Ok(One {
        id,
        area: area.to_owned(),
        source: values.text("source").to_owned(),
        votes: values.int("supports").unwrap_or_default(),
        state: open.map(matter::fold).unwrap_or_default(),
    })
}

/// The matters whose logs say that they are dealt with in one of these, or in one and the same as one of these.
fn merged_with(scope: &Scope<'_>, these: &BTreeSet<RecordId>) -> Result<Vec<RecordId>> {
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT r.record FROM view_matter m JOIN view_record r ON r.id = m.id WHERE m.stage = ?1 ORDER BY r.record",
        )
        .doing(DOING)?;
    let found = statement
        .query_map([Stage::Merged.word()], |row| row.get::<_, Vec<u8>>(0))
        .doing(DOING)?;
    let mut merged = BTreeMap::new();
    for record in found {
        let record = record.doing(DOING)?;
        let id = source::record_id(&record, DOING)?;
        let content = scope.open(id)?;
        let state = content.facets.get(&Facet::Open).map(matter::fold);
        if let Some(into) = state.and_then(|state| state.merged_into) {
            merged.insert(id, into);
        }
    }
    let leads = family::leads(&merged);
    let lead_of = |id: &RecordId| leads.get(id).copied().unwrap_or(*id);
    let wanted: BTreeSet<RecordId> = these.iter().map(lead_of).collect();
    let members = leads
        .iter()
        .filter(|(_, lead)| wanted.contains(lead))
        .flat_map(|(id, lead)| [*id, *lead]);
    Ok(members.collect())
}
