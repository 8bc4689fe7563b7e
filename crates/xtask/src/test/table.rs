//! The closing table.

use std::time::Duration;

use super::Ended;
use super::count::Count;
use crate::run::seconds;

/// Prints the table of the steps, what was skipped and why, and the last line; returns the sum.
pub(super) fn close(ended: &[Ended]) -> Count {
    let total = ended
        .iter()
        .fold(Count::default(), |sum, step| sum + step.count.clone());
    let time: Duration = ended.iter().map(|step| step.time).sum();
    println!(
        "\n{:<28} {:>8} {:>8} {:>8} {:>12}",
        "step", "passed", "failed", "skipped", "time"
    );
    for step in ended {
        println!("{}", row(step.name, &step.count, step.time));
    }
    println!("{}", row("all", &total, time));
    if !total.skipped.is_empty() {
        println!("\nskipped:");
        for skipped in &total.skipped {
            println!("  {skipped}");
        }
    }
    println!("\n{}", last_line(&total));
    total
}

fn row(name: &str, count: &Count, time: Duration) -> String {
    format!(
        "{:<28} {:>8} {:>8} {:>8} {:>12}",
        name,
        count.passed,
        count.failed,
        count.skipped.len(),
        seconds(time)
    )
}

fn last_line(total: &Count) -> String {
    format!(
        "{} passed, {} failed, {} skipped",
        total.passed,
        total.failed,
        total.skipped.len()
    )
}

#[cfg(test)]
mod tests {
    use super::{Count, last_line};

    #[test]
    fn the_last_line_is_plain() {
        let total = Count {
            passed: 12,
            failed: 0,
            skipped: vec!["a".to_owned()],
        };
        assert_eq!(last_line(&total), "12 passed, 0 failed, 1 skipped");
    }
}
