//! Steps in the simulated world: honest seeds are green, and every planted mistake turns its law red.

use serde_json::Value;

use crate::error::XtaskError;
use crate::house::House;
use crate::run::{Ended, Run};
use crate::test::count::Count;
use crate::tidy;

/// Honest seeds of an ordinary run; `cargo xtask sim --seeds 1000 --json` runs more.
const SEEDS: &str = "100";
/// Seeds within which a mutant must be caught.
const MUTANT_SEEDS: &str = "50";

/// Each seed counts as one test.
pub(super) fn seeds(house: &House) -> Result<Count, XtaskError> {
    let ended = run(
        house,
        "seeds of the simulated world",
        &["--seeds", SEEDS, "--json"],
    )?;
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
        let title = format!("mutant {}", law.mutant);
        let ended = run(
            house,
            &title,
            &["--mutant", &law.name, "--seeds", MUTANT_SEEDS, "--json"],
        )?;
        let red = number(&last_json(&ended)?, "failed") > 0;
        if !red {
            eprintln!(
                "  ✗ {}: {MUTANT_SEEDS} seeds did not find it; the law {} has no teeth",
                law.mutant, law.name
            );
        }
        count = count + Count::one(red);
    }
    Ok(count)
}

fn run(house: &House, title: &str, args: &[&str]) -> Result<Ended, XtaskError> {
    Run::new(house, title, house.program("wangge-sim"))
        .args(args)
        .capture()
}

fn last_json(ended: &Ended) -> Result<Value, XtaskError> {
    let line = ended
        .stdout
        .lines()
        .rev()
        .find(|line| line.starts_with('{'))
        .unwrap_or_default();
    serde_json::from_str(line).map_err(|error| {
        ended.tell();
        XtaskError::Unreadable {
            what: "the last line of wangge-sim".to_owned(),
            why: error.to_string(),
        }
    })
}

fn number(told: &Value, name: &str) -> u64 {
    told.get(name).and_then(Value::as_u64).unwrap_or(0)
}
