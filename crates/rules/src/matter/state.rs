//! What a matter's log adds up to.

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::id::{MemberId, RecordId};
use wangge_model::kind::{Level, Role};
use wangge_model::step::{Flow, Judgement, Part, StepKind};
use wangge_model::time::Ms;

use super::flow::{self, FlowRules};
use super::phase::Phases;
use super::stage::{Stage, Void};
use crate::role;

/// When what happened, by the word of those who did it: all that clocks need. What belongs to a round (acceptance apart) is empty again
/// when the matter is opened anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instants {
    /// Reported.
    pub reported: Option<Ms>,
    /// The facts were completed.
    pub checked: Option<Ms>,
    /// Accepted for the first time.
    pub accepted: Option<Ms>,
    /// Judged by all who must, for the first time in this round.
    pub judged: Option<Ms>,
    /// Dispatched for the first time in this round; a return does not set it back.
    pub first_dispatched: Option<Ms>,
    /// Dealt with, all parts of it.
    pub disposed: Option<Ms>,
    /// Found dealt with.
    pub verified: Option<Ms>,
    /// The reporter was answered for the first time.
    pub first_replied: Option<Ms>,
    /// The reporter was last answered.
    pub replied: Option<Ms>,
    /// Closed, settled or rejected.
    pub closed: Option<Ms>,
    /// Archived.
    pub archived: Option<Ms>,
    /// Each time it was opened anew.
    pub reopened: Vec<Ms>,
}

/// A suspension that was granted. It ends by itself: nothing has to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// When the last approval was given.
    pub from: Ms,
    /// When handling goes on, exclusive.
    pub until: Ms,
    /// How many levels approved.
    pub levels: usize,
}

impl Suspension {
    /// Whether handling rests at an instant.
    #[must_use]
    pub fn covers(&self, at: Ms) -> bool {
        self.from <= at && at < self.until
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AskKind {
    /// 挂账.
    Suspend,
    /// 延期.
    Extend,
    /// 超期申诉.
    Appeal,
}

/// A request, with who approved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The key of its entry.
    pub entry: String,
    /// What is asked for.
    pub kind: AskKind,
    /// Who asks.
    pub by: MemberId,
    /// In which office.
    pub office: Role,
    /// When.
    pub at: Ms,
    /// The deadline as it stood then, by the word of who asks.
    pub due: Option<Ms>,
    /// For a suspension: until when.
    pub until: Option<Ms>,
    /// Who approved at which level.
    pub approvals: BTreeMap<Role, MemberId>,
    /// Whether it was granted, once that is decided.
    pub granted: Option<bool>,
    /// When it was decided.
    pub decided: Option<Ms>,
}

/// 退回: somebody gave the matter, or their part of it, back. The clock runs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenBack {
    /// The key of its entry.
    pub entry: String,
    /// Who wrote it.
    pub by: MemberId,
    /// When.
    pub at: Ms,
    /// The unit that gave it back, where one was named.
    pub unit: Option<String>,
    /// A code of `return_reason`; entries of the first programs have none, and do not count towards arbitration.
    pub reason: Option<String>,
    /// On what it rests.
    pub basis: Option<String>,
    /// Whether it was the leading unit's.
    pub lead: bool,
    /// Who objected.
    pub objected_by: Option<MemberId>,
}

/// How far a unit's part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartStage {
    /// The unit has it.
    Open,
    /// It reported its part done.
    Done,
    /// It gave it back.
    Returned,
    /// It is no longer needed.
    Released,
}

/// A unit's part in a matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartState {
    /// The key of the dispatch.
    pub entry: String,
    /// The unit.
    pub to: String,
    /// Whether it leads.
    pub part: Part,
    /// When it was dispatched.
    pub at: Ms,
    /// How far it is.
    pub stage: PartStage,
    /// Who reported it done, and when.
    pub done: Option<(MemberId, Ms)>,
    /// Of a mobilisation: how many were reached, of how many.
    pub coverage: Option<(u32, u32)>,
}

