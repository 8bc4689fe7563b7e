//! The documents held against the code. Each check is a function from texts to complaints, so that its tests can show
//! it every mistake that it is there to find. (That every help text of `wangge` has an example that parses is a test of `cli`.)

mod absent;
mod architecture;
mod laws;
mod links;
mod rooms;
mod source;
mod twins;

use std::process::ExitCode;

use crate::error::XtaskError;
use crate::house::House;
use crate::setup;

pub(crate) use laws::laws_of_sim;

/// A check's name and what it has to complain of.
pub(crate) type Checked = (&'static str, Vec<String>);

/// `cargo xtask tidy`: builds what must be asked, and checks.
pub(crate) fn tidy(house: &House) -> Result<ExitCode, XtaskError> {
    setup::build(house, setup::For::Build)?;
    let checked = check(house);
    for (name, complaints) in &checked {
        tell(name, complaints);
    }
    let clean = checked.iter().all(|(_, complaints)| complaints.is_empty());
    Ok(if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A check of the checkout.
type Check = fn(&House) -> Result<Vec<String>, XtaskError>;

const CHECKS: &[(&str, Check)] = &[
    ("the rooms and arrows of ARCHITECTURE.md", rooms_and_arrows),
    ("what is absent from each room", what_is_absent),
    ("the laws of ARCHITECTURE.md", the_laws),
    ("links in the documents", links_lead_somewhere),
    ("README.md beside README.zh-CN.md", readmes_agree),
];

/// Runs every check. The programs must be built. What a check cannot read is its complaint.
pub(crate) fn check(house: &House) -> Vec<Checked> {
    let run = |check: &Check| check(house).unwrap_or_else(|error| vec![error.to_string()]);
    CHECKS
        .iter()
        .map(|(name, check)| (*name, run(check)))
        .collect()
}

fn rooms_and_arrows(house: &House) -> Result<Vec<String>, XtaskError> {
    Ok(rooms::check(&page(house)?, &rooms::packages(house)?))
}

fn what_is_absent(house: &House) -> Result<Vec<String>, XtaskError> {
    Ok(absent::check(&page(house)?, &source::sources(house)?))
}

fn the_laws(house: &House) -> Result<Vec<String>, XtaskError> {
    Ok(laws::check(&page(house)?.laws, &laws_of_sim(house)?))
}

fn links_lead_somewhere(house: &House) -> Result<Vec<String>, XtaskError> {
    Ok(links::check(&links::documents(house)?, &|path| {
        house.root.join(path).exists()
    }))
}

fn readmes_agree(house: &House) -> Result<Vec<String>, XtaskError> {
    Ok(twins::check(
        &house.read("README.md")?,
        &house.read("README.zh-CN.md")?,
    ))
}

fn page(house: &House) -> Result<architecture::Page, XtaskError> {
    architecture::parse(&house.read("ARCHITECTURE.md")?)
}

/// Tells a check's complaints.
pub(crate) fn tell(name: &str, complaints: &[String]) {
    if complaints.is_empty() {
        eprintln!("  ✓ {name}");
        return;
    }
    eprintln!("  ✗ {name}");
    for complaint in complaints {
        eprintln!("    - {complaint}");
    }
}
