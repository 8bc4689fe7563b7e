//! Where things lie.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::XtaskError;

/// The checkout and its folders.
pub(crate) struct House {
    /// The workspace's root.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, `CARGO_TARGET_DIR` respected.
    pub(crate) target: PathBuf,
}

impl House {
    /// Finds the workspace above the working directory.
    pub(crate) fn find() -> Result<Self, XtaskError> {
        let here = std::env::current_dir().map_err(|_| XtaskError::NoHouse)?;
        let root = here
            .ancestors()
            .find(|folder| is_root(folder))
            .ok_or(XtaskError::NoHouse)?
            .to_path_buf();
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The built program `name` of the development profile.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }

    /// The folder of the console's front-end.
    pub(crate) fn web(&self) -> PathBuf {
        self.root.join("crates/console/web")
    }

    /// The folder of the workshop's logs.
    pub(crate) fn logs(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The folder of a Node.js that setup brought.
    pub(crate) fn node(&self) -> PathBuf {
        self.target.join("xtask-node")
    }

    /// The search path of the workshop's commands: what setup brought comes first. `None` where it brought nothing.
    pub(crate) fn search_path(&self) -> Option<OsString> {
        let modules = self.node().join("node_modules");
        let brought = entries(&modules).ok()?;
        let programs = brought
            .into_iter()
            .map(|package| package.join("bin"))
            .filter(|folder| folder.join("node").is_file())
            .chain([modules.join(".bin")]);
        let former = std::env::var_os("PATH").unwrap_or_default();
        std::env::join_paths(programs.chain(std::env::split_paths(&former))).ok()
    }

    /// What is kept from a test run: screenshots and the like.
    pub(crate) fn artefacts(&self) -> PathBuf {
        self.root.join("artefacts")
    }

    /// The folder of real input, from `WANGGE_DATA`; `None` when it is not named. A named folder that is not there is an error,
    /// so that a typing mistake does not pass as «skipped».
    pub(crate) fn data(&self) -> Result<Option<PathBuf>, XtaskError> {
        let Some(named) = std::env::var_os("WANGGE_DATA").filter(|named| !named.is_empty()) else {
            return Ok(None);
        };
        let folder = self.root.join(named);
        if folder.is_dir() {
            return Ok(Some(folder));
        }
        Err(XtaskError::Missing {
            what: format!("the folder {} named by WANGGE_DATA", folder.display()),
            remedy: "name a folder that holds divisions_anyang.csv and citizen_messages.csv, or unset WANGGE_DATA".to_owned(),
        })
    }

    /// Reads a text file of the checkout.
    pub(crate) fn read(&self, path: &str) -> Result<String, XtaskError> {
        read(&self.root.join(path))
    }
}

/// Reads a text file.
pub(crate) fn read(path: &Path) -> Result<String, XtaskError> {
    std::fs::read_to_string(path).map_err(|source| XtaskError::File {
        path: path.to_path_buf(),
        source,
    })
}

/// Makes a folder and those above it.
pub(crate) fn make_folder(path: &Path) -> Result<(), XtaskError> {
    std::fs::create_dir_all(path).map_err(|source| XtaskError::File {
        path: path.to_path_buf(),
        source,
    })
}

/// What lies in a folder, in order.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, XtaskError> {
    let file = |source| XtaskError::File {
        path: folder.to_path_buf(),
        source,
    };
    let entries = std::fs::read_dir(folder).map_err(file)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(file)?;
    paths.sort();
    Ok(paths)
}

fn is_root(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|text| text.contains("[workspace]"))
}
