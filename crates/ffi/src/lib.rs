//! translates: the face of core for Kotlin, Swift and Python.
//!
//! Nothing is decided here. The types of core's face cross as they are (`types`); objects and foreign traits are wrapped, a
//! line each; an error keeps its kind and its trouble. `cargo xtask bindings` generates the languages from the built library.
//!
//! Two names differ from core's, because the languages have them already: the phone's `close` is `shut` (an object of Kotlin
//! has a `close` of its own, which only lets go of it), and its errors are `PhoneError`.

mod error;
mod phone;
mod types;
mod watch;

pub use error::{PhoneError, Trouble};
pub use phone::{OpenOptions, Phone, Salvage, reports, suggest};
pub use watch::{ForeignFault, KeyStore, Watch, Watcher};

uniffi::setup_scaffolding!("wangge");
