//! The numbered words of a matter's log.

use crate::words::numbered;

numbered! {
    /// What was done in a step.
    pub enum StepKind ("kind of step") {
        /// 上报: the matter is reported.
        Report = 1, "report", "上报", "Report";
        /// 受理: it will be dealt with.
        Accept = 2, "accept", "受理", "Accept";
        /// 不予受理: it will not, for the reason in the note.
        Reject = 3, "reject", "不予受理", "Reject";
        /// 派遣: a part of it, or all, is given to whom `to` names.
        Dispatch = 4, "dispatch", "派遣", "Dispatch";
        /// 退回: who was to dispose gives it back, for a coded reason and on a basis.
        Return = 5, "return", "退回", "Return";
        /// 处置: it was dealt with.
        Dispose = 6, "dispose", "处置", "Dispose";
        /// 自办自结: dealt with on the spot, and closed; as the first entry it is the report as well.
        SettleOnSpot = 7, "settle_on_spot", "自办自结", "Settle on the spot";
        /// 核实通过: somebody else found it dealt with.
        VerifyPass = 8, "verify_pass", "核实通过", "Verified";
        /// 核实不通过: somebody else found it not dealt with, for the reason in the note.
        VerifyFail = 9, "verify_fail", "核实不通过", "Verification failed";
        /// 结案: it is closed.
        Close = 10, "close", "结案", "Close";
        /// 重新办理: it is opened again, for the reason in the note; `record` names the new report where it came back.
        Reopen = 11, "reopen", "重新办理", "Reopen";
        /// 反馈: the reporter was answered.
        Reply = 12, "reply", "反馈", "Reply";
        /// 备注: something to remember; changes nothing.
        Remark = 13, "remark", "备注", "Remark";
        /// 核查: somebody near the site completed the facts before acceptance.
        Check = 14, "check", "核查", "Check the facts";
        /// 研判: cause, parties, level, decision, resources.
        Judge = 15, "judge", "研判", "Study and judge";
        /// 会签: the other office signs the judgement that `re` names.
        Cosign = 16, "cosign", "会签", "Co-sign the judgement";
        /// 提级: it is passed up to `level`, to whom the final judgement belongs from now on.
        PassUp = 17, "pass_up", "提级办理", "Pass up";
        /// 解除协办: the assist that `re` names is no longer needed.
        Release = 18, "release", "解除协办", "Release an assist";
        /// 吹哨: the department that `to` names is summoned and must answer.
        Whistle = 19, "whistle", "吹哨", "Summon";
        /// 督办: whoever has it is urged and must answer by `due_ms`.
        Urge = 20, "urge", "督办", "Urge";
        /// 应答: to the summons or urging that `re` names.
        Answer = 21, "answer", "应答", "Answer";
        /// 异议: the grid member objects to the return that `re` names; the township decides.
        Object = 22, "object", "提出异议", "Object to the return";
        /// 确认办结: the reporter or grid member agrees that it is done.
        ConfirmClose = 23, "confirm_close", "确认办结", "Confirm the outcome";
        /// 不认可办结: the reporter or grid member does not agree, for the reason in the note.
        RefuseClose = 24, "refuse_close", "不认可办结", "Refuse the outcome";
        /// 评价: the reporter or grid member rates how it was dealt with, 1 to 5.
        Rate = 25, "rate", "评价", "Rate";
        /// 申请挂账: handling is to rest until `until_ms`.
        AskSuspend = 26, "ask_suspend", "申请挂账", "Ask to suspend";
        /// 申请延期: the limit is to be granted once more.
        AskExtend = 27, "ask_extend", "申请延期", "Ask to extend";
        /// 超期申诉: the matter ran over its limit for no fault of who dealt with it.
        Appeal = 28, "appeal", "超期申诉", "Appeal the overrun";
        /// 批准: the request that `re` names, at the author's level.
        Approve = 29, "approve", "批准", "Approve";
        /// 不批准: the request that `re` names, for the reason in the note.
        Deny = 30, "deny", "不批准", "Deny";
        /// 恢复办理: a suspension ends before its date.
        Resume = 31, "resume", "恢复办理", "Resume";
        /// 归档: nothing follows but a reopening.
        Archive = 32, "archive", "归档", "Archive";
        /// 并案: it is dealt with in the matter that `record` names.
        MergeInto = 33, "merge_into", "并案", "Merge into another";
        /// 撤销并案: it stands for itself again, where it stood before.
        Unmerge = 34, "unmerge", "撤销并案", "Undo the merge";
        /// 附议: one more person asks for the same.
        Support = 35, "support", "附议", "Support";
        /// 成效核查通过: some time after closing it was still solved.
        EffectPass = 36, "effect_pass", "成效核查通过", "Effect confirmed";
        /// 成效核查不通过: some time after closing it was not; the matter is opened again.
        EffectFail = 37, "effect_fail", "成效核查不通过", "Effect not confirmed";
        /// 撤销自动步骤: the automatic entry that `re` names counts for nothing.
        Revert = 38, "revert", "撤销自动步骤", "Revert an automatic step";
    }
}

