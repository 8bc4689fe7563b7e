//! A Python of its own for the stranger's client, with the packages that it names.

use std::path::PathBuf;

use crate::error::XtaskError;
use crate::house::{House, read};
use crate::run::Run;

/// The folder of the stranger's client.
pub(crate) fn stranger(house: &House) -> PathBuf {
    house.root.join("examples/python-client")
}

/// The Python that runs it.
pub(crate) fn stranger_python(house: &House) -> PathBuf {
    house.target.join("python-client/bin/python")
}

/// Makes it, unless it is there with these very packages.
pub(super) fn packages(house: &House) -> Result<(), XtaskError> {
    let folder = house.target.join("python-client");
    let wanted_path = stranger(house).join("requirements.txt");
    let wanted = read(&wanted_path)?;
    let stamp = folder.join("requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        eprintln!("  ✓ Python packages of the stranger's client are there");
        return Ok(());
    }
    Run::new(house, "a Python of its own", "python3")
        .args(["-m".as_ref(), "venv".as_ref(), folder.as_os_str()])
        .done()?;
    Run::new(
        house,
        "Python packages of the stranger's client",
        stranger_python(house),
    )
    .args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--only-binary",
        ":all:",
        "--requirement",
    ])
    .args([wanted_path])
    .done()?;
    std::fs::write(&stamp, wanted).map_err(|source| XtaskError::File {
        path: stamp,
        source,
    })
}
