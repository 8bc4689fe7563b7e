//! Columns to values and back. A value that no wangge writes is damage, not a panic.

use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row};
use wangge_engine::tx::{ChainId, Origin};
use wangge_model::area::Area;

use crate::error::{Doing, StoreError};

/// Unsigned numbers are kept in their two's complement: they come back as they went in.
pub(crate) const fn signed(number: u64) -> i64 {
    number.cast_signed()
}

/// Reads the columns of one row from left to right.
pub(crate) struct Columns<'a, 'stmt> {
    row: &'a Row<'stmt>,
    next: usize,
    doing: &'static str,
}

impl<'a, 'stmt> Columns<'a, 'stmt> {
    pub(crate) fn of(row: &'a Row<'stmt>, doing: &'static str) -> Self {
        Self {
            row,
            next: 0,
            doing,
        }
    }

    fn raw(&mut self) -> Result<ValueRef<'a>, StoreError> {
        let column = self.next;
        self.next += 1;
        self.row.get_ref(column).doing(self.doing)
    }

    fn wrong(&self, what: &'static str) -> StoreError {
        StoreError::Value {
            doing: self.doing,
            what,
        }
    }

    /// An id of fixed length.
    pub(crate) fn id<T: for<'b> TryFrom<&'b [u8]>>(
        &mut self,
        what: &'static str,
    ) -> Result<T, StoreError> {
        self.opt_id(what)?.ok_or_else(|| self.wrong(what))
    }

    /// An id of fixed length, or none.
    pub(crate) fn opt_id<T: for<'b> TryFrom<&'b [u8]>>(
        &mut self,
        what: &'static str,
    ) -> Result<Option<T>, StoreError> {
        match self.raw()? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => T::try_from(bytes).map(Some).map_err(|_| self.wrong(what)),
            _ => Err(self.wrong(what)),
        }
    }

    /// Bytes.
    pub(crate) fn bytes(&mut self, what: &'static str) -> Result<Vec<u8>, StoreError> {
        match self.raw()? {
            ValueRef::Blob(bytes) => Ok(bytes.to_vec()),
            _ => Err(self.wrong(what)),
        }
    }

    /// Numbered words, one byte each.
    pub(crate) fn words<T>(
        &mut self,
        what: &'static str,
        from_u32: impl Fn(u32) -> Option<T>,
    ) -> Result<Vec<T>, StoreError> {
        let bytes = self.bytes(what)?;
        bytes
            .into_iter()
            .map(|byte| from_u32(byte.into()).ok_or_else(|| self.wrong(what)))
            .collect()
    }

    /// Ids of fixed length, one after the other.
    pub(crate) fn ids<T: for<'b> TryFrom<&'b [u8]>>(
        &mut self,
        len: usize,
        what: &'static str,
    ) -> Result<Vec<T>, StoreError> {
        let ValueRef::Blob(bytes) = self.raw()? else {
            return Err(self.wrong(what));
        };
        bytes
            .chunks(len)
            .map(|id| T::try_from(id).map_err(|_| self.wrong(what)))
            .collect()
    }

    /// A text.
    pub(crate) fn text(&mut self, what: &'static str) -> Result<String, StoreError> {
        match self.raw()? {
            ValueRef::Text(text) => std::str::from_utf8(text)
                .map(str::to_owned)
                .map_err(|_| self.wrong(what)),
            _ => Err(self.wrong(what)),
        }
    }

    /// An area.
    pub(crate) fn area(&mut self) -> Result<Area, StoreError> {
        self.text("area")?.parse().map_err(|_| self.wrong("area"))
    }

    /// An area, or none.
    pub(crate) fn opt_area(&mut self) -> Result<Option<Area>, StoreError> {
        let text = match self.raw()? {
            ValueRef::Null => return Ok(None),
            ValueRef::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        };
        let area = text.and_then(|text| text.parse().ok());
        area.map(Some).ok_or_else(|| self.wrong("area"))
    }

    /// A signed number.
    pub(crate) fn number(&mut self, what: &'static str) -> Result<i64, StoreError> {
        self.opt_number(what)?.ok_or_else(|| self.wrong(what))
    }

    /// A signed number, or none.
    pub(crate) fn opt_number(&mut self, what: &'static str) -> Result<Option<i64>, StoreError> {
        match self.raw()? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(number) => Ok(Some(number)),
            _ => Err(self.wrong(what)),
        }
    }

    /// An unsigned number.
    pub(crate) fn unsigned(&mut self, what: &'static str) -> Result<u64, StoreError> {
        Ok(self.number(what)?.cast_unsigned())
    }

    /// A small unsigned number.
    pub(crate) fn small(&mut self, what: &'static str) -> Result<u32, StoreError> {
        u32::try_from(self.number(what)?).map_err(|_| self.wrong(what))
    }

    /// A yes or no.
    pub(crate) fn flag(&mut self, what: &'static str) -> Result<bool, StoreError> {
        Ok(self.number(what)? != 0)
    }

    /// A numbered word.
    pub(crate) fn word<T>(
        &mut self,
        what: &'static str,
        from_u32: impl FnOnce(u32) -> Option<T>,
    ) -> Result<T, StoreError> {
        self.opt_word(what, from_u32)?
            .ok_or_else(|| self.wrong(what))
    }

    /// A numbered word, or none.
    pub(crate) fn opt_word<T>(
        &mut self,
        what: &'static str,
        from_u32: impl FnOnce(u32) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let Some(number) = self.opt_number(what)? else {
            return Ok(None);
        };
        let word = u32::try_from(number).ok().and_then(from_u32);
        word.map(Some).ok_or_else(|| self.wrong(what))
    }

    /// Key and epoch of a sequence.
    pub(crate) fn chain(&mut self) -> Result<ChainId, StoreError> {
        Ok(ChainId {
            key: self.id("key")?,
            epoch: self.id("epoch")?,
        })
    }

    /// Key, epoch and place of an origin, or none.
    pub(crate) fn origin(&mut self) -> Result<Option<Origin>, StoreError> {
        let (key, epoch, place) = (
            self.opt_id("origin")?,
            self.opt_id("origin")?,
            self.opt_number("origin")?,
        );
        Ok(match (key, epoch, place) {
            (Some(key), Some(epoch), Some(place)) => Some(Origin {
                chain: ChainId { key, epoch },
                place: place.cast_unsigned(),
            }),
            _ => None,
        })
    }
}