impl StepKind {
    /// Whether the step must say why, in its note.
    #[must_use]
    pub const fn needs_note(self) -> bool {
        matches!(
            self,
            Self::Reject
                | Self::Return
                | Self::VerifyFail
                | Self::Reopen
                | Self::Remark
                | Self::PassUp
                | Self::Release
                | Self::Whistle
                | Self::Urge
                | Self::Answer
                | Self::Object
                | Self::RefuseClose
                | Self::AskSuspend
                | Self::AskExtend
                | Self::Appeal
                | Self::Deny
                | Self::Unmerge
                | Self::EffectFail
                | Self::Revert
        )
    }

    /// Whether only a director takes it.
    #[must_use]
    pub const fn directs(self) -> bool {
        matches!(
            self,
            Self::Accept
                | Self::Reject
                | Self::Dispatch
                | Self::Close
                | Self::Reopen
                | Self::Release
                | Self::Urge
                | Self::Approve
                | Self::Deny
                | Self::Archive
                | Self::MergeInto
                | Self::Unmerge
                | Self::Revert
        )
    }

    /// Whether the step names another entry of the log in `re`.
    #[must_use]
    pub const fn needs_entry(self) -> bool {
        matches!(
            self,
            Self::Cosign
                | Self::Release
                | Self::Answer
                | Self::Object
                | Self::Approve
                | Self::Deny
                | Self::Revert
        )
    }

    /// Whether the step hands something to whom `to` names.
    #[must_use]
    pub const fn needs_recipient(self) -> bool {
        matches!(self, Self::Dispatch | Self::Whistle)
    }

    /// Whether a rule may take it by itself. Judgement, approval and objection are people's, and so is undoing what a rule did.
    #[must_use]
    pub const fn may_be_automatic(self) -> bool {
        matches!(
            self,
            Self::Accept
                | Self::Dispatch
                | Self::Close
                | Self::Reopen
                | Self::Reply
                | Self::Remark
                | Self::PassUp
                | Self::Urge
                | Self::Resume
                | Self::Archive
                | Self::MergeInto
                | Self::Support
        )
    }

    /// Whether the first programs knew it. Entries of these kinds may lack what was asked for only later.
    #[must_use]
    pub const fn of_first_format(self) -> bool {
        self.to_u32() <= Self::Remark.to_u32()
    }
}

numbered! {
    /// What sort of governance a matter is, which decides how it flows.
    pub enum Flow ("flow") {
        /// 管控: order is kept; a check list before acceptance, verification before closing.
        Control = 1, "control", "管控", "Control";
        /// 应急: help first; dispatched before it is accepted.
        Emergency = 2, "emergency", "应急", "Emergency";
        /// 动员: many hands go through a list; closed with its coverage.
        Mobilisation = 3, "mobilisation", "动员", "Mobilisation";
        /// 服务: somebody asked for it and says whether it was done.
        Service = 4, "service", "服务", "Service";
        /// 协调: parties differ; nothing is dispatched before it was studied and judged.
        Coordination = 5, "coordination", "协调", "Coordination";
    }
}

numbered! {
    /// The place of a unit in a matter that several deal with.
    pub enum Part ("part") {
        /// 牵头: leads, and says when all is done.
        Lead = 1, "lead", "牵头", "Lead";
        /// 协办: does its own piece and reports it.
        Assist = 2, "assist", "协办", "Assist";
    }
}
