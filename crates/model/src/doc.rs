//! A facet's document: a flat map of scalars that merges.
//!
//! This module and [`gate`](crate::gate) are the only places that know automerge; none of its types leaves them. A [`Doc`] takes no
//! change that the gate has not passed.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use automerge::{Automerge, ObjId, ROOT, ReadDoc, ScalarValue, legacy};

use crate::error::{Error, Result};
use crate::gate::{self, GateLimits, OpAction, Outline};
pub use crate::id::OpId;
use crate::id::{ActorId, ChangeHash};
use crate::time::Ms;
use crate::value::{Edit, Value};

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
    /// Each operation overwrites all that stands at its key. (automerge's own transaction turns a choice of the shown value into the
    /// deletion of the others, which reads like a deletion ever after; so the change is put together here.)
    ///
    /// # Errors
    /// [`Error::NothingToWrite`] where every field already has its value and nothing was in conflict, [`Error::WriteRefused`] where the
    /// change would be too large to travel; the document is then as before. After [`Error::WriteDoc`] it is to be thrown away.
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
        let operations: Vec<legacy::Op> = edits
            .into_iter()
            .filter_map(|(key, value)| self.operation(key, value))
            .collect();
        let metas = self.inner.get_changes_meta(&[]);
        let own = automerge::ActorId::from(actor.0);
        let seq = metas
            .iter()
            .filter(|meta| *meta.actor == own)
            .map(|meta| meta.seq)
            .max()
            .unwrap_or(0)
            + 1;
        let start_op = metas.iter().map(|meta| meta.max_op).max().unwrap_or(0) + 1;
        if operations.is_empty() {
            return Err(Error::NothingToWrite);
        }
        let ops = operations.len();
        let change = automerge::Change::from(automerge::ExpandedChange {
            operations,
            actor_id: own,
            author: None,
            hash: None,
            seq,
            start_op: NonZeroU64::new(start_op).unwrap_or(NonZeroU64::MIN),
            time: stated.0.div_euclid(1000),
            message: None,
            deps: self.inner.get_heads(),
            extra_bytes: Vec::new(),
        });
        // `raw_bytes` is the chunk as it is hashed; `bytes` would deflate it above 256 bytes.
        let written = Written {
            change: change.raw_bytes().to_vec(),
            hash: ChangeHash(change.hash().0),
            start_op,
        };
        gate::outline(&written.change, &GateLimits::default()).map_err(Error::WriteRefused)?;
        self.inner
            .apply_changes([change])
            .map_err(|source| Error::WriteDoc {
                ops,
                source: source.into(),
            })?;
        Ok(written)
    }

    /// The operation that an edit needs; `None` where the field already is as it should be.
    fn operation(&self, key: &str, value: Option<&Value>) -> Option<legacy::Op> {
        let standing = self.inner.get_all(ROOT, key).unwrap_or_default();
        let action = match (value, standing.as_slice()) {
            (None, []) => return None,
            (Some(value), [(only, id)])
                if candidate(only, id).is_some_and(|only| only.value == *value) =>
            {
                return None;
            }
            (None, _) => legacy::OpType::Delete,
            (Some(Value::Text(text)), _) => {
                legacy::OpType::Put(ScalarValue::Str(text.as_str().into()))
            }
            (Some(Value::Int(number)), _) => legacy::OpType::Put(ScalarValue::Int(*number)),
            (Some(Value::Bool(truth)), _) => legacy::OpType::Put(ScalarValue::Boolean(*truth)),
        };
        let pred = standing
            .iter()
            .filter_map(|(_, id)| {
                if let ObjId::Id(counter, actor, _) = id {
                    Some(legacy::OpId::new(*counter, actor))
                } else {
                    None
                }
            })
            .collect();
        Some(legacy::Op {
            action,
            obj: legacy::ObjectId::Root,
            key: legacy::Key::Map(key.into()),
            pred,
            insert: false,
        })
    }

    /// Takes others' changes, in any order in which each follows what it builds on. Those that are here already are passed over.
    ///
    /// # Errors
    /// The first change that the gate refuses ([`Error::Gate`]) or that does not fit ([`Error::MissingDependency`], [`Error::Misfit`]);
    /// those before it are applied, and the document is sound. After [`Error::ApplyChange`] and [`Error::Unstable`] it is to be
    /// thrown away.
    pub fn apply(&mut self, changes: &[&[u8]]) -> Result<()> {
        let mut ground = Ground::of(&self.inner);
        for (index, bytes) in changes.iter().enumerate() {
            let outline = gate::outline(bytes, &GateLimits::default())?;
            if !ground.admit(index, &outline)? {
                continue;
            }
            self.check_overwritten(index, &outline)?;
            let failed = |source| Error::ApplyChange { index, source };
            let change =
                automerge::Change::try_from(*bytes).map_err(|source| failed(source.into()))?;
            self.inner
                .apply_changes([change])
                .map_err(|source| failed(source.into()))?;
            if !self.has(&outline.hash) {
                return Err(Error::Unstable);
            }
        }
        Ok(())
    }

    /// A value must overwrite just what its author saw at the key, and a deletion some of it (automerge keeps a shown value by deleting
    /// the others). automerge does not look, and breaks on what is not there.
    fn check_overwritten(&self, index: usize, change: &Outline) -> Result<()> {
        let deps: Vec<_> = change
            .deps
            .iter()
            .map(|dep| automerge::ChangeHash(dep.0))
            .collect();
        for op in &change.ops {
            let seen = self
                .inner
                .get_all_at(ROOT, op.key.as_str(), &deps)
                .unwrap_or_default();
            let seen: BTreeSet<OpId> = seen.iter().filter_map(|(_, id)| op_id(id)).collect();
            let known = op.preds.iter().all(|pred| seen.contains(pred));
            let whole = op.action == OpAction::Delete || op.preds.len() == seen.len();
            if !known || !whole {
                return Err(Error::Misfit {
                    index,
                    why: "it overwrites something else than what its author saw",
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
    Some(Candidate {
        op: op_id(id)?,
        value,
    })
}

fn op_id(id: &ObjId) -> Option<OpId> {
    let ObjId::Id(counter, actor, _) = id else {
        return None;
    };
    Some(OpId {
        counter: *counter,
        actor: ActorId::try_from(actor.to_bytes()).ok()?,
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
