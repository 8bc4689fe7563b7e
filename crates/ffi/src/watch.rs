//! What the app implements: a keeper of the device's key, and a watcher of changes.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::PhoneError;

/// The app's own code failed in a call that we made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum ForeignFault {
    /// In the app's words.
    #[error("{reason}")]
    Failed {
        /// Why.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for ForeignFault {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        // Kotlin puts the app's whole stack trace into the reason.
        Self::Failed {
            reason: error.reason.lines().next().unwrap_or_default().to_owned(),
        }
    }
}

/// Keeps the seed of the device's Ed25519 key, in the system's key store for instance. It is called while the phone opens and
/// never afterwards.
#[uniffi::export(with_foreign)]
pub trait KeyStore: Send + Sync {
    /// The seed kept before, 32 bytes; nothing where there is none yet.
    ///
    /// # Errors
    /// In the keeper's words; the opening fails with `Retry`.
    fn load(&self) -> Result<Option<Vec<u8>>, ForeignFault>;

    /// Keeps a new seed, durably.
    ///
    /// # Errors
    /// As `load`.
    fn save(&self, seed: Vec<u8>) -> Result<(), ForeignFault>;
}

/// Hears that something changed. Called from a thread of its own with no lock held, so it may call the phone; it is not called
/// for each change, but at least once after the last. What it throws is passed over.
#[uniffi::export(with_foreign)]
pub trait Watcher: Send + Sync {
    /// Rows may have changed: ask again for what is on the screen.
    ///
    /// # Errors
    /// Passed over.
    fn on_change(&self) -> Result<(), ForeignFault>;

    /// The link to the hub came up or went down.
    ///
    /// # Errors
    /// Passed over.
    fn on_link(&self, up: bool) -> Result<(), ForeignFault>;

    /// Syncing met an error. It goes on by itself, with growing pauses, unless the error needs a person (`SignIn`, `UpdateApp`,
    /// `Report`): then this is the last call.
    ///
    /// # Errors
    /// Passed over.
    fn on_trouble(&self, error: PhoneError) -> Result<(), ForeignFault>;
}

/// A watch on a phone. Ends when stopped or let go of.
#[derive(uniffi::Object)]
pub struct Watch(Mutex<Option<wangge_core::Watch>>);

impl Watch {
    pub(crate) fn new(watch: wangge_core::Watch) -> Self {
        Self(Mutex::new(Some(watch)))
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

#[uniffi::export]
impl Watch {
    /// Ends the watch. When it returns, the watcher is called no more; where the watcher itself stops it, its present call is
    /// the last. Stopping twice is harmless.
    pub fn stop(&self) {
        let watch = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(watch);
    }
}

/// The app's keeper, as core calls it.
pub(crate) struct AppKeyStore(pub(crate) Arc<dyn KeyStore>);

impl wangge_core::KeyStore for AppKeyStore {
    fn load(&self) -> Result<Option<Vec<u8>>, String> {
        self.0.load().map_err(|fault| fault.to_string())
    }

    fn save(&self, seed: Vec<u8>) -> Result<(), String> {
        self.0.save(seed).map_err(|fault| fault.to_string())
    }
}

/// The app's watcher, as core calls it.
pub(crate) struct AppWatcher(pub(crate) Arc<dyn Watcher>);

impl wangge_core::Watcher for AppWatcher {
    fn on_change(&self) {
        let _ = self.0.on_change();
    }

    fn on_link(&self, up: bool) {
        let _ = self.0.on_link(up);
    }

    fn on_trouble(&self, error: wangge_core::Error) {
        let _ = self.0.on_trouble(error.into());
    }
}
