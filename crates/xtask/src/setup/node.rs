//! Node.js: the packages that a lock file names, and the build of the console's front-end.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::XtaskError;
use crate::house::{House, read};
use crate::run::{Run, answer};

/// The oldest Node.js that Vite 8 runs on.
const NODE_OLDEST: (u32, u32) = (20, 19);

/// Whether Node.js is new enough.
pub(super) fn check() -> Result<(), XtaskError> {
    let told = answer("node", &["--version"]).unwrap_or_default();
    if parse_version(&told).is_some_and(|version| version >= NODE_OLDEST) {
        return Ok(());
    }
    Err(XtaskError::Missing {
        what: format!(
            "Node.js {}.{} or newer (this machine has {:?})",
            NODE_OLDEST.0,
            NODE_OLDEST.1,
            told.trim()
        ),
        remedy: "install a newer Node.js; the console's front-end is built with it".to_owned(),
    })
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
