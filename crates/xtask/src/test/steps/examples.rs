//! The bindings, and the programs of `examples/`, each against a real hub.

use super::nextest::{self, EXAMPLE, Which};
use crate::bindings as generate;
use crate::error::XtaskError;
use crate::house::House;
use crate::run::Run;
use crate::setup::{stranger as stranger_folder, stranger_python};
use crate::test::count::{Count, parse_unittest};

pub(super) fn bindings(house: &House) -> Result<Count, XtaskError> {
    generate::generate(house)?;
    Ok(Count::one_passed())
}

pub(super) fn examples(house: &House) -> Result<Count, XtaskError> {
    generate::kotlin_example(house)?;
    nextest::run(house, "examples against a real hub", Which::Kept(EXAMPLE))
}

/// The client that was written from `proto/README.md` alone, and its judgement of the golden files.
pub(super) fn stranger(house: &House) -> Result<Count, XtaskError> {
    let ended = Run::new(house, "a stranger's client", stranger_python(house))
        .folder(stranger_folder(house))
        .args(["-m", "unittest", "--verbose"])
        .env("WANGGE", house.program("wangge"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .end()?;
    let count = parse_unittest(&ended.log()).unwrap_or_default();
    if ended.status.success() && count.passed > 0 {
        return Ok(count);
    }
    ended.tell();
    Ok(Count {
        failed: count.failed.max(1),
        ..count
    })
}
