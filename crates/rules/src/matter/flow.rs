//! How the kinds of matters differ, in one table.
//!
//! | | ordinary | control | emergency | mobilisation | service | coordination |
//! |---|---|---|---|---|---|---|
//! | before acceptance | - | a check list | may be dispatched | - | - | - |
//! | before dispatch | - | - | - | - | - | judged, parties named |
//! | passes by | verification | verification | verification | coverage | the applicant's confirmation | verification |
//! | closed without a reply | yes | yes | yes | yes | no | no |
//! | levels to suspend or extend | [`Params`](super::Params) | the same | always 2 | the same | the same | the same |
//!
//! *Ordinary* is a matter whose report names no flow: it is what the first programs wrote, and what a resident's report is until
//! somebody classifies it. An urgent matter of any flow always needs two levels, as an emergency does (paper: «most urgent problems
//! will be shelved»; R40b). The five sorts are the paper's: «control, emergency and mobilization affairs … services and coordination» (R1).

use wangge_model::step::Flow;

/// What lets a matter that was dealt with be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// Somebody else went and looked.
    Verification,
    /// The applicant says that it was done.
    Confirmation,
    /// It is known how much of the list was reached.
    Coverage,
}

/// What one flow demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowRules {
    /// A check list is gone through before acceptance.
    pub check_first: bool,
    /// It may be dispatched before it is accepted.
    pub dispatch_first: bool,
    /// It is judged before it is dispatched, and the judgement names the parties.
    pub judge_first: bool,
    /// What lets it be closed.
    pub passing: Passing,
    /// The reporter is answered before it is closed.
    pub reply_first: bool,
}

/// What a flow demands; `None` is the ordinary one.
#[must_use]
pub const fn rules(flow: Option<Flow>) -> FlowRules {
    let ordinary = FlowRules {
        check_first: false,
        dispatch_first: false,
        judge_first: false,
        passing: Passing::Verification,
        reply_first: false,
    };
    match flow {
        None => ordinary,
        Some(Flow::Control) => FlowRules {
            check_first: true,
            ..ordinary
        },
        Some(Flow::Emergency) => FlowRules {
            dispatch_first: true,
            ..ordinary
        },
        Some(Flow::Mobilisation) => FlowRules {
            passing: Passing::Coverage,
            ..ordinary
        },
        Some(Flow::Service) => FlowRules {
            passing: Passing::Confirmation,
            reply_first: true,
            ..ordinary
        },
        Some(Flow::Coordination) => FlowRules {
            judge_first: true,
            reply_first: true,
            ..ordinary
        },
    }
}

/// The flow that a sort of matter (list `sort`) takes unless somebody says otherwise; `None` for sorts that say too little.
#[must_use]
pub fn of_sort(sort: &str) -> Option<Flow> {
    match sort {
        "hazard" | "event" | "component" => Some(Flow::Control),
        "emergency" => Some(Flow::Emergency),
        "mobilisation" => Some(Flow::Mobilisation),
        "service" => Some(Flow::Service),
        "dispute" => Some(Flow::Coordination),
        _ => None,
    }
}