/// A study and judgement with its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The key of its entry.
    pub entry: String,
    /// When it was written.
    pub at: Ms,
    /// What it says.
    pub content: Judgement,
    /// Who signed in which office.
    pub signed: BTreeMap<Role, MemberId>,
    /// How the matter flows by it, where it says so.
    pub flow: Option<Flow>,
    /// Whether it is urgent by it, where it says so.
    pub urgent: Option<bool>,
}

impl Judged {
    /// The highest level that signed.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        self.signed
            .keys()
            .next_back()
            .map(|&role| role::level(role))
    }

    /// Whether all who must have signed: grid member and community director both, or a level above them.
    #[must_use]
    pub fn whole(&self) -> bool {
        self.level().is_some_and(|level| level >= Level::Township) || self.signed.len() > 1
    }
}

/// 吹哨 or 督办: somebody must answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summons {
    /// The key of its entry.
    pub entry: String,
    /// [`StepKind::Whistle`] or [`StepKind::Urge`].
    pub kind: StepKind,
    /// Who summons.
    pub by: MemberId,
    /// Whom; empty where an urging is meant for whoever has the matter.
    pub to: String,
    /// When.
    pub at: Ms,
    /// By when to answer.
    pub due: Ms,
    /// Who answered, and when.
    pub answered: Option<(MemberId, Ms)>,
}

/// How often a member used the rights that go with the work (paper: «responsibilities and no rights»; R28).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RightsUsed {
    /// Departments summoned.
    pub whistles: u32,
    /// Objections to a return.
    pub objections: u32,
    /// Judgements written or signed.
    pub judgements: u32,
    /// Outcomes confirmed.
    pub confirmations: u32,
    /// Outcomes refused.
    pub refusals: u32,
    /// Ratings given.
    pub ratings: u32,
}

/// Two steps that were taken without knowing of each other, of which only one can stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// The key of the entry that is void.
    pub void: String,
    /// The key of the entry that stands in its way.
    pub standing: String,
}

/// Who has an open matter now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The unit to which it was dispatched.
    Unit(String),
    /// Who received it first.
    Member(MemberId),
    /// The office of a level, over the matter's area.
    Level(Level),
}

