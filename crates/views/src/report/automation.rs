//! What the rules that a city switched on would do now (R50, R84), each with the rule and the reason. `wangge … record automate` does it.

mod again;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wangge_model::area::Area;
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::Ms;
use wangge_rules::automation::{Action, Deed, Facts, Rule};
use wangge_rules::classify::{Learned, Suggester};
use wangge_rules::deadline::Light;
use wangge_rules::matter::read_log;
use wangge_rules::validity::Validity;

use super::dispatch::proposed;
use super::subject::Subject;
use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result};
use crate::ground;
use crate::limits::AUTOMATED_MATTERS_MAX;
use crate::list::{area_range, title_of};
use crate::reference::Local;
use crate::rows::CellForm::{Coded, Record, Text};
use crate::rows::ReportRow;
use crate::source;
use crate::text::{self, word};

const DOING: &str = "looking what rules would do";

/// The taxonomy in which a class is suggested.
const TAXONOMY: &str = "appeal";

pub(super) const SHEET: Sheet = Sheet {
    name: "automation",
    label: ("自动办理", "What rules would do"),
    tells: (
        "已启用的自动化规则此刻应当办理的步骤和应当生成的任务:哪条规则、对哪件事、为什么;办理后记入日志,负责人可以撤销",
        "the steps and tasks that the enabled rules would make now: which rule, for what, and why; what is done stands in the log, and a director can take it back",
    ),
    about: None,
    columns: &[
        ("rule", "规则", "Rule", Text),
        ("step", "动作", "Step", Coded),
        ("record", "事件或计划", "Matter or plan", Record),
        ("area", "区域", "Area", Text),
        ("to", "交给", "To whom", Text),
        ("due", "期限", "Due", Text),
        ("note", "说明", "Why", Text),
        ("into", "并入事件", "Merged into", Record),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    // A hub asks every few minutes: where no rule stands, no matter is looked at.
    if !scope.reference.speaks_of(Kind::RULE) {
        return Ok(Vec::new());
    }
    let mut work = Work {
        scope,
        suggesters: BTreeMap::new(),
        joins: BTreeMap::new(),
    };
    let mut rows = Vec::new();
    for (record, light) in waiting(scope)? {
        rows.extend(work.of_matter(record, light)?);
    }
    rows.extend(tasks(scope)?);
    Ok(rows)
}

/// The open matters that some rule may be for, with the worst light of their clocks, the oldest first.
fn waiting(scope: &Scope<'_>) -> Result<Vec<(RecordId, Option<Light>)>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT r.record, m.yellow_ms, m.due_ms FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.closed = 0 AND r.area >= ?1 AND r.area < ?2 \
             AND (m.stage IN ('reported', 'checked', 'accepted', 'judged', 'verified') OR m.yellow_ms <= ?3) \
             ORDER BY m.reported_ms, r.record LIMIT ?4",
        )
        .doing(DOING)?;
    let now = scope.now.0;
    let rows = statement
        .query_map((from, until, now, AUTOMATED_MATTERS_MAX), |row| {
            let record: Vec<u8> = row.get(0)?;
            Ok((
                record,
                row.get::<_, Option<i64>>(1)?,
                row.get::<_, Option<i64>>(2)?,
            ))
        })
        .doing(DOING)?;
    rows.map(|row| {
        let (record, yellow, due) = row.doing(DOING)?;
        let record = source::record_id(&record, DOING)?;
        let light = due.map(|due| match yellow {
            _ if now > due => Light::Red,
            Some(yellow) if now >= yellow => Light::Yellow,
            _ => Light::Green,
        });
        Ok((record, light))
    })
    .collect()
}

/// What is made once for many matters.
struct Work<'a> {
    scope: &'a Scope<'a>,
    /// By the reference data that counts there.
    suggesters: BTreeMap<usize, Option<(Arc<Local>, Suggester)>>,
    /// The merges that are proposed already: each matter with the one that leads.
    joins: BTreeMap<RecordId, RecordId>,
}

