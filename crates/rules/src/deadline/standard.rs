//! Filing standards: measurable condition × class → limit (R40; domain.md 4.5; GB/T 30428.8).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use wangge_model::codes;
use wangge_model::time::Date;

use super::clock::Wait;
use super::limit::Limit;
use super::severity::Severity;
use crate::finding::Finding;
use crate::prefix::covers;
use crate::validity::Validity;

/// What was measured: values by code of the list `measure`, as `{"count": 3, "persons": 12}`. The measure `urgency` has what somebody judged
/// ([`urgency_measure`]).
pub type Measures = BTreeMap<String, i64>;

/// The measures whose value does not go back when the matter is solved: a loss stays a loss.
const LASTING: &[&str] = &[
    "days",
    "hours",
    "households",
    "loss_yuan",
    "persons",
    URGENCY,
];

/// The measure that holds how urgent somebody judged a matter to be.
const URGENCY: &str = "urgency";

/// From which urgency on a matter goes the urgent way, whatever the standards say: 24 hours.
const URGENT_AT_LEAST: i64 = 2;

/// The number of a code of the list `urgency`, for the measure `urgency`: 15d 0, 7d 1, 24h 2, 2h 3.
#[must_use]
pub fn urgency_measure(code: &str) -> Option<i64> {
    match code {
        "15d" => Some(0),
        "7d" => Some(1),
        "24h" => Some(2),
        "2h" => Some(3),
        _ => None,
    }
}

/// What of a matter the standards ask for.
#[derive(Clone, Copy, Debug)]
pub struct Filing<'a> {
    /// Its class.
    pub class: &'a str,
    /// The filing condition that was chosen for it, in the words of the standard; nothing if none was.
    pub condition: &'a str,
    /// What was measured.
    pub measures: &'a Measures,
    /// Whether somebody marked it urgent in a step.
    pub urgent: bool,
    /// The day on which it was filed.
    pub filed: Date,
}

/// A row of the kind `standard`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standard {
    /// The class, or the prefix of several; `*` or nothing for all.
    pub class: String,
    /// The condition for filing, in words. Without a measure the standard holds where it was chosen; without both, for every matter of the class.
    pub condition: String,
    /// Which clock it limits. Those other than handling ask for the class and the urgency only.
    pub stage: Wait,
    /// What is measured.
    pub measure: String,
    /// From which value on it holds.
    pub at_least: i64,
    /// How grave such a matter is.
    pub severity: Severity,
    /// Whether it goes the urgent way.
    pub urgent: bool,
    /// How long it may take.
    pub limit: Option<Limit>,
    /// When it may be closed, in words.
    pub closing: String,
    /// Who supervises.
    pub supervisor: String,
    /// Who is responsible.
    pub responsible: String,
    /// Which evidence is needed.
    pub evidence: String,
    /// The legal basis.
    pub basis: String,
    /// When it is in force. Where several of one class, measure and threshold are, the one that begins last holds.
    pub validity: Validity,
    /// Its version.
    pub version: String,
}

/// The standard that applies to a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged<'a> {
    /// The row.
    pub standard: &'a Standard,
    /// The severity as a number from 1 to 100, by how far the measure is above the threshold.
    pub score: u8,
}

/// The standard for a matter; `None` if no row applies. The order of the rows does not matter.
///
/// For each measure (and each condition) the longest class code that has a standard in force on it speaks, and of its thresholds the highest
/// reached holds. Of what is left an urgent one goes first, so that a danger is not silenced by a narrower class that does not speak of
/// dangers; then the longest class code, a condition before none, the gravest, the shortest.
#[must_use]
pub fn standard_for<'a>(rows: &'a [Standard], filing: &Filing) -> Option<Judged<'a>> {
    let in_force: Vec<(usize, &Standard)> = rows
        .iter()
        .filter(|row| row.stage == Wait::Handle && row.validity.holds(filing.filed))
        .filter_map(|row| Some((covers(&row.class, filing.class)?, row)))
        .collect();
    let mut longest: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (length, row) in &in_force {
        let held = longest.entry(row.subject()).or_default();
        *held = (*held).max(*length);
    }
    let mut highest: BTreeMap<(&str, &str), (usize, &Standard)> = BTreeMap::new();
    let speaks = |(length, row): &&(usize, &Standard)| {
        row.reached(filing) && longest.get(&row.subject()) == Some(length)
    };
    for &(length, row) in in_force.iter().filter(speaks) {
        highest
            .entry(row.subject())
            .and_modify(|(_, held)| {
                if row.rank() > held.rank() {
                    *held = row;
                }
            })
            .or_insert((length, row));
    }
    let (_, standard) = highest
        .into_values()
        .max_by_key(|(length, row)| (row.urgent, *length, row.gravity()))?;
    let value = filing.measures.get(&standard.measure).copied();
    let next = in_force
        .iter()
        .filter(|(_, row)| row.beyond(standard))
        .map(|(_, row)| row.at_least)
        .min();
    let score = value.map_or(standard.severity.floor(), |value| {
        standard.severity.score(value, standard.at_least, next)
    });
    Some(Judged { standard, score })
}

