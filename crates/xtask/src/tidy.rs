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
    setup::build(house)?;
    let checked = check(house)?;
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

/// Runs every check. The programs must be built.
pub(crate) fn check(house: &House) -> Result<Vec<Checked>, XtaskError> {
    let page = architecture::parse(&house.read("ARCHITECTURE.md")?)?;
    let documents = links::documents(house)?;
    let (english, chinese) = (house.read("README.md")?, house.read("README.zh-CN.md")?);
    Ok(vec![
        (
            "the rooms and arrows of ARCHITECTURE.md",
            rooms::check(&page, &rooms::packages(house)?),
        ),
        (
            "what is absent from each room",
            absent::check(&page, &source::sources(house)?),
        ),
        (
            "the laws of ARCHITECTURE.md",
            laws::check(&page.laws, &laws_of_sim(house)?),
        ),
        (
            "links in the documents",
            links::check(&documents, &|path| house.root.join(path).exists()),
        ),
        (
            "README.md beside README.zh-CN.md",
            twins::check(&english, &chinese),
        ),
    ])
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
