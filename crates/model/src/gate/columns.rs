//! The columns of a change: which there may be, and how their runs are expanded.

use super::GateError;
use super::reader::Reader;

/// automerge's specifications of the columns that a flat map of scalars uses; those of objects, list elements, marks and deflated
/// columns have other numbers.
mod spec {
    pub(super) const KEY_TEXT: u64 = 21;
    pub(super) const INSERT: u64 = 52;
    pub(super) const ACTION: u64 = 66;
    pub(super) const VALUE_META: u64 = 86;
    pub(super) const VALUE: u64 = 87;
    pub(super) const PRED_COUNT: u64 = 112;
    pub(super) const PRED_ACTOR: u64 = 113;
    pub(super) const PRED_COUNTER: u64 = 115;
}

/// The columns' bytes; an absent one is empty.
#[derive(Debug, Default)]
pub(super) struct Columns<'a> {
    pub(super) key: &'a [u8],
    pub(super) insert: &'a [u8],
    pub(super) action: &'a [u8],
    pub(super) value_meta: &'a [u8],
    pub(super) value: &'a [u8],
    pub(super) pred_count: &'a [u8],
    pub(super) pred_actor: &'a [u8],
    pub(super) pred_counter: &'a [u8],
}

impl<'a> Columns<'a> {
    /// Reads the column metadata and cuts the column data apart.
    pub(super) fn parse(body: &mut Reader<'a>) -> Result<Self, GateError> {
        let count = body.uleb("the number of columns")?;
        super::cap("columns", count, 8)?;
        let mut metas: Vec<(u64, u64)> = Vec::new();
        for _ in 0..count {
            let spec = body.uleb("a column's specification")?;
            let len = body.uleb("a column's length")?;
            if metas.last().is_some_and(|(last, _)| *last >= spec) {
                return Err(GateError::Column {
                    spec,
                    why: "is out of order",
                });
            }
            if len == 0 {
                return Err(GateError::Column {
                    spec,
                    why: "is empty",
                });
            }
            metas.push((spec, len));
        }
        let mut columns = Self::default();
        for (spec, len) in metas {
            let data = body.take_claimed(len, "a column")?;
            *columns.slot(spec)? = data;
        }
        Ok(columns)
    }

    fn slot(&mut self, spec: u64) -> Result<&mut &'a [u8], GateError> {
        match spec {
            spec::KEY_TEXT => Ok(&mut self.key),
            spec::INSERT => Ok(&mut self.insert),
            spec::ACTION => Ok(&mut self.action),
            spec::VALUE_META => Ok(&mut self.value_meta),
            spec::VALUE => Ok(&mut self.value),
            spec::PRED_COUNT => Ok(&mut self.pred_count),
            spec::PRED_ACTOR => Ok(&mut self.pred_actor),
            spec::PRED_COUNTER => Ok(&mut self.pred_counter),
            _ => Err(GateError::Column {
                spec,
                why: "has no place in a flat map of scalars",
            }),
        }
    }
}

/// Expands a run-length column of values without nulls into at most `max` of them. The count of a run is held against the cap before
/// the run is expanded.
pub(super) fn expand<'a, T: Copy>(
    data: &'a [u8],
    what: &'static str,
    max: usize,
    mut value: impl FnMut(&mut Reader<'a>) -> Result<T, GateError>,
) -> Result<Vec<T>, GateError> {
    let mut reader = Reader::new(data);
    let mut values = Vec::new();
    while !reader.is_empty() {
        let run = reader.leb(what)?;
        let len = usize::try_from(run.unsigned_abs()).unwrap_or(usize::MAX);
        let room = max - values.len();
        if len > room {
            return Err(GateError::Cap {
                what,
                found: (values.len() as u64).saturating_add(run.unsigned_abs()),
                max: max as u64,
            });
        }
        match run {
            0 => {
                return Err(GateError::Shape {
                    what,
                    why: "has nulls",
                });
            }
            1.. => values.resize(values.len() + len, value(&mut reader)?),
            _ => {
                for _ in 0..len {
                    values.push(value(&mut reader)?);
                }
            }
        }
    }
    Ok(values)
}

/// As [`expand`], where there must be exactly `count`.
pub(super) fn expand_exactly<'a, T: Copy>(
    data: &'a [u8],
    what: &'static str,
    count: usize,
    value: impl FnMut(&mut Reader<'a>) -> Result<T, GateError>,
) -> Result<Vec<T>, GateError> {
    let values = expand(data, what, count, value)?;
    if values.len() == count {
        Ok(values)
    } else {
        Err(GateError::Shape {
            what,
            why: "has too few values",
        })
    }
}