impl Work<'_> {
    fn of_matter(&mut self, record: RecordId, light: Option<Light>) -> Result<Vec<ReportRow>> {
        let scope = self.scope;
        let subject = Subject::load(scope, record)?;
        let on = scope.now.date();
        let local = scope.reference.at(subject.area.as_str(), on);
        let mut rules: Vec<&Rule> = local.rules().iter().filter(|rule| rule.holds(on)).collect();
        rules.sort_by_key(|rule| rule.action != Action::Merge);
        if rules.is_empty() {
            return Ok(Vec::new());
        }
        let values = subject.values();
        let read = |key| (key, values.text(key).to_owned());
        let mut fields = BTreeMap::from(["sort", "source", "urgency", "severity"].map(read));
        fields.insert("class", subject.class_code().to_owned());
        let dispatches = |rule: &&Rule| rule.action == Action::Dispatch;
        let unit = if rules.iter().any(dispatches) {
            let proposal = proposed(scope, &subject)?;
            proposal
                .candidates
                .into_iter()
                .next()
                .map(|found| found.unit)
        } else {
            None
        };
        let merges = rules.iter().any(|rule| rule.action == Action::Merge);
        let again = if merges {
            again::again(scope.conn, record, &subject, &self.joins)?
        } else {
            None
        };
        let log = subject.open().map(read_log).unwrap_or_default().0;
        let facts = Facts {
            state: &subject.state,
            log: &log,
            light,
            values: &fields,
            unit: unit.as_deref().unwrap_or_default(),
            again,
            now: scope.now,
        };
        let title = title_of(scope.conn, &record.to_string())?.unwrap_or_default();
        let mut rows = Vec::new();
        for rule in rules {
            let text = (values.text("title"), values.text("description"));
            if let Some(deed) = rule.on_matter(&facts, || self.suggested(&local, text)) {
                let made = row(scope, rule, &deed, (record, &title), &subject.area)?;
                if let Some(lead) = deed.record {
                    // What is merged is dealt with where it leads: no other rule has anything to do with it.
                    self.joins.insert(record, lead);
                    return Ok(vec![made]);
                }
                rows.push(made);
            }
        }
        Ok(rows)
    }

    /// The likeliest class of a text, by code and name.
    fn suggested(&mut self, local: &Arc<Local>, (title, text): (&str, &str)) -> String {
        let made = self
            .suggesters
            .entry(Arc::as_ptr(local).addr())
            .or_insert_with(|| {
                let suggester = Suggester::new(&local.taxonomy(), TAXONOMY)?;
                Some((Arc::clone(local), suggester))
            });
        let Some((local, suggester)) = made else {
            return String::new();
        };
        let suggestions = suggester.suggest(&Learned::default(), title, text, 1);
        let Some(best) = suggestions.leaves.first().or(suggestions.first.first()) else {
            return String::new();
        };
        let name = local.classes().iter().find(|class| class.code == best.code);
        let name = name.map_or("", |class| class.name.as_str());
        format!("{} {name}", best.code)
    }
}

fn row(
    scope: &Scope<'_>,
    rule: &Rule,
    deed: &Deed,
    (record, title): (RecordId, &str),
    area: &Area,
) -> Result<ReportRow> {
    let into = match deed.record {
        Some(into) => title_of(scope.conn, &into.to_string())?.unwrap_or_default(),
        None => String::new(),
    };
    let cells = Cells::default()
        .text(&rule.code)
        .coded(text::step_coded(deed.step))
        .record(record, title)
        .text(area.as_str())
        .text(&deed.to)
        .text(deed.due.map(Ms::to_rfc3339).unwrap_or_default())
        .text(&deed.why)
        .record_or(deed.record, &into);
    Ok(cells.row())
}

/// The tasks of plans whose period has begun and that have none yet.
fn tasks(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.now.date();
    let known = ground::rows(scope.conn, Kind::TASK, "")?;
    let made: BTreeSet<(&str, &str)> = known
        .iter()
        .map(|task| (task.text("plan"), task.text("due")))
        .collect();
    let mut rows = Vec::new();
    for plan in ground::rows(scope.conn, Kind::PLAN, scope.area)? {
        let local = scope.reference.at(&plan.area, on);
        let period = Validity {
            from: plan.read("from"),
            until: plan.read("until"),
        };
        let every = plan
            .int("every_days")
            .and_then(|days| u32::try_from(days).ok());
        let sort = plan.text("sort");
        let first = local
            .rules()
            .iter()
            .filter(|rule| rule.holds(on))
            .find_map(|rule| {
                let period = rule.on_plan(sort, period, every, on)?;
                Some((rule, period))
            });
        let Some((rule, (from, until))) = first else {
            continue;
        };
        let due = until.to_string();
        if made.contains(&(plan.id.to_string().as_str(), due.as_str())) {
            continue;
        }
        let title = plan.text("title");
        rows.push(
            Cells::default()
                .text(&rule.code)
                .coded(word("task", Action::Task.zh(), Action::Task.en()))
                .record(plan.id, title)
                .text(&plan.area)
                .text(rule.params.get("assignee").map_or("", String::as_str))
                .text(due)
                .text(format!("{title}（{from}）"))
                .nothing()
                .row(),
        );
    }
    Ok(rows)
}
