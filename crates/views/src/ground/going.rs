//! Which records come into another grid by a plan of the division.

use std::collections::BTreeMap;
use std::str::FromStr;

use rusqlite::Connection;
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::Date;
use wangge_rules::grids::along::{self, Concern, Going, Standing};

use super::{Land, plan};
use crate::detail::unknown;
use crate::error::{Doing, Result, ViewsError};

const DOING: &str = "reading whose each record is";

/// What a plan moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanMoves {
    /// Whether it is in force on the day that was asked. Where it is not, `going` is what it will move on its own day.
    pub in_force: bool,
    /// The records that stand elsewhere than it says, in the order of ids.
    pub going: Vec<Going>,
}

/// What a plan moves on a day, of the records that are here. Other plans in force count too: the one that came later has the unit.
pub(crate) fn plan_moves(conn: &Connection, id: RecordId, on: Date) -> Result<PlanMoves> {
    let plan = plan(conn, id)?.ok_or_else(|| unknown("record", &id.to_string()))?;
    let in_force = plan.in_force(on);
    let on = plan.effective.map_or(on, |from| on.max(from));
    let mut land = Land::load(conn, "", on)?;
    if !plan.in_force(on) {
        land.adopt(&plan);
    }
    let concern = Concern::of(&plan.lines, &land.grids);
    let going = along::going(&land.division(on), &concern, &standings(conn)?);
    Ok(PlanMoves { in_force, going })
}

/// Every record with its owners.
fn standings(conn: &Connection) -> Result<Vec<Standing>> {
    let mut statement = conn
        .prepare_cached(
            "SELECT r.record, r.kind, r.area, v.key, v.value FROM view_record r \
             LEFT JOIN view_value v ON v.id = r.id AND v.link = 1 ORDER BY r.record",
        )
        .doing(DOING)?;
    let mut found = statement.query([]).doing(DOING)?;
    let mut standings: Vec<Standing> = Vec::new();
    let mut links: BTreeMap<String, RecordId> = BTreeMap::new();
    while let Some(row) = found.next().doing(DOING)? {
        let record: Vec<u8> = row.get(0).doing(DOING)?;
        let wrong = |what| ViewsError::Value { doing: DOING, what };
        let id = RecordId::try_from(record.as_slice()).map_err(|_| wrong("record"))?;
        if standings.last().is_none_or(|last| last.id != id) {
            own(&mut standings, &mut links);
            let (kind, area): (u32, String) = (row.get(1).doing(DOING)?, row.get(2).doing(DOING)?);
            standings.push(Standing {
                id,
                kind: Kind::from_u32(kind).ok_or_else(|| wrong("kind"))?,
                area: area.parse().map_err(|_| wrong("area"))?,
                owners: Vec::new(),
            });
        }
        let link: Option<(String, String)> = match row.get(3).doing(DOING)? {
            Some(key) => Some((key, row.get(4).doing(DOING)?)),
            None => None,
        };
        if let Some((key, owner)) = link
            && let Ok(owner) = RecordId::from_str(&owner)
        {
            links.insert(key, owner);
        }
    }
    own(&mut standings, &mut links);
    Ok(standings)
}

/// Gives the last record the owners among its links.
fn own(standings: &mut [Standing], links: &mut BTreeMap<String, RecordId>) {
    if let Some(last) = standings.last_mut() {
        let fields = along::owner_fields(last.kind).iter();
        last.owners = fields.filter_map(|key| links.remove(*key)).collect();
    }
    links.clear();
}
