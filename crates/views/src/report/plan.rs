//! A plan of the division (R8): whose hands it went through, and what it does to each grid.

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::Date;
use wangge_rules::finding::Finding;
use wangge_rules::grids::division::{self, Division};
use wangge_rules::grids::sizing::{self, Size};
use wangge_rules::grids::{State, party};

use super::verdict::{about, verdict};
use super::{Cells, Scope, Sheet};
use crate::detail::unknown;
use crate::error::Result;
use crate::ground::{self, Exemptions, Land, Plan};
use crate::rows::CellForm::{Coded, Count, Date as Day, Record, Text};
use crate::rows::ReportRow;
use crate::text::{self, word};

pub(super) const SHEET: Sheet = Sheet {
    name: "plan",
    label: ("网格调整方案进度", "A division plan's way"),
    tells: (
        "方案走到哪一步：拟定、审核、批准、生效各由谁办、缺什么，以及规则指出的问题",
        "who drafted, checked and approved the plan, from when it is in force, what is missing, and what the rules say against it",
    ),
    about: Some(Kind::DIVISION),
    columns: &[
        ("step", "环节", "Step", Coded),
        ("state", "情况", "State", Coded),
        ("by", "办理人", "By", Text),
        ("on", "日期", "On", Day),
        ("record", "涉及档案", "Record", Record),
        ("finding", "问题", "Finding", Coded),
    ],
    rows,
};

pub(super) const GRIDS: Sheet = Sheet {
    name: "plan_grids",
    label: ("网格调整前后对照", "Grids before and after a plan"),
    tells: (
        "方案生效前后各网格的户数、人数，调入调出的户、楼、组织数，调整后是否合乎规模标准",
        "each grid's households and persons before the plan and after it, how much comes and goes, and whether the size then fits the norm",
    ),
    about: Some(Kind::DIVISION),
    columns: &[
        ("grid", "网格", "Grid", Record),
        ("code", "网格编码", "Code", Text),
        (
            "households_before",
            "调整前户数",
            "Households before",
            Count,
        ),
        ("persons_before", "调整前人数", "Persons before", Count),
        ("households_after", "调整后户数", "Households after", Count),
        ("persons_after", "调整后人数", "Persons after", Count),
        ("come", "调入", "Come", Count),
        ("go", "调出", "Go", Count),
        ("verdict", "结论", "Verdict", Coded),
        ("findings", "不合标准之处", "Findings", Coded),
    ],
    rows: grids,
};

/// What stands before a plan and after it.
struct Change {
    plan: Plan,
    on: Date,
    before: Land,
    after: Land,
}

impl Change {
    fn of(scope: &Scope<'_>) -> Result<Self> {
        let missing = || {
            unknown(
                "record",
                &scope.about.map(|id| id.to_string()).unwrap_or_default(),
            )
        };
        let id = scope.about.ok_or_else(missing)?;
        let plan = ground::plan(scope.conn, id)?.ok_or_else(missing)?;
        let on = plan.effective.unwrap_or_else(|| scope.on());
        let (mut before, mut after) = (
            Land::drafted(scope.conn, scope.area)?,
            Land::drafted(scope.conn, scope.area)?,
        );
        for other in ground::plans(scope.conn)? {
            if other.id != plan.id && other.in_force(on) {
                before.adopt(&other);
                after.adopt(&other);
            }
        }
        after.adopt(&plan);
        Ok(Self {
            plan,
            on,
            before,
            after,
        })
    }

    fn divisions(&self) -> (Division<'_>, Division<'_>) {
        (self.before.division(self.on), self.after.division(self.on))
    }
}

