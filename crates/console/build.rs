//! Copies the built front-end to where the crate embeds it, or makes a page that says how to build it:
//! a check of the Rust code alone must not need Node.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

const MISSING: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>wangge</title>\
<body><p>前端尚未构建：请运行 <code>cargo xtask demo</code> 或 <code>cargo xtask test</code>。</p>\
<p lang=\"en\">The front-end is not built: run <code>cargo xtask demo</code> or <code>cargo xtask test</code>.</p></body></html>\n";

fn main() -> io::Result<()> {
    let dist =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("web/dist");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("dist");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=web/dist");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    if dist.join("index.html").exists() {
        copy(&dist, &out)
    } else {
        fs::write(out.join("index.html"), MISSING)
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        let target = to.join(&name);
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
