//! The indicators of an area and period (domain.md 4.9, R1, R21, R26, R28, R30, R31, R35, R40c, R40h, R62, R77, R88), read from the sums.
//!
//! A matter counts on the day of each event of its own (accepted, disposed of, closed, due), and on the day of its report with what was
//! to become of it: so a rate never has a part without its whole. Days are Beijing's. What was due counts once its day is over.

mod staff;
mod table;
mod visits;

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};
use wangge_model::codes;
use wangge_model::kind::{Kind, Level};
use wangge_model::time::{Date, Ms};

use crate::error::{Doing, Result, ViewsError};
use crate::limits;
use crate::list::{area_range, ask};
use crate::rows::{CountedIn, Figures, Indicator, Label, Split, Spread};
use crate::sums::{LENGTHS, STOCK, day_of, word};

use table::{Definition, Form, INDICATORS, Names};

const DOING: &str = "reading figures";

/// A period of whole days, and now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Period {
    pub(crate) from: Date,
    pub(crate) until: Date,
    pub(crate) now: Ms,
}

impl Period {
    /// From the first day to the one after the last.
    fn days(self) -> (i64, i64) {
        (day_of(self.from.start().0), day_of(self.until.start().0))
    }
}

/// The measures of an area, by split.
#[derive(Debug, Default)]
struct Sums(BTreeMap<&'static str, BTreeMap<String, i64>>);

impl Sums {
    fn split(&self, measure: &str) -> impl Iterator<Item = (&str, i64)> {
        let splits = self.0.get(measure).into_iter().flatten();
        splits.map(|(split, n)| (split.as_str(), *n))
    }

    fn total(&self, measure: &str) -> i64 {
        self.split(measure)
            .map(|(_, n)| n)
            .fold(0, i64::saturating_add)
    }

    fn part(&self, measure: &str, split: &str) -> i64 {
        let found = self.0.get(measure).and_then(|splits| splits.get(split));
        found.copied().unwrap_or_default()
    }

    fn set(&mut self, measure: &'static str, n: i64) {
        self.0.insert(measure, BTreeMap::from([(String::new(), n)]));
    }
}

/// The figures of an area.
pub(crate) fn figures(conn: &Connection, area: &str, period: Period) -> Result<Figures> {
    if !LENGTHS.contains(&area.len()) {
        return Err(area_length());
    }
    area_range(area)?;
    let mut sums = read(conn, area, period)?;
    derive(&mut sums);
    let spread = response(conn, area, period)?;
    visits::add(conn, area, period, &mut sums)?;
    staff::add(conn, area, period, &mut sums)?;
    let mut indicators: Vec<Indicator> = INDICATORS
        .iter()
        .map(|definition| indicator(definition, &sums))
        .collect();
    indicators.extend(spread_indicators(spread));
    Ok(Figures {
        area: area.to_owned(),
        from: period.from.to_string(),
        until: period.until.to_string(),
        now_ms: period.now.0,
        indicators,
    })
}

/// The figures of each area of the next level that has records.
pub(crate) fn figures_below(conn: &Connection, area: &str, period: Period) -> Result<Vec<Figures>> {
    let below = LENGTHS.iter().copied().find(|length| *length > area.len());
    let (from, until) = area_range(area)?;
    let Some(length) = below else {
        return Ok(Vec::new());
    };
    let mut statement = ask(conn,
            "SELECT DISTINCT area FROM view_sum WHERE measure = ?1 AND area >= ?2 AND area < ?3 AND length(area) = ?4 ORDER BY area",
        )
        .doing(DOING)?;
    let areas = statement
        .query_map((word::RECORDS, from, until, length as u64), |row| {
            row.get::<_, String>(0)
        })
        .doing(DOING)?;
    areas
        .map(|area| figures(conn, &area.doing(DOING)?, period))
        .collect()
}

fn read(conn: &Connection, area: &str, period: Period) -> Result<Sums> {
    let (from, until) = period.days();
    let today = day_of(period.now.0);
    let stale = today.saturating_sub(i64::from(limits::STALE_DAYS));
    let mut sums = Sums::default();
    for &measure in word::ALL {
        let (from, until) = match measure {
            word::RECORDS | word::RESOURCES => (STOCK, STOCK.saturating_add(1)),
            word::CHANGED => (i64::MIN, stale),
            word::DUE
            | word::IN_TIME
            | word::VERIFY_DUE
            | word::VERIFIED
            | word::CHECK_DUE
            | word::CHECKED => (from, until.min(today)),
            _ => (from, until),
        };
        let splits = split_sums(conn, measure, area, (from, until))?;
        sums.0.insert(measure, splits);
    }
    Ok(sums)
}

/// The sums of a measure of an area in the days from the first up to, and without, the second, by split.
pub(crate) fn splits(
    conn: &Connection,
    measure: &str,
    area: &str,
    (from, until): (Date, Date),
) -> Result<BTreeMap<String, i64>> {
    if !LENGTHS.contains(&area.len()) {
        return Err(area_length());
    }
    let (from, until) = (day_of(from.start().0), day_of(until.start().0));
    split_sums(conn, measure, area, (from, until))
}

fn split_sums(
    conn: &Connection,
    measure: &str,
    area: &str,
    (from, until): (i64, i64),
) -> Result<BTreeMap<String, i64>> {
    let mut statement = ask(conn,
            "SELECT split, sum(n) FROM view_sum WHERE measure = ?1 AND area = ?2 AND day >= ?3 AND day < ?4 GROUP BY split",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map((measure, area, from, until), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .doing(DOING)?;
    rows.collect::<rusqlite::Result<_>>().doing(DOING)
}

fn area_length() -> ViewsError {
    ViewsError::Question {
        what: "area",
        form: "empty, or a code of 2, 4, 6, 9, 12 or 15 digits",
    }
}

/// Measures that follow from others.
fn derive(sums: &mut Sums) {
    let less = |a, b| sums.total(a).saturating_sub(sums.total(b));
    let valid = less(word::REPORTED, word::REJECTED);
    let overdue = less(word::DUE, word::IN_TIME);
    let tended = sums
        .part(word::FLOW, "service")
        .saturating_add(sums.part(word::FLOW, "coordination"));
    let found = sums.part(word::FOUND, "self");
    let complained = sums.part(word::FOUND, "complaint");
    let residents = sums.part(word::RECORDS, &Kind::RESIDENT.word());
    let households = sums.part(word::RECORDS, &Kind::HOUSEHOLD.word());
    for (measure, n) in [
        (table::VALID, valid),
        (table::OVERDUE, overdue),
        (table::TENDED, tended),
        (table::SELF_FOUND, found),
        (table::COMPLAINED, complained),
        (table::RESIDENTS, residents),
        (table::HOUSEHOLDS, households),
    ] {
        sums.set(measure, n);
    }
}

fn indicator(definition: &Definition, sums: &Sums) -> Indicator {
    let (n, of, split) = match definition.form {
        Form::Count(n) => (sums.total(n), None, Vec::new()),
        Form::Share(n, of) | Form::Mean(n, of) => (sums.total(n), Some(sums.total(of)), Vec::new()),
        Form::Counts(n, names) => {
            let split = parts(definition, sums, n, names, |_| None);
            (sums.total(n), None, split)
        }
        Form::Shares(n, names) => {
            let total = sums.total(n);
            let split = parts(definition, sums, n, names, |_| Some(total));
            (total, None, split)
        }
        Form::Rates(n, of, names) => {
            let split = parts(definition, sums, of, names, |key| Some(sums.part(n, key)));
            // Every split of the denominator, with the numerator in its place.
            let split = split
                .into_iter()
                .map(|part| swap(definition, part))
                .collect();
            (sums.total(n), Some(sums.total(of)), split)
        }
        Form::Per(n, of, names) => {
            let whole = sums.total(of);
            let split = parts(definition, sums, n, names, |_| Some(whole));
            (sums.total(n), Some(whole), split)
        }
    };
    Indicator {
        code: definition.code.to_owned(),
        label: Label::new(definition.zh, definition.en),
        unit: definition.unit(),
        n,
        of,
        value: value(definition.unit(), n, of),
        split: sorted(split),
    }
}

fn parts(
    definition: &Definition,
    sums: &Sums,
    measure: &str,
    names: Names,
    of: impl Fn(&str) -> Option<i64>,
) -> Vec<Split> {
    sums.split(measure)
        .map(|(key, n)| {
            let of = of(key);
            let unit = definition.split_unit();
            Split {
                key: key.to_owned(),
                label: name(names, key),
                n,
                of,
                value: value(unit, n, of),
            }
        })
        .collect()
}

fn swap(definition: &Definition, part: Split) -> Split {
    let (n, of) = (part.of.unwrap_or_default(), part.n);
    Split {
        n,
        of: Some(of),
        value: value(definition.split_unit(), n, Some(of)),
        ..part
    }
}

fn sorted(mut split: Vec<Split>) -> Vec<Split> {
    split.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.key.cmp(&b.key)));
    split
}

/// The figure from numerator and denominator.
fn value(unit: CountedIn, n: i64, of: Option<i64>) -> Option<i64> {
    let Some(of) = of else {
        return Some(n);
    };
    let factor: i128 = match unit {
        CountedIn::Permille | CountedIn::Count => 1_000,
        CountedIn::Ms => 1,
        CountedIn::Milli => 1_000_000,
    };
    let figure = i128::from(n)
        .checked_mul(factor)?
        .checked_div_euclid(of.into())?;
    i64::try_from(figure).ok()
}

fn name(names: Names, key: &str) -> Label {
    let coded = |list: &str| {
        let code = codes::list(list).and_then(|list| list.code(key));
        code.map(|code| Label::new(code.zh, code.en))
    };
    let found = match names {
        Names::Plain => None,
        Names::List(list) => coded(list),
        Names::Kinds => Kind::all()
            .find(|kind| kind.word() == key)
            .and_then(Kind::info)
            .map(|info| Label::new(info.zh, info.en)),
        Names::Levels => Level::ALL
            .iter()
            .find(|level| level.word() == key)
            .map(|level| Label::new(level.zh(), level.en())),
        Names::Words(words) => words
            .iter()
            .find(|(word, ..)| *word == key)
            .map(|(_, zh, en)| Label::new(*zh, *en)),
    };
    found.unwrap_or_else(|| match key {
        "" | "unknown" => Label::new("未说明", "Not stated"),
        "ordinary" => Label::new("普通", "Ordinary"),
        _ => Label::same(key),
    })
}

/// How long the reporters of matters that were answered in the period had waited.
pub(crate) fn response(conn: &Connection, area: &str, period: Period) -> Result<Spread> {
    let (from, until) = area_range(area)?;
    let mut statement = ask(conn,
            "SELECT m.response_ms FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.answered_ms >= ?1 AND m.answered_ms < ?2 AND m.response_ms IS NOT NULL AND r.area >= ?3 AND r.area < ?4 \
             ORDER BY m.response_ms",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map(
            (period.from.start().0, period.until.start().0, from, until),
            |row| row.get(0),
        )
        .doing(DOING)?;
    let times: Vec<i64> = rows.collect::<rusqlite::Result<_>>().doing(DOING)?;
    Ok(spread(&times))
}

/// The spread of times that stand in order.
fn spread(times: &[i64]) -> Spread {
    let count = times.len();
    let sum: i128 = times.iter().map(|time| i128::from(*time)).sum();
    // The least value that is not below so many of ten.
    let tenth = |tenths: usize| {
        let rank = count.saturating_mul(tenths).div_ceil(10).saturating_sub(1);
        times.get(rank).copied().unwrap_or_default()
    };
    let mean = sum.checked_div_euclid(count as i128).unwrap_or_default();
    Spread {
        count: count as u64,
        mean_ms: i64::try_from(mean).unwrap_or(i64::MAX),
        median_ms: tenth(5),
        p90_ms: tenth(9),
        max_ms: times.last().copied().unwrap_or_default(),
    }
}

fn spread_indicators(spread: Spread) -> Vec<Indicator> {
    let count = i64::try_from(spread.count).unwrap_or(i64::MAX);
    let one = |code: &str, zh: &str, en: &str, unit, n| Indicator {
        code: code.to_owned(),
        label: Label::new(zh, en),
        unit,
        n,
        of: None,
        value: (unit == CountedIn::Count || count > 0).then_some(n),
        split: Vec::new(),
    };
    vec![
        one("answered", "答复数", "Answered", CountedIn::Count, count),
        one(
            "response_mean",
            "平均答复时长",
            "Mean time to answer",
            CountedIn::Ms,
            spread.mean_ms,
        ),
        one(
            "response_median",
            "答复时长中位数",
            "Median time to answer",
            CountedIn::Ms,
            spread.median_ms,
        ),
        one(
            "response_p90",
            "九成答复时长",
            "Nine of ten answered within",
            CountedIn::Ms,
            spread.p90_ms,
        ),
    ]
}

/// One number of a statement that has one; 0 where it has none.
fn one(conn: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<i64> {
    let found: Option<i64> = ask(conn, sql)
        .and_then(|mut statement| statement.query_row(params, |row| row.get(0)).optional())
        .doing(DOING)?;
    Ok(found.unwrap_or_default())
}
