//! A grid's life: draft, checked, approved, in force from a date, superseded; and its numbers.
//!
//! Sources: paper I, R8 (draft → check → approve → effective date); domain.md 4.2 (15 digits: community and a serial of 001 to 999 that
//! is never used by two at once; identity is the record, the code a dated attribute).

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::area::{Area, Level};
use wangge_model::id::{MemberId, RecordId};
use wangge_model::time::Date;

use super::{Grid, State};
use crate::finding::Finding;
use crate::validity::Validity;

/// Where a grid stands on a day. What was approved comes into force and goes by its dates, without anybody writing it down.
#[must_use]
pub fn state_on(grid: &Grid, on: Date) -> State {
    match grid.state {
        State::Draft | State::Checked => grid.state,
        State::Superseded if grid.valid.until.is_none() => State::Superseded,
        _ if grid.valid.until.is_some_and(|until| until < on) => State::Superseded,
        _ if grid.valid.from.is_none_or(|from| from <= on) => State::InForce,
        _ => State::Approved,
    }
}

/// Whether a grid may go from one state to another. One that was approved can be taken back to a draft until its day.
#[must_use]
pub const fn may_become(from: State, to: State) -> bool {
    matches!(
        (from, to),
        (State::Draft, State::Checked)
            | (State::Checked, State::Approved | State::Draft)
            | (State::Approved, State::InForce | State::Draft)
            | (State::InForce, State::Superseded)
    )
}

/// How far something that is drafted, checked and approved has come, and by whose hands: a grid, or a plan of the division.
#[derive(Clone, Copy, Debug)]
pub struct Course<'a> {
    /// The record.
    pub id: RecordId,
    /// What it is called, in Chinese and English.
    pub subject: (&'a str, &'a str),
    /// The state as it was written down.
    pub state: State,
    /// In force from when until when.
    pub valid: Validity,
    /// Who drafted, checked and approved it.
    pub hands: [Option<MemberId>; 3],
}

/// What is wrong with a grid's life: `life.period` it ends before it begins; `life.unchecked` approved without a check; `life.same_hands`
/// checked or approved by who drafted it; `life.undated` approved without the day from which.
#[must_use]
pub fn judge(grid: &Grid) -> Vec<Finding> {
    let (zh, en) = (format!("网格 {}", grid.code), format!("grid {}", grid.code));
    judge_course(&Course {
        id: grid.id,
        subject: (&zh, &en),
        state: grid.state,
        valid: grid.valid,
        hands: [grid.drafted_by, grid.checked_by, grid.approved_by],
    })
}

/// The same of anything that goes this way.
#[must_use]
pub fn judge_course(course: &Course<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut tell = |code, zh: &str, en: &str| {
        let zh = format!("{}：{zh}", course.subject.0);
        let en = format!("{}: {en}", course.subject.1);
        findings.push(Finding::hard(code, zh, en).about([course.id]));
    };
    if course.valid.empty() {
        tell(
            "life.period",
            "失效日期早于生效日期",
            "it ends before it begins",
        );
    }
    let [drafter, checked_by, approved_by] = course.hands;
    let approved = !matches!(course.state, State::Draft | State::Checked);
    if approved && (checked_by.is_none() || approved_by.is_none()) {
        tell(
            "life.unchecked",
            "未经审核或批准即生效",
            "approved without a check, or by nobody",
        );
    }
    let own = |by: Option<MemberId>| by.is_some() && by == drafter;
    if own(checked_by) || (approved && own(approved_by)) {
        tell(
            "life.same_hands",
            "拟定人不得自行审核或批准",
            "checked or approved by who drafted it",
        );
    }
    if approved && course.valid.from.is_none() {
        tell(
            "life.undated",
            "已批准但没有生效日期",
            "approved without the day from which it is in force",
        );
    }
    findings
}

/// What is wrong with the codes of all grids: `code.form` not 15 digits, or the serial 000; `code.taken` two grids have one code on one day.
#[must_use]
pub fn judge_codes(grids: &[Grid]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut by_code: BTreeMap<&Area, Vec<&Grid>> = BTreeMap::new();
    for grid in grids {
        if grid.code.level() != Level::Grid || serial(&grid.code) == Some(0) {
            let zh = format!("网格编码 {} 应为15位，序号为001至999", grid.code);
            let en = format!(
                "the code {} is not of 15 digits with a serial of 001 to 999",
                grid.code
            );
            findings.push(Finding::hard("code.form", zh, en).about([grid.id]));
        }
        if !matches!(grid.state, State::Draft | State::Checked) {
            by_code.entry(&grid.code).or_default().push(grid);
        }
    }
    for (code, mut grids) in by_code {
        grids.sort_by_key(|grid| (grid.valid.from, grid.id));
        for (at, grid) in grids.iter().enumerate() {
            for later in grids
                .iter()
                .skip(at + 1)
                .filter(|later| later.valid.overlaps(&grid.valid))
            {
                let zh = format!("编码 {code} 在同一时期被两个网格使用");
                let en = format!("the code {code} is used by two grids at one time");
                findings.push(Finding::hard("code.taken", zh, en).about([grid.id, later.id]));
            }
        }
    }
    findings.sort();
    findings
}

/// The serial within the community: the last three digits of 15.
#[must_use]
pub fn serial(code: &Area) -> Option<u16> {
    code.as_str().get(12..15)?.parse().ok()
}

