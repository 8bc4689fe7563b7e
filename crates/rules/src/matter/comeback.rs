//! What came back after it was closed (R69): a matter that was solved once, and was opened again.

use wangge_model::step::StepKind;
use wangge_model::time::Ms;

use super::log::{LogEntry, sort_log};
use super::stage::Stage;
use super::{Params, trace};

/// The days in a day's milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// One coming back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comeback {
    /// When it had been closed, or settled on the spot.
    pub closed: Ms,
    /// When it was opened again.
    pub at: Ms,
    /// By which step: a reopening, a refused outcome, a failed check of the effect.
    pub by: StepKind,
    /// Whether a new report was named, of what came back.
    pub reported: bool,
}

impl Comeback {
    /// After how many whole days; 0 where the stated instants stand the other way round.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.at.0.saturating_sub(self.closed.0).max(0) / DAY_MS
    }
}

/// Every time that a matter came back, the first one first. What was turned down and then taken up was never solved, and what is dealt with in
/// another matter is not closed.
#[must_use]
pub fn comebacks(entries: &[LogEntry]) -> Vec<Comeback> {
    let mut log = entries.to_vec();
    sort_log(&mut log);
    let (_, taken) = trace(&log, &Params::DEFAULT);
    let mut found = Vec::new();
    let mut closed: Option<Ms> = None;
    for (entry, taken) in log
        .iter()
        .zip(&taken)
        .filter(|(_, taken)| taken.void.is_none())
    {
        let step = &entry.step;
        match taken.stage {
            Stage::Closed | Stage::Settled => {
                closed.get_or_insert(step.at_ms);
            }
            stage if stage.open() => found.extend(closed.take().map(|closed| Comeback {
                closed,
                at: step.at_ms,
                by: step.kind,
                reported: step.detail.record.is_some(),
            })),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use wangge_model::id::RecordId;

    use super::*;
    use crate::matter::tests::{DAY, DIRECTOR, LI, WANG, WATER, story};
    use StepKind::{
        Accept, Archive, Close, Dispatch, Dispose, EffectFail, Reject, Remark, Reopen, Report,
        VerifyFail, VerifyPass,
    };

    const SOLVED: [(StepKind, u8); 6] = [
        (Report, LI),
        (Accept, DIRECTOR),
        (Dispatch, DIRECTOR),
        (Dispose, WATER),
        (VerifyPass, WANG),
        (Close, DIRECTOR),
    ];

    #[test]
    fn what_is_opened_again_after_closing_came_back() {
        let mut matter = story(&SOLVED);
        matter.then(&[(Remark, LI), (Archive, DIRECTOR)]);
        matter.told(Reopen, DIRECTOR, |detail| {
            detail.record = Some(RecordId::mint(1, [1; 10]))
        });
        matter.then(&SOLVED[2..]);
        matter.then(&[(EffectFail, WANG)]);
        let back = comebacks(&matter.log);
        let told: Vec<_> = back
            .iter()
            .map(|back| (back.by, back.days(), back.reported))
            .collect();
        assert_eq!(told, [(Reopen, 3, true), (EffectFail, 1, false)]);
        assert_eq!((back[0].closed, back[0].at), (Ms(6 * DAY), Ms(9 * DAY)));
        // In whatever order the entries arrived.
        matter.log.reverse();
        assert_eq!(comebacks(&matter.log), back);
    }

    #[test]
    fn rework_and_what_was_turned_down_did_not_come_back() {
        let mut rework = story(&SOLVED[..4]);
        rework.then(&[
            (VerifyFail, WANG),
            (Dispose, WATER),
            (VerifyPass, WANG),
            (Close, DIRECTOR),
        ]);
        assert_eq!(comebacks(&rework.log), []);
        let taken_up = story(&[(Report, LI), (Reject, DIRECTOR), (Reopen, DIRECTOR)]);
        assert_eq!(comebacks(&taken_up.log), []);
        // A step that counts for nothing brings nothing back.
        let mut closed = story(&SOLVED);
        closed.then(&[(Dispose, WATER)]);
        assert_eq!(comebacks(&closed.log), []);
    }
}
