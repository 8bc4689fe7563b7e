//! A facet's document: a flat map of scalars that merges.
//!
//! This module and [`gate`](crate::gate) are the only places that know automerge; none of its types leaves them. A [`Doc`] takes no
//! change that the gate has not passed.

use std::collections::{BTreeMap, BTreeSet};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, ObjId, ROOT, ReadDoc, ScalarValue};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::gate::{self, GateLimits, Outline};
use crate::id::{ActorId, ChangeHash};
use crate::time::Ms;
use crate::value::{Edit, Value};

/// An operation's id: a Lamport counter, then the actor. Ordering by it is causal and the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OpId {
    /// Greater than that of every operation the author had seen.
    pub counter: u64,
    /// Who wrote it.
    pub actor: ActorId,
}

/// One of the values that a field has. More than one stands only where concurrent writes conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The operation that wrote it.
    pub op: OpId,
    /// What it wrote.
    pub value: Value,
}

/// A document's fields as they stand: by key, the winner first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    entries: BTreeMap<String, Vec<Candidate>>,
}

impl Fields {
    /// The value that a field shows: automerge's own winner.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.candidates(key)
            .first()
            .map(|candidate| &candidate.value)
    }

    /// All that stands at a key, the winner first; empty where nothing does.
    #[must_use]
    pub fn candidates(&self, key: &str) -> &[Candidate] {
        self.entries.get(key).map_or(&[], Vec::as_slice)
    }

    /// Every field in the order of keys, each with its candidates, the winner first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Candidate])> {
        self.entries
            .iter()
            .map(|(key, candidates)| (key.as_str(), candidates.as_slice()))
    }

    /// The fields whose key begins with `prefix`.
    pub fn under<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a [Candidate])> {
        self.entries
            .range::<str, _>((
                std::ops::Bound::Included(prefix),
                std::ops::Bound::Unbounded,
            ))
            .take_while(move |(key, _)| key.starts_with(prefix))
            .map(|(key, candidates)| (key.as_str(), candidates.as_slice()))
    }

    /// The keys in conflict: those with more than one *distinct* value. Two people who wrote the same agree.
    pub fn conflicts(&self) -> impl Iterator<Item = &str> {
        self.iter()
            .filter(|(_, candidates)| {
                candidates.split_first().is_some_and(|(first, rest)| {
                    rest.iter().any(|other| other.value != first.value)
                })
            })
            .map(|(key, _)| key)
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// A change as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// An uncompressed change chunk (type 1), as a part carries it.
    pub change: Vec<u8>,
    /// Its name.
    pub hash: ChangeHash,
    /// The counter of its first operation; edit `i` of those that were written has counter `start_op + i`.
    pub start_op: u64,
}

/// A facet's document.
#[derive(Clone, Debug)]
pub struct Doc {
    inner: Automerge,
}

impl Default for Doc {
    fn default() -> Self {
        Self::new()
    }
}

impl Doc {
    /// An empty document.
    #[must_use]
    pub fn new() -> Self {
        Self {
            inner: Automerge::new(),
        }
    }

    /// Reads what [`Self::save`] wrote. Only for bytes of this replica's own store or of a proof: automerge's reader is not made for
    /// hostile bytes.
    ///
    /// # Errors
    /// [`Error::LoadDoc`] where the bytes are broken or incomplete.
    pub fn load(bytes: &[u8]) -> Result<Self> {
        let inner = Automerge::load(bytes).map_err(|source| Error::LoadDoc {
            bytes: bytes.len(),
            source: source.into(),
        })?;
        Ok(Self { inner })
    }

