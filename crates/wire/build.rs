//! Compiles `proto/` with protox, so that no `protoc` is needed.

use std::path::Path;

/// Messages that carry personal data or secrets; their `Debug` is written by hand in `redact.rs`.
const REDACTED: [&str; 6] = [
    ".wangge.v1.Commit",
    ".wangge.v1.Part",
    ".wangge.v1.Entry",
    ".wangge.v1.Grant",
    ".wangge.v1.Charter",
    ".wangge.v1.Enrol",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new("../../proto");
    println!("cargo::rerun-if-changed={}", root.join("wangge").display());
    let mut compiler = protox::Compiler::new([root])?;
    compiler.include_source_info(true).include_imports(true);
    for name in ["commit", "statement", "session"] {
        compiler.open_file(root.join(format!("wangge/v1/{name}.proto")))?;
    }
    prost_build::Config::new()
        .skip_debug(REDACTED)
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}
