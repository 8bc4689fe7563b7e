//! Who is told when a matter waits too long (R40b): community, township, county, by the share of a limit that has passed and by the
//! number of late steps. Computed on the phone as well.

use std::collections::BTreeMap;

use serde::Serialize;
use wangge_model::area::{Area, Level};
use wangge_model::kind::Role;
use wangge_model::time::Ms;

use super::clock::{Clock, Wait};

/// The levels to which a matter rises, lowest first.
const LEVELS: [Level; 3] = [Level::Community, Level::Township, Level::County];

/// From which share of the limit on, in thousandths, each level is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rungs {
    /// The community.
    pub community: u32,
    /// The township.
    pub township: u32,
    /// The county.
    pub county: u32,
}

impl Rungs {
    pub(super) fn marks(self) -> [(Level, u32); 3] {
        [
            (Level::Community, self.community),
            (Level::Township, self.township),
            (Level::County, self.county),
        ]
    }
}

/// When a matter rises; a city's own numbers come from its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// Handling, ordinary matters.
    pub handle: Rungs,
    /// The other waits, which are short, ordinary matters.
    pub other: Rungs,
    /// Handling, urgent matters: the community knows at once.
    pub handle_urgent: Rungs,
    /// The other waits, urgent matters.
    pub other_urgent: Rungs,
    /// How many late steps of one matter tell the community, the township, the county; 0 for never.
    pub late_steps: [u32; 3],
}

impl Default for Ladder {
    /// A proposal: handling tells the community in the last quarter, the township when overdue, the county at one and a half times the limit.
    fn default() -> Self {
        let rungs = |community, township, county| Rungs {
            community,
            township,
            county,
        };
        Self {
            handle: rungs(750, 1000, 1500),
            other: rungs(1000, 2000, 4000),
            handle_urgent: rungs(0, 500, 1000),
            other_urgent: rungs(500, 1000, 2000),
            late_steps: [1, 2, 3],
        }
    }
}

/// To which level a matter has risen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Escalation {
    /// The level.
    pub level: Level,
    /// Since when.
    pub since: Ms,
}

impl Escalation {
    /// Which area is told and whose office answers for it. A matter of a larger area than the level's rises to that area.
    #[must_use]
    pub fn whom(&self, area: &Area) -> (Area, Role) {
        let level = self.level.max(area.level());
        let role = match level {
            Level::Grid => Role::GridMember,
            Level::Community => Role::CommunityDirector,
            Level::Township => Role::TownshipHead,
            Level::County | Level::City | Level::Province => Role::CountyHead,
        };
        (area.at(level).unwrap_or_else(|| area.clone()), role)
    }
}

impl Ladder {
    pub(super) const fn rungs(&self, wait: Wait, urgent: bool) -> Rungs {
        match (wait, urgent) {
            (Wait::Handle, false) => self.handle,
            (Wait::Handle, true) => self.handle_urgent,
            (_, false) => self.other,
            (_, true) => self.other_urgent,
        }
    }

    /// The highest level reached, and since when. Nobody is told any more when no clock runs (`rungs` has those that do).
    pub(super) fn escalate(
        &self,
        clocks: &[Clock],
        rungs: &BTreeMap<Wait, [(Level, Ms); 3]>,
        now: Ms,
    ) -> Option<Escalation> {
        if rungs.is_empty() {
            return None;
        }
        let mut late: Vec<Ms> = clocks
            .iter()
            .filter(|clock| clock.late())
            .map(|clock| clock.due)
            .collect();
        late.sort_unstable();
        let by_steps = LEVELS
            .iter()
            .zip(self.late_steps)
            .filter_map(|(&level, steps)| {
                let nth = usize::try_from(steps).ok()?.checked_sub(1)?;
                late.get(nth).map(|at| (level, *at))
            });
        let by_share = rungs.values().flatten().copied();
        by_share
            .chain(by_steps)
            .filter(|(_, at)| *at <= now)
            .map(|(level, since)| (level, std::cmp::Reverse(since)))
            .max()
            .map(|(level, since)| Escalation {
                level,
                since: since.0,
            })
    }
}
