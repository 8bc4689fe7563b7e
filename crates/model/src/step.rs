//! The steps of a matter: the entries of its log.
//!
//! An entry stands at `log/<16 hex of the commit's hlc><32 hex of its actor>` in the open facet, written once and never changed. Its key
//! follows from its commit, so that no other commit can write it. Its value is the compact JSON of a [`Step`].
//!
//! What is *read* and what may be *written* are two questions. [`Step::parse`] reads whatever some program could once write, and passes
//! over keys that a newer one added; [`Step::validate`] says whether a step is complete by today's rules. A kind of step that this
//! program does not know is [`StepProblem::UnknownStep`]: the entry stays where it is, and counts for nothing here until the program
//! is renewed.

mod complete;
mod detail;
mod kind;
mod told;
mod typed;

use serde::{Deserialize, Serialize};

pub use complete::StepProblem;
pub use detail::{Judgement, StepDetail};
pub use kind::{Flow, Part, StepKind};
pub use typed::DetailProblem;

use crate::id::{ActorId, MemberId};
use crate::time::{Hlc, Ms};

/// What the keys of log entries begin with.
pub const LOG_PREFIX: &str = "log/";

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was done.
    pub kind: StepKind,
    /// Who did it.
    pub by: MemberId,
    /// When they say they did, in milliseconds since 1970.
    pub at_ms: Ms,
    /// What they say about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// To whom, as a unit's or a person's name, or an area's code: for a dispatch, a summons, an urging.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// What it says besides.
    #[serde(flatten)]
    pub detail: StepDetail,
}

/// Just enough of an entry to see what kind of step it is.
#[derive(Deserialize)]
struct Probe {
    kind: String,
}

impl Step {
    /// A step that says nothing more than what, who and when.
    #[must_use]
    pub fn new(kind: StepKind, by: MemberId, at_ms: Ms) -> Self {
        Self {
            kind,
            by,
            at_ms,
            note: String::new(),
            to: None,
            detail: StepDetail::default(),
        }
    }

    /// Reads an entry's value.
    ///
    /// # Errors
    /// What is wrong with it: no JSON of a step, a kind that this program does not know, or less than its kind ever had to say.
    pub fn parse(json: &str) -> Result<Self, StepProblem> {
        let step: Self =
            serde_json::from_str(json).map_err(|_| match serde_json::from_str::<Probe>(json) {
                Ok(probe) if probe.kind.parse::<StepKind>().is_err() => StepProblem::UnknownStep,
                Ok(_) | Err(_) => StepProblem::Malformed,
            })?;
        complete::readable(&step).map(|()| step)
    }

    /// The entry's value.
    #[must_use]
    pub fn encode(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether it is complete by today's rules, and so may be written.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn validate(&self) -> Result<(), StepProblem> {
        complete::readable(self)?;
        complete::writable(self)
    }
}

/// The key of the log entry that a commit writes.
#[must_use]
pub fn log_key(hlc: Hlc, actor: &ActorId) -> String {
    format!("{LOG_PREFIX}{:016x}{actor}", hlc.0)
}

/// Whether a key is a log entry's.
#[must_use]
pub fn is_log_key(key: &str) -> bool {
    key.starts_with(LOG_PREFIX)
}

/// The logical time in a log entry's key; `None` where the key is none that [`log_key`] makes.
#[must_use]
pub fn log_hlc(key: &str) -> Option<Hlc> {
    let digits = key.strip_prefix(LOG_PREFIX)?.get(..16)?;
    u64::from_str_radix(digits, 16).ok().map(Hlc)
}

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;
