//! The figures of the roster: how many are full-time, how many leave, how long they stay, how long posts stand empty, whose certificates hold.
//!
//! All are whole numbers: shares in thousandths, times in days. Sources: paper II.(3), R31, R32, R35, R44, R48.

use std::collections::BTreeMap;

use wangge_model::area::Area;
use wangge_model::id::RecordId;
use wangge_model::time::Date;

use super::Post;
use super::answer::{Why, answers_for};
use crate::finding::Finding;
use crate::words::words;

words! {
    /// How a member is employed: the code list `employment`.
    pub enum Employment {
        /// 专职.
        FullTime = "full_time", "专职", "Full-time";
        /// 兼职.
        PartTime = "part_time", "兼职", "Part-time";
        /// 下派挂职.
        Seconded = "seconded", "下派挂职", "Seconded";
        /// 志愿者.
        Volunteer = "volunteer", "志愿者", "Volunteer";
        /// 党员.
        PartyMember = "party_member", "党员", "Party member";
    }
}

/// A member of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Their record.
    pub id: RecordId,
    /// How they are employed; `None` if nobody wrote it down.
    pub employment: Option<Employment>,
    /// Where they come from: a code of `member_source`, empty if unknown.
    pub source: String,
    /// The first day.
    pub joined: Date,
    /// The last day.
    pub left: Option<Date>,
}

impl Member {
    /// Whether they are there on a day.
    #[must_use]
    pub fn there(&self, on: Date) -> bool {
        self.joined <= on && self.left.is_none_or(|left| on <= left)
    }
}

/// The figures of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// How many there were on the day before the first.
    pub at_start: u32,
    /// How many there are on the last day.
    pub at_end: u32,
    /// How many came in the period.
    pub joined: u32,
    /// How many had their last day in it, the last day of the period left out: they are there on it.
    pub left: u32,
    /// Those of the last day by employment; unknown ones are in none.
    pub by_employment: BTreeMap<Employment, u32>,
    /// Those of the last day by source.
    pub by_source: BTreeMap<String, u32>,
    /// Full-time ones of the last day, in thousandths; `None` if there is nobody.
    pub full_time_permille: Option<u32>,
    /// Those who left, in thousandths of the mean of start and end; `None` if there was nobody.
    pub turnover_permille: Option<u32>,
    /// The median of the days that those of the last day have been there.
    pub tenure_days_median: Option<u32>,
    /// The median of the days that those who left had been there.
    pub leavers_days_median: Option<u32>,
}

/// The figures of a period, both days in it.
#[must_use]
pub fn figures(members: &[Member], from: Date, until: Date) -> Roster {
    let before = from.plus(-1);
    let there: Vec<&Member> = members
        .iter()
        .filter(|member| member.there(until))
        .collect();
    let leavers: Vec<(&Member, Date)> = members
        .iter()
        .filter_map(|member| Some((member, member.left?)))
        .filter(|(member, left)| before <= *left && *left < until && member.joined <= *left)
        .collect();
    let mut roster = Roster {
        at_start: count(members.iter().filter(|member| member.there(before))),
        at_end: count(there.iter()),
        joined: count(
            members
                .iter()
                .filter(|member| from <= member.joined && member.joined <= until),
        ),
        left: count(leavers.iter()),
        ..Roster::default()
    };
    for member in &there {
        if let Some(employment) = member.employment {
            *roster.by_employment.entry(employment).or_default() += 1;
        }
        *roster.by_source.entry(member.source.clone()).or_default() += 1;
    }
    let full_time = roster
        .by_employment
        .get(&Employment::FullTime)
        .copied()
        .unwrap_or(0);
    roster.full_time_permille = permille(full_time, roster.at_end);
    // Of the mean of both ends: twice the leavers against their sum.
    roster.turnover_permille = permille(
        roster.left.saturating_mul(2),
        roster.at_start.saturating_add(roster.at_end),
    );
    roster.tenure_days_median = median(there.iter().map(|member| member.joined.days_until(until)));
    roster.leavers_days_median = median(
        leavers
            .iter()
            .map(|(member, left)| member.joined.days_until(*left)),
    );
    roster
}

fn count(these: impl Iterator) -> u32 {
    u32::try_from(these.count()).unwrap_or(u32::MAX)
}

fn permille(part: u32, whole: u32) -> Option<u32> {
    let share = (u64::from(part) * 1000).checked_div(u64::from(whole))?;
    u32::try_from(share).ok()
}

/// The middle of some days; of two in the middle the smaller.
fn median(days: impl Iterator<Item = i64>) -> Option<u32> {
    let mut days: Vec<i64> = days.collect();
    days.sort_unstable();
    let middle = days.len().checked_sub(1)? / 2;
    u32::try_from(*days.get(middle)?).ok()
}

/// The longest period of which vacant days are counted.
pub const VACANCY_DAYS_MAX: i64 = 3_660;

/// On how many days of a period, both ends in it, no member or assistant answered for a grid: only its chief, or somebody above, or nobody.
/// Of a longer period only the first [`VACANCY_DAYS_MAX`] days count.
#[must_use]
pub fn vacant_days(grid: &Area, posts: &[Post], from: Date, until: Date) -> u32 {
    let days = (from.days_until(until) + 1).clamp(0, VACANCY_DAYS_MAX);
    // Only these posts can answer, or take their holder away.
    let near: Vec<Post> = posts
        .iter()
        .filter(|post| post.area == *grid)
        .cloned()
        .collect();
    let mine =
        |post: &&Post| post.area == *grid || near.iter().any(|own| own.member == post.member);
    let posts: Vec<Post> = posts.iter().filter(mine).cloned().collect();
    let vacant = (0..days).filter(|day| {
        let answer = answers_for(grid, from.plus(*day).start(), &posts);
        answer.is_none_or(|answer| matches!(answer.why, Why::Chief | Why::Above))
    });
    count(vacant)
}

/// A certificate or a training.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its record.
    pub id: RecordId,
    /// Whose it is.
    pub member: RecordId,
    /// The day on which it was given.
    pub on: Date,
    /// Its last day; `None` if it has none.
    pub valid_until: Option<Date>,
}

/// Who of the members that are there on a day has no certificate that holds: `member.unqualified` none at all, `member.certificate_over`
/// the last one has ended, `member.certificate_ends` the last one ends within `warn_days`.
#[must_use]
pub fn qualification(
    members: &[Member],
    certificates: &[Certificate],
    on: Date,
    warn_days: i64,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in members.iter().filter(|member| member.there(on)) {
        let own = certificates
            .iter()
            .filter(|one| one.member == member.id && one.on <= on);
        // One without an end outlasts all others.
        let last = own.max_by_key(|one| (one.valid_until.is_none(), one.valid_until, one.id));
        let finding = match last.map(|last| (last.id, last.valid_until)) {
            None => Finding::soft(
                "member.unqualified",
                "没有培训或资格记录",
                "no training or certificate is on record",
            )
            .about([member.id]),
            Some((id, Some(until))) if until < on => {
                let en = format!("the last certificate ended on {until}");
                Finding::soft(
                    "member.certificate_over",
                    format!("资格证书已于 {until} 到期"),
                    en,
                )
                .about([member.id, id])
            }
            Some((id, Some(until))) if on.days_until(until) < warn_days => {
                let en = format!("the last certificate ends on {until}");
                Finding::soft(
                    "member.certificate_ends",
                    format!("资格证书将于 {until} 到期"),
                    en,
                )
                .about([member.id, id])
            }
            Some(_) => continue,
        };
        findings.push(finding);
    }
    findings.sort();
    findings
}

#[cfg(test)]
mod tests;
