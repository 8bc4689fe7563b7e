//! The bindings, and the programs of `examples/`, each against a real hub.

use super::nextest::{self, EXAMPLE, Which};
use crate::bindings as generate;
use crate::error::XtaskError;
use crate::house::House;
use crate::test::count::Count;

pub(super) fn bindings(house: &House) -> Result<Count, XtaskError> {
    generate::generate(house)?;
    Ok(Count::one_passed())
}

pub(super) fn examples(house: &House) -> Result<Count, XtaskError> {
    generate::kotlin_example(house)?;
    nextest::run(house, "examples against a real hub", Which::Kept(EXAMPLE))
}
