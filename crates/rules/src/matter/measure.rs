//! What was measured when a matter was filed is measured again before it is closed (R40; GB/T 30428.8).
//!
//! An entry without it is refused where it is written and stands where it is read: the fold looks at the log alone, a measure is a field
//! that may be set after the matter was closed, and matters that older programs closed would come open again. What stands so is a finding
//! of the check of the data (`closing.unmeasured`).

use wangge_model::doc::Fields;
use wangge_model::step::StepKind;

use super::state::MatterState;

/// What a matter was filed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured<'a> {
    /// A code of the list `measure`.
    pub measure: &'a str,
    /// Its value then.
    pub value: i64,
}

impl<'a> Measured<'a> {
    /// Reads the open facet of a matter; `None` where nothing was measured.
    #[must_use]
    pub fn of(open: &'a Fields) -> Option<Self> {
        let measure = open.value("measure")?.as_text();
        let measure = measure.filter(|measure| !measure.is_empty())?;
        let value = open.value("measured")?.as_int()?;
        Some(Self { measure, value })
    }
}

/// Whether a step says that the matter is dealt with, in the eyes of those who close it.
pub(super) const fn says_done(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::VerifyPass | StepKind::ConfirmClose | StepKind::Close | StepKind::SettleOnSpot
    )
}

/// The measure that a step lacks which leads to this state. Who asked for a service confirms it without measuring anything: then the
/// closing does.
#[must_use]
pub fn unmeasured<'a>(
    open: &'a Fields,
    state: &MatterState,
    kind: StepKind,
) -> Option<Measured<'a>> {
    let asked = says_done(kind) && kind != StepKind::ConfirmClose;
    Measured::of(open).filter(|_| asked && state.remeasured.is_none())
}

#[cfg(test)]
mod tests;
