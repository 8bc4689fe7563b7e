//! Persons and matters that may be one, and what people decided about them.

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::area::Area;
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::time::{Date, Hlc, Ms};
use wangge_rules::likeness::decision::{self, Decision, Sort};
use wangge_rules::likeness::matter::{self, Relation, Report, Tuning};
use wangge_rules::likeness::person::{self, Person};
use wangge_rules::likeness::place::Point;

use crate::error::{Doing, Result, ViewsError};
use crate::ground;
use crate::limits;
use crate::list::area_range;
use crate::source;
use crate::values::Values;

const DOING: &str = "looking for what was met twice";

/// What stands, by the two that it is about.
pub(crate) type Standing = BTreeMap<(RecordId, RecordId), Decision>;

/// What people decided: records of kind `same`, and residents that name the record of which they are another.
pub(crate) fn decisions(conn: &Connection) -> Result<Vec<Decision>> {
    let rows = ground::rows(conn, Kind::SAME, "")?;
    let mut decisions: Vec<Decision> = rows
        .iter()
        .filter_map(|row| {
            // One that was taken back is as if it had never been.
            let sort = match row.text("sort") {
                _ if row.int("withdrawn") == Some(1) => return None,
                "same" => Sort::Same,
                "apart" => Sort::Apart,
                _ => return None,
            };
            Some(Decision {
                id: row.id,
                a: row.read("a")?,
                b: row.read("b")?,
                sort,
                when: row.changed,
            })
        })
        .collect();
    decisions.extend(named(conn)?);
    Ok(decisions)
}

