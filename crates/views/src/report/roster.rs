//! Who the members are, and how they come and go (R31, R35, R44, R48).

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::kind::Level;
use wangge_model::time::Date;
use wangge_rules::people::roster::{Employment, Member, Roster, figures, vacant_days};

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::{Land, People};
use crate::rows::CellForm::{Coded, Count, Share, Text};
use crate::rows::{Coded as Word, ReportRow};
use crate::text::{self, word};

pub(super) const SHEET: Sheet = Sheet {
    name: "roster",
    label: ("网格人员构成", "Who the members are"),
    tells: (
        "网格人员按用工类型、来源、学历、政治面貌的构成，期末占比与期初人数（看趋势）；各下级区域的专职占比",
        "members by employment, source, education and affiliation: share at the period's end, number at its beginning; and the share of full-time ones in each area below",
    ),
    about: None,
    columns: &[
        ("by", "构成", "By", Coded),
        ("code", "类别", "Class", Coded),
        ("at_start", "期初人数", "At the start", Count),
        ("at_end", "期末人数", "At the end", Count),
        ("share", "期末占比", "Share at the end", Share),
    ],
    rows,
};

pub(super) const TURNOVER: Sheet = Sheet {
    name: "turnover",
    label: ("人员流动", "Turnover"),
    tells: (
        "本区域及各下级区域：期初、到岗、离岗、期末人数，流失率（离岗数占期初期末平均人数），在岗天数中位数，空岗天数",
        "of the area and each below: members at the start, who came, who left, at the end; turnover of the mean of both ends; median days in post; vacant days",
    ),
    about: None,
    columns: &[
        ("area", "区域", "Area", Text),
        ("at_start", "期初人数", "At the start", Count),
        ("joined", "到岗", "Came", Count),
        ("left", "离岗", "Left", Count),
        ("at_end", "期末人数", "At the end", Count),
        ("turnover", "流失率", "Turnover", Share),
        (
            "tenure_days",
            "在岗天数中位数",
            "Median days in post",
            Count,
        ),
        (
            "leavers_days",
            "离岗者在岗天数中位数",
            "Median days of who left",
            Count,
        ),
        ("vacant_days", "空岗天数", "Vacant days", Count),
    ],
    rows: turnover,
};

/// By what members are told apart: the key of their records and its list, and what it is called.
const BY: [(&str, &str, &str, &str); 4] = [
    ("employment", "employment", "用工类型", "Employment"),
    ("source", "member_source", "来源", "Source"),
    ("education", "education", "学历", "Education"),
    ("politics", "politics", "政治面貌", "Affiliation"),
];

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let people = People::load(scope.conn, scope.area)?;
    let (start, end) = (scope.before(), scope.on());
    let there = |on: Date| people.members.iter().filter(move |member| member.there(on));
    let total = many(there(end).count());
    let mut rows = Vec::new();
    for (key, list, zh, en) in BY {
        let mut groups: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for member in there(start) {
            groups.entry(people.text(member.id, key)).or_default().0 += 1;
        }
        for member in there(end) {
            groups.entry(people.text(member.id, key)).or_default().1 += 1;
        }
        for (code, (was, is)) in groups {
            let cells = Cells::default()
                .coded(word(key, zh, en))
                .coded(class(list, code));
            rows.push(cells.number(was).number(is).share(is, total).row());
        }
    }
    for area in below(scope, &people.members, &people) {
        let of: Vec<Member> = inside(&people, &area);
        let (was, is) = (figures(&of, start, start), figures(&of, end, end));
        let full_time = |figures: &Roster| {
            let count = figures.by_employment.get(&Employment::FullTime);
            i64::from(count.copied().unwrap_or_default())
        };
        let cells = Cells::default()
            .coded(word("full_time", "各区域专职", "Full-time by area"))
            .coded(word(&area, &area, &area));
        let (was, n) = (full_time(&was), full_time(&is));
        rows.push(cells.number(was).number(n).share(n, is.at_end.into()).row());
    }
    Ok(rows)
}

fn many(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn class(list: &str, code: &str) -> Word {
    text::coded(list, code).unwrap_or_else(|| word("", "未登记", "Not on record"))
}

/// The members whose records lie in an area.
fn inside(people: &People, area: &str) -> Vec<Member> {
    let here = |member: &&Member| {
        people
            .row(member.id)
            .is_some_and(|row| row.area.starts_with(area))
    };
    people.members.iter().filter(here).cloned().collect()
}

/// The areas one level below that have members.
fn below(scope: &Scope<'_>, members: &[Member], people: &People) -> BTreeSet<String> {
    let lengths = [
        Level::County,
        Level::Township,
        Level::Community,
        Level::Grid,
    ]
    .map(Level::digits);
    let place = scope.place().ok().flatten();
    let own = place.map_or(0, |place| place.as_str().len());
    let Some(length) = lengths.into_iter().find(|length| own < *length) else {
        return BTreeSet::new();
    };
    let areas = members
        .iter()
        .filter_map(|member| people.row(member.id)?.area.get(..length));
    areas.map(str::to_owned).collect()
}

fn turnover(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let people = People::load(scope.conn, scope.area)?;
    let land = Land::load(scope.conn, scope.area, scope.on())?;
    let on = scope.on();
    let division = land.division(on);
    let mut areas = below(scope, &people.members, &people);
    let grids: Vec<_> = division
        .grids()
        .map(|grid| (&grid.code, grid.valid.from))
        .collect();
    areas.insert(scope.area.to_owned());
    let rows = areas.into_iter().map(|area| {
        let of = figures(&inside(&people, &area), scope.from, on);
        let own = grids
            .iter()
            .filter(|(code, _)| code.as_str().starts_with(&area));
        let vacant: i64 = own
            .map(|(code, from)| {
                let from = scope.from.max(from.unwrap_or(scope.from));
                i64::from(vacant_days(code, &people.posts, from, on))
            })
            .sum();
        let days = |days: Option<u32>| days.map(i64::from);
        Cells::default()
            .text(area)
            .number(of.at_start.into())
            .number(of.joined.into())
            .number(of.left.into())
            .number(of.at_end.into())
            .share(
                i64::from(of.left).saturating_mul(2),
                i64::from(of.at_start).saturating_add(of.at_end.into()),
            )
            .count(days(of.tenure_days_median))
            .count(days(of.leavers_days_median))
            .number(vacant)
            .row()
    });
    Ok(rows.collect())
}
