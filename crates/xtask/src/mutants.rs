//! `cargo xtask mutants`: whether the tests of the rules see what is broken in them.
//!
//! `cargo-mutants` breaks one line after the other in a copy of the tree and runs the tests of `rules` each time. All of it takes hours; a
//! shard is every n-th mutant, over all files alike.

use std::process::ExitCode;

use crate::error::XtaskError;
use crate::house::{House, read};
use crate::run::{Run, answer, on_path};

/// The share of mutants that must be caught, in thousandths.
const CAUGHT_PERMILLE_MIN: usize = 900;
/// Tests that say nothing on one line that a shorter one does not say, and take most of the time.
const LONG: &[&str] = &["over_a_hundred_thousand", "a_hundred_thousand_residents"];

/// What became of the mutants that could be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Told {
    caught: usize,
    missed: usize,
}

impl Told {
    /// A test that never ends has seen the mutant as well.
    fn of(caught: &str, timeout: &str, missed: &str) -> Self {
        let lines = |text: &str| text.lines().filter(|line| !line.is_empty()).count();
        Self {
            caught: lines(caught) + lines(timeout),
            missed: lines(missed),
        }
    }

    const fn all(self) -> usize {
        self.caught + self.missed
    }

    /// The share caught, in thousandths; `None` where nothing was tried.
    const fn permille(self) -> Option<usize> {
        (self.caught * 1000).checked_div(self.all())
    }
}

/// What leaves the long tests out.
fn without_long(nextest: bool) -> Vec<String> {
    let mut args = vec!["--".to_owned()];
    if nextest {
        let long: Vec<String> = LONG.iter().map(|name| format!("test({name})")).collect();
        args.extend(["-E".to_owned(), format!("not ({})", long.join(" | "))]);
    } else {
        let skip = LONG.iter().flat_map(|name| ["--skip", name]);
        args.push("--".to_owned());
        args.extend(skip.map(str::to_owned));
    }
    args
}

/// `cargo xtask mutants [--shard K/N]`: further arguments are those of `cargo mutants`.
pub(crate) fn mutants(house: &House, args: &[String]) -> Result<ExitCode, XtaskError> {
    if !on_path("cargo-mutants") {
        Run::cargo(house, "cargo install cargo-mutants")
            .args(["install", "cargo-mutants", "--locked"])
            .done()?;
    }
    let output = house.logs().join("mutants");
    let nextest = answer("cargo", &["nextest", "--version"]).is_some();
    let ended = Run::cargo(house, "mutants of the rules")
        .args(["mutants", "--package", "wangge-rules", "--colors", "never"])
        .args(["--sharding", "round-robin", "--timeout", "120"])
        .args(["--test-tool", if nextest { "nextest" } else { "cargo" }])
        .args(["--output".into(), output.clone().into_os_string()])
        .args(args)
        .args(without_long(nextest))
        // Rules are small: what is built a thousand times is built quickly.
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .end()?;
    let list = |name: &str| read(&output.join("mutants.out").join(name));
    let (Ok(caught), Ok(timeout), Ok(missed)) =
        (list("caught.txt"), list("timeout.txt"), list("missed.txt"))
    else {
        ended.tell();
        return Err(ended.failed());
    };
    let told = Told::of(&caught, &timeout, &missed);
    let Some(permille) = told.permille() else {
        ended.tell();
        return Err(ended.failed());
    };
    missed.lines().for_each(|line| println!("missed  {line}"));
    let (caught, all) = (told.caught, told.all());
    println!(
        "{caught} of {all} mutants caught, {}.{} %",
        permille / 10,
        permille % 10
    );
    Ok(if permille < CAUGHT_PERMILLE_MIN {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_never_ends_has_caught_its_mutant() {
        let told = Told::of("a\nb\n", "c\n", "d\n");
        assert_eq!(
            (told.caught, told.all(), told.permille()),
            (3, 4, Some(750))
        );
        assert_eq!(Told::of("", "", "").permille(), None);
    }

    #[test]
    fn the_long_tests_are_left_out_by_either_tool() {
        assert_eq!(
            without_long(true),
            [
                "--",
                "-E",
                "not (test(over_a_hundred_thousand) | test(a_hundred_thousand_residents))"
            ]
        );
        assert_eq!(without_long(false).len(), 2 + 2 * LONG.len());
    }
}