/// Residents that say themselves of which record they are another.
fn named(conn: &Connection) -> Result<Vec<Decision>> {
    let mut statement = conn
        .prepare_cached(
            "SELECT r.record, v.value, r.changed_hlc FROM view_value v JOIN view_record r ON r.id = v.id \
             WHERE v.kind = ?1 AND v.key = 'same_as' ORDER BY r.record",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map([Kind::RESIDENT.to_u32()], |row| {
            let (record, named): (Vec<u8>, String) = (row.get(0)?, row.get(1)?);
            Ok((record, named, row.get::<_, i64>(2)?))
        })
        .doing(DOING)?;
    let mut decisions = Vec::new();
    for row in rows {
        let (record, named, changed) = row.doing(DOING)?;
        if let Ok(b) = named.parse() {
            let a = read_id(&record)?;
            decisions.push(Decision {
                id: a,
                a,
                b,
                sort: Sort::Same,
                when: Hlc(changed.unsigned_abs()),
            });
        }
    }
    Ok(decisions)
}

/// The record and all that were found to be one with it, in the order of ids.
pub(crate) fn group(conn: &Connection, record: RecordId) -> Result<Vec<RecordId>> {
    let groups = decision::groups(&decisions(conn)?).0;
    let found = groups.into_iter().find(|group| group.contains(&record));
    Ok(found.unwrap_or_else(|| vec![record]))
}

fn read_id(record: &[u8]) -> Result<RecordId> {
    RecordId::try_from(record).map_err(|_| ViewsError::Value {
        doing: DOING,
        what: "record",
    })
}

/// A resident as the rows have them.
#[derive(Clone)]
pub(crate) struct Resident {
    pub(crate) id: RecordId,
    pub(crate) area: String,
    name: String,
    birth: String,
    sex: String,
    household: String,
    pub(crate) id_number: String,
    phones: String,
}

fn residents(conn: &Connection) -> Result<Vec<Resident>> {
    let mut statement = conn
        .prepare_cached(
            "SELECT r.record, r.area, r.title, s.birth, s.sex, s.household, s.id_number, s.phones \
             FROM view_record r JOIN view_resident s ON s.id = r.id WHERE r.kind = ?1 \
             AND NOT EXISTS (SELECT 1 FROM view_value WHERE id = r.id AND key = 'same_as') ORDER BY r.record",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map([Kind::RESIDENT.to_u32()], |row| {
            let record: Vec<u8> = row.get(0)?;
            Ok((
                record,
                Resident {
                    id: RecordId::mint(0, [0; 10]),
                    area: row.get(1)?,
                    name: row.get(2)?,
                    birth: row.get(3)?,
                    sex: row.get(4)?,
                    household: row.get(5)?,
                    id_number: row.get(6)?,
                    phones: row.get(7)?,
                },
            ))
        })
        .doing(DOING)?;
    rows.map(|row| {
        let (record, resident) = row.doing(DOING)?;
        let id = read_id(&record)?;
        Ok(Resident { id, ..resident })
    })
    .collect()
}

fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Two that may be one, and the two themselves.
pub(crate) struct Pair<L, T> {
    pub(crate) likeness: L,
    pub(crate) sides: [T; 2],
}

/// Persons of whom one at least is of the area and who may be one, unless somebody has decided: also over the bounds of communities.
pub(crate) fn persons(
    conn: &Connection,
    area: &str,
    standing: &Standing,
) -> Result<Vec<Pair<person::Likeness, Resident>>> {
    area_range(area)?;
    let residents = residents(conn)?;
    let people: Vec<Person<'_>> = residents
        .iter()
        .map(|resident| Person {
            id: resident.id,
            name: &resident.name,
            former_name: None,
            id_number: given(&resident.id_number),
            birth: resident.birth.parse::<Date>().ok(),
            birth_year: resident.birth.get(..4).and_then(|year| year.parse().ok()),
            sex: given(&resident.sex),
            phones: resident.phones.split_whitespace().collect(),
            household: given(&resident.household),
        })
        .collect();
    let found = person::search(&people, standing).pairs;
    // They stand in the order of ids.
    let of = |id: RecordId| {
        let at = residents.binary_search_by_key(&id, |resident| resident.id);
        at.ok().and_then(|at| residents.get(at)).cloned()
    };
    let pairs = found.into_iter().filter_map(|likeness| {
        let sides = [of(likeness.a)?, of(likeness.b)?];
        let inside = sides.iter().any(|side| side.area.starts_with(area));
        inside.then_some(Pair { likeness, sides })
    });
    Ok(pairs.collect())
}

/// A matter with what its document tells.
struct Told {
    id: RecordId,
    at: Ms,
    area: Option<Area>,
    reporter: String,
    class: String,
    component: Option<RecordId>,
    place: Option<Point>,
    title: String,
    text: String,
    supports: u32,
}

/// Open matters of the area that may be one, with their areas, unless somebody has decided.
pub(crate) fn matters(
    conn: &Connection,
    area: &str,
    standing: &Standing,
) -> Result<Vec<Pair<matter::Likeness, String>>> {
    let told = open_matters(conn, area)?;
    let areas: BTreeMap<RecordId, String> = told
        .iter()
        .map(|told| (told.id, told.area.as_ref().map(ToString::to_string)))
        .map(|(id, area)| (id, area.unwrap_or_default()))
        .collect();
    let reports: Vec<Report<'_>> = told
        .iter()
        .map(|told| Report {
            id: told.id,
            at: told.at,
            reporter: given(&told.reporter),
            area: told.area.clone(),
            place: told.place,
            class: given(&told.class),
            component: told.component,
            title: &told.title,
            text: &told.text,
            supports: told.supports,
        })
        .collect();
    let alike = matter::search(&reports, &Tuning::default()).into_iter();
    let open = alike.filter(|pair| {
        pair.relation == Relation::Same
            && !standing.contains_key(&decision::ordered(pair.earlier, pair.later))
    });
    let of = |id| areas.get(&id).cloned().unwrap_or_default();
    let pairs = open.map(|likeness| Pair {
        sides: [of(likeness.earlier), of(likeness.later)],
        likeness,
    });
    Ok(pairs.collect())
}

/// The open matters, the newest first, as many as are compared.
fn open_matters(conn: &Connection, area: &str) -> Result<Vec<Told>> {
    let (from, until) = area_range(area)?;
    let mut statement = conn
        .prepare_cached(
            "SELECT r.record, r.area, r.title, m.reported_ms FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.closed = 0 AND m.reported_ms IS NOT NULL AND r.area >= ?1 AND r.area < ?2 \
             ORDER BY m.reported_ms DESC LIMIT ?3",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map((from, until, limits::ALIKE_MATTERS_MAX), |row| {
            Ok((
                row.get::<_, Vec<u8>>(0)?,
                row.get::<_, String>(1)?,
                row.get(2)?,
                row.get(3)?,
            ))
        })
        .doing(DOING)?;
    let mut told = Vec::new();
    for row in rows {
        let (record, area, title, at) = row.doing(DOING)?;
        told.push(tell(conn, read_id(&record)?, &area, title, Ms(at))?);
    }
    Ok(told)
}

fn tell(conn: &Connection, id: RecordId, area: &str, title: String, at: Ms) -> Result<Told> {
    let mut content = source::content(conn, id)?;
    content.facets.retain(|facet, _| *facet == Facet::Open);
    let values = Values(&content.facets);
    let degrees = |key: &str| values.int(key).and_then(|e7| i32::try_from(e7).ok());
    let place = degrees("lat_e7")
        .zip(degrees("lon_e7"))
        .map(|(lat_e7, lon_e7)| Point { lat_e7, lon_e7 });
    Ok(Told {
        id,
        at,
        area: area.parse().ok(),
        reporter: values.text("reporter").to_owned(),
        class: values.text("class").to_owned(),
        component: values.text("component").parse().ok(),
        place,
        title,
        text: values.text("description").to_owned(),
        supports: values
            .int("supports")
            .and_then(|supports| u32::try_from(supports).ok())
            .unwrap_or_default(),
    })
}
