//! A site: the folder that holds one or many hubs, each in a folder of its own, as a county's machine room does.
//!
//! ```text
//! site/
//!   lock              held by the one process that has the hubs open
//!   admin.sock        where `wangge hub …` talks to the process that runs them
//!   marks/410522      the hub's incarnation marker, outside of what a backup of the hub's folder copies
//!   410522/hub.json   area, name, parent
//!   410522/hub.key    the hub's secret key (mode 0600)
//!   410522/hub.db     the store
//!   410522/directors.json   who may sign in (mode 0600)
//! ```

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wangge_model::area::Area;
use wangge_model::id::Key;
use wangge_wire::KeySigner;

use crate::error::{HubError, Result};
use crate::file;

/// A folder of hubs.
#[derive(Debug, Clone)]
pub struct Site {
    dir: PathBuf,
}

/// Held by the one process that has a site's hubs open; let go when dropped, also by a crash.
#[derive(Debug)]
pub struct SiteLock {
    _file: File,
}

/// The folder of one hub.
#[derive(Debug, Clone)]
pub struct HubFolder {
    dir: PathBuf,
    mark: PathBuf,
    /// What `hub.json` says.
    pub config: HubConfig,
}

/// `hub.json`: what a hub is told by its owner. What it does with it, its store remembers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubConfig {
    /// The division that the hub answers for.
    pub area: Area,
    /// What screens call it.
    pub name: String,
    /// The hub above; none at the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ParentConfig>,
}

/// Where a hub's parent is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParentConfig {
    /// Its public key.
    pub key: Key,
    /// `host:port`; none for a hub of the same site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The secret of the invitation, in hex: needed once, when the hub first meets its parent.
    pub invitation: String,
}

impl Site {
    /// A site at `dir`, which is made if it is not there.
    pub fn create(dir: &Path) -> Result<Self> {
        let marks = dir.join("marks");
        fs::create_dir_all(&marks).map_err(|source| HubError::WriteFile {
            path: marks,
            source,
        })?;
        Ok(Self {
            dir: dir.to_path_buf(),
        })
    }

    /// The folder `dir`, whatever it holds.
    pub(crate) fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_path_buf(),
        }
    }

    /// The site at `dir`, which must hold a hub.
    pub fn open(dir: &Path) -> Result<Self> {
        let site = Self {
            dir: dir.to_path_buf(),
        };
        if site.areas()?.is_empty() {
            return Err(HubError::NoHub {
                dir: dir.to_path_buf(),
            });
        }
        Ok(site)
    }

    /// Its folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where the process that runs the site listens for `wangge hub …`.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.dir.join("admin.sock")
    }

    /// Takes the site for this process.
    ///
    /// # Errors
    /// [`HubError::SiteBusy`] where another process has it.
    pub fn lock(&self) -> Result<SiteLock> {
        let path = self.dir.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|source| HubError::WriteFile {
                path: path.clone(),
                source,
            })?;
        match file.try_lock() {
            Ok(()) => Ok(SiteLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(HubError::SiteBusy {
                dir: self.dir.clone(),
            }),
            Err(TryLockError::Error(source)) => Err(HubError::WriteFile { path, source }),
        }
    }

    /// The areas of its hubs, the largest first.
    pub fn areas(&self) -> Result<Vec<Area>> {
        let read = |source| HubError::ReadFile {
            path: self.dir.clone(),
            source,
        };
        let mut areas = Vec::new();
        let entries = match fs::read_dir(&self.dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(areas),
            Err(error) => return Err(read(error)),
        };
        for entry in entries {
            let entry = entry.map_err(read)?;
            let area = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse::<Area>().ok());
            if let Some(area) = area.filter(|_| entry.path().join("hub.json").exists()) {
                areas.push(area);
            }
        }
        areas.sort_by(|a, b| (a.as_str().len(), a).cmp(&(b.as_str().len(), b)));
        Ok(areas)
    }

    /// The folder of one hub.
    pub fn hub(&self, area: &Area) -> Result<HubFolder> {
        let dir = self.dir.join(area.as_str());
        let path = dir.join("hub.json");
        if !path.exists() {
            return Err(HubError::UnknownHub { area: area.clone() });
        }
        let config = file::load_json(&path)?;
        Ok(HubFolder {
            mark: self.mark(area),
            dir,
            config,
        })
    }

    /// Makes the folder and the key of a new hub; its store is founded by [`crate::found`].
    /// Nothing stands at the place before all of it does.
    ///
    /// # Errors
    /// [`HubError::HubExists`] where a hub of this area stands already.
    pub fn add(&self, config: HubConfig) -> Result<HubFolder> {
        let area = config.area.clone();
        let dir = self.dir.join(area.as_str());
        if dir.join("hub.json").exists() {
            return Err(HubError::HubExists { area });
        }
        fs::create_dir_all(&dir).map_err(|source| HubError::WriteFile {
            path: dir.clone(),
            source,
        })?;
        let folder = HubFolder {
            mark: self.mark(&area),
            dir,
            config,
        };
        // A key that a try left behind which was cut short is kept: a store may be founded on it.
        if !folder.key_path().exists() {
            let mut seed = [0; 32];
            getrandom::fill(&mut seed).map_err(|_| HubError::NoRandomness)?;
            file::save(
                &folder.key_path(),
                hex::encode(seed).as_bytes(),
                file::Who::Owner,
            )?;
        }
        Ok(folder)
    }

    fn mark(&self, area: &Area) -> PathBuf {
        self.dir.join("marks").join(area.as_str())
    }
}

impl HubFolder {
    /// Writes `hub.json`: from now on the hub stands.
    pub fn save_config(&self) -> Result<()> {
        file::save_json(&self.dir.join("hub.json"), &self.config, file::Who::Anyone)
    }

    /// The store's file.
    #[must_use]
    pub fn store_path(&self) -> PathBuf {
        self.dir.join("hub.db")
    }

    /// Who may sign in.
    #[must_use]
    pub fn directors_path(&self) -> PathBuf {
        self.dir.join("directors.json")
    }

    fn key_path(&self) -> PathBuf {
        self.dir.join("hub.key")
    }

    /// The hub's key.
    pub fn load_signer(&self) -> Result<KeySigner> {
        let path = self.key_path();
        let text = file::load(&path)?;
        let mut seed = [0; 32];
        hex::decode_to_slice(text.trim_ascii(), &mut seed)
            .map_err(|_| HubError::BadKeyFile { path })?;
        Ok(KeySigner::from_seed(&seed))
    }

    /// The incarnation marker that stands outside the hub's folder; none the first time.
    pub fn load_mark(&self) -> Result<Option<[u8; 16]>> {
        if !self.mark.exists() {
            return Ok(None);
        }
        let text = file::load(&self.mark)?;
        let mut mark = [0; 16];
        // A marker that cannot be read is none: the hub then takes a new epoch, which is always safe.
        Ok(hex::decode_to_slice(text.trim_ascii(), &mut mark)
            .ok()
            .map(|()| mark))
    }

    /// Keeps the incarnation marker, whole but not forced to the disk: a lost write only makes it say less.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn note_mark(&self, mark: &[u8; 16]) -> Result<()> {
        file::note(&self.mark, hex::encode(mark).as_bytes())
    }

    /// Keeps the marker durably.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn save_mark(&self, mark: &[u8; 16]) -> Result<()> {
        file::save(&self.mark, hex::encode(mark).as_bytes(), file::Who::Anyone)
    }
}

#[cfg(test)]
mod tests;
