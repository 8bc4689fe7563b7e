//! The operations of a change, put together from its columns.

use std::collections::BTreeSet;

use super::columns::{Columns, expand, expand_exactly};
use super::reader::Reader;
use super::{GateError, GateLimits, OpAction, OutlineOp, cap};
use crate::id::{ActorId, OpId};
use crate::value::Value;

const ACTION_SET: u64 = 1;
const ACTION_DELETE: u64 = 3;

/// Reads the operations. `actors` is the change's own actor, then the others; each of the others must be named by an operation.
pub(super) fn parse(
    columns: &Columns<'_>,
    actors: &[ActorId],
    start_op: u64,
    limits: &GateLimits,
) -> Result<Vec<OutlineOp>, GateError> {
    let actions = expand(columns.action, "actions", limits.ops_max, |column| {
        column.uleb("an action")
    })?;
    let count = actions.len();
    if count == 0 {
        return Err(GateError::Shape {
            what: "the change",
            why: "has no operations",
        });
    }
    cap(
        "last operation",
        start_op + (count as u64 - 1),
        limits.counter_max,
    )?;
    parse_insert(columns.insert, count)?;
    let keys = expand_exactly(columns.key, "keys", count, |column| {
        parse_key(column, limits)
    })?;
    let metas = expand_exactly(columns.value_meta, "value types", count, |column| {
        column.uleb("a value's type")
    })?;
    let preds = parse_preds(columns, count, actors, start_op, limits)?;

    let mut seen = BTreeSet::new();
    let mut values = Reader::new(columns.value);
    let mut ops = Vec::with_capacity(count);
    for (index, (((action, key), meta), preds)) in actions
        .into_iter()
        .zip(keys)
        .zip(metas)
        .zip(preds)
        .enumerate()
    {
        if !seen.insert(key) {
            return Err(GateError::Op {
                index,
                why: "is at the same key as another of the change",
            });
        }
        let deletes =
            judge_action(action, meta, &preds).map_err(|why| GateError::Op { index, why })?;
        let action = if deletes {
            OpAction::Delete
        } else {
            OpAction::Set(parse_value(&mut values, meta, index, limits)?)
        };
        ops.push(OutlineOp {
            key: key.to_owned(),
            action,
            preds,
        });
    }
    if !values.is_empty() {
        return Err(GateError::Shape {
            what: "the values",
            why: "have bytes left over",
        });
    }
    Ok(ops)
}

/// Whether an operation deletes; otherwise it sets.
fn judge_action(action: u64, meta: u64, preds: &[OpId]) -> Result<bool, &'static str> {
    match action {
        ACTION_SET => Ok(false),
        ACTION_DELETE if meta != 0 => Err("deletes and has a value"),
        ACTION_DELETE if preds.is_empty() => Err("deletes what is not there"),
        ACTION_DELETE => Ok(true),
        _ => Err("neither sets nor deletes"),
    }
}

/// The insert column is a count of falses, and nothing more: nothing is inserted into a list.
fn parse_insert(data: &[u8], count: usize) -> Result<(), GateError> {
    let mut column = Reader::new(data);
    if column.uleb("the insert flags")? != count as u64 || !column.is_empty() {
        return Err(GateError::Shape {
            what: "the insert flags",
            why: "are not all false",
        });
    }
    Ok(())
}

fn parse_key<'a>(column: &mut Reader<'a>, limits: &GateLimits) -> Result<&'a str, GateError> {
    let len = column.uleb("a key's length")?;
    cap("key bytes", len, limits.key_bytes_max as u64)?;
    let key = std::str::from_utf8(column.take_claimed(len, "a key")?);
    match key {
        Ok("") => Err(GateError::Shape {
            what: "a key",
            why: "is empty",
        }),
        Ok(key) => Ok(key),
        Err(_) => Err(GateError::Shape {
            what: "a key",
            why: "is not UTF-8",
        }),
    }
}

/// A value's type is the lower 4 bits of its meta, its length in bytes the rest.
fn parse_value(
    values: &mut Reader<'_>,
    meta: u64,
    index: usize,
    limits: &GateLimits,
) -> Result<Value, GateError> {
    let len = meta >> 4;
    match (meta & 0xf, len) {
        (1, 0) => Ok(Value::Bool(false)),
        (2, 0) => Ok(Value::Bool(true)),
        (4, 1..=10) => {
            let mut number = Reader::new(values.take_claimed(len, "a number")?);
            let value = number.leb("a value")?;
            if number.is_empty() {
                Ok(Value::Int(value))
            } else {
                Err(GateError::Op {
                    index,
                    why: "has a number of another length",
                })
            }
        }
        (6, _) => {
            cap("text bytes", len, limits.text_bytes_max as u64)?;
            let text = std::str::from_utf8(values.take_claimed(len, "a text")?);
            text.map(|text| Value::Text(text.to_owned()))
                .map_err(|_| GateError::Op {
                    index,
                    why: "has a text that is not UTF-8",
                })
        }
        _ => Err(GateError::Op {
            index,
            why: "has neither a text, nor an integer, nor a boolean",
        }),
    }
}

/// What each operation overwrites: operations before this change, in ascending order.
fn parse_preds(
    columns: &Columns<'_>,
    count: usize,
    actors: &[ActorId],
    start_op: u64,
    limits: &GateLimits,
) -> Result<Vec<Vec<OpId>>, GateError> {
    let counts = expand_exactly(columns.pred_count, "predecessor counts", count, |column| {
        let preds = column.uleb("a number of predecessors")?;
        cap("predecessors", preds, limits.preds_max as u64)?;
        usize::try_from(preds).map_err(|_| GateError::Truncated {
            what: "a number of predecessors",
        })
    })?;
    let total = counts.iter().sum();
    let by = expand_exactly(
        columns.pred_actor,
        "predecessors' actors",
        total,
        |column| column.uleb("a predecessor's actor"),
    )?;
    let deltas = expand_exactly(
        columns.pred_counter,
        "predecessors' counters",
        total,
        |column| column.leb("a predecessor's counter"),
    )?;

    let mut named = vec![false; actors.len()];
    let mut counter = 0_i64;
    let mut ids = by.into_iter().zip(deltas);
    let mut all = Vec::with_capacity(count);
    for (index, len) in counts.into_iter().enumerate() {
        let mut preds: Vec<OpId> = Vec::with_capacity(len);
        for (place, delta) in ids.by_ref().take(len) {
            counter = counter
                .checked_add(delta)
                .filter(|counter| *counter >= 1 && counter.unsigned_abs() < start_op)
                .ok_or(GateError::Op {
                    index,
                    why: "overwrites an operation that is not before the change",
                })?;
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            let (Some(actor), Some(flag)) = (actors.get(place), named.get_mut(place)) else {
                return Err(GateError::Op {
                    index,
                    why: "overwrites an operation of an actor that is not named",
                });
            };
            *flag = true;
            let pred = OpId {
                counter: counter.unsigned_abs(),
                actor: *actor,
            };
            if preds.last().is_some_and(|last| *last >= pred) {
                return Err(GateError::Op {
                    index,
                    why: "names what it overwrites out of order",
                });
            }
            preds.push(pred);
        }
        all.push(preds);
    }
    if named.into_iter().skip(1).any(|used| !used) {
        return Err(GateError::Shape {
            what: "the other actors",
            why: "are not all used",
        });
    }
    Ok(all)
}
