//! The classes that people chose for matters.

use rusqlite::Connection;
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;

use super::ask;
use crate::error::{Doing, Result};
use crate::limits::LEARNED_MATTERS_MAX;
use crate::source;

/// A matter and the class that stands in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Classified {
    /// The matter.
    pub record: RecordId,
    /// Its class, as it was typed: a code or a name.
    pub class: String,
}

/// The matters with a class that changed last, the newest last.
pub(crate) fn classified(conn: &Connection) -> Result<Vec<Classified>> {
    let doing = "reading which classes were chosen";
    let mut statement = ask(
        conn,
        "SELECT r.record, m.class FROM view_record r JOIN view_matter m ON m.id = r.id \
         WHERE r.kind = ?1 AND m.class <> '' ORDER BY r.changed_hlc DESC, r.record DESC LIMIT ?2",
    )
    .doing(doing)?;
    let rows = statement
        .query_map((Kind::MATTER.to_u32(), LEARNED_MATTERS_MAX), |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?))
        })
        .doing(doing)?;
    let mut found = rows
        .map(|row| {
            let (record, class) = row.doing(doing)?;
            let record = source::record_id(&record, doing)?;
            Ok(Classified { record, class })
        })
        .collect::<Result<Vec<_>>>()?;
    found.reverse();
    Ok(found)
}
