//! The party's organisation beside the grids (R70-R73), the roles of its members (R74), and its activities (R75).

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::codes;
use wangge_model::kind::Kind;
use wangge_model::time::Date as Day;
use wangge_rules::grids::party::{Ground, judge};
use wangge_rules::people::Office;

use super::verdict::{about, verdict};
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::{self, Land, People};
use crate::rows::CellForm::{Coded, Count, Date, Record, Share, Text};
use crate::rows::ReportRow;
use crate::text::{self, word};

pub(super) const SHEET: Sheet = Sheet {
    name: "party",
    label: ("网格党组织", "The party's organisation"),
    tells: (
        "社区党委、网格党支部、楼栋党小组、党员中心户四级及非公企业党支部：绑定何处、上级、负责人是否兼任网格长，以及不合规则之处",
        "the four levels and enterprise branches: bound to which territory, under which, whether the leader is the grid's chief, and what breaks a rule",
    ),
    about: None,
    columns: &[
        ("org", "党组织", "Organisation", Record),
        ("level", "层级", "Level", Coded),
        ("grid", "对应网格或社区", "Grid or community", Text),
        (
            "place",
            "对应楼栋、住户或单位",
            "Building, household or enterprise",
            Record,
        ),
        ("parent", "上级党组织", "Under", Record),
        ("leader", "负责人", "Leader", Record),
        ("chief", "兼任网格长", "Grid chief as well", Coded),
        ("members", "党员人数", "Members", Count),
        ("verdict", "结论", "Verdict", Coded),
        ("findings", "不合规则之处", "Findings", Coded),
    ],
    rows,
};

pub(super) const ROLES: Sheet = Sheet {
    name: "party_roles",
    label: ("党员先锋岗", "Roles of party members"),
    tells: (
        "信息员、宣传员、组织员、调解员各有几人，期内活动次数、时长、积分",
        "how many are informants, propagandists, organisers and mediators, and what each role did in the period",
    ),
    about: None,
    columns: &[
        ("role", "岗位", "Role", Coded),
        ("members", "人数", "Members", Count),
        ("active", "期内参加人数", "Active in the period", Count),
        ("activities", "活动次数", "Activities", Count),
        ("hours", "时长（小时）", "Hours", Count),
        ("points", "积分", "Points", Count),
    ],
    rows: roles,
};

pub(super) const ACTIVITIES: Sheet = Sheet {
    name: "party_activities",
    label: ("党建活动与网格任务", "Party activities and grid tasks"),
    tells: (
        "各项党建活动计划：所带网格任务完成多少、关联事件多少、参与人次与时长",
        "each plan of a party activity: how many of its grid tasks are done, how many belong to matters, how many took part and for how long",
    ),
    about: None,
    columns: &[
        ("plan", "活动计划", "Plan", Record),
        ("from", "开始", "From", Date),
        ("until", "结束", "Until", Date),
        ("tasks", "任务完成", "Tasks done", Share),
        ("matters", "关联事件", "Matters", Count),
        ("participations", "参与人次", "Participations", Count),
        ("hours", "时长（小时）", "Hours", Count),
    ],
    rows: activities,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let land = Land::load(scope.conn, scope.area, on)?;
    let division = land.division(on);
    let people = People::load(scope.conn, "")?;
    let orgs = ground::party(scope.conn, scope.area)?;
    let counts: BTreeMap<_, _> = ground::rows(scope.conn, Kind::PARTY_ORG, scope.area)?
        .into_iter()
        .map(|row| (row.id, row.int("members")))
        .collect();
    let findings = judge(&Ground {
        grids: &land.grids,
        division: &division,
        units: &land.units,
        posts: &people.posts,
        party: &orgs,
        on,
    });
    let title = |id| ground::title(scope.conn, id);
    let titled = |cells: Cells, id: Option<_>| -> Result<Cells> {
        let name = id.map(title).transpose()?.unwrap_or_default();
        Ok(cells.record_or(id, &name))
    };
    let chiefs: BTreeSet<_> = people
        .held(scope.area, on)
        .iter()
        .filter(|post| post.office == Office::Chief)
        .map(|post| (post.member, post.area.clone()))
        .collect();
    let mut rows = Vec::new();
    let mut told = BTreeSet::new();
    for org in orgs.iter().filter(|org| org.valid.holds(on)) {
        let found = about(&findings, org.id);
        told.insert(org.id);
        let chief = org.leader.zip(org.grid.clone());
        let chief = chief.is_some_and(|post| chiefs.contains(&post));
        let cells = Cells::default()
            .record(org.id, &title(org.id)?)
            .coded(text::coded_or("party_level", org.level.word()))
            .text(org.grid.as_ref().map_or("", |grid| grid.as_str()));
        let cells = titled(cells, org.building.or(org.household).or(org.organisation))?;
        let cells = titled(titled(cells, org.parent)?, org.leader)?;
        let cells = cells
            .coded(text::yes_no(chief))
            .count(counts.get(&org.id).copied().flatten());
        rows.push(cells.coded(verdict(&found)).findings(&found).row());
    }
    // A grid that comes into force without a branch has no organisation to stand beside.
    for finding in &findings {
        let Some(grid) = finding.ids.first().filter(|id| !told.contains(*id)) else {
            continue;
        };
        let one = std::slice::from_ref(finding);
        let cells = Cells::default().record(*grid, &title(*grid)?);
        let cells = cells
            .coded(super::subject::empty())
            .text("")
            .text("")
            .text("");
        let cells = cells.text("").coded(text::yes_no(false)).count(None);
        rows.push(cells.coded(verdict(one)).findings(one).row());
    }
    Ok(rows)
}

