//! One seed: storm, calm, check.

use std::path::Path;

use crate::laws;
use crate::limits;
use crate::mutant::{Breach, Law};
use crate::world::World;

/// What a seed showed.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// The trace's hash.
    pub digest: String,
    /// Commits that somebody was told are saved.
    pub commits: usize,
    /// Acts tried.
    pub acts: u64,
    /// Faults that struck.
    pub faults: u64,
    /// Commits held somewhere.
    pub held: usize,
    /// Virtual seconds until the world was at rest after the storm.
    pub calm_s: u64,
    /// Broken laws.
    pub breaches: Vec<Breach>,
    /// The trace's lines, where they were kept.
    pub lines: Vec<String>,
}

/// Runs a seed. `folder` is for copies of phones and is emptied of them.
///
/// # Errors
/// What is no law's breach: the world could not be built, or an engine failed without a machine's fault.
pub fn run(
    seed: u64,
    mutant: Option<Law>,
    keep_trace: bool,
    folder: &Path,
) -> Result<Outcome, String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let outcome = live(seed, mutant, keep_trace, folder);
    let _left = std::fs::remove_dir_all(folder);
    outcome
}

fn live(
    seed: u64,
    mutant: Option<Law>,
    keep_trace: bool,
    folder: &Path,
) -> Result<Outcome, String> {
    let mut world = World::begin(seed, mutant, keep_trace, folder.to_owned())?;
    world.brew();
    world.run_for(limits::STORM_MS)?;
    world.calm()?;
    let from_ms = world.agenda.now_ms();
    let rested = world.run_until_calm(limits::CALM_MS_MAX)?;
    let calm_s = (world.agenda.now_ms() - from_ms) / 1000;
    let mut breaches = std::mem::take(&mut world.breaches);
    breaches.extend(laws::check(&mut world));
    if !rested && breaches.is_empty() {
        breaches.push(Breach::new(
            Law::Converge,
            format!(
                "not at rest {} s after the storm: {}",
                calm_s,
                world.unrest()
            ),
        ));
    }
    let mut held: Vec<_> = world
        .ledger
        .held
        .iter()
        .map(|(_, commit)| *commit)
        .collect();
    held.sort();
    held.dedup();
    Ok(Outcome {
        seed,
        digest: world.trace.digest(),
        commits: world.ledger.saved.len(),
        acts: world.ledger.acts,
        faults: world.ledger.faults,
        held: held.len(),
        calm_s,
        breaches,
        lines: world.trace.lines().to_vec(),
    })
}

/// Runs a seed twice and holds the two traces against each other: law `replay`.
///
/// # Errors
/// As [`run`].
pub fn run_twice(seed: u64, mutant: Option<Law>, folder: &Path) -> Result<Outcome, String> {
    let mut first = run(seed, mutant, false, folder)?;
    let second = run(seed, mutant, false, folder)?;
    if first.digest != second.digest {
        first.breaches.push(Breach::new(
            Law::Replay,
            format!(
                "{} the first time, {} the second",
                first.digest, second.digest
            ),
        ));
    }
    Ok(first)
}
