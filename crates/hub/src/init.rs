//! New hubs.

use std::path::Path;

use wangge_engine::{EngineError, NodeKind, found};
use wangge_model::area::Area;
use wangge_model::id::Key;
use wangge_store::{Options, Store};
use wangge_wire::Signer;
use wangge_wire::invitation::Invitation;

use crate::admin::{self, Reply, Request, Whom, ask};
use crate::error::{HubError, Result};
use crate::host::{Host, HostOptions};
use crate::site::{HubConfig, HubFolder, ParentConfig, Site};
use crate::system::SystemDice;

/// A hub of the same site meets its parent at the site's next start; that may take its time.
const INVITATION_DAYS: u16 = 365;
/// Stands in an invitation within a site, where no address is needed.
const NOWHERE: &str = "localhost:4433";

/// A hub to be made.
#[derive(Debug, Clone)]
pub struct NewHub {
    /// The division that it answers for.
    pub area: Area,
    /// What screens call it.
    pub name: String,
    /// The hub above; none for a root.
    pub parent: Option<Parent>,
}

/// Where a new hub's parent is.
#[derive(Debug, Clone)]
pub enum Parent {
    /// In the same site.
    Here(Area),
    /// Elsewhere, by the invitation that it gave.
    There(Invitation),
}

/// Makes a hub: its folder, its key, its store; with a parent of the same site also the parent's invitation. Whether a process runs the
/// site does not matter; it hosts the new hub from its next start on.
///
/// # Errors
/// [`HubError::HubExists`], [`HubError::NotItsParent`], or what went wrong with the files.
pub async fn init(dir: &Path, new: NewHub) -> Result<Key> {
    let area = new.area;
    if Site::at(dir).hub(&area).is_ok() {
        return Err(HubError::HubExists { area });
    }
    let parent = match new.parent {
        None => None,
        Some(Parent::There(invitation)) => Some(elsewhere(&invitation)),
        Some(Parent::Here(parent)) => Some(invite_here(dir, parent, &area, &new.name).await?),
    };
    let dir = dir.to_path_buf();
    let config = HubConfig {
        area,
        name: new.name,
        parent,
    };
    tokio::task::spawn_blocking(move || make(&Site::create(&dir)?, config))
        .await
        .map_err(|_| HubError::Stopped)?
}

/// The folder, the key and the store; `hub.json` last, so that a hub is there whole or not at all.
fn make(site: &Site, config: HubConfig) -> Result<Key> {
    let folder = site.add(config)?;
    let key = Key(folder.load_signer()?.public());
    found_store(&folder, key)?;
    folder.save_config()?;
    Ok(key)
}

fn found_store(folder: &HubFolder, key: Key) -> Result<()> {
    let area = &folder.config.area;
    let store = Store::open_with(Options::new(folder.store_path()))
        .map_err(|error| HubError::store(area, error))?;
    let kind = NodeKind::Hub {
        level: area.level(),
        area: area.clone(),
        name: folder.config.name.clone(),
    };
    match found(&mut &store, key, kind, &mut SystemDice) {
        // A try that was cut short after this: its key is still there, so it is the same hub.
        Ok(()) | Err(EngineError::Founded) => {}
        Err(error) => return Err(HubError::engine(area, error)),
    }
    store.close().map_err(|error| HubError::store(area, error))
}

fn elsewhere(invitation: &Invitation) -> ParentConfig {
    ParentConfig {
        key: Key(invitation.hub),
        address: Some(invitation.address.clone()),
        invitation: hex::encode(invitation.secret),
    }
}

async fn invite_here(dir: &Path, parent: Area, area: &Area, name: &str) -> Result<ParentConfig> {
    let site = Site::open(dir)?;
    site.hub(&parent)?;
    let request = Request::Invite {
        hub: Some(parent),
        whom: Whom::Hub {
            name: name.to_owned(),
            area: area.clone(),
        },
        days: INVITATION_DAYS,
        address: NOWHERE.to_owned(),
    };
    let Reply::Invited(invited) = ask(&site, request).await? else {
        return Err(HubError::Stopped);
    };
    here(&invited.invitation)
}

/// Makes many hubs of one site: parents are those of the site with the named areas, new or old. Hubs that stand already are left as they are.
/// `made` hears of each.
///
/// # Errors
/// As [`init`]; the hubs made before stand.
pub async fn init_tree(
    site: &Site,
    news: Vec<NewHub>,
    made: impl Fn() + Send + Sync + 'static,
) -> Result<()> {
    let (site, lock) = (site.clone(), site.lock()?);
    let missing: Vec<NewHub> = news
        .into_iter()
        .filter(|new| site.hub(&new.area).is_err())
        .collect();
    let (to, of) = (site.clone(), missing.clone());
    tokio::task::spawn_blocking(move || make_all(&to, &of, &made))
        .await
        .map_err(|_| HubError::Stopped)??;
    let host = Host::open(site.clone(), lock, HostOptions::offline()).await?;
    let named = name_parents(&host, &site, missing).await;
    host.close().await;
    named
}

/// Stores are made by two threads at a time: the wait is for the disk.
fn make_all(site: &Site, news: &[NewHub], made: &(impl Fn() + Sync)) -> Result<()> {
    let half = news.len().div_ceil(2).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = news
            .chunks(half)
            .map(|part| {
                scope.spawn(move || {
                    part.iter().try_for_each(|new| {
                        make(
                            site,
                            HubConfig {
                                area: new.area.clone(),
                                name: new.name.clone(),
                                parent: None,
                            },
                        )?;
                        made();
                        Ok(())
                    })
                })
            })
            .collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| HubError::Stopped)?)
    })
}

async fn name_parents(host: &Host, site: &Site, news: Vec<NewHub>) -> Result<()> {
    for new in news {
        let parent = match new.parent {
            None => continue,
            Some(Parent::There(invitation)) => elsewhere(&invitation),
            Some(Parent::Here(parent)) => {
                let whom = Whom::Hub {
                    name: new.name,
                    area: new.area.clone(),
                };
                let invited = admin::invite(
                    host.hub(Some(&parent))?,
                    whom,
                    INVITATION_DAYS,
                    NOWHERE.to_owned(),
                )
                .await?;
                here(&invited.invitation)?
            }
        };
        let mut folder = site.hub(&new.area)?;
        folder.config.parent = Some(parent);
        folder.save_config()?;
    }
    Ok(())
}

/// A hub of the same site is reached wherever the site listens.
fn here(invitation: &str) -> Result<ParentConfig> {
    let invitation: Invitation = invitation.parse().map_err(|_| HubError::Stopped)?;
    Ok(ParentConfig {
        address: None,
        ..elsewhere(&invitation)
    })
}
