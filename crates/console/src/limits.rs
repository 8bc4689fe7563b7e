//! The bounds of the console.

use std::time::Duration;

/// A session ends when its director has done nothing for this long. What the page fetches by itself does not count.
pub const SESSION_IDLE: Duration = Duration::from_secs(15 * 60);
/// A session ends this long after the sign-in, whatever the director does.
pub const SESSION_ABSOLUTE: Duration = Duration::from_secs(8 * 60 * 60);
/// Sessions of one hub; the longest idle one makes room.
pub const SESSIONS_MAX: usize = 512;
/// Live streams of one hub.
pub const STREAMS_MAX: usize = 256;
/// How often a quiet live stream says that it is still there, and looks whether its session is.
pub const STREAM_BEAT: Duration = Duration::from_secs(15);
/// The shortest time between two bells of one stream: the first rings at once, what rings in between is one bell.
pub const BELL_GAP: Duration = Duration::from_secs(1);

/// The size of a request's body, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// A sign-in name, in characters.
pub const NAME_CHARS_MAX: usize = 64;
/// A passphrase, in bytes.
pub const PASSPHRASE_BYTES_MAX: usize = 1024;
/// A search text, in characters.
pub const TEXT_CHARS_MAX: usize = 200;
/// Rows of one page.
pub const ROWS_MAX: u32 = 200;
/// Choices that one settlement names as seen.
pub const SEEN_MAX: usize = 64;

/// Fields that one list is narrowed by.
pub const FILTERS_MAX: usize = 16;
/// Periods that one board compares.
pub const PERIODS_MAX: usize = 12;
/// Rows of a report.
pub const REPORT_ROWS_MAX: u32 = 20_000;
/// Findings that a check lists.
pub const FINDINGS_MAX: usize = 500;
/// Fields that one act writes.
pub const FIELDS_MAX: usize = 200;
/// Reports, boards and checks that one hub makes at the same time: each may read all of its data.
pub const TABLES_AT_ONCE: usize = 2;

/// Failed sign-ins of one name before it has to wait.
pub const FAILURES_FREE: u32 = 5;
/// The first wait; it doubles with every further failure.
pub const WAIT_FIRST: Duration = Duration::from_secs(5);
/// The longest wait, and how long a failure is remembered.
pub const WAIT_LONGEST: Duration = Duration::from_secs(5 * 60);
/// Names that the throttle remembers; the oldest makes room.
pub const NAMES_MAX: usize = 1024;
/// Failed sign-ins of all names together, a minute.
pub const FAILURES_A_MINUTE: u32 = 60;
/// Passphrases that are checked at the same time: a check is dear on purpose.
pub const CHECKS_AT_ONCE: usize = 2;
