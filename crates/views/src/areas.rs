//! What areas are called: people read «青石镇», not 990101100.

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::kind::Kind;

use crate::error::{Doing, Result};
use crate::list::area_range;
use crate::rows::AreaName;

const DOING: &str = "reading the names of areas";

/// The areas with a name inside one: the hubs' by their charters, the grids' by their records, of two the one changed last.
pub(crate) fn names(conn: &Connection, area: &str) -> Result<Vec<AreaName>> {
    let (from, until) = area_range(area)?;
    let mut statement = conn
        .prepare_cached(
            "SELECT v.value, r.title, r.changed_hlc FROM view_record r JOIN view_value v ON v.id = r.id \
             WHERE r.kind = ?1 AND v.key = 'code' AND r.title <> '' AND v.value >= ?2 AND v.value < ?3 \
             UNION ALL SELECT area, name, 9223372036854775807 FROM hub WHERE name <> '' AND area >= ?2 AND area < ?3 ORDER BY 3",
        )
        .doing(DOING)?;
    let named = statement
        .query_map((Kind::GRID.to_u32(), &from, &until), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .doing(DOING)?;
    let names: BTreeMap<String, String> = named.collect::<rusqlite::Result<_>>().doing(DOING)?;
    Ok(names
        .into_iter()
        .map(|(area, name)| AreaName { area, name })
        .collect())
}
