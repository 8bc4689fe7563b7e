//! The bounds of the simulated world.

use wangge_engine::Limits;
use wangge_engine::tx::PageLimit;

use crate::mutant::Law;
use crate::place::NodeNo;

/// Acts of a storm.
pub const ACTS: u64 = 300;
/// Strikes of a storm.
pub const STRIKES: u64 = 24;
/// How long a storm lasts.
pub const STORM_MS: u64 = 8 * 3_600_000;
/// How long the world may take to come to rest afterwards.
pub const CALM_MS_MAX: u64 = 30 * 60_000;
/// How long an enrolment may take.
pub const ENROL_MS_MAX: u64 = 60_000;
/// Phones whose memory breaks the signature of one commit in eight.
pub const CORRUPT_PHONES: [NodeNo; 2] = [8, 11];

/// Windows and pages so small that 300 small commits fill them. The mutant of `bounded` has no window.
#[must_use]
pub fn small(mutant: Option<Law>) -> Limits {
    Limits {
        page: PageLimit {
            items_max: 8,
            bytes_max: 4 * 1024,
        },
        window_bytes: if mutant == Some(Law::Bounded) {
            usize::MAX >> 1
        } else {
            8 * 1024
        },
        ..Limits::default()
    }
}
