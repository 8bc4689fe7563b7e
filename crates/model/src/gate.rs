//! The judge of a change's bytes, before automerge sees them.
//!
//! automerge trusts what it reads: a chunk of 70 bytes can cost it minutes, gigabytes or a panic. So a change is first read here, by a
//! parser of our own that knows only the little that a facet may hold: an uncompressed change chunk whose operations set or delete a
//! text, an integer or a boolean at a text key of the root. Every count is held against its cap before anything is made of it, so the
//! work is bounded by the size of the input. What passes has one meaning only: numbers are in shortest form, lists are sorted and
//! without repetition, nothing is left over.
//!
//! Whether the change *fits* a document (what it builds on, its numbers) is looked at by [`Doc::apply`](crate::doc::Doc::apply).
//!
//! The format is automerge's binary format, <https://automerge.org/automerge-binary-format-spec/>, section "Change Chunk".

mod columns;
mod ops;
mod reader;

use sha2::{Digest, Sha256};

use crate::id::{ActorId, ChangeHash, OpId};
use crate::limits;
use crate::value::Value;
use reader::Reader;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHUNK_CHANGE: u8 = 1;

/// The caps. A field named `…_max` is the largest number that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GateLimits {
    /// Bytes of the chunk.
    pub bytes_max: usize,
    /// Operations.
    pub ops_max: usize,
    /// Bytes of a key.
    pub key_bytes_max: usize,
    /// Bytes of a text.
    pub text_bytes_max: usize,
    /// Changes it builds on directly.
    pub deps_max: usize,
    /// Actors beside its own.
    pub other_actors_max: usize,
    /// Sequence and operation numbers.
    pub counter_max: u64,
    /// Operations that one operation overwrites.
    pub preds_max: usize,
}

impl Default for GateLimits {
    fn default() -> Self {
        Self {
            bytes_max: limits::CHANGE_BYTES_MAX,
            ops_max: limits::CHANGE_OPS_MAX,
            key_bytes_max: limits::KEY_BYTES_MAX,
            text_bytes_max: limits::TEXT_BYTES_MAX,
            deps_max: limits::DEPS_MAX,
            other_actors_max: limits::OTHER_ACTORS_MAX,
            counter_max: limits::COUNTER_MAX,
            preds_max: limits::PREDS_MAX,
        }
    }
}

/// What a change says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Its name: SHA-256 over type, length and body.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: ActorId,
    /// The actor's how-manieth change of this document, from 1.
    pub seq: u64,
    /// The counter of its first operation; operation `i` has `start_op + i`.
    pub start_op: u64,
    /// When its author says it was written, in seconds since 1970. Not to be trusted.
    pub stated_s: i64,
    /// The changes it builds on, ascending.
    pub deps: Vec<ChangeHash>,
    /// Its operations, at least one, each at another key.
    pub ops: Vec<OutlineOp>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineOp {
    /// The field's key.
    pub key: String,
    /// What is done to it.
    pub action: OpAction,
    /// What it overwrites, ascending.
    pub preds: Vec<OpId>,
}

/// What an operation does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpAction {
    /// Sets the field.
    Set(Value),
    /// Takes it away.
    Delete,
}

/// Why the gate refuses a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// More than a cap allows.
    #[error("{what}: {found}, at most {max}")]
    Cap {
        /// What there is too much of.
        what: &'static str,
        /// How much there is, or how much is claimed.
        found: u64,
        /// The cap.
        max: u64,
    },
    /// The bytes end within something.
    #[error("the bytes end within {what}")]
    Truncated {
        /// What is cut off.
        what: &'static str,
    },
    /// A number not in its shortest form, or of more than 64 bits.
    #[error("{what} is not a number in shortest form")]
    Number {
        /// Which number.
        what: &'static str,
    },
    /// Not the chunk that a facet holds.
    #[error("not an uncompressed change chunk: {why}")]
    Chunk {
        /// What is otherwise.
        why: &'static str,
    },
    /// The checksum is not the content's.
    #[error("the checksum is not the content's")]
    Checksum,
    /// Something that a facet's change does not have, or not so.
    #[error("{what} {why}")]
    Shape {
        /// Where.
        what: &'static str,
        /// What is wrong.
        why: &'static str,
    },
    /// A column that a facet's change does not have, or not so.
    #[error("column {spec} {why}")]
    Column {
        /// automerge's column specification.
        spec: u64,
        /// What is wrong.
        why: &'static str,
    },
    /// An operation that a facet's change does not have.
    #[error("operation {index} {why}")]
    Op {
        /// Its place, from 0.
        index: usize,
        /// What is wrong.
        why: &'static str,
    },
}