    /// The whole document, history included, compressed.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        self.inner.save()
    }

    /// The changes on which nothing builds yet, ascending.
    #[must_use]
    pub fn heads(&self) -> Vec<ChangeHash> {
        self.inner
            .get_heads()
            .into_iter()
            .map(|hash| ChangeHash(hash.0))
            .collect()
    }

    /// Whether a change is in the document.
    #[must_use]
    pub fn has(&self, hash: &ChangeHash) -> bool {
        self.inner
            .get_change_meta_by_hash(&automerge::ChangeHash(hash.0))
            .is_some()
    }

    /// The changes in the document, in an order in which each follows what it builds on.
    #[must_use]
    pub fn hashes(&self) -> Vec<ChangeHash> {
        self.inner
            .get_changes_meta(&[])
            .into_iter()
            .map(|meta| ChangeHash(meta.hash.0))
            .collect()
    }

    /// Whether the change graph ever had two heads: somebody wrote without having seen another's write. The same on every replica
    /// with the same changes.
    #[must_use]
    pub fn concurrent(&self) -> bool {
        // A graph that never forked is a chain, and a chain has one topological order, in which each change names the one before it.
        let metas = self.inner.get_changes_meta(&[]);
        metas
            .iter()
            .zip(metas.iter().skip(1))
            .any(|(before, after)| !after.deps.contains(&before.hash))
    }

    /// Writes edits as one change of `actor`, building on everything in the document. Edits of the same key: the last counts. The facet
    /// of the edits is not looked at: they are those of this document's. `stated` is noted in the change, cut to seconds.
    ///
    /// # Errors
    /// [`Error::NothingToWrite`] where every field already has its value and nothing was in conflict; the document is
    /// then as before. [`Error::WriteRefused`] where the change would be too large to travel; the document is then to be thrown away.
    pub fn write<'a>(
        &mut self,
        actor: ActorId,
        edits: impl IntoIterator<Item = &'a Edit>,
        stated: Ms,
    ) -> Result<Written> {
        let edits: BTreeMap<&str, Option<&Value>> = edits
            .into_iter()
            .map(|edit| (edit.key.as_str(), edit.value.as_ref()))
            .collect();
        let failed = |source: automerge::AutomergeError| Error::WriteDoc {
            edits: edits.len(),
            source: source.into(),
        };
        self.inner.set_actor(automerge::ActorId::from(actor.0));
        let mut transaction = self.inner.transaction();
        for (key, value) in &edits {
            match value {
                Some(Value::Text(text)) => transaction.put(ROOT, *key, text.as_str()),
                Some(Value::Int(number)) => transaction.put(ROOT, *key, *number),
                Some(Value::Bool(truth)) => transaction.put(ROOT, *key, *truth),
                None => transaction.delete(ROOT, *key),
            }
            .map_err(failed)?;
        }
        transaction
            .commit_with(CommitOptions::default().with_time(stated.0.div_euclid(1000)))
            .0
            .ok_or(Error::NothingToWrite)?;
        let change = self
            .inner
            .get_last_local_change()
            .ok_or(Error::NothingToWrite)?;
        gate::outline(change.raw_bytes(), &GateLimits::default()).map_err(Error::WriteRefused)?;
        // `raw_bytes` is the chunk as it is hashed; `bytes` would deflate it above 256 bytes.
        Ok(Written {
            change: change.raw_bytes().to_vec(),
            hash: ChangeHash(change.hash().0),
            start_op: change.start_op().get(),
        })
    }

    /// Takes others' changes, in any order in which each follows what it builds on. Those that are here already are passed over.
    ///
    /// # Errors
    /// [`Error::Gate`], [`Error::MissingDependency`] and [`Error::Misfit`] are found before anything is applied. After
    /// [`Error::ApplyChange`] the document is to be thrown away.
    pub fn apply(&mut self, changes: &[&[u8]]) -> Result<()> {
        let mut ground = Ground::of(&self.inner);
        let mut fitting = Vec::with_capacity(changes.len());
        for (index, bytes) in changes.iter().enumerate() {
            let outline = gate::outline(bytes, &GateLimits::default())?;
            if ground.admit(index, &outline)? {
                fitting.push((index, *bytes, outline.hash));
            }
        }
        for (index, bytes, hash) in fitting {
            let failed = |source| Error::ApplyChange { index, source };
            let change =
                automerge::Change::try_from(bytes).map_err(|source| failed(source.into()))?;
            self.inner
                .apply_changes([change])
                .map_err(|source| failed(source.into()))?;
            if !self.has(&hash) {
                return Err(Error::Misfit {
                    index,
                    why: "automerge took it and does not have it",
                });
            }
        }
        Ok(())
    }

    /// The fields as they stand.
    #[must_use]
    pub fn entries(&self) -> Fields {
        let mut entries = BTreeMap::new();
        for item in self.inner.map_range(ROOT, ..) {
            let key = item.key.into_owned();
            let standing = if item.conflict {
                self.inner.get_all(ROOT, key.as_str()).unwrap_or_default()
            } else {
                self.inner
                    .get(ROOT, key.as_str())
                    .ok()
                    .flatten()
                    .into_iter()
                    .collect()
            };
            // automerge lists them by operation id, and the last one wins.
            let candidates: Vec<_> = standing
                .into_iter()
                .rev()
                .filter_map(|(value, id)| candidate(&value, &id))
                .collect();
            if !candidates.is_empty() {
                entries.insert(key, candidates);
            }
        }
        Fields { entries }
    }
}

/// A value that the gate lets in, with its operation; anything else is not there.
fn candidate(value: &automerge::Value<'_>, id: &ObjId) -> Option<Candidate> {
    let value = match value.as_scalar()? {
        ScalarValue::Str(text) => Value::Text(text.to_string()),
        ScalarValue::Int(number) => Value::Int(*number),
        ScalarValue::Boolean(truth) => Value::Bool(*truth),
        _ => return None,
    };
    let ObjId::Id(counter, actor, _) = id else {
        return None;
    };
    Some(Candidate {
        op: OpId {
            counter: *counter,
            actor: ActorId::try_from(actor.to_bytes()).ok()?,
        },
        value,
    })
}

/// What a change has to fit: the changes that are there, and where each actor stands.
struct Ground {
    max_op: BTreeMap<ChangeHash, u64>,
    last_seq: BTreeMap<ActorId, u64>,
}

impl Ground {
    fn of(inner: &Automerge) -> Self {
        let mut ground = Self {
            max_op: BTreeMap::new(),
            last_seq: BTreeMap::new(),
        };
        for meta in inner.get_changes_meta(&[]) {
            ground.max_op.insert(ChangeHash(meta.hash.0), meta.max_op);
            if let Ok(actor) = ActorId::try_from(meta.actor.to_bytes()) {
                let last = ground.last_seq.entry(actor).or_default();
                *last = (*last).max(meta.seq);
            }
        }
        ground
    }

    /// Whether the change is new; an error where it does not follow from what it builds on. automerge trusts these numbers.
    fn admit(&mut self, index: usize, change: &Outline) -> Result<bool> {
        if self.max_op.contains_key(&change.hash) {
            return Ok(false);
        }
        let deps: BTreeSet<_> = change.deps.iter().collect();
        let mut base_op = 0;
        for dep in deps {
            base_op = base_op.max(
                *self
                    .max_op
                    .get(dep)
                    .ok_or(Error::MissingDependency { index })?,
            );
        }
        let last = self.last_seq.entry(change.actor).or_default();
        if change.seq != *last + 1 {
            return Err(Error::Misfit {
                index,
                why: "its sequence number is not its actor's next",
            });
        }
        if change.start_op <= base_op {
            return Err(Error::Misfit {
                index,
                why: "its operations do not come after those it builds on",
            });
        }
        *last = change.seq;
        self.max_op
            .insert(change.hash, change.start_op + change.ops.len() as u64 - 1);
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
