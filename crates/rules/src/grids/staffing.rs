//! Whether a grid has the people that its norm asks for, and whether they have more work than they can do.
//!
//! Sources: paper R6 (overload, what upper levels may hand down), R25 (tasks a week), R26 (not too many levels), R27 (norm, vacancy).

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_model::time::Date;

use super::norm::{Measure, Norm, Verdict, lookup};
use super::sizing::Size;
use super::{Grid, Sort};
use crate::finding::{Finding, Weight};
use crate::people::roster::{Employment, Member};
use crate::people::{Office, Post, PostSort};

/// The people in a grid's posts on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Staff {
    /// Members and assistants; one who only covers it beside their own grid is not counted.
    pub members: u32,
    /// Those of them that are employed full-time.
    pub full_time: u32,
    /// Those who only cover it.
    pub covering: u32,
}

/// Counts the people in a grid's posts on a day, each once.
#[must_use]
pub fn staff(grid: &Grid, posts: &[Post], roster: &[Member], on: Date) -> Staff {
    let employment: BTreeMap<RecordId, Option<Employment>> = roster
        .iter()
        .map(|member| (member.id, member.employment))
        .collect();
    let mut held: BTreeMap<RecordId, bool> = BTreeMap::new();
    for post in posts {
        let here =
            post.area == grid.code && matches!(post.office, Office::Member | Office::Assistant);
        if here && post.held_on(on) && post.sort != PostSort::Invited {
            let own = post.sort != PostSort::Cover;
            *held.entry(post.member).or_default() |= own;
        }
    }
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let own = || held.iter().filter(|(_, own)| **own);
    let full_time =
        own().filter(|(member, _)| employment.get(member) == Some(&Some(Employment::FullTime)));
    Staff {
        members: number(own().count()),
        full_time: number(full_time.count()),
        covering: number(held.len() - own().count()),
    }
}

/// What a grid's staff breaks: `staffing.vacant` nobody; `staffing.members`, `staffing.full_time`, `staffing.households_per_member` outside
/// the norm.
#[must_use]
pub fn judge(grid: &Grid, size: Size, staff: Staff, norms: &[Norm], on: Date) -> Vec<Finding> {
    if staff.members == 0 && lookup(norms, grid.sort, Measure::Members, on).is_some() {
        let (zh, en) = if staff.covering > 0 {
            ("仅由邻格兼管", "only covered by a neighbour")
        } else {
            ("空岗", "vacant")
        };
        let zh = format!("网格 {} {zh}", grid.code);
        return vec![
            Finding::hard("staffing.vacant", zh, format!("grid {}: {en}", grid.code))
                .about([grid.id]),
        ];
    }
    let measured = [
        ("staffing.members", Measure::Members, Some(staff.members)),
        (
            "staffing.full_time",
            Measure::FullTime,
            Some(staff.full_time),
        ),
        (
            "staffing.households_per_member",
            Measure::HouseholdsPerMember,
            size.households.checked_div(staff.members),
        ),
    ];
    let subject = (format!("网格 {}", grid.code), format!("grid {}", grid.code));
    let judged = measured.into_iter().filter_map(|(code, measure, number)| {
        let norm = lookup(norms, grid.sort, measure, on)?;
        Some(outside(code, norm, number?, &subject)?.about([grid.id]))
    });
    judged.collect()
}

/// The work of one member in a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// The member.
    pub member: RecordId,
    /// All tasks of the week: matters, visits, patrols, calls.
    pub tasks: u32,
    /// Those of them that came from above.
    pub from_above: u32,
}

/// Who has more work than the norm: `staffing.workload`, `staffing.intake`; in the order of members.
#[must_use]
pub fn overload(loads: &[Load], sort: Sort, norms: &[Norm], on: Date) -> Vec<Finding> {
    let mut loads: Vec<&Load> = loads.iter().collect();
    loads.sort_by_key(|load| load.member);
    let subject = ("网格员".to_owned(), "member".to_owned());
    let judged = loads.into_iter().flat_map(|load| {
        let measured = [
            ("staffing.workload", Measure::WorkloadWeek, load.tasks),
            ("staffing.intake", Measure::IntakeWeek, load.from_above),
        ];
        let subject = &subject;
        measured
            .into_iter()
            .filter_map(move |(code, measure, number)| {
                let norm = lookup(norms, sort, measure, on)?;
                Some(outside(code, norm, number, subject)?.about([load.member]))
            })
    });
    judged.collect()
}

