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
    /// A member's office.
    pub enum Role ("role") {
        /// Works one grid.
        GridMember = 1, "grid_member", "网格员", "Grid member";
        /// Answers for a community.
        CommunityDirector = 2, "community_director", "社区主任", "Community director";
        /// Answers for a township.
        TownshipHead = 3, "township_head", "乡镇长", "Township head";
        /// Answers for a county.
        CountyHead = 4, "county_head", "县长", "County head";
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
        !matches!(self, Self::GridMember)
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
    }
}
