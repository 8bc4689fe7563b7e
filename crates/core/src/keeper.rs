//! Opening what the phone keeps: its store, its signing key, its hub's address.

use std::sync::Arc;

use wangge_engine::{Storage, TxError};
use wangge_model::id::Key;
use wangge_store::{Key as StoreKey, Mode, Store, salvage};
use wangge_wire::KeySigner;
use zeroize::Zeroizing;

use crate::dice;
use crate::error::{Error, Trouble};
use crate::face::{KeyStore, OpenOptions};
use crate::machine::{self, Machine};
use crate::session::Hub;

/// The names under which the store keeps what is not the engine's.
const DEVICE_KEY: &str = "core/device_key";
const HUB: &str = "core/hub";
const CONTACT: &str = "core/contact";

/// An opened phone.
pub(crate) struct Opened {
    pub(crate) machine: Machine,
    pub(crate) set_aside: Option<String>,
}

/// Opens the store, finds or makes the device's key, opens the engine.
pub(crate) fn open(options: &OpenOptions) -> Result<Opened, Error> {
    let opened = Store::open(&options.path, StoreKey::raw(*options.key), Mode::Create);
    let (store, set_aside) = match opened {
        Err(error) if error.is_damage() => replace(options)?,
        opened => (opened?, None),
    };
    let seed = device_seed(&store, options.key_store.as_deref())?;
    let signer = KeySigner::from_seed(&seed);
    let machine = Machine::open(store, Arc::new(signer), options.marker_path.clone())?;
    let set_aside = match set_aside {
        None => crate::salvage::waiting(&machine, &options.path)?,
        now => now,
    };
    Ok(Opened { machine, set_aside })
}

/// Moves a damaged store aside, where it can be salvaged, and makes a new one in its place.
fn replace(options: &OpenOptions) -> Result<(Store, Option<String>), Error> {
    let aside = salvage::set_aside(&options.path, machine::now().ms)?;
    tracing::warn!(aside = %aside.display(), "the store is damaged and was set aside");
    let store = Store::open(&options.path, StoreKey::raw(*options.key), Mode::Create)?;
    Ok((store, Some(aside.display().to_string())))
}

fn device_seed(store: &Store, keeper: Option<&dyn KeyStore>) -> Result<Zeroizing<[u8; 32]>, Error> {
    let kept = match keeper {
        Some(keeper) => keeper.load().map_err(keeper_failed)?,
        None => load_note(store, DEVICE_KEY)?,
    };
    if let Some(bytes) = kept.map(Zeroizing::new) {
        let seed = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| {
            Error::SignIn(Trouble::new(
                "device_key_wrong",
                "签名密钥的长度不对",
                "the device's key has not the length of one",
            ))
        })?;
        return Ok(Zeroizing::new(seed));
    }
    let seed = Zeroizing::new(dice::draw_seed()?);
    match keeper {
        Some(keeper) => keeper.save(seed.to_vec()).map_err(keeper_failed)?,
        None => save_note(store, DEVICE_KEY, seed.as_slice())?,
    }
    Ok(seed)
}

fn keeper_failed(words: String) -> Error {
    let en = format!("the app's key store failed: {words}");
    Error::Retry(Trouble::new(
        "key_store",
        "系统密钥库暂时不可用：请重试",
        en,
    ))
}

/// The hub that this phone is enrolled with.
pub(crate) fn load_hub(store: &Store) -> Result<Option<Hub>, Error> {
    let Some(bytes) = load_note(store, HUB)? else {
        return Ok(None);
    };
    let hub = bytes.split_first_chunk::<32>().and_then(|(key, address)| {
        Some(Hub {
            key: Key(*key),
            address: std::str::from_utf8(address).ok()?.to_owned(),
        })
    });
    Ok(hub)
}

/// Remembers the hub.
pub(crate) fn save_hub(store: &Store, hub: &Hub) -> Result<(), Error> {
    let mut bytes = hub.key.as_bytes().to_vec();
    bytes.extend_from_slice(hub.address.as_bytes());
    save_note(store, HUB, &bytes)
}

/// When the hub was last spoken to, milliseconds since 1970.
pub(crate) fn load_contact(store: &Store) -> Result<Option<i64>, Error> {
    let bytes = load_note(store, CONTACT)?;
    Ok(bytes.and_then(|bytes| Some(i64::from_be_bytes(bytes.try_into().ok()?))))
}

/// Remembers that the hub was spoken to just now.
pub(crate) fn save_contact(store: &Store) -> Result<(), Error> {
    save_note(store, CONTACT, &machine::now().ms.to_be_bytes())
}

/// A value that the store keeps for this room, under a name of its own.
fn load_note(mut store: &Store, name: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(store
        .transact::<_, TxError>(|tx| tx.load_meta(&[name]))?
        .pop()
        .flatten())
}

fn save_note(mut store: &Store, name: &str, value: &[u8]) -> Result<(), Error> {
    Ok(store.transact::<_, TxError>(|tx| tx.save_meta(&[(name, value.to_vec())]))?)
}
