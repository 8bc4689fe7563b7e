//! How often each member used the rights that go with the work (R28: «responsibilities and no rights»).

use std::collections::BTreeMap;

use super::{Cells, Scope, Sheet, sums};
use crate::error::Result;
use crate::rows::CellForm::{Count, Text};
use crate::rows::ReportRow;
use crate::source;
use crate::sums::word;

pub(super) const SHEET: Sheet = Sheet {
    name: "rights_used",
    label: ("权利行使统计", "Rights used"),
    tells: (
        "期内上报的事件中,各成员行使吹哨、异议、研判、确认、不认可、评价等权利的次数",
        "for each member, how often each right was used in the matters reported in the period",
    ),
    about: None,
    columns: &[
        ("member", "成员", "Member", Text),
        ("whistle", "吹哨", "Summons", Count),
        ("object", "对退回提出异议", "Objections", Count),
        ("judge", "参与研判", "Judgements", Count),
        ("confirm", "确认办结", "Confirmations", Count),
        ("refuse", "不认可办结", "Refusals", Count),
        ("rate", "评价部门", "Ratings", Count),
        ("total", "合计", "In all", Count),
    ],
    rows,
};

const RIGHTS: [&str; 6] = ["whistle", "object", "judge", "confirm", "refuse", "rate"];

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut members: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for (split, n) in sums(scope, word::RIGHT_BY)? {
        // The split is the member's id and the right's word.
        let Some((member, right)) = split.split_once(' ') else {
            continue;
        };
        let uses = members.entry(member.to_owned()).or_default();
        uses.insert(right.to_owned(), n);
    }
    let row = |(member, uses): (String, BTreeMap<String, i64>)| {
        let name = match member.parse() {
            Ok(id) => source::member(scope.conn, id)?.name,
            Err(_) => String::new(),
        };
        let cells = Cells::default().text(if name.is_empty() { member } else { name });
        let uses_of = |right: &str| uses.get(right).copied().unwrap_or_default();
        let cells = RIGHTS
            .iter()
            .fold(cells, |cells, right| cells.number(uses_of(right)));
        let total = uses.values().copied().fold(0, i64::saturating_add);
        Ok(cells.number(total).row())
    };
    members.into_iter().map(row).collect()
}
