//! Which indicators there are, in the order in which they are shown.
//!
//! What those of domain.md 4.9 measure that the standards name and do not define (confidence U: proposals, to be set against a city's own
//! rules of assessment):
//!
//! | indicator | of | those that |
//! |---|---|---|
//! | `check_on_time` 核查按时率 | matters whose facts were checked, or that flow only with a check, whose acceptance was due in the period | were checked no later than acceptance was due: the limit of the standard with the stage `accept` |
//! | `verify_on_time` 核实按时率 | matters whose verification was due in the period: the stage `verify` | were verified by then |
//! | `reported_on_time` 事件上报及时率 | matters reported in the period that members found (patrol, grid member, camera, sensor) and of which it is known when they happened | were reported within 24 hours of that |
//! | `accuracy` 信息准确率 | matters reported in the period on which somebody decided: accepted, rejected, settled on the spot | were neither rejected nor given back for what the report said: the wrong class, the wrong area, facts incomplete |

use crate::rows::CountedIn;
use crate::sums::word;

pub(super) const VALID: &str = "valid";
pub(super) const OVERDUE: &str = "overdue";
pub(super) const TENDED: &str = "tended";
pub(super) const SELF_FOUND: &str = "self_found";
pub(super) const COMPLAINED: &str = "complained";
pub(super) const RESIDENTS: &str = "residents";
pub(super) const HOUSEHOLDS: &str = "households";
pub(super) const VISITED: &str = "visited";
pub(super) const MEMBERS: &str = "members";
pub(super) const FULL_TIME: &str = "full_time";
pub(super) const LEFT: &str = "left";
pub(super) const BOTH_ENDS: &str = "both_ends";
pub(super) const GRIDS: &str = "grids";
pub(super) const VACANT: &str = "vacant";
pub(super) const EMPLOYMENT: &str = "employment";

/// How the splits of an indicator are named.
#[derive(Clone, Copy, Debug)]
pub(super) enum Names {
    /// As they are.
    Plain,
    /// By a code list.
    List(&'static str),
    /// As kinds of records.
    Kinds,
    /// As levels.
    Levels,
    /// By these words.
    Words(&'static [(&'static str, &'static str, &'static str)]),
}

