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
    let open = || base_save.map_or_else(|| Ok(Doc::new()), Doc::load);
    let mut doc = open()?;
    let mut applied: Vec<Result<(), Error>> = Vec::with_capacity(changes.len());
    for change in changes {
        let tried = doc.apply(&[change]);
        if matches!(tried, Err(Error::ApplyChange { .. } | Error::Unstable)) {
            // It failed half-way, and the document is not to be used: begin again with those that went well.
            doc = open()?;
            let well: Vec<&[u8]> = applied
                .iter()
                .zip(changes)
                .filter(|(tried, _)| tried.is_ok())
                .map(|(_, change)| *change)
                .collect();
            doc.apply(&well)?;
        }
        applied.push(tried);
    }
    let save = doc.save();
    let again = Doc::load(&save)?;
    let (heads, fields) = (doc.heads(), doc.entries());
    if again.heads() != heads || again.entries() != fields {
        return Err(Error::Unstable);
    }
    Ok(Proof {
        save,
        heads,
        fields,
        applied,
    })
}

#[cfg(test)]
mod tests;
