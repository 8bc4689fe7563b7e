//! The commands that install, build, and become a program of ours.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use crate::error::XtaskError;
use crate::house::House;
use crate::setup::{self, For};

/// `cargo xtask demo args…`: from a machine that has only Rust to the county's screen.
pub(crate) fn demo(house: &House, args: &[String]) -> Result<ExitCode, XtaskError> {
    build_all(house)?;
    become_program(house, "wangge", [&["demo".to_owned()], args].concat())
}

/// `cargo xtask sim args…`: the simulated world.
pub(crate) fn sim(house: &House, args: &[String]) -> Result<ExitCode, XtaskError> {
    build_all(house)?;
    become_program(house, "wangge-sim", args.to_vec())
}

/// `cargo xtask bench args…`: how quickly a phone and a board answer.
pub(crate) fn bench(house: &House, args: &[String]) -> Result<ExitCode, XtaskError> {
    build_all(house)?;
    become_program(house, "wangge-bench", args.to_vec())
}

/// Installs what the build needs, and builds.
fn build_all(house: &House) -> Result<(), XtaskError> {
    setup::setup(house, For::Build)?;
    eprintln!("构建 · build");
    setup::front_end(house)?;
    setup::build(house, For::Build)
}

/// Replaces this process, so that signals and the exit code are the program's own.
fn become_program(house: &House, name: &str, args: Vec<String>) -> Result<ExitCode, XtaskError> {
    let path = house.program(name);
    let source = Command::new(&path).args(args).exec();
    Err(XtaskError::Start {
        program: path.display().to_string(),
        source,
    })
}
