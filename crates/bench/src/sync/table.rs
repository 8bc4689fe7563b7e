//! What was measured, for people.

use std::fmt;

use super::{Measured, Report};

/// One run in a line.
pub(crate) fn line(measured: &Measured) -> String {
    format!(
        "{:>9.3} s {:>9} B up {:>9} B down {:>8.3} s CPU ({:.3} client, {:.3} server) {:>4} MB client {:>4} MB server{}",
        measured.seconds,
        measured.bytes_up,
        measured.bytes_down,
        measured.cpu_seconds,
        measured.client_cpu_seconds,
        measured.server_cpu_seconds,
        measured.peak_rss_bytes / 1_000_000,
        measured.server_peak_rss_bytes / 1_000_000,
        if measured.converged {
            ""
        } else {
            "  ✗ NOT THE SAME"
        },
    )
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "sync, {} records", self.records)?;
        for (scenario, links) in &self.scenarios {
            for (link, measured) in links {
                writeln!(f, "  {scenario:?} {link:<9}{}", line(measured))?;
                if let Some(edits) = measured.edits_per_server_cpu_second {
                    writeln!(
                        f,
                        "     {:<9}{edits:>9.0} edits per CPU second of the server",
                        ""
                    )?;
                }
            }
        }
        for goal in &self.goals {
            let mark = if goal.met { "✓" } else { "✗" };
            let beyond = if goal.what.starts_with("edits") {
                "≥"
            } else {
                "≤"
            };
            writeln!(
                f,
                "  {mark} {:?} {:<9} {:<28} {:>14.3} {beyond} {}",
                goal.scenario, goal.link, goal.what, goal.measured, goal.goal
            )?;
        }
        Ok(())
    }
}
