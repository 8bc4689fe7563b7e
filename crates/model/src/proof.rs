//! The scratch proof: whether changes come back whole from automerge, tried on a copy.

use crate::doc::{Doc, Fields};
use crate::error::Error;
use crate::id::ChangeHash;

/// What the proof found.
#[derive(Debug)]
pub struct Proof {
    /// The document with every change that was applied, as it is to be stored.
    pub save: Vec<u8>,
    /// Its heads, ascending.
    pub heads: Vec<ChangeHash>,
    /// Its fields.
    pub fields: Fields,
    /// For each change, in the order handed in, whether it was applied.
    pub applied: Vec<Result<(), Error>>,
}

/// Applies changes to a copy of a document, saves it, loads what was saved, and compares. A change that does not fit is left out and the
/// others go on. `base_save` is `None` for a record that has no such facet yet.
///
/// This is a pure function, and it trusts automerge not to panic, hang or eat memory on what the gate let through; so the caller runs it
/// where that would hurt nobody.
///
/// # Errors
/// [`Error::LoadDoc`] where the base cannot be read; [`Error::Unstable`] where what was saved does not load as what it was.
pub fn prove(base_save: Option<&[u8]>, changes: &[&[u8]]) -> Result<Proof, Error> {
    let mut doc = base_save.map_or_else(|| Ok(Doc::new()), Doc::load)?;
    let mut applied = Vec::with_capacity(changes.len());
    for change in changes {
        // A document whose change failed half-way is not to be used, so each is tried on a copy.
        let mut copy = doc.clone();
        let tried = copy.apply(&[change]);
        if tried.is_ok() {
            doc = copy;
        }
        applied.push(tried);
    }
    let save = doc.save();
    let again = Doc::load(&save)?;
    let (heads, fields) = (doc.heads(), doc.entries());
    if again.heads() != heads || again.entries() != fields || again.save() != save {
        return Err(Error::Unstable);
    }
    Ok(Proof {
        save,
        heads,
        fields,
        applied,
    })
}
