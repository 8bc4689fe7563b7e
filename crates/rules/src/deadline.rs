//! When a matter must have been dealt with, who is late, and who is told (R23, R30, R40, R40b, R40c, R40i; domain.md 4.5).
//!
//! What is stored is the rule: the filing instant, the limit, the days. Every instant is computed from them, offline as well, and
//! computed anew when the calendar changes.

mod asks;
mod calendar;
mod clock;
mod days;
mod escalation;
mod hours;
mod limit;
mod severity;
mod standard;
mod standards;

pub use asks::check_asks;
pub use calendar::{Calendar, DayRow, DaySort, check_days};
pub use clock::{Clock, Clocks, Instants, Light, Wait, clocks};
pub use days::{DEFAULT_DAYS, default_days, parse_days};
pub use escalation::{Escalation, Ladder, Rungs};
pub use hours::Hours;
pub use limit::{EXTENSIONS_MAX, Limit, Unit, due};
pub use severity::Severity;
pub use standard::{
    Filing, Judged, Measures, Standard, Terms, check_coverage, check_standards, judge_closing,
    measure_names, standard_for, terms_for, urgency_measure,
};
pub(crate) use standards::read_limit;
pub use standards::{DEFAULT_STANDARDS, default_standards, parse_standards};