/// The limits of the stage clocks of one matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Whether the matter goes the urgent way.
    pub urgent: bool,
    /// The limit of each wait; without one there is no clock.
    pub limits: BTreeMap<Wait, Limit>,
}

/// The limits of a matter: for dealing with it the one of its standard, for the other waits those of the most specific class; an urgent
/// matter has the urgent ones where there are any. Nobody is owed an answer (`answer_owed`) if it was found on patrol.
#[must_use]
pub fn terms_for(rows: &[Standard], filing: &Filing, answer_owed: bool) -> Terms {
    let judged = standard_for(rows, filing);
    let said = filing.measures.get(URGENCY);
    let urgent = filing.urgent
        || said.is_some_and(|urgency| *urgency >= URGENT_AT_LEAST)
        || judged.is_some_and(|judged| judged.standard.urgent);
    let mut limits = BTreeMap::new();
    for &wait in Wait::ALL {
        let limit = match wait {
            Wait::Handle => judged.and_then(|judged| judged.standard.limit),
            Wait::Feedback if !answer_owed => None,
            _ => wait_limit(rows, wait, filing, urgent),
        };
        if let Some(limit) = limit {
            limits.insert(wait, limit);
        }
    }
    Terms { urgent, limits }
}

fn wait_limit(rows: &[Standard], wait: Wait, filing: &Filing, urgent: bool) -> Option<Limit> {
    rows.iter()
        .filter(|row| row.stage == wait && row.validity.holds(filing.filed))
        .filter(|row| row.limit.is_some() && (urgent || !row.urgent))
        .filter_map(|row| {
            Some((
                covers(&row.class, filing.class)?,
                row.urgent,
                row.rank(),
                row,
            ))
        })
        .max_by_key(|(length, hasty, rank, _)| (*length, *hasty, *rank))
        .and_then(|(.., row)| row.limit)
}

/// Whether a matter may be closed: what made it one is measured again, and lies below the threshold. `closing.unmeasured` (hard) if it was
/// not; `closing.not_met` if it does not, hard unless the value is one that stays, as a loss.
#[must_use]
pub fn judge_closing(standard: &Standard, after: &Measures) -> Vec<Finding> {
    if standard.measure.is_empty() {
        return Vec::new();
    }
    let (named_zh, named_en) = measure_names(&standard.measure);
    let Some(value) = after.get(&standard.measure) else {
        let zh = format!("结案前须复测“{named_zh}”");
        let en = format!("{named_en} must be measured again before closing");
        return vec![Finding::hard("closing.unmeasured", zh, en)];
    };
    if *value < standard.at_least {
        return Vec::new();
    }
    let zh = format!("“{named_zh}”仍达到立案条件，不符合结案条件");
    let en = format!("{named_en} still meets the condition for filing");
    vec![if LASTING.contains(&standard.measure.as_str()) {
        Finding::soft("closing.not_met", zh, en)
    } else {
        Finding::hard("closing.not_met", zh, en)
    }]
}

/// The names of a measure, Chinese and English; itself where no list knows it.
#[must_use]
pub fn measure_names(measure: &str) -> (&str, &str) {
    let code = codes::list("measure").and_then(|list| list.code(measure));
    code.map_or((measure, measure), |code| (code.zh, code.en))
}

