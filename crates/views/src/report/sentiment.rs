//! What people talk about: topics, heat, mood, which way it goes, and how risky it is (R76).

use std::collections::BTreeMap;

use wangge_model::kind::Kind;
use wangge_model::time::{Date as Day, Ms};
use wangge_rules::voice;

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::Row;
use crate::rows::CellForm::{Coded, Count, Share, Text};
use crate::rows::ReportRow;
use crate::text;

pub(super) const SHEET: Sheet = Sheet {
    name: "sentiment",
    label: ("社情民意分析", "What people say"),
    tells: (
        "时段内各主题的条数、热度、与上一时段相比的趋势、负面情绪占比、最高风险等级、已转为事件的",
        "of each topic in the period: entries, heat, trend against the period before, share of bad moods, highest risk, matters made of it",
    ),
    about: None,
    columns: &[
        ("topic", "主题", "Topic", Text),
        ("entries", "条数", "Entries", Count),
        ("heat", "热度", "Heat", Count),
        ("before", "上一时段热度", "Heat before", Count),
        ("trend", "趋势", "Trend", Coded),
        ("negative", "负面情绪", "Bad moods", Share),
        ("risk", "风险等级", "Risk", Coded),
        ("matters", "转为事件", "Made a matter", Count),
    ],
    rows,
};

/// The codes of `risk`, from the least.
const RISKS: [&str; 4] = ["", "low", "medium", "high"];

#[derive(Default)]
struct Sums {
    entries: i64,
    heat: i64,
    before: i64,
    negative: i64,
    risk: usize,
    matters: i64,
}

impl Sums {
    fn add(&mut self, row: &Row) {
        self.entries += 1;
        self.heat = self.heat.saturating_add(heat(row));
        self.negative += i64::from(matches!(row.text("mood"), "worried" | "angry"));
        self.matters += i64::from(!row.text("matter").is_empty());
        let risk = RISKS.iter().position(|risk| *risk == row.text("risk"));
        self.risk = self.risk.max(risk.unwrap_or_default());
    }
}

/// How often it was mentioned: once at least, or it would not stand here.
fn heat(row: &Row) -> i64 {
    row.int("heat").unwrap_or(1)
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let (from, until) = (scope.from.start(), scope.until.start());
    let before = Ms(from.0.saturating_sub(until.0.saturating_sub(from.0)));
    let mut topics: BTreeMap<String, Sums> = BTreeMap::new();
    for row in scope.ledger(Kind::SENTIMENT)? {
        let at = row.read("heard").map_or_else(|| row.at(), Day::start);
        if scope.covers(at) {
            topics
                .entry(row.text("topic").to_owned())
                .or_default()
                .add(&row);
        } else if before <= at && at < from {
            let sums = topics.entry(row.text("topic").to_owned()).or_default();
            sums.before = sums.before.saturating_add(heat(&row));
        }
    }
    let mut topics: Vec<_> = topics.into_iter().collect();
    // The riskiest first, then the hottest.
    topics.sort_by(|a, b| {
        (b.1.risk, b.1.heat)
            .cmp(&(a.1.risk, a.1.heat))
            .then_with(|| a.0.cmp(&b.0))
    });
    let row = |(topic, sums): (String, Sums)| {
        let risk = RISKS.get(sums.risk).copied().unwrap_or_default();
        Cells::default()
            .text(topic)
            .number(sums.entries)
            .number(sums.heat)
            .number(sums.before)
            .coded(text::coded_or(
                "trend",
                voice::trend(sums.heat, sums.before).word(),
            ))
            .share(sums.negative, sums.entries)
            .coded(text::coded_or("risk", risk))
            .number(sums.matters)
            .row()
    };
    Ok(topics.into_iter().map(row).collect())
}
