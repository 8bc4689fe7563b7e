//! Small files beside the stores: read whole, written whole or not at all.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{HubError, Result};

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The user that the program runs as.
    Owner,
    /// Whoever may read the folder.
    Anyone,
}

pub(crate) fn load(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|source| HubError::ReadFile {
        path: path.to_path_buf(),
        source,
    })
}

pub(crate) fn load_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = load(path)?;
    serde_json::from_slice(&bytes).map_err(|source| HubError::ParseFile {
        path: path.to_path_buf(),
        source,
    })
}

/// Writes beside the place, flushes, then renames onto it: after a power failure either the old or the new content stands there.
pub(crate) fn save(path: &Path, bytes: &[u8], who: Who) -> Result<()> {
    let failed = |source| HubError::WriteFile {
        path: path.to_path_buf(),
        source,
    };
    let beside = path.with_extension("new");
    let mode = if who == Who::Owner { 0o600 } else { 0o644 };
    let mut file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(&beside)
        .map_err(failed)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(failed)?;
    fs::rename(&beside, path).map_err(failed)?;
    let parent = path.parent().unwrap_or_else(|| Path::new("."));
    File::open(parent)
        .and_then(|dir| dir.sync_all())
        .map_err(failed)
}

/// Replaces a file at one stroke, without forcing it to the disk.
pub(crate) fn note(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |source| HubError::WriteFile {
        path: path.to_path_buf(),
        source,
    };
    let beside = path.with_extension("new");
    fs::write(&beside, bytes).map_err(failed)?;
    fs::rename(&beside, path).map_err(failed)
}

pub(crate) fn save_json<T: Serialize>(path: &Path, value: &T, who: Who) -> Result<()> {
    let bytes = serde_json::to_vec_pretty(value).map_err(|source| HubError::ParseFile {
        path: path.to_path_buf(),
        source,
    })?;
    save(path, &bytes, who)
}
