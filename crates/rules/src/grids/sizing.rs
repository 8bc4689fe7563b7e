//! Whether a grid is too small or too large, and what to do about it.
//!
//! Source: paper II.(2), R24. The paper's «300-500 permanent residents or about 1000 people» is 300-500 *households* or about 1,000
//! persons (domain.md, glossary): both are measured.

use std::collections::BTreeSet;

use wangge_model::id::RecordId;
use wangge_model::time::Date;

use super::norm::{Measure, Norm, Verdict, lookup};
use super::{Grid, Sort};
use crate::finding::{Finding, Weight};

/// How many live in a grid or a building.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    /// Households.
    pub households: u32,
    /// Persons.
    pub persons: u32,
}

impl Size {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            households: self.households.saturating_add(other.households),
            persons: self.persons.saturating_add(other.persons),
        }
    }

    const fn of(self, measure: Measure) -> u32 {
        match measure {
            Measure::Households => self.households,
            _ => self.persons,
        }
    }
}

/// The measures that a size has.
const MEASURES: [Measure; 2] = [Measure::Households, Measure::Persons];

/// What a grid's size breaks: `sizing.households_low`, `sizing.households_high`, `sizing.persons_low`, `sizing.persons_high`. An exception
/// with a reason and an end makes a violation a warning until its last day; one without an end, or past it, is a finding itself:
/// `sizing.exception_open`, `sizing.exception_over`.
#[must_use]
pub fn judge(grid: &Grid, size: Size, norms: &[Norm], on: Date) -> Vec<Finding> {
    let mut findings = Vec::new();
    let excepted = grid.exception && grid.exception_until.is_some_and(|until| on <= until);
    for measure in MEASURES {
        let Some(norm) = lookup(norms, grid.sort, measure, on) else {
            continue;
        };
        let number = size.of(measure);
        let (code, weight, zh, en) = match (norm.judge(number), measure) {
            (Verdict::Within, _) => continue,
            (Verdict::Low(weight), Measure::Households) => {
                ("sizing.households_low", weight, "偏少", "too few")
            }
            (Verdict::High(weight), Measure::Households) => {
                ("sizing.households_high", weight, "偏多", "too many")
            }
            (Verdict::Low(weight), _) => ("sizing.persons_low", weight, "偏少", "too few"),
            (Verdict::High(weight), _) => ("sizing.persons_high", weight, "偏多", "too many"),
        };
        let zh = format!(
            "网格 {} {}{zh}：{number}，标准为 {}",
            grid.code,
            measure.zh(),
            norm.range()
        );
        let en = format!(
            "grid {}: {en} {}: {number}, the norm is {}",
            grid.code,
            measure.en(),
            norm.range()
        );
        let finding = if weight == Weight::Soft || excepted {
            Finding::soft(code, zh, en)
        } else {
            Finding::hard(code, zh, en)
        };
        findings.push(finding.about([grid.id]));
    }
    findings.extend(judge_exception(grid, on));
    findings
}

fn judge_exception(grid: &Grid, on: Date) -> Option<Finding> {
    if !grid.exception {
        return None;
    }
    match grid.exception_until {
        None => {
            let zh = format!("网格 {} 的规模例外没有期限", grid.code);
            let en = format!("grid {}: the exception to its size has no end", grid.code);
            Some(Finding::hard("sizing.exception_open", zh, en).about([grid.id]))
        }
        Some(until) if until < on => {
            let zh = format!("网格 {} 的规模例外已于 {until} 到期", grid.code);
            let en = format!(
                "grid {}: the exception to its size ended on {until}",
                grid.code
            );
            Some(Finding::soft("sizing.exception_over", zh, en).about([grid.id]))
        }
        Some(_) => None,
    }
}

/// Whether no measure of a size leaves its bounds at all.
#[must_use]
pub fn fits(size: Size, sort: Sort, norms: &[Norm], on: Date) -> bool {
    MEASURES
        .iter()
        .filter_map(|measure| Some((lookup(norms, sort, *measure, on)?, size.of(*measure))))
        .all(|(norm, number)| norm.judge(number) == Verdict::Within)
}

/// The most parts into which a grid is cut at once.
const PARTS_MAX: usize = 8;

/// A proposal to part a grid: the buildings of each part, in the order of the list, with their size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The parts, two and more, none of them empty.
    pub parts: Vec<(Vec<RecordId>, Size)>,
}