/// One answer for each key, in the order of the keys.
pub(crate) fn each<K, P: Params, T>(
    conn: &Connection,
    doing: &'static str,
    sql: &str,
    keys: &[K],
    params: impl Fn(&K) -> P,
    read: impl Fn(&mut Columns<'_, '_>) -> Result<T, StoreError>,
) -> Result<Vec<Option<T>>, StoreError> {
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let mut answers = Vec::with_capacity(keys.len());
    for key in keys {
        let mut rows = statement.query(params(key)).doing(doing)?;
        let answer = match rows.next().doing(doing)? {
            Some(row) => Some(read(&mut Columns::of(row, doing))?),
            None => None,
        };
        answers.push(answer);
    }
    Ok(answers)
}

/// Every row of one question.
pub(crate) fn all<T>(
    conn: &Connection,
    doing: &'static str,
    sql: &str,
    params: impl Params,
    read: impl Fn(&mut Columns<'_, '_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    let mut rows = statement.query(params).doing(doing)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().doing(doing)? {
        found.push(read(&mut Columns::of(row, doing))?);
    }
    Ok(found)
}

/// Runs one statement for each row.
pub(crate) fn run_each<R>(
    conn: &Connection,
    doing: &'static str,
    sql: &str,
    rows: &[R],
    run: impl Fn(&mut CachedStatement<'_>, &R) -> rusqlite::Result<usize>,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(sql).doing(doing)?;
    for row in rows {
        run(&mut statement, row).doing(doing)?;
    }
    Ok(())
}

/// The number of a sequence, if any row ever named it.
pub(crate) fn sequence(conn: &Connection, id: &ChainId) -> Result<Option<i64>, StoreError> {
    let doing = "looking up a sequence";
    conn.prepare_cached("SELECT number FROM sequence WHERE key = ?1 AND epoch = ?2")
        .doing(doing)?
        .query_row((id.key.as_ref(), id.epoch.as_ref()), |row| row.get(0))
        .optional()
        .doing(doing)
}

/// The number of a sequence; it gets one if it has none.
pub(crate) fn name_sequence(conn: &Connection, id: &ChainId) -> Result<i64, StoreError> {
    if let Some(number) = sequence(conn, id)? {
        return Ok(number);
    }
    let doing = "naming a sequence";
    conn.prepare_cached("INSERT INTO sequence (key, epoch) VALUES (?1, ?2)")
        .doing(doing)?
        .insert((id.key.as_ref(), id.epoch.as_ref()))
        .doing(doing)
}
