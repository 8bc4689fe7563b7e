//! How many households somebody called on (走访率): households named by visits of the period, by themselves or through a resident.

use rusqlite::Connection;
use wangge_model::kind::Kind;

use super::{Period, Sums, one, table};
use crate::error::Result;
use crate::list::area_range;

const VISITED: &str = "\
    WITH made AS ( \
      SELECT t.id FROM view_value t JOIN view_record r ON r.id = t.id \
      WHERE t.kind = ?1 AND t.key = 'at_ms' AND t.value >= ?2 AND t.value < ?3 AND r.area >= ?4 AND r.area < ?5) \
    SELECT count(*) FROM ( \
      SELECT h.value FROM made JOIN view_value h ON h.id = made.id AND h.key = 'household' \
      UNION \
      SELECT h.value FROM made JOIN view_value v ON v.id = made.id AND v.key = 'resident' \
        JOIN view_record p ON p.record = unhex(v.value, '-') \
        JOIN view_value h ON h.id = p.id AND h.key = 'household')";

pub(super) fn add(conn: &Connection, area: &str, period: Period, sums: &mut Sums) -> Result<()> {
    let (from, until) = area_range(area)?;
    let params = (
        Kind::VISIT.to_u32(),
        period.from.start().0,
        period.until.start().0,
        from,
        until,
    );
    let visited = one(conn, VISITED, params)?;
    sums.set(table::VISITED, visited);
    Ok(())
}
