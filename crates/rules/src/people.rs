//! The people of the grids: who holds which post, who answers for a grid, how the work passes on, and the figures of the roster.
//!
//! A post is a row; who answers is computed from the rows, so a handover whose two signatures were written on two phones offline comes out
//! the same everywhere. Sources: paper II.(3), R31-R37; III.(1), R44-R48; III.(2), R53.
//!
//! | module | judges |
//! |---|---|
//! | [`answer`] | who answers for an area at an instant, and the chain above |
//! | [`post`] | what is wrong with posts: open ends, open handovers |
//! | [`roster`] | shares, turnover, tenure, vacant days, certificates |
//! | [`rounds`] | when a plan of visits or patrols is due again |
//! | [`vote`] | what a deliberation's votes come to |

pub mod answer;
pub mod post;
pub mod roster;
pub mod rounds;
pub mod vote;

use wangge_model::area::Area;
use wangge_model::id::RecordId;
use wangge_model::time::Date;

use crate::words::words;

words! {
    /// What a post is: the code list `office`.
    pub enum Office {
        /// 网格长.
        Chief = "chief", "网格长", "Grid chief";
        /// 网格员.
        Member = "member", "网格员", "Grid member";
        /// 微网格长、协助员.
        Assistant = "assistant", "微网格长（协助员）", "Assistant";
        /// 党支部书记.
        PartySecretary = "party_secretary", "党支部书记", "Party secretary";
        /// 网格指导员.
        Guide = "guide", "网格指导员", "Guide";
        /// 社区主任.
        CommunityDirector = "community_director", "社区主任", "Community director";
        /// 乡镇长.
        TownshipHead = "township_head", "乡镇长", "Township head";
        /// 县长.
        CountyHead = "county_head", "县长", "County head";
        /// 部门联络员.
        Clerk = "clerk", "部门联络员", "Department clerk";
    }
}

words! {
    /// How a post is held: the code list `post_sort`.
    pub enum PostSort {
        /// 正式.
        Regular = "regular", "正式", "Regular";
        /// 挂职: for a time, from another unit or another grid; the post left behind is not answered for meanwhile.
        Seconded = "seconded", "挂职", "Seconded";
        /// 代理: in the place of somebody who is away.
        Substitute = "substitute", "代理", "Substitute";
        /// 邻格兼管: beside one's own grid.
        Cover = "cover", "邻格兼管", "Neighbouring grid's cover";
        /// 特邀: takes part, and never answers.
        Invited = "invited", "特邀", "Invited";
    }
}

/// A post that a member holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Post {
    /// Its record.
    pub id: RecordId,
    /// The member's record.
    pub member: RecordId,
    /// What it is.
    pub office: Office,
    /// The grid or area, by its code.
    pub area: Area,
    /// How it is held.
    pub sort: PostSort,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Option<Date>,
    /// Who takes it over.
    pub successor: Option<RecordId>,
    /// The day on which the holder signed that everything is handed over.
    pub handed_over: Option<Date>,
    /// The day on which the successor signed that everything is taken over.
    pub taken_over: Option<Date>,
}

impl Post {
    /// The day on which the second of both signatures stood; `None` while one is missing. Each is written once, by one person, so it does not
    /// matter which arrives first.
    #[must_use]
    pub fn handed_on(&self) -> Option<Date> {
        self.handed_over
            .zip(self.taken_over)
            .map(|(given, taken)| given.max(taken))
    }

    /// Whether the holder answers on a day. A named successor does not end it: until both have signed, the old holder stays responsible,
    /// even past the last day; from the day of the second signature on, no more.
    #[must_use]
    pub fn held_on(&self, on: Date) -> bool {
        let begun = self.from <= on;
        match (self.successor, self.handed_on()) {
            (Some(_), Some(handed_on)) => begun && on < handed_on,
            (Some(_), None) => begun,
            (None, _) => begun && self.until.is_none_or(|until| on <= until),
        }
    }

    /// Whether a handover is open on a day: a successor is named and the last day past, and a signature is missing.
    #[must_use]
    pub fn handover_open(&self, on: Date) -> bool {
        self.successor.is_some()
            && self.handed_on().is_none()
            && self.until.is_some_and(|until| until < on)
    }
}

#[cfg(test)]
pub(crate) mod testing;
