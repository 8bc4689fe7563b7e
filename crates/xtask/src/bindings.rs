//! `cargo xtask bindings`: Kotlin, Swift and Python from the built library, into `target/bindings/`.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::error::XtaskError;
use crate::house::{House, make_folder};
use crate::run::Run;
use crate::setup::{self, For, JNA_JAR};

const LANGUAGES: &[&str] = &["kotlin", "swift", "python"];

/// Builds and generates.
pub(crate) fn bindings(house: &House) -> Result<ExitCode, XtaskError> {
    setup::setup(house, For::Build)?;
    eprintln!("构建 · build");
    setup::front_end(house)?;
    setup::build(house, For::Build)?;
    generate(house)?;
    println!("{}", folder(house).display());
    Ok(ExitCode::SUCCESS)
}

/// Generates from what was built, each language in a folder of its own with the library beside it.
pub(crate) fn generate(house: &House) -> Result<(), XtaskError> {
    let library = house.program(LIBRARY);
    for language in LANGUAGES {
        let out = folder(house).join(language);
        make_folder(&out)?;
        Run::new(
            house,
            &format!("bindings for {language}"),
            house.program("wangge-bindgen"),
        )
        .args([
            "generate",
            "--language",
            language,
            "--no-format",
            "--out-dir",
        ])
        .args([out.as_os_str(), library.as_os_str()])
        .done()?;
        let beside = out.join(LIBRARY);
        std::fs::copy(&library, &beside).map_err(|source| XtaskError::File {
            path: beside,
            source,
        })?;
    }
    Ok(())
}

/// Compiles the bindings and the example of Kotlin into `target/bindings/kotlin/example.jar`.
pub(crate) fn kotlin_example(house: &House) -> Result<(), XtaskError> {
    let out = folder(house).join("kotlin");
    let compiler = house.root.join("tests/node_modules/kotlin-compiler");
    Run::new(house, "Kotlin compiler", "bash")
        .args([compiler.join("bin/kotlinc").as_os_str()])
        .args(["-J-Xmx1g", "-no-reflect", "-nowarn", "-classpath", JNA_JAR])
        .args([
            house.root.join("examples/kotlin").as_os_str(),
            out.join("wangge").as_os_str(),
        ])
        .args(["-d".as_ref(), out.join("example.jar").as_os_str()])
        .done()
}

/// The built library that the bindings call.
const LIBRARY: &str = "libwangge_ffi.so";

fn folder(house: &House) -> PathBuf {
    house.target.join("bindings")
}