/// How an indicator comes from measures.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// How many.
    Count(&'static str),
    /// How many, by split.
    Counts(&'static str, Names),
    /// How many, and each split's share of all.
    Shares(&'static str, Names),
    /// The share of one in the other.
    Share(&'static str, &'static str),
    /// The same for every split of the other.
    Rates(&'static str, &'static str, Names),
    /// Milliseconds of the one over the number of the other.
    Mean(&'static str, &'static str),
    /// So many for each thousand of the other, by split.
    Per(&'static str, &'static str, Names),
}

/// An indicator.
pub(super) struct Definition {
    pub(super) code: &'static str,
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    pub(super) form: Form,
}

impl Definition {
    pub(super) const fn unit(&self) -> CountedIn {
        match self.form {
            Form::Count(_) | Form::Counts(..) | Form::Shares(..) => CountedIn::Count,
            Form::Share(..) | Form::Rates(..) => CountedIn::Permille,
            Form::Mean(..) => CountedIn::Ms,
            Form::Per(..) => CountedIn::Milli,
        }
    }

    /// In what its splits are counted.
    pub(super) const fn split_unit(&self) -> CountedIn {
        match self.form {
            Form::Shares(..) => CountedIn::Permille,
            _ => self.unit(),
        }
    }
}

const RIGHTS: &[(&str, &str, &str)] = &[
    ("whistle", "吹哨", "Summons of a department"),
    ("object", "对退回提出异议", "Objection to a return"),
    ("judge", "参与研判", "Judgement"),
    ("confirm", "确认办结", "Confirmation of the outcome"),
    ("refuse", "不认可办结", "Refusal of the outcome"),
    ("rate", "评价部门", "Rating of a department"),
];

const fn row(code: &'static str, zh: &'static str, en: &'static str, form: Form) -> Definition {
    Definition { code, zh, en, form }
}

/// Every indicator that comes from sums.
pub(super) const INDICATORS: &[Definition] = &[
    row(
        "reported",
        "上报数",
        "Reported",
        Form::Count(word::REPORTED),
    ),
    row(
        "valid",
        "有效上报率",
        "Valid reports",
        Form::Share(VALID, word::REPORTED),
    ),
    row("filed", "立案数", "Filed", Form::Count(word::FILED)),
    row(
        "to_dispose",
        "应处置数",
        "To be disposed of",
        Form::Count(word::DUE),
    ),
    row(
        "disposed",
        "处置数",
        "Disposed of",
        Form::Count(word::DISPOSED),
    ),
    row(
        "on_time",
        "按期处置率",
        "Disposed of in time",
        Form::Share(word::IN_TIME, word::DUE),
    ),
    row("closed", "结案数", "Closed", Form::Count(word::CLOSED)),
    row(
        "closing",
        "结案率",
        "Closing rate",
        Form::Share(word::CLOSED_OF, VALID),
    ),
    row(
        "rework",
        "返工率",
        "Rework rate",
        Form::Share(word::REWORKED, VALID),
    ),
    row("reworks", "返工数", "Reworks", Form::Count(word::REWORKS)),
    row(
        "reopened",
        "重新开案率",
        "Opened again",
        Form::Share(word::REOPENED, VALID),
    ),
    row(
        "suspended",
        "挂账数",
        "Suspended",
        Form::Count(word::SUSPENDED),
    ),
    row(
        "urgent",
        "急件占比",
        "Urgent",
        Form::Share(word::URGENT, word::REPORTED),
    ),
    row("overdue", "超期数", "Overdue", Form::Count(OVERDUE)),
    row(
        "verify_on_time",
        "核实按时率",
        "Verified in time",
        Form::Share(word::VERIFIED, word::VERIFY_DUE),
    ),
    row(
        "check_on_time",
        "核查按时率",
        "Checked in time",
        Form::Share(word::CHECKED, word::CHECK_DUE),
    ),
    row(
        "reported_on_time",
        "事件上报及时率",
        "Reported in time",
        Form::Share(word::TIMELY, word::SEEN),
    ),
    row(
        "accuracy",
        "信息准确率",
        "Accurate reports",
        Form::Share(word::ACCURATE, word::DECIDED),
    ),
    row(
        "disposal_time",
        "平均处置时长",
        "Mean disposal time",
        Form::Mean(word::DISPOSED_MS, word::DISPOSED),
    ),
    row(
        "acceptance_time",
        "平均受理时长",
        "Mean acceptance time",
        Form::Mean(word::ACCEPTED_MS, word::ACCEPTED),
    ),
    row(
        "solved_at",
        "各层级办结占比",
        "Solved at each level",
        Form::Shares(word::SOLVED_AT, Names::Levels),
    ),
    row(
        "service_coordination",
        "服务与协调类占比",
        "Service and coordination",
        Form::Share(TENDED, word::REPORTED),
    ),
    row(
        "flow",
        "事件流程构成",
        "Matters by flow",
        Form::Shares(word::FLOW, Names::List("flow")),
    ),
    row(
        "self_found",
        "主动发现占比",
        "Found by members",
        Form::Share(SELF_FOUND, word::REPORTED),
    ),
    row(
        "complained",
        "投诉占比",
        "Complaints",
        Form::Share(COMPLAINED, word::REPORTED),
    ),
    row(
        "source",
        "事件来源构成",
        "Matters by source",
        Form::Shares(word::SOURCE, Names::List("source")),
    ),
    row(
        "misclassified",
        "分类差错率",
        "Misclassified",
        Form::Share(word::WRONG_CLASS, word::CLASSIFIED),
    ),
    row(
        "response_rate",
        "响应率",
        "Response rate",
        Form::Share(word::RESPONDED, word::RESPONSE_ASKED),
    ),
    row(
        "solution_rate",
        "解决率",
        "Solution rate",
        Form::Share(word::SOLVED, word::SOLUTION_ASKED),
    ),
    row(
        "satisfaction",
        "满意率",
        "Satisfaction rate",
        Form::Share(word::SATISFIED, word::SATISFACTION_ASKED),
    ),
    row("ratings", "评价数", "Ratings", Form::Count(word::RATED)),
    row(
        "returns",
        "退回率",
        "Returns",
        Form::Rates(word::UNIT_RETURNED, word::UNIT_GIVEN, Names::Plain),
    ),
    row(
        "buck_passing",
        "推诿指数",
        "Buck-passing index",
        Form::Rates(word::UNIT_UNFOUNDED, word::UNIT_GIVEN, Names::Plain),
    ),
    row(
        "held_up",
        "无理由退回占用时长",
        "Time lost by unfounded returns",
        Form::Mean(word::UNIT_HELD_MS, word::UNIT_UNFOUNDED),
    ),
    row(
        "rights",
        "权利行使次数",
        "Rights used",
        Form::Counts(word::RIGHT, Names::Words(RIGHTS)),
    ),
    row(
        "rights_of",
        "各成员权利行使次数",
        "Rights used by member",
        Form::Counts(word::RIGHT_OF, Names::Plain),
    ),
    row(
        "reviewed",
        "抽查合格率",
        "Reviews passed",
        Form::Share(word::REVIEW_PASSED, word::REVIEWED),
    ),
    row(
        "faults",
        "差错构成",
        "Faults",
        Form::Shares(word::FAULT, Names::List("fault_class")),
    ),
    row("visits", "走访次数", "Visits", Form::Count(word::VISITS)),
    row(
        "visited",
        "走访覆盖率",
        "Households visited",
        Form::Share(VISITED, HOUSEHOLDS),
    ),
    row(
        "inspections",
        "巡查次数",
        "Inspections",
        Form::Count(word::INSPECTIONS),
    ),
    row(
        "services",
        "服务次数",
        "Services given",
        Form::Count(word::SERVICES),
    ),
    row(
        "on_behalf",
        "代办占比",
        "Applied for on behalf",
        Form::Share(word::ON_BEHALF, word::SERVICES),
    ),
    row(
        "participations",
        "参与人次",
        "Participations",
        Form::Count(word::PARTICIPATIONS),
    ),
    row(
        "participation_hours",
        "参与时长（小时）",
        "Hours of participation",
        Form::Count(word::PARTICIPATION_HOURS),
    ),
    row(
        "participation_points",
        "参与积分",
        "Points of participation",
        Form::Count(word::PARTICIPATION_POINTS),
    ),
    row("members", "网格人员数", "Members", Form::Count(MEMBERS)),
    row(
        "full_time",
        "专职占比",
        "Full-time members",
        Form::Share(FULL_TIME, MEMBERS),
    ),
    row(
        "employment",
        "用工类型构成",
        "Members by employment",
        Form::Shares(EMPLOYMENT, Names::List("employment")),
    ),
    row(
        "turnover",
        "人员流失率",
        "Turnover",
        Form::Share(LEFT, BOTH_ENDS),
    ),
    row(
        "vacancy",
        "网格员空缺率",
        "Grids without a member",
        Form::Share(VACANT, GRIDS),
    ),
    row("residents", "居民数", "Residents", Form::Count(RESIDENTS)),
    row("households", "户数", "Households", Form::Count(HOUSEHOLDS)),
    row(
        "resources",
        "每千居民资源量",
        "Resources for each thousand residents",
        Form::Per(word::RESOURCES, RESIDENTS, Names::List("resource_sort")),
    ),
    row(
        "records",
        "档案数",
        "Records",
        Form::Counts(word::RECORDS, Names::Kinds),
    ),
    row(
        "stale",
        "陈旧档案占比",
        "Stale records",
        Form::Rates(word::CHANGED, word::RECORDS, Names::Kinds),
    ),
];
