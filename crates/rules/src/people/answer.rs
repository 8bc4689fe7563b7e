//! Who answers for an area at an instant. There is always the same answer on every replica, and if nobody answers below, somebody above
//! does: the chain of chiefs ends at a named person (paper R53).

use std::collections::BTreeSet;

use wangge_model::area::{Area, Level};
use wangge_model::id::RecordId;
use wangge_model::time::{Date, Ms};

use super::{Office, Post, PostSort};
use crate::words::words;

words! {
    /// Why this member answers.
    pub enum Why {
        /// The holder is being relieved, and not both have signed.
        HandoverOpen = "handover_open", "交接未完成，原任继续负责", "the handover is open: the old holder stays responsible";
        /// Stands in for the holder.
        Substitute = "substitute", "代理", "stands in";
        /// Holds the post.
        Holder = "holder", "在任", "holds the post";
        /// Took it over with both signatures; a post of their own is not written yet.
        Successor = "successor", "已交接，接任人负责", "took it over";
        /// Is here for a time.
        Seconded = "seconded", "挂职", "is here for a time";
        /// Covers it beside their own grid.
        Cover = "cover", "邻格兼管", "covers it beside their own grid";
        /// The grid's chief, for want of a member.
        Chief = "chief", "网格长代管", "the grid's chief, for want of a member";
        /// The head of a level above, for want of anybody in the grid.
        Above = "above", "上级负责人代管", "the head of the level above, for want of anybody in the grid";
    }
}

words! {
    /// Why a member who holds a post does not answer.
    pub enum PassedOver {
        /// Works elsewhere for a time.
        Away = "away", "挂职外出", "works elsewhere for a time";
        /// Has not taken over yet: the old holder answers.
        NotTakenOver = "not_taken_over", "尚未完成接收", "has not taken over yet";
    }
}

/// Who answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The member.
    pub member: RecordId,
    /// The post by which they do.
    pub post: RecordId,
    /// Why they.
    pub why: Why,
    /// The level at which somebody was found.
    pub level: Level,
    /// The members who would answer next, the first one first: deputies.
    pub deputies: Vec<RecordId>,
    /// Those who hold a post there and do not answer, in the order of posts.
    pub passed_over: Vec<(RecordId, PassedOver)>,
}

/// Who answers for a grid at an instant: of its members the one to whom the first of [`Why`]'s reasons applies, then its chief, then the
/// heads of community, township and county. Among several with one reason: a member before an assistant, then who came first, then the
/// smaller id. `None` only if no level has anybody.
#[must_use]
pub fn answers_for(area: &Area, at: Ms, posts: &[Post]) -> Option<Answer> {
    let on = at.date();
    let mut passed_over = Vec::new();
    if area.level() == Level::Grid {
        for (offices, by_chief) in [
            (&[Office::Member, Office::Assistant][..], None),
            (&[Office::Chief], Some(Why::Chief)),
        ] {
            let (found, passed) = candidates(area, offices, on, posts);
            passed_over.extend(passed);
            if let Some((post, member, why)) = found.first() {
                let why = by_chief.unwrap_or(*why);
                return Some(Answer {
                    member: *member,
                    post: *post,
                    why,
                    level: Level::Grid,
                    deputies: deputies(&found),
                    passed_over,
                });
            }
        }
    }
    let found = chain(area, at, posts)
        .into_iter()
        .find(|link| link.level != Level::Grid)?;
    let why = if area.level() == found.level {
        found.why
    } else {
        Why::Above
    };
    passed_over.extend(found.passed_over);
    Some(Answer {
        why,
        passed_over,
        ..found
    })
}

/// The chain of heads over an area at an instant, from below: a grid's chief, community director, township head, county head. A level
/// without anybody is left out.
#[must_use]
pub fn chain(area: &Area, at: Ms, posts: &[Post]) -> Vec<Answer> {
    const HEADS: [(Level, Office); 4] = [
        (Level::Grid, Office::Chief),
        (Level::Community, Office::CommunityDirector),
        (Level::Township, Office::TownshipHead),
        (Level::County, Office::CountyHead),
    ];
    let links = HEADS.iter().filter_map(|(level, office)| {
        let area = area.at(*level)?;
        let (heads, passed_over) = candidates(&area, &[*office], at.date(), posts);
        let (post, member, why) = heads.first()?;
        Some(Answer {
            member: *member,
            post: *post,
            why: *why,
            level: *level,
            deputies: deputies(&heads),
            passed_over,
        })
    });
    links.collect()
}

