//! Where a matter stands, folded from its log.
//!
//! The log's entries are put in the order of their operations: a Lamport counter, then the author's office from the highest down, then the
//! actor. So an entry stands after everything that its author had seen, of steps taken without knowing of each other the higher
//! authority's comes first, and every replica with the same entries folds the same state. An entry that the rules do not allow at its
//! place is *void*: it stays in the log, is shown so with the reason, and changes nothing.
//!
//! ```text
//!                                   LIGHT PATH, one record:   empty -settle_on_spot-> settled
//!
//!  empty -report-> reported -check-> checked -accept-> accepted -judge+cosign-> judged -dispatch-> dispatched
//!                     |    \----------accept----------->|   \---------dispatch----------------->|   ^
//!                     |                                 |                                       |   |
//!                     +--reject--> rejected             +--pass_up--> accepted (at LEVEL)       |   |
//!                     +--settle_on_spot--> settled      +--dispose--> disposed                  |   |
//!                     +--dispatch (emergency)-----------------------------------------> dispatched  |
//!                                                                                               |   |
//!      +-------------------------------- return ------------------------------------------------+   |
//!      v                                                                                            |
//!  returned -dispatch-> dispatched      returned -object-> arbitration -dispatch by the township (binding)-+
//!      (the n-th coded return of a round leads to arbitration at once)
//!
//!  dispatched -dispose by the lead, and every assist reported or released-> disposed
//!  disposed -verify_pass | confirm_close (service)-> verified -close-> closed -archive-> archived
//!  disposed -close with its coverage (mobilisation)-> closed
//!  disposed, verified -verify_fail | refuse_close-> dispatched          (to the same hands)
//!  closed, settled, rejected, archived -reopen-> accepted               (a new round)
//!  closed -refuse_close-> accepted;  closed, settled, archived -effect_fail-> accepted
//!  any open stage -merge_into-> merged -unmerge-> where it stood
//! ```
//!
//! | step | taken at | besides |
//! |---|---|---|
//! | check | reported, checked | in a control matter with its check list |
//! | accept, reject | reported, checked | an emergency is accepted once, dispatched or not |
//! | judge, cosign | accepted, judged, dispatched, returned | grid member and community director both, or one office from the township up; what was passed up is judged there |
//! | dispatch | accepted, judged, returned, arbitration; assists: dispatched | one leads; another lead only after a return |
//! | return | dispatched | coded reason and basis; not what was dispatched by arbitration; the clock runs on |
//! | object | returned, arbitration | a grid member, naming the last return |
//! | release | dispatched | an assist that is open or gave its part back |
//! | dispose | accepted, judged, dispatched, disposed | not while suspended |
//! | verify, confirm, refuse, close, rate, effect check | after disposal | never by hands that disposed in this round |
//! | close | verified | no summons unanswered; in a service or coordination matter the reporter was answered |
//! | whistle, urge | every open stage | whoever is summoned must answer |
//! | ask to suspend, to extend | accepted to dispatched | before the deadline; one suspension of at most a year, two extensions |
//! | appeal | closed, archived | once; two levels review; the fact stays, and is exempt |
//! | approve, deny | where the request may still be granted | not one's own; of the level needed |
//! | resume | while suspended | ends a suspension before its date |
//! | verify, close, settle on the spot | as above | of a matter filed with a measure: measured again ([`unmeasured`]); refused where it is written, told as a finding where it was not |
//! | reply, remark, support, answer | always | |
//! | revert | always | a director, naming an automatic entry, which then is void |
//!
//! How the kinds of matters differ stands in [`flow`].
//!
//! **Separation of hands**: who disposed does not verify and does not close. The rule holds in any order of merging: if one member's
//! dispose and verification meet in one round, it is the verification that is void, whichever stands first.
//!
//! **Nobody's matter**: an open one always has a holder, [`MatterState::held_by`].
//!
//! **Time**: nothing here reads a clock. A suspension ends at its date by itself; [`stands`] says where a matter stands at an instant.

mod asks;
mod clock;
mod comeback;
pub mod family;
pub mod flow;
mod hands;
mod log;
mod measure;
mod parts;
pub mod phase;
mod round;
mod stage;
mod state;
mod take;
mod transition;

use wangge_model::doc::Fields;
use wangge_model::step::StepKind;
use wangge_model::time::Ms;

pub use comeback::{Comeback, comebacks};
pub use hands::Taken;
pub use log::{LogEntry, read_log, sort_log};
pub use measure::{Measured, unmeasured};
pub use stage::{Stage, Void};
pub use state::{
    Ask, AskKind, Dispute, GivenBack, Holder, Instants, Judged, MatterState, PartStage, PartState,
    RightsUsed, Summons, Suspension,
};

/// What a county may set otherwise. Replicas that fold with other parameters fold other states, so these change with a package that
/// reaches all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    /// The how manieth coded return of a round takes the matter to arbitration.
    pub returns_max: u32,
    /// How many levels approve a suspension or an extension of what is not urgent: 1 or 2. What is urgent needs two.
    pub levels: usize,
    /// How often a limit may be extended.
    pub extensions_max: usize,
    /// How long a suspension may last, in milliseconds.
    pub suspension_ms_max: i64,
}

impl Params {
    /// Two returns (R30); two levels, two extensions, and a suspension of at most a year (domain 4.5).
    pub const DEFAULT: Self = Self {
        returns_max: 2,
        levels: 2,
        extensions_max: 2,
        suspension_ms_max: 366 * 24 * 60 * 60 * 1_000,
    };
}

impl Default for Params {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Folds the state of a matter from the fields of its open facet.
#[must_use]
pub fn fold(open: &Fields) -> MatterState {
    let (entries, unreadable) = read_log(open);
    let mut state = fold_log(&entries);
    state.void.extend(unreadable);
    state
}

/// Folds the state of a matter from its entries, in whatever order they are handed in.
#[must_use]
pub fn fold_log(entries: &[LogEntry]) -> MatterState {
    trace(entries, &Params::DEFAULT).0
}

/// Folds the state of a matter by these parameters, and tells what each entry did, in the order of the log.
#[must_use]
pub fn trace(entries: &[LogEntry], params: &Params) -> (MatterState, Vec<Taken>) {
    let mut log: Vec<&LogEntry> = entries.iter().collect();
    log.sort_by(|a, b| log::order(a, b));
    hands::fold(&log, params)
}

/// Where a matter stands at an instant: as its log says, or suspended.
#[must_use]
pub fn stands(state: &MatterState, now: Ms) -> Stage {
    let rests = state
        .suspension
        .is_some_and(|suspension| suspension.covers(now));
    let handled = matches!(
        state.stage,
        Stage::Accepted | Stage::Judged | Stage::Dispatched | Stage::Returned | Stage::Arbitration
    );
    if rests && handled {
        Stage::Suspended
    } else {
        state.stage
    }
}

/// The steps that may be taken where a matter stands, in the order of [`StepKind::ALL`]; whether one's hands and what it needs besides are
/// right is only known once it is taken.
#[must_use]
pub fn may_follow(state: &MatterState) -> Vec<StepKind> {
    let follows = |kind: &StepKind| transition::next(state.stage, *kind, state.rules()).is_ok();
    StepKind::ALL.iter().copied().filter(follows).collect()
}

#[cfg(test)]
mod tests;
