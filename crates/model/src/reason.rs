//! Why a commit is held, in words for people, and what they can do.

use crate::words::numbered;

numbered! {
    /// Why a commit is held. A held commit enters no record and is not lost.
    pub enum Reason ("reason") {
        /// The bytes do not parse.
        Malformed = 1, "malformed", "内容无法解析", "The content cannot be read";
        /// Larger than a commit may be.
        TooLarge = 2, "too_large", "内容过大", "Too large";
        /// A layout of a later version.
        UnknownFormat = 3, "unknown_format", "格式版本较新，本级尚不能识别", "Written in a newer format than is known here";
        /// The signature is not the device's.
        BadSignature = 4, "bad_signature", "签名不符", "The signature does not match";
        /// The change names another actor than the device's.
        ForeignActor = 5, "foreign_actor", "改动不是本设备所写", "The change was not written by this device";
        /// A part's digest is not its content's.
        BadDigest = 6, "bad_digest", "内容与摘要不符", "The content does not match its digest";
        /// Two commits claim one place of a chain.
        ForkedChain = 7, "forked_chain", "同一序号有两份不同的提交", "Two different commits claim the same place";
        /// The change is not one that a facet may hold.
        BadChange = 8, "bad_change", "改动的格式不被允许", "The change is not of an allowed form";
        /// No grant names this device.
        NoGrant = 9, "no_grant", "没有授权", "No right was granted";
        /// The grant had ended.
        GrantExpired = 10, "grant_expired", "授权已到期", "The right had expired";
        /// The grant was taken back.
        GrantRevoked = 11, "grant_revoked", "授权已收回", "The right had been withdrawn";
        /// The author is not the grant's member.
        NotYourMember = 12, "not_your_member", "提交人与授权人员不符", "The author is not the person the right was granted to";
        /// Outside the grant's area.
        OutOfArea = 13, "out_of_area", "超出授权的区域", "Outside the granted area";
        /// The grant does not have this act.
        ActNotGranted = 14, "act_not_granted", "无权进行这项操作", "This action is not granted";
        /// The grant does not have this facet or kind.
        FacetNotGranted = 15, "facet_not_granted", "无权填写这类信息", "This class of information is not granted";
        /// The act may not touch this field.
        FieldNotAllowed = 16, "field_not_allowed", "这项操作不能改动该字段", "This action may not change that field";
        /// A value that the field does not take.
        BadValue = 17, "bad_value", "字段的值不符合要求", "A field's value is not acceptable";
        /// No such record here.
        UnknownRecord = 18, "unknown_record", "找不到对应的记录", "The record is not known here";
        /// The record is already there.
        RecordExists = 19, "record_exists", "记录已存在", "The record already exists";
        /// The record lies in another area than the header says.
        WrongArea = 20, "wrong_area", "记录不在所写的区域", "The record lies in another area";
        /// Builds on a change that is not here.
        MissingDependency = 21, "missing_dependency", "所依据的改动尚未收到", "It builds on a change that has not arrived";
        /// Builds on a held commit.
        BuildsOnHeld = 22, "builds_on_held", "所依据的提交正在暂存", "It builds on a commit that is held";
        /// The change did not come back whole from the scratch proof.
        ProofFailed = 23, "proof_failed", "改动未通过试合并", "The change failed the trial merge";
        /// A step whose entry is not formed as it must be.
        BadStep = 24, "bad_step", "办理步骤填写不完整或不合规", "The step is not properly formed";
        /// Logical time that does not grow, or is far ahead.
        BadTime = 25, "bad_time", "时间不合理", "The time is not plausible";
        /// Names no held commit, or not as it must.
        BadEvidence = 26, "bad_evidence", "所指的暂存提交不存在或不符", "The held commit it refers to does not exist or does not match";
        /// The record has been moved to another area since.
        Moved = 27, "moved", "记录已划转到其他网格", "The record has been moved to another area";
        /// A signature in another's name.
        NotYourHand = 28, "not_your_hand", "签名栏只能填写本人姓名", "Only who signs may write their name";
        /// A director: it is wrong.
        DeclinedWrong = 64, "declined_wrong", "负责人驳回：内容有误", "Declined by the director: wrong";
        /// A director: it is there already.
        DeclinedDuplicate = 65, "declined_duplicate", "负责人驳回：重复", "Declined by the director: duplicate";
        /// A director: it belongs elsewhere.
        DeclinedNotOurs = 66, "declined_not_ours", "负责人驳回：不属本辖区", "Declined by the director: not ours";
    }
}

