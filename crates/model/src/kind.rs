//! The numbered words of `proto/`, with their names on screens.

use crate::words::numbered;

pub use crate::kinds::{Kind, KindInfo, Reach};

numbered! {
    /// The sensitivity class of a document.
    pub enum Facet ("facet") {
        /// Whoever may see the record at all.
        Open = 1, "open", "基本信息", "Open";
        /// Telephone numbers and the like.
        Contact = 2, "contact", "联系方式", "Contact";
        /// Documents and their numbers.
        Identity = 3, "identity", "身份信息", "Identity";
        /// Health, hardship, help received.
        Care = 4, "care", "关爱帮扶", "Care";
        /// Special groups.
        Special = 5, "special", "特殊人群", "Special groups";
    }
}

numbered! {
    /// What the author of a commit does with it.
    pub enum Act ("act") {
        /// The first commit of a record.
        Create = 1, "create", "新建", "Create";
        /// Changes fields.
        Edit = 2, "edit", "修改", "Edit";
        /// Adds a step to a matter's log.
        Step = 3, "step", "办理", "Step";
        /// Chooses among the values of a field in conflict.
        Settle = 4, "settle", "裁定冲突", "Settle a conflict";
        /// Takes over a held commit.
        Adopt = 5, "adopt", "采纳", "Adopt";
        /// Declines a held commit.
        Decline = 6, "decline", "驳回", "Decline";
        /// Moves records to another area.
        Move = 7, "move", "划转", "Move to another area";
    }
}

numbered! {
    /// A member's office, the lowest first: whoever takes part from outside, the grid, and the offices that decide. What takes part from outside
    /// has the codes of the list `participant`.
    pub enum Role ("role" by rank) {
        /// Works one grid.
        GridMember = 1, "grid_member", "网格员", "Grid member";
        /// Answers for a community.
        CommunityDirector = 2, "community_director", "社区主任", "Community director";
        /// Answers for a township.
        TownshipHead = 3, "township_head", "乡镇长", "Township head";
        /// Answers for a county.
        CountyHead = 4, "county_head", "县长", "County head";
        /// Takes part for an enterprise.
        Enterprise = 5, "enterprise", "企业", "Enterprise";
        /// Takes part for a public institution.
        Institution = 6, "institution", "事业单位", "Institution";
        /// Takes part for a social organisation.
        Social = 7, "social", "社会组织", "Social organisation";
        /// A volunteer.
        Volunteer = 8, "volunteer", "志愿者", "Volunteer";
        /// A resident.
        Resident = 9, "resident", "居民", "Resident";
        /// A deputy of the people's congress or member of the political consultative conference.
        Deputy = 10, "deputy", "人大代表政协委员", "Deputy";
        /// A device that reports what it measures, or the gateway of several.
        Sensor = 11, "sensor", "物联网感知", "Sensor";
    }
}

numbered! {
    /// A level of territory, smallest first. Hubs stand at community, township and county.
    pub enum Level ("level") {
        /// The smallest territory; phones work here.
        Grid = 1, "grid", "网格", "Grid";
        /// A community or village.
        Community = 2, "community", "社区（村）", "Community";
        /// A township, town or street office.
        Township = 3, "township", "乡镇（街道）", "Township";
        /// A county or district.
        County = 4, "county", "县（区）", "County";
        /// A city of prefecture rank; no hub of it exists yet.
        City = 5, "city", "市", "City";
        /// A province; no hub of it exists yet.
        Province = 6, "province", "省", "Province";
    }
}

numbered! {
    /// What a verdict says.
    pub enum Outcome ("outcome") {
        /// The commit entered its records.
        Admitted = 1, "admitted", "已采用", "Admitted";
        /// The commit is kept outside every record.
        Held = 2, "held", "暂存待处理", "Held";
    }
}

impl Role {
    /// Whether this is an office that decides over others' commits: settles, adopts, declines.
    #[must_use]
    pub const fn directs(self) -> bool {
        matches!(
            self,
            Self::CommunityDirector | Self::TownshipHead | Self::CountyHead
        )
    }

    /// Whether this is somebody who takes part for a time and is no member of the staff.
    #[must_use]
    pub const fn participates(self) -> bool {
        matches!(
            self,
            Self::Enterprise
                | Self::Institution
                | Self::Social
                | Self::Volunteer
                | Self::Resident
                | Self::Deputy
        )
    }

    /// Whether this is neither an office nor an office's help: a participant, a sensor.
    #[must_use]
    pub const fn outside(self) -> bool {
        self.participates() || matches!(self, Self::Sensor)
    }

    /// Its place in the order of offices; among those from outside, their numbers.
    const fn rank(self) -> (bool, u32) {
        (!self.outside(), self.to_u32())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_read_back() {
        for &facet in Facet::ALL {
            assert_eq!(Facet::from_u32(facet.to_u32()), Some(facet));
            assert_eq!(facet.word().parse::<Facet>().unwrap(), facet);
            assert_eq!(
                serde_json::to_string(&facet).unwrap(),
                format!("\"{facet}\"")
            );
        }
        assert_eq!(Act::from_u32(8), None);
        assert_eq!(Role::CommunityDirector.word(), "community_director");
        assert_eq!(
            serde_json::to_string(&Role::CommunityDirector).unwrap(),
            "\"community_director\""
        );
        assert!(Level::Grid < Level::County);
        assert!(
            Role::Deputy < Role::GridMember && Role::Sensor < Role::GridMember,
            "whoever takes part from outside stands below every office"
        );
        assert!(
            Role::GridMember < Role::CommunityDirector && Role::TownshipHead < Role::CountyHead
        );
        let participants: Vec<&str> = Role::ALL
            .iter()
            .filter(|role| role.participates())
            .map(|role| role.word())
            .collect();
        for word in participants {
            let list = crate::codes::list("participant").unwrap();
            assert!(list.code(word).is_some(), "{word}");
        }
    }
}
