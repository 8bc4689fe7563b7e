//! `cargo xtask test`: everything, once, in one order, with a table at the end.

mod count;
mod steps;
mod table;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::error::XtaskError;
use crate::house::{House, make_folder};
use count::Count;

/// One step of the run.
struct Step {
    /// Its name in the table.
    name: &'static str,
    zh: &'static str,
    /// The name of the step without which it cannot say anything.
    after: Option<&'static str>,
    run: fn(&House) -> Result<Count, XtaskError>,
}

/// How a step ended.
struct Ended {
    name: &'static str,
    time: Duration,
    count: Count,
}

/// Runs every step; a step that fails stops only those that stand on it.
pub(crate) fn test(house: &House) -> Result<ExitCode, XtaskError> {
    make_folder(&house.artefacts())?;
    let mut ended: Vec<Ended> = Vec::new();
    for step in steps::ALL {
        eprintln!("\n{} · {}", step.zh, step.name);
        let begun = Instant::now();
        let broken = step.after.filter(|name| {
            ended
                .iter()
                .any(|earlier| earlier.name == *name && earlier.count.failed > 0)
        });
        let count = match broken {
            Some(name) => {
                eprintln!("  ✗ not run: `{name}` failed");
                Count::one_failed()
            }
            None => (step.run)(house).unwrap_or_else(|error| {
                eprintln!("  ✗ {error}");
                if let Some(remedy) = error.remedy() {
                    eprintln!("    → {remedy}");
                }
                Count::one_failed()
            }),
        };
        ended.push(Ended {
            name: step.name,
            time: begun.elapsed(),
            count,
        });
    }
    let total = table::close(&ended);
    Ok(if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
