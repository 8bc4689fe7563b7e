//! Steps on the code itself.

use super::nextest::{self, REAL_DATA, Which};
use crate::error::XtaskError;
use crate::house::House;
use crate::run::Run;
use crate::setup::{self, For};
use crate::test::count::{Count, parse_libtest};
use crate::tidy;

pub(super) fn setup(house: &House) -> Result<Count, XtaskError> {
    setup::setup(house, For::Tests)?;
    Ok(Count::one_passed())
}

pub(super) fn front_end(house: &House) -> Result<Count, XtaskError> {
    setup::front_end(house)?;
    Run::new(house, "types of the front-end", "npm")
        .folder(house.web())
        .args(["run", "check"])
        .done()?;
    Ok(Count::one_passed())
}

pub(super) fn format(house: &House) -> Result<Count, XtaskError> {
    Run::cargo(house, "cargo fmt --check")
        .args(["fmt", "--all", "--check"])
        .done()?;
    Ok(Count::one_passed())
}

pub(super) fn build(house: &House) -> Result<Count, XtaskError> {
    setup::build(house, For::Tests)?;
    Ok(Count::one_passed())
}

pub(super) fn lints(house: &House) -> Result<Count, XtaskError> {
    let args = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ];
    Run::cargo(house, "cargo clippy -D warnings")
        .args(args)
        .done()?;
    Ok(Count::one_passed())
}

pub(super) fn tests(house: &House) -> Result<Count, XtaskError> {
    let count = nextest::run(house, "workspace tests", Which::Ordinary)?;
    Ok(count
        + Count {
            skipped: nextest::skipped(house)?,
            ..Count::default()
        })
}

pub(super) fn doc_tests(house: &House) -> Result<Count, XtaskError> {
    let args = ["test", "--workspace", "--doc", "--locked"];
    let ended = Run::cargo(house, "cargo test --doc").args(args).end()?;
    let mut count = parse_libtest(&ended.log()).unwrap_or_default();
    if !ended.status.success() {
        ended.tell();
        count.failed = count.failed.max(1);
    }
    Ok(count)
}

pub(super) fn real_data(house: &House) -> Result<Count, XtaskError> {
    if house.data()?.is_some() {
        return nextest::run(house, "tests on real data", Which::Kept(REAL_DATA));
    }
    let skipped = nextest::kept(house, REAL_DATA)?;
    Ok(Count {
        skipped: skipped
            .into_iter()
            .map(|name| format!("{name}: WANGGE_DATA is not set"))
            .collect(),
        ..Count::default()
    })
}

/// Each of the checks of `cargo xtask tidy` counts as one test.
pub(super) fn documents(house: &House) -> Result<Count, XtaskError> {
    let mut count = Count::default();
    for (name, complaints) in tidy::check(house) {
        tidy::tell(name, &complaints);
        count = count + Count::one(complaints.is_empty());
    }
    Ok(count)
}