/// The code for a new grid of a community: the lowest serial that was never used there, or, when all 999 were, the lowest that no grid has
/// on `on` or later. `None` if that community is none, or has no number left.
#[must_use]
pub fn next_code(community: &Area, grids: &[Grid], on: Date) -> Option<Area> {
    if community.level() != Level::Community {
        return None;
    }
    let inside = grids.iter().filter(|grid| community.contains(&grid.code));
    let used: BTreeSet<u16> = inside
        .clone()
        .filter_map(|grid| serial(&grid.code))
        .collect();
    let kept: BTreeSet<u16> = inside
        .filter(|grid| grid.valid.until.is_none_or(|until| on <= until))
        .filter_map(|grid| serial(&grid.code))
        .collect();
    let free = (1..=999).find(|serial| !used.contains(serial));
    let free = free.or_else(|| (1..=999).find(|serial| !kept.contains(serial)))?;
    format!("{community}{free:03}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{codes, day, grid, hand, id};
    use super::*;
    use crate::validity::Validity;

    fn period(from: &str, until: &str) -> Validity {
        Validity {
            from: from.parse().ok(),
            until: until.parse().ok(),
        }
    }

    #[test]
    fn dates_bring_a_grid_into_force_and_out_of_it() {
        let of = |state| Grid {
            state,
            valid: period("2026-01-01", "2026-12-31"),
            ..grid(1, 1, &[])
        };
        for (state, on, then) in [
            (State::Draft, "2026-06-01", State::Draft),
            (State::Checked, "2026-06-01", State::Checked),
            (State::Approved, "2025-12-31", State::Approved),
            (State::Approved, "2026-01-01", State::InForce),
            (State::InForce, "2026-12-31", State::InForce),
            (State::Approved, "2027-01-01", State::Superseded),
            (State::Superseded, "2026-06-01", State::InForce),
        ] {
            assert_eq!(state_on(&of(state), day(on)), then, "{state:?} {on}");
        }
        let undated = Grid {
            state: State::Superseded,
            valid: period("2026-01-01", ""),
            ..grid(1, 1, &[])
        };
        assert_eq!(state_on(&undated, day("2026-06-01")), State::Superseded);
    }

    #[test]
    fn the_way_through_the_states() {
        let ways: Vec<_> = State::ALL
            .iter()
            .flat_map(|from| State::ALL.iter().map(move |to| (*from, *to)))
            .filter(|(from, to)| may_become(*from, *to))
            .collect();
        assert_eq!(ways.len(), 6);
        assert!(
            !may_become(State::Draft, State::Approved)
                && !may_become(State::Superseded, State::InForce)
        );
    }

    #[test]
    fn approval_needs_other_hands_and_a_date() {
        assert_eq!(judge(&grid(1, 1, &[])), []);
        let own = Grid {
            checked_by: Some(hand(1)),
            ..grid(1, 1, &[])
        };
        assert_eq!(codes(&judge(&own)), ["life.same_hands"]);
        let own = Grid {
            approved_by: Some(hand(1)),
            ..grid(1, 1, &[])
        };
        assert_eq!(codes(&judge(&own)), ["life.same_hands"]);
        let hasty = Grid {
            checked_by: None,
            valid: Validity::ALWAYS,
            ..grid(1, 1, &[])
        };
        assert_eq!(codes(&judge(&hasty)), ["life.unchecked", "life.undated"]);
        let draft = Grid {
            state: State::Draft,
            checked_by: None,
            approved_by: None,
            ..hasty
        };
        assert_eq!(judge(&draft), []);
        let backwards = Grid {
            valid: period("2026-02-01", "2026-01-01"),
            ..grid(1, 1, &[])
        };
        assert_eq!(codes(&judge(&backwards)), ["life.period"]);
    }

    #[test]
    fn a_number_is_used_again_only_when_nobody_has_it() {
        let old = Grid {
            valid: period("2024-01-01", "2025-12-31"),
            ..grid(1, 1, &[])
        };
        let new = Grid {
            id: id(2),
            valid: period("2026-01-01", ""),
            ..old.clone()
        };
        assert_eq!(judge_codes(&[old.clone(), new.clone()]), []);
        let early = Grid {
            valid: period("2025-12-31", ""),
            ..new.clone()
        };
        let found = judge_codes(&[early.clone(), old.clone()]);
        assert_eq!(
            (codes(&found), found[0].ids.clone()),
            (vec!["code.taken"], vec![id(1), id(2)])
        );
        assert_eq!(
            judge_codes(&[
                Grid {
                    state: State::Draft,
                    ..early
                },
                old
            ]),
            []
        );
        let short = Grid {
            code: "410522100201".parse().unwrap(),
            ..grid(3, 3, &[])
        };
        let zero = Grid {
            code: "410522100201000".parse().unwrap(),
            ..grid(4, 3, &[])
        };
        assert_eq!(
            codes(&judge_codes(&[short, zero])),
            ["code.form", "code.form"]
        );
    }

    #[test]
    fn the_next_number() {
        let community: Area = "410522100201".parse().unwrap();
        let on = day("2026-01-01");
        let gone = Grid {
            valid: period("2024-01-01", "2025-12-31"),
            ..grid(2, 2, &[])
        };
        let next = next_code(&community, &[grid(1, 1, &[]), gone.clone()], on);
        assert_eq!(next.unwrap().as_str(), "410522100201003");
        let mut all: Vec<Grid> = (1..=999).map(|n| grid(n, n, &[])).collect();
        assert_eq!(next_code(&community, &all, on), None);
        all[1] = gone;
        assert_eq!(
            next_code(&community, &all, on).unwrap().as_str(),
            "410522100201002"
        );
        assert_eq!(next_code(&"410522100".parse().unwrap(), &[], on), None);
    }
}