/// What a person can do about a held commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Remedy {
    Update,
    Report,
    Wait,
    AskForRight,
    Renew,
    Correct,
    Director,
    Move,
    Clock,
    Settled,
}

impl Reason {
    /// Whether only a director's reason to decline.
    #[must_use]
    pub const fn declines(self) -> bool {
        matches!(
            self,
            Self::DeclinedWrong | Self::DeclinedDuplicate | Self::DeclinedNotOurs
        )
    }

    /// What to do about it, in Chinese.
    #[must_use]
    pub const fn remedy_zh(self) -> &'static str {
        match self.remedy() {
            Remedy::Update => "请等待上级系统升级，升级后由负责人重新采纳",
            Remedy::Report => "内容已保留；请把提交编号报告给系统管理员",
            Remedy::Wait => "无须操作；缺少的内容到达后可由负责人采纳",
            Remedy::AskForRight => "请负责人授予相应权限，或由负责人采纳",
            Remedy::Renew => "请负责人重新邀请本设备，然后由负责人采纳",
            Remedy::Correct => "请改正后重新提交",
            Remedy::Director => "请负责人核对后采纳或驳回",
            Remedy::Move => "请在正确的区域重新登记，或交由该区域负责人办理",
            Remedy::Clock => "请校准设备时间后重新提交",
            Remedy::Settled => "负责人已作出决定；如有异议请与负责人联系",
        }
    }

    /// What to do about it, in English.
    #[must_use]
    pub const fn remedy_en(self) -> &'static str {
        match self.remedy() {
            Remedy::Update => "wait until the hub is updated, then have a director adopt it",
            Remedy::Report => "the content is kept; report the commit's id to the administrator",
            Remedy::Wait => "nothing to do; once what is missing arrives a director can adopt it",
            Remedy::AskForRight => "ask a director for the right, or have a director adopt it",
            Remedy::Renew => "have a director invite this device again and adopt it",
            Remedy::Correct => "correct it and submit it again",
            Remedy::Director => "have a director look at it and adopt or decline it",
            Remedy::Move => "register it in the right area, or hand it to that area's director",
            Remedy::Clock => "set the device's clock and submit it again",
            Remedy::Settled => "a director has decided; ask the director if you disagree",
        }
    }

    const fn remedy(self) -> Remedy {
        match self {
            Self::UnknownFormat => Remedy::Update,
            Self::Malformed
            | Self::BadSignature
            | Self::ForeignActor
            | Self::BadDigest
            | Self::ForkedChain
            | Self::BadChange
            | Self::ProofFailed => Remedy::Report,
            Self::MissingDependency | Self::BuildsOnHeld => Remedy::Wait,
            Self::ActNotGranted | Self::FacetNotGranted => Remedy::AskForRight,
            Self::NoGrant | Self::GrantExpired | Self::GrantRevoked => Remedy::Renew,
            Self::TooLarge
            | Self::FieldNotAllowed
            | Self::BadValue
            | Self::BadStep
            | Self::NotYourHand => Remedy::Correct,
            Self::NotYourMember
            | Self::UnknownRecord
            | Self::RecordExists
            | Self::BadEvidence
            | Self::Moved => Remedy::Director,
            Self::OutOfArea | Self::WrongArea => Remedy::Move,
            Self::BadTime => Remedy::Clock,
            Self::DeclinedWrong | Self::DeclinedDuplicate | Self::DeclinedNotOurs => {
                Remedy::Settled
            }
        }
    }
}
