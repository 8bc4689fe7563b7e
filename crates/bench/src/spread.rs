//! Times of one question, and whether they keep within its goal.

use std::fmt;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Value, json};

/// What was measured of a question, microseconds.
#[derive(Debug, Serialize)]
pub(crate) struct Timed {
    pub(crate) name: &'static str,
    pub(crate) p50_us: u128,
    pub(crate) p99_us: u128,
    /// What the goal is about, and its bound: `p50` or `p99`.
    pub(crate) goal: Option<(&'static str, u128)>,
}

impl Timed {
    /// Asks `rounds` times; the number of the round is handed in.
    pub(crate) fn of<E>(
        name: &'static str,
        rounds: usize,
        mut ask: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut times = Vec::with_capacity(rounds);
        for round in 0..rounds {
            let begun = Instant::now();
            ask(round)?;
            times.push(begun.elapsed());
        }
        Ok(Self::from_times(name, times))
    }

    pub(crate) fn from_times(name: &'static str, mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
            times.get(place).copied().unwrap_or_default().as_micros()
        };
        Self {
            name,
            p50_us: at(50),
            p99_us: at(99),
            goal: None,
        }
    }

    pub(crate) fn within(mut self, of: &'static str, ms: u128) -> Self {
        self.goal = Some((of, ms * 1_000));
        self
    }

    fn missed(&self) -> bool {
        self.goal.is_some_and(|(of, bound)| {
            let measured = if of == "p50" {
                self.p50_us
            } else {
                self.p99_us
            };
            measured > bound
        })
    }
}

/// All that a run measured.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) what: &'static str,
    pub(crate) records: usize,
    pub(crate) timed: Vec<Timed>,
}

impl Answer {
    /// The questions whose goal was missed.
    pub(crate) fn missed(&self) -> Vec<&'static str> {
        let missed = self.timed.iter().filter(|timed| timed.missed());
        missed.map(|timed| timed.name).collect()
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "bench": self.what,
            "records": self.records,
            "missed": self.missed(),
            "questions": self.timed,
        })
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, {} records", self.what, self.records)?;
        for timed in &self.timed {
            let ms = |us: u128| format!("{}.{:03} ms", us / 1_000, us % 1_000);
            let goal = timed.goal.map_or(String::new(), |(of, us)| {
                let mark = if timed.missed() { "✗" } else { "✓" };
                format!("  {mark} {of} ≤ {} ms", us / 1_000)
            });
            writeln!(
                f,
                "  {:<28} p50 {:>12}  p99 {:>12}{goal}",
                timed.name,
                ms(timed.p50_us),
                ms(timed.p99_us)
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ninety_ninth_of_a_hundred_is_told() {
        let times = (1..=100).rev().map(Duration::from_millis).collect();
        let timed = Timed::from_times("x", times);
        assert_eq!((timed.p50_us, timed.p99_us), (50_000, 99_000));
        assert!(
            Timed::from_times("x", vec![Duration::from_millis(51)])
                .within("p99", 50)
                .missed()
        );
        assert!(
            !Timed::from_times("x", vec![Duration::from_millis(50)])
                .within("p99", 50)
                .missed()
        );
    }
}