/// Whether so many more tasks from above would pass the norm of a week: what a level above asks before it hands anything down.
#[must_use]
pub fn may_take(load: &Load, more: u32, sort: Sort, norms: &[Norm], on: Date) -> bool {
    let within = |measure, number: u32| {
        let norm = lookup(norms, sort, measure, on);
        norm.is_none_or(|norm| !matches!(norm.judge(number.saturating_add(more)), Verdict::High(_)))
    };
    within(Measure::IntakeWeek, load.from_above) && within(Measure::WorkloadWeek, load.tasks)
}

/// How many more tasks from above a member may take in this week: the limit of intake (paper R6). `None` where no norm bounds it.
#[must_use]
pub fn room(load: &Load, sort: Sort, norms: &[Norm], on: Date) -> Option<u32> {
    let left = |measure, number: u32| {
        let norm = lookup(norms, sort, measure, on)?;
        let most = norm.warn_high.or(norm.violation_high)?;
        Some(most.saturating_sub(number))
    };
    let intake = left(Measure::IntakeWeek, load.from_above);
    let whole = left(Measure::WorkloadWeek, load.tasks);
    intake.into_iter().chain(whole).min()
}

/// How deep a division goes: `staffing.depth` for each grid with more levels above it, itself counted, than the norm; a grid whose parents
/// go in a circle is `staffing.circle`.
#[must_use]
pub fn depth(grids: &[Grid], norms: &[Norm], on: Date) -> Vec<Finding> {
    let parents: BTreeMap<RecordId, Option<RecordId>> =
        grids.iter().map(|grid| (grid.id, grid.parent)).collect();
    let mut findings = Vec::new();
    for grid in grids {
        let mut levels = 1_u32;
        let mut at = grid.parent;
        while let Some(up) =
            at.filter(|_| usize::try_from(levels).is_ok_and(|levels| levels <= grids.len()))
        {
            levels += 1;
            at = parents.get(&up).copied().flatten();
        }
        if at.is_some() {
            let zh = format!("网格 {} 的上级关系成环", grid.code);
            let en = format!("grid {}: its parents go in a circle", grid.code);
            findings.push(Finding::hard("staffing.circle", zh, en).about([grid.id]));
            continue;
        }
        let subject = (format!("网格 {}", grid.code), format!("grid {}", grid.code));
        let norm = lookup(norms, grid.sort, Measure::Depth, on);
        findings.extend(
            norm.and_then(|norm| outside("staffing.depth", norm, levels, &subject))
                .map(|finding| finding.about([grid.id])),
        );
    }
    findings.sort();
    findings
}

/// A finding if a number is outside its norm.
fn outside(
    code: &'static str,
    norm: &Norm,
    number: u32,
    subject: &(String, String),
) -> Option<Finding> {
    let (weight, zh, en) = match norm.judge(number) {
        Verdict::Within => return None,
        Verdict::Low(weight) => (weight, "低于标准", "below the norm"),
        Verdict::High(weight) => (weight, "超过标准", "above the norm"),
    };
    let (measure, range) = (norm.measure, norm.range());
    let zh = format!(
        "{}{}{zh}：{number}，标准为 {range}",
        subject.0,
        measure.zh()
    );
    let en = format!(
        "{}: {} {en}: {number}, the norm is {range}",
        subject.1,
        measure.en()
    );
    Some(match weight {
        Weight::Hard => Finding::hard(code, zh, en),
        Weight::Soft => Finding::soft(code, zh, en),
    })
}

#[cfg(test)]
mod tests {
    use super::super::norm::{DEFAULT_SET, parse};
    use super::super::testing::{codes, day, grid, id};
    use super::*;
    use crate::people::testing::{id as person, post};

    const ON: &str = "2026-03-01";
    const COUNTED: Staff = Staff {
        members: 2,
        full_time: 1,
        covering: 1,
    };
    const GRID: &str = "410522100201001";

    fn member(n: u32, employment: Employment) -> Member {
        Member {
            id: person(n),
            employment: Some(employment),
            source: String::new(),
            joined: day("2020-01-01"),
            left: None,
        }
    }

    #[test]
    fn each_is_counted_once_and_cover_is_not_staff() {
        let grid = grid(1, 1, &[]);
        let posts = [
            post(1, 1, Office::Member, GRID),
            post(2, 1, Office::Assistant, GRID),
            post(3, 2, Office::Assistant, GRID),
            post(4, 3, Office::Chief, GRID),
            Post {
                sort: PostSort::Cover,
                ..post(5, 4, Office::Member, GRID)
            },
            Post {
                sort: PostSort::Invited,
                ..post(6, 5, Office::Member, GRID)
            },
            Post {
                until: Some(day("2026-02-28")),
                ..post(7, 6, Office::Member, GRID)
            },
            post(8, 7, Office::Member, "410522100201002"),
            // Who has a post of their own here is staff, whatever else they cover.
            Post {
                sort: PostSort::Cover,
                ..post(9, 2, Office::Member, GRID)
            },
        ];
        let roster = [
            member(1, Employment::FullTime),
            member(2, Employment::Volunteer),
        ];
        let counted = staff(&grid, &posts, &roster, day(ON));
        assert_eq!(counted, COUNTED);
    }