/// Cuts a grid's buildings, in the order of their list, into as few parts as fit the norm, two at least; among those the cut whose
/// greatest part has fewest households, then whose first parts are shortest. `None` if no cut fits. Neighbours in the list stay neighbours,
/// so a list that goes round the block gives parts that hang together.
#[must_use]
pub fn split(
    buildings: &[(RecordId, Size)],
    sort: Sort,
    norms: &[Norm],
    on: Date,
) -> Option<Split> {
    let count = buildings.len();
    let mut sums = vec![Size::default()];
    for (_, size) in buildings {
        sums.push(sums.last().copied().unwrap_or_default().plus(*size));
    }
    let part = |from: usize, to: usize| -> Option<Size> {
        let (low, high) = (sums.get(from)?, sums.get(to)?);
        let size = Size {
            households: high.households.saturating_sub(low.households),
            persons: high.persons.saturating_sub(low.persons),
        };
        fits(size, sort, norms, on).then_some(size)
    };
    // best[n]: the greatest part's households and the cuts of the best way to part the first n buildings.
    let mut best: Vec<Option<(u32, Vec<usize>)>> = (0..=count)
        .map(|to| Some((part(0, to)?.households, vec![to])))
        .collect();
    for _ in 2..=PARTS_MAX.min(count) {
        let longer = (0..=count).map(|to| {
            let ways = (1..to).filter_map(|from| {
                let (greatest, cuts) = best.get(from)?.as_ref()?;
                let size = part(from, to)?;
                let cuts: Vec<usize> = cuts.iter().copied().chain([to]).collect();
                Some(((*greatest).max(size.households), cuts))
            });
            ways.min()
        });
        best = longer.collect();
        if let Some(Some((_, cuts))) = best.get(count) {
            let starts = [0].into_iter().chain(cuts.iter().copied());
            let parts = starts.zip(cuts).filter_map(|(from, to)| {
                let ids = buildings
                    .get(from..*to)?
                    .iter()
                    .map(|(id, _)| *id)
                    .collect();
                Some((ids, part(from, *to)?))
            });
            return Some(Split {
                parts: parts.collect(),
            });
        }
    }
    None
}

/// A proposal to join two neighbouring grids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The smaller, by households, then by id.
    pub small: RecordId,
    /// The neighbour that it joins.
    pub into: RecordId,
    /// The size of both.
    pub size: Size,
}

/// Which small grids to join with which neighbours. The smallest comes first and takes the neighbour with which it is smallest and still
/// fits the norm; each grid is in one proposal at most. `neighbours` names pairs in either order.
#[must_use]
pub fn merges(
    grids: &[(&Grid, Size)],
    neighbours: &[(RecordId, RecordId)],
    norms: &[Norm],
    on: Date,
) -> Vec<Merge> {
    let low = |grid: &Grid, size: Size| {
        MEASURES.iter().any(|measure| {
            let norm = lookup(norms, grid.sort, *measure, on);
            norm.is_some_and(|norm| matches!(norm.judge(size.of(*measure)), Verdict::Low(_)))
        })
    };
    let beside: BTreeSet<(RecordId, RecordId)> = neighbours
        .iter()
        .flat_map(|(a, b)| [(*a, *b), (*b, *a)])
        .collect();
    let mut order: Vec<&(&Grid, Size)> = grids.iter().collect();
    order.sort_by_key(|(grid, size)| (size.households, size.persons, grid.id));
    let mut taken: BTreeSet<RecordId> = BTreeSet::new();
    let mut merges = Vec::new();
    for (grid, size) in order.iter().filter(|(grid, size)| low(grid, *size)) {
        if taken.contains(&grid.id) {
            continue;
        }
        let partner = order
            .iter()
            .filter(|(other, _)| {
                other.id != grid.id && other.sort == grid.sort && !taken.contains(&other.id)
            })
            .filter(|(other, _)| beside.contains(&(grid.id, other.id)))
            .find(|(_, with)| fits(size.plus(*with), grid.sort, norms, on));
        if let Some((other, with)) = partner {
            taken.extend([grid.id, other.id]);
            merges.push(Merge {
                small: grid.id,
                into: other.id,
                size: size.plus(*with),
            });
        }
    }
    merges
}

#[cfg(test)]
mod tests;
