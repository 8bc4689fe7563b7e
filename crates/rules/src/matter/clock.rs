//! What the clocks of [`deadline`](crate::deadline) need of a matter.

use super::state::MatterState;
use crate::deadline::Instants;

impl MatterState {
    /// When its steps were taken, for the clocks: after it was opened again, those since.
    #[must_use]
    pub fn clock_instants(&self) -> Instants {
        let reopened = self.at.reopened.last().copied();
        Instants {
            reported: reopened.or(self.at.reported),
            accepted: reopened.or(self.at.accepted),
            dispatched: self.at.first_dispatched,
            disposed: self.at.disposed,
            verified: self.at.verified,
            replied: self.at.replied.filter(|_| self.answered),
            closed: self.at.closed,
            suspensions: self
                .suspension
                .iter()
                .map(|rests| (rests.from, rests.until))
                .collect(),
            extensions: u32::try_from(self.extensions.len()).unwrap_or(u32::MAX),
            exempt: self.exempt,
        }
    }
}
