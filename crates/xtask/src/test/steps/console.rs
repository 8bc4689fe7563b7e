//! The console in a real browser.

use crate::error::XtaskError;
use crate::house::House;
use crate::run::Run;
use crate::setup::CHROMIUM;
use crate::test::count::Count;

/// Runs `tests/console/console.test.mjs` with Node's own test runner; it starts a real hub.
pub(super) fn chromium(house: &House) -> Result<Count, XtaskError> {
    let folder = house.root.join("tests");
    let ended = Run::new(house, "console in Chromium", "node")
        .folder(&folder)
        .args(["--test", "--test-reporter=spec", "console/console.test.mjs"])
        .env("WANGGE_BIN", house.program("wangge"))
        .env("WANGGE_CHROMIUM", CHROMIUM)
        .env("WANGGE_ARTEFACTS", house.artefacts())
        .end()?;
    let log = ended.log();
    let mut count = Count {
        passed: told(&log, "pass"),
        failed: told(&log, "fail"),
        skipped: Vec::new(),
    };
    if !ended.status.success() || count.passed == 0 {
        ended.tell();
        count.failed = count.failed.max(1);
    }
    Ok(count)
}

/// The number in Node's closing line `ℹ pass 5`.
fn told(log: &str, word: &str) -> u64 {
    let line = log
        .lines()
        .rev()
        .find_map(|line| line.trim().strip_prefix("ℹ ")?.strip_prefix(word));
    line.and_then(|number| number.trim().parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn the_closing_lines_of_node_are_understood() {
        let log = "✔ signs in\nℹ tests 5\nℹ suites 0\nℹ pass 4\nℹ fail 1\n";
        assert_eq!((told(log, "pass"), told(log, "fail")), (4, 1));
    }
}