/// Says what is wrong with a set of standards: `standard.period` one that ends before it begins, `standard.limit` one without a limit,
/// `standard.contradiction` two of one class, measure and threshold that begin on one day and say different things, `standard.order`
/// (soft) a higher threshold that is less grave.
#[must_use]
pub fn check_standards(rows: &[Standard]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if row.validity.empty() {
            let zh = format!("“{}”的立案标准失效日期早于生效日期", row.class);
            let en = format!("the standard of {} ends before it begins", row.class);
            findings.push(Finding::hard("standard.period", zh, en).at([at]));
        }
        if row.limit.is_none() {
            let zh = format!("“{}”的立案标准没有时限", row.class);
            let en = format!("the standard of {} has no limit", row.class);
            findings.push(Finding::hard("standard.limit", zh, en).at([at]));
        }
        let earlier = rows.iter().enumerate().take(at);
        findings.extend(earlier.filter_map(|(other, held)| compare(held, row, [other, at])));
    }
    findings
}

/// The standards that are for no class there is: `standard.class` (soft). `classes` are the codes of the taxonomy, all of them.
#[must_use]
pub fn check_coverage(rows: &[Standard], classes: &[&str]) -> Vec<Finding> {
    let idle = |row: &Standard| {
        !classes
            .iter()
            .any(|class| covers(&row.class, class).is_some())
    };
    let found = rows.iter().enumerate().filter(|(_, row)| idle(row));
    found
        .map(|(at, row)| {
            let zh = format!("立案标准的类别“{}”不在分类表中", row.class);
            let en = format!(
                "a standard is for the class {}, which does not exist",
                row.class
            );
            Finding::soft("standard.class", zh, en).at([at])
        })
        .collect()
}

fn compare(a: &Standard, b: &Standard, rows: [usize; 2]) -> Option<Finding> {
    let same = a.class == b.class
        && a.stage == b.stage
        && a.subject() == b.subject()
        && a.validity.overlaps(&b.validity);
    if !same || (a.stage != Wait::Handle && a.urgent != b.urgent) {
        return None;
    }
    if a.at_least == b.at_least {
        let says = |row: &Standard| (row.severity, row.urgent, row.limit);
        let twice = a.validity.from == b.validity.from && says(a) != says(b);
        let zh = format!("“{}”同一立案条件有两个不同的标准", a.class);
        let en = format!("{} has two standards for one condition", a.class);
        return twice.then(|| Finding::hard("standard.contradiction", zh, en).at(rows));
    }
    let (low, high) = if a.at_least < b.at_least {
        (a, b)
    } else {
        (b, a)
    };
    let zh = format!("“{}”阈值更高的标准反而更轻", a.class);
    let en = format!("{}: a higher threshold is less grave", a.class);
    (high.severity < low.severity).then(|| Finding::soft("standard.order", zh, en).at(rows))
}

impl Standard {
    /// What it speaks about: its measure, or without one its condition.
    fn subject(&self) -> (&str, &str) {
        if self.measure.is_empty() {
            ("", &self.condition)
        } else {
            (&self.measure, "")
        }
    }

    fn reached(&self, filing: &Filing) -> bool {
        match self.subject() {
            ("", "") => true,
            ("", condition) => condition == filing.condition,
            (measure, _) => {
                let value = filing.measures.get(measure);
                value.is_some_and(|value| *value >= self.at_least)
            }
        }
    }

    /// Whether it is of the same class and measure as another with a higher threshold.
    fn beyond(&self, other: &Self) -> bool {
        self.class == other.class && self.measure == other.measure && self.at_least > other.at_least
    }

    /// Of one measure: the highest threshold, of one threshold the one that begins last. All the rest only decides between equals, the same on every replica.
    fn rank(&self) -> (i64, Option<Date>, &str, &Self) {
        (self.at_least, self.validity.from, &self.version, self)
    }

    fn gravity(&self) -> (bool, Severity, Reverse<i64>, &Self) {
        let limit_ms = self.limit.map_or(i64::MAX, Limit::nominal_ms);
        (
            self.subject() != ("", ""),
            self.severity,
            Reverse(limit_ms),
            self,
        )
    }
}

#[cfg(test)]
mod tests;
