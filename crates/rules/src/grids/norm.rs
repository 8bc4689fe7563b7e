//! The bounds of grids and their people: rows of data with a period, the default set beside them.

use super::Sort;
use crate::finding::{Finding, Weight};
use crate::table::{Row, parse_table};
use crate::validity::Validity;
use crate::words::words;
use wangge_model::time::Date;

/// The default set: `data/default/norm.tsv`.
pub const DEFAULT_SET: &str = include_str!("../../data/default/norm.tsv");

words! {
    /// What is bounded.
    pub enum Measure {
        /// Households of a grid.
        Households = "households", "户数", "households";
        /// Persons of a grid.
        Persons = "persons", "人数", "persons";
        /// People in a grid's posts as members or assistants.
        Members = "members", "网格员数", "members";
        /// Those of them that are full-time.
        FullTime = "full_time", "专职网格员数", "full-time members";
        /// Households for each member.
        HouseholdsPerMember = "households_per_member", "人均服务户数", "households a member";
        /// Tasks of one member in a week.
        WorkloadWeek = "workload_week", "每周任务数", "tasks a week";
        /// Those of them that came from above.
        IntakeWeek = "intake_week", "每周上级交办数", "tasks a week from above";
        /// Levels of grids below the community.
        Depth = "depth", "社区以下网格层数", "levels of grids below the community";
    }
}

/// A row of bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Norm {
    /// Its code, as `size.households`.
    pub code: String,
    /// For which sort of grid; `None` for every sort.
    pub sort: Option<Sort>,
    /// What it bounds.
    pub measure: Measure,
    /// Below this it warns.
    pub warn_low: Option<u32>,
    /// Above this it warns.
    pub warn_high: Option<u32>,
    /// Below this it is a violation.
    pub violation_low: Option<u32>,
    /// Above this it is a violation.
    pub violation_high: Option<u32>,
    /// When the row holds.
    pub valid: Validity,
}

/// On which side a number leaves its bounds, and how badly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Within.
    Within,
    /// Too small.
    Low(Weight),
    /// Too large.
    High(Weight),
}

impl Norm {
    /// What the row says of a number.
    #[must_use]
    pub fn judge(&self, number: u32) -> Verdict {
        let below = |bound: Option<u32>| bound.is_some_and(|bound| number < bound);
        let above = |bound: Option<u32>| bound.is_some_and(|bound| number > bound);
        if below(self.violation_low) {
            Verdict::Low(Weight::Hard)
        } else if above(self.violation_high) {
            Verdict::High(Weight::Hard)
        } else if below(self.warn_low) {
            Verdict::Low(Weight::Soft)
        } else if above(self.warn_high) {
            Verdict::High(Weight::Soft)
        } else {
            Verdict::Within
        }
    }

    /// The bounds within which nothing is said, for screens: `300-500`, `≥1`, `≤40`.
    #[must_use]
    pub fn range(&self) -> String {
        match (
            self.warn_low.or(self.violation_low),
            self.warn_high.or(self.violation_high),
        ) {
            (Some(low), Some(high)) => format!("{low}-{high}"),
            (Some(low), None) => format!("≥{low}"),
            (None, Some(high)) => format!("≤{high}"),
            (None, None) => "-".to_owned(),
        }
    }

    fn of(row: &Row<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        let measure = Measure::ALL
            .iter()
            .find(|measure| measure.word() == row.text("measure"))
            .copied();
        if measure.is_none() {
            findings.push(row.unreadable("measure"));
        }
        let word = row.text("sort");
        let sort = Sort::ALL.iter().find(|sort| sort.word() == word).copied();
        if sort.is_none() && !matches!(word, "" | "*") {
            findings.push(row.unreadable("sort"));
        }
        let norm = Self {
            code: row.text("code").to_owned(),
            sort,
            measure: measure?,
            warn_low: row.read("warn_low", findings),
            warn_high: row.read("warn_high", findings),
            violation_low: row.read("violation_low", findings),
            violation_high: row.read("violation_high", findings),
            valid: row.validity(findings),
        };
        findings.extend(norm.contradictions().map(|finding| finding.at([row.line])));
        Some(norm)
    }

    /// `norm.contradiction`: bounds that no number meets, or a warning that only comes after the violation.
    fn contradictions(&self) -> Option<Finding> {
        let crossed = |low: Option<u32>, high: Option<u32>| matches!((low, high), (Some(low), Some(high)) if low > high);
        let wrong = crossed(self.warn_low, self.warn_high)
            || crossed(self.violation_low, self.violation_high)
            || crossed(self.violation_low, self.warn_low)
            || crossed(self.warn_high, self.violation_high)
            || self.valid.empty();
        let zh = format!("标准 {} 的上下限或有效期互相矛盾", self.code);
        let en = format!(
            "the bounds or the period of {} contradict each other",
            self.code
        );
        wrong.then(|| Finding::hard("norm.contradiction", zh, en))
    }
}

