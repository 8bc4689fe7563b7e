//! speaks: the messages of `proto/`, parsed and encoded within limits.
//!
//! Everything here is pure: bytes in, values or a [`WireError`] out. A peer's bytes never panic and never make
//! this crate allocate more than a small multiple of their own length.
//!
//! - [`v1`]: the messages as generated from `proto/wangge/v1/`.
//! - [`frame`]: one message of a session. [`frame::FrameReader`] splits a stream, [`frame::parse_frame`] reads a frame,
//!   [`frame::encode_frame`] writes one.
//! - [`commit`]: a commit's header, id, digests, signature and derived actors.
//! - [`statement`]: the same for what a hub says.
//! - [`invitation`]: the text by which a phone or a child hub finds its hub.
//! - [`sign`]: who holds a key ([`Signer`]), and strict verification.
//! - [`limits`]: every bound, in one place.
//!
//! Formats are described for strangers in `proto/README.md`; `proto/golden/` holds examples that must never change.

pub mod commit;
mod digest;
mod error;
pub mod field;
pub mod frame;
#[cfg(test)]
mod golden;
pub mod invitation;
pub mod limits;
mod redact;
pub mod sign;
pub mod statement;

pub use error::{Fault, WireError};
pub use sign::{KeySigner, Signer};

#[expect(
    missing_docs,
    reason = "prost writes accessors and enum helpers without docs"
)]
/// The messages of `proto/wangge/v1/`, as prost generates them. Decode frames with [`frame::parse_frame`], not directly:
/// it counts before it allocates.
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/wangge.v1.rs"));
}