/// A matter's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatterState {
    /// Where it stands by its log alone; [`stands`](super::stands) adds the clock.
    pub stage: Stage,
    /// When the author of the step that led there says it was taken; `None` while nothing is reported.
    pub since: Option<Ms>,
    /// How it flows; `None`: the ordinary way.
    pub flow: Option<Flow>,
    /// Whether it is marked urgent; an emergency is, marked or not.
    pub urgent: bool,
    /// When what happened.
    pub at: Instants,
    /// The four stages of leading a matter, with actors, times and results.
    pub phases: Phases,
    /// Who reported it.
    pub reported_by: Option<MemberId>,
    /// Who accepted it first, or dispatched it before that.
    pub first_receiver: Option<MemberId>,
    /// To whom it was dispatched last, while they have it: the unit that leads.
    pub holder: Option<String>,
    /// Whether the unit has it by arbitration, and so cannot give it back.
    pub binding: bool,
    /// To which level it was passed up.
    pub passed_up: Option<Level>,
    /// A judgement that waits for the other signature.
    pub judging: Option<Judged>,
    /// The judgement that stands.
    pub judgement: Option<Judged>,
    /// Every unit's part, in the order of dispatch.
    pub parts: Vec<PartState>,
    /// When the lead, or who dealt with it undispatched, said it was done.
    pub lead_done: Option<Ms>,
    /// Who disposed of it since it was last opened.
    pub disposed_by: BTreeSet<MemberId>,
    /// Who verified it since it was last opened.
    pub verified_by: Option<MemberId>,
    /// Who closed it.
    pub closed_by: Option<MemberId>,
    /// Who confirmed the outcome since it was last opened.
    pub confirmed_by: Option<MemberId>,
    /// Whether the reporter was answered since it was last opened.
    pub answered: bool,
    /// The one suspension that a matter may have.
    pub suspension: Option<Suspension>,
    /// When each extension was granted: each adds the original limit once.
    pub extensions: Vec<Ms>,
    /// Every request.
    pub asks: Vec<Ask>,
    /// Whether an appeal was granted: the overrun stays a fact, and does not count against anybody.
    pub exempt: bool,
    /// Every return.
    pub returns: Vec<GivenBack>,
    /// How many of the lead's coded returns fall in this round.
    pub round_returns: u32,
    /// How often it failed verification, or its outcome was refused.
    pub reworks: u32,
    /// How often it was opened again.
    pub reopens: u32,
    /// The reports of what came back after it was closed.
    pub recurrences: Vec<RecordId>,
    /// Every summons and urging.
    pub summons: Vec<Summons>,
    /// The matter in which it is dealt with.
    pub merged_into: Option<RecordId>,
    /// Where it stood when it was merged.
    pub before_merge: Stage,
    /// How many more ask for the same.
    pub supporters: u32,
    /// Whether it was still solved when somebody looked again after closing.
    pub effect: Option<bool>,
    /// What made it a matter, measured again since it was last dealt with (R40).
    pub remeasured: Option<u32>,
    /// The last rating of each member who gave one.
    pub ratings: BTreeMap<MemberId, u8>,
    /// Uses of rights by member.
    pub rights: BTreeMap<MemberId, RightsUsed>,
    /// Steps that met without knowing of each other, until a director has moved the matter on in knowledge of both.
    pub disputed: Vec<Dispute>,
    /// How many entries count.
    pub steps: u32,
    /// The entries that count for nothing, by key, in the order of the log; those that cannot be read come last.
    pub void: Vec<(String, Void)>,
}

impl MatterState {
    /// Whether nobody has to do anything more.
    #[must_use]
    pub const fn closed(&self) -> bool {
        self.stage.closed()
    }

    /// What its flow demands.
    #[must_use]
    pub const fn rules(&self) -> FlowRules {
        flow::rules(self.flow)
    }

    /// Whether it is urgent, marked or by its flow.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        self.urgent || self.flow == Some(Flow::Emergency)
    }

    /// Who has it now; an open matter is never nobody's: the unit named, else the level to which it was passed up, else who received it
    /// first, else the community of its grid. `None` only where nobody has to do anything.
    #[must_use]
    pub fn held_by(&self) -> Option<Holder> {
        if !self.stage.open() {
            return None;
        }
        if self.stage == Stage::Arbitration {
            return Some(Holder::Level(Level::Township));
        }
        let unit = self.holder.clone().map(Holder::Unit);
        let above = self.passed_up.map(Holder::Level);
        let first = self.first_receiver.map(Holder::Member);
        unit.or(above)
            .or(first)
            .or(Some(Holder::Level(Level::Community)))
    }

    /// Whether it was judged by all who must: the level to which it was passed up, if it was.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        self.judgement
            .as_ref()
            .is_some_and(|judgement| judgement.whole() && judgement.level() >= self.passed_up)
    }

    /// How many were reached of how many, over all parts.
    #[must_use]
    pub fn coverage(&self) -> (u64, u64) {
        self.parts
            .iter()
            .filter(|part| part.stage == PartStage::Done)
            .filter_map(|part| part.coverage)
            .fold((0, 0), |(done, of), (more, out_of)| {
                (done + u64::from(more), of + u64::from(out_of))
            })
    }

    /// The assists that have neither reported nor been released.
    pub fn open_assists(&self) -> impl Iterator<Item = &PartState> {
        self.parts.iter().filter(|part| {
            part.part == Part::Assist && matches!(part.stage, PartStage::Open | PartStage::Returned)
        })
    }
}
