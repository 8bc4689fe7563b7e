//! Installing what is missing, and only that.

mod debian;
mod node;
mod python;

use crate::error::XtaskError;
use crate::house::House;
use crate::run::Run;

pub(crate) use debian::{CHROMIUM, JNA_JAR};
pub(crate) use node::front_end;
pub(crate) use python::{stranger, stranger_python};

/// What the machine is wanted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// Building and running the program.
    Build,
    /// That, and every test.
    Tests,
}

/// Installs what is missing for `purpose`: Debian packages first, then the packages of the front-end and of the tests.
pub(crate) fn setup(house: &House, purpose: For) -> Result<(), XtaskError> {
    eprintln!("装备 · setup");
    debian::install(house, purpose)?;
    node::install(house)?;
    node::packages(house, &house.web(), "npm packages of the console")?;
    if purpose == For::Tests {
        node::packages(
            house,
            &house.root.join("tests"),
            "npm packages of the tests",
        )?;
        python::packages(house)?;
    }
    Ok(())
}

/// Builds the whole workspace in the one selection that everything uses: another one would flip features and build
/// the heavy dependencies again.
pub(crate) fn build(house: &House, purpose: For) -> Result<(), XtaskError> {
    let run =
        Run::cargo(house, "cargo build --workspace").args(["build", "--workspace", "--locked"]);
    let run = if purpose == For::Tests {
        run.args(["--all-targets"])
    } else {
        run
    };
    run.done()
}
