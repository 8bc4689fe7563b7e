//! Counting what the runners say.

use std::ops::Add;

/// Tests passed, failed and skipped; a check that is one command counts as one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) passed: u64,
    pub(super) failed: u64,
    /// Each with its name and why, so that nothing is skipped in silence.
    pub(super) skipped: Vec<String>,
}

impl Count {
    pub(super) fn one_passed() -> Self {
        Self {
            passed: 1,
            ..Self::default()
        }
    }

    pub(super) fn one_failed() -> Self {
        Self {
            failed: 1,
            ..Self::default()
        }
    }

    /// One check that passed or failed.
    pub(super) fn one(passed: bool) -> Self {
        if passed {
            Self::one_passed()
        } else {
            Self::one_failed()
        }
    }
}

impl Add for Count {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped.extend(other.skipped);
        self
    }
}

/// nextest's `Summary [   4.2s] 12 tests run: 11 passed (1 slow), 1 failed, 3 skipped` → (11, 1).
/// `None` when there is no such line: then the run did not get as far as running.
pub(super) fn parse_nextest(log: &str) -> Option<Count> {
    let line = log
        .lines()
        .rev()
        .find(|line| line.contains("Summary [") && line.contains(" run: "))?;
    let (_, told) = line.split_once(" run: ")?;
    let failed = ["failed", "timed out", "exec failed"]
        .iter()
        .map(|word| number_before(told, word))
        .sum();
    Some(Count {
        passed: number_before(told, "passed"),
        failed,
        skipped: Vec::new(),
    })
}

/// libtest's `test result: ok. 3 passed; 0 failed; 1 ignored; …` lines, summed.
pub(super) fn parse_libtest(log: &str) -> Option<Count> {
    log.lines()
        .filter(|line| line.starts_with("test result:"))
        .map(|line| Count {
            passed: number_before(line, "passed"),
            failed: number_before(line, "failed"),
            skipped: Vec::new(),
        })
        .reduce(Add::add)
}

/// Python's `Ran 11 tests in 5.1s` and `OK` or `FAILED (failures=1, errors=1, skipped=2)`. What is skipped is not told by name.
pub(super) fn parse_unittest(log: &str) -> Option<Count> {
    let ran = log
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("Ran "))?;
    let ran: u64 = ran.split(' ').next()?.parse().ok()?;
    let told = log
        .lines()
        .rev()
        .find(|line| line.starts_with("OK") || line.starts_with("FAILED"))?;
    let number = |word: &str| {
        let after = told.split_once(word).map_or("", |(_, after)| after);
        after
            .split([',', ')'])
            .next()
            .and_then(|number| number.parse().ok())
            .unwrap_or(0)
    };
    let failed = number("failures=") + number("errors=");
    let skipped = number("skipped=");
    Some(Count {
        passed: ran.saturating_sub(failed + skipped),
        failed,
        skipped: vec![
            "a test of the stranger's client".to_owned();
            usize::try_from(skipped).unwrap_or(0)
        ],
    })
}

/// The number that stands before ` word`, ended by a comma, semicolon, space or the line's end.
fn number_before(text: &str, word: &str) -> u64 {
    text.split([',', ';', '.'])
        .filter_map(|piece| piece.trim().split_once(' '))
        .find(|(_, rest)| *rest == word || rest.starts_with(&format!("{word} (")))
        .and_then(|(number, _)| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Count, parse_libtest, parse_nextest, parse_unittest};

    #[test]
    fn nextest_is_understood() {
        let log = "   PASS a\n------------\n     Summary [   4.233s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 3 skipped\n";
        assert_eq!(
            parse_nextest(log),
            Some(Count {
                passed: 9,
                failed: 3,
                skipped: vec![]
            })
        );
        let log = "     Summary [   0.033s] 4/12 tests run: 3 passed, 1 exec failed, 8 skipped\n";
        assert_eq!(
            parse_nextest(log),
            Some(Count {
                passed: 3,
                failed: 1,
                skipped: vec![]
            })
        );
        assert_eq!(parse_nextest("error: could not compile"), None);
    }

    #[test]
    fn libtest_is_understood() {
        let log = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                   test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n";
        assert_eq!(
            parse_libtest(log),
            Some(Count {
                passed: 5,
                failed: 1,
                skipped: vec![]
            })
        );
    }

    #[test]
    fn unittest_is_understood() {
        let count = |log: &str| {
            parse_unittest(log).map(|count| (count.passed, count.failed, count.skipped.len()))
        };
        assert_eq!(count("Ran 11 tests in 5.1s\n\nOK\n"), Some((11, 0, 0)));
        assert_eq!(
            count("Ran 11 tests in 5.1s\n\nOK (skipped=2)\n"),
            Some((9, 0, 2))
        );
        assert_eq!(
            count("Ran 11 tests in 5.1s\n\nFAILED (failures=1, errors=2)\n"),
            Some((8, 3, 0))
        );
        assert_eq!(count("No module named unittest"), None);
    }
}