/// Where an escalation to a level ends: the head of that level, or the first one above (paper R53). `None` where nobody is named.
#[must_use]
pub fn ends_at(area: &Area, level: Level, at: Ms, posts: &[Post]) -> Option<Answer> {
    chain(area, at, posts)
        .into_iter()
        .find(|link| level <= link.level)
}

/// Those after the first, each once.
fn deputies(found: &[Candidate]) -> Vec<RecordId> {
    let mut members: Vec<RecordId> = Vec::new();
    for (_, member, _) in found {
        if !members.contains(member) {
            members.push(*member);
        }
    }
    members.into_iter().skip(1).collect()
}

type Candidate = (RecordId, RecordId, Why);

/// Those who answer for an office of an area on a day, the first one first: post, member, why; and those passed over.
fn candidates(
    area: &Area,
    offices: &[Office],
    on: Date,
    posts: &[Post],
) -> (Vec<Candidate>, Vec<(RecordId, PassedOver)>) {
    let here: Vec<&Post> = posts
        .iter()
        .filter(|post| post.area == *area && offices.contains(&post.office))
        .collect();
    let awaited: BTreeSet<RecordId> = here
        .iter()
        .filter(|post| post.from <= on && post.handed_on().is_none_or(|handed_on| on < handed_on))
        .filter_map(|post| post.successor)
        .collect();
    let mut found = Vec::new();
    let mut passed_over = Vec::new();
    for post in &here {
        let of_its_own = match judge(post, on, posts, &awaited) {
            Standing::Answers(why) => Some((why, post.member)),
            Standing::Passed(reason) => {
                passed_over.push((post.id, reason));
                None
            }
            Standing::Not => None,
        };
        let taken = post
            .successor
            .filter(|_| post.handed_on().is_some_and(|handed_on| handed_on <= on));
        // Who took over answers by the signatures, until a post of their own says more: also when that one has ended.
        let own_post = |member: RecordId| {
            here.iter().any(|own| {
                own.member == member && own.id != post.id && own.sort != PostSort::Invited
            })
        };
        let taken = taken
            .filter(|member| !own_post(*member))
            .map(|member| (Why::Successor, member));
        let all = of_its_own.into_iter().chain(taken);
        found.extend(all.map(|(why, member)| {
            (
                (why, post.office != Office::Member, post.from, post.id),
                (post.id, member, why),
            )
        }));
    }
    found.sort_unstable();
    passed_over.sort_unstable();
    (
        found.into_iter().map(|(_, candidate)| candidate).collect(),
        passed_over,
    )
}

enum Standing {
    Answers(Why),
    Passed(PassedOver),
    Not,
}

fn judge(post: &Post, on: Date, posts: &[Post], awaited: &BTreeSet<RecordId>) -> Standing {
    if !post.held_on(on) || post.sort == PostSort::Invited {
        return Standing::Not;
    }
    if matches!(post.sort, PostSort::Regular) && away(post, on, posts) {
        return Standing::Passed(PassedOver::Away);
    }
    // A successor whose post has begun waits for the old holder's signature and their own.
    if awaited.contains(&post.member) && post.sort == PostSort::Regular && post.successor.is_none()
    {
        return Standing::Passed(PassedOver::NotTakenOver);
    }
    Standing::Answers(match post.sort {
        PostSort::Regular if post.handover_open(on) => Why::HandoverOpen,
        PostSort::Seconded => Why::Seconded,
        PostSort::Substitute => Why::Substitute,
        PostSort::Cover => Why::Cover,
        PostSort::Regular | PostSort::Invited => Why::Holder,
    })
}

/// Whether the holder works elsewhere for a time.
fn away(post: &Post, on: Date, posts: &[Post]) -> bool {
    posts.iter().any(|other| {
        other.member == post.member
            && other.sort == PostSort::Seconded
            && other.area != post.area
            && other.held_on(on)
    })
}

#[cfg(test)]
mod tests;
