//! The phone's folder: its store and, for want of a system key store in a shell, the store's key beside it.
//!
//! ```text
//! phone/
//!   phone.db          the store (SQLCipher)
//!   phone.key         the store's raw key, 64 hex digits (mode 0600); WANGGE_PHONE_KEY is used instead where it is set
//!   phone.db.marker   the incarnation marker; a backup leaves it out
//!   phone.db.broken-… a damaged store that was set aside, never deleted
//! ```

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use wangge_core::{OpenOptions, Phone};

use crate::error::{CliError, Result};

const KEY_VARIABLE: &str = "WANGGE_PHONE_KEY";

/// Opens the phone of a folder.
pub(crate) fn open(dir: &Path) -> Result<Phone> {
    let path = dir.join("phone.db");
    if !path.exists() {
        return Err(CliError::NoPhone {
            dir: dir.to_path_buf(),
        });
    }
    Ok(Phone::open(&OpenOptions::new(path, load_key(dir)?))?)
}

/// Opens the phone of a folder, and makes it where there is none.
pub(crate) fn create(dir: &Path) -> Result<Phone> {
    fs::create_dir_all(dir).map_err(|source| CliError::Write {
        path: dir.to_path_buf(),
        source,
    })?;
    let path = dir.join("phone.key");
    if std::env::var_os(KEY_VARIABLE).is_none() && !path.exists() {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|_| CliError::Hub(wangge_hub::HubError::NoRandomness))?;
        let text = data_encoding::HEXLOWER.encode(&key);
        fs::File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| {
                file.write_all(text.as_bytes())
                    .and_then(|()| file.sync_all())
            })
            .map_err(|source| CliError::Write { path, source })?;
    }
    Ok(Phone::open(&OpenOptions::new(
        dir.join("phone.db"),
        load_key(dir)?,
    ))?)
}

pub(crate) fn load_key(dir: &Path) -> Result<[u8; 32]> {
    let text = match std::env::var(KEY_VARIABLE) {
        Ok(text) => text,
        Err(_) => {
            let path = dir.join("phone.key");
            fs::read_to_string(&path).map_err(|source| CliError::Read { path, source })?
        }
    };
    let bytes = data_encoding::HEXLOWER_PERMISSIVE
        .decode(text.trim().as_bytes())
        .ok();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| CliError::Word {
            zh: "手机库的密钥应为 64 位十六进制数字".to_owned(),
            en: "the key of the phone's store has 64 hex digits".to_owned(),
        })
}
