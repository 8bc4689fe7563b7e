//! Steps in the simulated world: honest seeds are green, and every planted mistake turns its law red.

use serde_json::Value;

use crate::error::XtaskError;
use crate::house::House;
use crate::run::{Ended, Outcome, Run};
use crate::test::count::Count;
use crate::tidy;

/// Honest seeds of an ordinary run; `cargo xtask sim --seeds 1000 --json` runs more.
const SEEDS: &str = "100";
/// Seeds within which a mutant must be caught.
const MUTANT_SEEDS: &str = "50";

/// Each seed counts as one test.
pub(super) fn seeds(house: &House) -> Result<Count, XtaskError> {
    let ended = world(
        house,
        "seeds of the simulated world",
        &["--seeds", SEEDS, "--json"],
    )
    .capture()?;
    let told = last_json(&ended)?;
    let (seeds, failed) = (number(&told, "seeds"), number(&told, "failed"));
    let asked = SEEDS.parse().unwrap_or(u64::MAX);
    if !ended.status.success() || failed > 0 || seeds != asked {
        ended.tell();
        return Ok(Count {
            passed: seeds.saturating_sub(failed),
            failed: failed.max(1),
            skipped: Vec::new(),
        });
    }
    Ok(Count {
        passed: seeds,
        failed: 0,
        skipped: Vec::new(),
    })
}

/// Each mutant counts as one test: passed when the world found it.
pub(super) fn mutants(house: &House) -> Result<Count, XtaskError> {
    let mut count = Count::default();
    for law in tidy::laws_of_sim(house)? {
        let title = format!("mutant «{}»: law {}", law.mutant, law.name);
        let args = ["--mutant", &law.name, "--seeds", MUTANT_SEEDS, "--json"];
        let ended = world(house, &title, &args).marked(found).capture()?;
        count = count + Count::one(red_at(&last_json(&ended)?).is_some());
    }
    Ok(count)
}

/// A mutant is there to be found: its run is good where its law turned red.
fn found(ended: &Ended) -> Outcome {
    let told = last_line(ended).ok();
    match told.as_ref().and_then(red_at) {
        Some(seed) => Outcome {
            good: true,
            words: format!(" turned red at seed {seed}, as it must"),
        },
        None => Outcome {
            good: false,
            words: format!(" stayed green for {MUTANT_SEEDS} seeds: it has no teeth"),
        },
    }
}

/// The seed at which a law turned red.
fn red_at(told: &Value) -> Option<u64> {
    (number(told, "failed") > 0)
        .then(|| told.get("first_failed").and_then(Value::as_u64))
        .flatten()
}

fn world(house: &House, title: &str, args: &[&str]) -> Run {
    Run::new(house, title, house.program("wangge-sim")).args(args)
}

fn last_json(ended: &Ended) -> Result<Value, XtaskError> {
    last_line(ended).map_err(|error| {
        ended.tell();
        XtaskError::Unreadable {
            what: "the last line of wangge-sim".to_owned(),
            why: error.to_string(),
        }
    })
}

fn last_line(ended: &Ended) -> serde_json::Result<Value> {
    let line = ended
        .stdout
        .lines()
        .rev()
        .find(|line| line.starts_with('{'));
    serde_json::from_str(line.unwrap_or_default())
}

fn number(told: &Value, name: &str) -> u64 {
    told.get(name).and_then(Value::as_u64).unwrap_or(0)
}
