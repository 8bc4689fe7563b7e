//! When a matter must have been dealt with, who is late, and who is told (R23, R30, R40, R40b, R40c, R40i; domain.md 4.5).
//!
//! What is stored is the rule: the filing instant, the limit, the days. Every instant is computed from them, offline as well, and
//! computed anew when the calendar changes.

mod calendar;
mod days;
mod hours;
mod limit;

pub use calendar::{Calendar, DayRow, DaySort, check_days};
pub use days::{default_days, parse_days};
pub use hours::Hours;
pub use limit::{EXTENSIONS_MAX, Limit, Unit, due};