/// Reads rows of bounds. Two rows for one sort and measure that hold on one day are a finding, `norm.twice`.
#[must_use]
pub fn parse(text: &str) -> (Vec<Norm>, Vec<Finding>) {
    let (table, mut findings) = parse_table(text);
    let mut norms: Vec<(usize, Norm)> = Vec::new();
    for row in &table.rows {
        let Some(norm) = Norm::of(row, &mut findings) else {
            continue;
        };
        for (line, other) in &norms {
            if (other.sort, other.measure) == (norm.sort, norm.measure)
                && other.valid.overlaps(&norm.valid)
            {
                let zh = format!("第 {line} 行与第 {} 行对同一指标重复规定", row.line);
                let en = format!("lines {line} and {} bound the same", row.line);
                findings.push(Finding::hard("norm.twice", zh, en).at([*line, row.line]));
            }
        }
        norms.push((row.line, norm));
    }
    (norms.into_iter().map(|(_, norm)| norm).collect(), findings)
}

/// The row that bounds a measure for a sort of grid on a day: one of that sort before one of every sort, then the one that began last.
#[must_use]
pub fn lookup(norms: &[Norm], sort: Sort, measure: Measure, on: Date) -> Option<&Norm> {
    norms
        .iter()
        .filter(|norm| norm.measure == measure && norm.valid.holds(on))
        .filter(|norm| norm.sort.is_none_or(|of| of == sort))
        .max_by(|a, b| {
            (a.sort.is_some(), a.valid.from)
                .cmp(&(b.sort.is_some(), b.valid.from))
                .then_with(|| b.code.cmp(&a.code))
        })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{codes, day};
    use super::*;

    #[test]
    fn the_default_set_is_sound_and_says_300_to_500() {
        let (norms, findings) = parse(DEFAULT_SET);
        assert_eq!(findings, []);
        let norm = lookup(&norms, Sort::Basic, Measure::Households, day("2026-01-01")).unwrap();
        for (households, verdict) in [
            (199, Verdict::Low(Weight::Hard)),
            (200, Verdict::Low(Weight::Soft)),
            (299, Verdict::Low(Weight::Soft)),
            (300, Verdict::Within),
            (500, Verdict::Within),
            (501, Verdict::High(Weight::Soft)),
            (700, Verdict::High(Weight::Soft)),
            (701, Verdict::High(Weight::Hard)),
        ] {
            assert_eq!(norm.judge(households), verdict, "{households}");
        }
        assert_eq!(norm.range(), "300-500");
        assert!(
            lookup(
                &norms,
                Sort::Exclusive,
                Measure::Households,
                day("2026-01-01")
            )
            .is_none()
        );
        assert_eq!(
            lookup(&norms, Sort::Exclusive, Measure::Depth, day("2026-01-01"))
                .unwrap()
                .sort,
            None
        );
    }

    #[test]
    fn contradictions_are_listed() {
        let text = "code\tsort\tmeasure\twarn_low\twarn_high\tviolation_low\tviolation_high\tvalid_from\tvalid_until\n\
            a\tbasic\thouseholds\t500\t300\n\
            b\tbasic\tpersons\t\t1300\t\t1200\n\
            c\tbasic\tpersons\t700\n\
            d\tcastle\tpersons\n\
            e\tbasic\theight\n\
            f\t*\tpersons\tmany\n";
        let (norms, findings) = parse(text);
        assert_eq!(norms.len(), 5);
        assert_eq!(
            codes(&findings),
            [
                "norm.contradiction",
                "norm.contradiction",
                "norm.twice",
                "table.value",
                "table.value",
                "table.value",
                "norm.twice"
            ]
        );
    }

    #[test]
    fn the_row_of_the_day_and_of_the_sort() {
        let text = "code\tsort\tmeasure\twarn_high\tvalid_from\tvalid_until\n\
            old\tbasic\tpersons\t1000\t\t2025-12-31\n\
            new\tbasic\tpersons\t1200\t2026-01-01\t\n\
            any\t*\tpersons\t9000\t\t\n";
        let (norms, _) = parse(text);
        let of = |sort, on| {
            lookup(&norms, sort, Measure::Persons, day(on)).map(|norm| norm.code.as_str())
        };
        assert_eq!(of(Sort::Basic, "2025-12-31"), Some("old"));
        assert_eq!(of(Sort::Basic, "2026-01-01"), Some("new"));
        assert_eq!(of(Sort::Micro, "2026-01-01"), Some("any"));
    }
}