    #[test]
    fn too_few_or_only_cover_is_told() {
        let (norms, _) = parse(DEFAULT_SET);
        let (grid, counted) = (grid(1, 1, &[]), COUNTED);
        let of = |households, staff| {
            codes(&judge(
                &grid,
                Size {
                    households,
                    persons: 1000,
                },
                staff,
                &norms,
                day(ON),
            ))
        };
        assert_eq!(of(400, counted), Vec::<&str>::new());
        assert_eq!(of(1200, counted), ["staffing.households_per_member"]);
        assert_eq!(
            of(
                400,
                Staff {
                    full_time: 0,
                    ..counted
                }
            ),
            ["staffing.full_time"]
        );
        assert_eq!(
            of(
                400,
                Staff {
                    members: 0,
                    ..counted
                }
            ),
            ["staffing.vacant"]
        );
        let micro = Grid {
            sort: Sort::Micro,
            ..grid.clone()
        };
        assert_eq!(
            judge(&micro, Size::default(), Staff::default(), &norms, day(ON)),
            []
        );
    }

    #[test]
    fn a_grid_that_a_neighbour_covers_is_told_apart_from_an_empty_one() {
        let (norms, _) = parse(DEFAULT_SET);
        let grid = grid(1, 1, &[]);
        let told = |covering| {
            let staff = Staff {
                covering,
                ..Staff::default()
            };
            let found = judge(&grid, Size::default(), staff, &norms, day(ON));
            (
                found.len(),
                found[0].zh.contains("兼管"),
                found[0].zh.contains("空岗"),
            )
        };
        assert_eq!(told(0), (1, false, true));
        assert_eq!(told(1), (1, true, false));
    }

    #[test]
    fn work_above_the_norm_and_what_may_still_come() {
        let (norms, _) = parse(DEFAULT_SET);
        let load = |n, tasks, from_above| Load {
            member: id(n),
            tasks,
            from_above,
        };
        let found = overload(
            &[load(2, 61, 5), load(1, 41, 21), load(3, 40, 10)],
            Sort::Basic,
            &norms,
            day(ON),
        );
        let found: Vec<_> = found
            .iter()
            .map(|finding| (finding.code, finding.ids[0], finding.weight))
            .collect();
        assert_eq!(
            found,
            [
                ("staffing.workload", id(1), Weight::Soft),
                ("staffing.intake", id(1), Weight::Hard),
                ("staffing.workload", id(2), Weight::Hard),
            ]
        );
        assert!(may_take(&load(1, 30, 8), 2, Sort::Basic, &norms, day(ON)));
        assert!(!may_take(&load(1, 30, 8), 3, Sort::Basic, &norms, day(ON)));
        assert!(!may_take(&load(1, 39, 0), 2, Sort::Basic, &norms, day(ON)));
        let room =
            |tasks, from_above| room(&load(1, tasks, from_above), Sort::Basic, &norms, day(ON));
        assert_eq!(
            [room(30, 8), room(39, 0), room(50, 30)],
            [Some(2), Some(1), Some(0)]
        );
        assert_eq!(super::room(&load(1, 1, 1), Sort::Basic, &[], day(ON)), None);
    }

    #[test]
    fn a_division_is_not_too_deep_and_has_no_circle() {
        let (norms, _) = parse(DEFAULT_SET);
        let under = |n, parent: Option<u32>| Grid {
            parent: parent.map(id),
            ..grid(n, n, &[])
        };
        let chain = [
            under(1, None),
            under(2, Some(1)),
            under(3, Some(2)),
            under(4, Some(3)),
        ];
        let found = depth(&chain, &norms, day(ON));
        assert_eq!(
            found
                .iter()
                .map(|finding| (finding.ids[0], finding.weight))
                .collect::<Vec<_>>(),
            [(id(3), Weight::Soft), (id(4), Weight::Hard)]
        );
        let circle = [under(1, Some(2)), under(2, Some(1))];
        assert_eq!(
            codes(&depth(&circle, &norms, day(ON))),
            ["staffing.circle", "staffing.circle"]
        );
    }
}
