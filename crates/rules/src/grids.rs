//! Grids: how large they are, whether they cover everything, how they are born, numbered, changed and staffed, and the party
//! organisation that goes with each.
//!
//! A grid is a record with an id that never changes; its code is a dated attribute (domain.md 4.2). Which grid somebody belongs to is
//! never stored twice: it follows from the buildings of the grids in force, so that a change of the division moves everybody at once
//! and on every replica alike, whatever was written offline meanwhile.
//!
//! | module | judges |
//! |---|---|
//! | [`norm`] | the bounds, as data with a period |
//! | [`sizing`] | too small, too large; which buildings to part, which grids to join |
//! | [`coverage`] | «horizontal to edge, vertical to end»: who or what is in no grid, which grid has nobody |
//! | [`life`] | draft, checked, approved, in force, superseded; numbers |
//! | [`division`] | who is in which grid on a day, and who moves when the division changes |
//! | [`along`] | which records go along with what moves |
//! | [`staffing`] | vacant, short, overloaded; too deep |
//! | [`party`] | the four levels of the party's organisation beside the grids |

pub mod along;
pub mod coverage;
pub mod division;
pub mod life;
pub mod norm;
pub mod party;
pub mod sizing;
pub mod staffing;

use wangge_model::area::Area;
use wangge_model::id::{MemberId, RecordId};
use wangge_model::time::{Date, Hlc};

use crate::validity::Validity;
use crate::words::words;

words! {
    /// What a grid is for: the code list `grid_sort`.
    pub enum Sort {
        /// 基础网格: households.
        Basic = "basic", "基础网格", "Basic";
        /// 专属网格: a mall, park, school, market, site.
        Exclusive = "exclusive", "专属网格", "Exclusive";
        /// 微网格: a part of a basic one.
        Micro = "micro", "微网格", "Micro";
        /// 企业网格: an enterprise with a party branch of its own (paper R72).
        Enterprise = "enterprise", "企业网格", "Enterprise";
    }
}

words! {
    /// Where a grid stands: the code list `grid_state`.
    pub enum State {
        /// Somebody proposes it.
        Draft = "draft", "拟定", "Draft";
        /// Somebody else has checked it.
        Checked = "checked", "已审核", "Checked";
        /// It will be in force from its date.
        Approved = "approved", "已批准", "Approved";
        /// It is the division of today.
        InForce = "in_force", "生效", "In force";
        /// Others have taken its place.
        Superseded = "superseded", "已撤并", "Superseded";
    }
}

/// A grid, as its record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Its record.
    pub id: RecordId,
    /// Its code: 15 digits.
    pub code: Area,
    /// What it is for.
    pub sort: Sort,
    /// The state as it was written down; what holds on a day is [`life::state_on`].
    pub state: State,
    /// In force from when until when.
    pub valid: Validity,
    /// Its buildings, in the order of the list.
    pub buildings: Vec<RecordId>,
    /// The codes of the grids whose place it takes.
    pub replaces: Vec<Area>,
    /// The grid of which a micro-grid is a part.
    pub parent: Option<RecordId>,
    /// Whether a reason is given why its size may be another.
    pub exception: bool,
    /// The last day of that exception.
    pub exception_until: Option<Date>,
    /// Who drafted it: the author of its first commit.
    pub drafted_by: Option<MemberId>,
    /// Who checked it: the author of the name that stands there.
    pub checked_by: Option<MemberId>,
    /// Who approved it, likewise.
    pub approved_by: Option<MemberId>,
    /// When it was approved, by the logical clock of who did.
    pub approved: Option<Hlc>,
}

/// Something that must be in a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its record.
    pub id: RecordId,
    /// What it is.
    pub what: What,
    /// The building in which it is; of a building none.
    pub building: Option<RecordId>,
    /// The area under which its record was written: where it belongs if no building says it.
    pub area: Area,
    /// How many persons live there.
    pub persons: u32,
}

words! {
    /// What a unit is.
    pub enum What {
        /// 家庭户.
        Household = "household", "家庭户", "household";
        /// 楼栋.
        Building = "building", "楼栋", "building";
        /// 组织.
        Organisation = "organisation", "组织", "organisation";
    }
}

#[cfg(test)]
mod testing;
