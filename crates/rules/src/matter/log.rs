//! The entries of a log: read, and put in their one order.

use std::cmp::{Ordering, Reverse};

use wangge_model::doc::{Fields, OpId};
use wangge_model::step::{LOG_PREFIX, Step, StepProblem, log_hlc};

use super::stage::Void;

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The operation that wrote it.
    pub op: OpId,
    /// Its key.
    pub key: String,
    /// What it says.
    pub step: Step,
}

impl LogEntry {
    /// Whether two entries were surely written without knowledge of each other. A counter grows beyond all that its author had seen,
    /// and so does the logical time in the key: where both say the same counter, or contradict each other, neither had seen the other.
    pub(super) fn apart_from(&self, other: &Self) -> bool {
        let times = log_hlc(&self.key).zip(log_hlc(&other.key));
        let counters = self.op.counter.cmp(&other.op.counter);
        counters == Ordering::Equal
            || times.is_some_and(|(own, others)| own.cmp(&others) == counters.reverse())
    }
}

/// The one order of a log: by counter; of the same counter, the higher office first; then by actor.
pub(super) fn order(a: &LogEntry, b: &LogEntry) -> Ordering {
    let rank = |entry: &LogEntry| Reverse(entry.step.detail.office);
    (a.op.counter, rank(a), a.op.actor, &a.key).cmp(&(b.op.counter, rank(b), b.op.actor, &b.key))
}

/// Puts entries in the order in which they are folded.
pub fn sort_log(entries: &mut [LogEntry]) {
    entries.sort_by(order);
}

/// Reads a matter's log out of the fields of its open facet: the entries in their order, and those that cannot be read, in the order of
/// their keys.
#[must_use]
pub fn read_log(open: &Fields) -> (Vec<LogEntry>, Vec<(String, Void)>) {
    let mut entries = Vec::new();
    let mut unreadable = Vec::new();
    for (key, candidates) in open.under(LOG_PREFIX) {
        let [only] = candidates else {
            unreadable.push((key.to_owned(), Void::Rewritten));
            continue;
        };
        let read = only
            .value
            .as_text()
            .ok_or(StepProblem::Malformed)
            .and_then(Step::parse);
        match read {
            Ok(step) => entries.push(LogEntry {
                op: only.op,
                key: key.to_owned(),
                step,
            }),
            Err(StepProblem::UnknownStep) => unreadable.push((key.to_owned(), Void::UnknownStep)),
            Err(_) => unreadable.push((key.to_owned(), Void::Malformed)),
        }
    }
    sort_log(&mut entries);
    (entries, unreadable)
}