/// The steps in their order: the state that it comes to, and its name.
const STEPS: [(State, &str, &str); 4] = [
    (State::Draft, "拟定", "Drafted"),
    (State::Checked, "审核", "Checked"),
    (State::Approved, "批准", "Approved"),
    (State::InForce, "生效", "In force"),
];

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let change = Change::of(scope)?;
    let plan = &change.plan;
    let today = scope.on();
    let names = plan
        .hands
        .iter()
        .map(|hand| hand.as_ref().map_or("", |hand| hand.name.as_str()));
    let mut rows = Vec::new();
    for ((step, zh, en), by) in STEPS.iter().zip(names.chain([""])) {
        let reached = match step {
            State::InForce => plan.in_force(today),
            _ => *step <= plan.state,
        };
        let state = match (reached, *step) {
            (true, _) => word("done", "已办", "Done"),
            (false, State::InForce)
                if plan.state >= State::Approved && plan.effective.is_some() =>
            {
                word("coming", "待生效", "To come")
            }
            (false, _) => word("missing", "未办", "Missing"),
        };
        let on = (*step == State::InForce)
            .then_some(plan.effective)
            .flatten();
        let cells = Cells::default()
            .coded(word(step.word(), zh, en))
            .coded(state);
        rows.push(cells.text(by).date(on).text("").text("").row());
    }
    for finding in judge(scope, &change)? {
        let record = finding.ids.first().copied();
        let title = record.map(|id| ground::title(scope.conn, id)).transpose()?;
        let one = std::slice::from_ref(&finding);
        let cells = Cells::default()
            .coded(word("rule", "规则校验", "Rule"))
            .coded(verdict(one));
        let cells = cells.text("").date(None);
        let cells = cells.record_or(record, title.as_deref().unwrap_or_default());
        rows.push(cells.findings(one).row());
    }
    Ok(rows)
}

/// What the rules say against the plan: its way, what it loses, party branches that do not change with it.
fn judge(scope: &Scope<'_>, change: &Change) -> Result<Vec<Finding>> {
    let (before, after) = change.divisions();
    let mut found = change.plan.judge();
    found.extend(division::judge(&before, &after, &change.before.units));
    let posts = ground::posts(scope.conn, scope.area)?;
    let orgs = ground::party(scope.conn, scope.area)?;
    let mut branches = |division, on, codes: &[&str]| {
        let ground = party::Ground {
            grids: &change.after.grids,
            division,
            units: &change.after.units,
            posts: &posts,
            party: &orgs,
            on,
        };
        let findings = party::judge(&ground).into_iter();
        found.extend(findings.filter(|finding| codes.contains(&finding.code)));
    };
    branches(&before, scope.on(), &["party.not_together"]);
    branches(
        &after,
        change.on,
        &["party.stale", "party.twice", "party.elsewhere"],
    );
    Ok(found)
}

fn grids(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let change = Change::of(scope)?;
    let (before, after) = change.divisions();
    let sizes = (change.before.sizes(&before), change.after.sizes(&after));
    let moves = division::moves(&before, &after, &change.before.units);
    let mut flows: BTreeMap<RecordId, (i64, i64)> = BTreeMap::new();
    for one in &moves.moved {
        if let Some(to) = one.to {
            flows.entry(to).or_default().0 += 1;
        }
        if let Some(from) = one.from {
            flows.entry(from).or_default().1 += 1;
        }
    }
    let exemptions = Exemptions::load(scope.conn, change.on)?;
    let both = before.grids().chain(after.grids());
    let by_code: BTreeMap<_, _> = both.map(|grid| ((&grid.code, grid.id), grid)).collect();
    let mut rows = Vec::new();
    for grid in by_code.into_values() {
        let size = |of: &BTreeMap<RecordId, Size>| of.get(&grid.id).copied().unwrap_or_default();
        let (was, will) = (size(&sizes.0), size(&sizes.1));
        let found = match after.grid(grid.id) {
            Some(_) => {
                let local = scope.reference.at(grid.code.as_str(), change.on);
                exemptions.soften(sizing::judge(grid, will, local.norms(), change.on))
            }
            None => Vec::new(),
        };
        let (come, go) = flows.get(&grid.id).copied().unwrap_or_default();
        let verdict = match after.grid(grid.id) {
            Some(_) => verdict(&found),
            None => text::coded_or("grid_state", State::Superseded.word()),
        };
        let cells = Cells::default()
            .record(grid.id, &ground::title(scope.conn, grid.id)?)
            .text(grid.code.as_str())
            .number(was.households.into())
            .number(was.persons.into())
            .number(will.households.into())
            .number(will.persons.into());
        let cells = cells.number(come).number(go).coded(verdict);
        rows.push(cells.findings(&about(&found, grid.id)).row());
    }
    Ok(rows)
}
