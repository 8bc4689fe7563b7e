//! Where a matter may stand, and why an entry of its log may count for nothing.

use crate::words::words;

words! {
    /// Where a matter stands.
    #[derive(Default)]
    pub enum Stage {
        /// Nothing has been reported yet: the log is empty or void.
        #[default]
        Empty = "empty", "未上报", "Not reported";
        /// 已上报: waits to be accepted.
        Reported = "reported", "已上报", "Reported";
        /// 已核查: its facts are complete; waits to be accepted.
        Checked = "checked", "已核查", "Checked";
        /// 已受理: waits to be judged or dispatched.
        Accepted = "accepted", "已受理", "Accepted";
        /// 已研判: judged by those who must; waits to be dispatched.
        Judged = "judged", "已研判", "Judged";
        /// 已派遣: waits to be dealt with.
        Dispatched = "dispatched", "已派遣", "Dispatched";
        /// 已退回: waits to be dispatched anew.
        Returned = "returned", "已退回", "Returned";
        /// 待裁定: given back too often, or over an objection; the township decides who has it.
        Arbitration = "arbitration", "待乡镇裁定", "In arbitration";
        /// 挂账: rests until its date. Only [`stands`](super::stands) says so, because only with a clock it can be said.
        Suspended = "suspended", "挂账", "Suspended";
        /// 已处置: waits to be verified.
        Disposed = "disposed", "已处置", "Disposed";
        /// 已核实: waits to be closed.
        Verified = "verified", "已核实", "Verified";
        /// 已结案.
        Closed = "closed", "已结案", "Closed";
        /// 自办自结: dealt with on the spot.
        Settled = "settled", "自办自结", "Settled on the spot";
        /// 不予受理.
        Rejected = "rejected", "不予受理", "Rejected";
        /// 已归档.
        Archived = "archived", "已归档", "Archived";
        /// 已并案: dealt with in another matter.
        Merged = "merged", "已并案", "Merged";
    }
}

impl Stage {
    /// Whether nobody has to do anything more.
    #[must_use]
    pub const fn closed(self) -> bool {
        matches!(
            self,
            Self::Closed | Self::Settled | Self::Rejected | Self::Archived | Self::Merged
        )
    }

    /// Whether somebody has to do something: reported, and not closed.
    #[must_use]
    pub const fn open(self) -> bool {
        !self.closed() && !matches!(self, Self::Empty)
    }
}

words! {
    /// Why an entry counts for nothing.
    pub enum Void {
        /// The step is not one that can be taken at this stage: somebody else's came before it.
        NotAtThisStage = "not_at_this_stage", "当前阶段不能进行该步骤（他人的步骤在先）", "not possible at this stage: another's step came first";
        /// Matters of this flow have no such step, or not yet.
        NotInThisFlow = "not_in_this_flow", "该类事件的流程在此不允许该步骤", "the flow of this matter does not have this step here";
        /// The member disposed of the matter, and so may neither verify nor close it.
        SameHands = "same_hands", "处置人不得核实或结案（监督与处置分离）", "who disposed may neither verify nor close";
        /// The entry is not the JSON of a step, or an incomplete one.
        Malformed = "malformed", "步骤内容不完整", "incomplete step";
        /// A newer program wrote a step that this one does not know.
        UnknownStep = "unknown_step", "本程序版本不认识的步骤，请升级", "unknown step: a newer program wrote it";
        /// The key has more than one value: somebody wrote over an entry.
        Rewritten = "rewritten", "步骤被改写", "the step was written over";
        /// A director took the automatic step back.
        Reverted = "reverted", "自动步骤已被撤销", "the automatic step was reverted";
        /// The office may not take this step.
        WrongOffice = "wrong_office", "该职务不能进行该步骤", "not a step of this office";
        /// The level of the office is below what is needed here.
        LevelTooLow = "level_too_low", "职务级别不够", "the level of the office is too low";
        /// Only the reporter or a grid member takes it.
        NotYours = "not_yours", "只有上报人或网格员可以办理", "only the reporter or a grid member takes this step";
        /// Nobody decides on a request of their own.
        OwnRequest = "own_request", "不得审批或应答本人的申请", "nobody decides on their own request";
        /// The entry named is none that waits for this: not there, of another kind, or decided already.
        NothingWaits = "nothing_waits", "所指步骤不存在或已办结", "the entry named does not wait for this";
        /// The office or the member has signed or approved already.
        AlreadySigned = "already_signed", "该级或本人已签署", "this office or member has signed already";
        /// As often as this may be done, it was done.
        NoMore = "no_more", "次数已用完", "as often as allowed already";
        /// The deadline had passed when it was asked for.
        TooLate = "too_late", "已超过时限，不能再申请", "asked for after the deadline";
        /// The end date lies before the request, or more than a year after it.
        BadEnd = "bad_end", "挂账截止日期应在一年以内", "the end date is not within a year";
        /// Handling rests until the date; it must be resumed first.
        Suspended = "suspended", "挂账期间不得办理，请先恢复", "suspended: resume it first";
        /// The arbiter decided who has it: it cannot be given back.
        Binding = "binding", "裁定后的派遣不得退回", "a dispatch by arbitration cannot be returned";
        /// It was not studied and judged, or not by those who must.
        NeedsJudgement = "needs_judgement", "尚未完成研判会签", "not judged yet by those who must";
        /// A judgement that does not say whom it concerns.
        NeedsParties = "needs_parties", "研判未列明当事各方", "the judgement names no parties";
        /// No check list was gone through.
        NeedsCheck = "needs_check", "尚未按检查清单核查", "the check list was not gone through";
        /// The reporter was not answered.
        NeedsReply = "needs_reply", "尚未反馈上报人", "the reporter was not answered";
        /// It is not said how far the list was covered.
        NeedsCoverage = "needs_coverage", "未填覆盖率，或未说明未全覆盖的原因", "the coverage is not stated, or why it is not whole";
        /// A department that was summoned has not answered.
        Unanswered = "unanswered", "吹哨尚未应答", "a summons stands unanswered";
        /// There is no leading unit to assist.
        NoLead = "no_lead", "尚无牵头单位", "no unit leads yet";
    }
}
