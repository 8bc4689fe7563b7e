//! Response, solution and satisfaction by grid and unit, and whether call-backs confirm them (R88).

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_rules::voice::{self, Said};

use super::{Cells, Scope, Sheet};
use crate::error::{Doing, Result, ViewsError};
use crate::rows::CellForm::{Coded, Count, Share, Text};
use crate::rows::ReportRow;
use crate::sums::{self, Shares};
use crate::text::named;

pub(super) const SHEET: Sheet = Sheet {
    name: "satisfaction",
    label: ("满意度测评", "Response, solution, satisfaction"),
    tells: (
        "时段内各网格、各承办单位的响应率、解决率、满意率,回访抽查比例,以及回访与原评价不符的比例",
        "of each grid and unit in the period: response, solution and satisfaction rate, the share called back, and where the call-back contradicts",
    ),
    about: None,
    columns: &[
        ("by", "统计口径", "By", Coded),
        ("name", "网格或单位", "Grid or unit", Text),
        ("ratings", "评价数", "Ratings", Count),
        ("response", "响应率", "Response", Share),
        ("solution", "解决率", "Solution", Share),
        ("satisfaction", "满意率", "Satisfaction", Share),
        ("called_back", "回访比例", "Called back", Share),
        ("contradicted", "回访不符", "Contradicted", Share),
    ],
    rows,
};

const DOING: &str = "reading ratings";

/// What was said about one matter or service.
#[derive(Default)]
pub(super) struct Rated {
    /// How many ratings.
    ratings: i64,
    /// Yes and asked, of response, solution and satisfaction.
    rates: [(i64, i64); 3],
    recorded: Said,
    called: Option<Said>,
}

impl Rated {
    fn contradicted(&self) -> bool {
        self.called
            .is_some_and(|called| voice::contradicts(self.recorded, called))
    }
}

/// Sums over several.
#[derive(Default)]
pub(super) struct Sums {
    ratings: i64,
    rates: [(i64, i64); 3],
    subjects: i64,
    called: i64,
    contradicted: i64,
}

impl Sums {
    fn add(&mut self, rated: &Rated) {
        self.ratings += rated.ratings;
        for (sum, rate) in self.rates.iter_mut().zip(rated.rates) {
            sum.0 += rate.0;
            sum.1 += rate.1;
        }
        self.subjects += 1;
        self.called += i64::from(rated.called.is_some());
        self.contradicted += i64::from(rated.contradicted());
    }

    /// Satisfied, of how many who said.
    pub(super) const fn satisfied(&self) -> (i64, i64) {
        self.rates[2]
    }
}

/// What was said in the period, by what it was said about.
pub(super) fn rated(scope: &Scope<'_>) -> Result<BTreeMap<RecordId, Rated>> {
    let mut subjects: BTreeMap<RecordId, Rated> = BTreeMap::new();
    for row in scope.all(Kind::RATING)? {
        let Some(subject) = row.read("matter").filter(|_| scope.covers(row.at())) else {
            continue;
        };
        let rated = subjects.entry(subject).or_default();
        let said = Said {
            solved: row.truth("solved"),
            satisfied: voice::satisfied(row.text("satisfied")),
        };
        let rates = [row.truth("responded"), said.solved, said.satisfied];
        rated.ratings += 1;
        for (sum, truth) in rated.rates.iter_mut().zip(rates) {
            sum.0 += i64::from(truth == Some(true));
            sum.1 += i64::from(truth.is_some());
        }
        if voice::asked_back(row.text("via")) {
            rated.called = Some(said);
        } else {
            rated.recorded = said;
        }
    }
    Ok(subjects)
}

/// The grid of a record, and the units that led it.
pub(super) fn whose(scope: &Scope<'_>, record: RecordId) -> Result<Option<(String, Vec<String>)>> {
    let found: Option<(String, String)> = scope
        .conn
        .prepare_cached(
            "SELECT r.area, s.shares FROM view_record r JOIN view_share s ON s.id = r.id WHERE r.record = ?1",
        )
        .and_then(|mut statement| {
            statement
                .query_row([record.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .doing(DOING)?;
    let Some((area, shares)) = found else {
        return Ok(None);
    };
    let shares = Shares::parse(&shares).ok_or(ViewsError::Value {
        doing: DOING,
        what: "shares",
    })?;
    let units = shares.splits(sums::word::UNIT_GIVEN).map(str::to_owned);
    Ok(Some((area, units.collect())))
}

const GRID: (&str, &str, &str) = ("grid", "网格", "Grid");
const UNIT: (&str, &str, &str) = ("unit", "承办单位", "Unit");

/// The sums by grid, and by unit.
pub(super) fn by_whom(scope: &Scope<'_>) -> Result<[BTreeMap<String, Sums>; 2]> {
    let (mut grids, mut units) = (BTreeMap::new(), BTreeMap::new());
    for (subject, rated) in rated(scope)? {
        let Some((area, led)) = whose(scope, subject)? else {
            continue;
        };
        if !area.starts_with(scope.area) {
            continue;
        }
        grids.entry(area).or_insert_with(Sums::default).add(&rated);
        for unit in led {
            units.entry(unit).or_insert_with(Sums::default).add(&rated);
        }
    }
    Ok([grids, units])
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let mut rows = Vec::new();
    for (by, groups) in [GRID, UNIT].into_iter().zip(by_whom(scope)?) {
        for (name, sums) in groups {
            let cells = Cells::default()
                .coded(named(by))
                .text(name)
                .number(sums.ratings);
            let cells = sums
                .rates
                .iter()
                .fold(cells, |cells, (yes, asked)| cells.share(*yes, *asked));
            let cells = cells
                .share(sums.called, sums.subjects)
                .share(sums.contradicted, sums.called);
            rows.push(cells.row());
        }
    }
    Ok(rows)
}
