//! The file outside of whatever a backup copies.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::error::{Error, Trouble};

/// The marker, or `None` where it is lost or is not one.
pub(crate) fn load(path: &Path) -> Result<Option<[u8; 16]>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(<[u8; 16]>::try_from(bytes.as_slice()).ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, error)),
    }
}

/// Replaces the marker durably: after a crash there stands the old one or the new one.
pub(crate) fn save(path: &Path, marker: &[u8; 16]) -> Result<(), Error> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let write = || -> io::Result<()> {
        let mut file = File::create(&new)?;
        file.write_all(marker)?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        match path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            Some(parent) => File::open(parent)?.sync_all(),
            None => Ok(()),
        }
    };
    write().map_err(|error| failed(path, error))
}

/// Replaces the marker at one stroke, without forcing it to the disk: a lost write only makes it say less.
pub(crate) fn note(path: &Path, marker: &[u8; 16]) -> Result<(), Error> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    fs::write(&new, marker)
        .and_then(|()| fs::rename(&new, path))
        .map_err(|error| failed(path, error))
}

fn failed(path: &Path, error: io::Error) -> Error {
    let en = format!(
        "the marker file {} cannot be read or written",
        path.display()
    );
    let trouble = |code, zh| Trouble::new(code, zh, en.clone());
    if error.kind() == io::ErrorKind::StorageFull {
        Error::FreeSpace(trouble("disk_full", "存储空间不足：请清理后重试").cause(error))
    } else {
        Error::Report(trouble("marker", "标记文件无法读写：请把此信息报告给管理员").cause(error))
    }
}