/// The participations of the period.
fn participations(scope: &Scope<'_>) -> Result<Vec<ground::Row>> {
    let mut rows = ground::rows(scope.conn, Kind::PARTICIPATION, scope.area)?;
    rows.retain(|row| {
        row.read::<Day>("on")
            .is_some_and(|on| scope.from <= on && on < scope.until)
    });
    Ok(rows)
}

fn sum<'a>(rows: impl Iterator<Item = &'a ground::Row>, key: &str) -> i64 {
    rows.filter_map(|row| row.int(key))
        .fold(0, i64::saturating_add)
}

fn many(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn roles(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let people = People::load(scope.conn, scope.area)?;
    let on = scope.on();
    let there: Vec<_> = people
        .members
        .iter()
        .filter(|member| member.there(on))
        .collect();
    let all = participations(scope)?;
    let list = codes::list("party_work").map_or(&[][..], |list| &list.codes);
    let rows = list.iter().map(|code| {
        let holds = there
            .iter()
            .filter(|member| people.text(member.id, "party_work") == code.code);
        let of = || all.iter().filter(|row| row.text("role") == code.code);
        let who = |row: &ground::Row| match row.text("member") {
            "" => row.title.clone(),
            member => member.to_owned(),
        };
        let active: BTreeSet<String> = of().map(who).collect();
        Cells::default()
            .coded(word(code.code, code.zh, code.en))
            .number(many(holds.count()))
            .number(many(active.len()))
            .number(many(of().count()))
            .number(sum(of(), "hours"))
            .number(sum(of(), "points"))
            .row()
    });
    Ok(rows.collect())
}

fn activities(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let plans = ground::rows(scope.conn, Kind::PLAN, scope.area)?;
    let tasks = ground::rows(scope.conn, Kind::TASK, "")?;
    let all = ground::rows(scope.conn, Kind::PARTICIPATION, "")?;
    let meets = |plan: &&ground::Row| {
        let from = plan.read::<Day>("from");
        let until = plan.read::<Day>("until");
        plan.int("party_activity") == Some(1)
            && from.is_none_or(|from| from < scope.until)
            && until.is_none_or(|until| scope.from <= until)
    };
    let rows = plans.iter().filter(meets).map(|plan| {
        let id = plan.id.to_string();
        let own = || tasks.iter().filter(|task| task.text("plan") == id);
        let done = own().filter(|task| task.text("state") == "done");
        let matters: BTreeSet<&str> = own()
            .map(|task| task.text("matter"))
            .filter(|matter| !matter.is_empty())
            .collect();
        let part = || all.iter().filter(|row| row.text("plan") == id);
        Cells::default()
            .record(plan.id, &plan.title)
            .date(plan.read("from"))
            .date(plan.read("until"))
            .share(many(done.count()), many(own().count()))
            .number(many(matters.len()))
            .number(many(part().count()))
            .number(sum(part(), "hours"))
            .row()
    });
    Ok(rows.collect())
}