/// Fails if there is more of something than its cap.
fn cap(what: &'static str, found: u64, max: u64) -> Result<(), GateError> {
    if found > max {
        Err(GateError::Cap { what, found, max })
    } else {
        Ok(())
    }
}

/// Reads a change's bytes without automerge.
///
/// # Errors
/// The first thing found that a facet's change may not have. Any bytes get an answer, in time and memory bounded by `limits`.
pub fn outline(change: &[u8], limits: &GateLimits) -> Result<Outline, GateError> {
    cap("bytes", change.len() as u64, limits.bytes_max as u64)?;
    let (hash, mut body) = open_chunk(change)?;

    let deps = parse_deps(&mut body, limits)?;
    let actor = parse_actor(&mut body, "the actor")?;
    let seq = body.uleb("the sequence number")?;
    let start_op = body.uleb("the start operation")?;
    cap("sequence number", seq, limits.counter_max)?;
    cap("start operation", start_op, limits.counter_max)?;
    if seq == 0 || start_op == 0 {
        return Err(GateError::Shape {
            what: "a sequence or operation number",
            why: "is 0",
        });
    }
    let stated_s = body.leb("the time")?;
    if body.uleb("the message's length")? != 0 {
        return Err(GateError::Shape {
            what: "the message",
            why: "is not empty",
        });
    }
    let other_actors = parse_other_actors(&mut body, &actor, limits)?;
    let columns = columns::Columns::parse(&mut body)?;
    if !body.is_empty() {
        return Err(GateError::Shape {
            what: "the chunk",
            why: "has bytes after its columns",
        });
    }

    let actors: Vec<ActorId> = std::iter::once(actor).chain(other_actors).collect();
    let ops = ops::parse(&columns, &actors, start_op, limits)?;
    Ok(Outline {
        hash,
        actor,
        seq,
        start_op,
        stated_s,
        deps,
        ops,
    })
}

/// Magic, checksum, type and length; what remains is the body.
fn open_chunk(change: &[u8]) -> Result<(ChangeHash, Reader<'_>), GateError> {
    let mut chunk = Reader::new(change);
    if chunk.take(4, "the magic bytes")? != MAGIC {
        return Err(GateError::Chunk {
            why: "other magic bytes",
        });
    }
    let checksum = chunk.take(4, "the checksum")?;
    let hashed = chunk.rest();
    if chunk.take(1, "the chunk's type")? != [CHUNK_CHANGE] {
        return Err(GateError::Chunk {
            why: "another type",
        });
    }
    if chunk.uleb("the chunk's length")? != chunk.rest().len() as u64 {
        return Err(GateError::Chunk {
            why: "its length is not what it says",
        });
    }
    let hash: [u8; 32] = Sha256::digest(hashed).into();
    if hash.get(..4) != Some(checksum) {
        return Err(GateError::Checksum);
    }
    Ok((ChangeHash(hash), chunk))
}

fn parse_deps(body: &mut Reader<'_>, limits: &GateLimits) -> Result<Vec<ChangeHash>, GateError> {
    let count = body.uleb("the number of dependencies")?;
    cap("dependencies", count, limits.deps_max as u64)?;
    let mut deps: Vec<ChangeHash> = Vec::new();
    for _ in 0..count {
        let bytes = body.take(32, "a dependency")?;
        let dep = ChangeHash::try_from(bytes).map_err(|_| GateError::Truncated {
            what: "a dependency",
        })?;
        if deps.last().is_some_and(|last| *last >= dep) {
            return Err(GateError::Shape {
                what: "the dependencies",
                why: "are not in ascending order",
            });
        }
        deps.push(dep);
    }
    Ok(deps)
}

fn parse_actor(body: &mut Reader<'_>, what: &'static str) -> Result<ActorId, GateError> {
    if body.uleb(what)? != ActorId::LEN as u64 {
        return Err(GateError::Shape {
            what,
            why: "is not of 16 bytes",
        });
    }
    ActorId::try_from(body.take(ActorId::LEN, what)?).map_err(|_| GateError::Truncated { what })
}

fn parse_other_actors(
    body: &mut Reader<'_>,
    own: &ActorId,
    limits: &GateLimits,
) -> Result<Vec<ActorId>, GateError> {
    let count = body.uleb("the number of other actors")?;
    cap("other actors", count, limits.other_actors_max as u64)?;
    let mut actors: Vec<ActorId> = Vec::new();
    for _ in 0..count {
        let actor = parse_actor(body, "another actor")?;
        if actor == *own || actors.last().is_some_and(|last| *last >= actor) {
            return Err(GateError::Shape {
                what: "the other actors",
                why: "are not others in ascending order",
            });
        }
        actors.push(actor);
    }
    Ok(actors)
}

#[cfg(test)]
pub(crate) mod tests;
